"""`genoviz lesson`: the lessons, and what a result code says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genoviz.cli.common import AsJson, bad_input_exits, print_json, print_tsv, say
from genoviz.errors import BadInput, GenovizError
from genoviz.learn.codes import VARIABLE, read_code
from genoviz.learn.tables import lesson_rows, result_rows
from genoviz.lessons.lesson import list_lessons

app = typer.Typer(no_args_is_help=True, help="Lessons of the page Learn, and the result codes of students.")


@app.command("list")
def list_(json_: AsJson = False) -> None:
    """List the lessons: number, title, question, minutes."""
    rows = lesson_rows(list_lessons())
    if json_:
        print_json(rows)
    else:
        print_tsv(rows, {})


@app.command()
def check(
    codes: Annotated[
        list[str] | None, typer.Argument(help="Result codes, as lessons show them.", metavar="CODE...")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A file with one code in each line.")] = None,
    phrase: Annotated[
        str | None, typer.Option(help=f"The class phrase; otherwise that of the environment ({VARIABLE}).")
    ] = None,
    json_: AsJson = False,
) -> None:
    """Say what result codes say, one row for each. Exit code 1 if one of them does not fit."""
    with bad_input_exits():
        given = [*(codes or []), *_lines(file)]
        if not given:
            raise BadInput(
                "No code was given.", "Codes stand behind the command, or in a file.", "Give a code, or --file."
            )
    results, wrong = [], 0
    for code in given:
        try:
            results.append(read_code(code, phrase))
        except GenovizError as error:
            wrong += 1
            say(f"genoviz: {error}")
    for result in results:
        say(result.sentence)
    rows = result_rows(results)
    if json_:
        print_json(rows)
    elif rows:
        print_tsv(rows, {})
    if wrong:
        raise typer.Exit(1)


def _lines(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"`{file}` can't be read ({error}).", "A text file with one code in each line.", "Check the file."
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
