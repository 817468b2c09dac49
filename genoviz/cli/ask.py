"""The command `genoviz ask`: what a text is taken for."""

from __future__ import annotations

from typing import Annotated

import typer

from genoviz.cli.common import AsJson, bad_input_exits, print_json, say
from genoviz.errors import BadInput
from genoviz.files.tsv import tsv


def ask(
    text: Annotated[str, typer.Argument(help="Bases, a gene, a place, a variant, an rsID, a link ...")],
    genome: Annotated[str, typer.Option(help="Name of the genome that is asked first.")] = "",
    json_: AsJson = False,
) -> None:
    """Say what a text is taken for, as the box of the page does; nothing is looked up over the network."""
    with bad_input_exits():
        from genoviz.question.library import registered
        from genoviz.question.tables import reading_rows
        from genoviz.question.understand import understand

        with registered(genome) as library:
            readings = understand(text, library)
        if not readings:
            raise BadInput("The text is empty.", "One text is read.", "Type for example `genoviz ask BRCA1`.")
        if not any(one.page for one in readings) and readings[0].error is not None:
            raise readings[0].error
    for one in readings:
        for notice in (*one.notices, *((str(one.error),) if one.error else ())):
            say(notice)
    if json_:
        print_json({"readings": reading_rows(readings)})
    else:
        typer.echo(tsv(reading_rows(readings)), nl=False)
