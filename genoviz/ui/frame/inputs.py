"""The frame shared by all pages: the model and its target in the sidebar, the sequence above the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import BadSequence
from genoviz.genomes.registry import GenomeEntry
from genoviz.lessons.examples import Example, get_example
from genoviz.models.card import ModelCard
from genoviz.models.weights import is_ready
from genoviz.question.bases import MAX_BASES, MAX_RECORDS
from genoviz.question.reading import Reading
from genoviz.sequences.sequence import Fitted, Record, Sequence, read_sequences
from genoviz.ui.frame import address, box, edited, genomes, given, model_choice, opening, places
from genoviz.ui.frame.outputs import use_palette
from genoviz.ui.frame.state import View, output_of, read_link

if TYPE_CHECKING:
    from genoviz.models.target import Target


@dataclass(frozen=True)
class Choice:
    """What the frame holds: the model, the target's parts, and the sequence as the model reads it (or None)."""

    card: ModelCard
    output: str
    track: str
    scale: str
    sequence: Sequence | None
    fitted: Fitted | None
    records: tuple[Record, ...]
    record: Record | None
    example: Example | None
    notices: tuple[str, ...]


def start_session() -> None:
    """On the first run of a session, take the choices from the link."""
    if "genoviz_started" in st.session_state:
        return
    use_view(*read_link(dict(st.query_params)))
    opening.of_link(dict(st.query_params))
    address.start()
    st.session_state.update(genoviz_started=True, link_parameters=dict(st.query_params))


def link_parameters() -> dict[str, str]:
    """The parameters of the link that began the session, or of what was opened last in the box."""
    found: dict[str, str] = st.session_state.get("link_parameters", {})
    return found


KEYS = (
    *model_choice.KEYS,
    "source",
    "sequence_text",
    *given.KEYS,
    address.KEY,
    *genomes.KEYS,
    *places.KEYS,
)


def keep_choices(keys: Iterable[str] = KEYS, first: Mapping[str, object] | None = None) -> None:
    """Streamlit forgets widgets of pages that are not shown, and takes those of another page for new ones: remember their
    values and set them again.

    The frame keeps its own; a page calls this with the keys of its widgets and what they hold at `first`.
    """
    kept = st.session_state.setdefault("kept", {})
    for key, value in (first or {}).items():
        kept.setdefault(key, value)
    for key in keys:
        if key in st.session_state:
            kept[key] = st.session_state[key]
        if key in kept:
            st.session_state[key] = kept[key]


def note_choices(keys: Iterable[str] = KEYS) -> None:
    """Remember the choices as they are now; called where only a part of the page runs."""
    kept = st.session_state.setdefault("kept", {})
    kept.update({key: st.session_state[key] for key in keys if key in st.session_state})


def use_view(view: View, notices: list[str]) -> None:
    """Take the frame's choices from a link or session file; pages take theirs with `opened_view`."""
    example = get_example(view.example)
    edited.forget()
    model_choice.use_model(view.model, view.track)
    (opening.leave_open if example else opening.mark)("model", "track")  # an example is no choice for other sequences
    model_choice.use_scale(view.scale)
    named = f">{view.name}\n{view.sequence}" if view.name else view.sequence
    use_sequence(example.sequence.bases if example else named, example=view.example, edits=view.edits)
    use_palette(view.palette)
    if view.genome:
        genomes.use(genomes.by_any_name(view.genome))
    places.use(view.place, view.strand)
    st.session_state.update(
        source="genome" if view.place else "text", link_notices=notices, view=view, view_taken=set()
    )
    if view.first:
        given.use_window(int(view.first))


def opened_view(page: str) -> View | None:
    """The view of a link or session file that this page has not taken its choices from yet."""
    taken: set[str] = st.session_state.setdefault("view_taken", set())
    if page in taken:
        return None
    taken.add(page)
    view: View | None = st.session_state.get("view")
    return view


def link_notices() -> list[str]:
    """What could not be used of a link or session file; said once."""
    notices: list[str] = st.session_state.pop("link_notices", [])
    return notices


def link_edits() -> str:
    """Edits that came with the sequence, to be made once."""
    return str(st.session_state.pop("link_edits", ""))


def use_sequence(bases: str, *, example: str = "", edits: str = "") -> None:
    """Open a sequence (for button callbacks)."""
    given.close()
    st.session_state.update(source="text", sequence_text=bases, example=example, link_edits=edits)


def genome_read() -> GenomeEntry | None:
    """The genome while the sequence comes from one, else None."""
    if st.session_state.get("source") != "genome":
        return None
    return genomes.entries().get(genomes.chosen_name())


def reads_window() -> bool:
    """Whether the first base to read of a longer sequence was chosen."""
    return given.reads_window()


