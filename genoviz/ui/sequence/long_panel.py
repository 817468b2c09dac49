"""The page for models that read hundreds of thousands of bases: each step is asked for, with its cost first.

The prediction along the window, the bases behind one place of it, and a mutation map of a short stretch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genoviz.attribute.tables import attribution_provenance, attribution_table
from genoviz.files.tsv import tsv
from genoviz.models.provenance import provenance
from genoviz.models.words import prediction_sentence
from genoviz.mutagenesis.tables import consequences_of, mutagenesis_provenance, mutagenesis_table
from genoviz.predict.tables import prediction_table
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, is_dark, messages
from genoviz.ui.frame.planned import is_long, note_stopped, planned, rounded
from genoviz.ui.frame.receipts import receipt_panel

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.predict.cost import Cost

METHOD = "inputxgradient"
STRONGEST = 10  # bins that are listed
FIRST_STRETCH = 10  # bases to either side of the place that a mutation map starts with
STATES = ("long prediction", "long attribution", "long map")


@dataclass(frozen=True)
class Place:
    """The place in question: bases of the window (0-based, half-open), and the target over its bins."""

    start: int
    end: int
    target: Target


def reads_long(card: ModelCard) -> bool:
    """Whether this page, not the workbench, is the one for the model."""
    from genoviz.models.size import is_long as run

    return run(card)


def long_panel(choice: Choice) -> None:
    """Prediction, explanation and mutations of a long window, one after the other."""
    if choice.sequence is None:
        return
    read, card = choice.sequence, choice.card
    with messages():
        cost = estimate.parts(card)
        st.caption(
            f":material/timer: On this computer one prediction takes about {rounded(cost.prediction)}, an explanation about "
            f"{rounded(cost.gradient)}, and each mutant about {rounded(cost.mutant)}. Nothing runs before you ask for it."
        )
        for notice in choice.notices:
            st.caption(f":material/content_cut: {escape(notice)}")
        place = _place(choice)
        tracks = _prediction(choice, read, cost)
        if tracks is None:
            return
        _show_prediction(choice, read, tracks, place)
        st.subheader("Which bases made the model predict this?", anchor=False)
        result = _attribution(choice, read, place, cost)
        if result is not None:
            _show_attribution(card, read, result, place)
        st.subheader("What happens when a base is changed?", anchor=False)
        mutations = _mutations(choice, read, place, cost)
        if mutations is not None:
            _show_mutations(card, read, mutations)
        _receipts(choice, result, mutations)


def _receipts(choice: Choice, result: Attribution | None, mutations: Mutagenesis | None) -> None:
    """Of explanation and map; the prediction has too many numbers for that at every run of the page."""
    from genoviz.receipts import made

    card, receipts = choice.card, []
    if result is not None:
        receipts.append(made.attribution_receipt(card, result))
    if mutations is not None and mutations.complete:
        receipts.append(made.mutagenesis_receipt(card, mutations))
    if receipts:
        receipt_panel([card], receipts, f"genoviz_{card.name}_{choice.track}", choice.fitted)


def _place(choice: Choice) -> Place:
    """Which place is explained: the middle of the window, until it is moved."""
    from genoviz.models.target import Target, bins_over

    card = choice.card
    width = card.output(choice.output).resolution
    a, b = st.columns(2)
    centre = a.number_input("Place in the window, such as a transcription start", 1, card.length, card.length // 2 + 1)
    around = b.number_input("Bases to either side of it", 0, card.length // 2, width)
    start, end = max(0, int(centre) - 1 - int(around)), min(card.length, int(centre) + int(around))
    bins = bins_over(card, choice.output, start, end)
    st.caption(f"The mean of {choice.track} over the bins {bins[0] + 1:,} to {bins[1]:,}, of {width} bases each.")
    return Place(start, end, Target(choice.output, (choice.track,), bins, scale=choice.scale))


def _prediction(choice: Choice, read: Sequence, cost: Cost) -> dict[str, Tracks] | None:
    from genoviz.predict.prediction import predict

    card = choice.card
    key = ("prediction", card.name, card.sha256, read.bases)

    def work(progress: Callable[[float], None]) -> dict[str, Tracks]:
        return predict(cache.loaded(card), read, progress=progress)[0]

    return planned(
        STATES[0],
        key,
        cost.prediction,
        work,
        cost=f"The prediction takes about {rounded(cost.prediction)} on this computer.",
        start="Predict",
        doing="Predicting",
        stop="Stop",
        ask=is_long(STATES[0], key, cost.prediction),
    )


def _attribution(choice: Choice, read: Sequence, place: Place, cost: Cost) -> Attribution | None:
    from genoviz.attribute.attribution import attribute

    card = choice.card
    key = ("attribution", card.name, card.sha256, read.bases, place.target, METHOD)
    seconds = cost.prediction + cost.gradient

    def work(progress: Callable[[float], None]) -> Attribution:
        return attribute(cache.loaded(card), read, place.target, METHOD, progress=progress)

    return planned(
        STATES[1],
        key,
        seconds,
        work,
        cost=f"Input x gradient for all {len(read):,} bases takes about {rounded(seconds)}. It can't be stopped half-way.",
        start="Explain",
        doing="Input x gradient",
        stop="Stop",
        ask=is_long(STATES[1], key, seconds),
    )


def _mutations(choice: Choice, read: Sequence, place: Place, cost: Cost) -> Mutagenesis | None:
    from genoviz.mutagenesis.saturation import count_variants, parse_window, saturate

    card, middle = choice.card, (place.start + place.end) // 2
    usual = f"{max(1, middle + 1 - FIRST_STRETCH)}-{min(len(read), middle + FIRST_STRETCH)}"
    text = st.text_input("Mutate the bases", key="long_window", placeholder=usual, help="START-END, counted from 1.")
    window = parse_window(text or usual)
    n = count_variants(read, window=window)
    seconds = cost.saturation(n)
    key = ("map", card.name, card.sha256, read.bases, place.target, window)

    def work(progress: Callable[[float], None]) -> Mutagenesis:
        return saturate(cache.loaded(card), read, place.target, window=window, progress=progress)

    result = planned(
        STATES[2],
        key,
        seconds,
        work,
        cost=f"{n:,} mutants take about {rounded(seconds)} on this computer. Fewer bases take less.",
        start="Compute the mutation map",
        doing="Mutating every base",
        stop="Stop and keep what is done",
        ask=is_long(STATES[2], key, seconds),
    )
    if result is not None and not result.complete:
        note_stopped(STATES[2], key, "Stopped: the map shows what was done until then.")
    return result and replace(result, sequence=read)


def _show_prediction(choice: Choice, read: Sequence, tracks: dict[str, Tracks], place: Place) -> None:
    from genoviz.plots.long_tracks import bin_figure
    from genoviz.plots.palette import colours

    output, found = choice.card.output(choice.output), tracks[choice.output]
    values = found.values[output.index(choice.track)]
    low, high = place.target.bins or (0, output.bins)
    st.markdown(
        f"## {escape(choice.track)}: {escape(prediction_sentence(output, choice.track, float(values[low:high].mean())))}"
    )
    starts = found.start + found.resolution * np.arange(len(values))
    figure = bin_figure(
        _numbered(read, starts),
        values,
        colours(dark=is_dark()),
        x_title=_axis(read),
        y_title=found.unit,
        mark=_mark(read, place),
    )
    st.plotly_chart(figure, width="stretch", key="long_prediction")
    download(
        "Prediction, all tracks (TSV)",
        lambda: tsv(prediction_table([read], [tracks]), provenance(choice.card)),
        f"genoviz_{choice.card.name}_prediction.tsv",
        "text/tab-separated-values",
    )


def _show_attribution(card: ModelCard, read: Sequence, result: Attribution, place: Place) -> None:
    import pandas as pd

    from genoviz.plots.long_tracks import bin_figure
    from genoviz.plots.palette import colours

    width = card.output(result.target.output).resolution
    sums = binned(result.per_base, width)
    starts = width * np.arange(len(sums))
    figure = bin_figure(
        _numbered(read, starts),
        sums,
        colours(dark=is_dark()),
        x_title=_axis(read),
        y_title=f"{result.unit}\nper {width} bases",
        mark=_mark(read, place),
        signed=True,
    )
    st.plotly_chart(figure, width="stretch", key="long_attribution")
    order = [i for i in np.argsort(-np.abs(sums))[:STRONGEST] if sums[i]]
    centre = (place.start + place.end) // 2
    rows = [
        {
            "Bases in the window": f"{starts[i] + 1}-{starts[i] + width}",
            _axis(read): int(_numbered(read, starts)[i]),
            "From the place": int(starts[i] + width // 2 - centre),
            f"Sum ({result.unit})": float(sums[i]),
        }
        for i in order
    ]
    localized = st.column_config.NumberColumn(format="localized")
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", column_config={_axis(read): localized})
    st.caption(
        "The strongest stretches. Input x gradient sees small changes only: mutate a stretch below before you believe it."
    )
    download(
        "Scores of all bases (TSV)",
        lambda: tsv(attribution_table(result), attribution_provenance(card, result)),
        f"genoviz_{card.name}_attribution.tsv",
        "text/tab-separated-values",
    )


def _show_mutations(card: ModelCard, read: Sequence, mutations: Mutagenesis) -> None:
    from matplotlib.figure import Figure

    from genoviz.plots.heatmap import draw_mutations, effect_limit
    from genoviz.plots.palette import colours
    from genoviz.plots.words import figure_bytes

    start, end = mutations.window
    look, delta = colours(dark=is_dark()), mutations.delta[:, start:end]
    figure = Figure(figsize=(11, 1.9), layout="constrained", facecolor=look.background)
    axes = figure.subplots()
    limit = effect_limit(delta)
    image = draw_mutations(axes, read.bases[start:end], delta, look, limit=limit, start=start + 1)
    axes.tick_params(colors=look.text)
    axes.set_facecolor(look.background)
    bar = figure.colorbar(image, ax=axes, pad=0.01)
    bar.ax.tick_params(colors=look.text)
    bar.set_label(mutations.unit, color=look.text)
    st.image(figure_bytes(figure, "png"), width="stretch")
    st.caption(escape(mutations.sentence))
    download(
        "Mutation map (TSV)",
        lambda: tsv(
            mutagenesis_table(mutations, consequences_of(card, mutations)), mutagenesis_provenance(card, mutations)
        ),
        f"genoviz_{card.name}_mutations.tsv",
        "text/tab-separated-values",
    )


def binned(scores: NDArray[np.floating], width: int) -> NDArray[np.float64]:
    """Sums over consecutive bins of `width` bases; what is not defined counts as 0."""
    whole = len(scores) // width * width
    return np.asarray(np.nan_to_num(scores[:whole]).reshape(-1, width).sum(1, dtype=np.float64))


def _numbered(read: Sequence, places: NDArray[np.integer]) -> NDArray[np.integer]:
    """Places of the window (0-based) in the numbering of the axis: of the chromosome, or of the window from 1."""
    if read.locus is None:
        return places + 1
    return read.locus.start + places + 1 if read.locus.strand == "+" else read.locus.end - places


def _axis(read: Sequence) -> str:
    if read.locus is None:
        return "base of the window"
    return f"{read.locus.chrom} ({read.locus.assembly})" if read.locus.assembly else read.locus.chrom


def _mark(read: Sequence, place: Place) -> tuple[int, int]:
    first, last = _numbered(read, np.array([place.start, place.end - 1]))
    return int(first), int(last)
