"""The page Measured: effects of changes, pairs, libraries and tracks that experiments gave, beside what models say."""

from __future__ import annotations

import streamlit as st

from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import messages
from genoviz.ui.frame.page_settings import Setting, number, one_of, words
from genoviz.ui.measured import assays, changes, experiment, source, standings, tracks

MODES = {"changes": "Single changes", "assays": "Pairs and libraries", "tracks": "Measured tracks"}
_ABOUT = {
    "changes": "Every base of an element was changed and measured. Does the model see what the experiment saw?",
    "assays": "Whole sequences were measured: promoter libraries, wild types beside mutants, splice assays.",
    "tracks": "Coverage, conservation or junctions from your files, beside what the model says along the same place.",
}
_PANELS = {"changes": changes.show, "assays": assays.show, "tracks": tracks.show}
KEYS = ("measured_mode", *changes.KEYS, *assays.KEYS)
FIRST: dict[str, object] = {"measured_mode": "changes"} | changes.FIRST | assays.FIRST


def _yes(value: object) -> str:
    return "1" if value else "0"


SETTINGS = (
    Setting("measured", "measured_mode", one_of(MODES), "changes"),
    Setting("table", "measured_source", one_of(source.SOURCES), "file"),
    Setting("element", "measured_element", words),
    Setting("barcodes", "measured_barcodes", number(0, 100_000), FIRST["measured_barcodes"]),
    Setting("pvalue", "measured_p", one_of(experiment.P_VALUES), "1"),
    Setting("reverse", "measured_reverse", lambda text: text == "1", False, _yes),
    Setting("deletions", "measured_deletions", lambda text: text == "1", True, _yes),
    Setting("by", "measured_method", words, FIRST["measured_method"]),
    Setting("beside", "measured_beside", one_of(standings.WHAT), "models"),
)


def reads_sequence() -> bool:
    """Whether what is shown belongs to the place that is open; tables bring their own sequences."""
    return st.session_state.get("measured_mode") == "tracks"


def show(choice: Choice) -> None:
    """The page below its title."""
    mode = st.segmented_control(
        "What",
        list(MODES),
        key="measured_mode",
        format_func=MODES.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    mode = mode or "changes"
    st.markdown(_ABOUT[mode])
    with messages():
        _PANELS[mode](choice)
