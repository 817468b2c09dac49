"""What the viewer sends to the browser and how it reads what comes back; no browser needed."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.errors import BadInput
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as gv

SEQUENCE = Sequence("ACGTACGTAC", "demo <b>", Locus("chr8", 100, 110, "-", "GRCh38"))
LENGTH = len(SEQUENCE)


def decoded(payload: dict[str, Any], name: str = "values") -> np.ndarray:
    return np.frombuffer(base64.b64decode(payload[name]), "<f4")


def built(**options: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"sequence": SEQUENCE, "tracks": [], "view_id": "v", "revision": "1"}
    return gv.build(**given | options)


def test_values_arrive_row_after_row_as_float32() -> None:
    values = np.arange(4 * LENGTH, dtype=float).reshape(4, LENGTH)
    values[2, 3] = np.nan
    track = gv.heat(values.T.copy().T, unit="logit")  # not contiguous
    assert track.length == LENGTH
    assert np.array_equal(decoded(track.payload).reshape(4, LENGTH), values.astype("f4"), equal_nan=True)
    assert track.payload["names"] == ["A", "C", "G", "T"]
    json.dumps(track.payload, allow_nan=False)


@pytest.mark.parametrize("shape", [(3, LENGTH), (LENGTH, 4), (1, 4, LENGTH), ()])
def test_wrong_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInput, match="shape"):
        gv.logo(np.zeros(shape))
    with pytest.raises(BadInput, match="shape"):
        gv.heat(np.zeros(shape))


def test_heat_rows_for_indels() -> None:
    track = gv.heat(np.zeros((6, LENGTH)), rows=("A", "C", "G", "T", "del", "ins"))
    assert track.payload["height"] == 6 * 18
    for rows in (("C", "A", "G", "T"), ("A", "C", "G", "T", "dup"), ("A", "C", "G", "T", "del", "del")):
        with pytest.raises(BadInput, match="rows"):
            gv.heat(np.zeros((len(rows), LENGTH)), rows=rows)
    with pytest.raises(BadInput, match="limit"):
        gv.heat(np.zeros((4, LENGTH)), limit=0)


def test_notes_of_a_map_are_sent_once_with_their_cells() -> None:
    notes = {(0, 5): "makes a CpG", (2, 1): "makes an ATG", (3, 1): "makes a CpG", (1, 4): "makes an ATG"}
    zeros = np.zeros((4, LENGTH))
    sent = gv.heat(zeros, notes=notes, quiet={(0, 5), (3, 1)}).payload
    assert sent["texts"] == ["makes an ATG", "makes a CpG"]
    assert sent["notes"] == [2, 1, 0, 1, 4, 0, 3, 1, 1, 0, 5, 1]  # row, column, text
    assert (sent["loud"], "marked" in sent) == (1, False)
    sent = gv.heat(zeros, notes=notes, marked={(3, 1), (0, 5)}, quiet={(3, 1), (0, 5)}).payload
    assert sent["texts"] == ["makes a CpG", "makes an ATG"]
    assert (sent["marked"], sent["loud"]) == (1, 2)
    assert gv.heat(zeros, marked=()).payload["marked"] == 0  # looked for, and nowhere found
    assert not {"notes", "texts", "marked"} & set(gv.heat(zeros).payload)
    with pytest.raises(BadInput, match="outside"):
        gv.heat(zeros, notes={(4, 0): "no such row"})


def test_infinite_values_are_refused() -> None:
    with pytest.raises(BadInput, match="infinite"):
        gv.logo([np.inf] * LENGTH)


def test_binned_lines_and_measured_data() -> None:
    track = gv.line([1, 2, 3], start=2, step=2, measured=[1, np.nan, 2])
    assert track.length is None
    assert (track.payload["start"], track.payload["step"]) == (2, 2)
    assert np.isnan(decoded(track.payload, "measured")[1])
    assert gv.line(np.zeros(LENGTH)).length == LENGTH
    with pytest.raises(BadInput, match="measured"):
        gv.line([1, 2], measured=[1])


def test_bands_and_the_original_travel_with_a_track() -> None:
    ghost = np.full(LENGTH, np.nan)
    track = gv.logo(np.ones(LENGTH), band=0.5, ghost=ghost)
    assert track.payload["band"] == 0.5
    assert np.isnan(decoded(track.payload, "ghost")).all()
    map_ = gv.heat(np.zeros((4, LENGTH)), band=(0.5, 1), reach=2.0).payload
    assert (map_["band"], map_["reach"]) == ([0.5, 1], 2.0)
    assert "faint" not in gv.spans([{"start": 0, "end": 1}]).payload["items"][0]
    with pytest.raises(BadInput, match="original"):
        gv.logo(np.ones(LENGTH), ghost=np.ones(3))
    contested = gv.logo(np.ones(LENGTH), agreed=np.full(LENGTH, 2 / 3))
    assert "agreed" not in track.payload
    assert len(contested.payload["agreed"]) == len(track.payload["ghost"])
    with pytest.raises(BadInput, match="band"):
        gv.logo(np.ones(LENGTH), band=-1)
    assert built(given=(0, LENGTH))["given"] is None, "nothing was added"
    assert built(given=(2, LENGTH))["given"] == [2, LENGTH]


def test_overlapping_spans_get_their_own_lanes() -> None:
    items: list[dict[str, Any]] = [
        {"start": 0, "end": 5, "label": "a"},
        {"start": 3, "end": 8},
        {"start": 5, "end": 9, "strand": "-"},
    ]
    payload = gv.spans(items).payload
    assert [item["lane"] for item in payload["items"]] == [0, 1, 0]
    assert payload["lanes"] == 2
    assert "lane" not in items[0], "arguments are not changed"
    many = gv.spans({"start": 0, "end": 5} for _ in range(20)).payload
    assert many["lanes"] == 6


@pytest.mark.parametrize(
    "item",
    [
        {"start": 5, "end": 2},
        {"start": 0, "end": 2, "style": "star"},
        {"start": 0, "end": 2, "strand": "x"},
        {"start": 0, "end": 2, "color": "red;}"},
    ],
)
def test_unusable_spans_are_refused(item: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        gv.spans([item])


def test_the_payload_of_an_edited_sequence() -> None:
    history = EditHistory.replay(SEQUENCE, [Edit(0, 1, "G"), Edit(4, 4, "TTT"), Edit(9, 10, "")])
    payload = built(sequence=history.current, edits=history, window=(2, 6), tracks=[gv.logo(np.zeros(12))])
    assert payload["seq"] == history.current.bases
    assert payload["original"] == SEQUENCE.bases
    assert payload["blocks"] == [[0, 0, 4], [7, 4, 2], [9, 7, 3]]
    assert [(e["start"], e["end"], e["label"]) for e in payload["edits"]] == [
        (0, 1, "A1G"),
        (4, 7, "ins 5 TTT"),
        (9, 9, "del 10"),
    ]
    assert payload["can_undo"] is True
    assert payload["can_redo"] is False
    assert payload["locus"] == {"chrom": "chr8", "start": 100, "end": 110, "strand": "-", "assembly": "GRCh38"}
    assert payload["filename"] == "demo-b_chr8-101-110-GRCh38"
    json.dumps(payload, allow_nan=False)


def test_mistakes_of_a_page_are_named() -> None:
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"palette": "rainbow"}, "rainbow"),
        ({"report": ("mouse",)}, "mouse"),
        ({"tracks": [gv.logo(np.zeros(9), "Short")]}, "Short"),
        ({"edits": EditHistory(Sequence("AC"))}, "edits"),
        ({"window": (5, 5)}, "window"),
    ]
    for options, says in mistakes:
        with pytest.raises(BadInput, match=says):
            built(**options)
    assert built(selection=(2, 99))["selection"] == [2, LENGTH]
    assert built(selection=(20, 99))["selection"] is None


def test_every_event_is_taken_exactly_once() -> None:
    inbox: dict[str, Any] = {"ack": None, "last": None}
    one, two, three = ({"kind": "undo", "nonce": n} for n in (1, 2, 3))
    assert gv.take(inbox, {"client": "a", "events": [one]}) == [one]
    assert gv.take(inbox, {"client": "a", "events": [one, two, three]}) == [two, three]
    assert gv.take(inbox, {"client": "a", "events": [one, two, three]}) == []
    assert inbox["ack"] == {"client": "a", "nonce": 3}
    assert gv.take(inbox, {"client": "b", "events": [one]}) == [one], "a reloaded page counts from 1"
    for damaged in (None, "x", {}, {"client": "b", "events": [None, {"kind": "undo"}]}):
        assert gv.take(inbox, damaged) == []


def test_events_change_the_history() -> None:
    history = EditHistory(SEQUENCE)
    step = gv.handle(history, {"kind": "substitute", "start": 0, "end": 1, "bases": "G"})
    assert step.done[0].label == "A1G"
    step = gv.handle(step, {"kind": "delete", "start": 1, "end": 3, "bases": ""})
    step = gv.handle(step, {"kind": "insert", "start": 8, "end": 8, "bases": "TT"})
    assert step.current.bases == "GTACGTACTT"
    assert gv.handle(step, {"kind": "undo"}).current.bases == "GTACGTAC"
    assert gv.handle(gv.handle(step, {"kind": "reset"}), {"kind": "redo"}).done == step.done[:1]
    for other in (None, {"kind": "select", "start": 0, "end": 3}, {"kind": "view"}, {"kind": "nonsense"}):
        assert gv.handle(step, other) is step
    with pytest.raises(BadInput):
        gv.handle(step, {"kind": "insert", "start": 0, "end": 0, "bases": "<script>"})


def page() -> None:
    import streamlit as st

    from genoviz.sequences.sequence import Sequence
    from genoviz.ui import viewer as gv

    sequence = Sequence("ACGTACGTAC")
    event = gv.viewer(
        "wb", sequence=sequence, tracks=[gv.logo([1.0] * 10)], view_id="v", revision="1", summary="One sentence."
    )
    st.text(f"event: {event}")


def test_a_page_mounts_it() -> None:
    at = AppTest.from_function(page).run(timeout=30)  # letter outlines are made the first time
    assert not at.exception
    sent = json.loads(at.get("bidi_component")[0].proto.json)
    assert sent["seq"] == "ACGTACGTAC"
    assert sent["summary"] == "One sentence."
    assert sent["ack"] is None
    assert at.text[0].value == "event: None"


WHOLE = {"kind": "substitute", "start": 0, "end": 1, "bases": "G", "strand": "+", "nonce": 1}
NOT_COUNTS: tuple[Any, ...] = (None, -1, 1.5, True, "0", "²", [], {}, 2**53, float("nan"))


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": None}, {"kind": "nonsense"}, {"kind": ["undo"]}, {"kind": {}},
        *({"start": value} for value in NOT_COUNTS), *({"end": value} for value in NOT_COUNTS), {"start": 2, "end": 1},
        {"bases": None}, {"bases": 7}, {"bases": ["G"]}, {"strand": "?"}, {"strand": 1},
        *({"nonce": value} for value in NOT_COUNTS),
        *({"kind": "select", "start": value} for value in NOT_COUNTS), {"kind": "select", "end": "3"},
        {"kind": "motif", "bases": None}, {"kind": "motif", "start": -3},
        {"kind": "display"}, {"kind": "display", "minus": 1, "palette": "mono"},
        {"kind": "display", "minus": True, "palette": "rainbow"}, {"kind": "display", "minus": True, "palette": ["mono"]},
        {"kind": "view", "minus": True}, {"kind": "delete", "bases": 3},
    ],
)  # fmt: skip
def test_a_damaged_event_is_ignored(damage: dict[str, Any]) -> None:
    """It is confirmed, so that it does not come again, and the next one is taken."""
    inbox: dict[str, Any] = {"ack": None, "last": None}
    event = WHOLE | damage
    following = {"kind": "undo", "nonce": 2}
    for damaged in (event, {name: value for name, value in event.items() if value is not None}):
        inbox["ack"] = None
        assert gv.take(inbox, {"client": "a", "events": [damaged, following]}) == [following]
        assert inbox["ack"] == {"client": "a", "nonce": 2}
    history = EditHistory(SEQUENCE)
    if "nonce" not in damage:
        assert gv.to_edit(event) is None
        assert gv.handle(history, event) is history


def test_whole_events_are_taken_as_they_are() -> None:
    display = {"kind": "display", "start": 0, "end": 9, "bases": "", "strand": "-", "nonce": 2, "minus": True}
    sent = [WHOLE, display | {"palette": "mono"}, {"kind": "delete", "start": 1, "end": 3, "nonce": 3, "extra": "x"}]
    taken = gv.take({"ack": None}, {"client": "a", "events": sent})
    assert taken == [*sent[:2], {"kind": "delete", "start": 1, "end": 3, "nonce": 3}]
    with pytest.raises(BadInput, match="at most 10,000 bases"):
        gv.handle(EditHistory(SEQUENCE), WHOLE | {"bases": "A" * 10**6})
    messages: tuple[Any, ...] = (
        [],
        "x",
        {"events": {}},
        {"events": "x"},
        {"client": [], "events": [7, None, [], "undo"]},
    )
    for message in messages:
        assert gv.take({"ack": None}, message) == []
