"""All that is known of one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.models.calibration import DIFFERS, calibration
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.comparable import comparisons
from genoviz.models.fetch import NEVER_RUN
from genoviz.models.questions import question_of
from genoviz.models.weights import is_ready
from genoviz.models.words import byline
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, edited, estimate
from genoviz.ui.frame.cards import model_card
from genoviz.ui.frame.outputs import escape, is_dark, messages
from genoviz.ui.frame.weights import fetch_button
from genoviz.ui.models.example import example_output
from genoviz.ui.models.filters import filters_panel
from genoviz.ui.models.tiles import comparison_table, explore_button, open_card, unseen_badge

if TYPE_CHECKING:
    import plotly.graph_objects as go

ACCENT = {False: "#2563a8", True: "#6ea8e6"}


def details(card: ModelCard) -> None:
    """One model: its numbers, how it does on held-out data with the current sequence marked, its filters, its card."""
    st.button("All models", icon=":material/arrow_back:", on_click=open_card, args=("",))
    st.header(card.title, anchor=False)
    ready = is_ready(card)
    by = f" · {escape(byline(card))}" if card.origin else ""
    st.caption(f"`{card.name}` · {escape(question_of(card).name)}: {escape(card.task)} · {escape(card.family)}{by}")
    if card.never_run:
        st.markdown(unseen_badge(card), help=NEVER_RUN)
    explore_button(card, main=ready)
    with messages():
        left, middle, right = st.columns(3)
        left.metric("Parameters", f"{card.parameters:,}")
        middle.metric("Bases read", f"{card.length:,}")
        if ready:
            right.metric(
                "One prediction",
                f"{1000 * estimate.prediction(card):.2g} ms",
                help="Measured on this computer's processor, one sequence at a time.",
            )
    with messages():
        fetch_button(card)
    if card.example:
        with messages():
            example_output(card)
    if card.background:
        with messages():
            _held_out(card)
    for comparison in comparisons(list_models()):
        if comparison.benchmark == card.benchmark:
            comparison_table(comparison)
    if ready:
        with messages():
            filters_panel(card)
    st.subheader("Card", anchor=False)
    model_card(card)


def _held_out(card: ModelCard) -> None:
    from genoviz.plots.curves import curve, distributions, precision_points, roc_points, scatter
    from genoviz.plots.palette import colours

    look, accent = colours("classic", is_dark()), ACCENT[is_dark()]
    st.subheader("On held-out data", anchor=False)
    tracks = list(card.background)
    track = st.selectbox("Track", tracks, key=f"held_out_{card.name}") if len(tracks) > 1 else tracks[0]
    logit = _logit_of_current(card, track)
    test = card.training.get("background")  # the curves are drawn from the sequences of this test
    row, sets = card.scores(track, test) or {}, card.background[track]
    if track in card.scatter:
        unit = card.outputs[0].logit_unit or card.outputs[0].unit
        _chart(
            scatter(card.scatter[track], unit=unit, look=look, accent=accent, mark=logit), "Measured against predicted"
        )
    elif "positives" in row:
        positive, negative = list(sets.values())[:2]
        share = row["positives"] / row["n"]
        left, right = st.columns(2)
        thresholds, false, true = roc_points(positive, negative)
        mark = _place(thresholds, false, true, logit)
        titles = {"x_title": "false positive rate", "y_title": "true positive rate"}
        with left:
            _chart(curve(false, true, **titles, level=1, look=look, accent=accent, mark=mark), "ROC curve")
        thresholds, recall, precision = precision_points(positive, negative, share)
        mark = _place(thresholds, recall, precision, logit)
        titles = {"x_title": "recall", "y_title": f"precision ({100 * share:.0f} % are positive)"}
        with right:
            _chart(
                curve(recall, precision, **titles, level=share, look=look, accent=accent, mark=mark),
                "Precision-recall curve",
            )
        if (found := calibration(card, track)) is not None:
            drawn = curve(
                found.predicted,
                found.observed,
                x_title="predicted probability",
                y_title="share of positives",
                level=1,
                look=look,
                accent=accent,
            )
            with left:
                _chart(drawn, "Reliability")
            right.caption(
                f"Reliability: in tenths of the test, what the model says (across) and how many are positive (up); on the "
                f"dotted line it is right as often as it says. Mean distance {found.error:.2f}. Where the calibrated "
                f"probability differs by {DIFFERS} or more, it stands beside a prediction."
            )
        names = list(sets)[:2]
        st.caption(
            f"{escape(names[0])} against {escape(names[1])}, {row['n']:,} test sequences"
            f"{escape(f' of {test}') if test else ''}; drawn from 101 quantiles of each."
        )
    else:
        output = card.outputs[0]
        _chart(
            distributions(sets, unit=f"{track} ({output.logit_unit or output.unit})", look=look, mark=logit),
            f"Distributions of {track} over held-out sequences",
        )
    if logit is None:
        st.caption("Read a sequence on the page Sequence to see where its prediction lies here.")


def _chart(figure: go.Figure, alt: str) -> None:
    st.plotly_chart(figure, width="stretch", config={"displayModeBar": False}, alt=alt)


def _place(thresholds: np.ndarray, x: np.ndarray, y: np.ndarray, logit: float | None) -> tuple[float, float] | None:
    """Point of a curve at which a sequence with this logit would just be called."""
    if logit is None:
        return None
    i = min(int(np.searchsorted(-thresholds, -logit)), len(x) - 1)
    return float(x[i]), float(y[i])


def _logit_of_current(card: ModelCard, track: str) -> float | None:
    """Logit of the sequence read on the page Sequence, fitted to this model; None without one."""
    from genoviz.models.target import Target

    history = edited.current()
    if history is None or not is_ready(card):
        return None
    sequence: Sequence = history.current.fit(card.length).sequence
    return cache.target_value(card.name, card.sha256, sequence, Target(card.outputs[0].name, (track,)))
