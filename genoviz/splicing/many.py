"""Splice effects of many variants on the genes at each of them: for a chunk of a file, and for one variant alike.

A variant is scored on the primary transcript of each gene that covers it, on the strand of that gene. Variants of one
transcript are scored together (`effects_on`), the others are not touched by that: numbers do not depend on the company.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import GenovizError
from genoviz.genes.transcripts import Transcript
from genoviz.models.base import Model
from genoviz.splicing.effect import SpliceEffect
from genoviz.splicing.tables import (
    NO_EXONS,
    NO_TRANSCRIPT,
    ScoredVariant,
    SpliceOptions,
    check_splice_model,
    common_notices,
    effect_at,
    transcripts_at,
)
from genoviz.splicing.usage import SpliceUsageEffect
from genoviz.variants.rows import VariantRow, reason_here
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference


@dataclass(frozen=True, eq=False)
class _Group:
    """Variants that are scored on one transcript, or on one strand where there is none."""

    transcript: Transcript | None
    strand: str
    variants: list[Variant]
    places: list[tuple[int, int]]  # of the results: number of the row, and of the gene at it


def score_variant(
    model: Model, row: VariantRow, reference: Reference, genes: GeneModels | None, options: SpliceOptions
) -> list[ScoredVariant]:
    """The effect on each gene at a variant, or one entry that says why there is no score."""
    return score_variants(model, [row], reference, genes, options)[0]


def score_variants(
    model: Model, rows: Seq[VariantRow], reference: Reference, genes: GeneModels | None, options: SpliceOptions
) -> list[list[ScoredVariant]]:
    """For each row the effect on each gene at it, or one entry that says why there is no score.

    Parameters
    ----------
    model
        One that says where splice sites are, see `check_splice_model`.
    rows
        Variants of a file, in its order.
    reference, genes
        The genome, and its gene models; None where there are none.
    options
        How they are scored.

    Raises
    ------
    BadInput
        If the model predicts no splice sites. What is wrong with a single variant is said in its entry.
    UnknownName
        If the transcript of the options is not in the gene models.
    """
    check_splice_model(model.card)
    common = tuple(common_notices(model.card, reference.assembly))
    found: list[list[ScoredVariant]] = []
    groups: dict[object, _Group] = {}
    for number, row in enumerate(rows):
        entries = _entries(row, reference, genes, options)
        for place, entry in enumerate(entries):
            if not entry.skipped and row.variant is not None:
                transcript = entry.transcript
                key = (entry.strand, transcript and (transcript.identifier, transcript.gene_key))
                group = groups.setdefault(key, _Group(transcript, entry.strand, [], []))
                group.variants.append(row.variant)
                group.places.append((number, place))
        found.append(entries)
    for group in groups.values():
        effects = effects_on(model, group.variants, reference, group.strand, group.transcript, options)
        for variant, (number, place), effect in zip(group.variants, group.places, effects, strict=True):
            entry = found[number][place]
            if isinstance(effect, GenovizError):
                reason = reason_here(effect, variant, reference)
                found[number][place] = replace(entry, skipped=reason, detail=str(effect))
            else:
                found[number][place] = replace(entry, effect=effect, common=common)
    return found


def effects_on(
    model: Model,
    variants: Seq[Variant],
    reference: Reference,
    strand: str,
    transcript: Transcript | None,
    options: SpliceOptions,
) -> list[SpliceEffect | SpliceUsageEffect | GenovizError]:
    """The effects of several variants on one transcript, in their order; the error where one can't be scored."""
    found: list[SpliceEffect | SpliceUsageEffect | GenovizError] = []
    for variant in variants:
        try:
            found.append(effect_at(model, variant, reference, strand, transcript, options))
        except GenovizError as error:
            found.append(error)
    return found


def _entries(
    row: VariantRow, reference: Reference, genes: GeneModels | None, options: SpliceOptions
) -> list[ScoredVariant]:
    """An entry without its effect for each gene at a variant, or one that says why there will be none."""
    variant = row.variant
    if variant is None:
        return [ScoredVariant(row, skipped=row.reason, detail=row.detail)]
    try:
        # Before genes are looked for: on a chromosome that is not there, none is found either.
        replace(variant, chrom=reference.resolve(variant.chrom)).left_align(reference.bases)
        at: list[Transcript | None] = list(
            transcripts_at(genes, variant, strand=options.strand, identifier=options.transcript)
        )
    except GenovizError as error:
        return [ScoredVariant(row, skipped=reason_here(error, variant, reference), detail=str(error))]
    if not at and options.strand and not options.transcript:
        at = [None]
    if not at:
        return [ScoredVariant(row, skipped=NO_TRANSCRIPT)]
    entries = []
    for transcript in at:
        strand = transcript.strand if transcript is not None else options.strand
        lacks_exons = options.masked and not (transcript is not None and transcript.exons)
        entries.append(ScoredVariant(row, transcript, strand, skipped=NO_EXONS if lacks_exons else ""))
    return entries
