"""The influence map of a profile model: which base drives which bin; a clicked bin shows its logo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from genoviz.models.words import per_base
from genoviz.ui import viewer as canvas
from genoviz.ui.compare import work
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, escape, is_dark, palette
from genoviz.ui.frame.state import output_of

if TYPE_CHECKING:
    from genoviz.compare.influence import Influence
    from genoviz.models.card import Output

KEYS = ("compare_profile", "compare_bins")


def show(choice: Choice) -> None:
    """The panel below the choice of what is compared."""
    from genoviz.compare.influence import influence, predictions, profiles, usual_step
    from genoviz.models.size import is_long

    card, sequence = choice.card, choice.sequence
    heads = profiles(card)
    if not heads:
        st.info(
            f"{escape(card.title)} gives one number per sequence. An influence map needs a model that predicts a profile along the "
            "sequence: choose one in the sidebar, such as BPNet for yeast."
        )
        return
    if sequence is None:
        return
    if is_long(card):
        st.info(
            f"Inputs of {card.length:,} bases are not mutated here. `genoviz compare influence` takes some bins with "
            "`--method inputxgradient`."
        )
        return
    track = _track(choice, heads)
    head = card.output(output_of(card, track))
    low, high = _bins(head)
    step = usual_step(head, (low, high))
    rows = (high - low) // step
    n = predictions(card, rows, "ablation", card.length)
    model, scale = cache.loaded(card), choice.scale

    def run(progress: work.Progress) -> Influence:
        return influence(model, sequence, head.name, track, bins=(low, high), step=step, scale=scale, progress=progress)

    key = (work.identity(card), sequence, head.name, track, low, high, scale)
    found = work.run("influence", key, n, n * estimate.mutant(card, make_target(choice)), run, stop=work.KEEPS)
    if found is None:
        return
    work.say(found.sentence)
    _result(choice, found)


def _track(choice: Choice, heads: tuple[Output, ...]) -> str:
    tracks = [track for head in heads for track in head.tracks]
    if st.session_state.get("compare_profile") not in tracks:
        alike = [track for track in tracks if track.startswith(choice.track)]
        st.session_state["compare_profile"] = choice.track if choice.track in tracks else (alike or tracks)[0]
    return st.selectbox("Profile", tracks, key="compare_profile", help="The track whose bins are explained one by one.")


def _bins(head: Output) -> tuple[int, int]:
    """The stretch of bins that is explained (from 0, half-open)."""
    kept = st.session_state.get("compare_bins") or (1, head.bins)
    first = min(max(1, int(kept[0])), head.bins)
    st.session_state["compare_bins"] = (first, min(max(first, int(kept[1])), head.bins))
    st.slider(
        "Bins",
        1,
        head.bins,
        key="compare_bins",
        help="Of more than 200 bins neighbours are averaged, so that the map has up to 200 rows.",
    )
    low, high = st.session_state["compare_bins"]
    return int(low) - 1, int(high)


def _result(choice: Choice, found: Influence) -> None:
    from genoviz.compare import tables
    from genoviz.plots.compare import influence_figure
    from genoviz.plots.palette import colours

    state, rows = st.session_state, len(found.scores)
    place = digest(f"{found.sequence.bases} {found.track} {found.first} {found.step}")
    if state.get("compare_influence_of") != place:
        state.update(compare_influence_of=place, compare_row=found.strongest[0])
    state["compare_row"] = min(int(state.get("compare_row", 0)), rows - 1)

    def choose(event: dict[str, Any]) -> None:
        """A clicked or selected stretch of bases chooses the bin over its middle."""
        if event["kind"] == "select":
            middle = (event["start"] + event["end"] - 1) / 2
            state["compare_row"] = int(abs(found.places.mean(1) - 0.5 - middle).argmin())

    st.plotly_chart(
        influence_figure(found, colours("colour-safe", is_dark()), state["compare_row"]),
        width="stretch",
        on_select=_from_map,
        selection_mode="points",
        key="influence map",
        config={"displayModeBar": False},
    )
    st.caption(
        "Each row is a bin of the output, each column a base of the input. Click a dot to see what drives its bin."
    )
    if rows > 1:
        st.slider("Chosen row, counted from the top", 0, rows - 1, key="compare_row")
    row = state["compare_row"]
    low, high = (int(end) for end in found.places[row])
    canvas.viewer(
        "influence",
        sequence=found.sequence,
        tracks=[
            canvas.line(
                found.values,
                f"Predicted {found.track}",
                found.unit,
                start=int(found.places[0, 0]),
                step=int(found.places[0, 1] - found.places[0, 0]),
            ),
            canvas.spans([{"start": low, "end": high, "label": found.bin_name(row)}], "The chosen bin"),
            canvas.logo(found.of_bin(row), f"What drives {found.bin_name(row)}: mutations", per_base(found.unit)),
        ],
        view_id=digest(f"influence {found.sequence.bases}"),
        revision=digest(f"{place} {row} {found.scale}"),
        palette=palette(),
        summary=found.sentence,
        title=title_of(choice),
        editable=False,
        on_event=choose,
    )
    work.file(
        "Influence map (TSV)",
        "influence map",
        lambda: tables.influence_table(found),
        lambda: tables.influence_provenance(choice.card, found),
    )


def _from_map() -> None:
    """Take the row of a clicked dot (callback)."""
    chart = st.session_state.get("influence map") or {}
    points = chart.get("selection", {}).get("points", [])
    data = points[0].get("customdata") if points else None
    if data:
        st.session_state["compare_row"] = int(data[0])
