"""Grammar: what a site does by itself, where it stands, and what two sites do together beyond the sum of both.

Sites are written over the bases of many backgrounds; every effect is the target's number with the site minus that of the
background as it is, averaged over backgrounds. `cooperation` is the joint effect minus the sum of the single effects of
the same sites at the same places of the same backgrounds: 0 where sites do not notice each other. It depends on the
scale: what adds up in log odds does not in probabilities.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.backgrounds import Backgrounds
from genoviz.errors import BadInput, BadSequence, Cancelled
from genoviz.incremental import Edit
from genoviz.models.base import Model, lock_of
from genoviz.mutagenesis import plan_for
from genoviz.onehot import encode
from genoviz.predict import evaluate
from genoviz.sequence import Sequence
from genoviz.spread import Spread
from genoviz.target import Target

Progress = Callable[[float], None]

STRANDS = ("+", "-")
ORDERS = ("A before B", "B before A")
MAX_GAP, MAX_COPIES = 20, 6
_TRIAL = 32  # edits that are also computed plainly, to see which way is faster


@dataclass(frozen=True, eq=False)
class Marginal:
    """What one site does at one place.

    Attributes
    ----------
    effect
        `(backgrounds,)`: with the site minus without.
    background
        `(backgrounds,)`: the target's number without it.
    site, strand, position
        What was written where; the 0-based first base.
    target, unit, backgrounds
        What was measured, and on what.
    """

    effect: Spread
    background: Spread
    site: Sequence
    strand: str
    position: int
    target: Target
    unit: str
    backgrounds: Backgrounds


@dataclass(frozen=True, eq=False)
class Slide:
    """What one site does at every place, on both strands.

    Attributes
    ----------
    effect
        `(backgrounds, 2, places)`: with the site minus without; strands as in `STRANDS`.
    positions
        `(places,)`: 0-based first bases.
    complete
        False if the run was cancelled; the backgrounds done are all that `effect` holds.
    engine
        `incremental` or `plain`, whichever was faster on the first background.
    """

    effect: Spread
    positions: NDArray[np.int64]
    site: Sequence
    target: Target
    unit: str
    backgrounds: Backgrounds
    complete: bool
    engine: str

    @property
    def best(self) -> tuple[int, int]:
        """Indices of strand and place with the largest mean effect, in either direction."""
        strand, place = np.unravel_index(np.nanargmax(np.abs(self.effect.mean)), self.effect.mean.shape)
        return int(strand), int(place)

    @property
    def sentence(self) -> str:
        """The largest effect in words."""
        strand, place = self.best
        first = int(self.positions[place]) + 1
        change = self.effect[strand, place]
        return (
            f"{_name(self.site)} {_verb(change)} {_track(self.target)} most at bases {first} to "
            f"{first + len(self.site) - 1} on the {_strand(strand)} strand: {change.words(self.unit)}, the largest of "
            f"{self.effect.mean.size:,} placements."
        )


@dataclass(frozen=True, eq=False)
class Spacing:
    """What site A (fixed) and site B (everywhere beside it) do together.

    Attributes
    ----------
    joint, single_b, cooperation
        `(backgrounds, 2, 2, gaps)`: order as in `ORDERS`, strand of B as in `STRANDS`, gap. `joint` is the effect of
        both sites, `single_b` that of B alone at the same place, `cooperation` is joint - single_a - single_b. nan where
        B would leave the sequence.
    single_a
        `(backgrounds,)`: effect of A alone.
    gaps
        `(gaps,)`: bases between the two sites, from 0.
    site_a, site_b, strand_a, position_a
        The sites; strand and 0-based first base of A.
    target, unit, backgrounds, complete, engine
        As in `Slide`.
    """

    joint: Spread
    single_a: Spread
    single_b: Spread
    cooperation: Spread
    gaps: NDArray[np.int64]
    site_a: Sequence
    site_b: Sequence
    strand_a: str
    position_a: int
    target: Target
    unit: str
    backgrounds: Backgrounds
    complete: bool
    engine: str

    @property
    def expected(self) -> Spread:
        """`(backgrounds, 2, 2, gaps)`: the sum of the single effects."""
        return Spread(self.joint.values - self.cooperation.values)

    @property
    def best(self) -> tuple[int, int, int]:
        """Indices of order, strand of B and gap with the largest joint effect, in either direction."""
        order, strand, gap = np.unravel_index(np.nanargmax(np.abs(self.joint.mean)), self.joint.mean.shape)
        return int(order), int(strand), int(gap)

    @property
    def sentence(self) -> str:
        """The largest joint effect, and how far it is from the sum."""
        order, strand, gap = self.best
        a, b, joint = _name(self.site_a), _name(self.site_b), self.joint[self.best]
        extra, (low, high) = self.cooperation[self.best], (float(v) for v in self.cooperation[self.best].interval)
        beyond = "more" if float(extra.mean) >= 0 else "less"
        tried = int(np.isfinite(self.joint.mean).sum())
        text = (
            f"{a} and {b} {_verb(joint).removesuffix('s')} {_track(self.target)} most with {self.gaps[gap]} bp between them, "
            f"{a if order == 0 else b} first, {b} on the {_strand(strand)} strand: {joint.words(self.unit)}, the largest of "
            f"{tried:,} placements. Together they do {abs(float(extra.mean)):.2g} {self.unit} {beyond} than the sum of "
            f"both, 95 % interval {low:+.2g} to {high:+.2g}"
        )
        return text + (": no sign of cooperation there." if low <= 0 <= high else ".")


@dataclass(frozen=True, eq=False)
class Copies:
    """What 1 to n copies of a site do.

    Attributes
    ----------
    joint, cooperation
        `(backgrounds, n)`: effect of the first k copies together, and that minus the sum of each of them alone.
    single
        `(backgrounds, n)`: effect of each copy alone, at its place.
    positions
        `(n,)`: 0-based first bases in the order in which copies are added: from the middle outwards.
    gap
        Bases between neighbouring copies.
    site, strand, target, unit, backgrounds, complete, engine
        As in `Spacing`.
    """

    joint: Spread
    single: Spread
    cooperation: Spread
    positions: NDArray[np.int64]
    gap: int
    site: Sequence
    strand: str
    target: Target
    unit: str
    backgrounds: Backgrounds
    complete: bool
    engine: str

    @property
    def expected(self) -> Spread:
        """`(backgrounds, n)`: sum of the single effects of the first k copies."""
        return Spread(self.single.values.cumsum(1))

    @property
    def sentence(self) -> str:
        """All copies against the sum, in words."""
        n, extra = len(self.positions), self.cooperation[-1]
        low, high = (float(end) for end in extra.interval)
        beyond = "more" if float(extra.mean) >= 0 else "less"
        verdict = ": they add up." if low <= 0 <= high else "."
        return (
            f"{n} copies of {_name(self.site)}, {self.gap} bp apart, change {_track(self.target)} by "
            f"{self.joint[-1].words(self.unit)}, one copy by {self.joint[0].words(self.unit)}. All copies do "
            f"{abs(float(extra.mean)):.2g} {self.unit} {beyond} than the sum of each alone, 95 % interval {low:+.2g} to "
            f"{high:+.2g}{verdict}"
        )


def marginalise(
    model: Model,
    target: Target,
    site: Sequence,
    backgrounds: Backgrounds,
    *,
    position: int | None = None,
    strand: str = "+",
    progress: Progress | None = None,
) -> Marginal:
    """Effect of writing a site into backgrounds (Koo et al. 2021, PLoS Comput Biol 17:e1008925: global importance).

    Parameters
    ----------
    model, target
        What is measured.
    site
        A, C, G, T; an N keeps the background's base, so that boxes with a spacer are one site.
    backgrounds
        As long as the model reads; see `genoviz.backgrounds`.
    position
        First base (0-based); None puts the site into the middle.
    strand
        `-` writes the reverse complement.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadSequence, BadInput
        If the backgrounds have another length than the model reads, the site has other letters, or it does not fit.
    """
    check(model, [site], backgrounds)
    at = _middle(site, backgrounds.length) if position is None else position
    _check_place(site, at, backgrounds.length)
    bases = _oriented(site, strand)
    texts = [edited(text, [written(text, at, bases)]) for text in backgrounds.sequences]
    X = encode([*backgrounds.sequences, *texts])
    numbers = evaluate(target.of(model), model, X, progress=progress).double().numpy()
    before, after = np.split(numbers, 2)
    return Marginal(
        Spread(after - before), Spread(before), site, strand, at, target, target.unit(model.card), backgrounds
    )


def slide(
    model: Model,
    target: Target,
    site: Sequence,
    backgrounds: Backgrounds,
    *,
    start: int = 0,
    end: int | None = None,
    step: int = 1,
    progress: Progress | None = None,
) -> Slide:
    """Effect of a site at every place, on both strands.

    Parameters
    ----------
    model, target, site, backgrounds
        As in `marginalise`.
    start, end, step
        The site stays inside bases `start` to `end` (0-based, half-open; the whole sequence if None), and moves by
        `step`.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; the backgrounds done are returned with
        `complete=False`, if there are two.

    Raises
    ------
    BadSequence, BadInput
        As in `marginalise`.
    """
    check(model, [site], backgrounds)
    last = backgrounds.length if end is None else end
    if not (start >= 0 and last <= backgrounds.length and last - start >= len(site) and step >= 1):
        raise BadInput(
            f"Bases {start + 1} to {last} in steps of {step} were asked for.",
            f"The backgrounds have bases 1 to {backgrounds.length:,}, the site {len(site)}; steps are 1 or more.",
            "Choose a wider stretch inside the sequence.",
        )
    positions = np.arange(start, last - len(site) + 1, step)
    sites = [_oriented(site, strand) for strand in STRANDS]
    bench = Bench(model, target)

    def one(text: str, report: Progress | None) -> NDArray[np.float64]:
        numbers = bench.values(text, [[written(text, int(p), bases)] for bases in sites for p in positions], report)
        return (numbers[1:] - numbers[0]).reshape(len(STRANDS), len(positions))

    rows, complete = over_backgrounds(backgrounds, one, progress)
    return Slide(Spread(rows), positions, site, target, target.unit(model.card), backgrounds, complete, bench.engine)


def spacing(
    model: Model,
    target: Target,
    site_a: Sequence,
    site_b: Sequence,
    backgrounds: Backgrounds,
    *,
    position: int | None = None,
    strand: str = "+",
    max_gap: int = MAX_GAP,
    step: int = 1,
    progress: Progress | None = None,
) -> Spacing:
    """Effect of site A at one place and site B at every gap beside it, in both orders and orientations.

    Gaps count from 0, so that the sites never overlap.

    Parameters
    ----------
    model, target, backgrounds
        As in `marginalise`.
    site_a, position, strand
        The fixed site; None puts it into the middle.
    site_b
        The moved site, on either strand.
    max_gap, step
        Largest number of bases between the sites, and by how many they move apart.
    progress
        As in `slide`.

    Raises
    ------
    BadSequence, BadInput
        As in `marginalise`; also if B fits nowhere.
    """
    check(model, [site_a, site_b], backgrounds)
    length = backgrounds.length
    at = _middle(site_a, length) if position is None else position
    _check_place(site_a, at, length)
    gaps = np.arange(0, _count("The largest gap", max_gap, 0, length) + 1, _count("The step", step, 1, length))
    firsts = np.stack([at + len(site_a) + gaps, at - len(site_b) - gaps])
    inside = (firsts >= 0) & (firsts + len(site_b) <= length)
    if not inside.any():
        raise BadInput(
            f"{_name(site_a)} at base {at + 1} leaves no room for {_name(site_b)} on either side.",
            f"The model reads {length:,} bases.",
            "Move the fixed site, or shorten the other one.",
        )
    bases_a = _oriented(site_a, strand)
    # (order, strand, gap) of each placement inside
    places = [(o, s, g) for o, g in np.argwhere(inside).tolist() for s in range(len(STRANDS))]
    moved = [(int(firsts[o, g]), _oriented(site_b, STRANDS[s])) for o, s, g in places]
    index = tuple(np.array(places).T)
    bench = Bench(model, target)

    def one(text: str, report: Progress | None) -> NDArray[np.float64]:
        # B is moved over the background with and without A: each time one short edit, which the engine follows fast.
        both = edited(text, [written(text, at, bases_a)])
        halves = [None, None] if report is None else [_part(report, 0, 2), _part(report, 1, 2)]
        alone, joint = (
            bench.values(t, [[written(t, first, bases)] for first, bases in moved], half)
            for t, half in zip((text, both), halves, strict=True)
        )
        return np.concatenate([[joint[0] - alone[0]], alone[1:] - alone[0], joint[1:] - alone[0]])

    rows, complete = over_backgrounds(backgrounds, one, progress)
    single_a, parts = rows[:, 0], np.split(rows[:, 1:], 2, axis=1)
    single_b, joint = (np.full((len(rows), 2, 2, len(gaps)), np.nan) for _ in range(2))
    for table, values in zip((single_b, joint), parts, strict=True):
        table[(slice(None), *index)] = values
    cooperation = joint - single_b - single_a[:, None, None, None]
    return Spacing(
        Spread(joint), Spread(single_a), Spread(single_b), Spread(cooperation), gaps, site_a, site_b, strand, at, target,
        target.unit(model.card), backgrounds, complete, bench.engine,
    )  # fmt: skip


def copies(
    model: Model,
    target: Target,
    site: Sequence,
    backgrounds: Backgrounds,
    *,
    n: int = MAX_COPIES,
    gap: int = 5,
    strand: str = "+",
    progress: Progress | None = None,
) -> Copies:
    """Effect of 1 to n copies of a site, beside the sum of what each does alone.

    The places of all n lie around the middle of the sequence, `gap` bases apart; copies are added from the middle
    outwards.

    Parameters
    ----------
    model, target, site, backgrounds, strand
        As in `marginalise`.
    n, gap
        Largest number of copies, and bases between neighbours.
    progress
        As in `slide`.

    Raises
    ------
    BadSequence, BadInput
        As in `marginalise`; also if n copies do not fit.
    """
    check(model, [site], backgrounds)
    pitch = len(site) + _count("The gap", gap, 0, backgrounds.length)
    room = (backgrounds.length - len(site)) // pitch + 1
    _count("The number of copies", n, 1, room)
    left = (backgrounds.length - (n * pitch - gap)) // 2
    order = sorted(range(n), key=lambda slot: (abs(2 * slot - (n - 1)), slot))
    positions = np.array([left + slot * pitch for slot in order])
    bases, bench = _oriented(site, strand), Bench(model, target)

    def one(text: str, report: Progress | None) -> NDArray[np.float64]:
        edits = [written(text, int(p), bases) for p in positions]
        numbers = bench.values(text, [*([e] for e in edits), *(edits[:k] for k in range(1, n + 1))], report)
        return numbers[1:] - numbers[0]

    rows, complete = over_backgrounds(backgrounds, one, progress)
    single, joint = np.split(rows, 2, axis=1)
    cooperation = joint - single.cumsum(1)
    return Copies(
        Spread(joint), Spread(single), Spread(cooperation), positions, gap, site, strand, target,
        target.unit(model.card), backgrounds, complete, bench.engine,
    )  # fmt: skip


class Bench:
    """A target's numbers for edited sequences: by the engine or by plain batches, whichever is faster here."""

    def __init__(self, model: Model, target: Target) -> None:
        self._model, self._function, self._plan = model, target.of(model), plan_for(model, target)
        self._plain: bool | None = None  # not known yet

    @property
    def engine(self) -> str:
        """`incremental` or `plain`."""
        plan = self._plan
        follows = plan.plain_because is None and not plan.prefers_plain and plan.hooked is None
        return "incremental" if follows and not self._plain else "plain"

    def values(self, text: str, sets: Seq[Seq[Edit]], progress: Progress | None = None) -> NDArray[np.float64]:
        """The number of `text`, then of `text` after each set of edits that keep its length: `(1 + sets,)`."""
        if self._plain:
            return self._plainly(text, sets, progress)
        with lock_of(self._model):  # another thread's hooks would turn the engine off
            reference = self._plan.reference(encode(text))
            began = time.perf_counter()
            numbers = reference.edits(sets, progress=progress)[:, 0].double().numpy()
            seconds = time.perf_counter() - began
        if self._plain is None and len(sets) >= _TRIAL:
            self._plainly(text, sets[:1])  # the first batch of a kind is slower
            began = time.perf_counter()
            self._plainly(text, sets[:_TRIAL])
            self._plain = (time.perf_counter() - began) / _TRIAL < seconds / len(sets)
        return np.concatenate([[float(reference.value[0])], numbers])

    def _plainly(self, text: str, sets: Seq[Seq[Edit]], progress: Progress | None = None) -> NDArray[np.float64]:
        X = encode([text, *(edited(text, edits) for edits in sets)])
        batch = self._plan.plain_rows()
        return evaluate(self._function, self._model, X, batch_size=batch, progress=progress).double().numpy()


