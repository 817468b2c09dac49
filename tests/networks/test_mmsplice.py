"""MMSplice's five modules: against plain numpy, on files written here and on the published ones."""

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

MODULES = ("acceptor", "donor", "exon", "intron3", "intron5")
SITES = Path(__file__).parents[3] / "shared" / "data" / "splice_sites_602bp"
ready = pytest.mark.skipif(
    not all(is_ready(get_card(f"splice.mmsplice-{m}")) for m in MODULES), reason="the published weights are not here"
)


def acceptor(text: str, layers: keras.Layers) -> float:
    h = keras.normalize(
        keras.relu(keras.convolve(keras.one_hot(text), layers["convSpliceSite"], same=True)),
        layers["batch_normalization_1"],
    )
    h = keras.normalize(keras.relu(keras.convolve(h, layers["conv1by1"], same=True)), layers["batch_normalization_2"])
    return float(keras.dense(h, layers["denseSS"])[0])


def donor(text: str, layers: keras.Layers) -> float:
    h = keras.dense(keras.one_hot(text), layers["dense1"])
    h = keras.relu(keras.normalize(h, layers["batch_normalization_1"]))
    h = keras.relu(keras.normalize(keras.dense(h, layers["dense2"]), layers["batch_normalization_2"]))
    return float(keras.dense(h, layers["dense_1"])[0])


def exon(text: str, layers: keras.Layers) -> float:
    x = keras.one_hot(text)
    h = keras.relu(keras.normalize(keras.convolve(x, layers["conv"], same=True), layers["batch_normalization_1"]))
    kept = [row for row, column in zip(h, x, strict=True) if column.max() > 0]
    return float(keras.dense(np.mean(kept, axis=0), layers["dense3"])[0])


def intron(text: str, layers: keras.Layers) -> float:
    h = keras.relu(keras.convolve(keras.one_hot(text), layers["conv"], same=True))
    return float(keras.dense(h.mean(0), layers["dense3" if "dense3" in layers else "dense5"])[0])


REFERENCE: dict[str, Callable[[str, keras.Layers], float]] = {
    "acceptor": acceptor,
    "donor": donor,
    "exon": exon,
    "intron3": intron,
    "intron5": intron,
}
TINY: dict[str, tuple[dict[str, int], int, dict[str, tuple[int, ...]]]] = {
    "acceptor": (
        {"channels": 3, "width": 5},
        9,
        {
            "convSpliceSite": (5, 4, 3),
            "batch_normalization_1": (3,),
            "conv1by1": (1, 3, 3),
            "batch_normalization_2": (3,),
            "denseSS": (27, 1),
        },
    ),
    "donor": (
        {"first": 6, "second": 5},
        7,
        {
            "dense1": (28, 6),
            "batch_normalization_1": (6,),
            "dense2": (6, 5),
            "batch_normalization_2": (5,),
            "dense_1": (5, 1),
        },
    ),
    "exon": (
        {"channels": 6, "width": 5},
        12,
        {"conv": (5, 4, 6), "batch_normalization_1": (6,), "dense3": (6, 1)},
    ),
    "intron3": ({"channels": 6, "width": 3}, 12, {"conv": (3, 4, 6), "dense3": (6, 1)}),
    "intron5": ({"channels": 6, "width": 3}, 12, {"conv": (3, 4, 6), "dense5": (6, 1)}),
}


def write_tiny(
    module: str, folder: Path, change: Callable[[dict[str, dict[str, np.ndarray]]], None] | None = None
) -> ModelCard:
    """A published-looking file with small sizes, and the card for it."""
    config, length, shapes = TINY[module]
    layers = keras.random_layers(np.random.default_rng(3), shapes)
    if change is not None:
        change(layers)
    published = get_card(f"splice.mmsplice-{module}")
    name = published.files[0].name
    keras.write_layers(folder / name, layers, optimizer=module in ("acceptor", "donor"))
    return replace(published, config=config, length=length, files=(WeightsFile(name),), sha256="")


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return tmp_path


def logit(model: object, texts: list[str]) -> np.ndarray:
    card = model.card  # type: ignore[attr-defined]
    with torch.no_grad():
        return model.logits(encode(texts))[card.outputs[0].name][:, 0, 0].numpy()  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", MODULES)
