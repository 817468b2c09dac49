"""Splice effects of variants and sites along a stretch as rows of tables, for files, pages and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadInput
from genoviz.genes.transcripts import Transcript
from genoviz.isoforms.coding import coding_consequence
from genoviz.isoforms.tables import coding_cells, coding_record, outcome_cells, outcome_record
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record
from genoviz.sequences.locus import Locus
from genoviz.splicing.alleles import DISTANCE
from genoviz.splicing.along import SpliceAlong
from genoviz.splicing.context import context, longer_network
from genoviz.splicing.effect import SITES, SpliceEffect, SpliceScore, site_outputs, splice_effect, splice_notices
from genoviz.splicing.placed import PlacedScores
from genoviz.splicing.predicted_sites import outcome_of
from genoviz.splicing.usage import SpliceUsageEffect, UsageScore, splice_usage_effect, usage_notices, usage_output
from genoviz.variants.placements import WRITTEN
from genoviz.variants.rows import VariantRow
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference
    from genoviz.isoforms.coding import CodingConsequence
    from genoviz.isoforms.outcome import SplicingOutcome

Row = dict[str, object]
NO_TRANSCRIPT = "no transcript here; name a strand"
NO_EXONS = "masked scores need a transcript with exons"


@dataclass(frozen=True)
class SpliceOptions:
    """How variants are scored; see `genoviz.splicing.effect.splice_effect`.

    Attributes
    ----------
    distance, masked, read_outside
        As there.
    strand
        Only transcripts of this strand; where there is none, the strand to read. Empty: of the transcripts.
    transcript
        Identifier of the only transcript to score with; empty: the primary one of each gene at the variant.
    """

    distance: int = DISTANCE
    masked: bool = False
    read_outside: bool = False
    strand: str = ""
    transcript: str = ""


def transcripts_at(
    genes: GeneModels | None, variant: Variant, *, strand: str = "", identifier: str = ""
) -> list[Transcript]:
    """Transcripts that cover a variant's position: the primary one of each gene, or the one that is named.

    Raises
    ------
    UnknownName
        If there is no transcript of this name.
    """
    if genes is None:
        return []
    if identifier:
        named = genes.transcript(identifier)
        return [named] if strand in ("", named.strand) else []
    best: dict[tuple[Any, ...], Transcript] = {}
    for transcript in genes.within(Locus(variant.chrom, variant.pos - 1, variant.pos)):
        key = transcript.gene_key
        if strand in ("", transcript.strand) and (key not in best or transcript.rank < best[key].rank):
            best[key] = transcript
    return list(best.values())


def check_splice_model(card: ModelCard) -> None:
    """Raise `BadInput` unless the model says where splice sites are."""
    if site_outputs(card) is None and usage_output(card) is None:
        raise BadInput(
            f"`{card.name}` predicts no splice sites.",
            "A splice model has tracks whose names end in acceptor and donor, or an output `splicing`.",
            "Choose a splice model, such as `splice.sites`.",
        )


def effect_at(
    model: Model,
    variant: Variant,
    reference: Reference,
    strand: str,
    transcript: Transcript | None,
    options: SpliceOptions,
) -> SpliceEffect | SpliceUsageEffect:
    """The effect by the verb that fits the model."""
    if site_outputs(model.card) is None and usage_output(model.card) is not None:
        return splice_usage_effect(
            model,
            variant,
            reference,
            strand,
            distance=options.distance,
            transcript=transcript,
            masked=options.masked,
        )
    return splice_effect(
        model,
        variant,
        reference,
        strand,
        distance=options.distance,
        transcript=transcript,
        masked=options.masked,
        read_outside=options.read_outside,
    )


@dataclass(frozen=True, eq=False)
class ScoredVariant:
    """A variant and one gene at it: its effect, or why there is none (`skipped`, and in `detail` the whole message).

    `outcome` is what the transcript may become, `coding` what the variant does to it if splicing stays as it is.
    """

    row: VariantRow
    transcript: Transcript | None = None
    strand: str = ""
    effect: SpliceEffect | SpliceUsageEffect | None = None
    skipped: str = ""
    common: tuple[str, ...] = ()
    detail: str = ""
    outcome: SplicingOutcome | None = None
    coding: CodingConsequence | None = None

    @property
    def own_notices(self) -> list[str]:
        """What is to be minded about this variant, and not about all scores of the model (`common`)."""
        return [notice for notice in self.effect.notices if notice not in self.common] if self.effect else []


def common_notices(card: ModelCard, assembly: str) -> list[str]:
    """What to mind about all scores of a model: said once, not in each row."""
    return splice_notices(card, assembly) if site_outputs(card) is not None else usage_notices(card, assembly)


def on_transcript(scored: ScoredVariant, reference: Reference) -> ScoredVariant:
    """The same with `outcome` and `coding`, where there is an effect on a transcript."""
    if scored.effect is None or scored.transcript is None:
        return scored
    outcome = outcome_of(scored.effect, reference)
    if outcome is not None:
        return replace(scored, outcome=outcome, coding=outcome.coding)
    variant = scored.effect.windows.variant
    return replace(scored, coding=coding_consequence(variant, scored.transcript, reference))


def effect_rows(effect: SpliceEffect | SpliceUsageEffect) -> list[Row]:
    """One row per score of a single variant: unmasked, masked (where they are known), and the place of the site.

    A change that can be written at several places has these rows for each, the left-most first.
    """
    return [
        {"placement": one.placement.name, "variant": str(one.placement.variant), **row}
        for one in effect.placements
        for row in _placed_rows(one)
    ]


def _placed_rows(placed: PlacedScores[SpliceScore] | PlacedScores[UsageScore]) -> list[Row]:
    """The scores of one placement."""
    rows: list[Row] = []
    scores: tuple[SpliceScore | UsageScore, ...] = placed.raw_scores
    for i, score in enumerate(scores):
        kind = score.site if isinstance(score, SpliceScore) else score.tissue
        rows.append(
            {
                "site" if isinstance(score, SpliceScore) else "tissue": kind,
                "change": score.change,
                "score": score.value,
                "masked_score": placed.masked_scores[i].value if placed.masked_scores is not None else "",
                "distance": score.distance,
                "position": placed.placement.variant.pos + score.distance,
            }
        )
    return rows


def summary_rows(effect: SpliceEffect) -> list[Row]:
    """The scores under the columns of `genoviz.effects.tables.effect_table`, of each place the change can be written at."""
    several = len(effect.placements) > 1
    return [
        {
            "what": f"splice, at {score.distance:+d} bp"
            + (f" ({one.placement.name}: {one.placement.variant})" if several else ""),
            "name": f"{score.site} {score.change}",
            "unit": "probability",
            "effect": score.value,
        }
        for one in effect.placements
        for score in one.scores(masked=effect.masked)
    ]


def site_rows(result: SpliceAlong) -> list[Row]:
    """One row per predicted or annotated site, 5' to 3'."""
    return [
        {
            "chrom": result.locus.chrom,
            "position": site.position,
            "strand": result.locus.strand,
            "site": site.site,
            "probability": site.probability,
            "predicted": "yes" if site.predicted else "no",
            "exon": site.exon or "",
        }
        for site in result.sites
    ]


def base_rows(result: SpliceAlong) -> list[Row]:
    """One row per base, 5' to 3'."""
    bases = range(len(result.locus))
    return [
        {
            "chrom": result.locus.chrom,
            "position": result.locus.to_genomic(i) + 1,
            "strand": result.locus.strand,
            **{site: float(result.values[i, column]) for column, site in enumerate(SITES)},
        }
        for i in bases
    ]


def score_names(card: ModelCard) -> list[str]:
    """Names of the scores of a model, in the order of its effects."""
    usage = usage_output(card)
    if site_outputs(card) is None and usage is not None:
        tissues = ["", *(f"_{tissue}" for tissue in usage.tracks)]
        return [f"{change}{tissue}" for tissue in tissues for change in ("gain", "loss")]
    return [f"{site}_{change}" for site in SITES for change in ("gain", "loss")]


def scored_row(card: ModelCard, scored: ScoredVariant) -> Row:
    """A row of the table of `genoviz splice`. Scores are those of the left-most place of a change; where there are several,
    those of the variant as written and of its right-most place follow."""
    row, v, transcript, effect = scored.row, scored.row.variant, scored.transcript, scored.effect
    cells: Row = {
        "line": row.number,
        "chrom": v.chrom if v else "",
        "pos": v.pos if v else "",
        "ref": v.ref if v else "",
        "alt": v.alt if v else "",
        "id": row.identifier,
        "gene": transcript.gene if transcript else "",
        "transcript": transcript.identifier if transcript else "",
        "strand": scored.strand,
        "scored": str(effect.windows.variant) if effect else "",
    }
    names = score_names(card)
    for i, name in enumerate(names):
        score = effect.scores[i] if effect else None
        cells[name] = score.value if score else ""
        cells[f"{name}_distance"] = score.distance if score else ""
    cells["placements_differ"] = ("yes" if effect.placements_differ else "no") if effect else ""
    for column, placed in (("written", _written(effect)), ("rightmost", _rightmost(effect))):
        cells[column] = str(placed.placement.variant) if placed else ""
        for i, name in enumerate(names):
            cells[f"{column}_{name}"] = placed.scores(masked=effect.masked)[i].value if placed and effect else ""
    cells |= coding_cells(scored.coding) | outcome_cells(scored.outcome)
    return cells | {"notices": " ".join(scored.own_notices), "skipped": scored.skipped}


def splice_header(card: ModelCard, genome: str, assembly: str, options: SpliceOptions) -> dict[str, object]:
    """Model and settings that all rows share; transcript and strand are in the rows."""
    found, longer = site_outputs(card), longer_network(card)
    hides = found is not None and found[0].bins > 1 and not options.read_outside
    return provenance(
        card,
        genome=genome,
        assembly=assembly or "not named",
        context=context(card),
        longer_network=longer.name if longer else None,
        outside_of_transcript="N" if hides else "read",
        transcript_asked_for=options.transcript or None,
        strand_asked_for=options.strand or None,
    )


def splice_record(
    card: ModelCard, header: Mapping[str, object], assembly: str, scored: Seq[ScoredVariant]
) -> dict[str, Any]:
    """One variant as in `genoviz splice --json`: what all genes share, then one object per gene at the variant."""
    row, longer = scored[0].row, longer_network(card)
    return table_record(
        card,
        header,
        [_effect_record(one) for one in scored],
        context=context(card),
        longer_network=longer.name if longer else None,
        line=row.number,
        id=row.identifier,
        variant=str(row.variant) if row.variant else None,
        notices=common_notices(card, assembly),
    )


def _effect_record(scored: ScoredVariant) -> Row:
    """One gene at a variant; null where there is no score."""
    effect, transcript = scored.effect, scored.transcript
    return {
        "gene": transcript.gene if transcript else None,
        "transcript": transcript.identifier if transcript else None,
        "strand": scored.strand or None,
        "scored": str(effect.windows.variant) if effect else None,
        "scores": [_score_record(score) for score in effect.scores] if effect else None,
        "placements_differ": effect.placements_differ if effect else None,
        "placements": [
            {
                "where": list(one.placement.where),
                "variant": str(one.placement.variant),
                "scores": [_score_record(score) for score in one.scores(masked=effect.masked)],
            }
            for one in effect.placements
        ]
        if effect
        else None,
        "sentence": effect.sentence if effect else None,
        "coding": coding_record(scored.coding) if scored.coding else None,
        "outcome": outcome_record(scored.outcome),
        "notices": scored.own_notices,
        "skipped": scored.skipped or None,
    }


def _score_record(score: SpliceScore | UsageScore) -> Row:
    kind = {"site": score.site} if isinstance(score, SpliceScore) else {"tissue": score.tissue}
    return kind | {"change": score.change, "value": score.value, "distance": score.distance}


def _written(
    effect: SpliceEffect | SpliceUsageEffect | None,
) -> PlacedScores[SpliceScore] | PlacedScores[UsageScore] | None:
    """The placement that the variant was written at, where there are several."""
    if effect is None or len(effect.placements) < 2:
        return None
    return next((one for one in effect.placements if WRITTEN in one.placement.where), None)


def _rightmost(
    effect: SpliceEffect | SpliceUsageEffect | None,
) -> PlacedScores[SpliceScore] | PlacedScores[UsageScore] | None:
    """The placement furthest to the right, where there are several."""
    return effect.placements[-1] if effect is not None and len(effect.placements) > 1 else None
