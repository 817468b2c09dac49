"""Two sequences on one model: the one that is open and another, base by base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genoviz.models.words import per_base
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.compare import work
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, palette

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.compare.two_sequences import TwoSequences

KEYS = ("compare_other", "compare_method")


def show(choice: Choice) -> None:
    """The panel below the choice of what is compared."""
    from genoviz.attribute.methods import METHODS, REFERENCES, default_method, offered

    if choice.sequence is None or choice.fitted is None:
        return
    fitting = list(offered(choice.card))
    if st.session_state.get("compare_method") not in fitting:
        st.session_state["compare_method"] = default_method(choice.card)
    text = st.text_area(
        "Second sequence",
        key="compare_other",
        placeholder="ACGT..., or a FASTA record",
        help="Another allele, an edited copy, a homologue. As long as the open sequence it is read at the same bases; else its "
        "middle is read.",
    )
    method = st.selectbox("Method", fitting, key="compare_method", format_func=lambda n: METHODS[n].title)
    if not text.strip():
        st.info("Paste a second sequence: both are explained with the same references.")
        return
    other = Sequence.read(text)
    length = choice.card.length
    whole = choice.record.sequence if choice.record else None
    if whole is not None and len(other) == len(whole) > length:
        second = other.fit(length, how="window", start=choice.fitted.start).sequence
    else:
        second = other.fit(length).sequence
    target, card, first = make_target(choice), choice.card, choice.sequence
    n = 2 * METHODS[method].predictions(length)
    model = cache.loaded(card)

    def run(progress: work.Progress) -> TwoSequences:
        from genoviz.compare.two_sequences import compare_sequences

        return compare_sequences(model, first, second, target, method, references=REFERENCES, progress=progress)

    found = work.run("two", (work.identity(card), first, second, target, method), n, n * estimate.row(card), run)
    if found is None:
        return
    work.say(found.sentence)
    st.caption(found.similarity.sentence)
    _viewer(choice, found, second)
    from genoviz.compare import tables

    work.file(
        "Base by base (TSV)",
        "two sequences",
        lambda: tables.sequences_table(found),
        lambda: tables.sequences_provenance(card, found),
    )


def _viewer(choice: Choice, found: TwoSequences, second: Sequence) -> None:
    """Both maps on the axis of the first and on one scale, and what changed between them."""
    first = found.first.sequence
    both = np.nan_to_num(np.concatenate([found.first.per_base, found.second.per_base]))
    limits = (float(min(both.min(), 0)), float(max(both.max(), 0)))
    limits = limits if limits[0] < limits[1] else (0.0, 1.0)
    unit = per_base(found.first.unit)
    marks = [
        {
            "start": i,
            "end": i + 1,
            "label": second.bases[i],
            "color": "#c77700",
            "note": f"{first.bases[i]} to {second.bases[i]}",
        }
        for i in found.differing
    ]
    tracks = [canvas.spans(marks, "Letters of the second that differ")] if marks else []
    tracks += [
        canvas.logo(found.first.per_base, "First: the sequence that is open", unit, limits=limits),
        canvas.logo(_own_letters(found.second), "Second", unit, limits=limits, strongest=True),
        canvas.line(found.change, "Score in the second minus in the first", unit),
    ]
    canvas.viewer(
        "compared sequences",
        sequence=first,
        tracks=tracks,
        view_id=digest(f"two {first.bases}"),
        revision=digest(f"{second.bases} {found.first.method} {found.first.target} {choice.card.name}"),
        palette=palette(),
        summary=found.sentence,
        title=title_of(choice),
        editable=False,
    )


def _own_letters(result: Attribution) -> NDArray[np.float32]:
    """`(4, length)`: each score in the row of the sequence's own letter, so that its letters are drawn on another's axis."""
    rows = np.zeros((4, len(result.sequence)), dtype=np.float32)
    for i, (base, score) in enumerate(zip(result.sequence.bases, np.nan_to_num(result.per_base), strict=True)):
        if base in BASES:
            rows[BASES.index(base), i] = score
    return rows
