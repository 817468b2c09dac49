"""The workbench: explain, mutate and edit one sequence live. Edits rerun this fragment only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.errors import BadInput, GenovizError, UnknownName
from genoviz.motifs.sites import SITES, get_site
from genoviz.sequences.edit_text import from_text, to_text
from genoviz.sequences.edited_window import read_window
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache, inputs
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, escape, messages, show_error
from genoviz.ui.frame.state import View, one_of, write_link
from genoviz.ui.sequence.attribution import attribution
from genoviz.ui.sequence.blocks import block_choice, blocks_panel
from genoviz.ui.sequence.choices import method_choice, view_choice
from genoviz.ui.sequence.files import downloads
from genoviz.ui.sequence.headers import located
from genoviz.ui.sequence.mutations import mutation_map
from genoviz.ui.sequence.panels import edit_panel, pinned_panel, selection_panel, tables
from genoviz.ui.sequence.pictures import tracks_of
from genoviz.ui.sequence.prediction import all_tracks, edited_prediction, prediction
from genoviz.ui.sequence.sites_panel import sites_panel

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis

MAX_HISTORIES = 20  # sequences whose edits are kept while others are looked at
LIGHTS = {"green": ":green[●]", "amber": ":orange[●]", "red": ":red[●]"}


@st.fragment
def workbench(choice: Choice) -> None:
    """Prediction, viewer, edits, selection and files of the chosen sequence."""
    if choice.sequence is None:
        return
    inputs.note_choices()
    choice = located(choice)
    with messages():
        history = _history(choice)
        flank = _flank(choice)
        original = read_window(history.original, choice.card.length, flank)
        read = _named(read_window(history.current, choice.card.length, flank), history)
        top = st.container()
        cost = st.container(horizontal=True, vertical_alignment="center")
        stage, below = st.container(), st.container()
        with cost:
            method, baseline, other = _method(read, top)
        with below:
            window, indels, show = view_choice(read, method)
        target = make_target(choice)
        with stage:
            result = attribution(choice, read, target, method, baseline, other, state="current", busy=cost)
            mutations = mutation_map(choice, read, target, window, indels, state="current", cost=cost)
            with messages():  # a refused edit must not hide what stands below
                _viewer(choice, original, read, history, target, result, mutations, show)
        with top:  # after the viewer, so that an edit is seen in the picture as early as possible
            prediction(choice, original, read)
        with stage:
            if read != original:
                edited_prediction(choice, original, read)
            elif choice.example:
                st.caption(escape(choice.example.note))
            if result is not None:
                _verdict(result)
            with messages():
                selection_panel(choice, history, read, target, result)
        edits, others = below, None
        if len(choice.card.output(choice.output).tracks) > 1:
            edits, others = st.columns([3, 2], gap="large")
        with edits, messages():
            edit_panel(choice, history, target, flank)
        if others is not None:
            with others:
                st.subheader("All outputs", anchor=False)
                all_tracks(choice, read)
        with messages():
            pinned_panel(choice, history, read, target, result, window, show, other)
        with messages():
            blocks_panel(choice.card, read, result, mutations)
        sites_panel(choice, read, result)
        tables(result, mutations)
        view = _view(choice, history)
        _write_link(view)
        downloads(choice, read, history, view, result, mutations, st.session_state.get("palette", "classic"), other)


def _method(read: Sequence, top: DeltaGenerator) -> tuple[str, str | None, Sequence | None]:
    """The choice of method and baseline, behind a button that names them: the picture is what the page is for."""
    from genoviz.attribute.baselines import BASELINES
    from genoviz.attribute.methods import METHODS

    state = st.session_state
    notices: list[str] = []
    method = one_of("method", state.get("method", ""), METHODS, "deepliftshap", notices)
    baseline = one_of("baseline", state.get("baseline", ""), ["", *BASELINES], "", notices)
    state.update(method=method, baseline=baseline)
    for notice in notices:
        top.warning(escape(notice), icon=":material/link:")
    label, usual = METHODS[method].title, METHODS[method].baseline
    if usual is not None:
        label += f" · {BASELINES[baseline or usual].title}"
    with st.popover(f"Method: {escape(label)}", icon=":material/tune:"):
        return method_choice(read)


def _history(choice: Choice) -> EditHistory:
    """The edits made to the chosen sequence; another sequence starts anew, a link's edits are replayed once."""
    state = st.session_state
    history: EditHistory | None = state.get("history")
    kept: dict[str, EditHistory] = state.setdefault("histories", {})
    if history is not None:
        kept[history.original.bases] = history
    if choice.sequence is None:
        return history or EditHistory(Sequence("N"))
    if history is None or history.original != choice.sequence:
        if history is not None:  # another sequence: what was said of places in the old one no longer holds
            st.query_params.pop("window", None)
            state.update(selection=None, window="")
        before = kept.get(choice.sequence.bases)
        history = EditHistory(choice.sequence, before.done, before.undone) if before else EditHistory(choice.sequence)
        text = state.pop("link_edits", "")
        if text:
            try:
                history = EditHistory.replay(history.original, from_text(text))
            except GenovizError as error:
                show_error(type(error)(f"The link's edits can't be made. {error.read}", error.accepted, error.fix))
        state["history"] = history
        while len(kept) > MAX_HISTORIES:
            kept.pop(next(iter(kept)))
    return history


