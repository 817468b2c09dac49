"""Reading weights files into tensors, without ever running code that a file holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from genoviz.errors import BadCheckpoint
from genoviz.models.reading import KERAS

MOST_PER_BYTE = 1000  # bytes of numbers for a byte of a file, above which it is made to fill the memory
_WRAPPED = ("state_dict", "model_state_dict", "model")  # where training scripts put the tensors in their checkpoints

Reader = Callable[[Path], dict[str, Tensor]]


def read_tensors(path: Path, reader: Reader | None = None) -> dict[str, Tensor]:
    """All tensors of a file by key.

    Parameters
    ----------
    path
        `.safetensors`; a Keras file (`.h5`, `.hdf5`, `.keras` in HDF5), whose keys are the paths of its data sets; anything
        else is read as torch's own format, tensors only.
    reader
        For files of another format; a `BadCheckpoint` of its own is passed on.

    Raises
    ------
    BadCheckpoint
        If the file is none of these, is damaged, or needs code to be run.
    """
    try:
        if reader is not None:
            return reader(path)
        if path.suffix == ".safetensors":
            return load_file(path)
        if path.suffix in KERAS:
            return _keras(path)
        return _torch(path)
    except BadCheckpoint:
        raise
    except Exception as error:  # whatever a parser raises on a file that is not its own is the finding
        reason = (str(error).splitlines() or [""])[0]
        raise BadCheckpoint(
            f"The weights file `{path.name}` can't be read ({type(error).__name__}: {reason}).",
            "Files of plain tensors are accepted; a file that would need code of its own to be run is not.",
            "Get the file again, or restore it from the release.",
        ) from error


def _torch(path: Path) -> dict[str, Tensor]:
    content: Any = torch.load(path, weights_only=True, map_location="cpu")
    for key in _WRAPPED:
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
            break
    if not isinstance(content, Mapping):
        raise ValueError(f"it holds a {type(content).__name__}, not named tensors")
    others = [str(key) for key, value in content.items() if not isinstance(value, Tensor)]
    if others:
        raise ValueError(f"it holds {', '.join(others[:3])}, which are no tensors")
    return {str(key): value for key, value in content.items()}


def _keras(path: Path) -> dict[str, Tensor]:
    """The numbers of a file itself. HDF5 can name other files to take them from, such as any that this user may read."""
    import h5py

    found: dict[str, Tensor] = {}

    def visit(name: str, item: Any) -> None:
        if not isinstance(item, h5py.Dataset):
            return
        if item.external or item.is_virtual:
            raise ValueError(f"`{name}` takes its numbers from another file")
        if item.dtype.kind in "fiu":
            if item.size and item.nbytes > MOST_PER_BYTE * path.stat().st_size + 1_000_000:
                raise ValueError(f"`{name}` claims {item.nbytes / 1e9:,.1f} GB, far more than the file holds")
            found[name] = torch.from_numpy(item[()].copy()) if item.shape else torch.tensor(item[()])

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found
