"""Files of variants: every kind of line, round trips through pysam, and real files."""

from __future__ import annotations

import gzip
import io
import os
import tracemalloc
from collections import Counter
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput
from genoviz.variants.files import VariantRow, read_header, read_variants
from genoviz.variants.output import FIELDS, ScoreField, output_header, output_line
from genoviz.variants.rows import vcf_parts
from genoviz.variants.variant import Variant
from tests.small_reference import SPELLING_GENOME

HEADER = """##fileformat=VCFv4.2
##contig=<ID=chr1,length=20000>
##FILTER=<ID=PASS,Description="All filters passed">
##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count">
##INFO=<ID=DB,Number=0,Type=Flag,Description="In dbSNP">
##INFO=<ID=GENOVIZ_EFFECT,Number=A,Type=Float,Description="of an earlier run">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##ALT=<ID=DEL,Description="Deletion">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA1
"""
BODY = [
    "chr1\t100\trs1\tA\tG\t50\tPASS\tAC=1;DB;GENOVIZ_EFFECT=7\tGT\t0/1",
    "chr1\t101\t.\tC\tT,CA,<DEL>,*\t.\t.\tAC=1,2,3,4\tGT\t1/2",
    "chr1\t102\trs3\tG\t.\t.\t.\t.\tGT\t0/0",
    "chr1\t103\t.\tG\tG[chr1:5[\t.\t.\t.\tGT\t0/1",
    "chr1\t104\t.\tG\tG\t.\t.\t.\tGT\t0/1",
    "chr1\t105\t.\tR\tG\t.\t.\t.\tGT\t0/1",
    "chr1\t10x\t.\tA\tG\t.\t.\t.\tGT\t0/1",
    "chr1\t106",
    "chr1\t107\t.\t\tG\t.\t.\t.\tGT\t0/1",
    "NC_000001.10\t108\t.\tA\tG\t.\t.\t.\tGT\t0/1",
    "chr1\t0\t.\tA\tG\t.\t.\t.\tGT\t0/1",
    "chr1\t109\trs9;rs10\tACG\tA\t.\tPASS\tDB\tGT\t0/1",
]
VCF = HEADER + "\n".join(BODY) + "\n"
EXPECTED = [  # line, allele, variant, reason
    (10, 1, "chr1-100-A-G", ""),
    (11, 1, "chr1-101-C-T", ""),
    (11, 2, "chr1-101-C-CA", ""),
    (11, 3, None, "symbolic allele"),
    (11, 4, None, "spanning deletion"),
    (12, 1, None, "no alternate allele"),
    (13, 1, None, "breakend"),
    (14, 1, None, "alternate equals reference"),
    (15, 1, None, "other letters than A C G T N"),
    (16, 1, None, "unreadable position"),
    (17, 1, None, "wrong number of columns"),
    (18, 1, None, "no reference allele"),
    (19, 1, None, "other assembly"),
    (20, 1, None, "not a variant"),
    (21, 1, "chr1-109-ACG-A", ""),
]
PROVENANCE = {"genoviz": "0", "model": "toy", "weights_sha256": "ab12", "target": 'act "x"', "effect": "ALT - REF"}


def short(rows: list[VariantRow]) -> list[tuple[int, int, str | None, str]]:
    return [(r.number, r.allele, str(r.variant) if r.variant else None, r.reason) for r in rows]