def _named(read: Sequence, history: EditHistory) -> Sequence:
    """What the model reads, named so that files and figures say that it was edited."""
    if not history.done:
        return read
    labels = [edit.label for edit in history.done]
    listed = ", ".join(labels[:20]) + (", ..." if len(labels) > 20 else "")
    return Sequence(read.bases, f"{history.original.name or 'sequence'} (edited: {listed})", read.locus)


def _flank(choice: Choice) -> str:
    """Pasted bases to the right of the window, which refill it after deletions."""
    if choice.record is None or choice.record.sequence is None or choice.fitted is None or choice.fitted.right_pad:
        return ""
    return choice.record.sequence.bases[choice.fitted.end :]


def _view(choice: Choice, history: EditHistory) -> View:
    state = st.session_state
    given = choice.record.sequence.bases if choice.record and choice.record.sequence else history.original.bases
    placed = {
        key: state.get(name) or ""
        for key, name in (("genome", "genome"), ("place", "place"), ("strand", "place_strand"))
    }
    placed = placed if state.get("source") == "genome" else {}
    chosen = choice.fitted is not None and len(given) > choice.card.length and state.get("fit") == "window"
    return View(
        model=choice.card.name,
        track=choice.track,
        scale=choice.scale,
        method=state.get("method", "deepliftshap"),
        baseline=state.get("baseline", ""),
        sequence="" if placed else given,
        example=choice.example.key if choice.example else "",
        edits=to_text(history.done),
        first=str(choice.fitted.start + 1) if chosen and choice.fitted else "",
        mutate=state.get("window", ""),
        indels="1" if state.get("indels") else "",
        letters=state.get("show", "actual"),
        reference=state.get("reference_text", "") if state.get("baseline") == "sequence" else "",
        **placed,
    )


def _write_link(view: View) -> None:
    """Keep the address bar in step; the window in it is the viewer's."""
    parameters = write_link(view)
    if "window" in st.query_params:
        parameters["window"] = st.query_params["window"]
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def _linked_window(length: int) -> tuple[int, int] | None:
    """The window that a link asks for, if it lies in the sequence."""
    from genoviz.mutagenesis.saturation import parse_window

    text = st.query_params.get("window")
    if text is None:
        return None
    try:
        window = parse_window(text)
    except GenovizError:
        window = None
    if window is None or not window[0] < window[1] <= length:
        st.query_params.pop("window", None)
        st.warning(escape(f"The link asks for the window {text[:30]}, which this sequence does not have."))
        return None
    return window


