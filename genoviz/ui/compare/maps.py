"""Methods and models on one sequence: one axis, a consensus, how far they agree, and where they don't."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.words import per_base
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.compare import work
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, escape, is_dark, palette
from genoviz.ui.frame.receipts import STORY_HELP, receipt_panel
from genoviz.ui.frame.state import all_tracks, output_of

if TYPE_CHECKING:
    from genoviz.compare.comparison import Comparison
    from genoviz.compare.contested import ContestedBase
    from genoviz.models.target import Target

KEYS = ("compare_methods", "compare_models", "compare_baseline", "compare_strands")
MOST_MODELS = 5  # beside the one in the sidebar
AXIS = 3000  # bases of a longer sequence that are drawn, around what the model reads
_COLOURS = {"strand": "#7a4fb5", "saturation": "#c77700", "redundancy": "#0f6fb5", "assay": "#00795a"}


@dataclass(frozen=True)
class Asked:
    """What is compared: the axis, models with their targets, methods."""

    axis: Sequence
    centre: int
    cards: tuple[ModelCard, ...]
    targets: tuple[Target, ...]
    methods: tuple[str, ...]
    baseline: str
    strands: bool


def use(methods: list[str], models: list[str]) -> None:
    """Take methods and other models of a link; those that don't fit are dropped where they are shown."""
    if methods:
        st.session_state["compare_methods"] = methods
    if models:
        st.session_state["compare_models"] = models


def for_link() -> tuple[list[str], list[str]]:
    """Methods and other models as a link holds them."""
    return list(st.session_state.get("compare_methods") or ()), list(st.session_state.get("compare_models") or ())


def show(choice: Choice) -> None:
    """The panel below the choice of what is compared."""
    if choice.sequence is None:
        return
    found = _found(_asked(choice))
    if found is None:
        return
    from genoviz.compare.contested import contested

    work.say(found.sentence, found.notices)
    bases = contested(found)
    least = st.slider(
        "Consensus: bases among the strongest tenth of at least",
        1,
        len(found.rows),
        found.most,
        help="A base is drawn in the consensus if at least so many explanations have it among their strongest tenth.",
        format=f"%d of {len(found.rows)}",
    )
    _viewer(choice, found, bases, least)
    left, right = st.columns(2, gap="large")
    with left:
        _pairs(found)
    with right:
        _contested(found, bases)
    _files(choice, found, bases)


def _asked(choice: Choice) -> Asked:
    from genoviz.attribute.baselines import BASELINES
    from genoviz.attribute.methods import METHODS, offered
    from genoviz.compare.comparison import USUAL, shared_baseline

    fitting = offered(choice.card)
    chosen = st.session_state.get("compare_methods")
    kept = [name for name in (USUAL if chosen is None else chosen) if name in fitting]
    st.session_state["compare_methods"] = kept
    one, two = st.columns(2)
    methods = one.multiselect(
        "Methods",
        list(fitting),
        key="compare_methods",
        format_func=lambda n: METHODS[n].title + (" (teaching only)" if METHODS[n].teaching_only else ""),
        help="Each explains the same number of the model. All that compare with something compare with the same references.",
    )
    others = [card.name for card in work.ready_models() if card.name != choice.card.name]
    st.session_state["compare_models"] = [n for n in st.session_state.get("compare_models") or [] if n in others]
    names = two.multiselect(
        "Other models",
        others,
        key="compare_models",
        max_selections=MOST_MODELS,
        format_func=lambda n: get_card(n).title,
        help="Each reads as much of the sequence as it takes, around what the model of the sidebar reads.",
    )
    cards, targets = [choice.card], [make_target(choice)]
    for name, column in zip(names, st.columns(max(1, len(names))), strict=False):
        card = get_card(name)
        with column:
            cards.append(card)
            targets.append(_target(card, choice))
    usual = shared_baseline(cards)
    known = ["", *(name for name in BASELINES if name != "sequence")]
    left, right = st.columns(2, vertical_alignment="bottom")
    baseline = left.selectbox(
        "Compared with",
        known,
        key="compare_baseline",
        format_func=lambda n: BASELINES[n].title if n else f"Usual: {BASELINES[usual].title}",
        help="The references of all methods that compare with something: shared, so that a difference is not one of references.",
    )
    strands = right.checkbox(
        "Explain the other strand as well",
        key="compare_strands",
        help="Twice the work. Tells where models disagree because one of them looks at the strand.",
    )
    axis, centre = _axis(choice)
    return Asked(axis, centre, tuple(cards), tuple(targets), tuple(methods), baseline or usual, strands)


