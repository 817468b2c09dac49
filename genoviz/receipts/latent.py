"""Receipts of what an autoencoder gives back, and the same computed again."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING

import numpy as np

from genoviz.errors import BadInput
from genoviz.models.card import ModelCard
from genoviz.models.load import load_model
from genoviz.receipts.made import made_with, model_used
from genoviz.receipts.numbers import Numbers
from genoviz.receipts.receipt import Input, Receipt
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.latent.reconstruction import Reconstruction


def reconstruction_receipt(card: ModelCard, found: Seq[Reconstruction]) -> Receipt:
    """Of `genoviz.latent.reconstruction.reconstruct`, for one or more sequences."""
    if not found:
        raise BadInput(
            "There is no reconstruction.", "A receipt is about one or more.", "Reconstruct a sequence first."
        )
    several = f"{len(found):,} sequences through {card.title}."
    return Receipt(
        "reconstruction",
        found[0].sentence if len(found) == 1 else several,
        tuple(Input.of(one.sequence) for one in found),
        (model_used(card),),
        {},
        {
            "points": Numbers.of(np.stack([one.point for one in found])),
            "probabilities": Numbers.of(np.stack([one.probabilities for one in found]), "probability", size=1.0),
            "log-likelihoods": Numbers.of([one.log_likelihood for one in found], "nats"),
        },
        made_with(),
    )


def reconstruction_again(receipt: Receipt, read: list[Sequence], progress: Callable[[float], None] | None) -> Receipt:
    """The reconstructions of a receipt, computed again."""
    from genoviz.latent.reconstruction import reconstruct

    model = load_model(receipt.models[0].name)
    return reconstruction_receipt(model.card, reconstruct(model, read, progress=progress))
