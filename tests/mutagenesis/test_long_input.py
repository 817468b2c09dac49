"""Long inputs: how many at once, which bins, what it costs, and mutants that equal predictions of their own."""

from __future__ import annotations

import pytest
import torch

from genoviz.attribute.methods import check_method
from genoviz.errors import BadInput, Cancelled
from genoviz.incremental import Edit
from genoviz.models.base import Model, NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.size import is_long, rows_at_once
from genoviz.models.target import Target, bins_over
from genoviz.mutagenesis.long import LongReference
from genoviz.networks.borzoi import build as build_borzoi
from genoviz.networks.enformer import build as build_enformer
from genoviz.predict.cost import cost_of
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from tests.comparison import close
from tests.networks.long_range_files import BORZOI as SMALL_BORZOI
from tests.networks.long_range_files import ENFORMER as SMALL_ENFORMER
from tests.networks.long_range_files import bases, filled, tiny

ENFORMER, BORZOI = "tracks.enformer-human", "tracks.borzoi-human"
TARGET = Target("human", ("zero",), (4, 9), scale="value")


def with_weights(model: NetModel) -> NetModel:
    model.net.load_state_dict(filled({k: tuple(v.shape) for k, v in model.net.state_dict().items()}))
    return model.eval().requires_grad_(False)


@pytest.fixture(params=[ENFORMER, BORZOI])
def model(request: pytest.FixtureRequest) -> NetModel:
    """A small one with stretches much shorter than the input."""
    if request.param == ENFORMER:
        return with_weights(
            build_enformer(tiny(get_card(ENFORMER), length=256, bins=20, resolution=8, piece=64, **SMALL_ENFORMER))
        )
    return with_weights(
        build_borzoi(tiny(get_card(BORZOI), length=1536, bins=32, resolution=32, piece=512, **SMALL_BORZOI))
    )


def test_few_long_sequences_at_once() -> None:
    assert [rows_at_once(n) for n in (101, 2114, 4096, 10_400, 196_608, 524_288)] == [64, 64, 64, 25, 1, 1]


def test_what_is_long() -> None:
    assert [is_long(get_card(name)) for name in ("tfbind.encode10", ENFORMER, BORZOI)] == [False, True, True]


def test_methods_for_long_inputs() -> None:
    check_method(get_card("tfbind.encode10"), "deepliftshap")
    check_method(get_card(ENFORMER), "inputxgradient")
    with pytest.raises(BadInput, match=r"deepliftshap.*196,608 bases"):
        check_method(get_card(ENFORMER), "deepliftshap")


def test_bins_over_a_place() -> None:
    card = get_card(ENFORMER)  # 40,960 bases on each side have no bins
    assert bins_over(card, "human", 98_304, 98_305) == (448, 449)
    assert bins_over(card, "human", 98_303, 98_305) == (447, 449)
    assert bins_over(card, "human", 0, 40_961) == (0, 1)
    assert bins_over(card, "human", 0, 196_608) == (0, 896)
    for start, end in ((0, 40_960), (155_648, 155_700), (98_304, 98_304)):
        with pytest.raises(BadInput, match="40,961 to 155,648"):
            bins_over(card, "human", start, end)
    with pytest.raises(BadInput, match="one number"):
        bins_over(get_card("tfbind.encode10"), get_card("tfbind.encode10").outputs[0].name, 0, 5)


def mutant(sequence: Sequence, place: int, base: str) -> Sequence:
    return Sequence(sequence.bases[:place] + base + sequence.bases[place + 1 :])


def compare(model: Model, target: Target, sequence: Sequence, window: tuple[int, int]) -> None:
    """All substitutions of a window against a prediction for each."""
    reference = LongReference(model, target, encode(sequence))
    assert reference.value == close(target_value(model, sequence, target), beside=1)
    found = reference.saturate(*window)
    assert found.shape == (4, window[1] - window[0], 1)
    for i, place in enumerate(range(*window)):
        for row, base in enumerate("ACGT"):
            expected = target_value(model, mutant(sequence, place, base), target)
            assert float(found[row, i, 0]) == close(expected, beside=1)


