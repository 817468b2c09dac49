"""Folders of the user, and what stands for them where nothing can be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genoviz.errors import BadInput
from genoviz.files.folders import cache_folder, may_be_written, process_folder, user_folder
from genoviz.files.kept import write_whole
from genoviz.genomes.registry import list_genomes, register

VARIABLES = ("GENOVIZ_CACHE", "XDG_CACHE_HOME", "XDG_DATA_HOME", "GENOVIZ_GENOMES")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of its own, and none of the variables that name other folders."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def test_a_cache_that_can_be_written_is_the_users(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "linux":
        assert cache_folder() == bare / "home" / ".cache" / "genoviz"
    monkeypatch.setenv("GENOVIZ_CACHE", str(bare / "deep" / "chosen"))
    assert cache_folder() == bare / "deep" / "chosen"
    assert list(bare.iterdir()) == []  # nothing is made by asking


@pytest.mark.parametrize("variable", ["GENOVIZ_CACHE", "XDG_CACHE_HOME", "HOME"])
def test_one_that_can_not_is_of_this_process(bare: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    (bare / "file").write_text("")
    monkeypatch.setenv(variable, str(bare / "file"))
    assert cache_folder() == cache_folder() == process_folder()
    write_whole(cache_folder() / "x", "y")


def test_rights_are_asked_for(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, so the answer of the system is given here."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != bare)
    assert not may_be_written(bare / "home")
    assert cache_folder() == process_folder()


def test_a_user_without_a_home(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    assert user_folder().name == cache_folder().name == "genoviz"
    assert next(entry.name for entry in list_genomes()) == "teaching"


def test_a_folder_of_genomes_that_is_not_for_us(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.stat

    def refused(self: Path, **kwargs: bool) -> os.stat_result:
        if self.is_relative_to(bare):
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, **kwargs)

    fasta = bare / "a.fa"
    fasta.write_text(">c1\nACGTACGT\n")
    (bare / "file").write_text("")
    monkeypatch.setenv("GENOVIZ_GENOMES", str(bare / "file" / "genomes"))
    with pytest.raises(BadInput, match="GENOVIZ_GENOMES"):
        register(fasta, "toy", "toy1")
    monkeypatch.setattr(Path, "stat", refused)
    assert next(entry.name for entry in list_genomes()) == "teaching"


def test_a_text_is_written_whole_or_not_at_all(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bare / "a.json"
    write_whole(path, "first")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "second")
    assert path.read_text() == "first"
    assert [p.name for p in bare.iterdir()] == ["a.json"]


def test_the_process_folder_goes_with_the_process(bare: Path) -> None:
    code = "from genoviz.files.folders import process_folder; print(process_folder())"
    environment = os.environ | {"TMPDIR": str(bare)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).parent == bare
    assert list(bare.iterdir()) == []
