"""Options of a search for edits; without torch, so that pages and commands know them before they compute."""

from __future__ import annotations

MAX_EDITS, MAX_WIDTH = 10, 50
EDITS = 5  # what page and command ask for
WIDTH = 5  # sequences that the beam keeps
TRIED = 48  # candidates of a gradient that are predicted exactly
METHODS = {
    "greedy": ("Greedy", "Takes the best of all substitutions at each step; stops when none helps."),
    "beam": (
        "Beam",
        "Keeps the best few sequences at each step, so that two edits which help only together are found.",
    ),
    "gradient": (
        "Gradient-guided",
        f"The gradient names the {TRIED} most promising substitutions at each step, exact predictions choose: for long "
        "or slow models.",
    ),
}
METHOD = "greedy"