def test_a_file_with_the_published_keys_gives_the_numbers_of_plain_numpy(module: str, weights: Path) -> None:
    card = write_tiny(module, weights)
    model = load_model(card)
    texts = keras.random_texts(np.random.default_rng(0), 4, card.length)
    layers = keras.read_layers(weights / card.files[0].name)
    assert logit(model, texts) == close([REFERENCE[module](t, layers) for t in texts])
    assert [check.message for check in check_model(model) if check.passed is False] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_file_that_does_not_fit_is_refused(module: str, weights: Path) -> None:
    last = list(TINY[module][2])[-1]

    def without_bias(layers: dict[str, dict[str, np.ndarray]]) -> None:
        del layers[last]["bias"]

    def with_one_more(layers: dict[str, dict[str, np.ndarray]]) -> None:
        layers["dense9"] = {"kernel": np.zeros((2, 2))}

    def with_another_width(layers: dict[str, dict[str, np.ndarray]]) -> None:
        layers[last]["kernel"] = np.zeros((TINY[module][2][last][0] * 2, 1))

    for change, said in (
        (without_bias, f"missing key '{last}/bias:0'"),
        (with_one_more, "unexpected keys model_weights/dense9/dense9_7/kernel:0"),
        (with_another_width, "size mismatch"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write_tiny(module, weights, change))


@ready
@pytest.mark.parametrize("module", MODULES)
def test_published_weights_give_the_numbers_of_plain_numpy(module: str) -> None:
    model = load_model(f"splice.mmsplice-{module}")
    (path,) = find_weights(model.card).values()
    layers = keras.read_layers(path)
    texts = keras.random_texts(np.random.default_rng(1), 3, model.card.length)
    texts.append(texts[0][:5] + "N" + texts[0][6:])
    assert logit(model, texts) == close([REFERENCE[module](t, layers) for t in texts])


@ready
def test_n_around_an_exon_are_absent_and_in_an_intron_they_count() -> None:
    model = load_model("splice.mmsplice-exon")
    (path,) = find_weights(model.card).values()
    layers = keras.read_layers(path)
    for length in (1, 4, 37, 122, 300):
        text = keras.random_texts(np.random.default_rng(length), 1, length)[0]
        pad = model.card.length - length
        padded = [("N" * left + text).ljust(model.card.length, "N") for left in (0, pad // 2, pad)]
        assert logit(model, padded) == close([exon(text, layers)] * 3)
    side = load_model("splice.mmsplice-intron5")
    text = keras.random_texts(np.random.default_rng(0), 1, 94)[0]
    assert abs(logit(side, [text[:60].ljust(94, "N")])[0] - logit(side, [text[:60]])[0]) > 0.01


@ready
@pytest.mark.skipif(not SITES.is_dir(), reason="the splice sites are not here")
@pytest.mark.parametrize(("module", "start", "auroc"), [("donor", 296, 0.980), ("acceptor", 253, 0.971)])
def test_human_sites_are_told_from_false_ones(module: str, start: int, auroc: float) -> None:
    """All 3,200 rows of the human test file; the AUROC as first measured with a port of the published networks."""
    model = load_model(f"splice.mmsplice-{module}")
    with gzip.open(SITES / f"human_{module}.test.tsv.gz", "rt") as file:
        rows = [line.split() for line in file][1:]
    scores = logit(model, [text[start - 1 : start - 1 + model.card.length] for _, text in rows])
    real = np.array([label == "1" for label, _ in rows])
    ranks = np.argsort(np.argsort(scores)) + 1
    found = (ranks[real].sum() - real.sum() * (real.sum() + 1) / 2) / (real.sum() * (~real).sum())
    assert (len(rows), round(found, 3)) == (3200, auroc)


@ready
@pytest.mark.parametrize("module", MODULES)
def test_pages_can_use_it(module: str) -> None:
    model = load_model(f"splice.mmsplice-{module}")
    card = model.card
    assert [check.message for check in check_model(model) if check.passed is False] == []
    text = keras.random_texts(np.random.default_rng(5), 1, card.length)[0]
    if module == "exon":
        text = text[:80].rjust(190, "N").ljust(300, "N")
    sequence, target = Sequence(text), Target.default(card)
    for method, most in (("deepliftshap", 1e-4), ("ig", 0.01)):
        explained = attribute(model, sequence, target, method, references=4)
        assert explained.relative_gap is not None
        assert explained.relative_gap < most
    start = 120 if module == "exon" else 8
    found = saturate(model, sequence, target, window=(start, start + 2))
    before = target_value(model, sequence, target)
    for i in (start, start + 1):
        for row, base in enumerate("ACGT"):
            mutant = Sequence(text[:i] + base + text[i + 1 :])
            assert found.delta[row, i] == close(target_value(model, mutant, target) - before, beside=before)


@ready
@pytest.mark.parametrize("module", MODULES)
def test_the_card_s_example_is_what_the_model_says(module: str) -> None:
    model = load_model(f"splice.mmsplice-{module}")
    shown = model.card.example
    value = target_value(
        model,
        Sequence(shown["bases"].ljust(model.card.length, "N")),
        replace(Target.default(model.card), scale="value"),
    )
    assert value == pytest.approx(shown["value"], abs=1e-4)
    assert len(shown["importance"]) == len(shown["bases"])


@pytest.mark.online
@pytest.mark.parametrize("module", MODULES)
def test_the_published_file_can_be_fetched(module: str, weights: Path) -> None:
    """Its checksum is that of the file whose numbers are tested above; the card's example must come out."""
    card = get_card(f"splice.mmsplice-{module}")
    fetch(card, folder=weights, progress=None)
    test_the_card_s_example_is_what_the_model_says(module)
