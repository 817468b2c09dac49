"""Tracks: numbers along a sequence or a chromosome, with names and a unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.errors import BadInput
from genoviz.sequences.locus import Locus, clip

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Tracks:
    """Values of several tracks in bins of equal width.

    Two `Tracks` are equal only if they are the same object: comparing or hashing long arrays is never what a cache
    key should do. The array is copied when it must be, and is read-only.

    Parameters
    ----------
    values
        Shape `(tracks, bins)`, floating point.
    names
        One distinct name per track.
    unit
        What the numbers are, such as `"logit"` or `"log2 RNA/DNA"`.
    resolution
        Bases per bin.
    locus
        Where the bins lie; must be `bins * resolution` long. On the minus strand, bins run 5' to 3' along it.
    start
        0-based base of the model's input sequence at which bin 0 begins (models crop their edges).

    Raises
    ------
    BadInput
        If shape, names, resolution and locus do not agree.
    """

    values: np.ndarray
    names: tuple[str, ...]
    unit: str
    resolution: int = 1
    locus: Locus | None = None
    start: int = 0

    def __post_init__(self) -> None:
        values = np.array(self.values)
        if not np.issubdtype(values.dtype, np.floating):
            values = values.astype(np.float64)
        values.setflags(write=False)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "names", tuple(self.names))
        if values.ndim != 2 or values.shape[0] != len(self.names):
            raise BadInput(
                read=f"Values of shape {values.shape} came with {len(self.names)} names.",
                accepted="Values have the shape (tracks, bins), with one name per track.",
                fix="Give one name per row.",
            )
        repeated = [name for name in dict.fromkeys(self.names) if self.names.count(name) > 1]
        if repeated:
            raise BadInput(
                read=f"The track name {clip(repeated[0])} occurs more than once.",
                accepted="Track names are distinct.",
                fix="Rename one of them.",
            )
        if self.resolution < 1:
            raise BadInput(
                read=f"A resolution of {self.resolution} bases per bin was given.",
                accepted="A bin has at least one base.",
                fix="Give 1 for one value per base.",
            )
        if self.locus is not None and len(self.locus) != values.shape[1] * self.resolution:
            bases = values.shape[1] * self.resolution
            raise BadInput(
                read=f"{values.shape[1]:,} bins of {self.resolution:,} bases came with {self.locus}.",
                accepted=f"The locus must have {bases:,} bases; it has {len(self.locus):,}.",
                fix="Give the locus that the bins cover.",
            )

    def __len__(self) -> int:
        """Number of bins."""
        return int(self.values.shape[1])

    def track(self, name: str) -> np.ndarray:
        """Values of one track, shape `(bins,)`, read-only.

        Raises
        ------
        BadInput
            If there is no such track; near matches are listed.
        """
        if name in self.names:
            return np.asarray(self.values[self.names.index(name)])
        folded = {known.lower(): known for known in self.names}
        near = [folded[match] for match in get_close_matches(name.lower(), folded, n=5, cutoff=0.4)]
        listed = ", ".join(f"`{known}`" for known in (near or self.names[:10]))
        raise BadInput(
            read=f"There is no track named {clip(name)}.",
            accepted=f"{'Near matches are' if near else 'There are'} {listed or 'no tracks'}.",
            fix="Choose one of these.",
        )

    def slice(self, start: int, end: int) -> Tracks:
        """Bins `start` to `end` (0-based, half-open), with the locus and `start` moved along.

        Raises
        ------
        BadInput
            If the range is empty or reaches outside.
        """
        if not 0 <= start < end <= len(self):
            raise BadInput(
                read=f"Bins {start + 1:,} to {end:,} were asked for.",
                accepted=f"There are bins 1 to {len(self):,}.",
                fix="Choose a range inside.",
            )
        locus = self.locus
        if locus is not None:
            first, last = start * self.resolution, end * self.resolution
            low = locus.start + first if locus.strand == "+" else locus.end - last
            locus = replace(locus, start=low, end=low + last - first)
        return replace(self, values=self.values[:, start:end], locus=locus, start=self.start + start * self.resolution)

    def to_frame(self) -> pd.DataFrame:
        """A table with one row per bin, in the order of the values.

        Columns are `chrom`, `start`, `end` (0-based, half-open, as in BED) where a locus is known, else `start` and
        `end` in the input sequence (0-based, half-open); then one column per track.
        """
        import pandas as pd

        begins = np.arange(len(self)) * self.resolution
        columns: dict[str, Any] = {}
        if self.locus is None:
            columns["start"] = self.start + begins
        elif self.locus.strand == "+":
            columns["chrom"] = [self.locus.chrom] * len(self)
            columns["start"] = self.locus.start + begins
        else:
            columns["chrom"] = [self.locus.chrom] * len(self)
            columns["start"] = self.locus.end - begins - self.resolution
        columns["end"] = columns["start"] + self.resolution
        places = pd.DataFrame(columns)
        values = pd.DataFrame(self.values.T, columns=pd.Index(self.names))
        return pd.concat([places, values], axis=1)
