"""Enformer: the package's own numbers, its keys, stretches and patches, and the contract."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadCheckpoint, BadInput, MissingWeights
from genoviz.models.base import Model, NetModel
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.enformer import Enformer, build
from genoviz.networks.long_range import LongRangeNet, with_tracks
from genoviz.networks.relative_attention import by_pair, enformer_basis
from genoviz.predict.prediction import predict, target_value
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close
from tests.networks.long_range_files import ENFORMER as SMALL
from tests.networks.long_range_files import Shapes, bases, filled, layer, norm, tiny

NAME = "tracks.enformer-human"
FILE = "enformer-official-rough.bin"
FULL_WIDTH = {"channels": 192, "depth": 1, "heads": 1, "key": 16, "stages": 3, "divisor": 8}

# From enformer-pytorch 0.8.12 filled by `formula`: rows 5, 0 and 6 of the human head, first, middle and last bin. SMALL with
# its gamma functions scaled over the distances, in float64; FULL_WIDTH as the package loads the published weights, that is
# with the table of gamma functions taken from TensorFlow (`use_tf_gamma`), which exists for 1,536 bins only.
PACKAGE = {
    "small": [1.184608, 1.160118, 1.262668, 0.5312319, 0.5251914, 0.529037, 0.8668306, 0.8671607, 0.8264122],
    "full width": [0.8881553, 0.8887481, 0.909333, 0.6153106, 0.5771374, 0.5825452, 0.6628671, 0.6558841, 0.6723527],
}
# Rows of that table, by distance: its first four functions.
TENSORFLOW_GAMMAS = {
    1: (3.966171e-4, 5.857300e-7, 5.945953e-7, 5.976699e-7),
    48: (0.87201095, 0.08811395, 1.1166783e-6, 5.976699e-7),
    100: (0.10348015, 0.91735762, 0.16922656, 2.9905577e-5),
    1000: (5.3561401e-7, 5.8573e-7, 5.945953e-7, 5.976699e-7),
}


def published(*, channels: int, depth: int, heads: int, key: int, stages: int, divisor: int) -> Shapes:
    """Keys and shapes of a file of the package."""
    half = channels // 2
    steps = [half * 2 ** (i / (stages - 2)) for i in range(stages - 1)]
    widths = [half, *(round(step / divisor) * divisor for step in steps)]
    shapes: Shapes = {"stem.0.weight": (half, 4, 15), "stem.0.bias": (half,), **norm("stem.1.fn.0", half)}
    shapes |= {"stem.1.fn.2.weight": (half, half, 1), "stem.1.fn.2.bias": (half,)}
    shapes |= {"stem.2.to_attn_logits.weight": (half, half, 1, 1)}
    for i, (a, b) in enumerate(pairwise(widths)):
        k = f"conv_tower.{i}"
        shapes |= {**norm(f"{k}.0.0", a), f"{k}.0.2.weight": (b, a, 5), f"{k}.0.2.bias": (b,)}
        shapes |= {**norm(f"{k}.1.fn.0", b), f"{k}.1.fn.2.weight": (b, b, 1), f"{k}.1.fn.2.bias": (b,)}
        shapes |= {f"{k}.2.to_attn_logits.weight": (b, b, 1, 1)}
    value = channels // heads
    for i in range(depth):
        shapes |= layer(f"transformer.{i}", channels, heads, key, value, value)
    k = "final_pointwise.1"
    shapes |= {**norm(f"{k}.0", channels), f"{k}.2.weight": (2 * channels, channels, 1), f"{k}.2.bias": (2 * channels,)}
    for head, rows in (("human", 7), ("mouse", 3)):
        shapes |= {f"_heads.{head}.0.weight": (rows, 2 * channels), f"_heads.{head}.0.bias": (rows,)}
    return shapes


def weights(sizes: dict[str, int]) -> dict[str, Tensor]:
    """The file's tensors; the package saves the trunk twice."""
    state = filled(published(**sizes))
    return state | {
        "_trunk.1.0.weight": state["stem.0.weight"],
        "_trunk.4.0.0.fn.0.bias": state["transformer.0.0.fn.0.bias"],
    }


