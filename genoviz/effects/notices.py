"""What to say beside a variant's effect: what the model can't see."""

from __future__ import annotations

from genoviz.models.notices import model_notices, origin_notices
from genoviz.sequences.bases import base_count
from genoviz.variants.windows import AlleleWindows

__all__ = ["model_notices", "origin_notices", "window_notices"]

_EDGE = 10  # a variant in the outer tenth of the window has little context on one side


def window_notices(windows: AlleleWindows) -> list[str]:
    """N in the window, and a variant near its edge."""
    notices = []
    length = len(windows.reference)
    if windows.unknown:
        notices.append(f"{windows.unknown:,} of the {base_count(length)} that the model reads are N.")
    spans = (windows.reference_span, windows.alternate_span)
    nearest = min(min(start, length - end) for start, end in spans)
    if nearest < length // _EDGE:
        notices.append(
            f"The variant lies {base_count(nearest)} from the edge of what the model reads, which sees little beyond it."
        )
    return notices
