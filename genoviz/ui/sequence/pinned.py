"""The pinned state under the current one, base by base."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from genoviz.files.tsv import Row, tsv
from genoviz.lessons.examples import Example
from genoviz.models.provenance import provenance
from genoviz.models.words import per_base
from genoviz.sequences.edit_alignment import align
from genoviz.sequences.edit_text import to_text
from genoviz.sequences.edited_window import to_sequence
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import digest, escape, palette
from genoviz.ui.frame.planned import release
from genoviz.ui.sequence import viewed
from genoviz.ui.sequence.attribution import attribution
from genoviz.ui.sequence.blocks import block_choice
from genoviz.ui.sequence.mutations import mutation_map
from genoviz.ui.sequence.pictures import tracks_of

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis


Pin = tuple[EditHistory, Sequence, Example | None]  # a state: its edits, what the model reads of it, its example
ORIGINAL = "original"  # a pinned state without edits, in a link
Pair = tuple[int | None, int | None]  # a position of the pinned state and one of the current state


def pin(state: Pin | None) -> None:
    """Keep a state to compare others with; None drops it."""
    st.session_state["pin"] = state


def pin_for_link(original: Sequence) -> str:
    """The edits of the pinned state as a link holds them, `ORIGINAL` without any; empty when nothing of `original` is pinned."""
    state: Pin | None = st.session_state.get("pin")
    if state is None or state[0].original.bases != original.bases:
        return ""
    return to_text(state[0].done) or ORIGINAL


def pinned_panel(
    choice: Choice,
    history: EditHistory,
    read: Sequence,
    target: Target,
    result: Attribution | None,
    window: tuple[int, int] | None,
    show: str,
    other: Sequence | None,
) -> None:
    """The pinned state under the current one, base by base; its viewer shows the same window."""
    state: Pin | None = st.session_state.get("pin")
    if state is None:
        release("attribution of pinned", "map of pinned")
        return
    theirs_history, pinned, _ = state
    st.subheader("Pinned state", anchor=False)
    st.button("Unpin", on_click=pin, args=(None,))
    card, unit = choice.card, target.unit(choice.card)
    if len(pinned) != card.length:
        st.info("The pinned state was made for a model that reads another length.")
        return
    related = theirs_history.original.bases == history.original.bases
    pairs = [
        (i, j)
        for i, j in (align(theirs_history, history) if related else [(i, i) for i in range(len(read))])
        if (i is None or i < len(pinned)) and (j is None or j < len(read))
    ]
    differences = [(i, j) for i, j in pairs if i is None or j is None or pinned.bases[i] != read.bases[j]]
    before, now = (cache.target_value(card.name, card.sha256, s, target) for s in (pinned, read))
    how = "inserted and deleted bases counted, aligned by the edits" if related else "compared without alignment"
    st.markdown(
        escape(
            f"Pinned {before:.3g}, now {now:.3g} {unit}: {now - before:+.3g}. "
            f"{len(differences)} of {len(pairs)} positions differ, {how}."
        )
    )
    if result is None:
        return
    theirs = attribution(choice, pinned, target, result.method, result.baseline, other, state="pinned")
    if theirs is None:
        return
    effects = mutation_map(choice, pinned, target, window, False, state="pinned")
    _viewer(choice, state, read, f"{before:.3g} {unit}", result, theirs, effects, pairs, differences, show)
    if differences:
        with st.expander("Differences, base by base"):
            rows = _rows(pinned, read, unit, theirs, result, differences)
            st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
            download(
                "Differences (TSV)",
                lambda: tsv(rows, provenance(card, target=target.resolved(card), method=result.method)),
                "genoviz_differences.tsv",
                "text/tab-separated-values",
            )


def _viewer(
    choice: Choice,
    state: Pin,
    read: Sequence,
    value: str,
    result: Attribution,
    theirs: Attribution,
    effects: Mutagenesis | None,
    pairs: list[Pair],
    differences: list[Pair],
    show: str,
) -> None:
    """The pinned state as a picture, with what differs from the current one."""
    history, pinned, example = state
    shown = history.current
    marks = [
        {"start": i, "end": i + 1, "label": "-" if j is None else read.bases[j], "color": "#c77700"}
        for i, j in differences
        if i is not None
    ]
    tracks = [canvas.spans(marks, "Differs from the current state")] if marks else []
    tracks += tracks_of(replace(choice, example=example), pinned, history, theirs, effects, show)
    if differences:
        gain = np.full(len(pinned), np.nan, dtype=np.float32)
        for i, j in pairs:
            if i is not None and j is not None:
                gain[i] = result.per_base[j] - theirs.per_base[i]
        tracks.append(canvas.line(to_sequence(gain, len(shown)), "Score now minus pinned", per_base(theirs.unit)))
    explained = (shown.bases, choice.card.name, theirs.target, theirs.method, theirs.baseline, theirs.options)
    edits = f" ({', '.join(edit.label for edit in history.done[:6])})" if history.done else ""
    complete = effects is not None and effects.complete
    canvas.viewer(
        "pinned",
        sequence=shown,
        tracks=tracks,
        view_id=digest(f"pin {shown.bases}"),
        revision=digest(f"{read.bases} {explained} {complete} {show} {block_choice(choice.card)}"),
        edits=history,
        palette=palette(),
        minus=viewed.minus(),
        summary=theirs.sentence,
        title=f"Pinned: {example.title if example else history.original.name or 'your sequence'}{edits} · {value}",
        tss=choice.card.tss,
        editable=False,
        group="compared",
    )


def _rows(
    pinned: Sequence, read: Sequence, unit: str, theirs: Attribution, result: Attribution, differences: list[Pair]
) -> list[Row]:
    return [
        {
            "Pinned position": None if i is None else i + 1,
            "Pinned": "-" if i is None else pinned.bases[i],
            "Position now": None if j is None else j + 1,
            "Now": "-" if j is None else read.bases[j],
            f"Pinned score ({unit})": None if i is None else float(theirs.per_base[i]),
            f"Score now ({unit})": None if j is None else float(result.per_base[j]),
        }
        for i, j in differences
    ]
