"""Work of the page that is offered, running with a stop, or done."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

from genoviz.models.card import ModelCard
from genoviz.ui.frame import estimate
from genoviz.ui.frame.planned import is_long, planned, rounded

if TYPE_CHECKING:
    from genoviz.latent.scorer import Scorer

Result = TypeVar("Result")
PLACE = "autoencoder"


def scored_by(scorer: Scorer | None) -> tuple[str, str, str]:
    """The scorer as a part of a key: name, weights and number."""
    return ("", "", "") if scorer is None else (scorer.model.card.name, scorer.model.card.sha256, str(scorer.target))


def run(
    card: ModelCard,
    scorer: Scorer | None,
    kind: tuple[Hashable, ...],
    predictions: int,
    work: Callable[[Callable[[float], None]], Result],
) -> Result | None:
    """The result, or None while it was not asked for or still goes on; short work starts by itself."""
    seconds = predictions * estimate.row(scorer.model.card) if scorer is not None else 0.1
    key = (PLACE, card.name, card.sha256, scored_by(scorer), *kind)
    return planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"{predictions:,} predictions: about {rounded(seconds)} on this computer.",
        start="Compute",
        doing="Scoring",
        stop="Stop",
        shared=True,
        ask=is_long(PLACE, key, seconds),
    )
