"""Which bases people expect to matter: one person's guess, the guesses of a class, and the files that carry them.

A guess names nobody. It has a random number of its own, so that a file that is given twice counts once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, GenovizError
from genoviz.sequences.sequence import Sequence

KIND, VERSION = "genoviz guesses", 1
MOST_BASES, MOST_GUESSES = 5_000, 10_000
LARGEST = 2_000_000  # characters of a file
_ACCEPTED = "A file of guesses is what the page Predict first gives: JSON with sequence, marks and the model's name."


@dataclass(frozen=True)
class Guesses:
    """Guesses about one sequence.

    Attributes
    ----------
    bases
        The sequence.
    model, track
        What was asked about it.
    counts
        `(length,)`: how many marked each base.
    numbers
        The random number of each guess.

    Examples
    --------
    >>> one = Guesses.of("ACGTAC", "toy.sum", "activity", [1, 2], "a1")
    >>> other = Guesses.of("ACGTAC", "toy.sum", "activity", [2], "b2")
    >>> merge_guesses([one, other, one]).counts
    (0, 1, 2, 0, 0, 0)
    """

    bases: str
    model: str
    track: str
    counts: tuple[int, ...]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, bases: str, model: str, track: str, marked: Collection[int], number: str = "") -> Guesses:
        """The guess of one person: the marked bases (from 0)."""
        counts = tuple(int(i in set(marked)) for i in range(len(bases)))
        return cls(bases, model, track, counts, (number or secrets.token_hex(8),))

    @property
    def people(self) -> int:
        """How many guessed."""
        return len(self.numbers)

    @property
    def shares(self) -> NDArray[np.float32]:
        """`(length,)`: share of the people who marked a base."""
        return np.asarray(np.array(self.counts) / max(1, self.people), dtype=np.float32)

    @property
    def sentence(self) -> str:
        """How many guessed, and what most of them marked."""
        most = np.flatnonzero(self.shares > 0.5)
        agreed = f"more than half marked {stretches(most)}" if len(most) else "no base was marked by more than half"
        return f"{self.people} {'person' if self.people == 1 else 'people'} guessed: {agreed}."

    def text(self) -> str:
        """The file."""
        return json.dumps(
            {
                "kind": KIND,
                "version": VERSION,
                "model": self.model,
                "track": self.track,
                "sequence": self.bases,
                "counts": list(self.counts),
                "guesses": list(self.numbers),
            }
        )


def read_guesses(text: str, name: str = "The file") -> Guesses:
    """Guesses from the text of a file, of one person or of a class.

    Raises
    ------
    BadInput
        If it is no such file.
    """
    try:
        found: Any = json.loads(text) if len(text) <= LARGEST else None
        bases = Sequence(str(found["sequence"])).bases
        counts, numbers = tuple(map(int, found["counts"])), tuple(map(str, found["guesses"]))
        fits = found["kind"] == KIND and found["version"] == VERSION
        fits = fits and len(counts) == len(bases) <= MOST_BASES and 0 < len(numbers) <= MOST_GUESSES
        fits = fits and len(set(numbers)) == len(numbers) and all(0 < len(number) <= 40 for number in numbers)
        if fits and all(0 <= count <= len(numbers) for count in counts):
            return Guesses(bases, str(found["model"])[:200], str(found["track"])[:200], counts, numbers)
    except (ValueError, TypeError, KeyError, RecursionError, GenovizError):
        pass  # one message for all that is wrong with it
    raise BadInput(f"{name} can't be read as guesses.", _ACCEPTED, "Ask for the file again.")


def merge_guesses(several: Iterable[Guesses]) -> Guesses:
    """The guesses of all, each counted once.

    Raises
    ------
    BadInput
        If there are none, they are about different sequences or outputs, or two files of classes share some people.
    """
    first, *rest = dict.fromkeys(several)
    for one in rest:
        if (one.bases, one.model, one.track) != (first.bases, first.model, first.track):
            raise BadInput(
                "The guesses are about different sequences, models or outputs.",
                "All guesses that are merged are about the same.",
                f"Leave out those that are not about {first.track} of `{first.model}`, or about another sequence.",
            )
    counts, numbers = np.zeros(len(first.bases), dtype=int), dict[str, None]()
    for one in sorted((first, *rest), key=lambda guesses: -guesses.people):
        known = sum(number in numbers for number in one.numbers)
        if known == one.people:
            continue  # in a file of the class already
        if known:
            raise BadInput(
                "Two files of a class have some people in common.",
                "Each person is counted once, and what one of them marked can't be taken out of a class.",
                "Merge the files of the single people instead.",
            )
        counts += one.counts
        numbers.update(dict.fromkeys(one.numbers))
    return Guesses(first.bases, first.model, first.track, tuple(counts.tolist()), tuple(numbers))


def agreement(marked: Collection[int], scores: NDArray[np.floating]) -> int:
    """How many of the marked bases are among as many bases with the largest |score|; ties go to the left one."""
    size = np.abs(np.nan_to_num(np.asarray(scores, dtype=float)))
    strongest = np.argsort(-size, kind="stable")[: len(marked)]
    return len(set(marked) & set(strongest.tolist()))


def stretches(places: Iterable[int]) -> str:
    """Bases (from 0) as `31-40, 63`, counted from 1."""
    found: list[list[int]] = []
    for place in sorted(places):
        if found and found[-1][1] == place:
            found[-1][1] = int(place) + 1
        else:
            found.append([int(place), int(place) + 1])
    return ", ".join(str(end) if end - start == 1 else f"{start + 1}-{end}" for start, end in found)


def places_of(text: str, length: int) -> Seq[int]:
    """Bases (from 0) of `31-40, 63`.

    Raises
    ------
    BadInput
        If it is no such text, or a base is outside.
    """
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.replace("\u2013", "-").split(","))):
        first, _, last = (word.strip() for word in part.partition("-"))
        if not (first.isascii() and first.isdigit() and (last or first).isascii() and (last or first).isdigit()):
            found = [length]
            break
        found += range(int(first[:9]) - 1, min(int((last or first)[:9]), length + 1))
    if not found or min(found) < 0 or max(found) >= length:
        raise BadInput(
            f"`{text[:60]}` does not name bases of this sequence.",
            f"Bases from 1 to {length:,}, such as `31-40, 63`.",
            "Type them again.",
        )
    return found


def guess_table(found: Guesses) -> list[dict[str, object]]:
    """One row for each base: how many marked it, and their share."""
    rows = zip(found.bases, found.counts, found.shares.tolist(), strict=True)
    return [
        {"position": i, "base": base, "marked": n, "share": share} for i, (base, n, share) in enumerate(rows, start=1)
    ]
