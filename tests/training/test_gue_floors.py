"""The floors beside `tfbind.gue`: a planted word is found by its counts, a motif's best match is that of the scanner."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.models.catalogue import get_card
from genoviz.models.metrics import mcc
from genoviz.models.onehot import letter_codes
from genoviz.motifs.collection import collection
from genoviz.sequences.sequence import Sequence
from genoviz.training.recipes import gue_floors
from genoviz.training.recipes.gue_factors import FLOORS, TASKS
from genoviz.training.tables import Examples


def rows(n: int, seed: int, word: str) -> Examples:
    """Every other sequence of 60 bases has a word at a random place, on a random strand."""
    rng = np.random.default_rng(seed)
    texts = []
    for i in range(n):
        text, at = "".join(rng.choice(list("ACGT"), 60)), int(rng.integers(40))
        planted = word if rng.random() < 0.5 else word.translate(str.maketrans("ACGT", "TGCA"))[::-1]
        texts.append(text[:at] + planted + text[at + len(word) :] if i % 2 else text)
    return Examples(letter_codes(texts), (np.arange(n) % 2).astype(np.float32)[:, None])


def test_word_counts_find_a_planted_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gue_floors, "WORD", 4)
    (margins,) = gue_floors.word_counts(rows(300, 0, "GATAAG"), rows(60, 1, "GATAAG"), (rows(60, 2, "GATAAG"),))
    assert mcc(margins, np.arange(60) % 2 > 0) > 0.5


def test_best_match_is_the_scanners() -> None:
    motif = next(one for one in collection(("vertebrates",)) if one.name == "GATA1")
    some = rows(6, 3, "AGATAAGG")
    by_hand = [motif.score(Sequence(text), pseudocount=0.01, both_strands=True).max() for text in some.texts()]
    assert gue_floors.best_match(some, motif) == pytest.approx(by_hand, abs=1e-4)


def test_the_scan_chooses_the_planted_motif(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [one for one in collection(("vertebrates",)) if one.name in ("CTCF", "GATA1", "SP1")]
    monkeypatch.setattr(gue_floors, "collection", lambda taxa: known)
    motif, (margins,) = gue_floors.motif_scan(rows(200, 0, "AGATAAGG"), (rows(60, 1, "AGATAAGG"),))
    assert motif.name == "GATA1"
    assert mcc(margins, np.arange(60) % 2 > 0) > 0.3


def test_the_card_states_the_floors_of_every_set() -> None:
    """Beside the official test, on which they were measured."""
    assert list(FLOORS) == list(TASKS)
    for track, (words, name, scan) in FLOORS.items():
        row = get_card("tfbind.gue").scores(track, "official GUE test") or {}
        found = {one["source"]: one["value"] for one in row["published"]}
        assert found["6-base word counts, this test"] == words
        assert found[f"scan with {name}, this test"] == scan
