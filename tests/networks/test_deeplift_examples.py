"""The networks of DeepLIFT's authors: Keras's old arithmetic step by step, and whether they find what was planted."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.attribute.attribution import attribute
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.tensors import read_tensors
from genoviz.models.weights import find_weights, is_ready
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

TAL_GATA, GRU = "deeplift.tal-gata", "deeplift.ctcf-gru"
DATA = Path(__file__).parents[3] / "shared" / "data" / "weights_deeplift_ctcf_gru"
pytestmark = pytest.mark.skipif(
    not (is_ready(get_card(TAL_GATA)) and is_ready(get_card(GRU))), reason="the published weights are not here"
)


def logits(model: Model, texts: list[str]) -> np.ndarray:
    with torch.no_grad():
        return model.logits(encode(texts))[model.card.outputs[0].name][:, :, 0].numpy()


def random_texts(n: int, length: int) -> list[str]:
    rng = np.random.default_rng(1)
    return ["".join(rng.choice(list("ACGT"), length, p=[0.3, 0.2, 0.2, 0.3])) for _ in range(n)]


def published(name: str) -> dict[str, np.ndarray]:
    (path,) = find_weights(get_card(name)).values()
    return {key: value.double().numpy() for key, value in read_tensors(path).items()}


def test_theano_s_convolution_in_numpy() -> None:
    """A sum over kernels that run backwards, as Theano defines it, one place after the other."""
    p = [published(TAL_GATA)[f"graph/param_{i}"] for i in range(8)]
    (text,) = random_texts(1, 200)
    x = np.array([[float(base == letter) for base in text] for letter in "ACGT"])
    h = np.array(
        [[sum(np.sum(w[0, 3 - row, ::-1] * x[row, i : i + 11]) for row in range(4)) for i in range(190)] for w in p[0]]
    )
    h = np.maximum(h + p[1][:, None], 0)
    h = np.array([np.einsum("fcw,cw->f", p[2][:, :, 0, ::-1], h[:, i : i + 11]) for i in range(180)]).T + p[3][:, None]
    h = np.array([h[:, i : i + 60].mean(1) for i in range(0, 121, 30)]).T.ravel()
    expected = np.maximum(h @ p[4] + p[5], 0) @ p[6] + p[7]
    assert logits(load_model(TAL_GATA), [text])[0] == close(expected)


def test_each_answer_hears_its_motif() -> None:
    model, texts = load_model(TAL_GATA), random_texts(50, 200)

    def with_words(*words: tuple[str, int]) -> np.ndarray:
        planted = []
        for text in texts:
            for word, place in words:
                text = text[:place] + word + text[place + len(word) :]
            planted.append(text)
        return logits(model, planted).mean(0) - logits(model, texts).mean(0)

    assert list(model.card.outputs[0].tracks) == ["GATA1", "TAL1", "both"]
    assert with_words(("AGATAAG", 60), ("AGATAAG", 120)).argmax() == 0
    assert with_words(("AACAGATGGT", 90)).argmax() == 1
    assert with_words(("AGATAAG", 60), ("AACAGATGGT", 120)).argmax() == 2


def test_keras_s_recurrent_unit_in_numpy() -> None:
    p = published(GRU)
    wz, uz, bz, wr, ur, br, wh, uh, bh = (p[f"layer_2/param_{i}"] for i in range(9))
    (text,) = random_texts(1, 150)
    h = np.zeros(100)
    for base in text:
        x = np.eye(4)["ACGT".index(base)]
        z, r = (np.clip(0.2 * gate + 0.5, 0, 1) for gate in (x @ wz + h @ uz + bz, x @ wr + h @ ur + br))
        h = z * h + (1 - z) * np.tanh(x @ wh + (r * h) @ uh + bh)  # reset before the product
    assert logits(load_model(GRU), [text])[0] == close(h @ p["layer_3/param_0"] + p["layer_3/param_1"], 1e-4)


def planted(name: str) -> dict[str, str]:
    with gzip.open(DATA / name, "rt") as file:
        return dict(line.split()[:2] for line in list(file)[1:])


def test_it_finds_ctcf_in_the_authors_test_set() -> None:
    with_site = planted("singleMotifSim_motif-CTCF_known1_seqLength-150_numSeqs-1000.simdata.gz")
    without = planted("singleMotifSim_seqLength-150_numSeqs-1000.simdata.gz")
    names = (DATA / "test_split.txt").read_text().split()
    model = load_model(GRU)
    true, false = (logits(model, [texts[name] for name in names if name in texts]) for texts in (with_site, without))
    assert (len(true), len(false)) == (150, 150)
    for track, row in enumerate(model.card.held_out):
        auroc = float((true[:, None, track] > false[None, :, track]).mean())
        assert auroc == pytest.approx(row["auroc"], abs=2e-4)
    assert float(((true[:, 0] > 0).mean() + (false[:, 0] < 0).mean()) / 2) == pytest.approx(0.937, abs=0.004)


@pytest.mark.parametrize("name", [TAL_GATA, GRU])
def test_scores_of_bases_add_up(name: str) -> None:
    model = load_model(name)
    sequence = Sequence(random_texts(1, model.card.length)[0])
    assert attribute(model, sequence, Target.default(model.card), "deepliftshap", references=1).light == "green"
