"""In-filling: what a hairpin model must write, shares of draws, order of writing, and ratios of variants."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from genoviz.errors import BadInput
from genoviz.language import infill
from genoviz.language.ratio import likelihood_ratio
from genoviz.language.tables import infill_record, infill_table
from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from tests.language_models import OTHER, PAIRED, HairpinModel

TEXT = "ACCGTTAACGGT"  # its own reverse complement


class Onward(HairpinModel):
    """Writes from left to right: each base after an A is a C, any other base A."""

    def onward_probabilities(self, X: Tensor) -> Tensor:
        before = torch.nn.functional.pad(X, (1, 0))[:, :, :-1]
        p = torch.full(X.shape, 0.1)
        a = before[:, 0]
        p[:, 1] += 0.6 * a
        p[:, 0] += 0.6 * (1 - a)
        return p


def test_at_temperature_0_the_likeliest_base_is_written() -> None:
    found = infill(HairpinModel(12), Sequence("NNNNNN" + TEXT[6:]), (0, 6), n=3, temperature=0)
    assert [one.bases for one in found.sequences] == [TEXT] * 3
    assert np.isnan(found.same).all()
    assert found.likelihoods[0] == pytest.approx(12 * np.log(PAIRED), rel=1e-5)
    assert found.sentence.endswith("nats.")


def test_draws_follow_the_probabilities_at_the_temperature() -> None:
    for temperature in (1.0, 0.5):
        found = infill(HairpinModel(12), Sequence(TEXT), (0, 5), n=100, temperature=temperature, seed=1)
        sharp = np.array([PAIRED, OTHER, OTHER, OTHER]) ** (1 / temperature)
        assert found.same.mean() == pytest.approx(sharp[0] / sharp.sum(), abs=0.06)
        assert all(one.bases[5:] == TEXT[5:] for one in found.sequences)
        assert (np.diff(found.likelihoods) <= 0).all()


def test_same_seed_same_sequences() -> None:
    one, same, other = (infill(HairpinModel(12), Sequence(TEXT), (0, 12), seed=seed) for seed in (3, 3, 4))
    assert [s.bases for s in one.sequences] == [s.bases for s in same.sequences]
    assert [s.bases for s in one.sequences] != [s.bases for s in other.sequences]


def test_an_autoregressive_model_writes_from_left_to_right() -> None:
    found = infill(Onward(12), Sequence("T" * 12), (2, 7), n=1, temperature=0)
    assert found.sequences[0].bases == "TTACACATTTTT"
    assert found.order == "left to right, the strand as given"


def test_rows_begin_with_the_given_one() -> None:
    found = infill(HairpinModel(12), Sequence(TEXT, "x"), (0, 6), n=2)
    rows = infill_table(found)
    assert rows[0]["stretch"] == TEXT[:6]
    assert rows[1]["minus_given"] == pytest.approx(found.likelihoods[0] - 12 * np.log(PAIRED))
    assert infill_record(HairpinModel(12).card, found)["seed"] == 0
    assert "25 % are by chance" in found.sentence


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": 0}, "1 to 100"),
        ({"temperature": -0.1}, "from 0"),
        ({"temperature": float("nan")}, "from 0"),
        ({"seed": -1}, "seed"),
    ],
)
def test_numbers_out_of_range(options: dict[str, float], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        infill(HairpinModel(12), Sequence(TEXT), (0, 6), **options)  # type: ignore[arg-type]


def test_a_model_without_expectations_is_told_which_have_them() -> None:
    toy = load_model("toy.sum")
    with pytest.raises(BadInput, match=r"can't predict bases.*maskedlm"):
        infill(toy, Sequence("A" * toy.card.length), (0, 3))


def test_ratios_by_hand() -> None:
    found = likelihood_ratio(HairpinModel(12), Sequence(TEXT), 0, "C")
    step = np.log(OTHER / PAIRED)
    assert found.own == pytest.approx(step, rel=1e-5)  # its partner still expects the old base
    assert found.whole == pytest.approx(2 * step, rel=1e-5)  # and finds the new one as unlikely
    assert "nats at the base itself" in found.sentence
    with pytest.raises(BadInput, match="another base"):
        likelihood_ratio(HairpinModel(12), Sequence(TEXT), 12, "C")
