"""The search behind designs: the best sequences with 1, 2, 3, ... substitutions.

A step asks for all allowed substitutions of the sequences at hand, through the fast mutation map, or for those that a
gradient finds promising; exact predictions decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.design.options import MAX_EDITS, MAX_WIDTH, METHODS, TRIED, WIDTH
from genoviz.design.rules import Range, Rules
from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.models.answers import guarded, not_finite
from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import evaluate, target_value
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

NOTHING = 1e-5  # gains below this share of the value are float rounding
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Candidate:
    """A sequence of a search: its letters, its edits as (position, base) in order, and the target's number."""

    bases: str
    edits: tuple[tuple[int, str], ...]
    value: float


class Proposal(Protocol):
    """Values `(4, length)` of single substitutions of a sequence; nan where not tried or not allowed."""

    def __call__(
        self, model: Model, bases: str, target: Target, allowed: NDArray[np.bool_], sign: int, progress: Progress | None
    ) -> NDArray[np.float64]: ...


def search(
    model: Model,
    sequence: Sequence,
    target: Target,
    rules: Rules,
    *,
    sign: int,
    edits: int,
    method: str = "beam",
    width: int = WIDTH,
    seed: int = 0,
    progress: Progress | None = None,
) -> Iterator[list[Candidate]]:
    """The best sequences with 1, 2, ... `edits` substitutions, best first; see `design` for the parameters.

    All methods but the beam keep one sequence and end when no substitution helps. `sign` is 1 to raise, -1 to lower.
    """
    beam = [Candidate(sequence.bases, (), target_value(model, sequence, target))]
    rng, propose = np.random.default_rng(seed), _PROPOSALS[method]
    width = width if method == "beam" else 1
    for depth in range(edits):
        tables = []
        for number, parent in enumerate(beam):
            if progress:
                progress((depth + number / len(beam)) / edits)
            allowed = _allowed(rules, parent)
            share = None if progress is None else _part(progress, depth + number / len(beam), 1 / len(beam), edits)
            tables.append(propose(model, parent.bases, target, allowed, sign, share))
        children = _best(rules, beam, np.stack(tables), sign, width, rng)
        if method != "beam":
            floor = beam[0].value
            children = [child for child in children if sign * (child.value - floor) > noise(floor)]
        if not children:
            return
        beam = children
        yield beam
    if progress:
        progress(1.0)


def count_predictions(
    sequence: Sequence, *, edits: int, method: str, width: int = WIDTH, locked: Seq[Range] = ()
) -> int:
    """Predictions that a design takes at most, to show the cost first; a gradient counts as three.

    Locked bases and those that are not A, C, G or T are not tried: none where no base is free.
    """
    free = int(Rules(sequence, tuple(locked)).free.sum())
    edits = min(edits, free)
    if not free:
        return 0
    if method == "gradient":
        return edits * (min(TRIED, 3 * free) + 3)
    return 3 * free * (edits if method == "greedy" else 1 + (edits - 1) * width)


def edited(bases: str, edits: tuple[tuple[int, str], ...]) -> str:
    """`bases` with substitutions (position, base) made."""
    letters = list(bases)
    for position, base in edits:
        letters[position] = base
    return "".join(letters)


def noise(value: float) -> float:
    """Differences from `value` below this are float rounding."""
    return NOTHING * max(1.0, abs(value))


def check_options(method: str, edits: int, width: int, seed: int) -> None:
    """Raise `UnknownName` or `BadInput` if an option of a search does not fit."""
    if method not in METHODS:
        raise UnknownName.among("method", method, METHODS)
    for name, number, low, high in (
        ("edits", edits, 1, MAX_EDITS),
        ("width", width, 1, MAX_WIDTH),
        ("seed", seed, 0, 2**32 - 1),
    ):
        if not low <= number <= high:
            raise BadInput(f"{name} is {number}.", f"{low} to {high:,} are accepted.", f"Choose another {name}.")


