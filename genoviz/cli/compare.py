"""The commands `genoviz compare ...`: whether explanations agree, over methods, models, sequences, bins, mutants, sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    TargetText,
    at_work,
    fit_to,
    only_one,
    percentage,
    print_json,
    print_tsv,
    read_fitted,
    read_records,
    say,
    target_of,
)
from genoviz.cli.labelled_records import labelled_records
from genoviz.cli.receipts import ReceiptFile, write_receipt
from genoviz.compare.options import MUTANTS, RATE, REFERENCES
from genoviz.errors import BadInput, UnknownName
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.predict.tables import reading

if TYPE_CHECKING:
    from collections.abc import Sequence as Seq

    from genoviz.models.target import Target
    from genoviz.sequences.sequence import Sequence

app = typer.Typer(help="Ask whether explanations agree.", no_args_is_help=True)

Models = Annotated[list[str], typer.Argument(help="Names of models; twice the same for two of its targets.")]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target", "-t", help="One for all models, or one for each in their order; as in `genoviz attribute`."
    ),
]
Methods = Annotated[
    list[str] | None, typer.Option("--method", "-m", help="Attribution method; may be given several times.")
]
Method = Annotated[str | None, typer.Option("--method", "-m", help="Attribution method; the usual one without it.")]
Baseline = Annotated[str | None, typer.Option(help="What all methods compare with; an unknown one lists all.")]
References = Annotated[int, typer.Option(help="Number of shuffled references.")]
Seed = Annotated[int, typer.Option(help="Same seed, same numbers.")]


@app.command()
def maps(
    models: Models,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: Targets = None,
    method: Methods = None,
    baseline: Baseline = None,
    references: References = REFERENCES,
    seed: Seed = 0,
    centre: Annotated[int | None, typer.Option(help="Base (from 1) around which shorter models read.")] = None,
    strands: Annotated[
        bool, typer.Option("--strands", help="Explain the other strand as well, to find reasons.")
    ] = False,
    table: Annotated[str, typer.Option(help="What to print: `bases`, `pairs` or `contested`.")] = "bases",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Explain one sequence by several methods on several models, and say how far they agree."""
    with at_work():
        _one_of("table", table, ("bases", "pairs", "contested"))
        (one,) = _single(read_records(sequence, fasta))
        wanted = _targets(target, [get_card(name) for name in models])
        names = models * len(wanted or "1") if len(models) == 1 else models  # several numbers of one model
        from genoviz.compare import tables
        from genoviz.compare.comparison import compare
        from genoviz.compare.contested import contested
        from genoviz.models.load import load_model

        found = compare(
            [load_model(name) for name in names],
            one,
            wanted,
            method,
            baseline=baseline,
            references=references,
            seed=seed,
            centre=None if centre is None else centre - 1,
            strands=strands,
            progress=percentage("explaining"),
        )
        bases = contested(found)
        for notice in found.notices:
            say(notice)
        if receipt is not None:
            from genoviz.receipts.made import comparison_receipt

            write_receipt(receipt, comparison_receipt(found))
        if json_:
            print_json(tables.comparison_record(found, bases))
            return
        say(found.sentence)
        rows = {
            "bases": lambda: tables.base_table(found),
            "pairs": lambda: tables.pair_table(found),
            "contested": lambda: tables.contested_table(found, bases),
        }[table]()
        print_tsv(rows, tables.comparison_provenance(found))