def over_backgrounds(
    backgrounds: Backgrounds,
    one: Callable[[str, Progress | None], NDArray[np.float64]],
    progress: Progress | None,
) -> tuple[NDArray[np.float64], bool]:
    """Results of `one` for each background, stacked, and whether none is missing because of a `Cancelled`."""
    rows: list[NDArray[np.float64]] = []
    total = len(backgrounds)
    try:
        for number, text in enumerate(backgrounds.sequences):
            rows.append(one(text, None if progress is None else _part(progress, number, total)))
    except Cancelled:
        if len(rows) < 2:  # no interval
            raise
        return np.stack(rows), False
    return np.stack(rows), True


def written(text: str, first: int, bases: str) -> Edit:
    """The edit that writes bases over `text`; an N keeps what is there."""
    there = text[first : first + len(bases)]
    return Edit(first, first + len(bases), "".join(o if b == "N" else b for b, o in zip(bases, there, strict=True)))


def edited(text: str, edits: Seq[Edit]) -> str:
    """`text` after edits that keep its length."""
    for edit in edits:
        text = text[: edit.start] + edit.bases + text[edit.end :]
    return text


def check(model: Model, sites: Seq[Sequence], backgrounds: Backgrounds) -> None:
    """Raise unless the backgrounds are as long as the model reads and the sites can be written into them."""
    length = model.card.length
    if backgrounds.length != length:
        raise BadSequence(
            f"The backgrounds have {backgrounds.length:,} bases.",
            f"`{model.card.name}` reads exactly {length:,}.",
            "Make backgrounds of this length.",
        )
    for site in sites:
        wrong = sorted(set(site.bases) - set("ACGTN"))
        if wrong or set(site.bases) == {"N"}:
            raise BadSequence(
                f"The site {_name(site)} has the letter {wrong[0]}." if wrong else "The site is all N.",
                "A site is written with A, C, G and T; N keeps the base that is there.",
                "Replace it by one of the bases it stands for.",
            )
        if len(site) > length:
            raise BadSequence(
                f"The site {_name(site)} has {len(site):,} bases.", f"The model reads {length:,}.", "Shorten the site."
            )


