"""Letters of sequences: the bases, the IUPAC codes, and what is no DNA."""

from __future__ import annotations

import unicodedata

from genoviz.errors import BadSequence

_GAPS = "-.*~"

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
_PROTEIN_ONLY = "EFILPQZXJO"
ACCEPTED = "Bases are A, C, G, T (or U) and the IUPAC codes R Y S W K M B D H V N, in upper or lower case."


def base_count(n: int) -> str:
    """`1 base`, `1,000 bases`."""
    return f"{n:,} base" if n == 1 else f"{n:,} bases"


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
    """The message for letters that are amino acids."""
    return BadSequence(
        read=f"This looks like a protein sequence ({why}).",
        accepted="Models of the genome read DNA or RNA bases.",
        fix="Paste the DNA of the region or the coding sequence (CDS) instead.",
    )


def bad_letter(bases: str, i: int) -> BadSequence:
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
