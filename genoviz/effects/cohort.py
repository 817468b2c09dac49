"""A scored file as a cohort: gene and percentile of each variant, filters that say themselves, and a row for each gene."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genoviz.sequences.locus import Locus

if TYPE_CHECKING:
    import pandas as pd

    from genoviz.effects.background import EffectBackground
    from genoviz.genes.models import GeneModels

BETWEEN = ""  # the gene of a variant between genes
SEARCHED = ("chrom", "pos", "ref", "alt", "id", "gene", "skipped")


@dataclass(frozen=True)
class Filters:
    """What is shown of a table.

    Attributes
    ----------
    words
        Each must occur in a cell of `SEARCHED`, in any case of letters.
    gene
        Variants of this gene only; empty for all.
    least
        Smallest effect, in either direction.
    skipped
        Whether variants without a score are shown, too.
    """

    words: str = ""
    gene: str = ""
    least: float = 0.0
    skipped: bool = False

    @property
    def sentence(self) -> str:
        """The filters in words, for the head of a file."""
        parts = [f"holding `{word}`" for word in self.words.split()]
        parts += [f"of the gene {self.gene}"] if self.gene else []
        parts += [f"with an effect of {self.least:.6g} or more in either direction"] if self.least else []
        kinds = "scored and skipped variants" if self.skipped else "scored variants"
        return f"{kinds} {', '.join(parts)}".strip()

    def keep(self, table: pd.DataFrame) -> pd.Series[bool]:
        """Which rows are shown."""
        scored = table["skipped"].isna()
        kept = (scored & ~(table["effect"].abs() < self.least)) | (~scored & self.skipped)
        if self.gene:
            kept &= table["gene"].str.split(";").map(lambda names: self.gene in names)
        cells = table[[name for name in SEARCHED if name in table]].astype(str)
        for word in self.words.lower().split():
            kept &= cells.apply(lambda column, w=word: column.str.lower().str.contains(w, regex=False)).any(axis=1)
        return kept


def with_genes(table: pd.DataFrame, models: GeneModels | None) -> pd.DataFrame:
    """The table with a column `gene`: names of the genes that hold the first base, with `;` between, by place.

    A table that has genes already, as those of splice models, stays as it is; without gene models so does any.
    """
    if models is None or "gene" in table or not len(table):
        return table
    names: list[list[str]] = [[] for _ in range(len(table))]
    known = table["pos"].notna().to_numpy()
    places = table["pos"].fillna(0).to_numpy(dtype=np.int64) - 1
    for chrom in table["chrom"].dropna().unique():
        rows = np.flatnonzero((table["chrom"] == chrom).to_numpy() & known)
        if not len(rows) or not chrom:
            continue
        rows = rows[np.argsort(places[rows], kind="stable")]
        here = places[rows]
        for start, end, name in _genes(models, chrom, int(here[0]), int(here[-1]) + 1):
            first, last = np.searchsorted(here, (start, end))
            for row in rows[first:last]:
                names[row].append(name)
    return table.assign(gene=[";".join(dict.fromkeys(found)) for found in names])


def _genes(models: GeneModels, chrom: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Genes of a stretch as (start, end, name), by place."""
    spans: dict[tuple[object, ...], tuple[int, int, str]] = {}
    for one in models.within(Locus(chrom, start, end)):
        low, high, _ = spans.get(one.gene_key, (one.locus.start, one.locus.end, ""))
        whole = one.gene_locus or one.locus
        spans[one.gene_key] = (min(low, whole.start), max(high, whole.end), one.gene)
    return sorted(spans.values())


def with_percentiles(table: pd.DataFrame, background: EffectBackground | None) -> pd.DataFrame:
    """The table with a column `percentile`: the share (0 to 100) of random changes with a smaller effect."""
    if background is None or not len(table):
        return table
    sizes = np.sort(np.abs(background.deltas))
    effects = table["effect"].abs().to_numpy(dtype=np.float64)
    place = 100 * np.searchsorted(sizes, effects, side="left") / len(sizes)
    return table.assign(percentile=np.where(np.isfinite(effects), place, np.nan))


def largest_first(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by the size of their effect, those without one last in their order."""
    order = np.argsort(-table["effect"].abs().fillna(-1.0).to_numpy(dtype=np.float64), kind="stable")
    return table.iloc[order]


def by_gene(table: pd.DataFrame) -> pd.DataFrame:
    """A row for each gene, the largest effect first; a variant of several genes counts for each.

    Columns are `gene`, `variants` (scored ones), `largest` (the effect that is largest in size), `variant` (which has it),
    `mean size`, and `percentile` of the largest where the table has percentiles.
    """
    import pandas as pd

    scored = table[table["skipped"].isna()]
    scored = scored.assign(gene=scored["gene"].str.split(";")).explode("gene")
    rows = []
    for gene, found in scored.groupby("gene", sort=True):
        best = found.loc[found.index[int(np.argmax(found["effect"].abs().to_numpy()))]]
        best = best.iloc[0] if isinstance(best, pd.DataFrame) else best
        row = {
            "gene": gene or "between genes",
            "variants": len(found),
            "largest": float(best["effect"]),
            "variant": f"{best['chrom']}-{best['pos']}-{best['ref']}-{best['alt']}",
            "mean size": float(found["effect"].abs().mean()),
        }
        rows.append(row | ({"percentile": float(best["percentile"])} if "percentile" in found else {}))
    names = ["gene", "variants", "largest", "variant", "mean size", *(["percentile"] if "percentile" in table else [])]
    made = pd.DataFrame(rows, columns=names)
    order = np.argsort(-made["largest"].abs().to_numpy(dtype=np.float64), kind="stable")
    return made.iloc[order].reset_index(drop=True)


def written(table: pd.DataFrame, header: str, filters: Filters, notes: Seq[str] = ()) -> str:
    """The rows shown as TSV: the head of the run, then what was filtered and how columns came about."""
    lines = "".join(f"# {line}\n" for line in (f"rows: {filters.sentence}", *notes))
    return header + lines + table.to_csv(sep="\t", index=False, float_format="%.9g", lineterminator="\n")
