"""Splice effects of variants and sites along a stretch as rows of tables, for files, pages and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadInput, BadLocus, BadVariant, GenovizError
from genoviz.genes.transcripts import Transcript
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.sequences.locus import Locus
from genoviz.splicing.alleles import DISTANCE
from genoviz.splicing.along import SpliceAlong
from genoviz.splicing.effect import SITES, SpliceEffect, SpliceScore, site_outputs, splice_effect
from genoviz.splicing.usage import SpliceUsageEffect, UsageScore, splice_usage_effect, usage_output
from genoviz.variants.rows import VariantRow, reason_of
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference

Row = dict[str, object]
NO_TRANSCRIPT = "no transcript here; name a strand"
NO_EXONS = "masked scores need a transcript with exons"


@dataclass(frozen=True)
class SpliceOptions:
    """How variants are scored; see `genoviz.splicing.effect.splice_effect`.

    Attributes
    ----------
    distance, masked, read_outside
        As there.
    strand
        Only transcripts of this strand; where there is none, the strand to read. Empty: of the transcripts.
    transcript
        Identifier of the only transcript to score with; empty: the primary one of each gene at the variant.
    """

    distance: int = DISTANCE
    masked: bool = False
    read_outside: bool = False
    strand: str = ""
    transcript: str = ""


def transcripts_at(
    genes: GeneModels | None, variant: Variant, *, strand: str = "", identifier: str = ""
) -> list[Transcript]:
    """Transcripts that cover a variant's position: the primary one of each gene, or the one that is named.

    Raises
    ------
    UnknownName
        If there is no transcript of this name.
    """
    if genes is None:
        return []
    if identifier:
        named = genes.transcript(identifier)
        return [named] if strand in ("", named.strand) else []
    best: dict[tuple[Any, ...], Transcript] = {}
    for transcript in genes.within(Locus(variant.chrom, variant.pos - 1, variant.pos)):
        key = transcript.gene_key
        if strand in ("", transcript.strand) and (key not in best or transcript.rank < best[key].rank):
            best[key] = transcript
    return list(best.values())


def check_splice_model(card: ModelCard) -> None:
    """Raise `BadInput` unless the model says where splice sites are."""
    if site_outputs(card) is None and usage_output(card) is None:
        raise BadInput(
            f"`{card.name}` predicts no splice sites.",
            "A splice model has tracks whose names end in acceptor and donor, or an output `splicing`.",
            "Choose a splice model, such as `splice.sites`.",
        )


def effect_at(
    model: Model,
    variant: Variant,
    reference: Reference,
    strand: str,
    transcript: Transcript | None,
    options: SpliceOptions,
) -> SpliceEffect | SpliceUsageEffect:
    """The effect by the verb that fits the model."""
    if site_outputs(model.card) is None and usage_output(model.card) is not None:
        return splice_usage_effect(
            model,
            variant,
            reference,
            strand,
            distance=options.distance,
            transcript=transcript,
            masked=options.masked,
        )
    return splice_effect(
        model,
        variant,
        reference,
        strand,
        distance=options.distance,
        transcript=transcript,
        masked=options.masked,
        read_outside=options.read_outside,
    )


def score_rows(
    model: Model, row: VariantRow, reference: Reference, genes: GeneModels | None, options: SpliceOptions
) -> list[Row]:
    """One row per gene at the variant, or one row that says why there is no score; all have the same columns."""
    check_splice_model(model.card)
    variant = row.variant
    if variant is None:
        return [_row(model.card, row, skipped=row.reason)]
    try:
        found: list[Transcript | None] = list(
            transcripts_at(genes, variant, strand=options.strand, identifier=options.transcript)
        )
        if not found and options.strand and not options.transcript:
            found = [None]
    except GenovizError as error:
        return [_row(model.card, row, skipped=_reason(error))]
    if not found:
        return [_row(model.card, row, skipped=NO_TRANSCRIPT)]
    rows = []
    for transcript in found:
        strand = transcript.strand if transcript is not None else options.strand
        if options.masked and not (transcript is not None and transcript.exons):
            rows.append(_row(model.card, row, transcript, strand, skipped=NO_EXONS))
            continue
        try:
            effect = effect_at(model, variant, reference, strand, transcript, options)
            rows.append(_row(model.card, row, transcript, strand, effect))
        except GenovizError as error:
            rows.append(_row(model.card, row, transcript, strand, skipped=_reason(error)))
    return rows


def effect_rows(effect: SpliceEffect | SpliceUsageEffect) -> list[Row]:
    """One row per score of a single variant: unmasked, masked (where they are known), and the place of the site."""
    rows: list[Row] = []
    scores: tuple[SpliceScore | UsageScore, ...] = effect.raw_scores
    for i, score in enumerate(scores):
        kind = score.site if isinstance(score, SpliceScore) else score.tissue
        masked = effect.masked_scores[i].value if effect.masked_scores is not None else ""
        rows.append(
            {
                "site" if isinstance(score, SpliceScore) else "tissue": kind,
                "change": score.change,
                "score": score.value,
                "masked_score": masked,
                "distance": score.distance,
                "position": effect.windows.variant.pos + score.distance,
            }
        )
    return rows


def summary_rows(effect: SpliceEffect) -> list[Row]:
    """The scores under the columns of `genoviz.effects.tables.effect_table`."""
    return [
        {
            "what": f"splice, at {score.distance:+d} bp",
            "name": f"{score.site} {score.change}",
            "unit": "probability",
            "effect": score.value,
        }
        for score in effect.scores
    ]


def site_rows(result: SpliceAlong) -> list[Row]:
    """One row per predicted or annotated site, 5' to 3'."""
    return [
        {
            "chrom": result.locus.chrom,
            "position": site.position,
            "strand": result.locus.strand,
            "site": site.site,
            "probability": site.probability,
            "predicted": "yes" if site.predicted else "no",
            "exon": site.exon or "",
        }
        for site in result.sites
    ]


def base_rows(result: SpliceAlong) -> list[Row]:
    """One row per base, 5' to 3'."""
    bases = range(len(result.locus))
    return [
        {
            "chrom": result.locus.chrom,
            "position": result.locus.to_genomic(i) + 1,
            "strand": result.locus.strand,
            **{site: float(result.values[i, column]) for column, site in enumerate(SITES)},
        }
        for i in bases
    ]


def _names(card: ModelCard) -> list[str]:
    """Names of the scores of a model, in the order of its effects."""
    usage = usage_output(card)
    if site_outputs(card) is None and usage is not None:
        tissues = ["", *(f"_{tissue}" for tissue in usage.tracks)]
        return [f"{change}{tissue}" for tissue in tissues for change in ("gain", "loss")]
    return [f"{site}_{change}" for site in SITES for change in ("gain", "loss")]


def _row(
    card: ModelCard,
    row: VariantRow,
    transcript: Transcript | None = None,
    strand: str = "",
    effect: SpliceEffect | SpliceUsageEffect | None = None,
    *,
    skipped: str = "",
) -> Row:
    v = row.variant
    cells: Row = {
        "line": row.number,
        "chrom": v.chrom if v else "",
        "pos": v.pos if v else "",
        "ref": v.ref if v else "",
        "alt": v.alt if v else "",
        "id": row.identifier,
        "gene": transcript.gene if transcript else "",
        "transcript": transcript.identifier if transcript else "",
        "strand": strand,
        "scored": str(effect.windows.variant) if effect else "",
    }
    for i, name in enumerate(_names(card)):
        score = effect.scores[i] if effect else None
        cells[name] = score.value if score else ""
        cells[f"{name}_distance"] = score.distance if score else ""
    return cells | {"skipped": skipped}


def _reason(error: GenovizError) -> str:
    return reason_of(error) if isinstance(error, (BadVariant, BadLocus)) else error.read
