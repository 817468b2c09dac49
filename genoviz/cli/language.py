"""The commands `genoviz expect`, `dependency`, `attention` and `infill`: what a language model expects, takes together, reads, writes."""

from __future__ import annotations

from typing import Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    TargetText,
    WithoutAnswer,
    about_sequence,
    at_work,
    bad_input_exits,
    percentage,
    print_json,
    print_tsv,
    read_fitted,
    say,
    target_of,
)
from genoviz.cli.receipts import ReceiptFile, check_one, write_receipt
from genoviz.dependency.options import MAX_PAIRS, MAX_WINDOW, usual_window
from genoviz.errors import BadInput
from genoviz.language.options import DRAWN, MAX_DRAWN, TEMPERATURE
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance
from genoviz.predict.tables import expectation_record, expectation_table, reading


def expect(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            help="Score this substitution instead, such as C105A: its log-likelihood ratio. May be given again."
        ),
    ] = None,
    fit: Fit = "exact",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Say which bases a language model expects at each position. Several sequences as in `attribute`."""
    with bad_input_exits():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        check_one(receipt, fitted)
        if change and receipt is not None:
            raise BadInput(
                "--receipt was given with --change.",
                "A receipt is about what is expected along a sequence.",
                "Leave one of them out.",
            )
        from genoviz.language.ratio import likelihood_ratio, parse_change
        from genoviz.language.tables import ratio_provenance, ratio_record, ratio_table
        from genoviz.models.load import load_model
        from genoviz.predict.expectation import expect as run

        loaded = load_model(model)
        left_out = WithoutAnswer(fitted)
        for number, read in enumerate(fitted):
            with left_out.one(number):
                if change:
                    places = [parse_change(text, read.sequence) for text in change]
                    ratios = [likelihood_ratio(loaded, read.sequence, *place) for place in places]
                    if json_:
                        print_json(ratio_record(card, read.sequence, ratios, **about_sequence(read)))
                    else:
                        print_tsv(ratio_table(ratios), ratio_provenance(card, read.sequence, ratios) | reading(read))
                    continue
                result = run(loaded, read.sequence)
                if receipt is not None:
                    from genoviz.receipts.language import expectation_receipt

                    write_receipt(receipt, expectation_receipt(card, result))
                if json_:
                    print_json(expectation_record(card, result) | reading(read))
                else:
                    print_tsv(expectation_table(result), provenance(card) | reading(read))


def dependency(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    window: Annotated[
        str | None,
        typer.Option(
            help=f"START-END (from 1), up to {MAX_WINDOW} bases of a language model and {MAX_PAIRS} of another one; else all "
            "that fit, or the middle."
        ),
    ] = None,
    fit: Fit = "exact",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Change every base of a window: how far does what the model expects elsewhere depend on it?

    For a model that was trained on labels: the largest effect of two changes beyond the sum of both.
    """
    with at_work():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        check_one(receipt, fitted)
        from genoviz.dependency.dependency_map import dependency as run
        from genoviz.dependency.tables import dependency_provenance, dependency_record, dependency_table
        from genoviz.models.language import LanguageModel
        from genoviz.models.load import load_model
        from genoviz.mutagenesis.saturation import parse_window

        loaded, chosen = load_model(model), target_of(target, card)
        bounds = parse_window(window) or usual_window(card, isinstance(loaded, LanguageModel))
        for read in fitted:
            found = run(loaded, read.sequence, window=bounds, target=chosen, progress=percentage("changing bases"))
            say(found.sentence)
            if receipt is not None:
                from genoviz.receipts.language import dependency_receipt

                write_receipt(receipt, dependency_receipt(card, found))
            if json_:
                print_json(dependency_record(card, found, **about_sequence(read)))
            else:
                print_tsv(dependency_table(found), dependency_provenance(card, found) | reading(read))


def attention(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Say which bases a transformer reads, through all its layers, and whether these are the ones that matter."""
    with bad_input_exits():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        from genoviz.dependency.attention import attention as run
        from genoviz.dependency.tables import attention_provenance, attention_record, attention_table
        from genoviz.models.load import load_model

        loaded, chosen = load_model(model), target_of(target, card)
        for read in fitted:
            found = run(loaded, read.sequence, chosen)
            say(found.sentence)
            if json_:
                print_json(attention_record(card, found, **about_sequence(read)))
            else:
                print_tsv(attention_table(found), attention_provenance(card, found) | reading(read))


def infill(
    model: ModelName,
    window: Annotated[str, typer.Argument(help="Bases to write anew, START-END (from 1), or `all`.", metavar="WINDOW")],
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    count: Annotated[int, typer.Option(help=f"How many sequences, up to {MAX_DRAWN}.")] = DRAWN,
    temperature: Annotated[
        float, typer.Option(help="1: the model's probabilities; less: likely bases more often; 0: the likeliest.")
    ] = TEMPERATURE,
    seed: Annotated[int, typer.Option(help="Same seed, same sequences.")] = 0,
    fit: Fit = "exact",
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Hide a stretch of a sequence and let a language model write it."""
    with at_work():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        check_one(receipt, fitted)
        from genoviz.language.filling import infill as run
        from genoviz.language.tables import infill_provenance, infill_record, infill_table
        from genoviz.models.load import load_model
        from genoviz.mutagenesis.saturation import parse_window

        loaded = load_model(model)
        bounds = (0, card.length) if window == "all" else parse_window(window) or (0, card.length)
        for read in fitted:
            found = run(
                loaded,
                read.sequence,
                bounds,
                n=count,
                temperature=temperature,
                seed=seed,
                progress=percentage("writing"),
            )
            say(found.sentence)
            if receipt is not None:
                from genoviz.receipts.language import infill_receipt

                write_receipt(receipt, infill_receipt(card, found))
            if json_:
                print_json(infill_record(card, found, **about_sequence(read)))
            else:
                print_tsv(infill_table(found), infill_provenance(card, found) | reading(read))
