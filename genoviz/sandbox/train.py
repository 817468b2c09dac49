"""Training the small network on planted sequences: seconds, with a curve, and a stop that keeps what is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import NetModel
from genoviz.models.chance import OwnChance
from genoviz.models.metrics import auroc
from genoviz.models.onehot import encode
from genoviz.sandbox.network import build, sandbox_card
from genoviz.sandbox.plan import Plan
from genoviz.sandbox.planted import Planted, plant

EPOCHS, MOST_EPOCHS = 12, 60
BATCH = 64
RATE = 4e-3
TEST = 400  # sequences that training never sees
_OTHER_SEED = 1_000_003  # added to the plan's seed for them


@dataclass(frozen=True)
class Epoch:
    """One pass over the training sequences: its mean loss, and loss and AUROC on sequences that were not in it."""

    number: int
    loss: float
    test_loss: float
    test_auroc: float


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network.

    Attributes
    ----------
    model
        The network with its card.
    plan, seed
        What it learned from; the seed of its first weights and of the order of batches.
    curve
        A row for each epoch that was done.
    test
        Sequences that it has not seen, with their sites.
    complete
        False if it was stopped.
    seconds
        What training took.
    """

    model: NetModel
    plan: Plan
    seed: int
    curve: tuple[Epoch, ...]
    test: tuple[Planted, ...]
    complete: bool
    seconds: float

    @property
    def sentence(self) -> str:
        """How well it tells the classes apart."""
        last = self.curve[-1]
        stopped = "" if self.complete else " It was stopped."
        return (
            f"After {last.number} epochs the network tells {len(self.test)} unseen sequences apart with an AUROC of "
            f"{last.test_auroc:.3f}.{stopped}"
        )


def train(
    plan: Plan,
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    watch: Callable[[tuple[Epoch, ...]], None] | None = None,
) -> Trained:
    """Train a small network to tell the classes of a plan apart.

    Parameters
    ----------
    plan
        What is planted.
    epochs
        Passes over the training sequences.
    seed
        Of the first weights and the order of batches.
    progress
        Called with the share done; raising `Cancelled` in it stops, and what was learned is kept.
    watch
        Called with the curve after each epoch.

    Raises
    ------
    BadInput
        If the number of epochs is not accepted.
    Cancelled
        If it was stopped before the first epoch ended.
    """
    if not 1 <= epochs <= MOST_EPOCHS:
        raise BadInput(f"{epochs} epochs were asked for.", f"1 to {MOST_EPOCHS} are accepted.", "12 are usual.")
    began = time.perf_counter()
    learned, test = plant(plan), plant(plan, TEST, seed=plan.seed + _OTHER_SEED)
    X, y = _tensors(learned, told=True)
    test_X, test_y = _tensors(test, told=False)
    with OwnChance(seed):
        model = build(sandbox_card(plan))
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE, weight_decay=1e-4)
    loss_of, curve, complete = nn.BCEWithLogitsLoss(), [], True
    try:
        for number in range(1, epochs + 1):
            total, order = 0.0, torch.from_numpy(rng.permutation(len(y)))
            parts = order.split(BATCH)
            model.train()
            for done, part in enumerate(parts):
                optimiser.zero_grad()
                loss = loss_of(model(X[part])[:, 0], y[part])
                loss.backward()
                optimiser.step()
                total += float(loss.detach()) * len(part)
                if progress:
                    progress((number - 1 + done / len(parts)) / epochs)
            model.eval()
            with torch.no_grad():
                logits = model(test_X)[:, 0]
            curve.append(
                Epoch(number, total / len(y), float(loss_of(logits, test_y)), auroc(logits.numpy(), test_y.numpy()))
            )
            if watch:
                watch(tuple(curve))
    except Cancelled:
        if not curve:
            raise
        complete = False
    model.eval()
    if progress and complete:
        progress(1.0)
    return Trained(model, plan, seed, tuple(curve), test, complete, time.perf_counter() - began)


def _tensors(sequences: Seq[Planted], *, told: bool) -> tuple[Tensor, Tensor]:
    """One-hot sequences, and the labels that training is told or the true ones."""
    labels = [float(one.label if told else one.positive) for one in sequences]
    return encode([one.sequence for one in sequences]), torch.tensor(labels)
