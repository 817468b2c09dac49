"""Windows around BED regions."""

from __future__ import annotations

import base64
import re
import time
from pathlib import Path

import numpy as np
import pytest

from genoviz.errors import BadInput
from genoviz.files.text import decoded
from genoviz.genomes.genome import Genome, Reference
from genoviz.genomes.regions import looks_like_bed, region_windows
from genoviz.genomes.registry import TEACHING, open_genome
from genoviz.plots.palette import colours
from genoviz.plots.small_logo import small_logo
from genoviz.sequences.locus import Locus


@pytest.fixture(scope="module")
def reference():
    with open_genome(TEACHING) as found:
        yield found


def test_what_is_bed() -> None:
    assert looks_like_bed("# peaks\ntrack name=x\nchrT1\t5\t10\n")
    assert not looks_like_bed(">chrT1 5 10\nACGT\n")
    assert not looks_like_bed("")
    assert not looks_like_bed("chrT1\tfive\t10\n")


def test_windows_lie_around_the_middle_or_the_summit(reference: Reference) -> None:
    (middle,) = region_windows("chrT1\t1000\t1100\tmid\t0\t-\n", reference, 41, most=10).windows
    assert middle.locus == Locus("chrT1", 1030, 1071, "-", reference.assembly)
    assert middle.bases == reference.fetch(middle.locus).bases
    peaks = region_windows(f"{PEAK}\nchrT2\t3000\t3100\tno summit\t0\t.\t1\t-1\t-1\t-1\n", reference, 41, most=10)
    summit, none = peaks.windows
    assert summit.locus == Locus("chrT2", 2010, 2051, "+", reference.assembly)
    assert none.locus == Locus("chrT2", 3030, 3071, "+", reference.assembly)
    assert (middle.name, summit.name) == ("mid", "peak")
    assert peaks.summits == 1
    assert "summits (1) or middles" in peaks.sentence


PEAK = "chrT2\t2000\t2100\tpeak\t0\t.\t1.5\t1\t1\t30"
BED12 = "chrT1\t1000\t1100\tA\t0\t-\t1000\t1100\t0\t2\t10,20,\t0,80,"


@pytest.mark.parametrize(
    ("row", "middle"),
    [
        (PEAK, 2030),
        (PEAK.replace("\t", "  "), 2030),  # spaces
        (PEAK.replace("\t1.5\t1\t1\t", "\t7\t-1\t-1\t"), 2030),  # no p and q
        (PEAK.replace("\t1.5\t1\t1\t", "\t3.2e+01\t1e-5\t.5\t"), 2030),
        ("track type=narrowPeak name=x\n" + PEAK.replace("1.5\t1\t1", "2000\t2100\t0"), 2030),
        ("track type=bed name=x\n" + PEAK, 2050),
        (BED12, 1050),
        (BED12.replace("\t2\t10,20,\t0,80,", "\t1\t100,\t0,"), 1050),
        (BED12 + "\t5\t1\t1", 1050),  # gappedPeak: 15 columns
        ("chrT1\t1000\t1100\tA\t0\t+\t1000\t1100\t255,0,0\t7", 1050),  # BED9 with a column more
        ("chrT1\t1000\t1100\tA\t0\t+\t1000\t1100\t0\t7", 1050),
        ("chrT1\t1000\t1100\tA\t0\t+\t1010\t1010\t.\t7", 1050),
        ("chrT1\t1000\t1100\tA\t0\t+\t1.5\t1\t1", 1050),  # broadPeak: 9 columns
        ("chrT1\t1000\t1100\tA\t0\tENSG01\t1.5\t1\t1\t30", 1050),  # no strand: columns of somebody's own
        ("chrT1\t1000\t1100\tA\t0\t+\t1.5\t1\t1\t300", 1050),  # behind the end: no summit
        ("chrT1\t1000\t1100\tA\t0\t+\t1.5\t1\tq\t30", 1050),
    ],
)
def test_only_narrow_peaks_have_a_summit(reference: Reference, row: str, middle: int) -> None:
    (window,) = region_windows(row + "\n", reference, 41, most=10).windows
    assert window.locus is not None
    assert (window.locus.start, window.locus.end) == (middle - 20, middle + 21)


