"""PhyloGPN, from files written here with the published keys and shapes, against plain numpy."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadCheckpoint, BadModel
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks import phylogpn
from genoviz.networks.phylogpn import PhyloGPNModel
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close
from tests.networks import written_weights as written

NAME = "phylogpn.human"
SMALL: dict[str, Any] = {"outer_dim": 8, "inner_dim": 6, "kernel_size": 3, "stack_size": 2, "num_stacks": 2}
DILATIONS, EDGE, BINS = (1, 3, 1, 3), 8, 3
LENGTH = 2 * EDGE + BINS


def shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Keys of the published file: convolutions as they were before they are made symmetric."""
    outer, inner, width = config["outer_dim"], config["inner_dim"], config["kernel_size"]
    sizes: dict[str, tuple[int, ...]] = {"_model.embedding.parametrizations.weight.original": (6, outer)}
    sizes |= conv("_model.output_conv", 4, outer, 1) | norm("_model.output_layer_norm", outer)
    for i in range(config["stack_size"] * config["num_stacks"]):
        block = f"_model.blocks.{i}"
        sizes |= norm(f"{block}.layer_norm1", outer) | conv(f"{block}.conv1", inner, outer, 1)
        sizes |= norm(f"{block}.layer_norm2", inner) | conv(f"{block}.conv2", inner, inner, width)
        sizes |= norm(f"{block}.layer_norm3", inner) | conv(f"{block}.conv3", outer, inner, 1)
    return sizes


def conv(module: str, outputs: int, inputs: int, width: int) -> dict[str, tuple[int, ...]]:
    start = f"{module}.parametrizations"
    return {f"{start}.weight.original": (outputs, inputs, width), f"{start}.bias.original": (outputs,)}


