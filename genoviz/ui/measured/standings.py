"""Every suitable model, and other methods of the chosen one, beside each other on the same measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.measured.options import MUTATIONS
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.weights import at_hand, is_ready
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import digest, is_dark
from genoviz.ui.measured import work
from genoviz.ui.measured.source import Opened

if TYPE_CHECKING:
    from genoviz.measured.agreement import Ceiling
    from genoviz.measured.experiment import Experiment
    from genoviz.measured.several import Asked
    from genoviz.models.base import Model

WHAT = {"models": "All suitable models", "methods": "All methods of this model"}
KEYS = ("measured_beside",)
FIRST: dict[str, object] = {"measured_beside": "models"}
_SLOW = ("smoothgrad", "gradientshap")  # hundreds of passes for one row of a table


def show(choice: Choice, experiment: Experiment, opened: Opened, *, ceiling: Ceiling | None) -> None:
    """The part below one model's result."""
    st.header(
        "Beside each other",
        anchor=False,
        help="Models whose task a reporter measures, trained on human or mouse sequences, that are on this computer; or all "
        "methods of the chosen model that score new bases.",
    )
    what = st.segmented_control(
        "Beside each other", list(WHAT), key="measured_beside", format_func=WHAT.__getitem__, required=True,
        label_visibility="collapsed",
    ) or "models"  # fmt: skip
    rows = _rows(choice, what)
    if not rows:
        st.info("No model here fits. Published models are fetched on the page Models.")
        return
    from genoviz.measured.several import cost_of, side_by_side

    count = cost_of(experiment, rows)
    seconds = 0.0
    for row in rows:  # the mutagenesis engine shares the work of mutants
        seconds += cost_of(experiment, [row]) * estimate.row(row.card) / (3 if row.method == MUTATIONS else 1)
    loaded = {row.card.name: cache.loaded(row.card) for row in rows}

    def load(card: ModelCard) -> Model:
        return loaded[card.name]

    key = (
        opened.name,
        experiment.name,
        digest(
            f"{experiment.sequence.bases} {experiment.effects.tobytes().hex()} {[c.name for c in experiment.changes]}"
        ),
        tuple((row.card.name, row.card.sha256, row.target, row.method) for row in rows),
    )
    found = work.run(
        "standings",
        key,
        count,
        seconds,
        lambda progress: side_by_side(experiment, rows, load, progress=progress),
        start=f"Compare {len(rows)}",
        ask=True,
    )
    if found is None:
        return
    from genoviz.measured.tables import side_provenance, standing_table
    from genoviz.plots.measured import standing_figure
    from genoviz.plots.palette import colours

    work.say(found.sentence)
    best = ceiling.best if ceiling is not None else None
    st.plotly_chart(
        standing_figure(found, colours("colour-safe", is_dark()), ceiling=best),
        width="stretch",
        key="measured standings",
        config={"displayModeBar": False},
    )
    if best is not None:
        st.caption(f"Dashed: what the replicates allow ({best:.2f}).")
    with st.expander("As a table"):
        names = {"model": "Model", "target": "Target", "method": "Method", "changes": "Changes", "pearson": "Pearson", "pearson_low": "from", "pearson_high": "to", "spearman": "Spearman", "problem": "Problem"}  # fmt: skip
        work.table(standing_table(found), names, ("pearson", "pearson_low", "pearson_high", "spearman"))
    work.file("Comparison (TSV)", "measured models", lambda: standing_table(found), lambda: side_provenance(found))


def _rows(choice: Choice, what: str) -> tuple[Asked, ...]:
    from genoviz.measured.predicted import methods_of
    from genoviz.measured.several import Asked, rows_of

    if what == "methods":
        return tuple(Asked(choice.card, make_target(choice), m) for m in methods_of(choice.card) if m not in _SLOW)
    files = at_hand()
    rows = rows_of(card for card in list_models() if is_ready(card, files))
    own = Asked(choice.card, make_target(choice), MUTATIONS)
    listed = {(row.card.name, row.target.tracks) for row in rows}
    return rows if (own.card.name, own.target.tracks) in listed or not np.isfinite(own.card.length) else (own, *rows)
