"""The command line: the same verbs and numbers as the pages and the Python functions.

Results go to standard output (TSV, or JSON with `--json`), messages to standard error. Exit codes: 0 done, 1 a check
failed, 2 bad input.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.attribute.tables import attribution_provenance, attribution_record, attribution_table
from genoviz.cli.agents import mcp, skill
from genoviz.cli.ask import ask
from genoviz.cli.atlas import atlas
from genoviz.cli.common import (
    AsJson,
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    TargetText,
    TrackFile,
    WithoutAnswer,
    bad_input_exits,
    percentage,
    print_json,
    print_tsv,
    read_fitted,
    say,
    target_of,
    write_track,
)
from genoviz.cli.compare import app as compare_app
from genoviz.cli.design import design
from genoviz.cli.discover import discover, filters
from genoviz.cli.doctor import doctor
from genoviz.cli.embedding import map_, probe
from genoviz.cli.genome import app as genome_app
from genoviz.cli.grammar import app as grammar_app
from genoviz.cli.grammar import epistasis
from genoviz.cli.guesses import guesses
from genoviz.cli.language import attention, dependency, expect, infill
from genoviz.cli.latent import denoise, dimensions, reconstruct, walk
from genoviz.cli.lesson import app as lesson_app
from genoviz.cli.measured import app as measured_app
from genoviz.cli.models import check_model, evaluate, fetch, models, null_band, train
from genoviz.cli.motifs import app as motifs_app
from genoviz.cli.receipts import ReceiptFile, check_one, verify, write_receipt
from genoviz.cli.sandbox import sandbox
from genoviz.cli.serve import run
from genoviz.cli.splice import splice
from genoviz.cli.story import app as story_app
from genoviz.cli.trust import trust
from genoviz.cli.units import units
from genoviz.cli.variants import variants
from genoviz.cli.verdict import verdict
from genoviz.cli.weights_files import kmer_effect, tensors
from genoviz.consequences.splicing_signals import sites_along
from genoviz.errors import BadInput, UnknownName
from genoviz.files.tsv import tsv
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance
from genoviz.mutagenesis.tables import consequences_of, mutagenesis_provenance, mutagenesis_record, mutagenesis_table
from genoviz.predict.tables import (
    embedding_record,
    embedding_table,
    prediction_record,
    prediction_table,
    reading,
    sample_record,
)
from genoviz.report.browser_tracks import attribution_track, mutation_track
from genoviz.sequences.sequence import Sequence
from genoviz.version import __version__

if TYPE_CHECKING:
    from genoviz.models.card import ModelCard
    from genoviz.predict.agreement import MemberNumbers

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(genome_app, name="genome")
app.add_typer(motifs_app, name="motifs")
app.add_typer(grammar_app, name="grammar")
app.add_typer(compare_app, name="compare")
app.add_typer(measured_app, name="measured")
app.add_typer(story_app, name="story")
app.add_typer(lesson_app, name="lesson")


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"genoviz {__version__}")
        raise typer.Exit


@app.callback()
def every_command(
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and stop.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Explore deep-learning models of the genome: predict, explain, mutate."""


app.command()(models)
app.command()(ask)
app.command()(verdict)


