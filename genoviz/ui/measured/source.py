"""Which table of measurements is open: a file of the user's, the public experiments, or the invented example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from genoviz.errors import Cancelled
from genoviz.measured.example import ABOUT as EXAMPLE_ABOUT
from genoviz.measured.example import NAME as EXAMPLE_NAME
from genoviz.measured.example import example_table
from genoviz.measured.public import ABOUT, CITATION, fetch_table, is_here, source, table_path
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.planned import forget, is_long, planned, release

SOURCES = {"file": "My table", "public": "Public experiments", "example": "Synthetic example"}
KEYS = ("measured_source",)
FIRST = {"measured_source": "file"}
_FILE = "measured_file"  # the uploaded table, kept while other pages are shown
_ASKED = "measured fetch asked"
_SECONDS = 5.0  # of the download, on a usual connection


@dataclass(frozen=True)
class Opened:
    """A table that is open: its name, its content, and what it is."""

    name: str
    content: bytes
    kind: str


def choose(kind: str, accepted: str, *, sources: tuple[str, ...] = tuple(SOURCES)) -> Opened | None:
    """The choice of the table; None while there is none. `kind` tells uploads of different panels apart."""
    chosen = "file"
    if len(sources) > 1:
        chosen = st.segmented_control(
            "Measurements", list(sources), key="measured_source", format_func=SOURCES.__getitem__, required=True
        ) or "file"  # fmt: skip
    if chosen == "example":
        st.caption(f":material/science: {escape(EXAMPLE_ABOUT)}")
        return Opened(EXAMPLE_NAME, example_table(), "example")
    return _public() if chosen == "public" else _upload(kind, accepted)


def _upload(kind: str, accepted: str) -> Opened | None:
    """The user's own table; one that was read stays open while other pages are shown."""
    kept: dict[str, Opened] = st.session_state.setdefault(_FILE, {})
    upload = st.file_uploader("Table (TSV or CSV, also .gz)", key=f"measured_upload_{kind}", help=accepted)
    if upload is not None:
        kept[kind] = Opened(upload.name, upload.getvalue(), "file")
    opened = kept.get(kind)
    if opened is None:
        st.caption(escape(accepted))
        return None
    if upload is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Open: **{escape(opened.name)}**", width="content")
            st.button("Close", key=f"measured_close_{kind}", on_click=_close, args=(kind,), type="tertiary")
    return opened


def _close(kind: str) -> None:
    """Put the table away (button callback)."""
    st.session_state.get(_FILE, {}).pop(kind, None)


def _public() -> Opened | None:
    """The public table; fetched when that is asked for."""
    if is_here():
        st.caption(f"{escape(ABOUT)} Cite: {escape(CITATION)}.")
        return Opened(table_path().name, _read(str(table_path()), table_path().stat().st_mtime_ns), "public")
    with st.container(border=True):
        st.markdown(
            f"**Saturation experiments of human promoters and enhancers**\n\n{escape(ABOUT)}\n\n- **Cite**: {escape(CITATION)}\n"
            f"- **Source**: {escape(source())}, the repository of the authors' data portal. Nothing of yours is sent."
        )
        if not st.session_state.get(_ASKED):
            if st.button("Fetch the table", type="primary", icon=":material/download:", key="measured_fetch"):
                st.session_state[_ASKED] = True
                st.rerun()
            st.caption("Without a browser: `genoviz measured fetch`. Without a network: use a table of your own.")
            return None
        key = ("fetch", "measured table")
        is_long("fetch", key, _SECONDS)  # marks the download as wanted, so that work of other pages doesn't stop it
        try:
            ended = planned(
                "fetch", key, _SECONDS, _fetching, cost="", start="", doing="Fetching", stop="Stop", ask=False
            )
        except Exception:
            st.session_state[_ASKED] = False
            raise
    if ended is not None:
        st.session_state[_ASKED] = False
        forget(key)
        release("fetch")
        st.rerun()
    return None


def _fetching(progress: Callable[[float], None]) -> bool:
    try:
        fetch_table(progress)
    except Cancelled:  # what has arrived is kept for the next time
        return False
    return True


@st.cache_data(max_entries=2, show_spinner="Reading the table ...")
def _read(path: str, changed: int) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()
