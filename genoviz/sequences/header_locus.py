"""The locus that the header of a sequence names."""

from __future__ import annotations

from dataclasses import replace

from genoviz.errors import BadLocus
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence


def header_locus(name: str, length: int) -> Locus | None:
    """The locus that a FASTA header names, as samtools, bedtools and the UCSC browser write it; None without one.

    bedtools counts starts from 0, the others from 1: the number of bases tells which was meant.
    """
    words = name.split()
    ranges = [word.removeprefix("range=") for word in words if word.startswith("range=")]
    text = ranges[0] if ranges else words[0].split("::")[-1] if words else ""
    if ":" not in text:
        return None
    build = words[0].removesuffix("_dna") if ranges and words[0].endswith("_dna") else ""
    try:
        locus = Locus.parse(text, assembly=build, strand="-" if "strand=-" in words else None)
        if len(locus) == length + 1:
            locus = replace(locus, start=locus.start + 1)
    except BadLocus:
        return None
    return locus if len(locus) == length else None


def with_header_locus(sequence: Sequence) -> Sequence:
    """The sequence with the locus that its name tells, where it has none and its name tells one."""
    found = header_locus(sequence.name, len(sequence)) if sequence.locus is None else None
    return sequence if found is None else replace(sequence, locus=found)