@app.command()
def sequences(
    model: ModelName,
    sequence: SequenceText = None,
    other: Annotated[str | None, typer.Option("--other", help="Bases of the second sequence.")] = None,
    fasta: Annotated[Path | None, typer.Option("--fasta", "-f", help="File with the two sequences instead.")] = None,
    target: TargetText = None,
    method: Method = None,
    baseline: Baseline = None,
    references: References = REFERENCES,
    seed: Seed = 0,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Explain two sequences by one model with the same references, and compare them base by base."""
    with at_work():
        card = get_card(model)
        records = read_records(sequence, fasta) + (read_records(other, None) if other is not None else [])
        if len(records) != 2:
            raise BadInput(
                f"{len(records)} {'sequence was' if len(records) == 1 else 'sequences were'} given.",
                "Two are compared.",
                "Give `--sequence A --other B`, or `--fasta` with a file of two.",
            )
        first, second = (fit_to(one, card, fit).sequence for one in records)
        from genoviz.compare import tables
        from genoviz.compare.two_sequences import compare_sequences
        from genoviz.models.load import load_model

        found = compare_sequences(
            load_model(model),
            first,
            second,
            target_of(target, card),
            method,
            baseline=baseline,
            references=references,
            seed=seed,
            progress=percentage("explaining"),
        )
        if json_:
            print_json(tables.sequences_record(card, found))
            return
        say(f"{found.sentence} {found.similarity.sentence}")
        print_tsv(tables.sequences_table(found), tables.sequences_provenance(card, found))


@app.command()
def records(
    models: Models,
    fasta: FastaFile = None,
    sequence: SequenceText = None,
    target: Targets = None,
    method: Methods = None,
    baseline: Baseline = None,
    references: References = REFERENCES,
    seed: Seed = 0,
    bases: Annotated[bool, typer.Option("--bases", help="The bases that differ most instead of the records.")] = False,
    json_: AsJson = False,
) -> None:
    """Rank records by how far gradients and mutations of one model, or two models, differ on them."""
    with at_work():
        found_records = read_records(sequence, fasta)
        cards = [get_card(name) for name in models]
        from genoviz.compare import tables
        from genoviz.compare.disagreements import disagreements
        from genoviz.models.load import load_model

        found = disagreements(
            [load_model(name) for name in models],
            found_records,
            _targets(target, cards),
            method,
            baseline=baseline,
            references=references,
            seed=seed,
            progress=percentage("comparing"),
        )
        for notice in found.notices:
            say(notice)
        if json_:
            print_json(tables.disagreement_record(cards, found))
            return
        say(found.sentence)
        rows = tables.gap_table(found) if bases else tables.record_table(found)
        print_tsv(rows, tables.disagreement_provenance(cards, found))


@app.command()
def influence(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    track: Annotated[str | None, typer.Option(help="Track of the profile; the first without it.")] = None,
    output: Annotated[str | None, typer.Option(help="Output with several bins; the first without it.")] = None,
    bins: Annotated[str | None, typer.Option(help="Only these bins, START-END (from 1, both included).")] = None,
    step: Annotated[int, typer.Option(help="Neighbouring bins whose mean makes a row.")] = 1,
    window: Annotated[str | None, typer.Option(help="Only these bases are changed, START-END (from 1).")] = None,
    scale: Annotated[str, typer.Option(help="`logit`, or `value` (after the output's activation).")] = "logit",
    method: Annotated[str, typer.Option("--method", "-m", help="`ablation` takes all bins at once.")] = "ablation",
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Say which base of the input drives which bin of a profile model's output."""
    with at_work():
        card = get_card(model)
        one = only_one(read_fitted(sequence, fasta, card, fit))
        from genoviz.compare import tables
        from genoviz.compare.influence import influence as run
        from genoviz.models.load import load_model
        from genoviz.mutagenesis.saturation import parse_window

        found = run(
            load_model(model),
            one.sequence,
            output,
            track,
            bins=parse_window(bins),
            step=step,
            window=parse_window(window),
            scale=scale,
            method=method,
            progress=percentage("mutating"),
        )
        if json_:
            print_json(tables.influence_record(card, found) | reading(one))
            return
        say(found.sentence)
        print_tsv(tables.influence_table(found), tables.influence_provenance(card, found) | reading(one))


@app.command()
def mechanisms(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    method: Method = None,
    mutants: Annotated[int, typer.Option(help="How many mutants are explained.")] = MUTANTS,
    rate: Annotated[float, typer.Option(help="Share of the bases that is changed in each.")] = RATE,
    groups: Annotated[int | None, typer.Option(help="Number of clusters; found without it.")] = None,
    seed: Seed = 0,
    table: Annotated[str, typer.Option(help="What to print: `clusters`, `bases` or `mutants`.")] = "clusters",
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Cluster the explanations of many mutants: what the model falls back on when a part is destroyed."""
    with at_work():
        _one_of("table", table, ("clusters", "bases", "mutants"))
        card = get_card(model)
        one = only_one(read_fitted(sequence, fasta, card, fit))
        from genoviz.compare import tables
        from genoviz.compare.mechanisms import mechanisms as run
        from genoviz.models.load import load_model

        found = run(
            load_model(model),
            one.sequence,
            target_of(target, card),
            method,
            mutants=mutants,
            rate=rate,
            groups=groups,
            seed=seed,
            progress=percentage("explaining mutants"),
        )
        if json_:
            print_json(tables.mechanism_record(card, found) | reading(one))
            return
        say(found.sentence)
        make = {"clusters": tables.mechanism_table, "bases": tables.cluster_table, "mutants": tables.mutant_table}[
            table
        ]
        print_tsv(make(found), tables.mechanism_provenance(card, found) | reading(one))


@app.command()
def sets(
    model: ModelName,
    fasta: Annotated[
        list[Path] | None, typer.Option("--fasta", "-f", help="Sequences; of several files each is a label of its own.")
    ] = None,
    bed: Annotated[
        list[Path] | None, typer.Option(help="Regions (BED or narrowPeak) instead: aligned by summit or middle.")
    ] = None,
    genome: Annotated[str | None, typer.Option(help="Genome of the regions: a name or a FASTA file.")] = None,
    target: TargetText = None,
    method: Method = None,
    place: Annotated[
        int | None, typer.Option(help="Base (from 1) of each record that is aligned; else its middle.")
    ] = None,
    references: References = REFERENCES,
    seed: Seed = 0,
    json_: AsJson = False,
) -> None:
    """Average the explanations of many records, aligned by a place in each and split by label.

    The label is the name of the file where there are several; else what `label=` in a record's name says.
    """
    with at_work():
        card = get_card(model)
        read, labels = labelled_records(card, fasta or [], bed or [], genome)
        from genoviz.compare import tables
        from genoviz.compare.mean_map import mean_map
        from genoviz.models.load import load_model

        found = mean_map(
            load_model(model),
            read,
            target_of(target, card),
            method,
            places=None if place is None else [place - 1] * len(read),
            labels=labels,
            references=references,
            seed=seed,
            progress=percentage("explaining"),
        )
        for notice in found.notices:
            say(notice)
        if json_:
            print_json(tables.mean_record(card, found))
            return
        say(found.sentence)
        print_tsv(tables.mean_table(found), tables.mean_provenance(card, found))


def _targets(texts: list[str] | None, cards: Seq[ModelCard]) -> list[Target | None] | None:
    """One target for each model; a single one is meant for all, several for one model are as many numbers of it."""
    if not texts:
        return None
    if len(texts) == 1:
        return [target_of(texts[0], card) for card in cards]
    if len(cards) == 1:
        return [target_of(text, cards[0]) for text in texts]
    if len(texts) != len(cards):
        raise BadInput(
            f"{len(texts)} targets were given for {len(cards)} models.",
            "One for all, or one for each in their order, is accepted.",
            "Repeat --target for each model.",
        )
    return [target_of(text, card) for text, card in zip(texts, cards, strict=True)]


def _single(found: list[Sequence]) -> list[Sequence]:
    if len(found) != 1:
        raise BadInput(
            f"{len(found):,} sequences were given.", "One is needed here.", "For files use `genoviz compare records`."
        )
    return found


def _one_of(kind: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UnknownName.among(kind, value, known)
