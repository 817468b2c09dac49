"""What the page *Grammar* looks up in the mutation map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache

if TYPE_CHECKING:
    from genoviz.grammar.dependence import SequenceBlock
    from genoviz.models.target import Target


def strongest(card: ModelCard, sequence: Sequence, target: Target) -> tuple[SequenceBlock, ...]:
    """See `usual_blocks`."""
    from genoviz.grammar.dependence import usual_blocks

    return usual_blocks(cache.mutation_map(card.name, card.sha256, sequence, target, None, False).importance)


def around_strongest(card: ModelCard, sequence: Sequence, target: Target) -> tuple[int, int]:
    """See `usual_window`."""
    from genoviz.grammar.dependence import usual_window

    return usual_window(cache.mutation_map(card.name, card.sha256, sequence, target, None, False).importance)
