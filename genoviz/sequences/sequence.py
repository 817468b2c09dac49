"""Sequence: the letters a model reads.

A `Sequence` is frozen and hashed by its letters, so it can be a cache key. Positions in messages are 1-based;
arguments are 0-based and half-open like Python slices.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from genoviz.errors import BadInput, BadSequence
from genoviz.sequences.locus import Locus, clip

BASES = "ACGT"
IUPAC: dict[str, str] = {
    "A": "A",
    "C": "C",
    "G": "G",
    "T": "T",
    "R": "AG",
    "Y": "CT",
    "S": "CG",
    "W": "AT",
    "K": "GT",
    "M": "AC",
    "B": "CGT",
    "D": "AGT",
    "H": "ACT",
    "V": "ACG",
    "N": "ACGT",
}
_COMPLEMENT = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")
_UNKNOWN = re.compile("[^ACGTRYSWKMBDHVN]")
_AMBIGUOUS = re.compile("[^ACGT]")
_PROTEIN_ONLY = "EFILPQZXJO"
_GAPS = "-.*~"
ACCEPTED = "Bases are A, C, G, T (or U) and the IUPAC codes R Y S W K M B D H V N, in upper or lower case."


def base_count(n: int) -> str:
    """`1 base`, `1,000 bases`."""
    return f"{n:,} base" if n == 1 else f"{n:,} bases"


@dataclass(frozen=True)
class Sequence:
    """DNA letters, 5' to 3', with a name and, when known, the place they come from.

    Parameters
    ----------
    bases
        The 15 IUPAC letters; lower case (soft-masked repeats) is turned into upper case.
    name
        For titles and file names; may be empty.
    locus
        Where the letters lie; must be as long as they are. On the minus strand the letters are the reverse
        complement of the assembly's.

    Raises
    ------
    BadSequence
        If there are no letters, one is not an IUPAC base (named, with its 1-based position), or the locus has
        another length.
    """

    bases: str
    name: str = ""
    locus: Locus | None = None

    def __post_init__(self) -> None:
        # str.upper() turns some letters into two ("ß" -> "SS"), so only ASCII is folded.
        upper = self.bases.upper() if self.bases.isascii() else self.bases
        object.__setattr__(self, "bases", upper)
        if not upper:
            raise BadSequence(read="The sequence is empty.", accepted=ACCEPTED, fix="Paste at least one base.")
        unknown = _UNKNOWN.search(upper)
        if unknown:
            raise _bad_letter(upper, unknown.start())
        if self.locus is not None and len(self.locus) != len(upper):
            raise BadSequence(
                read=f"The sequence has {base_count(len(upper))}, but {self.locus} has {len(self.locus):,}.",
                accepted="A sequence and its locus are equally long.",
                fix="Leave the locus out, or give the one the sequence was read from.",
            )

    @classmethod
    def read(cls, text: str | bytes) -> Sequence:
        """The one sequence in pasted text; see `genoviz.sequences.text.read_sequences` for the formats.

        Raises
        ------
        BadSequence
            If there is no sequence, more than one, or it cannot be read.
        """
        from genoviz.sequences.text import read_sequences

        records = read_sequences(text)
        if len(records) > 1:
            names = ", ".join(clip(record.name or "unnamed", 30) for record in records[:3])
            raise BadSequence(
                read=f"The text holds {len(records)} sequences ({names}{', ...' if len(records) > 3 else ''}).",
                accepted="One sequence is read here.",
                fix="Paste only the one you want.",
            )
        if records[0].error is not None:
            raise records[0].error
        if records[0].sequence is None:  # a record has one or the other
            raise BadSequence(read="The sequence is empty.", accepted=ACCEPTED, fix="Paste at least one base.")
        return records[0].sequence

    def __len__(self) -> int:
        return len(self.bases)

    def __str__(self) -> str:
        return self.bases

    def fasta(self, note: str = "", *, width: int = 60) -> str:
        """FASTA text; the header is the name (`sequence` without one), then the note."""
        name = " ".join(self.name.replace(">", " ").split()) or "sequence"
        lines = [self.bases[i : i + width] for i in range(0, len(self), width)]
        return "\n".join([f">{name} {note}".rstrip(), *lines]) + "\n"

    def crop(self, start: int, end: int) -> Sequence:
        """Bases `start` to `end` (0-based, half-open, counted 5' to 3'), with their locus on either strand.

        Raises
        ------
        BadSequence
            If the range is empty or reaches outside.
        """
        if not 0 <= start < end <= len(self):
            raise BadSequence(
                read=f"Bases {start + 1:,} to {end:,} were asked for.",
                accepted=f"The sequence has bases 1 to {len(self):,}.",
                fix="Choose a range inside it.",
            )
        locus = self.locus
        if locus is not None:
            low = locus.start + start if locus.strand == "+" else locus.end - end
            locus = replace(locus, start=low, end=low + end - start)
        return Sequence(self.bases[start:end], self.name, locus)

    def reverse_complement(self) -> Sequence:
        """The other strand, 5' to 3', IUPAC codes included; the locus changes strand with it."""
        locus = self.locus.flip() if self.locus is not None else None
        return Sequence(self.bases.translate(_COMPLEMENT)[::-1], self.name, locus)

    @property
    def gc(self) -> float:
        """G and C as a fraction of the A, C, G and T; nan when there are none of these."""
        strong = self.bases.count("G") + self.bases.count("C")
        known = strong + self.bases.count("A") + self.bases.count("T")
        return strong / known if known else float("nan")

    @property
    def ambiguous(self) -> tuple[int, ...]:
        """0-based positions of letters other than A, C, G, T."""
        return tuple(match.start() for match in _AMBIGUOUS.finditer(self.bases))

    def counts(self) -> dict[str, int]:
        """How often each letter occurs: A, C, G and T always, other codes when present."""
        found = {letter: self.bases.count(letter) for letter in IUPAC}
        return {letter: n for letter, n in found.items() if n or letter in BASES}

    def fit(self, length: int, *, how: str = "centre", start: int | None = None, pad_with: str = "N") -> Fitted:
        """Make the sequence exactly `length` bases, and say in words what was done.

        Parameters
        ----------
        length
            Bases wanted.
        how
            `"centre"`: crop around the centre when too long, pad both sides when too short.
            `"window"`: when too long, read from base `start`. `"pad"`: pad when too short, never crop.
            `"exact"`: neither. Of an odd number of bases, the extra one is dropped on the left or added on the right,
            as in `Locus.resize`.
        start
            0-based first base for `"window"` (0 when None); not used otherwise.
        pad_with
            One IUPAC letter, `N` by default: what a model should see where nothing is known.

        Raises
        ------
        BadSequence
            If the length does not fit and `how` forbids the change, or the window reaches outside.
        BadInput
            If `how`, `length` or `pad_with` is not one of the choices.
        """
        _check_fit(length, how, start, pad_with)
        start = (start or 0) if how == "window" else None
        extra = len(self) - length
        if extra == 0 and not start:
            return Fitted(self, 0, length, 0, 0, f"All {base_count(length)} are read.")
        if how == "exact" or (extra > 0 and how == "pad") or (extra < 0 and how == "window"):
            raise _wrong_length(len(self), length)
        if extra >= 0:
            begin = (extra + 1) // 2 if start is None else start
            if begin + length > len(self):
                raise BadSequence(
                    read=f"A window of {base_count(length)} from base {begin + 1:,} ends after base {len(self):,}.",
                    accepted=f"The window can start at bases 1 to {extra + 1:,}.",
                    fix=f"Start at base {extra + 1:,} or before.",
                )
            chosen = "centre" if how == "centre" else "chosen window"
            sentence = f"Bases {begin + 1:,}-{begin + length:,} of {len(self):,} ({chosen}) are read."
            return Fitted(self.crop(begin, begin + length), begin, begin + length, 0, 0, sentence)
        left = -extra // 2
        right = -extra - left
        padded = Sequence(pad_with * left + self.bases + pad_with * right, self.name, self._padded_locus(left, right))
        sentence = (
            f"{'The 1 base is' if len(self) == 1 else f'All {len(self):,} bases are'} read, "
            f"with {left:,} {pad_with} added on the left and {right:,} {pad_with} on the right."
        )
        return Fitted(padded, 0, len(self), left, right, sentence)

    def _padded_locus(self, left: int, right: int) -> Locus | None:
        if self.locus is None:
            return None
        before, after = (left, right) if self.locus.strand == "+" else (right, left)
        if self.locus.start < before:  # no such place: the padding hangs over the chromosome's start
            return None
        return replace(self.locus, start=self.locus.start - before, end=self.locus.end + after)


@dataclass(frozen=True)
class Fitted:
    """A sequence made to fit a length.

    Parameters
    ----------
    sequence
        The result.
    start, end
        Which bases of the original are in it (0-based, half-open).
    left_pad, right_pad
        Letters added on each side.
    sentence
        What was done, in words with 1-based positions.
    """

    sequence: Sequence
    start: int
    end: int
    left_pad: int
    right_pad: int
    sentence: str

    @property
    def numbering(self) -> str:
        """How positions in the result and in the original correspond, in words; empty where they are equal."""
        offset = self.start - self.left_pad
        if offset > 0:
            return f"Position 1 is base {offset + 1:,} of the sequence given."
        return f"Base 1 of the sequence given is position {1 - offset:,}." if offset else ""


def describe(sequence: Sequence) -> str:
    """One line for under an input box: `101 bases, GC 54 %, no ambiguous bases`."""
    gc = "GC unknown" if sequence.gc != sequence.gc else f"GC {100 * sequence.gc:.0f} %"
    ambiguous = {letter: n for letter, n in sequence.counts().items() if letter not in BASES}
    total = sum(ambiguous.values())
    if not total:
        return f"{base_count(len(sequence))}, {gc}, no ambiguous bases"
    listed = ", ".join(f"{letter} {n:,}" for letter, n in ambiguous.items())
    return f"{base_count(len(sequence))}, {gc}, {total:,} ambiguous {'base' if total == 1 else 'bases'} ({listed})"


def protein_letter(letters: str) -> int | None:
    """0-based position of the first letter that only proteins have, if the whole looks like a protein."""
    found = [i for i in map(letters.find, _PROTEIN_ONLY) if i >= 0]
    if not found or not letters.isascii() or not letters.strip("*-").isalpha():
        return None
    # A long stretch of bases with a single X or E is a typing error or a mask, not a protein.
    if sum(map(letters.count, "ACGTUN")) >= 0.9 * len(letters):
        return None
    return min(found)


def looks_like_protein(why: str) -> BadSequence:
    return BadSequence(
        read=f"This looks like a protein sequence ({why}).",
        accepted="Models of the genome read DNA or RNA bases.",
        fix="Paste the DNA of the region or the coding sequence (CDS) instead.",
    )


def _bad_letter(bases: str, i: int) -> BadSequence:
    """The message for the first letter that is no base, by what it most looks like."""
    letter = bases[i]
    protein = protein_letter(bases)
    if protein is not None:
        return looks_like_protein(f"letter {bases[protein]} at position {protein + 1:,}")
    if letter in _GAPS:
        n = bases.count(letter)
        return BadSequence(
            read=f"There {'is a gap' if n == 1 else f'are {n:,} gaps'} `{letter}`, the first at position {i + 1:,}.",
            accepted=ACCEPTED,
            fix="Paste the sequence without its alignment: remove the gaps, or write N where bases are unknown.",
        )
    if letter in "Uu":
        read, fix = f"Letter U at position {i + 1:,} is RNA.", "Write T, or paste the text where sequences are read."
    else:
        shown = f"`{letter}`" if letter.isprintable() and letter not in " `" else f"U+{ord(letter):04X}"
        name = "" if letter.isascii() and shown[0] == "`" else f" ({unicodedata.name(letter, 'unnamed').lower()})"
        read = f"{shown}{name} at position {i + 1:,} is not a base."
        fix = "Write N where the base is unknown, or remove it."
    return BadSequence(read=read, accepted=ACCEPTED, fix=fix)


def _check_fit(length: int, how: str, start: int | None, pad_with: str) -> None:
    if length < 1:
        raise BadInput(f"A length of {length:,} was asked for.", "A length is 1 or more.", "Choose another length.")
    if how not in ("centre", "window", "pad", "exact"):
        raise BadInput(
            f"There is no way to fit named {clip(how, 30)}.",
            "There are `centre`, `window`, `pad` and `exact`.",
            "Choose one of these.",
        )
    if start is not None and start < 0:
        raise BadInput(f"The window would start at base {start + 1:,}.", "Bases start at 1.", "Choose a later start.")
    if pad_with not in IUPAC:
        raise BadInput(f"{clip(pad_with, 20)} was given to pad with.", "One IUPAC letter pads.", "Use `N`.")


def _wrong_length(has: int, wanted: int) -> BadSequence:
    fix = "Crop it (centre or a chosen window)." if has > wanted else "Paste more flanking bases, or pad it with N."
    return BadSequence(
        read=f"The sequence has {base_count(has)}.",
        accepted=f"Exactly {base_count(wanted)} are read here.",
        fix=fix,
    )
