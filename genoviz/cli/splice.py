"""The command `genoviz splice`: delta scores of variants, and splice sites along a stretch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from genoviz.cli.common import bad_input_exits, percentage, say
from genoviz.errors import BadInput, Cancelled
from genoviz.files.tsv import tsv
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance, table_record

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference
    from genoviz.models.card import ModelCard
    from genoviz.splicing.tables import Row, ScoredVariant, SpliceOptions


def splice(
    model: Annotated[str, typer.Argument(help="Name of a splice model, see `genoviz models`.", metavar="MODEL")],
    genome: Annotated[str, typer.Option(help="Name of a genome (see `genoviz genome list`), or a FASTA file.")],
    variant: Annotated[
        str | None, typer.Option(help="One variant in any spelling, such as `chr17-43124118-T-C`.")
    ] = None,
    vcf: Annotated[Path | None, typer.Option(help="Variants: VCF or TSV, also compressed.", metavar="IN")] = None,
    along: Annotated[
        str | None,
        typer.Option(
            help="Sites along a place instead: a gene, `exon 3 of BRCA2 +- 500`, or a locus.", metavar="PLACE"
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Result as TSV; standard output if left out.")] = None,
    distance: Annotated[int, typer.Option(help="Bases to scan on either side of a variant.")] = 50,
    masked: Annotated[
        bool, typer.Option("--masked", help="Gains at annotated sites and losses elsewhere count as 0.")
    ] = False,
    transcript: Annotated[str, typer.Option(help="Transcript to read; the primary one of each gene if left out.")] = "",
    strand: Annotated[
        str, typer.Option(help="`+` or `-`: only transcripts of this strand; where there is none, what to read.")
    ] = "",
    read_outside: Annotated[
        bool, typer.Option("--read-outside", help="Read bases outside of the transcript, too, and not N.")
    ] = False,
    threshold: Annotated[float, typer.Option(help="Lowest probability of a site, with --along.")] = 0.5,
    bases: Annotated[bool, typer.Option("--bases", help="Every base instead of the sites, with --along.")] = False,
    genes: Annotated[Path | None, typer.Option(help="Gene models, where those of the genome are not meant.")] = None,
    assembly: Annotated[str, typer.Option(help="Build of a genome given as a file, such as hg38; never guessed.")] = "",
    json_: Annotated[
        bool, typer.Option("--json", help="JSON instead of TSV: one object for each variant, or one for --along.")
    ] = False,
) -> None:
    """Splice sites that variants create and destroy, or the sites along a gene, as TSV or JSON."""
    with bad_input_exits():
        card = get_card(model)
        if sum(given is not None for given in (variant, vcf, along)) != 1:
            raise BadInput(
                "It is not clear what to score.",
                "Exactly one of --variant, --vcf and --along is needed.",
                f"For example `genoviz splice {model} --genome hg38 --variant chr17-43124118-T-C`.",
            )
        if strand not in ("", "+", "-"):
            raise BadInput(f"--strand {strand} was given.", "`+` and `-` are accepted.", "Or leave it out.")
        from genoviz.genomes.registry import open_genome
        from genoviz.splicing.tables import SpliceOptions, check_splice_model

        check_splice_model(card)
        options = SpliceOptions(distance, masked, read_outside, strand, transcript)
        with open_genome(genome, assembly=assembly) as reference, _gene_models(genome, genes, reference) as models:
            if along is not None:
                _along(
                    card,
                    along,
                    reference,
                    models,
                    options,
                    threshold=threshold,
                    every_base=bases,
                    out=out,
                    as_json=json_,
                )
            else:
                source = vcf if vcf is not None else str(variant)
                skipped = _variants(card, source, reference, models, options, out, as_json=json_)
                if vcf is None and skipped:
                    raise typer.Exit(2)


def _variants(
    card: ModelCard,
    source: str | Path,
    reference: Reference,
    genes: GeneModels | None,
    options: SpliceOptions,
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    """One row per variant and gene, written as they are scored; how many have no score is returned."""
    from genoviz.models.load import load_model
    from genoviz.splicing.alleles import check_scan
    from genoviz.splicing.tables import common_notices, on_transcript, score_variant, scored_row, splice_record
    from genoviz.transcripts.reading import spelled_out
    from genoviz.variants.files import read_variants

    check_scan(options.strand or "+", options.distance, False, None)
    if options.transcript:  # a mistyped name is no matter of single rows
        if genes is None:
            raise BadInput(
                f"--transcript {options.transcript} was given, but {reference.title} has no gene models.",
                "Transcripts are looked up in gene models.",
                "Add --genes FILE.",
            )
        genes.transcript(options.transcript)
    if isinstance(source, str):
        source, said = spelled_out(source, genes, reference)
        for sentence in said:
            say(sentence)
    rows = read_variants(source, assembly=reference.assembly, reference=reference)
    loaded = load_model(card.name)
    for notice in common_notices(card, reference.assembly):
        say(notice)
    header = _header(card, reference, options) | {"distance": options.distance, "masked": _yes(options.masked)}
    scored = skipped = noted = 0
    with _writer(out) as file:
        if not as_json:
            _start(file, header)
        for row in rows:
            found = [on_transcript(one, reference) for one in score_variant(loaded, row, reference, genes, options)]
            if as_json:
                record = splice_record(card, header, reference.assembly, found)
                file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
            for one in found:
                made = scored_row(card, one)
                if not as_json:
                    _write(file, made, first=not scored + skipped)
                skipped += bool(one.skipped)
                scored += not one.skipped
                noted += bool(made["notices"])
                if isinstance(source, str):
                    _say_one(source, one, reference)
    if not scored + skipped:
        raise BadInput("There is no variant in the input.", "One a line, or a VCF.", "Check the file.")
    if isinstance(source, Path):
        say(f"{scored:,} scored, {skipped:,} skipped.")
        if noted:
            say(f"{noted:,} with something to mind: see `notices`.")
    return skipped


def _say_one(text: str, scored: ScoredVariant, reference: Reference) -> None:
    """A single variant in words, and what files of the user's say about it."""
    from genoviz.variants.known import known_files, known_records

    if scored.effect is None:
        say(f"{text}: {scored.row.detail or scored.skipped}")
        return
    name = f"{scored.transcript.gene} ({scored.transcript.identifier}): " if scored.transcript else ""
    say(f"{name}{scored.effect.sentence}")
    if scored.coding is not None:
        say(f"Splicing as annotated: {scored.coding.sentence}")
    if scored.outcome is not None:
        from genoviz.transcripts.tables import form_sentences

        say(scored.outcome.sentence)
        for sentence in form_sentences(scored.outcome) if scored.outcome.changed else ():
            say(sentence)
    for notice in scored.own_notices:
        say(notice)
    for record in known_records(scored.effect.windows.variant, reference, known_files()):
        say(record.sentence)


