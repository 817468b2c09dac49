"""Fallbacks, self-check, cancelling, threads, memory and the explanation."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genoviz import incremental
from genoviz.errors import BadInput
from genoviz.incremental import EngineFallback
from genoviz.incremental import convolution as convolution_rules
from tests.comparison import close
from tests.incremental.engine_networks import check_exact, incremental_plan, plain_map, relative_error, sequence

LENGTH = 60


def network() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv1d(4, 16, 7, padding=3), nn.BatchNorm1d(16), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(16, 16, 3, padding=1),
        nn.ReLU(), nn.Flatten(), nn.Linear(480, 3),
    ).eval()  # fmt: skip


class Cube(torch.autograd.Function):
    """An operation that the recorder cannot see."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        return torch.from_numpy(x.detach().numpy() ** 3)


def hidden_state(x: Tensor) -> Tensor:
    return torch.as_tensor(x.detach().numpy().copy())


CONV = nn.Conv1d(4, 6, 5, padding=2)
UNUSUAL: dict[str, Callable[[Tensor], Tensor]] = {
    "own autograd function": lambda x: Cube.apply(CONV(x)).sum(2),
    "own function beside a known path": lambda x: (CONV(x) + Cube.apply(CONV(x))).sum(2),
    "through numpy": lambda x: CONV(hidden_state(x)).sum(2) + CONV(x).sum(2),
    "assignment": lambda x: assigned(CONV(x)),
    "branch on a value": lambda x: CONV(x).sum(2) * (2 if float(x[0, 0].sum()) > 3 else 3),
    "view changed in place": lambda x: viewed(CONV(x)),
    "rows of a batch mixed by size": lambda x: CONV(x).reshape(len(x) * 3, -1).tanh().reshape(len(x), -1),
    "constant per sequence": lambda x: CONV(x).sum(2) + torch.ones(len(x), 6).cumsum(1),
    "einsum": lambda x: torch.einsum("bcl,cd->bd", CONV(x), CONV.weight[:, :, 0]),
    "unfold": lambda x: CONV(x).unfold(2, 7, 3).amax(3).flatten(1),
    "two-dimensional convolution": lambda x: F.conv2d(x[:, None], CONV.weight[:, None]).flatten(1),
    "both strands": lambda x: torch.maximum(CONV(x).amax(2), CONV(x.flip((1, 2))).amax(2)),
    "strands as a batch": lambda x: CONV(torch.cat([x, x.flip((1, 2))])).amax(2).view(2, len(x), -1).mean(0),
    "squeeze of everything": lambda x: CONV(x).amax(2, keepdim=True).squeeze().view(len(x), -1),
    "negative maximum": lambda x: -F.relu(-CONV(x)).amax(2),
}


def assigned(y: Tensor) -> Tensor:
    y = y.clone()
    y[:, :, :5] = 0
    return y.sum(2)


def viewed(y: Tensor) -> Tensor:
    y.transpose(1, 2)[:, 3:].relu_()
    return y.sum(2)


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_constructs_are_never_wrong(name: str) -> None:
    check_exact(UNUSUAL[name], 23, incremental=False)


