"""Tensors of whole pickled modules and checkpoints, read without running anything in them.

Many networks are published as `torch.save(model)` writes them: Python objects that name classes of the authors' packages.
To open such a file the usual way is to run what it says. Here its pickle is followed by `genoviz.models.inert_pickle`, and
only what builds tensors has a meaning: numbers come from the archive beside the pickle, and a module of whatever class gives
the tensors that its `state_dict` would have, under the same names.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from genoviz.models.inert_pickle import Known, Stub, read_pickle

WRAPPED = ("state_dict", "model_state_dict", "model")  # where training scripts put the network in their checkpoints
_MOST_PICKLE = 200_000_000  # bytes of the part that is no numbers
_MOST_OBJECTS, _DEEPEST = 1_000_000, 100  # that are looked through, and one within the other
_DTYPES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}


@dataclass(frozen=True)
class Pickled:
    """What was read of a pickled file.

    Attributes
    ----------
    tensors
        By the names that the network's `state_dict` gives them.
    ignored
        Names of functions and classes that the file asks to call and that were not called, sorted.
    """

    tensors: dict[str, Tensor]
    ignored: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What was read and what was left alone, in words."""
        names = ", ".join(self.ignored)
        said = f"{len(self.tensors)} tensors were read."
        return (
            f"{said} Not run, though the file asks for it: {names}." if names else f"{said} The file asks for no code."
        )


def read(path: Path) -> dict[str, Tensor]:
    """The tensors of a file, as a `reader` of a card."""
    return read_pickled(path).tensors


def read_pickled(path: Path) -> Pickled:
    """The tensors of a file that `torch.save` wrote, of whatever objects.

    Parameters
    ----------
    path
        In the format of torch 1.6 and later: an archive (zip) of a pickle and of numbers.

    Raises
    ------
    ValueError
        If the file is none, is damaged, is made to fill the memory, or holds no tensors.
    OSError
        If it can't be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            content, ignored = _content(archive)
    except zipfile.BadZipFile as error:
        raise ValueError(f"it is no file of torch 1.6 or later ({error})") from error
    tensors = dict(named_tensors(content))
    if not tensors:
        raise ValueError("it holds no tensors")
    return Pickled(tensors, ignored)


def named_tensors(content: Any) -> Iterator[tuple[str, Tensor]]:
    """Tensors with their names, in what a pickle describes.

    A checkpoint gives those of its network. A module gives its own and those of the modules in it. Entries of other
    mappings and lists have the path of their keys as names; of other objects the attributes are read.
    """
    if isinstance(content, Mapping):
        for key in WRAPPED:
            if isinstance(content.get(key), Mapping) or _is_module(content.get(key)):
                content = content[key]
                break
    waiting: list[tuple[tuple[str, ...], tuple[int, ...], Any]] = [((), (), content)]
    for _ in range(_MOST_OBJECTS):
        if len(waiting) > _MOST_OBJECTS:
            break
        if not waiting:
            return
        path, around, value = waiting.pop()
        if isinstance(value, Tensor):
            yield ".".join(path), value
        elif id(value) not in around and len(path) < _DEEPEST:  # an object may hold itself
            inner = [((*path, str(key)), (*around, id(value)), entry) for key, entry in _entries(value)]
            waiting += reversed(inner)
    raise ValueError("it holds too many objects")


def _entries(value: Any) -> list[tuple[Any, Any]]:
    """What is inside, by its name there."""
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if not isinstance(value, Stub):
        return []
    if not _is_module(value):
        state = list(value.state.items()) if isinstance(value.state, Mapping) else []
        return [*state, *(item for item in value.items if isinstance(item, tuple) and len(item) == 2)]
    passing = value.state.get("_non_persistent_buffers_set") or ()
    found = []
    for part in ("_parameters", "_buffers", "_modules"):
        for key, entry in value.state[part].items():
            if key not in passing:
                found.append((key, entry))
    return found


def _is_module(value: Any) -> bool:
    return (
        isinstance(value, Stub)
        and isinstance(value.state, Mapping)
        and all(isinstance(value.state.get(part), Mapping) for part in ("_parameters", "_buffers", "_modules"))
    )


# ---- torch's archive ------------------------------------------------------------------------------


def _content(archive: zipfile.ZipFile) -> tuple[Any, tuple[str, ...]]:
    entries = {info.filename: info for info in archive.infolist()}
    pickles = [name for name in entries if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(pickles) != 1:
        raise ValueError("it is no file of torch: one `data.pkl` was expected")
    folder = pickles[0].removesuffix("data.pkl")
    if any(info.compress_type != zipfile.ZIP_STORED for info in entries.values()):
        raise ValueError("its entries are compressed, which torch never does")
    if f"{folder}byteorder" in entries and archive.read(f"{folder}byteorder") != b"little":
        raise ValueError("its numbers are big-endian, which is not read")
    if entries[pickles[0]].file_size > _MOST_PICKLE:
        raise ValueError("its pickle is too large")
    kept: dict[str, Tensor] = {}

    def storage(what: Any) -> Tensor:
        kind, key = _storage(what)
        if key not in kept:
            name = f"{folder}data/{key}"
            if name not in entries:
                raise ValueError(f"the numbers `{key}` are missing")
            stored = bytearray(archive.read(name))
            kept[key] = torch.frombuffer(stored, dtype=torch.uint8) if stored else torch.empty(0, dtype=torch.uint8)
        return kept[key].view(kind)

    with archive.open(pickles[0]) as file:
        return read_pickle(file, _MEANING, storage)


def _storage(what: Any) -> tuple[torch.dtype, str]:
    """Type and key of numbers that a pickle names: `("storage", class, key, place, count)`."""
    if not (isinstance(what, tuple) and len(what) == 5 and what[0] == "storage" and isinstance(what[1], Stub)):
        raise ValueError("it names an object outside of the pickle that is no storage")
    kind = _DTYPES.get(what[1].name.removeprefix("torch."))
    if kind is None:
        raise ValueError(f"it has numbers of the type {what[1].name}, which is not read")
    return kind, str(what[2])


def _first(value: Any, *_: Any) -> Any:
    """What a parameter wraps."""
    return value


def _tensor(storage: Any, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> Tensor:
    """A tensor as `torch._utils._rebuild_tensor_v2` describes it: a view on its numbers."""
    if not isinstance(storage, Tensor) or not all(isinstance(n, int) for n in (offset, *size, *stride)):
        raise ValueError("a tensor is described by what are no numbers")
    if math.prod(size) > storage.numel():
        raise ValueError(f"a tensor claims {' x '.join(map(str, size))} numbers, more than are stored")
    try:
        return torch.as_strided(storage, size, stride, offset)
    except RuntimeError as error:
        raise ValueError(f"a tensor lies outside of its numbers ({error})") from error


_MEANING: Known = {
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_parameter": _first,
    "torch._utils._rebuild_parameter_with_state": _first,
}
