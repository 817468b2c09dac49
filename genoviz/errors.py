"""Errors that a person can act on.

Every message has up to three parts: what was read, what is accepted, and what to do about it. The pages show
them as a message with the page still alive, the command line prints them to standard error and exits with code 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class GenovizError(Exception):
    """Base of all errors that input or configuration can cause.

    Parameters
    ----------
    read
        What was read, in words.
    accepted
        What would have been accepted.
    fix
        What to type or click.
    """

    def __init__(self, read: str, accepted: str = "", fix: str = "") -> None:
        self.read, self.accepted, self.fix = read, accepted, fix
        super().__init__(read, accepted, fix)

    def __str__(self) -> str:
        return " ".join(part for part in (self.read, self.accepted, self.fix) if part)


class BadInput(GenovizError):
    """An option or number is outside what the function accepts."""


class BadSequence(GenovizError):
    """Text that is not a DNA sequence, or one that does not fit."""


class BadLocus(GenovizError):
    """Text that is not an interval, or an interval outside the reference."""


class BadVariant(GenovizError):
    """Text that is not a variant that can be applied."""


class RefMismatch(BadVariant):
    """The reference allele differs from the reference sequence."""


class BadMotif(GenovizError):
    """Text that is not a motif file, or numbers that are not a motif."""


class BadGenome(GenovizError):
    """A reference genome that can't be opened or lacks its index."""


class BadReceipt(GenovizError):
    """Text that is no receipt of a result, or one that was changed."""


class UnknownName(GenovizError):
    """A model, output, track, method or baseline that does not exist."""

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str]) -> UnknownName:
        """Build the error for `name`, listing near matches (or the first names) of `known`."""
        names = list(known)
        lower = {n.lower(): n for n in names}
        near = [lower[m] for m in get_close_matches(name.lower(), list(lower), n=4, cutoff=0.5)]
        shown = near or names[:20]
        more = "" if near or len(names) <= 20 else f" and {len(names) - 20} more"
        return cls(
            f"There is no {kind} named `{name}`.",
            ("Did you mean " if near else "There are ")
            + ", ".join(f"`{n}`" for n in shown)
            + more
            + ("?" if near else "."),
            f"Choose one of these {kind[:-1] + 'ie' if kind.endswith('y') else kind}s.",
        )


class MissingWeights(GenovizError):
    """The weights of a model are not on this computer."""


class BadCheckpoint(GenovizError):
    """A weights file that is damaged, incomplete or not the one its card describes."""


class BadModel(GenovizError):
    """A model adapter that breaks the contract of `genoviz.models`."""


class AdapterFailed(BadModel):
    """The code of a model raised an error of its own."""


class NotFinite(BadModel):
    """A model gave nan or an infinite number, which says nothing."""


class Cancelled(GenovizError):
    """Long work was stopped on request; what was done until then is kept by the caller."""

    def __init__(self, read: str = "Stopped on request.", accepted: str = "", fix: str = "") -> None:
        super().__init__(read, accepted, fix)
