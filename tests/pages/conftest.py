"""Shared by the tests of pages: what work costs is fixed, so that a slow or busy computer sees the same page as a fast one."""

from __future__ import annotations

import pytest

from genoviz.predict.cost import Cost
from genoviz.ui.frame import estimate

SECONDS = {"prediction": 2e-3, "row": 5e-4, "mutant": 1e-4, "placement": 1e-4, "convolutions": 1e-2}


@pytest.fixture(autouse=True)
def a_quick_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured: all that the examples ask for is short work, which is done at once."""
    for name, seconds in SECONDS.items():
        monkeypatch.setattr(estimate, name, lambda *_, seconds=seconds: seconds)
    monkeypatch.setattr(estimate, "parts", lambda card: Cost(prediction=0.1, gradient=0.3, mutant=0.01))
