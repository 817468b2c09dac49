"""CATv1: the published Cherimoya file, numbers of the authors' package and of numpy, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks.cherimoya import build
from genoviz.sequences.sequence import Sequence
from tests.comparison import close
from tests.networks.profile_files import Array, check_all_ways, letters, numbers_of, small_card, waves

NAME = "accessibility.catv1-k562"
LENGTH, BINS, CHANNELS, LAYERS, TRIMMING = 100, 60, 4, 3, 20

# What the package cherimoya 0.3.1 (`Cherimoya`, `ProfileWrapper`) computes on the processor from `published_state` for
# `letters(100)`: profile logits at bases 0, 7 and 59 of 60, ln counts, shape.
LOGITS = [0.11127348244190216, 0.34652167558670044, 0.36794501543045044]
COUNTS = -0.09187890589237213
SHAPE = 0.012597169727087021


def published_state() -> dict[str, Tensor]:
    """Keys and shapes of the published file, in its order, with fewer channels and blocks."""
    c = CHANNELS
    shapes: dict[str, tuple[int, ...]] = {"lw0": (1,), "lw1": (1,), "iconv.weight": (c, 4, 21), "iconv.bias": (c,)}
    for i in range(LAYERS):
        block = f"blocks.{i}"
        shapes |= {f"{block}.conv_weight": (3, c), f"{block}.linear1.weight": (2 * c, c)}
        shapes |= {f"{block}.linear2.weight": (c, 2 * c)}
    shapes |= {"fconv.weight": (1, c, 75), "fconv.bias": (1,), "linear.weight": (1, c), "linear.bias": (1,)}
    return {key: torch.from_numpy(waves(*shape, phase=i)) for i, (key, shape) in enumerate(shapes.items())}


def write(path: Path, state: dict[str, Tensor]) -> None:
    """As the authors' `Cherimoya.save` does: the tensors beside the sizes."""
    config: dict[str, Any] = {
        "n_filters": CHANNELS,
        "n_layers": LAYERS,
        "signal_groups": [1],
        "name": None,
        "verbose": False,
    }
    torch.save({"config": config, "state_dict": state}, path)


def numpy_network(state: dict[str, Tensor], x: Array) -> tuple[Array, Array]:
    """Profile logits and ln counts of one sequence (length, 4), positions first as in the published code."""
    w = {key: tensor.numpy().astype(float) for key, tensor in state.items()}

    def gelu(v: Array) -> Array:
        return 0.5 * v * (1 + np.tanh(np.sqrt(2 / np.pi) * (v + 0.044715 * v**3)))

    def convolve(v: Array, weight: Array, bias: Array) -> Array:  # weight (out, in, width)
        half = weight.shape[2] // 2
        padded = np.pad(v, ((half, half), (0, 0)))
        taps = [padded[k : k + len(v)] @ weight[:, :, k].T for k in range(weight.shape[2])]
        return np.sum(taps, 0) + bias

    h = gelu(convolve(x, w["iconv.weight"], w["iconv.bias"]))
    for i in range(LAYERS):
        gap, taps = 2**i, w[f"blocks.{i}.conv_weight"]
        padded = np.pad(h, ((gap, gap), (0, 0)))
        y = sum(padded[k * gap : k * gap + len(h)] * taps[k] for k in range(3))
        y = (y - y.mean()) / np.sqrt(y.var() + 1e-3)
        h = h + 0.15 * gelu(y @ w[f"blocks.{i}.linear1.weight"].T) @ w[f"blocks.{i}.linear2.weight"].T
    inner = slice(TRIMMING, len(x) - TRIMMING)
    counts = h[inner].mean(0) @ w["linear.weight"].T + w["linear.bias"]
    return convolve(h, w["fconv.weight"], w["fconv.bias"])[inner, 0], counts


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return small_card(NAME, LENGTH, BINS, {"channels": CHANNELS, "layers": LAYERS, "trimming": TRIMMING})


