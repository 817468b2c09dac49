"""DeepSTARR, from Keras files written here with the published keys and shapes, against plain numpy in Keras's layout."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from tests.comparison import close
from tests.networks import keras_reference as keras
from tests.networks import written_weights as written

NAME = "enhancer.deepstarr"
SMALL: dict[str, Any] = {
    "length": 37,
    "channels": [6, 5, 4, 3],
    "widths": [7, 3, 5, 3],
    "pool": 2,
    "hidden": [6, 5],
}
# As in the published file: how often a layer of that name had been made before is at the end.
SCOPES = {
    "Conv1D_1st": "Conv1D_1st_11",
    "Conv1D_2": "Conv1D_2_11",
    "Conv1D_3": "Conv1D_3_11",
    "Conv1D_4": "Conv1D_4_10",
    "Dense_1": "Dense_1_8",
    "Dense_2": "Dense_2_8",
    "Dense_Dev": "Dense_Dev_8",
    "Dense_Hk": "Dense_Hk_8",
}
CONVOLUTIONS = ("Conv1D_1st", "Conv1D_2", "Conv1D_3", "Conv1D_4")
DENSE = ("Dense_1", "Dense_2")


def shapes(config: dict[str, Any], first: int = 60) -> dict[str, tuple[int, ...]]:
    """Kernels are (width, in, out); `first` is the number of the first normalization."""
    sizes: dict[str, tuple[int, ...]] = {}
    channels, hidden = config["channels"], config["hidden"]
    for layer, (inputs, n), width in zip(CONVOLUTIONS, pairwise([4, *channels]), config["widths"], strict=True):
        sizes[layer] = (width, inputs, n)
    flat = config["length"] // config["pool"] ** 4 * channels[-1]
    for layer, (inputs, n) in zip(DENSE, pairwise([flat, *hidden]), strict=True):
        sizes[layer] = (inputs, n)
    sizes |= dict.fromkeys(("Dense_Dev", "Dense_Hk"), (hidden[-1], 1))
    return sizes | {f"batch_normalization_{first + i}": (n,) for i, n in enumerate((*channels, *hidden))}


def reference(text: str, layers: keras.Layers, first: int = 60) -> np.ndarray:
    h = keras.one_hot(text)
    for i, layer in enumerate(CONVOLUTIONS):
        h = keras.normalize(keras.convolve(h, layers[layer], same=True), layers[f"batch_normalization_{first + i}"])
        h = written.pool(keras.relu(h).T, 2).T
    for i, layer in enumerate(DENSE, 4):
        h = keras.relu(keras.normalize(keras.dense(h, layers[layer]), layers[f"batch_normalization_{first + i}"]))
    return np.concatenate([keras.dense(h, layers[head]) for head in ("Dense_Dev", "Dense_Hk")])


def write(folder: Path, layers: keras.Layers) -> ModelCard:
    """As the authors saved it, weights only: layer, scope, weight."""
    card = written.small_card(NAME, SMALL, 37, 2)
    with h5py.File(folder / card.files[0].name, "w") as file:
        for layer, weights in layers.items():
            for name, array in weights.items():
                file[f"{layer}/{SCOPES.get(layer, layer)}/{name}:0"] = np.asarray(array, dtype=np.float32)
    return card


def random_layers(first: int = 60) -> dict[str, dict[str, np.ndarray]]:
    return keras.random_layers(np.random.default_rng(4), shapes(SMALL, first))


@pytest.mark.long
def test_a_file_with_the_published_keys_gives_the_numbers_of_plain_numpy(folder: Path) -> None:
    layers = random_layers()
    model = load_model(write(folder, layers))
    texts = written.random_texts(37)
    expected = np.array([reference(text, layers) for text in texts])
    assert written.logits(model, texts) == close(expected)
    swapped = np.array([reference(text.translate(str.maketrans("CG", "GC")), layers) for text in texts])
    assert np.abs(expected - swapped).max() > 0.01
    written.assert_pages_can_use(model)


def test_positions_come_before_channels_where_the_map_is_flattened(folder: Path) -> None:
    """One weight of the first dense layer: at position 1 of 2, channel 2 of 3."""
    layers = random_layers()
    layers["Dense_1"]["kernel"] = np.zeros((6, 6))
    layers["Dense_1"]["kernel"][1 * 3 + 2, 0] = 1
    model = load_model(write(folder, layers))
    weight = model.net.denses[0].weight  # type: ignore[attr-defined]
    assert weight[0].nonzero().flatten().tolist() == [2 * 2 + 1]


def test_normalizations_are_taken_in_the_order_of_their_numbers(folder: Path) -> None:
    """From 98 to 103: by letters, 100 comes before 98. A file of a whole model has one more folder."""
    layers = random_layers(first=98)
    card = write(folder, layers)
    texts = written.random_texts(37)
    expected = [reference(text, layers, first=98) for text in texts]
    assert written.logits(load_model(card), texts) == close(expected)
    keras.write_layers(folder / card.files[0].name, layers)
    other = folder / "whole"
    other.mkdir()
    (folder / card.files[0].name).rename(other / card.files[0].name)
    assert written.logits(load_model(card), texts) == close(expected)


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    layers = random_layers()
    without = {name: dict(weights) for name, weights in layers.items()}
    del without["Dense_Hk"]["bias"]
    fewer = {name: weights for name, weights in layers.items() if name != "batch_normalization_63"}
    more = {**layers, "Dense_3": {"kernel": np.zeros((2, 2))}}
    wider = {**layers, "Dense_1": {"kernel": np.zeros((9, 6)), "bias": np.zeros(6)}}
    for changed, said in (
        (without, "missing key 'Dense_Hk/.../bias:0'"),
        (fewer, r"Missing key\(s\).*norms.5"),
        (more, "unexpected keys Dense_3/Dense_3/kernel:0"),
        (wider, "size mismatch.*denses.0.weight"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


def test_a_file_of_the_published_shapes_fits(folder: Path) -> None:
    card = written.full_card(NAME)
    sizes = shapes(dict(card.config))
    assert sizes["Conv1D_1st"] == (7, 4, 256)
    assert sizes["Dense_1"] == (1800, 256)
    keras.write_layers(folder / card.files[0].name, keras.random_layers(np.random.default_rng(0), sizes), model=False)
    assert written.logits(load_model(card), ["A" * 249]).shape == (1, 2)


@pytest.mark.online
def test_the_published_file_tells_a_developmental_enhancer(folder: Path) -> None:
    """The first sequence of the authors' examples, named `chr2R_17033215_17033463_dev` by them."""
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    text = (
        "TTGACTAAAAAATATTCAAAATATAAACCAAACCAAACAACAAGCTCTTTGTTTTTGTTTACTCTAGGCGAAACAGAACTTTGAACTGCGTATGATAAATAGTTAATCACGCCAC"
        "TTCTCTAGCATCACGCCACTTTTTTATGACGCAATTTCTGCGTAGATGATGGGACAGTTTTAGGTGTAAGCATATGAGTCATTTTGTTTTTATTAACCAAATATATATATATTAC"
        "AAAAAGTGAGTTGAACTGA"
    )
    (developmental, housekeeping) = written.logits(load_model(card), [text])[0]
    assert developmental > 1
    assert developmental > housekeeping
