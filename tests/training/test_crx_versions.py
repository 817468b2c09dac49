"""`enhancer.crx` learns the versions of an element together: which rows are versions, and that a planted effect is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.errors import BadInput
from genoviz.models.onehot import encode_codes, letter_codes
from genoviz.networks.kmer import KmerNet, KmerNetConfig
from genoviz.training.loop import Schedule
from genoviz.training.recipes import crx
from genoviz.training.tables import Examples, Splits

CONFIG = KmerNetConfig(k=2, outputs=1, hidden=16, dropout=0.1, both_strands=True)
SMALL = replace(crx.RECIPE, make=lambda: KmerNet(CONFIG), config=vars(CONFIG))


def elements(n: int, seed: int) -> Examples:
    """Elements whose level is a constant of their own that no sequence tells, plus 2 where they hold GGGGGG: with and without it."""
    rng = np.random.default_rng(seed)
    texts, values, names = [], [], []
    for i in range(n):
        text, own = "".join(rng.choice(list("ACT"), 40)), 3 * rng.normal()
        for version in (text, text[:10] + "GGGGGG" + text[16:]):
            texts.append(version)
            values.append([own + 2 * ("G" in version)])
            names.append(f"e{i}")
    return Examples(letter_codes(texts), np.array(values, dtype=np.float32), np.array(names))


def test_every_two_versions_of_an_element_are_a_pair() -> None:
    rows = Examples(letter_codes(["A"] * 5), np.zeros((5, 1), dtype=np.float32), np.array(["x", "y", "x", "z", "x"]))
    first, second = crx._pairs(rows)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 2), (0, 4), (2, 4)]
    assert [part.tolist() for part in crx._by_locus(rows)] == [[0, 2, 4], [1], [3]]


def test_what_tells_the_versions_apart_is_learned_and_the_network_reads_plain_counts(tmp_path: Path) -> None:
    """Levels are mostly noise here, differences are not: the change of new elements is found, if smaller."""
    splits = Splits(elements(100, 0), elements(30, 1), elements(30, 2))
    schedule = Schedule(epochs=8, patience=8, learning_rate=1e-2, seed=0)
    net, history = SMALL._member(splits, schedule, tmp_path, lambda done: None)
    assert len(history.rows) == 8
    with torch.no_grad():
        z = net.eval()(encode_codes(splits.test.bases))[:, 0].numpy()
    first, second = crx._pairs(splits.test)
    assert 0.8 < (z[second] - z[first]).mean() < 2.5


def test_another_network_or_rows_without_elements_are_refused(tmp_path: Path) -> None:
    rows = elements(4, 0)
    with pytest.raises(BadInput, match="without elements"):
        SMALL._member(Splits(replace(rows, loci=None), rows, rows), Schedule(), tmp_path, lambda done: None)