def frame(use: str, *, sequences: bool = True) -> Choice:
    """Draw the sidebar, and above the page what is read; return the choices.

    `use` is what the page does with a model, a row of `genoviz.models.uses.USES`: models that are not for it come last and
    say so. Where nothing is open the box stands there, and errors under it. Pages that read no sequence leave it out
    (`sequences=False`). Where the model's weights are not here, the page ends after the way to get them.
    """
    box.follow()
    _open(opening.take())
    with st.sidebar:
        card = model_choice.chosen(use)
    if not is_ready(card):
        model_choice.offer_weights(card)
        st.stop()
    with st.sidebar:
        track, scale = model_choice.chosen_target(card)
        asked = places.choose() if sequences and st.session_state.get("source") == "genome" else None
        address.switch()
    records: tuple[Record, ...] = ()
    record, fitted, example = None, None, None
    if sequences:
        records, example, found = _opened(card, asked)
        is_open = any(one.sequence for one in records)
        if is_open and not given.changes():
            record, fitted = given.line(records, example.title if example else "", found, card)
        else:
            _box(is_open)
            record, fitted = given.quietly(records, card)
    changed = fitted is not None and record is not None and fitted.sequence != record.sequence
    notices = [" ".join([fitted.sentence, fitted.numbering])] if changed and fitted else []
    sequence = fitted.sequence if fitted else None
    return Choice(
        card, output_of(card, track), track, scale, sequence, fitted, records, record, example, tuple(notices)
    )


def _open(opened: opening.Opened | None) -> None:
    """Choose what the page opened by itself."""
    if opened is None:
        return
    model_choice.use_model(opened.model, opened.track)
    opening.leave_open("model", "track")
    opening.mark(*opened.named)
    if opened.first:
        given.use_window(opened.first)


def _opened(
    card: ModelCard, asked: places.Asked | None
) -> tuple[tuple[Record, ...], Example | None, places.Found | None]:
    """The records that are open, the example they are, and the place they are from."""
    if st.session_state.get("source") == "genome":
        found = places.find(asked, card) if asked is not None else None
        return (found.record,) if found is not None else (), None, found
    text = str(st.session_state.get("sequence_text") or "")
    if not text.strip():
        return (), None, None
    try:
        records = tuple(read_sequences(text, max_records=MAX_RECORDS, max_bases=MAX_BASES))
    except BadSequence:
        return (), None, None  # the box has the text, and says what is wrong with it
    example = get_example(st.session_state.get("example", ""))
    if example and (
        len(records) != 1 or records[0].sequence is None or records[0].sequence.bases != example.sequence.bases
    ):
        example = None
    if example:
        records = (Record(example.sequence.name, example.sequence, (), None),)
    return records, example, None


def _box(is_open: bool) -> None:
    """The box, with what is open or could not be read in it."""
    state = st.session_state
    placed = state.get("source") == "genome"
    if given.changes() or not placed:
        box.seed(places.text() if placed else str(state.get("sequence_text") or ""))
    box.box(open_reading, close=given.close if is_open else None)


def open_reading(reading: Reading) -> None:
    """Take what was understood of a text (callback): a sequence, a place, or what the page Variants reads."""
    given.close()
    if reading.kind in ("session", "link", "receipt"):
        use_view(*read_link(dict(reading.parameters)))
        opening.of_link(dict(reading.parameters))
        st.session_state["link_parameters"] = dict(reading.parameters)
    elif reading.page == "variants":
        _take_to_variants(reading)
    elif reading.genome:
        genomes.use(reading.genome)
        places.use(reading.text, "")
        st.session_state.update(source="genome", example="", link_edits="")
    else:
        same = reading.text.strip() == str(st.session_state.get("sequence_text") or "").strip()
        use_sequence(reading.text, example=str(st.session_state.get("example", "")) if same else "")


def _take_to_variants(reading: Reading) -> None:
    """Give the page Variants what it reads, as a link would; what the other pages hold stays."""
    if reading.genome:
        genomes.use(reading.genome)
    if reading.kind == "variants":
        st.session_state["variant_lines"] = reading.text
        return
    model, track = (str(st.session_state.get(key, "")) for key in model_choice.KEYS[:2])
    st.session_state.update(view=View(model, track, variant=reading.text), view_taken={"sequence", "compare"})


def variant_lines() -> str:
    """Lines of variants that the box understood, for the page Variants; given once."""
    return str(st.session_state.pop("variant_lines", ""))


def make_target(choice: Choice, scale: str | None = None) -> Target:
    """The target of the sidebar's choices."""
    from genoviz.models.target import Target

    return Target(choice.output, (choice.track,), scale=scale or choice.scale)


def title_of(choice: Choice) -> str:
    """Name of the sequence for titles."""
    if choice.example:
        return choice.example.title
    return (choice.sequence.name if choice.sequence else "") or "Your sequence"
