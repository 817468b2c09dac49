"""Stretches of an attribution that stand out, named by the motifs that they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genoviz.models.factors import factors_of, naming_motifs, usual_taxa
from genoviz.motifs.match import Block, name_blocks

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.card import ModelCard


def named_blocks(card: ModelCard, result: Attribution) -> tuple[Block, ...]:
    """Blocks of the scores of the observed bases, by the motifs of the model's organism; without names for models of RNA."""
    motifs = naming_motifs(usual_taxa(card))
    return name_blocks(result.sequence, result.per_base, motifs, about=factors_of(result.target))
