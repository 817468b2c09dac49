"""The index of a FASTA file: believed only where it fits, made anew where it does not, and never seen half-made."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from genoviz.errors import BadGenome
from genoviz.genomes.genome import Genome

pysam = pytest.importorskip("pysam")

RNG = random.Random(2)
ONE, TWO = ("".join(RNG.choices("ACGT", k=n)) for n in (5000, 1234))
WIDTHS = (50, 60, 61, 70, 80, 120, 5000)


def fasta(width: int, end: str = "\n", records: tuple[tuple[str, str], ...] = (("chr1", ONE), ("chr2", TWO))) -> str:
    return "".join(
        f">{name}{end}" + "".join(f"{bases[i : i + width]}{end}" for i in range(0, len(bases), width))
        for name, bases in records
    )


def written(path: Path, text: str, bgzip: bool = False) -> Path:
    """The file with its old time, as `cp -p` or an archive leaves it: time alone can't tell."""
    path.write_bytes(text.encode())
    if bgzip:
        pysam.tabix_compress(str(path), f"{path}.gz", force=True)
        path = Path(f"{path}.gz")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    return path


def reads(path: Path) -> None:
    with Genome(path) as genome:
        assert genome.bases("chr1", 0, len(ONE)) == ONE
        assert genome.bases("chr1", 4321, 4345) == ONE[4321:4345]
        assert genome.bases("chr2", 1200, 1234) == TWO[1200:]


@pytest.mark.parametrize("bgzip", [False, True])
@pytest.mark.parametrize(("first", "then"), list(permutations(WIDTHS, 2)))
def test_wrapped_anew(tmp_path: Path, first: int, then: int, bgzip: bool) -> None:
    reads(written(tmp_path / "g.fa", fasta(first), bgzip))
    reads(written(tmp_path / "g.fa", fasta(then), bgzip))


@pytest.mark.parametrize("ends", [("\n", "\r\n"), ("\r\n", "\n")])
def test_other_line_ends(tmp_path: Path, ends: tuple[str, str]) -> None:
    for end in ends:
        reads(written(tmp_path / "g.fa", fasta(60, end)))


def test_bases_exchanged_between_records(tmp_path: Path) -> None:
    reads(written(tmp_path / "g.fa", fasta(60)))
    path = written(tmp_path / "g.fa", fasta(60, records=(("chr2", TWO), ("chr1", ONE))))
    reads(path)
    reads(written(tmp_path / "g.fa", fasta(60, records=(("chr1", ONE), ("extra", "ACGT"), ("chr2", TWO)))))


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\x00\xff", b"chr1\t5\n", b"chr1\t-5\t6\t60\t61\n", b"chr1\t5000\t6\t0\t0\n"]
)
def test_an_index_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "g.fa", fasta(60))
    Path(f"{path}.fai").write_bytes(content)
    reads(path)


def test_a_block_index_that_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "g.fa", fasta(60, records=(("chr1", ONE * 50), ("chr2", TWO))), bgzip=True)
    Genome(path).close()
    good = Path(f"{path}.gzi").read_bytes()
    for bad in (b"", good[:-3], good[:8] + bytes(len(good) - 8)):
        Path(f"{path}.gzi").write_bytes(bad)
        with Genome(path) as genome:
            assert genome.bases("chr1", 200_000, 200_020) == (ONE * 50)[200_000:200_020]
        assert Path(f"{path}.gzi").read_bytes() == good


def test_lines_that_grew_and_shrank(tmp_path: Path) -> None:
    """The same size, another line length in the middle: such a file has no index, and an old one must not be used."""
    path = written(tmp_path / "g.fa", fasta(60))
    Genome(path).close()
    lines = path.read_text().split("\n")
    lines[5], lines[6] = lines[5][:-1], lines[5][-1] + lines[6]
    path.write_text("\n".join(lines))
    with pytest.raises(BadGenome, match="is not as long as the other lines"):
        Genome(path)


def test_an_index_without_the_first_record(tmp_path: Path) -> None:
    path = written(tmp_path / "g.fa", fasta(60))
    Genome(path).close()
    index = Path(f"{path}.fai")
    index.write_text(index.read_text().partition("\n")[2])
    reads(path)


