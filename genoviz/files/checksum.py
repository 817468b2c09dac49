"""Checksums of files."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits, read in pieces."""
    return digest(path, "sha256")


def digest(path: Path, name: str) -> str:
    """Checksum of a file in hexadecimal; `name` is `sha256` or `md5`."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.new(name, usedforsecurity=False)).hexdigest()