def _allowed(rules: Rules, parent: Candidate) -> NDArray[np.bool_]:
    """`(4, length)`: substitutions that locked bases, GC and earlier edits allow."""
    allowed = rules.gc_allows(parent.bases) & rules.free[None]
    allowed[:, [position for position, _ in parent.edits]] = False
    return np.asarray(allowed & (encode(parent.bases)[0].numpy() == 0))


def _best(
    rules: Rules,
    beam: list[Candidate],
    values: NDArray[np.float64],
    sign: int,
    width: int,
    rng: np.random.Generator,
) -> list[Candidate]:
    """The best `width` different children, from values `(parents, 4, length)`, that bring in no forbidden site."""
    places = np.argwhere(np.isfinite(values))
    scores = sign * values[tuple(places.T)]
    # Equal effects differ by float rounding, which must not decide between them.
    ranked = np.round(scores / noise(float(np.abs(scores).max(initial=0))))
    children: dict[str, Candidate] = {}
    for index in np.lexsort((rng.random(len(places)), -ranked)):
        parent, row, position = (int(i) for i in places[index])
        bases = edited(beam[parent].bases, ((position, BASES[row]),))
        if bases not in children and rules.sites_allow(bases, position):
            edits = (*beam[parent].edits, (position, BASES[row]))
            children[bases] = Candidate(bases, edits, float(values[parent, row, position]))
            if len(children) == width:
                break
    return list(children.values())


def _from_map(
    model: Model, bases: str, target: Target, allowed: NDArray[np.bool_], sign: int, progress: Progress | None
) -> NDArray[np.float64]:
    """All allowed substitutions, by the fast mutation map."""
    places = np.flatnonzero(allowed.any(0))
    if not len(places):
        return np.full(allowed.shape, np.nan)
    window = (int(places[0]), int(places[-1]) + 1)
    result = saturate(model, Sequence(bases), target, window=window, progress=progress)
    if not result.complete:
        raise Cancelled
    if result.without_number:
        count, total = result.without_number, 3 * int(allowed.any(0).sum())
        raise not_finite(model.card, float("nan"), encode(bases)[0], count, max(count, total))
    return np.where(allowed, result.value + result.delta.astype(np.float64), np.nan)


def _from_gradient(
    model: Model, bases: str, target: Target, allowed: NDArray[np.bool_], sign: int, progress: Progress | None
) -> NDArray[np.float64]:
    """The `TRIED` allowed substitutions that a first-order estimate ranks highest, predicted exactly."""
    x, function = encode(bases).requires_grad_(), target.of(model)
    with lock_of(model), torch.enable_grad():
        gradient = guarded(model, lambda: torch.autograd.grad(function(x).sum(), x)[0])
    if not bool(torch.isfinite(gradient).all()):
        raise BadInput(
            f"The gradient of `{model.card.name}` is nan or infinite at this sequence.",
            "A gradient ranks the substitutions that are tried.",
            "Choose the method `beam` or `greedy`, which need predictions only.",
        )
    slope = gradient[0].double().numpy()
    gain = sign * (slope - (slope * x.detach()[0].numpy()).sum(0))
    order = np.argsort(np.where(allowed, -gain, np.inf), axis=None, kind="stable")[: min(TRIED, int(allowed.sum()))]
    values = np.full(allowed.shape, np.nan)
    if len(order):
        rows, positions = np.unravel_index(order, allowed.shape)
        variants = [edited(bases, ((int(p), BASES[int(r)]),)) for r, p in zip(rows, positions, strict=True)]
        values[rows, positions] = evaluate(function, model, encode(variants), progress=progress).double().numpy()
    return values


_PROPOSALS: dict[str, Proposal] = {"greedy": _from_map, "beam": _from_map, "gradient": _from_gradient}


def _part(progress: Progress, done: float, size: float, total: int) -> Progress:
    """Progress of one part as a share of all."""
    return lambda share: progress((done + share * size) / total)
