"""Planted truth: sites lie where it is said, training learns them, and a method is right where the model is."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.models.base import NetModel
from genoviz.models.metrics import auroc
from genoviz.models.onehot import encode
from genoviz.sandbox.plan import Plan
from genoviz.sandbox.planted import plant
from genoviz.sandbox.recovery import recover, roc_curve
from genoviz.sandbox.tables import curve_table, planted_fasta
from genoviz.sandbox.train import Epoch, train

SMALL = Plan(("GATAAG", "CACGTG"), gap=(3, 3), length=40, count=400)


def test_sites_lie_where_it_is_said_on_either_strand_and_at_the_distance_asked_for() -> None:
    plan = Plan(("GATAAG", "CACGTA"), gap=(4, 7), strands="both", length=50)
    turned = {"GATAAG": "CTTATC", "CACGTA": "TACGTG"}
    strands = set()
    for one in plant(plan, 60):
        assert len(one.sites) == (2 if one.positive else 0)
        for site in one.sites:
            letters = one.sequence.bases[site.start : site.end]
            assert letters == (site.name if site.strand == "+" else turned[site.name])
            strands.add(site.strand)
        if one.positive:
            first, second = one.sites
            assert 4 <= second.start - first.end <= 7
            assert one.truth.sum() == 12
    assert strands == {"+", "-"}


def test_negatives_lack_what_the_rule_says() -> None:
    lacking = {site.name for one in plant(Plan(("GATAAG", "CACGTG"), "all"), 60)[1::2] for site in one.sites}
    assert lacking == {"GATAAG", "CACGTG"}
    assert all(len(one.sites) == 1 for one in plant(Plan(("GATAAG", "CACGTG"), "all"), 60)[1::2])
    for i, one in enumerate(plant(Plan(("GATAAG", "CACGTG"), "spacing", (5, 6)), 60)):
        first, second = one.sites
        assert (second.start - first.end in (5, 6)) == (i % 2 == 0) == one.positive


def test_wrong_labels_are_the_share_asked_for_and_only_in_training() -> None:
    plan = Plan(("GATAAG",), wrong_labels=0.3)
    wrong = [one.label != one.positive for one in plant(plan)]
    assert np.mean(wrong) == pytest.approx(0.3, abs=0.04)
    assert all(one.label == one.positive for one in plant(plan, 50, seed=9))


def test_bases_of_a_motif_at_which_any_letter_would_do_count_neither_way() -> None:
    one = plant(Plan(("REST",), length=60, sites="drawn"), 1)[0]
    site = one.sites[0]
    assert site.weak
    assert one.truth.sum() + len(site.weak) == site.end - site.start
    assert not one.scored[list(site.weak)].any()


@pytest.mark.parametrize(
    "options",
    [{"rule": "any of them"}, {"gap": (9, 3)}, {"wrong_labels": 0.6}, {"length": 41, "gap": (30, 30)}, {"motifs": ()}],
)
def test_what_can_not_be_planted_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Plan(**{"motifs": ("GATAAG", "CACGTG"), **options})  # type: ignore[arg-type]
    with pytest.raises(UnknownName):
        Plan(("no such motif",))


def test_training_learns_says_its_curve_and_is_the_same_again() -> None:
    seen: list[tuple[Epoch, ...]] = []
    first = train(SMALL, epochs=5, watch=seen.append)
    assert [len(curve) for curve in seen] == [1, 2, 3, 4, 5]
    assert first.curve[-1].loss < first.curve[0].loss
    with torch.no_grad():
        logits = first.model(encode([one.sequence for one in first.test]))[:, 0]
    assert first.curve[-1].test_auroc == auroc(logits.numpy(), [one.positive for one in first.test])
    assert first.curve[-1].test_auroc > 0.9
    assert train(SMALL, epochs=5).curve == first.curve
    assert train(SMALL, epochs=1, seed=1).curve[0] != first.curve[0]
    assert [row["loss"] for row in curve_table(first)] == [epoch.loss for epoch in first.curve]


def test_a_stop_keeps_the_epochs_that_are_done() -> None:
    def stop(share: float) -> None:
        if share > 0.6:
            raise Cancelled

    kept = train(SMALL, epochs=3, progress=stop)
    assert not kept.complete
    assert kept.curve == train(SMALL, epochs=3).curve[:1]
    assert "stopped" in kept.sentence
    with pytest.raises(Cancelled):
        train(SMALL, epochs=1, progress=stop)


class Scanner(nn.Module):
    """Adds up matches to both sites beyond five bases: the right explanation is the sites and nothing else."""

    def forward(self, X: Tensor) -> Tensor:
        total = [torch.relu(nn.functional.conv1d(X, encode(site)) - 5).sum((1, 2)) for site in SMALL.motifs]
        return torch.stack(total).sum(0)[:, None]


def test_methods_are_right_about_a_model_that_is_right_and_guess_about_an_untrained_one() -> None:
    trained = train(SMALL, epochs=1)
    right = NetModel(Scanner().eval(), trained.model.card)
    found = recover(trained, ("ablation", "inputxgradient"), sequences=6, model=right)
    assert [float(row.auprc.mean()) for row in found.methods] == [1.0, 1.0]
    assert found.chance == pytest.approx(12 / 40)
    false, true = roc_curve(found.methods[0], found.sequences)
    assert float(np.trapezoid(true, false)) == 1.0
    for i, one in enumerate(found.sequences):
        assert set(np.flatnonzero(found.methods[0].scores[i] > 0)) == set(np.flatnonzero(one.truth))
    silent = NetModel(nn.Sequential(nn.Flatten(), nn.Linear(160, 1)).eval(), trained.model.card)
    assert float(recover(trained, ("ablation",), model=silent).methods[0].auroc.mean()) < 0.75
    with pytest.raises(UnknownName):
        recover(trained, ("magic",))
    with pytest.raises(BadInput):
        recover(trained, sequences=1)


def test_with_only_the_spacing_to_learn_one_reference_fails_where_many_shuffles_do_not() -> None:
    """The case that the page offers as its third, on the same plan."""
    trained = train(Plan(rule="spacing", gap=(5, 5)))
    found = {
        row.method: float(row.auprc.mean()) for row in recover(trained, ("deepliftshap", "ig"), sequences=8).methods
    }
    assert trained.curve[-1].test_auroc > 0.99
    assert found["deepliftshap"] > 0.9
    assert found["ig"] < found["deepliftshap"] - 0.1


def test_the_file_names_class_and_sites() -> None:
    one = plant(SMALL, 1)[0]
    first, second = one.sites
    header = planted_fasta([one]).splitlines()[0]
    assert (
        header == f">planted 1 positive GATAAG:{first.start + 1}-{first.end}:+ CACGTG:{second.start + 1}-{second.end}:+"
    )
