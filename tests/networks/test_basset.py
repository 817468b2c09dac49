"""Basset, from files written here with the published keys and shapes, against plain numpy."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from tests.comparison import close
from tests.networks import written_weights as written

NAME = "accessibility.basset"
SMALL: dict[str, Any] = {
    "length": 50,
    "channels": [5, 4, 3],
    "widths": [5, 4, 3],
    "pools": [2, 2, 2],
    "hidden": [7, 6],
    "outputs": 3,
}


def shapes(config: dict[str, Any], flat: int) -> dict[str, tuple[int, ...]]:
    """Keys of the published file: modules counted in the order in which they are applied, a dense layer in a pair."""
    sizes: dict[str, tuple[int, ...]] = {}
    rows = pairwise([4, *config["channels"]])
    for place, (inputs, n), width in zip((0, 4, 8), rows, config["widths"], strict=True):
        sizes |= {f"{place}.weight": (n, inputs, width, 1), f"{place}.bias": (n,)}
        sizes |= written.batch_norm_shapes(str(place + 1), n, tracked=False)
    for place, (inputs, n) in zip((13, 17, 21), pairwise([flat, *config["hidden"], config["outputs"]]), strict=True):
        sizes |= {f"{place}.1.weight": (n, inputs), f"{place}.1.bias": (n,)}
        if place < 21:
            sizes |= written.batch_norm_shapes(str(place + 1), n, tracked=False)
    return sizes


def reference(text: str, weights: written.Weights, order: str = "ACGT") -> np.ndarray:
    """Probabilities: three times convolution, normalization, ReLU, pooling; two dense layers; a sigmoid."""
    h = written.one_hot(text, order)
    for place, size in zip((0, 4, 8), SMALL["pools"], strict=True):
        h = written.convolve(h, weights[f"{place}.weight"][..., 0], weights[f"{place}.bias"])
        h = written.pool(written.relu(written.normalize(h, weights, str(place + 1))), size)
    h = h.reshape(-1)
    for place in (13, 17):
        h = weights[f"{place}.1.weight"] @ h + weights[f"{place}.1.bias"]
        h = written.relu(written.normalize(h, weights, str(place + 1)))
    return written.sigmoid(weights["21.1.weight"] @ h + weights["21.1.bias"])


def write(folder: Path, weights: written.Weights) -> ModelCard:
    card = written.small_card(NAME, SMALL, 50, 3)
    torch.save(written.tensors(weights), folder / card.files[0].name)
    return card


def test_a_file_with_the_published_keys_gives_the_numbers_of_plain_numpy(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL, 12))
    model = load_model(write(folder, weights))
    texts = written.random_texts(50)
    found = written.sigmoid(written.logits(model, texts))
    assert found == close([reference(text, weights) for text in texts])
    swapped = np.array([reference(text, weights, "AGCT") for text in texts])
    assert np.abs(found - swapped).max() > 1e-3
    written.assert_pages_can_use(model)


def test_counts_of_training_steps_may_be_there_or_not(folder: Path) -> None:
    """torch 0.4.1 and later write them; the published file is of unknown age."""
    weights = written.random_weights(shapes(SMALL, 12))
    texts = written.random_texts(50)
    without = written.logits(load_model(write(folder, weights)), texts)
    (folder / get_card(NAME).files[0].name).unlink()
    counts = {f"{place}.num_batches_tracked": np.array(3) for place in (1, 5, 9, 14, 18)}
    np.testing.assert_array_equal(written.logits(load_model(write(folder, weights | counts)), texts), without)


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL, 12))
    for changed, said in (
        ({k: v for k, v in weights.items() if k != "17.1.bias"}, r"Missing key\(s\).*denses.1.bias"),
        (weights | {"22.weight": np.zeros(3, dtype=np.float32)}, "unexpected keys 22.weight"),
        (weights | {"13.1.weight": np.zeros((7, 13), dtype=np.float32)}, "size mismatch.*denses.0.weight"),
    ):
        (folder / get_card(NAME).files[0].name).unlink(missing_ok=True)
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


def test_a_file_of_the_published_shapes_fits(folder: Path) -> None:
    card = written.full_card(NAME)
    torch.save(written.hollow(shapes(dict(card.config), 2000)), folder / card.files[0].name)
    assert written.logits(load_model(card), ["A" * 600]).shape == (1, 164)


@pytest.mark.online
def test_the_published_file_sees_an_inserted_ctcf_site(folder: Path) -> None:
    """The authors' experiment: the motif in the middle of a sequence opens it; its letters in another order don't."""
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    model = load_model(card)
    texts = written.random_texts(600, 33)[:32]
    motif = "TGGCCACCAGGGGGCGCTA"
    rng = np.random.default_rng(0)

    def mean_logit(insert: str) -> float:
        mutants = [text[:290] + insert + text[290 + len(insert) :] for text in texts]
        with torch.no_grad():
            return float(model.logits(encode(mutants))["accessibility"].mean())

    shuffled = [mean_logit("".join(rng.permutation(list(motif)))) for _ in range(5)]
    assert mean_logit(motif) > max(shuffled)
