"""OpenSpliceAI: a second implementation in numpy, the authors' numbers, attribution, mutation maps, and wrong files."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadCheckpoint
from genoviz.genomes.genome import Genome
from genoviz.models.base import Model, NetModel
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.catalogue import get_card
from genoviz.models.ensemble import members_of
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.weights import find_weights, is_ready
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.spliceai import StretchModel, build
from genoviz.predict.prediction import predict, target_value
from genoviz.predict.values_along import values_along
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close

DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
BRCA1 = DATA / "genome_human_hg38_loci" / "chr17_BRCA1_region.fa.gz"
CONTEXTS = (80, 400, 2000, 10000)
CARDS = {context: get_card(f"splice.openspliceai-mane-{context}nt") for context in CONTEXTS}
needs_weights = pytest.mark.skipif(
    not (BRCA1.is_file() and all(is_ready(card) for card in CARDS.values())),
    reason="the published weights are not here",
)
SITE = 500  # bin of the acceptor of BRCA1 exon 2 in the windows of these tests
ACCEPTOR = Target("sites", ("acceptor",), (SITE, SITE + 1))


@cache
def real(context: int) -> StretchModel:
    model = load_model(CARDS[context])
    assert isinstance(model, StretchModel)
    return model


def around_exon_2(card: ModelCard) -> Sequence:
    """The window of a model in which the first base of BRCA1 exon 2 (chr17:43,124,115, minus strand) is bin `SITE`."""
    edge = (card.length - card.outputs[0].bins) // 2
    end = 43_124_115 + edge + SITE
    with Genome(BRCA1, "GRCh38") as genome:
        return genome.fetch(Locus("chr17", end - card.length, end, "-", "GRCh38"))


# As published: keys by which the authors save a network, every convolution padded with zeros, the end result cropped.


def published_keys(widths: tuple[int, ...], channels: int, seed: int) -> dict[str, Tensor]:
    """A random network under the published keys."""
    generator = torch.Generator().manual_seed(seed)
    state: dict[str, Tensor] = {}

    def conv(name: str, outputs: int, inputs: int, width: int) -> None:
        state[f"{name}.weight"] = torch.randn(outputs, inputs, width, generator=generator) * (inputs * width) ** -0.5
        state[f"{name}.bias"] = torch.randn(outputs, generator=generator) * 0.1

    conv("initial_conv", channels, 4, 1)
    conv("initial_skip.conv", channels, channels, 1)
    place = 0
    for unit, width in enumerate(widths, start=1):
        for norm in ("batchnorm1", "batchnorm2"):
            name = f"residual_units.{place}.{norm}"
            for key, low in (("weight", 0.5), ("bias", -0.5), ("running_mean", -0.5), ("running_var", 0.5)):
                state[f"{name}.{key}"] = torch.rand(channels, generator=generator) + low
            state[f"{name}.num_batches_tracked"] = torch.tensor(7)
        conv(f"residual_units.{place}.conv1", channels, channels, width)
        conv(f"residual_units.{place}.conv2", channels, channels, width)
        place += 1
        if unit % 4 == 0:
            conv(f"residual_units.{place}.conv", channels, channels, 1)
            place += 1
    conv("final_conv", 3, channels, 1)
    return state


def in_numpy(state: dict[str, Tensor], dilations: tuple[int, ...], X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities `(3, n - context)` of a network under the published keys for one-hot `(4, n)`."""
    s = {key: value.numpy().astype(np.float64) for key, value in state.items()}

    def conv(h: NDArray[np.float64], name: str, dilation: int = 1) -> NDArray[np.float64]:
        weight = s[f"{name}.weight"]
        width = weight.shape[2]
        pad = dilation * (width - 1) // 2
        padded = np.pad(h, ((0, 0), (pad, pad)))
        taps = [weight[:, :, k] @ padded[:, k * dilation : k * dilation + h.shape[1]] for k in range(width)]
        return sum(taps) + s[f"{name}.bias"][:, None]

    def norm_relu(h: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        scale = s[f"{name}.weight"] / np.sqrt(s[f"{name}.running_var"] + 1e-5)
        y = (h - s[f"{name}.running_mean"][:, None]) * scale[:, None] + s[f"{name}.bias"][:, None]
        return np.where(y > 0, y, 0.1 * y)

    h = conv(X, "initial_conv")
    skip = conv(h, "initial_skip.conv")
    place = context = 0
    for unit, dilation in enumerate(dilations, start=1):
        name = f"residual_units.{place}"
        y = conv(norm_relu(h, f"{name}.batchnorm1"), f"{name}.conv1", dilation)
        h = h + conv(norm_relu(y, f"{name}.batchnorm2"), f"{name}.conv2", dilation)
        context += 2 * dilation * (s[f"{name}.conv1.weight"].shape[2] - 1)
        place += 1
        if unit % 4 == 0:
            skip = skip + conv(h, f"residual_units.{place}.conv")
            place += 1
    z = conv(skip[:, context // 2 : skip.shape[1] - context // 2], "final_conv")
    e = np.exp(z - z.max(0))
    return np.roll(e / e.sum(0), -1, 0)  # published: neither, acceptor, donor


TINY: dict[str, Any] = {
    "widths": (3, 3, 5, 5, 3, 3, 3, 3),
    "dilations": (1, 1, 1, 1, 2, 2, 2, 3),
    "channels": 6,
    "slope": 0.1,
}
TINY_CONTEXT = 2 * (2 + 2 + 4 + 4 + 4 + 4 + 4 + 6)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    """A card of two small networks whose files, under published keys, the test writes."""
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    files = []
    for seed in (0, 1):
        files.append(WeightsFile(f"tiny_rs{seed}.pt"))
        torch.save(published_keys(TINY["widths"], 6, seed), tmp_path / files[-1].name)
    output = replace(CARDS[80].outputs[0], bins=30)
    config = {**TINY, "members": 2}
    return replace(
        CARDS[80], config=config, length=TINY_CONTEXT + 30, outputs=(output,), files=tuple(files), folder=tmp_path
    )


def bases(length: int, seed: int = 0) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def test_the_network_is_the_published_one(tiny: ModelCard) -> None:
    text = bases(tiny.length - 5) + "NNNNN"
    X = encode(text)
    model = load_model(tiny)
    expected = [in_numpy(published_keys(TINY["widths"], 6, seed), TINY["dilations"], X[0].numpy()) for seed in (0, 1)]
    found = predict(model, Sequence(text))[0]["sites"].values
    assert found == close(np.mean(expected, axis=0))
    # Each member is a model of its own.
    for member, alone in zip(members_of(model), expected, strict=True):
        assert predict(member, Sequence(text))[0]["sites"].values == close(alone)
    assert len(members_of(model)) == 2


def test_any_length_is_read_in_stretches(tiny: ModelCard, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model(tiny)
    assert isinstance(model, StretchModel)
    assert model.context == TINY_CONTEXT
    text = bases(400, 3)
    padded = "N" * (TINY_CONTEXT // 2) + text + "N" * (TINY_CONTEXT // 2)
    with torch.no_grad():
        whole = model.logits(encode(padded))["sites"].softmax(1)[0].numpy()
    output, places = tiny.outputs[0], [399, 0, 5, 5, 210, 211, 250, -3, 402]
    inside = [i for i in places if 0 <= i < 400]
    read: list[int] = []
    logits = model.logits
    monkeypatch.setattr(model, "logits", lambda X: read.append(X.shape[2]) or logits(X))
    for longest in (20_000, 7):
        monkeypatch.setattr("genoviz.predict.values_along.STRETCH", longest)
        read.clear()
        found = values_along(model, output, [2, 1], Sequence(text), places)
        assert found[[places.index(i) for i in inside]] == close(whole[[2, 1]][:, inside].T)
        np.testing.assert_array_equal(found[2], found[3])
        assert max(read) <= min(longest, 420) + TINY_CONTEXT
    # A model without `context` reads windows of its own length instead.
    windows = NetModel(model.net, tiny)
    shares: list[float] = []
    other = values_along(windows, output, [2, 1], Sequence(text), places, progress=shares.append)
    assert other == close(found)
    assert shares[-1] == 1
    assert values_along(model, output, [2], Sequence(text), []).shape == (0, 1)


@pytest.mark.long
def test_contract_attribution_and_mutation_map(tiny: ModelCard) -> None:
    model = load_model(tiny)
    assert [check for check in check_model(model) if check.passed is False] == []
    assert_explained(model, Sequence(bases(tiny.length, 1)), Target("sites", ("donor",), (12, 14)), 30)


def test_probabilities_that_vanish_stay_finite(tiny: ModelCard) -> None:
    model: Any = load_model(tiny)
    with torch.no_grad():
        for member in model.net.members:
            member.out.bias += torch.tensor([0, 0, 300.0])
        logits = model.logits(encode(bases(tiny.length)))["sites"]
    assert bool(torch.isfinite(logits).all())
    assert float(logits[:, :2].max()) < -200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("residual_units.4.conv.bias"), "missing key 'residual_units.4.conv.bias'"),
        (lambda state: state.update(extra=torch.zeros(1)), "unexpected keys extra"),
        (lambda state: state.update({"final_conv.weight": torch.zeros(4, 6, 1)}), "size mismatch for members.1.out"),
    ],
)
def test_files_that_do_not_fit(tiny: ModelCard, tmp_path: Path, change: Callable[[dict], object], message: str) -> None:
    state = published_keys(TINY["widths"], 6, 1)
    change(state)
    torch.save(state, tmp_path / "tiny_rs1.pt")
    with pytest.raises(BadCheckpoint, match=message):
        load_model(tiny)


def assert_explained(model: Model, sequence: Sequence, target: Target, middle: int) -> None:
    """DeepLIFT scores add up, and the mutation map is what plain predictions of mutants give."""
    found = attribute(model, sequence, target, "deepliftshap", references=2)
    assert found.relative_gap is not None
    assert found.relative_gap < 1e-3
    window = (middle, middle + 3)
    effects = saturate(model, sequence, target, window=window)
    for i in range(*window):
        for row, base in enumerate("ACGT"):
            mutant = Sequence(sequence.bases[:i] + base + sequence.bases[i + 1 :])
            plain = target_value(model, mutant, target) - effects.value
            assert effects.delta[row, i] == close(plain, 1e-4, beside=effects.value)


@pytest.mark.parametrize("context", CONTEXTS)
def test_cards(context: int) -> None:
    card = CARDS[context]
    model = build(card)
    assert sum(p.numel() for p in model.parameters()) == card.parameters
    assert model.context == context == card.length - card.outputs[0].bins
    assert [file.name for file in card.files] == [f"model_{context}nt_rs{seed}.pt" for seed in range(10, 15)]
    assert "GPL" in card.licence


@needs_weights
def test_real_files_in_numpy() -> None:
    """The 80 nt networks straight from the published files, mean of their probabilities."""
    card, model = CARDS[80], real(80)
    sequence = around_exon_2(card)
    X = encode(sequence)[0].numpy().astype(np.float64)
    states = [torch.load(path, weights_only=True, map_location="cpu") for path in find_weights(card).values()]
    expected = np.mean([in_numpy(state, (1,) * 4, X) for state in states], axis=0)
    assert predict(model, sequence)[0]["sites"].values == close(expected)


# Means of the five networks of openspliceai 0.0.7 (class SpliceAI of openspliceai.train_base.openspliceai) run on the
# window of `around_exon_2`: acceptor at its first base and one base before, donor at its last base, sums of both tracks.
AUTHORS = {
    80: (0.0382694, 0.0000187202, 0.1439305, 0.2182927, 0.2447828),
    400: (0.9803917, 0.0008996482, 0.9851530, 0.9853676, 0.9862956),
    2000: (0.9633382, 0.0024083175, 0.9812454, 0.9844191, 0.9843860),
    10000: (0.9743749, 0.0005012534, 0.9592447, 0.9758625, 0.9596965),
}


@needs_weights
@pytest.mark.parametrize("context", CONTEXTS)
def test_the_authors_numbers(context: int) -> None:
    values = predict(real(context), around_exon_2(CARDS[context]))[0]["sites"].values
    found = (values[0, 500], values[0, 499], values[1, 598], values[0].sum(), values[1].sum())
    np.testing.assert_allclose(found, AUTHORS[context], atol=5e-6)
    np.testing.assert_allclose(values.sum(0), 1, atol=1e-6)


@pytest.mark.long
@needs_weights
def test_a_real_network_is_explained() -> None:
    model = real(80)
    assert [check for check in check_model(model) if check.passed is False] == []
    assert_explained(model, around_exon_2(CARDS[80]), ACCEPTOR, 40 + SITE - 2)


@pytest.mark.clock  # the engine takes the way that it measures as the faster one
@needs_weights
def test_ten_thousand_bases_are_explained() -> None:
    """Gradient of all bases, and a window of the map of one member: the A of the AG before exon 2."""
    model, card = real(10000), CARDS[10000]
    sequence = around_exon_2(card)
    gradient = attribute(model, sequence, ACCEPTOR, "inputxgradient")
    place = 5000 + SITE - 2
    assert sequence.bases[place : place + 2] == "AG"
    assert place in np.argsort(np.abs(gradient.per_base))[-20:]
    assert gradient.value == pytest.approx(math.log(AUTHORS[10000][0]), abs=1e-4)
    member = members_of(model)[0]  # the engine's memory is too small for all five, and plain passes take half a second
    effects = saturate(member, sequence, ACCEPTOR, window=(place, place + 1))
    mutant = Sequence(sequence.bases[:place] + "C" + sequence.bases[place + 1 :])
    plain = target_value(member, mutant, ACCEPTOR) - effects.value
    assert effects.delta[1, place] == close(plain, 1e-4, beside=effects.value)
    assert effects.importance[place] > 2
    assert effects.engine == "incremental"
