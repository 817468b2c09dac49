"""The independent check of a design: which second model, what it says, motifs gained and lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from torch import Tensor, nn

from genoviz.design.check import check_design, second_models, site_changes
from genoviz.design.fewest_edits import Design, design
from genoviz.design.tables import change_table
from genoviz.errors import BadInput
from genoviz.lessons.examples import EXAMPLES
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.words import percentiles
from genoviz.motifs.motif import Motif
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

ACTIVITY = Target("activity", ("activity",))


def exact(name: str, word: str) -> Motif:
    rows = {"A": (1, 0, 0, 0), "C": (0, 1, 0, 0), "G": (0, 0, 1, 0), "T": (0, 0, 0, 1)}
    return Motif(name, tuple(tuple(float(p) for p in rows[base]) for base in word))  # type: ignore[misc]


@pytest.fixture(scope="module")
def gabpa() -> Design:
    model = load_model("tfbind.encode10")
    start = Sequence(dinucleotide_shuffle(EXAMPLES[0].sequence.bases, 1, seed=1)[0])
    return design(model, start, Target.parse("GABPA", model.card), edits=4)


@pytest.mark.parametrize(
    ("name", "track", "others"),
    [
        ("tfbind.encode10", "GABPA", {"kmer.encode10", "pwm.encode10"}),
        ("promoter.ecoli", "active", {"kmer.ecoli", "mlp.ecoli", "promoter.ecoli-lm"}),
        ("kmer.encode10", "REST", {"tfbind.encode10", "pwm.encode10"}),
        ("splice.sites", "human donor", set()),
        ("toy.sum", "activity", set()),  # the other toy has the same family and answers another question
    ],
)
def test_second_models_have_the_same_task_and_another_family(name: str, track: str, others: set[str]) -> None:
    card = get_card(name)
    found = second_models(card, Target.parse(track, card))
    assert {other.name for other in found} == others
    scores = [next(row["auroc"] for row in other.held_out if row["track"] == track) for other in found]
    assert scores == sorted(scores, reverse=True)


def test_a_second_model_agrees_with_a_site_and_its_numbers_are_its_own(gabpa: Design) -> None:
    model = load_model("tfbind.encode10")
    check = check_design(model, gabpa)
    assert check.verdict == "agrees"
    assert check.warnings == ()
    assert check.own.values == gabpa.values
    assert check.other is not None
    other = load_model(check.other.card.name)
    target = Target("binding", ("GABPA",))
    assert check.other.values == tuple(target_value(other, s, target) for s in gabpa.path)
    assert check.other.after == percentiles(other.card, "GABPA", check.other.values[-1])
    assert check.other.moved > 5
    assert f"{check.other.values[-1]:.3g}" in check.sentence
    gained = {row.motif.name: row.matching for row in check.changes if row.status == "gained"}
    assert gained["GABPA"] > 5  # it stands for its family
    assert all(0 < row.step <= 4 for row in check.changes)


class Opposite(nn.Module):
    """Minus another network."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, X: Tensor) -> Tensor:
        result: Tensor = -self.net(X)
        return result


def test_a_model_that_disagrees_gives_a_warning() -> None:
    model = load_model("toy.sum")
    result = design(model, Sequence("C" * 20 + "GATACC" + "C" * 34), ACTIVITY)
    assert isinstance(model, NetModel)
    opposite = NetModel(Opposite(model.net), replace(model.card, name="toy.minus", family="minus"))
    check = check_design(model, result, other=opposite, motifs=())
    assert check.verdict == "disagrees"
    assert "Only the model that made the design" in check.warnings[0]
    alone = check_design(model, result, motifs=())
    assert (alone.verdict, alone.other) == ("none", None)
    assert "no second model" in alone.sentence
    flat = replace(model.card, background={"activity": {"held-out": tuple(float(v) for v in range(0, 1010, 10))}})
    hardly = check_design(model, result, other=NetModel(model.net, flat), motifs=())
    assert hardly.verdict == "hardly"  # the direction is right, but the move is small among its sequences
    with pytest.raises(BadInput) as raised:
        check_design(model, result, other=load_model("splice.sites"), motifs=())
    assert all((raised.value.read, raised.value.accepted, raised.value.fix))


def test_sites_gained_and_lost_name_their_step_and_strand() -> None:
    model = load_model("toy.sum")
    start = Sequence("C" * 20 + "GATACC" + "C" * 34)
    result = design(model, start, ACTIVITY)
    motifs = [exact("site", "GATAAG"), exact("turned", "CTTATC"), exact("old", "TACCCC"), exact("far", "CCCCCC")]
    found = {(row.motif.name, row.strand): row for row in site_changes(result, motifs, threshold=3e-4)}
    assert set(found) == {("site", "+"), ("turned", "-"), ("old", "+")} | {key for key in found if key[0] == "far"}
    site, old = found["site", "+"], found["old", "+"]
    assert (site.status, site.start, site.end, site.step) == ("gained", 20, 26, 2)
    assert (found["turned", "-"].start, found["turned", "-"].status) == (20, "gained")
    assert (old.status, old.start, old.step) == ("lost", 22, 1)
    assert site.p_value == pytest.approx(4.0**-6)
    assert all(row.status == "lost" for key, row in found.items() if key[0] == "far")
    assert change_table([site])[0] | {"score (bits)": 0} == {
        "family": "site", "motif": "site", "factors": 1, "status": "gained", "step": 2, "first base": 21, "last base": 26, "strand": "+",
        "score (bits)": 0, "p-value": site.p_value,
    }  # fmt: skip
    with pytest.raises(BadInput):
        site_changes(result, motifs, threshold=0)


def test_what_edits_make_unusual_is_said() -> None:
    model = load_model("tfbind.encode10")
    target = Target.parse("SP1", model.card)
    start = Sequence(EXAMPLES[0].sequence.bases)
    result = design(model, start, target, edits=3)
    rich = replace(model.card, inputs={**model.card.inputs, "gc": [0.0, start.gc]})
    assert isinstance(model, NetModel)
    check = check_design(NetModel(model.net, rich), result, motifs=())
    if result.sequence.gc > start.gc:
        assert any("GC" in text for text in check.new_unusual)
        assert any("unlike those that the model learned from" in text for text in check.warnings)
