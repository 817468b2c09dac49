"""What rules of biology read, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from genoviz.models.card import ModelCard
from genoviz.motifs.collection import KnownMotif
from genoviz.sequences.edits import Edit


@dataclass(frozen=True)
class Change:
    """A sequence before and after one edit.

    Attributes
    ----------
    before, after
        Upper-case letters.
    start, end
        Bases of `before` that were replaced (0-based, half-open); equal for an insertion.
    bases
        What came in their place.
    """

    before: str
    after: str
    start: int
    end: int
    bases: str

    @classmethod
    def of(cls, before: str, edit: Edit, *, flank: str = "", window: bool = True) -> Change:
        """The change that an edit makes to a sequence.

        Parameters
        ----------
        before
            The sequence.
        edit
            In its coordinates.
        flank
            What follows on the right, and comes in after a deletion.
        window
            The sequence is what a model reads: `after` gets the same length, with N behind the flank.

        Raises
        ------
        BadInput
            If the edit does not fit.
        """
        after = edit.on(before)
        if window:
            after = (after + flank + "N" * len(before))[: len(before)]
        return cls(before, after, edit.start, edit.end, edit.bases)

    @property
    def shift(self) -> int:
        """By how much the edit moves what lies on its right."""
        return len(self.bases) - (self.end - self.start)

    @property
    def inverse(self) -> Change:
        """The change back."""
        was = self.before[self.start : self.end]
        return Change(self.after, self.before, self.start, self.start + len(self.bases), was)

    def touched(self, width: int) -> range:
        """Where stretches of `width` bases begin in `before` that hold a changed base, or have the new ones inside."""
        return range(max(0, self.start - width + 1), min(self.end, len(self.before) - width + 1))

    def there(self, place: int, width: int) -> tuple[int, ...]:
        """Where a stretch of `before` may lie in `after`: as far from the bases on its left, or from those on its right."""
        places = {place} if not self.shift else set()
        if place < self.start:
            places.add(place)
        if place + width > self.end:
            places.add(place + self.shift)
        return tuple(sorted(p for p in places if 0 <= p <= len(self.after) - width))


@dataclass(frozen=True)
class SpliceSite:
    """A splice site: `donor` or `acceptor`, and the first base (0-based) of its GT or AG."""

    kind: str
    at: int


@dataclass(frozen=True)
class Context:
    """What is known besides the letters.

    Attributes
    ----------
    card, track
        The model that is asked, and which of its tracks.
    sites
        Splice sites that are annotated or predicted, in the sequence before the edit.
    motifs
        What to look for, each with the largest p-value of a match.
    about
        Factors that the track is about, in upper case.
    """

    card: ModelCard
    track: str = ""
    sites: tuple[SpliceSite, ...] = ()
    motifs: tuple[tuple[float, tuple[KnownMotif, ...]], ...] = ()
    about: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """What the function of a rule answers.

    Attributes
    ----------
    kind
        Which of the rule's sentences says it.
    start, end
        The signal's bases: after the edit if it was made, else before it (0-based, half-open).
    parts
        What the sentence names.
    more
        A second sentence for those who look closer; may be empty.
    """

    kind: str
    start: int
    end: int
    parts: Mapping[str, object] = field(default_factory=dict)
    more: str = ""


@dataclass(frozen=True)
class Signal:
    """A signal that a sequence has: its bases (0-based, half-open), a short name, and what to know of it."""

    start: int
    end: int
    label: str
    note: str = ""


Judge = Callable[[Change, Context], Iterator[Found]]
Search = Callable[[str, Context], Iterator[Signal]]


@dataclass(frozen=True)
class Rule:
    """A rule of biology: one row of `genoviz.consequences.rules.RULES`.

    Attributes
    ----------
    name
        Key in tables and files.
    title
        Goes on after `Only mutations that ...`.
    sentences
        By kind of finding, how the sentence about a mutation goes on, with the parts in braces.
    fits
        Whether the rule is for a model.
    scope
        For which models, in words.
    judged
        How it is decided, in words.
    citation
        Who found it, with DOI or PubMed number.
    judge
        From a change and its context to findings.
    signals
        Finds the signals that a sequence has; None where marking them would say nothing.
    before_start
        Whether the rule holds only where a start codon follows on what the model reads.
    common
        Whether so many mutations do it that a mark in each cell would be noise; it stands in the tooltip.
    """

    name: str
    title: str
    sentences: Mapping[str, str]
    fits: Callable[[ModelCard], bool]
    scope: str
    judged: str
    citation: str
    judge: Judge
    signals: Search | None = None
    before_start: bool = False
    common: bool = False


@dataclass(frozen=True)
class Finding:
    """What a mutation does to one signal.

    Attributes
    ----------
    rule
        Name of the rule.
    kind
        `made` or `lost`, or what else the rule tells apart.
    words
        How the sentence about the mutation goes on: `makes an upstream ATG, out of frame`.
    more
        What to know besides; may be empty.
    start, end
        The signal's bases: after the edit if it was made, else before it (0-based, half-open).
    """

    rule: str
    kind: str
    words: str
    more: str
    start: int
    end: int

    @property
    def note(self) -> str:
        """Both in one line, for tooltips and tables."""
        return f"{self.words} ({self.more})" if self.more else self.words


def bases_words(start: int, end: int) -> str:
    """`base 10`, `bases 10-12`: as people count."""
    return f"base {end}" if end - start == 1 else f"bases {start + 1}-{end}"


def lost(change: Change, width: int, matches: Callable[[str, int], bool]) -> Iterator[int]:
    """Where a stretch of `before` matches that has no counterpart in `after` which does; touched ones only."""
    for place in change.touched(width):
        if matches(change.before, place) and not any(
            matches(change.after, there) for there in change.there(place, width)
        ):
            yield place
