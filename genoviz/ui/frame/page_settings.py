"""The choices of one page in its address: read once from a link, then kept in step.

A page has a row for each of its widgets; what a link gives that can't be used is left at its first value, and said. What
holds input of the user, or places in it, is named in `genoviz.ui.frame.state.PRIVATE` and stays out of the address where
that is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

from genoviz.ui.frame import address, inputs, places
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.state import MAX_PLACE, View

_OPENED = "page_settings_opened"


@dataclass(frozen=True)
class Setting:
    """A widget and its parameter.

    Attributes
    ----------
    name
        Of the parameter; no two pages share one.
    key
        Of the widget.
    read
        Its value from text; `ValueError` with what is accepted where it can't be used.
    first
        The value that is left out of the address.
    write
        The value as text.
    """

    name: str
    key: str
    read: Callable[[str], object]
    first: object = ""
    write: Callable[[object], str] = str


def one_of(known: Collection[str]) -> Callable[[str], object]:
    """A reader of one of several words."""

    def read(text: str) -> object:
        if text not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return text

    return read


def number(low: float, high: float, *, whole: bool = True) -> Callable[[str], object]:
    """A reader of a number in a range, both ends included."""

    def read(text: str) -> object:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return value

    return read


def words(text: str) -> object:
    """Any text of a length that fits into a link; the page itself says what is wrong with it."""
    if len(text) > MAX_PLACE:
        raise ValueError(f"up to {MAX_PLACE} letters")
    return text


def several(known: Collection[str], most: int) -> Callable[[str], object]:
    """A reader of some of several words, with commas between."""

    def read(text: str) -> object:
        found = [one for one in text.split(",") if one]
        if not 0 < len(found) <= most or set(found) - set(known):
            raise ValueError(f"up to {most} of {', '.join(known)}")
        return found

    return read


def taken(settings: Iterable[Setting], parameters: Mapping[str, str]) -> tuple[dict[str, object], list[str]]:
    """Values of widgets by key from parameters, and sentences about those that can't be used."""
    values, notices = {}, []
    for one in settings:
        if (text := parameters.get(one.name)) is None:
            continue
        try:
            values[one.key] = one.read(text)
        except ValueError as error:
            notices.append(f"The link gives `{text[:50]}` for {one.name}; accepted is {error}.")
    return values, notices


def given(settings: Iterable[Setting], values: Mapping[str, object]) -> dict[str, str]:
    """Parameters of the widgets' values; those at their first value are left out."""
    found = {one.name: (one, values.get(one.key)) for one in settings}
    return {name: one.write(value) for name, (one, value) in found.items() if value not in (None, "", one.first)}


def open_link(page: str, settings: Iterable[Setting]) -> None:
    """Take a page's choices from the link or receipt that was opened last, once, before its widgets are drawn; say what can't be used."""
    given_now = inputs.link_parameters()
    opened: dict[str, dict[str, str]] = st.session_state.setdefault(_OPENED, {})
    if opened.get(page) == given_now:
        return
    opened[page] = given_now
    values, notices = taken(settings, given_now)
    st.session_state.update(values)
    for notice in notices:
        st.warning(escape(notice), icon=":material/link:")


def write(choice: Choice, settings: Iterable[Setting]) -> None:
    """Keep the address in step with the sidebar, what is open, and the page's choices."""
    record = choice.record.sequence if choice.record is not None else None
    placed = places.for_link() if inputs.genome_read() else {}
    view = View(
        choice.card.name,
        choice.track,
        choice.scale,
        sequence="" if placed or record is None else record.bases,
        example=choice.example.key if choice.example else "",
        name=record.name if record is not None and not (placed or choice.example) else "",
        **placed,
    )
    address.write(view, more=given(settings, st.session_state.to_dict()))
