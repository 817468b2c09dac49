"""The bundled collection holds what JASPAR holds, motifs are found by name, and a user's bad file stops nothing."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from genoviz.errors import BadInput, UnknownName
from genoviz.motifs import build as builder
from genoviz.motifs.collection import FOLDER_VARIABLE, TAXA, KnownMotif, about, collection, find, search, user_motifs
from genoviz.motifs.files import read_motifs, write_jaspar, write_meme, write_transfac
from genoviz.motifs.motif import Motif

FILE = Path(builder.__file__).with_name("jaspar-core-2026.npz")
OLDER = Path(__file__).parents[3] / "shared" / "data" / "motifs" / "JASPAR2018_CORE_vertebrates.meme.gz"


@pytest.fixture(autouse=True)
def no_user_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)


def test_size_source_and_licence() -> None:
    assert Counter(m.taxon for m in collection()) == {"vertebrates": 1019, "plants": 927, "insects": 296, "fungi": 193}
    assert len({m.accession for m in collection()}) == 2435
    assert FILE.stat().st_size < 300_000
    assert about()["licence"] == "CC BY 4.0"
    assert "gkaf1209" in about()["citation"]
    assert {m.source for m in collection()} == {"JASPAR CORE 2026"}


def test_probabilities_are_shares_of_the_counts() -> None:
    ctcf = find("MA0139.2")
    assert (ctcf.name, ctcf.sites, len(ctcf)) == ("CTCF", 913, 15)
    np.testing.assert_allclose(ctcf.matrix[0], np.array([281, 49, 449, 134]) / 913, rtol=1e-12)
    assert (ctcf.tf_class, ctcf.tf_family) == ("C2H2 zinc finger factors", "More than 3 adjacent zinc fingers")
    assert ctcf.label == "MA0139.2 CTCF"
    assert find("FOSB::JUN").factors == ("FOSB", "JUN")
    assert isinstance(ctcf.reverse_complement(), KnownMotif)


@pytest.mark.parametrize(
    ("name", "taxon", "site"),
    [
        ("GATA2", "vertebrates", "TTATC"),
        ("FOXA1", "vertebrates", "TGTTTAC"),
        ("Reb1", "fungi", "TTACCCG"),
        ("HY5", "plants", "CACGT"),
        ("bcd", "insects", "TAATC"),
    ],
)
def test_known_sites_in_each_taxon(name: str, taxon: str, site: str) -> None:
    motif = find(name)
    assert motif.taxon == taxon
    assert site in motif.consensus or site in motif.reverse_complement().consensus


@pytest.mark.data
@pytest.mark.skipif(not OLDER.is_file(), reason="the public data sets are not here")
def test_profiles_that_did_not_change_are_those_of_an_older_release() -> None:
    read = read_motifs(gzip.decompress(OLDER.read_bytes()).decode())
    older = {m.name.rsplit("_", 1)[-1]: m for m in read}  # named `Arnt_MA0004.1`
    both = [(m, older[m.accession]) for m in collection(["vertebrates"]) if m.accession in older]
    assert len(both) > 100
    for mine, theirs in both:
        np.testing.assert_allclose(mine.matrix, theirs.matrix, atol=2e-6)


def test_taxa() -> None:
    assert {m.taxon for m in collection(["fungi"])} == {"fungi"}
    assert [m.taxon for m in collection(["insects", "fungi", "insects"])] == ["insects"] * 296 + ["fungi"] * 193
    assert collection() is collection(list(TAXA))
    with pytest.raises(UnknownName, match="vertebrates"):
        collection(["vertebrate"])


@pytest.mark.parametrize("name", ["MA0139.2", "ma0139", "ctcf", " MA0139.2  CTCF "])
def test_find(name: str) -> None:
    assert find(name).accession == "MA0139.2"


def test_find_names_near_matches() -> None:
    with pytest.raises(UnknownName, match="Did you mean `CTCF`"):
        find("CTCFF")
    with pytest.raises(UnknownName):
        find("  ")
    with pytest.raises(UnknownName):
        find("CTCF", collection(["fungi"]))


def test_search_ranks_equal_before_beginning_before_inside_before_family() -> None:
    names = [m.name for m in search("gata1", limit=200)]
    assert names[:2] == ["GATA1", "GATA1"]
    assert "GATA1::TAL1" in names
    assert search("fork head")
    assert all("Fork head" in m.tf_class for m in search("fork head", limit=5))
    assert search("gaata1")[0].name == "GATA1"  # nothing holds it: the nearest name
    assert search("qqqqqq") == ()
    assert len(search("", limit=7)) == 7
    with pytest.raises(BadInput):
        search("x", limit=0)


def test_user_files_in_three_formats_and_bad_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Motif.from_counts("CTCF", [[9, 1, 0, 0], [0, 0, 10, 0]], 0, accession="X1")
    (tmp_path / "a.meme").write_text(write_meme([mine]))
    (tmp_path / "b.jaspar").write_text(write_jaspar([mine]))
    (tmp_path / "c.transfac").write_text(write_transfac([mine]))
    (tmp_path / "d.meme").write_text("not a motif")
    (tmp_path / "e.meme").write_bytes(b"\x1f\x8b\xff\xfe")
    (tmp_path / "notes.md").write_text("left alone")
    read = user_motifs([tmp_path, tmp_path / "missing.meme"])
    assert [m.source for m in read.motifs] == ["a.meme", "b.jaspar", "c.transfac"]
    assert all(m.matrix.tolist() == mine.matrix.tolist() for m in read.motifs)
    assert [text.split(":")[0] for text in read.problems] == ["d.meme", "e.meme", "missing.meme"]
    assert user_motifs().motifs == ()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert len(user_motifs().motifs) == 3
    assert find("CTCF").accession == "X1"  # a user's own motif comes first
    (tmp_path / "a.meme").write_text(write_meme([mine, mine]))
    assert len(user_motifs().motifs) == 4  # a changed file is read again


def test_built_file_is_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(collection: str, tax_group: list[str]) -> list[SimpleNamespace]:
        assert collection == "CORE"
        counts = {"A": [1.0, 0.4], "C": [0.0, 0.0], "G": [3.0, 0.0], "T": [0.0, 3.6]}
        about_factor = {"tf_class": ["one", "one"], "tf_family": None}
        return [
            SimpleNamespace(matrix_id=f"{tax_group[0]}.{i}", name="F", counts=counts, **about_factor) for i in (2, 1)
        ]

    database = SimpleNamespace(jaspardb=lambda release: SimpleNamespace(fetch_motifs=fetch))
    monkeypatch.setitem(sys.modules, "pyjaspar", database)
    assert builder.build(tmp_path / "a.npz") == builder.build(tmp_path / "b.npz") == 8
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz") as held:
        assert held["widths"].tolist() == [2] * 8
        assert held["counts"][:2].tolist() == [[1, 0, 3, 0], [0, 0, 0, 4]]
        assert b'["vertebrates.1", "F", "vertebrates", "one", ""]' in held["text"].tobytes()


def test_reading_needs_neither_torch_nor_pyjaspar() -> None:
    code = "import sys, genoviz.motifs.collection as c; c.collection(); print({'torch', 'pyjaspar', 'Bio'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"
