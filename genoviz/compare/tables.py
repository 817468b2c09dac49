"""Comparisons as rows, as JSON, and what their files begin with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence as Seq
from typing import Any

from genoviz.compare.comparison import Comparison
from genoviz.compare.contested import REASONS, ContestedBase
from genoviz.compare.disagreements import Disagreements
from genoviz.compare.influence import Influence
from genoviz.compare.mean_map import MeanMap
from genoviz.compare.mechanisms import Mechanisms, as_sequences
from genoviz.compare.two_sequences import TwoSequences
from genoviz.files.tsv import Row, finite, matrix, plain_record
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record
from genoviz.sequences.bases import BASES
from genoviz.version import __version__

# -- methods and models on one sequence -----------------------------------------------------------------------------------


def base_table(found: Comparison) -> list[Row]:
    """One row per base of the sequence: how many explanations hold it to be strong, and what each gives it."""
    heights = found.consensus()
    columns = dict(zip(_names(found), found.values, strict=True))
    return [
        {"position": i + 1, "base": base, "votes": int(found.votes[i]), "consensus": float(heights[i])}
        | {name: finite(float(row[i])) for name, row in columns.items()}
        for i, base in enumerate(found.sequence.bases)
    ]


def pair_table(found: Comparison) -> list[Row]:
    """One row per pair of explanations."""
    names = _names(found)
    return [
        {
            "first": names[i],
            "second": names[j],
            "bases": one.bases,
            "pearson": one.pearson,
            "sign_agreement": one.sign,
            "top_decile_overlap": one.overlap,
        }
        for i, j, one in found.pairs
    ]


def contested_table(found: Comparison, bases: Iterable[ContestedBase]) -> list[Row]:
    """One row per contested base; several explanations are divided by semicolons."""
    names = _names(found)
    return [
        {
            "position": one.position + 1,
            "base": one.base,
            "strong_in": "; ".join(names[r] for r in one.strong),
            "against": "; ".join(names[r] for r in one.against),
            "opposite_signs": one.opposite,
            "reason": one.reason,
            "likely_because": REASONS[one.reason],
        }
        for one in bases
    ]


def comparison_provenance(found: Comparison) -> dict[str, object]:
    """What was compared and how; conventions are said."""
    return _models([row.card for row in found.rows]) | {
        "sequence": found.sequence.name or None,
        "locus": found.sequence.locus,
        "targets": "; ".join(dict.fromkeys(str(row.attribution.target.resolved(row.card)) for row in found.rows)),
        "units": "; ".join(dict.fromkeys(row.unit for row in found.rows)),
        "baseline": found.baseline,
        "references": found.references,
        "seed": found.seed,
        "top_decile": "a tenth of the bases that a row scores, by |score|",
        "consensus": f"mean of the rows, each divided by its largest |score|, where at least {found.most} have the base in "
        "their top decile",
    }


def comparison_record(found: Comparison, bases: Seq[ContestedBase]) -> dict[str, Any]:
    """A comparison as in `genoviz compare maps --json`; `scores` has a row per explanation."""
    rows = [
        {"name": name, "model": row.card.name, "method": row.attribution.method, "unit": row.unit, "first_base": row.fitted.start + 1, "last_base": row.fitted.end, "value": finite(row.attribution.value), "completeness_gap_relative": finite(row.attribution.relative_gap)}
        for name, row in zip(_names(found), found.rows, strict=True)
    ]  # fmt: skip
    return plain_record(
        comparison_provenance(found) | {"sentence": found.sentence},
        rows,
        bases=found.sequence.bases,
        scores=matrix(found.values),
        votes=found.votes.tolist(),
        consensus=[float(v) for v in found.consensus()],
        pairs=[dict(row) for row in pair_table(found)],
        contested=[dict(row) for row in contested_table(found, bases)],
        notices=list(found.notices),
    )


# -- two sequences on one model -------------------------------------------------------------------------------------------


def sequences_table(found: TwoSequences) -> list[Row]:
    """One row per position."""
    return [
        {
            "position": i + 1,
            "first": found.first.sequence.bases[i],
            "second": found.second.sequence.bases[i],
            "first_score": finite(float(found.first.per_base[i])),
            "second_score": finite(float(found.second.per_base[i])),
            "change": finite(float(found.change[i])),
        }
        for i in range(len(found.change))
    ]


def sequences_provenance(card: ModelCard, found: TwoSequences) -> dict[str, object]:
    """What was compared and how."""
    one = found.first
    alike = found.similarity
    return provenance(
        card,
        first=one.sequence.name or None,
        second=found.second.sequence.name or None,
        target=one.target.resolved(card),
        unit=one.unit,
        method=one.method,
        baseline=one.baseline,
        references=one.references or None,
        seed=one.seed,
        first_value=one.value,
        second_value=found.second.value,
        pearson=alike.pearson,
        sign_agreement=alike.sign,
        top_decile_overlap=alike.overlap,
    )


def sequences_record(card: ModelCard, found: TwoSequences) -> dict[str, Any]:
    """The table with its provenance and its sentence."""
    return table_record(card, sequences_provenance(card, found), sequences_table(found), sentence=found.sentence)


# -- the disagreement finder ----------------------------------------------------------------------------------------------


def record_table(found: Disagreements) -> list[Row]:
    """One row per record, the most different first; `strongest_gap` is the base at which the two rows differ most."""
    rows: list[Row] = []
    for one, ranks in zip(found.ranked, found.ranks, strict=True):
        top = one.bases(1)
        rows.append(
            {
                "record": one.number + 1,
                "name": one.sequence.name,
                "pearson": one.similarity.pearson,
                "sign_agreement": one.similarity.sign,
                "top_decile_overlap": one.similarity.overlap,
                "strongest_gap": f"{one.sequence.bases[top[0][0]]}{top[0][0] + 1}" if top else "",
                "first_value": one.values[0],
                "second_value": one.values[1],
                "first_rank": float(ranks[0]),
                "second_rank": float(ranks[1]),
            }
        )
    return rows


def gap_table(found: Disagreements, n: int = 20) -> list[Row]:
    """The `n` bases of each record at which the two rows differ most."""
    return [
        {
            "record": one.number + 1,
            "name": one.sequence.name,
            "position": i + 1,
            "base": one.sequence.bases[i],
            "gap": gap,
            "first_score": finite(float(one.first[i])),
            "second_score": finite(float(one.second[i])),
        }
        for one in found.ranked
        for i, gap in one.bases(n)
    ]


def disagreement_provenance(cards: Seq[ModelCard], found: Disagreements) -> dict[str, object]:
    """What was compared; conventions are said."""
    return _models(cards) | {
        "first": found.sides[0],
        "second": found.sides[1],
        "first_unit": found.units[0],
        "second_unit": found.units[1],
        "gap": "second minus first, each divided by the root mean square of its row",
        "rank": "share of the records with a lower number",
    }


def disagreement_record(cards: Seq[ModelCard], found: Disagreements) -> dict[str, Any]:
    """As in `genoviz compare records --json`."""
    header = disagreement_provenance(cards, found) | {"sentence": found.sentence}
    gaps = [dict(row) for row in gap_table(found)]
    return plain_record(header, record_table(found), strongest_gaps=gaps, notices=list(found.notices))


# -- influence maps -------------------------------------------------------------------------------------------------------


def influence_table(found: Influence) -> list[Row]:
    """One row per bin, a column per base that was computed: `C12` is base 12."""
    computed = [i for i in range(found.scores.shape[1]) if (found.scores[:, i] == found.scores[:, i]).any()]
    return [
        {
            "bin": found.first + row * found.step + 1,
            "first_base": int(found.places[row, 0]) + 1,
            "last_base": int(found.places[row, 1]),
            "value": float(found.values[row]),
        }
        | {f"{found.sequence.bases[i]}{i + 1}": finite(float(found.scores[row, i])) for i in computed}
        for row in range(len(found.scores))
    ]


def influence_provenance(card: ModelCard, found: Influence) -> dict[str, object]:
    """What was explained and how."""
    return provenance(
        card,
        sequence=found.sequence.name or None,
        locus=found.sequence.locus,
        output=found.output,
        track=found.track,
        scale=found.scale,
        unit=found.unit,
        method=found.method,
        bins_in_a_row=found.step,
        complete=found.complete,
    )


def influence_record(card: ModelCard, found: Influence) -> dict[str, Any]:
    """As in `genoviz compare influence --json`; `scores` is bins x bases."""
    rows = [{k: row[k] for k in ("bin", "first_base", "last_base", "value")} for row in influence_table(found)]
    header = influence_provenance(card, found) | {"sentence": found.sentence}
    return table_record(card, header, rows, bases=found.sequence.bases, scores=matrix(found.scores))


# -- mechanisms -----------------------------------------------------------------------------------------------------------


def mechanism_table(found: Mechanisms) -> list[Row]:
    """One row per cluster."""

    def place(stretch: tuple[int, int] | None) -> str:
        return f"{stretch[0] + 1}-{stretch[1]}" if stretch else ""

    return [
        {
            "cluster": number + 1,
            "mutants": len(one.members),
            "as_given": number == found.as_given,
            "mean_value": one.value,
            "change": one.value - found.value,
            "lost": place(one.lost),
            "gained": place(one.gained),
            "changed_in_lost": finite(one.hit),
            "changed_elsewhere": finite(one.hit_elsewhere),
            "sentence": found.says(number),
        }
        for number, one in enumerate(found.clusters)
    ]


def cluster_table(found: Mechanisms) -> list[Row]:
    """One row per base: score as given, and for each cluster the mean score and the share of mutants changed there."""
    return [
        {"position": i + 1, "base": base, "as_given": finite(float(found.wild[i]))}
        | {f"score_{k + 1}": finite(float(one.scores[i])) for k, one in enumerate(found.clusters)}
        | {f"changed_{k + 1}": float(one.mutated[i]) for k, one in enumerate(found.clusters)}
        for i, base in enumerate(found.sequence.bases)
    ]


def mutant_table(found: Mechanisms) -> list[Row]:
    """One row per mutant: its bases, number and cluster (empty where the model had no number)."""
    rows = zip(as_sequences(found.letters, found.sequence), found.values, found.labels, strict=True)
    return [
        {"bases": one.bases, "value": finite(float(value)), "cluster": int(label) + 1 if label >= 0 else None}
        for one, value, label in rows
    ]


def mechanism_provenance(card: ModelCard, found: Mechanisms) -> dict[str, object]:
    """How the mutants were drawn and put together."""
    return provenance(
        card,
        sequence=found.sequence.name or None,
        locus=found.sequence.locus,
        target=found.target.resolved(card),
        unit=found.unit,
        value=found.value,
        method=found.method,
        mutants=len(found.letters),
        complete=found.complete,
        rate=found.rate,
        seed=found.seed,
        clustering="k-means on scores per base; as many clusters as have the largest mean silhouette, unless told",
        apart=found.apart,
    )


def mechanism_record(card: ModelCard, found: Mechanisms) -> dict[str, Any]:
    """As in `genoviz compare mechanisms --json`."""
    header = mechanism_provenance(card, found) | {"sentence": found.sentence}
    bases = [dict(row) for row in cluster_table(found)]
    return table_record(card, header, mechanism_table(found), bases=bases)


# -- mean maps ------------------------------------------------------------------------------------------------------------


def mean_table(found: MeanMap) -> list[Row]:
    """One row per label and place."""
    return [
        {
            "label": group.label,
            "records": group.records,
            "position": i + 1,
            "offset": i - found.at,
            "mean": finite(float(group.mean[i])),
            "low": finite(float(group.low[i])),
            "high": finite(float(group.high[i])),
            "mean_size": finite(float(group.size[i])),
        }
        | {f"mean_{base}": float(group.by_letter[row, i]) for row, base in enumerate(BASES)}
        for group in found.groups
        for i in range(len(group.mean))
    ]


def mean_provenance(card: ModelCard, found: MeanMap) -> dict[str, object]:
    """What was averaged; conventions are said."""
    return provenance(
        card,
        target=found.target.resolved(card),
        unit=found.unit,
        method=found.method,
        baseline=found.baseline or None,
        records=len(found.records),
        complete=found.complete,
        aligned_at=found.at + 1,
        interval="95 %: 1.96 standard errors of the mean over the records with a base there",
        mean_output="; ".join(f"{group.label} {group.value[0]:.9g}" for group in found.groups),
    )


def mean_record(card: ModelCard, found: MeanMap) -> dict[str, Any]:
    """As in `genoviz compare sets --json`."""
    header = mean_provenance(card, found) | {"sentence": found.sentence}
    groups = [
        {"label": one.label, "records": one.records}
        | dict(zip(("output", "output_low", "output_high"), map(finite, one.value), strict=True))
        for one in found.groups
    ]
    return table_record(card, header, mean_table(found), groups=groups, notices=list(found.notices))


def _names(found: Comparison) -> list[str]:
    """Labels of the rows, told apart by a number where two are alike."""
    seen: Counter[str] = Counter()
    names = []
    for row in found.rows:
        seen[row.label] += 1
        names.append(row.label if seen[row.label] == 1 else f"{row.label} ({seen[row.label]})")
    return names


def _models(cards: Iterable[ModelCard]) -> dict[str, object]:
    """The first lines of a file on several models."""
    each = {card.name: card.sha256 or "set by hand" for card in cards}
    return {"genoviz": __version__, "models": "; ".join(each), "weights_sha256": "; ".join(each.values())}
