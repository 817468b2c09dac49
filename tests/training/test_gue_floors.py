"""The floors beside `tfbind.gue` are those of its recipe; how they are measured is in `test_floors`."""

from __future__ import annotations

from genoviz.models.catalogue import get_card
from genoviz.training.recipes.gue_factors import FLOORS, TASKS


def test_the_card_states_the_floors_of_every_set() -> None:
    """Beside the official test, on which they were measured."""
    assert list(FLOORS) == list(TASKS)
    for track, (words, name, scan) in FLOORS.items():
        row = get_card("tfbind.gue").scores(track, "official GUE test") or {}
        found = {one["source"]: one["value"] for one in row["published"]}
        assert found["6-base word counts, this test"] == words
        assert found[f"scan with {name}, this test"] == scan
