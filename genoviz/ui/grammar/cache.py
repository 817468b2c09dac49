"""What the page *Grammar* looks up in the mutation map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache

if TYPE_CHECKING:
    from genoviz.grammar.dependence import SequenceBlock
    from genoviz.models.target import Target

WIDE, AROUND = 10, 30  # bases of a block, and of a window of pairs


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
