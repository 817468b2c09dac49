"""`genoviz splice splice.mtsplice`: what variants do to the exons at them, tissue by tissue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genoviz.cli.common import say
from genoviz.cli.rows import write_header, write_row, writer
from genoviz.errors import BadInput, GenovizError

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference
    from genoviz.models.card import ModelCard
    from genoviz.splicing.tables import SpliceOptions
    from genoviz.splicing.tissues import TissueEffect
    from genoviz.variants.rows import VariantRow


def by_tissue(
    card: ModelCard,
    source: str | Path,
    reference: Reference,
    genes: GeneModels | None,
    options: SpliceOptions,
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    """Write a row for each variant, exon and tissue, or an object for each variant and exon; how many variants had none is
    returned."""
    from genoviz.isoforms.reading import spelled_out
    from genoviz.models.provenance import provenance
    from genoviz.splicing.tissues import tissue_rows
    from genoviz.variants.files import read_variants

    if genes is None:
        raise BadInput(
            f"{reference.title} has no gene models.", "MTSplice reads the exons of transcripts.", "Add --genes FILE."
        )
    if isinstance(source, str):
        source, said = spelled_out(source, genes, reference)
        for sentence in said:
            say(sentence)
    header = provenance(card, genome=reference.title, assembly=reference.assembly or "not named")
    number = without = 0
    with writer(out) as file:
        if not as_json:
            write_header(file, header)
        for row in read_variants(source, assembly=reference.assembly, reference=reference):
            found, why = _effects(card, row, reference, genes, options)
            without += not found
            if not found:
                say(f"{row.variant or f'line {row.number}'}: {why}")
            for about, effect in found:
                if isinstance(source, str):
                    say(effect.sentence)
                if as_json:
                    record = {**header, **about, "sentence": effect.sentence, "tissues": tissue_rows(effect)}
                    file.write(json.dumps(record, ensure_ascii=False, allow_nan=False, default=str) + "\n")
                    continue
                for one in tissue_rows(effect):
                    number += 1
                    write_row(file, about | one, first=number == 1)
    return without


def _effects(
    card: ModelCard, row: VariantRow, reference: Reference, genes: GeneModels, options: SpliceOptions
) -> tuple[list[tuple[dict[str, Any], TissueEffect]], str]:
    """The effect on each exon near a variant, with what it is of; or why there is none."""
    from genoviz.models.catalogue import get_card
    from genoviz.models.load import load_model
    from genoviz.models.weights import is_ready
    from genoviz.splicing.modules import MODULES, card_name, exons_near, load_modules
    from genoviz.splicing.tables import NO_TRANSCRIPT, transcripts_at
    from genoviz.splicing.tissues import INTRON, splice_tissues

    if row.variant is None:
        return [], row.detail or row.reason
    here = all(is_ready(get_card(card_name(module))) for module in MODULES)
    modules, model = load_modules() if here else None, load_model(card.name)
    found: list[tuple[dict[str, Any], TissueEffect]] = []
    try:
        at = transcripts_at(genes, row.variant, strand=options.strand, identifier=options.transcript)
        for transcript in at:
            for near in exons_near(transcript, row.variant, INTRON):
                effect = splice_tissues(model, row.variant, reference, near.exon, introns=near.introns, modules=modules)
                about = {
                    "line": row.number,
                    "variant": str(effect.variant),
                    "gene": transcript.gene,
                    "transcript": transcript.identifier,
                    "exon": near.number,
                    "place": str(near.exon),
                }
                found.append((about, effect))
    except GenovizError as error:
        return [], str(error)
    return found, NO_TRANSCRIPT if not at else f"no exon is within {INTRON} bases"


def refuse_others(*, along: bool, receipt: bool, engine: str) -> None:
    """What the other splice models can and this one can't."""
    if along or receipt or engine != "local":
        raise BadInput(
            "--along, --receipt or --engine was given with a model of exons and tissues.",
            "It takes --variant or --vcf, with --transcript, --strand, --genes, --out and --json.",
            "Leave the others out.",
        )
