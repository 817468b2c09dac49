"""Influence maps: by hand, against a loop over bins, refused and stopped."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from genoviz.attribute.attribution import attribute
from genoviz.compare.influence import influence, usual_step
from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.models.base import NetModel
from genoviz.models.card import Output
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.sequences.sequence import Sequence

SEQUENCE = Sequence("CT" * 13 + "GATAAG" + "CT" * 14, "one site")
HEAD = Output("profile", ("reads",), "counts", "exp", "log counts", bins=50, resolution=1)


class Profile(nn.Module):
    """Bin b: matches of bases b + 5 to b + 10 to GATAAG, squared so that effects depend on the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.scan = nn.Conv1d(4, 1, 6, bias=False)
        with torch.no_grad():
            self.scan.weight.copy_(encode(["GATAAG"]))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = torch.relu(self.scan(X) - 3)[:, :, 5:] ** 2
        return found


def model() -> NetModel:
    return NetModel(Profile(), replace(get_card("toy.sum"), name="toy.profile", outputs=(HEAD,))).eval()


def test_a_bin_is_driven_by_the_bases_that_it_reads() -> None:
    """The site stands at bases 27-32 (26 from 0): only bin 22 sees six matches, 9, and 4 after any change."""
    found = influence(model(), SEQUENCE)
    assert found.scores.shape == (50, 60)
    assert found.values[21] == 9
    assert found.of_bin(21)[26:32].tolist() == [5] * 6
    assert not found.of_bin(21)[:26].any()
    assert not found.of_bin(21)[32:].any()
    assert found.strongest == (21, 26)
    assert found.places[21].tolist() == [26, 27]  # 50 bins in the middle of 60 bases
    assert found.bin_name(21) == "bin 22"
    assert found.sentence == (
        "The strongest influence: base 27 (G) raises bin 22 (over bases 27-27) by 5 log counts. Half of all influence comes "
        "from at most 2 bases away."
    )


@pytest.mark.parametrize(("scale", "step"), [("logit", 1), ("value", 1), ("logit", 7)])
def test_all_bins_at_once_are_a_loop_over_bins(scale: str, step: int) -> None:
    found = influence(model(), SEQUENCE, bins=(4, 46), step=step, scale=scale)
    for row in range(len(found.scores)):
        low = 4 + row * step
        target = Target("profile", ("reads",), (low, low + step), "mean", scale)
        alone = saturate(model(), SEQUENCE, target)
        np.testing.assert_allclose(found.of_bin(row), alone.importance, atol=1e-5, rtol=1e-5)
        assert found.values[row] == pytest.approx(alone.value)
    assert found.bin_name(1) == ("bin 6" if step == 1 else "bins 12-18")


def test_a_trained_profile_model_against_the_loop() -> None:
    """A few bins and bases of the bundled BPNet, by mutations and by a gradient."""
    bpnet = load_model("bpnet.yeast")
    sequence = Sequence(("ACGTTGCACGTGATCC" * 50)[: bpnet.card.length])
    found = influence(bpnet, sequence, track="Cbf1 profile", bins=(300, 304), step=2, window=(370, 376))
    quick = influence(bpnet, sequence, "profile", "Cbf1 profile", bins=(300, 304), step=2, method="inputxgradient")
    for row in range(2):
        target = Target("profile", ("Cbf1 profile",), (300 + 2 * row, 302 + 2 * row), "mean")
        alone = saturate(bpnet, sequence, target, window=(370, 376))
        np.testing.assert_allclose(found.of_bin(row)[370:376], alone.importance[370:376], atol=1e-5)
        assert np.isnan(found.of_bin(row)[:370]).all()
        gradient = attribute(bpnet, sequence, target, "inputxgradient")
        np.testing.assert_array_equal(quick.of_bin(row), gradient.per_base)


def test_what_is_done_is_kept_when_stopped() -> None:
    def stop(share: float) -> None:
        if share < 1:
            return
        raise Cancelled

    assert not influence(model(), SEQUENCE, method="inputxgradient", bins=(0, 2), progress=stop).complete


def test_refused() -> None:
    with pytest.raises(BadInput, match="one number per sequence"):
        influence(load_model("toy.sum"), SEQUENCE)
    bpnet = load_model("bpnet.yeast")
    with pytest.raises(BadInput, match="Choose the output `profile`"):
        influence(bpnet, Sequence("A" * bpnet.card.length), "counts")
    for bad in ({"bins": (3, 70)}, {"step": 60}, {"step": 0}, {"window": (9, 9)}):
        with pytest.raises(BadInput, match="Choose ranges inside"):
            influence(model(), SEQUENCE, **bad)
    with pytest.raises(UnknownName):
        influence(model(), SEQUENCE, method="magic")
    with pytest.raises(BadInput, match="Row 51"):
        influence(model(), SEQUENCE).of_bin(50)
    assert usual_step(HEAD) == 1
    assert usual_step(replace(HEAD, bins=1000)) == 5
