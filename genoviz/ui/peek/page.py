"""The page Predict first: mark bases, peek, and hold the marks against truth, model and class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import BadInput, GenovizError
from genoviz.lessons.guesses import Guesses, agreement, merge_guesses, places_of, read_guesses, stretches
from genoviz.models.words import per_base
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.example_cards import example_cards
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, escape, messages, palette, show_error

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution

_STATE, _TYPED, _PROBLEM = "peek_marks", "peek_typed", "peek_problem"
_MOST = 2_000  # bases of a sequence that people mark by hand
_YOURS, _TRUE = "#7a4fd0", "#2f9e77"


@dataclass
class Marks:
    """What is marked in one sequence, and the guess once it was given."""

    places: tuple[int, ...] = ()
    guess: Guesses | None = None


def show(choice: Choice) -> None:
    """The page below its title."""
    sequence = choice.sequence
    if sequence is None:
        st.markdown(
            "Before you look at an explanation, say what you expect: then it can surprise you. Give a sequence in the box above, or "
            "open an example. Where sites were written in, the truth is shown as well."
        )
        example_cards()
        return
    if len(sequence) > _MOST:
        st.info(f"Marks are set by hand: choose a model that reads at most {_MOST:,} bases.")
        return
    with messages():
        marks = _marks(choice, sequence)
        if marks.guess is None:
            _ask(choice, sequence, marks)
        else:
            _peek(choice, sequence, marks.guess)


def _marks(choice: Choice, sequence: Sequence) -> Marks:
    """Those of this sequence and output; each has its own."""
    every: dict[str, Marks] = st.session_state.setdefault(_STATE, {})
    return every.setdefault(digest(f"{sequence.bases} {choice.card.name} {choice.track}"), Marks())


def _ask(choice: Choice, sequence: Sequence, marks: Marks) -> None:
    st.markdown(
        f"**Which bases matter most to {escape(choice.track)}?** {escape(choice.card.title)} will tell. Click bases, or select stretches, "
        "to mark them and to take marks away; then peek."
    )

    def switch(places: Iterable[int]) -> None:
        now, asked = set(marks.places), set(places)
        marks.places = tuple(sorted(now - asked if asked <= now else now | asked))

    def clicked(event: canvas.Event) -> None:
        if event["kind"] == "select" and event["end"] > event["start"]:
            switch(range(event["start"], min(event["end"], len(sequence))))

    def typed() -> None:
        text = str(st.session_state.get(_TYPED, ""))
        try:
            switch(places_of(text, len(sequence)))
            st.session_state[_TYPED] = ""
        except BadInput as problem:
            st.session_state[_PROBLEM] = problem

    canvas.viewer(
        "peek ask",
        sequence=sequence,
        tracks=[_spans(marks.places, "Your marks", _YOURS)],
        view_id=digest(f"peek {sequence.bases}"),
        revision=digest(f"{sequence.bases} {marks.places}"),
        palette=palette(),
        summary=f"Marked: {stretches(marks.places) or 'nothing yet'}.",
        title=title_of(choice),
        editable=False,
        picks=True,
        on_event=clicked,
    )
    st.text_input("Or type bases to mark or unmark", key=_TYPED, on_change=typed, placeholder="31-40, 63")
    problem = st.session_state.pop(_PROBLEM, None)
    if problem is not None:
        show_error(problem)

    def give() -> None:
        marks.guess = Guesses.of(sequence.bases, choice.card.name, choice.track, marks.places)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Peek", type="primary", disabled=not marks.places, on_click=give, key="peek_give")
        st.caption(f"{len(marks.places)} bases marked.")


def _peek(choice: Choice, sequence: Sequence, guess: Guesses) -> None:
    from genoviz.attribute.methods import METHODS, REFERENCES, default_method

    card = choice.card
    method = default_method(card)
    found: Attribution = cache.attribution(
        card.name, card.sha256, sequence, make_target(choice), method, None, REFERENCES, None, 0
    )
    marked = [i for i, count in enumerate(guess.counts) if count]
    truth = _truth(choice)
    shared = agreement(marked, found.per_base)
    said = f"{shared} of your {len(marked)} marks are among the {len(marked)} bases that matter most to the model."
    if truth:
        inside = len(set(marked) & truth)
        said += f" {inside} lie in the sites that are known, which have {len(truth)} bases."
    st.markdown(f"**{said}**")
    group = _class(guess)
    tracks = [_spans(marked, "Your marks", _YOURS)]
    if truth:
        synthetic = choice.example is not None and choice.example.synthetic
        tracks.append(_spans(truth, "Truth: sites written in" if synthetic else "Known sites", _TRUE))
    if group is not None:
        tracks.append(canvas.line(group.shares, f"Class: share of {group.people} who marked a base", limits=(0.0, 1.0)))
    tracks.append(canvas.logo(found.per_base, f"Model: {METHODS[method].title}", per_base(found.unit)))
    canvas.viewer(
        "peek result",
        sequence=sequence,
        tracks=tracks,
        view_id=digest(f"peek {sequence.bases}"),
        revision=digest(f"{sequence.bases} {marked} {method} {group and group.numbers}"),
        palette=palette(),
        summary="Your marks on top; below what is known, what the class marked, and what the model reads.",
        title=title_of(choice),
        editable=False,
    )
    if group is not None:
        st.markdown(escape(group.sentence))
    with st.container(horizontal=True):
        download("My guess (JSON)", guess.text(), "genoviz_guess.json", "application/json", key="peek_mine")
        if group is not None:
            download("Class (JSON)", group.text(), "genoviz_class.json", "application/json", key="peek_class")

        def again() -> None:
            _marks(choice, sequence).guess = None
            _marks(choice, sequence).places = ()

        st.button("Guess again", on_click=again, key="peek_again")
    st.caption("The file of a guess names nobody. Give it to your teacher, who merges those of the class here.")


def _class(guess: Guesses) -> Guesses | None:
    """The guesses of a class, from its files; those that do not fit are said."""
    with st.expander("The class: merge the files of all"):
        uploads = st.file_uploader(
            "Guesses (JSON), of single people or of a class",
            type="json",
            accept_multiple_files=True,
            key="peek_files",
            max_upload_size=2,
        )
        read = []
        for upload in uploads:
            try:
                one = read_guesses(upload.getvalue().decode("utf-8", "replace"), f"`{upload.name}`")
                merge_guesses([guess, one])  # about the same
                read.append(one)
            except GenovizError as problem:
                show_error(problem)
        return merge_guesses(read) if read else None


def _truth(choice: Choice) -> set[int]:
    """Bases of the example's sites, in what the model reads."""
    if choice.example is None or choice.fitted is None:
        return set()
    shift = choice.fitted.left_pad - choice.fitted.start
    places = {i + shift for site in choice.example.sites for i in range(site.start, site.end)}
    return {i for i in places if 0 <= i < len(choice.fitted.sequence)}


def _spans(places: Iterable[int], title: str, color: str) -> canvas.Track:
    """Bases as boxes, neighbours together."""
    items = []
    for part in filter(None, stretches(places).split(", ")):
        first, _, last = part.partition("-")
        items.append({"start": int(first) - 1, "end": int(last or first), "color": color})
    return canvas.spans(items, title)
