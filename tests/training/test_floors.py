"""Simple models beside ours: each finds what was planted, and cards state what was measured on the same test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genoviz.models.catalogue import get_card
from genoviz.models.metrics import auroc, mcc, pearson
from genoviz.models.onehot import letter_codes
from genoviz.motifs.collection import collection
from genoviz.sequences.sequence import Sequence
from genoviz.training import floor_models, recipe_of
from genoviz.training.floor_models import best_match, floors_of, motif_scan, word_counts
from genoviz.training.floors import recorded, with_floors
from genoviz.training.loop import Schedule
from genoviz.training.recipes import crx
from genoviz.training.scores import beside
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits


def rows(n: int, seed: int, word: str) -> Examples:
    """Every other sequence of 60 bases has a word at a random place, on a random strand."""
    rng = np.random.default_rng(seed)
    texts = []
    for i in range(n):
        text, at = "".join(rng.choice(list("ACGT"), 60)), int(rng.integers(40))
        planted = word if rng.random() < 0.5 else word.translate(str.maketrans("ACGT", "TGCA"))[::-1]
        texts.append(text[:at] + planted + text[at + len(word) :] if i % 2 else text)
    return Examples(letter_codes(texts), (np.arange(n) % 2).astype(np.float32)[:, None])


SIDES = Splits(rows(300, 0, "AGATAAGG"), rows(60, 1, "AGATAAGG"), rows(60, 2, "AGATAAGG"))
BOUND = np.arange(60) % 2 > 0
KNOWN = [one for one in collection(("vertebrates",)) if one.name in ("CTCF", "GATA1", "SP1")]


@pytest.fixture(autouse=True)
def _short_words_and_few_motifs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor_models, "WORD", 4)
    monkeypatch.setattr(floor_models, "collection", lambda taxa: KNOWN)
    monkeypatch.setattr(floor_models, "SCHEDULE", Schedule(epochs=3, learning_rate=5e-3))


def test_word_counts_find_a_planted_word() -> None:
    found = word_counts(SIDES.train, SIDES.validation, SIDES.test, classes=True, both_strands=True)
    assert mcc(found, BOUND) > 0.5
    as_values = word_counts(SIDES.train, SIDES.validation, SIDES.test, classes=False, both_strands=True)
    assert as_values == pytest.approx(found + 0.5)


def test_best_match_is_the_scanners() -> None:
    motif = next(one for one in collection(("vertebrates",)) if one.name == "GATA1")
    some = rows(6, 3, "AGATAAGG")
    by_hand = [motif.score(Sequence(text), pseudocount=0.01, both_strands=True).max() for text in some.texts()]
    assert best_match(some, motif) == pytest.approx(by_hand, abs=1e-4)


def test_the_scan_chooses_the_planted_motif_and_follows_values_that_fall() -> None:
    motif, found = motif_scan(SIDES.train, SIDES.test, KNOWN, classes=True, metric="mcc")
    assert motif.name == "GATA1"
    assert mcc(found, BOUND) > 0.3
    falls = replace(SIDES.train, values=-SIDES.train.values)
    motif, turned = motif_scan(falls, SIDES.test, KNOWN, classes=False, metric="pearson")
    assert motif.name == "GATA1"
    assert pearson(turned, -BOUND.astype(float)) == pytest.approx(pearson(found, BOUND.astype(float)))


def test_floors_of_a_recipe_are_scored_on_its_test_with_its_metric(tmp_path: Path) -> None:
    """The first metric of the recipe, on the split that it reads; a track's name comes from the written card."""
    recipe = replace(crx.RECIPE, read=lambda folder: SIDES, classes=True, metrics=("auroc",), batch=32)
    (track,) = get_card("enhancer.crx").outputs[0].tracks
    floors = floors_of(recipe, tmp_path, tmp_path)[track]
    assert [source for source, _, _ in floors][:2] == [floor_models.PLAIN, floor_models.WORDS]
    assert floors[2][0].startswith("scan with GATA1 MA")
    words = word_counts(SIDES.train, SIDES.validation, SIDES.test, classes=True, both_strands=True)
    assert floors[1][1:] == ("auroc", round(auroc(words, BOUND), 3))
    assert all(0.4 < value <= 1 for _, _, value in floors)


def test_floors_stand_behind_figures_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {"a": (beside("r2", 0.5, "somebody", same_test=False),)}
    monkeypatch.setattr("genoviz.training.floors.recorded", lambda: {"m": {"a": [("x", "r2", 0.25)], "b": []}})
    found = with_floors("m", others)
    assert found["a"] == (*others["a"], beside("r2", 0.25, "x, this test", same_test=True))
    assert with_floors("another", others) == others


@pytest.mark.parametrize("name", sorted(recorded()))
def test_cards_state_the_floors_that_were_measured(name: str) -> None:
    """On each track, beside its first score, in the recipe's first metric."""
    recipe, card = recipe_of(name), get_card(name)
    assert isinstance(recipe, Supervised)
    assert set(recorded()[name]) == set(card.outputs[0].tracks)
    for track, floors in recorded()[name].items():
        row = card.scores(track) or {}
        shown = [(p["source"], p["metric"], p["value"]) for p in row["published"]]
        for source, metric, value in floors:
            assert metric == recipe.metrics[0]
            assert (f"{source}, this test", metric, value) in shown
        assert [dict(p) for p in recipe.published[track]] == [dict(p) for p in row["published"]]
