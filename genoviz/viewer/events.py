"""What comes back from the viewer. A browser can send anything, so that every field is looked at before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genoviz.sequences.edits import Edit, EditHistory

PALETTES = ("classic", "colour-safe", "mono")
EDITS = ("substitute", "delete", "insert")
STEPS = ("undo", "redo", "reset")
REPORTS = ("view", "display")
KINDS = (*EDITS, *STEPS, *REPORTS, "motif", "select")
_PLACED = (*EDITS, "motif", "select", "view")
_LARGEST = 2**53 - 1  # whole number that a browser can count to

Event = dict[str, Any]


def checked_event(event: Any) -> Event | None:
    """The event if every field that its kind needs is there and of its type, else None: it is then ignored.

    Fields that are not needed may be missing, and what is unknown is left out.
    """
    if not isinstance(event, Mapping) or event.get("kind") not in KINDS:
        return None
    kind = str(event["kind"])
    checks = {
        "start": _is_count(event.get("start")),
        "end": _is_count(event.get("end")) and _is_count(event.get("start")) and event["start"] <= event["end"],
        "bases": isinstance(event.get("bases"), str),
        "strand": event.get("strand") in ("+", "-"),
        "nonce": _is_count(event.get("nonce")),
        "minus": isinstance(event.get("minus"), bool),
        "palette": event.get("palette") in PALETTES,
    }
    needed = {"start", "end"} if kind in _PLACED else set()
    needed |= {"bases"} if kind in ("substitute", "insert", "motif") else set()
    needed |= {"minus", "palette"} if kind in REPORTS else set()
    given = {name for name in checks if event.get(name) is not None}
    if not all(checks[name] for name in needed | given):
        return None
    return {"kind": kind} | {name: event[name] for name in checks if name in given}


def take(inbox: dict[str, Any], message: Any) -> list[Event]:
    """The events of a message that were not taken before; notes in `inbox["ack"]` how far it came.

    The browser sends every event again until it is confirmed, because Streamlit drops a trigger when the next one
    arrives before the page could run. Events with a field that is not as it must be are confirmed and ignored.
    """
    if not isinstance(message, Mapping) or not isinstance(message.get("events"), list):
        return []
    client = str(message.get("client", ""))[:100]
    ack = inbox.get("ack")
    done = ack["nonce"] if ack and ack["client"] == client else 0
    fresh = []
    for event in message["events"]:
        nonce = event.get("nonce") if isinstance(event, Mapping) else None
        if nonce is None or not _is_count(nonce) or nonce <= done:
            continue
        done = nonce
        checked = checked_event(event)
        if checked is not None:
            fresh.append(checked)
    inbox["ack"] = {"client": client, "nonce": done}
    return fresh


def to_edit(event: Event | None) -> Edit | None:
    """The edit that an event asks for, or None for the other kinds and for events that lack a field.

    Raises
    ------
    BadInput
        If the browser sent letters that no edit accepts.
    """
    checked = checked_event(event)
    if checked is None or checked["kind"] not in EDITS:
        return None
    return Edit(checked["start"], checked["end"], checked.get("bases", ""))


def handle(history: EditHistory, event: Event | None) -> EditHistory:
    """The history after an event: its edit made, or undo, redo and reset; the same history for other kinds.

    Raises
    ------
    BadInput
        If the edit does not fit, for example one base must stay.
    """
    edit = to_edit(event)
    if edit is not None:
        return history.apply(edit)
    checked = checked_event(event)
    steps = {"undo": history.undo, "redo": history.redo, "reset": history.reset}
    return steps[checked["kind"]]() if checked is not None and checked["kind"] in steps else history


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST
