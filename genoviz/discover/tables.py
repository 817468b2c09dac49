"""Patterns, their sites, and filters as rows, as JSON, and what their files begin with."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.files.tsv import Row, matrix, plain_record
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record
from genoviz.motifs.match import Match
from genoviz.motifs.tables import match_columns

if TYPE_CHECKING:
    from genoviz.discover.filters import Filter, FilterBank
    from genoviz.discover.patterns import Discovery, Pattern


def pattern_table(found: Discovery, names: Seq[Match | None]) -> list[Row]:
    """One row per pattern: sign, numbers of sites and sequences, consensus, and the motif it looks most like.

    `names` are those of `genoviz.motifs.names.name_motifs` for the patterns' motifs.
    """
    return [
        {
            "pattern": pattern.name,
            "sign": _sign(pattern),
            "sites": len(pattern.sites),
            "sequences": len({site.record for site in pattern.sites}),
            "consensus": pattern.motif.consensus,
            **match_columns(match),
        }
        for pattern, match in zip(found.patterns, names, strict=True)
    ]


def site_table(found: Discovery) -> list[Row]:
    """Every site; positions in sequences are 1-based and closed, as are those of the genome."""
    return [row for pattern in found.patterns for row in _sites(found, pattern)]


def discovery_provenance(card: ModelCard, found: Discovery) -> dict[str, object]:
    """What was searched, and how."""
    searched = found.contributions
    return provenance(
        card,
        target=searched.target.resolved(card),
        unit=searched.unit,
        sequences=len(searched.sequences),
        engine=found.engine,
        references=searched.references,
        seed=searched.seed,
        seqlets_raising=found.seqlets[0],
        seqlets_lowering=found.seqlets[1],
        threshold_raising=found.thresholds[0],
        threshold_lowering=found.thresholds[1],
        contribution="sum over the site of the contributions of its bases",
    )


def discovery_record(card: ModelCard, found: Discovery, names: Seq[Match | None], **details: object) -> dict[str, Any]:
    """Patterns as in `genoviz discover --json`; matrices are width x 4, columns A C G T."""
    record = table_record(card, discovery_provenance(card, found), pattern_table(found, names), **details)
    record["notices"] = list(found.notices)
    for row, pattern in zip(record["rows"], found.patterns, strict=True):
        row["contributions"] = matrix(pattern.contributions)
        row["hypothetical"] = matrix(pattern.hypothetical)
        row["probabilities"] = matrix(pattern.motif.matrix)
        row["places"] = plain_record({}, _sites(found, pattern))["rows"]
    return record


def filter_table(bank: FilterBank) -> list[Row]:
    """One row per filter, in the order of the bank; importances where they were computed."""
    return [
        {
            "channels": ",".join(map(str, f.channels)),
            "consensus": f.motif.consensus if f.motif else "",
            "windows": f.windows,
            "bits": f.information,
            "largest": f.largest,
            **_importance(f),
        }
        for f in bank.filters
    ]


def filter_provenance(card: ModelCard, bank: FilterBank) -> dict[str, object]:
    """Which filters of what, and how their importance was measured."""
    first = bank.filters[0].importance
    return provenance(
        card,
        layer=bank.layer,
        network=bank.member,
        networks=bank.members,
        background=bank.background.name,
        target=bank.target.resolved(card),
        unit=bank.unit,
        channels_set_to=bank.off if first else None,
        importance_over=first.sequences if first else None,
        size="mean size of the change of the target when the filter is switched off, with its 95 % interval",
        change="mean change, off minus on, with its 95 % interval",
    )


def filter_record(card: ModelCard, bank: FilterBank, **details: object) -> dict[str, Any]:
    """Filters as in `genoviz filters --json`; `probabilities` are width x 4, columns A C G T."""
    record = table_record(card, filter_provenance(card, bank), filter_table(bank), **details)
    for row, f in zip(record["rows"], bank.filters, strict=True):
        row["channels"] = list(f.channels)
        row["threshold"] = f.threshold
        row["probabilities"] = matrix(f.motif.matrix) if f.motif else None
    return record


def _sign(pattern: Pattern) -> str:
    return "+" if pattern.sign > 0 else "-"


def _sites(found: Discovery, pattern: Pattern) -> list[Row]:
    rows: list[Row] = []
    for site in pattern.sites:
        sequence = found.contributions.sequences[site.record]
        locus = site.locus(sequence)
        rows.append(
            {
                "pattern": pattern.name,
                "sign": _sign(pattern),
                "record": site.record + 1,
                "name": sequence.name,
                "start": site.start + 1,
                "end": site.end,
                "strand": site.strand,
                "bases": site.bases,
                "contribution": site.value,
                "locus": str(locus) if locus else "",
                "assembly": locus.assembly if locus else "",
            }
        )
    return rows


def _importance(f: Filter) -> dict[str, object]:
    cells = [f"{name}{end}" for name in ("size", "change") for end in ("", "_low", "_high")]
    if f.importance is None:
        return dict.fromkeys(cells)
    found = f.importance
    return dict(zip(cells, (found.size, *found.size_95, found.change, *found.change_95), strict=True))
