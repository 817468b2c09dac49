"""Outcomes, forms and sites as rows of tables and objects of JSON."""

from __future__ import annotations

from typing import Any

from genoviz.isoforms.coding import CodingConsequence
from genoviz.isoforms.outcome import PossibleTranscript, SplicingOutcome
from genoviz.isoforms.sites import PredictedSite

Row = dict[str, object]
_NO_CODING = dict.fromkeys(("hgvs_c", "consequence", "hgvs_p"), "")
_NO_OUTCOME = dict.fromkeys(
    ("outcome", "outcome_support", "outcome_frame", "outcome_hgvs_p", "outcome_stop", "outcome_decay"), ""
)


def coding_cells(coding: CodingConsequence | None) -> Row:
    """Names and kind of a variant on a transcript, splicing as it is."""
    if coding is None:
        return dict(_NO_CODING)
    return {
        "hgvs_c": coding.name,
        "consequence": coding.kind,
        "hgvs_p": coding.protein.name if coding.protein else "",
    }


def outcome_cells(outcome: SplicingOutcome | None) -> Row:
    """The likeliest form in the columns of a table of variants; empty where none is told."""
    top = outcome.likeliest if outcome is not None else None
    if top is None:
        return dict(_NO_OUTCOME)
    return {
        "outcome": top.form.words,
        "outcome_support": top.form.support,
        "outcome_frame": top.frame,
        "outcome_hgvs_p": top.protein.name if top.protein else "",
        "outcome_stop": (top.stop.position or "in inserted bases") if top.stop and top.stop.premature else "",
        "outcome_decay": top.decay.verdict if top.decay else "",
    }


def form_rows(outcome: SplicingOutcome) -> list[Row]:
    """One row per form, the likeliest first."""
    rows = []
    for number, one in enumerate(outcome.transcripts, start=1):
        rows.append(
            {
                "rank": number,
                "form": one.form.words,
                "kind": one.form.kind,
                "support": one.form.support,
                "length_change": one.length_change,
                "frame": one.frame,
                "hgvs_p": one.protein.name if one.protein else "",
                "premature_stop": (one.stop.position or "in inserted bases") if one.stop and one.stop.premature else "",
                "stop_codon": one.stop.codon if one.stop else "",
                "stop_in": one.stop.where if one.stop else "",
                "decay": one.decay.verdict if one.decay else "",
                "decay_rule": one.decay.sentence if one.decay else "",
                "decay_source": "; ".join(one.decay.sources) if one.decay else "",
            }
        )
    return rows


def predicted_rows(sites: tuple[PredictedSite, ...]) -> list[Row]:
    """One row per site: probability with either allele, and the difference."""
    return [
        {
            "site": one.site,
            "position": one.position,
            "inserted": "" if one.inserted is None else one.inserted + 1,
            "exon": one.exon or "",
            "reference": one.reference,
            "alternate": one.alternate,
            "change": one.change,
        }
        for one in sites
    ]


def coding_record(coding: CodingConsequence) -> dict[str, Any]:
    """A consequence as in JSON."""
    return {
        "hgvs_c": coding.name or None,
        "kind": coding.kind,
        "hgvs_p": coding.protein.name if coding.protein else None,
        "decay": coding.decay.verdict if coding.decay else None,
        "sentence": coding.sentence,
        "reason": coding.reason or None,
    }


def outcome_record(outcome: SplicingOutcome | None) -> dict[str, Any] | None:
    """An outcome as in JSON: its forms, the likeliest first, and, where there are several, what it takes for granted."""
    if outcome is None:
        return None
    return {
        "sentence": outcome.sentence,
        "coding": coding_record(outcome.coding),
        "forms": [{key: _or_none(value) for key, value in row.items()} for row in form_rows(outcome)],
        "sites": [{key: _or_none(value) for key, value in row.items()} for row in predicted_rows(outcome.sites)],
        "assumptions": list(outcome.assumptions) if outcome.changed else [],
        "reason": outcome.reason or None,
    }


def form_sentences(outcome: SplicingOutcome) -> list[str]:
    """Every form in words, numbered."""
    return [f"{number}. {_listed(one)}" for number, one in enumerate(outcome.transcripts, start=1)]


def _listed(one: PossibleTranscript) -> str:
    return f"support {one.form.support:.2f}: {one.sentence}."


def _or_none(value: object) -> object:
    return None if value == "" else value