def test_wrong_rule_is_caught_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a kernel were wrong, the self-check would find it: the map is then computed plainly and stays right."""
    right = convolution_rules.Convolution._accumulate

    def wrong(self, block, out, delta, first):
        right(self, block, out, delta * 1.01, first)

    monkeypatch.setattr(convolution_rules.Convolution, "_accumulate", wrong)
    model, x = network(), sequence(LENGTH)
    made = incremental_plan(model, LENGTH)
    reference = made.reference(x)
    with pytest.warns(EngineFallback, match="differ from plain"):
        result = reference.saturate()
    assert result == close(plain_map(model, x))
    assert "plain" in made.explain()
    assert made.error is not None
    assert made.error > made.tolerance


def test_hooked_modules_are_computed_plainly() -> None:
    model, x = network(), sequence(LENGTH)
    made = incremental_plan(lambda z: model(z)[:, 0], LENGTH)
    reference = made.reference(x)
    reference.saturate()
    handle = model[4].register_forward_hook(lambda module, args, out: out * 2)
    with pytest.warns(EngineFallback, match="hooks"):
        hooked = made.reference(x)
    assert hooked.saturate()[..., 0] == close(plain_map(lambda z: model(z)[:, 0], x)[..., 0])
    handle.remove()
    made.reference(x)
    assert "Path: incremental" in made.explain()


def test_training_mode_is_computed_plainly() -> None:
    model = network().train()
    made = incremental_plan(model, LENGTH)
    made.reference(sequence(LENGTH))
    assert "training mode" in made.explain()


def test_changed_weights() -> None:
    model, x = network(), sequence(LENGTH)
    made = incremental_plan(model, LENGTH)
    old = made.reference(x)
    with torch.no_grad():
        model[4].weight.mul_(1.5)
    with pytest.raises(BadInput, match="weights changed"):
        old.saturate()
    assert relative_error(made.reference(x).saturate(), plain_map(model, x)) < 1e-5
    model[4].weight = nn.Parameter(torch.randn_like(model[4].weight))  # another tensor
    assert relative_error(made.reference(x).saturate(), plain_map(model, x)) < 1e-5


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("call", ["saturate", "occlude", "edits"])
def test_progress_and_cancelling(call: str) -> None:
    model, x = network(), sequence(LENGTH)
    made = incremental_plan(model, LENGTH)
    reference = made.reference(x)
    assert made.program is not None
    made.program.edits_per_block = lambda memory: 12  # type: ignore[method-assign]
    sets = [(incremental.Edit(p, p + 1, "ACGT"[p % 4]),) for p in range(LENGTH)] + [(incremental.Edit(4, 9, ""),)]

    def run(progress: Callable[[float], None] | None) -> Tensor:
        return (
            reference.edits(sets, progress=progress) if call == "edits" else getattr(reference, call)(progress=progress)
        )

    seen: list[float] = []
    expected = run(seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 3

    def cancel(share: float) -> None:
        if share > 0.4:
            raise Cancelled

    for _ in range(3):
        with pytest.raises(Cancelled):
            run(cancel)
        torch.testing.assert_close(run(None), expected)


def test_four_threads_share_one_plan_and_one_model() -> None:
    model = network()
    made = incremental_plan(model, LENGTH)
    sequences = [sequence(LENGTH, seed) for seed in range(4)]
    expected = [plain_map(model, x) for x in sequences]
    shared = made.reference(sequences[0])
    failures: list[str] = []
    before = torch.get_num_threads()

    def work(number: int) -> None:
        try:
            for _ in range(6):
                mine = made.reference(sequences[number]).saturate()
                common = shared.saturate()
                if relative_error(mine, expected[number]) > 1e-5 or relative_error(common, expected[0]) > 1e-5:
                    failures.append(f"thread {number}: wrong numbers")
        except Exception as error:
            failures.append(f"thread {number}: {error!r}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert torch.get_num_threads() == before
    assert all(p.requires_grad for p in model.parameters())


def test_results_may_enter_autograd() -> None:
    """Nothing made under inference mode leaks, neither out of the engine nor into the model."""
    model, x = network(), sequence(LENGTH)
    reference = incremental_plan(model, LENGTH).reference(x)
    for result in (
        reference.value,
        reference.saturate(),
        reference.occlude(),
        reference.edits([(incremental.Edit(0, 1, "N"),)]),
    ):
        assert not result.is_inference()
        (result.sum() * torch.ones(1, requires_grad=True)).backward()
    loss = model(x[None]).sum()
    loss.backward()
    assert all(p.grad is not None for p in model.parameters())


def test_caller_is_not_disturbed() -> None:
    """The caller's tensor stays as it is, even if the model works in place on its input; gradient mode as well."""
    x = sequence(LENGTH)
    kept = x.clone()
    first = nn.Conv1d(4, 5, 3)
    made = incremental_plan(lambda z: first(z.mul_(2)).sum(2), LENGTH)
    reference = made.reference(x)
    assert torch.equal(x, kept)
    assert torch.is_grad_enabled()
    assert relative_error(reference.saturate(), plain_map(lambda z: first(z * 2).sum(2), x)) < 1e-5


