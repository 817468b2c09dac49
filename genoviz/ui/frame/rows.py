"""Rows that are chosen by a click: a name, a bar, words, and perhaps a small picture."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_HTML = '<ul class="gr" role="list"></ul><div class="gr-unit"></div>'


@dataclass(frozen=True)
class Row:
    """What one row shows; all of it is text, none is markup.

    Attributes
    ----------
    label, note
        Its name, and smaller words below it.
    start, share
        Where its bar begins and how long it is, in per cent of the longest that is possible.
    value
        Beside the bar.
    facts
        Short words under it.
    picture, alt, caption
        A small picture as a `data:` address, what it shows for screen readers, and words beside it.
    chosen
        Whether this row is what the page shows.
    strong
        Write the name bold.
    title
        Shown while the mouse rests on it.
    """

    label: str
    start: float = 0.0
    share: float = 0.0
    value: str = ""
    note: str = ""
    facts: tuple[str, ...] = ()
    picture: str = ""
    alt: str = ""
    caption: str = ""
    chosen: bool = False
    strong: bool = False
    title: str = ""


def rows(key: str, shown: Seq[Row], *, label: str, on_pick: Callable[[int], None], unit: str = "") -> bool:
    """Show rows; True in the run after one was clicked.

    Parameters
    ----------
    key
        Streamlit's key.
    shown
        From top to bottom.
    label
        What the rows are, for screen readers.
    on_pick
        Called with the number of the row that was clicked (from 0), before the page or fragment runs again.
    unit
        Written under the bars.
    """

    def receive() -> None:
        number = (st.session_state.get(key) or {}).get("pick")
        if isinstance(number, (int, float)) and 0 <= int(number) < len(shown):
            on_pick(int(number))

    data = {"label": label, "rows": [asdict(row) for row in shown], "unit": unit}
    return component()(key=key, data=data, on_pick_change=receive).pick is not None


def component() -> Any:
    """Streamlit's component, registered once in each server process."""
    return _component()


@cache
def _component() -> Any:
    script, style = ((_HERE / name).read_text(encoding="utf-8") for name in ("rows.mjs", "rows.css"))
    return st.components.v2.component("genoviz_rows", html=_HTML, css=style, js=script)
