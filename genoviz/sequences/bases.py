"""Letters of sequences: the bases, the IUPAC codes, and what is no DNA."""

from __future__ import annotations

from genoviz.errors import BadSequence

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
