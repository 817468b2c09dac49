"""Every suitable model and method beside each other, against the same measured effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np

from genoviz.errors import BadInput, Cancelled, GenovizError
from genoviz.measured.agreement import Agreement, agreement
from genoviz.measured.experiment import Experiment
from genoviz.measured.options import MUTATIONS
from genoviz.measured.predicted import cost, predict_effects, title_of
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.organisms import organisms_of
from genoviz.models.size import is_long
from genoviz.models.target import Target

TASKS = (
    "enhancer activity",
    "promoter activity",
    "promoter recognition",
    "transcription initiation",
    "transcription-factor binding",
    "chromatin accessibility",
    "chromatin features",
)
ORGANISMS = ("human", "mouse")


@dataclass(frozen=True)
class Asked:
    """One row of a comparison before it is computed: a model's number, and how its changes are predicted."""

    card: ModelCard
    target: Target
    method: str = MUTATIONS

    @property
    def label(self) -> str:
        """`tfbind.encode10 GABPA, Mutations`."""
        return f"{self.card.name} {', '.join(self.target.tracks) or self.target.output}, {title_of(self.method)}"


@dataclass(frozen=True, eq=False)
class Standing:
    """How one number of one model does on an experiment; `problem` says why there is no agreement."""

    asked: Asked
    agreement: Agreement | None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Models and methods against one experiment.

    Attributes
    ----------
    experiment
        What was measured.
    standings
        Best correlation first; those without one last.
    complete
        False if the run was stopped: some are missing.
    """

    experiment: Experiment
    standings: tuple[Standing, ...]
    complete: bool = True

    @property
    def sentence(self) -> str:
        """Which does best, and how many differ from chance."""
        known = [s.agreement for s in self.standings if s.agreement and np.isfinite(s.agreement.pearson)]
        if not known:
            return "None of them has a correlation."
        above = sum(one.pearson_95[0] > 0 for one in known)
        best = self.standings[0]
        return (
            f"On {self.experiment.name}, {best.asked.label} does best (Pearson {known[0].pearson:.2f}); "
            f"{above} of {len(known)} agree with the measurement more than chance would. The best of many is partly luck."
        )


def unsuited(card: ModelCard) -> str:
    """Why a model is left out of a table of all suitable ones, as a sentence; empty where it is in."""
    if is_long(card):
        return f"It reads {card.length:,} bases, so that each change would take many seconds."
    if card.task not in TASKS:
        return f"What it predicts ({card.task}) is not what a reporter measures."
    if not set(organisms_of(card)) & set(ORGANISMS):
        return f"It was trained on {card.organism or 'no genome'}; the elements are human."
    return ""


def rows_of(cards: Iterable[ModelCard], *, most_tracks: int = 12) -> tuple[Asked, ...]:
    """Each track of the first output of each suitable model, with mutations; of models with more tracks the first ones."""
    return tuple(
        Asked(card, Target(card.outputs[0].name, (track,)))
        for card in cards
        if not unsuited(card)
        for track in card.outputs[0].tracks[:most_tracks]
    )


def cost_of(experiment: Experiment, rows: Iterable[Asked]) -> int:
    """About how many predictions they take."""
    return sum(cost(experiment, row.card, row.method) for row in rows)


def side_by_side(
    experiment: Experiment,
    rows: Seq[Asked],
    load: Callable[[ModelCard], Model],
    *,
    draws: int = 200,
    progress: Callable[[float], None] | None = None,
) -> SideBySide:
    """Hold several models and methods against one experiment.

    Parameters
    ----------
    experiment, rows
        What was measured, and what is asked about it.
    load
        Gives the model of a card.
    draws
        Resamples of each interval.
    progress
        Called with the share done. Raising `Cancelled` stops: rows that were done are returned, `complete` is False.

    Raises
    ------
    BadInput
        If there are no rows.
    Cancelled
        If it was stopped before a row was done.
    """
    if not rows:
        raise BadInput("No model is left to be held against the measurement.", "At least one is.", "Choose one.")
    costs = np.array([cost(experiment, row.card, row.method) for row in rows], dtype=float)
    found: list[Standing] = []
    for number, row in enumerate(rows):

        def part(share: float, number: int = number) -> None:
            if progress is not None:
                progress(float(costs[:number].sum() + share * costs[number]) / float(costs.sum()))

        try:
            predicted = predict_effects(load(row.card), experiment, row.target, row.method, progress=part)
            if not predicted.complete:
                break
            said = agreement(predicted.effects, experiment.effects, experiment.starts, draws=draws)
            found.append(Standing(row, said))
        except Cancelled:
            break
        except GenovizError as error:
            found.append(Standing(row, None, str(error)))
    if not found:
        raise Cancelled
    return SideBySide(experiment, tuple(sorted(found, key=_rank)), complete=len(found) == len(rows))


def _rank(standing: Standing) -> float:
    known = standing.agreement is not None and np.isfinite(standing.agreement.pearson)
    return -standing.agreement.pearson if known and standing.agreement else np.inf


def mean_over(standings: Mapping[str, SideBySide]) -> dict[str, tuple[float, float, float, int]]:
    """Mean, lowest and highest Pearson correlation over experiments, and their number, by the label of each row."""
    values: dict[str, list[float]] = {}
    for one in standings.values():
        for standing in one.standings:
            if standing.agreement is not None and np.isfinite(standing.agreement.pearson):
                values.setdefault(standing.asked.label, []).append(standing.agreement.pearson)
    return {label: (float(np.mean(v)), min(v), max(v), len(v)) for label, v in values.items()}
