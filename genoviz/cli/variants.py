"""The command `genoviz variants`: effects of one variant, or of a whole file."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import bad_input_exits, say
from genoviz.effects.batch import Pace
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
    vcf: Annotated[Path | None, typer.Option(help="VCF or TSV, also compressed.", metavar="IN")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Result: .vcf or .tsv, with .gz compressed. An interrupted run is continued.")
    ] = None,
    variant: Annotated[
        str | None, typer.Option(help="One variant instead of a file, such as `chr8-140300616-T-G`.")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", help="TRACK or OUTPUT:TRACK, with optional [START-END], /mean, @logit, @value."),
    ] = None,
    strand: Annotated[str, typer.Option(help="Strand that the model reads 5' to 3': `+` or `-`.")] = "+",
    assembly: Annotated[str, typer.Option(help="Build of a genome given as a file, such as hg38; never guessed.")] = "",
    engine: Annotated[
        str, typer.Option(help="`local`, or `ray` for a cluster (`pip install genoviz[ray]`).")
    ] = "local",
    workers: Annotated[int, typer.Option(help="Processes of the local engine, each on one core.")] = 1,
    batch: Annotated[int, typer.Option(help="Sequences per forward pass.")] = BATCH,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever an interrupted run left.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of text, with --variant.")] = False,
) -> None:
    """Score variants: the model's number for the alternate allele minus that for the reference allele."""
    try:
        with bad_input_exits():
            card = get_card(model)
            if variant is not None and vcf is None and out is None:
                _score_one(card, variant, genome, assembly=assembly, target=target, strand=strand, as_json=json_)
                return
            if variant is not None or vcf is None or out is None:
                raise BadInput(
                    "It is not clear what to score.",
                    "A file takes --vcf IN and --out OUT; one variant takes --variant.",
                    f"For example `genoviz variants {model} --genome hg38 --vcf in.vcf.gz --out out.vcf.gz`.",
                )
            from genoviz.effects.batch import score_file
            from genoviz.models.target import Target

            totals = score_file(
                model,
                vcf,
                genome,
                out,
                assembly=assembly,
                target=Target.parse(target, card) if target else None,
                strand=strand,
                batch=batch,
                engine=engine,
                workers=workers,
                restart=restart,
                progress=_progress(),
                say=say,
            )
    except KeyboardInterrupt as stop:
        say(f"\nStopped. What is done is kept in `{out}.part`; the same command goes on from there.")
        raise typer.Exit(130) from stop
    say(f"{totals}.")


def _score_one(
    card: ModelCard, text: str, genome: str, *, assembly: str, target: str | None, strand: str, as_json: bool
) -> None:
    """Print the effect of one variant in any spelling; sentences go to standard error."""
    from genoviz.consequences.judged import in_words
    from genoviz.effects.effect import variant_effect
    from genoviz.effects.tables import effect_record, effect_row
    from genoviz.genomes.registry import open_genome
    from genoviz.models.load import load_model
    from genoviz.models.target import Target
    from genoviz.transcripts.reading import resolver_for
    from genoviz.variants.check import read_variant

    reference = open_genome(genome, assembly=assembly)
    checked = read_variant(text, reference, resolver=resolver_for(text, genome))
    chosen = Target.parse(target, card) if target else Target.default(card)
    effect = variant_effect(load_model(card.name), checked.usable(), reference, chosen, strand=strand)
    notices = (*checked.notices, *effect.notices)
    if as_json:
        record = effect_record(card, effect, genome=reference.title, notices=notices)
        typer.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    words = in_words(str(effect.windows.variant), effect.consequences)
    for sentence in (effect.sentence, *([f"{words}."] if words else []), *notices):
        say(sentence)
    header = provenance(
        card,
        genome=reference.title,
        assembly=effect.windows.locus.assembly or "not named",
        target=chosen.resolved(card),
        strand=strand,
    )
    typer.echo(tsv([effect_row(effect)], header), nl=False)


def _progress() -> Callable[[Pace], None] | None:
    """Share, records and pace on standard error while that is a terminal, a few times a second."""
    if not sys.stderr.isatty():
        return None
    last = 0.0

    def show(pace: Pace) -> None:
        nonlocal last
        if time.monotonic() - last < 0.2 and pace.share < 1:
            return
        last = time.monotonic()
        text = f"{100 * pace.share:3.0f} %, {pace.totals.records:,} records, {pace.per_second:,.0f} per second"
        sys.stderr.write(f"\r{text:<70}")
        sys.stderr.flush()

    return show
