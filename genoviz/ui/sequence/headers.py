"""The locus that the header of a pasted sequence names."""

from __future__ import annotations

from dataclasses import replace

from genoviz.errors import BadLocus
from genoviz.sequences.locus import Locus
from genoviz.ui.frame.inputs import Choice


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


def located(choice: Choice) -> Choice:
    """The choice with the locus of its sequence's header, for genome coordinates on the ruler and in files."""
    given, fitted = choice.record.sequence if choice.record else None, choice.fitted
    locus = header_locus(given.name, len(given)) if given is not None and given.locus is None else None
    if given is None or fitted is None or locus is None:
        return choice
    whole = replace(given, locus=locus)
    if fitted.left_pad or fitted.right_pad:
        return replace(choice, sequence=whole.fit(choice.card.length, how="pad").sequence)
    return replace(choice, sequence=whole.crop(fitted.start, fitted.end))
