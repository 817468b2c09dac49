"""Borzoi: the package's own numbers, its keys, stretches and patches, and the contract."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadCheckpoint, MissingWeights
from genoviz.models.base import Model, NetModel
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.borzoi import Borzoi, build
from genoviz.networks.long_range import LongRangeNet
from genoviz.networks.relative_attention import borzoi_basis
from genoviz.predict.prediction import predict, target_value
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close
from tests.networks.long_range_files import BORZOI as SMALL
from tests.networks.long_range_files import Shapes, bases, filled, layer, norm, tiny

NAME = "tracks.borzoi-human"
FILE = "borzoi-replicate-0.safetensors"
STEM, WIDTHS, CHANNELS, JOINED = 8, [8, 16, 16, 24, 24], 32, 40
# From borzoi-pytorch 0.5.1 (the package fixes the channels of its tower; its own blocks with fewer), filled by `formula`:
# rows 5, 0 and 6 of the human head, first, middle and last of 96 bins.
PACKAGE = [0.9057888, 0.9301821, 0.8906824, 0.5584857, 0.5473387, 0.5475788, 0.727312, 0.721318, 0.7163659]


def published() -> Shapes:
    """Keys and shapes of a file of the package."""

    def block(key: str, inner: int, outer: int, width: int) -> Shapes:
        conv = {f"{key}.conv_layer.weight": (outer, inner, width), f"{key}.conv_layer.bias": (outer,)}
        return {**norm(f"{key}.norm", inner), **conv}

    shapes: Shapes = {"conv_dna.conv_layer.weight": (STEM, 4, 15), "conv_dna.conv_layer.bias": (STEM,)}
    for i, (a, b) in enumerate(zip([STEM, *WIDTHS[:-1]], WIDTHS, strict=True)):
        shapes |= block(f"res_tower.{2 * i}", a, b, 5)
    shapes |= block("unet1.1", WIDTHS[-1], CHANNELS, 5)
    shapes |= {**block("horizontal_conv0", WIDTHS[-1], CHANNELS, 1), **block("horizontal_conv1", CHANNELS, CHANNELS, 1)}
    for i in range(2):
        shapes |= layer(f"transformer.{i}", CHANNELS, 2, 8, 12, 32)
    for step in "10":
        shapes |= block(f"upsampling_unet{step}.0", CHANNELS, CHANNELS, 1)
        k = f"separable{step}.conv_layer"
        shapes |= {
            f"{k}.0.weight": (CHANNELS, 1, 3),
            f"{k}.1.weight": (CHANNELS, CHANNELS, 1),
            f"{k}.1.bias": (CHANNELS,),
        }
    shapes |= block("final_joined_convs.0", CHANNELS, JOINED, 1)
    return shapes | {"human_head.weight": (7, JOINED, 1), "human_head.bias": (7,)}


def small_card() -> ModelCard:
    return tiny(get_card(NAME), length=4096, bins=96, resolution=32, **SMALL)


def loaded(folder: Path) -> NetModel:
    save_file(filled(published()), folder / FILE)
    model = load_model(small_card())
    assert isinstance(model, NetModel)
    return model


def network(model: Model) -> LongRangeNet:
    net = model.net if isinstance(model, NetModel) else None
    assert isinstance(net, LongRangeNet)
    return net


def test_predicts_as_the_package(folder: Path) -> None:
    values = predict(loaded(folder), bases(4096))[0]["human"].values
    assert values[:, [0, 48, 95]].ravel().tolist() == close(PACKAGE)


def test_functions_of_the_distance() -> None:
    basis = borzoi_basis(4096, 32).numpy()
    assert basis.shape == (8191, 32)
    zero, one, far = basis[4095], basis[4096], basis[-1]
    assert zero[:16].tolist() == [1.0] * 16  # the narrowest window is 4097 ** (1 / 16) - 1 = 0.68 wide
    assert one[:16].tolist() == [0.0] + [1.0] * 15  # the next one 1.83
    assert far[:16].tolist() == [0.0] * 15 + [1.0]
    assert zero[16:].tolist() == [0.0] * 16
    np.testing.assert_array_equal(basis[::-1, 16:], -basis[:, 16:])


def test_stretches_give_what_the_whole_gives(folder: Path) -> None:
    model = loaded(folder)
    net, X = network(model), encode(bases(4096))
    whole = model.logits(X)["human"]
    assert net.halo == 384  # 7 of the stem and 4 + 8 + ... + 128 of the tower, in bins of 128
    for piece in (128, 1280):
        net.piece = piece
        assert model.logits(X)["human"] == close(whole)


@pytest.mark.parametrize("place", [0, 127, 128, 2000, 4095])
def test_only_the_stretch_around_an_edit_changes(folder: Path, place: int) -> None:
    net, X = network(loaded(folder)), encode(bases(4096))
    edited = X.clone()
    edited[0, :, place] = edited[0, :, place].roll(1)
    for patched, anew, old in zip(
        net.patched(net.features(X), edited, place, place + 1), net.features(edited), net.features(X), strict=True
    ):
        assert patched == close(anew)
        assert float((patched - old).abs().max()) > 1e-4


def test_gradients_are_the_same_when_inner_results_are_computed_anew(folder: Path) -> None:
    model = loaded(folder)
    target, sequence = Target("human", ("zero",), (40, 44)), bases(4096)
    kept = attribute(model, sequence, target, "inputxgradient").scores
    network(model).piece = 1024
    again = attribute(model, sequence, target, "inputxgradient").scores
    assert again == close(kept)
    assert np.abs(kept).max() > 1e-4


def test_keeps_the_contract(folder: Path) -> None:
    checks = check_model(loaded(folder))
    assert [c.message for c in checks if c.passed is False] == []
    assert "whole way" in [c.name for c in checks]


def test_explains_and_mutates(folder: Path) -> None:
    model, sequence = loaded(folder), bases(4096)
    target = Target("human", ("five",), (46, 50))
    result = attribute(model, sequence, target, "deepliftshap", references=2)
    assert result.relative_gap is not None
    assert result.relative_gap < 0.01
    mutations = saturate(model, sequence, target, window=(2040, 2042))
    for row, base in enumerate("ACGT"):
        mutant = Sequence(sequence.bases[:2040] + base + sequence.bases[2041:])
        effect = target_value(model, mutant, target) - mutations.value
        assert mutations.delta[row, 2040] == close(effect, beside=mutations.value)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"separable0.conv_layer.1.bias": None}, "narrow.pointwise.bias"),
        ({"human_head.weight": None}, "missing key 'human_head.weight'"),
        ({"res_tower.10.norm.weight": torch.ones(3)}, "unexpected keys res_tower.10.norm.weight"),
        ({"unet1.1.conv_layer.weight": torch.ones(32, 24, 3)}, "tower.5.conv.weight"),
    ],
)
def test_files_that_do_not_fit(folder: Path, change: dict[str, Tensor | None], found: str) -> None:
    state = {k: v for k, v in (filled(published()) | change).items() if v is not None}
    save_file(state, folder / FILE)
    with pytest.raises(BadCheckpoint, match="don't fit") as caught:
        load_model(small_card())
    assert found in str(caught.value)


def test_a_head_of_the_other_species_is_left_out(folder: Path) -> None:
    mouse = {"mouse_head.weight": torch.ones(3, JOINED, 1), "mouse_head.bias": torch.ones(3)}
    save_file(filled(published()) | mouse, folder / FILE)
    values = predict(load_model(small_card()), bases(4096))[0]["human"].values
    assert values[:, [0, 48, 95]].ravel().tolist() == close(PACKAGE)


def test_the_card_describes_the_published_network() -> None:
    card = get_card(NAME)
    with torch.device("meta"):  # names and shapes without a gigabyte of numbers
        net = build(card).net
    assert isinstance(net, Borzoi)
    assert sum(p.numel() for p in net.parameters()) == card.parameters
    # what the package's full network has besides: the other rows of the head
    assert card.parameters + (7611 - len(card.outputs[0].tracks)) * (1920 + 1) == 185_892_699


def test_without_weights_the_message_says_how_to_get_them(folder: Path) -> None:
    with pytest.raises(MissingWeights, match=r"genoviz fetch tracks\.borzoi-human"):
        load_model(NAME)


@pytest.mark.online
def test_the_real_file_finds_the_start_of_a_housekeeping_gene() -> None:
    """All keys and shapes fit, and K562 CAGE of the plus strand peaks at the start of GAPDH (GRCh38 chr12:6,534,517)."""
    from genoviz.genomes.remote import RemoteGenome
    from genoviz.models.fetch import fetch
    from genoviz.sequences.locus import Locus

    card = get_card(NAME)
    fetch(card, progress=None)
    model, start = load_model(card), 6_534_516 - card.length // 2
    with RemoteGenome("hg38", "GRCh38") as genome:
        sequence = genome.fetch(Locus("chr12", start, start + card.length, "+", "GRCh38"))
    values = predict(model, sequence)[0]["human"].values[card.outputs[0].index("CAGE K562 (ENCODE) +")]
    near = values[3072 - 8 : 3072 + 8]  # 256 bases to either side
    assert near.max() == values[3072 - 320 : 3072 + 320].max()
    assert float(near.max()) > 20 * float(np.median(values))
