"""Shared by the tests of recipes: intervals of scores are drawn with few resamples, which is where the time would go."""

from __future__ import annotations

import pytest

from genoviz.models.metrics import bootstrap_interval


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bootstrap_interval.__kwdefaults__, "draws", 20)
