"""Scored variants read back from the table that `score_file` writes: as a data frame, or as a VCF."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.effects.file_chunks import Job
from genoviz.variants.files import FIELDS, Scores, output_line, read_variants

if TYPE_CHECKING:
    import pandas as pd

    from genoviz.models.target import Target


def read_results(table: Path) -> pd.DataFrame:
    """A table of results, finished or cut off by an interruption.

    Columns are `line, chrom, pos, ref, alt, id`, the scores (float), `skipped` (why there is no score; missing where
    there is one) and `input`. Text stays text; a missing `pos` makes it a nullable integer.
    """
    import pandas as pd

    numbers = [one.name for one in FIELDS]
    with table.open(encoding="utf-8") as file:
        about = sum(1 for _ in takewhile(lambda line: line.startswith("# "), file))
    found = pd.read_csv(
        table,
        sep="\t",
        skiprows=about,
        quoting=3,
        dtype=dict.fromkeys(("chrom", "ref", "alt", "id", "skipped", "input"), "str") | {"pos": "Int64"},
        keep_default_na=False,
        na_values={"pos": [""], "skipped": [""], **{name: ["", "."] for name in numbers}},
    )
    return found.astype(dict.fromkeys(numbers, "float64"))


def to_vcf(source: Path, table: Path, *, model: str, genome: str, target: Target, strand: str = "+") -> str:
    """The VCF that `score_file` would have written for the same input.

    Parameters
    ----------
    source
        The input of the run.
    table
        Its results as TSV; where they end early, so does the VCF.
    model, genome, target, strand
        As they were given to `score_file`.
    """
    from genoviz.genomes.registry import open_genome

    found, reference = read_results(table), open_genome(genome)
    rows = read_variants(source, assembly=reference.assembly, reference=reference)

    def results() -> Iterator[Scores]:
        columns = [found[one.name] for one in FIELDS]
        for *values, reason in zip(*columns, found["skipped"], strict=True):
            yield reason if isinstance(reason, str) else values

    # One row of the table for each row of the input, in the same order.
    paired = zip(rows, results(), strict=False)
    lines = [Job(model, source, genome, reference.assembly, target, strand).header()]
    for _, group in groupby(paired, key=lambda pair: pair[0].number):
        of_line = list(group)
        lines.append(output_line([row for row, _ in of_line], [result for _, result in of_line], vcf=True))
    return "".join(lines)
