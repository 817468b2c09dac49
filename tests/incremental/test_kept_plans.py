"""What is kept from call to call: the plan, the verdict on speed, the batch size; and what makes it invalid."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import Tensor, nn

from genoviz import incremental
from genoviz.incremental import EngineFallback, plans, policy, recording
from genoviz.incremental import convolution as convolution_rules
from genoviz.incremental.batches import BatchSizes, mutants
from tests.incremental.engine_networks import incremental_plan, plain_map, relative_error, sequence

LENGTH = 48


def narrow() -> nn.Module:
    """Saves so much that no clock is asked."""
    torch.manual_seed(3)
    return nn.Sequential(nn.Conv1d(4, 8, 5), nn.ReLU(), nn.Flatten(), nn.Linear(8 * (LENGTH - 4), 2)).eval()


class Gated(nn.Module):
    """A gate over the whole sequence: from there on everything is computed in full, so the clock decides."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(4)
        self.first, self.second, self.gate = nn.Conv1d(4, 8, 5), nn.Conv1d(8, 8, 5), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).relu()
        return self.second(x * torch.sigmoid(self.gate(x.mean(2)))[:, :, None]).relu().sum(2)


class Counted:
    """A function that counts the sequences it is asked for."""

    def __init__(self, network: nn.Module) -> None:
        self.network, self.rows = network, 0

    def __call__(self, x: Tensor) -> Tensor:
        self.rows += len(x)
        return self.network(x)


def test_a_second_map_records_and_compares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later maps ask the model for the reference and the checked edits only."""
    recorded: list[int] = []
    record = recording.record

    def counting(function, sequences):
        recorded.append(len(sequences))
        return record(function, sequences)

    monkeypatch.setattr(plans, "record", counting)
    for network in (narrow(), Gated()):
        function = Counted(network)
        made = incremental_plan(function, LENGTH)
        recorded.clear()
        made.reference(sequence(LENGTH)).saturate()
        assert recorded == [2, 3, 1]
        assert made.judged
        program, first = made.program, function.rows
        recorded.clear()
        x = sequence(LENGTH, 1)
        found = made.reference(x).saturate()
        assert made.program is program
        assert recorded == [1]
        assert function.rows - first == 1 + 2  # the sequence, and two edits that are checked
        assert relative_error(found, plain_map(network, x)) < 1e-5


def test_the_verdict_for_plain_batches_is_kept() -> None:
    """Where plain batches are faster, later maps record nothing, until the weights change."""
    network = Gated()
    made = incremental.plan(network, LENGTH)
    made.faster_share = 0.0  # whatever the clock says
    x = sequence(LENGTH)
    made.reference(x).saturate()
    assert not made.prefers_plain  # one block only, the first of all: the next map is compared as well
    made.reference(x).saturate()
    assert made.prefers_plain
    assert not made.reference(x).follows
    assert relative_error(made.reference(x).saturate(), plain_map(network, x)) < 1e-6
    with torch.no_grad():
        network.first.weight.mul_(2)
    made.reference(x)
    assert not made.prefers_plain


@pytest.mark.parametrize("change", ["in place", "another tensor", "behind the version counter"])
@pytest.mark.parametrize("build", [narrow, Gated])
def test_changed_weights_make_a_kept_plan_invalid(change: str, build) -> None:
    network, x = build(), sequence(LENGTH)
    made = incremental_plan(network, LENGTH)
    for _ in range(2):
        made.reference(x).saturate()
    before = plain_map(network, x)
    first = next(layer for layer in network.modules() if isinstance(layer, nn.Conv1d))
    if change == "in place":
        with torch.no_grad():
            first.weight.add_(0.1)
    elif change == "another tensor":
        first.weight = nn.Parameter(torch.randn_like(first.weight))
    else:
        first.weight.data.mul_(-1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if change == "behind the version counter" else "error", EngineFallback)
        found = made.reference(x).saturate()
    assert relative_error(found, plain_map(network, x)) < 1e-5
    assert relative_error(found, before) > 1e-2


def test_a_rule_that_goes_wrong_later_is_still_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-check belongs to every map, not only to the first."""
    network, x = Gated(), sequence(LENGTH)
    made = incremental_plan(network, LENGTH)
    for _ in range(3):
        made.reference(x).saturate()
    right = convolution_rules.Convolution._look_up

    def wrong(self, out, combination, first):
        right(self, out, combination, first)
        out.mul_(1.05)

    monkeypatch.setattr(convolution_rules.Convolution, "_look_up", wrong)
    with pytest.warns(EngineFallback, match="differ from plain"):
        found = made.reference(x).saturate()
    assert relative_error(found, plain_map(network, x)) < 1e-5


def test_batch_sizes_are_learned() -> None:
    """Two sizes are tried twice each; the one with the least time per sequence stays, and memory bounds both."""
    sizes = BatchSizes(10_000, 1_000_000_000)
    assert sizes.sizes == (32, 126)
    seen = []
    for _ in range(4):
        size = sizes.next(1000)
        seen.append(size)
        sizes.note(size, size * (0.3 if size == 32 else 0.2))
    assert seen == [32, 126, 32, 126]
    assert (sizes.best, sizes.next(1000), sizes.next(50)) == (126, 126, 50)
    assert not sizes.wants(126)
    assert BatchSizes(10_000_000, 1_000_000_000).sizes == (4,)
    assert BatchSizes(10_000_000, 100_000_000).sizes == (1,)


def test_mutants() -> None:
    x = sequence(6)
    made = mutants(x, 2, torch.tensor([[0, 4], [3, 1]]), torch.tensor([3, 1]))
    one, two = x.clone(), x.clone()
    one[:, 3] = torch.tensor([0.0, 1, 0, 0])
    two[:, 2] = 0
    assert torch.equal(made, torch.stack([one, two]))


def test_a_map_shorter_than_a_recording_is_left_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is replaced: everything is short, or nothing is. Plans that were not told to look do not."""
    network, x = narrow(), sequence(LENGTH)
    recorded: list[int] = []
    record = recording.record
    monkeypatch.setattr(plans, "record", lambda function, rows: recorded.append(len(rows)) or record(function, rows))
    monkeypatch.setattr(policy, "SMALL_SHARE", 1e9)
    for seconds, looks, expected in ((1e99, True, True), (0.0, True, False), (1e99, False, False)):
        monkeypatch.setattr(policy, "SMALL_MAP", seconds)
        made = incremental.plan(network, LENGTH)
        made.leaves_small_maps = looks
        found = made.reference(x).saturate()
        assert (made.is_small, bool(recorded)) == (expected, not expected)
        assert ("less time than recording" in made.explain()) == expected
        assert relative_error(found, plain_map(network, x)) < 1e-5
        recorded.clear()


@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_the_check_is_the_clock_of_a_short_map(seconds: float) -> None:
    """What the checked edits took decides where it is clear; in doubt plain batches compute the next map's second half."""
    network, x = Gated(), sequence(LENGTH)
    function = Counted(network)
    made = incremental.plan(function, LENGTH)
    reference, asked = made.reference(x), []
    made.note(seconds)  # of an edit
    made.note = lambda seconds: None  # type: ignore[method-assign]
    for _ in range(2):
        before = function.rows
        assert relative_error(reference.saturate(), plain_map(network, x)) < 1e-5
        asked.append(function.rows - before)
        assert made.prefers_plain == (seconds > 0 and len(asked) == 2)
    assert made.judged
    assert asked == [8, 2 + 3 * LENGTH // 2 if seconds else 2]  # the check of a first map, and of a later one
