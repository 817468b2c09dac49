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


@pytest.mark.parametrize(
    "config",
    [SMALL, replace(SMALL, dilations=()), replace(SMALL, counted=4)],
    ids=["layers", "words only", "counted words"],
)
def test_a_place_reads_both_sides_as_far_as_its_layers_reach_and_not_itself(config: DilatedLMConfig) -> None:
    net, X = network(config), encode([TEXT])
    expected = net.log_probabilities(X)[0, :, PLACE]
    reach = config.word + sum(config.dilations)
    for at in range(len(TEXT)):
        found = net.log_probabilities(other_base(X, at))[0, :, PLACE]
        moved = not torch.allclose(found, expected, atol=1e-7)
        assert moved == (0 < abs(at - PLACE) <= reach), at


def test_both_strands_agree() -> None:
    net, X = network(replace(SMALL, counted=4)), encode([TEXT, TEXT[::-1]])
    assert net.log_probabilities(reverse_complement(X)) == close(net.log_probabilities(X).flip(1, 2))
    assert net.states(reverse_complement(X)) == close(net.states(X).flip(2))
    assert net(X).shape == (2, 1)


def test_probabilities_add_up_and_rows_do_not_mix() -> None:
    net, X = network(), encode([TEXT, "G" * len(TEXT)])
    both = net.log_probabilities(X)
    assert both.exp().sum(1) == close(torch.ones(2, len(TEXT)))
    assert both[:1] == close(net.log_probabilities(X[:1]))


def test_counted_words_speak_where_they_stand_on_either_strand() -> None:
    config = replace(SMALL, counted=2)
    net, text = network(config), "ACGGTATCCAAGGCCTTGGAAACCGT"
    X = encode([text])
    with torch.no_grad():
        net.telling.weight.zero_()
        net.gate.weight.zero_()
        net.gate.bias.zero_()  # half open
        silent = net.log_probabilities(X)
        # The first stands here as TATCC and, on the other strand, as GGAAA.
        net.begin_with([("T_TCC", (1.0, 2.0, 3.0, 4.0)), ("GG_CC", (0.0, 8.0, 0.0, 0.0))])
        told = (net.log_probabilities(X) - silent)[0]
    change = told - told[3]  # in ln odds against T, which no normalisation moves
    expected = torch.zeros(4, len(text))
    expected[:, text.index("TATCC") + 1] = torch.tensor([-1.5, -1.0, -0.5, 0.0])
    expected[:, text.index("GGAAA") + 3] = torch.tensor([1.5, 1.0, 0.5, 0.0])
    assert torch.allclose(change, expected, atol=1e-5)
    with torch.no_grad():
        palindrome = encode(["ACGGTATGGACCTTGCTATCA"])
        moved = net.log_probabilities(palindrome)
        net.telling.weight.zero_()
        change = (moved - net.log_probabilities(palindrome))[0]
    # C is told on one strand and G, its other strand, on the other one: half of each.
    assert torch.allclose((change - change[3])[:, 9], torch.tensor([0.0, 2.0, 2.0, 0.0]), atol=1e-5)
