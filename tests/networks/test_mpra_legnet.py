"""MPRA-LegNet, from files written here with the published keys and shapes, against plain numpy."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.weights import is_ready
from tests.comparison import close
from tests.networks import written_weights as written

CELLS = ("hepg2", "k562", "wtc11")
NAME = "enhancer.mpra-legnet-k562"
SMALL: dict[str, Any] = {
    "left": "ACGGT",
    "right": "CATTA",
    "length": 22,
    "stem": 8,
    "stem_width": 5,
    "width": 3,
    "channels": [6, 4],
    "pools": [2, 2],
    "widening": 2,
}


def shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Keys of the published file: the network is `model` of the module that trained it."""
    stem, wide, width = config["stem"], config["widening"], config["width"]
    sizes: dict[str, tuple[int, ...]] = {"stem.block.0.weight": (stem, 4, config["stem_width"])}
    sizes |= written.batch_norm_shapes("stem.block.1", stem)
    for i, (a, b) in enumerate(pairwise([stem, *config["channels"]])):
        inner, gate = f"main.{i}.0.fn.block", f"main.{i}.0.fn.block.6.fc"
        sizes |= {f"{inner}.0.weight": (a * wide, a, 1), f"{inner}.3.weight": (a * wide, 1, width)}
        sizes |= {f"{inner}.7.weight": (a, a * wide, 1)}
        sizes |= {f"{gate}.0.weight": (a, a * wide), f"{gate}.0.bias": (a,)}
        sizes |= {f"{gate}.2.weight": (a * wide, a), f"{gate}.2.bias": (a * wide,)}
        for place, n in ((1, a * wide), (4, a * wide), (8, a)):
            sizes |= written.batch_norm_shapes(f"{inner}.{place}", n)
        sizes[f"main.{i}.1.block.0.weight"] = (b, 2 * a, width)
        sizes |= written.batch_norm_shapes(f"main.{i}.1.block.1", b)
    last = config["channels"][-1]
    sizes |= written.batch_norm_shapes("mapper.block.0", last)
    sizes |= {"mapper.block.1.weight": (2 * last, last, 1), "mapper.block.1.bias": (2 * last,)}
    sizes |= {"head.0.weight": (2 * last, 2 * last), "head.0.bias": (2 * last,)}
    sizes |= written.batch_norm_shapes("head.1", 2 * last)
    sizes |= {"head.3.weight": (1, 2 * last), "head.3.bias": (1,)}
    return {f"model.{key}": size for key, size in sizes.items()}


def silu(x: np.ndarray) -> np.ndarray:
    return x * written.sigmoid(x)


