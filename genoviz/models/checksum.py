"""Checksums of weights files."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from genoviz.errors import BadCheckpoint
from genoviz.files.checksum import digest, sha256_of
from genoviz.files.kept import write_whole
from genoviz.models.card import WeightsFile

RECORDED = ".sha256"  # beside a file that was fetched without a known checksum: the one it had then


def record(path: Path) -> None:
    """Note a file's checksum beside it, so that a later change is found."""
    write_whole(path.with_name(path.name + RECORDED), sha256_of(path) + "\n")


def _noted(note: Path) -> str:
    """The checksum that was noted; empty where the note is none."""
    try:
        text = note.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return text if re.fullmatch("[0-9a-f]{64}", text) else ""


def check_file(path: Path, file: WeightsFile, model: str) -> None:
    """Raise `BadCheckpoint` unless the file is the one that the card of `model` describes."""
    name, expected, source = "sha256", file.sha256, "its card says"
    if not expected and file.md5:
        name, expected = "md5", file.md5
    if not expected:
        note = path.with_name(path.name + RECORDED)
        if not note.is_file():
            return
        expected, source = _noted(note), "when it was fetched it had"
        if not expected:  # an empty or damaged note says nothing of the file: it is written anew
            with contextlib.suppress(OSError):
                record(path)
            return
    found = digest(path, name)
    if found != expected:
        raise BadCheckpoint(
            f"The weights file `{path.name}` of `{model}` has the checksum {found[:12]}..., "
            f"but {source} {expected[:12]}....",
            "Only the file that the card describes is loaded.",
            f"The file is damaged or was replaced: delete it and run `genoviz fetch {model}`."
            if file.can_be_fetched
            else "The file is damaged or was replaced: install genoviz again or restore it from the release.",
        )
