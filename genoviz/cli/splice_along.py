"""`genoviz splice --along`: the splice sites of a place, or all its bases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.cli.common import percentage, say
from genoviz.cli.rows import write_header, write_row, writer
from genoviz.errors import Cancelled
from genoviz.models.provenance import table_record

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference
    from genoviz.models.card import ModelCard
    from genoviz.splicing.tables import SpliceOptions


def sites_along(
    card: ModelCard,
    text: str,
    reference: Reference,
    genes: GeneModels | None,
    options: SpliceOptions,
    *,
    threshold: float,
    every_base: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """The sites, or all bases, of a place."""
    from genoviz.genes.places import find_place
    from genoviz.models.load import load_model
    from genoviz.splicing.along import splice_along
    from genoviz.splicing.tables import base_rows, site_rows, splice_header

    place = find_place(text, assembly=reference.assembly, genes=genes)
    named = options.transcript if genes is not None else ""
    transcript = genes.transcript(named) if named and genes is not None else place.annotated
    strand = options.strand or (transcript.strand if transcript else place.locus.strand)
    result = splice_along(
        load_model(card.name),
        reference,
        place.locus,
        strand,
        transcript=transcript,
        threshold=threshold,
        read_outside=options.read_outside,
        progress=percentage("reading"),
    )
    for sentence in (*place.notes, result.sentence, *result.notices):
        say(sentence)
    header = splice_header(card, reference.title, reference.assembly, options) | {
        "locus": result.locus,
        "transcript": transcript.identifier if transcript else "none",
        "threshold": threshold,
    }
    rows = (base_rows if every_base else site_rows)(result)
    with writer(out) as file:
        if as_json:
            record = table_record(card, header, rows, sentence=result.sentence, notices=list(result.notices))
            file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
        else:
            write_header(file, header)
            for number, row in enumerate(rows):
                write_row(file, row, first=not number)
    if not result.complete:
        raise Cancelled
