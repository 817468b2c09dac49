"""Measured effects of one element held against what a model predicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from genoviz.measured.agreement import Agreement, Ceiling, Missed, Region, agreement, by_region, ceiling, missed_sites
from genoviz.measured.experiment import Experiment
from genoviz.measured.options import MUTATIONS
from genoviz.measured.predicted import Predicted, predict_effects, title_of
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.target import Target


@dataclass(frozen=True, eq=False)
class Against:
    """Measured and predicted effects of one element.

    Attributes
    ----------
    experiment
        What was measured.
    card, target, method
        Which number of which model, and how its changes were predicted.
    predicted
        What the model says of each change.
    overall
        How far the two agree.
    """

    experiment: Experiment
    card: ModelCard
    target: Target
    method: str
    predicted: Predicted
    overall: Agreement

    @property
    def complete(self) -> bool:
        """False if the run was stopped."""
        return self.predicted.complete

    @property
    def label(self) -> str:
        """`enhancer.crx activity, Mutations`."""
        return f"{self.card.name} {', '.join(self.target.tracks) or self.target.output}, {title_of(self.method)}"

    @cached_property
    def fitted(self) -> NDArray[np.float64]:
        """`(changes,)`: predicted effects on the scale of the measured ones, by the line of least squares.

        A line that falls would turn the sign: then, and without a line, nothing is predicted and all is 0.
        """
        slope = self.overall.slope
        return (
            self.predicted.effects * slope if slope > 0 else np.where(np.isfinite(self.predicted.effects), 0.0, np.nan)
        )

    @cached_property
    def residuals(self) -> NDArray[np.float64]:
        """`(changes,)`: measured minus predicted on the scale of the measurement."""
        return self.experiment.effects - self.fitted

    def regions(self, width: int) -> tuple[Region, ...]:
        """Agreement in stretches of so many bases."""
        exp = self.experiment
        return by_region(self.predicted.effects, exp.effects, exp.starts, len(exp.sequence), width=width)

    @cached_property
    def missed(self) -> tuple[Missed, ...]:
        """Sites that were measured and are not predicted, the strongest first."""
        exp = self.experiment
        return missed_sites(exp.along(exp.effects), exp.along(self.fitted))

    @cached_property
    def unseen(self) -> tuple[Missed, ...]:
        """Sites that are predicted and were not measured, the strongest first.

        They must be worth the name: at least half as strong as the tenth of the bases with the largest measured effects.
        """
        measured = self.experiment.along(self.experiment.effects)
        found = missed_sites(self.experiment.along(self.fitted), measured)
        least = float(np.nanquantile(np.abs(measured), 0.9)) / 2 if np.isfinite(measured).any() else 0.0
        return tuple(one for one in found if abs(one.measured) >= least)

    @cached_property
    def ceiling(self) -> Ceiling | None:
        """What the replicates allow; None without replicates."""
        return ceiling(list(self.experiment.replicates))

    @property
    def sentence(self) -> str:
        """The agreement in words."""
        return f"{self.experiment.name} against {self.label}: {self.overall.sentence}"

    @property
    def missed_sentence(self) -> str:
        """What the model misses, in one sentence."""
        if not np.isfinite(self.overall.pearson):
            return ""
        if not self.missed:
            return "Each site that stands out in the measurement stands out in the prediction as well."
        more = len(self.missed) - 1
        return self.missed[0].sentence(self.experiment.sequence.bases) + (
            f" There {'is' if more == 1 else 'are'} {more} more." if more else ""
        )

    @property
    def unseen_sentence(self) -> str:
        """What the model sees and the experiment does not, in one sentence; empty without such a site."""
        if not self.unseen or not np.isfinite(self.overall.pearson):
            return ""
        one = self.unseen[0]
        return (
            f"The model sees a site at bases {one.start + 1}-{one.end} "
            f"({self.experiment.sequence.bases[one.start : one.end][:24]}) that the measurement does not show: the model says "
            f"{one.measured:+.2f}, changes there have a mean effect of {round(one.predicted, 2) + 0.0:+.2f}."
        )

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences to show beside the result: units, windows, what the data may share with the training."""
        length, reads = len(self.experiment.sequence), self.card.length
        said = [
            f"Measured: {self.experiment.unit}. Predicted: new minus old, in {self.predicted.unit}. The units differ; "
            "correlations don't mind, and residuals are on the measured scale.",
        ]
        if length > reads:
            said.append(
                f"The element has {length:,} bases and the model reads {reads:,}: {len(self.predicted.windows)} overlapping "
                "windows were read, and a change has the mean of those that hold it."
            )
        elif length < reads:
            said.append(
                f"The element has {length:,} bases and the model reads {reads:,}: the rest is N, as the construct around it "
                "is not known."
            )
        unknown = int((~np.isfinite(self.predicted.effects)).sum())
        if unknown and self.complete:
            said.append(f"{unknown:,} changes have no predicted effect and are left out.")
        return tuple(said)


def against(
    model: Model,
    experiment: Experiment,
    target: Target | None = None,
    method: str = MUTATIONS,
    *,
    draws: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Against:
    """Hold the measured effects of an element against a model.

    Parameters
    ----------
    model
        What predicts.
    experiment
        From `genoviz.measured.reading.experiment_of`, filtered as wanted.
    target
        One of its numbers; the first track when None.
    method
        See `genoviz.measured.predicted.predict_effects`.
    draws
        Resamples of the intervals; the usual number when None.
    progress
        Called with the share done. Raising `Cancelled` stops; windows of a longer element that were done count.

    Raises
    ------
    GenovizError
        What `predict_effects` raises.

    Examples
    --------
    `toy.sum` counts matches to GATAAG: measured effects of half of that size agree with it.

    >>> from genoviz.measured.reading import experiment_of, look_into
    >>> from genoviz.models.load import load_model
    >>> site = "CCGATAAGCC"
    >>> rows = [f"{i + 1}\\t{b}\\t{'T' if b != 'T' else 'C'}\\t{-0.5 if b in 'GATA' and 1 < i < 8 else 0}"
    ...         for i, b in enumerate(site * 3)]
    >>> table = "\\n".join(["position\\tref\\talt\\teffect", *rows]).encode()
    >>> found = against(load_model("toy.sum"), experiment_of(look_into(table)))
    >>> found.overall.changes, len(found.experiment.sequence)
    (30, 30)
    """
    wanted = target or Target.default(model.card)
    predicted = predict_effects(model, experiment, wanted, method, progress=progress)
    options = {} if draws is None else {"draws": draws}
    overall = agreement(predicted.effects, experiment.effects, experiment.starts, **options)
    return Against(experiment, model.card, wanted, method, predicted, overall)