@pytest.mark.long
def test_mutants_are_those_of_whole_predictions(model: NetModel) -> None:
    sequence = bases(model.card.length)
    compare(model, TARGET, sequence, (0, 2))
    compare(model, TARGET, sequence, (model.card.length // 2 - 1, model.card.length // 2 + 1))
    spread = LongReference(model, TARGET, encode(sequence)).saturate(100, 110)
    assert float(spread.std()) > 1e-5  # there is something to compare


def test_mutants_of_any_other_model() -> None:
    other = load_model("toy.and")
    compare(other, Target.default(other.card), bases(other.card.length), (3, 5))


def test_unknown_bases_are_not_mutated(model: NetModel) -> None:
    sequence = mutant(bases(model.card.length), 100, "N")
    reference = LongReference(model, TARGET, encode(sequence))
    assert reference.saturate(100, 101).flatten().tolist() == pytest.approx([reference.value] * 4)


def test_edits_are_those_of_whole_predictions(model: NetModel) -> None:
    sequence = bases(model.card.length)
    reference = LongReference(model, TARGET, encode(sequence))
    before, after = sequence.bases[:90], sequence.bases[91:]
    sets = [(Edit(90, 91, ""),), (Edit(90, 90, "G"),), (), (Edit(20, 21, "A"), Edit(90, 91, "C"))]
    edited = [
        before + after + "N",
        (before + "G" + sequence.bases[90:])[: len(sequence)],
        sequence.bases,
        sequence.bases[:20] + "A" + sequence.bases[21:90] + "C" + after,
    ]
    shares: list[float] = []
    found = reference.edits(sets, progress=shares.append)[:, 0].tolist()
    assert found == close([target_value(model, Sequence(text), TARGET) for text in edited], beside=1)
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_progress_comes_after_each_mutant_and_can_stop(model: NetModel) -> None:
    reference = LongReference(model, TARGET, encode(bases(model.card.length)))
    shares: list[float] = []
    reference.saturate(10, 12, progress=shares.append)
    assert shares == pytest.approx([k / 6 for k in range(1, 7)])

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        reference.saturate(10, 12, progress=stop)


@pytest.mark.clock
def test_the_cost_is_estimated_from_parts(model: NetModel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: list[int] = []
    monkeypatch.setattr(type(model.net), "whole", lambda *_: whole.append(1))
    cost = cost_of(model)
    assert not whole  # no whole prediction was made
    assert 0 < cost.mutant < cost.prediction < cost.gradient < 60
    assert cost.saturation(10) == pytest.approx(cost.prediction + 10 * cost.mutant)


@pytest.mark.clock
def test_the_cost_of_any_other_model() -> None:
    cost = cost_of(load_model("toy.and"))
    assert 0 < cost.prediction == cost.mutant < cost.gradient


def test_several_sequences_go_one_by_one(model: NetModel, monkeypatch: pytest.MonkeyPatch) -> None:
    X = encode([bases(model.card.length), mutant(bases(model.card.length), 100, "N")])
    together = model.logits(X)["human"].detach()  # under gradients, which DeepLIFT needs for all rows at once
    rows: list[int] = []
    whole = model.net.whole
    monkeypatch.setattr(model.net, "whole", lambda features: rows.append(len(features[0])) or whole(features))
    with torch.no_grad():
        assert model.logits(X)["human"] == close(together, beside=1)
    assert rows == [1, 1]


def test_gradients_leave_nothing_behind(model: NetModel) -> None:
    """A long input's gradient equals one of the same network in one piece, in both scales."""
    X = encode(bases(model.card.length))
    gradients = []
    for piece in (model.net.piece, model.card.length):
        vars(model.net)["piece"] = piece
        leaf = X.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(TARGET.of(model)(leaf).sum(), leaf)
        gradients.append(gradient.numpy())
    assert gradients[0] == close(gradients[1])
    assert all(p.grad is None for p in model.parameters())
