"""Builds, columns and names through the command line: what is scored, what is left out, what is refused."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from genoviz.cli import common
from genoviz.files.resumable import ResumableFile
from tests.cli.calls import bad, call, good, rows_of

pytest.importorskip("pysam")
BASES = "ACGTTGCAAC" * 30  # base 100 is C, 105 is T


@pytest.fixture
def genome(tmp_path: Path) -> str:
    path = tmp_path / "piece.fa"
    path.write_text(f">chr20 chr20:1000001-1000300\n{BASES}\n", encoding="utf-8")
    return str(path)


def score(
    folder: Path, genome: str, text: str, assembly: str, name: str = "in.vcf", *, restart: bool = True
) -> tuple[str, list[dict[str, str]]]:
    """What is said on standard error, and the rows of the result."""
    source, out = folder / name, folder / "out.tsv"
    source.write_text(text, encoding="utf-8")
    out.unlink(missing_ok=True)
    words = ("--genome", genome, "--assembly", assembly, "--vcf", str(source), "--out", str(out))
    result = call("variants", "toy.sum", *words, *(("--restart",) if restart else ()))
    assert result.exit_code in (0, 2), result.exception
    return result.stderr, rows_of(out.read_text(encoding="utf-8")) if out.exists() else []


VCF = "##fileformat=VCFv4.2\n{}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n20\t1000100\t.\tC\tA\t.\t.\t.\n"


@pytest.mark.parametrize("assembly", ["hg38", "GRCh38.p14", "GRCh38_full_analysis_set"])
def test_a_vcf_of_another_build(tmp_path: Path, genome: str, assembly: str) -> None:
    for line in ("##contig=<ID=20,length=63025520,assembly=b37>\n", "##reference=hs37d5.fa\n"):
        said, rows = score(tmp_path, genome, VCF.format(line), assembly)
        assert "says that it is on GRCh37" in said
        assert rows == []
    said, rows = score(tmp_path, genome, VCF.format("##contig=<ID=20,length=64444167,assembly=hg38>\n"), assembly)
    assert [row["skipped"] for row in rows] == [""]
    one = ("variants", "toy.sum", "--genome", genome, "--assembly", assembly, "--variant")
    for name in ("hg38", "GRCh38", "GRCh38.p13", "b38"):
        assert rows_of(good(*one, f"{name}:chr20:1000100:C:A"))[0]["variant"] == "chr20-1000100-C-A"
    for name in ("hg19", "GRCh37.p13", "hs37d5", "T2T-CHM13v2.0"):
        assert "never carried" in bad(*one, f"{name}:chr20:1000100:C:A")


def test_columns_of_a_table(tmp_path: Path, genome: str) -> None:
    table = (
        "Assembly\tchrom\tpos\tstrand\tref\talt\nGRCh37\t20\t1000100\t+\tC\tA\nGRCh38\t20\t1000100\t+\tC\tA\n"
        "38\t20\t1000100\t-1\tC\tA\nhg38\t20\t1000100\tplus\tT\tA\n"
    )
    said, rows = score(tmp_path, genome, table, "GRCh38.p14", "in.tsv")
    assert [row["skipped"] for row in rows] == [
        "other assembly",
        "",
        "alleles of the minus strand",
        "reference allele differs from the genome (C there)",
    ]
    assert "1 other assembly" in said
    both = "#chr\tpos(1-based)\tref\talt\thg19_chr\thg19_pos(1-based)\n20\t1000105\tT\tA\t20\t1000100\n"
    for assembly, pos, skipped in (
        ("hg38", "1000105", ""),
        ("hs37d5", "1000100", "reference allele differs from the genome (C there)"),
    ):
        _, rows = score(tmp_path, genome, both, assembly, "in.tsv")
        assert [(row["pos"], row["skipped"]) for row in rows] == [(pos, skipped)]


def test_a_genome_with_1_and_chr1(tmp_path: Path) -> None:
    path = tmp_path / "two.fa"
    other = BASES.translate(str.maketrans("ACGT", "CGTA"))
    path.write_text(f">1\n{BASES}\n>chr1\n{other}\n", encoding="utf-8")
    assert good("genome", "fetch", str(path), "1:1-8").split("\n")[1] == "ACGTTGCA"
    fetched = good("genome", "fetch", str(path), "chr1:1-8").split("\n")
    assert (fetched[0].split()[0], fetched[1]) == (">chr1:1-8", "CGTAATGC")
    assert good("genome", "fetch", str(path), "1:1-8").startswith(">1:1-8")
    one = ("variants", "toy.sum", "--genome", str(path), "--assembly", "x", "--variant")
    assert rows_of(good(*one, "1-100-C-A"))[0]["variant"] == "1-100-C-A"
    assert rows_of(good(*one, "chr1-100-G-A"))[0]["variant"] == "chr1-100-G-A"
    assert "does not fit" in bad(*one, "1-100-G-A") or "names base G" in bad(*one, "1-100-G-A")
    _, rows = score(tmp_path, str(path), "1-100-C-A\nchr1-100-G-A\n1 100 . G A\n", "x", "in.txt")
    assert [(row["chrom"], row["skipped"][:9]) for row in rows] == [("1", ""), ("chr1", ""), ("1", "reference")]


def test_mitochondria(tmp_path: Path) -> None:
    path = tmp_path / "hg19.fa"
    path.write_text(f">chrM\n{'A' * 16_571}\n", encoding="utf-8")
    one = ("variants", "toy.sum", "--genome", str(path), "--assembly", "hg19", "--variant")
    for text in ("NC_012920.1-3108-A-G", "NC_012920.1:m.3108A>G", "MT-3108-A-G"):
        assert "16,569 bases" in bad(*one, text)
    assert rows_of(good(*one, "chrM-3108-A-G"))[0]["variant"] == "chrM-3108-A-G"
    assert "16,569 bases" in bad("genome", "fetch", str(path), "MT:1-5", "--assembly", "hg19")
    text = VCF.format("").replace("20\t1000100\t.\tC\tA", "NC_012920.1\t3108\t.\tA\tG")
    _, rows = score(tmp_path, str(path), text, "hg19")
    assert [row["skipped"] for row in rows] == ["other assembly"]


@pytest.mark.parametrize("number", ["9" * 5000, "²", "①", "nan"], ids=["5,000 digits", "superscript", "circled", "nan"])
def test_numbers_that_are_none(genome: str, number: str) -> None:
    one = ("variants", "toy.sum", "--genome", genome)
    bad(*one, "--variant", f"chr20-{number}-C-A")
    bad(*one, "--variant", f"chr20 {number} {number} C A")
    bad(*one, "--variant", "chr20-1000100-C-A", "--target", f"sum[{number}-{number}]")
    bad("genome", "fetch", genome, f"chr20:{number}-{number}")
    bad("predict", "toy.sum", "-s", "ACGT" * 15, "--fit", number)
    bad("mutate", "toy.sum", "-s", "ACGT" * 15, "--window", f"{number}-{number}")
    bad("design", "toy.sum", "-s", "ACGT" * 15, "--locked", f"{number}-{number}")


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400"])
def test_options_that_are_no_finite_number(number: str) -> None:
    bad("design", "toy.sum", "-s", "ACGT" * 15, "--goal", number)
    bad("design", "toy.sum", "-s", "ACGT" * 15, "--goal", "off", "--threshold", number)
    bad("motifs", "scan", "-s", "ACGT" * 15, "--threshold", number)
    bad("attribute", "toy.sum", "-s", "ACGT" * 15, "-m", "smoothgrad", "--noise", number)


def test_a_full_disk_ends_with_two_and_goes_on(tmp_path: Path, genome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    def write(self: ResumableFile, content: bytes) -> None:
        raise full

    with monkeypatch.context() as patched:
        patched.setattr(ResumableFile, "_write", write)
        said, rows = score(tmp_path, genome, VCF.format(""), "hg38")
    assert "No space left on device" in said
    assert "goes on from there" in said
    assert rows == []
    said, rows = score(tmp_path, genome, VCF.format(""), "hg38", restart=False)
    assert [row["skipped"] for row in rows] == [""]


@pytest.mark.parametrize("text", ["[]", "{}"])
def test_a_journal_of_something_else(tmp_path: Path, genome: str, text: str) -> None:
    (tmp_path / "out.tsv.part.json").write_text(text, encoding="utf-8")
    said, rows = score(tmp_path, genome, VCF.format(""), "hg38", restart=False)
    assert "journal" in said
    assert "--restart" in said
    assert rows == []


def test_any_command_on_a_full_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import typer

    with pytest.raises(typer.Exit) as stop, common.bad_input_exits():
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "out.tsv"))
    assert stop.value.exit_code == 2
    assert "out.tsv` can't be written (No space left on device)" in capsys.readouterr().err
    with pytest.raises(OSError, match="other"), common.bad_input_exits():
        raise OSError(errno.ENOENT, "other")
