"""The linear probe: trained while the learning curve grows, and scored on held-out records beside counts of words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import digest, escape, is_dark
from genoviz.ui.frame.planned import is_long, note_stopped, planned, rounded
from genoviz.ui.frame.receipts import receipt_panel

if TYPE_CHECKING:
    from genoviz.embedding.probe import CurvePoint, Probe
    from genoviz.embedding.records import Labelled

PLACE = "probe"
FIRST: dict[str, object] = {"probe_label": None, "probe_word": 4, "probe_seed": 0}
_PER_RECORD, _LEAST = 2e-3, 1.0  # seconds on a slow core


@dataclass
class _Work:
    """The curve as it grows."""

    curve: tuple[CurvePoint, ...] = ()


def show(card: ModelCard, data: Labelled, vectors: NDArray[np.float32]) -> None:
    """What is told apart, the button, the growing curve and the held-out scores."""
    st.header("Linear probe", anchor=False)
    st.caption(
        "A straight line through the model's numbers is trained to tell the labels apart, on more and more records, and scored on "
        "records that it never saw; relatives stay on one side. Beside it the same on counts of short words: what needs no model."
    )
    if not data.has_labels:
        st.info(
            "These records carry no labels. Name them `>name label=WORD`, give one file for each label, or add a shuffle of each "
            "record above."
        )
        return
    left, middle, right = st.columns(3)
    label = _label(data, left)
    word = int(
        middle.number_input("Bases of a word", 1, 5, key="probe_word", help="Of the baseline: 4 counts 256 words.")
    )
    seed = int(right.number_input("Seed", 0, 9_999, key="probe_seed", help="Of the split and the draws."))
    found = _trained(card, data, vectors, label, word, seed)
    if found is not None:
        _result(card, data, found)


def _label(data: Labelled, place: st.delta_generator.DeltaGenerator) -> str:
    if data.numbers is not None:
        place.caption("The labels are numbers: they are predicted.")
        return ""
    options = list(data.classes)
    if st.session_state.get("probe_label") not in options:
        st.session_state["probe_label"] = options[0]
    chosen = place.selectbox(
        "Told from the rest", options, key="probe_label", format_func=lambda one: one or "(no label)"
    )
    return str(chosen)


def _trained(
    card: ModelCard, data: Labelled, vectors: NDArray[np.float32], label: str, word: int, seed: int
) -> Probe | None:
    """Offered, running with curve and stop (None), or ended."""
    from genoviz.models.metrics import METRICS

    marks = digest(f"{[one.bases for one in data.sequences]} {data.labels}")
    key = (PLACE, card.name, card.sha256, marks, label, word, seed)
    # The thread of an earlier run of the page fills the work that it was begun with.
    works: dict[object, _Work] = st.session_state.setdefault("probe_work", {})
    work = works.setdefault(key, _Work())
    for old in list(works)[:-4]:
        del works[old]
    model = cache.loaded(card)
    metric = "auroc" if data.numbers is None else "pearson"

    def run(progress: Callable[[float], None]) -> Probe:
        from genoviz.embedding.probe import probe

        def watch(curve: tuple[CurvePoint, ...]) -> None:
            work.curve = curve

        return probe(model, data, vectors, positive=label, word=word, seed=seed, progress=progress, watch=watch)

    seconds = max(_LEAST, _PER_RECORD * len(data.sequences) * 4 ** max(0, word - 4))
    is_long(PLACE, key, seconds)  # else the map's own would stop it when the page runs again
    found = planned(
        PLACE,
        key,
        seconds,
        run,
        cost=f"Two probes on up to {len(data.sequences):,} records: about {rounded(seconds)} on this computer.",
        start="Train the probe",
        doing="Training",
        stop="Stop the curve",
        meanwhile=lambda: _curve(work.curve, METRICS[metric].title, word, metric),
    )
    if found is not None and not found.complete:
        note_stopped(PLACE, key, "Stopped: the curve is not complete; the scores below are of all training records.")
    return found


def _curve(curve: tuple[CurvePoint, ...], title: str, word: int, metric: str) -> None:
    from genoviz.grammar.mean_interval import Spread
    from genoviz.plots.embedding import learning_figure
    from genoviz.plots.palette import colours

    if not curve:
        return
    most = max(len(point.embedding.values) for point in curve)

    def joined(spreads: list[Spread]) -> Spread:
        """The last size has one draw: it stands for all."""
        return Spread(np.stack([np.resize(one.values, most) for one in spreads], axis=1))

    figure = learning_figure(
        [point.size for point in curve],
        joined([point.embedding for point in curve]),
        joined([point.words for point in curve]),
        colours("colour-safe", is_dark()),
        metric=title,
        word=word,
        guessing=0.5 if metric == "auroc" else 0.0,
    )
    st.plotly_chart(figure, width="stretch", key="probe curve", config={"displayModeBar": False})


def _result(card: ModelCard, data: Labelled, found: Probe) -> None:
    from genoviz.embedding.tables import probe_provenance, probe_table
    from genoviz.models.metrics import METRICS

    st.markdown(f"**{escape(found.sentence)}**")
    _curve(found.curve, METRICS[found.metric].title, found.word, found.metric)
    st.caption(
        f"{METRICS[found.metric].title}: {METRICS[found.metric].help}. Bands: 95 % of the mean over draws of the training records; they do "
        "not tell how other held-out records would score, the intervals above do."
    )
    download(
        "Probe (TSV)",
        lambda: tsv(probe_table(found), probe_provenance(found)),
        f"genoviz_{card.name}_probe.tsv",
        "text/tab-separated-values",
    )
    if found.complete:
        from genoviz.receipts.embedding import probe_receipt

        receipt_panel([card], [probe_receipt(found, data)], f"genoviz_{card.name}")