def _axis(choice: Choice) -> tuple[Sequence, int]:
    """The sequence that all models read of, and the place (from 0) around which they do."""
    record, fitted = choice.record, choice.fitted
    if record is None or record.sequence is None or fitted is None:
        return choice.sequence or Sequence("N"), 0
    whole, length = record.sequence, choice.card.length
    centre = fitted.start + length // 2
    if len(whole) <= max(AXIS, length):
        return whole, centre
    start = min(max(0, centre - max(AXIS, length) // 2), len(whole) - max(AXIS, length))
    return whole.crop(start, start + max(AXIS, length)), centre - start


def _target(card: ModelCard, choice: Choice) -> Target:
    """The track of another model: that of the same name where it has one, or chosen."""
    from genoviz.models.target import Target

    tracks = all_tracks(card)
    key = f"compare_track_{card.name}"
    if st.session_state.get(key) not in tracks:
        st.session_state[key] = choice.track if choice.track in tracks else tracks[0]
    track = st.selectbox(f"Track of {card.title}", tracks, key=key) if len(tracks) > 1 else tracks[0]
    return Target(output_of(card, track), (track,))


def _found(asked: Asked) -> Comparison | None:
    from genoviz.compare.comparison import compare, cost, methods_for

    each = [cost(card, methods_for(card, asked.methods), asked.baseline, strands=asked.strands) for card in asked.cards]
    count = sum(len(methods_for(card, asked.methods)) for card in asked.cards)
    if count < 2:
        st.info("Choose at least two methods, or another model.")
        return None
    seconds = sum(n * estimate.row(card) for n, card in zip(each, asked.cards, strict=True))
    key = (
        asked.axis,
        asked.centre,
        tuple(map(work.identity, asked.cards)),
        asked.targets,
        asked.methods,
        asked.baseline,
        asked.strands,
    )
    models = [cache.loaded(card) for card in asked.cards]

    def run(progress: work.Progress) -> Comparison:
        return compare(
            models,
            asked.axis,
            asked.targets,
            asked.methods,
            baseline=asked.baseline,
            centre=asked.centre,
            strands=asked.strands,
            progress=progress,
        )

    return work.run("maps", key, sum(each), seconds, run, stop=work.KEEPS)


def _viewer(choice: Choice, found: Comparison, bases: tuple[ContestedBase, ...], least: int) -> None:
    """All explanations over one axis."""
    from genoviz.compare.contested import REASONS

    tracks = []
    marks = [
        {
            "start": c.position,
            "end": c.position + 1,
            "note": REASONS[c.reason],
            "color": _COLOURS.get(c.reason, "#6b7280"),
        }
        for c in bases
    ]
    if choice.example and len(choice.example.sequence) == len(found.sequence):
        known = [{"start": s.start, "end": s.end, "label": s.name} for s in choice.example.sites]
        tracks += [canvas.spans(known, "Known sites")] if known else []
    consensus = found.consensus(least)
    tracks.append(
        canvas.logo(consensus, f"Consensus of at least {least} of {len(found.rows)}", "share of the largest score")
    )
    if marks:
        tracks.append(canvas.spans(marks, "Contested bases"))
    for number, row in enumerate(found.rows, start=1):
        tracks.append(canvas.logo(row.values, f"{number}. {row.label}", per_base(row.unit), height=95))
    canvas.viewer(
        "compared maps",
        sequence=found.sequence,
        tracks=tracks,
        view_id=digest(f"compare {found.sequence.bases}"),
        revision=digest(f"{least} {[row.label for row in found.rows]} {np.nan_to_num(found.values).tobytes().hex()}"),
        palette=palette(),
        summary=found.sentence,
        title=title_of(choice),
        editable=False,
    )
    st.caption("Each row is drawn on its own scale and in its own unit; what a model does not read is hatched.")


def _pairs(found: Comparison) -> None:
    from genoviz.compare.tables import pair_table
    from genoviz.plots.compare import pairs_figure
    from genoviz.plots.palette import colours

    st.header("How alike", anchor=False, help="Correlation of the scores of every two explanations.")
    st.plotly_chart(
        pairs_figure(found, colours("colour-safe", is_dark())),
        width="stretch",
        key="compare pairs",
        config={"displayModeBar": False},
    )
    names = {
        "first": "First",
        "second": "Second",
        "pearson": "Correlation",
        "sign_agreement": "Same sign",
        "top_decile_overlap": "Same top tenth",
    }
    with st.expander("As a table, with signs and the strongest tenth"):
        work.table(pair_table(found), names, ("pearson", "sign_agreement", "top_decile_overlap"))
        st.caption(
            "Same sign: share of the bases in either strongest tenth with the same sign. Same top tenth: share of the "
            "strongest tenth of one that is in that of the other; 0.1 by chance."
        )


def _contested(found: Comparison, bases: tuple[ContestedBase, ...]) -> None:
    from genoviz.compare.contested import REASONS
    from genoviz.compare.tables import contested_table

    st.header("Contested bases", anchor=False, help="Strong in one explanation; weak, or the other way, in another.")
    if not bases:
        st.success("No base that is strong in one explanation is weak in another.")
        return
    reasons = dict.fromkeys(one.reason for one in bases)
    for reason in reasons:
        n = sum(one.reason == reason for one in bases)
        st.markdown(f"**{n}** · {escape(REASONS[reason])}")
    st.caption("Likely reasons, from how the split runs; none is proven.")
    names = {"position": "Base", "base": "Letter", "strong_in": "Strong in", "against": "Weak or opposite in"}
    with st.expander("Base by base"):
        work.table(contested_table(found, bases), names)


def _files(choice: Choice, found: Comparison, bases: tuple[ContestedBase, ...]) -> None:
    from genoviz.compare import tables

    def header() -> dict[str, object]:
        return tables.comparison_provenance(found)

    def told() -> str:
        from genoviz.report.stories import comparison_story

        return comparison_story(found, bases, made=datetime.now().date())

    with st.container(horizontal=True):
        work.file("Scores (TSV)", "compared scores", lambda: tables.base_table(found), header)
        work.file("Pairs (TSV)", "compared pairs", lambda: tables.pair_table(found), header)
        work.file("Contested bases (TSV)", "contested bases", lambda: tables.contested_table(found, bases), header)
        if found.complete:
            name = "genoviz_comparison_story.html"
            download("Story (HTML)", told, name, "text/html", key="file story", help=STORY_HELP)
    if found.complete:
        from genoviz.receipts.made import comparison_receipt

        cards = list({row.card.name: row.card for row in found.rows}.values())
        receipt_panel(cards, [comparison_receipt(found)], "genoviz_comparison")