def small_card(**sizes: int) -> ModelCard:
    return tiny(get_card(NAME), length=256, bins=20, resolution=8, **{**SMALL, **sizes})


def loaded(folder: Path, card: ModelCard, sizes: dict[str, int] | None = None) -> NetModel:
    torch.save(weights(sizes or SMALL), folder / FILE)
    model = load_model(card)
    assert isinstance(model, NetModel)
    return model


def network(model: Model) -> LongRangeNet:
    net = model.net if isinstance(model, NetModel) else None
    assert isinstance(net, LongRangeNet)
    return net


def ends(model: Model, sequence: Sequence) -> list[float]:
    values = predict(model, sequence)[0]["human"].values
    return [float(v) for v in values[:, [0, values.shape[1] // 2, -1]].ravel()]


def test_predicts_as_the_package(folder: Path) -> None:
    assert ends(loaded(folder, small_card()), bases(256)) == close(PACKAGE["small"])


def test_predicts_as_the_package_with_the_functions_of_tensorflow(folder: Path) -> None:
    card = tiny(get_card(NAME), length=12_288, bins=896, resolution=8, **FULL_WIDTH)
    assert ends(loaded(folder, card, FULL_WIDTH), bases(12_288)) == close(PACKAGE["full width"])


@pytest.mark.parametrize("distance", TENSORFLOW_GAMMAS)
def test_gamma_functions_are_those_of_tensorflow(distance: int) -> None:
    basis = enformer_basis(1536, 192).numpy()
    assert basis.shape == (3071, 192)
    row = basis[1535 + distance]
    np.testing.assert_allclose(row[64:68], TENSORFLOW_GAMMAS[distance], rtol=2e-4)
    np.testing.assert_array_equal(row[96:], row[:96])  # the sign of a positive distance
    np.testing.assert_array_equal(basis[1535 - distance, 96:], -row[:96])


def test_values_by_distance_become_values_by_pair() -> None:
    by_distance = torch.arange(2 * 5 * 9.0).reshape(2, 5, 9)
    expected = [[[float(by_distance[b, i, j - i + 4]) for j in range(5)] for i in range(5)] for b in range(2)]
    assert by_pair(by_distance).tolist() == expected
    assert by_pair(torch.ones(3, 1, 1)).shape == (3, 1, 1)


def test_stretches_give_what_the_whole_gives(folder: Path) -> None:
    model = loaded(folder, small_card())
    net, X = network(model), encode(bases(256))
    whole = model.logits(X)["human"]
    assert net.halo == 24  # 7 of the stem and 4 + 8 of the tower, in bins of 8
    for piece in (8, 40, 96):
        net.piece = piece
        assert model.logits(X)["human"] == close(whole)


@pytest.mark.parametrize("place", [0, 7, 8, 100, 255])
def test_only_the_stretch_around_an_edit_changes(folder: Path, place: int) -> None:
    net, X = network(loaded(folder, small_card())), encode(bases(256))
    edited = X.clone()
    edited[0, :, place] = edited[0, :, place].roll(1)
    patched = net.patched(net.features(X), edited, place, place + 1)
    assert patched[0] == close(net.features(edited)[0])
    assert float((patched[0] - net.features(X)[0]).abs().max()) > 1e-3


def test_gradients_are_the_same_when_inner_results_are_computed_anew(folder: Path) -> None:
    model = loaded(folder, small_card())
    target, sequence = Target("human", ("zero",), (3, 6)), bases(256)
    kept = attribute(model, sequence, target, "inputxgradient").scores
    network(model).piece = 64
    again = attribute(model, sequence, target, "inputxgradient").scores
    assert again == close(kept)
    assert np.abs(kept).max() > 1e-3


def test_keeps_the_contract(folder: Path) -> None:
    checks = check_model(loaded(folder, small_card()))
    assert [c.message for c in checks if c.passed is False] == []
    assert "whole way" in [c.name for c in checks]


def test_explains_and_mutates(folder: Path) -> None:
    model, sequence = loaded(folder, small_card()), bases(256)
    target = Target("human", ("five",), (8, 12))
    result = attribute(model, sequence, target, "deepliftshap", references=2)
    assert result.relative_gap is not None
    assert result.relative_gap < 0.01
    mutations = saturate(model, sequence, target, window=(120, 123))
    for place in (120, 122):
        for row, base in enumerate("ACGT"):
            mutant = Sequence(sequence.bases[:place] + base + sequence.bases[place + 1 :])
            effect = target_value(model, mutant, target) - mutations.value
            assert mutations.delta[row, place] == close(effect, beside=mutations.value)


def test_other_rows_of_the_head_can_be_chosen(folder: Path) -> None:
    model = loaded(folder, with_tracks(small_card(), {"last": 6}))
    assert ends(model, bases(256)) == close(PACKAGE["small"][6:])
    with pytest.raises(BadInput, match="rows 0 to 6"):
        with_tracks(small_card(), {"beyond": 7})
    with pytest.raises(BadInput, match="none given"):
        with_tracks(small_card(), {})


def test_the_other_head_of_the_file(folder: Path) -> None:
    card = small_card()
    mouse = replace(card, config={**card.config, "head": "mouse", "rows": [2, 0, 1]})
    assert ends(loaded(folder, mouse), bases(256)) != pytest.approx(PACKAGE["small"], abs=1e-2)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"stem.0.weight": None}, "stem.first.weight"),
        ({"_heads.human.0.bias": None}, "missing key '_heads.human.0.bias'"),
        ({"conv_tower.0.3.scale": torch.ones(3)}, "unexpected keys conv_tower.0.3.scale"),
        ({"transformer.1.0.fn.1.to_q.weight": torch.ones(32, 95)}, "layers.1.attention.to_q.weight"),
    ],
)
def test_files_that_do_not_fit(folder: Path, change: dict[str, Tensor | None], found: str) -> None:
    state = {k: v for k, v in (weights(SMALL) | change).items() if v is not None}
    torch.save(state, folder / FILE)
    with pytest.raises(BadCheckpoint, match="don't fit") as caught:
        load_model(small_card())
    assert found in str(caught.value)


