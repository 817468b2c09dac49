"""The gallery of models: families through time, a tile per model, and all that is known of one."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.families import Family, by_family
from genoviz.models.metrics import METRICS, main_metric
from genoviz.models.uses import said_of
from genoviz.models.weights import is_ready
from genoviz.models.words import first_rows
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, edited, estimate
from genoviz.ui.frame.cards import model_card
from genoviz.ui.frame.outputs import escape, is_dark, messages
from genoviz.ui.frame.weights import fetch_button, state_of
from genoviz.ui.models.example import example_output
from genoviz.ui.models.filters import filters_panel

if TYPE_CHECKING:
    import plotly.graph_objects as go

ABREAST = 3  # tiles beside each other
ACCENT = {False: "#2563a8", True: "#6ea8e6"}


def tiles(cards: Seq[ModelCard]) -> None:
    """All models by family, oldest family first."""
    for family, found in by_family(cards):
        _heading(family)
        rows = [found[i : i + ABREAST] for i in range(0, len(found), ABREAST)]
        for column, card in ((c, card) for row in rows for c, card in zip(st.columns(ABREAST), row, strict=False)):
            with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
                st.markdown(f"**{escape(card.title)}**")
                members = int(card.training.get("members", 1))
                sizes = f"{card.parameters:,} parameters" + (f" in {members} networks" if members > 1 else "")
                st.caption(f"`{card.name}` · {escape(card.organism or 'synthetic')} · {card.length:,} bases · {sizes}")
                st.markdown(escape(_best_score(card)))
                if said := said_of(card):
                    st.caption(escape(f"{said}."))
                st.button("Details", key=f"details_{card.name}", on_click=lambda n=card.name: _open(n))


def details(card: ModelCard) -> None:
    """One model: its numbers, how it does on held-out data with the current sequence marked, its filters, its card."""
    st.button("All models", icon=":material/arrow_back:", on_click=lambda: _open(""))
    st.header(card.title, anchor=False)
    st.caption(f"`{card.name}` · {escape(card.family)} · {escape(card.task)}")
    ready = is_ready(card)
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
    if ready:
        with messages():
            filters_panel(card)
    st.subheader("Card", anchor=False)
    model_card(card)


def _open(name: str) -> None:
    if name:
        st.query_params["card"] = name
    else:
        st.query_params.pop("card", None)


def _heading(family: Family) -> None:
    year = f"{family.year} · " if family.year else ""
    st.markdown(f"## {year}{escape(family.name)}")
    if family.idea:
        st.caption(escape(family.idea), help=f"Source: {family.source}")


def _best_score(card: ModelCard) -> str:
    """The metric that decides, over the tracks that have it."""
    name = main_metric(card.held_out[0]) if card.held_out else None
    if name is not None:
        tracks = {track for output in card.outputs for track in output.tracks}
        rows = [row for row in first_rows(card) if name in row and row["track"] in tracks] or card.held_out[:1]
        title, values = METRICS[name].title, [row[name] for row in rows]
        test = f", {rows[0]['test']}" if rows[0].get("test") else ""
        if len(values) == 1:
            about = "" if rows[0]["track"] in tracks else f" ({rows[0]['track']})"
            return f"{title} {values[0]:.3f}{about}{test}"
        return f"Mean {title} {np.mean(values):.3f} over {len(values)} tracks{test}"
    if card.files:
        return f"{state_of(card)[0].upper()}{state_of(card)[1:]}."
    return "No held-out score." if card.trained else "Not trained: set by hand."


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
