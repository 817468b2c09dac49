"""What every part of the page Grammar does with its result: compute it, say it, draw it, give it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.predict.tables import reading
from genoviz.ui.frame import estimate
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, is_dark
from genoviz.ui.frame.planned import is_long, note_stopped, planned, rounded

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from genoviz.attribute.explained import Explained
    from genoviz.grammar.dependence import Dependence
    from genoviz.grammar.results import Copies, Slide, Spacing
    from genoviz.grammar.tables import Grammar
    from genoviz.models.target import Target
    from genoviz.mutagenesis.epistasis import Epistasis

Result = TypeVar("Result", bound="Slide | Spacing | Copies | Dependence | Epistasis")
Progress = Callable[[float], None]


def run(
    choice: Choice,
    target: Target,
    what: tuple[object, ...],
    predictions: int,
    work: Callable[[Progress], Result],
    of: Explained | None = None,
) -> Result | None:
    """The result of this work: at once when short, else on request with its cost, progress and a stop.

    With `of`, each of the sequences is explained, and not only predicted.
    """
    card = choice.card
    if of is None:
        seconds = predictions * estimate.placement(card, target)
    else:
        from genoviz.attribute.methods import METHODS

        predictions *= METHODS[of.method].predictions(card.length)
        seconds = predictions * estimate.row(card)
    key = ("grammar", card.name, card.sha256, target, of, *what)
    found = planned(
        "grammar",
        key,
        seconds,
        work,
        cost=f"{'About' if of is None else 'The work of about'} {predictions:,} predictions, some {rounded(seconds)} on this computer.",
        start="Compute",
        doing="Predicting",
        stop="Stop and keep what is done",
        ask=is_long("grammar", key, seconds),
        shared=True,
    )
    if found is not None and not found.complete:
        note_stopped("grammar", key, "Stopped: this is what was done until then.")
    elif found is not None:
        st.caption(f"About {predictions:,} predictions, some {rounded(seconds)} to compute.")
    return found


def result(
    choice: Choice, found: Result, draw: Callable[..., Figure], about: str, *, averaged: bool = True
) -> tuple[int, str, int, str] | None:
    """Sentence, figure, what it shows, and the file; returns a clicked cell of a map of pairs."""
    from genoviz.plots.palette import colours

    st.markdown(f"**{escape(found.sentence)}**")
    figure = draw(found, colours("colour-safe", is_dark()))
    event = st.plotly_chart(
        figure, width="stretch", on_select="rerun", selection_mode="points", key=f"figure {type(found).__name__}",
        config={"displayModeBar": False},
    )  # fmt: skip
    scale = (
        " Effects on this scale do not add up near 0 and 1; the logit scale is the better one for sums."
        if found.target.scale == "value"
        else ""
    )
    intervals = " Intervals: 95 % of the mean, by bootstrap." if averaged else ""
    st.caption(escape(f"{about}.{intervals}{scale}"))
    download(
        "Table (TSV)",
        lambda: _tsv(choice, found),
        f"genoviz_{choice.card.name}_{choice.track}_{type(found).__name__.lower()}.tsv",
        "text/tab-separated-values",
        key=f"file {type(found).__name__}",
    )
    points = event.selection.points if event else []
    cell = points[0].get("customdata") if points else None
    return (int(cell[0]), str(cell[1]), int(cell[2]), str(cell[3])) if cell is not None and len(cell) == 4 else None


def four_predictions(found: Epistasis, clicked: tuple[int, str, int, str] | None) -> None:
    """The four predictions behind the clicked cell, or behind the strongest."""
    cell = clicked or found.strongest_pair
    if cell is None:
        return
    i, a, j, b = cell
    bases = found.sequence.bases
    first, second = f"{bases[i - 1]}{i}{a}", f"{bases[j - 1]}{j}{b}"
    numbers = found.four(i - 1, a, j - 1, b)
    expected = numbers[1] + numbers[2] - numbers[0]
    labels = ("As given", first, second, f"{first} and {second}", "Expected for both")
    for column, label, number in zip(st.columns(5), labels, (*numbers, expected), strict=True):
        column.metric(escape(label), f"{number:.3g}", help=found.unit)
    st.caption(f"In {found.unit}. Both - expected: {numbers[3] - expected:+.3g}.")


def _tsv(choice: Choice, found: Grammar) -> str:
    from genoviz.grammar.tables import grammar_provenance, grammar_table

    place = reading(choice.fitted)
    return tsv(grammar_table(found), grammar_provenance(choice.card, found) | place)
