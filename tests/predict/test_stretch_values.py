"""Values along a sequence by the quicker convolutions are those of the network itself."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.incremental import EngineFallback
from genoviz.models.base import activate
from genoviz.models.onehot import encode
from genoviz.networks.spliceai import StretchModel
from genoviz.predict.stretch.convolution import Convolution
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.whole import whole_logits
from genoviz.predict.values_along import values_along
from genoviz.sequences.sequence import Sequence
from tests.splicing.small_networks import LONG, SHORT, splice_model, usage_model

TEXT = "".join(random.Random(8).choices("ACGTN", weights=[9, 9, 9, 9, 1], k=700))


def itself(model: StretchModel, text: str) -> np.ndarray:
    edge = "N" * (model.context // 2)
    with torch.no_grad():
        found = activate(model.net(encode(edge + text + edge)), model.card.outputs[0].activation)
    return found[0].T.numpy()


@pytest.mark.parametrize("model", [splice_model(LONG), splice_model(SHORT, members=1), usage_model(LONG)])
def test_values_are_those_of_the_network(model: StretchModel) -> None:
    output, positions = model.card.outputs[0], [699, 3, 250, 251, 0]
    rows = range(len(output.tracks))
    found = values_along(model, output, rows, Sequence(TEXT), positions)
    np.testing.assert_allclose(found, itself(model, TEXT)[positions], atol=2e-6)
    with torch.inference_mode():
        assert whole_logits(model, output, TEXT, Memory()) is not None
        assert whole_logits(model, output, "R" + TEXT, Memory()) is None


def test_a_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Convolution.__call__

    def wrong(self: Convolution, *args: Any) -> torch.Tensor:
        return right(self, *args) + 0.05

    monkeypatch.setattr(Convolution, "__call__", wrong)
    model = splice_model(LONG, seed=4)
    with pytest.warns(EngineFallback, match="differed from plain computation"):
        found = values_along(model, model.card.outputs[0], [0, 1], Sequence(TEXT), range(700))
    np.testing.assert_allclose(found, itself(model, TEXT)[:, :2], atol=2e-6)
