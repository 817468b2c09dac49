"""Networks small enough to be trained while one waits, on made-up sequences whose words are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.learn.exercise import Watch
from genoviz.models.chance import OwnChance
from genoviz.models.metrics import auroc

LENGTH = 60
WORD, OTHER = "GATAAG", "CACGTG"
GAP = 8  # bases between both words in a sequence of the class to be found
OTHER_GAPS = (2, 3, 4, 5, 12, 13, 14, 15, 16)
STEPS, BATCH, RATE, DECAY = 320, 25, 2e-2, 1e-3
CURVE = 8  # points of a curve
VALIDATION = 400


@dataclass(frozen=True)
class TinyConfig:
    """Sizes of a `TinyNet`: convolutions in a row, their width and filters, and the max-pooling between them (1: none)."""

    layers: int = 1
    width: int = 6
    filters: int = 8
    pool: int = 1


class TinyNet(nn.Module):
    """Convolutions with ReLU, pooling between them, the maximum of each channel, one linear unit; `(batch, 4, length)` ->
    `(batch,)`."""

    def __init__(self, config: TinyConfig) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        inputs = 4
        for layer in range(config.layers):
            blocks += [nn.Conv1d(inputs, config.filters, config.width), nn.ReLU()]
            if config.pool > 1 and layer < config.layers - 1:
                blocks.append(nn.MaxPool1d(config.pool))
            inputs = config.filters
        self.blocks, self.out = nn.Sequential(*blocks), nn.Linear(config.filters, 1)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.blocks(X).amax(2))[:, 0]
        return y


def receptive_field(config: TinyConfig) -> int:
    """How many bases one unit of the last convolution depends on, counted by changing the bases one after the other."""
    length = 300
    net = TinyNet(replace(config, filters=1)).blocks  # more filters see no more bases
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(1.0)
        base = torch.ones(1, 4, length)
        changed = base.repeat(length, 1, 1)
        changed[torch.arange(length), :, torch.arange(length)] = 1e6
        before, after = net(base), net(changed)
        middle = before.shape[2] // 2
        return int((after[:, 0, middle] != before[0, 0, middle]).sum())


def weights_of(config: TinyConfig) -> int:
    """Weights of its convolutions, without biases."""
    return config.width * config.filters * (4 + (config.layers - 1) * config.filters)


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training did.

    Attributes
    ----------
    net
        The network at the end.
    steps, loss
        Of each point of the curve: steps done, and the mean loss since the point before.
    training, validation
        AUROC on the sequences that it learned from, and on new ones.
    """

    net: TinyNet
    steps: tuple[int, ...]
    loss: tuple[float, ...]
    training: tuple[float, ...]
    validation: tuple[float, ...]


def one_word(count: int, seed: int) -> tuple[list[str], NDArray[np.bool_]]:
    """Half of the sequences have `WORD` somewhere, the others its letters in another order."""
    draw = np.random.default_rng(seed)

    def write(positive: bool) -> list[tuple[int, str]]:
        word = WORD
        while not positive and word == WORD:
            word = "".join(draw.permutation(list(WORD)))
        return [(int(draw.integers(0, LENGTH - len(word))), word)]

    return _sequences(count, draw, write)


def two_words(count: int, seed: int) -> tuple[list[str], NDArray[np.bool_]]:
    """All sequences have `WORD` and behind it `OTHER`; in half of them exactly `GAP` bases lie between."""
    draw = np.random.default_rng(seed)

    def write(positive: bool) -> list[tuple[int, str]]:
        gap = GAP if positive else int(draw.choice(OTHER_GAPS))
        span = len(WORD) + gap + len(OTHER)
        start = int(draw.integers(0, LENGTH - span))
        return [(start, WORD), (start + len(WORD) + gap, OTHER)]

    return _sequences(count, draw, write)


def _sequences(
    count: int, draw: np.random.Generator, write: Callable[[bool], list[tuple[int, str]]]
) -> tuple[list[str], NDArray[np.bool_]]:
    """Random bases with words written over them; every other sequence is positive."""
    texts = []
    for number in range(count):
        letters = draw.choice(list("ACGT"), LENGTH)
        for start, word in write(number % 2 == 0):
            letters[start : start + len(word)] = list(word)
        texts.append("".join(letters))
    return texts, np.arange(count) % 2 == 0


TASKS: dict[str, Callable[[int, int], tuple[list[str], NDArray[np.bool_]]]] = {"one": one_word, "two": two_words}
_done: dict[tuple[str, TinyConfig, int], Trained] = {}


def already(task: str, config: TinyConfig, count: int) -> Trained | None:
    """The training with these settings, if it was done."""
    return _done.get((task, config, count))


def train(task: str, config: TinyConfig, count: int, watch: Watch | None = None) -> Trained:
    """Train a network on `count` sequences of a task; the same settings give the same network.

    Parameters
    ----------
    task
        Key of `TASKS`.
    config, count
        Sizes of the network, and how many sequences it learns from.
    watch
        Told the share done and the scores so far.
    """
    key = task, config, count
    if key not in _done:
        if len(_done) >= 100:  # a class tries much; what is gone is trained again
            _done.pop(next(iter(_done)))
        with _one_thread():
            _done[key] = _train(task, config, count, watch)
    return _done[key]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Steps so small are slower when threads share them, many times so on a busy computer."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@lru_cache(maxsize=8)
def _drawn(task: str, count: int, seed: int) -> tuple[Tensor, Tensor]:
    from genoviz.models.onehot import encode

    texts, labels = TASKS[task](count, seed)
    return encode(texts), torch.from_numpy(labels).float()


def _train(task: str, config: TinyConfig, count: int, watch: Watch | None) -> Trained:
    X, y = _drawn(task, count, 1)
    new_X, new_y = _drawn(task, VALIDATION, 2)
    chance = torch.Generator().manual_seed(0)
    with OwnChance():
        net = TinyNet(config)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    rows: list[tuple[int, float, float, float]] = []
    losses: list[float] = []
    for step in range(1, STEPS + 1):
        chosen = torch.randint(0, count, (BATCH,), generator=chance)
        loss = nn.functional.binary_cross_entropy_with_logits(net(X[chosen]), y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % (STEPS // CURVE) == 0:
            known, new = _score(net, X, y), _score(net, new_X, new_y)
            rows.append((step, float(np.mean(losses)), known, new))
            losses = []
            if watch:
                watch(step / STEPS, f"Step {step} of {STEPS}: AUROC on new sequences {new:.2f}")
    steps, loss_curve, training, validation = (tuple(column) for column in zip(*rows, strict=True))
    return Trained(net, steps, loss_curve, training, validation)


def _score(net: TinyNet, X: Tensor, y: Tensor) -> float:
    with torch.no_grad():
        return float(auroc(net(X).numpy(), y.numpy() > 0.5))