def test_numbers_equal_those_of_the_authors_package(card: ModelCard, tmp_path: Path) -> None:
    write(tmp_path / card.files[0].name, published_state())
    total, profile, shape = numbers_of(load_model(card), letters(LENGTH))
    assert total[0, 0] == close(COUNTS)
    assert shape[0, 0] == close(SHAPE)
    assert profile[0, [7, 59]] - profile[0, 0] == close(np.subtract(LOGITS[1:], LOGITS[0]))


def test_numbers_equal_those_of_numpy(card: ModelCard, tmp_path: Path) -> None:
    state = published_state()
    write(tmp_path / card.files[0].name, state)
    sequence = Sequence(letters(LENGTH).bases[:40] + "N" * 5 + letters(LENGTH).bases[45:])
    total, profile, _ = numbers_of(load_model(card), sequence)
    logits, counts = numpy_network(state, encode(sequence)[0].numpy().T)
    assert total[0] == close(counts)
    assert profile[0] == close(logits - np.log(np.exp(logits).sum()) + counts)


@pytest.mark.parametrize("name", [NAME, "accessibility.catv1-hepg2"])
def test_the_cards_describe_the_published_network(name: str) -> None:
    card = get_card(name)
    parameters = sum(p.numel() for p in build(card).net.parameters())
    # The authors' network has 613,892 numbers (chorus, tests/test_cherimoya_integration.py): two weigh its losses.
    assert parameters == card.parameters == 613_892 - 2
    assert card.config["trimming"] == 46 + sum(2**i for i in range(9)) == (card.length - card.outputs[1].bins) // 2


def test_files_of_two_experiments_have_two_names() -> None:
    names = [get_card(f"accessibility.catv1-{cell}").files[0].name for cell in ("k562", "hepg2")]
    assert len(set(names)) == 2


def test_all_ways(card: ModelCard, tmp_path: Path) -> None:
    write(tmp_path / card.files[0].name, published_state())
    check_all_ways(load_model(card))


@pytest.mark.parametrize(
    ("key", "change", "message"),
    [
        ("blocks.2.conv_weight", "missing", r"missing key .*blocks\.2\.conv_weight"),
        ("lw1", "missing", r"missing key .*lw1"),
        ("blocks.3.conv_weight", "extra", r"unexpected keys .*blocks\.3\.conv_weight"),
        ("blocks.0.linear1.weight", "shape", r"blocks\.0\.expand\.weight"),
    ],
)
def test_other_files_are_refused(card: ModelCard, tmp_path: Path, key: str, change: str, message: str) -> None:
    state = published_state()
    if change == "missing":
        del state[key]
    else:
        state[key] = torch.zeros(3, CHANNELS)
    write(tmp_path / card.files[0].name, state)
    with pytest.raises(BadCheckpoint, match=message):
        load_model(card)


@pytest.mark.online
def test_the_real_file_gives_a_published_variant_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At rs12740374 (chr1:109,274,968 G>T, hg38) fold 0 of ENCSR149XIL raises the expected reads in the middle 501 bases
    3.469-fold, as chorus measured with the authors' package (chorus/oracles/cherimoya_source/catv1_globals.py).
    """
    from genoviz.genomes.remote import RemoteGenome
    from genoviz.models.fetch import fetch
    from genoviz.sequences.locus import Locus

    card = get_card("accessibility.catv1-hepg2")
    fetch(card, folder=tmp_path, progress=None)
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    model = load_model(card)
    place = 109_274_968 - 1
    with RemoteGenome("hg38") as genome:
        bases = genome.fetch(Locus("chr1", place - 1056, place + 1058)).bases
    assert bases[1056] == "G"
    reads = []
    for base in "GT":
        total, profile, _ = numbers_of(model, Sequence(bases[:1056] + base + bases[1057:]))
        shares = np.exp(profile[0] - total[0, 0])
        reads.append(shares[250:751].sum() * np.expm1(total[0, 0]))
    assert reads[1] / reads[0] == pytest.approx(3.469, rel=0.03)
