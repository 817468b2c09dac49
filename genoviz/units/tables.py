"""Units and their contexts as rows, as JSON, and what their files begin with."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.files.tsv import Row, matrix
from genoviz.models.provenance import provenance, table_record
from genoviz.motifs.tables import match_columns
from genoviz.mutagenesis.tables import mutagenesis_table

if TYPE_CHECKING:
    from genoviz.models.card import ModelCard
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.units.bank import Unit, UnitBank
    from genoviz.units.layers import Layer
    from genoviz.units.naming import Nearest


def unit_table(bank: UnitBank, names: Mapping[int, Nearest] | None = None) -> list[Row]:
    """One row per unit, the most selective first; with the nearest motif of those in `names` (by number)."""
    rows: list[Row] = []
    for one in bank.units:
        row: dict[str, object] = {
            "unit": one.number,
            "consensus": one.motif.consensus if one.motif else "",
            "selectivity": one.selectivity,
            "beats_control": one.beats_control,
            "held_out": one.held_out,
            "other_strand": one.other_strand,
            "partner": one.partner,
            "likeness": one.likeness,
            "largest": one.largest,
            "on": one.on,
        }
        if names is not None:
            found = names.get(one.number)
            row |= match_columns(found.match if found else None) | {"random_as_close": found.random if found else None}
        rows.append(row)
    return rows


def context_table(bank: UnitBank, units: Seq[Unit]) -> list[Row]:
    """The windows that drive units most; positions are 1-based and closed, as are those of the genome."""
    rows: list[Row] = []
    for one in units:
        for site in one.contexts:
            sequence = bank.records.sequences[site.record]
            locus = site.locus(sequence)
            rows.append(
                {
                    "unit": one.number,
                    "record": site.record + 1,
                    "name": sequence.name,
                    "start": site.start + 1,
                    "end": site.end,
                    "strand": site.strand,
                    "bases": site.bases,
                    "drive": site.value,
                    "kept_aside": bool(bank.kept_aside[site.record]),
                    "locus": str(locus) if locus else "",
                    "assembly": locus.assembly if locus else "",
                }
            )
    return rows


def unit_provenance(bank: UnitBank) -> dict[str, object]:
    """Which units of what, and what they were held against."""
    return provenance(
        bank.card,
        layer=bank.layer.name,
        network=bank.member,
        networks=bank.members,
        records=bank.records.name,
        bases_read=bank.reach.width,
        whole=bank.reach.whole,
        selectivity="mean of the best drives of records, in standard deviations above the mean of all places",
        control="network with its weights in a random order",
        control_seed=bank.seed,
        line=bank.units[0].line,
        kept_aside=bank.kept_words,
        held_out="share of best windows of records kept aside that fit the logo of the others; 0.05 by chance",
        other_strand="the same where records are read on their other strand",
    )


def unit_record(bank: UnitBank, names: Mapping[int, Nearest] | None = None) -> dict[str, Any]:
    """Units as in `genoviz units --json`; `probabilities` are width x 4, columns A C G T."""
    record = table_record(bank.card, unit_provenance(bank), unit_table(bank, names), sentence=bank.sentence)
    for row, one in zip(record["rows"], bank.units, strict=True):
        row["probabilities"] = matrix(one.motif.matrix) if one.motif else None
    return record


def layer_table(layers: Seq[Layer]) -> list[Row]:
    """One row per layer that has units, in the order in which they run."""
    return [
        {"layer": one.name, "kind": one.kind, "units": one.units, "places": one.places, "strands": one.strands}
        for one in layers
    ]


def layer_provenance(card: ModelCard) -> dict[str, object]:
    """What a list of layers begins with."""
    return provenance(card, unit="a channel in front of its non-linearity", places="numbers of a unit along a strand")


def layer_record(card: ModelCard, layers: Seq[Layer]) -> dict[str, Any]:
    """Layers as in `genoviz units --layers --json`."""
    return table_record(card, layer_provenance(card), layer_table(layers))


def map_provenance(card: ModelCard, layer: str, found: Mutagenesis) -> dict[str, object]:
    """What the mutation map of a unit begins with."""
    return provenance(
        card,
        sequence=found.sequence.name or None,
        layer=layer,
        unit=found.target.tracks[0],
        place=found.target.bins[0] + 1 if found.target.bins else None,
        drive=found.value,
        engine=found.engine,
        delta="drive with the alternate base minus that of the sequence as given, at the place where that is largest",
        importance="minus the mean over the three alternatives",
    )


def map_record(card: ModelCard, layer: str, found: Mutagenesis) -> dict[str, Any]:
    """The mutation map of a unit as in `genoviz units --unit N --sequence ... --json`."""
    rows = mutagenesis_table(found)
    return table_record(card, map_provenance(card, layer, found), rows, sentence=found.sentence)
