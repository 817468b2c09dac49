"""What the texts of lessons 1 to 7 say in words is so: computed here, beside the facts that the texts take from exercises."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from genoviz.learn.exercise import get_exercise
from genoviz.learn.exercises import architectures, asking, convolution, depth, logos, one_hot, saturation, variants
from genoviz.learn.tiny import (
    GAP,
    LENGTH,
    OTHER,
    WORD,
    TinyConfig,
    TinyNet,
    already,
    one_word,
    receptive_field,
    train,
    two_words,
    weights_of,
)
from genoviz.lessons.example import construct
from genoviz.models.catalogue import get_card
from genoviz.models.onehot import encode, reverse_complement
from genoviz.motifs.collection import find
from genoviz.sequences.sequence import Sequence

# ---- 1


def test_one_hot_code_is_that_of_the_models() -> None:
    assert np.array_equal(one_hot.code(one_hot.WORD), encode(one_hot.WORD)[0].numpy())
    assert not one_hot.code("N").any()
    assert [i + 1 for i, letter in enumerate(one_hot.WORD) if letter == "N"] == [4]
    assert one_hot.WORD.startswith("GAT")


def test_the_first_window_holds_a_part_of_the_site() -> None:
    found = one_hot.probabilities()
    facts = get_exercise("one_hot.window").facts()
    assert 0 < int(facts["held"]) < int(facts["site"])
    assert 100 < int(facts["first"]) < 120
    assert found[-1] > one_hot.BOUND > found[0]
    assert (found[int(facts["first"]) - 1 :] > one_hot.BOUND).all()  # halving the distance leads there
    assert one_hot.LONG[int(facts["site_first"]) - 1 : int(facts["site_last"])] == one_hot.SITE


def test_the_reverse_complement_is_the_table_turned_both_ways() -> None:
    X = encode(one_hot.SHORT)
    assert torch.equal(reverse_complement(X), encode(Sequence(one_hot.SHORT).reverse_complement().bases))
    assert torch.equal(reverse_complement(X), X.flip(1).flip(2))
    facts = get_exercise("one_hot.partner").facts()
    assert int(facts["number"]) + int(facts["partner_number"]) == len(one_hot.SHORT) + 1
    assert Sequence(one_hot.SHORT).reverse_complement().bases.count(facts["partner"]) > 1  # "there may be several"


def test_only_the_model_of_binding_reads_both_strands_alike() -> None:
    answers = get_exercise("one_hot.strands").solution()
    assert [name for name, word in answers.items() if word == "the same"] == ["tfbind.encode10"]
    assert get_card("tfbind.encode10").strand_symmetric


# ---- 2


def test_the_scan_is_a_convolution() -> None:
    weights = np.array(get_exercise("convolution.build").solution())
    by_torch = torch.nn.functional.conv1d(encode(convolution.DNA), torch.tensor(weights.T[None], dtype=torch.float32))
    assert np.allclose(convolution.scan(weights, convolution.DNA), by_torch[0, 0].numpy(), atol=1e-5)
    assert convolution.scan(weights, convolution.DNA)[convolution.WORD_AT] == 6
    assert convolution.DNA[convolution.WORD_AT :].startswith("TATAAT")


def test_the_motif_sees_one_of_two_sites() -> None:
    facts = get_exercise("convolution.strand").facts()
    assert facts["letters"] == Sequence(facts["seen"]).reverse_complement().bases
    assert facts["seen_core"] in Sequence(convolution._ets_letters()).reverse_complement().bases  # where the hint looks
    assert float(facts["turned"]) == pytest.approx(convolution.ets_scores(False).max(), abs=0.1)
    assert float(facts["as_written"]) < 0


def test_filters_of_the_network_look_as_the_hints_say() -> None:
    words = {}
    for factor, _, heights in convolution.trained():
        words[factor] = "".join("ACGT"[i] for i in heights.argmax(1))
    both = {name: (word, Sequence(word).reverse_complement().bases) for name, word in words.items()}
    assert any("CACGTG" in word or "CACATG" in word for word in both["USF1"])
    assert any("AAACA" in word for word in both["FOXA1"])
    assert any("CCAGCAGATGGC" in word for word in both["CTCF"])
    assert any("AGCACC" in word for word in both["REST"])
    assert "CAGCACC" in find("REST").consensus
    assert "CTTCC" in find("GABPA").consensus


# ---- 3


@pytest.mark.parametrize("sizes", [(1, 6, 1), (3, 9, 1), (2, 6, 3), (3, 3, 3), (3, 5, 2)])
def test_the_receptive_field_is_that_of_the_formula(sizes: tuple[int, int, int]) -> None:
    layers, width, pool = sizes
    field, stride = 1, 1
    for layer in range(layers):
        field += (width - 1) * stride
        if layer < layers - 1:
            field += (pool - 1) * stride
            stride *= pool
    assert receptive_field(TinyConfig(*sizes[:2], pool=pool)) == field
    net = TinyConfig(layers, width, 16, pool)
    assert weights_of(net) == sum(p.numel() for n, p in TinyNet(net).blocks.named_parameters() if n.endswith("weight"))


def test_the_made_up_sequences_are_what_is_said_of_them() -> None:
    texts, labels = one_word(200, 5)
    written = [WORD in text for text in texts]
    assert labels.mean() == 0.5
    assert all(has for has, label in zip(written, labels, strict=True) if label)
    assert sum(has for has, label in zip(written, labels, strict=True) if not label) < 5  # by chance alone
    texts, labels = two_words(200, 5)
    gaps = [text.find(OTHER, text.find(WORD) + 6) - text.find(WORD) - 6 for text in texts]
    assert {len(text) for text in texts} == {LENGTH}
    right = [gap == GAP for gap in gaps]
    assert np.mean(np.array(right) == labels) > 0.97  # a word may be there once more by chance


def test_trainings_end_as_the_texts_say() -> None:
    facts = get_exercise("depth.reach").facts()
    assert int(facts["plain"]) >= depth.NEEDED
    assert int(facts["plain_weights"].replace(",", "")) > depth.MOST_WEIGHTS
    assert depth._field(TinyConfig(1, depth.WIDTHS[-1])) < depth.NEEDED
    single = train("one", TinyConfig(1, len(WORD), 8, 1), depth.COUNT)
    weight = next(single.net.blocks.parameters()).detach()
    strongest = weight[single.net.out.weight[0].argmax()]
    spelled = "".join("ACGT"[i] for i in strongest.argmax(0).tolist())
    shifts = [
        sum(a == b for a, b in zip(spelled[max(0, k) :], WORD[max(0, -k) :], strict=False)) for k in (-2, -1, 0, 1, 2)
    ]
    assert max(shifts) >= 4  # "one of them spells the word, or most of it"
    blind = train("two", TinyConfig(1, depth.WIDTHS[-1], depth.FILTERS, 1), depth.COUNT)
    assert blind.validation[-1] < 0.7  # "little more than guess"
    enough = train("two", depth.ByHeart.config, depth.COUNT)
    assert enough.validation[-1] > 0.99
    assert max(abs(a - b) for a, b in zip(enough.training[-3:], enough.validation[-3:], strict=True)) < 0.02
    assert already("two", depth.ByHeart.config, depth.COUNT) is enough
    assert weights_of(depth.ByHeart.config) > depth.COUNTS[0]


# ---- 4


def test_turning_a_promoter_moves_the_network_only() -> None:
    turned = architectures.turned()
    spread = {name: float(np.ptp(values)) for name, values in turned.items()}
    assert spread["promoter.ecoli"] > 4 * max(spread["kmer.ecoli"], spread["mlp.ecoli"])
    for by in (15, 20, 30):  # "turn it by 15 bases or more"
        assert turned["promoter.ecoli"][by] < 0.5
        assert abs(turned["kmer.ecoli"][by] - turned["kmer.ecoli"][0]) < architectures.NEARLY


def test_scores_of_cards_are_as_the_lesson_tells_them() -> None:
    gains = architectures.gains()
    assert max(gains, key=gains.get) == "CTCFL"
    assert min(gains, key=gains.get) == "SP1"
    assert gains["SP1"] < 0
    assert "perceptron" in get_card("mlp.ecoli").summary
    words, net = (architectures._auroc(name) for name in ("kmer.ecoli", "promoter.ecoli"))
    assert words[1][0] < net[0] < words[1][1]
    assert get_exercise("architectures.recurrent").solution() == {architectures._WINS: 0, architectures._LOSES: 0}
    assert get_card("tfbind.gue").layers == ("convolution", "LSTM")


# ---- 5


def test_letters_of_a_logo_are_as_the_lesson_tells_them() -> None:
    found = asking.contributions(logos.MODEL, logos.TRACK, logos._letters())
    site = asking.example("nrse").sites[0]
    against = get_exercise("logos.against").solution()
    assert not site.start <= against < site.end
    assert abs(against - site.end) < 10  # "look at both sides of it"
    assert found.per_base.sum() == pytest.approx(found.value - found.reference_value, abs=0.05)
    best = asking.changed(logos._letters(), get_exercise("logos.better").solution())
    assert best == (site.end + 1,)
    assert found.per_base[best[0]] < 0  # "a letter hangs below the line"
    assert found.hypothetical[:, best[0]].argmax() != "ACGT".index(logos._letters()[best[0]])
    facts = get_exercise("logos.better").facts()
    assert 0 < float(facts["promised"]) < float(facts["done"])


# ---- 6


def test_one_site_is_enough_and_the_background_has_none() -> None:
    bare = construct(60, gc=0.9, seed=3)
    assert saturation._says(bare) == 0
    facts = get_exercise("saturation.break_both").facts()
    assert (facts["without_one"], facts["without_both"], facts["full"]) == ("3", "0", "3")


def test_comparing_methods_see_what_neighbours_do_not() -> None:
    assert not saturation.heights("Gradient").any()
    assert not saturation.heights("Single mutations").any()
    for title in ("Integrated gradients", "DeepLIFT"):
        scores = saturation.heights(title)
        for site in saturation.SITES:
            assert scores[site.start : site.end] == pytest.approx(
                0.25, abs=0.01
            )  # 3 shared by both sites, 6 bases each
        assert scores.sum() == pytest.approx(saturation.FULL, abs=0.05)


def test_the_way_has_one_slope() -> None:
    """By hand: each site gives max(0, 6 a - 3), both together 3 from a = 0.75 on."""
    for share, says, gradient in saturation.along():
        assert says == pytest.approx(min(3, 2 * max(0, 6 * share - 3)), abs=1e-5)
        assert (gradient > 0) == (0.5 < share < 0.75)


def test_a_sure_probability_hides_the_mutations_that_the_logit_shows() -> None:
    facts = get_exercise("saturation.unsure").facts()
    assert float(facts["most_logit"]) > 5
    assert float(facts["most_probability"]) < 0.001
    assert 1 < int(facts["needed"]) <= saturation.REAL_EDITS
    places = asking.changed(saturation._real(), get_exercise("saturation.unsure").solution())
    site = asking.example("nrse").sites[0]
    assert all(site.start <= place < site.end for place in places)  # "go on in the site"


# ---- 7


def test_variants_are_where_the_papers_have_them() -> None:
    deepest = get_exercise("variants.deepest")
    box = asking.example("hbb").sites[0]
    assert box.start <= deepest.solution() < box.end
    facts = get_exercise("variants.create").facts()
    assert (facts["old"] + facts["place"] + facts["new"], facts["site"]) == ("C41T", "TTCCGG")
    facts = get_exercise("variants.minus").facts()
    assert (facts["old"], facts["new"]) == ("C", "T")
    made = get_exercise("variants.minus").solution()
    assert "TTCCGG" in made[10:30]
    assert "TTCCGG" not in variants._tert()[10:30]
    assert float(facts["effect"]) > 0


def test_the_sign_turns_with_the_letters_only() -> None:
    told = variants.told_otherwise()
    assert told[variants._SWAP] == -told[""]
    assert told[variants._TURN] == pytest.approx(told[""], abs=1e-3)
    assert 0.01 < abs(told[variants._MOVE] - told[""]) < 0.3
    assert list(get_exercise("variants.sign").solution().values()) == [variants.OPPOSITE, variants.SAME, variants.OTHER]
