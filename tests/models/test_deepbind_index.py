"""The table of the DeepBind models: search, cards, and what is at hand."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from genoviz.errors import UnknownName
from genoviz.models import deepbind_index as index
from genoviz.models.card import combined_checksum
from genoviz.models.fetch import is_free


def proteins(query: str) -> list[str]:
    return [row.protein for row in index.search(query)]


def test_all_models_of_the_release_are_there() -> None:
    rows = list(index.rows().values())
    assert len(set(index.names())) == len(rows) == 927
    # counts of the release's own table
    assert Counter(row.experiment for row in rows) == {"SELEX": 461, "RNAcompete": 244, "ChIP-seq": 137, "PBM": 85}
    assert Counter(row.kind for row in rows) == {"TF": 683, "RBP": 244}
    assert {row.both_strands for row in rows if row.kind == "RBP"} == {False}
    assert {row.both_strands for row in rows if row.kind == "TF"} == {True}
    assert {row.width for row in rows} == {14, 16, 20, 24, 32, 36}
    assert len({row.sha256 for row in rows}) == 927
    assert max(row.window for row in rows) < index.LENGTH


def test_search_finds_by_protein_species_experiment_and_id() -> None:
    assert set(proteins("ctcf chip-seq k562")) <= {"CTCF", "CTCFL"}
    assert proteins("CTCF")[0] == "CTCF"  # before CTCFL, whose ID may be lower
    assert proteins("CTCF").index("CTCFL") > max(i for i, p in enumerate(proteins("CTCF")) if p == "CTCF")
    assert {row.organism for row in index.search("mouse pbm")} == {"mouse"}
    assert {row.id for row in index.search("mus musculus PBM")} == {row.id for row in index.search("mouse pbm")}
    assert [row.id for row in index.search("D00328.018")] == ["D00328.018"]
    assert [row.id for row in index.search("deepbind.D00328.018")] == ["D00328.018"]
    assert {row.kind for row in index.search("rnacompete human")} == {"RBP"}
    assert "GM12801" in index.search("gm12801 ctcf")[0].details
    assert index.search("no such protein") == []
    assert len(index.search("  ")) == 927


def test_get_takes_full_names_only() -> None:
    card = index.get("deepbind.D00328.018")
    assert card is not None
    assert card is index.card("D00328.018")
    for other in ("D00328.018", "deepbind.D99999.001", "deepbind.", "deepbind", "tfbind.encode10", "tfbind.D00328.018"):
        assert index.get(other) is None
    with pytest.raises(UnknownName, match=r"Did you mean `D00328"):
        index.card("D00328.019")


def test_cards_are_complete_and_say_what_the_model_is() -> None:
    for row in index.rows().values():
        card = index.card(row.id)
        assert card.name == row.name
        assert card.outputs[0].tracks == (row.protein,)
        assert card.strand_symmetric is row.both_strands
        assert all((card.title, card.summary, card.n_rule, card.data, card.split, card.licence, card.citation))
        (file,) = card.files
        assert file.url.endswith(f"/67f4b804759db6811535be0f3e20035f7d46adb3/deepbind_db/params/{row.id}.txt")
        assert file.name == f"{row.id}.txt"
        assert len(file.sha256) == 64
        assert card.sha256 == combined_checksum(card.files)
        assert is_free(card)
        assert not card.bundled
    titles = [index.card(row.id).title for row in index.rows().values()]
    assert len(set(titles)) == 927  # the picker shows titles
    rna, dna = index.card("D00210.001"), index.card("D00328.018")
    assert any("T is read as U" in limit for limit in rna.limits)
    assert not any("T is read as U" in limit for limit in dna.limits)
    assert dna.assembly == "hg19"
    assert rna.assembly == ""
    example = index.card("D00328.003").example
    assert len(example["bases"]) == len(example["importance"]) == 20


def test_at_hand_lists_what_the_folders_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    inner = tmp_path / "params"
    inner.mkdir()
    for path in (
        tmp_path / "D00328.018.txt",
        inner / "D00001.001.txt",
        tmp_path / "D00328.018.txt.part",
        inner / "x.txt",
    ):
        path.touch()
    found = [card.name for card in index.at_hand()]
    assert {"deepbind.D00001.001", "deepbind.D00328.018"} <= set(found)
    assert [name for name in found if "D00328" in name] == ["deepbind.D00328.018"]


def test_the_index_needs_no_torch() -> None:
    code = (
        "import sys\nfrom genoviz.models import deepbind_index as i\ni.search('CTCF'), i.card('D00328.018'), i.at_hand()\n"
        "print([m for m in ('torch', 'pandas', 'streamlit') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
