"""Choices of in-filling, for pages and commands that load no torch."""

from __future__ import annotations

DRAWN = 10  # sequences
MAX_DRAWN = 100
TEMPERATURE = 1.0
MAX_TEMPERATURE = 5.0
