"""Windows around BED regions."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest

from genoviz.errors import BadInput, BadLocus
from genoviz.genomes.genome import Reference
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


def test_windows_lie_around_summit_or_middle(reference: Reference) -> None:
    text = "chrT1\t1000\t1100\tmid\t0\t-\nchrT2\t2000\t2100\tpeak\t0\t.\t1\t1\t1\t30\n"
    middle, summit = region_windows(text, reference, 41, most=10)
    assert middle.locus == Locus("chrT1", 1030, 1071, "-", reference.assembly)
    assert summit.locus == Locus("chrT2", 2010, 2051, "+", reference.assembly)
    assert (middle.name, summit.name) == ("mid", "peak")
    assert middle.bases == reference.fetch(middle.locus).bases


def test_over_the_ends_stands_n(reference: Reference) -> None:
    plus, minus, right = region_windows(
        "chrT1\t0\t10\tp\t0\t+\nchrT1\t0\t10\tm\t0\t-\nchrT1\t99990\t100000\n", reference, 40, most=10
    )
    assert plus.bases[:15] == "N" * 15
    assert "N" not in plus.bases[15:]
    assert minus.bases == plus.reverse_complement().bases
    assert right.bases.endswith("N" * 15)


def test_of_many_regions_a_sample_is_drawn(reference: Reference) -> None:
    text = "".join(f"chrT1\t{i * 100 + 100}\t{i * 100 + 110}\tr{i}\n" for i in range(50))
    drawn = region_windows(text, reference, 20, most=5, seed=1)
    assert len(drawn) == 5
    assert drawn == region_windows(text, reference, 20, most=5, seed=1)
    places = [s.locus.start for s in drawn]
    assert places == sorted(places)


def test_bad_lines_are_named(reference: Reference) -> None:
    with pytest.raises(BadInput, match="Line 2"):
        region_windows("chrT1\t1\t5\nchrT1\t9\t5\n", reference, 10, most=5)
    with pytest.raises(BadLocus):
        region_windows("chrX\t1\t5\n", reference, 10, most=5)


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