def _check_place(site: Sequence, at: int, length: int) -> None:
    if not 0 <= at <= length - len(site):
        raise BadInput(
            f"{_name(site)} was placed at base {at + 1:,}.",
            f"Its first base can be 1 to {length - len(site) + 1:,}.",
            "Choose a place inside the sequence.",
        )


def _count(what: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise BadInput(f"{what} is {value:,}.", f"{low:,} to {high:,} fit here.", "Choose a number in this range.")
    return value


def _oriented(site: Sequence, strand: str) -> str:
    if strand not in STRANDS:
        raise BadInput(f"The strand is `{strand}`.", "`+` and `-` are accepted.", "Choose one.")
    return site.bases if strand == "+" else site.reverse_complement().bases


def _middle(site: Sequence, length: int) -> int:
    return (length - len(site)) // 2


def _part(progress: Progress, number: int, total: int) -> Progress:
    """Progress of one part as a share of all."""
    return lambda share: progress((number + share) / total)


def _name(site: Sequence) -> str:
    return site.name or site.bases


def _track(target: Target) -> str:
    return ", ".join(target.tracks) or target.output


def _strand(index: int) -> str:
    return ("plus", "minus")[index]


def _verb(change: Spread) -> str:
    return "raises" if float(change.mean) >= 0 else "lowers"
