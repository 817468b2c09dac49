"""Effects of variants: by hand on toy networks, against mutation maps and slow loops, and as properties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from genoviz.effects.effect import opposite_target, score_alleles, variant_effect
from genoviz.effects.notices import origin_notices
from genoviz.effects.score import effect_scores, score_formula
from genoviz.errors import BadInput, BadSequence
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard, Output
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, TOY_CARDS
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import target_value
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.parts import opposite, parts, single_changes
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.comparison import close
from tests.predict.test_readout import asked
from tests.variants.test_allele_windows import Genome

SUM = Target("activity", ("activity",))
random = np.random.default_rng(6)
TEXT = "".join(random.choice(list("ACGT"), 400))
SITE = Genome("C" * 100 + SITE_A + "C" * 100)  # the site is bases 101-106


def card_of(output: Output) -> ModelCard:
    return replace(TOY_CARDS[0], name="test.profile", length=20, outputs=(output,))


class Profile(torch.nn.Module):
    """ln counts at each base: 1 more for each A among it and its right neighbour than for another base."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return X[:, :1] + torch.nn.functional.pad(X[:, :1, 1:], (0, 1))


PROFILE = NetModel(Profile(), card_of(Output("profile", ("reads",), "reads", "exp", "ln reads", 20, 1)))


def test_one_base_of_a_site_by_hand() -> None:
    model = load_model("toy.sum")
    effect = variant_effect(model, Variant("1", 103, "T", "C"), SITE, SUM)
    assert (effect.reference_value, effect.alternate_value, effect.delta) == (3, 2, -1)
    assert effect.sentence == (
        "chr1-103-T-C lowers the prediction from 3 to 2 arbitrary units (difference in arbitrary units -1)."
    )
    assert [(s.name, s.value) for s in effect.scores] == [("difference in arbitrary units", -1)]
    assert effect.parts == ()
    assert effect.sum_of_parts is None
    assert effect.strand_gap is None
    assert effect.agreement.deltas == (-1,)
    assert effect.reference["activity"].values.tolist() == [[3]]
    assert effect.notices == ()


def test_no_effect_is_said() -> None:
    effect = variant_effect(load_model("toy.sum"), Variant("1", 90, "C", "T"), SITE, SUM)
    assert effect.delta == 0
    assert "changes nothing" in effect.sentence


def test_both_strands_are_averaged_and_their_gap_is_told() -> None:
    """The toy reads the site on its own strand only: -1 there and 0 on the other."""
    variant = Variant("1", 103, "T", "C")
    both = variant_effect(load_model("toy.sum"), variant, SITE, SUM, strands="both")
    assert both.delta == -0.5
    assert both.strand_deltas == (-1, 0)
    assert both.strand_gap == 1
    assert both.agreement.deltas == (-0.5,)
    minus = variant_effect(load_model("toy.sum"), variant, SITE, SUM, strand="-")
    assert minus.delta == 0
    with pytest.raises(BadInput, match="`one` and `both`"):
        variant_effect(load_model("toy.sum"), variant, SITE, SUM, strands="two")


def test_bins_are_mirrored_for_the_other_strand() -> None:
    target = Target("profile", ("reads",), bins=(2, 5))
    assert opposite_target(target, PROFILE.card).bins == (15, 18)
    assert opposite_target(SUM, load_model("toy.sum").card) is SUM


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("name", ["tfbind.encode10", "promoter.yeast"])
def test_a_substitution_is_the_cell_of_the_mutation_map(name: str, strand: str) -> None:
    model = load_model(name)
    target = Target.default(model.card)
    variant = Variant("chr1", 200, TEXT[199], "A" if TEXT[199] != "A" else "G")
    effect = variant_effect(model, variant, Genome(TEXT), target, strand=strand)
    at = effect.windows.reference_span[0]
    cells = saturate(model, effect.windows.reference, target, window=(at, at + 1)).delta
    base = effect.windows.alternate.bases[at]
    assert effect.delta == close(cells[BASES.index(base), at], beside=effect.reference_value)


variants = st.tuples(st.integers(60, 120), st.integers(1, 4), st.text("ACGT", min_size=1, max_size=4))


@given(st.text("AC", min_size=30, max_size=30), variants, st.sampled_from("+-"))
def test_swapping_the_alleles_flips_the_sign(middle: str, drawn: tuple[int, int, str], strand: str) -> None:
    pos, gone, alt = drawn
    genome = "ACGT" * 20 + SITE_A + middle + SITE_A + "GATTAG" * 12
    ref = genome[pos - 1 : pos - 1 + gone]
    if ref == alt:
        return
    model = load_model("toy.sum")
    found = variant_effect(model, Variant("chr1", pos, ref, alt), Genome(genome), SUM, strand=strand)
    v = found.windows.variant
    other = genome[: v.pos - 1] + v.alt + genome[v.pos - 1 + len(v.ref) :]
    back = variant_effect(model, v.swap(), Genome(other), SUM, strand=strand)
    assert back.delta == -found.delta
    assert (back.reference_value, back.alternate_value) == (found.alternate_value, found.reference_value)


