"""The commands about autoencoders: `genoviz walk`, `dimensions`, `denoise` and `reconstruct`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    WithoutAnswer,
    at_work,
    only_one,
    percentage,
    print_json,
    print_tsv,
    read_fitted,
    say,
)
from genoviz.cli.receipts import ReceiptFile, write_receipt
from genoviz.errors import BadInput
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card

if TYPE_CHECKING:
    from genoviz.latent.scorer import Scorer

ScorerName = Annotated[
    str,
    typer.Option(
        "--scorer", help="Supervised model that scores what is decoded, or `none`; the first that fits otherwise."
    ),
]
ScorerTarget = Annotated[str, typer.Option("--target", "-t", help="Number of the scorer, as in `genoviz attribute`.")]
Draws = Annotated[int, typer.Option(help="Sequences that are drawn at a point to be scored.")]
Seed = Annotated[int, typer.Option(help="Same seed, same draws.")]


def walk(
    model: ModelName,
    sequence: SequenceText = None,
    to: Annotated[str | None, typer.Option("--to", help="Bases of the other end, with --sequence.")] = None,
    fasta: FastaFile = None,
    steps: Annotated[int, typer.Option(help="Points of the walk, both ends included.")] = 9,
    scorer: ScorerName = "",
    target: ScorerTarget = "",
    draws: Draws = 50,
    seed: Seed = 0,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Walk from one sequence to another through an autoencoder's latent space: --sequence and --to, or a file with two."""
    with at_work():
        card = get_card(model)
        if (to is None) != (fasta is not None):
            raise BadInput(
                "It is not clear between what to walk.",
                "Both ends are given by --sequence and --to, or by --fasta FILE with two records.",
                f"For example `genoviz walk {card.name} --fasta two.fa`.",
            )
        ends = read_fitted(sequence, fasta, card, fit)
        if to is not None:
            ends += read_fitted(to, None, card, fit)
        if len(ends) != 2:
            raise BadInput(
                f"{len(ends):,} sequences were given.", "A walk has two ends.", "Give the two that are meant."
            )
        from genoviz.latent.tables import walk_provenance, walk_record, walk_table
        from genoviz.latent.walk import walk as run
        from genoviz.models.load import load_model

        found = run(
            load_model(model),
            ends[0].sequence,
            ends[1].sequence,
            steps=steps,
            scorer=_scorer(card, scorer, target),
            draws=draws,
            seed=seed,
            progress=percentage("scoring"),
        )
        say(found.sentence)
    if json_:
        print_json(walk_record(found))
    else:
        print_tsv(walk_table(found), walk_provenance(found))


def dimensions(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    reach: Annotated[float, typer.Option(help="How far to both sides, in standard deviations of the prior.")] = 2.0,
    scorer: ScorerName = "",
    target: ScorerTarget = "",
    draws: Draws = 50,
    seed: Seed = 0,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Say what each latent dimension changes, around a sequence or, without one, around the middle of the latent space."""
    with at_work():
        card = get_card(model)
        given = sequence is not None or fasta is not None
        around = only_one(read_fitted(sequence, fasta, card, fit)).sequence if given else None
        from genoviz.latent.dimensions import dimensions as run
        from genoviz.latent.tables import dimension_provenance, dimension_record, dimension_table
        from genoviz.models.load import load_model

        chosen = _scorer(card, scorer, target)
        progress = percentage("scoring")
        found = run(load_model(model), around, reach=reach, scorer=chosen, draws=draws, seed=seed, progress=progress)
        say(found.sentence)
    if json_:
        print_json(dimension_record(found))
    else:
        print_tsv(dimension_table(found), dimension_provenance(found))


def denoise(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    share: Annotated[float, typer.Option(help="Share of the bases that are corrupted.")] = 0.1,
    kind: Annotated[str, typer.Option(help="`hide` (turned into N) or `change` (to another base).")] = "hide",
    trials: Annotated[int, typer.Option(help="Copies, each with errors at other places.")] = 20,
    scorer: ScorerName = "",
    target: ScorerTarget = "",
    seed: Annotated[int, typer.Option(help="Same seed, same errors.")] = 0,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Corrupt a sequence, send it through an autoencoder, and count which bases come back."""
    with at_work():
        card = get_card(model)
        one = only_one(read_fitted(sequence, fasta, card, fit)).sequence
        from genoviz.latent.denoise import denoise as run
        from genoviz.latent.tables import denoised_provenance, denoised_record, denoised_table
        from genoviz.models.load import load_model

        chosen = _scorer(card, scorer, target)
        found = run(load_model(model), one, share=share, kind=kind, trials=trials, seed=seed, scorer=chosen)
        say(found.sentence)
    if json_:
        print_json(denoised_record(found))
    else:
        print_tsv(denoised_table(found), denoised_provenance(found))


def reconstruct(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    fit: Fit = "exact",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Say how well an autoencoder gives sequences back: an error larger than that of nearly all held-out ones is unusual."""
    with at_work():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        from genoviz.latent.reconstruction import reconstruct as run
        from genoviz.latent.tables import reconstruction_provenance, reconstruction_record, reconstruction_table
        from genoviz.models.load import load_model

        left_out = WithoutAnswer(fitted)
        records = [one.sequence for one in fitted]
        found = run(load_model(model), records, left_out=left_out, progress=percentage("reconstructing"))
        if len(found) == 1:
            say(found[0].sentence)
        if receipt is not None:
            from genoviz.receipts.latent import reconstruction_receipt

            write_receipt(receipt, reconstruction_receipt(card, found))
    if json_:
        print_json(reconstruction_record(card, found))
    else:
        print_tsv(reconstruction_table(found), reconstruction_provenance(card))


def _scorer(card: ModelCard, name: str, target: str) -> Scorer | None:
    """The supervised model of the options; that there is none is said."""
    from genoviz.latent.scorer import NONE, scorer_for

    found = scorer_for(card, name, target)
    if found is None and name != NONE:
        say(
            f"No supervised model of {card.organism or 'this organism'} reads {card.length:,} bases: nothing is scored."
        )
    return found
