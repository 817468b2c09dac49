"""The page Compare: methods, models, sequences, records, bins, mutants and sets held against each other."""

from __future__ import annotations

import streamlit as st

from genoviz.lessons.examples import get_example
from genoviz.ui.compare import finder, influence, link, maps, mechanisms, sets, two_sequences
from genoviz.ui.frame import inputs, model_choice
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import messages
from genoviz.ui.frame.planned import release

MODES = {
    "maps": "Methods and models",
    "sequences": "Two sequences",
    "records": "Disagreements",
    "influence": "Influence map",
    "mechanisms": "Mechanisms",
    "sets": "Mean map",
}
_ABOUT = {
    "maps": "Several methods and models explain the same bases. What all of them point to is worth believing first.",
    "sequences": "Two alleles, or a sequence and its edited copy, explained with the same references.",
    "records": "Where do a gradient and mutations, or two models, tell different stories? Records of the open file, ranked.",
    "influence": "Which base of the input drives which bin of a predicted profile.",
    "mechanisms": "Thousands of mutants are explained and put together by what the model looks at: with a site destroyed, what does "
    "it fall back on?",
    "sets": "The mean explanation of many sequences, aligned by summit or transcription start, split by label.",
}
_PANELS = {
    "maps": maps.show,
    "sequences": two_sequences.show,
    "records": finder.show,
    "influence": influence.show,
    "mechanisms": mechanisms.show,
    "sets": sets.show,
}
KEYS = ("compare_mode", *maps.KEYS, *two_sequences.KEYS, *finder.KEYS, *influence.KEYS, *mechanisms.KEYS, *sets.KEYS)
FIRST: dict[str, object] = {"compare_mode": "maps"} | mechanisms.FIRST | sets.FIRST
EXAMPLES: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "Do three methods find REST's site?",
        "A construct with the site of a repressor: do the methods agree on it, and what lies around it?",
        "tfbind.encode10", "REST", "nrse", "maps",
    ),
    (
        "Two ETS sites: which one counts?",
        "Mutants in which one site is spoilt, clustered: does the model fall back on the other?",
        "tfbind.encode10", "GABPA", "ets", "mechanisms",
    ),
)  # fmt: skip


def reads_sequence() -> bool:
    """Whether what is shown reads what is open; an averaged file or example is given on the page."""
    return st.session_state.get("compare_mode") != "sets" or sets.reads_records()


def take_link() -> None:
    """Take the page's choices from its address, before the frame is drawn."""
    found = link.taken()
    if found is None:
        return
    mode, methods, models = found
    if mode in MODES:
        st.session_state["compare_mode"] = mode
    maps.use(methods, models)


def show(choice: Choice) -> None:
    """The page below its title."""
    mode = st.segmented_control(
        "What", list(MODES), key="compare_mode", format_func=MODES.__getitem__,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    mode = mode or "maps"
    st.markdown(_ABOUT[mode])
    if mode not in ("sets", "influence") and choice.sequence is None:
        release("compare")
        _welcome()
        link.write(choice, mode, *maps.for_link())
        return
    if mode == "influence" and choice.sequence is None:
        st.info("Give a sequence in the box above; a gene or locus of a yeast genome suits BPNet.")
    with messages():
        _PANELS[mode](choice)
    link.write(choice, mode, *maps.for_link())


def _welcome() -> None:
    st.markdown("Give a sequence in the box above, or open an example:")
    for column, (title, note, model, track, example, mode) in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                st.markdown(f"**{title}**")
                st.caption(note)
            st.button(
                "Open example",
                key=f"compare example {title}",
                on_click=_use_example,
                args=(model, track, example, mode),
                width="stretch",
            )


def _use_example(model: str, track: str, example: str, mode: str) -> None:
    model_choice.use_model(model, track)
    st.session_state["compare_mode"] = mode
    if (found := get_example(example)) is not None:
        inputs.use_sequence(found.sequence.bases, example=example)
