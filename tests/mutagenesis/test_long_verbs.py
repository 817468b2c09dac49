"""The verbs on long inputs: the same numbers as on short ones, row by row, with a stop after each base."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import METHODS
from genoviz.errors import BadInput, Cancelled
from genoviz.models import size
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.enformer import build
from genoviz.predict.prediction import predict, target_value
from tests.comparison import close
from tests.networks.long_range_files import ENFORMER, bases, filled, tiny

SEQUENCE, TARGET = bases(256), Target("human", ("zero",), (4, 9))


@pytest.fixture
def model() -> NetModel:
    card = tiny(get_card("tracks.enformer-human"), length=256, bins=20, resolution=8, piece=64, **ENFORMER)
    model = build(card).eval().requires_grad_(False)
    model.net.load_state_dict(filled({k: tuple(v.shape) for k, v in model.net.state_dict().items()}))
    return model


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything from 200 bases counts as long."""
    monkeypatch.setattr(size, "LONG", 200)
    monkeypatch.setattr(size, "BASES_AT_ONCE", 256)


def test_mutations_are_those_of_a_short_input(model: NetModel, monkeypatch: pytest.MonkeyPatch) -> None:
    short = saturate(model, SEQUENCE, TARGET, window=(100, 104), indels=True)
    monkeypatch.setattr(size, "LONG", 200)
    result = saturate(model, SEQUENCE, TARGET, window=(100, 104), indels=True)
    for name in ("delta", "deletions", "insertions"):
        assert getattr(result, name) == close(getattr(short, name), beside=result.value)
    assert result.value == close(target_value(model, SEQUENCE, TARGET), beside=1)
    assert (result.engine, result.complete) == ("incremental", True)


@pytest.mark.usefixtures("long")
def test_a_stop_keeps_the_bases_done(model: NetModel) -> None:
    def stop(share: float) -> None:
        if share > 0.6:
            raise Cancelled

    result = saturate(model, SEQUENCE, TARGET, window=(100, 104), progress=stop)
    assert not result.complete
    assert np.flatnonzero(np.isfinite(result.delta).any(0)).tolist() == [100, 101]


@pytest.mark.long
@pytest.mark.usefixtures("long")
def test_methods(model: NetModel, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[int] = []
    logits = model.logits
    monkeypatch.setattr(model, "logits", lambda X: rows.append(len(X)) or logits(X))
    for method in (row.name for row in METHODS.values() if row.long_inputs):
        attribute(model, SEQUENCE, TARGET, method, samples=3)
    predict(model, [SEQUENCE, SEQUENCE])
    assert set(rows) == {1}
    with pytest.raises(BadInput, match="inputxgradient"):
        attribute(model, SEQUENCE, TARGET, "deepliftshap")
