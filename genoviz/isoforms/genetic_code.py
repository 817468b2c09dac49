"""The standard genetic code (NCBI translation table 1), and residues in three letters."""

from __future__ import annotations

_ORDER = "TCAG"
_RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODONS = {
    a + b + c: _RESIDUES[16 * i + 4 * j + k]
    for i, a in enumerate(_ORDER)
    for j, b in enumerate(_ORDER)
    for k, c in enumerate(_ORDER)
}
STOP, UNKNOWN = "*", "X"
_LETTERS = (
    "A Ala, R Arg, N Asn, D Asp, C Cys, Q Gln, E Glu, G Gly, H His, I Ile, L Leu, K Lys, M Met, F Phe, P Pro, S Ser, "
    "T Thr, W Trp, Y Tyr, V Val, * Ter, X Xaa"
)
NAMES = dict(pair.split() for pair in _LETTERS.split(", "))


def translate(bases: str) -> str:
    """The residues of whole codons from the first base on, up to and with the first stop; X for codons with an N."""
    residues = "".join([CODONS.get(bases[i : i + 3], UNKNOWN) for i in range(0, len(bases) - 2, 3)])
    stop = residues.find(STOP)
    return residues if stop < 0 else residues[: stop + 1]


def spelled(residues: str) -> str:
    """Residues in three letters: `MV*` is `MetValTer`."""
    return "".join(NAMES[residue] for residue in residues)
