"""The page Embedding map: records as points, their neighbours, and a linear probe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genoviz.files.tsv import tsv
from genoviz.lessons.examples import get_example
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.ui.embedding import probe, source
from genoviz.ui.frame import cache, estimate, model_choice
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.glossary import linked
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import digest, escape, is_dark, messages
from genoviz.ui.frame.page_settings import Setting, one_of
from genoviz.ui.frame.planned import is_long, planned, release, rounded
from genoviz.ui.frame.receipts import receipt_panel

if TYPE_CHECKING:
    from genoviz.embedding.map import EmbeddingMap
    from genoviz.embedding.records import Labelled

PLACE = "embedding"
COLOURS = {"label": "Label", "gc": "Share of G and C", "score": "The model's number"}
FIRST: dict[str, object] = {
    **source.FIRST,
    **probe.FIRST,
    "embedding_method": "pca",
    "embedding_colour": "label",
    "embedding_record": 0,
}
KEYS = tuple(FIRST)
SETTINGS = (
    Setting("records", "embedding_source", one_of(source.SOURCES), "real"),
    Setting("colour", "embedding_colour", one_of(COLOURS), "label"),
)
EXAMPLE_MODEL = "vae.ecoli-promoters"


def show(choice: Choice) -> None:
    """The page below its title."""
    st.markdown(
        linked(
            "Some models turn a sequence into a list of numbers, its embedding. Which sequences lie side by side there? And "
            "do the numbers know what a label says, more than counts of short words do?"
        )
    )
    able = _able()
    if choice.card.name not in able:
        _other_model(choice.card, able)
        return
    with messages():
        data = source.records(choice)
        if data is None:
            release(PLACE, probe.PLACE)
            return
        st.caption(escape(data.said))
        vectors = _vectors(choice.card, data)
        if vectors is None:
            return
        _map(choice, data, vectors)
        probe.show(choice.card, data, vectors)


@st.cache_data(show_spinner=False)
def _able() -> list[str]:
    """Names of the models that embed."""
    from genoviz.models.abilities import models_with

    return models_with("embed")


def _other_model(card: ModelCard, able: list[str]) -> None:
    st.info(
        f"{escape(card.title)} has no embedding. Choose one of these in the sidebar: "
        f"{escape(', '.join(get_card(name).title for name in able))}."
    )
    title = get_card(EXAMPLE_MODEL).title
    st.button(f"Take {title}", key="embedding_example", on_click=_use_example, type="primary")


def _use_example() -> None:
    example = get_example("typical")
    model_choice.use_model(EXAMPLE_MODEL, example.track if example else "")


def _key(card: ModelCard, data: Labelled) -> tuple[str, str, str]:
    return card.name, card.sha256, digest("".join(one.bases for one in data.sequences))


def _vectors(card: ModelCard, data: Labelled) -> NDArray[np.float32] | None:
    """Embedded records, or None while they are not there."""
    model = cache.loaded(card)

    def work(progress: Callable[[float], None]) -> NDArray[np.float32]:
        from genoviz.predict.embed import embed

        return embed(model, data.sequences, progress=progress)

    n = len(data.sequences)
    seconds = n * estimate.row(card)
    key = (PLACE, *_key(card, data))
    return planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"{n:,} records are embedded: about {rounded(seconds)} on this computer.",
        start="Embed",
        doing="Embedding",
        stop="Stop",
        shared=True,
        ask=is_long(PLACE, key, seconds),
    )


def _map(choice: Choice, data: Labelled, vectors: NDArray[np.float32]) -> None:
    """The picture with what it is coloured by, and the neighbours of a clicked record."""
    from genoviz.embedding.map import METHODS, has_umap
    from genoviz.embedding.tables import map_provenance, map_table
    from genoviz.plots.embedding import map_figure
    from genoviz.plots.palette import colours

    left, right = st.columns(2)
    methods = list(METHODS) if has_umap() else ["pca"]
    if st.session_state.get("embedding_method") not in methods:
        st.session_state["embedding_method"] = "pca"
    method = left.segmented_control(
        "Drawn by",
        methods,
        key="embedding_method",
        format_func=METHODS.__getitem__,
        required=True,
        help="PCA: the two directions in which the points differ most. UMAP keeps near points near, and needs the extra "
        "`genoviz[umap]`; distances between its groups mean little.",
    )
    colour = right.segmented_control(
        "Coloured by", list(COLOURS), key="embedding_colour", format_func=COLOURS.__getitem__, required=True
    )
    found = _found(choice.card, data, vectors, method or "pca")
    st.markdown(f"**{escape(found.sentence)}**")
    values, name = _values(choice.card, data, colour or "label")
    chosen = _chosen(len(data.sequences))
    near = found.neighbours(chosen) if chosen is not None else []
    shown = found.explained or (0.0, 0.0)
    axes = [
        f"{METHODS[found.method]} {i}" + (f" ({100 * shown[i - 1]:.0f} %)" if found.explained else "") for i in (1, 2)
    ]
    figure = map_figure(
        found.points,
        [one.name for one in data.sequences],
        colours("colour-safe", is_dark()),
        axes=(axes[0], axes[1]),
        labels=data.labels,
        values=values,
        value_name=name,
        chosen=chosen,
        near=[one.record for one in near],
    )
    st.plotly_chart(
        figure,
        width="stretch",
        key="embedding map",
        on_select=_from_map,
        selection_mode="points",
        config={"displayModeBar": False},
    )
    _neighbours(found, chosen)
    with st.container(horizontal=True):
        download(
            "Map (TSV)",
            lambda: tsv(map_table(found, {"gc": _gc(data)}), map_provenance(found)),
            f"genoviz_{choice.card.name}_map.tsv",
            "text/tab-separated-values",
        )
    from genoviz.receipts.embedding import map_receipt

    receipt_panel([choice.card], [map_receipt(found)], f"genoviz_{choice.card.name}")


def _from_map() -> None:
    """Take the record that was clicked (callback)."""
    points = st.session_state["embedding map"].selection.points
    cell = points[0].get("customdata") if points else None
    if cell:
        st.session_state["embedding_record"] = int(cell[0]) + 1


def _chosen(count: int) -> int | None:
    """The record whose neighbours are shown (from 0), typed or clicked; None for none."""
    if not 0 <= st.session_state.get("embedding_record", 0) <= count:
        st.session_state["embedding_record"] = 0
    number = int(
        st.number_input(
            "Record",
            0,
            count,
            key="embedding_record",
            help="Click a point, or type the number of a record; 0 for none. Its nearest neighbours are ringed and listed below.",
        )
    )
    return number - 1 if number else None


def _neighbours(found: EmbeddingMap, chosen: int | None) -> None:
    if chosen is None:
        st.caption("Click a point to see its nearest neighbours.")
        return
    data = found.data
    rows = [(chosen, 0.0), *((one.record, one.distance) for one in found.neighbours(chosen))]
    family = data.families[chosen]
    st.dataframe(
        [
            {
                "record": record + 1,
                "name": data.sequences[record].name,
                "label": data.labels[record],
                "distance": round(distance, 3),
                "shares 32 bases": "yes" if record != chosen and data.families[record] == family else "",
                "bases": data.sequences[record].bases,
            }
            for record, distance in rows
        ],
        hide_index=True,
        width="stretch",
    )
    st.caption("First the record itself. Distances are Euclidean in all dimensions, not in the picture.")


def _found(card: ModelCard, data: Labelled, vectors: NDArray[np.float32], method: str) -> EmbeddingMap:
    """The map, kept in the session for the records and their labels."""
    from genoviz.embedding.map import embedding_map

    key = (*_key(card, data), digest(str(data.labels)), method)
    kept: dict[object, EmbeddingMap] = st.session_state.setdefault("embedding_maps", {})
    if key not in kept:
        kept.clear()
        slow = (
            " (for the first map UMAP prepares itself, which takes up to a minute or two)" if method == "umap" else ""
        )
        with st.spinner(f"Drawing{slow} ..."):
            kept[key] = embedding_map(cache.loaded(card), data, vectors, method=method)
    return kept[key]


def _gc(data: Labelled) -> NDArray[np.float64]:
    from genoviz.embedding.records import gc_share

    return gc_share(data.sequences)


def _values(card: ModelCard, data: Labelled, colour: str) -> tuple[NDArray[np.float64] | None, str]:
    """Numbers to colour by, and what they are; None for classes."""
    if colour == "gc":
        return _gc(data), "G and C"
    if colour == "score":
        return _scores(card, data)
    numbers = data.numbers
    return (numbers, "label") if numbers is not None else (None, "")


def _scores(card: ModelCard, data: Labelled) -> tuple[NDArray[np.float64], str]:
    """The model's first number for each record, kept in the session."""
    from genoviz.models.onehot import encode
    from genoviz.models.target import Target
    from genoviz.predict.prediction import evaluate

    target, key = Target.default(card), _key(card, data)
    kept: dict[object, NDArray[np.float64]] = st.session_state.setdefault("embedding_scores", {})
    if key not in kept:
        kept.clear()
        model = cache.loaded(card)
        with st.spinner("Predicting ..."):
            kept[key] = evaluate(target.of(model), model, encode(list(data.sequences))).double().numpy()
    return kept[key], target.label(card)
