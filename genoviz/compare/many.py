"""Explanations of many sequences of one length with one shared reference, in batches where a method allows that.

DeepLIFT's multipliers are secants between two inputs and do not care which of the two is called the reference. So the shared
reference takes the place of the sequence, and the many sequences that of its references: they go through the network
together, as twenty shuffles do elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import METHODS, REFERENCES, check_method, offered
from genoviz.attribute.rescale import rescale_multipliers
from genoviz.errors import AdapterFailed, BadInput, Cancelled, NotFinite, UnknownName
from genoviz.models.answers import guarded
from genoviz.models.base import Model, lock_of
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode
from genoviz.models.size import check_length, is_long, rows_at_once
from genoviz.models.target import Scalar, Target
from genoviz.predict.cost import GRADIENT
from genoviz.predict.prediction import evaluate
from genoviz.sequences.sequence import Sequence

BATCHED = ("deeplift", "inputxgradient", "saliency")  # methods that take many sequences together
GRADIENTS = ("inputxgradient", "saliency")
CHUNK = 64  # sequences after which a run can be stopped

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Maps:
    """Explanations of many sequences.

    Attributes
    ----------
    scores
        `(sequences, length)`: score of each observed base; nan at ambiguous letters, and in the whole row of a sequence that
        the model has no finite number for.
    values
        `(sequences,)`: the target's number; nan where the model has none.
    method, baseline
        How they were explained; the baseline in words, empty for methods without.
    done
        How many of the sequences were explained: the first ones; all of them unless the run was cancelled.
    """

    scores: NDArray[np.float32]
    values: NDArray[np.float64]
    method: str
    baseline: str
    done: int

    @property
    def complete(self) -> bool:
        """False if the run was cancelled."""
        return self.done == len(self.values)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """`(sequences,)`: which have finite scores."""
        return np.asarray(np.isfinite(self.values) & np.isfinite(self.scores).any(1))


def quick_method(card: ModelCard) -> str:
    """The method for many sequences: DeepLIFT with one reference, or the gradient where that does not fit the model."""
    return "deeplift" if "deeplift" in offered(card) else "inputxgradient"


def explain_many(
    model: Model,
    sequences: Seq[Sequence],
    target: Target,
    method: str | None = None,
    *,
    references: int = REFERENCES,
    seed: int = 0,
    least: int | None = None,
    progress: Progress | None = None,
) -> Maps:
    """Explain many sequences that are as long as the model reads.

    Parameters
    ----------
    model, sequences, target
        What is explained.
    method
        Key of `METHODS`; see `quick_method` for None. Those of `BATCHED` are fast. `deeplift` compares all sequences with one
        reference: at each place the base frequencies of all of them together, G = C and A = T.
    references, seed
        For methods that draw shuffles of each sequence.
    least
        Sequences that must be done for a run that was cancelled to be kept; never when None.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadInput, BadSequence, UnknownName
        If there are no sequences, or method, model and sequences do not fit each other.
    NotFinite
        If the model has no finite number for any of them.
    """
    card = model.card
    method = method or quick_method(card)
    if method not in METHODS:
        raise UnknownName.among("method", method, METHODS)
    if not sequences:
        raise BadInput("No sequences were given.", "At least one is explained.", "Give some.")
    for sequence in sequences:
        check_length(sequence, card)
    check_method(card, method)
    tell = progress or (lambda _: None)
    function = target.of(model)
    batched = method in BATCHED and not is_long(card)
    values, done = np.full(len(sequences), np.nan), 0
    scores = np.full((len(sequences), card.length), np.nan, dtype=np.float32)
    reference = shared_reference(sequences)
    step = CHUNK if batched else 1
    for first in range(0, len(sequences), step):
        part = sequences[first : first + step]
        X = encode(part)
        rows = slice(first, first + len(part))
        values[rows] = evaluate(function, model, X, finite=False).numpy()
        if batched and method in GRADIENTS:
            scores[rows] = (_gradients(model, function, X) * X).sum(1).numpy()
        elif batched:
            scores[rows] = _deeplift(model, function, part, X, reference).numpy()
        else:
            scores[rows] = _one(model, part[0], target, method, references, seed)
        for row, sequence in zip(scores[rows], part, strict=True):
            row[list(sequence.ambiguous)] = np.nan
        done = first + len(part)
        try:
            tell(done / len(sequences))
        except Cancelled:
            if least is None or done < least:
                raise
            break
    values[~np.isfinite(values)] = np.nan
    scores[~np.isfinite(values)] = np.nan
    if np.isnan(values).all():
        raise NotFinite(
            f"`{card.name}` gave no finite number for any of {len(sequences):,} sequences.",
            "A prediction is a finite number.",
            f"The card says of N: {card.n_rule.rstrip('.')}.",
        )
    shared = "the base frequencies of all sequences together" if batched else str(METHODS[method].baseline)
    return Maps(scores, values, method, shared if METHODS[method].baseline else "", done)


def cost(n: int) -> int:
    """About how many predictions the explanation of so many sequences takes, by the methods of `BATCHED`."""
    return n * (1 + 2 * GRADIENT)


def shared_reference(sequences: Seq[Sequence]) -> Tensor:
    """`(4, length)`: at each place the base frequencies of all sequences, G = C and A = T."""
    letters = "".join(sequence.bases for sequence in sequences)
    strong, weak = (letters.count(a) + letters.count(b) for a, b in ("GC", "AT"))
    gc = strong / (strong + weak) if strong + weak else 0.5
    return torch.tensor([1 - gc, gc, gc, 1 - gc])[:, None].div(2).expand(4, len(sequences[0])).clone()


def _gradients(model: Model, function: Scalar, X: Tensor) -> Tensor:
    parts, size = [], rows_at_once(X.shape[2])
    for start in range(0, len(X), size):
        leaf = X[start : start + size].clone().requires_grad_()
        with lock_of(model):
            (gradient,) = torch.autograd.grad(function(leaf).sum(), leaf)
        parts.append(gradient.detach())
    return torch.cat(parts)


def _deeplift(model: Model, function: Scalar, part: Seq[Sequence], X: Tensor, reference: Tensor) -> Tensor:
    """Contributions `(sequences, length)`; sequences with ambiguous letters by themselves, as their reference has the same."""
    scores = torch.empty(len(part), X.shape[2])
    whole = [i for i, sequence in enumerate(part) if not sequence.ambiguous]
    groups = ([whole] if whole else []) + [[i] for i, sequence in enumerate(part) if sequence.ambiguous]
    for group in groups:
        own = reference.clone()
        unknown = list(part[group[0]].ambiguous)
        own[:, unknown] = X[group[0]][:, unknown]
        with lock_of(model):
            multipliers, _ = guarded(model, partial(rescale_multipliers, function, own, X[group]))
        scores[group] = ((X[group] - own) * multipliers).sum(1)
    return scores


def _one(
    model: Model, sequence: Sequence, target: Target, method: str, references: int, seed: int
) -> NDArray[np.float32]:
    try:
        return attribute(model, sequence, target, method, references=references, seed=seed).per_base
    except (NotFinite, AdapterFailed):  # `values` tells which sequences these are
        return np.full(len(sequence), np.nan, dtype=np.float32)
