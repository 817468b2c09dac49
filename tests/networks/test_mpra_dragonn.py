"""MPRA-DragoNN: against plain numpy, on a file written here and on the published one."""

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

NAME = "enhancer.mpra-dragonn"
MEASURED = Path(__file__).parents[3] / "shared" / "data" / "enhancer_mpra_k562_sample" / "lentimpra_k562.tsv.gz"
ready = pytest.mark.skipif(not is_ready(get_card(NAME)), reason="the published weights are not here")
TINY = {"channels": 3, "width": 3, "convolutions": 2}
SHAPES = {
    "conv1d_1": (3, 4, 3),
    "batch_normalization_1": (3,),
    "conv1d_2": (3, 3, 3),
    "batch_normalization_2": (3,),
    "dense_1": (8 * 3, 12),
}


def reference(text: str, layers: keras.Layers) -> np.ndarray:
    """The twelve readouts."""
    h = keras.one_hot(text)
    for i in range(1, 1 + sum(layer.startswith("conv1d") for layer in layers)):
        h = keras.relu(keras.convolve(h, layers[f"conv1d_{i}"], same=False))
        h = keras.normalize(h, layers[f"batch_normalization_{i}"])
    return keras.dense(h, layers["dense_1"])


def readouts(model: Model, texts: list[str]) -> np.ndarray:
    with torch.no_grad():
        return model.logits(encode(texts))["activity"][:, :, 0].numpy()


def write_tiny(folder: Path, change: Callable[[dict[str, dict[str, np.ndarray]]], None] | None = None) -> ModelCard:
    layers = keras.random_layers(np.random.default_rng(2), SHAPES)
    if change is not None:
        change(layers)
    keras.write_layers(folder / "tiny.hdf5", layers, model=False)
    return replace(get_card(NAME), config=TINY, length=12, files=(WeightsFile("tiny.hdf5"),), sha256="")


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return tmp_path


def test_a_file_with_the_published_keys_gives_the_numbers_of_plain_numpy(weights: Path) -> None:
    model = load_model(write_tiny(weights))
    layers = keras.read_layers(weights / "tiny.hdf5")
    texts = keras.random_texts(np.random.default_rng(0), 4, 12)
    assert readouts(model, texts) == close([reference(t, layers) for t in texts])
    assert [check.message for check in check_model(model) if check.passed is False] == []


def test_a_file_that_does_not_fit_is_refused(weights: Path) -> None:
    def without_mean(layers: dict[str, dict[str, np.ndarray]]) -> None:
        del layers["batch_normalization_2"]["moving_mean"]

    def with_one_more(layers: dict[str, dict[str, np.ndarray]]) -> None:
        layers["conv1d_3"] = layers["conv1d_2"]

    def with_eleven_outputs(layers: dict[str, dict[str, np.ndarray]]) -> None:
        layers["dense_1"] = {"kernel": np.zeros((24, 11)), "bias": np.zeros(11)}

    for change, said in (
        (without_mean, "missing key 'batch_normalization_2/moving_mean:0'"),
        (with_one_more, "unexpected keys conv1d_3/"),
        (with_eleven_outputs, "size mismatch"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write_tiny(weights, change))


@ready
def test_published_weights_give_the_numbers_of_plain_numpy() -> None:
    model = load_model(NAME)
    (path,) = find_weights(model.card).values()
    layers = keras.read_layers(path)
    texts = keras.random_texts(np.random.default_rng(7), 3, 145)
    texts.append(texts[0][:40] + "N" * 20 + texts[0][60:])
    assert readouts(model, texts) == close([reference(t, layers) for t in texts])
    # The first of them with TensorFlow 2.15, from the published architecture file and weights.
    keras_says = [0.60458, 0.7120956, 0.7695313, 0.31452116, 0.11263281, 0.2534389]
    keras_says += [0.42433962, 0.19991423, 0.3789214, -0.02163576, 0.16655307, 0.07989008]
    assert readouts(model, texts[:1])[0] == close(keras_says)


@ready
@pytest.mark.skipif(not MEASURED.is_file(), reason="the measured activities are not here")
def test_pooled_tracks_are_near_their_replicates_and_follow_another_assay() -> None:
    """Every fourth of 1,988 elements that another library measured in K562 cells, middle 145 of 200 bp."""
    model = load_model(NAME)
    with gzip.open(MEASURED, "rt") as file:
        header, *rows = [line.rstrip("\n").split("\t") for line in file]
    seq, value = header.index("seq"), header.index("mean_value")
    texts = [row[seq][42:187] for row in rows[::4]]
    measured = np.array([float(row[value]) for row in rows[::4]])
    found = readouts(model, texts)
    by_track = dict(zip(model.card.outputs[0].tracks, np.corrcoef(found.T), strict=True))
    tracks = list(by_track)
    for first in range(0, 12, 3):  # replicate 1, replicate 2, pooled
        within = [by_track[tracks[first + 2]][first + i] for i in (0, 1)]
        others = [by_track[tracks[first + 2]][i] for i in range(12) if not first <= i < first + 3]
        assert tracks[first + 2].endswith("pooled")
        assert min(within) > max(others)
    pooled = tracks.index("K562 minP pooled")
    assert np.corrcoef(found[:, pooled], measured)[0, 1] == pytest.approx(0.46, abs=0.06)


@ready
def test_pages_can_use_it() -> None:
    model = load_model(NAME)
    assert [check.message for check in check_model(model) if check.passed is False] == []
    text = keras.random_texts(np.random.default_rng(5), 1, 145)[0]
    sequence, target = Sequence(text), Target.parse("HepG2 SV40P pooled", model.card)
    for method, most in (("deepliftshap", 1e-4), ("ig", 0.01)):
        explained = attribute(model, sequence, target, method, references=4)
        assert explained.relative_gap is not None
        assert explained.relative_gap < most
    found = saturate(model, sequence, target, window=(70, 72))
    before = target_value(model, sequence, target)
    for i in (70, 71):
        for row, base in enumerate("ACGT"):
            mutant = Sequence(text[:i] + base + text[i + 1 :])
            assert found.delta[row, i] == close(target_value(model, mutant, target) - before, beside=before)


@ready
def test_the_card_s_example_is_what_the_model_says() -> None:
    model = load_model(NAME)
    shown = model.card.example
    value = readouts(model, [shown["bases"]])[0, model.card.outputs[0].index(shown["track"])]
    assert value == pytest.approx(shown["value"], abs=1e-4)
    assert len(shown["importance"]) == len(shown["bases"])


@pytest.mark.online
def test_the_published_file_can_be_fetched(weights: Path) -> None:
    """Its checksum is that of the file whose numbers are tested above; the card's example must come out."""
    fetch(get_card(NAME), folder=weights, progress=None)
    test_the_card_s_example_is_what_the_model_says()
