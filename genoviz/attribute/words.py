"""What an attribution shows, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution


def completeness_sentence(result: Attribution) -> str:
    """Whether the scores add up to what they explain; empty where the question has no meaning."""
    if result.gap is None or result.relative_gap is None:
        return ""
    verdict = {
        "green": "the scores add up to what they explain",
        "amber": "the scores nearly add up",
        "red": "the scores do not add up to what they explain",
    }[result.light or "red"]
    share = 100 * result.relative_gap
    shown = "below 0.01" if share < 0.01 else f"{share:.2g}"
    return f"Completeness gap {shown} % ({result.gap:.2g} {result.unit}): {verdict}."


def strongest_block(result: Attribution, width: int = 8) -> tuple[int, int]:
    """Positions (0-based, half-open) of the `width` neighbours with the largest sum of |score|."""
    scores = np.abs(np.nan_to_num(result.per_base))
    width = min(width, len(scores))
    start = int(np.convolve(scores, np.ones(width), "valid").argmax())
    return start, start + width


def attribution_sentence(result: Attribution) -> str:
    """What an attribution picture shows, in words."""
    start, end = strongest_block(result)
    part = np.nan_to_num(result.per_base)
    if not np.abs(part).sum() > 0:
        return "No base has a score."
    share = np.abs(part[start:end]).sum() / np.abs(part).sum()
    sign = "raises" if part[start:end].sum() >= 0 else "lowers"
    return (
        f"The strongest block, bases {start + 1}-{end} ({result.sequence.bases[start:end]}), holds "
        f"{100 * share:.0f} % of all attribution and {sign} the output."
    )
