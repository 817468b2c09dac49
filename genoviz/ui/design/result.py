"""What a design came to: its steps, what a second model says, both logos, and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from genoviz.design.tables import change_table, design_provenance, design_table, rung_table, step_table
from genoviz.files.tsv import tsv
from genoviz.models.words import per_base
from genoviz.motifs.families import family_label
from genoviz.motifs.scan import THRESHOLD
from genoviz.predict.tables import reading
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache, estimate, inputs
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import digest, escape, is_dark, messages, palette

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.design.check import Check, Opinion
    from genoviz.design.counterfactual import Ladder
    from genoviz.design.fewest_edits import Design

METHOD = "deepliftshap"
DEAR = 20.0  # seconds of explaining both sequences above which the page asks
_ICONS = {"agrees": ":material/check_circle:", "none": ":material/help:"}


def result(choice: Choice, path: Design, ladder: Ladder | None) -> None:
    """All about an ended search; of a ladder, `path` is its last rung."""
    st.markdown(f"## {escape((ladder or path).sentence)}")
    if ladder and not ladder.complete:
        st.warning("Stopped: the ladder holds the rungs that were done.", icon=":material/front_hand:")
    if not path.steps:
        return
    check = _checked(choice, path)
    _verdict(check)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _table(path, ladder)
    with right:
        _curve(choice, path, ladder, check)
    with messages():
        _logos(choice, path, check)
    _sites(check)
    _files(choice, path, ladder, check)


def _checked(choice: Choice, path: Design) -> Check:
    """The check by the second model chosen here; kept while the page is shown again."""
    from genoviz.design.check import check_design, second_models

    card, others = choice.card, second_models(choice.card, path.target)
    chosen = others[0] if others else None
    if len(others) > 1:
        chosen = st.selectbox(
            "Checked by",
            others,
            format_func=lambda other: f"{other.title} ({other.family})",
            help="Models of another kind for the same task, the best on held-out sequences first.",
            width=420,
        )
    key = (card.name, card.sha256, path.target, path.sequence, path.start, chosen.name if chosen else "")
    if st.session_state.get("design_checked", ("",))[0] != key:
        other = cache.loaded(chosen) if chosen else None
        st.session_state["design_checked"] = (key, check_design(cache.loaded(card), path, other=other))
    check: Check = st.session_state["design_checked"][1]
    return check


def _verdict(check: Check) -> None:
    say = st.success if check.verdict == "agrees" else st.info if check.verdict == "none" else st.warning
    say(escape(check.sentence), icon=_ICONS.get(check.verdict, ":material/warning:"))
    if check.own.standing:
        st.caption(escape(f"By the model that made the design: {check.own.standing}."))
    for text in check.warnings:
        st.warning(escape(text), icon=":material/warning:")
    if not check.new_unusual:
        same = (
            "as unusual for its training sequences as the start" if check.own.unusual else "like its training sequences"
        )
        st.caption(f"For that model the designed sequence is {same} in length, GC and 3-letter words.")


def _table(path: Design, ladder: Ladder | None) -> None:
    """Steps with their deltas; for a ladder its rungs."""
    value, delta = f"value ({path.unit})", f"delta ({path.unit})"
    numbers = {value: st.column_config.NumberColumn(format="%.3f")}
    if ladder:
        st.markdown("**The ladder**", help="The best set of each size; sets need not contain each other.")
        rows = pd.DataFrame(rung_table(ladder)).rename(columns={"value": value})
    else:
        st.markdown("**Steps**", help="Each delta is the change by that step, given the steps before it.")
        rows = pd.DataFrame(step_table(path)[1:])[["step", "edit", "delta", "value", "gc"]]
        rows = rows.assign(gc=100 * rows["gc"].astype(float)).rename(
            columns={"value": value, "delta": delta, "gc": "GC (%)"}
        )
        numbers |= {
            delta: st.column_config.NumberColumn(format="%+.3f"),
            "GC (%)": st.column_config.NumberColumn(format="%.1f"),
        }
    st.dataframe(rows, hide_index=True, width="stretch", column_config=numbers)


def _curve(choice: Choice, path: Design, ladder: Ladder | None, check: Check) -> None:
    from genoviz.plots.palette import colours
    from genoviz.plots.path import path_curve

    look, other = colours("classic", is_dark()), check.other
    level = ladder.threshold if ladder else path.goal if isinstance(path.goal, float) else None
    labels, values = ["start", *(step.label for step in path.steps)], path.values
    others = other.values if other else ()
    if ladder:  # as its table: the best set of each size, which need not contain the smaller ones
        labels = ["start", *(f"{n} edit{'s' if n > 1 else ''}" for n in range(1, len(ladder.rungs) + 1))]
        values = (path.value, *(rung.value for rung in ladder.rungs))
        others = _at_rungs(path, ladder, other) if other else ()
    figure = path_curve(
        labels,
        values,
        name=choice.card.name,
        unit=f"{choice.card.name} ({path.unit})",
        look=look,
        accent="#6ea8e6" if is_dark() else "#2563a8",
        other=others,
        other_name=other.card.name if other else "",
        other_unit=f"{other.card.name} ({other.unit})" if other else "",
        level=level,
        level_name="off" if ladder else "goal",
    )
    st.plotly_chart(figure, width="stretch", config={"displayModeBar": False}, key="design_curve")


def _at_rungs(path: Design, ladder: Ladder, other: Opinion) -> tuple[float, ...]:
    """What the second model says of the start and of the set of each rung."""
    from genoviz.design.search import edited

    sets = [Sequence(edited(path.start.bases, rung.edits)) for rung in ladder.rungs]
    card = other.card
    return (other.values[0], *(cache.target_value(card.name, card.sha256, one, other.target) for one in sets))


def _explained(choice: Choice, path: Design) -> tuple[Attribution, Attribution] | None:
    """Attribution of start and designed sequence against the same references; asked for first where it is dear."""
    from genoviz.attribute.methods import METHODS, REFERENCES

    card = choice.card
    seconds = 2 * METHODS[METHOD].predictions(card.length) * estimate.row(card)
    wanted = f"explain {card.name}"
    if seconds > DEAR and not st.session_state.get(wanted):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"Explaining both sequences takes some {seconds:.0f} s on this computer.", icon=":material/timer:")
            st.button("Explain both", key="design_explain", on_click=st.session_state.update, args=({wanted: True},))
        return None
    before, after = (
        cache.attribution(card.name, card.sha256, s, path.target, METHOD, None, REFERENCES, path.start, 0)
        for s in (path.start, path.sequence)
    )
    return before, after


def _logos(choice: Choice, path: Design, check: Check) -> None:
    """One viewer: the edits, motifs gained and lost, and the logos before and after on one scale."""
    from genoviz.models.onehot import encode

    edits = [
        {"start": s.position, "end": s.position + 1, "label": s.label, "note": f"step {n}: {s.delta:+.3g} {path.unit}"}
        for n, s in enumerate(path.steps, start=1)
    ]
    tracks = [canvas.spans(edits, "Edits")]
    sites = [
        {
            "start": c.start,
            "end": c.end,
            "strand": c.strand,
            "label": f"{'+' if c.status == 'gained' else '−'} {family_label(c.motif)}",
            "note": f"{c.status}, step {c.step}, p {c.p_value:.1e}",
        }
        for c in check.changes
    ]
    if sites:
        tracks.append(canvas.spans(sites, "Motifs that the edits bring in (+) or take away (−)"))
    explained = _explained(choice, path)
    if explained is not None:
        rows = [a.per_base * encode(a.sequence)[0].numpy() for a in explained]
        low = min(float(np.nansum(np.minimum(row, 0), axis=0).min()) for row in rows)
        high = max(float(np.nansum(np.maximum(row, 0), axis=0).max()) for row in rows)
        unit = per_base(explained[0].unit)
        tracks += [
            canvas.logo(row, title, unit, strongest=True, limits=(low, high) if low < high else None, height=110)
            for row, title in zip(rows, ("Before: the start", "After: the designed sequence"), strict=True)
        ]
    name = f"{choice.card.name} {path.target} {path.start}"
    canvas.viewer(
        "design",
        sequence=path.sequence,
        tracks=tracks,
        view_id=digest(name),
        revision=digest(f"{name} {path.sequence} {explained is not None} {len(sites)}"),
        palette=palette(),
        title=f"{choice.track} {path.value:.3g} → {path.values[-1]:.3g} ({path.delta:+.3g} {path.unit})",
        summary=path.sentence,
        editable=False,
    )


def _sites(check: Check) -> None:
    from genoviz.design.tables import change_table

    st.markdown(
        "**Motifs that the edits bring in or take away**",
        help=f"Matches of JASPAR's motifs over an edited base, p at most {THRESHOLD:g}, on both strands, one for each place and "
        "family of factors: `factors` says how many of it match. The model is not asked.",
    )
    if not check.changes:
        st.caption(
            "None of JASPAR's motifs for the model's organism. Where factors bind, a large effect without a motif is a reason "
            "for doubt."
        )
        return
    st.dataframe(
        pd.DataFrame(change_table(check.changes)),
        hide_index=True,
        width="stretch",
        column_config={
            "score (bits)": st.column_config.NumberColumn(format="%.1f"),
            "p-value": st.column_config.NumberColumn(format="%.1e"),
        },
    )


def _files(choice: Choice, path: Design, ladder: Ladder | None, check: Check) -> None:

    stem = f"genoviz_{choice.card.name}_{choice.track}_design"
    header = design_provenance(choice.card, path, check, ladder) | reading(choice.fitted)
    fasta = path.start.fasta() + path.sequence.fasta()
    with st.container(horizontal=True):
        st.button(
            "Open in Sequence",
            type="primary",
            key="design_open",
            on_click=_open,
            args=(path.sequence.fasta(),),
            help="Explain, mutate and edit the designed sequence on the page Sequence.",
        )
        download("Sequences (FASTA)", lambda: fasta, f"{stem}.fasta", "text/plain")
        download(
            "Steps (TSV)",
            lambda: tsv(design_table(path, check), header),
            f"{stem}.tsv",
            "text/tab-separated-values",
        )
        download(
            "Motifs (TSV)",
            lambda: tsv(change_table(check.changes), header | {"p_value_at_most": THRESHOLD}),
            f"{stem}_motifs.tsv",
            "text/tab-separated-values",
            disabled=not check.changes,
        )


def _open(text: str) -> None:
    """Put the designed sequence into the frame; the page then changes (a callback cannot)."""
    inputs.use_sequence(text)
    st.session_state["design_opened"] = True


def opened() -> bool:
    """Whether a design was just put into the frame, so that the page has to change."""
    return bool(st.session_state.pop("design_opened", False))
