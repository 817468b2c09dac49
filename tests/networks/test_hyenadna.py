"""HyenaDNA, from files written here with the published keys and shapes."""

from __future__ import annotations

import math
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
from genoviz.models.language import LanguageModel, NetLanguageModel
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks import hyenadna
from tests.comparison import close
from tests.networks import written_weights as written

NAME = "hyenadna.tiny-1k"
LENGTH, LONGEST = 24, 26
SMALL: dict[str, Any] = {
    "d_model": 6,
    "n_layer": 2,
    "d_inner": 8,
    "emb_dim": 5,
    "filter_order": 7,
    "num_inner_mlps": 2,
    "short_filter_order": 3,
    "max_seq_len": LONGEST,
}
# HyenaDnaForCausalLM of the package multimolecule 0.2.2, run once on these weights and sequences: log-likelihood under
# its shares of A, C, G and T without the first base, and the mean hidden state's first three numbers.
LIKELIHOOD = [-44.043053, -37.065429, -41.495826]
STATES = [0.778293, 0.503482, 0.111188]


def shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Keys of the published file."""
    width, order, inner = config["d_model"], config["filter_order"], config["d_inner"]
    sizes: dict[str, tuple[int, ...]] = {
        "hyena.backbone.embeddings.word_embeddings.weight": (16, width),
        "hyena.backbone.ln_f.weight": (width,),
        "hyena.backbone.ln_f.bias": (width,),
        "lm_head.weight": (16, width),
    }
    for i in range(config["n_layer"]):
        block = f"hyena.backbone.layers.{i}"
        mixer = f"{block}.mixer"
        filters = f"{mixer}.filter_fn"
        sizes |= {f"{block}.{norm}.{kind}": (width,) for norm in ("norm1", "norm2") for kind in ("weight", "bias")}
        sizes |= {
            f"{mixer}.in_proj.weight": (3 * width, width),
            f"{mixer}.in_proj.bias": (3 * width,),
            f"{mixer}.short_filter.weight": (3 * width, 1, config["short_filter_order"]),
            f"{mixer}.short_filter.bias": (3 * width,),
            f"{mixer}.out_proj.weight": (width, width),
            f"{mixer}.out_proj.bias": (width,),
            f"{filters}.bias": (width,),
            f"{filters}.implicit_filter.0.weight": (order, config["emb_dim"]),
            f"{filters}.implicit_filter.0.bias": (order,),
            f"{filters}.implicit_filter.1.freq": (1, order),
            f"{filters}.implicit_filter.2.weight": (order, order),
            f"{filters}.implicit_filter.2.bias": (order,),
            f"{filters}.implicit_filter.4.weight": (order, order),
            f"{filters}.implicit_filter.4.bias": (order,),
            f"{filters}.implicit_filter.6.weight": (width, order),
            f"{filters}.modulation.deltas": (1, 1, width),
            f"{filters}.pos_emb.t": (1, config["max_seq_len"], 1),
            f"{filters}.pos_emb.z": (1, config["max_seq_len"], config["emb_dim"]),
            f"{block}.mlp.fc1.weight": (inner, width),
            f"{block}.mlp.fc1.bias": (inner,),
            f"{block}.mlp.fc2.weight": (width, inner),
            f"{block}.mlp.fc2.bias": (width,),
        }
    return sizes


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    """Random, but for what follows from the sizes: time, its waves, and the decay of each channel."""
    found = written.random_weights(shapes(SMALL), seed)
    time = np.linspace(0, 1, LONGEST)[:, None]
    angle = 2 * np.pi * np.arange(LONGEST)[:, None] / LONGEST * np.array([1e-4, 1.0])
    z = np.hstack([time, np.cos(angle), -np.sin(angle)])
    decay = np.linspace(np.log(0.01) / 1.5, np.log(0.01) / 0.3, SMALL["d_model"])
    for i in range(SMALL["n_layer"]):
        filters = f"hyena.backbone.layers.{i}.mixer.filter_fn"
        found[f"{filters}.pos_emb.t"] = time[None].astype(np.float32)
        found[f"{filters}.pos_emb.z"] = z[None].astype(np.float32)
        found[f"{filters}.modulation.deltas"] = decay[None, None].astype(np.float32)
    return found


def write(folder: Path, values: written.Weights) -> ModelCard:
    card = written.small_card(NAME, SMALL, LENGTH, 1)
    save_file(written.tensors(values), folder / card.files[0].name)
    return card


@pytest.fixture
def model(folder: Path) -> NetLanguageModel:
    loaded = load_model(write(folder, weights()))
    assert isinstance(loaded, NetLanguageModel)
    return loaded


def test_numbers_of_another_implementation(model: NetLanguageModel) -> None:
    texts = written.random_texts(LENGTH)  # the last has two N
    assert written.logits(model, texts)[:, 0] == close(np.array(LIKELIHOOD) - math.log(4))
    assert model.embed(encode(texts))[0, :3] == close(STATES)


def test_positions_and_decay_are_known_where_a_file_is_not(model: NetLanguageModel) -> None:
    """What the file holds beside the weights follows from the sizes: an untouched network has the same numbers."""
    fresh = hyenadna.build(written.small_card(NAME, SMALL, LENGTH, 1)).net.state_dict()
    for key, tensor in model.net.state_dict().items():
        if key.endswith((".t", ".z", ".deltas")):
            assert fresh[key] == close(tensor), key


def test_long_convolution_is_the_sum_over_all_bases_before(model: NetLanguageModel) -> None:
    v, taps = torch.randn(2, 3, 9), torch.randn(3, 9)
    slow = torch.stack(
        [sum((v[:, :, i - j] * taps[:, j] for j in range(i + 1)), torch.zeros(2, 3)) for i in range(9)], 2
    )
    assert hyenadna._causal(v, taps) == close(slow)


def test_pages_can_use_it(model: NetLanguageModel) -> None:
    written.assert_pages_can_use(model)


def test_a_base_is_predicted_from_those_before_it(model: NetLanguageModel) -> None:
    assert isinstance(model, LanguageModel)
    X = encode(written.random_texts(LENGTH)[0])
    before = model.base_probabilities(X)
    assert torch.allclose(before.sum(1), torch.ones(1, LENGTH))
    assert torch.allclose(before[0, :, 0], torch.full((4,), 0.25))
    for position in (0, 8, LENGTH - 2):
        other = X.clone()
        other[:, :, position] = X[:, :, position].roll(1, 1)
        change = (model.base_probabilities(other) - before).abs().amax((0, 1))
        assert change[: position + 1].max() < 1e-6  # the Fourier transform leaves rounding
        assert (change[position + 1 :] > 1e-5).all()


def test_shorter_sequences_give_the_same_predictions(model: NetLanguageModel) -> None:
    X = encode(written.random_texts(LENGTH)[0])
    assert model.net.log_probabilities(X[:, :, :10]) == close(model.net.log_probabilities(X)[:, :, :10])


def test_likelihood_sums_over_the_bases_and_n_counts_nothing(model: NetLanguageModel) -> None:
    text = written.random_texts(LENGTH)[2]
    columns = model.base_probabilities(encode(text))[0]
    expected = sum(float(columns["ACGT".index(base), i].log()) for i, base in enumerate(text) if base != "N")
    assert written.logits(model, [text])[0, 0] == pytest.approx(expected, rel=1e-5)


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    key = "hyena.backbone.layers.1.mixer.short_filter.weight"
    for changed, said in (
        ({k: v for k, v in weights().items() if k != key}, r"Missing key\(s\).*short_filter"),
        (weights() | {"score.weight": np.zeros(3, dtype=np.float32)}, r"Unexpected key\(s\).*score"),
        (weights() | {key: np.zeros((18, 1, 5), dtype=np.float32)}, "size mismatch.*short_filter"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


def test_a_sequence_longer_than_the_filters_is_refused() -> None:
    with pytest.raises(BadModel, match="26 bases long"):
        hyenadna.build(written.small_card(NAME, SMALL, 27, 1))


def test_the_published_shapes_fit() -> None:
    card = get_card(NAME)
    sizes = shapes(dict(card.config))
    net = hyenadna.build(card).net
    state = hyenadna.convert(card, {"": written.hollow(sizes)})
    assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in net.state_dict().items()}
    assert sum(p.numel() for p in net.parameters()) == card.parameters == 438_144  # as counted in the published model


@pytest.mark.online
def test_the_published_file_knows_the_most_frequent_human_repeat(folder: Path) -> None:
    """An Alu element, a tenth of the human genome, is far likelier than the same bases in another order."""
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    model = load_model(card)
    alu = (
        "GGCCGGGCGCGGTGGCTCACGCCTGTAATCCCAGCACTTTGGGAGGCCGAGGCGGGCGGATCACGAGGTCAGGAGATCGAGACCATCCTGGCTAACACGGTGAAACC"
        "CCGTCTCTACTAAAAATACAAAAAATTAGCCGGGCGTGGTGGCGGGCGCCTGTAGTCCCAGCTACTCGGGAGGCTGAGGCAGGAGAATGGCGTGAACCCGGGAGGCG"
        "GAGCTTGCAGTGAGCCGAGATCGCGCCACTGCACTCCAGCCTGGGCGACAGAGCGAGACTCCGTCTC"
    )
    rng, before = np.random.default_rng(0), written.random_texts(card.length - len(alu))[0]
    shuffled = ["".join(rng.permutation(list(alu))) for _ in range(5)]
    found = written.logits(model, [before + end for end in (alu, *shuffled)])[:, 0]
    assert found[0] > found[1:].max() + 50  # nats
