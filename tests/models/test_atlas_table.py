"""The table of an atlas: rows, search, cards on demand, and rows that can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.errors import BadInput, UnknownName
from genoviz.models.atlas import COLUMNS, ENCODE_POLICY, read_table, rows, search
from genoviz.models.catalogue import get_card, list_models

ROWS = [
    "ENCSR1\tBPNet\tCTCF\tK562\tTF ChIP-seq\tGRCh38\thttps://a.org/1.h5 ab;https://a.org/2.h5 cd\tcount r 0.71;profile r 0.5",
    "ENCSR2\tChromBPNet\t\tliver\tATAC-seq\tGRCh38\thttps://a.org/3.h5\t",
]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(("\t".join(COLUMNS), *lines)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write(tmp_path / "atlas.tsv", *ROWS)
    monkeypatch.setenv("GENOVIZ_ATLAS", str(path))
    return path


def test_rows_and_search(table: Path) -> None:
    first, second = rows().values()
    assert [(f.name, f.url, f.sha256) for f in first.folds] == [
        ("ENCSR1.fold_0.h5", "https://a.org/1.h5", "ab"),
        ("ENCSR1.fold_1.h5", "https://a.org/2.h5", "cd"),
    ]
    assert first.quality == {"count r": 0.71, "profile r": 0.5}
    assert search("k562 ctcf") == [first]
    assert search("open ATAC") == [second]
    assert search("CTCF liver") == []


def test_the_command_says_the_same(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(app, ["atlas", "ctcf", "k562"])
    assert done.stdout.splitlines()[1].split("\t") == [
        *("atlas.ENCSR1", "BPNet", "CTCF", "K562", "TF ChIP-seq", "GRCh38", "2", "", "count r 0.71, profile r 0.5"),
        ENCODE_POLICY,
    ]
    monkeypatch.setenv("GENOVIZ_ATLAS", str(table.with_name("none.tsv")))
    assert "There is no table" in CliRunner().invoke(app, ["atlas"]).stderr


def test_cards_on_demand(table: Path) -> None:
    card = get_card("atlas.ENCSR1")
    assert (card.title, len(card.files), card.never_run) == ("CTCF in K562 (TF ChIP-seq)", 2, True)
    assert any("count r 0.71" in limit and "Not measured here" in limit for limit in card.limits)
    assert get_card("atlas.ENCSR2").outputs[1].tracks == ("ATAC-seq profile",)
    assert not any(card.name.startswith("atlas.") for card in list_models())
    with pytest.raises(UnknownName):
        get_card("atlas.ENCSR9")


def test_no_table_is_an_empty_atlas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_ATLAS", str(tmp_path / "none.tsv"))
    assert rows() == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (ROWS[0].replace("BPNet", "Enformer"), "line 2: the family"),
        (ROWS[0].replace("https://a.org/2.h5", "file:///etc/passwd"), "fold 1 has no address"),
        (ROWS[0].replace("ENCSR1", "../x"), "no accession"),
        (ROWS[0].replace("0.71", "high"), "line 2"),
        ("ENCSR3\tBPNet", "line 2"),
    ],
)
def test_rows_that_can_not_be_read(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=said):
        read_table(write(tmp_path / "atlas.tsv", line))
    (tmp_path / "atlas.tsv").write_text("accession\tfamily\n")
    with pytest.raises(BadInput, match="no column target"):
        read_table(tmp_path / "atlas.tsv")
