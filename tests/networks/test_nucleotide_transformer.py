"""Nucleotide Transformer v2, from files written here with the published keys and shapes."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from genoviz.errors import BadCheckpoint, BadModel
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.language import LanguageModel
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks import nucleotide_transformer
from genoviz.networks.tokens import PASSES, MaskedLanguageModel, given_the_rest
from tests.comparison import close
from tests.networks import written_weights as written

NAME = "nucleotide-transformer.v2-50m"
LENGTH = 54
SMALL: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12}
# EsmForMaskedLM of the package transformers 5.24.0 with its position-wise network exchanged for a gated one without bias,
# run once on these weights and sequences: ln probability of the hidden middle word, and the mean hidden state's first
# three numbers.
MIDDLE = [-7.033174, -9.271553, -9.354120]
STATES = [-0.034544, 0.250091, -0.967208]


def shapes(config: dict[str, Any], positions: int = 20) -> dict[str, tuple[int, ...]]:
    """Keys of the published file, with what the network doesn't use."""
    width, inner, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
    layers, tokens = config["num_hidden_layers"], 4107
    sizes: dict[str, tuple[int, ...]] = {
        "esm.embeddings.word_embeddings.weight": (tokens, width),
        "esm.embeddings.position_embeddings.weight": (positions, width),
        "esm.contact_head.regression.weight": (1, layers * heads),
        "esm.contact_head.regression.bias": (1,),
        "lm_head.dense.weight": (width, width),
        "lm_head.dense.bias": (width,),
        "lm_head.decoder.weight": (tokens, width),
        "lm_head.bias": (tokens,),
        **norm("lm_head.layer_norm", width),
        **norm("esm.encoder.emb_layer_norm_after", width),
    }
    for i in range(layers):
        layer = f"esm.encoder.layer.{i}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            sizes |= {
                f"{layer}.attention.{part}.weight": (width, width),
                f"{layer}.attention.{part}.bias": (width,),
            }
        sizes |= norm(f"{layer}.attention.LayerNorm", width) | norm(f"{layer}.LayerNorm", width)
        sizes |= {
            f"{layer}.intermediate.dense.weight": (2 * inner, width),
            f"{layer}.output.dense.weight": (width, inner),
            f"{layer}.attention.self.rotary_embeddings.inv_freq": (width // heads // 2,),
        }
    return sizes


def norm(module: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{module}.weight": (width,), f"{module}.bias": (width,)}


def write(folder: Path, weights: written.Weights) -> ModelCard:
    card = written.small_card(NAME, SMALL, LENGTH, 1)
    save_file(written.tensors(weights), folder / card.files[0].name)
    return card


@pytest.fixture
def model(folder: Path) -> MaskedLanguageModel:
    loaded = load_model(write(folder, written.random_weights(shapes(SMALL))))
    assert isinstance(loaded, MaskedLanguageModel)
    return loaded


def test_numbers_of_another_implementation(model: MaskedLanguageModel) -> None:
    texts = written.random_texts(LENGTH)  # the last has two N in its first word
    assert written.logits(model, texts)[:, 0] == close(MIDDLE)
    assert model.embed(encode(texts))[0, :3] == close(STATES)


def test_pages_can_use_it(model: MaskedLanguageModel) -> None:
    written.assert_pages_can_use(model)


def test_words_have_their_published_numbers() -> None:
    """Letters in the order A T C G, behind six special tokens; AAAAAA is 6 and single letters begin at 4102."""
    ids = nucleotide_transformer.word_ids(6)
    words = ["".join(word) for word in product("ACGT", repeat=6)]
    assert sorted(ids.tolist()) == list(range(6, 4102))
    assert ids[words.index("AAAAAA")] == 6
    assert ids[words.index("AAAAAT")] == 7
    assert ids[words.index("AAAAAC")] == 8
    assert ids[words.index("TAAAAA")] == 6 + 4**5
    assert ids[words.index("GGGGGG")] == 4101


def test_no_base_sees_itself_but_its_word_and_the_others(model: MaskedLanguageModel) -> None:
    assert isinstance(model, LanguageModel)
    X = encode(written.random_texts(LENGTH)[0])
    before = model.base_probabilities(X)
    assert torch.allclose(before.sum(1), torch.ones(1, LENGTH))
    for position in (0, 8, LENGTH - 1):
        other = X.clone()
        other[:, :, position] = X[:, :, position].roll(1, 1)
        change = (model.base_probabilities(other) - before).abs().amax((0, 1))
        word = position // 6
        assert change[position] == 0
        inside = [i for i in range(6 * word, 6 * word + 6) if i != position]
        assert (change[inside] > 0).all()
        shown = [i for i in range(LENGTH) if i // 6 % PASSES != word % PASSES]  # hidden in other passes
        assert (change[shown] > 0).all()


def test_probabilities_of_a_base_are_those_of_the_four_words_it_makes(model: MaskedLanguageModel) -> None:
    """By hand: hide the words of its pass, and compare the four words that differ in this base."""
    text = written.random_texts(LENGTH)[0]
    found = model.base_probabilities(encode(text))[0]
    words = ["".join(word) for word in product("ACGT", repeat=6)]
    for position in (4, 6 * 7 + 5):
        word = position // 6
        masked = "".join("N" if i // 6 % PASSES == word % PASSES else base for i, base in enumerate(text))
        table = model.net.log_probabilities(encode(masked), slice(word, word + 1))[0, 0]
        own, at = text[6 * word : 6 * word + 6], position % 6
        four = torch.stack([table[words.index(own[:at] + base + own[at + 1 :])] for base in "ACGT"])
        assert found[:, position] == close(torch.softmax(four, 0))


def test_a_word_that_is_asked_about_is_never_hidden_beside_another(model: MaskedLanguageModel) -> None:
    X = encode(written.random_texts(LENGTH)[:2])
    usual, places = (
        model.base_probabilities(X),
        torch.tensor([20, 2]),
    )  # words 3, hidden alone, and 0, hidden beside word 7
    given = model.probabilities_given(X, places)
    others = [i for i in range(LENGTH) if i != 20]
    assert given[0][:, others] == close(usual[0][:, others])
    assert given[0, :, 20].tolist() == [0.25] * 4
    assert model.probabilities_at(X, places)[0] == close(usual[0, :, 20])
    alone = X.clone()
    alone[1, :, 42:48] = 0
    table = model.net.log_probabilities(alone, slice(7, 8))[1:, 0]
    assert given[1][:, 42:48] == close(given_the_rest(table, X[1:, :, 42:48])[0])
    assert (given[1][:, 42:48] - usual[1][:, 42:48]).abs().max() > 1e-4


def test_over_an_n_of_the_same_word_probability_is_summed(model: MaskedLanguageModel) -> None:
    text = written.random_texts(LENGTH)[0]
    known = "N" + text[1:]
    found = model.base_probabilities(encode(known))[0]
    words = ["".join(word) for word in product("ACGT", repeat=6)]
    masked = "".join("N" if i // 6 % PASSES == 0 else base for i, base in enumerate(text))
    table = model.net.log_probabilities(encode(masked), slice(0, 1))[0, 0].exp()
    four = [sum(table[words.index(first + base + text[2:6])] for first in "ACGT") for base in "ACGT"]
    assert found[:, 1] == close(torch.tensor(four) / sum(four))


def test_likelihood_sums_over_the_bases_and_n_counts_nothing(model: MaskedLanguageModel) -> None:
    text = "NN" + written.random_texts(LENGTH)[0][2:]
    X = encode(text)
    columns = model.base_probabilities(X)[0]
    expected = sum(float(columns["ACGT".index(base), i].log()) for i, base in enumerate(text) if base != "N")
    assert float(model.log_likelihood(X)) == pytest.approx(expected, rel=1e-5)


def test_effect_in_the_middle_is_the_log_likelihood_ratio(model: MaskedLanguageModel) -> None:
    """The middle is the base at which variants are put, and its word is hidden: both words are read off one pass."""
    text, middle = written.random_texts(LENGTH)[0], (LENGTH - 1) // 2
    other = text[:middle] + ("A" if text[middle] != "A" else "C") + text[middle + 1 :]
    word = middle // 6
    masked = text[: 6 * word] + "N" * 6 + text[6 * word + 6 :]
    table = model.net.log_probabilities(encode(masked), slice(word, word + 1))[0, 0]
    words = ["".join(letters) for letters in product("ACGT", repeat=6)]
    first, second = (float(table[words.index(t[6 * word : 6 * word + 6])]) for t in (text, other))
    found = written.logits(model, [text, other])[:, 0]
    assert found[1] - found[0] == close(second - first, beside=found)


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL))
    key = "esm.encoder.layer.1.intermediate.dense.weight"
    for changed, said in (
        ({k: v for k, v in weights.items() if k != key}, r"Missing key\(s\).*layer.1.intermediate"),
        (weights | {"esm.pooler.dense.bias": np.zeros(3, dtype=np.float32)}, r"Unexpected key\(s\).*pooler"),
        (weights | {key: np.zeros((12, 16), dtype=np.float32)}, "size mismatch.*layer.1.intermediate"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


def test_a_sequence_of_broken_words_is_refused() -> None:
    with pytest.raises(BadModel, match="multiple of 6"):
        nucleotide_transformer.build(written.small_card(NAME, SMALL, 50, 1))


def test_the_published_shapes_fit() -> None:
    card = get_card(NAME)
    sizes = shapes(dict(card.config), 2050)
    # The published file holds 55,904,972 weights and 192 frequencies.
    assert sum(int(np.prod(shape)) for shape in sizes.values()) == 55_904_972 + 192
    with torch.device("meta"):
        net = nucleotide_transformer.build(card).net
        state = nucleotide_transformer.convert(card, {"": {k: torch.empty(s) for k, s in sizes.items()}})
    assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in net.state_dict().items()}
    assert card.parameters == sum(p.numel() for p in net.parameters())


@pytest.mark.online
def test_the_published_file_goes_on_with_a_repeat(folder: Path) -> None:
    """What every masked language model of genomes has learned: a word between copies of itself is that word."""
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    model = load_model(card)
    word = "GATACA"
    found = written.logits(model, [word * 101, word * 50 + "CCGTGA" + word * 50])[:, 0]
    assert found[0] > np.log(0.5)
    assert found[1] < found[0] - 3
