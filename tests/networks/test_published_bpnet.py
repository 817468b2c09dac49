"""BPNet of Oct4, Sox2, Nanog and Klf4: the published Keras file, its arithmetic, and what is refused."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks.published_bpnet import build
from tests.comparison import close
from tests.networks.profile_files import Array, check_all_ways, letters, numbers_of, small_card, waves, write_keras

NAME = "profile.bpnet-oskn"
LENGTH, CHANNELS, LAYERS, WIDTH = 60, 4, 2, 25
Layers = dict[str, dict[str, Any]]


def published_layers() -> Layers:
    """Layer names and shapes of the published file, with fewer channels and dilated layers."""
    layers = {"conv1d_1": {"kernel": waves(WIDTH, 4, CHANNELS), "bias": waves(CHANNELS, phase=1)}}
    for i in range(2, LAYERS + 2):
        layers[f"conv1d_{i}"] = {
            "kernel": waves(3, CHANNELS, CHANNELS, phase=i),
            "bias": waves(CHANNELS, phase=i + 0.5),
        }
    for i in range(1, 5):
        kernel, bias = waves(WIDTH, 1, 2, CHANNELS, phase=3 * i), waves(2, phase=i)
        layers[f"conv2d_transpose_{i}"] = {"kernel": kernel, "bias": bias}
        layers[f"dense_{2 * i - 1}"] = {"kernel": waves(CHANNELS, 2, phase=5 * i), "bias": waves(2, phase=7 * i)}
        layers[f"dense_{2 * i}"] = {"kernel": waves(2, 1)}  # reads the control's total
        layers[f"conv1d_{10 + i}"] = {"kernel": waves(1, 4, 1)}  # reads the control's profile
    return layers


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return small_card(NAME, LENGTH, LENGTH, {"channels": CHANNELS, "layers": LAYERS})


def file_of(card: ModelCard, tmp_path: Path, layers: Layers) -> Path:
    path = tmp_path / card.files[0].name
    write_keras(path, layers)
    return path


def keras_conv(x: Array, kernel: Array, bias: Array, dilation: int = 1) -> Array:
    """Keras `Conv1D` with padding `same`: x (length, in), kernel (width, in, out)."""
    half = len(kernel) // 2
    out = np.tile(bias, (len(x), 1))
    for position in range(len(x)):
        for tap in range(len(kernel)):
            read = position + (tap - half) * dilation
            if 0 <= read < len(x):
                out[position] += x[read] @ kernel[tap]
    return out


def keras_transposed(x: Array, kernel: Array, bias: Array) -> Array:
    """Keras `Conv2DTranspose` with padding `same` and no stride: every input position adds its kernel around itself."""
    out = np.tile(bias, (len(x), 1))
    for position in range(len(x)):
        for tap in range(len(kernel)):
            write = position + tap - len(kernel) // 2
            if 0 <= write < len(x):
                out[write] += kernel[tap, 0] @ x[position]
    return out


def keras_bpnet(layers: Layers, x: Array) -> tuple[list[Array], list[Array]]:
    """Profile logits (length, 2) and ln totals (2,) of the four factors, as the authors' code computes them."""
    h = np.maximum(keras_conv(x, **layers["conv1d_1"]), 0)
    for i in range(1, LAYERS + 1):
        h = h + np.maximum(keras_conv(h, **layers[f"conv1d_{i + 1}"], dilation=2**i), 0)
    profiles = [keras_transposed(h, **layers[f"conv2d_transpose_{i}"]) for i in range(1, 5)]
    dense = [layers[f"dense_{2 * i - 1}"] for i in range(1, 5)]
    return profiles, [h.mean(0) @ layer["kernel"] + layer["bias"] for layer in dense]


