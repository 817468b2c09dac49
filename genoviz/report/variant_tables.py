"""The table of one variant that joins what a model says of it with the splice sites that it gains and loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genoviz.effects.tables import effect_table
from genoviz.splicing.tables import summary_rows

if TYPE_CHECKING:
    from genoviz.effects.effect import VariantEffect
    from genoviz.models.card import ModelCard
    from genoviz.splicing.effect import SpliceEffect


def variant_table(card: ModelCard, effect: VariantEffect, splice: SpliceEffect | None = None) -> list[dict[str, Any]]:
    """The rows of `genoviz.effects.tables.effect_table`, then those of the splice scores."""
    return [*effect_table(card, effect), *(summary_rows(splice) if splice is not None else [])]
