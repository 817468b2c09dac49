"""The dependency map: its cost, progress with a stop, the map, and the table behind a cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from genoviz.dependency.options import MAX_PAIRS, MAX_WINDOW, usual_window
from genoviz.files.tsv import tsv
from genoviz.predict.tables import reading
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import escape, is_dark
from genoviz.ui.frame.planned import is_long, note_stopped, planned, rounded
from genoviz.ui.frame.receipts import receipt_panel
from genoviz.ui.language.work import expectation_seconds, expects

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from genoviz.dependency.dependency_map import Dependency
    from genoviz.dependency.stems import Stem

PLACE = "dependency"  # of the work that runs
KEYS = ("language_window", "language_changed", "language_read")
DRAWN: dict[str, Any] = {"width": "stretch", "height": "stretch", "config": {"displayModeBar": False}}
_STYLE = "<style>.st-key-dependency_map { flex: none; height: min(620px, 100vw + 90px); }</style>"
SURE = 0.05  # probability by chance up to which a line is shown as a stem


def show(choice: Choice, sequence: Sequence) -> None:
    """Window, work, map and table."""
    from genoviz.mutagenesis.saturation import parse_window

    language = expects(choice.card)
    text = st.text_input(
        "Window, from 1",
        key="language_window",
        placeholder="1-150",
        help=f"START-END, up to {MAX_WINDOW} bases of a language model and {MAX_PAIRS} of another one. Empty: all that fit, or the middle.",
    )
    window = parse_window(text) or usual_window(choice.card, language)
    found = _computed(choice, sequence, window, language)
    if found is None:
        return
    lines = _stems(found)
    st.markdown(f"**{escape(found.sentence)}**")
    _map(found, lines)
    if found.target is None:
        _lines(found, lines)
    _cell(found)
    _file(choice, found)


def _computed(choice: Choice, sequence: Sequence, window: tuple[int, int], language: bool) -> Dependency | None:
    """The map of these choices: at once when short, else on request, with progress and a stop."""
    from genoviz.dependency.dependency_map import count_passes, dependency

    card, target, model = choice.card, make_target(choice), cache.loaded(choice.card)
    inside = (max(0, window[0]), min(len(sequence), window[1]))
    rows = count_passes(model, sequence, inside)
    seconds = rows * (expectation_seconds(card) if language else estimate.placement(card, target))
    key = ("dependency", card.name, card.sha256, None if language else target, sequence, window)
    so_far: list[Dependency] = st.session_state.setdefault("language so far", {}).setdefault(key, [])

    def work(progress: Callable[[float], None]) -> Dependency:
        so_far.clear()
        return dependency(model, sequence, window=window, target=target, progress=progress, so_far=so_far.append)

    found = planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"{rows:,} changed sequences, some {rounded(seconds)} on this computer.",
        start="Compute",
        doing="Changing bases",
        stop="Stop and keep what is done",
        ask=is_long(PLACE, key, seconds),
        meanwhile=lambda: _growing(so_far),
    )
    if found is not None:
        st.session_state.pop("language so far", None)
    if found is not None and not found.complete:
        note_stopped(PLACE, key, "Stopped: this is what was done until then.")
    return found


def _growing(so_far: list[Dependency]) -> None:
    """The rows that are done, while the others are computed."""
    from genoviz.plots.dependency import dependency_figure
    from genoviz.plots.palette import colours

    if so_far:
        del so_far[:-1]
        figure = dependency_figure(so_far[-1], colours("colour-safe", is_dark()), clicks=False)
        with frame():
            st.plotly_chart(figure, key="figure dependency so far", **DRAWN)


def frame() -> DeltaGenerator:
    """Place of a map, as high as the map is: it is square, so on a phone it ends long before the height of a desk."""
    frame = st.container(key="dependency_map")
    frame.html(_STYLE)
    return frame


def _stems(found: Dependency) -> list[Stem]:
    from genoviz.dependency.stems import stems

    key = "language stems"
    kept = st.session_state.get(key)
    if kept is None or kept[0] is not found:
        kept = (
            found,
            [stem for stem in stems(found) if stem.chance <= SURE] if found.complete and found.target is None else [],
        )
        st.session_state[key] = kept
    return list(kept[1])


def _map(found: Dependency, lines: list[Stem]) -> None:
    from genoviz.plots.dependency import dependency_figure
    from genoviz.plots.palette import colours

    figure = dependency_figure(found, colours("colour-safe", is_dark()), lines)
    with frame():
        event = st.plotly_chart(figure, on_select="rerun", selection_mode="points", key="figure dependency", **DRAWN)
    points = event.selection.points if event else []
    cell = points[0].get("customdata") if points else None
    if cell is not None and len(cell) == 2 and st.session_state.get("language cell") != tuple(cell):
        st.session_state["language cell"] = tuple(cell)
        st.session_state.update(language_changed=int(cell[0]), language_read=int(cell[1]))
    if found.target is None:
        st.caption(
            f"Colour: the largest change of the log2 odds of any base at the read place, over the three changes. Read: {escape(found.reading)}. "
            "Of the five clearest lines across the diagonal those are framed whose bases can pair, more often than by chance (5 %)."
        )
    else:
        st.caption(
            "Colour: the largest size of what two changes do beyond the sum of both. This model was trained on labels and expects no bases; the page "
            "Motif grammar has the same pairs with their signs."
        )


def _lines(found: Dependency, lines: list[Stem]) -> None:
    from genoviz.dependency.stems import blocks

    st.markdown(
        "**Lines across the diagonal**: "
        + (escape("; ".join(line.words for line in lines)) + "." if lines else "none that stands out."),
        help="In RNA the two sides of a stem depend on each other. The map does not know which bases can pair, so the number that can is a check; "
        "about six of sixteen can by chance.",
    )
    places = [f"{start + 1}-{end}" for start, end, _ in blocks(found)]
    st.markdown(
        "**Blocks at the diagonal**: " + (", ".join(places) + "." if places else "none that stands out."),
        help="Bases that depend on those up to ten places away more than usual in this window, by a standard deviation. Motifs do, and so do "
        "repeats and tracts of one base.",
    )


def _cell(found: Dependency) -> None:
    """The table behind the clicked cell, or behind the strongest."""
    from genoviz.dependency.tables import cell_table

    if found.strongest is None:
        return
    low, high = found.window[0] + 1, found.window[1]
    for key, usual in zip(("language_changed", "language_read"), found.strongest, strict=True):
        if not low <= int(st.session_state.get(key) or 0) <= high:
            st.session_state[key] = usual
    language = found.target is None
    names = ("Changed base", "Read base") if language else ("One change", "The other change")
    with st.container(horizontal=True):
        changed = int(st.number_input(names[0], low, high, key="language_changed", width=150))
        read = int(st.number_input(names[1], low, high, key="language_read", width=150))
    if changed == read:
        st.caption("A base does not depend on itself: choose two places.")
        return
    said = f"What each base at {changed} does to the base at {read}"
    if not language:
        said = f"What both do beyond the sum, with each base at {changed} and at {read}"
    st.markdown(f"**{said}**, in {escape(found.unit)}; click a cell of the map for another pair.")
    number = st.column_config.NumberColumn(format="%+.2f")
    share = st.column_config.NumberColumn(format="%.2f")
    rows = pd.DataFrame(cell_table(found, changed - 1, read - 1))
    config = {name: share if name.startswith("p(") else number for name in rows.columns[1:]}
    st.dataframe(rows, hide_index=True, width="stretch", column_config=config)


def _file(choice: Choice, found: Dependency) -> None:
    from genoviz.dependency.tables import dependency_provenance, dependency_table

    download(
        "Table (TSV)",
        lambda: tsv(dependency_table(found), dependency_provenance(choice.card, found) | reading(choice.fitted)),
        f"genoviz_{choice.card.name}_dependency.tsv",
        "text/tab-separated-values",
        key="file dependency",
    )
    if found.complete:
        from genoviz.receipts.language import dependency_receipt

        receipts = [dependency_receipt(choice.card, found)]
        receipt_panel([choice.card], receipts, f"genoviz_{choice.card.name}", choice.fitted)