@given(st.text("AT", min_size=40, max_size=40), st.integers(70, 90), st.integers(1, 3), st.integers(0, 12))
def test_equal_changes_have_equal_scores(repeat: str, at: int, gone: int, shift: int) -> None:
    """A deletion written at every place where it gives the same sequence, and with bases around it."""
    genome = "GATTAG" * 10 + repeat + "GATAAC" * 10
    after = genome[:at] + genome[at + gone :]
    model, target = load_model("toy.sum"), SUM
    values = set()
    for place in range(at - shift, at + shift + 1):
        if genome[:place] + genome[place + gone :] == after:
            for more in (1, 3):
                ref = genome[place - more : place + gone + more]
                spelled = Variant("chr1", place - more + 1, ref, ref[:more] + ref[more + gone :])
                effect = variant_effect(model, spelled, Genome(genome), target)
                values.add((str(effect.windows.variant), effect.reference_value, effect.alternate_value))
    assert len(values) == 1


def test_many_alleles_against_one_by_one() -> None:
    model = load_model("tfbind.encode10")
    target = Target.default(model.card)
    genome = Genome(TEXT)
    changes = [Variant("chr1", p, TEXT[p - 1], b) for p in range(100, 300, 20) for b in BASES if b != TEXT[p - 1]]
    changes.append(Variant("chr1", 150, TEXT[149:155], TEXT[149]))
    pairs = [allele_windows(v, genome, model.card.length) for v in changes]
    values = score_alleles(model, target, pairs, batch_size=7)
    assert values.shape == (len(changes), 2)
    slow = [[target_value(model, w, target) for w in (p.reference, p.alternate)] for p in pairs]
    assert values == close(slow)
    assert (values == score_alleles(model, target, pairs, batch_size=7)).all()
    assert score_alleles(model, target, []).shape == (0, 2)
    with pytest.raises(BadSequence, match="reads exactly 101"):
        score_alleles(model, target, [allele_windows(changes[0], genome, 60)])


def test_a_reference_window_is_evaluated_once() -> None:
    seen = []

    class Counted(torch.nn.Module):
        def forward(self, X: torch.Tensor) -> torch.Tensor:
            seen.append(len(X))
            return X.sum((1, 2))[:, None]

    model = NetModel(Counted(), TOY_CARDS[0])
    pairs = [allele_windows(Variant("chr1", 103, "T", alt), SITE, 60) for alt in "ACG"]
    score_alleles(model, SUM, [*pairs, pairs[0]], batch_size=3)
    assert seen == [3, 1]


@pytest.mark.parametrize("name", ["tfbind.encode10", "splice.sites", "kmer.encode10"])
@pytest.mark.parametrize("strands", ["one", "both"])
@pytest.mark.parametrize("alt", ["C", "CCC"])
def test_a_variant_takes_one_pass_of_each_network_and_strand(name: str, strands: str, alt: str) -> None:
    """Reference, alternate and single changes go through together, whatever is told of them."""
    model = load_model(name)
    genome = Genome("A" * 400)
    with asked(model) as passes:
        variant_effect(model, Variant("chr1", 200, "A" * len(alt), alt), genome, strands=strands)
    assert passes == [[2 if alt == "C" else 5] * (2 if strands == "both" else 1)] * len(passes)


def test_a_single_networks_difference_is_the_effect() -> None:
    """To the last bit: both are read off the same pass."""
    model = load_model("kmer.encode10")
    alt = "A" if TEXT[199] != "A" else "G"
    effect = variant_effect(model, Variant("chr1", 200, TEXT[199], alt), Genome(TEXT))
    assert effect.agreement.deltas == (effect.delta,)


@pytest.mark.parametrize(
    ("text", "single"),
    [
        ("chr1-10-CC-TG", ["chr1-10-C-T", "chr1-11-C-G"]),
        ("chr1-10-CAC-TAG", ["chr1-10-C-T", "chr1-12-C-G"]),
        ("chr1-10-C-T", ["chr1-10-C-T"]),
        ("chr1-10-C-CAA", ["chr1-10-C-CAA"]),
        ("chr1-10-CC-TGAA", ["chr1-10-C-T", "chr1-11-C-G", "chr1-11-C-CAA"]),
        ("chr1-10-CCTT-AC", ["chr1-10-C-A", "chr1-11-CTT-C"]),
        ("chr1-10-CTG-CG", ["chr1-10-CT-C"]),
        ("chr1-10-ACGG-TCGG", ["chr1-10-A-T"]),
    ],
)
def test_single_changes_of_a_variant(text: str, single: list[str]) -> None:
    assert [str(part) for part in parts(Variant.parse(text))] == single


