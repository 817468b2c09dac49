"""Archives of weights, in the folder of `GENOVIZ_WEIGHTS` or named by it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from genoviz.errors import BadCheckpoint
from genoviz.files.archives import in_archive, members, unpack
from genoviz.models import deepbind_index
from genoviz.models.weights import at_hand, find_weights


def packed(path: Path, files: dict[str, bytes], kind: str = "xz") -> Path:
    mode: Any = f"w:{kind}"
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
        link = tarfile.TarInfo("params/D00009.001.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


@pytest.mark.parametrize(("inside", "ending", "kind"), [("", ".xz", "xz"), ("deepbind", ".gz", "gz"), ("", "", "")])
def test_the_files_of_an_archive_are_at_hand(folder: Path, inside: str, ending: str, kind: str) -> None:
    (folder / inside).mkdir(exist_ok=True)
    archive = packed(
        folder / inside / f"params.tar{ending}", {"params/D00001.001.txt": b"one", "../../D00002.001.txt": b"two"}, kind
    )
    files = at_hand()
    assert in_archive(files["D00001.001.txt"])
    assert unpack(archive, "D00001.001.txt").read_bytes() == b"one"
    assert unpack(archive, "D00002.001.txt").read_bytes() == b"two"
    assert "D00009.001.txt" not in files  # a link
    assert {path.name for path in folder.parent.iterdir()} == {"weights"}  # nothing is written beside it
    card = deepbind_index.card("D00001.001")
    assert [path.read_bytes() for path in find_weights(card).values()] == [b"one"]


def test_the_archive_itself_may_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(folder / "params.tar.xz", {"params/D00001.001.txt": b"one"})
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(path))
    assert [p.read_bytes() for p in find_weights(deepbind_index.card("D00001.001")).values()] == [b"one"]


def test_a_file_beside_the_archive_goes_first(folder: Path) -> None:
    packed(folder / "params.tar.xz", {"params/D00001.001.txt": b"old"})
    (folder / "D00001.001.txt").write_bytes(b"new")
    assert at_hand()["D00001.001.txt"].read_bytes() == b"new"


def test_an_archive_that_changed_is_read_anew(folder: Path) -> None:
    path = packed(folder / "params.tar.xz", {"params/D00001.001.txt": b"old"})
    assert unpack(path, "D00001.001.txt").read_bytes() == b"old"
    packed(path, {"params/D00001.001.txt": b"a newer one", "params/D00002.001.txt": b"two"})
    assert unpack(path, "D00001.001.txt").read_bytes() == b"a newer one"
    assert set(members(path)) == {"D00001.001.txt", "D00002.001.txt"}


def test_what_is_no_archive_leaves_the_rest(folder: Path) -> None:
    (folder / "params.tar.xz").write_bytes(b"no archive")
    (folder / "D00001.001.txt").write_bytes(b"one")
    assert at_hand()["D00001.001.txt"].read_bytes() == b"one"
    with pytest.raises(BadCheckpoint, match="can't be read"):
        members(folder / "params.tar.xz")
