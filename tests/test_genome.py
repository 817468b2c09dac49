"""Genome: whole chromosomes and pieces, both strands, names, and every way a file can be wrong."""

from __future__ import annotations

import gzip
import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genoviz.errors import BadGenome, BadLocus
from genoviz.genome import Genome
from genoviz.locus import Locus
from genoviz.sequence import Sequence

pysam = pytest.importorskip("pysam")

RNG = random.Random(1)
CHR1 = "".join(RNG.choices("ACGTacgtN", k=1000))
CHR_IV = "".join(RNG.choices("ACGT", k=137))


def fasta(records: dict[str, str], width: int = 60) -> str:
    return "".join(
        f">{name}\n" + "".join(f"{bases[i : i + width]}\n" for i in range(0, len(bases), width))
        for name, bases in records.items()
    )


@pytest.fixture(params=["plain", "bgzip"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write(tmp_path, fasta({"chr1 first": CHR1, "chrIV": CHR_IV, "MT": "ACGT" * 5}), request.param == "bgzip")


def write(folder: Path, text: str, bgzip: bool = False) -> Path:
    plain = folder / "genome.fa"
    plain.write_text(text)
    if not bgzip:
        return plain
    pysam.tabix_compress(str(plain), f"{plain}.gz", force=True)
    plain.unlink()
    return Path(f"{plain}.gz")


def test_fetch_both_strands(path: Path) -> None:
    with Genome(path, "GRCh38") as genome:
        assert genome.chromosomes == {"chr1": 1000, "chrIV": 137, "MT": 20}
        for _ in range(50):
            start = RNG.randrange(999)
            end = RNG.randrange(start + 1, 1001)
            plus = genome.fetch(Locus("chr1", start, end))
            assert plus.bases == CHR1[start:end].upper()
            assert plus.locus == Locus("chr1", start, end, "+", "GRCh38")
            minus = genome.fetch(Locus("chr1", start, end, "-"))
            assert minus.bases == plus.reverse_complement().bases
            assert minus.locus == Locus("chr1", start, end, "-", "GRCh38")
            assert minus.name == str(Locus("chr1", start, end, "-"))
        assert genome.bases("chr1", 3, 9) == CHR1[3:9].upper()
        assert genome.bases("chr1", 3, 3) == ""


def test_an_index_is_made_once(path: Path) -> None:
    assert not Path(f"{path}.fai").exists()
    Genome(path).close()
    assert Path(f"{path}.fai").exists()
    Genome(path).close()


@pytest.mark.parametrize(
    ("asked", "stored"),
    [("chr1", "chr1"), ("1", "chr1"), ("Chr1", "chr1"), ("IV", "chrIV"), ("chrM", "MT"), ("M", "MT"), ("chrMT", "MT")],
)
def test_names_are_reconciled(path: Path, asked: str, stored: str) -> None:
    with Genome(path) as genome:
        assert genome.resolve(asked) == stored
        # The locus keeps the name that was asked for, so that variants on it still apply.
        assert genome.fetch(Locus(asked, 0, 5)).locus == Locus(asked, 0, 5)


def test_unknown_chromosomes_list_what_is_there(path: Path) -> None:
    with Genome(path, "GRCh38") as genome:
        with pytest.raises(BadLocus, match=r"named `4`.*It has `chr1`, `chrIV`, `MT`"):
            genome.fetch(Locus("4", 0, 1))
        with pytest.raises(BadLocus, match="Near matches are `chr1`"):
            genome.fetch(Locus("chr11", 0, 1))


def test_ambiguous_names_are_not_guessed(tmp_path: Path) -> None:
    with Genome(write(tmp_path, fasta({"chr1": "AAAA", "1": "CCCC"}))) as genome:
        assert genome.fetch(Locus("1", 0, 4)).bases == "CCCC"
        assert genome.fetch(Locus("chr1", 0, 4)).bases == "AAAA"
        with pytest.raises(BadLocus):
            genome.fetch(Locus("Chr1", 0, 4))


def test_outside_is_an_error_or_said(path: Path) -> None:
    with Genome(path) as genome:
        over = Locus("chrIV", 130, 140)
        with pytest.raises(BadLocus, match=r"reaches outside.*chrIV:1-137"):
            genome.fetch(over)
        padded = genome.fetch(over, pad=True)
        assert padded.bases == CHR_IV[130:] + "NNN"
        assert padded.name == f"chrIV:131-140 (3 bases not in {path.name} and read as N)"
        assert genome.fetch(over.flip(), pad=True) == Sequence(
            padded.reverse_complement().bases, padded.name.replace("140", "140(-)"), over.flip()
        )


def test_assembly_is_checked(path: Path) -> None:
    with Genome(path, "GRCh38") as genome:
        assert genome.fetch(Locus("chr1", 0, 5, "+", "hg38")).bases
        with pytest.raises(BadLocus, match="hg19"):
            genome.fetch(Locus("chr1", 0, 5, "+", "hg19"))


@pytest.mark.parametrize("bgzip", [False, True])
@pytest.mark.parametrize(
    "names",
    [
        ("chr17:1001-1100", "chr17:1201-1300"),
        ("chr17:1,001-1,100", "chr17:1,201-1,300"),
        ("chr17:1000-1100", "chr17:1200-1300"),  # bedtools getfasta: 0-based
    ],
)
def test_pieces_by_name(tmp_path: Path, names: tuple[str, str], bgzip: bool) -> None:
    one, two = CHR_IV[:100], CHR_IV[37:]
    with Genome(write(tmp_path, fasta({names[0]: one, names[1]: two}), bgzip)) as genome:
        assert genome.stored == (Locus("chr17", 1000, 1100), Locus("chr17", 1200, 1300))
        assert genome.chromosomes == {"chr17": 1300}
        assert genome.fetch(Locus("17", 1000, 1010)).bases == one[:10]
        assert genome.fetch(Locus("chr17", 1290, 1300)).bases == two[-10:]
        for locus in (Locus("chr17", 999, 1010), Locus("chr17", 1090, 1210), Locus("chr17", 5000, 5001)):
            with pytest.raises(
                BadLocus, match=r"chr17:1,001-1,100.*chr17:1,201-1,300|chr17:1,201-1,300.*chr17:1,001-1,100"
            ):
                genome.fetch(locus)
        bridged = genome.fetch(Locus("chr17", 1098, 1202), pad=True)
        assert bridged.bases == one[-2:] + "N" * 100 + two[:2]


@pytest.mark.parametrize("bgzip", [False, True])
def test_pieces_by_description(tmp_path: Path, bgzip: bool) -> None:
    text = fasta({"chr17 chr17:501-600 GRCh38": CHR_IV[:100], "chr2 chr3:1-50": CHR_IV[:50], "chr9": CHR1 * 200})
    text += fasta({"chr8 chr8:11-20 end": "ACGTACGTAC"})
    with Genome(write(tmp_path, text, bgzip)) as genome:
        assert genome.fetch(Locus("chr17", 500, 510)).bases == CHR_IV[:10]
        assert genome.fetch(Locus("chr8", 10, 20)).bases == "ACGTACGTAC"
        assert genome.fetch(Locus("chr2", 0, 10)).bases == CHR_IV[:10]  # another chromosome's place is not believed
        assert genome.chromosomes["chr9"] == 200_000


def test_at_most_ten_pieces_are_listed(tmp_path: Path) -> None:
    records = {f"chr1:{i * 100 + 1}-{i * 100 + 10}": "ACGTACGTAC" for i in range(30)}
    with Genome(write(tmp_path, fasta(records))) as genome, pytest.raises(BadLocus) as caught:
        genome.fetch(Locus("chr1", 1450, 1455))
    assert caught.value.accepted.count("chr1:") == 10
    assert "and 20 more" in caught.value.accepted


def test_bad_files(tmp_path: Path) -> None:
    with pytest.raises(BadGenome, match="no file"):
        Genome(tmp_path / "none.fa")
    with pytest.raises(BadGenome, match="no file"):
        Genome(tmp_path)
    gz = tmp_path / "g.fa.gz"
    gz.write_bytes(gzip.compress(b">chr1\nACGT\n"))
    with pytest.raises(BadGenome, match="compressed with gzip"):
        Genome(gz)
    for text in ("", "hello\n", "\x00\x01"):
        other = tmp_path / "other.fa"
        other.write_text(text)
        with pytest.raises(BadGenome):
            Genome(other)
    uneven = tmp_path / "uneven.fa"
    uneven.write_text(">chr1\nACGT\nACGTACGT\nAC\n")
    with pytest.raises(BadGenome):
        Genome(uneven)


def test_an_index_of_another_file_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, fasta({"chr1": "ACGT" * 10}))
    Path(f"{path}.fai").write_text("chr1\t4000\t6\t60\t61\n")
    with pytest.raises(BadGenome), Genome(path) as genome:
        genome.fetch(Locus("chr1", 100, 200))


def test_no_index_and_none_can_be_made(tmp_path: Path) -> None:
    path = write(tmp_path, fasta({"chr1": "ACGT"}))
    # Stands for a folder without write permission, which root would not notice.
    Path(f"{path}.fai").mkdir()
    with pytest.raises(BadGenome, match="no index"):
        Genome(path)


def test_closed(path: Path) -> None:
    genome = Genome(path)
    genome.close()
    genome.close()
    with pytest.raises(BadGenome, match="closed"):
        genome.fetch(Locus("chr1", 0, 5))


def test_threads(path: Path) -> None:
    with Genome(path) as genome:
        starts = [RNG.randrange(900) for _ in range(400)]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda s: genome.fetch(Locus("chr1", s, s + 100)).bases, starts))
    assert found == [CHR1[s : s + 100].upper() for s in starts]


DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "genome_human_hg38_loci").is_dir(), reason="needs the public data sets")
def test_human_pieces() -> None:
    with Genome(DATA / "genome_human_hg38_loci" / "chr17_TP53.fa.gz", "GRCh38") as genome:
        assert [str(locus) for locus in genome.stored] == ["chr17:7,659,779-7,692,550"]
        # TP53 codon 175, CGC on the minus strand: chr17:7,675,087-7,675,089 in GRCh38.
        assert genome.fetch(Locus.parse("chr17:7,675,087-7,675,089(-)")).bases == "CGC"
        with pytest.raises(BadLocus, match="7,659,779"):
            genome.fetch(Locus("chr17", 0, 10))


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "genome_yeast_sacCer3").is_dir(), reason="needs the public data sets")
def test_yeast_chromosomes() -> None:
    with Genome(DATA / "genome_yeast_sacCer3" / "sacCer3.fa.gz", "sacCer3") as genome:
        assert genome.chromosomes["chrIV"] == 1_531_933
        assert genome.resolve("IV") == "chrIV"
        assert genome.fetch(Locus("chrI", 0, 12)).bases == "CCACACCACACC"
        with pytest.raises(BadLocus):
            genome.resolve("4")
