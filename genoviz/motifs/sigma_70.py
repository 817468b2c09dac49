"""The two boxes of bacterial promoters as motifs: JASPAR has none of bacteria, and those of animals name nothing there."""

from __future__ import annotations

from functools import cache

from genoviz.motifs.collection import KnownMotif
from genoviz.motifs.motif import Motif, Row
from genoviz.sequences.bases import BASES

SOURCE = "Hawley and McClure 1983, Nucleic Acids Res 11:2237"
# Each base of the consensus with its share (%) of 112 promoters of E. coli; the rest is split evenly.
_SHARES = {
    "sigma-70 -35 box": (("T", 82), ("T", 84), ("G", 78), ("A", 65), ("C", 54), ("A", 45)),
    "sigma-70 -10 box": (("T", 80), ("A", 95), ("T", 45), ("A", 60), ("A", 50), ("T", 96)),
}


@cache
def boxes() -> tuple[KnownMotif, ...]:
    """The -35 box TTGACA and the -10 box TATAAT, as the polymerase with sigma factor 70 of E. coli reads them."""
    found = []
    for name, shares in _SHARES.items():
        rows = tuple(_row(base, share / 100) for base, share in shares)
        found.append(KnownMotif.of(Motif(name, rows, source=SOURCE), tf_family="Sigma-70 boxes"))
    return tuple(found)


def _row(base: str, share: float) -> Row:
    a, c, g, t = (share if one == base else (1 - share) / 3 for one in BASES)
    return a, c, g, t
