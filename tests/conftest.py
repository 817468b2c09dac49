"""Shared settings: published weights where they are, one thread per test process, property tests without a time limit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # pytest-xdist runs one process per core already

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
if SHARED.is_dir():  # tests that need published weights skip where they are absent
    os.environ["GENOVIZ_WEIGHTS"] = str(SHARED)
else:
    os.environ.pop("GENOVIZ_WEIGHTS", None)

# The first example pays for imports, so times per example say nothing.
settings.register_profile("genoviz", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("genoviz")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a test of a loader writes weights files: the first place that weights are looked for."""
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return tmp_path
