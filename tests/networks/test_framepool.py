"""Framepool: against plain numpy on 5'UTRs of any length, on a file written here and on the published one."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadCheckpoint
from genoviz.models.base import Model
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.weights import find_weights, is_ready
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close
from tests.networks import keras_reference as keras

NAME = "utr5.framepool"
MEASURED = Path(__file__).parents[3] / "shared" / "data" / "utr5_mrl_human" / "test.tsv.gz"
ready = pytest.mark.skipif(not is_ready(get_card(NAME)), reason="the published weights are not here")
TINY = {"channels": 3, "width": 3, "convolutions": 2, "hidden": 5}
SHAPES = {
    "convolution_0": (3, 4, 3),
    "convolution_1": (3, 3, 3),
    "fully_connected_0": (18, 5),
    "mrl_output_unscaled": (5, 1),
}


def reference(text: str, layers: keras.Layers) -> list[float]:
    """The published arithmetic on a 5'UTR: its ribosome load in the variable-length and in the 50 nt library."""
    x = keras.one_hot(text)
    present = x.sum(1, keepdims=True)
    h = keras.relu(keras.convolve(x, layers["convolution_0"], same=True)) * present
    for name in sorted(layer for layer in layers if layer.startswith("convolution_"))[1:]:
        h = h + keras.relu(keras.convolve(h, layers[name], same=True)) * present
    backwards = h[::-1]  # from the start codon
    frames = [backwards[i::3] for i in range(3)]
    features = np.concatenate([*(f.max(0) for f in frames), *(f.sum(0) / present.sum() for f in frames)])
    load = keras.dense(keras.relu(keras.dense(features, layers["fully_connected_0"])), layers["mrl_output_unscaled"])
    found = []
    for indicator in ([0.0, 1.0], [1.0, 0.0]):
        row = np.concatenate([load * indicator, indicator])
        found.append(float(row @ layers["scaling_regression"]["kernel"][:, 0]))
    return found


def loads(model: Model, texts: list[str], *, pad: bool = True) -> np.ndarray:
    """`(texts, 2)`, padded with N on the left to what the model reads."""
    padded = [text.rjust(model.card.length, "N") if pad else text for text in texts]
    with torch.no_grad():
        return model.logits(encode(padded))["load"][:, :, 0].numpy()


def write_tiny(folder: Path, change: Callable[[dict[str, dict[str, np.ndarray]]], None] | None = None) -> ModelCard:
    rng = np.random.default_rng(2)
    layers = keras.random_layers(rng, SHAPES)
    layers["scaling_regression"] = {"kernel": rng.normal(0, 1, (4, 1))}
    if change is not None:
        change(layers)
    keras.write_layers(folder / "tiny.h5", layers, optimizer=True)
    return replace(get_card(NAME), config=TINY, length=20, files=(WeightsFile("tiny.h5"),), sha256="")


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return tmp_path


def test_a_file_with_the_published_keys_gives_the_numbers_of_plain_numpy(weights: Path) -> None:
    model = load_model(write_tiny(weights))
    layers = keras.read_layers(weights / "tiny.h5")
    for length in range(3, 21):  # every place of the frames
        (text,) = keras.random_texts(np.random.default_rng(length), 1, length)
        assert loads(model, [text])[0] == close(reference(text, layers))
    assert [check.message for check in check_model(model) if check.passed is False] == []


