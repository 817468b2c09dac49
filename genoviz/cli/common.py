"""What all commands share: messages and progress on standard error, exit code 2 for bad input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from genoviz.errors import GenovizError


def say(message: str) -> None:
    """A message for people, on standard error."""
    typer.echo(message, err=True)


@contextmanager
def bad_input_exits() -> Iterator[None]:
    """Turn a `GenovizError` of the block into its message and exit code 2."""
    try:
        yield
    except GenovizError as error:
        say(f"genoviz: {error}")
        raise typer.Exit(2) from error


def percentage(label: str) -> Callable[[float], None] | None:
    """A percentage on standard error while that is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: float) -> None:
        sys.stderr.write(f"\r{label} {100 * done:3.0f} %" + ("\n" if done >= 1 else ""))
        sys.stderr.flush()

    return show
