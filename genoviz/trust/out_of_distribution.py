"""Does a sequence look like what a model was trained on?

A network gives a number for any input. `input_profile` records what its training sequences are like, and
`unusual` names each property in which a sequence lies outside the central 98 % of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.sequences.sequence import Sequence

KMER = 3
CENTRAL = (0.01, 0.99)


def input_profile(sequences: Seq[str], *, seed: int = 0) -> dict[str, Any]:
    """What sequences are like, for a card.

    Returns
    -------
    dict
        1 % and 99 % quantiles of `gc` (share of G and C among A C G T), `unknown` (share of other letters), `length`
        (letters A C G T) and `kmers` (distance of the 3-mer frequencies from their mean, see `kmer_distance`), and that
        `mean` itself (64 numbers, in alphabetical order).
    """
    mean = np.mean([kmer_frequencies(s) for s in sequences], axis=0)
    # Rounded first: distances must be measured from the mean that the card carries.
    rounded = [round(float(v), 6) for v in mean]
    measured = {name: [] for name in ("gc", "unknown", "length", "kmers")}  # type: dict[str, list[float]]
    for text in sequences:
        for name, value in _measure(text, np.asarray(rounded)).items():
            measured[name].append(value)
    quantiles = {name: [round(float(v), 4) for v in np.quantile(values, CENTRAL)] for name, values in measured.items()}
    return {**quantiles, "mean": rounded, "sequences": len(sequences)}


def unusual(profile: Mapping[str, Any], sequence: Sequence) -> list[str]:
    """One sentence for each property outside the central 98 % of the training sequences; none for an empty profile."""
    if not profile:
        return []
    found = _measure(sequence.bases, np.asarray(profile["mean"]))
    said = []
    low, high = profile["unknown"]
    if found["unknown"] > high:
        said.append(
            f"{100 * found['unknown']:.0f} % of its letters are N or ambiguous (training: at most {100 * high:.0f} %)"
        )
    low, high = profile["length"]
    if not low <= found["length"] <= high:
        said.append(f"it has {found['length']:,.0f} known bases (training: {_range(low, high, ',.0f')})")
    low, high = (100 * v for v in profile["gc"])
    if not low <= 100 * found["gc"] <= high:
        said.append(f"its GC content is {100 * found['gc']:.0f} % (training: {low:.0f} to {high:.0f} %)")
    low, high = profile["kmers"]
    if found["kmers"] > high:  # nearer to the mean than usual is no reason for concern
        said.append(
            f"its 3-letter words are used unlike in training (distance {found['kmers']:.2f}, training: up to {high:.2f})"
        )
    return said


def kmer_frequencies(bases: str) -> NDArray[np.float64]:
    """Frequencies `(64,)` of overlapping 3-mers of A C G T; all zero if there is none."""
    codes = np.full(256, -1, dtype=np.int64)
    codes[np.frombuffer(b"ACGT", dtype=np.uint8)] = np.arange(4)
    letters = codes[np.frombuffer(bases.encode("ascii"), dtype=np.uint8)]
    n = len(letters) - KMER + 1
    if n < 1:
        return np.zeros(4**KMER)
    windows = np.stack([letters[i : i + n] for i in range(KMER)])
    words = (windows * 4 ** np.arange(KMER - 1, -1, -1)[:, None]).sum(0)[(windows >= 0).all(0)]
    counts = np.bincount(words, minlength=4**KMER).astype(np.float64)
    return counts / max(1, counts.sum())


def kmer_distance(frequencies: NDArray[np.float64], mean: NDArray[np.float64]) -> float:
    """Half the sum of absolute differences: 0 for equal frequencies, 1 where no word is shared."""
    return float(np.abs(frequencies - mean).sum() / 2)


def _measure(bases: str, mean: NDArray[np.float64]) -> dict[str, float]:
    known = sum(bases.count(b) for b in "ACGT")
    return {
        "gc": (bases.count("G") + bases.count("C")) / max(1, known),
        "unknown": 1 - known / len(bases),
        "length": float(known),
        "kmers": kmer_distance(kmer_frequencies(bases), mean),
    }


def _range(low: float, high: float, form: str) -> str:
    return f"{low:{form}}" if low == high else f"{low:{form}} to {high:{form}}"
