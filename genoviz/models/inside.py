"""What a file of weights holds, whatever wrote it: names, shapes and types of its tensors, and what it would have run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from genoviz.errors import BadCheckpoint, BadInput
from genoviz.models.frozen_graph import read_constants
from genoviz.models.pickled import Pickled, read_pickled
from genoviz.models.tensors import read_tensors


@dataclass(frozen=True)
class Inside:
    """Tensors of a file.

    Attributes
    ----------
    tensors
        By their names in the file.
    ignored
        Names of functions and classes that the file asks to call; none was called.
    kind
        How it was read, for example `pickled object`.
    """

    tensors: dict[str, Tensor]
    ignored: tuple[str, ...]
    kind: str

    @property
    def sentence(self) -> str:
        """How many tensors and numbers there are, and what was not run."""
        numbers = sum(tensor.numel() for tensor in self.tensors.values())
        said = f"{self.kind[:1].upper()}{self.kind[1:]}: {len(self.tensors):,} tensors with {numbers:,} numbers."
        return f"{said} Not run, though the file asks for it: {', '.join(self.ignored)}." if self.ignored else said

    def rows(self) -> list[dict[str, Any]]:
        """A row per tensor: name, shape and type."""
        return [
            {"name": name, "shape": list(tensor.shape), "type": str(tensor.dtype).removeprefix("torch.")}
            for name, tensor in self.tensors.items()
        ]


def look_inside(path: Path) -> Inside:
    """Read the tensors of a file by what its name and its content say it is; nothing in it runs.

    Raises
    ------
    BadCheckpoint
        If it is of no format that is read, or is damaged.
    """
    if path.suffix == ".pb":
        return Inside(read_tensors(path, read_constants), (), "frozen TensorFlow graph")
    try:
        return Inside(read_tensors(path), (), "plain tensors")
    except BadCheckpoint as plain:
        found: list[Pickled] = []

        def read(file: Path) -> dict[str, Tensor]:
            found.append(read_pickled(file))
            return found[0].tensors

        if path.suffix in (".safetensors", ".h5", ".hdf5", ".keras"):
            raise plain
        return Inside(read_tensors(path, read), found[0].ignored, "pickled object")


def write_plain(inside: Inside, path: Path) -> None:
    """Write the tensors as safetensors, which holds nothing else.

    Raises
    ------
    BadInput
        If the file can't be written.
    """
    # Views that share numbers, as tied weights do, become tensors of their own.
    plain = {
        name: tensor.detach().clone(memory_format=torch.contiguous_format) for name, tensor in inside.tensors.items()
    }
    try:
        save_file(plain, path)
    except OSError as error:
        raise BadInput(
            f"{path} can't be written ({error.strerror or error}).",
            "The folder must be there and writable.",
            "Choose another.",
        ) from error
