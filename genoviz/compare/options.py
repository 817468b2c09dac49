"""Usual numbers of the comparisons, and how many of what are accepted; readable without torch."""

from __future__ import annotations

REFERENCES = 20  # shuffles that methods compare with
MOST_ROWS = 24  # explanations side by side
MOST_RECORDS = 1000  # of a file
MUTANTS, RATE = 1000, 0.1  # mutants of one sequence, and the share of bases that is changed in each
FEWEST_MUTANTS, MOST_MUTANTS = 50, 10_000
MOST_LABELS = 6  # of a set
MOST_BASES = 50_000_000  # of all records of a file together
