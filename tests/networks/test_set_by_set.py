"""Networks side by side: each column is its own network's, on any input, with and without the recurrent layer."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from genoviz.models.onehot import encode
from genoviz.networks.set_by_set import SetBySet, SetBySetConfig
from tests.comparison import close

SMALL = SetBySetConfig(outputs=3, motifs=6, width=5, pool=4, pairs=5, pair_width=3, units=2, hidden=4)
X = encode(["ACGT" * 10 + "A", "TTGACA" + "G" * 35])


@pytest.mark.parametrize("config", [SMALL, replace(SMALL, units=0)], ids=["recurrent", "plain"])
def test_each_column_is_its_own_networks(config: SetBySetConfig) -> None:
    torch.manual_seed(0)
    net = SetBySet(config).eval()
    before = net(X)
    assert before.shape == (2, 3)
    assert before[:, 1] == close(net.parts[1](X)[:, 0])
    with torch.no_grad():
        for parameter in net.parts[1].parameters():
            parameter.zero_()
    after = net(X)
    assert (after[:, 1] == 0).all()
    assert torch.equal(after[:, [0, 2]], before[:, [0, 2]])


def test_without_units_there_is_no_recurrent_layer() -> None:
    def recurrent(config: SetBySetConfig) -> int:
        return sum(isinstance(module, nn.LSTM) for module in SetBySet(config).modules())

    assert (recurrent(SMALL), recurrent(replace(SMALL, units=0))) == (3, 0)
