"""Writing sites over many sequences and reading off the target's number: the bench under `genoviz.grammar`."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Sequence as Seq

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.errors import Cancelled
from genoviz.grammar.backgrounds import Backgrounds
from genoviz.incremental import Edit
from genoviz.models.answers import check_finite
from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import plan_for
from genoviz.predict.measure import Measure, numbers_of

Progress = Callable[[float], None]
_TRIAL = 32  # edits that are also computed plainly, to see which way is faster


class Bench:
    """A target's numbers for edited sequences: by the engine or by plain batches, whichever is faster here.

    What `of` measures is asked sequence by sequence: the engine follows predictions only.
    """

    def __init__(self, model: Model, target: Target, of: Measure | None = None) -> None:
        self._model, self._target, self._plan, self._of = model, target, plan_for(model, target), of
        self._plain: bool | None = None if of is None else True  # None: not known yet

    @property
    def engine(self) -> str:
        """`incremental` or `plain`."""
        return "incremental" if self._plan.follows and not self._plain else "plain"

    def values(self, text: str, sets: Seq[Seq[Edit]], progress: Progress | None = None) -> NDArray[np.float64]:
        """The number of `text`, then of `text` after each set of edits that keep its length: `(1 + sets,)`.

        One that is nan or infinite raises `NotFinite`.
        """
        if self._plain:
            return self._plainly(text, sets, progress)
        with lock_of(self._model):  # another thread's hooks would turn the engine off
            reference = self._plan.reference(encode(text))
            began = time.perf_counter()
            numbers = reference.edits(sets, progress=progress)[:, 0].double().numpy()
            seconds = time.perf_counter() - began
        if self._plain is None and len(sets) >= _TRIAL:
            self._plainly(text, sets[:1])  # the first batch of a kind is slower
            began = time.perf_counter()
            self._plainly(text, sets[:_TRIAL])
            self._plain = (time.perf_counter() - began) / _TRIAL < seconds / len(sets)
        found = np.concatenate([[float(reference.value[0])], numbers])
        if not np.isfinite(found).all():
            check_finite(
                self._model.card, torch.from_numpy(found), encode([text, *(edited(text, edits) for edits in sets)])
            )
        return found

    def _plainly(self, text: str, sets: Seq[Seq[Edit]], progress: Progress | None = None) -> NDArray[np.float64]:
        texts = [text, *(edited(text, edits) for edits in sets)]
        batch = self._plan.plain_rows()
        return numbers_of(self._model, self._target, texts, of=self._of, batch_size=batch, progress=progress)


def over_backgrounds(
    backgrounds: Backgrounds,
    one: Callable[[str, Progress | None], NDArray[np.float64]],
    progress: Progress | None,
) -> tuple[NDArray[np.float64], bool]:
    """Results of `one` for each background, stacked, and whether none is missing because of a `Cancelled`."""
    rows: list[NDArray[np.float64]] = []
    total = len(backgrounds)
    try:
        for number, text in enumerate(backgrounds.sequences):
            rows.append(one(text, None if progress is None else part_of(progress, number, total)))
    except Cancelled:
        if len(rows) < 2:  # no interval
            raise
        return np.stack(rows), False
    return np.stack(rows), True


def written(text: str, first: int, bases: str) -> Edit:
    """The edit that writes bases over `text`; an N keeps what is there."""
    there = text[first : first + len(bases)]
    return Edit(first, first + len(bases), "".join(o if b == "N" else b for b, o in zip(bases, there, strict=True)))


def edited(text: str, edits: Seq[Edit]) -> str:
    """`text` after edits that keep its length."""
    for edit in edits:
        text = text[: edit.start] + edit.bases + text[edit.end :]
    return text


def part_of(progress: Progress, number: int, total: int) -> Progress:
    """Progress of one part as a share of all."""
    return lambda share: progress((number + share) / total)
