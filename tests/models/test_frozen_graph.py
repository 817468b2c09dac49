"""Constants of frozen TensorFlow graphs, in files written here field by field, and files that are none."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from genoviz.errors import BadCheckpoint
from genoviz.models.frozen_graph import read_constants
from genoviz.models.tensors import read_tensors


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(numbers: list[float], *shape: int, kind: int = 1) -> bytes:
    sizes = b"".join(field(2, field(1, size)) for size in shape)
    return field(1, kind) + field(2, sizes) + field(4, struct.pack(f"<{len(numbers)}f", *numbers))


def node(name: str, operation: str, value: bytes = b"") -> bytes:
    attributes = field(5, field(1, b"dtype") + field(2, field(6, 1)))
    attributes += field(5, field(1, b"value") + field(2, field(8, value))) if value else b""
    return field(1, field(1, name.encode()) + field(2, operation.encode()) + attributes)


def test_constants_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "w.pb"
    path.write_bytes(
        node("x", "Placeholder")
        + node("conv/kernel", "Const", tensor([1, 2, 3, 4, 5, 6], 1, 2, 3))
        + node("step", "Const", field(1, 1) + field(2, b"") + field(5, b"\0\0\x80?"))  # a single number
        + node("axis", "Const", tensor([0.0], 1, kind=3))  # whole numbers
        + node("add", "Add", tensor([9.0], 1))
        + field(4, field(1, 27))  # versions
    )
    found = read_constants(path)
    assert {name: value.tolist() for name, value in found.items()} == {"conv/kernel": [[[1, 2, 3], [4, 5, 6]]]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no constants"),
        (b"\x89HDF\r\n\x1a\n" + b"\xff" * 40, "no graph"),
        (b"\x0a\xff\xff\xff\xff\x7f", "damaged"),
        (node("a", "Const", tensor([1.0, 2.0], 3)), "claims 3 numbers and has 2"),
        (node("a", "Const", tensor([1.0], 2**40)), "claims"),
    ],
)
def test_files_that_are_no_graph(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "w.pb").write_bytes(content)
    with pytest.raises(BadCheckpoint, match=said):
        read_tensors(tmp_path / "w.pb", read_constants)
