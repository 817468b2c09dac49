"""What the sandbox has done so far: filled by the thread that works, drawn by the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genoviz.sandbox.recovery import Recovery
    from genoviz.sandbox.train import Epoch, Trained


@dataclass
class Work:
    """The curve as it grows, the trained network, and what the methods found; None until it is there."""

    curve: tuple[Epoch, ...] = ()
    trained: Trained | None = None
    found: Recovery | None = None