def test_memory_bounds_the_blocks() -> None:
    """Buffers held for windows stay within the budget, and a smaller budget gives the same numbers."""
    torch.manual_seed(0)
    layers: list[nn.Module] = [nn.Conv1d(4, 64, 9, padding=4)]
    for step in range(4):
        layers += [nn.ReLU(), nn.Conv1d(64, 64, 3, padding=2**step, dilation=2**step)]
    model, length = nn.Sequential(*layers, nn.AdaptiveAvgPool1d(1), nn.Flatten()).eval(), 200
    x = sequence(length)
    results, held = [], []
    for memory in (3_000_000, 1_000_000_000):
        made = incremental_plan(model, length, memory=memory)
        made.reference_limit = 1 << 40
        results.append(made.reference(x).saturate())
        held.append(made.pool.largest)
        assert made.program is not None
        assert made.plain_because is None
    assert held[0] <= 3_000_000
    assert held[1] > held[0]
    assert relative_error(results[0], results[1]) < 1e-5
    with pytest.raises(BadInput):
        incremental.plan(model, length, memory=10)


def test_too_small_for_the_reference_is_said() -> None:
    made = incremental.plan(network(), LENGTH, memory=1_000_000)
    assert made.program is None
    big = incremental.plan(
        nn.Sequential(nn.Conv1d(4, 256, 9), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten()), 2000, memory=1_000_000
    )
    big.reference(sequence(2000))
    assert "memory budget" in big.explain()


def test_explanation() -> None:
    model, x = network(), sequence(LENGTH)
    made = incremental_plan(lambda z: F.softmax(model[:6](z).cumsum(2)[:, 0], 1), LENGTH)
    assert "Not analysed" in made.explain()
    made.reference(x).saturate()
    words = made.explain()
    assert "convolution of differences; window 7 of 60 positions" in words
    assert "folded into the convolution" in words
    assert "cumsum" in words
    assert "full computation: no rule for this operation on windows" in words
    assert "times fewer" in words
    assert "Last self-check" in words
    assert "Path: incremental" in words


def test_slower_path_is_not_taken() -> None:
    """Where nothing is saved, the engine measures and computes plainly, and says so."""
    torch.manual_seed(0)
    layer = nn.Linear(4 * 100, 800)
    model = nn.Sequential(nn.Flatten(), nn.Tanh(), layer, nn.ReLU(), nn.Linear(800, 2))
    made = incremental.plan(model, 100)
    made.faster_share = 0.0  # whatever the clock says
    x = sequence(100)
    made.reference(x).saturate()
    assert made.prefers_plain
    assert "Path: plain" in made.explain()
    assert relative_error(made.reference(x).saturate(), plain_map(model, x)) < 1e-5


def test_no_warning_in_ordinary_use() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_exact(network(), LENGTH)


def test_failing_kernel_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self, block, out, delta, first):
        raise RuntimeError("boom")

    monkeypatch.setattr(convolution_rules.Convolution, "_accumulate", broken)
    model, x = network(), sequence(LENGTH)
    with pytest.warns(EngineFallback, match="boom"):
        result = incremental_plan(model, LENGTH).reference(x).saturate()
    assert relative_error(result, plain_map(model, x)) < 1e-5
    sets = [(incremental.Edit(p, p + 1, "A"),) for p in range(20)]
    with pytest.warns(EngineFallback, match="boom"):
        edited = incremental_plan(model, LENGTH).reference(x).edits(sets)
    assert relative_error(edited, plain_map(model, x)[0, :20]) < 1e-5


def test_reduced_precision_is_computed_plainly() -> None:
    model, x = network(), sequence(LENGTH)

    def function(z: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return model(z).float()

    made = incremental_plan(function, LENGTH)
    made.reference(x).saturate()
    assert "reduced precision" in made.explain()


def test_double_precision_inside() -> None:
    first = nn.Conv1d(4, 5, 3)
    check_exact(lambda z: F.softmax(first(z), 1, dtype=torch.float64).float().sum(2), LENGTH)
