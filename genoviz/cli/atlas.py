"""The command `genoviz atlas`: find a model of ENCODE's atlases in the user's own table."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from genoviz.cli.common import AsJson, bad_input_exits, print_json, say
from genoviz.files.tsv import tsv


def atlas(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words that all occur: target, cells, assay (`CTCF K562`).")
    ] = None,
    json_: AsJson = False,
) -> None:
    """List models of ENCODE's atlases from a table of your own; use one by its name, as any other model."""
    with bad_input_exits():
        from genoviz.models.atlas import search, table_path

        found: list[dict[str, Any]] = [
            {
                "name": row.name,
                "family": row.family,
                "target": row.target,
                "biosample": row.biosample,
                "assay": row.assay,
                "assembly": row.assembly,
                "folds": len(row.folds),
                "quality": dict(row.quality),
            }
            for row in search(" ".join(words or ()))
        ]
        here = table_path().is_file()
    if not here:
        say(f"There is no table at {table_path()}. Its columns are described in docs/published-models.md.")
    elif not found:
        say("No model of the table fits all of that.")
    if json_:
        print_json(found, indent=1)
    else:
        quality = [{**row, "quality": ", ".join(f"{k} {v:g}" for k, v in row["quality"].items())} for row in found]
        typer.echo(tsv(quality) if quality else "", nl=False)