def _along(
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
    from genoviz.splicing.tables import base_rows, site_rows

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
    header = _header(card, reference, options) | {
        "locus": result.locus,
        "transcript": transcript.identifier if transcript else "none",
        "threshold": threshold,
    }
    rows = (base_rows if every_base else site_rows)(result)
    with _writer(out) as file:
        if as_json:
            record = table_record(card, header, rows, sentence=result.sentence, notices=list(result.notices))
            file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
        else:
            _start(file, header)
            for number, row in enumerate(rows):
                _write(file, row, first=not number)
    if not result.complete:
        raise Cancelled


def _header(card: ModelCard, reference: Reference, options: SpliceOptions) -> dict[str, object]:
    """Model and settings that all rows share; transcript and strand are in the rows."""
    from genoviz.splicing.context import context, longer_network
    from genoviz.splicing.effect import site_outputs

    found, longer = site_outputs(card), longer_network(card)
    hides = found is not None and found[0].bins > 1 and not options.read_outside
    return provenance(
        card,
        genome=reference.title,
        assembly=reference.assembly or "not named",
        context=context(card),
        longer_network=longer.name if longer else None,
        outside_of_transcript="N" if hides else "read",
        transcript_asked_for=options.transcript or None,
        strand_asked_for=options.strand or None,
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


@contextmanager
def _gene_models(genome: str, path: Path | None, reference: Reference) -> Iterator[GeneModels | None]:
    """Gene models of the file, else of the genome; None where there are none."""
    from genoviz.genes.models import open_genes
    from genoviz.genes.registered import open_genes_of
    from genoviz.genomes.registry import list_genomes

    if path is not None:
        found: GeneModels | None = open_genes(path, assembly=reference.assembly, resolve=reference.resolve)
    else:
        found = open_genes_of(genome) if genome in {entry.name for entry in list_genomes()} else None
    for notice in found.notices if found is not None else ():
        say(notice)
    try:
        yield found
    finally:
        if found is not None:
            found.close()


@contextmanager
def _writer(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        file = out.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(
            f"`{out}` can't be written ({error.strerror}).", "A file in a folder of yours is needed.", "Check the path."
        ) from error
    with file:
        yield file


def _start(file: TextIO, header: dict[str, object]) -> None:
    file.writelines(f"{line}\n" for line in tsv([], header).splitlines()[:-1])


def _write(file: TextIO, row: Row, *, first: bool) -> None:
    """A row, under the names of its columns where it is the first."""
    names, cells = tsv([row]).splitlines()
    lines: Iterable[str] = (names, cells) if first else (cells,)
    file.writelines(f"{line}\n" for line in lines)
    file.flush()
