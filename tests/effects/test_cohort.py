"""Many scored variants: genes, percentiles, filters, and a row for each gene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genoviz.effects.background import EffectBackground
from genoviz.effects.cohort import Filters, by_gene, largest_first, with_genes, with_percentiles, written
from tests.small_annotation import gtf, opened

ROWS = [
    ("chr1", 15, "A", "G", "one", -0.5, None),
    ("chr1", 30, "C", "T", "two", 0.1, None),
    ("chr1", 55, "G", "T", "three", 2.0, None),
    ("chr1", 300, "G", "T", "four", -3.0, None),
    ("chr2", 5, "G", "T", "five", float("nan"), "no such chromosome"),
    ("", pd.NA, "", "", "", float("nan"), "not a variant"),
]


def table() -> pd.DataFrame:
    names = ["chrom", "pos", "ref", "alt", "id", "effect", "skipped"]
    return pd.DataFrame(ROWS, columns=names).astype({"pos": "Int64"})


def annotated(folder: Path) -> pd.DataFrame:
    text = gtf("A", "A.1", "chr1 exon 11 20 +", "chr1 exon 26 60 +") + gtf("B", "B.1", "chr1 exon 50 80 -")
    with opened(folder, text, "genes.gtf") as models:
        return with_genes(table(), models)


def test_genes_are_those_that_hold_the_first_base(tmp_path: Path) -> None:
    assert annotated(tmp_path)["gene"].tolist() == ["A", "A", "A;B", "", "", ""]
    assert "gene" not in with_genes(table(), None)


def test_percentiles_are_those_of_the_background() -> None:
    background = EffectBackground("changes", np.array([-1.0, -0.2, 0.05, 0.4]), "logit")
    found = with_percentiles(table(), background)["percentile"].tolist()
    expected = [background.percentile(row[5]) for row in ROWS[:4]]
    assert found[:4] == expected == [75.0, 25.0, 100.0, 100.0]
    assert np.isnan(found[4:]).all()


@pytest.mark.parametrize(
    ("filters", "ids", "sentence"),
    [
        (Filters(), ["one", "two", "three", "four"], "scored variants"),
        (
            Filters(least=0.4),
            ["one", "three", "four"],
            "scored variants with an effect of 0.4 or more in either direction",
        ),
        (Filters(gene="B"), ["three"], "scored variants of the gene B"),
        (Filters("CHR1 3"), ["two", "four"], "scored variants holding `CHR1`, holding `3`"),
        (Filters("chr2", skipped=True), ["five"], "scored and skipped variants holding `chr2`"),
    ],
)
def test_filters_keep_and_say(tmp_path: Path, filters: Filters, ids: list[str], sentence: str) -> None:
    rows = annotated(tmp_path)
    kept = rows[filters.keep(rows)]
    assert kept["id"].tolist() == ids
    assert filters.sentence == sentence
    text = written(kept, "# model: m\n", filters, ["percentile: how"])
    assert text.startswith(f"# model: m\n# rows: {sentence}\n# percentile: how\nchrom\tpos\t")


def test_the_largest_effects_come_first_and_a_variant_counts_for_each_of_its_genes(tmp_path: Path) -> None:
    rows = annotated(tmp_path)
    assert largest_first(rows)["id"].tolist() == ["four", "three", "one", "two", "five", ""]
    found = by_gene(rows)
    assert found["gene"].tolist() == ["between genes", "A", "B"]
    assert found["variants"].tolist() == [1, 3, 1]
    assert found["largest"].tolist() == [-3.0, 2.0, 2.0]
    assert found["variant"].tolist() == ["chr1-300-G-T", "chr1-55-G-T", "chr1-55-G-T"]
    assert found["mean size"].tolist() == pytest.approx([3.0, 2.6 / 3, 2.0])
    assert not len(by_gene(rows[rows["skipped"].notna()]))
