"""Files of a session lie in one folder that goes with the session."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.ui.frame.session_folder import OLD, PREFIX, SessionFolder, remove_old


def script() -> None:
    import streamlit as st

    from genoviz.ui.frame.session_folder import session_folder

    st.text(str(session_folder()))


def test_one_folder_for_all_runs_of_a_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    app = AppTest.from_function(script).run()
    first = app.text[0].value
    for _ in range(3):
        app.run()
    assert app.text[0].value == first
    (server,) = tmp_path.iterdir()
    assert [str(path) for path in server.iterdir() if path.is_dir()] == [first]
    other = AppTest.from_function(script).run()
    assert other.text[0].value != first


def test_the_folder_goes_with_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = SessionFolder()
    (folder.path / "variants.tsv").write_text("chr1\t1\n")
    path = folder.path
    del folder
    gc.collect()
    assert not path.exists()
    (server,) = tmp_path.iterdir()
    assert [one.name for one in server.iterdir()] == ["running"]


# ---- what a killed server leaves -------------------------------------------------------------------

SERVER = """
import os, sys, tempfile
tempfile.tempdir = sys.argv[1]
from genoviz.ui.frame.session_folder import SessionFolder
folder = SessionFolder()
(folder.path / "variants.tsv").write_text("chr1")
print(folder.path.parent, flush=True)
if sys.argv[2] == "killed":
    os._exit(9)
if sys.argv[2] == "waits":
    sys.stdin.read()
"""


def server(folder: Path, end: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder), end], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def left_alone(path: Path, seconds: float = 2 * OLD) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    remove_old.clear()
    yield tmp_path
    remove_old.clear()


def test_a_killed_server_s_uploads_go_when_one_starts(temp: Path) -> None:
    killed = server(temp, "killed")
    left = Path(killed.communicate()[0].strip())
    assert (left / "running").is_file()
    assert len(list(left.glob("*/variants.tsv"))) == 1
    assert left.stat().st_mode & 0o777 == 0o700
    assert remove_old() == 0  # it may be starting just now
    remove_old.clear()
    left_alone(left)
    assert remove_old() == 1
    assert not left.exists()


def test_a_server_that_ends_leaves_nothing(temp: Path) -> None:
    ended = server(temp, "ends")
    ended.communicate()
    assert ended.returncode == 0
    assert list(temp.iterdir()) == []


def test_a_running_server_keeps_its_folder(temp: Path) -> None:
    running = server(temp, "waits")
    assert running.stdout is not None
    theirs = left_alone(Path(running.stdout.readline().strip()))
    own = SessionFolder()
    left_alone(own.path.parent)
    assert remove_old() == 0
    assert list(theirs.glob("*/variants.tsv"))
    assert own.path.is_dir()
    running.communicate()
    assert not theirs.exists()


def test_what_is_not_ours_stays(temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("genoviz-genes-x", "genoviz-mine", "other", f"{PREFIX}notes"):
        (temp / name).mkdir()
        (temp / name / "file.txt").write_text("mine")
        left_alone(temp / name)
    target = temp / "other"
    (target / "running").touch()
    (temp / f"{PREFIX}link").symlink_to(target, target_is_directory=True)
    (temp / f"{PREFIX}file").write_text("a file")
    left_alone(temp / f"{PREFIX}file")
    left_alone(target)
    before = sorted(path.name for path in temp.rglob("*"))
    assert remove_old() == 0
    assert sorted(path.name for path in temp.rglob("*")) == before
    # Another user's.
    theirs = temp / f"{PREFIX}theirs"
    theirs.mkdir()
    (theirs / "running").touch()
    left_alone(theirs)
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    remove_old.clear()
    assert remove_old() == 0
    monkeypatch.setattr(os, "getuid", lambda: user)
    remove_old.clear()
    assert remove_old() == 1
