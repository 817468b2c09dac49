"""The commands `genoviz grammar ...`: what sites do alone and together; and `genoviz epistasis`, the same for base
changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.backgrounds import Around, Count, Gc, GenomeName, Seed, Shuffled, ShuffledFile
from genoviz.cli.common import (
    AsJson,
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    TargetText,
    about_sequence,
    at_work,
    percentage,
    print_json,
    print_tsv,
    read_fitted,
    say,
    target_of,
)
from genoviz.grammar.options import (
    BACKGROUNDS,
    BETWEEN,
    GC,
    MAX_COPIES,
    MAX_GAP,
    SHUFFLES,
    room_for,
    usual_step,
)
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.predict.tables import reading

if TYPE_CHECKING:
    from genoviz.attribute.explained import Explained
    from genoviz.grammar.backgrounds import Backgrounds
    from genoviz.grammar.tables import Grammar
    from genoviz.models.base import Model
    from genoviz.models.target import Target
    from genoviz.sequences.sequence import Fitted, Sequence

app = typer.Typer(help="Measure what sites do alone and together, written into many backgrounds.", no_args_is_help=True)

SITE = "Bases (N keeps the background's), a known site such as ETS, or a motif such as CTCF or MA0139."
Site = Annotated[str, typer.Argument(help=SITE, metavar="SITE")]
Strand = Annotated[str, typer.Option(help="Strand on which the site is written: `+` or `-`.")]
Of = Annotated[
    str | None,
    typer.Option(
        help="Measure scores of bases (from 1) instead of the prediction: METHOD[START-END], such as deepliftshap[41-52]."
    ),
]
First = Annotated[int | None, typer.Option("--position", help="First base of the site (from 1); else in the middle.")]


@app.command()
def marginalise(
    model: ModelName,
    site: Site,
    target: TargetText = None,
    position: First = None,
    strand: Strand = "+",
    backgrounds: Count = BACKGROUNDS,
    gc: Gc = 100 * GC,
    sequence: Shuffled = None,
    fasta: ShuffledFile = None,
    fit: Fit = "exact",
    genome: GenomeName = None,
    seed: Seed = 0,
    of: Of = None,
    json_: AsJson = False,
) -> None:
    """Write a site into backgrounds at one place: its effect with an interval."""

    def work(loaded: Model, chosen: Target, one: Sequence, around: Backgrounds) -> Grammar:
        from genoviz.grammar.placements import marginalise as run

        at = None if position is None else position - 1
        return run(
            loaded, chosen, one, around, position=at, strand=strand, of=_explained(of, loaded), progress=percentage("predicting")
        )  # fmt: skip

    _with_one(model, site, target, Around(backgrounds, gc, sequence, fasta, fit, genome, seed), json_, work)


@app.command()
def slide(
    model: ModelName,
    site: Site,
    target: TargetText = None,
    window: Annotated[str | None, typer.Option(help="Only inside these bases, START-END (from 1).")] = None,
    step: Annotated[
        int | None, typer.Option(help="By how many bases it moves; 1 for up to 200 bases, else so that there are 200.")
    ] = None,
    backgrounds: Count = BACKGROUNDS,
    gc: Gc = 100 * GC,
    sequence: Shuffled = None,
    fasta: ShuffledFile = None,
    fit: Fit = "exact",
    genome: GenomeName = None,
    seed: Seed = 0,
    of: Of = None,
    json_: AsJson = False,
) -> None:
    """Move a site along the backgrounds, on both strands."""

    def work(loaded: Model, chosen: Target, one: Sequence, around: Backgrounds) -> Grammar:
        from genoviz.grammar.placements import slide as run
        from genoviz.mutagenesis.saturation import parse_window

        start, end = parse_window(window) or (0, None)
        by = usual_step(loaded.card.length) if step is None else step
        return run(
            loaded, chosen, one, around, start=start, end=end, step=by, of=_explained(of, loaded),
            progress=percentage("sliding"),
        )  # fmt: skip

    _with_one(model, site, target, Around(backgrounds, gc, sequence, fasta, fit, genome, seed), json_, work)


@app.command()
def spacing(
    model: ModelName,
    site_a: Annotated[str, typer.Argument(help=f"The site that stays. {SITE}", metavar="SITE_A")],
    site_b: Annotated[str, typer.Argument(help="The site that moves.", metavar="SITE_B")],
    target: TargetText = None,
    position: First = None,
    strand: Strand = "+",
    max_gap: Annotated[int, typer.Option(help="Largest number of bases between the two.")] = MAX_GAP,
    step: Annotated[int, typer.Option(help="By how many bases they move apart.")] = 1,
    backgrounds: Count = BACKGROUNDS,
    gc: Gc = 100 * GC,
    sequence: Shuffled = None,
    fasta: ShuffledFile = None,
    fit: Fit = "exact",
    genome: GenomeName = None,
    seed: Seed = 0,
    of: Of = None,
    json_: AsJson = False,
) -> None:
    """Set a second site at every gap beside a first one, in both orders and orientations."""

    def work(loaded: Model, chosen: Target, one: Sequence, around: Backgrounds) -> Grammar:
        from genoviz.grammar.placements import spacing as run
        from genoviz.motifs.sites import read_site

        at = None if position is None else position - 1
        return run(
            loaded, chosen, one, read_site(site_b), around, position=at, strand=strand, max_gap=max_gap, step=step,
            of=_explained(of, loaded), progress=percentage("moving"),
        )  # fmt: skip

    _with_one(model, site_a, target, Around(backgrounds, gc, sequence, fasta, fit, genome, seed), json_, work)


@app.command()
def copies(
    model: ModelName,
    site: Site,
    target: TargetText = None,
    n: Annotated[
        int | None, typer.Option("--copies", "-n", help=f"Largest number of copies; {MAX_COPIES}, or as many as fit.")
    ] = None,
    gap: Annotated[int, typer.Option(help="Bases between neighbours.")] = BETWEEN,
    strand: Strand = "+",
    backgrounds: Count = BACKGROUNDS,
    gc: Gc = 100 * GC,
    sequence: Shuffled = None,
    fasta: ShuffledFile = None,
    fit: Fit = "exact",
    genome: GenomeName = None,
    seed: Seed = 0,
    of: Of = None,
    json_: AsJson = False,
) -> None:
    """Write one to many copies of a site beside each other."""

    def work(loaded: Model, chosen: Target, one: Sequence, around: Backgrounds) -> Grammar:
        from genoviz.grammar.placements import copies as run

        most = min(MAX_COPIES, room_for(one, loaded.card.length, gap)) if n is None else n
        return run(
            loaded, chosen, one, around, n=most, gap=gap, strand=strand, of=_explained(of, loaded),
            progress=percentage("copying"),
        )  # fmt: skip

    _with_one(model, site, target, Around(backgrounds, gc, sequence, fasta, fit, genome, seed), json_, work)


@app.command()
def dependence(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    blocks: Annotated[
        str | None,
        typer.Option(help="Such as `ETS 31-40, 63-72` (from 1); else the four that matter most in the mutation map."),
    ] = None,
    shuffles: Annotated[int, typer.Option(help="Shuffles of the sequence whose bases replace a block.")] = SHUFFLES,
    fit: Fit = "exact",
    seed: Annotated[int, typer.Option(help="Same seed, same shuffles.")] = 0,
    of: Of = None,
    json_: AsJson = False,
) -> None:
    """Take blocks of a sequence away, alone and in pairs: which need each other?"""

    def work(loaded: Model, chosen: Target, one: Sequence) -> Grammar:
        from genoviz.grammar.dependence import ablate_blocks, parse_blocks, usual_blocks
        from genoviz.mutagenesis.saturation import saturate

        found = parse_blocks(blocks) if blocks else usual_blocks(saturate(loaded, one, chosen).importance)
        progress, measured = percentage("taking blocks away"), _explained(of, loaded)
        return ablate_blocks(loaded, chosen, one, found, n=shuffles, seed=seed, of=measured, progress=progress)

    _with_sequences(model, sequence, fasta, fit, target, json_, work)


def epistasis(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    window: Annotated[
        str | None,
        typer.Option(help="START-END (from 1), up to 60 bases; else 30 around what matters most in the mutation map."),
    ] = None,
    fit: Fit = "exact",
    of: Of = None,
    json_: AsJson = False,
) -> None:
    """Change every pair of bases in a window: what do two changes do beyond the sum of both?"""

    def work(loaded: Model, chosen: Target, one: Sequence) -> Grammar:
        from genoviz.grammar.dependence import usual_window
        from genoviz.mutagenesis.epistasis import epistasis as run
        from genoviz.mutagenesis.saturation import parse_window, saturate

        bounds = parse_window(window) or usual_window(saturate(loaded, one, chosen).importance)
        return run(loaded, chosen, one, window=bounds, of=_explained(of, loaded), progress=percentage("mutating"))

    _with_sequences(model, sequence, fasta, fit, target, json_, work)


def _explained(text: str | None, model: Model) -> Explained | None:
    """The explanation that `--of` names."""
    if text is None:
        return None
    from genoviz.attribute.explained import Explained as Read

    return Read.parse(text, model.card)


def _with_one(
    model: str,
    site: str,
    target: str | None,
    around: Around,
    as_json: bool,
    work: Callable[[Model, Target, Sequence, Backgrounds], Grammar],
) -> None:
    """What a site does in backgrounds, printed."""
    with at_work():
        card = get_card(model)
        from genoviz.models.load import load_model
        from genoviz.motifs.sites import read_site

        one, chosen = read_site(site), target_of(target, card)
        backgrounds = around.make(card)
        _give(card, work(load_model(model), chosen, one, backgrounds), as_json)


def _with_sequences(
    model: str,
    sequence: str | None,
    fasta: Path | None,
    fit: str,
    target: str | None,
    as_json: bool,
    work: Callable[[Model, Target, Sequence], Grammar],
) -> None:
    """What the parts of each sequence do, printed one after the other."""
    with at_work():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        from genoviz.models.load import load_model

        chosen, loaded = target_of(target, card), load_model(model)
        for read in fitted:
            _give(card, work(loaded, chosen, read.sequence), as_json, read)


def _give(card: ModelCard, found: Grammar, as_json: bool, read: Fitted | None = None) -> None:
    """The result on standard output, its sentence on standard error."""
    from genoviz.grammar.tables import grammar_provenance, grammar_record, grammar_table

    say(found.sentence)
    if as_json:
        print_json(grammar_record(card, found, **(about_sequence(read) if read else {})))
    else:
        print_tsv(grammar_table(found), grammar_provenance(card, found) | reading(read))
