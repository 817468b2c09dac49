"""Rows that are written one by one, as they are computed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from genoviz.errors import BadInput
from genoviz.files.tsv import Row, tsv


@contextmanager
def writer(out: Path | None) -> Iterator[TextIO]:
    """The file that rows go to; standard output where there is none."""
    if out is None:
        yield sys.stdout
        return
    try:
        file = out.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(
            f"`{out}` can't be written ({error.strerror}).", "A file in a folder of yours is needed.", "Check the path."
        ) from error
    with file:
        yield file


def write_header(file: TextIO, header: dict[str, object]) -> None:
    """What stands before the rows."""
    file.writelines(f"{line}\n" for line in tsv([], header).splitlines()[:-1])


def write_row(file: TextIO, row: Row, *, first: bool) -> None:
    """A row, under the names of its columns where it is the first."""
    names, cells = tsv([row]).splitlines()
    lines: Iterable[str] = (names, cells) if first else (cells,)
    file.writelines(f"{line}\n" for line in lines)
    file.flush()
