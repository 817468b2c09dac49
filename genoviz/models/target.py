"""Target: which number of a model is explained.

Predictions, attributions, mutation maps and variant effects all go through `Target.of(model)`, or `Target.from_logits`
where the model was asked already, so they speak of the same number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from genoviz.errors import BadInput, UnknownName
from genoviz.models.answers import ask
from genoviz.models.base import Model, activate
from genoviz.models.card import ModelCard
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import MOST_DIGITS, whole_number

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
        How tracks and bins become one number: one of `REDUCTIONS`; empty leaves it to the output (`Output.reduction`).
    scale
        `logit` (before the output's activation; differences add up, so it is the default) or `value` (after it).

    Examples
    --------
    >>> from genoviz import get_card
    >>> card = get_card("tfbind.encode10")
    >>> target = Target.parse("GABPA", card)
    >>> target
    Target(output='binding', tracks=('GABPA',), bins=None, reduction='', scale='logit')
    >>> str(target), target.label(card)
    ('binding:GABPA@logit', 'GABPA logit')
    """

    output: str
    tracks: tuple[str, ...] = ()
    bins: tuple[int, int] | None = None
    reduction: str = ""
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
            If bins don't exist, or several outputs have the track.
        """
        rest, scale, reduction, bins = text.strip(), "logit", "", None
        if rest.rpartition("@")[2] in SCALES:
            rest, _, scale = rest.rpartition("@")
        if rest.rpartition("/")[2] in REDUCTIONS:
            rest, _, reduction = rest.rpartition("/")
        match = re.fullmatch(r"(.+)\[([0-9]+)-([0-9]+)\]", rest, re.DOTALL)
        if match:
            rest, first, last = match[1], whole_number(match[2]), whole_number(match[3])
            if first is None or last is None:
                raise BadInput(
                    f"Bins {clip(f'{match[2]}-{match[3]}', 40)} were asked for.",
                    f"Numbers of bins have at most {MOST_DIGITS} digits.",
                    "Check the number.",
                )
            bins = first - 1, last
        output, tracks = _output_and_tracks(rest, card)
        target = cls(output, tracks, bins, reduction, scale)
        target.check(card)
        return target

    def __str__(self) -> str:
        text = self.output + (":" + ",".join(self.tracks) if self.tracks else "")
        text += f"[{self.bins[0] + 1}-{self.bins[1]}]" if self.bins else ""
        text += f"/{self.reduction}" if self.reduction else ""
        return text + f"@{self.scale}"

    def check(self, card: ModelCard) -> None:
        """Raise `UnknownName` or `BadInput` if a model with this card has no such number."""
        output = card.output(self.output)
        for track in self.tracks:
            output.index(track)
        for kind, value, known in (("reduction", self.reduction, ("", *REDUCTIONS)), ("scale", self.scale, SCALES)):
            if value not in known:
                raise BadInput(
                    f"The {kind} `{value}` is not known.", f"Accepted: {', '.join(filter(None, known))}.", "Choose one."
                )
        if self.bins and not 0 <= self.bins[0] < self.bins[1] <= output.bins:
            raise BadInput(
                f"Bins {self.bins[0] + 1} to {self.bins[1]} were asked for.",
                f"`{output.name}` has bins 1 to {output.bins}.",
                "Choose a range inside it.",
            )

    def resolved(self, card: ModelCard) -> Target:
        """The same target with its reduction named, where there is something to reduce; for files."""
        output = card.output(self.output)
        if self.reduction or output.bins * len(self.tracks or output.tracks) == 1:
            return self
        return replace(self, reduction=output.reduction)

    def unit(self, card: ModelCard) -> str:
        """Unit of the number."""
        output = card.output(self.output)
        return output.unit if self.scale == "value" else output.logit_unit or output.unit

    def label(self, card: ModelCard) -> str:
        """Short name for axes: `GABPA logit`."""
        tracks = (
            ", ".join(self.tracks)
            if self.tracks
            else f"{self.reduction or card.output(self.output).reduction} of all {self.output} tracks"
        )
        return f"{tracks} {self.unit(card)}"

    def of(self, model: Model) -> Scalar:
        """The function from one-hot `(batch, 4, length)` to one number per sequence `(batch,)`."""
        number = self._number(model.card)
        return lambda X: number(ask(model, X))

    def from_logits(self, card: ModelCard, logits: Mapping[str, Tensor]) -> Tensor:
        """The number per sequence `(batch,)` from what `Model.logits` of a model with this card gave."""
        return self._number(card)(logits)

    def _number(self, card: ModelCard) -> Callable[[Mapping[str, Tensor]], Tensor]:
        """The function from a model's logits to one number per sequence."""
        self.check(card)
        output = card.output(self.output)
        indices = [output.index(t) for t in self.tracks]
        reduction = self.reduction or output.reduction

        def number(logits: Mapping[str, Tensor]) -> Tensor:
            y = logits[self.output]
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
            if reduction == "max":
                return flat.amax(1)
            return flat.sum(1) if reduction == "sum" else flat.mean(1)

        return number


