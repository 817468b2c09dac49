"""The command `genoviz atlas`: fill a table of ENCODE's atlases from the public indexes, and find a model in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from genoviz.cli.common import AsJson, bad_input_exits, print_json, say
from genoviz.errors import BadInput
from genoviz.files.tsv import tsv

if TYPE_CHECKING:
    from genoviz.models.atlas import Row

MOST_LOOKED_UP = 200


def atlas(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words that all occur: target, cells, assay (`CTCF K562`).")
    ] = None,
    build: Annotated[
        bool, typer.Option("--build", help="First fill the table from ENCODE's and Hugging Face's public indexes.")
    ] = False,
    checksums: Annotated[
        bool,
        typer.Option("--checksums", help="First look up checksum and size of the files of the models that are listed."),
    ] = False,
    json_: AsJson = False,
) -> None:
    """List models of ENCODE's atlases from a table on this computer; use one by its name, as any other model."""
    with bad_input_exits():
        from genoviz.models.atlas import search, table_path

        if build:
            _build()
        if checksums:
            _look_up(search(" ".join(words or ())))
        found: list[dict[str, Any]] = [
            {
                "name": row.name,
                "family": row.family,
                "target": row.target,
                "biosample": row.biosample,
                "assay": row.assay,
                "assembly": row.assembly,
                "folds": len(row.folds),
                "qc": row.qc,
                "quality": dict(row.quality),
                "licence": row.licence,
            }
            for row in search(" ".join(words or ()))
        ]
        here = table_path().is_file()
    if not here:
        say(
            f"There is no table at {table_path()}. `genoviz atlas --build` fills one from the public indexes; its columns are "
            "described in docs/published-models.md."
        )
    elif not found:
        say("No model of the table fits all of that.")
    if json_:
        print_json(found, indent=1)
    else:
        quality = [{**row, "quality": ", ".join(f"{k} {v:g}" for k, v in row["quality"].items())} for row in found]
        typer.echo(tsv(quality) if quality else "", nl=False)


def _build() -> None:
    from genoviz.models.atlas import table_path, write_table
    from genoviz.models.atlas_index import build

    built = build(progress=lambda text: say(f"{text} ..."))
    write_table(built.rows, table_path())
    say(f"{built.sentence} The table is at {table_path()}.")


def _look_up(found: list[Row]) -> None:
    from genoviz.models.atlas import rows, table_path, write_table
    from genoviz.models.atlas_index import with_checksums

    if len(found) > MOST_LOOKED_UP:
        raise BadInput(
            f"Checksums of {len(found):,} models were asked for.",
            f"Each is a question to the server: up to {MOST_LOOKED_UP} are accepted.",
            "Add words that say which models you want.",
        )
    write_table((rows() | {row.accession: row for row in with_checksums(found)}).values(), table_path())
