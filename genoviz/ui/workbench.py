"""The workbench: explain, mutate and edit one sequence live. Edits rerun this fragment only."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from genoviz import export, summary
from genoviz.edits import Edit, EditHistory, from_text, parse_edit, to_text
from genoviz.errors import GenovizError
from genoviz.sequence import Sequence
from genoviz.sites import SITES, best_match, get_site
from genoviz.ui import cache
from genoviz.ui import viewer as canvas
from genoviz.ui.explain import make_target, prediction, title_of
from genoviz.ui.files import downloads
from genoviz.ui.inputs import Choice
from genoviz.ui.jobs import Job
from genoviz.ui.outputs import escape, messages, show_error
from genoviz.ui.state import View, one_of, write_link
from genoviz.window import read_window, to_sequence

if TYPE_CHECKING:
    from genoviz.attribute import Attribution
    from genoviz.mutagenesis import Mutagenesis
    from genoviz.target import Target

WAIT_AT_MOST = 3.0  # seconds of mutation work that start without being asked
LIGHTS = {"green": ":green[●]", "amber": ":orange[●]", "red": ":red[●]"}
ABLATIONS = 20  # shuffles of a selected stretch
SHOW = {
    "actual": "Actual scores",
    "hypothetical": "Hypothetical: all four bases",
    "centred": "Hypothetical, minus the mean over bases",
}


@st.fragment
def workbench(choice: Choice) -> None:
    """Prediction, viewer, edits, selection and files of the chosen sequence."""
    if choice.sequence is None:
        return
    with messages():
        history = _history(choice)
        flank = _flank(choice)
        original = read_window(history.original, choice.card.length, flank)
        read = read_window(history.current, choice.card.length, flank)
        prediction(choice, original, read)
        st.subheader("Which bases matter, and what any mutation does", anchor=False)
        method, baseline, other = _method_choice(read)
        window, indels, show = _view_choice(read)
        target = make_target(choice)
        result = _attribution(choice, read, target, method, baseline, other)
        mutations = _mutations(choice, read, target, window, indels)
        _viewer(choice, history, result, mutations, show)
        if result is not None:
            _verdict(result)
        _edits(choice, history, target, flank)
        _selection(choice, history, read, target, result)
        _pinned(choice, history, read, target, result, mutations, show)
        if mutations is not None:
            _strongest(mutations)
        view = _view(choice, history)
        _write_link(view)
        downloads(choice, read, history, view, result, mutations, st.session_state.get("palette", "classic"))


# ---------------------------------------------------------------- state


def _history(choice: Choice) -> EditHistory:
    """The edits made to the chosen sequence; another sequence starts anew, a link's edits are replayed once."""
    state = st.session_state
    history: EditHistory | None = state.get("history")
    if history is None or history.original != choice.sequence:
        history = EditHistory(choice.sequence) if choice.sequence else EditHistory(Sequence("N"))
        text = state.pop("link_edits", "")
        state["selection"] = None
        if text:
            try:
                history = EditHistory.replay(history.original, from_text(text))
            except GenovizError as error:
                show_error(error)
        state["history"] = history
    return history


def _flank(choice: Choice) -> str:
    """Pasted bases to the right of the window, which refill it after deletions."""
    record = next((r for r in choice.records if r.sequence and choice.fitted), None)
    if record is None or record.sequence is None or choice.fitted is None or choice.fitted.right_pad:
        return ""
    if record.sequence.bases[choice.fitted.start : choice.fitted.end] != choice.fitted.sequence.bases:
        return ""
    return record.sequence.bases[choice.fitted.end :]


