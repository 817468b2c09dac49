"""What stands out in a sequence: all tracks of all models that suit it, the most unusual first.

Unusual is counted as in a search of a database: how many tracks of a shuffled sequence would be expected to reach as much
by chance, over all tracks and windows that are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass, field

from genoviz.errors import BadSequence, Cancelled, GenovizError
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.load import load_model
from genoviz.models.metrics import METRICS, main_metric
from genoviz.sequences.sequence import Sequence
from genoviz.verdict.standing import Progress, Standing, standings, tracks_of
from genoviz.verdict.suits import SUMMED, check_organism, usual_models, why_not
from genoviz.verdict.windows import SLOW, window_starts

FEW = 0.1  # tracks that chance would bring as far: what is rarer stands out
LONGEST = 20_000  # bases of a sequence
LISTED = 3  # names in the sentence
OF_ONE = 2  # rows of one model among those that are shown first: its tracks may be replicates of one experiment


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the models say about one sequence.

    Attributes
    ----------
    sequence
        As it was given.
    standings
        A row per track, the most unusual first.
    left_out
        Model and reason, for models that don't suit the sequence.
    tracks
        How many tracks there are to be read; more than `standings` while the verdict grows.
    """

    sequence: Sequence
    standings: tuple[Standing, ...]
    left_out: tuple[tuple[ModelCard, str], ...] = ()
    tracks: int = field(default=0)

    @property
    def complete(self) -> bool:
        """Whether all models were read."""
        return len(self.standings) == self.tracks

    def expected(self, standing: Standing) -> float:
        """How many tracks of a shuffled sequence would reach as much, over all that are read."""
        return standing.chance * self.tracks

    def stands_out(self, standing: Standing) -> bool:
        """Whether fewer than `FEW` such tracks are expected by chance."""
        return self.expected(standing) < FEW

    @property
    def outstanding(self) -> tuple[Standing, ...]:
        """The rows that stand out."""
        return tuple(s for s in self.standings if self.stands_out(s))

    @property
    def leaders(self) -> tuple[Standing, ...]:
        """One row for each thing that stands out.

        Several models may know one factor: of rows with a track of the same name and task, that of the model with the best
        held-out score stands for all. Things that such a score vouches for come first, then the most unusual ones.
        """
        groups: dict[tuple[str, str], list[Standing]] = {}
        for row in self.outstanding:
            groups.setdefault((row.track, row.card.task), []).append(row)
        return tuple(sorted(map(_lead, groups.values()), key=lambda row: not held_out(row)))

    def shown(self, most: int) -> tuple[Standing, ...]:
        """The first leaders, of each model no more than `OF_ONE`; where nothing stands out, `front`."""
        kept: list[Standing] = []
        for row in self.leaders:
            if sum(row.card is other.card for other in kept) < OF_ONE:
                kept.append(row)
        return tuple(kept[:most] or [row for row in [self.front] if row is not None])

    @property
    def front(self) -> Standing | None:
        """What to look at first: the first leader, or where nothing stands out the most unusual row all the same."""
        return next(iter([*self.leaders, *self.standings]), None)

    def also(self, leader: Standing) -> tuple[Standing, ...]:
        """The other rows that a leader stands for."""
        same = leader.track, leader.card.task
        return tuple(s for s in self.outstanding if (s.track, s.card.task) == same and s is not leader)

    @property
    def sentence(self) -> str:
        """The verdict in words: what stands out, or that nothing does."""
        if not self.standings:
            return f"No model suits these {len(self.sequence):,} bases." if self.complete else "Nothing is read yet."
        models = len({s.card.name for s in self.standings})
        read = f"{_count(len(self.standings), 'output')} of {_count(models, 'model')}"
        if not self.complete:
            read = f"the first {read}"
        leaders = self.leaders
        if not leaders:
            first = self.standings[0]
            reached = (
                "as much" if self.expected(first) >= 1 else f"as much in {100 * self.expected(first):.0f} % of cases"
            )
            return (
                f"Nothing stands out among {read}. The most unusual is {first.track} ({first.card.title}), and a search of "
                f"shuffled sequences would find {reached}."
            )
        names = [s.track for s in leaders]
        shown = _listed(names[:LISTED], len(names))
        first = leaders[0]
        return (
            f"{shown} stand{'s' if len(names) == 1 else ''} out among {read}"
            f"{': ' if len(names) == 1 else f'. {first.track} is '}higher than {percent(first.percentile)} of shuffled "
            f"sequences ({first.card.title}).{self._silence}"
        )

    @property
    def _silence(self) -> str:
        """The tasks in which nothing stands out; said of a complete verdict only."""
        asked = {s.card.task for s in self.standings if s.unit != SUMMED}
        silent = sorted(asked - {s.card.task for s in self.leaders}, key=str.lower)
        return f" Nothing stands out in {_listed(silent, len(silent))}." if silent and self.complete else ""