def test_a_file_that_does_not_fit_is_refused(weights: Path) -> None:
    def without_convolution(layers: dict[str, dict[str, np.ndarray]]) -> None:
        del layers["convolution_1"]

    def with_one_more(layers: dict[str, dict[str, np.ndarray]]) -> None:
        layers["convolution_2"] = layers["convolution_1"]

    def with_six_libraries(layers: dict[str, dict[str, np.ndarray]]) -> None:
        layers["scaling_regression"] = {"kernel": np.zeros((12, 1))}

    for change, said in (
        (without_convolution, "missing key 'convolution_1/kernel:0'"),
        (with_one_more, "unexpected keys model_weights/convolution_2/"),
        (with_six_libraries, "don't fit"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write_tiny(weights, change))


@ready
@pytest.mark.parametrize("length", [3, 25, 50, 51, 52, 100, 263])
def test_n_on_the_left_are_absent(length: int) -> None:
    """Every shorter 5'UTR, padded to what the model reads, has exactly the published number of the 5'UTR alone."""
    model = load_model(NAME)
    (path,) = find_weights(model.card).values()
    (text,) = keras.random_texts(np.random.default_rng(length), 1, length)
    expected = reference(text, keras.read_layers(path))
    np.testing.assert_allclose(loads(model, [text])[0], expected, rtol=1e-5)
    np.testing.assert_allclose(loads(model, [text], pad=False)[0], expected, rtol=1e-5)


@ready
@pytest.mark.parametrize("right", [1, 2, 3, 50])
def test_n_on_the_right_are_absent_too(right: int) -> None:
    """A sequence that a page fitted to the model by filling up both sides, and one from which a base was deleted."""
    model = load_model(NAME)
    text = "GCCGCACGATGACCGTTGACCAGCTAGG"
    assert loads(model, [text + "N" * right])[0] == pytest.approx(loads(model, [text])[0], rel=1e-5)
    shorter = text[:15] + text[16:]
    assert loads(model, [shorter + "N"])[0] == pytest.approx(loads(model, [shorter])[0], rel=1e-5)


@ready
def test_an_n_inside_keeps_the_frame() -> None:
    model = load_model(NAME)
    (path,) = find_weights(model.card).values()
    text = "GCCGCACGATGNNACCGTTGACCAGCTAGG"
    np.testing.assert_allclose(loads(model, [text])[0], reference(text, keras.read_layers(path)), rtol=1e-5)
    # Two bases more behind an upstream ATG put it in another frame.
    out, within = loads(model, ["GCACGATG" + "C" * 25, "GCACGATG" + "C" * 24])[:, 0]
    assert abs(out - within) > 0.1


@ready
def test_keras_says_the_same() -> None:
    """Computed with TensorFlow 2.15 from the published weights, both libraries; Keras layers rebuilt after the file's
    own description, whose Lambda layers hold code and were not run."""
    model = load_model(NAME)
    expected = {
        "TCATTTTCAGGCGCGTACGAGTTGT": [5.219501, 6.427242],
        "CCAGCTCTAACACGGAAGGTTCACTCTGGAGCTAAGGTGCCCGGCAGAAC": [5.615483, 6.877835],
    }
    assert loads(model, list(expected)) == close(list(expected.values()))


@ready
@pytest.mark.skipif(not MEASURED.is_file(), reason="the measured ribosome loads are not here")
def test_it_explains_measured_ribosome_loads() -> None:
    """All rows of human 5'UTR ends, 50 nt, which the network was not trained on: r2 0.704."""
    model = load_model(NAME)
    with gzip.open(MEASURED, "rt") as file:
        rows = [line.split() for line in file][1:]
    texts, measured = [row[0] for row in rows], np.array([float(row[1]) for row in rows])
    found = np.concatenate([loads(model, texts[i : i + 128], pad=False) for i in range(0, len(texts), 128)])
    r2 = [np.corrcoef(column, measured)[0, 1] ** 2 for column in found.T]
    assert len(rows) == 5267
    assert np.round(r2, 3).tolist() == [0.704, 0.704]


@pytest.mark.clock  # the engine takes the way that it measures as the faster one
@ready
def test_pages_can_use_it() -> None:
    assert [check.message for check in check_model(load_model(NAME)) if check.passed is False] == []
    card = replace(get_card(NAME), length=60)  # the same network, ten times as fast
    model = load_model(card)
    text = keras.random_texts(np.random.default_rng(5), 1, 50)[0].rjust(card.length - 2, "N") + "NN"
    sequence, target = Sequence(text), Target.default(card)
    for method, most in (("deepliftshap", 1e-4), ("ig", 0.01)):
        explained = attribute(model, sequence, target, method, baseline="dinucleotide", references=2)
        assert explained.relative_gap is not None
        assert explained.relative_gap < most
    start = card.length - 20
    found = saturate(model, sequence, target, window=(start, start + 2), indels=True)
    before = target_value(model, sequence, target)
    assert found.engine == "incremental"
    for i in (start, start + 1):
        for row, base in enumerate("ACGT"):
            mutant = Sequence(text[:i] + base + text[i + 1 :])
            assert found.delta[row, i] == close(target_value(model, mutant, target) - before, beside=before)
    assert found.deletions is not None
    deleted = Sequence(text[:start] + text[start + 1 :] + "N")
    assert found.deletions[start] == close(target_value(model, deleted, target) - before, beside=before)


@ready
def test_the_card_s_example_is_what_the_model_says() -> None:
    model = load_model(NAME)
    shown = model.card.example
    value = loads(model, [shown["bases"]])[0, model.card.outputs[0].index(shown["track"])]
    assert value == pytest.approx(shown["value"], abs=1e-4)
    assert len(shown["importance"]) == len(shown["bases"])


@pytest.mark.online
def test_the_published_file_can_be_fetched(weights: Path) -> None:
    """Its checksum is that of the file whose numbers are tested above; the card's example must come out."""
    fetch(get_card(NAME), folder=weights, progress=None)
    test_the_card_s_example_is_what_the_model_says()
