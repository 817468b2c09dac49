"""Motif files: which format a text is in; MEME, JASPAR and TRANSFAC have modules of their own."""

from __future__ import annotations

import re

from genoviz.errors import BadMotif
from genoviz.motifs.jaspar import read_jaspar, write_jaspar
from genoviz.motifs.matrix_text import told_apart
from genoviz.motifs.meme import read_meme, write_meme
from genoviz.motifs.motif import Motif
from genoviz.motifs.transfac import read_transfac, write_transfac
from genoviz.sequences.locus import clip

__all__ = ["read_motifs", "write_jaspar", "write_meme", "write_transfac"]

# Control characters, those that turn the direction of writing, and halves of characters: in no word of a file.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def read_motifs(text: str, *, source: str = "") -> list[Motif]:
    """Read MEME (minimal or full, log-odds ignored), JASPAR, HOCOMOCO, HOMER or TRANSFAC text.

    Counts become probabilities with no pseudocount. Where a format of counts holds probabilities or percentages, they are
    recognised by the sums of all positions, see `genoviz.motifs.matrix_text.motif_of`. Motifs of one name (and accession)
    get numbers behind it.

    Raises
    ------
    BadMotif
        With the line number, if the text is none of these or breaks off.
    """
    # Only these end a line: U+2028 and its like may stand in a name.
    lines = _UNPRINTABLE.sub(" ", text.lstrip("\ufeff")).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if first.startswith(("MEME", "MOTIF", "ALPHABET")) or any(line.startswith("MEME version") for line in lines):
        found = read_meme(lines, source)
    elif first.startswith(">"):
        found = read_jaspar(lines, source)
    elif re.match(r"(AC|ID|NA|DE|VV|XX|P[0O])(\s|$)", first):
        found = read_transfac(lines, source)
    else:
        raise BadMotif(
            read=f"The text starts with {clip(first)}." if first else "The text is empty.",
            accepted="Motifs are read in MEME, JASPAR, HOCOMOCO, HOMER and TRANSFAC format.",
            fix="Start MEME text with `MEME version 4`, matrices of the others with `>ID name`, TRANSFAC entries with `ID`.",
        )
    if not found:
        raise BadMotif("The text holds no motif.", "At least one motif is read.", "Check that the file is complete.")
    return told_apart(found)
