"""Explanations as tracks: the numbers of the results, where the sequence lies; hits and the command line likewise."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.errors import BadInput
from genoviz.genomes.signal import read_signal
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs.motif import Motif
from genoviz.motifs.scan import Hit
from genoviz.motifs.tables import hit_bed
from genoviz.mutagenesis.saturation import saturate
from genoviz.report.browser_tracks import mutation_track
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from tests.cli.calls import bad, good, rows_of

CARD = get_card("toy.sum")
BASES = "C" * 20 + "GATAAG" + "C" * 34
PLACE = Locus("chr5", 1000, 1060, "-", "hg38")


def test_a_site_on_the_minus_strand_lies_where_it_is() -> None:
    result = saturate(load_model("toy.sum"), Sequence(BASES, locus=PLACE), Target.default(CARD))
    track = mutation_track(CARD, result)
    lines = [line.split("\t") for line in track.bedgraph().splitlines() if line.startswith("chr5")]
    assert {int(start) for _, start, _, value in lines if float(value) == 1} == set(range(1034, 1040))  # 1060 - 26 ...
    assert "# model: toy.sum" in track.bedgraph()
    with pytest.raises(BadInput, match="ending"):
        track.written_as("track.txt")
    with pytest.raises(BadInput, match="no place"):
        mutation_track(CARD, saturate(load_model("toy.sum"), Sequence(BASES), Target.default(CARD)))


def test_hits_as_bed_turn_with_the_sequence() -> None:
    hit = Hit(Motif("a b", ((0.25, 0.25, 0.25, 0.25),) * 6), 20, 26, "+", 10.0, 1e-5, 0.01)
    assert hit_bed([hit], Sequence(BASES, locus=PLACE)) == "chr5\t1034\t1040\ta_b\t500\t-\n"
    assert hit_bed([hit], Sequence(BASES, "mine x")) == "mine\t20\t26\ta_b\t500\t+\n"


def test_the_command_line_writes_the_numbers_of_its_table(tmp_path: Path) -> None:
    fasta, out = tmp_path / "a.fa", tmp_path / "a.bedGraph"
    fasta.write_text(f">chr5:1,001-1,060\n{BASES}\n", encoding="utf-8")
    rows = rows_of(good("attribute", "toy.sum", "-m", "deeplift", "--fasta", str(fasta), "--track", str(out)))
    found = read_signal(out.read_bytes(), Locus("chr5", 1000, 1060)).values
    assert found.tolist() == pytest.approx([float(row["score"]) for row in rows])
    assert "no place" in bad("mutate", "toy.sum", "--sequence", BASES, "--track", str(out))
