"""What the viewer draws of a variant: both alleles on the bases of the reference, and their difference."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genoviz.effects.motif_changes import on_reference
from genoviz.models.words import per_base
from genoviz.motifs.families import family_label
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import genomes

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.effects.effect import VariantEffect
    from genoviz.effects.motif_changes import MotifChange
    from genoviz.genomes.registry import GenomeEntry
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.variants.windows import AlleleWindows

HIGHEST = 110  # pixels of a logo
SIGNS = {"lost": "−", "gained": "+", "changed": "±"}  # they are read where a label is cut off


def variant_tracks(
    entry: GenomeEntry,
    effect: VariantEffect,
    track: str,
    explained: tuple[Attribution, Attribution] | None,
    motifs: tuple[MotifChange, ...],
    splice: SpliceEffect | None,
) -> list[canvas.Track]:
    """Variant, genes, motifs, profiles and logos, from top to bottom."""
    windows = effect.windows
    start, end = windows.reference_span
    variant = windows.variant
    label = f"{variant.ref}>{variant.alt}" if len(variant.ref) + len(variant.alt) < 12 else variant.kind
    tracks = [canvas.spans([{"start": start, "end": end, "label": label, "note": str(variant)}], f"Variant {label}")]
    if not windows.before:
        for spans, title in (
            (genomes.gene_spans(entry, windows.locus), f"Genes ({genomes.build_of(entry)})"),
            (genomes.planted_spans(entry, windows.locus), "Planted sites (recorded truth)"),
        ):
            if spans:
                tracks.append(canvas.spans([asdict(span) for span in spans], title))
    tracks += _motifs(windows, motifs)
    tracks += _profiles(effect, track)
    if splice is not None:
        tracks += _sites(splice, windows)
    if explained is not None:
        tracks += _logos(windows, *explained)
    return tracks


def _motifs(windows: AlleleWindows, motifs: tuple[MotifChange, ...]) -> list[canvas.Track]:
    """Motifs gained and lost, where they lie on the reference."""
    spans = []
    for change in motifs:
        start, end = on_reference(change, windows)
        note = f"{change.status}, {change.reference_score:.3g} to {change.alternate_score:.3g} bits"
        if change.matching > 1:
            note += f", one of {change.matching} factors of the family"
        label = f"{SIGNS[change.status]} {family_label(change.motif)}"
        spans.append({"start": start, "end": end, "label": label, "strand": change.strand, "note": note})
    return [canvas.spans(spans, "Motifs that the variant changes (− lost, + gained, ± changed)")] if spans else []


def _profiles(effect: VariantEffect, track: str) -> list[canvas.Track]:
    """The target's track along the window with both alleles, and the difference."""
    name = effect.target.output
    reference = effect.reference[name]
    if len(reference) == 1:
        return []
    row, unit = reference.names.index(track), reference.unit
    length = len(effect.windows.reference)
    start, step = reference.start, reference.resolution
    before = np.full(length, np.nan, dtype=np.float32)
    values = np.repeat(reference.values[row], step)
    before[start : start + len(values)] = values
    difference = effect.difference(name)[row].astype(np.float32)
    return [
        canvas.line(
            before,
            f"{track}: both alleles",
            unit,
            measured=before + difference,
            legend=("reference", "alternate"),
            height=80,
        ),
        canvas.line(difference, f"{track}: alternate minus reference", unit, height=60),
    ]


def _sites(splice: SpliceEffect, windows: AlleleWindows) -> list[canvas.Track]:
    """Site probabilities of both alleles around the variant."""
    from genoviz.splicing.effect import SITES

    tracks = []
    for column, site in enumerate(SITES):
        rows = []
        for probabilities in (splice.reference, splice.alternate):
            row = np.full(len(windows.reference), np.nan, dtype=np.float32)
            for distance, value in zip(splice.distances, probabilities[:, column], strict=True):
                position = windows.variant.pos - 1 + int(distance)
                if windows.locus.contains(position):
                    # Bases before the chromosome are in the window, and not in its locus.
                    padded = windows.before if windows.locus.strand == "+" else 0
                    row[windows.locus.to_relative(position) + padded] = value
            rows.append(row)
        if np.nanmax(np.stack(rows), initial=0) >= 0.01:
            tracks.append(
                canvas.line(
                    rows[0],
                    f"Splice {site}: both alleles",
                    "probability",
                    measured=rows[1],
                    legend=("reference", "alternate"),
                    limits=(0, 1),
                    height=70,
                )
            )
    return tracks


def _logos(windows: AlleleWindows, reference: Attribution, alternate: Attribution) -> list[canvas.Track]:
    """Logos of both alleles and of their difference, on one scale."""
    from genoviz.models.onehot import encode

    before = reference.per_base * encode(windows.reference)[0].numpy()
    after = windows.onto_reference(alternate.per_base * encode(windows.alternate)[0].numpy())
    difference = after - before
    limits = _limits(before, after, difference)
    unit = per_base(reference.unit)
    names = ("Reference allele", "Alternate allele, on the bases of the reference", "Alternate minus reference")
    return [
        canvas.logo(values, name, unit, strongest=True, limits=limits, height=HIGHEST)
        for name, values in zip(names, (before, after, difference), strict=True)
    ]


def _limits(*rows: NDArray[np.floating]) -> tuple[float, float]:
    """The lowest and highest stack of letters of all logos, so that they are drawn on one scale."""
    low = min(float(np.nansum(np.minimum(row, 0), axis=0).min()) for row in rows)
    high = max(float(np.nansum(np.maximum(row, 0), axis=0).max()) for row in rows)
    return (low, high) if low < high else (-1.0, 1.0)
