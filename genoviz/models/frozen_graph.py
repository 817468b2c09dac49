"""Reading the constants of a frozen TensorFlow graph without TensorFlow.

Such a file (`.pb`) is one message in Protocol Buffers' format: a list of nodes, some of which are constants with their
numbers. The format is simple: each field begins with its number and kind, then come its bytes. Only the fields that lead to
the numbers are followed, all others are skipped; nothing of the graph is run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

# Field numbers in TensorFlow's messages (graph.proto, node_def.proto, attr_value.proto, tensor.proto, tensor_shape.proto).
_NODE, _NODE_NAME, _NODE_OPERATION, _NODE_ATTRIBUTE = 1, 1, 2, 5
_KEY, _VALUE, _VALUE_TENSOR = 1, 2, 8
_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT = 1, 2, 4
_DIMENSION, _DIMENSION_SIZE = 2, 1
_FLOAT = 1  # of TensorFlow's list of types
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5  # kinds of fields


def read_constants(path: Path) -> dict[str, Tensor]:
    """Constants of 32-bit numbers with at least one dimension, by the names of their nodes, as a `reader` of a card.

    Raises
    ------
    ValueError
        If the file is no such graph or is damaged.
    """
    found = {}
    for number, node in _fields(memoryview(path.read_bytes())):
        if number == _NODE and isinstance(node, memoryview):
            name, tensor = _constant(node)
            if tensor is not None:
                found[name] = tensor
    if not found:
        raise ValueError("it holds no constants")
    return found


def _constant(node: memoryview) -> tuple[str, Tensor | None]:
    name, operation, tensor = "", "", None
    for number, value in _fields(node):
        if not isinstance(value, memoryview):
            continue
        if number == _NODE_NAME:
            name = bytes(value).decode()
        elif number == _NODE_OPERATION:
            operation = bytes(value).decode()
        elif number == _NODE_ATTRIBUTE:
            parts = dict(_fields(value))
            key, attribute = parts.get(_KEY), parts.get(_VALUE)
            if isinstance(key, memoryview) and bytes(key) == b"value" and isinstance(attribute, memoryview):
                tensor = dict(_fields(attribute)).get(_VALUE_TENSOR)
    return name, _numbers(tensor) if operation == "Const" and isinstance(tensor, memoryview) else None


def _numbers(message: memoryview) -> Tensor | None:
    """The numbers of a tensor; None for other types, for single numbers, and where one number stands for all."""
    shape, content, kind = [], None, None
    for number, value in _fields(message):
        if number == _TENSOR_TYPE:
            kind = value
        elif number == _TENSOR_SHAPE and isinstance(value, memoryview):
            for field, dimension in _fields(value):
                if field == _DIMENSION and isinstance(dimension, memoryview):
                    size = dict(_fields(dimension)).get(_DIMENSION_SIZE, 0)
                    shape.append(size if isinstance(size, int) else 0)
        elif number == _TENSOR_CONTENT and isinstance(value, memoryview):
            content = value
    if kind != _FLOAT or not shape or content is None:
        return None
    if 4 * math.prod(shape) != len(content) or not content:
        raise ValueError(f"a constant claims {' x '.join(map(str, shape))} numbers and has {len(content) // 4}")
    return torch.frombuffer(bytearray(content), dtype=torch.float32).reshape(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and value of each field of a message."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            size, place = _varint(message, place)
        elif kind in (_EIGHT, _FOUR):
            size = 8 if kind == _EIGHT else 4
        else:
            raise ValueError("it is no graph of TensorFlow")
        if place + size > len(message):
            raise ValueError("it is no graph of TensorFlow, or a damaged one")
        yield key >> 3, message[place : place + size]
        place += size


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the place behind it."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise ValueError("it is no graph of TensorFlow, or a damaged one")
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise ValueError("it is no graph of TensorFlow")
