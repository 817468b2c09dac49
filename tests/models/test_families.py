"""The gallery's order, and what the word counters count."""

from __future__ import annotations

import pytest
import torch

from genoviz.models.catalogue import get_card, list_models
from genoviz.models.families import FAMILIES, by_family
from genoviz.models.onehot import encode
from genoviz.networks.kmer import KmerCounts, KmerNet, KmerNetConfig
from tests.comparison import close


def test_every_model_has_a_known_family_and_appears_once() -> None:
    known = {family.name for family in FAMILIES}
    cards = list_models()
    assert {card.family for card in cards} <= known
    sorted_cards = [card.name for _, found in by_family(cards) for card in found]
    assert sorted(sorted_cards) == sorted(card.name for card in cards)
    years = [family.year for family, _ in by_family(cards) if family.year]
    assert years == sorted(years)


def test_word_counts_by_hand() -> None:
    counts = KmerCounts(2)(encode("AACGNAA"))[0]
    words = [a + b for a in "ACGT" for b in "ACGT"]
    assert {w: int(c) for w, c in zip(words, counts, strict=True) if c} == {"AA": 2, "AC": 1, "CG": 1}


def test_logistic_regression_adds_up_word_weights() -> None:
    torch.manual_seed(0)
    net = KmerNet(KmerNetConfig(k=2, outputs=1)).eval()
    weight, bias = net.out.weight[0].detach(), net.out.bias[0].detach()
    assert net(encode("AACG")).item() == close(float(weight[0] + weight[1] + weight[6] + bias), beside=1)


@pytest.mark.parametrize("card", [c for c in list_models() if c.file], ids=lambda c: c.name)
def test_every_background_names_its_sets(card) -> None:
    for track in card.outputs[0].tracks:
        assert len(card.background[track]) >= 2
        for values in card.background[track].values():
            assert len(values) == 101
            assert list(values) == sorted(values)


def test_cards_of_trained_models_name_a_retrain_command_that_exists() -> None:
    from genoviz.training import recipe_of

    for card in list_models():
        if card.file:
            assert recipe_of(card.name)
            assert card.retrain.startswith("genoviz train ")
    assert get_card("promoter.ecoli").tss == 120
