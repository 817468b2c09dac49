"""What every part of the page Compare does: compute with its cost, progress and a stop, and give files away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import pandas as pd
import streamlit as st

from genoviz.files.tsv import Row, tsv
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.weights import at_hand, is_ready
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.planned import is_long, note_stopped, planned, rounded

Result = TypeVar("Result")
Progress = Callable[[float], None]
KEEPS = "Stop and keep what is done"


def run(
    place: str,
    key: tuple[object, ...],
    predictions: int,
    seconds: float,
    work: Callable[[Progress], Result],
    *,
    stop: str = "Stop",
) -> Result | None:
    """The result of this work: at once when short, else on request with its cost, progress and a stop.

    A result that says of itself that it is not complete is shown with a word about it.
    """
    whole = ("compare", place, *key)
    found = planned(
        "compare",
        whole,
        seconds,
        work,
        cost=f"The work of about {predictions:,} predictions, some {rounded(seconds)} on this computer.",
        start="Compute",
        doing="Computing",
        stop=stop,
        ask=is_long("compare", whole, seconds),
        shared=True,
    )
    if found is not None and not getattr(found, "complete", True):
        note_stopped("compare", whole, "Stopped: this is what was done until then.")
    return found


def identity(card: ModelCard) -> tuple[str, str]:
    """What of a model is a part of keys: its name and the checksum of its weights."""
    return card.name, card.sha256


def ready_models() -> list[ModelCard]:
    """Models that can be asked now."""
    files = at_hand()
    return [card for card in list_models() if is_ready(card, files)]


def say(sentence: str, notices: Iterable[str] = ()) -> None:
    """The result in words, and what to know beside it."""
    st.markdown(f"**{escape(sentence)}**")
    for notice in notices:
        st.caption(f":material/info: {escape(notice)}")


def table(rows: Iterable[Row], names: Mapping[str, str], numbers: Iterable[str] = ()) -> None:
    """Rows of a file for reading: these columns, under these names, numbers with three digits."""
    shown = pd.DataFrame([{title: row.get(name) for name, title in names.items()} for row in rows])
    style = st.column_config.NumberColumn(format="%.3g")
    st.dataframe(shown, hide_index=True, width="stretch", column_config={names[n]: style for n in numbers})


def file(label: str, name: str, rows: Callable[[], Iterable[Row]], header: Callable[[], Mapping[str, object]]) -> None:
    """A button for a table, made when it is clicked."""
    stem = "_".join(name.split())
    download(
        label, lambda: tsv(rows(), header()), f"genoviz_{stem}.tsv", "text/tab-separated-values", key=f"file {name}"
    )
