"""Archives of weights in the folder of `GENOVIZ_WEIGHTS`."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from genoviz.models import archives, deepbind_index
from genoviz.models.weights import at_hand


def packed(path: Path, members: dict[str, bytes], kind: str = "xz") -> Path:
    with tarfile.open(path, f"w:{kind}") as archive:
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
        link = tarfile.TarInfo("params/D00009.001.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


@pytest.mark.parametrize(("inside", "ending", "kind"), [("", ".xz", "xz"), ("deepbind", ".gz", "gz"), ("", "", "")])
def test_the_files_of_an_archive_are_at_hand(folder: Path, inside: str, ending: str, kind: str) -> None:
    (folder / inside).mkdir(exist_ok=True)
    packed(
        folder / inside / f"params.tar{ending}", {"params/D00001.001.txt": b"one", "../../D00002.001.txt": b"two"}, kind
    )
    for _ in range(2):  # unpacked, then found
        files = at_hand()
        assert files["D00001.001.txt"].read_bytes() == b"one"
        assert files["D00002.001.txt"].read_bytes() == b"two"
        assert "D00009.001.txt" not in files  # a link
    assert {path.name for path in folder.parent.iterdir()} == {"weights", "cache"}
    assert [card.name for card in deepbind_index.at_hand()] == ["deepbind.D00001.001", "deepbind.D00002.001"]


def test_the_archive_itself_may_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(folder / "params.tar.xz", {"params/D00001.001.txt": b"one"})
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(path))
    assert at_hand()["D00001.001.txt"].read_bytes() == b"one"


def test_a_file_beside_the_archive_goes_first(folder: Path) -> None:
    packed(folder / "params.tar.xz", {"params/D00001.001.txt": b"old"})
    (folder / "D00001.001.txt").write_bytes(b"new")
    assert at_hand()["D00001.001.txt"].read_bytes() == b"new"


def test_an_archive_that_changed_is_unpacked_anew(folder: Path) -> None:
    packed(folder / "params.tar.xz", {"params/D00001.001.txt": b"old"})
    at_hand()
    packed(folder / "params.tar.xz", {"params/D00001.001.txt": b"a newer one"})
    assert at_hand()["D00001.001.txt"].read_bytes() == b"a newer one"


def test_what_can_not_be_unpacked_leaves_the_rest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "params.tar.xz").write_bytes(b"no archive")
    (folder / "D00001.001.txt").write_bytes(b"one")
    assert at_hand()["D00001.001.txt"].read_bytes() == b"one"
    monkeypatch.setattr(archives, "MOST_BYTES", 5)
    packed(folder / "params.tar.gz", {"params/D00003.001.txt": b"too large"}, "gz")
    assert "D00003.001.txt" not in at_hand()
    assert not list((folder.parent / "cache" / "weights").iterdir())
