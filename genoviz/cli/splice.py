"""The command `genoviz splice`: delta scores of variants, and splice sites along a stretch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import INTERRUPTED, as_file, bad_input_exits, moving, say
from genoviz.cli.receipts import ReceiptFile, write_splice_receipt
from genoviz.cli.rows import write_header, write_row, writer
from genoviz.cli.splice_along import sites_along
from genoviz.cli.splice_tissues import by_tissue, refuse_others
from genoviz.errors import BadInput
from genoviz.models.catalogue import get_card

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference
    from genoviz.models.card import ModelCard
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.tables import ScoredVariant, SpliceOptions
    from genoviz.splicing.usage import SpliceUsageEffect


def splice(
    model: Annotated[str, typer.Argument(help="Name of a splice model, see `genoviz models`.", metavar="MODEL")],
    genome: Annotated[str, typer.Option(help="Name of a genome (see `genoviz genome list`), or a FASTA file.")],
    variant: Annotated[
        str | None, typer.Option(help="One variant in any spelling, such as `chr17-43124118-T-C`.")
    ] = None,
    vcf: Annotated[
        Path | None, typer.Option(help="VCF or TSV, also compressed; `-` for standard input.", metavar="IN")
    ] = None,
    along: Annotated[
        str | None,
        typer.Option(
            help="Sites along a place instead: a gene, `exon 3 of BRCA2 +- 500`, or a locus.", metavar="PLACE"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Result: .vcf, .tsv (.gz: compressed) or .parquet; TSV on standard output if left out. An interrupted run "
            "over a file is continued."
        ),
    ] = None,
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
    engine: Annotated[
        str, typer.Option(help="`local`, or `ray` for a cluster (`pip install genoviz[ray]`).")
    ] = "local",
    workers: Annotated[int, typer.Option(help="Processes of the local engine, each on one core.")] = 1,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever an interrupted run left.")] = False,
    receipt: ReceiptFile = None,
    json_: Annotated[
        bool, typer.Option("--json", help="JSON instead of TSV: one object for each variant, or one for --along.")
    ] = False,
) -> None:
    """Splice sites that variants create and destroy, or the sites along a gene, as TSV, VCF, Parquet or JSON."""
    try:
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
            from genoviz.splicing.tables import SpliceOptions, check_splice_model
            from genoviz.splicing.tissues import tissue_output

            if tissue_output(card) is not None:
                refuse_others(along=along is not None, receipt=receipt is not None, engine=engine)
                given = as_file(vcf, out) if vcf else nullcontext(variant or "")
                with given as source, _opened(genome, genes, assembly) as (reference, models):
                    options = SpliceOptions(strand=strand, transcript=transcript)
                    left = by_tissue(card, source, reference, models, options, out, as_json=json_)
                if left and variant is not None:
                    raise typer.Exit(2)
                return
            check_splice_model(card)
            if receipt is not None and variant is None:
                raise BadInput(
                    "A receipt was asked for of a file, or of sites along a place.",
                    "The scores of one --variant have a receipt.",
                    "Leave --receipt out.",
                )
            options = SpliceOptions(distance, masked, read_outside, strand, transcript)
            if variant is not None:
                one_variant(
                    card, variant, genome, genes, options, out, assembly=assembly, as_json=json_, receipt=receipt
                )
            elif vcf is not None:
                with as_file(vcf, out) as source:
                    if json_:
                        with _opened(genome, genes, assembly) as (reference, models):
                            _variants(card, source, reference, models, options, out, as_json=json_)
                    else:
                        _file(card, source, genome, genes, options, out, assembly, engine, workers, restart)
            elif along is not None:
                with _opened(genome, genes, assembly) as (reference, models):
                    sites_along(
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
    except KeyboardInterrupt as stop:
        kept = f" What is done is kept in `{out}.part`; the same command goes on from there." if out and vcf else ""
        say(f"\nStopped.{kept}")
        raise typer.Exit(INTERRUPTED) from stop


def one_variant(
    card: ModelCard,
    text: str,
    genome: str,
    genes: Path | None,
    options: SpliceOptions,
    out: Path | None = None,
    *,
    assembly: str,
    as_json: bool,
    receipt: Path | None = None,
) -> None:
    """Print the scores of one variant on each gene at it; exit code 2 where there are none."""
    effects: list[SpliceEffect | SpliceUsageEffect] = []
    with _opened(genome, genes, assembly) as (reference, models):
        if _variants(card, text, reference, models, options, out, as_json=as_json, effects=effects):
            raise typer.Exit(2)
    if receipt is not None:
        write_splice_receipt(receipt, card, effects, options, genome)


def _file(
    card: ModelCard,
    source: Path,
    genome: str,
    genes: Path | None,
    options: SpliceOptions,
    out: Path | None,
    assembly: str,
    engine: str,
    workers: int,
    restart: bool,
) -> None:
    """Score a file of any size, which goes on after an interruption; without `out` as TSV on standard output."""
    from genoviz.effects.batch import job_of, score_file
    from genoviz.effects.file_chunks import Totals
    from genoviz.effects.local import score_here
    from genoviz.effects.scorers import get_scorer
    from genoviz.splicing.tables import common_notices

    with _opened(genome, genes, assembly) as (reference, models):
        _check_options(options, reference, models)
        for notice in common_notices(card, reference.assembly):
            say(notice)
    scorers = tuple(name for name in ("splice", "usage") if get_scorer(name).fits(card))
    if out is None:
        job = job_of(
            card.name,
            source,
            genome,
            assembly=assembly,
            strand=options.strand,
            scorers=scorers,
            splice=options,
            genes=genes,
        )
        totals = Totals()
        sys.stdout.write(job.header())
        for part in score_here(job, workers=workers):
            sys.stdout.write(part.text)
            totals += part.totals
    else:
        totals = score_file(
            card.name,
            source,
            genome,
            out,
            assembly=assembly,
            strand=options.strand,
            scorers=scorers,
            splice=options,
            genes=genes,
            engine=engine,
            workers=workers,
            restart=restart,
            progress=moving(),
            say=say,
        )
    if not totals.records:
        raise BadInput("There is no variant in the input.", "One a line, or a VCF.", "Check the file.")
    say(f"{totals}.")
    if totals.noted and (out is None or not out.name.endswith((".vcf", ".vcf.gz"))):
        say(f"{totals.noted:,} with something to mind: see `notices`.")


def _variants(
    card: ModelCard,
    source: str | Path,
    reference: Reference,
    genes: GeneModels | None,
    options: SpliceOptions,
    out: Path | None,
    *,
    as_json: bool,
    effects: list[SpliceEffect | SpliceUsageEffect] | None = None,
) -> int:
    """One row per variant and gene, written as they are scored; how many have no score is returned. What was found is
    added to `effects`."""
    from genoviz.effects.file_chunks import CHUNK
    from genoviz.isoforms.reading import spelled_out
    from genoviz.models.load import load_model
    from genoviz.splicing.many import score_variants
    from genoviz.splicing.tables import common_notices, on_transcript, scored_row, splice_header, splice_record
    from genoviz.variants.files import read_variants

    _check_options(options, reference, genes)
    if isinstance(source, str):
        source, said = spelled_out(source, genes, reference)
        for sentence in said:
            say(sentence)
    rows = read_variants(source, assembly=reference.assembly, reference=reference)
    loaded = load_model(card.name)
    for notice in common_notices(card, reference.assembly):
        say(notice)
    header = splice_header(card, reference.title, reference.assembly, options)
    header |= {"distance": options.distance, "masked": "yes" if options.masked else "no"}
    if isinstance(source, str):
        header |= {"variant": source}
    number = skipped = 0
    with writer(out) as file:
        if not as_json:
            write_header(file, header)
        scored_rows = (
            [on_transcript(one, reference) for one in found]
            for some in iter(lambda: list(islice(rows, CHUNK)), [])
            for found in score_variants(loaded, some, reference, genes, options)
        )
        for found in scored_rows:
            if as_json:
                record = splice_record(card, header, reference.assembly, found)
                file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
            for one in found:
                number += 1
                if not as_json:
                    write_row(file, scored_row(card, one), first=number == 1)
                skipped += bool(one.skipped)
                if effects is not None and one.effect is not None:
                    effects.append(one.effect)
                if isinstance(source, str):
                    _say_one(source, one, reference)
    if not number:
        raise BadInput("There is no variant in the input.", "One a line, or a VCF.", "Check the file.")
    if isinstance(source, Path):
        say(f"{number - skipped:,} scored, {skipped:,} skipped.")
    return skipped


def _say_one(text: str, scored: ScoredVariant, reference: Reference) -> None:
    """A single variant in words, and what files of the user's say about it."""
    from genoviz.variants.known import known_files, known_records

    if scored.effect is None:
        say(f"{text}: {scored.detail or scored.skipped}")
        return
    name = f"{scored.transcript.gene} ({scored.transcript.identifier}): " if scored.transcript else ""
    say(f"{name}{scored.effect.sentence}")
    if scored.coding is not None:
        say(f"Splicing as annotated: {scored.coding.sentence}")
    if scored.outcome is not None:
        from genoviz.isoforms.tables import form_sentences

        say(scored.outcome.sentence)
        for sentence in form_sentences(scored.outcome) if scored.outcome.changed else ():
            say(sentence)
    for notice in scored.own_notices:
        say(notice)
    for record in known_records(scored.effect.windows.variant, reference, known_files()):
        say(record.sentence)


def _check_options(options: SpliceOptions, reference: Reference, genes: GeneModels | None) -> None:
    """What is no matter of single rows: a distance that is out of range, a mistyped transcript."""
    from genoviz.splicing.alleles import check_scan

    check_scan(options.strand or "+", options.distance, False, None)
    if options.transcript:
        if genes is None:
            raise BadInput(
                f"--transcript {options.transcript} was given, but {reference.title} has no gene models.",
                "Transcripts are looked up in gene models.",
                "Add --genes FILE.",
            )
        genes.transcript(options.transcript)


@contextmanager
def _opened(genome: str, genes: Path | None, assembly: str) -> Iterator[tuple[Reference, GeneModels | None]]:
    """The genome, and the gene models of the file, else of the genome; None where there are none."""
    from genoviz.genes.registered import genes_for
    from genoviz.genomes.registry import open_genome

    with open_genome(genome, assembly=assembly) as reference:
        found = genes_for(genome, reference, genes)
        for notice in found.notices if found is not None else ():
            say(notice)
        try:
            yield reference, found
        finally:
            if found is not None:
                found.close()
