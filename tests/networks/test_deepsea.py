"""DeepSEA, from files written here with the published keys and shapes, against plain numpy."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from tests.comparison import close
from tests.networks import written_weights as written

BOTH, ONE = "chromatin.deepsea", "chromatin.deepsea-one-strand"
PREFIX = {BOTH: "2", ONE: "1"}
SMALL: dict[str, Any] = {"length": 46, "channels": [5, 4, 3], "width": 3, "pool": 2, "hidden": 6, "outputs": 4}


def shapes(name: str, config: dict[str, Any], flat: int) -> dict[str, tuple[int, ...]]:
    """Keys of the published file: what stands before the network is counted first."""
    sizes: dict[str, tuple[int, ...]] = {}
    for place, (inputs, n) in zip((0, 4, 8), pairwise([4, *config["channels"]]), strict=True):
        sizes |= {f"{place}.weight": (n, inputs, 1, config["width"]), f"{place}.bias": (n,)}
    for place, (inputs, n) in zip((12, 14), pairwise([flat, config["hidden"], config["outputs"]]), strict=True):
        sizes |= {f"{place}.1.weight": (n, inputs), f"{place}.1.bias": (n,)}
    return {f"{PREFIX[name]}.{key}": size for key, size in sizes.items()}


def strand(text: str, weights: written.Weights, prefix: str, order: str = "AGCT") -> np.ndarray:
    """Probabilities on one strand: convolution, threshold, pooling; no pooling behind the last one."""

    def threshold(x: np.ndarray) -> np.ndarray:
        return np.where(x > 0, x, 1e-6)

    h = written.one_hot(text, order)
    for place in (0, 4, 8):
        kernel, bias = weights[f"{prefix}.{place}.weight"][:, :, 0], weights[f"{prefix}.{place}.bias"]
        h = threshold(written.convolve(h, kernel, bias))
        if place < 8:
            h = written.pool(h, SMALL["pool"])
    h = threshold(weights[f"{prefix}.12.1.weight"] @ h.reshape(-1) + weights[f"{prefix}.12.1.bias"])
    return written.sigmoid(weights[f"{prefix}.14.1.weight"] @ h + weights[f"{prefix}.14.1.bias"])


def reference(text: str, weights: written.Weights, name: str, order: str = "AGCT") -> np.ndarray:
    forward = strand(text, weights, PREFIX[name], order)
    return forward if name == ONE else (forward + strand(written.turned(text), weights, PREFIX[name], order)) / 2


def write(name: str, folder: Path, weights: written.Weights) -> ModelCard:
    card = written.small_card(name, SMALL, 46, 4)
    path = folder / card.files[0].name
    path.unlink(missing_ok=True)
    torch.save(written.tensors(weights), path)
    return card


@pytest.mark.parametrize("name", [BOTH, ONE])
def test_a_file_with_the_published_keys_gives_the_numbers_of_plain_numpy(name: str, folder: Path) -> None:
    weights = written.random_weights(shapes(name, SMALL, 24))
    model = load_model(write(name, folder, weights))
    texts = written.random_texts(46)
    found = written.sigmoid(written.logits(model, texts))
    assert found == close([reference(text, weights, name) for text in texts])
    as_here = np.array([reference(text, weights, name, "ACGT") for text in texts])
    assert np.abs(found - as_here).max() > 1e-3
    written.assert_pages_can_use(model)


def test_both_strands_get_one_number_only_where_the_card_says_so(folder: Path) -> None:
    text = written.random_texts(46)[0]
    for name, same in ((BOTH, True), (ONE, False)):
        model = load_model(write(name, folder, written.random_weights(shapes(name, SMALL, 24))))
        forward, other = written.logits(model, [text, written.turned(text)])
        assert np.allclose(forward, other, atol=1e-5) is same
        assert model.card.strand_symmetric is same


def test_what_is_not_positive_becomes_a_millionth(folder: Path) -> None:
    """Not zero as behind a ReLU: six units of a millionth each, times a million."""
    weights = {key: np.zeros_like(value) for key, value in written.random_weights(shapes(ONE, SMALL, 24)).items()}
    weights["1.14.1.weight"] += np.float32(1e6)
    model = load_model(write(ONE, folder, weights))
    np.testing.assert_allclose(written.logits(model, ["A" * 46]), 6, rtol=1e-5)


def test_the_mean_of_small_probabilities_keeps_its_digits(folder: Path) -> None:
    weights = written.random_weights(shapes(BOTH, SMALL, 24))
    for shift in (-40, 40):
        weights["2.14.1.bias"] = np.full(4, shift, dtype=np.float32)
        found = written.logits(load_model(write(BOTH, folder, weights)), written.random_texts(46))
        assert np.isfinite(found).all()
        assert np.abs(found - shift).max() < 10


@pytest.mark.parametrize("name", [BOTH, ONE])
def test_a_file_that_does_not_fit_is_refused(name: str, folder: Path) -> None:
    weights = written.random_weights(shapes(name, SMALL, 24))
    p = PREFIX[name]
    for changed, said in (
        ({k: v for k, v in weights.items() if k != f"{p}.4.bias"}, r"Missing key\(s\).*convs.1.bias"),
        ({k: v for k, v in weights.items() if k != f"{p}.0.weight"}, r"Missing key\(s\).*convs.0.weight"),
        (weights | {f"{p}.16.weight": np.zeros(3, dtype=np.float32)}, f"unexpected keys {p}.16.weight"),
        (weights | {f"{p}.12.1.weight": np.zeros((6, 20), dtype=np.float32)}, "size mismatch.*dense.weight"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(name, folder, changed))


def test_a_file_of_the_published_shapes_fits(folder: Path) -> None:
    card = written.full_card(BOTH)
    torch.save(written.hollow(shapes(BOTH, dict(card.config), 50880)), folder / card.files[0].name)
    assert written.logits(load_model(card), ["A" * 1000]).shape == (1, 919)


def test_tracks_are_the_published_ones_in_their_order() -> None:
    """125 of DNase, 690 of factors, 104 of histone marks, and the same ones in both cards."""
    tracks = get_card(BOTH).outputs[0].tracks
    assert tracks == get_card(ONE).outputs[0].tracks
    assert len(set(tracks)) == 919
    assert [i for i, track in enumerate(tracks) if " DNase" in track] == list(range(125))
    marks = [i for i, track in enumerate(tracks) if track.split()[1].startswith(("H2A", "H2B", "H3", "H4"))]
    assert marks == list(range(815, 919))
    assert (tracks[0], tracks[127], tracks[918]) == ("8988T DNase", "GM12878 CTCF", "Osteoblasts H3K9me3")


@pytest.mark.online
def test_the_published_files_agree_and_see_a_ctcf_site(folder: Path) -> None:
    """Both were made from the same weights; CTCF's motif in the middle raises the tracks of CTCF in most cells."""
    for name in (BOTH, ONE):
        fetch(get_card(name), folder=folder, progress=None)
    both, one = load_model(BOTH), load_model(ONE)
    texts = written.random_texts(1000, 5)[:4]
    forward, other = (
        written.sigmoid(written.logits(one, strands)) for strands in (texts, [written.turned(text) for text in texts])
    )
    found = written.sigmoid(written.logits(both, texts))
    assert found == close((forward + other) / 2)
    motif = "TGGCCACCAGGGGGCGCTA"
    with_site = written.logits(both, [text[:490] + motif + text[490 + len(motif) :] for text in texts])
    ctcf = [i for i, track in enumerate(both.card.outputs[0].tracks) if " CTCF" in track]
    assert ((with_site - written.logits(both, texts)).mean(0)[ctcf] > 0).mean() > 0.9
