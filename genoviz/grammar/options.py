"""What is taken where nothing else is asked for; without torch, so that pages and commands know it before they compute."""

from __future__ import annotations

from genoviz.sequences.sequence import Sequence

BACKGROUNDS = 50  # sequences; the interval of a mean over fewer is wide
GC = 0.5  # share of G and C of random ones
MAX_GAP, MAX_COPIES = 20, 6
BETWEEN = 5  # bases between copies
PLACES = 200  # of a site that slides; in longer sequences it takes larger steps
SHUFFLES = 20  # whose bases replace a block
WIDE, AROUND = 10, 30  # bases of a block, and of a window of pairs


def usual_step(length: int) -> int:
    """By how many bases a site slides along a sequence of this length, for at most `PLACES` places."""
    return -(-length // PLACES)


def room_for(site: Sequence, length: int, gap: int) -> int:
    """How many copies of a site, `gap` bases apart, fit into so many bases; at least 1."""
    return max(1, (length - len(site)) // (len(site) + gap) + 1)
