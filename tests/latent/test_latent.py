"""Walks, dimensions, denoising and reconstruction: by hand on small tables, and by invariants on the bundled model."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.errors import BadInput, BadSequence, Cancelled
from genoviz.latent.denoise import denoise
from genoviz.latent.dimensions import dimensions
from genoviz.latent.reconstruction import reconstruct
from genoviz.latent.scorer import Scorer, scorer_for, scorers_of
from genoviz.latent.space import decoded, drawn, latent_model, likeliest, same_letters
from genoviz.latent.walk import walk
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.words import percentiles
from genoviz.networks.vae import Autoencoder
from genoviz.predict.embed import embed
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

NAME = "vae.ecoli-promoters"
RNG = np.random.default_rng(5)
FIRST, SECOND = (Sequence("".join(RNG.choice(list("ACGT"), 150)), name) for name in ("first", "second"))


@pytest.fixture(scope="module")
def model() -> Autoencoder:
    found = load_model(NAME)
    assert isinstance(found, Autoencoder)
    return found


@pytest.fixture(scope="module")
def scorer(model: Autoencoder) -> Scorer:
    found = scorer_for(model.card)
    assert found is not None
    return found


def test_draws_follow_their_random_numbers() -> None:
    """Base by base: the first whose cumulative probability lies above the number."""
    table = np.array([[0.25, 0.0], [0.25, 0.5], [0.25, 0.0], [0.25, 0.5]])
    assert drawn(table, np.array([[0.1, 0.1], [0.3, 0.6], [0.99, 0.99]])) == ["AC", "CT", "TT"]
    assert likeliest(np.array([[[0.7, 0.1], [0.1, 0.2], [0.1, 0.3], [0.1, 0.4]]])) == ["AT"]
    assert same_letters("ANGT", "AAGG") == pytest.approx(2 / 3)


def test_scorers_learned_from_measurements_of_the_same_organism(model: Autoencoder, scorer: Scorer) -> None:
    names = [card.name for card in scorers_of(model.card)]
    assert names[0] == "promoter.ecoli"  # its transcription start is at the same base
    assert set(names) == {"promoter.ecoli", "promoter.ecoli-lm", "kmer.ecoli", "mlp.ecoli"}
    assert scorer.label == "promoter.ecoli, active logit"
    assert scorer_for(model.card, "none") is None
    assert scorers_of(load_model("toy.sum").card) == []
    with pytest.raises(BadInput, match=r"`promoter\.yeast` reads 110 bases"):
        scorer_for(model.card, "promoter.yeast")


def test_a_walk_is_a_straight_line_scored_at_every_step(model: Autoencoder, scorer: Scorer) -> None:
    found = walk(model, FIRST, SECOND, steps=3, scorer=scorer, draws=4)
    ends = embed(model, [FIRST, SECOND])
    assert found.points[0] == close(ends[0])
    assert found.points[1] == close(ends.mean(0))
    # The model's own method, written before this one, gives the same letters.
    assert [one.bases for one in found.sequences] == [one.bases for one in model.walk(FIRST, SECOND, steps=3)]
    assert found.probabilities.sum(1) == close(np.ones((3, 150)))
    scores = found.scores
    assert scores is not None
    alone = [target_value(scorer.model, one, scorer.target) for one in (FIRST, SECOND, found.sequences[1])]
    assert [*scores.given, scores.likeliest[1]] == close(alone)
    # Mixed letter by letter, the walk begins and ends at the given sequences.
    assert scores.mixed.values[:, 0] == close(np.full(4, alone[0]))
    assert scores.mixed.values[:, -1] == close(np.full(4, alone[1]))
    uniform = np.random.default_rng(0).random((2, 4, 150))[0]
    by_hand = drawn(found.probabilities[2], uniform)[1]
    assert scores.drawn.values[1, 2] == close(target_value(scorer.model, Sequence(by_hand), scorer.target))
    assert "promoter.ecoli, active logit" in found.sentence


def test_a_walk_to_itself_stands_still(model: Autoencoder) -> None:
    found = walk(model, FIRST, FIRST, steps=4)
    assert np.ptp(found.probabilities, axis=0).max() < 1e-6
    assert found.scores is None


def test_dimensions_move_one_number_each(model: Autoencoder, scorer: Scorer) -> None:
    found = dimensions(model, FIRST, reach=1.5, scorer=scorer, draws=2)
    moved = found.centre.copy()
    moved[7] -= 1.5
    assert found.low[7] == close(decoded(model, moved[None])[0])
    # Half the summed difference of two distributions is the probability that moves.
    by_hand = 0.5 * sum(abs(found.high[7, base, 20] - found.low[7, base, 20]) for base in range(4))
    assert found.change[7, 20] == close(by_hand)
    assert found.effect is not None
    assert np.abs(found.effect.mean)[found.order[0]] == np.abs(found.effect.mean).max()
    assert dimensions(model).centre == close(np.zeros(32))


def test_denoising_counts_what_comes_back(model: Autoencoder) -> None:
    found = denoise(model, FIRST, share=0.1, trials=3, seed=1)
    assert found.hit.sum(1).tolist() == [15, 15, 15]
    letters = np.array([list(one.bases) for one in found.corrupted])
    original, after = np.array(list(FIRST.bases)), np.array([list(one.bases) for one in found.denoised])
    assert ((letters == "N") == found.hit).all()
    assert found.restored.values[0] == (original == after[0])[found.hit[0]].mean()
    assert found.kept.values[0] == (original == after[0])[~found.hit[0]].mean()
    told_nothing = np.array(list(likeliest(decoded(model, embed(model, Sequence("N" * 150))))[0]))
    assert found.blind.values[2] == (original == told_nothing)[found.hit[2]].mean()
    changed = denoise(model, FIRST, kind="change", trials=2)
    letters = np.array([list(one.bases) for one in changed.corrupted])
    assert ((letters != original) == changed.hit).all()
    assert "N" not in letters


def test_the_error_is_that_of_the_prediction(model: Autoencoder) -> None:
    found = reconstruct(model, [FIRST, Sequence(FIRST.bases[:100] + "N" * 50)])
    value = target_value(model, FIRST, Target.default(model.card))
    assert found[0].log_likelihood == close(value)
    assert found[0].error == close(-value / 150)
    assert np.nansum(found[0].surprise) == close(-value)
    below = percentiles(model.card, "log-likelihood", value)
    assert found[0].worse_than == pytest.approx({name: 100 - share for name, share in below.items()}, abs=0.01)
    assert found[1].worse_than == {}  # of fewer bases: the sums of the background are no measure
    assert found[1].error == close(np.nansum(found[1].surprise) / 100)


def test_what_can_not_be_done_is_said(model: Autoencoder, scorer: Scorer) -> None:
    with pytest.raises(BadInput, match=r"`toy\.sum` can't turn a point"):
        latent_model(load_model("toy.sum"))
    with pytest.raises(BadInput, match="1 steps"):
        walk(model, FIRST, SECOND, steps=1)
    with pytest.raises(BadSequence):
        walk(model, FIRST, Sequence("ACGT"))
    with pytest.raises(BadInput, match="A reach of 0"):
        dimensions(model, reach=0)
    for options in ({"share": 0.001}, {"share": 1.0}, {"kind": "blur"}, {"trials": 1}):
        with pytest.raises(BadInput):
            denoise(model, FIRST, **options)

    def stop(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        walk(model, FIRST, SECOND, scorer=scorer, progress=stop)