def test_every_kind_of_vcf_line(tmp_path: Path) -> None:
    rows = list(read_variants(VCF, assembly="GRCh38"))
    assert short(rows) == EXPECTED
    assert [r.identifier for r in rows if r.variant] == ["rs1", "", "", "rs9;rs10"]
    assert {r.variant.assembly for r in rows if r.variant} == {"GRCh38"}
    assert rows[0].line == BODY[0]
    plain, packed = tmp_path / "a.vcf", tmp_path / "a.vcf.gz"
    plain.write_bytes(VCF.replace("\n", "\r\n").encode())
    packed.write_bytes(gzip.compress(VCF[:500].encode()) + gzip.compress(VCF[500:].encode()))  # blocks, as bgzip makes
    assert list(read_variants(plain, assembly="GRCh38")) == rows
    assert list(read_variants(packed, assembly="GRCh38")) == rows
    assert list(read_variants(io.BytesIO(VCF.encode()), assembly="GRCh38")) == rows
    with packed.open("rb") as file:
        assert list(read_variants(file, assembly="GRCh38")) == rows
        assert file.tell() == packed.stat().st_size
    assert read_header(packed) == read_header(VCF) == tuple(HEADER.splitlines())


def results_of(rows: list[VariantRow]) -> list[tuple[float, float, float] | str]:
    """Made-up float32 scores."""
    found: list[tuple[float, float, float] | str] = []
    for row in rows:
        if row.variant is None:
            found.append(row.reason)
        else:
            first, second = (float(np.float32(x)) for x in (row.variant.pos / 7, row.allele / 3))
            found.append((first, second, second - first))
    return found


def written(source: str | Path, *, vcf: bool = True, **options: object) -> str:
    rows = list(read_variants(source, assembly="GRCh38", reference=SPELLING_GENOME))
    text = output_header(source, vcf=vcf, provenance=PROVENANCE, unit="logit", **options)  # type: ignore[arg-type]
    for _, group in groupby(rows, key=lambda row: row.number):
        line = list(group)
        text += output_line(line, results_of(line), vcf=vcf)
    return text


def test_vcf_round_trip_through_pysam(tmp_path: Path) -> None:
    import pysam

    out = tmp_path / "out.vcf"
    out.write_text(written(VCF))
    with pysam.VariantFile(str(out)) as file:
        info = file.header.info["GENOVIZ_EFFECT"]
        assert (info.number, info.type) == ("A", "Float")
        for part in ("ALT - REF", "model: toy", "weights sha256: ab12", 'target: act "x"'):
            assert part in info.description.replace('\\"', '"')
        assert list(file.header.samples) == ["NA1"]
        assert "DB" in file.header.info
        records = {record.pos: record for record in file}
    # The lines without position or alleles cannot stand in a VCF.
    assert sorted(records) == [0, 100, 101, 102, 103, 104, 105, 108, 109]
    one, several = records[100], records[101]
    assert one.id == "rs1"
    assert one.info["DB"] is True
    assert one.info["AC"] == (1,)
    assert one.samples["NA1"]["GT"] == (0, 1)
    assert one.info["GENOVIZ_EFFECT"] == (np.float32(1 / 3) - np.float32(100 / 7),)
    assert one.info["GENOVIZ_REFERENCE"] == (np.float32(100 / 7),)
    assert "GENOVIZ_SKIPPED" not in one.info
    assert several.info["GENOVIZ_ALTERNATE"] == (np.float32(1 / 3), np.float32(2 / 3), None, None)
    assert several.info["GENOVIZ_SKIPPED"] == (".", ".", "symbolic_allele", "spanning_deletion")
    assert records[102].info["GENOVIZ_SKIPPED"] == ("no_alternate_allele",)
    assert "GENOVIZ_EFFECT" not in records[102].info
    assert records[109].id == "rs9;rs10"
    # what is written can be scored again, and the scores are replaced
    assert written(out) == out.read_text()


def test_tsv_keeps_every_line() -> None:
    lines = written(VCF, vcf=False).splitlines()
    assert "# model: toy" in lines
    assert "# effect: ALT - REF" in lines
    assert "# column reference: Prediction for the window with the reference allele, in logit" in lines
    table = [line.split("\t") for line in lines if not line.startswith("# ")]
    assert table[0] == ["line", "chrom", "pos", "ref", "alt", "id", *(f.name for f in FIELDS), "skipped", "input"]
    assert [(int(r[0]), r[9]) for r in table[1:]] == [(number, reason) for number, _, _, reason in EXPECTED]
    assert table[1][1:6] == ["chr1", "100", "A", "G", "rs1"]
    assert np.float32(table[1][6]) == np.float32(100 / 7)
    assert table[4][1:5] == ["chr1", "101", "C", "<DEL>"]


