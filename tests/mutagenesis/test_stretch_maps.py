"""Mutation maps of SpliceAI-type networks are those of plain computation, for all bins of a target and at all ends."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from genoviz.incremental import Edit, EngineFallback
from genoviz.incremental.edits import apply_edits
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis import saturation
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.spliceai import StretchModel
from genoviz.predict.stretch import batch as batch_module
from genoviz.predict.stretch.kept import references
from genoviz.sequences.sequence import Sequence
from tests.splicing.small_networks import LONG, SHORT, splice_model, usage_model

DRAWN = random.Random(5)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    references.forget()
    yield
    references.forget()


def drawn(length: int) -> str:
    return "".join(DRAWN.choices("ACGT", k=length))


def plainly(model: StretchModel, text: str, target: Target, edits: list[Edit]) -> np.ndarray:
    """The target's number after each edit, minus that of the sequence: the model itself, on whole sequences."""
    x = encode(text)[0]
    with torch.no_grad():
        numbers = target.of(model)(torch.stack([x, *(apply_edits(x, [edit]) for edit in edits)]))
    return (numbers[1:] - numbers[0]).numpy()


@pytest.mark.parametrize(
    "target",
    [
        Target("site", ("donor",), (11, 12)),
        Target("site", ("acceptor", "donor"), (3, 9), "max", "value"),
        Target("site", ("acceptor",), None, "mean"),
    ],
    ids=str,
)
def test_every_position_of_a_map_with_indels(target: Target) -> None:
    model = splice_model(SHORT)
    text = drawn(model.card.length)
    text = text[:30] + "N" + text[31:]
    found = saturate(model, Sequence(text), target, indels=True)
    assert found.engine == "incremental"
    for edits, mine in (
        ([Edit(i, i + 1, b) for i in range(len(text)) for b in "ACGT"], found.delta.T.ravel()),
        ([Edit(i, i + 1, "") for i in range(len(text))], found.deletions),
        ([Edit(i, i, b) for b in "ACGT" for i in range(len(text))], found.insertions),
    ):
        assert mine is not None
        mine, right = mine.ravel(), plainly(model, text, target, edits)
        known = np.isfinite(mine)
        assert known.mean() > 0.9
        np.testing.assert_allclose(mine[known], right[known], atol=1e-5)
        assert np.abs(mine[known]).max() > 0.01


def test_long_kernels_and_a_track_for_each_network() -> None:
    model = usage_model(LONG)
    text, target = drawn(model.card.length), Target("splicing", ("tissue 1",), (0, 1))
    found = saturate(model, Sequence(text), target, window=(100, 180))
    right = plainly(model, text, target, [Edit(i, i + 1, b) for i in range(100, 180) for b in "ACGT"])
    np.testing.assert_allclose(found.delta[:, 100:180].T.ravel(), right, atol=1e-5)
    assert np.abs(right).max() > 0.01


def test_letters_of_several_bases_go_through_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saturation, "StretchReference", None)
    model = splice_model(SHORT)
    text, target = "R" + drawn(model.card.length - 1), Target("site", ("donor",), (11, 12))
    found = saturate(model, Sequence(text), target, window=(40, 44))
    right = plainly(model, text, target, [Edit(i, i + 1, b) for i in range(40, 44) for b in "ACGT"])
    np.testing.assert_allclose(found.delta[:, 40:44].T.ravel(), right, atol=1e-5)


def test_a_fault_is_noticed_and_the_map_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    right_at = batch_module.Cone.at

    def narrow(self: batch_module.Cone, depth: int) -> tuple[int, int]:
        first, last = right_at(self, depth)
        return first, max(first + 1, last - depth // 4)

    monkeypatch.setattr(batch_module.Cone, "at", narrow)
    model = splice_model(SHORT, seed=2)
    text, target = drawn(model.card.length), Target("site", ("donor",))
    with pytest.warns(EngineFallback, match="differed from plain computation"):
        found = saturate(model, Sequence(text), target, window=(20, 40))
    right = plainly(model, text, target, [Edit(i, i + 1, b) for i in range(20, 40) for b in "ACGT"])
    np.testing.assert_allclose(found.delta[:, 20:40].T.ravel(), right, atol=1e-5)
