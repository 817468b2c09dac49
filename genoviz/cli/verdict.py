"""The command `genoviz verdict`: what stands out in a sequence, over all models that suit it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genoviz.cli.common import AsJson, at_work, percentage, print_json, print_tsv, read_records, say
from genoviz.errors import BadInput, BadSequence
from genoviz.sequences.sequence import Sequence


def verdict(
    sequence: Annotated[
        str,
        typer.Argument(help="Bases, a file with FASTA, GenBank or bases, or `-` for standard input.", metavar="SEQ"),
    ],
    model: Annotated[
        list[str] | None, typer.Option("--model", "-m", help="Only this model; may be given several times.")
    ] = None,
    organism: Annotated[
        str, typer.Option(help="Leave out models of others: human, mouse, yeast, `E. coli`, Arabidopsis, `fruit fly`.")
    ] = "",
    rna: Annotated[bool, typer.Option("--rna", help="Only models that read RNA.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="All tracks, not only the ten most unusual.")] = False,
    json_: AsJson = False,
) -> None:
    """Say what stands out in a sequence, over all tracks of all models. Several records give a table after another."""
    with at_work():
        records = _records(sequence)
        from genoviz.models.catalogue import get_card
        from genoviz.models.load import load_model
        from genoviz.verdict.site import strongest_site
        from genoviz.verdict.tables import verdict_provenance, verdict_record, verdict_table
        from genoviz.verdict.verdict import verdict as run

        cards = [get_card(name) for name in model] if model else None
        for number, one in enumerate(records, start=1):
            name = one.name or f"sequence {number}"
            try:
                found = run(one, cards, organism=organism, rna=rna, progress=percentage(name))
            except BadSequence as error:
                if len(records) == 1:
                    raise
                say(f"{name}: left out. {error.read}")
                continue
            sites = {row: strongest_site(load_model(row.card), row) for row in found.leaders}
            if json_:
                print_json(verdict_record(found, sites))
            else:
                say(f"{name}: {found.sentence}")
                rows = verdict_table(found, sites)
                print_tsv(rows if all_ else rows[:MOST], verdict_provenance(found))


MOST = 10  # rows of the table without `--all`


def _records(text: str) -> list[Sequence]:
    """The sequences of a file, of standard input, or the bases themselves."""
    path = Path(text)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # bases can be longer than the name of a file may be
        is_file = False
    if is_file:
        return read_records(None, path)
    if "." in text or "/" in text:
        raise BadInput(
            f"There is no file `{text[:100]}`.", "Bases, or a file that holds some, are read here.", "Check the path."
        )
    return read_records(text, None)