def growing_verdict(
    sequence: Sequence,
    cards: Iterable[ModelCard] | None = None,
    *,
    organism: str = "",
    rna: bool = False,
    first: str = "",
    load: Callable[[ModelCard], Model] = load_model,
    progress: Progress | None = None,
) -> Iterator[Verdict]:
    """The verdict after each model, so that what is known can be shown at once; the last one is complete.

    Parameters
    ----------
    sequence
        What is asked about, up to `LONGEST` bases. Of a sequence longer than a model reads, each track stands for its
        highest window.
    cards
        The models; those of `genoviz.verdict.suits.usual_models` if None. Those that read few bases are asked first, then
        those whose cards have no shuffled sequences, language models last.
    organism, rna
        As in `genoviz.verdict.suits.why_not`.
    first
        Name of the model to begin with.
    load
        Gives the model of a card.
    progress
        Called with the share done.

    Raises
    ------
    BadSequence
        If the sequence is too long.
    UnknownName
        If there is no such organism.
    """
    check_organism(organism)
    if len(sequence) > LONGEST:
        raise BadSequence(
            f"The sequence has {len(sequence):,} bases.",
            f"What stands out is looked for in up to {LONGEST:,}.",
            "Give the part around the place that you are interested in.",
        )
    chosen = usual_models() if cards is None else cards
    ordered = sorted(
        chosen, key=lambda card: (card.name != first, card.family == SLOW, not card.background, card.length)
    )
    reasons = [(card, why_not(card, sequence.bases, organism=organism, rna=rna)) for card in ordered]
    left_out = [(card, reason) for card, reason in reasons if reason]
    asked = [card for card, reason in reasons if not reason]
    costs = [len(window_starts(card, sequence.bases)) * card.length for card in asked]
    total = sum(len(tracks_of(card)) for card in asked)
    rows: list[Standing] = []
    for i, card in enumerate(asked):
        done, share = sum(costs[:i]) / sum(costs), costs[i] / sum(costs)
        try:
            rows += standings(load(card), sequence, rare=FEW / total, progress=_part(progress, done, share))
        except Cancelled:
            raise
        except GenovizError as error:  # one that can't answer must not take the others down
            left_out.append((card, error.read))
            total -= len(tracks_of(card))
        yield Verdict(sequence, tuple(sorted(rows, key=_rank)), tuple(left_out), total)
    if not asked:
        yield Verdict(sequence, (), tuple(left_out), 0)


def verdict(
    sequence: Sequence,
    cards: Iterable[ModelCard] | None = None,
    *,
    organism: str = "",
    rna: bool = False,
    progress: Progress | None = None,
) -> Verdict:
    """What stands out in a sequence, over all tracks of all models that suit it.

    Parameters and errors are those of `growing_verdict`.

    Examples
    --------
    >>> from genoviz import Sequence, get_card
    >>> site = Sequence("ACGT" * 10 + "TTCAGCACCATGGACAGCGCC" + "ACGT" * 10)
    >>> found = verdict(site, [get_card("pwm.encode10")])
    >>> found.standings[0].track, found.standings[0].unit
    ('REST', 'bits')
    """
    *_, last = growing_verdict(sequence, cards, organism=organism, rna=rna, progress=progress)
    return last


def held_out(standing: Standing) -> str:
    """The held-out score of a row's track with its name, `AUROC 0.931`; empty where the card has none."""
    metric, value = _score(standing)
    return f"{METRICS[metric].title} {value:.3f}" if metric else ""


def percent(share: float) -> str:
    """A percentile as it is said: that of a hundred numbers is never 100 %."""
    return "99 %" if share >= 99 else f"{share:.0f} %"


def _lead(rows: Seq[Standing]) -> Standing:
    """Of rows about one thing, that of the model with the best held-out score; the most unusual where scores are equal."""
    return max(rows, key=lambda row: _score(row)[1])


def _score(standing: Standing) -> tuple[str, float]:
    """Name and value of the held-out score of a track; the second is negative where there is none."""
    row = standing.card.scores(standing.track)
    metric = main_metric(row) if row is not None else None
    return (metric, float(row[metric])) if row is not None and metric is not None else ("", -1.0)


def _rank(standing: Standing) -> tuple[float, float]:
    return standing.chance, -standing.percentile


def _part(progress: Progress | None, done: float, share: float) -> Progress | None:
    return None if progress is None else lambda part: progress(done + share * part)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def _listed(names: Seq[str], total: int) -> str:
    """`A, B and C`, or `A, B, C and 4 more`."""
    more = [f"{total - len(names)} more"] if total > len(names) else []
    *before, last = [*names, *more]
    return f"{', '.join(before)} and {last}" if before else last
