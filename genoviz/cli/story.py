"""The commands `genoviz story ...`: one HTML file about a sequence, a variant or a comparison."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from genoviz.cli.common import (
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    TargetText,
    at_work,
    only_one,
    percentage,
    read_fitted,
    read_records,
    say,
    target_of,
    write_file,
)
from genoviz.errors import BadInput
from genoviz.models.catalogue import get_card

app = typer.Typer(
    help="Write one HTML file with pictures to zoom into, tables, limits and receipts; it needs no network.",
    no_args_is_help=True,
)

Out = Annotated[Path, typer.Option("--out", "-o", help="File to write, such as `story.html`.")]
Method = Annotated[str | None, typer.Option("--method", "-m", help="Attribution method; the usual one without it.")]
Methods = Annotated[
    list[str] | None, typer.Option("--method", "-m", help="Attribution method; may be given several times.")
]


@app.command()
def sequence(
    model: ModelName,
    out: Out,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    method: Method = None,
    mutate: Annotated[bool, typer.Option("--mutate", help="With the mutation map.")] = False,
    check: Annotated[bool, typer.Option("--check", help="With the checks of the explanation.")] = False,
    fit: Fit = "exact",
) -> None:
    """What a model says about a sequence, and which bases made it say so."""
    with at_work():
        card = get_card(model)
        fitted = only_one(read_fitted(sequence, fasta, card, fit))
        from genoviz.attribute.attribution import attribute
        from genoviz.attribute.methods import default_method
        from genoviz.models.load import load_model
        from genoviz.mutagenesis.saturation import saturate
        from genoviz.predict.prediction import predict
        from genoviz.report.stories import view_story
        from genoviz.trust.report import assess_explanation, check_short

        if check:
            check_short(card)
        loaded, read, chosen = load_model(model), fitted.sequence, target_of(target, card)
        prediction = predict(loaded, read)[0]
        result = attribute(loaded, read, chosen, method or default_method(card), progress=percentage("explaining"))
        mutations = saturate(loaded, read, chosen, progress=percentage("mutating")) if mutate else None
        trusted = assess_explanation(loaded, result, progress=percentage("checking")) if check else None
        told = view_story(card, read, prediction, result, mutations, trusted, fitted=fitted, made=_today())
        _write(out, told)


@app.command()
def variant(
    model: ModelName,
    variant: Annotated[str, typer.Argument(help="Such as `chr8-140300616-T-G`.", metavar="VARIANT")],
    out: Out,
    genome: Annotated[str, typer.Option(help="Name of a genome (see `genoviz genome list`), or a FASTA file.")],
    target: TargetText = None,
    strand: Annotated[str, typer.Option(help="Strand that the model reads 5' to 3': `+` or `-`.")] = "+",
    assembly: Annotated[str, typer.Option(help="Build of a genome given as a file; never guessed.")] = "",
    method: Method = None,
) -> None:
    """What a model says about both alleles of a variant, and which bases made it say so."""
    with at_work():
        card = get_card(model)
        from genoviz.attribute.attribution import attribute
        from genoviz.attribute.methods import METHODS, default_method
        from genoviz.effects.effect import variant_effect
        from genoviz.genomes.registry import open_genome
        from genoviz.isoforms.reading import resolver_for
        from genoviz.models.load import load_model
        from genoviz.models.size import is_long
        from genoviz.report.stories import variant_story
        from genoviz.variants.check import read_variant

        chosen, loaded = target_of(target, card), load_model(model)
        with open_genome(genome, assembly=assembly) as reference:
            checked = read_variant(variant, reference, resolver=resolver_for(variant, genome))
            effect = variant_effect(loaded, checked.usable(), reference, chosen, strand=strand)
        explained = None
        if not is_long(card):
            windows, name = effect.windows, method or default_method(card)
            shuffled = METHODS[name].baseline == "dinucleotide" if name in METHODS else False
            other = windows.reference if shuffled else None  # both alleles are compared with the same references
            explained = (
                attribute(loaded, windows.reference, chosen, name, other=other),
                attribute(loaded, windows.alternate, chosen, name, other=other),
            )
        _write(
            out,
            variant_story(card, effect, genome=genome, explained=explained, place=checked.notices, made=_today()),
        )


@app.command()
def comparison(
    models: Annotated[list[str], typer.Argument(help="Names of models.")],
    out: Out,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    method: Methods = None,
) -> None:
    """Explanations of one sequence by several methods or models, each on one axis, and what they agree on."""
    with at_work():
        records = read_records(sequence, fasta)
        if len(records) != 1:
            raise BadInput(f"{len(records):,} sequences were given.", "One is compared.", "Give the one that is meant.")
        from genoviz.compare.comparison import compare
        from genoviz.compare.contested import contested
        from genoviz.models.load import load_model
        from genoviz.report.stories import comparison_story

        loaded = [load_model(name) for name in models]
        found = compare(loaded, records[0], None, method, progress=percentage("explaining"))
        _write(out, comparison_story(found, contested(found), made=_today()))


def _today() -> date:
    return datetime.now().date()


def _write(out: Path, text: str) -> None:
    write_file(out, text)
    say(f"Story: {out} ({len(text.encode()) / 1e6:.1f} MB). It opens in a browser, without a network.")
