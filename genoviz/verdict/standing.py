"""One track of one model about one sequence, and how unusual its number is.

Two sets of shuffled sequences say what chance reaches. That of the model's card, shuffled test sequences, is the same for
everybody. But a sequence that is padded, or of another composition than the model's training, can leave it without having
any site: so a track that would stand out is also compared with shuffles of this very sequence, read in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.size import rows_at_once
from genoviz.models.target import Target
from genoviz.predict.readout import Readout, read
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle
from genoviz.verdict.windows import read_at, window_starts

Logits = NDArray[np.float64]
Progress = Callable[[float], None]
SHUFFLED = "shuffled"  # how the name of the background's set begins that chance is taken from
SHUFFLES = 100  # of the sequence itself
SAME = 1e-5  # logits that differ by less differ in the order of additions
CONTEXT = 100  # bases that are shuffled at least: a few have few arrangements
MOST_PLACES = 3  # windows of a model whose shuffles are read
TAIL = 0.1  # share of the shuffled sequences whose numbers the upper tail is taken from


@dataclass(frozen=True, eq=False)
class Standing:
    """A track's number for a sequence, beside those of shuffled ones.

    Attributes
    ----------
    card, target
        The model and its track, on the logit scale.
    value
        The number in `unit`: after the output's activation.
    unit
        Unit of `value`.
    logit
        The number of `target`.
    window
        What the model read: the sequence, padded where it is short, or of a long one the window with the highest number.
    start
        First base of the window in the sequence (0-based).
    padding
        How many N were added to a short sequence, on both sides.
    windows
        How many windows were read.
    below
        Percent of the shuffled test sequences of the card that score lower, of shuffles of this sequence where the card has
        none.
    own
        Percent of shuffles of this sequence that score lower; None where they were not needed.
    chance
        How many of as many windows of shuffled sequences are expected to score as high, by whichever of the two sets scores
        higher. Above the highest decile it is extrapolated, see `share_above`.
    """

    card: ModelCard
    target: Target
    value: float
    unit: str
    logit: float
    window: Sequence
    start: int
    padding: int
    windows: int
    below: float
    own: float | None
    chance: float

    @property
    def track(self) -> str:
        """Name of the track."""
        return self.target.tracks[0]

    @property
    def given(self) -> int:
        """Bases of the window that are of the sequence and not padding."""
        return self.card.length - self.padding

    @property
    def percentile(self) -> float:
        """Percent of shuffled sequences that score lower, in the set that scores higher."""
        return self.below if self.own is None else min(self.below, self.own)


def share_above(shuffled: Logits, logit: float) -> float:
    """Share (0 to 1) of shuffled sequences that score as high as `logit`.

    Parameters
    ----------
    shuffled
        Their logits, from the smallest to the largest, or equally spaced quantiles of them, as `ModelCard.background` has.
    logit
        The number in question.

    Notes
    -----
    A hundred numbers can't tell one sequence in a hundred from one in a million. Above the 90 % quantile the tail is taken
    as exponential, with the mean excess of that decile: usual for scores of sequences, where each base adds a little.
    """
    shares = np.linspace(0, 1, len(shuffled))
    start = float(np.interp(1 - TAIL, shares, shuffled))
    if logit <= start:
        return 1 - float(np.interp(logit, shuffled, shares))
    above = shuffled[shuffled > start]
    excess = float(above.mean() - start) if len(above) else 0.0
    return TAIL * float(np.exp(-(logit - start) / excess)) if excess > 0 else 0.0


def standings(
    model: Model,
    sequence: Sequence,
    *,
    rare: float = 0.0,
    progress: Progress | None = None,
) -> list[Standing]:
    """Every track of a model, each at the window where it is highest.

    Parameters
    ----------
    model
        See `genoviz.models.base.Model`.
    sequence
        Of any length that the model can be asked about, see `genoviz.verdict.suits.why_not`.
    rare
        Tracks whose chance is below it are compared with shuffles of this sequence as well; so are all tracks for which the
        card has no shuffled sequences.
    progress
        Called with the share done.
    """
    card, starts = model.card, window_starts(model.card, sequence.bases)
    targets = tracks_of(card)
    logits, values = _numbers(model, [read_at(card, sequence, start) for start in starts], targets, progress)
    best = [_middle_best(row) for row in logits]
    backgrounds = [shuffled_logits(card, target.tracks[0]) for target in targets]
    chances = [
        0.0 if known is None else share_above(known, float(logits[i, best[i]])) for i, known in enumerate(backgrounds)
    ]
    asked = [i for i, chance in enumerate(chances) if backgrounds[i] is None or chance * len(starts) < rare]
    own = _own_shuffles(model, sequence, targets, {i: starts[best[i]] for i in asked})
    found = []
    for i, target in enumerate(targets):
        logit, known, mine = float(logits[i, best[i]]), backgrounds[i], own.get(i)
        percent = None if mine is None else _percent_below(mine, logit)
        chance = max(chances[i], 0.0 if mine is None else share_above(mine, logit))
        found.append(
            Standing(
                card,
                target,
                float(values[i, best[i]]),
                card.output(target.output).unit,
                logit,
                read_at(card, sequence, starts[best[i]]),
                starts[best[i]],
                max(0, card.length - len(sequence)),
                len(starts),
                percent or 0.0 if known is None else _percent_below(known, logit),
                percent,
                chance * len(starts),
            )
        )
    return found


def outstanding_track(readout: Readout) -> str:
    """The track that stands out most in what a model said of one sequence, among shuffled test sequences of its card."""
    targets = tracks_of(readout.card)

    def rank(target: Target) -> tuple[float, float]:
        known, logit = shuffled_logits(readout.card, target.tracks[0]), float(readout.numbers(target)[0])
        return (share_above(known, logit), -_percent_below(known, logit)) if known is not None else (1.0, 0.0)

    return min(targets, key=rank).tracks[0]


def tracks_of(card: ModelCard) -> list[Target]:
    """The tracks of a model that the verdict is about: those with a background, or all where the card has none at all."""
    every: dict[str, Target] = {}
    for output in card.outputs:
        for track in output.tracks:
            every.setdefault(track, Target(output.name, (track,)))  # the output that the page shows for a track
    known = [target for track, target in every.items() if shuffled_logits(card, track) is not None]
    return known or list(every.values())


def shuffled_logits(card: ModelCard, track: str) -> Logits | None:
    """Quantiles of a track's logits over shuffled test sequences; None where the card has none."""
    for name, quantiles in card.background.get(track, {}).items():
        if name.startswith(SHUFFLED):
            return np.asarray(quantiles, dtype=float)
    return None


