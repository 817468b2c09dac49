"""Scorers as rows: which one a model gets, and their numbers by hand and by a second way."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genoviz.effects.batch import score_file
from genoviz.effects.results import read_results
from genoviz.effects.scorers import SCORERS, ScoreOptions, default_scorers, profile_outputs, scorers_for, scores_of
from genoviz.effects.window_scores import ONE_BASE, ProfileScore, TargetScore, profile_distance
from genoviz.errors import BadInput, UnknownName
from genoviz.genomes.registry import open_genome
from genoviz.models.card import Output
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import TOY_CARDS
from genoviz.predict.prediction import predict
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.variants.test_allele_windows import Genome

HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def test_each_model_has_its_scorer() -> None:
    expected = {
        "splice.sites": ("splice",),
        "splice.openspliceai-mane-400nt": ("splice",),
        "splice.pangolin": ("usage",),
        "bpnet.yeast": ("counts", "profile"),
        "initiation.procapnet-k562": ("counts", "profile"),
        "tracks.enformer-human": ("counts", "profile"),
        "grulm.yeast-ecoli": ("likelihood",),
        "phylogpn.human": ("likelihood",),
        "tfbind.encode10": ("difference",),
        "utr5.mrl": ("difference",),
    }
    assert {name: default_scorers(get_card(name)) for name in expected} == expected
    for card in list_models():
        assert SCORERS["difference"] in scorers_for(card)
        scores = scores_of(card, (), ScoreOptions())
        columns = [one.name for score in scores for one in score.fields]
        assert len(columns) == len(set(columns))
    # A target that is no part of a profile is compared as it is.
    card = get_card("initiation.procapnet-k562")
    assert default_scorers(card, [Target.parse("shape", card)]) == ("difference",)
    assert "log2(ALT / REF)" in SCORERS["counts"].sentence


def test_the_document_lists_every_scorer() -> None:
    text = (Path(__file__).parents[2] / "docs" / "variants.md").read_text()
    listed = [
        line.split("|")[1].strip(" `") for line in text.partition("## Scorers")[2].splitlines() if "| `" in line[:3]
    ]
    assert listed == list(SCORERS)


def test_both_strands_of_an_experiment_share_a_profile() -> None:
    card = get_card("initiation.procapnet-k562")
    _, score = scores_of(card, (), ScoreOptions())
    assert isinstance(score, ProfileScore)
    assert score.groups == ((0, 1),)
    (_, second) = scores_of(get_card("profile.bpnet-oskn"), (), ScoreOptions((Target("profile", ("Sox2 + profile",)),)))
    assert isinstance(second, ProfileScore)
    assert second.groups == ((2,),)


def test_what_does_not_fit_is_refused() -> None:
    card = get_card("tfbind.encode10")
    with pytest.raises(BadInput, match=r"`splice` was asked for with `tfbind\.encode10`"):
        scores_of(card, ("splice",), ScoreOptions())
    with pytest.raises(UnknownName, match="no scorer named `splic`"):
        scores_of(card, ("splic",), ScoreOptions())
    with pytest.raises(BadInput, match="both have the column `reference`"):
        scores_of(get_card("bpnet.yeast"), ("counts", "difference"), ScoreOptions())


def test_distances_of_profiles_by_hand() -> None:
    one, half, other = np.array([1.0, 0.0]), np.array([2.0, 2.0]), np.array([0.0, 3.0])
    assert profile_distance(one, 5 * one) == 0
    assert profile_distance(one, other) == 1
    # The entropy of (3/4, 1/4) is 0.8113 bits, those of both profiles are 0 and 1.
    entropy = -(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25))
    assert profile_distance(one, half) == pytest.approx(math.sqrt(entropy - 0.5))
    assert math.isnan(profile_distance(one, np.zeros(2)))


def test_a_profile_that_moves_with_inserted_bases_is_the_same() -> None:
    output = Output("profile", ("a",), "reads", "exp", "", 12, 1)
    card = replace(TOY_CARDS[0], length=20, outputs=(output,))
    score = ProfileScore(card, output, ((0,),))
    genome = Genome("ACGT" * 20)
    (inserted, changed) = (allele_windows(Variant("chr1", 41, "A", alt), genome, 20) for alt in ("ACC", "G"))
    # The variant is base 9 of 20, base 5 of the 12 bins: two bases come in behind it, and two fall off the end.
    before = np.arange(1.0, 13)
    after = np.concatenate([before[:6], [50, 50], before[6:10]])
    same, other = score.compare(np.array([[before, after], [before, after]]), [inserted, changed])
    assert same == (0,)
    assert other == (pytest.approx(profile_distance(before, after)),)
    (reason,) = score.compare(np.zeros((1, 2, 12)), [changed])
    assert reason == "the model predicts no signal, so there is no profile to compare"


def test_likelihoods_of_the_middle_are_for_one_base() -> None:
    card = get_card("phylogpn.human")
    (score,) = scores_of(card, (), ScoreOptions())
    assert isinstance(score, TargetScore)
    genome = Genome("ACGT" * 300)
    windows = [allele_windows(Variant("chr1", 601, "A", alt), genome, card.length) for alt in ("G", "AC")]
    values = np.array([[[-1.0], [-3.0]]] * 2)
    assert score.compare(values, windows) == [(-1.0, -3.0, -2.0), ONE_BASE]
    (whole,) = scores_of(get_card("hyenadna.tiny-1k"), (), ScoreOptions())
    assert whole.compare(values, windows)[1] == (-1.0, -3.0, -2.0)


def test_several_targets_and_scorers_read_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are those of runs of their own, and of predictions of both windows."""
    source, out = tmp_path / "in.vcf", tmp_path / "out.tsv"
    source.write_text(HEADER + "chrT1\t2646\t.\tG\tT\t.\t.\t.\nchrT1\t2646\t.\tG\tGA\t.\t.\t.\n")
    model = load_model("bpnet.yeast")
    card = model.card
    targets = [Target.parse("counts:Reb1", card), Target.parse("profile:Abf1 profile[100-300]/max@value", card)]
    passes: list[int] = []
    logits = type(model).logits
    monkeypatch.setattr(type(model), "logits", lambda self, X: (passes.append(len(X)), logits(self, X))[1])
    score_file("bpnet.yeast", source, "teaching", out, target=targets)
    assert passes == [3]  # both alleles share the reference
    found = read_results(out)
    profile = profile_outputs(card)[1]
    genome = open_genome("teaching")
    for i, alt in enumerate(("T", "GA")):
        windows = allele_windows(Variant("chrT1", 2646, "G", alt), genome, card.length)
        before, after = (predict(model, one, batch_size=1)[0] for one in (windows.reference, windows.alternate))
        one, two = (tracks["counts"].track("Reb1")[0] for tracks in (before, after))
        assert found["effect_Reb1"][i] == pytest.approx(math.log2(two / one), abs=1e-5)
        low, high = (tracks["profile"].track("Abf1 profile")[99:300].max() for tracks in (before, after))
        assert found["effect_Abf1_profile"][i] == pytest.approx(math.log2(high / low), abs=1e-5)
        if alt == "T":
            place = profile.index("Reb1 profile")
            distance = profile_distance(*(tracks["profile"].values[place].astype(float) for tracks in (before, after)))
            assert found["profile_change_Reb1"][i] == pytest.approx(distance, abs=1e-6)
    alone = tmp_path / "alone.tsv"
    score_file("bpnet.yeast", source, "teaching", alone, target=targets[0])
    single = read_results(alone)
    np.testing.assert_array_equal(single["effect"], found["effect_Reb1"])
    np.testing.assert_array_equal(single["profile_change"], found["profile_change_Reb1"])