PASTED = """# my variants
chr1-12345-A-G
1:12345:A:G,T
chr1\t12345\trs7\tA\tC,<DEL>\t.\tPASS

chr1:g.12352del
rs334
NC_000001.10:g.12345A>G
nonsense
chr7-5-A-G
"""


def test_pasted_lines_of_mixed_spellings() -> None:
    rows = list(read_variants(PASTED, assembly="GRCh38", reference=SPELLING_GENOME))
    assert short(rows) == [
        (2, 1, "chr1-12345-A-G", ""),
        (3, 1, "chr1-12345-A-G", ""),
        (3, 2, "chr1-12345-A-T", ""),
        (4, 1, "chr1-12345-A-C", ""),
        (4, 2, None, "symbolic allele"),
        (6, 1, "chr1-12351-TT-T", ""),
        (7, 1, None, "name that has to be looked up"),
        (8, 1, None, "other assembly"),
        (9, 1, None, "not a variant"),
        (10, 1, "chr7-5-A-G", ""),
    ]
    assert rows[3].identifier == "rs7"
    assert "rsID" in rows[6].detail
    assert short(list(read_variants("chr1:g.12352del"))) == [(1, 1, None, "name that needs the genome")]
    text = written(PASTED, contigs=SPELLING_GENOME.chromosomes)
    assert "##contig=<ID=chr1,length=20000>\n" in text
    body = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert [(c[1], c[3], c[4]) for c in body][:4] == [
        ("12345", "A", "G"),
        ("12345", "A", "G"),
        ("12345", "A", "T"),
        ("12345", "A", "C,<DEL>"),
    ]
    assert len(body) == 6
    assert {len(c) for c in body} == {8}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chrom\tpos\tref\talt\n1\t5\tA\tG\n", ["chr1-5-A-G"]),
        ("Chromosome,Position,Reference,Alternate,rsID\n1,5,A,G,rs5\n", ["chr1-5-A-G"]),
        ("#chr;pos;ref;alt\n1;5;A;G\n", ["chr1-5-A-G"]),
        ('name,chr,pos,ref_allele,alt_allele\n"a, b",1,"1,005",A,G\n', ["chr1-1005-A-G"]),
        ("chr\tpos\tref\talt\n1\t5\tA\tG,T\n", ["chr1-5-A-G", "chr1-5-A-T"]),
        ("chrom\thg38_position\treference\tvariant\n1\t5.0\tA\tG\n", ["chr1-5-A-G"]),
        ("variant\nchr1-5-A-G\n1:6:C:T\n", ["chr1-5-A-G", "chr1-6-C-T"]),
        ("gene\tvariant_id\tscore\nX\t1_5_A_G\t0.3\n", ["chr1-5-A-G"]),
        ("rsid\tspdi\nrs1\tNC_000001.11:4:A:G\n", ["chr1-5-A-G"]),
        ("\ufeffchrom\tpos\tref\talt\n1\t5\tA\tG\n", ["chr1-5-A-G"]),
    ],
)
def test_tables(text: str, expected: list[str]) -> None:
    assert [str(row.variant) for row in read_variants(text, assembly="GRCh38")] == expected
    assert [str(row.variant) for row in read_variants(io.BytesIO(text.encode()))] == expected


