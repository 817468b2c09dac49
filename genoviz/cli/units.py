"""The command `genoviz units`: what single units of a layer respond to, with controls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    Fit,
    ModelName,
    SequenceText,
    at_work,
    only_one,
    open_local,
    percentage,
    print_json,
    print_tsv,
    read_file,
    read_fitted,
    say,
    write_file,
)
from genoviz.errors import BadInput
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.units.options import GRID, MOST, MOST_BASES, RECORDS

if TYPE_CHECKING:
    from genoviz.discover.comparison import Background
    from genoviz.models.base import Model


def units(
    model: ModelName,
    layer: Annotated[str, typer.Option(help="Name of the layer, the first one otherwise; see `--layers`.")] = "",
    layers: Annotated[bool, typer.Option("--layers", help="List the layers that have units, and stop.")] = False,
    fasta: Annotated[
        Path | None,
        typer.Option("--fasta", "-f", help="Records that drive the units; cropped to the middle or padded with N."),
    ] = None,
    genome: Annotated[
        str | None, typer.Option(help="Random windows of this genome instead: a name or a FASTA file.")
    ] = None,
    records: Annotated[int, typer.Option(help="How many records are drawn where no file is given.")] = RECORDS,
    unit: Annotated[int | None, typer.Option(help="Only this unit (from 1): the windows that drive it most.")] = None,
    sequence: SequenceText = None,
    named: Annotated[
        int, typer.Option(help="How many of the most selective units are compared with known motifs.")
    ] = GRID,
    member: Annotated[int, typer.Option(help="Network of an ensemble, from 1.")] = 1,
    seed: Annotated[int, typer.Option(help="Of the drawn records and the random network.")] = 0,
    meme: Annotated[
        Path | None, typer.Option("--meme", help="Also write the logos to this file, in MEME format.")
    ] = None,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Say what single units of a layer respond to, held against a random network, other records and the other strand.

    With `--unit` and `--sequence`: the mutation map of the unit on that sequence.
    """
    with at_work():
        card = get_card(model)
        from genoviz.models.load import load_model

        loaded = load_model(model)
        if layers:
            _layers(loaded, member, json_)
            return
        if sequence is not None:
            _map(card, loaded, layer, member, unit, sequence, fit, json_)
            return
        from genoviz.motifs.files import write_meme
        from genoviz.units.bank import unit_bank
        from genoviz.units.naming import nearest
        from genoviz.units.tables import context_table, unit_provenance, unit_record, unit_table

        drawn = _records(card, fasta, genome, records, seed)
        bank = unit_bank(loaded, drawn, layer, member=member, seed=seed, progress=percentage("reading units"))
        say(bank.sentence)
        if meme is not None:
            write_file(meme, write_meme([one.motif for one in bank.units if one.motif]))
        if unit is not None and not json_:
            say(bank.unit(unit).sentence)
            say(nearest(bank, [bank.unit(unit)])[0].sentence)
            print_tsv(context_table(bank, [bank.unit(unit)]), unit_provenance(bank))
            return
        shown = [bank.unit(unit)] if unit is not None else list(bank.units[: max(0, named)])
        names = {one.number: found for one, found in zip(shown, nearest(bank, shown), strict=True)}
    if json_:
        print_json(unit_record(bank, names))
    else:
        print_tsv(unit_table(bank, names), unit_provenance(bank))


def _layers(model: Model, member: int, json_: bool) -> None:
    from genoviz.units.layers import unit_layers
    from genoviz.units.tables import layer_provenance, layer_record, layer_table

    found = unit_layers(model, member)
    if json_:
        print_json(layer_record(model.card, found))
    else:
        print_tsv(layer_table(found), layer_provenance(model.card))


def _map(
    card: ModelCard, model: Model, layer: str, member: int, unit: int | None, text: str, fit: str, json_: bool
) -> None:
    """The mutation map of a unit, as `genoviz mutate` prints that of an output."""
    from genoviz.mutagenesis.tables import mutagenesis_table
    from genoviz.units.layers import find_layer
    from genoviz.units.mutation import unit_map
    from genoviz.units.tables import map_provenance, map_record

    if unit is None:
        raise BadInput("A sequence was given without a unit.", "--unit N says whose map it is.", "Add --unit.")
    read = only_one(read_fitted(text, None, card, fit))
    name = find_layer(model, layer, member).name
    found = unit_map(model, read.sequence, unit, name, member=member)
    say(found.sentence)
    if json_:
        print_json(map_record(card, name, found))
    else:
        print_tsv(mutagenesis_table(found), map_provenance(card, name, found))


def _records(card: ModelCard, fasta: Path | None, genome: str | None, n: int, seed: int) -> Background:
    """What drives the units: records of a file, windows of a genome, or random sequences like the training data."""
    from genoviz.discover.comparison import fitted_records, genome_background, given_background, random_background
    from genoviz.sequences.sequence import read_sequences

    if fasta is not None and genome is not None:
        raise BadInput("Records and a genome were given.", "Units are driven by one of them.", "Leave one out.")
    if fasta is not None:
        found, said = fitted_records(
            read_sequences(read_file(fasta), max_records=MOST, max_bases=MOST_BASES), card.length
        )
        say(said)
        return given_background(found)
    if genome is None:
        return random_background(card, n=n, seed=seed)
    with open_local(genome) as reference:
        return genome_background(reference, card.length, n=n, seed=seed)
