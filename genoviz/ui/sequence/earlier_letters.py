"""The letters of the state before an edit: the picture shows them, faded, until those of the edited sequence are there.

An edit is answered twice. The first run of the page gives the number and the mutation map, the second one the attribution
and all that goes with it, so that nobody waits for what is slow to see what is quick.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.scriptrunner import get_script_run_ctx

from genoviz.sequences.edited_window import along, to_sequence
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution

KEPT = 100  # answered states whose letters are still at hand, below the entries of `cache.attribution`
_STATE = "earlier_letters"


@dataclass(frozen=True)
class _Explained:
    history: EditHistory
    asked: Hashable
    result: Attribution


def earlier_letters(history: EditHistory, read: Sequence, asked: Hashable) -> Attribution | None:
    """The scores of the state explained last, moved along the edits since; None where this run computes the letters.

    Only a run of the fragment alone is followed by another, so that a page that is opened has all at once.

    Parameters
    ----------
    history
        The current state.
    read
        What the model reads of it.
    asked
        Model, target and method: letters of another question are no stand-in.
    """
    kept = _kept()
    last: _Explained | None = kept["last"]
    this = (read.bases, asked)
    if last is None or last.asked != asked or last.history.original != history.original:
        return None
    if this in kept["known"] or kept["due"] == this or not _runs_alone():
        return None
    kept["due"] = this
    earlier, result, window = last.history, last.result, len(read)
    hypothetical = result.hypothetical
    return replace(
        result,
        sequence=read,
        scores=_moved(result.scores, earlier, history, window),
        hypothetical=None if hypothetical is None else _moved(hypothetical, earlier, history, window),
    )


def keep_letters(history: EditHistory, read: Sequence, asked: Hashable, result: Attribution | None) -> None:
    """Keep what was computed, for the next edit; None where the letters are only offered, or still in work."""
    kept = _kept()
    kept["due"] = None
    if result is not None:
        kept["last"] = _Explained(history, asked, result)
    known: dict[Hashable, None] = kept["known"]
    known[(read.bases, asked)] = None
    while len(known) > KEPT:
        known.pop(next(iter(known)))


def _kept() -> dict[str, Any]:
    """In the session: the state explained last, those that were answered, and the one whose letters come next."""
    kept: dict[str, Any] = st.session_state.setdefault(_STATE, {"last": None, "known": {}, "due": None})
    return kept


def _runs_alone() -> bool:
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def _moved(values: NDArray[np.float32], earlier: EditHistory, now: EditHistory, window: int) -> NDArray[np.float32]:
    """Values `(..., window)` of an earlier state over the bases of this one that they belong to, nan elsewhere."""
    there = to_sequence(values, len(earlier.current))
    original = np.full((*values.shape[:-1], len(now.original)), np.nan, dtype=np.float32)
    for here, start, length in earlier.blocks:
        original[..., start : start + length] = there[..., here : here + length]
    return to_sequence(along(original, now), window)
