"""DNABERT-2, from files written here with the published keys and shapes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks import dnabert2
from genoviz.networks.byte_pairs import BytePairs, read
from genoviz.networks.dnabert2 import DNABERT2Model
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close
from tests.networks import written_weights as written

NAME = "dnabert2.117m"
LENGTH = 30
SPECIAL = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
MERGES = ["T T", "A A", "C A", "G G", "AA AA", "CA TT", "GG A", "TT G"]
TOKENS = [*SPECIAL, *"ACGT", *(merge.replace(" ", "") for merge in MERGES)]
SMALL: dict[str, Any] = {
    "vocab_size": len(TOKENS) + 1,  # one more than the rules make
    "hidden_size": 12,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 10,
}
TEXTS = ["GGATTGCATTACAAAAGGATCCATTTGCAA", "AAAAAAAAAACATTGGGGGACATTTTTCGA", "CATTNNGGAAAATTGCATTTGACCCATTGG"]
# The package tokenizers 0.23.3 (BPE with these rules, no other steps), run once.
CUTS = [
    ["GGA", "TTG", "CATT", "A", "C", "AAAA", "GGA", "T", "C", "CATT", "T", "G", "C", "AA"],
    ["AAAA", "AAAA", "AA", "CATT", "GG", "GG", "G", "A", "CATT", "TT", "T", "C", "G", "A"],
    ["CATT", "[UNK]", "[UNK]", "GG", "AAAA", "TTG", "CATT", "T", "G", "A", "C", "C", "CATT", "GG"],
]
# DnaBert2ForMaskedLM of the package multimolecule 0.2.2, run once on these weights and tokens: ln probability of the hidden
# token in the middle, and the mean hidden state's first three numbers.
MIDDLE = [-4.685634, -2.881240, -4.781606]
STATES = [0.482405, -0.198836, 1.206603]


def shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Keys of the published file."""
    width, inner, tokens = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    sizes: dict[str, tuple[int, ...]] = {
        "bert.embeddings.word_embeddings.weight": (tokens, width),
        "bert.embeddings.token_type_embeddings.weight": (2, width),
        **norm("bert.embeddings.LayerNorm", width),
        "cls.predictions.transform.dense.weight": (width, width),
        "cls.predictions.transform.dense.bias": (width,),
        **norm("cls.predictions.transform.LayerNorm", width),
        "cls.predictions.decoder.bias": (tokens,),
    }
    for i in range(config["num_hidden_layers"]):
        layer = f"bert.encoder.layer.{i}"
        sizes |= {
            f"{layer}.attention.self.Wqkv.weight": (3 * width, width),
            f"{layer}.attention.self.Wqkv.bias": (3 * width,),
            f"{layer}.attention.output.dense.weight": (width, width),
            f"{layer}.attention.output.dense.bias": (width,),
            **norm(f"{layer}.attention.output.LayerNorm", width),
            f"{layer}.mlp.gated_layers.weight": (2 * inner, width),
            f"{layer}.mlp.wo.weight": (width, inner),
            f"{layer}.mlp.wo.bias": (width,),
            **norm(f"{layer}.mlp.layernorm", width),
        }
    return sizes


