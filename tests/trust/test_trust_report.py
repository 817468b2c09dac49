"""The six lights on networks whose right explanation is known."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.metrics import infidelity, sensitivity_max
from torch import Tensor, nn

from genoviz.attribute.attribution import attribute
from genoviz.attribute.baselines import make_references
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate
from genoviz.receipts.made import trust_receipt
from genoviz.report.methods_text import methods_paragraph
from genoviz.sequences.sequence import Sequence
from genoviz.trust import assess
from genoviz.trust.faithfulness import ORDERS, REFERENCES, Curves, curves_of
from genoviz.trust.light import Light, Threshold
from genoviz.trust.likeness import likeness, rank_likeness
from genoviz.trust.randomisation import layers_of, randomised
from genoviz.trust.report import CHECKS, TrustReport
from genoviz.trust.tables import trust_header, trust_provenance, trust_record, trust_rows, trust_table

ACTIVITY = Target("activity")


class Linear(nn.Module):
    """3 for a G or C within five bases of the middle, on either strand alike."""

    def __init__(self, length: int) -> None:
        super().__init__()
        weight = torch.zeros(4, length)
        weight[1:3, length // 2 - 5 : length // 2 + 6] = 3
        self.dense = nn.Linear(4 * length, 1, bias=False)
        self.dense.weight.data = weight.flatten()[None]

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.dense(X.flatten(1))
        return y


class Deaf(nn.Module):
    """Ignores its input."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(4, 1)
        self.dense.weight.data.zero_()

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.dense(X.mean(2))
        return y


class Saturated(nn.Module):
    """1 for a whole site GATAAGGC, far beyond what is needed, and 0 without: no gradient at the site."""

    def __init__(self) -> None:
        super().__init__()
        self.scan = nn.Conv1d(4, 1, 8)
        self.scan.weight.data = encode("GATAAGGC")
        self.scan.bias.data.fill_(-7)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = (3 * torch.relu(self.scan(X))).clamp(max=1).amax(2)
        return y


class Both(nn.Module):
    """Matches to GATAAG beyond three, summed over both strands."""

    def __init__(self) -> None:
        super().__init__()
        self.scan = nn.Conv1d(4, 2, 6)
        self.scan.weight.data = torch.cat([encode("GATAAG"), encode("CTTATC")])
        self.scan.bias.data.fill_(-3)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = torch.relu(self.scan(X)).sum((1, 2))[:, None]
        return y


def random_network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv1d(4, 12, 9), nn.ReLU(), nn.Conv1d(12, 12, 5), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(12, 1)
    )  # fmt: skip


def model_of(net: nn.Module, length: int, *, symmetric: bool = False) -> NetModel:
    card = replace(get_card("toy.sum"), name="toy.planted", length=length, strand_symmetric=symmetric)
    return NetModel(net.eval(), card)


def random_bases(length: int, letters: str = "ACGT", seed: int = 0) -> str:
    return "".join(np.random.default_rng(seed).choice(list(letters), length))


def colours(report: TrustReport) -> dict[str, str | None]:
    return {light.check: light.colour for light in report.lights}


def test_a_linear_model_passes_all() -> None:
    flank = random_bases(200, "AT")
    report = assess(model_of(Linear(401), 401, symmetric=True), Sequence(flank + "G" + flank[::-1]), ACTIVITY)
    assert colours(report) == dict.fromkeys(CHECKS, "green"), [light.sentence for light in report.lights]
    assert report.sentence == "6 of 6 checks are green."
    assert all(light.sentence and not light.advice for light in report.lights)
    assert report.explanation.gaps == pytest.approx([0] * 20, abs=1e-5)


def test_a_model_that_ignores_its_input_fails_signal_randomisation_and_faithfulness() -> None:
    report = assess(model_of(Deaf(), 60), Sequence(random_bases(60)), ACTIVITY)
    assert colours(report) == {
        "completeness": None,
        "signal": "red",
        "randomisation": "red",
        "faithfulness": "red",
        "strand": None,
        "stability": None,
    }
    assert [light.check for light in report.red] == ["signal", "randomisation", "faithfulness"]
    assert all(light.advice for light in report.red)


def test_where_a_model_is_saturated_gradients_fail_and_mutations_pass() -> None:
    model, sequence = model_of(Saturated(), 80), Sequence(random_bases(36) + "GATAAGGC" + random_bases(36, seed=1))
    gradients = colours(assess(model, sequence, ACTIVITY, "inputxgradient"))
    mutations = colours(assess(model, sequence, ACTIVITY, "ablation"))
    assert (gradients["signal"], gradients["faithfulness"]) == ("red", "red")
    for check in ("signal", "randomisation", "faithfulness", "stability"):
        assert mutations[check] == "green"


