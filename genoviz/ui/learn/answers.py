"""How each kind of answer is given: by clicks and edits in the viewer, with controls, or in a table.

What the pointer can do the keyboard can, too: beside each viewer stands a field for the place or the edit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from genoviz.errors import BadInput, GenovizError
from genoviz.learn.exercise import BuildFilter, Exercise
from genoviz.learn.scene import Choice, Picture, Scene, Slider
from genoviz.sequences.bases import BASES
from genoviz.sequences.edit_text import parse_edit
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame.outputs import show_error
from genoviz.ui.learn.drawing import draw
from genoviz.ui.viewer import Event, handle


def ask(exercise: Exercise[Any], place: str, before: Any) -> Any:
    """Draw what an exercise shows and let an answer be given.

    Parameters
    ----------
    exercise
        What is asked.
    place
        Names the step, for keys of widgets.
    before
        The answer as it stood when the page was last drawn.

    Returns
    -------
    Any
        The answer as it stands now, of the kind's form; None while there is none.
    """
    return _KINDS[exercise.kind](exercise, place, before)


def put(exercise: Exercise[Any], place: str, answer: Any) -> None:
    """Set the widgets of a step to an answer. For callbacks."""
    state = st.session_state
    if exercise.kind == "base":
        state[_key(place, "number")] = answer + 1
    elif exercise.kind == "bases":
        state[_key(place, "picked")] = tuple(answer)
    elif exercise.kind == "stretch":
        state[_key(place, "first")], state[_key(place, "last")] = answer[0] + 1, answer[1]
    elif exercise.kind == "edit":
        state[_key(place, "history")] = EditHistory.replay(
            _picture(exercise.scene()).sequence, changes(exercise, answer)
        )
    elif exercise.kind == "filter":
        _fill_table(place, answer)
    else:
        state.update({_key(place, name): value for name, value in answer.items()})


def changes(exercise: Exercise[Any], answer: str) -> tuple[Edit, ...]:
    """Edits that lead from the sequence that an exercise begins with to an answer."""
    start = _picture(exercise.scene()).sequence.bases
    if len(start) != len(answer):
        return (Edit(0, len(start), answer),)
    return tuple(Edit(i, i + 1, new) for i, (old, new) in enumerate(zip(start, answer, strict=True)) if old != new)


def _base(exercise: Exercise[Any], place: str, before: Any) -> Any:
    key = _key(place, "number")
    scene, sequence = _scene(exercise, before)
    _keep(key, before + 1 if before is not None else None)

    def clicked(event: Event) -> None:
        if event["kind"] == "select" and event["end"] > event["start"]:
            st.session_state[key] = min(event["start"] + 1, len(sequence))

    chosen = st.session_state.get(key)
    marks = [(chosen - 1, chosen)] if chosen else []
    draw(scene, place, marks=marks, picks=True, on_event=clicked)
    typed = st.number_input(
        "Your base (click it in the picture, or type its number)", 1, len(sequence), key=key, value=None, step=1
    )
    return None if typed is None else int(typed) - 1


def _bases(exercise: Exercise[Any], place: str, before: Any) -> Any:
    key, typed_key = _key(place, "picked"), _key(place, "typed")
    scene, sequence = _scene(exercise, before)
    state = st.session_state
    state.setdefault(key, tuple(before or ()))

    def switch(places: range) -> None:
        """All of them on, or off where they were all on."""
        now, asked = set(state.get(key, ())), set(places)
        state[key] = tuple(sorted(now - asked if asked <= now else now | asked))

    def clicked(event: Event) -> None:
        if event["kind"] == "select" and event["end"] > event["start"]:
            switch(range(event["start"], min(event["end"], len(sequence))))

    def typed() -> None:
        first, _, last = str(state.get(typed_key, "")).replace("–", "-").partition("-")
        if first.strip().isdigit() and (last or first).strip().isdigit():
            switch(range(max(0, int(first) - 1), min(int(last or first), len(sequence))))
            state[typed_key] = ""

    marks = [(i, i + 1) for i in state[key]]
    draw(scene, place, marks=marks, picks=True, on_event=clicked)
    st.text_input(
        "Switch bases on or off (click them in the picture, or type 12 or 12-15)", key=typed_key, on_change=typed
    )
    picked: tuple[int, ...] = state[key]
    st.caption(f"{len(picked)} marked: {', '.join(str(i + 1) for i in picked)}" if picked else "None marked yet.")
    return picked or None


def _stretch(exercise: Exercise[Any], place: str, before: Any) -> Any:
    keys = _key(place, "first"), _key(place, "last")
    scene, sequence = _scene(exercise, before)
    for key, value in zip(keys, (before[0] + 1, before[1]) if before else (None, None), strict=True):
        _keep(key, value)

    def selected(event: Event) -> None:
        if event["kind"] == "select" and event["end"] > event["start"]:
            st.session_state[keys[0]] = event["start"] + 1
            st.session_state[keys[1]] = min(event["end"], len(sequence))

    first, last = (st.session_state.get(key) for key in keys)
    marks = [(first - 1, last)] if first and last and first <= last else []
    draw(scene, place, marks=marks, picks=True, on_event=selected)
    st.caption("Select with Shift and drag (or the dotted button, then drag), or type the first and the last base.")
    one, two = st.columns(2)
    first = one.number_input("First base", 1, len(sequence), key=keys[0], value=None, step=1)
    last = two.number_input("Last base", 1, len(sequence), key=keys[1], value=None, step=1)
    if first is None or last is None:
        return None
    return min(first, last) - 1, max(first, last)


def _edit(exercise: Exercise[Any], place: str, before: Any) -> Any:
    key, typed_key = _key(place, "history"), _key(place, "edit")
    original = _picture(exercise.scene()).sequence
    state = st.session_state
    history: EditHistory = state.setdefault(key, EditHistory(original))

    def edited(event: Event) -> None:
        state[key] = handle(state.get(key, EditHistory(original)), event)

    def typed() -> None:
        text = str(state.get(typed_key, "")).strip()
        if not text:
            return
        try:
            now: EditHistory = state[key]
            state[key] = now.apply(parse_edit(text, now.current))
            state[typed_key] = ""
        except GenovizError as problem:
            state[_key(place, "problem")] = problem

    def start_again() -> None:
        state[key] = EditHistory(original)

    draw(exercise.scene(history.current.bases), place, edits=history, on_event=edited)
    problem = state.pop(_key(place, "problem"), None)
    if problem is not None:
        show_error(problem)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Type an edit (or click a base in the picture)",
            key=typed_key,
            on_change=typed,
            placeholder="34T, del 10-12, ins 61 ACG",
        )
        if history.done:
            st.button("Start again", key=_key(place, "again"), on_click=start_again)
    return history.current.bases if history.done else None


def _values(exercise: Exercise[Any], place: str, before: Any) -> Any:
    controls = exercise.scene(before).controls
    keys = {control.name: _key(place, control.name) for control in controls}
    for control in controls:
        _keep(keys[control.name], control.start if before is None else before.get(control.name, control.start))
    values: dict[str, float | str | None] = {name: st.session_state[key] for name, key in keys.items()}
    guessed = exercise.kind == "values" and all(isinstance(control, Choice) for control in controls)
    if guessed:  # it is looked at first; sliders move what stands below them
        draw(exercise.scene(values), place)
    for control in controls:
        _control(control, keys[control.name])
    if not guessed:
        draw(exercise.scene(values), place)
    return None if any(value is None for value in values.values()) else values


def _control(control: Slider | Choice, key: str) -> None:
    if isinstance(control, Choice):
        st.radio(control.name, control.options, key=key, index=None, horizontal=True, help=control.help or None)
        return
    whole = all(float(n).is_integer() for n in (control.low, control.high, control.step))
    kind: Callable[[float], Any] = int if whole else float
    st.session_state[key] = kind(st.session_state[key])
    st.slider(
        f"{control.name} ({control.unit})" if control.unit else control.name,
        kind(control.low),
        kind(control.high),
        step=kind(control.step),
        key=key,
        format="%d" if whole else "%g",
        help=control.help or None,
    )


def _filter(exercise: Exercise[Any], place: str, before: Any) -> Any:
    if not isinstance(exercise, BuildFilter):
        raise BadInput(
            f"`{type(exercise).__name__}` is no filter.", "The kind filter is for subclasses of BuildFilter."
        )
    width, word_key, version = exercise.width, _key(place, "word"), _key(place, "version")
    state = st.session_state
    if _key(place, "table") not in state:
        _fill_table(place, before or ((0.0,) * 4,) * width)

    def fill() -> None:
        word = str(state.get(word_key, "")).strip().upper()
        if word and len(word) <= width and set(word) <= set(BASES + "N"):
            columns = [tuple(0.0 if b == "N" else 1.0 if b == base else -1.0 for base in BASES) for b in word]
            _fill_table(place, (*columns, *[(0.0,) * 4] * (width - len(word))))

    st.text_input(
        f"Begin with a word of up to {width} letters (its letters get +1, all others −1; N gets 0)",
        key=word_key,
        on_change=fill,
        placeholder="TATAAT",
    )
    grid = f"{_key(place, 'grid')}_{state[version]}"
    if not state.pop(_key(place, "fresh"), False) and grid not in state and before:
        state[_key(place, "table")] = before  # Streamlit forgot the table while another step was shown
    names = [str(i + 1) for i in range(width)]
    column = st.column_config.NumberColumn(min_value=-3.0, max_value=3.0, step=0.5, format="%g", width=50)
    edited = st.data_editor(
        pd.DataFrame(np.array(state[_key(place, "table")]).T, index=list(BASES), columns=names),
        key=grid,
        column_config=dict.fromkeys(names, column),
        width="stretch",
    )
    weights = np.nan_to_num(edited.to_numpy(dtype=float)).T
    answer = tuple((float(a), float(c), float(g), float(t)) for a, c, g, t in weights)
    draw(exercise.scene(answer), place)
    return answer if weights.any() else None


def _fill_table(place: str, columns: Any) -> None:
    """Begin the table anew with these weights."""
    state = st.session_state
    state[_key(place, "table")] = columns
    state[_key(place, "version")] = state.get(_key(place, "version"), 0) + 1
    state[_key(place, "fresh")] = True


def _scene(exercise: Exercise[Any], before: Any) -> tuple[Scene, Sequence]:
    scene = exercise.scene(before)
    return scene, _picture(scene).sequence


def _picture(scene: Scene) -> Picture:
    if scene.picture is None:
        raise BadInput("The scene of this exercise has no picture.", "Bases are chosen and edited in a picture.")
    return scene.picture


def _key(place: str, name: str) -> str:
    return f"lesson_{place}_{name}"


def _keep(key: str, value: Any) -> None:
    """Streamlit forgets widgets that are not drawn: begin again with what the answer was."""
    if key not in st.session_state:
        st.session_state[key] = value


_KINDS: dict[str, Callable[[Exercise[Any], str, Any], Any]] = {
    "base": _base,
    "bases": _bases,
    "stretch": _stretch,
    "edit": _edit,
    "values": _values,
    "train": _values,
    "filter": _filter,
}
