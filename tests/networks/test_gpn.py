"""GPN, from files written here with the published keys and shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.language import LanguageModel
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks import gpn
from genoviz.networks.tokens import PASSES, MaskedLanguageModel
from tests.comparison import close
from tests.networks import written_weights as written

NAME = "gpn.brassicales"
LENGTH = 21
SMALL: dict[str, Any] = {"hidden_size": 10, "n_layers": 4, "kernel_size": 5, "dilation_cycle": 3, "dilation_max": 32}
# ConvNetForMaskedLM of the authors' package gpn 0.9.0a1, run once on these weights and sequences: ln probability of the
# hidden middle base among A, C, G and T, and the mean hidden state's first three numbers.
MIDDLE = [-3.019326, -1.441220, -3.207533]
STATES = [0.984789, 1.956818, 1.022720]


def shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Keys of the published file."""
    width = config["hidden_size"]
    sizes: dict[str, tuple[int, ...]] = {}
    for i in range(config["n_layers"]):
        layer = f"model.encoder.{i}"
        sizes |= {f"{layer}.conv.1.weight": (width, width, config["kernel_size"]), f"{layer}.conv.1.bias": (width,)}
        sizes |= {f"{layer}.ffn.0.weight": (width, width), f"{layer}.ffn.0.bias": (width,)}
        sizes |= {f"{layer}.{norm}.{kind}": (width,) for norm in ("conv.4", "ffn.2") for kind in ("weight", "bias")}
    return sizes | {
        "cls.decoder.0.weight": (width, width),
        "cls.decoder.0.bias": (width,),
        "cls.decoder.2.weight": (width,),
        "cls.decoder.2.bias": (width,),
        "cls.decoder.3.weight": (7, width),
        "cls.decoder.3.bias": (7,),
    }


def write(folder: Path, weights: written.Weights) -> ModelCard:
    card = written.small_card(NAME, SMALL, LENGTH, 1)
    save_file(written.tensors(weights), folder / card.files[0].name)
    return card


@pytest.fixture
def model(folder: Path) -> MaskedLanguageModel:
    loaded = load_model(write(folder, written.random_weights(shapes(SMALL))))
    assert isinstance(loaded, MaskedLanguageModel)
    return loaded


def test_numbers_of_the_authors_package(model: MaskedLanguageModel) -> None:
    texts = written.random_texts(LENGTH)  # the last has two N, read as masks
    assert written.logits(model, texts)[:, 0] == close(MIDDLE)
    assert model.embed(encode(texts))[0, :3] == close(STATES)


def test_pages_can_use_it(model: MaskedLanguageModel) -> None:
    written.assert_pages_can_use(model)


def test_no_base_sees_itself_but_those_around_it(model: MaskedLanguageModel) -> None:
    assert isinstance(model, LanguageModel)
    X = encode(written.random_texts(LENGTH)[0])
    before = model.base_probabilities(X)
    assert torch.allclose(before.sum(1), torch.ones(1, LENGTH))
    for position in (0, 8, LENGTH - 1):
        other = X.clone()
        other[:, :, position] = X[:, :, position].roll(1, 1)
        change = (model.base_probabilities(other) - before).abs().amax((0, 1))
        assert change[position] == 0
        assert (change[[i for i in range(LENGTH) if 0 < abs(i - position) < 4]] > 0).all()


def test_probabilities_are_those_of_hidden_bases(model: MaskedLanguageModel) -> None:
    text = written.random_texts(LENGTH)[0]
    found = model.base_probabilities(encode(text))[0]
    for position in (0, 11):
        masked = "".join("N" if i % PASSES == position % PASSES else base for i, base in enumerate(text))
        expected = model.net.log_probabilities(encode(masked), slice(None))[0, position].exp()
        assert found[:, position] == close(expected)


