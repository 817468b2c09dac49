"""ENCODE's atlases: files as the package bpnet 2.0.0 writes them, its numbers, and folds that agree or don't."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadCheckpoint
from genoviz.models.atlas import Row, card_of
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.ensemble import members_of
from genoviz.models.load import load_model, named
from genoviz.models.onehot import encode
from tests.comparison import close
from tests.networks.profile_files import Array, check_all_ways, letters, numbers_of, waves, write_keras
from tests.networks.test_chrombpnet import published_layers as chrombpnet_layers

LENGTH, BINS = 136, 30
SIZES = {"channels": 4, "layers": 2}
# What the package bpnet 2.0.0 (`bpnet.model.arch.BPNet` in TensorFlow 2.15, one task of two strands with a control of two
# strands) computes from `layers()` for `letters(136)` and a control without reads: profile logits of both strands at bases 0,
# 7 and 29 of 30, and the ln total.
LOGITS = [
    [-0.0024441182613372803, -0.0625460147857666, -0.04278722405433655],
    [-0.22666507959365845, -0.24234779179096222, -0.20611609518527985],
]
TOTAL = 0.3405853509902954


def layers(phase: float = 0.0) -> dict[str, dict[str, Array]]:
    """Names and shapes as the package writes them, with fewer channels and layers; tensors numbered as it lists them."""
    shapes = {
        "main_conv_0": (21, 4, 4),
        "main_dil_conv_1": (3, 4, 4),
        "main_dil_conv_2": (3, 4, 4),
        "main_profile_head": (75, 4, 2),
        "main_counts_head": (4, 1),
        "profile_predictions": (1, 4, 2),
        "logcounts_predictions": (2, 1),
    }
    return {
        name: {"kernel": waves(*shape, phase=i + phase), "bias": waves(shape[-1], phase=i + 0.5 + phase)}
        for i, (name, shape) in enumerate(shapes.items())
    }


def small(family: str, folds: int) -> ModelCard:
    files = tuple(WeightsFile(f"fold_{i}.h5") for i in range(folds))
    card = card_of(Row("ENCSR000XYZ", family, "CTCF", "K562", "TF ChIP-seq", "GRCh38", files, {"count r": 0.8}))
    total, profile, shape = card.outputs
    return replace(
        card, length=LENGTH, outputs=(total, replace(profile, bins=BINS), shape), config={**card.config, **SIZES}
    )


def test_the_package_s_numbers(folder: Path) -> None:
    write_keras(folder / "fold_0.h5", layers())
    total, profile, _ = numbers_of(load_model(small("BPNet", 1)), letters(LENGTH))
    assert total[0, 0] == close(TOTAL)
    assert profile[:, [0, 7, 29]] - profile[0, 0] == close(np.subtract(LOGITS, LOGITS[0][0]), 1e-4)
    assert np.exp(profile).sum() == pytest.approx(np.exp(TOTAL), rel=1e-5)


def test_a_file_without_a_control_has_its_heads_at_the_end(folder: Path) -> None:
    """The same network: heads that say what the folded ones do."""
    plain = layers()
    heads = {name: plain.pop(f"main_{name}") for name in ("profile_head", "counts_head")}
    write_keras(folder / "fold_0.h5", {**plain, "profile_predictions": heads["profile_head"],
                                       "logcounts_predictions": heads["counts_head"]})  # fmt: skip
    found = numbers_of(load_model(small("BPNet", 1)), letters(LENGTH))
    # With a control whose layers pass on the first inputs, the numbers are the same.
    through = {"profile_predictions": {"kernel": np.eye(4, 2, dtype="f4")[None], "bias": np.zeros(2, "f4")},
               "logcounts_predictions": {"kernel": np.array([[1], [0]], "f4"), "bias": np.zeros(1, "f4")}}  # fmt: skip
    write_keras(folder / "fold_0.h5", layers() | through)
    for one, other in zip(found, numbers_of(load_model(small("BPNet", 1)), letters(LENGTH)), strict=True):
        assert one == close(other)


def test_folds_are_members_and_the_mean_is_of_each_head(folder: Path) -> None:
    for i in range(3):
        write_keras(folder / f"fold_{i}.h5", layers(phase=0.3 * i))
    model: Any = load_model(small("BPNet", 3))
    folds = [numbers_of(member, letters(LENGTH)) for member in members_of(model)]
    assert len(folds) == 3
    assert numbers_of(model, letters(LENGTH))[0] == close(np.mean([fold[0] for fold in folds], axis=0))
    X = encode(letters(LENGTH))
    with torch.no_grad():
        members: list[Any] = [*members_of(model)]
        profiles = [member.net(X)[0] for member in members]
        assert model.net(X)[0] == close(torch.stack(profiles).mean(0))
    check_all_ways(model)


@pytest.mark.parametrize("family", ["BPNet", "ChromBPNet"])
def test_the_card_counts_the_weights(family: str) -> None:
    card = card_of(Row("ENCSR000XYZ", family, "", "K562", "ATAC-seq", "GRCh38", (WeightsFile("a"), WeightsFile("b"))))
    net = named(card.builder)(card).net
    assert sum(p.numel() for p in net.parameters()) == card.parameters


def test_chrombpnet_in_folds(folder: Path) -> None:
    for i in range(2):
        write_keras(folder / f"fold_{i}.h5", chrombpnet_layers())
    model: Any = load_model(small("ChromBPNet", 2))
    assert model.net.members[1].counts.weight.shape == (1, 4)


def test_a_fold_that_does_not_fit_is_refused(folder: Path) -> None:
    write_keras(folder / "fold_0.h5", layers())
    write_keras(folder / "fold_1.h5", {k: v for k, v in layers().items() if k != "main_dil_conv_2"})
    with pytest.raises(BadCheckpoint, match=r"main_dil_conv_2/kernel:0"):
        load_model(small("BPNet", 2))
