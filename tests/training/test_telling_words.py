"""Words planted into random promoters are found, both strands as one, and what they say is what was counted."""

from __future__ import annotations

import numpy as np
import torch

from genoviz.training.genomes import Stretches
from genoviz.training.telling_words import MARGIN, PRIOR, REACH, Places, places, telling_words

SITE = "TTACCCG"
AROUND = {SITE[:i] + "_" + SITE[i + 1 :] for i in range(len(SITE))}
OTHER = str.maketrans("ACGT", "TGCA")


def planted(bases: int = 15_000, sites: int = 60) -> Places:
    """Random bases with sites; nothing is expected."""
    draw = np.random.default_rng(0)
    text = draw.integers(0, 4, bases + 2 * REACH).astype(np.int8)
    for at in draw.permutation(bases // 20)[:sites] * 20:
        text[at : at + len(SITE)] = ["ACGT".index(base) for base in SITE]
    around = np.lib.stride_tricks.sliding_window_view(text, 2 * REACH + 1)
    both = np.concatenate([around, 3 - around[:, ::-1]])
    return Places(both, np.full((len(both), 4), 0.25))


def lesser(pattern: str) -> str:
    return min(pattern, pattern[::-1].translate(OTHER))


def test_the_words_of_a_planted_site_are_found() -> None:
    known = planted()
    assert known.bits == 2.0
    words = telling_words(known, 7, rounds=2)
    assert {word.pattern for word in words} == {lesser(pattern) for pattern in AROUND}
    assert known.bits < 1.995
    for word in words:
        told = "ACGT"[int(np.argmax(word.shift))]
        filled = word.pattern.replace("_", told)
        assert SITE in (filled, filled[::-1].translate(OTHER))


def test_a_shift_is_the_log_of_counted_against_expected() -> None:
    known, counted = planted(), planted()
    (word,) = telling_words(known, 1, rounds=1)
    rows = counted.matches(word.pattern)
    seen = np.bincount(counted.around[rows, REACH], minlength=4)
    assert np.allclose(word.shift, np.log((seen + PRIOR) / (len(rows) / 4 + PRIOR)))
    expected = np.exp(word.shift) / np.exp(word.shift).sum()
    assert np.allclose(known.expected[rows], expected)
    mirrored = counted.matches(word.pattern[::-1].translate(OTHER))
    assert np.allclose(known.expected[mirrored], expected[::-1])


def test_places_are_the_promoters_of_both_strands() -> None:
    draw = np.random.default_rng(0)
    bases = np.frombuffer(b"ACGT", dtype=np.uint8)[draw.integers(0, 4, 3_000)]
    # 400 bases before 1,000, and 400 after 2,000, whose gene lies on the other strand.
    side = Stretches((bases,), (np.array([[1_000, 1], [2_000, -1]]),))

    def own_base(X: torch.Tensor) -> torch.Tensor:
        """Expects what stands there."""
        return (0.9 * X + 0.1 / 3 * (1 - X)).log()

    found = places(side, own_base)
    assert found.around.shape == (2 * 800, 2 * REACH + 1)
    assert np.allclose(found.bits, -np.log2(0.9))
    texts = {"".join("ACGT"[code] for code in row) for row in found.around}
    for middle in (600, 999, 2_001, 2_400):
        text = bases[middle - REACH : middle + REACH + 1].tobytes().decode()
        assert {text, text[::-1].translate(OTHER)} <= texts
    assert MARGIN >= REACH
