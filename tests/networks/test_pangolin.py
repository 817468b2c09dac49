"""Pangolin: the published arrangement of channels in numpy, the released program's numbers, attribution, wrong files."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadCheckpoint
from genoviz.genomes.genome import Genome
from genoviz.models.base import Model
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.weights import is_ready
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.pangolin import build
from genoviz.predict.prediction import predict, target_value
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close

DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
BRCA1 = DATA / "genome_human_hg38_loci" / "chr17_BRCA1_region.fa.gz"
CARD = get_card("splice.pangolin")
TISSUES = ("heart", "liver", "brain", "testis")
CHANNELS = (1, 4, 7, 10)  # of the published networks, one per tissue
needs_weights = pytest.mark.skipif(
    not (BRCA1.is_file() and is_ready(CARD)), reason="the published weights are not here"
)
WIDTHS, DILATIONS = (3, 3, 5, 3), (1, 2, 1, 1)
CONTEXT = 2 * (2 + 4 + 4 + 2)


@cache
def real() -> Model:
    return load_model(CARD)


def published_keys(seed: int) -> dict[str, Tensor]:
    """A random network of four units and five channels under the published keys."""
    generator = torch.Generator().manual_seed(seed)
    state: dict[str, Tensor] = {}

    def conv(name: str, outputs: int, inputs: int, width: int = 1) -> None:
        state[f"{name}.weight"] = torch.randn(outputs, inputs, width, generator=generator) * (inputs * width) ** -0.5
        state[f"{name}.bias"] = torch.randn(outputs, generator=generator) * 0.3

    conv("conv1", 5, 4)
    conv("skip", 5, 5)
    for unit, width in enumerate(WIDTHS):
        for norm in ("bn1", "bn2"):
            for key, low in (("weight", 0.5), ("bias", -0.5), ("running_mean", -0.5), ("running_var", 0.5)):
                state[f"resblocks.{unit}.{norm}.{key}"] = torch.rand(5, generator=generator) + low
            state[f"resblocks.{unit}.{norm}.num_batches_tracked"] = torch.tensor(1)
        conv(f"resblocks.{unit}.conv1", 5, 5, width)
        conv(f"resblocks.{unit}.conv2", 5, 5, width)
    conv("convs.0", 5, 5)
    for head in range(1, 9):
        conv(f"conv_last{head}", 2 if head % 2 else 1, 5)
    return state


def in_numpy(state: dict[str, Tensor], X: NDArray[np.float64]) -> NDArray[np.float64]:
    """All twelve channels `(12, n - context)` of a network under the published keys, every convolution padded."""
    s = {key: value.numpy().astype(np.float64) for key, value in state.items()}

    def conv(h: NDArray[np.float64], name: str, dilation: int = 1) -> NDArray[np.float64]:
        weight = s[f"{name}.weight"]
        pad = dilation * (weight.shape[2] - 1) // 2
        padded = np.pad(h, ((0, 0), (pad, pad)))
        taps = [weight[:, :, k] @ padded[:, k * dilation :][:, : h.shape[1]] for k in range(weight.shape[2])]
        return sum(taps) + s[f"{name}.bias"][:, None]

    def norm_relu(h: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        scale = s[f"{name}.weight"] / np.sqrt(s[f"{name}.running_var"] + 1e-5)
        return np.maximum(0, (h - s[f"{name}.running_mean"][:, None]) * scale[:, None] + s[f"{name}.bias"][:, None])

    h = conv(X, "conv1")
    skip = conv(h, "skip")
    for unit, dilation in enumerate(DILATIONS):
        y = conv(norm_relu(h, f"resblocks.{unit}.bn1"), f"resblocks.{unit}.conv1", dilation)
        h = h + conv(norm_relu(y, f"resblocks.{unit}.bn2"), f"resblocks.{unit}.conv2", dilation)
    skip = (skip + conv(h, "convs.0"))[:, CONTEXT // 2 : -CONTEXT // 2]
    parts = []
    for head in range(1, 9):
        z = conv(skip, f"conv_last{head}")
        parts.append(np.exp(z) / np.exp(z).sum(0) if head % 2 else 1 / (1 + np.exp(-z)))
    return np.concatenate(parts)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    files = tuple(WeightsFile(f"tiny.{tissue}") for tissue in TISSUES)
    for seed, file in enumerate(files):
        torch.save(published_keys(seed), tmp_path / file.name)
    config = {"widths": WIDTHS, "dilations": DILATIONS, "channels": 5, "slope": 0.0}
    output = replace(CARD.outputs[0], bins=20)
    return replace(CARD, config=config, length=CONTEXT + 20, outputs=(output,), files=files, folder=tmp_path)


def test_each_tissue_is_its_channel_of_its_network(tiny: ModelCard) -> None:
    text = "".join(np.random.default_rng(0).choice(list("ACGT"), tiny.length - 3)) + "NNN"
    X = encode(text)[0].numpy().astype(np.float64)
    expected = [in_numpy(published_keys(seed), X)[channel] for seed, channel in enumerate(CHANNELS)]
    assert predict(load_model(tiny), Sequence(text))[0]["splicing"].values == close(expected)


@pytest.mark.long
def test_contract_attribution_and_mutation_map(tiny: ModelCard) -> None:
    model = load_model(tiny)
    assert [check for check in check_model(model) if check.passed is False] == []
    sequence = Sequence("".join(np.random.default_rng(1).choice(list("ACGT"), tiny.length)))
    target = Target("splicing", ("liver", "testis"), (8, 10))
    found = attribute(model, sequence, target, "deepliftshap", references=2)
    assert found.relative_gap is not None
    assert found.relative_gap < 1e-3
    effects = saturate(model, sequence, target)
    for i in (0, 20, 43):
        for row, base in enumerate("ACGT"):
            mutant = Sequence(sequence.bases[:i] + base + sequence.bases[i + 1 :])
            plain = target_value(model, mutant, target) - effects.value
            assert effects.delta[row, i] == close(plain, beside=effects.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("conv_last5.weight"), "missing key 'conv_last5.weight'"),
        (lambda state: state.update({"convs.1.bias": torch.zeros(5)}), "unexpected keys convs.1.bias"),
        (lambda state: state.update({"skip.weight": torch.zeros(5, 5, 3)}), "size mismatch for nets.2.skips.0.weight"),
    ],
)
def test_files_that_do_not_fit(tiny: ModelCard, tmp_path: Path, change: object, message: str) -> None:
    state = published_keys(2)
    change(state)
    torch.save(state, tmp_path / "tiny.brain")
    with pytest.raises(BadCheckpoint, match=message):
        load_model(tiny)


def test_card() -> None:
    model = build(CARD)
    assert sum(p.numel() for p in model.parameters()) == CARD.parameters
    assert model.context == 10_000
    assert CARD.outputs[0].tracks == TISSUES
    assert any("averages three" in limit for limit in CARD.limits)


@needs_weights
def test_the_published_networks() -> None:
    """BRCA1 exon 2, minus strand: acceptor, one base before, donor, sum over 1,000 bases.

    From the arrangement of layers in pangolin/model.py of tkzeng/Pangolin, run on the same files and sequence.
    """
    end = 43_124_115 + 5_500
    with Genome(BRCA1, "GRCh38") as genome:
        sequence = genome.fetch(Locus("chr17", end - CARD.length, end, "-", "GRCh38"))
    values = predict(real(), sequence)[0]["splicing"].values
    found = [(row[500], row[499], row[598], row.sum()) for row in values]
    expected = [
        (0.7430801, 0.0536649, 0.8230701, 52.10287),
        (0.7254898, 0.0493321, 0.7910274, 51.89894),
        (0.8329401, 0.0510764, 0.8618721, 51.81622),
        (0.8971369, 0.0524164, 0.9354082, 52.28399),
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
