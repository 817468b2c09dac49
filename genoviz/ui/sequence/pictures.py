"""What the viewer draws: tracks from numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genoviz.models.words import per_base
from genoviz.sequences.edit_alignment import followed
from genoviz.sequences.edited_window import along, to_sequence
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache, genomes
from genoviz.ui.frame.inputs import Choice, genome_read
from genoviz.ui.sequence import consequences
from genoviz.ui.sequence.blocks import block_track
from genoviz.ui.sequence.sites_panel import site_tracks
from genoviz.ui.sequence.unedited import Unedited

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.consequences.judged import Consequences
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.trust.null_band import NullBand


def tracks_of(
    choice: Choice,
    read: Sequence,
    history: EditHistory,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    show: str,
    found: Consequences | None = None,
    *,
    before: Unedited | None = None,
    band: NullBand | None = None,
    agreed: NDArray[np.float32] | None = None,
    stale: bool = False,
) -> list[canvas.Track]:
    """The viewer's tracks from top to bottom: what is known of the place, what the model says, the mutation map.

    `before` has the original's scores while something is edited; `band` says what is faded, as does `agreed`,
    the share of networks `(bases,)` that agree on the sign of a score; with `stale` the attribution is that of an earlier state.
    """
    from genoviz.attribute.methods import METHODS

    length = len(history.current)
    tracks = []
    if choice.example:
        places = [(site.name, followed(history, site.start, site.end)) for site in choice.example.sites]
        sites = [{"start": at[0], "end": at[1], "label": name} for name, at in places if at is not None]
        if sites:
            title = "Sites written into the construct" if choice.example.synthetic else "Known sites"
            tracks.append(canvas.spans(sites, title))
    tracks += _genes(history)
    tracks += consequences.signal_track(choice, read, history)
    tracks += site_tracks(choice, read, result, length)
    tracks += _profile(choice, read, length)
    tracks += _expected(choice, read, length)
    blocks = block_track(choice.card, read, result, mutations, length, band)
    tracks += [canvas.stale(track) for track in blocks] if stale else blocks
    if result is not None:
        method = METHODS[result.method]
        scores, words = _letters(result, show)
        title = method.title + words + (" (teaching only)" if method.teaching_only else "")
        ghost = None
        if before is not None and before.result is not None:
            ghost = along(_letters(before.result, show)[0], history)
        letters = canvas.logo(
            to_sequence(scores, length),
            title,
            per_base(result.unit),
            band=band.letters if band is not None and scores.ndim == 1 else None,
            agreed=to_sequence(agreed, length) if agreed is not None and scores.ndim == 1 else None,
            ghost=ghost,
        )
        tracks.append(canvas.stale(letters) if stale else letters)
    if mutations is not None:
        rows: tuple[str, ...] = canvas.HEAT_ROWS
        delta = mutations.delta
        if mutations.deletions is not None and mutations.insertions is not None:
            strongest = np.abs(np.nan_to_num(mutations.insertions)).argmax(0)
            inserted = mutations.insertions[strongest, np.arange(delta.shape[1])]
            delta, rows = np.vstack([delta, mutations.deletions, inserted]), (*rows, "del", "ins")
        track = consequences.map_track(
            found,
            mutations,
            to_sequence(delta, length),
            "Mutation map: mutated minus shown",
            rows,
            band=band.cells if band is not None else None,
            reach=before.reach if before is not None else None,
        )
        tracks.append(track)
    return tracks


def _letters(result: Attribution, show: str) -> tuple[NDArray[np.float32], str]:
    """The scores that are drawn, `(length,)` or `(4, length)`, and what the title says of them."""
    if show == "actual" or result.hypothetical is None:
        return result.per_base, ""
    scores = result.hypothetical
    if show == "centred":
        return scores - scores.mean(0), ", hypothetical, minus the mean over bases"
    return scores, ", hypothetical"


def _genes(history: EditHistory) -> list[canvas.Track]:
    """Genes of the genome that the sequence comes from; parts that an edit has cut are not drawn."""
    entry, locus = genome_read(), history.original.locus
    if entry is None or locus is None:
        return []
    tracks = []
    for spans, title in (
        (genomes.gene_spans(entry, locus), f"Genes ({genomes.build_of(entry)})"),
        (genomes.planted_spans(entry, locus), "Planted sites (recorded truth)"),
    ):
        places = [(span, followed(history, span.start, span.end)) for span in spans]
        parts = [asdict(span) | {"start": at[0], "end": at[1]} for span, at in places if at is not None]
        if parts:
            tracks.append(canvas.spans(parts, title))
    return tracks


def _profile(choice: Choice, read: Sequence, length: int) -> list[canvas.Track]:
    """The explained track along the sequence, for models that predict a profile."""
    output = choice.card.output(choice.output)
    if output.bins == 1:
        return []
    tracks = cache.prediction(choice.card.name, choice.card.sha256, read)[choice.output]
    values = tracks.track(choice.track)
    values = values[: max(0, (length - tracks.start) // tracks.resolution)]
    return [canvas.line(values, choice.track, tracks.unit, start=tracks.start, step=tracks.resolution)]


def _expected(choice: Choice, read: Sequence, length: int) -> list[canvas.Track]:
    """What a language model expects at each base, as a logo, and how unsure it is.

    Published models read the sequence many times for that, up to half a minute: left to `genoviz expect`.
    """
    if choice.card.files:
        return []
    found = cache.expectation(choice.card.name, choice.card.sha256, read)
    if found is None:
        return []
    heights, entropy = (to_sequence(v.astype(np.float32), length) for v in (found.heights, found.entropy))
    return [
        canvas.logo(heights, "Bases that the model expects here", "bits", height=90, strongest=True),
        canvas.line(entropy, "Entropy: how open the choice is, 2 for any base", "bits", height=40, limits=(0, 2)),
    ]