def test_the_published_file_gives_the_published_numbers(card: ModelCard, tmp_path: Path) -> None:
    layers = published_layers()
    file_of(card, tmp_path, layers)
    sequence = letters(LENGTH)
    total, profile, shape = numbers_of(load_model(card), sequence)
    profiles, counts = keras_bpnet(layers, encode(sequence)[0].numpy().T)
    assert total[:, 0] == close(np.concatenate(counts))
    logits = np.concatenate(profiles, 1).T
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    # Kipoi's prediction: softmax over the positions times exp of the counts, each strand by itself.
    np.testing.assert_allclose(np.exp(profile), shares * np.exp(total), rtol=1e-4)
    centred = logits - logits.mean(1, keepdims=True)
    assert shape[:, 0] == close((shares * centred).sum(1))
    flat = 1 / LENGTH
    both_ways = ((shares - flat) * np.log(shares / flat)).sum(1)  # sum of the two Kullback-Leibler divergences
    assert shape[:, 0] == close(both_ways)


def test_tracks_follow_the_published_order() -> None:
    factors = [(factor, strand) for factor in ("Oct4", "Sox2", "Nanog", "Klf4") for strand in "+-"]
    total, profile, shape = get_card(NAME).outputs
    assert total.tracks == tuple(f"{f} {s}" for f, s in factors)
    assert profile.tracks == tuple(f"{f} {s} profile" for f, s in factors)
    assert shape.tracks == tuple(f"{f} {s} shape" for f, s in factors)


def test_the_card_describes_the_published_network() -> None:
    card = get_card(NAME)
    net = build(card).net
    assert sum(p.numel() for p in net.parameters()) == card.parameters == 130_960
    state = net.state_dict()
    assert state["stem.weight"].shape == (64, 4, 25)
    assert sum(key.startswith("layers") for key in state) == 2 * 9
    assert state["profile.weight"].shape == (8, 64, 25)


def test_all_ways(card: ModelCard, tmp_path: Path) -> None:
    file_of(card, tmp_path, published_layers())
    check_all_ways(load_model(card))


def test_what_the_optimizer_left_is_ignored(card: ModelCard, tmp_path: Path) -> None:
    path = file_of(card, tmp_path, published_layers())
    with h5py.File(path, "a") as file:
        file["optimizer_weights/training/Adam/iterations:0"] = np.int64(7)
    load_model(card)


@pytest.mark.parametrize(
    ("layer", "change", "message"),
    [
        ("conv2d_transpose_3", "missing", r"missing key .*conv2d_transpose_3/kernel:0"),
        ("dense_7", "missing", r"missing key .*dense_7/kernel:0"),
        ("conv1d_4", "extra", r"unexpected keys .*conv1d_4"),
        ("conv1d_1", "shape", r"stem\.weight"),
    ],
)
def test_other_files_are_refused(card: ModelCard, tmp_path: Path, layer: str, change: str, message: str) -> None:
    layers = published_layers()
    if change == "missing":
        del layers[layer]
    elif change == "extra":
        layers[layer] = {"kernel": waves(3, CHANNELS, CHANNELS), "bias": waves(CHANNELS)}
    else:
        layers[layer]["kernel"] = waves(WIDTH - 2, 4, CHANNELS)
    file_of(card, tmp_path, layers)
    with pytest.raises(BadCheckpoint, match=message):
        load_model(card)


@pytest.mark.online
def test_the_real_file_gives_kipois_expected_predictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kipoi publishes inputs with the predictions that its own test of this model expects, to four decimals."""
    from genoviz.models.fetch import fetch

    fetch(get_card(NAME), folder=tmp_path, progress=None)
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    model = load_model(NAME)
    expected = tmp_path / "expected.h5"
    urllib.request.urlretrieve("https://zenodo.org/record/6492419/files/BPNet-OSKN.predictions.h5?download=1", expected)
    with h5py.File(expected, "r") as file:
        inputs = file["inputs"]
        windows = (inputs if isinstance(inputs, h5py.Dataset) else next(iter(inputs.values())))[()]
        wanted = {factor: file[f"predictions/{factor}"][()] for factor in ("Oct4", "Sox2", "Nanog", "Klf4")}
    found = model.logits(encode(letters(1000)).new_tensor(windows).transpose(1, 2))["profile"].exp().numpy()
    for i, values in enumerate(wanted.values()):
        np.testing.assert_allclose(found[:, 2 * i : 2 * i + 2].transpose(0, 2, 1), values, atol=1e-4)
