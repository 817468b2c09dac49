"""Floors: what simple models reach on a model's own test, as recipes put them on its card.

`floor_models` measures them; they are kept in `floors.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from genoviz.training.scores import Row, beside

FILE = Path(__file__).with_name("floors.json")
Floor = tuple[str, str, float]  # source, metric, value


@cache
def recorded() -> Mapping[str, Mapping[str, list[Floor]]]:
    """What was measured: model -> track -> (source, metric, value) of each floor."""
    found: dict[str, dict[str, list[Floor]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def with_floors(model: str, published: Mapping[str, Iterable[Row]] | None = None) -> dict[str, tuple[Row, ...]]:
    """Per track what stands beside its score: `published`, then the floors of a model on the same test, see `beside`."""
    others, floors = published or {}, recorded().get(model, {})
    return {
        track: (
            *others.get(track, ()),
            *(
                beside(metric, value, f"{source}, this test", same_test=True)
                for source, metric, value in floors.get(track, ())
            ),
        )
        for track in dict.fromkeys((*others, *floors))
    }