@given(st.integers(40, 60), st.integers(1, 5), st.text("ACGT", min_size=1, max_size=5), st.sampled_from("+-"))
def test_windows_of_single_changes_are_those_of_their_own_haplotypes(
    pos: int, gone: int, alt: str, strand: str
) -> None:
    genome = TEXT[:100]
    if genome[pos - 1 : pos - 1 + gone] == alt:
        return
    joint = allele_windows(
        Variant("chr1", pos, genome[pos - 1 : pos - 1 + gone], alt), Genome(genome), 31, strand=strand
    )
    single = single_changes(joint)
    assert [one.variant for one in single] == (list(parts(joint.variant)) if single else [])
    for one in single:
        v = one.variant
        assert genome[v.pos - 1 : v.pos - 1 + len(v.ref)] == v.ref
        edited = genome[: v.pos - 1] + v.alt + genome[v.pos - 1 + len(v.ref) :]
        window = Sequence(edited[joint.locus.start : joint.locus.end])
        assert one.alternate.bases == (window if strand == "+" else window.reverse_complement()).bases
        assert one.alternate.bases[slice(*one.alternate_span)] == (
            v.alt if strand == "+" else Sequence(v.alt).reverse_complement().bases
        )
    if single and joint.variant.length_change == 0:  # all together they are the whole variant
        v, text = joint.variant, genome
        for one in single:
            at = one.variant.pos - 1
            text = text[:at] + one.variant.alt + text[at + 1 :]
        assert text == genome[: v.pos - 1] + v.alt + genome[v.pos - 1 + len(v.ref) :]


def test_joint_effect_beside_each_single_change() -> None:
    """Either base of the pair already takes the site to two and one match above three; together they take both."""
    effect = variant_effect(load_model("toy.sum"), Variant("chr1", 103, "TA", "CC"), SITE, SUM)
    assert effect.delta == -2
    assert [(str(part.variant), part.delta) for part in effect.parts] == [("chr1-103-T-C", -1), ("chr1-104-A-C", -1)]
    assert effect.sum_of_parts == -2
    # At most three can be lost: four changes of one each add up to more than the joint effect.
    four = variant_effect(load_model("toy.sum"), Variant("chr1", 102, "ATAA", "CCCC"), SITE, SUM)
    assert (four.delta, four.sum_of_parts) == (-3, -4)


@pytest.mark.parametrize(
    ("activation", "scale", "reduction", "name", "value"),
    [
        ("identity", "value", "mean", "difference in u", 0.25),
        ("exp", "value", "mean", "log2(ALT/REF)", 1),
        ("exp", "logit", "mean", "log2(ALT/REF)", 0.25 / np.log(2)),
        ("softplus", "value", "mean", "log2((ALT+1)/(REF+1))", np.log2(1.5 / 1.25)),
        ("softplus", "logit", "mean", "difference in lu", 0.25),
        ("sigmoid", "logit", "mean", "difference in logit", 0.25),
        ("sigmoid", "value", "mean", "difference in logit", np.log(3)),
        ("sigmoid", "value", "sum", "difference in u", 0.25),
    ],
)
def test_each_output_has_its_formula(activation: str, scale: str, reduction: str, name: str, value: float) -> None:
    card = card_of(Output("o", ("a", "b"), "u", activation, "lu"))
    target = Target("o", reduction=reduction, scale=scale)
    assert score_formula(card, target)[0] == name
    assert effect_scores(card, target, np.array([[0.25, 0.5]])) == pytest.approx([value])


def test_a_certain_probability_has_a_finite_score() -> None:
    card = card_of(Output("o", ("a",), "probability", "sigmoid", "logit"))
    found = effect_scores(card, Target("o", ("a",), scale="value"), np.array([[0.0, 1.0]]))
    assert np.isfinite(found).all()


def test_a_probability_has_both_spellings() -> None:
    model = load_model("tfbind.encode10")
    effect = variant_effect(model, Variant("chr1", 200, TEXT[199], "A" if TEXT[199] != "A" else "G"), Genome(TEXT))
    assert [s.name for s in effect.scores] == ["difference in logit", "difference in probability"]
    assert effect.scores[0].value == effect.delta
    p = [t["binding"].values[0, 0] for t in (effect.reference, effect.alternate)]
    assert effect.scores[1].value == close(p[1] - p[0], beside=p)
    assert len(effect.agreement.deltas) >= 1
    assert np.mean(effect.agreement.deltas) == close(effect.delta, beside=effect.reference_value)


