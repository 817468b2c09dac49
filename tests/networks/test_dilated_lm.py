"""The convolutional language model: no base sees itself, both strands agree, and each place is read from as far as it should."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from genoviz.models.onehot import encode, reverse_complement
from genoviz.networks.dilated_lm import DilatedLM, DilatedLMConfig
from tests.comparison import close

SMALL = DilatedLMConfig(width=8, words=6, across=5, word=3, dilations=(1, 2), joined=7)
TEXT = "ACGTTGCATTACGGACTTAACGCTAGGCAT"
PLACE = 15


def network(config: DilatedLMConfig = SMALL) -> DilatedLM:
    torch.manual_seed(0)
    return DilatedLM(config).eval()


def other_base(X: Tensor, at: int) -> Tensor:
    changed = X.clone()
    changed[:, :, at] = X[:, :, at].roll(1, 1)
    return changed


@pytest.mark.parametrize("config", [SMALL, replace(SMALL, dilations=())], ids=["layers", "words only"])
def test_a_place_reads_both_sides_as_far_as_its_layers_reach_and_not_itself(config: DilatedLMConfig) -> None:
    net, X = network(config), encode([TEXT])
    expected = net.log_probabilities(X)[0, :, PLACE]
    reach = config.word + sum(config.dilations)
    for at in range(len(TEXT)):
        found = net.log_probabilities(other_base(X, at))[0, :, PLACE]
        moved = not torch.allclose(found, expected, atol=1e-7)
        assert moved == (0 < abs(at - PLACE) <= reach), at


def test_both_strands_agree() -> None:
    net, X = network(), encode([TEXT, TEXT[::-1]])
    assert net.log_probabilities(reverse_complement(X)) == close(net.log_probabilities(X).flip(1, 2))
    assert net.states(reverse_complement(X)) == close(net.states(X).flip(2))
    assert net(X).shape == (2, 1)


def test_probabilities_add_up_and_rows_do_not_mix() -> None:
    net, X = network(), encode([TEXT, "G" * len(TEXT)])
    both = net.log_probabilities(X)
    assert both.exp().sum(1) == close(torch.ones(2, len(TEXT)))
    assert both[:1] == close(net.log_probabilities(X[:1]))
