"""Expected bases: entropy, logo heights and surprise worked out by hand; a clear refusal for other models."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.errors import BadInput, BadSequence
from genoviz.models.load import load_model
from genoviz.predict.expectation import Expectation, expect
from genoviz.sequences.sequence import Sequence
from tests.networks.test_language_models import LENGTH, TEXT, model


def test_by_hand() -> None:
    p = np.array([[0.25, 1.0, 0.5], [0.25, 0.0, 0.5], [0.25, 0.0, 0.0], [0.25, 0.0, 0.0]])
    found = Expectation(Sequence("ANC"), p)
    assert found.entropy == pytest.approx([2, 0, 1], abs=1e-9)
    assert found.heights[0] == pytest.approx([0, 2, 0.5], abs=1e-9)
    assert found.surprise[[0, 2]] == pytest.approx([2, 1])
    assert np.isnan(found.surprise[1])


def test_surprise_adds_up_to_the_likelihood() -> None:
    lm = model("cloze")
    found = expect(lm, Sequence(TEXT))
    from genoviz.models.onehot import encode

    assert -found.surprise.sum() * np.log(2) == pytest.approx(float(lm.log_likelihood(encode(TEXT))), rel=1e-5)


def test_other_models_are_refused() -> None:
    with pytest.raises(BadInput, match="can't predict bases"):
        expect(load_model("toy.sum"), Sequence("A" * 20))


def test_wrong_length() -> None:
    with pytest.raises(BadSequence, match=str(LENGTH)):
        expect(model("cloze"), Sequence("ACGT"))
