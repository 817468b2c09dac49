"""The command `genoviz guesses`: the guesses of a class, from the files that the page Predict first gives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genoviz.cli.common import AsJson, bad_input_exits, print_json, print_tsv, read_file, say, write_file
from genoviz.files.text import decoded
from genoviz.files.tsv import plain_record
from genoviz.lessons.guesses import guess_table, merge_guesses, read_guesses


def guesses(
    files: Annotated[
        list[Path], typer.Argument(help="Files of guesses, of single people or of a class.", metavar="FILE...")
    ],
    out: Annotated[Path | None, typer.Option(help="Also write the file of the class, for the page.")] = None,
    json_: AsJson = False,
) -> None:
    """Merge the guesses of a class: how many marked each base. Each person is counted once."""
    with bad_input_exits():
        found = merge_guesses(read_guesses(decoded(read_file(path)), f"`{path}`") for path in files)
        say(found.sentence)
        if out is not None:
            write_file(out, found.text())
    header = {"model": found.model, "track": found.track, "people": found.people}
    if json_:
        print_json(plain_record(header, guess_table(found), sentence=found.sentence))
    else:
        print_tsv(guess_table(found), header)