def _view(choice: Choice, history: EditHistory) -> View:
    readable = [r.sequence.bases for r in choice.records if r.sequence]
    return View(
        choice.card.name,
        choice.track,
        choice.scale,
        st.session_state.get("method", "deepliftshap"),
        st.session_state.get("baseline", ""),
        readable[0] if len(choice.records) == 1 and readable else history.original.bases,
        choice.example.key if choice.example else "",
        to_text(history.done),
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
    from genoviz.mutagenesis import parse_window

    try:
        window = parse_window(st.query_params.get("window"))
    except GenovizError:
        return None
    return window if window and window[0] < window[1] <= length else None


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
        if site is not None:
            _drop_in(site.bases, int(event["start"]), str(event.get("strand", "+")))
    else:
        state["history"] = canvas.handle(state["history"], event)


def _drop_in(bases: str, start: int, strand: str) -> None:
    """Write a site over the bases from `start` on, cut at the end of the sequence."""
    history: EditHistory = st.session_state["history"]
    if strand == "-":
        bases = Sequence(bases).reverse_complement().bases
    bases = bases[: len(history.current) - start]
    st.session_state["history"] = history.apply(Edit(start, start + len(bases), bases))


# ---------------------------------------------------------------- choices


def _method_choice(sequence: Sequence) -> tuple[str, str | None, Sequence | None]:
    from genoviz.attribution_methods import METHODS
    from genoviz.baselines import BASELINES

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
        st.warning(notice, icon=":material/link:")
    return method, baseline or None, other


def _view_choice(sequence: Sequence) -> tuple[tuple[int, int] | None, bool, str]:
    from genoviz.mutagenesis import parse_window

    with st.expander("Letters, mutated positions, deletions and insertions"):
        a, b, c = st.columns(3)
        show = a.selectbox("Letters show", list(SHOW), key="show", format_func=SHOW.__getitem__, help=_SHOW_HELP)
        text = b.text_input(
            "Only mutate positions", key="window", placeholder=f"1-{len(sequence)}", help="START-END, counted from 1."
        )
        indels = c.checkbox("Also 1-bp deletions and insertions", key="indels", help=_INDEL_HELP)
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


# ---------------------------------------------------------------- numbers


def _attribution(
    choice: Choice, read: Sequence, target: Target, method: str, baseline: str | None, other: Sequence | None
) -> Attribution | None:
    card = choice.card
    with messages():
        return cache.attribution(card.name, card.sha256, read, target, method, baseline, 20, other, 0)
    return None


def _mutations(
    choice: Choice, read: Sequence, target: Target, window: tuple[int, int] | None, indels: bool
) -> Mutagenesis | None:
    """The mutation map: at once when short, else on request with progress and cancel."""
    from genoviz.mutagenesis import count_variants, saturate

    card = choice.card
    with messages():
        n = count_variants(read, window=window, indels=indels)
        seconds = n * cache.seconds_per_variant(card.name, card.sha256, card.length, target)
        if seconds <= WAIT_AT_MOST:
            return cache.mutation_map(card.name, card.sha256, read, target, window, indels)
        key = (card.name, card.sha256, read, target, window, indels)
        jobs: dict[Any, Job[Mutagenesis]] = st.session_state.setdefault("jobs", {})
        job = jobs.get(key)
        if job is None:
            st.info(
                f"The mutation map takes {n:,} predictions, about {seconds:.0f} s on this computer.",
                icon=":material/timer:",
            )
            if not st.button("Compute the mutation map", type="primary"):
                return None
            model = cache.loaded(card)

            def work(progress: Callable[[float], None]) -> Mutagenesis:
                return saturate(model, read, target, window=window, indels=indels, progress=progress)

            jobs.clear()
            job = jobs[key] = Job(work)
        if not job.wait(0.5):
            _watch(job)
            return None
        if job.error is not None:
            raise job.error
        if job.result is not None and not job.result.complete:
            st.warning("Stopped on request: the map shows what was done until then.", icon=":material/front_hand:")
        return job.result
    return None


@st.fragment(run_every=0.5)
def _watch(job: Job[Mutagenesis]) -> None:
    st.progress(job.share, f"Mutating every base: {100 * job.share:.0f} %")
    if st.button("Stop and keep what is done"):
        job.cancel()
    if not job.running:
        st.rerun()


def _value(choice: Choice, sequence: Sequence, target: Target, flank: str) -> float:
    read = read_window(sequence, choice.card.length, flank)
    return cache.target_value(choice.card.name, choice.card.sha256, read, target)


# ---------------------------------------------------------------- pictures and words


def _tracks(
    choice: Choice,
    history: EditHistory,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    show: str,
) -> list[canvas.Track]:
    from genoviz.attribution_methods import METHODS

    length = len(history.current)
    tracks = []
    if choice.example and not any(edit.shift for edit in history.done):
        sites = [{"start": s.start, "end": s.end, "label": s.name} for s in choice.example.sites]
        tracks.append(canvas.spans(sites, "Sites written into the construct"))
    if result is not None:
        scores, title = result.per_base, METHODS[result.method].title
        if show != "actual" and result.hypothetical is not None:
            scores = result.hypothetical
            title += ", hypothetical"
            if show == "centred":
                scores, title = scores - scores.mean(0), title + ", minus the mean over bases"
        tracks.append(canvas.logo(to_sequence(scores, length), title, f"{result.unit} per base"))
    if mutations is not None:
        rows: tuple[str, ...] = canvas.HEAT_ROWS
        delta = mutations.delta
        if mutations.deletions is not None and mutations.insertions is not None:
            strongest = np.abs(np.nan_to_num(mutations.insertions)).argmax(0)
            inserted = mutations.insertions[strongest, np.arange(delta.shape[1])]
            delta, rows = np.vstack([delta, mutations.deletions, inserted]), (*rows, "del", "ins")
        title = "Mutation map: mutated minus original"
        tracks.append(canvas.heat(to_sequence(delta, length), title, mutations.unit, rows=rows))
    return tracks


def _viewer(
    choice: Choice,
    history: EditHistory,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    show: str,
) -> None:
    words = [summary.attribution_sentence(result)] if result else []
    words += [summary.mutation_sentence(mutations)] if mutations else []
    name = f"{choice.card.name} {choice.track} {choice.scale}"
    shown = (name, history, result and (result.method, result.baseline), mutations and mutations.window, show)
    canvas.viewer(
        "workbench",
        sequence=history.current,
        tracks=_tracks(choice, history, result, mutations, show),
        view_id=_digest(f"{choice.card.name}:{history.original.bases}"),
        revision=_digest(f"{shown} {mutations is not None and mutations.complete} {st.session_state.get('indels')}"),
        edits=history,
        palette=st.session_state.get("palette", "classic"),
        minus=st.session_state.get("minus", False),
        summary=" ".join(words),
        title=f"{title_of(choice)} · {choice.track}",
        window=_linked_window(len(history.current)),
        selection=st.session_state.get("selection"),
        motifs=[site.name for site in SITES],
        report=("display",),
        link="window",
        on_event=_on_event,
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _verdict(result: Attribution) -> None:
    text = summary.completeness_sentence(result)
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


def _strongest(mutations: Mutagenesis) -> None:
    with st.expander("Strongest mutations, as a table"):
        top = summary.strongest_mutations(mutations, 20)
        unit = mutations.unit
        frame = pd.DataFrame(
            {
                "Mutation": [name for name, _ in top],
                f"Effect ({unit}, mutated - original)": [round(effect, 3) for _, effect in top],
                f"Prediction after ({unit})": [round(mutations.value + effect, 3) for _, effect in top],
            }
        )
        st.dataframe(frame, hide_index=True, width="stretch")


# ---------------------------------------------------------------- edits, selection, pinned state


def _type_edit() -> None:
    """Make the typed edit (callback of the box)."""
    state = st.session_state
    text = state.get("typed_edit", "")
    state["typed_problem"] = None
    if not text.strip():
        return
    try:
        history: EditHistory = state["history"]
        state["history"] = history.apply(parse_edit(text, history.current))
        state["typed_edit"] = ""
    except GenovizError as error:
        state["typed_problem"] = error


def _step(name: str) -> None:
    history: EditHistory = st.session_state["history"]
    st.session_state["history"] = {"undo": history.undo, "redo": history.redo, "reset": history.reset}[name]()


def _edits(choice: Choice, history: EditHistory, target: Target, flank: str) -> None:
    """Typed edits, the list with each edit's own effect, and whether effects add up."""
    st.subheader("Edits", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Type an edit",
            key="typed_edit",
            on_change=_type_edit,
            placeholder="A57G, del 60-62, ins 61 ACG",
            help="Or click a letter or a cell of the map. Positions count from 1 in the sequence as it is now.",
        )
        st.button("Undo", on_click=_step, args=("undo",), disabled=not history.done)
        st.button("Redo", on_click=_step, args=("redo",), disabled=not history.undone)
        st.button("Reset", on_click=_step, args=("reset",), disabled=not history.done)
        if st.button("Pin this state", help="Keep it to compare another state or another sequence with it."):
            st.session_state["pin"] = (history.current, read_window(history.current, choice.card.length, flank))
    if st.session_state.get("typed_problem") is not None:
        show_error(st.session_state["typed_problem"])
    if not history.done:
        st.caption("None yet. Click a letter or a cell of the map, or type one.")
        return
    unit = target.unit(choice.card)
    before = _value(choice, history.original, target, flank)
    together = _value(choice, history.current, target, flank) - before
    rows, own = [], []
    for edit, single, site in zip(history.done, history.singles(), history.sites(), strict=True):
        effect = _value(choice, single, target, flank) - before if single is not None else None
        own.append(effect)
        place = f"{site.current[0] + 1}" if site.current is not None else "overwritten"
        rows.append(
            {
                "Edit": edit.label,
                "Position now": place,
                f"Alone ({unit})": "-" if effect is None else f"{effect:+.3g}",
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    known = [effect for effect in own if effect is not None]
    if len(known) == len(own) > 1:
        total = sum(known)
        st.markdown(
            escape(
                f"Sum of the single effects {total:+.3g}, all together {together:+.3g} {unit}: "
                f"{together - total:+.3g} beyond adding up."
            ),
            help="When bases act independently on this scale, both are equal. A difference is interaction (epistasis), "
            "or saturation.",
        )
    else:
        st.markdown(escape(f"All together {together:+.3g} {unit} against the original."))
    with st.expander("Edited sequence"):
        st.code(history.fasta(), language=None)


def _selection(
    choice: Choice, history: EditHistory, read: Sequence, target: Target, result: Attribution | None
) -> None:
    """What is known of the selected stretch, and what shuffling it does."""
    selection = st.session_state.get("selection")
    if not selection or selection[1] > len(history.current):
        return
    start, end = selection
    bases = history.current.bases[start:end]
    with st.container(border=True):
        st.markdown(f"**Selected: bases {start + 1}-{end}** ({end - start} bases)")
        st.code(bases, language=None)
        facts = []
        if result is not None:
            mean = np.nanmean(to_sequence(result.per_base, len(history.current))[start:end])
            facts.append(f"Mean attribution {mean:.3g} {result.unit} per base.")
        match = best_match(bases)
        if match is not None:
            site, strand, at, hits = match
            facts.append(
                f"Best of {len(SITES)} known sites: {site.name} ({site.consensus}, {site.factors}) on the {strand} strand "
                f"at {start + at + 1}, {hits} of {len(site.consensus)} letters."
            )
        st.markdown(escape(" ".join(facts)))
        with st.container(horizontal=True):
            st.button(
                "Mutate only this stretch",
                on_click=lambda: st.session_state.update(window=f"{start + 1}-{end}"),
                disabled=end > len(read),
            )
            shuffle = st.button(
                f"Shuffle it {ABLATIONS} times",
                disabled=end > len(read),
                help="What the rest of the sequence predicts when this stretch is scrambled, keeping its dinucleotides.",
            )
            st.button("Clear selection", on_click=lambda: st.session_state.update(selection=None))
        if shuffle:
            effects = cache.shuffle_effects(choice.card.name, choice.card.sha256, read, target, start, end, ABLATIONS)
            low, high = np.quantile(effects, [0.05, 0.95])
            st.markdown(
                escape(
                    f"Shuffling bases {start + 1}-{end} changes the output by {np.mean(effects):+.3g} "
                    f"{target.unit(choice.card)} on average (5 to 95 % of {ABLATIONS} shuffles: {low:+.3g} to {high:+.3g})."
                )
            )


def _pinned(
    choice: Choice,
    history: EditHistory,
    read: Sequence,
    target: Target,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    show: str,
) -> None:
    """The pinned state beside the current one, base by base."""
    pin: tuple[Sequence, Sequence] | None = st.session_state.get("pin")
    if pin is None:
        return
    shown, pinned = pin
    st.subheader("Pinned state", anchor=False)
    st.button("Unpin", on_click=lambda: st.session_state.update(pin=None))
    if len(pinned) != choice.card.length:
        st.info("The pinned state was made for a model that reads another length.")
        return
    card = choice.card
    before, now = (cache.target_value(card.name, card.sha256, s, target) for s in (pinned, read))
    unit = target.unit(card)
    differences = [i for i, (a, b) in enumerate(zip(pinned.bases, read.bases, strict=True)) if a != b]
    st.markdown(
        escape(
            f"Pinned {before:.3g}, now {now:.3g} {unit}: {now - before:+.3g}. "
            f"{len(differences)} of {len(read)} positions differ."
        )
    )
    if result is None or mutations is None:
        return
    theirs = cache.attribution(card.name, card.sha256, pinned, target, result.method, result.baseline, 20, None, 0)
    effects = cache.mutation_map(card.name, card.sha256, pinned, target, mutations.window, False)
    still = EditHistory(pinned)
    marks = [{"start": i, "end": i + 1, "label": read.bases[i], "color": "#c77700"} for i in differences]
    tracks = [canvas.spans(marks, "Differs from the current state")] if marks else []
    tracks += _tracks(choice, still, theirs, effects, show)
    canvas.viewer(
        "pinned",
        sequence=pinned,
        tracks=tracks,
        view_id=_digest(f"pin {pinned.bases}"),
        revision=_digest(f"pin {pinned.bases} {read.bases} {target} {result.method} {result.baseline} {show}"),
        palette=st.session_state.get("palette", "classic"),
        minus=st.session_state.get("minus", False),
        summary=summary.attribution_sentence(theirs),
        title=f"Pinned: {shown.name or 'state'}",
        editable=False,
    )
    if differences:
        with st.expander("Differences, base by base"):
            rows = [
                {
                    "Position": i + 1,
                    "Pinned": pinned.bases[i],
                    "Now": read.bases[i],
                    f"Pinned score ({unit})": float(theirs.per_base[i]),
                    f"Score now ({unit})": float(result.per_base[i]),
                }
                for i in differences
            ]
            st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
            st.download_button(
                "Differences (TSV)",
                lambda: export.tsv(rows, export.provenance(card, target=target, method=result.method)),
                "genoviz_differences.tsv",
                "text/tab-separated-values",
                on_click="ignore",
            )
