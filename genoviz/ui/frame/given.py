"""The sequence that is open: one line that says what is read, the record among several, and which bases of it."""

from __future__ import annotations

import base64

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Fitted, Record, Sequence, describe
from genoviz.ui.frame import box, places
from genoviz.ui.frame.outputs import escape, show_error

KEYS = ("fit", "fit_start")
_HOW = {"centre": "Centre", "window": "From base ...", "pad": "Pad with N"}


def use_window(first: int) -> None:
    """Read a longer sequence from this base on, counted from 1."""
    st.session_state.update(fit="window", fit_start=max(1, first))


def reads_window() -> bool:
    """Whether the first base to read of a longer sequence was chosen."""
    return st.session_state.get("fit") == "window"


def line(
    records: tuple[Record, ...], title: str, found: places.Found | None, card: ModelCard
) -> tuple[Record | None, Fitted | None]:
    """What is open, in a line above the page; the record that is read, and its bases as the model reads them.

    The line ends with a button that brings the box back. `title` is that of an example, `found` the place that the bases
    are from.
    """
    top = st.container(horizontal=True, vertical_alignment="center", gap="small")
    record, fitted = _pick(records), None
    with top:
        text = st.container(width="stretch")
        if record is not None and record.sequence is not None:
            where = found.place.title if found is not None and found.place.gene else title or record.name
            said = describe(record.sequence).removesuffix(", no ambiguous bases")
            text.markdown(f"{escape(where)} · {said}" if where else said)
            if found is None and len(record.sequence) == card.length:
                fitted = record.sequence.fit(card.length)
            else:
                with st.popover("Bases read", help="Which bases of it the model reads, and where they lie."):
                    if found is not None:
                        places.say(found)
                    fitted = _fit(record.sequence, card)
        st.button(
            "Change",
            key="given_change",
            icon=":material/edit:",
            on_click=change,
            help="Brings back the box with what is in it now.",
        )
    if (
        record is not None
        and record.sequence is not None
        and fitted is not None
        and len(record.sequence) != card.length
    ):
        st.html(ruler(len(record.sequence), fitted))
    if found is not None:
        places.warn(found)
    for notice in record.notices if record is not None else ():
        st.caption(f":material/info: {escape(notice)}")
    return record, fitted


def quietly(records: tuple[Record, ...], card: ModelCard) -> tuple[Record | None, Fitted | None]:
    """What is open while the box stands in the place of the line: the first record, fitted as it was chosen before."""
    record = next((record for record in records if record.sequence is not None), None)
    if record is None or record.sequence is None:
        return None, None
    extra = len(record.sequence) - card.length
    start = min(max(0, int(st.session_state.get("fit_start", 1)) - 1), max(0, extra))
    if extra > 0 and reads_window():
        return record, record.sequence.fit(card.length, how="window", start=start)
    return record, record.sequence.fit(card.length, how="centre" if extra > 0 else "pad")


def change() -> None:
    """Bring the box back with what is open in it (button callback)."""
    box.forget()
    st.session_state["given_changes"] = True


def close() -> None:
    """Put the box away again (button callback)."""
    st.session_state["given_changes"] = False


def changes() -> bool:
    """Whether the box was asked for while a sequence is open."""
    return bool(st.session_state.get("given_changes"))


def _pick(records: tuple[Record, ...]) -> Record | None:
    """The record that is read, chosen where there are several."""
    good = [i for i, record in enumerate(records) if record.sequence is not None]
    index = good[0] if good else 0
    if len(records) > 1:
        bad = len(records) - len(good)
        index = st.selectbox(
            "Record",
            range(len(records)),
            index=index,
            format_func=lambda i: (
                f"{i + 1}. {records[i].name or 'unnamed'}" + ("" if records[i].sequence else " (unreadable)")
            ),
        )
        st.caption(f"{len(records)} records, {bad} of them unreadable." if bad else f"{len(records)} records.")
    record = records[index]
    if record.error is not None:
        show_error(record.error)
    return record


def _fit(sequence: Sequence, card: ModelCard) -> Fitted | None:
    """The choice which bases of a longer sequence are read, and what comes of it."""
    if len(sequence) == card.length:
        st.caption(f"All {card.length:,} bases are read, as many as the model takes.")
        return sequence.fit(card.length)
    longer = len(sequence) > card.length
    options = ["centre", "window"] if longer else ["pad"]
    how, start = options[0], 1
    if longer:
        if st.session_state.get("fit") not in options:
            st.session_state["fit"] = "centre"
        label = f"The model reads {card.length} of these {len(sequence):,} bases"
        how = st.segmented_control(label, options, format_func=_HOW.__getitem__, required=True, key="fit") or "centre"
        if how == "window":
            last = len(sequence) - card.length + 1
            st.session_state["fit_start"] = min(max(1, int(st.session_state.get("fit_start", 1))), last)
            start = int(st.number_input("First base", 1, last, key="fit_start", help=f"1 to {last:,}"))
    try:
        fitted = sequence.fit(card.length, how=how, start=start - 1 if how == "window" else None)
    except GenovizError as error:
        show_error(error)
        return None
    st.caption(" ".join([fitted.sentence, fitted.numbering]))
    return fitted


def ruler(length: int, fitted: Fitted) -> str:
    """A bar of the whole sequence with the part the model reads: an SVG as an image, for `st.html` drops bare ones."""
    total = max(length, length + fitted.left_pad + fitted.right_pad)
    x, width = 100 * fitted.left_pad / total, 100 * length / total
    read_x = x + 100 * fitted.start / total
    read = 100 * (fitted.end - fitted.start) / total
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 5" preserveAspectRatio="none">'
        '<rect x="0" y="1.5" width="100" height="2" fill="#8a93a0" opacity="0.25"/>'
        f'<rect x="{x:.2f}" y="1.5" width="{width:.2f}" height="2" fill="#8a93a0"/>'
        f'<rect x="{read_x:.2f}" y="0" width="{max(read, 0.8):.2f}" height="5" fill="#2563a8"/></svg>'
    )
    data = base64.b64encode(picture.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{fitted.sentence}" style="width:100%;height:10px">'
