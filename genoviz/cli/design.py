"""The command `genoviz design`: edits that raise, lower or switch off a prediction, checked by a second model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

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
from genoviz.design.options import EDITS, METHOD, METHODS, WIDTH
from genoviz.design.rules import Rules, parse_gc, parse_ranges, parse_sites
from genoviz.design.tables import change_table, design_provenance, design_record, design_table
from genoviz.errors import BadInput
from genoviz.models.catalogue import get_card
from genoviz.predict.tables import reading

if TYPE_CHECKING:
    from genoviz.design.check import Check
    from genoviz.design.counterfactual import Ladder
    from genoviz.design.fewest_edits import Design

GOALS = ("raise", "lower", "off")


def design(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    goal: Annotated[
        str, typer.Option(help="`raise`, `lower`, a value to reach, or `off`: the smallest set that switches it off.")
    ] = "raise",
    edits: Annotated[int, typer.Option(help="At most so many substitutions.")] = EDITS,
    method: Annotated[str, typer.Option("--method", "-m", help=f"{', '.join(METHODS)}.")] = METHOD,
    width: Annotated[int, typer.Option(help="Sequences that `beam` and `--goal off` keep at each step.")] = WIDTH,
    locked: Annotated[str, typer.Option(help="Bases that stay, such as `1-20, 50` (from 1).")] = "",
    gc: Annotated[str, typer.Option(help="G and C of the whole sequence in per cent, such as `40-60`.")] = "",
    forbid: Annotated[
        str, typer.Option(help="Sites that no edit may bring in: names or IUPAC letters, such as `EcoRI, GGTCTC`.")
    ] = "",
    threshold: Annotated[
        float | None, typer.Option(help="Off is at or below this, in the target's unit; else as the card suggests.")
    ] = None,
    second: Annotated[
        str | None,
        typer.Option("--check", help="The model that checks; else the best comparable one.", metavar="MODEL"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides between substitutions of equal effect.")] = 0,
    motifs: Annotated[bool, typer.Option("--motifs", help="Motifs gained and lost instead of the steps.")] = False,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Find the fewest edits that change a prediction, and ask a second model. Several sequences as in `attribute`."""
    with at_work():
        card = get_card(model)
        wanted = _goal(goal, method=method, gc=gc, forbid=forbid, threshold=threshold)
        rules = (parse_ranges(locked), parse_gc(gc), parse_sites(forbid))
        other = get_card(second) if second else None
        fitted = read_fitted(sequence, fasta, card, fit)
        from genoviz.design.check import check_design
        from genoviz.design.counterfactual import counterfactual
        from genoviz.design.fewest_edits import design as run
        from genoviz.models.load import load_model
        from genoviz.motifs.scan import THRESHOLD

        chosen, loaded = target_of(target, card), load_model(model)
        checker = load_model(other.name) if other else None
        for read in fitted:
            start, progress = read.sequence, percentage("trying edits")
            for notice in Rules(start, *rules).notices:
                say(notice)
            ladder: Ladder | None = None
            if wanted == "off":
                ladder = counterfactual(
                    loaded, start, chosen, threshold=threshold, edits=edits, width=width, locked=rules[0], seed=seed,
                    progress=progress,
                )  # fmt: skip
                found = ladder.design
            else:
                found = run(
                    loaded, start, chosen, goal=wanted, edits=edits, method=method, width=width, locked=rules[0],
                    gc=rules[1], forbidden=rules[2], seed=seed, progress=progress,
                )  # fmt: skip
            check = check_design(loaded, found, other=checker)
            _say(found, check, ladder)
            if json_:
                print_json(design_record(card, found, check, ladder, **about_sequence(read)))
                continue
            header = design_provenance(card, found, check, ladder) | reading(read)
            if motifs:
                print_tsv(change_table(check.changes), header | {"p_value_at_most": THRESHOLD})
            else:
                print_tsv(design_table(found, check), header)


def _goal(text: str, *, method: str, gc: str, forbid: str, threshold: float | None) -> str | float:
    """`raise`, `lower`, `off` or a value; options that the goal does not know are refused."""
    if text == "off":
        unused = {"--method": method != METHOD, "--gc": bool(gc), "--forbid": bool(forbid)}
        if any(unused.values()):
            given = " and ".join(name for name, used in unused.items() if used)
            raise BadInput(
                f"{given} was given with --goal off.",
                "Switching off knows --edits, --width, --locked and --threshold.",
                "Leave it out, or use --goal lower.",
            )
        return text
    if threshold is not None:
        raise BadInput(
            f"--threshold was given with --goal {text}.", "It belongs to --goal off.", "Give a value as the goal."
        )
    if text in GOALS:
        return text
    try:
        return float(text)
    except ValueError:
        raise BadInput(
            f"--goal {text} was given.", "`raise`, `lower`, `off`, or a value to reach.", "For example `--goal 1.5`."
        ) from None


def _say(found: Design, check: Check, ladder: Ladder | None) -> None:
    """The result and what speaks for and against it, on standard error."""
    for sentence in ((ladder or found).sentence, check.sentence, *check.warnings):
        say(sentence)
