"""The command `genoviz sandbox`: plant sites, train a small network on them, and see which method finds them again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genoviz.cli.common import AsJson, at_work, percentage, print_json, print_tsv, say, write_file
from genoviz.errors import BadInput
from genoviz.sandbox.plan import RULES, SITES, STRANDS, Plan
from genoviz.sequences.numbers import whole_number

USUAL = Plan()


def sandbox(
    motif: Annotated[
        list[str] | None, typer.Option("--motif", help="Name of a motif, or letters of a site; once for each.")
    ] = None,
    rule: Annotated[str, typer.Option(help=f"What tells the classes apart: {', '.join(RULES)}.")] = USUAL.rule,
    gap: Annotated[str, typer.Option(help="Bases between sites: a number, or FEWEST-MOST.")] = "5-20",
    strands: Annotated[str, typer.Option(help=f"{' or '.join(STRANDS)}.")] = USUAL.strands,
    sites: Annotated[str, typer.Option(help=f"{' or '.join(SITES)}.")] = USUAL.sites,
    wrong: Annotated[float, typer.Option(help="Wrong training labels in per cent.")] = 0.0,
    gc: Annotated[float, typer.Option(help="G and C around the sites in per cent.")] = 100 * USUAL.gc,
    length: Annotated[int, typer.Option(help="Bases of a sequence.")] = USUAL.length,
    count: Annotated[int, typer.Option(help="Training sequences.")] = USUAL.count,
    epochs: Annotated[int, typer.Option(help="Passes over them.")] = 12,
    method: Annotated[
        list[str] | None, typer.Option("--method", "-m", help="Attribution method; once for each. The usual ones else.")
    ] = None,
    explain: Annotated[int, typer.Option(help="Unseen sequences that the methods explain.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the sequences, the first weights and the references.")] = 0,
    fasta: Annotated[
        Path | None, typer.Option(help="Also write the unseen sequences, with where the sites lie.")
    ] = None,
    json_: AsJson = False,
) -> None:
    """Plant sites in random sequences, train a small network, and score each method against where they lie."""
    with at_work():
        plan = Plan(
            tuple(motif) if motif else USUAL.motifs,
            rule,
            _gap(gap),
            strands,
            sites,
            wrong / 100,
            gc / 100,
            length,
            count,
            seed,
        )
        from genoviz.sandbox.recovery import USUAL as methods
        from genoviz.sandbox.recovery import recover
        from genoviz.sandbox.tables import planted_fasta, recovery_table, sandbox_provenance, sandbox_record
        from genoviz.sandbox.train import train

        say(plan.sentence)
        trained = train(plan, epochs=epochs, seed=seed, progress=percentage("training"))
        say(trained.sentence)
        found = recover(trained, method or methods, sequences=explain, progress=percentage("explaining"))
        say(found.sentence)
        if fasta is not None:
            write_file(fasta, planted_fasta(trained.test))
    if json_:
        print_json(sandbox_record(trained, found))
    else:
        print_tsv(recovery_table(found), sandbox_provenance(trained, found))


def _gap(text: str) -> tuple[int, int]:
    first, _, second = text.partition("-")
    low, high = whole_number(first), whole_number(second or first)
    if low is None or high is None:
        raise BadInput(f"--gap {text[:40]} was given.", "A number, or two with a minus between.", "Try `--gap 5-20`.")
    return low, high
