"""Receipts on the command line: the option that writes one, and `genoviz verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    FastaFile,
    SequenceText,
    at_work,
    percentage,
    print_json,
    print_tsv,
    read_file,
    read_records,
    say,
    write_file,
)
from genoviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence as Seq
    from collections.abc import Sized

    from genoviz.models.card import ModelCard
    from genoviz.receipts.receipt import Receipt
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.tables import SpliceOptions
    from genoviz.splicing.usage import SpliceUsageEffect

ReceiptFile = Annotated[
    Path | None,
    typer.Option("--receipt", help="Also write a receipt to this file, which `genoviz verify` checks."),
]


def check_one(receipt: Path | None, sequences: Sized) -> None:
    """Raise `BadInput` for a receipt of several sequences, of commands that answer one by one."""
    if receipt is not None and len(sequences) != 1:
        raise BadInput(
            f"{len(sequences):,} sequences were given with --receipt.",
            "A receipt is about one result.",
            "Give one sequence, or leave --receipt out.",
        )


def write_receipt(path: Path | None, receipt: Receipt) -> None:
    """Write a receipt where one is wanted."""
    if path is not None:
        write_file(path, receipt.json())
        say(f"Receipt: {path} (check it with `genoviz verify {path}`)")


def write_splice_receipt(
    path: Path, card: ModelCard, effects: Seq[SpliceEffect | SpliceUsageEffect], options: SpliceOptions, genome: str
) -> None:
    """Write the receipt of a variant's splice scores; `BadInput` where it has those of several genes."""
    from genoviz.receipts.made import splice_receipt

    if len(effects) != 1:
        raise BadInput(
            f"{len(effects)} genes lie at the variant.",
            "A receipt is about one result.",
            "Name one of their transcripts with `genoviz splice --transcript`.",
        )
    outside, distance = options.read_outside, options.distance
    write_receipt(path, splice_receipt(card, effects[0], distance=distance, genome=genome, read_outside=outside))


def verify(
    receipt: Annotated[Path, typer.Argument(help="File with a receipt.", metavar="RECEIPT")],
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    genome: Annotated[
        str, typer.Option(help="Genome of a variant, where the receipt leaves the bases out: a name, or a FASTA file.")
    ] = "",
    json_: AsJson = False,
) -> None:
    """Compute the result of a receipt again, and say whether the same comes out. Exit code 1 if it does not."""
    with at_work():
        from genoviz.receipts.receipt import Receipt
        from genoviz.receipts.tables import verification_header, verification_record, verification_table
        from genoviz.receipts.verify import verify as run

        read = Receipt.read(read_file(receipt))
        given = []
        if sequence is not None or fasta is not None:
            given = read_records(sequence, fasta)
        found = run(read, given, genome=genome, progress=percentage("computing again"))
        say(found.sentence)
        if json_:
            print_json(verification_record(found))
        else:
            print_tsv(verification_table(found), verification_header(found))
    if found.verdict == "different":
        raise typer.Exit(1)
