"""In-silico saturation mutagenesis (ISM): what happens when any base is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.errors import BadInput, Cancelled
from genoviz.incremental import Edit, Plan, Reference, plan
from genoviz.models.answers import check_finite, not_finite
from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.models.size import check_length, is_long
from genoviz.models.steady import check_steady, is_ours
from genoviz.models.target import Target
from genoviz.mutagenesis.long import LongReference
from genoviz.mutagenesis.stretch import StretchReference, stretch_network
from genoviz.predict.prediction import evaluate, target_value
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number
from genoviz.sequences.sequence import Sequence

# positions after which a cancelled run keeps what is done
CHUNK, PLAIN_CHUNK, STRETCH_CHUNK, LONG_CHUNK = 256, 42, 32, 1  # 42: one plain batch of 126 mutants
SLOW, SLOW_CHUNK = 0.005, 16  # seconds of one prediction from which plain computation stops often
PLANS = 8  # models and targets whose plans are kept; each holds on to its model


@dataclass(frozen=True, eq=False)
class Mutagenesis:
    """A mutation map.

    Attributes
    ----------
    delta
        `(4, length)`, float32: the target's number with base A, C, G or T at a position, minus its number for the
        sequence as given. 0 at the observed base; nan where nothing was computed: outside the window, at ambiguous
        letters, what a cancelled run did not reach, and where the model gave no finite number (see `without_number`).
    deletions
        `(length,)`: the same for deleting the base. The bases to its right move left and N enters at the right end.
        None unless asked for.
    insertions
        `(4, length)`: the same for inserting a base before the position. The bases from there on move right and the
        last one drops out. None unless asked for.
    sequence, target, value, unit
        What was mutated, and the number it has unchanged.
    window
        Positions asked for (0-based, half-open).
    complete
        False if the run was cancelled.
    engine
        `incremental`, or `plain` where the engine could not follow the model or would not have been faster.
    without_number
        Variants for which the model gave nan or an infinite number.
    """

    delta: NDArray[np.float32]
    deletions: NDArray[np.float32] | None
    insertions: NDArray[np.float32] | None
    sequence: Sequence
    target: Target
    value: float
    unit: str
    window: tuple[int, int]
    complete: bool
    engine: str
    without_number: int = 0

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences to show beside the map."""
        if not self.without_number:
            return ()
        return (
            f"The model gave nan or an infinite number for {self.without_number:,} of the mutated sequences: "
            "they are left out of the map.",
        )

    @property
    def importance(self) -> NDArray[np.float32]:
        """`(length,)`: minus the mean over the three alternatives; nan where nothing was computed."""
        observed = encode(self.sequence)[0].numpy() == 1
        return np.asarray(-np.where(observed, 0, self.delta).sum(0) / 3, dtype=np.float32)

    def strongest(self, n: int = 10) -> list[tuple[str, float]]:
        """The `n` substitutions with the largest |effect|, as (`A57G`, alternate minus reference)."""
        size = np.abs(np.nan_to_num(self.delta))
        order = np.argsort(-size, axis=None, kind="stable")[:n]
        found = []
        for flat in order:
            row, position = np.unravel_index(flat, size.shape)
            if size[row, position] > 0:
                name = f"{self.sequence.bases[position]}{position + 1}{BASES[row]}"
                found.append((name, float(self.delta[row, position])))
        return found

    @property
    def sentence(self) -> str:
        """What the map shows: the strongest of the substitutions, its direction and size."""
        computed = int(np.isfinite(self.delta).any(0).sum())
        if not computed:
            return "No substitution was computed."
        top = self.strongest(1)
        if not top:
            return f"No substitution at the {computed} computed positions changes the output."
        name, effect = top[0]
        word = "raises" if effect > 0 else "lowers"
        return (
            f"The strongest of the substitutions at {computed} positions, {name}, {word} the output by "
            f"{abs(effect):.3g} {self.unit} (from {self.value:.3g} to {self.value + effect:.3g})."
        )


