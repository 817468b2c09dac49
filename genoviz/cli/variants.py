"""The command `genoviz variants`: effects of one variant, or of a whole file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import as_file, bad_input_exits, moving, say
from genoviz.cli.receipts import ReceiptFile, write_receipt
from genoviz.effects.file_chunks import BATCH
from genoviz.errors import BadInput
from genoviz.files.tsv import tsv
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance

if TYPE_CHECKING:
    from genoviz.models.card import ModelCard


def variants(
    model: Annotated[str, typer.Argument(help="Name of a model, see `genoviz models`.", metavar="MODEL")],
    genome: Annotated[str, typer.Option(help="Name of a genome (see `genoviz genome list`), or a FASTA file.")],
    vcf: Annotated[
        Path | None, typer.Option(help="VCF or TSV, also compressed; `-` for standard input.", metavar="IN")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Result: .vcf, .tsv (.gz: compressed) or .parquet. An interrupted run is continued."),
    ] = None,
    variant: Annotated[
        str | None, typer.Option(help="One variant instead of a file, such as `chr8-140300616-T-G`.")
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            "-t",
            help="TRACK or OUTPUT:TRACK, with optional [START-END], /mean, @logit, @value. Several give more columns.",
        ),
    ] = None,
    scorer: Annotated[
        list[str] | None,
        typer.Option(
            help="`splice`, `usage`, `counts`, `profile`, `likelihood`, `difference` or `agreement`; what suits the model if left out. "
            "Several give more columns."
        ),
    ] = None,
    strand: Annotated[
        str,
        typer.Option(
            help="Strand that the model reads 5' to 3': `+` or `-`. Else plus, or that of each gene for splicing."
        ),
    ] = "",
    distance: Annotated[int, typer.Option(help="Splice models: bases to scan on either side of a variant.")] = 50,
    masked: Annotated[
        bool, typer.Option("--masked", help="Splice models: gains at annotated sites and losses elsewhere count as 0.")
    ] = False,
    genes: Annotated[
        Path | None, typer.Option(help="Splice models: gene models, where those of the genome are not meant.")
    ] = None,
    assembly: Annotated[str, typer.Option(help="Build of a genome given as a file, such as hg38; never guessed.")] = "",
    engine: Annotated[
        str, typer.Option(help="`local`, or `ray` for a cluster (`pip install genoviz[ray]`).")
    ] = "local",
    workers: Annotated[int, typer.Option(help="Processes of the local engine, each on one core.")] = 1,
    batch: Annotated[int, typer.Option(help="Sequences per forward pass.")] = BATCH,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever an interrupted run left.")] = False,
    receipt: ReceiptFile = None,
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of text, with --variant.")] = False,
) -> None:
    """Score variants: what suits the model, such as splice sites gained and lost, or the difference of both alleles."""
    from genoviz.cli.splice import one_variant
    from genoviz.effects.batch import score_file
    from genoviz.effects.scorers import ScoreOptions, scores_genes, scores_of
    from genoviz.models.target import Target
    from genoviz.splicing.tables import SpliceOptions

    try:
        with bad_input_exits():
            card = get_card(model)
            splice = SpliceOptions(distance, masked, False, strand)
            if receipt is not None and variant is None:
                raise BadInput(
                    "A receipt was asked for of a file.",
                    "The scores of one --variant have a receipt.",
                    "Leave --receipt out.",
                )
            if variant is not None and vcf is None and out is None:
                scores_of(card, scorer or (), ScoreOptions())
                if len(target or ()) > 1 or set(scorer or ()) - {"difference", "splice", "usage"}:
                    raise BadInput(
                        "Several targets, or a scorer of files, were named with --variant.",
                        "One variant is compared on one --target, or scored with `splice` or `usage`.",
                        "Put the variant into a file, for --vcf.",
                    )
                if scores_genes(card, scorer or ()):
                    one_variant(card, variant, genome, genes, splice, assembly=assembly, as_json=json_, receipt=receipt)
                else:
                    chosen = target[0] if target else None
                    _score_one(
                        card,
                        variant,
                        genome,
                        assembly=assembly,
                        target=chosen,
                        strand=strand,
                        as_json=json_,
                        receipt=receipt,
                    )
                return
            if variant is not None or vcf is None or out is None:
                raise BadInput(
                    "It is not clear what to score.",
                    "A file takes --vcf IN and --out OUT; one variant takes --variant.",
                    f"For example `genoviz variants {model} --genome hg38 --vcf in.vcf.gz --out out.vcf.gz`.",
                )
            with as_file(vcf, out) as source:
                totals = score_file(
                    model,
                    source,
                    genome,
                    out,
                    assembly=assembly,
                    target=[Target.parse(text, card) for text in target or ()],
                    strand=strand,
                    scorers=scorer or (),
                    splice=splice,
                    genes=genes,
                    batch=batch,
                    engine=engine,
                    workers=workers,
                    restart=restart,
                    progress=moving(),
                    say=say,
                )
    except KeyboardInterrupt as stop:
        say(f"\nStopped. What is done is kept in `{out}.part`; the same command goes on from there.")
        raise typer.Exit(130) from stop
    say(f"{totals}.")


def _score_one(
    card: ModelCard,
    text: str,
    genome: str,
    *,
    assembly: str,
    target: str | None,
    strand: str,
    as_json: bool,
    receipt: Path | None,
) -> None:
    """Print the effect of one variant in any spelling; sentences go to standard error."""
    from genoviz.consequences.judged import in_words
    from genoviz.effects.effect import variant_effect
    from genoviz.effects.tables import effect_record, effect_row
    from genoviz.genomes.registry import open_genome
    from genoviz.isoforms.reading import resolver_for
    from genoviz.models.load import load_model
    from genoviz.models.target import Target
    from genoviz.variants.check import read_variant

    reference = open_genome(genome, assembly=assembly)
    checked = read_variant(text, reference, resolver=resolver_for(text, genome))
    chosen = Target.parse(target, card) if target else Target.default(card)
    strand = strand or "+"
    effect = variant_effect(load_model(card.name), checked.usable(), reference, chosen, strand=strand)
    notices = (*checked.notices, *effect.notices)
    if receipt is not None:
        from genoviz.receipts.made import variant_receipt

        write_receipt(receipt, variant_receipt(card, effect, genome=genome))
    if as_json:
        record = effect_record(card, effect, genome=reference.title, notices=notices)
        typer.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    words = in_words(str(effect.windows.variant), effect.consequences)
    agreed = effect.agreement.sentence
    for sentence in (effect.sentence, *filter(None, (agreed, f"{words}." if words else "")), *notices):
        say(sentence)
    header = provenance(
        card,
        variant=effect.windows.variant,
        genome=reference.title,
        assembly=effect.windows.locus.assembly or "not named",
        target=chosen.resolved(card),
        strand=strand,
    )
    typer.echo(tsv([effect_row(effect)], header), nl=False)
