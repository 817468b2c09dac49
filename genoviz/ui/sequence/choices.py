"""Method, baseline and what the picture shows: the choices above the viewer."""

from __future__ import annotations

import streamlit as st

from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.state import LETTERS, one_of


def method_choice(sequence: Sequence) -> tuple[str, str | None, Sequence | None]:
    """Widgets for method and baseline: both names, and the sequence to compare with where the baseline is one."""
    from genoviz.attribute.baselines import BASELINES
    from genoviz.attribute.methods import METHODS

    notices: list[str] = []
    st.session_state["method"] = one_of("method", st.session_state.get("method", ""), METHODS, "deepliftshap", notices)
    left, right = st.columns(2)
    method = left.selectbox(
        "Method",
        list(METHODS),
        key="method",
        format_func=lambda n: METHODS[n].title + (" (teaching only)" if METHODS[n].teaching_only else ""),
        help="How the prediction is divided among the bases. DeepLIFT / SHAP is the field's usual choice.",
    )
    row = METHODS[method]
    left.caption(row.note)
    baseline, other = None, None
    if row.baseline is not None:
        known = ["", *BASELINES]
        st.session_state["baseline"] = one_of("baseline", st.session_state.get("baseline", ""), known, "", notices)
        usual = row.baseline
        baseline = right.selectbox(
            "Compared with",
            known,
            key="baseline",
            format_func=lambda n: BASELINES[n].title if n else f"Usual: {BASELINES[usual].title}",
            help="The reference input that stands for 'nothing there'. Another one asks another question.",
        )
        right.caption(BASELINES[baseline or usual].note)
        if baseline == "sequence":
            text = right.text_input(f"Reference sequence, {len(sequence)} bases", key="reference_text")
            baseline = baseline if text.strip() else None
            if text.strip():
                with right, messages():
                    other = Sequence.read(text)
    for notice in notices:
        st.warning(escape(notice), icon=":material/link:")
    return method, baseline or None, other


def view_choice(sequence: Sequence, method: str) -> tuple[tuple[int, int] | None, bool, str]:
    """Widgets for what is drawn: positions to mutate (0-based, half-open), whether with indels, and which letters."""
    from genoviz.attribute.methods import METHODS
    from genoviz.mutagenesis.saturation import parse_window

    only_actual = not METHODS[method].hypothetical

    with st.expander("Letters, mutated positions, deletions and insertions"):
        a, b, c = st.columns(3)
        show = a.selectbox(
            "Letters show",
            list(LETTERS),
            key="show",
            format_func=LETTERS.__getitem__,
            help=_SHOW_HELP,
            disabled=only_actual,
        )
        if only_actual:
            a.caption(f"{METHODS[method].title} scores only the bases that are there.")
        text = b.text_input(
            "Only mutate positions", key="window", placeholder=f"1-{len(sequence)}", help="START-END, counted from 1."
        )
        indels = c.checkbox("Also 1-bp deletions and insertions", key="indels", help=_INDEL_HELP)
    if text.strip():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Only positions {escape(text)} are mutated.")
            st.button("Mutate all", on_click=lambda: st.session_state.update(window=""))
    with messages():
        return parse_window(text), indels, show
    return None, indels, show


_SHOW_HELP = (
    "Actual: the share of the base that is there. Hypothetical: the share each base would have in its place, as far as "
    "the method tells; subtracting the mean over the four bases takes away what no base choice could change."
)
_INDEL_HELP = (
    "The model reads a fixed window: after a deletion the bases to the right move left and N enters at the right end; "
    "after an insertion they move right and the last base drops out."
)
