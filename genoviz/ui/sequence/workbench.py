"""The workbench: explain, mutate and edit one sequence live. Edits rerun this fragment only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from genoviz.errors import BadInput, GenovizError, UnknownName
from genoviz.motifs.sites import SITES, get_site
from genoviz.sequences.edit_text import from_text, to_text
from genoviz.sequences.edited_window import read_window
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import address, cache, edited, inputs, places
from genoviz.ui.frame.example_cards import example_note
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, escape, messages, palette, show_error, use_palette
from genoviz.ui.frame.state import View
from genoviz.ui.sequence import blocks, choices, consequences, sites_panel, viewed
from genoviz.ui.sequence.attribution import attribution
from genoviz.ui.sequence.blocks import block_choice, blocks_panel
from genoviz.ui.sequence.earlier_letters import earlier_letters, keep_letters
from genoviz.ui.sequence.files import downloads
from genoviz.ui.sequence.headers import located
from genoviz.ui.sequence.mutations import mutation_map
from genoviz.ui.sequence.null_band import null_band_of
from genoviz.ui.sequence.panels import edit_panel, selection_panel, tables
from genoviz.ui.sequence.pictures import tracks_of
from genoviz.ui.sequence.pinned import ORIGINAL, pin, pin_for_link, pinned_panel
from genoviz.ui.sequence.prediction import all_tracks, edited_prediction, prediction
from genoviz.ui.sequence.timeline import timeline
from genoviz.ui.sequence.trust_panel import agreed_of, red_above, report_of, trust_panel
from genoviz.ui.sequence.unedited import Unedited, unedited

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.consequences.judged import Consequences
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.report.story import Figure
    from genoviz.trust.null_band import NullBand
    from genoviz.trust.report import TrustReport

KEYS = (*choices.KEYS, *sites_panel.KEYS, *blocks.KEYS, *consequences.KEYS)
LIGHTS = {"green": ":green[●]", "amber": ":orange[●]", "red": ":red[●]"}


@st.fragment
def workbench(choice: Choice) -> None:
    """Prediction, viewer, edits, selection and files of the chosen sequence."""
    if choice.sequence is None:
        return
    if (view := inputs.opened_view("sequence")) is not None:
        choices.use_view(view)
        viewed.select()
    inputs.note_choices((*inputs.KEYS, *KEYS))
    choice = located(choice)
    with messages():
        history = _history(choice)
        flank = _flank(choice)
        if view is not None and view.pin:
            _pin_of_link(view.pin, choice, history.original, flank)
        original = read_window(history.original, choice.card.length, flank)
        read = _named(read_window(history.current, choice.card.length, flank), history)
        top = st.container()
        cost = st.container(horizontal=True, vertical_alignment="center")
        stage, below = st.container(), st.container()
        with cost:
            method, baseline, other = choices.method_button(choice.card, read, top)
        with below:
            window, indels, show = choices.view_choice(read, method)
        target = make_target(choice)
        asked = (choice.card.name, choice.card.sha256, target, method, baseline, other)
        # A second run would take a refusal off the page.
        earlier = None if canvas.refuses("workbench") else earlier_letters(history, read, asked)
        with stage:
            result = earlier or attribution(choice, read, target, method, baseline, other, state="current", busy=cost)
            mutations = mutation_map(choice, read, target, window, indels, state="current", cost=cost)
            found = consequences.judged(choice, read, mutations)
            with below, messages():
                band = null_band_of(choice, original, result, mutations)
            before = unedited(choice, original, read, result, mutations, other)
            trusted = report_of(choice, result, other)
            red_above(trusted)
            figure: Figure | None = None
            with messages():  # a refused edit must not hide what stands below
                figure = _viewer(
                    choice,
                    original,
                    read,
                    history,
                    target,
                    result,
                    mutations,
                    show,
                    found,
                    before,
                    band,
                    earlier is not None,
                    trusted,
                )
        with top:  # after the viewer, so that an edit is seen in the picture as early as possible
            prediction(choice, original, read, consequences.summary(choice, history, flank))
        with stage:
            timeline(choice, history, target, flank)  # it empties the box for edits, which must not be read twice
        if earlier is not None:  # number and map are on the page; the next run explains them
            st.rerun(scope="fragment")
        keep_letters(history, read, asked, result)
        with stage:
            consequences.choose(choice, found)
            if read != original:
                edited_prediction(choice, original, read)
            elif choice.example:
                example_note(choice.example, history)
            if result is not None:
                _verdict(result)
            if earlier is None:
                with messages():
                    trust_panel(choice, result, other)
            with messages():
                selection_panel(choice, history, read, target, result)
        edits, others = below, None
        if len(choice.card.output(choice.output).tracks) > 1:
            edits, others = st.columns([3, 2], gap="large") if history.done else (below, st.container())
        with edits, messages():
            edit_panel(choice, history, target, flank)
        if others is not None:
            with others:
                st.subheader("All outputs", anchor=False)
                all_tracks(choice, read)
        with messages():
            pinned_panel(choice, history, read, target, result, window, show, other)
        with messages():
            blocks_panel(choice.card, read, result, mutations, trusted)
        sites_panel.sites_panel(choice, read, result, trusted)
        tables(result, mutations, found)
        view = _view(choice, history)
        address.write(view, kept=("window",))  # the window in it is the viewer's
        downloads(choice, read, history, view, result, mutations, found, trusted, figure)


def _history(choice: Choice) -> EditHistory:
    """The edits made to the chosen sequence; another sequence starts anew, a link's edits are replayed once."""
    history = edited.current()
    if choice.sequence is None:
        return history or EditHistory(Sequence("N"))
    if history is not None and history.original == choice.sequence:
        return history
    if history is not None:  # another sequence: what was said of places in the old one no longer holds
        st.query_params.pop("window", None)
        viewed.select()
        choices.mutate()
    before = edited.before(choice.sequence.bases)
    history = EditHistory(choice.sequence, before.done, before.undone) if before else EditHistory(choice.sequence)
    if text := inputs.link_edits():
        try:
            history = EditHistory.replay(history.original, from_text(text))
        except GenovizError as error:
            show_error(type(error)(f"The link's edits can't be made. {error.read}", error.accepted, error.fix))
    edited.use(history)
    return history


