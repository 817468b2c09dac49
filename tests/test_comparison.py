"""The comparison that other tests rely on: relative to the largest number, never to the one compared."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.comparison import close


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor, lambda rows: np.array(rows, "f4")])
def test_every_number_is_held_to_the_largest(kind) -> None:
    expected = [[1.0, -200.0], [0.0, 3.0]]
    assert kind([[1.0019, -200.0019], [-0.0019, 3.0]]) == close(expected)
    for row, column in ((0, 0), (0, 1), (1, 0)):
        other = np.array(expected)
        other[row, column] += 0.0021
        assert kind(other.tolist()) != close(expected)
        assert f"at ({row}, {column})" in off(other, expected)


def off(found: np.ndarray, expected: object) -> str:
    wanted = close(expected)
    assert found != wanted
    return repr(wanted)


def test_differences_are_as_exact_as_what_they_were_taken_of() -> None:
    assert close(1e-4) != 1.5e-4
    assert close(1e-4, beside=[-10.0, 3.0]) == 1.5e-4
    assert close(1e-4, beside=[-10.0, 3.0]) != 3.0e-4
    assert close(0.0) == 0.0
    assert close(0.0) != 1e-30


def test_shapes_must_be_the_same() -> None:
    assert np.ones(3) != close(1.0)
    assert np.ones((1, 3)) != close(np.ones(3))
    assert "(3,) and ()" in off(np.ones(3), 1.0)
    assert np.float32(1) == close(torch.tensor(1.0))


def test_nan_is_nan_alone() -> None:
    assert np.array([np.nan, 1]) == close([np.nan, 1])
    assert np.array([0, 1]) != close([np.nan, 1])
    assert "at (1,)" in off(np.array([1, np.nan]), [1, 1])
    assert np.nan != close(1.0)
    assert np.inf != close(1.0)