def _on_event(event: canvas.Event) -> None:
    """Take what was done in the viewer."""
    state = st.session_state
    if event["kind"] == "select":
        start, end = int(event["start"]), int(event["end"])
        state["selection"] = (start, end) if end > start else None
    elif event["kind"] == "display":
        state["palette"], state["minus"] = event["palette"], bool(event["minus"])
    elif event["kind"] == "motif":
        site = get_site(str(event["bases"]))
        if site is None:
            raise UnknownName.among("site", str(event["bases"])[:50], [s.name for s in SITES])
        _drop_in(site.bases, int(event["start"]), str(event.get("strand", "+")))
    else:
        state["history"] = canvas.handle(state["history"], event)


def _drop_in(bases: str, start: int, strand: str) -> None:
    """Write a site over the bases from `start` on."""
    history: EditHistory = st.session_state["history"]
    length = len(history.current)
    if start + len(bases) > length:
        raise BadInput(
            f"A site of {len(bases)} bases does not fit at base {start + 1}.",
            f"The sequence has {length} bases.",
            f"Drop it in at base {max(1, length - len(bases) + 1)} or before.",
        )
    if strand == "-":
        bases = Sequence(bases).reverse_complement().bases
    st.session_state["history"] = history.apply(Edit(start, start + len(bases), bases))


def _viewer(
    choice: Choice,
    original: Sequence,
    read: Sequence,
    history: EditHistory,
    target: Target,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    show: str,
) -> None:
    words = [one.sentence for one in (result, mutations) if one]
    name = f"{choice.card.name} {choice.track} {choice.scale}"
    title = f"{title_of(choice)} · {choice.track}"
    if history.done:
        before, now = (cache.target_value(choice.card.name, choice.card.sha256, s, target) for s in (original, read))
        title += f" {before:.3g} → {now:.3g} ({now - before:+.3g} {target.unit(choice.card)})"
    explained = result and (result.method, result.baseline, tuple(result.options.items()))
    shown = (name, history, explained, mutations and mutations.window, show, _scanned(), block_choice(choice.card))
    canvas.viewer(
        "workbench",
        sequence=history.current,
        tracks=tracks_of(choice, read, history, result, mutations, show),
        view_id=digest(f"{choice.card.name}:{history.original.bases}"),
        revision=digest(f"{shown} {mutations is not None and mutations.complete} {st.session_state.get('indels')}"),
        edits=history,
        palette=st.session_state.get("palette", "classic"),
        minus=st.session_state.get("minus", False),
        summary=" ".join(words),
        title=title,
        window=_linked_window(len(history.current)),
        selection=st.session_state.get("selection"),
        tss=choice.card.tss,
        first=choice.fitted.start - choice.fitted.left_pad + 1 if choice.fitted else 1,
        motifs=[site.name for site in SITES],
        report=("display",),
        link="window",
        group="compared",  # with the pinned state
        on_event=_on_event,
    )


def _scanned() -> tuple[object, ...]:
    """What the motif scan depends on besides the sequence."""
    state = st.session_state
    return tuple(state.get(key) for key in ("scan_sites", "scan_threshold")) + tuple(state.get("scan_taxa") or ())


def _verdict(result: Attribution) -> None:
    text = result.completeness_sentence
    if text:
        st.markdown(f"{LIGHTS[result.light or 'red']} {escape(text)}", help=_COMPLETENESS_HELP)
    if result.steps:
        st.caption(f"Integration steps: {result.steps}.")
    for notice in result.notices:
        st.warning(escape(notice), icon=":material/warning:")


_COMPLETENESS_HELP = (
    "The scores should add up to the difference between the prediction for this sequence and for its reference. "
    "The gap is what is missing or too much, in the output's unit and as a share of that difference."
)
