"""Numbers along a place as files for genome browsers: bedGraph, and bigWig by the package pyBigWig.

Both hold one number per base, along the plus strand, and nothing where there is no number. So a bigWig can be drawn as
letters as tall as the numbers (track type dynseq of the UCSC and WashU browsers; Nair et al. 2022, Nat Genet 54:1581).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.files.tsv import header_lines, text_of
from genoviz.genomes.chromosome_names import known_length
from genoviz.sequences.locus import Locus


def bedgraph(
    values: NDArray[np.floating],
    locus: Locus,
    name: str,
    description: str = "",
    about: Mapping[str, object] | None = None,
) -> str:
    """A bedGraph: a line per base that has a number, 0-based and half-open.

    Parameters
    ----------
    values
        `(length,)`, 5' to 3' along the locus; nan where there is none.
    locus
        Where they lie.
    name, description
        What browsers write beside the track.
    about
        What the numbers were made from, for the first lines.

    Raises
    ------
    BadInput
        If there is no number, or not one per base.
    """
    along = _along_plus(values, locus)
    quoted = (" ".join(text.replace('"', "'").split()) for text in (name, description or name))
    track = 'track type=bedGraph name="{}" description="{}" visibility=full\n'.format(*quoted)
    lines = [
        f"{locus.chrom}\t{locus.start + i}\t{locus.start + i + 1}\t{text_of(float(along[i]))}\n"
        for i in np.flatnonzero(np.isfinite(along)).tolist()
    ]
    return header_lines(about or {}) + track + "".join(lines)


def bigwig(values: NDArray[np.floating], locus: Locus) -> bytes:
    """A bigWig with the same numbers, as float32.

    Parameters
    ----------
    values, locus
        As in `bedgraph`.

    Raises
    ------
    BadInput
        If there is no number, or not one per base, or the package pyBigWig is not installed.
    """
    along = _along_plus(values, locus)
    try:
        import pyBigWig
    except ImportError as error:
        raise BadInput(
            "The package `pyBigWig` is not installed.",
            "bigWig files are written by it; bedGraph needs nothing.",
            'Run `pip install "genoviz[tracks]"`, or take the bedGraph.',
        ) from error
    length = max(locus.end, known_length(locus.chrom, locus.assembly) or 0 if locus.assembly else 0)
    known = np.flatnonzero(np.isfinite(along))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "track.bw"
        with pyBigWig.open(str(path), "w") as track:
            track.addHeader([(locus.chrom, length)])
            track.addEntries(
                locus.chrom, (locus.start + known).tolist(), values=along[known].astype(float).tolist(), span=1
            )
        return path.read_bytes()


def _along_plus(values: NDArray[np.floating], locus: Locus) -> NDArray[np.floating]:
    """The values in the order of the chromosome."""
    if values.shape != (len(locus),):
        raise BadInput(
            f"Values of the shape {values.shape} came with {locus}.",
            f"One number for each of its {len(locus):,} bases.",
            "Give the locus of the sequence that was scored.",
        )
    if not np.isfinite(values).any():
        raise BadInput("There is no number to write.", "At least one base needs one.", "Compute the scores first.")
    return values if locus.strand == "+" else values[::-1]
