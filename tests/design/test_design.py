"""Design: hand-worked paths on toy networks, rules as properties, a bundled model that builds its own site."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genoviz.design.fewest_edits import design
from genoviz.design.options import METHODS
from genoviz.design.rules import ENZYMES, Rules, name_of, parse_gc, parse_ranges, parse_sites, range_text
from genoviz.design.search import count_predictions
from genoviz.design.tables import step_table
from genoviz.errors import BadInput, BadSequence, Cancelled, UnknownName
from genoviz.lessons.examples import EXAMPLES
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.networks import toy
from genoviz.predict.prediction import evaluate, target_value
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

ACTIVITY = Target("activity", ("activity",))
SHORT = 24


@pytest.fixture(scope="module")
def add() -> Model:
    """f = sum over 6-bp windows of max(0, matches to GATAAG - 3)."""
    return load_model("toy.sum")


@pytest.fixture(scope="module")
def both() -> Model:
    """f = min(best match to GATAAG, best match to CACGTG), each max(0, matches - 3)."""
    return load_model("toy.and")


@pytest.fixture(scope="module")
def short() -> Model:
    """The same sum over a sequence short enough for brute force."""
    return toy.build(replace(get_card("toy.sum"), length=SHORT))


def within(site: str, at: int, length: int = 60) -> Sequence:
    return Sequence("C" * at + site + "C" * (length - at - len(site)))


def test_greedy_completes_a_site_and_stops_when_nothing_helps(add: Model) -> None:
    # GATACC has four letters of GATAAG: the number is 1, and 3 when the last two are right.
    result = design(add, within("GATACC", 20), ACTIVITY, edits=5)
    assert {step.label for step in result.steps} == {"C25A", "C26G"}
    assert result.values == (1, 2, 3)
    assert [step.delta for step in result.steps] == [1, 1]
    assert result.stopped == "nothing"
    assert result.sequence.bases == within("GATAAG", 20).bases
    assert "2 edits raise activity from 1 to 3" in result.sentence
    assert result.steps[-1].gc == pytest.approx(result.sequence.gc)


def test_a_goal_value_ends_the_search_and_lower_takes_the_site_away(add: Model) -> None:
    reached = design(add, within("GATACC", 20), ACTIVITY, goal=2.0)
    assert (len(reached.steps), reached.stopped, reached.values[-1]) == (1, "goal", 2)
    there = design(add, within("GATACC", 20), ACTIVITY, goal=1.0)
    assert (there.steps, there.stopped) == ((), "goal")
    down = design(add, within("GATAAG", 20), ACTIVITY, goal="lower")
    assert down.values == (3, 2, 1, 0)
    assert down.stopped == "nothing"
    assert design(add, within("GATAAG", 20), ACTIVITY, goal="lower", edits=2).stopped == "edits"


def test_the_beam_crosses_a_plateau_that_stops_the_greedy_search(both: Model) -> None:
    # CACGTG has two letters in CCCCCC: the first further one changes nothing, the second gives 1, the fourth 3.
    start = within("GATAAG", 0)
    assert design(both, start, ACTIVITY, edits=4).steps == ()
    result = design(both, start, ACTIVITY, edits=4, method="beam")
    assert result.values == (0, 0, 1, 2, 3)
    assert "CACGTG" in result.sequence.bases


def test_edits_that_a_goal_is_reached_without_are_taken_back(both: Model) -> None:
    start = within("GATAAG", 0)
    result = design(both, start, ACTIVITY, edits=6, method="beam", goal=3.0)
    assert result.stopped == "goal"
    assert len(result.steps) == 4
    for one in result.steps:
        bases = list(result.sequence.bases)
        bases[one.position] = one.before
        assert target_value(both, Sequence("".join(bases)), ACTIVITY) < 3


def test_the_gradient_finds_the_site_where_its_slope_is_not_zero(add: Model) -> None:
    result = design(add, within("GATACC", 20), ACTIVITY, edits=5, method="gradient")
    assert result.values == (1, 2, 3)
    flat = design(add, within("", 20), ACTIVITY, method="gradient")  # below its threshold the network has no slope
    assert flat.steps == ()


@pytest.mark.parametrize("seed", range(3))
def test_two_edits_of_a_wide_beam_are_the_best_pair_of_all(short: Model, seed: int) -> None:
    start = Sequence(dinucleotide_shuffle("GATTACAGATAACCATTGCAGTCA", 1, seed=seed)[0])
    result = design(short, start, ACTIVITY, edits=2, method="beam", width=40, seed=seed)
    variants = []
    for places in combinations(range(SHORT), 2):
        for letters in product(BASES, repeat=2):
            bases = list(start.bases)
            for place, letter in zip(places, letters, strict=True):
                bases[place] = letter
            variants.append("".join(bases))
    best = float(evaluate(ACTIVITY.of(short), short, encode(variants), batch_size=4096).max())
    assert result.values[-1] == pytest.approx(best)


def test_values_are_those_of_plain_predictions_and_equal_seeds_give_equal_designs(add: Model) -> None:
    start = Sequence(dinucleotide_shuffle("GATTACAGATAACCATTGCA" * 3, 1, seed=4)[0])
    first, second = (design(add, start, ACTIVITY, edits=4, seed=3, method="beam") for _ in range(2))
    assert first.sequence == second.sequence
    assert first.values == tuple(target_value(add, sequence, ACTIVITY) for sequence in first.path)
    table = step_table(first)
    assert [row["step"] for row in table] == [0, 1, 2, 3, 4]
    assert sum(float(str(row["delta"])) for row in table[1:]) == pytest.approx(first.delta)


def slow_sites(bases: str, forbidden: tuple[str, ...]) -> set[tuple[int, str]]:
    """Second implementation: every place, both strands, letter by letter."""
    found = set()
    for site in forbidden:
        for pattern in (site, Sequence(site).reverse_complement().bases):
            for i in range(len(bases) - len(pattern) + 1):
                if all(bases[i + j] in IUPAC[letter] for j, letter in enumerate(pattern)):
                    found.add((i, pattern))
    return found


def outside(gc: float, limits: tuple[float, float]) -> float:
    return max(0.0, limits[0] - gc, gc - limits[1])


@settings(max_examples=40)
@given(
    bases=st.text(BASES, min_size=SHORT, max_size=SHORT),
    locked=st.lists(st.tuples(st.integers(0, SHORT - 1), st.integers(1, 8)), max_size=2),
    gc=st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: (min(pair), max(pair))),
    forbidden=st.lists(st.text("ACGTRYN", min_size=3, max_size=5).filter(lambda s: set(s) != {"N"}), max_size=3),
    method=st.sampled_from(list(METHODS)),
    goal=st.sampled_from(["raise", "lower", 2.0]),
)
def test_no_step_breaks_a_rule(
    short: Model,
    bases: str,
    locked: list[tuple[int, int]],
    gc: tuple[float, float],
    forbidden: list[str],
    method: str,
    goal: str | float,
) -> None:
    ranges = tuple((low, min(SHORT, low + size)) for low, size in locked)
    result = design(
        short, Sequence(bases), ACTIVITY,
        goal=goal, edits=4, method=method, width=3, locked=ranges, gc=gc, forbidden=tuple(forbidden),
    )  # fmt: skip
    assert len({step.position for step in result.steps}) == len(result.steps) <= 4
    for sequence in result.path:
        assert all(sequence.bases[low:high] == bases[low:high] for low, high in ranges)
        assert outside(sequence.gc, gc) <= outside(result.start.gc, gc) + 1e-9
        assert slow_sites(sequence.bases, tuple(forbidden)) <= slow_sites(bases, tuple(forbidden))
        assert result.rules.allow(sequence.bases)
    if goal == "raise":
        assert result.delta >= 0


def test_rules_say_what_the_start_breaks_and_refuse_what_they_cannot_hold() -> None:
    start = Sequence("GAATTCAAAA" + "A" * 10)
    rules = Rules(start, gc=(0.4, 0.6), forbidden=("GAATTC", "AAG"))
    assert len(rules.notices) == 2
    assert "GAATTC (EcoRI) at base 1" in rules.notices[1]
    assert not Rules(start, forbidden=("CTT",)).allow("GAATTCAAGA" + "A" * 10)  # AAG is CTT on the other strand
    assert not Rules(start, locked=((0, 8),)).allow("GAATTCTAAA" + "A" * 10)
    for wrong in ({"locked": ((5, 30),)}, {"gc": (0.6, 0.4)}, {"forbidden": ("NNN",)}, {"forbidden": ("AX",)}):
        with pytest.raises(BadInput) as raised:
            Rules(start, **wrong)
        assert all((raised.value.read, raised.value.accepted, raised.value.fix))


@pytest.mark.parametrize(
    ("text", "ranges"),
    [("1-20, 50", ((0, 20), (49, 50))), ("", ()), ("7", ((6, 7),)), ("3 \u2013 5;9", ((2, 5), (8, 9)))],
)
def test_ranges_are_read(text: str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert parse_ranges(text) == ranges
    assert parse_ranges(range_text(ranges)) == ranges


def test_sites_are_read_by_name_and_by_letters() -> None:
    assert parse_sites("EcoRI, ggwcc; TATA box, EcoRI") == (ENZYMES["EcoRI"], "GGWCC", "TATAWAAR")
    assert name_of("GGTCTC") == "GGTCTC (BsaI)"
    for wrong, error in (("EcoRX", UnknownName), ("NN", BadInput), ("AC", BadInput)):
        with pytest.raises(error):
            parse_sites(wrong)
    assert parse_gc(" 40 - 60 %") == (0.4, 0.6)
    assert parse_gc("") == (0.0, 1.0)
    assert parse_gc("40%\u2013\n60.5 %") == (0.4, 0.605)
    for wrong in ("60-40", "40", "a-b", "40-101", "nan-inf", "٤٠-٦٠", "9" * 5000):
        with pytest.raises(BadInput):
            parse_gc(wrong)
    for wrong in ("0", "5-3", "a-b", "1-2-3", "9" * 5000, "²", "①", "١-٢", "nan"):
        with pytest.raises(BadInput):
            parse_ranges(wrong)


def test_wrong_options_are_refused_in_three_parts(add: Model) -> None:
    start = within("GATACC", 20)
    for options in (
        {"edits": 11},
        {"goal": "up"},
        {"goal": float("nan")},
        {"width": 0, "method": "beam"},
        {"seed": -1},
    ):
        with pytest.raises(BadInput) as raised:
            design(add, start, ACTIVITY, **options)
        assert all((raised.value.read, raised.value.accepted, raised.value.fix))
    with pytest.raises(UnknownName):
        design(add, start, ACTIVITY, method="gready")
    with pytest.raises(BadSequence):
        design(add, Sequence("ACGT"), ACTIVITY)


def test_a_stopped_design_keeps_its_finished_steps(add: Model) -> None:
    def stop_later(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    result = design(add, within("GATACC", 20), ACTIVITY, edits=4, progress=stop_later)
    assert result.stopped == "cancelled"
    assert len(result.steps) == 1
    shares: list[float] = []
    design(add, within("GATACC", 20), ACTIVITY, edits=3, method="beam", width=2, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_the_cost_counts_every_prediction() -> None:
    start = Sequence("ACGTN" * 4)
    assert count_predictions(start, edits=3, method="greedy") == 3 * 3 * 16
    assert count_predictions(start, edits=3, method="beam", width=5) == 3 * 16 * 11
    assert count_predictions(start, edits=2, method="gradient") < 200
    assert count_predictions(start, edits=3, method="greedy", locked=((0, 10),)) == 3 * 3 * 8
    assert count_predictions(start, edits=3, method="greedy", locked=((0, 17),)) == 2 * 3 * 2  # two bases, two edits
    for method in ("greedy", "beam", "gradient"):
        assert count_predictions(start, edits=3, method=method, locked=((0, 20),)) == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_trained_network_builds_the_core_of_its_factor(seed: int) -> None:
    model = load_model("tfbind.encode10")
    target = Target.parse("GABPA", model.card)
    start = Sequence(dinucleotide_shuffle(EXAMPLES[0].sequence.bases, 1, seed=seed)[0])
    result = design(model, start, target, edits=3)
    assert result.delta > 3
    cores = slow_sites(result.sequence.bases, ("GGAA",)) - slow_sites(start.bases, ("GGAA",))
    touched = {step.position for step in result.steps}
    assert any(touched & set(range(at, at + 4)) for at, _ in cores)


@pytest.mark.parametrize("parse", [parse_ranges, parse_gc])
@pytest.mark.parametrize(
    "text", [" " * 100_000 + "!", "1" + "\t" * 100_000 + "!", "1-" * 100_000, "1 - " * 50_000 + "²"]
)
def test_a_long_text_takes_no_time(parse: Callable[[str], object], text: str) -> None:
    start = time.process_time()
    with pytest.raises(BadInput):
        parse(text)
    assert time.process_time() - start < 5  # a minute with a search that runs through a long space again and again
