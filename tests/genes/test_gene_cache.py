"""The cached index of gene models: checked, rebuilt once, and not needed where nothing can be written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from genoviz.genes.models import BadGenes, open_genes
from genoviz.sequences.locus import Locus
from tests.small_annotation import tabs

pytest.importorskip("pysam")

TEXT = tabs("""
c1 e gene 100 400 . - . ID=g;Name=MINUS
c1 e mRNA 100 400 . - . ID=t;Parent=g
c1 e exon 100 400 . - . Parent=t
c1 e gene 900 500 . - . ID=h;Name=BAD
""")
FILES = ("models.bed.gz", "models.bed.gz.csi", "genes.jsonl", "report.json")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "genes.gff3"
    file.write_text(TEXT)
    return file


def check(path: Path) -> tuple[str, ...]:
    with open_genes(path) as genes:
        assert genes.gene("MINUS").primary.exons == (Locus("c1", 99, 400, "-"),)
        assert [t.strand for t in genes.within(Locus("c1", 200, 201))] == ["-"]
        return genes.notices


SAID = ("Left out of the gene models: an end before the start: 1.",)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-3]),
        lambda file: file.write_bytes(b"{}\n" * 9),
        lambda file: file.write_bytes(os.urandom(300)),
        lambda file: file.unlink(),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_a_damaged_index_is_made_anew(path: Path, tmp_path: Path, name: str, damage: Callable[[Path], object]) -> None:
    check(path)
    (folder,) = (tmp_path / "cache" / "genes").iterdir()
    damage(folder / name)
    assert check(path) == SAID
    assert [p.name for p in (tmp_path / "cache" / "genes").iterdir()] == [folder.name]
    times = {file: (folder / file).stat().st_mtime_ns for file in FILES}
    check(path)
    assert {file: (folder / file).stat().st_mtime_ns for file in FILES} == times  # rebuilt once


def test_an_empty_index_is_no_annotation_without_genes(path: Path, tmp_path: Path) -> None:
    check(path)
    (folder,) = (tmp_path / "cache" / "genes").iterdir()
    for file in folder.iterdir():
        file.unlink()
    assert check(path) == SAID


def test_an_index_that_goes_while_it_is_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may replace it between the check and the reading: made anew once, then an error of genoviz."""
    import genoviz.genes.models as models
    from genoviz.genes import index

    real, calls = index.indexed, []

    def late(file: Path, *, anew: bool = False) -> tuple[Path, str]:
        found = real(file, anew=anew)
        calls.append(anew)
        if not anew:
            (found[0] / "genes.jsonl").unlink()
        return found

    monkeypatch.setattr(models, "indexed", late)
    check(path)
    assert calls == [False, True]

    def gone(file: Path, *, anew: bool = False) -> tuple[Path, str]:
        found = real(file, anew=True)
        (found[0] / "report.json").unlink()
        return found

    monkeypatch.setattr(models, "indexed", gone)
    with pytest.raises(BadGenes, match="can't be read"):
        open_genes(path)


@pytest.mark.parametrize("variable", ["GENOVIZ_CACHE", "XDG_CACHE_HOME", "HOME"])
def test_a_folder_that_cannot_be_written(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (tmp_path / "file").write_text("")  # a file where the folder should be: no rights, for root as well
    for name in ("GENOVIZ_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "file"))
    notices = check(path)
    assert "could not be kept" in notices[0]
    assert "GENOVIZ_CACHE" in notices[0]
    assert notices[1:] == SAID
    assert check(path) == notices


def test_no_folder_at_all(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("genoviz.files.kept.tempfile.mkdtemp", full)
    monkeypatch.setattr("genoviz.files.kept.process_folder", full)
    with pytest.raises(BadGenes, match=r"can be written neither to .* nor to the folder for temporary files: No space"):
        open_genes(path)
