"""What the page Grammar measures and looks up, cached by frozen nouns."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache

if TYPE_CHECKING:
    from genoviz.grammar.dependence import SequenceBlock
    from genoviz.models.target import Target

SITE = 8  # bases of the site that is timed
TIMED = 40  # placements
WIDE, AROUND = 10, 30  # bases of a block, and of a window of pairs


@st.cache_data(max_entries=64, show_spinner=False)
def seconds_per_placement(name: str, sha256: str, length: int, target: Target) -> float:
    """Measured on this computer: time per prediction of a site moved over a random background."""
    from genoviz.grammar.backgrounds import random_bases
    from genoviz.grammar.bench import Bench, written

    bench = Bench(cache.model(name, sha256), target)
    text = random_bases(length, n=2).sequences[0]
    places = [i % max(1, length - SITE) for i in range(TIMED)]
    sets = [[written(text, place, "ACGTTGCA"[: min(SITE, length)])] for place in places]
    bench.values(text, sets)  # chooses the faster way
    began = time.perf_counter()
    bench.values(text, sets)
    return (time.perf_counter() - began) / TIMED


def strongest(card: ModelCard, sequence: Sequence, target: Target) -> tuple[SequenceBlock, ...]:
    """The four stretches of `WIDE` bases that matter most in the mutation map."""
    from genoviz.grammar.dependence import strongest_blocks

    importance = cache.mutation_map(card.name, card.sha256, sequence, target, None, False).importance
    return strongest_blocks(importance, width=min(WIDE, len(sequence) // 4))


def around_strongest(card: ModelCard, sequence: Sequence, target: Target) -> tuple[int, int]:
    """A window of `AROUND` bases around the stretch that matters most, 0-based and half-open."""
    from genoviz.grammar.dependence import strongest_blocks

    importance = cache.mutation_map(card.name, card.sha256, sequence, target, None, False).importance
    width = min(AROUND, len(sequence))
    blocks = strongest_blocks(importance, n=1, width=min(WIDE, len(sequence)))
    middle = (blocks[0].start + blocks[0].end) // 2 if blocks else len(sequence) // 2
    start = min(max(0, middle - width // 2), len(sequence) - width)
    return start, start + width
