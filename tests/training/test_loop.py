"""The training loop: seeded, resumable, keeps the best epoch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.errors import BadCheckpoint, Cancelled
from genoviz.training.loop import History, Schedule, fit

STEPS = 3


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 1))


def batches(epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
    draw = torch.Generator().manual_seed(epoch)
    for _ in range(STEPS):
        X = torch.randn(16, 4, generator=draw)
        yield X, X.sum(1)


def loss(module: nn.Module, X: Tensor, y: Tensor) -> Tensor:
    return F.mse_loss(module(X).squeeze(1), y)


def validate(module: nn.Module) -> float:
    assert not module.training
    assert not torch.is_grad_enabled()
    X = torch.linspace(-1, 1, 40).reshape(10, 4)
    return -float(F.mse_loss(module(X).squeeze(1), X.sum(1)))


def run(
    out: Path, *, epochs: int = 5, patience: int = 99, progress=None, validate=validate
) -> tuple[nn.Module, History]:
    module = network()
    schedule = Schedule(epochs=epochs, patience=patience, learning_rate=0.05, seed=1)
    return module, fit(
        module, batches, loss, validate, steps_per_epoch=STEPS, schedule=schedule, out=out, progress=progress
    )


def equal(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_same_seed_same_weights_and_they_learn(tmp_path: Path) -> None:
    one, history = run(tmp_path / "one")
    two, _ = run(tmp_path / "two")
    assert equal(one, two)
    assert not one.training
    with torch.no_grad():
        assert history.best > validate(network().eval())
    assert json.loads((tmp_path / "one" / "log.json").read_text()) == history.rows
    assert [row["epoch"] for row in history.rows] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("stop_after", [1, 3])
def test_an_interrupted_run_ends_like_a_straight_one(tmp_path: Path, stop_after: int) -> None:
    straight, history = run(tmp_path / "straight")

    def stop(share: float) -> None:
        if share >= stop_after / 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(tmp_path / "stopped", progress=stop)
    resumed, other = run(tmp_path / "stopped")
    assert equal(straight, resumed)
    assert other.rows == history.rows
    assert (other.best, other.best_epoch) == (history.best, history.best_epoch)
    assert not list((tmp_path / "stopped").glob("*.part"))


def test_progress_reaches_one(tmp_path: Path) -> None:
    shares: list[float] = []
    run(tmp_path, epochs=4, progress=shares.append)
    assert shares == [0.25, 0.5, 0.75, 1]


def test_best_epoch_is_kept_and_patience_ends_the_run(tmp_path: Path) -> None:
    scores = iter([0.1, 0.9, 0.3, 0.2, 0.1, 0.0])
    states: list[dict[str, Tensor]] = []

    def scripted(module: nn.Module) -> float:
        states.append({k: v.clone() for k, v in module.state_dict().items()})
        return next(scores)

    module, history = run(tmp_path, epochs=6, patience=2, validate=scripted)
    assert history.best_epoch == 1
    assert len(history.rows) == 4  # two epochs without a better score were waited for
    assert all(torch.equal(v, states[1][k]) for k, v in module.state_dict().items())


def test_schedule_of_another_length_is_not_mixed_in(tmp_path: Path) -> None:
    """A finished trial run must not break, or silently stand in for, the real run that follows in the same folder."""
    run(tmp_path / "same", epochs=1)
    longer, history = run(tmp_path / "same", epochs=3)
    fresh, expected = run(tmp_path / "fresh", epochs=3)
    assert history.rows == expected.rows
    assert equal(longer, fresh)


def test_killed_while_saving_goes_on_and_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    straight, _ = run(tmp_path / "straight")

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run(tmp_path / "killed", progress=stop)
    (tmp_path / "killed" / "resume.part").write_bytes(b"half of it")
    resumed, _ = run(tmp_path / "killed")
    assert equal(straight, resumed)
    resume = tmp_path / "killed" / "resume.pt"
    resume.write_bytes(resume.read_bytes()[:1000])
    with pytest.raises(BadCheckpoint, match="to begin anew"):
        run(tmp_path / "killed")
