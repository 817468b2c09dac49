"""Windows: the stretch of an activation that an edit can change, for a whole block of edits at once.

Every windowed activation is held as a tensor ``[window, group, anchor, channel]``. An anchor is a place in the sequence
measured in steps of the activation's stride; the window lists positions relative to the anchor, and the groups hold the
edits that share an anchor. The reference windows of neighbouring anchors overlap, so for a run of consecutive anchors
they are a strided view of the reference and cost nothing.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Span:
    """Geometry of a windowed activation.

    Attributes
    ----------
    layout : str
        ``CL`` for (batch, channels, length), ``LC`` for (batch, length, channels), ``L`` for (batch, length).
    length, channels : int
        Size of the activation.
    stride : int
        Bases per position.
    offset, width : int
        Positions ``anchor + offset ... anchor + offset + width - 1`` can change when a base of the anchor changes.
    mirrored : bool
        Whether the activation is computed from the reversed sequence: anchors count from its other end.
    """

    layout: str
    length: int
    channels: int
    stride: int
    offset: int
    width: int
    mirrored: bool = False

    def but(self, *, layout: str | None = None, channels: int | None = None, mirrored: bool | None = None) -> Span:
        """The same window with another layout, channel count or direction."""
        direction = self.mirrored if mirrored is None else mirrored
        return replace(self, layout=layout or self.layout, channels=channels or self.channels, mirrored=direction)

    @property
    def length_axis(self) -> int:
        return 2 if self.layout == "CL" else 1

    @property
    def channel_axis(self) -> int | None:
        return {"CL": 1, "LC": 2, "L": None}[self.layout]

    def channels_last(self, value: Tensor) -> Tensor:
        """(length, channels) view of one row of the activation."""
        return {"CL": value.t, "LC": lambda: value, "L": lambda: value[:, None]}[self.layout]()

    def restore(self, value: Tensor) -> Tensor:
        """(rows, length, channels) back to the activation's own layout."""
        if self.layout == "CL":
            return value.transpose(1, 2)
        return value if self.layout == "LC" else value[:, :, 0]


@dataclass
class Window:
    """Changed part of an activation for a block of edits.

    `data` is (window, group, anchor, channel): the difference to the reference, or the new value if `is_value`; the difference
    after the relu that follows if `is_rectified`.
    """

    offset: int
    data: Tensor
    is_value: bool
    is_rectified: bool = False

    @property
    def width(self) -> int:
        return self.data.shape[0]

    @property
    def end(self) -> int:
        return self.offset + self.data.shape[0]


class Padded:
    """A reference activation (length, channels) with zero rows on both sides, so that views may overhang."""

    def __init__(self, value: Tensor, left: int, right: int) -> None:
        self.data = F.pad(value, (0, 0, left, right)).contiguous()
        self.left = left

    def map(self, low: float | None, high: float | None, negate: bool) -> Padded:
        """A clamped copy, negated if asked."""
        twin = object.__new__(Padded)
        twin.data = self.data.clamp(low, high)
        if negate:
            twin.data.neg_()
        twin.left = self.left
        return twin


class Anchors:
    """Arbitrary anchors: one per edit set. Reference windows are gathered."""

    phases_merge = False  # whether pooling turns neighbouring anchors into groups of one

    def __init__(self, positions: Tensor) -> None:
        self.positions = positions
        self.low, self.high = int(positions.min()), int(positions.max())
        self.count = len(positions)

    def view(self, base: Padded, offset: int, width: int) -> Tensor:
        """(width, 1, anchor, channel): the reference around every anchor."""
        rows = torch.arange(width)[:, None] + self.positions + (offset + base.left)
        return base.data[rows.clamp_(0, len(base.data) - 1)].unsqueeze(1)

    def clip(self, need: tuple[int, int], offset: int, width: int) -> tuple[int, int]:
        """Offset and width of the part of a window that the output can see; the width may be zero or less."""
        low = max(offset, need[0] - self.high)
        return low, min(offset + width, need[1] - self.low) - low

    def overhangs(self, length: int, offset: int, width: int) -> bool:
        """Whether a window reaches outside the activation."""
        return self.low + offset < 0 or self.high + offset + width > length

    def fill_outside(self, data: Tensor, length: int, offset: int, fill: float) -> Tensor:
        """Set positions outside the activation to `fill`, in place."""
        width = data.shape[0]
        left = min(width, -(self.low + offset))
        if left > 0:
            inside = torch.arange(left)[:, None] + self.positions + offset >= 0
            data[:left].masked_fill_(~inside[:, None, :, None], fill)
        start = max(0, length - self.high - offset)
        if start < width:
            inside = torch.arange(start, width)[:, None] + self.positions + offset < length
            data[start:].masked_fill_(~inside[:, None, :, None], fill)
        return data