def middles(text: str, reference: Reference) -> list[int]:
    return [w.locus.start + 20 for w in region_windows(text, reference, 41, most=10).windows if w.locus is not None]


def test_each_row_has_a_summit_or_not(reference: Reference) -> None:
    bad = PEAK.replace("\t30", "\t3000")
    assert middles(f"{PEAK}\nchrT1\t1000\t1100\tA\t0\t+\n{bad}\n", reference) == [2030, 1050, 2050]


def test_each_track_line_speaks_for_the_rows_below(reference: Reference) -> None:
    detail = "track name='type=bed like' type=narrowPeak\n" + PEAK + "\ntrack type=bedDetail\n" + PEAK + "\n"
    assert middles(detail, reference) == [2030, 2050]
    assert middles('track name="type=bed x"\n' + PEAK, reference) == [2030]
    for row in (
        "chrT2\t5\t50",
        PEAK.replace("\t30", "\t-5"),
        PEAK.replace("\t30", "\t5000"),
        PEAK.replace("\t30", "\tabc"),
    ):
        with pytest.raises(BadInput, match="Line 2 below a track line"):
            middles(f"track type=narrowPeak\n{row}\n", reference)


def test_a_table_that_may_count_from_one_is_refused(reference: Reference) -> None:
    text = "chr\tstart\tend\tlength\nchrT1\t1000\t1100\t100\n"
    assert looks_like_bed(text)
    with pytest.raises(BadInput, match="mostly count from 1"):
        middles(text, reference)


def test_a_chromosome_called_track(tmp_path: Path) -> None:
    (tmp_path / "g.fa").write_text(f">track1\n{'ACGT' * 25}\n>gap\n{'N' * 100}\n")
    with Genome(tmp_path / "g.fa") as genome:
        regions = region_windows("track1\t40\t60\ntrack1\t40\t60\tm\t0\t\u2212\ngap\t40\t60\n", genome, 21, most=9)
    assert [w.locus.strand for w in regions if w.locus is not None] == ["+", "-"]
    assert regions.left_out == {"the genome has nothing but N there": 1}


def test_the_drawing_does_not_change_what_is_read(reference: Reference) -> None:
    """All lines are checked and those that can't be read left out before any are drawn."""
    far = "".join(f"chrT1\t{200_000 + i}\t{200_100 + i}\n" for i in range(50))
    regions = region_windows(f"{far}chrT1\t1000\t1100\n", reference, 41, most=5)
    assert (len(regions), sum(regions.left_out.values())) == (1, 50)
    with pytest.raises(BadInput, match="Line 51"):
        region_windows("chrT1\t1000\t1100\n" * 50 + "chrT1\t5\t5\n", reference, 41, most=5)


@pytest.mark.parametrize("strand", ["", "*", "+-", "1", "x", "plus", "."])
def test_what_is_no_strand_is_read_on_plus(reference: Reference, strand: str) -> None:
    (window,) = region_windows(f"chrT1\t1000\t1100\tA\t0\t{strand}\t1\n", reference, 41, most=10).windows
    assert window.locus is not None
    assert window.locus.strand == "+"


def test_over_the_ends_stands_n_and_is_counted(reference: Reference) -> None:
    text = "chrT1\t0\t10\tp\t0\t+\nchrT1\t0\t10\tm\t0\t-\nchrT1\t99990\t100000\nchrT1\t500\t600\n"
    regions = region_windows(text, reference, 40, most=10)
    plus, minus, right, inside = regions.windows
    assert plus.bases[:15] == "N" * 15
    assert "N" not in plus.bases[15:]
    assert minus.bases == plus.reverse_complement().bases
    assert right.bases.endswith("N" * 15)
    assert "N" not in inside.bases
    assert regions.padded == 3
    assert "3 reach over the bases of the genome" in regions.sentence


def test_regions_that_the_genome_lacks_are_left_out_and_counted(reference: Reference) -> None:
    text = (
        "chrT1\t200000\t200100\tfar\nchrT1\t99990\t100001\tone over\nchrX\t5\t10\nchrX\t15\t20\n"
        "chrT1\t3000\t3100\tgood\n"
    )
    regions = region_windows(text, reference, 41, most=10)
    assert [window.name for window in regions.windows] == ["good"]
    assert sorted(regions.left_out.values()) == [2, 2]
    assert "2: they end behind the last base of their chromosome, as in another assembly" in regions.sentence
    assert "has no such chromosome" in regions.sentence
    with pytest.raises(BadInput, match="No region of the BED text can be read"):
        region_windows(text.partition("chrT1\t3000")[0], reference, 41, most=10)