def norm(module: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{module}.weight": (width,), f"{module}.bias": (width,)}


def tokenizer(merges: list[Any] = MERGES) -> dict[str, Any]:
    """What is read of the published `tokenizer.json`."""
    return {"model": {"type": "BPE", "vocab": {token: i for i, token in enumerate(TOKENS)}, "merges": merges}}


def write(folder: Path, weights: written.Weights, rules: Any = None) -> ModelCard:
    card = get_card(NAME)
    files = tuple(WeightsFile(file.name) for file in card.files)
    save_file(written.tensors(weights), folder / files[0].name)
    (folder / files[1].name).write_text(json.dumps(tokenizer() if rules is None else rules))
    return replace(card, config=SMALL, length=LENGTH, files=files, sha256="")


@pytest.fixture
def model(folder: Path) -> DNABERT2Model:
    loaded = load_model(write(folder, written.random_weights(shapes(SMALL))))
    assert isinstance(loaded, DNABERT2Model)
    return loaded


def test_tokens_of_another_implementation(model: DNABERT2Model) -> None:
    for text, expected in zip(TEXTS, CUTS, strict=True):
        (tokens,) = model.net.tokens(encode(text))
        assert [TOKENS[token.id] for token in tokens] == expected
        spelled = "".join(text[token.start : token.end] for token in tokens)
        assert spelled == text
        assert all(TOKENS[t.id] == text[t.start : t.end] for t in tokens if t.id)


def test_numbers_of_another_implementation(model: DNABERT2Model) -> None:
    assert written.logits(model, TEXTS)[:, 0] == close(MIDDLE)
    assert model.embed(encode(TEXTS))[0, :3] == close(STATES)


def test_contract_and_mutation_map(model: DNABERT2Model) -> None:
    assert [check.message for check in check_model(model) if check.passed is False] == []
    start = LENGTH // 2
    found = saturate(model, Sequence(TEXTS[0]), Target.default(model.card), window=(start, start + 1))
    mutant = TEXTS[0][:start] + "C" + TEXTS[0][start + 1 :]
    before, after = written.logits(model, [TEXTS[0], mutant])[:, 0]
    assert found.delta[1, start] == close(after - before, beside=before)


def test_gradient_is_that_of_fading_a_token_into_the_mask_in_equal_parts(model: DNABERT2Model) -> None:
    X = encode(TEXTS[0]).requires_grad_()
    (gradient,) = torch.autograd.grad(model.logits(X)["middle"].sum(), X)
    observed = (gradient[0] * encode(TEXTS[0])[0]).sum(0)
    assert torch.equal(gradient[0].sum(0), observed)  # nothing for bases that are not there
    (tokens,) = model.net.tokens(X.detach())
    middle = next(token for token in tokens if token.start <= (LENGTH - 1) // 2 < token.end)
    for token in tokens:
        own = observed[token.start : token.end]
        assert own == close(own[:1].expand_as(own))
        assert (own.abs().max() > 0) == (token is not middle)
    first, step = tokens[0], 0.01
    with torch.no_grad():
        faded = X.clone()
        faded[:, :, first.start : first.end] *= 1 - step
        change = model.logits(faded)["middle"] - model.logits(X)["middle"]
    assert float(change) == pytest.approx(-step * float(observed[first.start : first.end].sum()), rel=0.05)


def test_a_row_is_independent_of_longer_ones_beside_it(model: DNABERT2Model) -> None:
    long = "CG" * (LENGTH // 2)  # no rule joins C and G
    assert len(model.net.tokens(encode(long))[0]) == LENGTH
    together = written.logits(model, [TEXTS[1], long])
    assert together[0] == close(written.logits(model, [TEXTS[1]])[0])
    assert model.embed(encode([TEXTS[1], long]))[0] == close(model.embed(encode(TEXTS[1]))[0])


def test_an_n_in_the_middle_has_no_likelihood(model: DNABERT2Model) -> None:
    middle = (LENGTH - 1) // 2
    assert written.logits(model, [TEXTS[0][:middle] + "N" + TEXTS[0][middle + 1 :]])[0, 0] == 0


def test_rules_may_be_written_as_pairs(folder: Path, model: DNABERT2Model) -> None:
    """As later versions of the package do."""
    pairs = tokenizer([merge.split(" ") for merge in MERGES])
    other = load_model(write(folder, written.random_weights(shapes(SMALL)), pairs))
    np.testing.assert_array_equal(written.logits(other, TEXTS), written.logits(model, TEXTS))


def test_the_last_layer_may_be_written_again(folder: Path, model: DNABERT2Model) -> None:
    weights, first = written.random_weights(shapes(SMALL)), "bert.embeddings.word_embeddings.weight"
    last = "cls.predictions.decoder.weight"
    expected = written.logits(model, TEXTS)
    twice = load_model(write(folder, weights | {last: weights[first].copy()}))
    np.testing.assert_array_equal(written.logits(twice, TEXTS), expected)
    moved = {last if key == first else key: value for key, value in weights.items()}
    np.testing.assert_array_equal(written.logits(load_model(write(folder, moved)), TEXTS), expected)
    with pytest.raises(BadCheckpoint, match="differs from the embeddings"):
        load_model(write(folder, weights | {last: weights[first] + 1}))


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL))
    key = "bert.encoder.layer.1.mlp.gated_layers.weight"
    for changed, said in (
        ({k: v for k, v in weights.items() if k != key}, r"Missing key\(s\).*layer.1.mlp.gated_layers"),
        (weights | {"bert.pooler.dense.bias": np.zeros(3, dtype=np.float32)}, "unexpected keys bert.pooler"),
        (weights | {key: np.zeros((4, 12), dtype=np.float32)}, "size mismatch.*layer.1.mlp.gated_layers"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([1, 2], "no file of byte pairs"),
        ({"model": {"vocab": {}, "merges": []}}, "UNK"),
        (tokenizer(["A Z"]), "Z"),
        (tokenizer(MERGES * 3), "24 rules can't make 18 tokens"),
    ],
)
def test_rules_that_do_not_fit_are_refused(folder: Path, rules: Any, said: str) -> None:
    with pytest.raises(BadCheckpoint, match=said):
        load_model(write(folder, written.random_weights(shapes(SMALL)), rules))


def test_joining_follows_the_order_of_learning(tmp_path: Path) -> None:
    """A A before CA: the A of CAA goes to its right neighbour, though C stands further left."""
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(tokenizer()))
    pairs = BytePairs(SMALL["vocab_size"])
    rules = read(path)
    pairs.merges[: len(MERGES)] = rules["merges"]
    pairs.letters[:] = rules["letters"]
    (tokens,) = pairs.cut(torch.tensor([[1, 0, 0]]))
    assert [TOKENS[token.id] for token in tokens] == ["C", "AA"]


