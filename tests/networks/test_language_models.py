"""Language models: what each may see, both strands, and likelihoods that can be worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from genoviz.attribute.attribution import attribute
from genoviz.models.card import ModelCard
from genoviz.models.language import LanguageModel, NetLanguageModel
from genoviz.models.onehot import encode, reverse_complement
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks import cloze, recurrent_lm
from genoviz.networks.cloze import Cloze, ClozeConfig
from genoviz.networks.recurrent_lm import RecurrentConfig, RecurrentLM
from genoviz.sequences.sequence import Sequence
from genoviz.training.recipes.language import AUTOREGRESSIVE, MASKED
from genoviz.training.save import written_card
from genoviz.trust.model_contract import check_model
from tests.comparison import close

LENGTH = 30
TEXT = "ACGTTGCATTACCCGGATCCATATGCGTAA"
SMALL = {
    "cloze": (MASKED, Cloze(ClozeConfig(length=LENGTH, width=16, words=32, heads=2, layers=2))),
    "recurrent": (AUTOREGRESSIVE, RecurrentLM(RecurrentConfig(length=LENGTH, units=12, words=16, word=4))),
}


def model(kind: str) -> NetLanguageModel:
    recipe, net = SMALL[kind]
    torch.manual_seed(1)
    for parameter in net.parameters():  # far from the start, so that every path matters
        torch.nn.init.normal_(parameter, std=0.3)
    card = replace(written_card(recipe.name, net, config={}, training={}), length=LENGTH)
    made = NetLanguageModel if kind == "cloze" else recurrent_lm.SamplingLanguageModel
    return made(net, card).eval().requires_grad_(False)


def changed(X: Tensor, position: int) -> Tensor:
    other = X.clone()
    other[:, :, position] = X[:, :, position].roll(1, 1)
    return other


@pytest.mark.parametrize("kind", SMALL)
def test_contract(kind: str) -> None:
    assert isinstance(model(kind), LanguageModel)
    failed = [check for check in check_model(model(kind)) if check.passed is False]
    assert not failed


def test_masked_no_base_sees_itself_but_all_others() -> None:
    lm, X = model("cloze"), encode(TEXT)
    before = lm.base_probabilities(X)
    for position in (0, 7, LENGTH - 1):
        difference = (lm.base_probabilities(changed(X, position)) - before).abs().amax((0, 1))
        assert difference[position] == 0
        others = torch.cat([difference[:position], difference[position + 1 :]])
        assert (others > 0).all()


def test_masked_encoder_reads_shorter_sequences() -> None:
    """Causal, and places turn by the same angles: the states of the first bases are those of the whole sequence."""
    tower, X = model("cloze").net.tower, encode(TEXT)
    assert tower(X[:, :, :20]) == close(tower(X)[:, :20])


def test_masked_one_pass_is_masking_one_base_at_a_time() -> None:
    lm, X = model("cloze"), encode(TEXT)
    at_once = lm.base_probabilities(X)[0]
    for position in range(LENGTH):
        masked = X.clone()
        masked[:, :, position] = 0
        assert lm.base_probabilities(masked)[0, :, position] == close(at_once[:, position])


def test_recurrent_strand_sees_only_the_bases_before() -> None:
    net, X = model("recurrent").net, encode(TEXT)
    difference = (net.strand(changed(X, 10)) - net.strand(X)).abs().amax((0, 1))
    assert (difference[:11] == 0).all()
    assert (difference[11:] > 0).all()


@pytest.mark.parametrize("kind", SMALL)
def test_both_strands_agree(kind: str) -> None:
    lm, X = model(kind), encode([TEXT, TEXT[::-1]])
    other = reverse_complement(X)
    assert torch.allclose(lm.log_likelihood(X), lm.log_likelihood(other), rtol=1e-5)
    assert lm.base_probabilities(X) == close(reverse_complement(lm.base_probabilities(other)))
    assert lm.embed(X) == close(lm.embed(other))
    assert lm.base_probabilities(X).sum(1) == close(torch.ones(2, LENGTH))


@pytest.mark.parametrize("kind", SMALL)
def test_untrained_output_is_a_quarter_and_n_counts_nothing(kind: str) -> None:
    lm = model(kind)
    last: Any = lm.net.join[-1] if kind == "cloze" else lm.net.out
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    assert float(lm.log_likelihood(encode(TEXT))) == pytest.approx(-LENGTH * math.log(4), rel=1e-6)
    assert float(lm.log_likelihood(encode("N" * 10 + TEXT[10:]))) == pytest.approx(-20 * math.log(4), rel=1e-6)


def test_recurrent_likelihood_is_the_mean_of_the_strands() -> None:
    lm, X = model("recurrent"), encode(TEXT)

    def by_hand(x: Tensor) -> float:
        total, strand = 0.0, lm.net.strand(x)[0]
        for i in range(LENGTH):
            total += float(strand[int(x[0, :, i].argmax()), i])
        return total

    assert float(lm.log_likelihood(X)) == pytest.approx((by_hand(X) + by_hand(reverse_complement(X))) / 2, rel=1e-5)


def test_samples_follow_the_predictions() -> None:
    lm = model("recurrent")
    last: Any = lm.net.out
    torch.nn.init.zeros_(last.weight)
    last.bias.copy_(torch.tensor([0.7, 0.1, 0.1, 0.1]).log())
    drawn = lm.sample(200, seed=3)
    share = sum(s.bases.count("A") for s in drawn) / (200 * LENGTH)
    assert share == pytest.approx(0.7, abs=0.02)
    assert [s.bases for s in drawn] == [s.bases for s in lm.sample(200, seed=3)]
    assert [s.bases for s in drawn] != [s.bases for s in lm.sample(200, seed=4)]


def test_sampling_carries_the_state() -> None:
    """A network that is sure of the base two before it writes with period two."""
    lm = model("recurrent")
    for parameter in lm.net.parameters():
        torch.nn.init.zeros_(parameter)
    with torch.no_grad():
        for base in range(4):
            lm.net.words.weight[base, base, -2] = 1.0  # word filter `base` fires on that base two back
            lm.net.out.weight[base, lm.net.gru.hidden_size + base] = 50.0
    text = lm.sample(1, seed=0)[0].bases
    assert all(text[i] == text[i - 2] for i in range(2, LENGTH))


@pytest.mark.parametrize("kind", SMALL)
def test_attributions_add_up(kind: str) -> None:
    lm = model(kind)
    target = Target("likelihood", ("log-likelihood",))
    result = attribute(lm, Sequence(TEXT), target, "deepliftshap", references=3)
    assert result.relative_gap is not None
    assert result.relative_gap < 1e-3


def test_mutation_map_is_the_difference_of_likelihoods() -> None:
    lm = model("cloze")
    result = saturate(lm, Sequence(TEXT), Target("likelihood", ("log-likelihood",)), window=(4, 6))
    other = TEXT[:5] + "A" + TEXT[6:]
    expected = float(lm.log_likelihood(encode(other)) - lm.log_likelihood(encode(TEXT)))
    assert result.delta[0, 5] == close(expected, beside=result.value)


@pytest.mark.parametrize("build", [cloze.build, recurrent_lm.build])
def test_builders_read_the_card(build) -> None:
    recipe, net = SMALL["cloze" if build is cloze.build else "recurrent"]
    config = {
        "cloze": {"length": 30, "width": 16, "words": 32, "heads": 2, "layers": 2},
        "recurrent": {"length": 30, "units": 12, "words": 16, "word": 4},
    }["cloze" if build is cloze.build else "recurrent"]
    card: ModelCard = written_card(recipe.name, net, config=config, training={})
    build(card).net.load_state_dict(net.state_dict(), strict=True)
