"""Sequence: the letters a model reads.

A `Sequence` is frozen and hashed by its letters, so it can be a cache key. Positions in messages are 1-based;
arguments are 0-based and half-open like Python slices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

from genoviz.errors import BadInput, BadSequence, GenovizError
from genoviz.sequences.bases import ACCEPTED, BASES, IUPAC, bad_letter, base_count, looks_like_protein
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.text import INVISIBLE, as_text, clean_name, letters_of, refuse_other_formats, split_records
from genoviz.sequences.text_layout import as_fasta

_COMPLEMENT = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")
_UNKNOWN = re.compile("[^ACGTRYSWKMBDHVN]")
_AMBIGUOUS = re.compile("[^ACGT]")


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

    Examples
    --------
    >>> sequence = Sequence.read(">a site\\ngat aag nn")
    >>> sequence.bases, sequence.name
    ('GATAAGNN', 'a site')
    >>> sequence.crop(0, 6).reverse_complement().bases
    'CTTATC'
    >>> fitted = sequence.fit(4)
    >>> fitted.sequence.bases, fitted.sentence
    ('TAAG', 'Bases 3-6 of 8 (centre) are read.')
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
            raise bad_letter(upper, unknown.start())
        if self.locus is not None and len(self.locus) != len(upper):
            raise BadSequence(
                read=f"The sequence has {base_count(len(upper))}, but {self.locus} has {len(self.locus):,}.",
                accepted="A sequence and its locus are equally long.",
                fix="Leave the locus out, or give the one the sequence was read from.",
            )

    @classmethod
    def read(cls, text: str | bytes) -> Sequence:
        """The one sequence in pasted text; see `genoviz.sequences.sequence.read_sequences` for the formats.

        Raises
        ------
        BadSequence
            If there is no sequence, more than one, or it cannot be read.
        """
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


@dataclass(frozen=True)
class Record:
    """One sequence of a pasted text: either `sequence` or `error` is set.

    Parameters
    ----------
    name
        The header line, cleaned; empty for bare bases. Still to be escaped where it is shown as HTML.
    sequence
        What was read, or None.
    notices
        Sentences to show: everything that was changed on the way in.
    error
        Why the record could not be read, or None.
    """

    name: str
    sequence: Sequence | None
    notices: tuple[str, ...]
    error: GenovizError | None


def read_sequences(text: str | bytes, *, max_records: int = 200, max_bases: int = 1_000_000) -> list[Record]:
    """Read everything a biologist may paste or upload.

    Raw bases, FASTA, GenBank and EMBL (whole files or only the numbered lines), and tables of a name and a sequence in
    each line (see `genoviz.sequences.text_layout`); lower case, spaces, tabs and any line ends are fine. U becomes T and IUPAC codes stay, both with a notice. A record that cannot be read carries
    its own error and never stops the others.

    Parameters
    ----------
    text
        Text, or the bytes of an uploaded file (UTF-8, or UTF-16 with a byte order mark).
    max_records, max_bases
        Caps on the number of records and on all their letters together.

    Returns
    -------
    list of Record
        At least one.

    Raises
    ------
    BadSequence
        If the text as a whole cannot be used: empty, only headers, binary, over a cap, an alignment, or lines of bases that
        can be one sequence or several.
    """
    plain = as_text(text)
    if not plain.isascii():
        plain = plain.translate(INVISIBLE)
    if "\r" in plain:
        plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.strip()
    refuse_other_formats(plain)
    plain, said = as_fasta(plain)
    parts = split_records(plain)
    if len(parts) > max_records:
        raise BadSequence(
            read=f"The text holds {len(parts):,} sequences.",
            accepted=f"At most {max_records:,} are read here.",
            fix="Paste fewer, or use the command line for whole files.",
        )
    cleaned = [(clean_name(name), *letters_of(body)) for name, body in parts]
    total = sum(len(letters) for _, letters, _ in cleaned)
    if total == 0:
        found = "The text holds a name or numbers, but no bases." if plain else "The text is empty."
        raise BadSequence(read=found, accepted=ACCEPTED, fix="Paste the bases, or FASTA with bases below the header.")
    if total > max_bases:
        raise BadSequence(
            read=f"The text holds {base_count(total)}.",
            accepted=f"At most {base_count(max_bases)} are read here.",
            fix="Paste the part around the site you are interested in, or use the command line for whole files.",
        )
    occurs = Counter(name for name, _, _ in cleaned if name)
    return [_record(name, letters, said + notices, occurs[name]) for name, letters, notices in cleaned]


def shared_notices(records: Seq[Record]) -> tuple[str, ...]:
    """Notices that every record has: they are about the text as a whole, and are said once where all are listed."""
    return tuple(n for n in records[0].notices if all(n in record.notices for record in records)) if records else ()


def _record(name: str, letters: str, notices: tuple[str, ...], occurs: int) -> Record:
    if occurs > 1:
        notices += (f"The name {clip(name, 40)} occurs {occurs:,} times.",)
    try:
        if not letters:
            raise BadSequence(read="This record holds no bases.", accepted=ACCEPTED, fix="Paste them below its header.")
        if _all_legal_protein(name, letters):
            raise looks_like_protein("every letter is an amino acid, and few are A, C, G or T")
        sequence = Sequence(letters, name)
    except BadSequence as error:
        return Record(name, None, notices, error)
    ambiguous = {letter: n for letter, n in sequence.counts().items() if letter not in BASES}
    if ambiguous:
        listed = ", ".join(f"{letter} {n:,}" for letter, n in ambiguous.items())
        total = sum(ambiguous.values())
        notices += (
            f"{total:,} ambiguous {'base' if total == 1 else 'bases'} ({listed}): N is given to a model as its card "
            "says, any other code as the average of the bases it allows.",
        )
    return Record(name, sequence, notices, None)


def _all_legal_protein(name: str, letters: str) -> bool:
    """Whether letters that are all IUPAC bases are still a protein: mostly D H K M R S V W Y, of many kinds."""
    if sum(map(letters.count, "ACGTN")) >= 0.5 * len(letters):
        return False
    said = re.match(r"(sp|tr)\||[NXYW]P_[0-9]|.*\b(protein|peptide)\b", name, re.IGNORECASE)
    kinds = len(set(letters) & set("DHKMRSVWY"))
    return bool(said) or (len(letters) >= 20 and kinds >= 6 and "B" not in letters)