def _output_and_tracks(text: str, card: ModelCard) -> tuple[str, tuple[str, ...]]:
    """Read `OUTPUT`, `TRACK` or `OUTPUT:TRACK,TRACK`; names of the card win over the signs in them."""
    names = [output.name for output in card.outputs]
    holders = [output.name for output in card.outputs if text in output.tracks]
    if text in names:
        return text, ()
    if len(holders) == 1:
        return holders[0], (text,)
    if holders:
        raise BadInput(
            f"The track `{text}` is in the outputs {', '.join(f'`{h}`' for h in holders)}.",
            "The form is OUTPUT:TRACK where several outputs have a track of this name.",
            f"For example `{holders[0]}:{text}`.",
        )
    for output in card.outputs:
        tracks = text.removeprefix(f"{output.name}:")
        if tracks and tracks != text:
            return output.name, _split_tracks(tracks, output.tracks)
    if not text or set(text) & set(":[]@/"):
        raise BadInput(
            f"The target `{text}` can't be read.",
            "The form is OUTPUT:TRACK, with optional [START-END], then /mean, /sum or /max, then @logit or @value.",
            f"For example `{Target.default(card)}`.",
        )
    known = [*names, *(track for output in card.outputs for track in output.tracks)]
    raise UnknownName.among("output or track", text, known)


def _split_tracks(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Split at commas, but never inside the name of a known track."""
    tracks: list[str] = []
    while text:
        starts = [t for t in known if text == t or text.startswith(f"{t},")]
        track = max(starts, key=len) if starts else text.partition(",")[0].strip()
        tracks.append(track)
        text = (
            text[len(track) :].lstrip().removeprefix(",").lstrip() if text.startswith(track) else text.partition(",")[2]
        )
    return tuple(tracks)


def bins_over(card: ModelCard, output: str, start: int, end: int) -> tuple[int, int]:
    """Bins of an output that overlap a stretch of the input, such as the surroundings of a transcription start.

    Parameters
    ----------
    card, output
        The model and the name of its output.
    start, end
        Places in the input (0-based, half-open).

    Returns
    -------
    tuple of int
        `start, end` of the bins (0-based, half-open), for `Target.bins`.

    Raises
    ------
    BadInput
        If the output has one number per sequence, or none of its bins lies there.
    """
    head = card.output(output)
    width = head.resolution
    first = (card.length - head.bins * width) // 2 if width else 0
    low, high = (max(0, (start - first) // width), min(head.bins, -(-(end - first) // width))) if width else (0, 0)
    if start >= end or low >= high:
        span = f"bases {first + 1:,} to {first + head.bins * width:,}" if width else "no places: it is one number"
        raise BadInput(
            f"Bins over the bases {start + 1:,} to {end:,} were asked for.",
            f"`{head.name}` of `{card.name}` has bins over {span}.",
            "Choose a stretch inside, or move the window so that it lies nearer to the middle.",
        )
    return low, high