class Run(Anchors):
    """Consecutive anchors ``first ... first + count - 1``. Reference windows are views."""

    phases_merge = True

    def __init__(self, first: int, count: int) -> None:
        self.low, self.high, self.count = first, first + count - 1, count
        self.positions = torch.arange(first, first + count)

    def view(self, base: Padded, offset: int, width: int) -> Tensor:
        start, channels = base.left + self.low + offset, base.data.shape[1]
        if start < 0 or start + width + self.count - 1 > len(base.data):
            return super().view(base, offset, width)
        return base.data.as_strided((width, 1, self.count, channels), (channels, 0, channels, 1), start * channels)

    def fill_outside(self, data: Tensor, length: int, offset: int, fill: float) -> Tensor:
        """See `Anchors`; the anchors outside lie side by side here."""
        for place in range(data.shape[0]):
            before, inside = -(self.low + offset + place), length - (self.low + offset + place)
            if before > 0:
                data[place, :, :before].fill_(fill)
            if inside < self.count:
                data[place, :, max(0, inside) :].fill_(fill)
        return data


class Workspace:
    """Hands freed buffers out again: fresh memory costs as much as the arithmetic done in it."""

    def __init__(self) -> None:
        self._free: list[Tensor] = []
        self._live: dict[int, Tensor] = {}
        self.held = 0  # bytes ever allocated here

    def take(self, shape: tuple[int, ...]) -> Tensor:
        """An uninitialised float32 tensor."""
        size = math.prod(shape)
        fitting = [i for i, buffer in enumerate(self._free) if buffer.numel() >= size]
        if fitting:
            buffer = self._free.pop(min(fitting, key=lambda i: self._free[i].numel()))
        else:
            if self._free:  # grow by replacing, so that the pool does not fill with small buffers
                self.held -= 4 * self._free.pop(0).numel()
            buffer = torch.empty(size)
            self.held += 4 * size
        self._live[buffer.data_ptr()] = buffer
        return buffer[:size].view(shape)

    def owns(self, tensor: Tensor) -> bool:
        """Whether the tensor lies in a buffer that is in use."""
        return tensor.untyped_storage().data_ptr() in self._live

    def release(self, tensor: Tensor) -> None:
        """Give the tensor's buffer back, if it is one of ours."""
        buffer = self._live.pop(tensor.untyped_storage().data_ptr(), None)
        if buffer is not None:
            self._free.append(buffer)

    def release_all(self) -> None:
        """Give back every buffer at the end of a block."""
        self._free += self._live.values()
        self._live.clear()


class WorkspacePool:
    """Workspaces kept between calls; each running call has its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Workspace] = []
        self.largest = 0  # bytes that a call has held

    @contextmanager
    def borrow(self) -> Iterator[Workspace]:
        """A workspace for one call, taken back also when the call fails."""
        with self._lock:
            workspace = self._idle.pop() if self._idle else Workspace()
        try:
            yield workspace
        finally:
            workspace.release_all()
            with self._lock:
                self.largest = max(self.largest, workspace.held)
                if not self._idle:
                    self._idle.append(workspace)