def test_neighbours_exchanged_among_many(tmp_path: Path) -> None:
    records = [(f"s{i}", TWO[i % 500 : i % 500 + 80]) for i in range(5000)]
    path = written(tmp_path / "g.fa", fasta(60, records=tuple(records)))
    Genome(path).close()
    records[1232], records[1233] = records[1233], records[1232]
    path = written(path, fasta(60, records=tuple(records)))
    with Genome(path) as genome:
        assert genome.bases("s1232", 0, 80) == TWO[1232 % 500 : 1232 % 500 + 80]


def test_an_index_that_fits_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "g.fa", fasta(60))
    Genome(path).close()
    index = Path(f"{path}.fai")
    before = index.stat()
    reads(path)
    assert (index.stat().st_mtime_ns, index.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g.fa", "g.fa.fai"]  # nothing is left of the making


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (">chr1\nACGT\n>chr2\nGGGG\n>chr1\nTTTT\n", "the name `chr1` is there twice"),
        (">chr1\nACGT\n>chr1\nTTTT\n>chr2\nGGGG\n", "the name `chr1` is there twice"),
        (">chr1\n>chr1\nACGT\n>chr2\nGG\n", "the name `chr1` is there twice"),
        (">chr1 human\nACGT\n>chr1 virus\nTTTT\n", "the name `chr1` is there twice"),
        (">chr1\nACGTAC\nACG\nACGTAC\n", "line 4 is not as long as the other lines"),
        (">chr1\nACGT\nACGTAC\n", "line 3 is not as long"),
        (">chr1\nACGT\n>chr2\n", "the record `chr2` has no bases"),
        (">chr1\rACGT\r", "ends as on old Macs"),
        (">chr1\nAC GT\nAC GT\nA\n", "lines of bases hold spaces"),
        (
            "".join(f">s{i if i != 2999 else 5} words\n{'ACGT' * 20}\n" for i in range(6000)),
            "the name `s5` is there twice",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadGenome) as caught:
        Genome(written(tmp_path / "g.fa", text))
    assert said.replace("`", "") in str(caught.value).replace("`", "").replace("'", "")
    assert "old index" not in str(caught.value)


@pytest.mark.parametrize("text", [">\nACGT\n", ">chr1\nACGT\n>\nACGT\n", ">chr1\nACGT\n> chr2\nACGT\n"])
def test_a_record_without_a_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadGenome, match="without a name"):
        Genome(written(tmp_path / "g.fa", text))


def test_spaces_behind_lines_and_empty_lines_between_records(tmp_path: Path) -> None:
    with Genome(written(tmp_path / "g.fa", "\n>chr1\nACGT \nACGT \nG\n\n\n>chr2\nGG\n\n")) as genome:
        assert (genome.bases("chr1", 0, 9), genome.bases("chr2", 0, 2)) == ("ACGTACGTG", "GG")


def test_headers_with_odd_characters(tmp_path: Path) -> None:
    """U+0085, U+2028 and form feeds end a line for `str.splitlines`, not for FASTA."""
    odd = "chr1 a\u2028b\x0cc\x85d"
    with Genome(written(tmp_path / "g.fa", fasta(60, records=((odd, ONE), ("chr2", TWO))))) as genome:
        assert genome.bases("chr2", 0, 20) == TWO[:20]


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u00a0", "\x1c"])
def test_names_with_signs_that_are_spaces_to_python(tmp_path: Path, sign: str) -> None:
    with Genome(written(tmp_path / "g.fa", fasta(60, records=((f"a{sign}b", ONE), ("chr2", TWO))))) as genome:
        assert genome.bases("chr2", 0, 20) == TWO[:20]


def test_names_of_other_scripts(tmp_path: Path) -> None:
    path = written(tmp_path / "g.fa", fasta(60, records=(("染色体1", ONE), ("chr2", TWO))))
    with Genome(path) as genome:
        assert genome.bases("染色体1", 100, 120) == ONE[100:120]
        assert genome.bases("chr2", 0, 20) == TWO[:20]


def test_two_processes_make_one_index(tmp_path: Path) -> None:
    path = written(tmp_path / "g.fa", fasta(60, records=(("chr1", ONE * 400), ("chr2", TWO))))
    code = (
        "import sys; from genoviz.genomes.genome import Genome\n"
        "sys.stdin.readline()\n"  # all begin at once
        "with Genome(sys.argv[1]) as g: print(g.bases('chr1', 1_900_000, 1_900_020))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], text=True, stdin=-1, stdout=-1, stderr=-1)
        for _ in range(4)
    ]
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate() for one in running]
    assert said == [((ONE * 400)[1_900_000:1_900_020] + "\n", "")] * 4
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g.fa", "g.fa.fai"]