def test_faulty_rows_of_a_table() -> None:
    text = "id\tchr\tpos\tref\talt\nr1\t1\t5\tA\tG\nr2\t1\t5\tA\nr3\t1\tx\tA\tG\nr4\t1\t5\tA\t-\nr5\t1\t5\t\tG\nr6\t1\t5\tA\tA\n"
    rows = list(read_variants(text))
    assert [(r.number, r.identifier, r.reason) for r in rows] == [
        (2, "r1", ""),
        (3, "", "wrong number of columns"),
        (4, "r3", "unreadable position"),
        (5, "r4", "other letters than A C G T N"),
        (6, "r5", "no reference allele"),
        (7, "r6", "alternate equals reference"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"chrom\tpos\tbases\n1\t5\tA\n", "none for ref, alt"),
        (b"chr\thg19_pos\tref\talt\n1\t5\tA\tG\n", "name GRCh37"),
        (b"PK\x03\x04rest", "spreadsheet"),
        ("chr1-5-A-G\n".encode("utf-16"), "UTF-16"),
        (gzip.compress(b"BCF\x02\x02\x00\x00", mtime=0), "BCF"),
        (b"\x00\x01\x02\n", "no text"),
        (gzip.compress(VCF.encode() * 50)[:-200], "ends early"),
        (gzip.compress(VCF.encode())[:40] + b"\xff" * 400, "damaged"),
    ],
    ids=["table", "build", "zip", "utf-16", "bcf", "binary", "cut", "damaged"],  # gzip holds the time of day
)
def test_files_that_cannot_be_read(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        list(read_variants(io.BytesIO(content), assembly="GRCh38"))
    assert caught.value.fix


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="can't be read"):
        list(read_variants(tmp_path / "none.vcf"))
    assert list(read_variants("")) == list(read_variants("\n\n")) == []


def test_bytes_that_are_no_text_stop_nothing() -> None:
    rows = list(read_variants(io.BytesIO(b"chr1-5-A-G\nchr1-\xff-A-G\nchr1-6-A-G\n")))
    assert [row.reason for row in rows] == ["", "not a variant", ""]


def test_other_scores_and_their_count() -> None:
    fields = (ScoreField("acceptor_gain", "Rise of the acceptor probability"),)
    (row,) = read_variants("chr1-5-A-G")
    assert "GENOVIZ_ACCEPTOR_GAIN=0.5\n" in output_line([row], [(0.5,)], vcf=True, fields=fields)
    assert "ID=GENOVIZ_ACCEPTOR_GAIN" in output_header("chr1-5-A-G", vcf=True, provenance={}, fields=fields)
    assert "GENOVIZ_ACCEPTOR_GAIN=.\n" in output_line([row], [(float("nan"),)], vcf=True, fields=fields)
    for vcf in (True, False):
        with pytest.raises(ValueError, match="2 numbers for 3 fields"):
            output_line([row], [(0.5, 0.5)], vcf=vcf)


CELL = st.sampled_from(["chr1", "5", ".", "A", "G,T", "<DEL>", "*", "", "rs1", "A=1;B", "x", "-3", "ACGT", "N"])


@given(st.lists(st.lists(CELL, max_size=10), max_size=6))
def test_any_columns_give_rows_and_lines_that_are_read_again(lines: list[list[str]]) -> None:
    text = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    text += "".join("\t".join(line) + "\n" for line in lines)
    rows = list(read_variants(text))
    assert all((row.variant is None) == bool(row.reason) for row in rows)
    assert {row.number for row in rows} == {
        i for i, line in enumerate(text.splitlines(), start=1) if i > 2 and line.strip()
    }
    out = written(text)
    kept = [row.variant for row in rows if vcf_parts(row.line)]
    assert [row.variant for row in read_variants(out)] == kept
    assert all(len(line.split("\t")) == 8 for line in out.splitlines() if not line.startswith("##"))


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_numbers_restore_float32(value: float) -> None:
    (row,) = read_variants("chr1-5-A-G")
    line = output_line([row], [(value,)], vcf=True, fields=(ScoreField("x", ""),))
    assert np.float32(line.rstrip().rpartition("=")[2]) == np.float32(value)


def test_memory_stays_flat() -> None:
    def peak(count: int) -> int:
        file = io.BytesIO(HEADER.encode() + b"".join(b"%b\n" % BODY[0].encode() for _ in range(count)))
        tracemalloc.start()
        assert sum(1 for _ in read_variants(file)) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(20_000) < peak(200) + 100_000


DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
LOCI, SPLICE = DATA / "genome_human_hg19_loci", DATA / "splice_variant_assays"


@pytest.mark.data
@pytest.mark.skipif(not LOCI.is_dir(), reason="needs the public data sets")
def test_all_variants_of_a_megabase() -> None:
    from genoviz.genomes.genome import Genome
    from genoviz.sequences.locus import Locus
    from genoviz.variants.check import check_variant
    from genoviz.variants.hgvs import describe, read

    source = LOCI / "chr20_1Mb.1000G.vcf.gz"
    place = {"chr20_1Mb.fa.gz": Locus("chr20", 1_000_000, 2_000_000, "+", "GRCh37")}
    reasons: Counter[str] = Counter()
    records = indels = 0
    with Genome([LOCI / "chr20_1Mb.fa.gz"], "GRCh37", loci=place) as genome:
        whole = genome.bases("chr20", 1_000_000, 2_000_000)
        last = 0
        for row in read_variants(source, assembly="GRCh37"):
            records, last = records + (row.number != last), row.number
            if row.variant is None:
                reasons[row.reason] += 1
                continue
            start = row.variant.pos - 1 - 1_000_000
            assert whole[start : start + len(row.variant.ref)] == row.variant.ref
            if row.variant.length_change and indels < 400:
                indels += 1
                checked = check_variant(row.variant, genome).usable()
                assert checked.left_align(genome.bases) == checked
                around = max(0, start - 1000), start + 1000
                assert haplotype(whole, checked, *around) == haplotype(whole, row.variant, *around)
                assert read(describe(checked, genome), genome) == checked
    assert records == 28_998
    assert set(reasons) == {"symbolic allele"}
    assert reasons["symbolic allele"] >= 24
    assert indels == 400


def haplotype(whole: str, variant: Variant, first: int, last: int) -> str:
    """Bases `first` to `last` of the megabase with the variant in it."""
    start = variant.pos - 1 - 1_000_000
    return whole[first:start] + variant.alt + whole[start + len(variant.ref) : last]


@pytest.mark.data
@pytest.mark.skipif(not SPLICE.is_dir(), reason="needs the public data sets")
def test_table_of_the_splice_assay() -> None:
    source = SPLICE / "vexseq_train.tsv.gz"
    rows = list(read_variants(source))
    assert len(rows) == 957
    assert {row.reason for row in rows} == {""}
    for row in rows:
        assert row.variant is not None
        assert row.variant.assembly == "GRCh37"
        if row.identifier.startswith("chr"):
            assert str(row.variant).replace("-", "_") == row.identifier
    with pytest.raises(BadInput, match="GRCh37"):
        list(read_variants(source, assembly="GRCh38"))


def test_five_columns_of_bed_are_not_read_as_a_vcf_line() -> None:
    rows = list(read_variants("chr1 12344 12345 A G\nchr1 12345 12345 A G\nchr1\t12345\t7\tA\tG\n"))
    assert [(str(row.variant), row.reason) for row in rows] == [
        ("None", "may be counted from 0"),
        ("chr1-12345-A-G", ""),
        ("chr1-12345-A-G", ""),
    ]


@pytest.mark.parametrize(
    ("contig", "assembly", "refused"),
    [
        ("ID=chr1,length=249250621", "hg38", True),
        ("ID=1,length=249250621", "GRCh37", False),
        ("ID=NC_000001.11,length=248956422", "hg19", True),
        ("length=248956422,ID=1", "hg38", False),
        ('ID=chr20,assembly="b37"', "hg38", True),
        ("ID=chr20,assembly=b37", "hg19", False),
        ("ID=chrIV,length=1531933", "hg38", True),
        ("ID=chr1,length=20000", "hg38", False),  # of no build that is known
        ("ID=chr1,length=249250621", "", False),  # nothing to compare with
        ("ID=chr1,length=249250621", "my build", False),
    ],
)
def test_a_vcf_of_another_assembly_is_refused_by_its_header(contig: str, assembly: str, refused: bool) -> None:
    text = f"##fileformat=VCFv4.2\n##contig=<{contig}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + BODY[0]
    if refused:
        with pytest.raises(BadInput, match="never carried to another"):
            list(read_variants(text, assembly=assembly))
    else:
        assert len(list(read_variants(text, assembly=assembly))) == 1


