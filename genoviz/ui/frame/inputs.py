"""The sidebar frame: model, target and sequence, shared by all pages."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.errors import BadSequence, GenovizError
from genoviz.genomes.registry import GenomeEntry
from genoviz.lessons.examples import EXAMPLES, Example, get_example
from genoviz.models.card import ModelCard
from genoviz.models.weights import is_ready
from genoviz.sequences.sequence import Fitted, Record, Sequence, describe, read_sequences
from genoviz.ui.frame import address, edited, genomes, model_choice, opening, places
from genoviz.ui.frame.outputs import escape, show_error
from genoviz.ui.frame.state import View, output_of, read_link, read_session

if TYPE_CHECKING:
    from genoviz.models.target import Target

MAX_RECORDS = 200
MAX_BASES = 1_000_000
ABREAST = 3  # examples beside each other

SOURCES = {"text": "Text or file", "genome": "Genome"}
_HOW = {"centre": "Centre", "window": "From base ...", "pad": "Pad with N"}


@dataclass(frozen=True)
class Choice:
    """What the sidebar holds: the model, the target's parts, and the sequence as the model reads it (or None)."""

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
    st.session_state["genoviz_started"] = True


KEYS = (
    *model_choice.KEYS,
    "source",
    "sequence_text",
    "fit",
    "fit_start",
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
    use_sequence(example.sequence.bases if example else view.sequence, example=view.example, edits=view.edits)
    if view.genome:
        genomes.use(view.genome)
    places.use(view.place, view.strand)
    st.session_state.update(
        source="genome" if view.place else "text", link_notices=notices, view=view, view_taken=set()
    )
    if view.first:
        st.session_state.update(fit="window", fit_start=max(1, int(view.first)))


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
    """Put a sequence into the box (for button callbacks)."""
    st.session_state.update(source="text", sequence_text=bases, example=example, link_edits=edits)


def use_example(key: str) -> None:
    """Put an example into the frame (button callback)."""
    example = get_example(key)
    if example is None:
        return
    model_choice.use_model(example.model, example.track)
    opening.leave_open("model", "track")  # the next sequence may be another kind
    use_sequence(example.sequence.bases, example=key)
    link_notices()


def genome_read() -> GenomeEntry | None:
    """The genome while the sequence comes from one, else None."""
    if st.session_state.get("source") != "genome":
        return None
    return genomes.entries().get(genomes.chosen_name())


def reads_window() -> bool:
    """Whether the first base to read of a longer sequence was chosen."""
    return st.session_state.get("fit") == "window"


def frame(use: str, *, sequences: bool = True) -> Choice:
    """Draw the sidebar and return the choices; errors in the sequence are shown under the box.

    `use` is what the page does with a model, a row of `genoviz.models.uses.USES`: models that are not for it come last and
    say so. Pages that read no sequence leave its box out (`sequences=False`). Where the model's weights are not here, the page
    ends after the way to get them.
    """
    _open(opening.take())
    with st.sidebar:
        card = model_choice.chosen(use)
    if not is_ready(card):
        model_choice.offer_weights(card)
        st.stop()
    with st.sidebar:
        track, scale = model_choice.chosen_target(card)
        records, example, status = _source(card) if sequences else ((), None, st.container())
        with status:
            record = _pick(records)
            fitted = _fit(record.sequence, card) if record and record.sequence else None
    changed = fitted is not None and record is not None and fitted.sequence != record.sequence
    notices = [" ".join([fitted.sentence, fitted.numbering])] if changed and fitted else []
    with st.sidebar:
        address.switch()
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
        st.session_state.update(fit="window", fit_start=opened.first)


def _source(card: ModelCard) -> tuple[tuple[Record, ...], Example | None, DeltaGenerator]:
    """The sequences of the box or of the genome, and the place under them for messages."""
    source = st.segmented_control(
        "Sequence from", list(SOURCES), key="source", format_func=SOURCES.__getitem__, required=True
    )
    if source == "genome":
        records, status = places.place_record(card)
        return records, None, status
    return _sequence()


def _sequence() -> tuple[tuple[Record, ...], Example | None, DeltaGenerator]:
    """The box; returns what it holds and the place under it for messages."""
    text = st.text_area(
        "Sequence",
        key="sequence_text",
        height=130,
        placeholder="Paste bases, FASTA or GenBank lines,\nthen press Ctrl+Enter",
        help="A, C, G, T, U, N and IUPAC codes, in any case, with spaces and numbers. Up to "
        f"{MAX_RECORDS} FASTA records, or lines of a name, a tab and a sequence. Sequences stay on the computer that runs the app and are not logged; up to 1,000 bases go into the page's address unless "
        "the switch below keeps them out.",
        on_change=_forget_example,
    )
    status = st.container()
    left, right = st.columns(2)
    left.button("Read", type="primary", width="stretch", help="Read the box (or press Ctrl+Enter in it).")
    right.button("Clear", on_click=use_sequence, args=("",), width="stretch", disabled=not text)
    with st.expander("Upload a file"):
        upload = st.file_uploader(
            "FASTA, GenBank, text or a session file, up to 5 MB", key="upload", on_change=_load_session
        )
        st.caption("Kept in the app's memory until it is removed here or the page is closed; not written to the disk.")
        content: str | bytes = text
        if upload is not None and not text.strip() and read_session(upload.getvalue()) is None:
            content = upload.getvalue()
        elif upload is not None:
            st.caption("The box above is read first; clear it to use the file.")
    if not content.strip():
        return (), None, status
    try:
        records = tuple(read_sequences(content, max_records=MAX_RECORDS, max_bases=MAX_BASES))
    except BadSequence as error:
        with status:
            show_error(error)
        return (), None, status
    example = get_example(st.session_state.get("example", ""))
    if example and (
        len(records) != 1 or records[0].sequence is None or records[0].sequence.bases != example.sequence.bases
    ):
        example = None
    if example:
        records = (Record(example.sequence.name, example.sequence, (), None),)
    return records, example, status


def _forget_example() -> None:
    st.session_state.update(example="", link_edits="")


def _load_session() -> None:
    upload = st.session_state.get("upload")
    found = read_session(upload.getvalue()) if upload is not None else None
    if found is not None:
        use_view(*found)


def _pick(records: tuple[Record, ...]) -> Record | None:
    if not records:
        return None
    good = [i for i, record in enumerate(records) if record.sequence is not None]
    index = good[0] if good else 0
    if len(records) > 1:
        bad = len(records) - len(good)
        st.caption(f"{len(records)} records, {bad} of them unreadable." if bad else f"{len(records)} records.")
        index = st.selectbox(
            "Record",
            range(len(records)),
            index=index,
            format_func=lambda i: (
                f"{i + 1}. {records[i].name or 'unnamed'}" + ("" if records[i].sequence else " (unreadable)")
            ),
        )
    record = records[index]
    if record.error is not None:
        show_error(record.error)
    for notice in record.notices:
        st.info(escape(notice))
    if record.sequence is not None:
        st.caption(describe(record.sequence))
    return record


def _fit(sequence: Sequence, card: ModelCard) -> Fitted | None:
    if len(sequence) == card.length:
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
    st.html(ruler(len(sequence), fitted))
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


def example_cards() -> None:
    """The examples as buttons; one click runs one."""
    rows = [EXAMPLES[i : i + ABREAST] for i in range(0, len(EXAMPLES), ABREAST)]
    for column, example in ((c, e) for row in rows for c, e in zip(st.columns(ABREAST), row, strict=False)):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                st.markdown(f"**{example.title}**")
                st.caption(example.note)
            st.button(
                "Open example", key=f"example_{example.key}", on_click=use_example, args=(example.key,), width="stretch"
            )


def make_target(choice: Choice, scale: str | None = None) -> Target:
    """The target of the sidebar's choices."""
    from genoviz.models.target import Target

    return Target(choice.output, (choice.track,), scale=scale or choice.scale)


def title_of(choice: Choice) -> str:
    """Name of the sequence for titles."""
    if choice.example:
        return choice.example.title
    return (choice.sequence.name if choice.sequence else "") or "Your sequence"
