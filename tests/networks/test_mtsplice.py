"""MTSplice: the numbers of the authors' layers in TensorFlow, and what is read of an exon."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from genoviz.errors import BadCheckpoint
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.weights import is_ready
from genoviz.networks.mtsplice import MTSpliceConfig, build, splines, two_ends

NAME = "splice.mtsplice"
ready = pytest.mark.skipif(not is_ready(get_card(NAME)), reason="the published weights are not here")
TISSUES = ("Retina - Eye", "Cerebellum - Brain", "Leukemia (CML) - Cells", "Testis", "Whole Blood")
# Of the package mmsplice 2.4.0, its layers in TensorFlow 2.15, the mean of mtsplice_deep0.h5 to mtsplice_deep3.h5, on the ends
# of `ends`.
AUTHORS = [
    [-0.014408032, -0.158328652, 0.044306517, 0.464340866, -0.019696057],
    [-0.152778476, -0.289794862, 0.090558991, 0.524961710, 0.074008405],
]


def ends() -> list[str]:
    """Two random pairs of ends: first both acceptors' were drawn, then both donors'."""
    rng = np.random.default_rng(7)
    drawn = ["".join(rng.choice(list("ACGT"), 400)) for _ in range(4)]
    return [drawn[0] + drawn[2], drawn[1] + drawn[3]]


@ready
def test_the_authors_numbers() -> None:
    model = load_model(NAME)
    with torch.no_grad():
        found = model.logits(encode(ends()))["tissues"][:, :, 0].numpy()
    places = [model.card.outputs[0].index(tissue) for tissue in TISSUES]
    np.testing.assert_allclose(found[:, places], AUTHORS, atol=1e-6)


def test_splines_are_those_of_the_closed_formula() -> None:
    """Between equal gaps a cubic B-spline is a sum of cut-off cubes: 1, -4, 6, -4, 1 of them, over 6."""
    gap = 399 * 1.002 / 7
    steps = (np.arange(400.0)[:, None] + 0.399 + 3 * gap) / gap - np.arange(10)  # from where each of the ten begins
    cubes = [weight * np.maximum(steps - i, 0) ** 3 for i, weight in enumerate((1, -4, 6, -4, 1))]
    expected = np.where((steps > 0) & (steps < 4), sum(cubes) / 6, 0)
    np.testing.assert_allclose(splines(400, 10), expected, atol=2e-6)
    np.testing.assert_allclose(splines(20, 6).sum(1), 1, atol=1e-6)  # at each place they share out one whole


def test_two_ends() -> None:
    small = MTSpliceConfig(side=8)  # 6 of intron, 2 of exon
    assert two_ends("ACGTACGT", "CCCCC", "TTGGAACC", small) == "GTACGTCC" + "CCTTGGAA"
    assert two_ends("GT", "CCC", "T", small) == "NNNNGTCC" + "CCTNNNNN"
    assert two_ends("AAAAAA", "C", "GGGGGG", small) == "AAAAAACG" + "ACGGGGGG"  # an exon of one base


def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    card = get_card(NAME)
    card = replace(card, files=tuple(replace(file, sha256="") for file in card.files))
    assert sum(p.numel() for p in build(card).parameters()) == card.parameters
    for file in card.files:
        with h5py.File(tmp_path / file.name, "w") as written:
            written["model_weights/conv1d_1/conv1d_1/kernel:0"] = np.zeros((11, 4, 64), "f4")
    with pytest.raises(BadCheckpoint, match=r"missing key 'conv1d_1/bias:0'"):
        load_model(card)


@pytest.mark.online  # 62 MB; the same files are tested above where they are at hand
def test_from_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from genoviz.models.fetch import fetch

    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    assert len(fetch(get_card(NAME), folder=tmp_path)) == 4
    test_the_authors_numbers()
