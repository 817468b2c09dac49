"""The commands `genoviz measured ...`: measured effects of changes, pairs and libraries beside predictions."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    ModelName,
    TargetText,
    at_work,
    open_local,
    percentage,
    print_json,
    print_tsv,
    read_file,
    read_records,
    say,
    target_of,
)
from genoviz.errors import BadInput, UnknownName
from genoviz.measured.options import MUTATIONS
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.weights import at_hand, is_ready

if TYPE_CHECKING:
    from genoviz.measured.experiment import Experiment

app = typer.Typer(help="Hold measurements against predictions.", no_args_is_help=True)

Table = Annotated[
    Path, typer.Argument(help="TSV or CSV with a header, also .gz; `public` for the fetched table of experiments.")
]
Element = Annotated[str | None, typer.Option("--element", "-e", help="Element of the table; see `measured elements`.")]
Column = Annotated[
    list[str] | None, typer.Option("--column", help="ROLE=NAME of a column, such as `effect=score`; repeatable.")
]
Fasta = Annotated[Path | None, typer.Option("--fasta", "-f", help="Sequence of the element; else put together.")]
GenomeName = Annotated[str | None, typer.Option("--genome", help="Genome that holds the element, by name or FASTA.")]
Barcodes = Annotated[float, typer.Option("--barcodes", help="Fewest barcodes of a change; 0 keeps all.")]
LargestP = Annotated[float, typer.Option("--p-value", help="Largest p-value of a change; 1 keeps all.")]
NoDeletions = Annotated[bool, typer.Option("--no-deletions", help="Substitutions only.")]
Reverse = Annotated[bool, typer.Option("--reverse", help="Read the element from its other strand.")]


@app.command()
def elements(table: Table, column: Column = None, json_: AsJson = False) -> None:
    """List the elements of a table, and which column is read as what."""
    with at_work():
        from genoviz.measured.reading import look_into
        from genoviz.measured.tables import element_table

        found = look_into(_content(table), _columns(column))
        for notice in found.columns.notices:
            say(notice)
        say("Columns: " + ", ".join(f"{role} = {name}" for role, name in found.columns.of.items()))
        header = {"table": table.name, **{f"column_{role}": name for role, name in found.columns.of.items()}}
        if json_:
            print_json(header | {"rows": [dict(row) for row in element_table(found)]})
            return
        print_tsv(element_table(found), header)


@app.command()
def changes(
    model: ModelName,
    table: Table,
    element: Element = None,
    target: TargetText = None,
    method: Annotated[str, typer.Option("--method", "-m", help="`mutations`, or an attribution method.")] = MUTATIONS,
    fasta: Fasta = None,
    genome: GenomeName = None,
    column: Column = None,
    barcodes: Barcodes = 0,
    p_value: LargestP = 1,
    no_deletions: NoDeletions = False,
    reverse: Reverse = False,
    region: Annotated[int, typer.Option(help="Bases of a region.")] = 50,
    show: Annotated[str, typer.Option("--table", help="What to print: `changes`, `regions` or `missed`.")] = "changes",
    json_: AsJson = False,
) -> None:
    """Hold measured effects of single changes against a model."""
    with at_work():
        if show not in ("changes", "regions", "missed"):
            raise UnknownName.among("table", show, ("changes", "regions", "missed"))
        if region < 1:
            raise BadInput(
                f"--region {region} was given.", "A region has at least one base.", "Choose 50, for example."
            )
        card = get_card(model)
        wanted = target_of(target, card)
        experiment = _experiment(table, element, fasta, genome, column, barcodes, p_value, not no_deletions, reverse)
        from genoviz.measured import tables
        from genoviz.measured.against import against
        from genoviz.models.load import load_model

        found = against(load_model(model), experiment, wanted, method, progress=percentage("predicting"))
        for notice in (*experiment.notices, *found.notices):
            say(notice)
        if json_:
            print_json(tables.against_record(found, region))
            return
        ceiling = found.ceiling.sentence if found.ceiling else ""
        said = (found.sentence, found.missed_sentence, found.unseen_sentence, ceiling)
        say(" ".join(filter(None, said)))
        rows = {
            "changes": lambda: tables.change_table(found),
            "regions": lambda: tables.region_table(found, region),
            "missed": lambda: tables.missed_table(found),
        }[show]()
        print_tsv(rows, tables.against_provenance(found))


@app.command("models")
def models_(
    table: Table,
    element: Element = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="Only these models; all suitable ones here without it.")
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option("--method", "-m", help="Several methods on each model; `mutations` without it.")
    ] = None,
    fasta: Fasta = None,
    genome: GenomeName = None,
    column: Column = None,
    barcodes: Barcodes = 0,
    p_value: LargestP = 1,
    no_deletions: NoDeletions = False,
    reverse: Reverse = False,
    json_: AsJson = False,
) -> None:
    """Hold one element against every suitable model on this computer."""
    with at_work():
        files = at_hand()
        cards = [get_card(name) for name in model] if model else [c for c in list_models() if is_ready(c, files)]
        experiment = _experiment(table, element, fasta, genome, column, barcodes, p_value, not no_deletions, reverse)
        from genoviz.measured import tables
        from genoviz.measured.predicted import methods_of
        from genoviz.measured.several import Asked, rows_of, side_by_side
        from genoviz.models.load import load_model
        from genoviz.models.target import Target

        if model:
            single = [(c, Target(c.outputs[0].name, (t,))) for c in cards for t in c.outputs[0].tracks]
        else:
            single = [(row.card, row.target) for row in rows_of(cards)]
        rows = [Asked(c, t, m) for c, t in single for m in (method or [MUTATIONS]) if m in methods_of(c)]
        found = side_by_side(experiment, rows, lambda card: load_model(card.name), progress=percentage("predicting"))
        if json_:
            print_json(tables.side_record(found))
            return
        say(found.sentence)
        print_tsv(tables.standing_table(found), tables.side_provenance(found))


@app.command()
def assay(
    model: Annotated[str, typer.Argument(help="Name of a model, or `mmsplice` for its five modules.", metavar="MODEL")],
    table: Table,
    target: TargetText = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Put mutants beside the wild types of other rows.")] = False,
    column: Column = None,
    around: Annotated[
        int | None, typer.Option(help="Base in the middle of what is read; from the end with a minus.")
    ] = None,
    introns: Annotated[
        str, typer.Option(help="For `mmsplice`: bases of intron before and behind the exon.")
    ] = "100,100",
    most: Annotated[int, typer.Option(help="At most so many rows, drawn by chance.")] = 20_000,
    groups: Annotated[bool, typer.Option("--groups", help="Print the groups instead of the rows.")] = False,
    json_: AsJson = False,
) -> None:
    """Hold a library of sequences, or pairs of wild type and mutant, against a model."""
    with at_work():
        from genoviz.measured import tables
        from genoviz.measured.assay import read_assay
        from genoviz.measured.assay_against import SPLICE, assay_against, splice_against

        card = None if model == SPLICE else get_card(model)
        wanted = None if card is None else target_of(target, card)
        read = read_assay(_content(table), _columns(column), pairs=pairs or None).sample(most)
        if wanted is None:
            from genoviz.splicing.modules import load_modules

            found = splice_against(load_modules(), read, introns=_introns(introns))
        else:
            from genoviz.models.load import load_model

            found = assay_against(load_model(model), read, wanted, around=around, progress=percentage("predicting"))
        for notice in found.notices:
            say(notice)
        if json_:
            print_json(tables.assay_record(found))
            return
        say(f"{found.sentence} {found.direction_sentence}".strip())
        print_tsv(tables.group_table(found) if groups else tables.assay_table(found), tables.assay_provenance(found))


@app.command()
def track(
    model: ModelName,
    file: Annotated[Path, typer.Argument(help="bedGraph, wiggle or bigWig, also .gz.")],
    genome: Annotated[str, typer.Option("--genome", help="Genome of the place, by name or FASTA.")],
    place: Annotated[str, typer.Option("--place", help="Such as `chr8:140,300,616-140,300,716`; 1-based.")],
    target: TargetText = None,
    json_: AsJson = False,
) -> None:
    """Hold a measured track against a model along a place, as long as the model reads."""
    with at_work():
        from genoviz.genomes.registry import open_genome
        from genoviz.genomes.signal import read_signal
        from genoviz.measured import tables
        from genoviz.measured.along import along_against
        from genoviz.models.load import load_model
        from genoviz.sequences.locus import Locus

        card = get_card(model)
        wanted = target_of(target, card)
        with open_genome(genome) as reference:
            locus = Locus.parse(place, assembly=reference.assembly).resize(card.length)
            sequence = reference.fetch(locus, pad=True)
        signal = read_signal(read_file(file), locus, file.name)
        found = along_against(load_model(model), sequence, wanted, signal, progress=percentage("predicting"))
        say(signal.sentence)
        if json_:
            print_json(tables.along_record(found))
            return
        say(found.sentence)
        print_tsv(tables.along_table(found), tables.along_provenance(found))


@app.command()
def fetch() -> None:
    """Fetch the public table of saturation experiments; afterwards it is `public` in the other commands."""
    with at_work():
        from genoviz.measured.public import ABOUT, CITATION, fetch_table, is_here, source

        if not is_here():
            say(f"{ABOUT} From {source()}.")
        path = fetch_table(percentage("fetching"))
        say(f"The table is in `{path}`. Cite: {CITATION}.")


def _content(table: Path) -> bytes:
    """The file of a command; `public` is the one that was fetched."""
    from genoviz.measured.public import is_here, table_path

    if str(table) != "public" or table.exists():
        return read_file(table)
    if not is_here():
        raise BadInput(
            "The public table is not on this computer.", "It is fetched once.", "Run `genoviz measured fetch` first."
        )
    return read_file(table_path())


def _columns(texts: list[str] | None) -> dict[str, str]:
    chosen = {}
    for text in texts or []:
        role, equals, name = text.partition("=")
        if not (role and equals and name):
            raise BadInput(
                f"--column {text[:40]} was given.", "It is ROLE=NAME.", "For example `--column effect=score`."
            )
        chosen[role] = name
    return chosen


def _introns(text: str) -> tuple[int, int]:
    first, _, second = text.partition(",")
    if not (first.strip().isdecimal() and second.strip().isdecimal()):
        raise BadInput(f"--introns {text[:40]} was given.", "It is two numbers.", "For example `--introns 100,100`.")
    return int(first), int(second)


def _experiment(
    table: Path, element: str | None, fasta: Path | None, genome: str | None, column: list[str] | None,
    barcodes: float, p_value: float, deletions: bool, reverse: bool,
) -> Experiment:  # fmt: skip
    """The experiment that the options name."""
    if fasta is not None and genome is not None:
        raise BadInput("Both --fasta and --genome were given.", "At most one is needed.", "Leave one out.")
    if not (math.isfinite(barcodes) and 0 <= p_value <= 1):
        raise BadInput(f"--p-value {p_value} was given.", "A p-value lies between 0 and 1.", "Try `--p-value 0.00001`.")
    from genoviz.measured.reading import experiment_of, from_genome, look_into

    found = look_into(_content(table), _columns(column))
    if genome is not None:
        with open_local(genome) as reference:
            read = from_genome(found, element, reference)
    elif fasta is not None:
        read = experiment_of(found, element, references=read_records(None, fasta))
    else:
        read = experiment_of(found, element)
    kept = read.kept(least_barcodes=barcodes, largest_p=p_value, deletions=deletions)
    return kept.turned() if reverse else kept
