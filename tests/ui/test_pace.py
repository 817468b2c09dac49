"""What is left of work, by its pace."""

from __future__ import annotations

import pytest

from genoviz.ui.frame.pace import Pace


def reported(*reports: tuple[float, float]) -> Pace:
    pace = Pace()
    for share, when in reports:
        pace = pace.then(share, when)
    return pace


@pytest.mark.parametrize(
    ("reports", "elapsed", "left"),
    [
        ((), 3.0, 7.0),  # nothing is known but the estimate of 10 s
        ((), 12.0, None),  # which is used up
        (((0.01, 0.1),), 4.0, 6.0),  # one percent is preparation
        (((0.25, 50.0),), 50.0, 150.0),  # five times as slow as estimated
        (((0.25, 50.0),), 90.0, 110.0),  # within the next step the time runs down
        (((0.25, 50.0),), 140.0, 220.0),  # the step took 40 s longer than the first: 3 * 90 - 50
        (((0.1, 1.0), (0.2, 2.0), (0.3, 3.0), (0.31, 106.0)), 106.0, 106 * 0.69 / 0.31),
        (((1.0, 8.0),), 8.0, 0.0),
    ],
)
def test_what_is_left_follows_the_pace(
    reports: tuple[tuple[float, float], ...], elapsed: float, left: float | None
) -> None:
    assert reported(*reports).left(elapsed, estimate=10.0) == (None if left is None else pytest.approx(left))