@pytest.mark.parametrize("wrong", [{"length": 260}, {"length": 64}, {"config": {**SMALL, "rows": [1]}}])
def test_cards_whose_sizes_do_not_fit(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadCheckpoint, match="multiple of 8"):
        build(replace(small_card(), **wrong))


def test_the_card_describes_the_published_network() -> None:
    card = get_card(NAME)
    with torch.device("meta"):  # names and shapes without a gigabyte of numbers
        net = build(card).net
    assert isinstance(net, Enformer)
    assert sum(p.numel() for p in net.parameters()) == card.parameters
    rows = len(card.outputs[0].tracks)
    # what the package's full network has besides: the other rows of both heads
    assert card.parameters + (5313 - rows + 1643) * (2 * 1536 + 1) == 251_221_292
    assert net.tower[0].block.conv.in_channels == 768
    widths = [m.out_channels for m in net.tower.modules() if isinstance(m, nn.Conv1d) and m.kernel_size == (5,)]
    assert widths == [768, 896, 1024, 1152, 1280, 1536]
    assert card.config["rows"][:2] == [5111, 121]


def test_without_weights_the_message_says_how_to_get_them(folder: Path) -> None:
    with pytest.raises(MissingWeights, match=r"genoviz fetch tracks\.enformer-human"):
        load_model(NAME)


@pytest.mark.online
def test_the_real_file_finds_the_start_of_a_housekeeping_gene() -> None:
    """All keys and shapes fit, and K562 CAGE peaks within two bins of the start of GAPDH (GRCh38 chr12:6,534,517)."""
    from genoviz.genomes.remote import RemoteGenome
    from genoviz.models.fetch import fetch
    from genoviz.sequences.locus import Locus

    card = get_card(NAME)
    fetch(card, progress=None)
    model, start = load_model(card), 6_534_516 - card.length // 2
    with RemoteGenome("hg38", "GRCh38") as genome:
        sequence = genome.fetch(Locus("chr12", start, start + card.length, "+", "GRCh38"))
    values = predict(model, sequence)[0]["human"].values[card.outputs[0].index("CAGE K562 (ENCODE)")]
    assert abs(int(values.argmax()) - 448) <= 2
    assert float(values.max()) > 20 * float(np.median(values))
