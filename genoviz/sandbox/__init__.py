"""Planted truth: sequences with known sites, a small network trained on them, and which method finds the sites again."""
