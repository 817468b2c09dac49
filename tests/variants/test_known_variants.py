"""A user's own VCF beside a variant: the same change however it is written, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from genoviz.errors import BadInput
from genoviz.variants.known import VARIABLE, known_files, known_records
from genoviz.variants.variant import Variant
from tests.small_reference import SmallReference

#                            1234567890
GENOME = SmallReference({"chr1": "GGCAAAATTC"})
ROWS = """##fileformat=VCFv4.2
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
1\t3\t11\tC\tA,T\t.\t.\tAF=0.1,0.002;AN=90;CLNSIG=Of_the_file
1\t6\t.\tAA\tA\t.\t.\tAC=7
1\t8\t.\tT\tA\t.\t.\tAF=0.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.vcf"
    path.write_text(ROWS)
    return Path(pysam.tabix_index(str(path), preset="vcf"))


def test_rows_of_exactly_this_change(file: Path) -> None:
    (found,) = known_records(Variant("chr1", 3, "C", "T", "GRCh38"), GENOME, [file])
    assert found.identifier == "11"
    assert dict(found.fields) == {"AF": "0.002", "AN": "90", "CLNSIG": "Of the file"}
    assert found.sentence == (
        "mine.vcf.gz (11): allele frequency 0.002; alleles in all 90; classification in the file Of the file."
    )
    # The deletion of one A is written further right in the file.
    (deletion,) = known_records(Variant("chr1", 3, "CA", "C", "GRCh38"), GENOME, [file])
    assert dict(deletion.fields) == {"AC": "7"}
    assert known_records(Variant("chr1", 3, "C", "G", "GRCh38"), GENOME, [file]) == ()
    assert known_records(Variant("chr2", 3, "C", "G", "GRCh38"), GENOME, [file]) == ()


def test_a_file_without_an_index_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain.vcf").write_text(ROWS)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "plain.vcf"))
    with pytest.raises(BadInput, match="index"):
        known_records(Variant("chr1", 3, "C", "T"), GENOME, known_files())