def parse_window(text: str | None) -> tuple[int, int] | None:
    """`START-END` (1-based, both included) as a 0-based half-open window; empty text is None."""
    if not text or not text.strip():
        return None
    first, _, last = text.replace(",", "").replace("\u2013", "-").partition("-")
    start, end = whole_number(first.strip()), whole_number(last.strip())
    if not start or end is None:
        raise BadInput(
            f"The window {clip(text, 40)} can't be read.",
            "The form is START-END, counted from 1.",
            "For example `40-60`.",
        )
    return start - 1, end


def count_variants(sequence: Sequence, *, window: tuple[int, int] | None = None, indels: bool = False) -> int:
    """Number of variant sequences that `saturate` would compute, to show the cost first."""
    start, end = _check_window(sequence, window)
    known = sum(base in BASES for base in sequence.bases[start:end])
    return 3 * known + (known + 4 * (end - start) if indels else 0)


def saturate(
    model: Model,
    sequence: Sequence,
    target: Target,
    *,
    window: tuple[int, int] | None = None,
    indels: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Mutagenesis:
    """Every single-base substitution, and on request every 1-bp deletion and insertion.

    Computed by `genoviz.incremental`: the sequence once, and for each variant only what it changes. For SpliceAI-type
    networks by `genoviz.mutagenesis.stretch`, which needs less memory, and for inputs too long to keep all inner results of
    by `genoviz.mutagenesis.long`.

    Parameters
    ----------
    model, sequence, target
        The sequence is exactly as long as the model reads.
    window
        Positions to mutate (0-based, half-open); None mutates all.
    indels
        Also compute deletions and insertions.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; the positions done are returned with
        `complete=False`.

    Raises
    ------
    BadSequence, BadInput
        If the sequence has another length than the model reads, or the window lies outside it.
    NotFinite
        If the model gives nan or an infinite number for the sequence itself, or for all its variants.
    BadModel
        If the model raises, its outputs don't fit its card, or two runs differ.

    Examples
    --------
    Each base of the site costs 1 when it is changed, whatever it becomes.

    >>> from genoviz.models.load import load_model
    >>> model = load_model("toy.sum")
    >>> sequence = Sequence("C" * 27 + "GATAAG" + "C" * 27)
    >>> found = saturate(model, sequence, Target("activity"), window=(27, 29))
    >>> found.delta[:, 27:29].T.tolist()  # A, C, G, T in the place of the site's G, and in that of its first A
    [[-1.0, -1.0, 0.0, -1.0], [0.0, -1.0, -1.0, -1.0]]
    >>> found.importance[27:29].tolist(), found.value
    ([1.0, 1.0], 3.0)
    """
    check_length(sequence, model.card)
    start, end = _check_window(sequence, window)
    length = len(sequence)
    x = encode(sequence)
    reference: Reference | LongReference | StretchReference
    if is_long(model.card):
        chunk, reference = LONG_CHUNK, LongReference(model, target, x)
        value = reference.value
        check_finite(model.card, torch.tensor([value]), x, name=sequence.name)
    else:
        # The reference computes the number as well; models that are not ours are looked at while they do it.
        number = None if is_ours(model) else target_value(model, sequence, target)
        chunk, reference = reference_of(model, target, x, number)
        value = float(reference.value if number is None else number)
        check_finite(model.card, torch.tensor([value]), x)
    delta = np.full((4, length), np.nan, dtype=np.float32)
    deletions = np.full(length, np.nan, dtype=np.float32) if indels else None
    insertions = np.full((4, length), np.nan, dtype=np.float32) if indels else None
    known = [i for i in range(start, end) if sequence.bases[i] in BASES]
    total, done, complete, without = count_variants(sequence, window=window, indels=indels), 0, True, 0

    def part(size: int) -> Callable[[float], None] | None:
        """Progress of the next `size` variants as a share of all."""
        return None if progress is None else lambda share: progress((done + share * size) / total)

    try:
        for low in range(start, end, chunk):
            high = min(low + chunk, end)
            places = [i for i in known if low <= i < high]
            if places:
                with lock_of(model):  # another thread's hooks would turn the engine off
                    rows = reference.saturate(low, high, progress=part(3 * len(places)))[:, :, 0].numpy() - value
                delta[:, places], missing = _finite(rows[:, [i - low for i in places]])
                delta[[BASES.index(sequence.bases[i]) for i in places], places] = 0
                without += missing
                done += 3 * len(places)
        if deletions is not None and insertions is not None:
            with lock_of(model):
                effects = reference.edits([(Edit(i, i + 1, ""),) for i in known], progress=part(len(known)))
            deletions[known], missing = _finite(effects[:, 0].numpy() - value)
            without += missing
            done += len(known)
            places = list(range(start, end))
            added = [(Edit(i, i, base),) for base in BASES for i in places]
            with lock_of(model):
                effects = reference.edits(added, progress=part(len(added)))
            insertions[:, start:end], missing = _finite(effects[:, 0].numpy().reshape(4, -1) - value)
            without += missing
    except Cancelled:
        complete = False
    if without and without == done:
        raise not_finite(model.card, float("nan"), x[0], without, without)
    unit = target.unit(model.card)
    # Asked at the end: the engine may have found on the way that it must not, or that plain batches are faster.
    follows = reference.follows
    engine = "incremental" if follows else "plain"
    bounds = (start, end)
    return Mutagenesis(delta, deletions, insertions, sequence, target, value, unit, bounds, complete, engine, without)


def reference_of(
    model: Model, target: Target, x: Tensor, value: float | None = None
) -> tuple[int, Reference | StretchReference]:
    """What mutants of a sequence are computed from, and the positions after which a cancelled run keeps what is done.

    `x` is the sequence `(1, 4, length)` one-hot, `value` the target's number for it, if it is known.
    """

    def by_plan() -> Reference:
        with lock_of(model):
            return plan_for(model, target).reference(x)

    network = stretch_network(model, target, x)
    if network is not None:
        value = float(evaluate(target.of(model), model, x)[0]) if value is None else value
        return STRETCH_CHUNK, StretchReference(model, target, network, x, value, by_plan)
    reference = by_plan()
    # Plain batches have no self-check, so stopping often costs nothing there.
    plan = plan_for(model, target)
    if reference.follows or plan.is_small:
        return CHUNK, reference
    return SLOW_CHUNK if plan.measured.alone > SLOW else PLAIN_CHUNK, reference


def _finite(effects: NDArray[np.floating]) -> tuple[NDArray[np.floating], int]:
    """Effects with nan in place of what is not finite, and how many those are."""
    bad = ~np.isfinite(effects)
    return np.where(bad, np.float32(np.nan), effects), int(bad.sum())


@lru_cache(maxsize=PLANS)
def plan_for(model: Model, target: Target) -> Plan:
    """The incremental plan of a model and target, recorded once and shared by all sessions; see `Plan.explain`."""
    function = target.of(model)
    with lock_of(model):
        check_steady(model, function)

    def locked(X: Tensor) -> Tensor:
        with lock_of(model):  # another thread may have hooks on the model
            return function(X)

    made = plan(locked, model.card.length)
    made.leaves_small_maps = True
    return made


def _check_window(sequence: Sequence, window: tuple[int, int] | None) -> tuple[int, int]:
    start, end = window or (0, len(sequence))
    if not 0 <= start < end <= len(sequence):
        raise BadInput(
            f"The window {start + 1}-{end} was asked for.",
            f"The sequence has bases 1 to {len(sequence):,}.",
            "Choose a window inside it, first base before the last.",
        )
    return start, end