def test_a_genome_stored_in_pieces(tmp_path: Path) -> None:
    """Between the pieces are bases that nobody has: regions there are left out, windows at the edge are padded."""
    (tmp_path / "g.fa").write_text(f">chr1:1001-1100\n{'ACGT' * 25}\n>chr1:2001-2100\n{'GATC' * 25}\n")
    text = "chr1\t1040\t1060\tin\nchr1\t1500\t1520\tbetween\nchr1\t1002\t1006\tedge\nchr1\t1090\t1110\thalf\n"
    with Genome(tmp_path / "g.fa") as genome:
        regions = region_windows(text, genome, 20, most=10)
    assert [w.name for w in regions.windows] == ["in", "edge"]
    assert regions.windows[1].bases == "N" * 6 + ("ACGT" * 4)[:14]
    assert (dict(regions.left_out), regions.padded) == ({"g.fa has not all of their bases": 2}, 1)


def test_of_many_regions_a_sample_is_drawn(reference: Reference) -> None:
    text = "".join(f"chrT1\t{i * 100 + 100}\t{i * 100 + 110}\tr{i}\n" for i in range(50))
    drawn = region_windows(text, reference, 20, most=5, seed=1).windows
    assert len(drawn) == 5
    assert drawn == region_windows(text, reference, 20, most=5, seed=1).windows
    places = [s.locus.start for s in drawn]
    assert places == sorted(places)


def test_bad_lines_are_named(reference: Reference) -> None:
    for line in (
        "chrT1\t9\t5",
        "chrT1\t9",
        "chrT1\t-9\t5",
        "chrT1\t²\t5",
        "chrT1\t1\t①",
        f"chrT1\t1\t{'9' * 5000}",
        "\t1\t5",
    ):
        with pytest.raises(BadInput, match="Line 2"):
            region_windows(f"chrT1\t1\t5\n{line}\n", reference, 10, most=5)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfchrT1\t1000\t1100\tA\n",
        "chrT1\t1000\t1100\tA\n".encode("utf-16"),
        b"chrT1\t1000\t1100\tA\r\n",
        b"\xef\xbb\xbf# peaks\rchrT1\t1000\t1100\tA\r",
        b"chrom\tchromStart\tchromEnd\tname\nchrT1\t1000\t1100\tA\n",
        "chrT1\t1000\t1100\tA\u2028B\x85\n".encode(),
    ],
    ids=["mark", "utf-16", "windows", "old mac", "header", "odd line ends"],
)
def test_marks_and_line_ends(reference: Reference, content: bytes) -> None:
    text = decoded(content)
    assert looks_like_bed(text)
    (window,) = region_windows(text, reference, 41, most=10).windows
    assert window.locus == Locus("chrT1", 1030, 1071, "+", reference.assembly)


def test_small_logos_show_every_letter_at_its_height() -> None:
    heights = np.array([[2.0, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0, -1.0]])
    picture = small_logo(heights, colours(), label='a "quoted" <name>')
    assert 'alt="a &quot;quoted&quot; &lt;name&gt;"' in picture
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", picture)[1]).decode()
    # 3 units of height over 60: scale 20, and letters are drawn in a square of 100.
    scales = [float(v) for v in re.findall(r"scale\([\d.]+ ([\d.]+)\)", svg)]
    assert scales == [0.4, 0.1, 0.1, 0.2]
    tops = [float(v) for v in re.findall(r"translate\([\d.]+ ([\d.]+)\)", svg)]
    assert tops == [0.0, 30.0, 20.0, 40.0]
    assert "M0 40.00H36" in svg


@pytest.mark.parametrize("line", ["track " + "_" * 100_000, "track name=" + '"' * 50_000, "browser " + "a " * 50_000])
def test_a_long_track_line_takes_no_time(line: str) -> None:
    start = time.process_time()
    assert looks_like_bed(f"{line}\nchr1\t5\t9\n")
    assert time.process_time() - start < 5  # a minute with a search that begins at every letter
