"""A measured track of the user's file beside what the chosen model says along the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.errors import GenovizError
from genoviz.genomes.signal import ACCEPTED, Signal, read_signal
from genoviz.isoforms.junctions import Junctions, read_junctions
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, escape, palette, show_error
from genoviz.ui.frame.planned import release
from genoviz.ui.measured import work

if TYPE_CHECKING:
    from genoviz.measured.along import Along

MOST = 6  # tracks on one axis
_JUNCTIONS = (".bed", ".bed.gz", ".tab", ".tab.gz")


def show(choice: Choice) -> None:
    """The panel below the choice of what was measured."""
    if choice.sequence is None or choice.sequence.locus is None:
        release("measured tracks")
        st.info(
            "A track belongs to a place. Open one in the box above: a gene, or coordinates such as `chrT1:10001-10101` of the "
            "teaching genome."
        )
        return
    uploads = st.file_uploader(
        "Measured tracks: bedGraph, wiggle, bigWig; junctions as BED or STAR's SJ.out.tab",
        accept_multiple_files=True,
        key="measured_tracks",
        help=f"{ACCEPTED} Coverage, signal and conservation are drawn and correlated, junctions are drawn.",
    )
    if not uploads:
        st.caption(f"The place is {escape(str(choice.sequence.locus))}. {ACCEPTED}")
        return
    signals: list[Signal] = []
    junctions: list[tuple[str, Junctions]] = []
    for upload in uploads[:MOST]:
        try:
            if upload.name.lower().endswith(_JUNCTIONS):
                junctions.append((upload.name, read_junctions(upload.getvalue(), choice.sequence.locus)))
            else:
                signals.append(read_signal(upload.getvalue(), choice.sequence.locus, upload.name))
        except GenovizError as error:
            show_error(error)
    found = [one for one in (_against(choice, choice.sequence, signal) for signal in signals) if one is not None]
    for along in found:
        work.say(along.sentence, (along.signal.sentence,))
        _file(along)
    for name, listed in junctions:
        st.caption(f"{escape(name)}: {escape(listed.sentence)}")
    if found or junctions:
        _viewer(choice, choice.sequence, found, junctions)


def _against(choice: Choice, sequence: Sequence, signal: Signal) -> Along | None:
    from genoviz.measured.along import along_against, has_profile

    target, card = make_target(choice), choice.card
    count = 1 if has_profile(card, target) else 3 * len(sequence)
    seconds = estimate.prediction(card) if count == 1 else count * estimate.mutant(card, target)
    model = cache.loaded(card)
    key = (*work.identity(card), target, sequence, signal.name, digest(signal.values.tobytes().hex()))
    return work.run(
        f"tracks {signal.name}",
        key,
        count,
        seconds,
        lambda progress: along_against(model, sequence, target, signal, progress=progress),
    )


def _file(found: Along) -> None:
    from genoviz.measured.tables import along_provenance, along_table

    name = f"measured track {found.signal.name}"
    work.file("Bins (TSV)", name, lambda: along_table(found), lambda: along_provenance(found))


def _viewer(choice: Choice, sequence: Sequence, found: list[Along], junctions: list[tuple[str, Junctions]]) -> None:
    tracks = []
    for number, one in enumerate(found):
        tracks.append(canvas.line(one.signal.values, f"Measured: {one.signal.name}", "as in the file"))
        if number == 0:
            title = "Predicted profile" if one.what == "profile" else "Predicted importance, without sign"
            tracks.append(
                canvas.line(one.predicted, f"{title}, {one.card.name}", one.unit, start=one.start, step=one.step)
            )
    locus = sequence.locus
    for name, listed in junctions:
        spans = []
        for j in listed.all:
            if locus is not None:
                low = j.start - locus.start if locus.strand == "+" else locus.end - j.end
                spans.append({"start": low, "end": low + j.end - j.start, "label": f"{j.reads:,} reads"})
        tracks.append(canvas.spans(spans, f"Junctions: {name}"))
    canvas.viewer(
        "measured tracks view",
        sequence=sequence,
        tracks=tracks,
        view_id=digest(f"measured tracks {sequence.bases}"),
        revision=digest(
            f"{[(o.signal.name, float(np.nansum(o.predicted))) for o in found]} {[n for n, _ in junctions]}"
        ),
        palette=palette(),
        summary=" ".join(one.sentence for one in found),
        title=title_of(choice),
        editable=False,
    )
    st.caption("Each track is drawn on its own scale; hatched: no value in the file.")
