"""Shared settings: one thread per test process, and property tests without a time limit."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # pytest-xdist runs one process per core already

from hypothesis import HealthCheck, settings

# The first example pays for imports, so times per example say nothing.
settings.register_profile("genoviz", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("genoviz")