def test_effect_in_the_middle_is_the_authors_score(model: MaskedLanguageModel) -> None:
    text, middle = written.random_texts(LENGTH)[0], (LENGTH - 1) // 2
    other = text[:middle] + ("A" if text[middle] != "A" else "C") + text[middle + 1 :]
    hidden = encode(text[:middle] + "N" + text[middle + 1 :])
    table = model.net.log_probabilities(hidden, slice(middle, middle + 1))[0, 0]
    ratio = float(table["ACGT".index(other[middle])] - table["ACGT".index(text[middle])])
    found = written.logits(model, [text, other])[:, 0]
    assert found[1] - found[0] == close(ratio, beside=found)


def test_an_n_in_the_middle_has_no_likelihood(model: MaskedLanguageModel) -> None:
    text, middle = written.random_texts(LENGTH)[0], (LENGTH - 1) // 2
    assert written.logits(model, [text[:middle] + "N" + text[middle + 1 :]])[0, 0] == 0


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL))
    key = "model.encoder.2.conv.1.weight"
    for changed, said in (
        ({k: v for k, v in weights.items() if k != key}, r"Missing key\(s\).*encoder.2.conv.1"),
        (weights | {"model.embedding.weight": np.zeros(3, dtype=np.float32)}, r"Unexpected key\(s\).*embedding"),
        (weights | {key: np.zeros((10, 10, 9), dtype=np.float32)}, "size mismatch.*encoder.2.conv.1"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


def test_the_published_shapes_fit() -> None:
    card = get_card(NAME)
    with torch.device("meta"):
        net = gpn.build(card).net
    assert {k: tuple(v.shape) for k, v in net.state_dict().items()} == shapes(dict(card.config))
    count = sum(p.numel() for p in net.parameters())
    assert card.parameters == count
    assert round(count / 1e6, 1) == 65.9  # as the Hub counts them


@pytest.mark.online
def test_the_published_file_gives_the_authors_probabilities(folder: Path) -> None:
    """tests/fixtures/published_model_baseline.json of songlab-cal/gpn: base 490, an A, of this piece of Arabidopsis."""
    text = (
        "CGGGTTAAAAATCTAGTTGTTATTATTAAAGGAAATAAAATATCCTCATAAAACAATTTGTTGTAATCTATCTTTGGGCTAATGTTCTTATCCTACAAGACGAACCCTG"
        "ACCGTATTCGTCGTAGAAAAAAAATTGCTTCGATCCCATCATTGAGTTCAATAATCGGCGCACAAAGGCCGATTCATAAAAACTCTAGGCCCATTAAAGTAAAGCCCAT"
        "TCTCAACCCTATCCAGTCTCCCTGTATATATATATTTACGACACCAACCCAGCGTTGATATTTAATTTTCTTCAGTCAGAGATTTCGAAACCCTAGTCGATTTCGAGAT"
        "CCAACTAACTCTGCTCCTTATCTCAGGTAAAATTCTCGCTCGAGAACTCAATTGCTTATCCAAAGTTCCAACTGAAGATGCTTTCCTACTGAATCTTAGGTTAATGTTT"
        "TGGATTTGGAATCTTACCCGAAATTTCTCTGCAGCTTGTTGAATTTGCGAAGTATGGGAGACGCTAGAGACAACGAAGCCTACGAGGAGGAGCTCTTGGACTATGAAGA"
        "AGAAGACGAGAAGGTCCCAGATTCTGGAAACAAAGTTAACGGCGAAGCTGTGAAAAAGTGAGTTTTATGGTTTCCTCGATATGTTTCATGTATACTACTGTGTGTTTAA"
        "ATTTGTCGATTCTTAGATTACTACTTGATAACAAGTAGCAGTATGT"
    )
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    model = load_model(card)
    assert isinstance(model, MaskedLanguageModel)
    hidden = encode(text[:489] + "N" + text[490:])
    with torch.no_grad():
        found = model.net.log_probabilities(hidden, slice(489, 490))[0, 0].exp()
    np.testing.assert_allclose(found, [0.9961145, 0.0007474, 0.0014197, 0.0017183], atol=1e-4)
