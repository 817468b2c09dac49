"""Options of discovery and of filters; without torch, so that pages and commands know them before they compute."""

from __future__ import annotations

ENGINES = {"light": "Light clustering", "tfmodisco": "TF-MoDISco"}
MOST_LIGHT = 500  # sequences
FEWEST = 20
MOST = 5000  # sequences that are read from a file
MOST_BASES = 20_000_000
LEAST_SITES = 10  # of a pattern
SEQUENCES = 500  # of a background
ON = 50  # sequences of the background on which filters are switched off
OFF = ("mean", "zero")