def test_attention_falls_with_distance_as_published() -> None:
    """Eight heads: 1/2, 1/4, ... 1/256. Twelve: these, and every second of the finer row of sixteen."""
    halves = [2.0**-i for i in range(1, 9)]
    assert dnabert2.slopes(8) == halves
    assert dnabert2.slopes(12) == pytest.approx([*halves, *(2.0 ** -(i + 0.5) for i in range(4))])


def test_the_published_shapes_fit() -> None:
    card = get_card(NAME)
    sizes = shapes(dict(card.config))
    with torch.device("meta"):
        net = dnabert2.build(card).net
    rules = {"merges": torch.zeros(4087, 3, dtype=torch.long), "letters": torch.zeros(8, dtype=torch.long)}
    published = {card.files[0].name: written.hollow(sizes), card.files[1].name: rules}
    state = dnabert2.convert(card, published)
    assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in net.state_dict().items()}
    assert card.parameters == sum(p.numel() for p in net.parameters())
    assert round(card.parameters / 1e6) == 117  # as the model's name says


@pytest.mark.online
def test_the_published_file_expects_the_tokens_of_a_frequent_repeat(folder: Path) -> None:
    """In the middle of an Alu element the token is expected; in the same bases in another order tokens are not."""
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    model = load_model(card)
    assert isinstance(model, DNABERT2Model)
    alu = (
        "GGCCGGGCGCGGTGGCTCACGCCTGTAATCCCAGCACTTTGGGAGGCCGAGGCGGGCGGATCACGAGGTCAGGAGATCGAGACCATCCTGGCTAACACGGTGAAACC"
        "CCGTCTCTACTAAAAATACAAAAAATTAGCCGGGCGTGGTGGCGGGCGCCTGTAGTCCCAGCTACTCGGGAGGCTGAGGCAGGAGAATGGCGTGAACCCGGGAGGCG"
        "GAGCTTGCAGTGAGCCGAGATCGCGCCACTGCACTCCAGCCTGGGCGACAGAGCGAGACTCCGTCTC"
    )
    rng, around = np.random.default_rng(0), written.random_texts(card.length - len(alu))[0]
    left = (card.length - len(alu)) // 2
    shuffled = ["".join(rng.permutation(list(alu))) for _ in range(8)]
    found = written.logits(model, [around[:left] + text + around[left:] for text in (alu, *shuffled)])[:, 0]
    assert found[0] > np.log(0.5)
    assert found[0] > found[1:].mean() + 2
    assert model.embed(encode(around[:left] + alu + around[left:])).shape == (1, 768)
