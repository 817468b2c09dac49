"""Scored variants read back from the table that `score_file` writes: as a data frame, or as a VCF."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Seq
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.effects.file_chunks import Job, infos_of, splice_score
from genoviz.variants.files import read_variants
from genoviz.variants.output import FIELDS, NUMBER, TEXT, WHOLE, Scored, ScoredLine, ScoreField, Value, output_line

if TYPE_CHECKING:
    import pandas as pd

    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target
    from genoviz.variants.rows import VariantRow

LARGEST = "effect"  # column that each table has: the effect, or the largest of several


def read_results(table: Path, fields: Seq[ScoreField] = ()) -> pd.DataFrame:
    """A table of results, finished or cut off by an interruption.

    Parameters
    ----------
    table
        TSV of `score_file`.
    fields
        Columns whose kind is known, see `Job.fields`; of others it is read from their cells.

    Returns
    -------
    DataFrame
        Columns are `line, chrom, pos, ref, alt, id`, the scores, `skipped` (why there is no score; missing where there is
        one) and `input`. Text stays text; a missing `pos` makes it a nullable integer, likewise whole numbers.
    """
    import pandas as pd

    about, names = _head(table)
    kinds = {one.name: one.kind for one in (*FIELDS, *fields) if one.name in names}
    numbers = [name for name, kind in kinds.items() if kind == NUMBER]
    wholes = ["pos", *(name for name, kind in kinds.items() if kind == WHOLE)]
    texts = ["chrom", "ref", "alt", "id", "skipped", "input", *(n for n, kind in kinds.items() if kind == TEXT)]
    others = {*names} - {"line", *numbers, *wholes, *texts}
    found = pd.read_csv(
        table,
        sep="\t",
        skiprows=about,
        quoting=3,
        dtype=dict.fromkeys(texts, "str") | dict.fromkeys(wholes, "Int64"),
        keep_default_na=False,
        na_values={"skipped": [""], **{n: [""] for n in wholes}, **{n: ["", "."] for n in (*numbers, *others)}},
    )
    return found.astype(dict.fromkeys(numbers, "float64"))


def with_largest(table: pd.DataFrame, card: ModelCard) -> pd.DataFrame:
    """The table with a column `effect`, where it has none: the largest of the scores of a splice model.

    Gains are above 0 and losses below.
    """
    from genoviz.splicing.effect import site_outputs
    from genoviz.splicing.tables import score_names

    if LARGEST in table:
        return table
    names = score_names(card) if site_outputs(card) is not None else score_names(card)[:2]
    names = [name for name in names if name in table]
    if not names:  # several targets: the first
        first = next((name for name in table if str(name).startswith(f"{LARGEST}_")), None)
        return table if first is None else table.assign(**{LARGEST: table[first]})
    signed = table[names].abs()
    signed[[name for name in names if "loss" in name]] *= -1
    best = signed.abs().fillna(-1.0).to_numpy().argmax(1)
    return table.assign(**{LARGEST: signed.to_numpy()[range(len(signed)), best]})


def to_vcf(
    source: Path,
    table: Path,
    *,
    model: str,
    genome: str,
    target: Target | None = None,
    strand: str = "",
) -> str:
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
    from genoviz.effects.scorers import ScoreOptions
    from genoviz.genomes.registry import open_genome
    from genoviz.models.catalogue import get_card

    reference = open_genome(genome)
    targets = () if target is None else (target.resolved(get_card(model)),)
    job = Job(model, source, genome, reference.assembly, (), ScoreOptions(targets, strand))
    fields, scores = job.fields(), job.scores()
    rows = read_variants(source, assembly=reference.assembly, reference=reference)
    splice, infos = splice_score(scores), infos_of(scores)
    lines = [job.header()]

    def scored() -> Iterator[tuple[VariantRow, Scored]]:
        # The results of an allele follow each other, in the order of the input.
        for row, found in zip(rows, _alleles(table, fields), strict=False):
            texts = () if splice is None else (splice.text(row, found),)
            yield row, Scored(found, texts)

    for _, group in groupby(scored(), key=lambda pair: pair[0].number):
        of_line = list(group)
        rows_of_line, results = [row for row, _ in of_line], [result for _, result in of_line]
        lines.append(output_line(rows_of_line, results, vcf=True, fields=fields, infos=infos))
    return "".join(lines)


def _alleles(table: Path, fields: Seq[ScoreField]) -> Iterator[tuple[ScoredLine, ...]]:
    """The lines of each alternate allele: one, or one for each gene at it."""
    found = read_results(table, fields)
    genes = [found[name] for name in ("gene", "transcript", "strand") if name in found]
    columns = [found[one.name] for one in fields]
    before: tuple[object, ...] | None = None
    seen: set[tuple[object, ...]] = set()
    lines: list[ScoredLine] = []
    for i, reason in enumerate(found["skipped"]):
        allele = tuple(found[name].iat[i] for name in ("line", "alt"))
        gene = tuple(column.iat[i] for column in genes)
        if lines and (allele != before or gene in seen or not genes):
            yield tuple(lines)
            lines, seen = [], set()
        before = allele
        seen.add(gene)
        cells = tuple(_value(column.iat[i], one) for column, one in zip(columns, fields, strict=True))
        lines.append(ScoredLine(cells, reason if isinstance(reason, str) else ""))
    if lines:
        yield tuple(lines)


def _value(cell: object, field: ScoreField) -> Value:
    import pandas as pd

    if pd.isna(cell) or cell == "":  # type: ignore[call-overload]
        return None
    return float(cell) if field.kind == NUMBER else int(cell) if field.kind == WHOLE else str(cell)  # type: ignore[arg-type, call-overload]


def _head(table: Path) -> tuple[int, list[str]]:
    """How many lines of provenance a table begins with, and the names of its columns."""
    with table.open(encoding="utf-8") as file:
        about = sum(1 for _ in takewhile(lambda line: line.startswith("# "), file))
    with table.open(encoding="utf-8") as file:
        names = next((line for line in file if not line.startswith("# ")), "")
    return about, names.rstrip("\n").split("\t")
