"""Results read back: as a table, and as the VCF that a run of its own would have written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genoviz.effects.batch import score_file
from genoviz.effects.results import read_results, to_vcf
from genoviz.genomes.teaching import teaching_genome
from genoviz.models.catalogue import get_card
from genoviz.models.target import Target

MODEL = "tfbind.encode10"
MIXED = """\
##fileformat=VCFv4.2
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO
chrT1	1043	one	G	T,A	.	PASS	AC=2
chrT1	1043	wrong	A	T	.	PASS	.
chrT1	1124	long	ATA	CGC	.	PASS	.
chrT1	1137	symbolic	T	<DEL>	.	PASS	END=1200
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.vcf"
    path.write_text(MIXED)
    return path


def target() -> Target:
    return Target.parse("GABPA", get_card(MODEL))


def test_results_have_a_row_for_each_allele(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.tsv"
    score_file(MODEL, source, "teaching", out, target=target())
    table = read_results(out)
    assert table["id"].tolist() == ["one", "one", "wrong", "long", "symbolic"]
    assert table["skipped"].isna().tolist() == [True, True, False, True, False]
    scored = table[table["skipped"].isna()]
    np.testing.assert_allclose(scored["effect"], scored["alternate"] - scored["reference"], atol=1e-6)
    assert table["pos"].tolist() == [1043, 1043, 1043, 1124, 1137]


def test_the_vcf_of_a_table_is_that_of_a_run(source: Path, tmp_path: Path) -> None:
    table, vcf = tmp_path / "out.tsv", tmp_path / "out.vcf"
    score_file(MODEL, source, "teaching", table, target=target())
    score_file(MODEL, source, "teaching", vcf, target=target())
    assert to_vcf(source, table, model=MODEL, genome="teaching", target=target()) == vcf.read_text()


def test_a_cut_table_gives_the_lines_that_are_there(tmp_path: Path) -> None:
    source, table = teaching_genome().variants, tmp_path / "out.tsv"
    score_file(MODEL, source, "teaching", table, target=target())
    lines = table.read_text().splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if line.startswith("line\t"))
    table.write_text("".join(lines[: first + 11]))
    assert len(read_results(table)) == 10
    text = to_vcf(source, table, model=MODEL, genome="teaching", target=target())
    assert len([line for line in text.splitlines() if not line.startswith("#")]) == 10
