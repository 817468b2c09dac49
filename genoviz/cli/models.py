"""The commands about models themselves: list, fetch published weights, train, score again, check one's own adapter."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from genoviz.cli.common import AsJson, bad_input_exits, percentage, print_json, say
from genoviz.errors import BadInput
from genoviz.files.tsv import tsv
from genoviz.models import deepbind_index
from genoviz.models.card import ModelCard
from genoviz.models.provenance import model_record
from genoviz.models.selection import select_models
from genoviz.models.uses import USES
from genoviz.models.weights import at_hand, weights_folder

LISTED = (
    "name", "question", "task", "family", "year", "authors", "organism", "molecule", "length", "bundled", "ready", "parameters",
    "metric", "score", "benchmark", "licence", "good_for", "not_for", "title",
)  # fmt: skip


def models(
    pattern: Annotated[
        list[str] | None,
        typer.Argument(
            help="Words that all occur (`LSTM`, `hg38`, `splicing mouse`), or one pattern such as `'*CTCF*'` of name, title or track."
        ),
    ] = None,
    task: Annotated[str, typer.Option(help="Only this task or question, such as `splicing`.")] = "",
    family: Annotated[str, typer.Option(help="Only this kind of network, such as `dilated CNN`.")] = "",
    organism: Annotated[str, typer.Option(help="Only models of this organism, such as `yeast`.")] = "",
    molecule: Annotated[str, typer.Option(help="Only models of DNA, or of RNA.")] = "",
    up_to: Annotated[int, typer.Option(help="Only models that read at most so many bases.", metavar="BASES")] = 0,
    licence: Annotated[
        str,
        typer.Option(help="`free` for any use, `conditions` for all others, or text of the licence, such as `MIT`."),
    ] = "",
    ready: Annotated[bool, typer.Option("--ready", help="Only what can be used now, without a download.")] = False,
    to_fetch: Annotated[bool, typer.Option("--to-fetch", help="Only published weights that are not here yet.")] = False,
    use: Annotated[
        str, typer.Option("--for", help=f"Leave out what is not for this use, good ones first: {', '.join(USES)}.")
    ] = "",
    json_: AsJson = False,
) -> None:
    """List the models; with a pattern or a filter also the 927 of DeepBind."""
    with bad_input_exits():
        cards = select_models(
            " ".join(pattern or ()),
            task=task,
            family=family,
            organism=organism,
            molecule=molecule,
            up_to=up_to,
            licence=licence,
            ready=ready,
            to_fetch=to_fetch,
            use=use,
        )
        files = at_hand()
        records = [model_record(card, files) for card in cards]
    if not records:
        say("No model fits all of that.")
    elif not any((pattern, task, family, organism, molecule, up_to, licence, ready, to_fetch, use)):
        total = len(deepbind_index.names())
        say(f"Beside these there are {total} models of DeepBind: find yours by `genoviz models CTCF`.")
    if json_:
        print_json(records, indent=1)
    else:
        typer.echo(tsv([{column: _cell(record[column]) for column in LISTED} for record in records]), nl=False)


def _cell(value: Any) -> Any:
    """Uses as their names, whose reasons are in the JSON and on the card; nothing where nothing is known."""
    return ", ".join(value) if isinstance(value, dict) else "" if value is None else value


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe; an unknown one lists all.")],
    data: Annotated[Path, typer.Option(help="Folder with the training data.")],
    out: Annotated[Path, typer.Option(help="Folder for weights, card and log; an interrupted run there is continued.")],
    seed: Annotated[int, typer.Option(help="Same seed, same run.")] = 0,
    epochs: Annotated[int | None, typer.Option(help="Fewer epochs than the recipe, for a trial.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Model to begin with, for recipes that can.", metavar="MODEL")
    ] = None,
) -> None:
    """Train a bundled model anew from public data."""
    with bad_input_exits():
        from genoviz.models.load import load_model
        from genoviz.training import get_recipe

        chosen = get_recipe(recipe, load_model(start) if start else None)
        options: dict[str, Any] = {} if epochs is None else {"epochs": epochs}
        log, handler = logging.getLogger("genoviz.training"), logging.StreamHandler(sys.stderr)
        log.setLevel(logging.INFO)
        log.addHandler(handler)
        try:
            weights = chosen.train(data, out, seed=seed, **options)
        finally:
            log.removeHandler(handler)
    typer.echo(str(weights))


def fetch(
    model: Annotated[str, typer.Argument(help="Name of a published model, see `genoviz models`.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept the licence without being asked.")] = False,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder for the files, which GENOVIZ_WEIGHTS must then name; else the user's own."),
    ] = None,
) -> None:
    """Download the weights of a published model; licence and size are shown first. Goes on where it was stopped."""
    with bad_input_exits():
        from genoviz.models import fetch as verb
        from genoviz.models.catalogue import get_card
        from genoviz.models.load import load_model

        card = get_card(model)
        left = verb.missing_files(card) if to is None else list(card.files)
        if card.files and not left:
            say(f"The weights of `{card.name}` are on this computer already.")
        else:
            if card.files:
                say("\n".join([card.title, *(f"{name}: {text}" for name, text in verb.terms(card).items())]))
                _agree(yes)
            verb.fetch(card, folder=to, progress=percentage(card.name))
        if to is None:
            load_model(card)  # what was fetched must fit, and now is the time to learn that it doesn't
    typer.echo(str(to or weights_folder()))


def _agree(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput(
            "Nothing was downloaded: no one is there to be asked.",
            "The licence is accepted by typing y, or by `--yes`.",
            "Read the licence above, then add `--yes`.",
        )
    if not typer.confirm("Download under this licence?", err=True):
        raise typer.Exit(1)


def evaluate(
    model: Annotated[str, typer.Argument(help="Model name; see `genoviz models`.")],
    data: Annotated[Path, typer.Option(help="Folder with the data sets that the models were trained on.")],
    sample: Annotated[
        int | None, typer.Option(help="Score only this many random test items, for a quick look.")
    ] = None,
) -> None:
    """Score a bundled model on its held-out data again, beside the scores on its card."""
    with bad_input_exits():
        from genoviz.models.load import load_model
        from genoviz.models.metrics import METRICS
        from genoviz.models.provenance import provenance
        from genoviz.training import recipe_of

        if sample is not None and sample < 2:
            raise BadInput(
                f"A sample of {sample} was asked for.", "At least 2 are needed.", "Raise it, or leave it out."
            )
        recipe, loaded = recipe_of(model), load_model(model)
        found = recipe.evaluate(loaded, data, sample=sample)
        rows = [
            {
                "track": row["track"],
                "test": f"{row.get('test', '')}{words}",
                "n": scores["n"],
                "families": scores.get("families", ""),
                "metric": metric,
                "value": scores[metric],
                "low_95": scores[f"{metric}_95"][0],
                "high_95": scores[f"{metric}_95"][1],
                "card": _on_card(loaded.card, row, part).get(metric, ""),
            }
            for row in found
            for part, words in (("", ""), ("unlike_training", ", unlike training"))
            if (scores := row.get(part) if part else row)
            for metric in METRICS
            if metric in scores
        ]
    typer.echo(tsv(rows, provenance(loaded.card)), nl=False)


def _on_card(card: ModelCard, row: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """What the card says where `evaluate` found `row`, or a part of it."""
    said = card.scores(row["track"], row.get("test", "")) or {}
    found: Mapping[str, Any] = said.get(part, {}) if part else said
    return found


def null_band(
    model: Annotated[str, typer.Argument(help="Model name; see `genoviz models`.")],
    out: Annotated[Path | None, typer.Option(help="Write the card with its null band to this folder.")] = None,
    shuffles: Annotated[int, typer.Option(help="Shuffled sequences that are scored for every track.")] = 100,
    seed: Annotated[int, typer.Option(help="Same seed, same sequences.")] = 0,
) -> None:
    """What the tallest scores of shuffled sequences reach, per track: the last step after `train`."""
    with bad_input_exits():
        from dataclasses import replace

        from genoviz.models.load import load_model
        from genoviz.models.provenance import provenance
        from genoviz.trust.null_band import band_rows, band_table

        loaded = load_model(model)
        rows = band_rows(loaded, n=shuffles, seed=seed, progress=percentage(loaded.card.name))
        card = replace(loaded.card, null_band=rows)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{card.name}.json").write_text(card.to_json(), encoding="utf-8")
    about = {"method": rows["method"], "shuffles": shuffles, "seed": seed}
    typer.echo(tsv(band_table(card), provenance(card, **about)), nl=False)


def check_model(
    model: Annotated[str, typer.Argument(help="A model's name, or MODULE:CLASS of an adapter of yours.")],
) -> None:
    """Test whether a model keeps the contract; each failure says how to mend it."""
    with bad_input_exits():
        from genoviz.trust.checked_model import load_for_check
        from genoviz.trust.model_contract import check_model as run

        loaded = load_for_check(model)

        checks = run(loaded)
    words = {True: "ok", False: "FAILED", None: "note"}
    for check in checks:
        typer.echo(f"{words[check.passed]}\t{check.name}\t{check.message}")
    if any(check.passed is False for check in checks):
        raise typer.Exit(1)
