"""One training loop for all recipes: seeded, resumable, stopped early on a validation score."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from genoviz.errors import BadCheckpoint, BadInput

log = logging.getLogger("genoviz.training")


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train.

    `patience` epochs without a better validation score end the training; the learning rate rises over the first
    tenth of the steps and then falls to zero along a cosine.
    """

    epochs: int = 20
    patience: int = 5
    learning_rate: float = 1e-3
    weight_decay: float = 1e-3
    seed: int = 0


@dataclass
class History:
    """What a training did: one row per epoch, the best state seen, and the time that it took."""

    rows: list[dict[str, float]] = field(default_factory=list)
    best: float = float("-inf")
    best_epoch: int = -1
    best_state: dict[str, Tensor] = field(default_factory=dict)
    seconds: float = 0.0


def _saved(resume: Path) -> dict[str, Any]:
    """Where a run stopped; empty where there was none."""
    if not resume.exists():
        return {}
    try:
        return dict(torch.load(resume, weights_only=True))
    except Exception as error:  # whatever torch raises on a damaged file is the finding
        raise BadCheckpoint(
            f"`{resume}` can't be read ({type(error).__name__}).",
            "A run goes on from the file that it wrote after its last whole epoch.",
            "Remove the file to begin anew, or choose another folder.",
        ) from error


def fit(
    module: nn.Module,
    batches: Callable[[int], Iterable[tuple[Tensor, ...]]],
    loss: Callable[..., Tensor],
    validate: Callable[[nn.Module], float],
    *,
    steps_per_epoch: int,
    schedule: Schedule,
    out: Path,
    fingerprint: str = "",
    progress: Callable[[float], None] | None = None,
) -> History:
    """Train `module` and leave its best state in it.

    Parameters
    ----------
    module
        Trained in place.
    batches
        `batches(epoch)` yields the batches of one epoch; it must depend on nothing but the epoch, so that a resumed
        run sees what an uninterrupted one would have seen.
    loss
        `loss(module, *batch)` -> scalar.
    validate
        `validate(module)` -> score, higher is better; called in eval mode without gradients.
    steps_per_epoch
        Number of batches, for the learning-rate schedule.
    schedule
        See `Schedule`.
    out
        Folder for `resume.pt` (replaced after each epoch; one of the same schedule is continued) and `log.json`.
    fingerprint
        Text that stands for data, sizes and loss: a run with another one is not continued.
    progress
        Called with the share of epochs done.
    """
    out.mkdir(parents=True, exist_ok=True)
    if schedule.epochs < 1:
        raise BadInput(f"{schedule.epochs} epochs were asked for.", "At least 1 is accepted.", "Raise the number.")
    resume = out / "resume.pt"
    setting = {**asdict(schedule), "steps_per_epoch": steps_per_epoch, "fingerprint": fingerprint}
    optimiser = torch.optim.AdamW(module.parameters(), lr=schedule.learning_rate, weight_decay=schedule.weight_decay)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, schedule.learning_rate, total_steps=schedule.epochs * steps_per_epoch, pct_start=0.1
    )
    history, start = History(), 0
    saved = _saved(resume)
    if saved and saved.get("setting") != setting:
        log.info("%s belongs to another schedule, seed or data set: starting anew", resume)
    elif saved:
        module.load_state_dict(saved["module"])
        optimiser.load_state_dict(saved["optimiser"])
        rate.load_state_dict(saved["rate"])
        history = History(saved["rows"], saved["best"], saved["best_epoch"], saved["best_state"], saved["seconds"])
        start = len(history.rows)
        log.info("resumed after epoch %d", start)
    for epoch in range(start, schedule.epochs):
        if epoch - history.best_epoch > schedule.patience and history.best_epoch >= 0:
            break
        torch.manual_seed(schedule.seed * 10_000 + epoch)
        began, total, seen = time.perf_counter(), 0.0, 0
        module.train()
        for batch in batches(epoch):
            optimiser.zero_grad(set_to_none=True)
            value = loss(module, *batch)
            value.backward()
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimiser.step()
            rate.step()
            total, seen = total + value.item(), seen + 1
        module.eval()
        with torch.no_grad():
            score = validate(module)
        seconds = time.perf_counter() - began
        history.rows.append({"epoch": epoch, "loss": total / seen, "validation": score})
        history.seconds += seconds
        log.info("epoch %d  loss %.4f  validation %.4f  (%.0f s)", epoch, total / seen, score, seconds)
        if score > history.best:
            history.best, history.best_epoch = score, epoch
            history.best_state = {k: v.detach().clone() for k, v in module.state_dict().items()}
        partial = resume.with_suffix(".part")
        torch.save(
            {
                "setting": setting,
                "module": module.state_dict(),
                "optimiser": optimiser.state_dict(),
                "rate": rate.state_dict(),
                "rows": history.rows,
                "best": history.best,
                "best_epoch": history.best_epoch,
                "best_state": history.best_state,
                "seconds": history.seconds,
            },
            partial,
        )
        partial.replace(resume)  # never half a file, even when stopped while writing
        (out / "log.json").write_text(json.dumps(history.rows, indent=1) + "\n")
        if progress:
            progress((epoch + 1) / schedule.epochs)
    module.load_state_dict(history.best_state)
    module.eval()
    return history
