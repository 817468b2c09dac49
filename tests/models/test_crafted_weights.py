"""Weights files that were made to do harm: none of them runs code, reads another file, or fills the memory."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from genoviz.errors import BadCheckpoint
from genoviz.models.tensors import read_tensors


def safetensors(path: Path, header: object, body: bytes = b"\0" * 8, length: int | None = None) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + body)


def row(shape: list[int], kind: str = "F32", end: int = 8) -> dict[str, object]:
    return {"dtype": kind, "shape": shape, "data_offsets": [0, end]}


HEADERS: dict[str, tuple[object, int | None]] = {
    "a header of half the number range": (b"{}", 2**63 - 1),
    "two tensors in one place": ({"a": row([2]), "b": row([2])}, None),
    "an unknown type": ({"a": row([2], "X99")}, None),
    "a size beyond all memory": ({"a": row([2**40, 2**40])}, None),
    "a negative size": ({"a": row([-2])}, None),
    "deep brackets": (b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}", None),
}


@pytest.mark.parametrize("what", HEADERS)
def test_safetensors(what: str, tmp_path: Path) -> None:
    header, length = HEADERS[what]
    safetensors(tmp_path / "w.safetensors", header, length=length)
    with pytest.raises(BadCheckpoint, match=r"w\.safetensors"):
        read_tensors(tmp_path / "w.safetensors")


def test_hdf5_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * 32)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["w"] = np.ones(3, "f4")
    with h5py.File(tmp_path / "external.h5", "w") as file:
        file.create_dataset("w", shape=(32,), dtype="u1", external=[(str(secret), 0, 32)])
    with h5py.File(tmp_path / "virtual.h5", "w") as file:
        layout = h5py.VirtualLayout(shape=(3,), dtype="f4")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "w", shape=(3,))
        file.create_virtual_dataset("w", layout)
    for name in ("external", "virtual"):
        with pytest.raises(BadCheckpoint, match="another file"):
            read_tensors(tmp_path / f"{name}.h5")
    with h5py.File(tmp_path / "link.h5", "w") as file:
        file["w"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/w")
        file["own"] = np.ones(1, "f4")
    assert list(read_tensors(tmp_path / "link.h5")) == ["own"]


def test_small_files_that_claim_to_be_large(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("w", shape=(200_000_000_000,), dtype="f4", chunks=(1 << 20,))
    with pytest.raises(BadCheckpoint, match=r"800\.0 GB"):
        read_tensors(tmp_path / "w.h5")
    torch.save({"a": torch.zeros(4)}, tmp_path / "small.pt")
    with (
        zipfile.ZipFile(tmp_path / "small.pt") as whole,
        zipfile.ZipFile(tmp_path / "bomb.pt", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in whole.namelist():
            bomb.writestr(name, b"\0" * 50_000_000 if name.endswith("data/0") else whole.read(name))
    with pytest.raises(BadCheckpoint, match=r"bomb\.pt"):
        read_tensors(tmp_path / "bomb.pt")
