"""The supervised model that says what a change in the latent space does to what was measured: same organism, same input."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.models.abilities import models_with
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.uses import by_fitness
from genoviz.models.weights import is_ready
from genoviz.predict.prediction import evaluate

DRAWS = 50  # sequences drawn at a point of the latent space
NONE = "none"


@dataclass(frozen=True, eq=False)
class Scorer:
    """A model and the number of it that is asked for."""

    model: Model
    target: Target

    def values(self, texts: Seq[str], progress: Callable[[float], None] | None = None) -> NDArray[np.float64]:
        """The number for each text `(texts,)`; each as long as the model reads."""
        found = evaluate(self.target.of(self.model), self.model, encode(list(texts)), progress=progress)
        return np.asarray(found.double().numpy())

    @property
    def unit(self) -> str:
        """Unit of the number."""
        return self.target.unit(self.model.card)

    @property
    def label(self) -> str:
        """The model's name and the number: `promoter.ecoli, active logit`."""
        return f"{self.model.card.name}, {self.target.label(self.model.card)}"


def scorers_of(card: ModelCard) -> list[ModelCard]:
    """Models that can score the sequences of an autoencoder: learned from measurements of the same organism, and reading as many
    bases of the same molecule.

    Those whose transcription start is at the same base come first, and among them those that are good at scoring. Language
    models and autoencoders are not among them: nobody told them a measurement.
    """
    without = {*models_with("decode"), *models_with("base_probabilities"), card.name}
    wanted = (card.organism, card.molecule, card.length)
    cards = [
        other
        for other in list_models()
        if other.name not in without
        and (other.organism, other.molecule, other.length) == wanted
        and other.organism
        and is_ready(other)
    ]
    return sorted(by_fitness(cards, "score"), key=lambda other: other.tss != card.tss)


def scorer_for(card: ModelCard, name: str = "", target: str = "") -> Scorer | None:
    """The scorer of this name, or the first of `scorers_of`; None where there is none, or for `none`.

    Parameters
    ----------
    card
        Of the autoencoder.
    name
        A model, `none`, or empty for the first that fits.
    target
        The number of it that is asked for, see `Target.parse`; empty for the first one.

    Raises
    ------
    BadInput
        If the model reads another number of bases.
    """
    if name == NONE:
        return None
    fitting = scorers_of(card) if not name else []
    if not name and not fitting:
        return None
    chosen = get_card(name) if name else fitting[0]
    if chosen.length != card.length:
        raise BadInput(
            f"`{chosen.name}` reads {chosen.length:,} bases, `{card.name}` writes {card.length:,}.",
            f"Models that fit: {', '.join(f'`{one.name}`' for one in scorers_of(card)) or 'none'}.",
            f"Choose one of them, or `{NONE}`.",
        )
    return Scorer(load_model(chosen.name), Target.parse(target, chosen) if target else Target.default(chosen))
