"""All models that can speak about a variant, the most telling first: splice models with their largest delta score, others
with the output that changes most and its place among random changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.effects.relevance import Relevance, Speaker, scans_sites
from genoviz.errors import GenovizError
from genoviz.models.organisms import organisms_of
from genoviz.models.questions import question_of
from genoviz.models.uses import unfit
from genoviz.ui.frame import estimate
from genoviz.ui.variants import cache as variant_cache
from genoviz.ui.variants import input as variant_input
from genoviz.ui.variants.input import Asked

if TYPE_CHECKING:
    from genoviz.effects.effect import VariantEffect
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target
    from genoviz.sequences.locus import Locus

DEAR = 20.0  # seconds of one model above which it is left to be opened by itself
COMPARED = 2.0  # seconds of random changes above which an effect has no percentile
_COLUMNS = ("Output", "Difference", "Unit", "Percentile", "Reference", "Alternate", "Learned from", "Note")
_HELP = (
    "The most telling models for this place first. Each reads the window that it needs. Units differ: compare signs and "
    "percentiles, not numbers. A percentile is the share of random changes whose effect on that output is smaller. Models "
    "that are not for the effects of variants come last, and say why. Language models are slow and left out."
)


def show(asked: Asked, found: Relevance) -> None:
    """The switch, then the table."""
    from genoviz.models.abilities import models_with

    st.subheader("All models side by side", anchor=False)
    slow = models_with("base_probabilities")
    speakers = [one for one in found.speakers if one.ready and one.card.name not in slow]
    if not st.toggle(f"Compare {len(speakers)} models", key="variant_all", help=_HELP):
        return
    rows: list[dict[str, object]] = []
    bar, table = st.empty(), st.empty()
    for done, one in enumerate(speakers):
        bar.progress(done / len(speakers), f"Asking {one.card.title}")
        rows.append(_row(one, asked))
        _table(table, rows)
    bar.empty()


def _table(place: DeltaGenerator, rows: list[dict[str, object]]) -> None:
    """What is known so far."""
    number = st.column_config.NumberColumn(format="%.3g")
    place.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config={
            "Output": st.column_config.TextColumn(
                help="The output of the model that the variant changes most; of a splice model the largest delta score."
            ),
            "Percentile": st.column_config.NumberColumn(
                format="%.0f",
                help="Share of random changes with a smaller effect on this output; of 100 where models are slow.",
            ),
            **dict.fromkeys(("Reference", "Alternate", "Difference"), number),
        },
    )


def _row(one: Speaker, asked: Asked) -> dict[str, object]:
    card = one.card
    row: dict[str, object] = {"Model": card.title, "About": question_of(card).name} | dict.fromkeys(_COLUMNS)
    row["Learned from"] = ", ".join(organisms_of(card))
    try:
        if scans_sites(card):
            return row | _splice(card, asked)
        if estimate.prediction(card) * 2 > DEAR:
            return row | {"Note": "takes long: choose it in the sidebar"}
        return row | _effect(card, asked)
    except GenovizError as error:
        return row | {"Note": " ".join(filter(None, (unfit(card, "variants"), error.read)))}


def _splice(card: ModelCard, asked: Asked) -> dict[str, object]:
    """The largest delta score, along the transcript that says where the variant lies."""
    from genoviz.splicing.alleles import DISTANCE
    from genoviz.splicing.effect import SpliceScore

    seconds = estimate.convolutions(card, 2 * (2 * DISTANCE + card.length))
    if card.outputs[0].bins > 1 and seconds > DEAR:
        return {"Note": "takes long: choose it in the sidebar"}
    transcript = asked.where.transcript
    transcript = transcript if transcript is not None and transcript.strand == asked.strand else None
    found = variant_cache.splice(card, asked.entry, asked.written, asked.strand, transcript, DISTANCE)
    top = found.largest
    name = f"{top.site if isinstance(top, SpliceScore) else 'site used'} {top.change}"
    where = f" at {top.distance:+d} bp" if top.value else ""
    # A loss of Pangolin is negative, one of the others is a size: both are told as what is lost.
    change = -abs(top.value) if top.change == "loss" else abs(top.value)
    return {"Output": f"{name}{where}", "Difference": change, "Unit": "delta score", "Note": ""}


def _effect(card: ModelCard, asked: Asked) -> dict[str, object]:
    from genoviz.models.target import Target

    target = Target.default(card)
    window, _ = variant_input.start_window(asked, card)
    strand = window.strand if window is not None else asked.strand
    found = variant_cache.effect(card, asked.entry, asked.variant, target, strand=strand, window=window)
    track, before, after, unit = _largest(card, found)
    return {
        "Output": track,
        "Reference": before,
        "Alternate": after,
        "Difference": after - before,
        "Unit": unit,
        "Percentile": _percentile(card, asked, replace(target, tracks=(track,)), window, strand),
        "Note": "; ".join(found.notices),
    }


def _percentile(card: ModelCard, asked: Asked, target: Target, window: Locus | None, strand: str) -> float | None:
    """The effect's place among random changes; None where these take long."""
    if 2 * variant_cache.FEW * estimate.row(card) > COMPARED:
        return None
    found = variant_cache.effect(card, asked.entry, asked.variant, target, strand=strand, window=window)
    position = found.windows.reference_span[0]
    compared = variant_cache.background(card, asked.entry, target, found.windows.reference, position)
    return compared.percentile(found.delta)


def _largest(card: ModelCard, effect: VariantEffect) -> tuple[str, float, float, str]:
    """The track of the first output that changes most: name, both values, unit."""
    output = card.outputs[0]
    before, after = (output.overall(tracks[output.name].values) for tracks in (effect.reference, effect.alternate))
    i = int(np.abs(after - before).argmax())
    return output.tracks[i], float(before[i]), float(after[i]), output.unit
