"""The counterfactual ladder: against brute force on short sequences, and on a bundled model."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from genoviz.design.counterfactual import Ladder, counterfactual, off_threshold
from genoviz.errors import BadInput, Cancelled
from genoviz.lessons.examples import get_example
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.networks import toy
from genoviz.predict.prediction import evaluate, target_value
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

ACTIVITY = Target("activity", ("activity",))
LENGTH = 14


@pytest.fixture(scope="module")
def short() -> Model:
    return toy.build(replace(get_card("toy.sum"), length=LENGTH))


def lowest(model: Model, bases: str, size: int) -> float:
    """Brute force: the lowest number with `size` substitutions."""
    variants = []
    for places in combinations(range(len(bases)), size):
        for letters in product(*(BASES.replace(bases[place], "") for place in places)):
            text = list(bases)
            for place, letter in zip(places, letters, strict=True):
                text[place] = letter
            variants.append("".join(text))
    return float(evaluate(ACTIVITY.of(model), model, encode(variants), batch_size=4096).min())


def parts_are_on(model: Model, ladder: Ladder, target: Target) -> bool:
    edits = ladder.rungs[-1].edits
    for size in range(len(edits)):
        for part in combinations(edits, size):
            bases = list(ladder.design.start.bases)
            for place, base in part:
                bases[place] = base
            if target_value(model, Sequence("".join(bases)), target) <= ladder.threshold:
                return False
    return True


@pytest.mark.parametrize("bases", ["CCGATAAGCCCCCC", "GATAAGGATAAGAA", "TTGATAACGATAGG", "GATAAGATAAGCCC"])
@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_no_smaller_set_exists_on_short_sequences(short: Model, bases: str, threshold: float) -> None:
    ladder = counterfactual(short, Sequence(bases), ACTIVITY, threshold=threshold, edits=6)
    assert ladder.off
    assert ladder.minimal
    assert parts_are_on(short, ladder, ACTIVITY)
    size = len(ladder.rungs[-1].edits)
    for smaller in range(1, min(size, 4)):
        assert lowest(short, bases, smaller) > threshold
        assert ladder.rungs[smaller - 1].value == pytest.approx(lowest(short, bases, smaller))
    assert ladder.smallest == (size <= 2)
    assert target_value(short, ladder.design.sequence, ACTIVITY) == ladder.rungs[-1].value <= threshold


def test_a_hand_worked_ladder(short: Model) -> None:
    # One whole site: 3. Each wrong letter takes 1, and the first that leaves a half counts as off by default.
    ladder = counterfactual(short, Sequence("CCGATAAGCCCCCC"), ACTIVITY)
    assert (ladder.design.value, ladder.threshold, ladder.because) == (3, 1.5, "half of the value at the start")
    assert [rung.value for rung in ladder.rungs] == [2, 1]
    assert {position for position, _ in ladder.rungs[-1].edits} <= set(range(2, 8))
    assert "2 edits switch activity off" in ladder.sentence
    assert "no smaller set does" in ladder.sentence


def test_what_cannot_be_reached_is_said_and_locked_bases_stay(short: Model) -> None:
    locked = counterfactual(short, Sequence("CCGATAAGCCCCCC"), ACTIVITY, threshold=0, locked=((2, 7),))
    assert not locked.off
    assert not locked.minimal
    assert [rung.labels[0][:2] for rung in locked.rungs] == ["G8"]
    assert "not to the threshold" in locked.sentence
    nothing = counterfactual(short, Sequence("CCGATAAGCCCCCC"), ACTIVITY, threshold=0, locked=((0, LENGTH),))
    assert nothing.rungs == ()


def test_what_is_off_already_is_refused(short: Model) -> None:
    wrong: tuple[dict[str, Any], ...] = ({"threshold": 5.0}, {})
    for options in wrong:
        bases = "CCGATAAGCCCCCC" if options else "C" * LENGTH
        with pytest.raises(BadInput) as raised:
            counterfactual(short, Sequence(bases), ACTIVITY, **options)
        assert all((raised.value.read, raised.value.accepted, raised.value.fix))


def test_a_stopped_ladder_keeps_its_rungs(short: Model) -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    ladder = counterfactual(short, Sequence("CCGATAAGCCCCCC"), ACTIVITY, threshold=0, edits=4, progress=stop)
    assert not ladder.complete
    assert len(ladder.rungs) == 1


def test_thresholds_come_from_the_held_out_negatives_on_either_scale() -> None:
    card = get_card("tfbind.encode10")
    logit, because = off_threshold(card, Target("binding", ("GABPA",)), 4.0)
    assert logit == pytest.approx(np.median(card.background["GABPA"]["shuffled"]))
    assert because == "the median of the shuffled test sequences"
    share, _ = off_threshold(card, Target("binding", ("GABPA",), scale="value"), 0.9)
    assert share == pytest.approx(1 / (1 + np.exp(-logit)))


def test_a_trained_network_is_switched_off_at_its_sites() -> None:
    model, example = load_model("tfbind.encode10"), get_example("ets")
    assert example is not None
    target = Target.parse("GABPA", model.card)
    ladder = counterfactual(model, example.sequence, target)
    assert ladder.off
    assert len(ladder.rungs) <= 4
    assert parts_are_on(model, ladder, target)
    sites = {i for site in example.sites for i in range(site.start, site.end)}
    places = [{position for position, _ in rung.edits} for rung in ladder.rungs]
    # One edit breaks one of the two sites, two edits both; what is left of the signal may lie anywhere.
    assert places[0] <= sites
    assert places[1] <= sites
    assert len(places[-1] - sites) <= 1
