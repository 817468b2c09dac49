"""`genoviz units`: the numbers of the functions, and its inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.discover.comparison import random_background
from genoviz.models.load import load_model
from genoviz.motifs.files import read_motifs
from genoviz.mutagenesis.tables import mutagenesis_table
from genoviz.sequences.sequence import Sequence
from genoviz.units.bank import unit_bank
from genoviz.units.mutation import unit_map
from genoviz.units.tables import context_table
from tests.cli.calls import bad, good, record, rows_of

NAME = "toy.and"
BASES = "C" * 20 + "GATAAG" + "C" * 34


@pytest.fixture(autouse=True)
def few_motifs(monkeypatch: pytest.MonkeyPatch) -> None:
    from genoviz.motifs.collection import collection

    monkeypatch.setattr("genoviz.units.naming.closest_motifs", lambda card: collection(("insects",)))


def test_units_their_windows_and_their_map_are_those_of_python(tmp_path: Path) -> None:
    model = load_model(NAME)
    bank = unit_bank(model, random_background(model.card, n=60, seed=3), seed=3)
    options = ("units", NAME, "--records", "60", "--seed", "3")
    found = record(*options, "--named", "1")
    assert found["sentence"] == bank.sentence
    assert found["layer"] == "net.scan"
    for row, unit in zip(found["rows"], bank.units, strict=True):
        assert (row["unit"], row["beats_control"], row["partner"]) == (unit.number, unit.beats_control, unit.partner)
        assert row["selectivity"] == pytest.approx(unit.selectivity)
        assert row["held_out"] == pytest.approx(unit.held_out)
    assert found["rows"][0]["random_as_close"] is not None
    assert found["rows"][1]["random_as_close"] is None
    meme = tmp_path / "units.meme"
    rows = rows_of(good(*options, "--unit", "2", "--meme", str(meme)))
    assert [row["bases"] for row in rows] == [row["bases"] for row in context_table(bank, [bank.unit(2)])]
    assert len(read_motifs(meme.read_text())) == 2
    rows = rows_of(good("units", NAME, "--unit", "1", "--sequence", BASES))
    expected = mutagenesis_table(unit_map(model, Sequence(BASES), 1))
    assert [float(row["delta_A"]) for row in rows] == pytest.approx([row["delta_A"] for row in expected])
    layers = record("units", NAME, "--layers")["rows"]
    assert [(row["layer"], row["units"]) for row in layers] == [("net.scan", 2)]


def test_what_units_can_not_do_is_said() -> None:
    assert "Add --unit" in bad("units", NAME, "--sequence", BASES)
    assert "Leave one out" in bad("units", NAME, "--fasta", "a.fa", "--genome", "teaching")
    assert "net.scan" in bad("units", NAME, "--layer", "net.other")
    assert "no layer with units" in bad("units", "kmer.ecoli")
