"""The disagreement finder: records of what is open, ranked by how far two explanations of each differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.models.catalogue import get_card
from genoviz.models.words import per_base
from genoviz.ui import viewer as canvas
from genoviz.ui.compare import work
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import digest, palette
from genoviz.ui.frame.state import all_tracks, output_of

if TYPE_CHECKING:
    from genoviz.compare.disagreements import Disagreements, RecordDisagreement
    from genoviz.models.target import Target

KEYS = ("compare_against",)
NONE = ""


def show(choice: Choice) -> None:
    """The panel below the choice of what is compared."""
    from genoviz.attribute.methods import METHODS
    from genoviz.compare.comparison import cost, shared_baseline
    from genoviz.compare.disagreements import usual_methods

    records = tuple(record.sequence for record in choice.records if record.sequence is not None)
    if not records:
        return
    cards, targets = [choice.card], [make_target(choice)]
    others = [NONE, *(card.name for card in work.ready_models() if card.name != choice.card.name)]
    if st.session_state.get("compare_against") not in others:
        st.session_state["compare_against"] = NONE
    against = st.selectbox(
        "Compare with",
        others,
        key="compare_against",
        format_func=lambda n: get_card(n).title if n else "The same model: gradient against mutations",
        help="Where gradients and mutations of one model differ, one of them misleads; where two models differ, one of them has "
        "learned something else.",
    )
    if against:
        cards.append(get_card(against))
        targets.append(_target(against, choice))
    methods = usual_methods(cards)
    baseline = shared_baseline(cards)
    sides = methods * len(cards) if len(cards) > 1 else methods
    pairs = list(zip(cards * (3 - len(cards)), sides, strict=True))
    each = [len(records) * cost(card, [method], baseline) for card, method in pairs]
    seconds = sum(n * estimate.row(card) for n, (card, _) in zip(each, pairs, strict=True))
    models = [cache.loaded(card) for card in cards]

    def run(progress: work.Progress) -> Disagreements:
        from genoviz.compare.disagreements import disagreements

        return disagreements(models, records, targets, methods, progress=progress)

    key = (records, tuple(map(work.identity, cards)), tuple(targets))
    found = work.run("records", key, sum(each), seconds, run, stop=work.KEEPS)
    if found is None:
        st.caption(
            f"{len(records):,} records, each by {' and '.join(METHODS[m].title for m in dict.fromkeys(methods))}."
        )
        return
    work.say(found.sentence, found.notices)
    _ranking(found)
    from genoviz.compare import tables

    def header() -> dict[str, object]:
        return tables.disagreement_provenance(cards, found)

    with st.container(horizontal=True):
        work.file("Records (TSV)", "disagreeing records", lambda: tables.record_table(found), header)
        work.file("Bases (TSV)", "disagreeing bases", lambda: tables.gap_table(found), header)


def _target(name: str, choice: Choice) -> Target:
    from genoviz.models.target import Target

    card = get_card(name)
    tracks = all_tracks(card)
    key = f"compare_against_track_{name}"
    if st.session_state.get(key) not in tracks:
        st.session_state[key] = choice.track if choice.track in tracks else tracks[0]
    track = st.selectbox(f"Track of {card.title}", tracks, key=key) if len(tracks) > 1 else tracks[0]
    return Target(output_of(card, track), (track,))


def _ranking(found: Disagreements) -> None:
    from genoviz.compare.tables import record_table

    names = {
        "record": "Record",
        "name": "Name",
        "pearson": "Correlation",
        "top_decile_overlap": "Same top tenth",
        "strongest_gap": "Largest gap at",
        "first_value": "First output",
        "second_value": "Second output",
    }
    if len(found.ranked) > 1:
        work.table(record_table(found), names, ("pearson", "top_decile_overlap", "first_value", "second_value"))
    number = st.selectbox(
        "Show record",
        range(len(found.ranked)),
        format_func=lambda i: found.ranked[i].sequence.name or f"record {found.ranked[i].number + 1}",
    )
    one = found.ranked[number]
    _viewer(found, one)
    rows = [
        {
            "position": i + 1,
            "base": one.sequence.bases[i],
            "gap": gap,
            "first": float(one.first[i]),
            "second": float(one.second[i]),
        }
        for i, gap in one.bases(10)
    ]
    with st.expander("Bases with the largest gaps"):
        names = {"position": "Base", "base": "Letter", "gap": "Gap", "first": "First score", "second": "Second score"}
        work.table(rows, names, ("gap", "first", "second"))
        st.caption("Gap: second minus first, each divided by the root mean square of its row.")


def _viewer(found: Disagreements, one: RecordDisagreement) -> None:
    from genoviz.compare.disagreements import gap_per_base

    marks = [{"start": i, "end": i + 1, "color": "#c77700", "note": f"gap {gap:+.2g}"} for i, gap in one.bases(10)]
    tracks = [canvas.spans(marks, "Ten largest gaps")] if marks else []
    tracks += [
        canvas.logo(one.first, f"1. {found.sides[0]}", per_base(found.units[0]), height=95),
        canvas.logo(one.second, f"2. {found.sides[1]}", per_base(found.units[1]), height=95),
        canvas.line(gap_per_base(one.first, one.second), "Gap: second minus first", "times the root mean square"),
    ]
    canvas.viewer(
        "compared record",
        sequence=one.sequence,
        tracks=tracks,
        view_id=digest(f"record {one.sequence.bases}"),
        revision=digest(f"{found.sides} {np.nan_to_num(one.second).sum()} {one.number}"),
        palette=palette(),
        summary=found.sentence,
        editable=False,
    )
