"""Folders that can be made again: whole or not there, made anew once when damaged, and in this process where nothing is written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genoviz.files.kept import is_whole, kept


class Maker:
    """Writes two files, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        (folder / "a").write_text("first")
        (folder / "b").write_text("second")


def _flip(folder: Path) -> None:
    content = bytearray((folder / "a").read_bytes())
    content[2] ^= 1
    (folder / "a").write_bytes(content)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


DAMAGE: list[Callable[[Path], object]] = [
    _flip,
    _empty,
    lambda folder: (folder / "a").write_text(""),
    lambda folder: (folder / "b").unlink(),
    lambda folder: (folder / "whole.json").unlink(),
    lambda folder: (folder / "whole.json").write_text(""),
    lambda folder: (folder / "whole.json").write_text("{}"),
    lambda folder: (folder / "whole.json").write_text("[]"),
    lambda folder: (folder / "whole.json").write_text('{"a": 1}'),
    lambda folder: (folder / "whole.json").write_bytes(b"\xff\xfe\x00"),
    lambda folder: (_empty(folder), folder.rmdir(), folder.write_text("a file")),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_folder_is_made_anew_once(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    make, goal = Maker(), tmp_path / "deep" / "goal"
    assert kept(goal, make) == kept(goal, make) == (goal, "")
    assert make.times == 1
    damage(goal)
    assert not is_whole(goal)
    assert kept(goal, make) == kept(goal, make) == (goal, "")
    assert make.times == 2
    assert (goal / "a").read_text() == "first"
    assert os.listdir(goal.parent) == ["goal"]


def test_an_error_while_making_leaves_nothing(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "a").write_text("half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept(tmp_path / "goal", fails)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_it_is_of_this_process(tmp_path: Path) -> None:
    """A file stands where the folder should be: as good as a folder without rights, also for root."""
    (tmp_path / "file").write_text("")
    make, goal = Maker(), tmp_path / "file" / "goal"
    found, why = kept(goal, make)
    assert why
    assert (found / "b").read_text() == "second"
    assert kept(goal, make) == (found, why)
    assert make.times == 1
    _flip(found)
    again, _ = kept(goal, make)
    assert (again / "a").read_text() == "first"
    assert make.times == 2


def test_a_full_disk_is_left_for_another(tmp_path: Path) -> None:
    goal = tmp_path / "goal"

    def make(folder: Path) -> None:
        if folder.parent == tmp_path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        (folder / "a").write_text("first")

    found, why = kept(goal, make)
    assert (found / "a").read_text() == "first"
    assert why == "No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_process_ends_with_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code = (
        "from pathlib import Path; from genoviz.files.kept import kept; import sys\n"
        "print(kept(Path(sys.argv[1]), lambda folder: (folder / 'a').write_text('x'))[0])"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", code, str(tmp_path / "file" / "goal")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)
    assert os.listdir(tmp_path) == ["file"]


def test_many_makers_at_once(tmp_path: Path) -> None:
    goal = tmp_path / "goal"
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: kept(goal, Maker()), range(16))) == {(goal, "")}
    assert is_whole(goal)
    assert os.listdir(tmp_path) == ["goal"]
