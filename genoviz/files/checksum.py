"""Checksums of files and of JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits, read in pieces."""
    return digest(path, "sha256")


def digest(path: Path, name: str) -> str:
    """Checksum of a file in hexadecimal; `name` is `sha256` or `md5`."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.new(name, usedforsecurity=False)).hexdigest()


def json_sha256(said: Mapping[str, Any]) -> str:
    """SHA-256 of what JSON holds, whatever the order of its names; `ValueError` for numbers that JSON has not."""
    text = json.dumps(said, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