def test_profiles_are_aligned_and_inserted_bases_stand_apart() -> None:
    genome = Genome("C" * 60)
    effect = variant_effect(PROFILE, Variant("chr1", 30, "C", "CTT"), genome)
    assert (effect.difference("profile")[0, :18] == 0).all()
    assert np.isnan(effect.difference("profile")[0, 18:]).all()  # pushed out by the insertion
    assert effect.inserted("profile").tolist() == [[1, 1]]
    assert not any("inserted" in notice for notice in effect.notices)
    # AA: the bases before, first and second read 1, 2 and 1 in ln counts.
    inside = variant_effect(PROFILE, Variant("chr1", 30, "C", "CAA"), genome)
    assert inside.inserted("profile")[0] == pytest.approx(np.exp([2, 1]))
    assert inside.difference("profile")[0, 9] == pytest.approx(np.e - 1)
    assert any("inside the inserted bases" in notice for notice in inside.notices)
    gone = variant_effect(PROFILE, Variant("chr1", 30, "CCC", "C"), genome)
    assert np.flatnonzero(np.isnan(gone.difference("profile")[0])).tolist() == [10, 11]
    assert gone.inserted("profile").shape == (1, 0)


def test_the_language_model_scores_log_likelihoods() -> None:
    model: Any = load_model("maskedlm.yeast-ecoli")
    alt = "A" if TEXT[199] != "A" else "G"
    effect = variant_effect(model, Variant("chr1", 200, TEXT[199], alt), Genome(TEXT))
    with torch.no_grad():
        from genoviz.models.onehot import encode

        ref, other = model.log_likelihood(encode([effect.windows.reference, effect.windows.alternate])).tolist()
    assert effect.delta == close(other - ref, 2e-6, beside=ref)
    assert effect.scores[0].name == "difference in nats"


def test_notices() -> None:
    model = load_model("toy.sum")
    edge = variant_effect(model, Variant("chr1", 103, "T", "C"), SITE, SUM, window=Locus("chr1", 100, 160))
    assert any("2 bases from the edge" in notice for notice in edge.notices)
    first = variant_effect(model, Variant("chr1", 1, "C", "T"), SITE, SUM)
    assert any(notice.startswith("29 of the 60 bases") for notice in first.notices)


@pytest.mark.parametrize(
    ("organism", "trained", "assembly", "said"),
    [
        ("human", "hg19", "GRCh37", ""),
        ("human", "hg19", "GRCh38", "coordinates here are those of GRCh38"),
        ("human", "hg19", "sacCer3", "this genome is baker's yeast"),
        ("human", "", "hg38", ""),
        ("human", "hg19", "hs37d5", ""),
        ("human", "hg38", "GRCh38.p14", ""),
        ("human", "hg38", "hs1", "coordinates here are those of hs1"),
        ("human", "", "Mmul_10", "this genome is rhesus macaque (Mmul_10)"),
        ("fruit fly", "dm3", "dm6", "learned from dm3"),
        ("human", "hg19", "rn7", "this genome is rat (rn7)"),
        ("Saccharomyces cerevisiae and Escherichia coli", "sacCer3, U00096.2", "U00096.2", ""),
        ("human", "hg19", "synthetic-1", "not known"),
        ("human", "hg19", "", ""),
        ("", "", "hg38", ""),
    ],
)
def test_where_model_and_genome_come_from(organism: str, trained: str, assembly: str, said: str) -> None:
    found = origin_notices(replace(TOY_CARDS[0], organism=organism, assembly=trained), assembly)
    assert said in " ".join(found)
    assert bool(found) == bool(said)


@settings(max_examples=10)
@given(st.integers(1, 60), st.sampled_from(["T", "CAG"]))
def test_opposite_twice_is_the_same(pos: int, alt: str) -> None:
    windows = allele_windows(Variant("chr1", pos, "C", alt), SITE, 21)
    assert opposite(opposite(windows)) == windows
    assert opposite(windows).reference.bases == windows.reference.reverse_complement().bases


def test_the_sentence_about_long_alleles_is_short() -> None:
    effect = variant_effect(load_model("toy.sum"), Variant("1", 103, "T", "C"), SITE, SUM)
    long = replace(effect, windows=replace(effect.windows, variant=Variant("chr1", 103, "T", "T" * 700)))
    assert long.sentence.startswith("chr1-103-T-TTTT")
    assert "... lowers the prediction from 3 to 2" in long.sentence
    assert len(long.sentence) < 200
