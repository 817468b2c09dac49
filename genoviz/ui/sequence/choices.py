"""Method, baseline and what the picture shows: the choices above the viewer."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.state import LETTERS, View, one_of

KEYS = ("method", "baseline", "reference_text", "window", "indels", "show")


def use_view(view: View) -> None:
    """Take the choices of a link or session file."""
    st.session_state.update(
        method=view.method,
        baseline=view.baseline,
        reference_text=view.reference,
        window=view.mutate,
        indels=bool(view.indels),
        show=view.letters,
    )


def for_link() -> dict[str, str]:
    """The choices as a link holds them."""
    state = st.session_state
    return {
        "method": state.get("method", "deepliftshap"),
        "baseline": state.get("baseline", ""),
        "reference": state.get("reference_text", "") if state.get("baseline") == "sequence" else "",
        "mutate": state.get("window", ""),
        "indels": "1" if state.get("indels") else "",
        "letters": state.get("show", "actual"),
    }


def mutate(window: str = "") -> None:
    """Mutate only these positions, such as `10-40`; all with none (for button callbacks)."""
    st.session_state["window"] = window


def method_button(card: ModelCard, read: Sequence, top: DeltaGenerator) -> tuple[str, str | None, Sequence | None]:
    """The choice of method and baseline, behind a button that names them: the picture is what the page is for."""
    from genoviz.attribute.baselines import BASELINES
    from genoviz.attribute.methods import METHODS, offered

    state = st.session_state
    notices: list[str] = []
    method = one_of("method", state.get("method", ""), METHODS, "deepliftshap", notices)
    baseline = one_of("baseline", state.get("baseline", ""), ["", *BASELINES], "", notices)
    for notice in notices:
        top.warning(escape(notice), icon=":material/link:")
    fitting = offered(card)
    if method not in fitting:
        instead = "deepliftshap" if "deepliftshap" in fitting else fitting[0]
        why = f": {card.unfit[method]}" if method in card.unfit else "."
        text = f"{METHODS[method].title} is not offered for `{card.name}`{why} Shown instead: {METHODS[instead].title}."
        top.warning(escape(text), icon=":material/tune:")
        method = instead
    state.update(method=method, baseline=baseline)
    label, usual = METHODS[method].title, METHODS[method].baseline
    if usual is not None:
        label += f" · {BASELINES[baseline or usual].title}"
    if METHODS[method].teaching_only:
        label += " (teaching only)"
    with st.popover(f"Method: {escape(label)}", icon=":material/tune:"):
        return _method_choice(card, read)


def _method_choice(card: ModelCard, sequence: Sequence) -> tuple[str, str | None, Sequence | None]:
    from genoviz.attribute.baselines import BASELINES
    from genoviz.attribute.methods import METHODS, offered

    left, right = st.columns(2)
    method = left.selectbox(
        "Method",
        list(offered(card)),
        key="method",
        format_func=lambda n: METHODS[n].title + (" (teaching only)" if METHODS[n].teaching_only else ""),
        help="How the prediction is divided among the bases. DeepLIFT / SHAP is the field's usual choice.",
    )
    row = METHODS[method]
    left.caption(row.note)
    missing = [METHODS[name].title for name in card.unfit if name in METHODS]
    if missing:
        left.caption(f"Not offered for this model, on which it fails: {', '.join(missing)}.")
    baseline, other = None, None
    if row.baseline is not None:
        known = ["", *BASELINES]
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
            st.button("Mutate all", on_click=mutate)
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
