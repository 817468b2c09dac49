"""Target: which number of a model is explained.

Predictions, attributions, mutation maps and variant effects all go through `Target.of(model)`, so they speak of the
same number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from genoviz.errors import BadInput
from genoviz.models.base import Model, activate
from genoviz.models.card import ModelCard

REDUCTIONS = ("mean", "sum", "max")
SCALES = ("logit", "value")
Scalar = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Target:
    """One number per sequence, taken from a model's outputs.

    Attributes
    ----------
    output
        Head of the model.
    tracks
        Its tracks; empty means all.
    bins
        Bins `start, end` (0-based, half-open); None means all.
    reduction
        How tracks and bins become one number: one of `REDUCTIONS`.
    scale
        `logit` (before the output's activation; differences add up, so it is the default) or `value` (after it).
    """

    output: str
    tracks: tuple[str, ...] = ()
    bins: tuple[int, int] | None = None
    reduction: str = "mean"
    scale: str = "logit"

    @classmethod
    def default(cls, card: ModelCard) -> Target:
        """The first track of the first output."""
        return cls(card.outputs[0].name, card.outputs[0].tracks[:1])

    @classmethod
    def parse(cls, text: str, card: ModelCard) -> Target:
        """Read `TRACK`, `OUTPUT`, `OUTPUT:TRACK` or `OUTPUT:TRACK,TRACK`, each with optional `[START-END]` bins
        (1-based, both included), `/mean`, `/sum` or `/max`, and `@logit` or `@value`; `str(target)` is the inverse.

        Raises
        ------
        UnknownName
            If the output or a track does not exist.
        BadInput
            If the text has another form.
        """
        match = re.fullmatch(r"([^:\[\]@/]+)(?::([^\[\]@/]+))?(?:\[(\d+)-(\d+)\])?(?:/(\w+))?(?:@(\w+))?", text.strip())
        if not match:
            raise BadInput(
                f"The target `{text}` can't be read.",
                f"The form is OUTPUT:TRACK, with optional [START-END], /mean and @logit, e.g. `{cls.default(card)}`.",
                "Correct it, or leave it out for the first track.",
            )
        output, tracks, start, end, reduction, scale = match.groups()
        if tracks is None and output not in [o.name for o in card.outputs]:
            holders = [o.name for o in card.outputs if output in o.tracks]
            if holders:  # a bare track name is enough where it is unambiguous
                output, tracks = holders[0], output
        target = cls(
            output,
            tuple(t.strip() for t in tracks.split(",")) if tracks else (),
            (int(start) - 1, int(end)) if start else None,
            reduction or "mean",
            scale or "logit",
        )
        target.check(card)
        return target

    def __str__(self) -> str:
        text = self.output + (":" + ",".join(self.tracks) if self.tracks else "")
        text += f"[{self.bins[0] + 1}-{self.bins[1]}]" if self.bins else ""
        text += f"/{self.reduction}" if self.reduction != "mean" else ""
        return text + f"@{self.scale}"

    def check(self, card: ModelCard) -> None:
        """Raise `UnknownName` or `BadInput` if a model with this card has no such number."""
        output = card.output(self.output)
        for track in self.tracks:
            output.index(track)
        for kind, value, known in (("reduction", self.reduction, REDUCTIONS), ("scale", self.scale, SCALES)):
            if value not in known:
                raise BadInput(f"The {kind} `{value}` is not known.", f"Accepted: {', '.join(known)}.", "Choose one.")
        if self.bins and not 0 <= self.bins[0] < self.bins[1] <= output.bins:
            raise BadInput(
                f"Bins {self.bins[0] + 1} to {self.bins[1]} were asked for.",
                f"`{output.name}` has bins 1 to {output.bins}.",
                "Choose a range inside it.",
            )

    def unit(self, card: ModelCard) -> str:
        """Unit of the number."""
        output = card.output(self.output)
        return output.unit if self.scale == "value" else output.logit_unit or output.unit

    def label(self, card: ModelCard) -> str:
        """Short name for axes: `GABPA logit`."""
        tracks = ", ".join(self.tracks) if self.tracks else f"{self.reduction} of all {self.output} tracks"
        return f"{tracks} {self.unit(card)}"

    def of(self, model: Model) -> Scalar:
        """The function from one-hot `(batch, 4, length)` to one number per sequence `(batch,)`."""
        self.check(model.card)
        output = model.card.output(self.output)
        indices = [output.index(t) for t in self.tracks]

        def scalar(X: Tensor) -> Tensor:
            y = model.logits(X)[self.output]
            if self.scale == "value":
                y = activate(y, output.activation)
            if indices:
                # Slices keep the selection visible to engines that follow which output positions matter.
                y = y[:, indices[0] : indices[0] + 1] if len(indices) == 1 else y[:, indices]
            if self.bins:
                y = y[:, :, self.bins[0] : self.bins[1]]
            flat = y.flatten(1)
            if flat.shape[1] == 1:
                return flat[:, 0]
            if self.reduction == "max":
                return flat.amax(1)
            return flat.sum(1) if self.reduction == "sum" else flat.mean(1)

        return scalar