@pytest.mark.parametrize("seed", [0, 2])
def test_a_randomised_network_fails_randomisation(seed: int) -> None:
    report = assess(model_of(random_network(seed), 80), Sequence(random_bases(80, seed=seed)), ACTIVITY)
    found = colours(report)
    assert found["randomisation"] == "red", report.lights[2].sentence
    assert found["completeness"] == "green"


def test_captum_agrees_on_what_is_faithful_and_what_is_steady() -> None:
    """Infidelity: scores times a change against what the change does to the output; sensitivity: how far scores move."""
    flank = random_bases(30, "AT")
    model, sequence = model_of(Linear(61), 61), Sequence(flank + "G" + flank[::-1])
    saturated = model_of(Saturated(), 61)
    site = Sequence(flank[:27] + "GATAAGGC" + flank[:26])

    def blanked(X: Tensor) -> tuple[Tensor, Tensor]:
        gone = torch.zeros_like(X)
        place = torch.randint(0, X.shape[2], (len(X),))
        gone[range(len(X)), :, place] = X[range(len(X)), :, place]
        return gone, X - gone

    def infidelity_of(net: NetModel, read: Sequence, method: str) -> float:
        scores = torch.from_numpy(attribute(net, read, ACTIVITY, method).scores)[None]
        torch.manual_seed(0)
        return float(infidelity(ACTIVITY.of(net), blanked, encode(read), scores, n_perturb_samples=100))

    assert infidelity_of(model, sequence, "inputxgradient") == pytest.approx(0, abs=1e-9)
    assert infidelity_of(saturated, site, "inputxgradient") > 0.05 > infidelity_of(saturated, site, "ablation")

    def gradient(inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        with torch.enable_grad():
            X = inputs[0].detach().requires_grad_()
            return torch.autograd.grad(ACTIVITY.of(model)(X).sum(), X)

    assert float(sensitivity_max(gradient, encode(sequence))) == 0
    report = assess(model, sequence, ACTIVITY, "saliency")
    assert report.lights[CHECKS.index("stability")].figure == pytest.approx(1, abs=0.05)


def test_curves_are_those_of_one_prediction_each() -> None:
    """Their ends are the sequence and its shuffles, whatever the order."""
    model, sequence = model_of(random_network(0), 20), Sequence(random_bases(20))
    result = attribute(model, sequence, ACTIVITY, "saliency", seed=1)
    curves = curves_of(model, result)
    whole = float(evaluate(ACTIVITY.of(model), model, encode(sequence))[0])
    shuffles = evaluate(ACTIVITY.of(model), model, make_references("dinucleotide", sequence, n=REFERENCES, seed=1))
    assert curves.deletion[..., 0] == pytest.approx(np.full((REFERENCES, len(ORDERS)), whole), rel=1e-5)
    assert (curves.insertion[..., -1] == curves.deletion[..., 0]).all()
    assert curves.deletion[:, 1, -1] == pytest.approx(shuffles.numpy(), rel=1e-5)
    assert (curves.insertion[..., 0] == curves.deletion[..., -1]).all()
    assert curves.deletion.shape == (REFERENCES, len(ORDERS), len(curves.bases))


def test_areas_and_gain_by_hand() -> None:
    """By score the one base that matters comes first; the controls put it second and last of three."""
    first, second, last = [3.0, 0, 0, 0], [3.0, 3, 0, 0], [3.0, 3, 3, 0]
    deletion = np.array([[first, second, last]])
    curves = Curves(np.arange(4), deletion, 3 - deletion)
    assert curves.areas[0] == pytest.approx([0.5, 0.0, -0.5])
    assert float(curves.gain.mean) == pytest.approx(0.25)
    assert [row["order"] for row in curves.rows()] == [order for order in ORDERS for _ in range(4)]
    assert Curves(np.arange(4), 0 * deletion, 0 * deletion).areas.tolist() == [[0, 0, 0]]


def test_likeness_counts_heights_and_rank_likeness_their_order() -> None:
    one, other = np.array([1.0, 2, 3, np.nan]), np.array([1.0, 2, 9, 5])
    assert likeness(one, other) == pytest.approx(np.corrcoef([1, 2, 3], [1, 2, 9])[0, 1])
    assert rank_likeness(one, other) == pytest.approx(1)
    assert rank_likeness(np.array([1.0, 1, 2]), np.array([3.0, 4, 5])) == pytest.approx(np.sqrt(3) / 2)
    assert likeness(one, np.zeros(4)) == rank_likeness(one, np.zeros(4)) == 0


def test_thresholds_name_their_sides() -> None:
    gap = Threshold(0.01, 0.05, small_is_good=True)
    assert [gap.colour(v) for v in (0.0, 0.01, 0.05)] == ["green", "amber", "red"]
    alike = Threshold(0.9, 0.7)
    assert [alike.colour(v) for v in (0.9, 0.7, 0.69)] == ["green", "amber", "red"]
    assert Light("x", "X", None, gap, "").colour is None


def test_layers_are_mixed_from_the_top_and_the_model_stays() -> None:
    model = model_of(random_network(0), 80)
    before = [p.clone() for p in model.parameters()]
    mixed = randomised(model, 1 / 3, seed=1)
    assert isinstance(mixed, nn.Module)
    after = list(mixed.parameters())
    assert len(layers_of(model)[0]) == 3
    for own, old, new in zip(model.parameters(), before, after, strict=True):
        assert torch.equal(own, old)
        assert new.flatten().sort().values.tolist() == old.flatten().sort().values.tolist()
    same = [torch.equal(old, new) for old, new in zip(before, after, strict=True)]
    assert same == [True, True, True, True, False, True]  # the top layer has one bias


def test_equal_seeds_give_equal_reports_and_a_stopped_one_keeps_its_lights() -> None:
    model, sequence = model_of(random_network(4), 60), Sequence(random_bases(60))
    one, other = (trust_record(model.card, assess(model, sequence, seed=3)) for _ in range(2))
    assert one == other
    assert one != trust_record(model.card, assess(model, sequence, seed=4))
    shares: list[float] = []

    def stop(share: float) -> None:
        shares.append(share)
        if share > 0.35:
            raise Cancelled

    seen: list[Light] = []
    report = assess(model, sequence, progress=stop, on_light=seen.append)
    assert [light.check for light in report.lights] == ["completeness", "signal"]
    assert (report.complete, tuple(seen), shares) == (False, report.lights, sorted(shares))
    assert report.sentence.endswith("It was stopped before the other checks.")


def test_tables_carry_every_light_and_what_it_was_made_from() -> None:
    model = model_of(random_network(0), 60)
    report = assess(model, Sequence(random_bases(60)))
    rows = trust_table(report)
    assert [row["check"] for row in rows] == list(CHECKS)
    assert [row["light"] for row in rows] == [light.colour or "" for light in report.lights]
    assert {row["check"] for row in trust_rows(report)} == set(report.tables) == {*CHECKS, "uncertainty"}
    assert trust_provenance(model.card, report)["trust"] == report.sentence
    assert json.loads(json.dumps(trust_record(model.card, report)))["tables"].keys() == {*CHECKS, "uncertainty"}


def test_files_and_methods_text_name_the_red_lights() -> None:
    model = model_of(Deaf(), 60)
    report = assess(model, Sequence(random_bases(60)), ACTIVITY)
    said = trust_header(report)
    assert said["trust"] == report.sentence
    assert [name for name in said if name != "trust"] == ["trust signal", "trust randomisation", "trust faithfulness"]
    assert trust_header(None) == {}
    assert report.sentence in methods_paragraph([model.card], [trust_receipt(model.card, report)])


def test_inputs_that_take_hours_are_refused() -> None:
    card = replace(get_card("toy.sum"), length=500_000)
    with pytest.raises(BadInput, match="some hundred times"):
        assess(NetModel(Deaf(), card), Sequence("A" * 500_000))


def test_a_check_that_the_model_has_no_answer_to_leaves_the_others() -> None:
    class Picky(Linear):
        """Gives no number for what begins with T, such as the other strand of what ends with A, and for no bases."""

        def forward(self, X: Tensor) -> Tensor:
            bad = (X[:, 3, 0] == 1) | (X.sum((1, 2)) < 1)
            return torch.where(bad[:, None], torch.nan, super().forward(X))

    flank = "A" + random_bases(29, "AT")
    report = assess(model_of(Picky(61), 61), Sequence(flank + "G" + flank[::-1]), ACTIVITY, "inputxgradient")
    assert colours(report)["strand"] is None
    assert report.lights[4].sentence.startswith("This check could not be done. `toy.planted` gave nan")
    assert [light.check for light in report.lights] == list(CHECKS)
    assert 0 < len(report.tables["stability"]) < 5  # shifts that begin with T have no answer


def test_a_sequence_to_compare_with_is_shifted_and_turned_as_well() -> None:
    """Against the same bases without the site only the site has scores, wherever both are moved to."""
    flank = random_bases(27)
    one, other = (Sequence(flank + site + flank[::-1]) for site in ("GATAAG", "CCCCCC"))
    report = assess(model_of(Both(), 60, symmetric=True), one, ACTIVITY, "deeplift", baseline="sequence", other=other)
    found = {light.check: light.figure for light in report.lights}
    assert found["strand"] == pytest.approx(1)
    assert {row["change"] for row in report.tables["stability"]} == {"shift"}
    assert found["stability"] > 0.95
    assert found["signal"] is None
