"""The factor-binding network: strand symmetry, the two ways to write its weights, and the aims its card must meet."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode, reverse_complement
from genoviz.networks.tfbind import SymmetricConv1d, TFBind, TFBindConfig, untied_state
from tests.comparison import close

SMALL = TFBindConfig(outputs=3, motifs=4, motif_width=6, pairs=3, pair_width=3, hidden=5)


def random_sequences(n: int, seed: int = 0) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    return encode(["".join(rng.choice(list("ACGT"), 101)) for _ in range(n)])


def test_symmetric_convolution_pairs_channels() -> None:
    torch.manual_seed(0)
    conv = SymmetricConv1d(4, 3, 6, 2)
    nn.init.normal_(conv.bias)
    X = random_sequences(2)
    one, other = conv(X), conv(reverse_complement(X))
    assert one.flip(1, 2) == close(other)
    assert one[:, :3] == close(F.conv1d(X, conv.weight, conv.bias, padding=2))


@pytest.mark.parametrize("config", [SMALL, TFBindConfig(outputs=2)], ids=["small", "shipped size"])
def test_both_ways_to_write_the_weights_agree(config: TFBindConfig) -> None:
    torch.manual_seed(1)
    tied = TFBind(config, tied=True).eval()
    plain = TFBind(config).eval()
    plain.load_state_dict(untied_state(tied))
    X = random_sequences(3)
    assert tied(X) == close(plain(X))
    assert plain(X) == close(plain(reverse_complement(X)))
    assert plain(X).shape == (3, config.outputs)


def test_untied_weights_are_copies() -> None:
    tied = TFBind(SMALL, tied=True)
    state = untied_state(tied)
    with torch.no_grad():
        for parameter in tied.parameters():
            parameter.fill_(9)
    assert not any((v == 9).any() for v in state.values())


def test_one_module_per_nonlinearity() -> None:
    """Methods that attach to modules get wrong numbers where a module runs twice in one pass."""
    net = TFBind(SMALL).eval()
    calls: dict[nn.Module, int] = {}
    for module in net.modules():
        module.register_forward_hook(lambda m, i, o: calls.__setitem__(m, calls.get(m, 0) + 1))
    net(random_sequences(1))
    assert set(calls.values()) == {1}


def test_shipped_weights_are_strand_symmetric() -> None:
    model = load_model("tfbind.encode10")
    X = random_sequences(4, seed=3)
    one, other = model.logits(X)["binding"], model.logits(reverse_complement(X))["binding"]
    assert float((one - other).abs().max()) <= 1e-5 * float(one.abs().max())


def test_the_card_meets_the_aims() -> None:
    card = get_card("tfbind.encode10")
    rows = card.held_out
    assert sorted(r["track"] for r in rows) == sorted(card.outputs[0].tracks)
    assert len(rows) == 10
    assert np.mean([r["auroc"] for r in rows]) >= 0.948
    assert sum(r["auroc"] > r["published"][0]["value"] for r in rows) >= 6
    for row in rows:
        assert row["auroc_95"][0] <= row["auroc"] <= row["auroc_95"][1]
        assert row["auprc_95"][0] <= row["auprc"] <= row["auprc_95"][1]
