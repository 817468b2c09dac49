"""Draw sequences from models that can: the autoencoder, language models."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from genoviz.errors import BadInput, BadModel
from genoviz.models.abilities import lacks
from genoviz.models.answers import guarded
from genoviz.models.base import Model, lock_of
from genoviz.sequences.sequence import Sequence

MAX_COUNT = 100_000


@runtime_checkable
class Sampler(Protocol):
    """What a model must offer beside `Model`, to be drawn from."""

    def sample(self, count: int, *, seed: int) -> list[Sequence]:
        """`count` named sequences; the same seed gives the same ones."""
        ...


def sample(model: Model, count: int, *, seed: int = 0) -> list[Sequence]:
    """Draw `count` sequences.

    Raises
    ------
    BadInput
        If the model can't sample (the message lists those that can), or `count` or `seed` is out of range.
    """
    if not isinstance(model, Sampler):
        raise lacks(model, "sample", "draw sequences")
    if not 1 <= count <= MAX_COUNT:
        raise BadInput(f"{count} sequences were asked for.", f"1 to {MAX_COUNT:,} are accepted.", "Change the count.")
    if not 0 <= seed < 2**63:
        raise BadInput(f"The seed is {seed}.", "Whole numbers from 0 to 2^63 - 1 are accepted.", "Choose another.")
    with lock_of(model):
        drawn = guarded(model, lambda: model.sample(count, seed=seed))
    if not isinstance(drawn, list) or len(drawn) != count or not all(isinstance(one, Sequence) for one in drawn):
        size = f" of {len(drawn):,}" if isinstance(drawn, (list, tuple)) else ""
        raise BadModel(
            f"`sample` of `{model.card.name}` returned a {type(drawn).__name__}{size}.",
            f"A list of {count:,} `Sequence` is needed.",
            "Mend the adapter.",
        )
    return drawn
