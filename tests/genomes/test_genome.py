"""Genome: whole chromosomes and pieces, both strands, names, and every way a file can be wrong."""

from __future__ import annotations

import gzip
import os
import random
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genoviz.errors import BadGenome, BadLocus
from genoviz.genomes.genome import Genome
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

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
    with pytest.raises(BadGenome, match="no FASTA file"):
        Genome(tmp_path)
    with pytest.raises(BadGenome, match="no FASTA file"):
        Genome([])
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


def test_an_index_of_another_file_is_made_anew(tmp_path: Path) -> None:
    path = write(tmp_path, fasta({"chr1": "ACGT" * 10}))
    Path(f"{path}.fai").write_text("chr1\t4000\t6\t60\t61\n")
    with Genome(path) as genome:
        assert genome.chromosomes == {"chr1": 40}


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so a folder without permission would not stand for one."""
    monkeypatch.setattr("genoviz.genomes.fasta_index._can_be_written", lambda folder: False)


@pytest.mark.parametrize("bgzip", [False, True])
def test_an_index_that_cannot_lie_beside_the_file(
    tmp_path: Path, bgzip: bool, monkeypatch: pytest.MonkeyPatch, read_only: None
) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))
    path = write(tmp_path, fasta({"chr17 chr17:501-600": CHR_IV[:100], "chr2": CHR1 * 200}), bgzip)
    for _ in range(2):  # made, then found
        with Genome(path) as genome:
            assert genome.fetch(Locus("chr17", 500, 510)).bases == CHR_IV[:10]
            assert genome.fetch(Locus("chr2", 150_000, 150_100)).bases == CHR1[:100].upper()
    assert [p.parent.parent for p in tmp_path.rglob("*.fai")] == [tmp_path / "cache" / "indexes"]
    # Another file under the same name has another index.
    path.unlink()
    with Genome(write(tmp_path, fasta({"chr9": "ACGT"}), bgzip)) as genome:
        assert genome.chromosomes == {"chr9": 4}


def test_no_index_and_none_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: None) -> None:
    (tmp_path / "cache").write_text("not a folder")
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))
    path = write(tmp_path, fasta({"chr1": "ACGT"}))
    with Genome(path) as genome:  # its index lies in a temporary folder
        assert genome.chromosomes == {"chr1": 4}
    assert not list(tmp_path.rglob("*.fai"))
    monkeypatch.setattr("genoviz.genomes.fasta_index.cache_folder", lambda: tmp_path / "cache")
    with pytest.raises(BadGenome, match="no index"):
        Genome(path)


def test_an_index_of_shifted_records_is_made_anew(tmp_path: Path) -> None:
    """As after the first header was edited: the letters would be shifted without a word."""
    path = write(tmp_path, fasta({"chr1": "ACGT" * 10, "chr2": "CCCC" * 10}))
    Genome(path).close()
    path.write_text(fasta({"chr1 a": "ACGT" * 10, "chr2": "CCCC" * 10}))
    with Genome(path) as genome:
        assert genome.bases("chr1", 0, 8) == "ACGTACGT"
        assert genome.bases("chr2", 0, 40) == "C" * 40


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


DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


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
        assert genome.fetch(Locus("chrI", 0, 12)).bases == "CCACACCACACC"
        for name, stored in {"IV": "chrIV", "4": "chrIV", "10": "chrX", "X": "chrX", "Mito": "chrM"}.items():
            assert genome.resolve(name) == stored
        assert genome.resolve("NC_001136.10") == "chrIV"
        with pytest.raises(BadLocus, match=r"NC_001136\.10"):
            genome.resolve("NC_001136.9")
        with pytest.raises(BadLocus, match="GRCh38"):
            genome.resolve("NC_000023.11")  # chromosome X of human is not X of yeast
        with pytest.raises(BadLocus):
            genome.resolve("17")


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "genome_ecoli_U00096.2").is_dir(), reason="needs the public data sets")
def test_e_coli() -> None:
    with Genome(DATA / "genome_ecoli_U00096.2" / "ecoli_U00096.2.fa.gz") as genome:
        for name in ("U00096.2", "NC_000913.2", "chr", "Chromosome"):
            assert genome.resolve(name) == "U00096.2"
        with pytest.raises(BadLocus, match="4,641,652"):
            genome.resolve("NC_000913.3")


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "genome_human_hg38_loci").is_dir(), reason="needs the public data sets")
def test_all_human_pieces_are_one_genome() -> None:
    folder = DATA / "genome_human_hg38_loci"
    with Genome(folder) as genome:
        assert genome.assembly == "GRCh38"  # loci.tsv says so
        assert len(genome.stored) == 15
        # BRCA1 (minus strand): its start codon, at the end of the coding exon that holds chr17:43,124,096.
        assert genome.fetch(Locus.parse("NC_000017.11:43,124,094-43,124,096(-)")).bases == "ATG"
        # TP53 codon 175 is of another file of the same chromosome.
        assert genome.fetch(Locus.parse("17:7,675,087-7,675,089(-)")).bases == "CGC"
        with pytest.raises(BadLocus, match="GRCh37"):
            genome.resolve("NC_000017.10")
        start = genome.fetch(Locus("chr1", 0, 10_100))  # the telomere is not known
        assert start.counts()["N"] == 10_000
        for locus in genome.stored:
            for place in (
                Locus(locus.chrom, locus.start, locus.start + 50),
                Locus(locus.chrom, locus.end - 50, locus.end),
            ):
                files = [p for p in genome.paths if slow(p, place)]
                assert [genome.fetch(place).bases] == [slow(p, place) for p in files]
    with pytest.raises(BadGenome, match="GRCh37, GRCh38"):
        Genome(folder, "GRCh37")


def slow(path: Path, locus: Locus) -> str:
    """Bases of a locus by reading all of one file as text, with the offset of its header; empty when not in it."""
    with gzip.open(path, "rt") as file:
        header, _, body = file.read().partition("\n")
    chrom, first, last = re.fullmatch(r">\S+ (\S+):(\d+)-(\d+) .*", header).groups()
    if chrom != locus.chrom or not int(first) <= locus.start + 1 <= locus.end <= int(last):
        return ""
    bases = body.replace("\n", "")[locus.start - int(first) + 1 : locus.end - int(first) + 1].upper()
    return bases if locus.strand == "+" else bases[::-1].translate(str.maketrans("ACGT", "TGCA"))


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "genome_human_hg19_loci").is_dir(), reason="needs the public data sets")
def test_every_real_variant_has_its_reference_base() -> None:
    folder = DATA / "genome_human_hg19_loci"
    with Genome(folder, "hg19") as genome, pysam.VariantFile(str(folder / "chr20_1Mb.1000G.vcf.gz")) as records:
        checked = 0
        for record in records:
            assert genome.bases(record.chrom, record.start, record.start + len(record.ref)) == record.ref.upper()
            checked += 1
    assert checked == 28_998


LETTERS = st.text("ACGTNacgtn", min_size=1, max_size=300)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    letters=LETTERS,
    spans=st.lists(st.tuples(st.integers(0, 299), st.integers(1, 300)), min_size=1, max_size=6),
    offset=st.integers(0, 5000),
    ask=st.tuples(st.integers(-40, 320), st.integers(1, 200)),
    strand=st.sampled_from("+-"),
    width=st.integers(1, 80),
)
def test_overlapping_pieces_against_plain_text(
    letters: str, spans: list[tuple[int, int]], offset: int, ask: tuple[int, int], strand: str, width: int
) -> None:
    """Pieces of one chromosome in several files, read at edges, gaps, N and on both strands."""
    with tempfile.TemporaryDirectory() as name:
        known = ["-"] * (offset + 600)
        for i, (start, size) in enumerate(spans):
            piece = letters[start : start + size]
            if not piece:
                continue
            first = offset + start
            known[first : first + len(piece)] = piece.upper()
            text = fasta({f"chr5 chr5:{first + 1}-{first + len(piece)}": piece}, width)
            (Path(name) / f"{i}.fa").write_text(text)
        if set(known) == {"-"}:
            return
        start = max(0, offset + ask[0])
        locus = Locus("5", start, start + ask[1], strand)
        expected = "".join(known[start : start + ask[1]]).ljust(ask[1], "-")
        with Genome(Path(name), "toy") as genome:
            if "-" in expected:
                with pytest.raises(BadLocus, match="outside"):
                    genome.fetch(locus)
            plus = expected.replace("-", "N")
            wanted = (
                plus
                if strand == "+"
                else "".join({**dict(zip("ACGT", "TGCA", strict=True)), "N": "N"}[b] for b in reversed(plus))
            )
            found = genome.fetch(locus, pad=True)
            assert found.bases == wanted
            assert found.locus == Locus("5", start, start + ask[1], strand, "toy")


def test_several_files(tmp_path: Path) -> None:
    files = {"a.fa": "AAAACCCC", "b.fasta": "CCCCGGGG", "notes.txt": "x"}
    for name, bases in files.items():
        (tmp_path / name).write_text(fasta({"chr1": bases}))
    with pytest.raises(BadGenome, match=r"`chr1` is there 2 times.*does not say which stretch"):
        Genome(tmp_path, "toy")
    table = "name\tassembly\tchrom\tstart_1based\tend_1based\na\ttoy\tchr1\t101\t108\nb\ttoy\tchr1\t105\t112\n"
    (tmp_path / "loci.tsv").write_text(table)
    with Genome(tmp_path) as genome:
        assert (genome.assembly, genome.title) == ("toy", tmp_path.name)
        assert genome.fetch(Locus("1", 100, 112, "-")).bases == "CCCCGGGGTTTT"
    with pytest.raises(BadGenome, match="name other, toy"):
        Genome(tmp_path, "other")
    places = {"a.fa": Locus("chr1", 0, 8), "b.fasta": Locus("chr1", 8, 16)}
    with Genome([tmp_path / "a.fa", tmp_path / "b.fasta"], loci=places) as genome:
        assert genome.fetch(Locus("chr1", 0, 16)).bases == "AAAACCCCCCCCGGGG"
    with pytest.raises(BadGenome, match=r"should hold chr1:1-9 \(9 bases\), but has 1 records \(8 bases\)"):
        Genome(tmp_path / "a.fa", loci={"a.fa": Locus("chr1", 0, 9)})
    with Genome(tmp_path, loci={"b.fasta": Locus("chr1", 102, 110)}) as genome:
        assert genome.fetch(Locus("chr1", 100, 102)).bases == "AA"
        with pytest.raises(BadGenome, match=r"differ at chr1:103: A, but C in b\.fasta"):
            genome.fetch(Locus("chr1", 100, 110))
    (tmp_path / "loci.tsv").write_text(table.replace("101", "one"))
    with pytest.raises(BadGenome, match=r"`loci\.tsv`.*'one'"):
        Genome(tmp_path)


def test_a_place_must_agree_with_the_header(tmp_path: Path) -> None:
    path = write(tmp_path, fasta({"chr1 chr1:11-14": "ACGT"}))
    with pytest.raises(BadGenome, match="says that it holds chr1:11-14, but it was given as chr1:12-15"):
        Genome(path, loci={path.name: Locus("chr1", 11, 15)})


def test_a_place_that_does_not_fit_is_not_believed(tmp_path: Path) -> None:
    """`chr1:11-99` with 4 bases is not chromosome 1 from its first base on."""
    with Genome(write(tmp_path, fasta({"chr1:11-99": "ACGT", "HLA-A*01:01": "CC", "HLA-A*01:02": "GG"}))) as genome:
        assert list(genome.chromosomes) == ["chr1_11-99", "HLA-A*01_01", "HLA-A*01_02"]
        with pytest.raises(BadLocus):
            genome.fetch(Locus("chr1", 0, 4))


def test_a_missing_block_index_is_made(tmp_path: Path) -> None:
    path = write(tmp_path, fasta({"chr1": CHR1 * 100}), bgzip=True)
    Genome(path).close()
    Path(f"{path}.gzi").unlink()
    with Genome(path) as genome:
        assert genome.fetch(Locus("chr1", 90_000, 90_100)).bases == CHR1[:100].upper()


@pytest.mark.parametrize("bgzip", [False, True])
def test_headers_of_many_records_are_found_across_blocks(tmp_path: Path, bgzip: bool) -> None:
    records = {f"chr{n} chr{n}:{n * 10 + 1}-{n * 10 + 3000}": (CHR1 * 3)[:3000] for n in range(1, 100)}
    with Genome(write(tmp_path, fasta(records), bgzip)) as genome:
        assert [(p.chrom, p.start) for p in genome.stored] == [(f"chr{n}", n * 10) for n in range(1, 100)]


@pytest.mark.parametrize("bgzip", [False, True])
def test_a_file_that_changes_while_it_is_open_is_not_read_on(tmp_path: Path, bgzip: bool) -> None:
    with Genome(write(tmp_path, fasta({"chr1": "ACGT" * 50}), bgzip)) as genome:
        assert genome.bases("chr1", 0, 4) == "ACGT"
        write(tmp_path, fasta({"chr1": "GGGGG" * 50}), bgzip)
        with pytest.raises(BadGenome, match="changed while it was open"):
            genome.bases("chr1", 0, 4)


@pytest.mark.parametrize("bgzip", [False, True])
def test_an_index_of_a_shorter_file_is_made_anew(tmp_path: Path, bgzip: bool) -> None:
    Genome(write(tmp_path, fasta({"chr1": "ACGT" * 50}), bgzip)).close()
    path = write(tmp_path, fasta({"chr1": "ACGT" * 60}), bgzip)
    with Genome(path) as genome:
        assert genome.chromosomes == {"chr1": 240}


def test_a_file_that_was_deleted_is_still_read(tmp_path: Path) -> None:
    path = write(tmp_path, fasta({"chr1": "ACGT" * 50}))
    with Genome(path) as genome:
        path.unlink()
        assert genome.bases("chr1", 0, 4) == "ACGT"


def test_padding_has_an_end(tmp_path: Path) -> None:
    with Genome(write(tmp_path, fasta({"chr1": "ACGT"}))) as genome:
        assert genome.fetch(Locus("chr1", 0, 1000), pad=True).bases == "ACGT" + "N" * 996
        with pytest.raises(BadLocus, match="reaches outside the bases"):
            genome.fetch(Locus("chr1", 0, 99_999_999_999), pad=True)
