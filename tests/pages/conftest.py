"""Shared by the tests of pages: what work costs is fixed, so that a slow or busy computer sees the same page as a fast one."""

from __future__ import annotations

import pytest

from genoviz.models.catalogue import get_card
from genoviz.predict.cost import Cost
from genoviz.ui.frame import estimate
from genoviz.ui.sequence import search, stands_out

SECONDS = {"prediction": 2e-3, "row": 5e-4, "mutant": 1e-4, "placement": 1e-4, "convolutions": 1e-2}


@pytest.fixture(autouse=True)
def a_quick_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured: all that the examples ask for is short work, which is done at once."""
    for name, seconds in SECONDS.items():
        monkeypatch.setattr(estimate, name, lambda *_, seconds=seconds: seconds)
    monkeypatch.setattr(estimate, "parts", lambda card: Cost(prediction=0.1, gradient=0.3, mutant=0.01))


@pytest.fixture(autouse=True)
def few_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands out is asked of two quick models that share their tracks."""
    shas = tuple((name, get_card(name).sha256) for name in ("tfbind.encode10", "pwm.encode10"))
    monkeypatch.setattr(search, "_models", lambda _: shas)
    monkeypatch.setattr(stands_out, "WAIT_AT_MOST", 60.0)  # a busy computer opens what a quick one does