def norm(module: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{module}.weight": (width,), f"{module}.bias": (width,)}


def reference(text: str, weights: written.Weights) -> np.ndarray:
    """Log rates (4, positions), each use of a weight made symmetric by itself."""
    complement = {"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}
    table = weights["_model.embedding.parametrizations.weight.original"]
    rows = [(table["ACGTN".index(b)] + table["ACGTN".index(complement[b])][::-1]) / 2 for b in text]
    h = np.array(rows).T
    for i, dilation in enumerate(DILATIONS):
        block = f"_model.blocks.{i}"
        y = h
        for part, step in (("1", 1), ("2", dilation), ("3", 1)):
            y = gelu(layer_norm(y, weights, f"{block}.layer_norm{part}"))
            y = symmetric_conv(y, weights, f"{block}.conv{part}", step)
        edge = (h.shape[1] - y.shape[1]) // 2
        h = y + h[:, edge : h.shape[1] - edge]
    return symmetric_conv(gelu(layer_norm(h, weights, "_model.output_layer_norm")), weights, "_model.output_conv", 1)


def gelu(x: np.ndarray) -> np.ndarray:
    return x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2


def layer_norm(x: np.ndarray, weights: written.Weights, module: str) -> np.ndarray:
    scaled = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
    y: np.ndarray = scaled * weights[f"{module}.weight"][:, None] + weights[f"{module}.bias"][:, None]
    return y


def symmetric_conv(x: np.ndarray, weights: written.Weights, module: str, dilation: int) -> np.ndarray:
    """Half of it reads the sequence, half of it the other strand and turns the result around."""
    weight = weights[f"{module}.parametrizations.weight.original"]
    bias = weights[f"{module}.parametrizations.bias.original"]

    def plain(z: np.ndarray) -> np.ndarray:
        reach = dilation * (weight.shape[2] - 1)
        columns = [
            np.einsum("oiw,iw->o", weight, z[:, i : i + reach + 1 : dilation]) for i in range(z.shape[1] - reach)
        ]
        y: np.ndarray = np.array(columns).T + bias[:, None]
        return y

    found: np.ndarray = (plain(x) + plain(x[::-1, ::-1])[::-1, ::-1]) / 2
    return found


def small_card() -> ModelCard:
    card = get_card(NAME)
    outputs = tuple(replace(output, bins=BINS, resolution=1) for output in card.outputs)
    file = WeightsFile(card.files[0].name)
    return replace(card, config=SMALL, length=LENGTH, outputs=outputs, files=(file,), sha256="")


def write(folder: Path, weights: written.Weights) -> ModelCard:
    card = small_card()
    save_file(written.tensors(weights), folder / card.files[0].name)
    return card


@pytest.fixture
def model(folder: Path) -> PhyloGPNModel:
    loaded = load_model(write(folder, written.random_weights(shapes(SMALL))))
    assert isinstance(loaded, PhyloGPNModel)
    return loaded


def test_log_rates_are_those_of_plain_numpy(model: PhyloGPNModel) -> None:
    weights, texts = written.random_weights(shapes(SMALL)), written.random_texts(LENGTH)
    found = model.logits(encode(texts))["stationary"]
    assert found == close([reference(text, weights) for text in texts])


def test_outputs_are_share_and_ratio_of_the_log_rates(model: PhyloGPNModel) -> None:
    text = written.random_texts(LENGTH)[0]
    text = text[:EDGE] + "N" + text[EDGE + 1 :]
    found = {name: y[0].numpy() for name, y in model.logits(encode(text)).items()}
    theta = found["stationary"]
    for i, base in enumerate(text[EDGE : EDGE + BINS]):
        if base == "N":
            assert found["observed"][0, i] == 0
            assert (found["ratio"][:, i] == 0).all()
            continue
        own = "ACGT".index(base)
        shares = np.exp(theta[:, i]) / np.exp(theta[:, i]).sum()
        assert found["observed"][0, i] == close(np.log(shares[own]), beside=1)
        assert found["ratio"][:, i] == close(theta[:, i] - theta[own, i], beside=theta[:, i])


def test_other_strand_has_the_same_rates_where_normalizations_are_symmetric(folder: Path) -> None:
    """The convolutions are by construction; the published normalizations are whatever training made them."""
    weights = written.random_weights(shapes(SMALL))
    text = written.random_texts(LENGTH)[2]  # with N
    for symmetric in (False, True):
        if symmetric:
            weights |= {k: (w + w[::-1]) / 2 for k, w in weights.items() if "layer_norm" in k}
        model = load_model(write(folder, weights))
        one, other = (model.logits(encode(t))["stationary"][0] for t in (text, written.turned(text)))
        assert torch.allclose(one, other.flip(0, 1), atol=1e-4) == symmetric


def test_pages_can_use_it(model: PhyloGPNModel) -> None:
    assert [check.message for check in check_model(model) if check.passed is False] == []
    sequence = Sequence(written.random_texts(LENGTH)[0])
    for target in (Target("observed", bins=(1, 2)), Target("ratio", ("to C",)), Target("stationary", ("G",))):
        for method, most in (("deepliftshap", 1e-3), ("ig", 0.02)):
            explained = attribute(model, sequence, target, method, references=3)
            assert explained.relative_gap is not None
            assert explained.relative_gap < most, (target, method)
    found = saturate(model, sequence, Target("observed", bins=(1, 2)), window=(EDGE + 1, EDGE + 2))
    mutant = sequence.bases[: EDGE + 1] + "A" + sequence.bases[EDGE + 2 :]
    values = model.logits(encode([sequence.bases, mutant]))["observed"][:, 0, 1]
    assert found.delta[0, EDGE + 1] == close(float(values[1] - values[0]), beside=values)


def test_embedding_is_the_mean_hidden_state(model: PhyloGPNModel) -> None:
    X = encode(written.random_texts(LENGTH))
    assert model.embed(X).shape == (3, SMALL["outer_dim"])
    rates = model.net.rates(model.net.states(model.net.embedded(X)))
    assert torch.allclose(rates, model.logits(X)["stationary"])


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL))
    key = "_model.blocks.2.conv2.parametrizations.weight.original"
    for changed, said in (
        ({k: v for k, v in weights.items() if k != key}, r"Missing key\(s\).*blocks.2.conv2"),
        (weights | {"_model.head.weight": np.zeros(3, dtype=np.float32)}, r"Unexpected key\(s\).*head"),
        (weights | {key: np.zeros((6, 6, 5), dtype=np.float32)}, "size mismatch.*blocks.2.conv2"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


def test_bins_must_fit_the_length() -> None:
    with pytest.raises(BadModel, match="sees 17 bases, so 4 positions"):
        phylogpn.build(replace(small_card(), length=LENGTH + 1))


def test_the_published_shapes_fit() -> None:
    card = get_card(NAME)
    sizes = shapes(dict(card.config))
    with torch.device("meta"):
        net = phylogpn.build(card).net
        state = phylogpn.convert(card, {"": {k: torch.empty(s) for k, s in sizes.items()}})
    assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in net.state_dict().items()}
    assert card.parameters == sum(p.numel() for p in net.parameters())
    assert phylogpn.PhyloGPNConfig(**card.config).receptive_field == 481  # as published


@pytest.mark.online
def test_the_published_file_gives_the_authors_log_rates(folder: Path) -> None:
    """tests/fixtures/published_model_baseline.json of songlab-cal/gpn: TATAAA with 240 signs of padding on each side."""
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    model = load_model(card)
    assert isinstance(model, PhyloGPNModel)
    padding = [5] * 240
    ids = torch.tensor([[*padding, *("ACGT".index(base) for base in "TATAAA"), *padding]])
    with torch.no_grad():
        found = model.net.rates(model.net.states(model.net.embedding(ids)))[0].T
    expected = [
        [1.6576689, 1.1715941, -0.1791951, 4.0944095],
        [4.0177917, 0.4637241, 1.1368530, 1.2592138],
        [1.0111851, 0.9405909, -0.0489903, 3.8542891],
        [3.9505949, 0.4236194, 0.8729535, 1.4166427],
        [3.7107053, 0.8936814, 0.3608846, 1.8472843],
        [3.6846304, 0.7399911, 0.7772030, 1.4588658],
    ]
    np.testing.assert_allclose(found, expected, atol=1e-3)
