"""The commands about what files of weights hold: `tensors`, and `kmer-effect` for regressions with a covariance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genoviz.cli.common import AsJson, ModelName, bad_input_exits, print_json, say
from genoviz.errors import BadInput
from genoviz.files.tsv import tsv


def tensors(
    file: Annotated[
        Path, typer.Argument(help="A file of weights: pickled module, torch, safetensors, Keras, frozen graph.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write the tensors to this file, as plain tensors (.safetensors)."),
    ] = None,
    json_: AsJson = False,
) -> None:
    """List the tensors in a file of weights without running anything in it; `--out` makes a file of plain tensors."""
    with bad_input_exits():
        from genoviz.models.inside import look_inside, write_plain

        if not file.is_file():
            raise BadInput(f"There is no file {file}.", "A file of weights is read.", "Correct the path.")
        if out is not None and out.suffix != ".safetensors":
            raise BadInput(
                f"The tensors were to be written to {out.name}.",
                "A name that ends in .safetensors is accepted.",
                "Choose one.",
            )
        found = look_inside(file)
        if out is not None:
            write_plain(found, out)
    say(found.sentence)
    if json_:
        print_json({"file": file.name, "tensors": found.rows(), "not_run": list(found.ignored)})
    else:
        typer.echo(tsv([{**row, "shape": " x ".join(map(str, row["shape"]))} for row in found.rows()]), nl=False)


def kmer_effect(
    model: ModelName,
    ref: Annotated[str, typer.Option("--ref", help="Bases without the edit.")],
    alt: Annotated[str, typer.Option("--alt", help="Bases with the edit.")],
    covariance: Annotated[
        Path | None, typer.Option(help="Covariance of the model (NAME.cov_8192.npy): adds standard error, z and p.")
    ] = None,
    json_: AsJson = False,
) -> None:
    """What an edit does to a regression on k-mers (`qbic.*`), and how sure that is."""
    with bad_input_exits():
        from genoviz.effects.kmer_significance import kmer_effect as run
        from genoviz.models.load import load_model
        from genoviz.sequences.sequence import Sequence

        found = run(load_model(model), Sequence(ref), Sequence(alt), covariance)
        row = {
            "track": found.track,
            "effect": found.effect,
            "standard_error": found.error,
            "z": found.z,
            "p": found.p,
            "words": found.words,
        }
    say(found.sentence)
    if json_:
        print_json({"model": model, **row})
    else:
        typer.echo(tsv([{key: "" if value is None else value for key, value in row.items()}]), nl=False)
