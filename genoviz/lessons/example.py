"""What an example is: a sequence to start from, the model and track it opens on, and what to see there."""

from __future__ import annotations

import random
from dataclasses import dataclass

from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class Site:
    """A site of an example: its name and positions (0-based, half-open)."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """A sequence to start from.

    Attributes
    ----------
    key, title, teaser, note
        Short key for links, button text, one line for the gallery, and what to look for. A number in the note is what the
        page says, rounded alike; tests run the model and compare.
    sequence
        The letters as long as the model reads; with a locus where they are a piece of a genome.
    model, track
        The model and track it opens on.
    sites
        What is known to be there.
    edits, edit_name
        An edit worth making, in the short form of links (`41T`), and what its button says. Empty without one.
    window
        The bases shown at first (`161-240`, counted from 1); empty for all.
    """

    key: str
    title: str
    teaser: str
    note: str
    sequence: Sequence
    model: str
    track: str
    sites: tuple[Site, ...]
    edits: str = ""
    edit_name: str = ""
    window: str = ""

    @property
    def synthetic(self) -> bool:
        """Whether somebody made it up, so that all that is in it is known."""
        return self.sequence.name.startswith("synthetic")

    @property
    def origin(self) -> str:
        """Where its letters come from, in a few words."""
        if self.synthetic:
            return "synthetic"
        locus = self.sequence.locus
        return f"{locus} {locus.assembly}" if locus is not None else "real"


def construct(length: int, *sites: tuple[int, str], gc: float, seed: int) -> str:
    """Random bases with this share of G and C, and sites written over them from their first base (0-based) on."""
    letters = random.Random(seed).choices("ACGT", weights=[1 - gc, gc, gc, 1 - gc], k=length)
    for start, site in sites:
        letters[start : start + len(site)] = site
    return "".join(letters)
