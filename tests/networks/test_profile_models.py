"""BPNet-style and dilated networks: totals are sums of rates, edges are real sequence, the site sits in the middle."""

from __future__ import annotations

import pytest
import torch

from genoviz.models.ensemble import Ensemble, members_of
from genoviz.models.onehot import encode
from genoviz.networks import bpnet, dilated
from genoviz.networks.bpnet import BPNet, BPNetConfig, ProfileModel
from genoviz.networks.dilated import DilatedConfig, DilatedNet
from genoviz.training.recipes.yeast_binding import CONFIG, LENGTH, PROFILE, TRACKS
from genoviz.training.save import written_card
from tests.comparison import close


def made(members: int = 2) -> ProfileModel:
    torch.manual_seed(0)
    net = Ensemble(BPNet(CONFIG) for _ in range(members))
    card = written_card("bpnet.yeast", net, config={}, training={"members": members})
    return ProfileModel(net, card).eval().requires_grad_(False)


def random_text(length: int, seed: int = 0) -> str:
    draw = torch.Generator().manual_seed(seed)
    return "".join("ACGT"[i] for i in torch.randint(4, (length,), generator=draw))


def test_totals_are_sums_of_rates() -> None:
    found = made().logits(encode(random_text(LENGTH)))
    assert found["counts"].shape == (1, len(TRACKS), 1)
    assert found["profile"].shape == (1, len(TRACKS), PROFILE)
    assert torch.allclose(found["counts"][:, :, 0].exp(), found["profile"].exp().sum(2), rtol=1e-5)


def test_card_and_network_agree_on_the_context() -> None:
    card = made().card
    assert card.length == LENGTH == PROFILE + 2 * CONFIG.context
    assert card.output("profile").bins == PROFILE
    assert card.output("counts").tracks == TRACKS


def test_a_base_reaches_as_far_as_the_context() -> None:
    """Bin b covers input base b + context, and sees `context` bases on both sides of it and no more."""
    model, text = made(1), random_text(LENGTH)
    at = 300
    other = text[:at] + ("A" if text[at] != "A" else "C") + text[at + 1 :]
    a, b = (model.logits(encode(t))["profile"][0] for t in (text, other))
    moved = (a - b).abs().amax(0).nonzero().flatten()
    assert int(moved.min()) == at - 2 * CONFIG.context
    assert int(moved.max()) == at


def test_members_keep_both_outputs() -> None:
    model = made(3)
    members = members_of(model)
    assert len(members) == 3
    X = encode(random_text(LENGTH))
    mean = torch.stack([m.logits(X)["profile"] for m in members]).mean(0)
    assert mean == close(model.logits(X)["profile"])


def test_dilated_reads_its_middle_base_by_base() -> None:
    """The middle pooled positions of the map go to the dense layer one by one, each side as one maximum."""
    config = DilatedConfig(length=402, outputs=1)
    net = DilatedNet(config).eval()
    assert (net.start, net.end) == (62, 72)  # of 134 positions of three bases: bases 187-216
    assert net.hidden.in_features == config.channels * (config.middle + 2)
    assert net(encode(random_text(402))).shape == (1, 1)


@pytest.mark.parametrize(("build", "name"), [(bpnet.build, "bpnet.yeast"), (dilated.build, "splice.sites")])
def test_builders_make_ensembles(build, name) -> None:
    config = {"outputs": 10} if name == "bpnet.yeast" else {"length": 402, "outputs": 4}
    net = BPNet(BPNetConfig(outputs=10)) if name == "bpnet.yeast" else DilatedNet(DilatedConfig(length=402, outputs=4))
    card = written_card(name, net, config=config, training={"members": 3})
    assert len(members_of(build(card))) == 3