def _pin_of_link(text: str, choice: Choice, original: Sequence, flank: str) -> None:
    """Pin the state that a link or session file names."""
    try:
        theirs = EditHistory.replay(original, () if text == ORIGINAL else from_text(text))
    except GenovizError as error:
        show_error(type(error)(f"The link's pinned state can't be made. {error.read}", error.accepted, error.fix))
        return
    pin((theirs, _named(read_window(theirs.current, choice.card.length, flank), theirs), choice.example))


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
    given = choice.record.sequence.bases if choice.record and choice.record.sequence else history.original.bases
    placed = places.for_link() if inputs.genome_read() else {}
    chosen = choice.fitted is not None and len(given) > choice.card.length and inputs.reads_window()
    return View(
        model=choice.card.name,
        track=choice.track,
        scale=choice.scale,
        sequence="" if placed else given,
        example=choice.example.key if choice.example else "",
        edits=to_text(history.done),
        pin=pin_for_link(history.original),
        name=history.original.name if not (placed or choice.example) else "",
        palette=palette(),
        first=str(choice.fitted.start + 1) if chosen and choice.fitted else "",
        **choices.for_link(),
        **placed,
    )


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
    history = edited.current()
    if event["kind"] == "select":
        viewed.select(int(event["start"]), int(event["end"]))
    elif event["kind"] == "display":
        use_palette(event["palette"])
        viewed.show_minus(bool(event["minus"]))
    elif history is None:
        return
    elif event["kind"] == "motif":
        site = get_site(str(event["bases"]))
        if site is None:
            raise UnknownName.among("site", str(event["bases"])[:50], [s.name for s in SITES])
        edited.use(_with_site(history, site.bases, int(event["start"]), str(event.get("strand", "+"))))
    else:
        edited.use(canvas.handle(history, event))


def _with_site(history: EditHistory, bases: str, start: int, strand: str) -> EditHistory:
    """A site written over the bases from `start` on."""
    length = len(history.current)
    if start + len(bases) > length:
        raise BadInput(
            f"A site of {len(bases)} bases does not fit at base {start + 1}.",
            f"The sequence has {length} bases.",
            f"Drop it in at base {max(1, length - len(bases) + 1)} or before.",
        )
    if strand == "-":
        bases = Sequence(bases).reverse_complement().bases
    return history.apply(Edit(start, start + len(bases), bases))


def _viewer(
    choice: Choice,
    original: Sequence,
    read: Sequence,
    history: EditHistory,
    target: Target,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    show: str,
    found: Consequences | None,
    before: Unedited | None,
    band: NullBand | None,
    stale: bool,
    trusted: TrustReport | None,
) -> Figure:
    """The viewer; returns what it shows, for a story."""
    from genoviz.report.story import Figure

    words = [one.sentence for one in (result, mutations, band, trusted) if one]
    name = f"{choice.card.name} {choice.track} {choice.scale}"
    title = f"{title_of(choice)} · {choice.track}"
    if history.done:
        was, now = (cache.target_value(choice.card.name, choice.card.sha256, s, target) for s in (original, read))
        title += f" {was:.3g} → {now:.3g} ({now - was:+.3g} {target.unit(choice.card)})"
    if trusted is not None and trusted.red:  # in the saved figure as well
        title += f" · fails: {', '.join(light.title.lower() for light in trusted.red)}"
    explained = result and (result.method, result.baseline, tuple(result.options.items()))
    shown = (
        name,
        history,
        explained,
        mutations and mutations.window,
        show,
        sites_panel.scan_choice(),
        block_choice(choice.card),
        consequences.chosen(),
        band,
        trusted and trusted.sentence,
        before is not None and (before.result is not None, before.reach),
    )
    tracks = tracks_of(
        choice,
        read,
        history,
        result,
        mutations,
        show,
        found,
        before=before,
        band=band,
        agreed=agreed_of(trusted),
        stale=stale,
    )
    rulers: dict[str, Any] = {
        "tss": choice.card.tss,
        "first": choice.fitted.start - choice.fitted.left_pad + 1 if choice.fitted else 1,
        "given": _given(choice),
    }
    canvas.viewer(
        "workbench",
        sequence=history.current,
        tracks=tracks,
        view_id=digest(f"{choice.card.name}:{history.original.bases}"),
        revision=digest(
            f"{shown} {stale} {mutations is not None and mutations.complete} {mutations is not None and mutations.deletions is not None}"
        ),
        edits=history,
        palette=palette(),
        minus=viewed.minus(),
        summary=" ".join(words),
        title=title,
        window=_linked_window(len(history.current)),
        selection=viewed.selection(),
        **rulers,
        motifs=[site.name for site in SITES],
        report=("display",),
        link="" if address.is_private() else "window",
        group="compared",  # with the pinned state
        on_event=_on_event,
    )
    return Figure(
        history.current,
        tuple(tracks),
        title,
        " ".join(words),
        palette=palette(),
        options={**rulers, "edits": history, "minus": viewed.minus()},
    )


def _given(choice: Choice) -> tuple[int, int] | None:
    """Bases of the original that a person gave (0-based, half-open); the others are N added around them."""
    fitted = choice.fitted
    return (fitted.left_pad, choice.card.length - fitted.right_pad) if fitted else None


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