@pytest.mark.parametrize("names", ["#CHROM\tPOS\tID\tREF\tALT", "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT NA1"])
def test_odd_column_lines_give_a_vcf_that_pysam_reads(names: str, tmp_path: Path) -> None:
    pysam = pytest.importorskip("pysam")
    width = max(8, len(names.split()))
    line = "\t".join(["chr1", "100", ".", "A", "G", ".", ".", ".", "GT", "0/1"][: len(names.split())])
    head = '##fileformat=VCFv4.2\n##contig=<ID=chr1>\n##FORMAT=<ID=GT,Number=1,Type=String,Description="G">\n'
    text = f"{head}{names}\n{line}\n"
    rows = list(read_variants(text))
    out = tmp_path / "out.vcf"
    out.write_text(output_header(text, vcf=True, provenance={}) + output_line(rows, [(1, 2, 1)], vcf=True))
    assert len(out.read_text().splitlines()[-1].split("\t")) == width
    with pysam.VariantFile(str(out)) as file:
        (record,) = file
        assert record.info["GENOVIZ_EFFECT"] == (1.0,)
        assert [record.samples[name]["GT"] for name in file.header.samples] == [(0, 1)] * (width == 10)


def test_line_ends_of_old_macs(tmp_path: Path) -> None:
    text = "##fileformat=VCFv4.2\r#CHROM\tPOS\tID\tREF\tALT\r" + BODY[0] + "\r"
    path = tmp_path / "mac.vcf"
    path.write_bytes(text.encode())
    with pytest.raises(BadInput, match="old Macs"):
        list(read_variants(path))
    assert [str(row.variant) for row in read_variants(text)] == ["chr1-100-A-G"]


def test_a_stray_line_end_or_a_huge_cell_in_a_table_stops_nothing() -> None:
    table = f"chrom\tpos\tref\talt\nchr1\t5\tA\tG\rx\nchr1\t5\tA\t{'A' * 200_000}\nchr1\t6\tA\tG\n"
    rows = list(read_variants(io.BytesIO(table.encode())))
    assert [row.reason for row in rows] == ["other letters than A C G T N", "", ""]
    assert len(rows[1].variant.alt if rows[1].variant else "") == 200_000
    assert str(rows[2].variant) == "chr1-6-A-G"


def test_a_line_with_more_alleles_or_columns_than_any_file_has() -> None:
    """Small files that would unpack to gigabytes of alleles: one row says so, and the next line is read."""
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    alleles = ",".join(["C"] * 10_001)
    rows = list(read_variants(f"{head}chr1\t5\t.\tA\t{alleles}\t.\t.\t.\nchr1\t6\t.\tA\tG\t.\t.\t.\n"))
    assert [(row.number, row.reason) for row in rows] == [(3, "more than 10,000 alleles"), (4, "")]
    assert len(list(read_variants(f"{head}chr1\t5\t.\tA\t{alleles[2:]}\t.\t.\t.\n"))) == 10_000
    assert [row.reason for row in read_variants(f"chr1-5-A-{alleles}\n")] == ["more than 10,000 alleles"]
    for sign in (b"\t", b",", b";"):
        packed = io.BytesIO(gzip.compress(b"chrom" + sign * 1_000_001 + b"\n"))
        with pytest.raises(BadInput, match="Line 1 of the file has more than 1,000,000 columns"):
            list(read_variants(packed))
