"""The command `genoviz trust`: whether an explanation can be trusted, in six checks."""

from __future__ import annotations

from typing import Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    TargetText,
    WithoutAnswer,
    about_sequence,
    at_work,
    percentage,
    print_json,
    print_tsv,
    read_fitted,
    say,
    target_of,
)
from genoviz.cli.receipts import ReceiptFile, check_one, write_receipt
from genoviz.models.catalogue import get_card
from genoviz.predict.tables import reading
from genoviz.sequences.sequence import Sequence


def trust(
    model: ModelName,
    method: Annotated[
        str | None,
        typer.Option("--method", "-m", help="Attribution method; the page's usual one for this model without it."),
    ] = None,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    baseline: Annotated[str | None, typer.Option(help="What to compare with; an unknown one lists all.")] = None,
    references: Annotated[int, typer.Option(help="Number of shuffled references.")] = 20,
    reference: Annotated[str | None, typer.Option(help="Bases to compare with, for `--baseline sequence`.")] = None,
    seed: Annotated[int, typer.Option(help="For references, shuffles and random weights.")] = 0,
    details: Annotated[
        bool, typer.Option("--details", help="What the figures were made from instead of one row per check.")
    ] = False,
    fit: Fit = "exact",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Check an explanation in six ways. Exit code 1 if a light is red. Several sequences as in `attribute`."""
    with at_work():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        other = Sequence.read(reference) if reference else None
        check_one(receipt, fitted)
        from genoviz.models.load import load_model
        from genoviz.receipts.made import trust_receipt
        from genoviz.trust.report import assess
        from genoviz.trust.tables import trust_provenance, trust_record, trust_rows, trust_table

        chosen = target_of(target, card)
        loaded = load_model(model)
        left_out = WithoutAnswer(fitted)
        red = False
        for number, read in enumerate(fitted):
            one = read.sequence
            with left_out.one(number):
                report = assess(
                    loaded,
                    one,
                    chosen,
                    method,
                    baseline=baseline,
                    references=references,
                    other=other,
                    seed=seed,
                    progress=percentage("checking"),
                )
                red = red or bool(report.red)
                say(f"{one.name or 'sequence'}: {report.sentence}")
                if receipt is not None:
                    write_receipt(receipt, trust_receipt(card, report))
                if json_:
                    print_json(trust_record(card, report) | about_sequence(read))
                else:
                    rows = trust_rows(report) if details else trust_table(report)
                    print_tsv(rows, trust_provenance(card, report) | reading(read))
    if red:
        raise typer.Exit(1)