def _numbers(
    model: Model, windows: list[Sequence], targets: list[Target], progress: Progress | None = None
) -> tuple[Logits, Logits]:
    """Logits and values `(tracks, windows)`, all tracks in one pass."""
    logits, values = [], []
    size = rows_at_once(model.card.length)
    for first in range(0, len(windows), size):
        readout = read(model, windows[first : first + size])
        logits.append([readout.numbers(target) for target in targets])
        values.append([readout.numbers(replace(target, scale="value")) for target in targets])
        if progress:
            progress(min(1.0, (first + size) / len(windows)))
    return np.concatenate(logits, axis=1), np.concatenate(values, axis=1)


def _middle_best(logits: Logits) -> int:
    """The window with the highest number. A site can lie in several that score the same: of these it is that in the middle."""
    (same,) = np.nonzero(logits >= logits.max() - SAME)
    return int(same[len(same) // 2])


def _own_shuffles(model: Model, sequence: Sequence, targets: list[Target], asked: dict[int, int]) -> dict[int, Logits]:
    """Sorted logits of shuffles of the window where a track is highest, for the tracks that are `asked` about.

    Of many different windows that where most tracks are highest stands for all: each costs as many predictions.
    """
    found: dict[int, Logits] = {}
    places = Counter(asked.values())
    if len(places) > MOST_PLACES:
        places = Counter(dict(places.most_common(1)))
    for start in sorted(places):
        here = [i for i, place in asked.items() if place == start or place not in places]
        logits, _ = _numbers(model, _shuffles(model.card, sequence, start), [targets[i] for i in here])
        found |= {i: np.sort(row) for i, row in zip(here, logits, strict=True)}
    return found


def _shuffles(card: ModelCard, sequence: Sequence, start: int) -> list[Sequence]:
    """Shuffles of the window at `start`, padded as it is; of a short window those of the bases around it as well."""
    end = min(len(sequence), start + card.length)
    more = max(0, CONTEXT - (end - start))
    low = max(0, min(start - more // 2, len(sequence) - CONTEXT))
    high = min(len(sequence), max(end, low + CONTEXT))
    given = sequence.bases[start:end]
    cut = (
        _anchored(card, given, text[start - low : end - low])
        for text in dinucleotide_shuffle(sequence.bases[low:high], SHUFFLES)
    )
    return [read_at(card, Sequence(text), 0) for text in cut]


def _anchored(card: ModelCard, given: str, shuffled: str) -> str:
    """A shuffle in which the bases that the model reads around stand where they stood."""
    if not card.anchor:
        return shuffled
    at = int(card.anchor["at"]) - (card.length - len(given)) // 2
    end = at + max(map(len, card.anchor["bases"]))
    return shuffled[:at] + given[at:end] + shuffled[end:] if at >= 0 and end <= len(given) else shuffled


def _percent_below(shuffled: Logits, logit: float) -> float:
    return 100 * float(np.interp(logit, shuffled, np.linspace(0, 1, len(shuffled))))