@app.command()
def predict(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    output: Annotated[str | None, typer.Option(help="Only this output.")] = None,
    scale: Annotated[str, typer.Option(help="`value` (after the output's activation) or `logit`.")] = "value",
    fit: Fit = "exact",
    members: Annotated[
        bool,
        typer.Option("--members", help="Also say what each network, or fold, of a model says that averages several."),
    ] = False,
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Predict all outputs for one or more sequences."""
    with bad_input_exits():
        card = get_card(model)
        if output is not None:
            card.output(output)
        if scale not in ("value", "logit"):
            raise UnknownName.among("scale", scale, ("value", "logit"))
        fitted = read_fitted(sequence, fasta, card, fit)
        from genoviz.models.load import load_model
        from genoviz.predict.prediction import predict as run

        left_out = WithoutAnswer(fitted)
        results = run(
            load_model(model),
            [f.sequence for f in fitted],
            scale=scale,
            outputs=None if output is None else [output],
            left_out=left_out,
            progress=percentage("predicting"),
        )
        fitted = left_out.rest()
        sequences = [f.sequence for f in fitted]
        if receipt is not None:
            from genoviz.receipts.made import prediction_receipt

            write_receipt(receipt, prediction_receipt(card, sequences, results, scale=scale))
        each = _member_numbers(card, sequences) if members else []
    for sequence_, one in zip(sequences, each, strict=False):
        say(f"{sequence_.name or 'sequence'}: {one.sentence}")
    if json_:
        record = prediction_record(card, sequences, results, fitted)
        for row, one in zip(record["records"], each, strict=False):
            row["members"] = {"called": one.word, "numbers": list(one.numbers), "unit": one.unit}
        print_json(record)
    else:
        typer.echo(tsv(prediction_table(sequences, results, card), provenance(card, scale=scale)), nl=False)


def _member_numbers(card: ModelCard, sequences: list[Sequence]) -> list[MemberNumbers]:
    """What each network says of each sequence, on the model's first track."""
    from genoviz.models.load import load_model
    from genoviz.models.target import Target
    from genoviz.predict.agreement import member_numbers

    if card.members < 2:
        raise BadInput(
            f"--members was given, but `{card.name}` is a single network.",
            "Models that average several networks have members, see `genoviz models`.",
            "Leave --members out.",
        )
    return [member_numbers(load_model(card.name), sequence, Target.default(card)) for sequence in sequences]


@app.command()
def attribute(
    model: ModelName,
    method: Annotated[
        str, typer.Option("--method", "-m", help="Attribution method; an unknown one lists all.")
    ] = "deepliftshap",
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    baseline: Annotated[str | None, typer.Option(help="What to compare with; an unknown one lists all.")] = None,
    references: Annotated[int, typer.Option(help="Number of shuffled references.")] = 20,
    reference: Annotated[str | None, typer.Option(help="Bases to compare with, for `--baseline sequence`.")] = None,
    samples: Annotated[int, typer.Option(help="Draws of gradientshap, noisy copies of smoothgrad.")] = 400,
    noise: Annotated[float, typer.Option(help="Standard deviation of smoothgrad's noise.")] = 0.1,
    occlude: Annotated[int, typer.Option(help="Bases that occlusion blanks out at once.")] = 1,
    seed: Annotated[int, typer.Option(help="For references and random methods.")] = 0,
    check: Annotated[
        bool, typer.Option("--check", help="Also check whether the scores can be trusted, as `genoviz trust` does.")
    ] = False,
    track: TrackFile = None,
    fit: Fit = "exact",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Score the bases by what they contribute. Several sequences give one JSON object a line, or tables in a row."""
    with bad_input_exits():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit, located=track is not None)
        other = Sequence.read(reference) if reference else None
        check_one(receipt, fitted)
        from genoviz.attribute.attribution import attribute as run
        from genoviz.models.load import load_model
        from genoviz.predict.prediction import predict as run_predict
        from genoviz.receipts.made import attribution_receipt
        from genoviz.trust.report import assess_explanation, check_short
        from genoviz.trust.tables import NOT_CHECKED, checks_record, trust_header

        chosen = target_of(target, card)
        if check:
            check_short(card)
        loaded = load_model(model)
        left_out = WithoutAnswer(fitted)
        for number, read in enumerate(fitted):
            one = read.sequence
            with left_out.one(number):
                result = run(
                    loaded,
                    one,
                    chosen,
                    method,
                    baseline=baseline,
                    references=references,
                    other=other,
                    samples=samples,
                    noise=noise,
                    window=occlude,
                    seed=seed,
                    progress=percentage(method),
                )
                predicted = run_predict(loaded, one)[0] if json_ or sites_along(card) else {}
                report = assess_explanation(loaded, result, progress=percentage("checking")) if check else None
                for notice in (*result.notices, *([report.sentence] if report else [])):
                    say(f"{one.name or 'sequence'}: {notice}")
                write_track(track, partial(attribution_track, card, result), len(fitted))
                if receipt is not None:
                    write_receipt(receipt, attribution_receipt(card, result))
                if json_:
                    print_json(attribution_record(card, predicted, result, read) | checks_record(report))
                else:
                    header = attribution_provenance(card, result) | reading(read)
                    print_tsv(attribution_table(result), header | (trust_header(report) or {"trust": NOT_CHECKED}))


@app.command()
def mutate(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    window: Annotated[str | None, typer.Option(help="Only these positions, START-END (from 1, both included).")] = None,
    indels: Annotated[bool, typer.Option(help="Also 1-bp deletions and insertions.")] = False,
    track: TrackFile = None,
    fit: Fit = "exact",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Compute the mutation map: every base changed to every other. Several sequences as in `attribute`."""
    with bad_input_exits():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit, located=track is not None)
        check_one(receipt, fitted)
        from genoviz.models.load import load_model
        from genoviz.mutagenesis.saturation import parse_window, saturate
        from genoviz.predict.prediction import predict as run_predict
        from genoviz.receipts.made import mutagenesis_receipt

        bounds = parse_window(window)
        chosen = target_of(target, card)
        loaded = load_model(model)
        left_out = WithoutAnswer(fitted)
        for number, read in enumerate(fitted):
            one = read.sequence
            with left_out.one(number):
                result = saturate(loaded, one, chosen, window=bounds, indels=indels, progress=percentage("mutating"))
                predicted = run_predict(loaded, one)[0] if json_ or sites_along(card) else {}
                for notice in result.notices:
                    say(f"{one.name or 'sequence'}: {notice}")
                write_track(track, partial(mutation_track, card, result), len(fitted))
                if receipt is not None:
                    write_receipt(receipt, mutagenesis_receipt(card, result))
                if json_:
                    print_json(mutagenesis_record(card, predicted, result, read))
                else:
                    rows = mutagenesis_table(result, consequences_of(card, result, predicted))
                    print_tsv(rows, mutagenesis_provenance(card, result) | reading(read))


app.command()(trust)
app.command()(epistasis)
app.command()(dependency)
app.command()(attention)
app.command()(infill)
app.command()(design)
app.command()(discover)
app.command()(filters)
app.command()(units)
app.command()(variants)
app.command()(sandbox)
app.command()(guesses)
app.command()(verify)


@app.command()
def sample(
    model: ModelName,
    count: Annotated[int, typer.Option(help="How many sequences.")] = 10,
    seed: Annotated[int, typer.Option(help="Same seed, same sequences.")] = 0,
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of FASTA.")] = False,
) -> None:
    """Draw new sequences from a model that can, such as an autoencoder or a language model."""
    with bad_input_exits():
        card = get_card(model)
        from genoviz.models.load import load_model
        from genoviz.predict.sample import sample as run

        drawn = run(load_model(model), count, seed=seed)
    if json_:
        print_json(sample_record(card, drawn, seed))
    else:
        typer.echo("".join(sequence.fasta() for sequence in drawn), nl=False)


@app.command()
def embed(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Turn sequences into vectors with a model that can, such as an autoencoder or a language model."""
    with bad_input_exits():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        from genoviz.models.load import load_model
        from genoviz.predict.embed import embed as run

        left_out = WithoutAnswer(fitted)
        vectors = run(
            load_model(model), [f.sequence for f in fitted], left_out=left_out, progress=percentage("embedding")
        )
        fitted = left_out.rest()
        sequences = [f.sequence for f in fitted]
    if json_:
        print_json(embedding_record(card, sequences, vectors, fitted))
    else:
        typer.echo(tsv(embedding_table(sequences, vectors), provenance(card)), nl=False)


app.command()(expect)
app.command("map")(map_)
app.command()(probe)
app.command()(walk)
app.command()(dimensions)
app.command()(denoise)
app.command()(reconstruct)
app.command()(splice)
app.command()(fetch)
app.command()(atlas)
app.command()(tensors)
app.command("kmer-effect")(kmer_effect)
app.command()(train)
app.command()(evaluate)
app.command("check-model")(check_model)
app.command("null-band")(null_band)
app.command()(doctor)
app.command()(mcp)
app.command()(skill)


app.command()(run)


def main() -> None:
    """Entry point of the `genoviz` command."""
    app()


if __name__ == "__main__":
    main()
