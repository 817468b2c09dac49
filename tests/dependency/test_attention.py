"""Attention maps: rollout by hand, weights against the attention layer's own output, and what a tower can't read."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from genoviz.dependency.attention import NOTICE, attention, rollout
from genoviz.errors import BadInput, Cancelled
from genoviz.lessons.examples import get_example
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.cloze import CausalAttention, ClozeConfig
from genoviz.sequences.sequence import Sequence


def test_rollout_by_hand() -> None:
    first = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=float)  # halves with the identity: rows 1; .5 .5; 0 .5 .5
    second = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0]], dtype=float)
    expected = np.array([[1, 0, 0], [0.5, 0.5, 0], [0.5, 0.25, 0.25]])
    np.testing.assert_allclose(rollout(np.stack([first, second])[:, None]), expected)


def test_weights_times_values_are_the_output() -> None:
    torch.manual_seed(0)
    layer, h = CausalAttention(ClozeConfig(length=9, width=16, heads=2)), torch.randn(2, 9, 16)
    values = layer.project(h)[..., 32:].view(2, 9, 2, 8).transpose(1, 2)
    joined = layer.join((layer.weights(h) @ values).transpose(1, 2).reshape(2, 9, 16))
    torch.testing.assert_close(joined, layer(h))


@pytest.mark.parametrize(("name", "towers", "more"), [("maskedlm.yeast-ecoli", 2, 0), ("promoter.ecoli-lm", 1, 1)])
def test_rows_sum_to_one_and_towers_look_one_way(name: str, towers: int, more: int) -> None:
    model = load_model(name)
    length = model.card.length
    sequence = Sequence(("ACGTTGCATTGACAATTAATCATCGGCTCGTATAATGTGTGGA" * 9)[:length])
    found = attention(model, sequence)
    assert found.weights.shape[0] == towers
    assert found.weights.shape[-1] == length + more
    np.testing.assert_allclose(found.weights.sum(-1), 1, atol=1e-5)
    np.testing.assert_allclose(found.rollout.sum(-1), 1, atol=1e-5)
    assert not np.triu(found.weights[0], 1).any()
    assert not np.tril(found.weights[1:], -1).any()
    effects = saturate(model, sequence, Target.default(model.card)).delta
    np.testing.assert_allclose(found.effect, np.abs(effects).mean(0) * 4 / 3, rtol=1e-4, atol=1e-6)
    assert found.interval[0] <= found.agreement <= found.interval[1]
    assert found.sentence.startswith(NOTICE)


def test_other_models_are_told_where_attention_is() -> None:
    with pytest.raises(BadInput, match=r"maskedlm\.yeast-ecoli"):
        attention(load_model("toy.sum"), Sequence("A" * 60))


def test_a_stopped_map_gives_no_agreement() -> None:
    def stop(share: float) -> None:
        raise Cancelled

    example = get_example("lm")
    assert example is not None
    with pytest.raises(Cancelled):
        attention(load_model("maskedlm.yeast-ecoli"), example.sequence, progress=stop)
