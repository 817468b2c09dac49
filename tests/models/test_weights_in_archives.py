"""Weights in an archive: DeepBind's release as it is downloaded, named itself, in a folder, or a folder below."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from genoviz.errors import BadCheckpoint, MissingWeights
from genoviz.files.archives import members, unpack
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.deepbind_index import card as card_of
from genoviz.models.weights import at_hand, find_weights, is_ready

CARD: ModelCard = card_of("D00328.003")
NAME, TEXT = "D00328.003.txt", "# deepbind 0.1\nnumbers = 1\n"


def tar(path: Path, mode: str = "w:xz", text: str = TEXT, name: str = f"params/{NAME}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        info = tarfile.TarInfo(name)
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text.encode()))
    return path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of its own, without weights."""
    monkeypatch.delenv("GENOVIZ_WEIGHTS", raising=False)
    monkeypatch.setattr("genoviz.models.weights.weights_folder", lambda: tmp_path / "home")
    return tmp_path


@pytest.mark.parametrize("named", ["here", "here/params.tar.xz", ".", "here/.."])
def test_the_release_is_found(home: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    tar(home / "here" / "params.tar.xz")
    assert not is_ready(CARD)
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(home / named))
    assert is_ready(CARD)
    (path,) = find_weights(CARD).values()
    assert path.name == NAME
    assert path.read_text() == TEXT
    assert CARD.name not in [card.name for card in list_models()]  # all 927 would hide the others


@pytest.mark.parametrize("name", ["params.tar", "params.tar.gz", "params.tgz", "params.zip", "anything.zip"])
def test_other_kinds_of_archives(home: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = home / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"a/b/{NAME}", TEXT)
    else:
        tar(path, "w" if name.endswith(".tar") else "w:gz")
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(path))
    assert next(iter(find_weights(CARD).values())).read_text() == TEXT


def test_files_by_themselves_and_their_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file named itself, and one two folders below; a file of its own goes before one in an archive."""
    deep = home / "root" / "deepbind" / "params"
    deep.mkdir(parents=True)
    (deep / NAME).write_text("by itself")
    tar(home / "root" / "params.tar.xz")
    for named in (deep / NAME, home / "root", home / "root" / "deepbind"):
        monkeypatch.setenv("GENOVIZ_WEIGHTS", str(named))
        assert at_hand()[NAME] == deep / NAME
        assert CARD.name in [card.name for card in list_models()]


def test_an_archive_that_changed_is_read_again(home: Path) -> None:
    path = tar(home / "params.tar.xz")
    assert unpack(path, NAME).read_text() == TEXT
    tar(path, text="another text, which is longer than the first one")
    assert unpack(path, NAME).read_text().startswith("another")


def test_a_damaged_archive_is_said_and_takes_nothing_down(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tar(home / "params.tar.xz")
    path.write_bytes(path.read_bytes()[:40])
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(home))
    with pytest.raises(MissingWeights):
        find_weights(CARD)
    assert "params.tar.xz` can't be read" in caplog.text
    with pytest.raises(BadCheckpoint, match="can't be read"):
        members(path)
    assert list_models()


def test_names_that_lead_out_of_the_folder_stay_inside(home: Path) -> None:
    path = tar(home / "params.tar.xz", name="../../../params/" + NAME)
    assert members(path) == (NAME,)
    assert unpack(path, NAME).name == NAME
    assert not (home.parent / "params").exists()