def strand(text: str, weights: written.Weights, order: str) -> float:
    def normalized(x: np.ndarray, module: str) -> np.ndarray:
        return written.normalize(x, weights, f"model.{module}")

    def convolved(x: np.ndarray, module: str) -> np.ndarray:
        kernel = weights[f"model.{module}.weight"]
        return written.convolve(x, kernel, pad=kernel.shape[2] // 2)

    h = written.one_hot(text, order, unknown=0.25)
    h = silu(normalized(convolved(h, "stem.block.0"), "stem.block.1"))
    for i, size in enumerate(SMALL["pools"]):
        inner = f"main.{i}.0.fn.block"
        y = silu(normalized(convolved(h, f"{inner}.0"), f"{inner}.1"))
        each = [written.convolve(row[None], kernel[None], pad=SMALL["width"] // 2) for row, kernel in
                zip(y, weights[f"model.{inner}.3.weight"], strict=True)]  # fmt: skip
        y = silu(normalized(np.concatenate(each), f"{inner}.4"))
        first, second = f"model.{inner}.6.fc.0", f"model.{inner}.6.fc.2"
        gate = silu(weights[f"{first}.weight"] @ y.mean(1) + weights[f"{first}.bias"])
        y = y * written.sigmoid(weights[f"{second}.weight"] @ gate + weights[f"{second}.bias"])[:, None]
        y = silu(normalized(convolved(y, f"{inner}.7"), f"{inner}.8"))
        h = np.concatenate([y, h])
        h = silu(normalized(convolved(h, f"main.{i}.1.block.0"), f"main.{i}.1.block.1"))
        h = written.pool(h, size)
    h = convolved(normalized(h, "mapper.block.0"), "mapper.block.1") + weights["model.mapper.block.1.bias"][:, None]
    h = weights["model.head.0.weight"] @ h.mean(1) + weights["model.head.0.bias"]
    h = silu(normalized(h, "head.1"))
    return float((weights["model.head.3.weight"] @ h + weights["model.head.3.bias"])[0])


def reference(text: str, weights: written.Weights, order: str = "AGCT") -> list[float]:
    """The mean over both strands of the whole oligonucleotide."""
    oligo = SMALL["left"] + text + SMALL["right"]
    return [(strand(oligo, weights, order) + strand(written.turned(oligo), weights, order)) / 2]


def write(folder: Path, weights: written.Weights) -> ModelCard:
    card = written.small_card(NAME, SMALL, 22, 1)
    write_checkpoint(weights, folder / card.files[0].name)
    return card


class Settings:
    """Of a training program, as the authors' checkpoints hold it beside the weights."""


def write_checkpoint(weights: written.Weights, path: Path) -> None:
    """A file as the authors' training program writes it."""
    torch.save({"state_dict": written.tensors(weights), "epoch": 24, "hyper_parameters": {"cfg": Settings()}}, path)


@pytest.mark.long
def test_a_file_with_the_published_keys_gives_the_numbers_of_plain_numpy(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL))
    model = load_model(write(folder, weights))
    texts = written.random_texts(22)
    expected = np.array([reference(text, weights) for text in texts])
    assert written.logits(model, texts) == close(expected)
    as_here = np.array([reference(text, weights, "ACGT") for text in texts])
    assert np.abs(expected - as_here).max() > 1e-3
    written.assert_pages_can_use(model)


def test_n_is_a_quarter_of_each_letter(folder: Path) -> None:
    """A sequence of N is not one of nothing: the mean of what the four letters give at each place."""
    model = load_model(write(folder, written.random_weights(shapes(SMALL))))
    quarter = torch.full((1, 4, 22), 0.25)
    with torch.no_grad():
        same = model.logits(quarter)["activity"]
        n = model.logits(torch.zeros(1, 4, 22))["activity"]
    torch.testing.assert_close(n, same)


def test_the_other_strand_gets_another_number_because_the_adapters_differ(folder: Path) -> None:
    model = load_model(write(folder, written.random_weights(shapes(SMALL))))
    texts = written.random_texts(22)
    turned = written.logits(model, [written.turned(text) for text in texts])
    assert np.abs(turned - written.logits(model, texts)).max() > 1e-3
    assert not model.card.strand_symmetric


def test_a_file_that_does_not_fit_is_refused(folder: Path) -> None:
    weights = written.random_weights(shapes(SMALL))
    bare = {key.removeprefix("model."): value for key, value in weights.items()}
    zeros = np.zeros((7, 8), dtype=np.float32)
    for changed, said in (
        ({k: v for k, v in weights.items() if k != "model.head.3.bias"}, r"Missing key\(s\).*head.3.bias"),
        (weights | {"optimizer.step": zeros}, "unexpected keys optimizer.step"),
        (weights | {"model.head.0.weight": zeros}, "size mismatch.*head.0.weight"),
        (bare, "unexpected keys"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


@pytest.mark.parametrize("cell", CELLS)
def test_a_file_of_the_published_shapes_fits(cell: str, folder: Path) -> None:
    """134 tensors with 1,330,548 numbers, as others report of the published file for HepG2."""
    card = written.full_card(f"enhancer.mpra-legnet-{cell}")
    sizes = shapes(card.config)
    assert (len(sizes), sum(int(np.prod(size)) for size in sizes.values())) == (134, 1330548)
    write_checkpoint(written.random_weights(sizes), folder / card.files[0].name)
    assert written.logits(load_model(card), ["A" * 200]).shape == (1, 1)


@pytest.mark.online
@pytest.mark.parametrize(("cell", "expected"), [("hepg2", -0.3037), ("k562", -0.1443), ("wtc11", -0.9580)])
def test_the_published_weights_give_a_number_that_others_got(cell: str, expected: float) -> None:
    """One sequence of a public repository that ran the authors' checkpoints (test fold 1) in half precision.

    The files have no address here: the test needs them in the folder of weights.
    """
    card = get_card(f"enhancer.mpra-legnet-{cell}")
    if not is_ready(card):
        pytest.skip("the published weights are not here")
    text = (
        "AACCAATAGTAACGCACAATTGGCCCGTGGGGGCGGGGCGAGCACGGCTTGCTTTCTCAGGAGCCAATAGGGAAAAGGAAAGTGAAGCGTTTCCTGAGTTCGGGGGTCGGCGGA"
        "AGATGGCGGCCGGCGAAAGGAGCTGGTGCCTGTGCAAGTTGTTGAGGTGAGCAGCCGGTCGTGTGGGCTCACAGACGTTTTCTCTT"
    )
    assert written.logits(load_model(card), [text])[0, 0] == pytest.approx(expected, abs=0.01)
