"""Scores that may stand beside each other: those of one metric on one test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from genoviz.models.card import ModelCard
from genoviz.models.metrics import METRICS, main_metric
from genoviz.models.words import first_rows


@dataclass(frozen=True)
class Score:
    """How well a model does on its first held-out test, as one number.

    Attributes
    ----------
    metric
        A key of `METRICS`: the one that the recipe names first.
    value
        Of the only track, or the mean over tracks.
    interval
        Its 95 % bootstrap interval; None for a mean.
    tracks
        Number of tracks that the mean is over.
    about
        What was scored where that is no track of the model, such as the genome of a language model; else empty.
    test
        Name of the test where the card has several; else empty.
    """

    metric: str
    value: float
    interval: tuple[float, float] | None
    tracks: int
    about: str = ""
    test: str = ""

    @property
    def sentence(self) -> str:
        """The score in words: `Mean AUROC 0.862 over 10 tracks`."""
        title = METRICS[self.metric].title
        test = f", {self.test}" if self.test else ""
        if self.tracks > 1:
            return f"Mean {title} {self.value:.3f} over {self.tracks} tracks{test}"
        return f"{title} {self.value:.3f}{f' ({self.about})' if self.about else ''}{test}"


@dataclass(frozen=True)
class Comparison:
    """Models with scores on one test, best first.

    Attributes
    ----------
    benchmark
        Name of the test.
    rows
        Each model with its score; all scores have one metric.
    """

    benchmark: str
    rows: tuple[tuple[ModelCard, Score], ...]

    @property
    def sentence(self) -> str:
        """Which model is best on the test, in words."""
        (best, score), *_ = self.rows
        return f"On {self.benchmark}, `{best.name}` is best of {len(self.rows)} models: {score.sentence}."


def score_of(card: ModelCard, metric: str | None = None) -> Score | None:
    """The held-out score of a card, by its main metric or by another; None where it has none."""
    name = metric or (main_metric(card.held_out[0]) if card.held_out else None)
    if name is None:
        return None
    tracks = {track for output in card.outputs for track in output.tracks}
    rows = [row for row in first_rows(card) if name in row and row["track"] in tracks]
    about = ""
    if not rows:  # scored on sets of sequences, as language models are, and not track by track
        rows = [row for row in card.held_out[:1] if name in row]
        about = str(rows[0]["track"]) if rows else ""
    if not rows:
        return None
    low, high = rows[0].get(f"{name}_95", (0.0, 0.0))
    interval = (float(low), float(high)) if len(rows) == 1 and f"{name}_95" in rows[0] else None
    value = float(np.mean([row[name] for row in rows]))
    return Score(name, value, interval, len(rows), about, str(rows[0].get("test", "")))


def comparisons(cards: Iterable[ModelCard]) -> list[Comparison]:
    """For each test that several of the cards were scored on, their scores by the first card's main metric, best first."""
    by_benchmark: dict[str, list[ModelCard]] = {}
    for card in cards:
        if card.benchmark:
            by_benchmark.setdefault(card.benchmark, []).append(card)
    found = []
    for benchmark, listed in by_benchmark.items():
        first = score_of(listed[0])
        if first is None:
            continue
        rows = [(card, score) for card in listed if (score := score_of(card, first.metric)) is not None]
        if len(rows) > 1:
            sign = 1 if METRICS[first.metric].lower_is_better else -1
            found.append(Comparison(benchmark, tuple(sorted(rows, key=lambda row: sign * row[1].value))))
    return found
