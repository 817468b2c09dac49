"""The published BPNet of CTCF: a pickled module read without running it, its numbers, and what it learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.pickled import read_pickled
from genoviz.models.weights import find_weights, is_ready
from genoviz.sequences.sequence import Sequence
from tests.comparison import close
from tests.networks.profile_files import letters, numbers_of

NAME = "profile.bpnet-ctcf-k562"
PLAIN = Path(__file__).parents[3] / "shared" / "data" / "weights_bpnet_ctcf_k562" / "bpnet_ctcf_k562.safetensors"
pytestmark = pytest.mark.skipif(
    not (is_ready(get_card(NAME)) and PLAIN.is_file()), reason="the published weights are not here"
)
CTCF = "TGGCCACCAGGGGGCGCTA"


def test_the_pickled_module_holds_the_published_tensors() -> None:
    (path,) = find_weights(get_card(NAME)).values()
    found, plain = read_pickled(path), load_file(PLAIN)
    assert found.tensors.keys() == plain.keys()
    assert all(torch.equal(found.tensors[key], value) for key, value in plain.items())
    assert "bpnetlite.bpnet.BPNet" in found.ignored


def test_numbers_equal_the_authors_arithmetic() -> None:
    """Pad everywhere, then cut out the middle: the package bpnet-lite, from the tensors in their plain file."""
    state, X = load_file(PLAIN), encode(letters(2114))
    h = F.relu(F.conv1d(X, state["iconv.weight"], state["iconv.bias"], padding=10))
    for i in range(8):
        gap = 2 ** (i + 1)
        weight, bias = state[f"rconvs.{i}.weight"], state[f"rconvs.{i}.bias"]
        h = h + F.relu(F.conv1d(h, weight, bias, padding=gap, dilation=gap))
    h = h[:, :, 557 - 37 : 2114 - 557 + 37]
    profile = F.conv1d(h, state["fconv.weight"], state["fconv.bias"])[0]
    counts = F.linear(h.mean(2), state["linear.weight"], state["linear.bias"])[0]
    total, found, _ = numbers_of(load_model(NAME), letters(2114))
    assert total[:, 0] == close(counts)
    assert np.exp(found) == close((profile.flatten().softmax(0) * counts.exp()).reshape(2, 1000), 1e-4)


def test_ctcf_s_motif_raises_the_counts_and_no_other_does() -> None:
    model, rng = load_model(NAME), np.random.default_rng(0)
    texts = ["".join(rng.choice(list("ACGT"), 2114)) for _ in range(4)]

    def change(motif: str) -> float:
        start = 1057 - len(motif) // 2
        planted = [text[:start] + motif + text[start + len(motif) :] for text in texts]
        with torch.no_grad():
            after, before = (model.logits(encode(each))["counts"] for each in (planted, texts))
        return float((after - before).mean())

    assert [change(motif) for motif in (CTCF, Sequence(CTCF).reverse_complement().bases)] == pytest.approx(
        [1.5] * 2, abs=0.25
    )
    assert [change(motif) for motif in ("AGATAAGGAGATAAG", "TGAGTCATGAGTCA")] == pytest.approx([0, 0], abs=0.1)
