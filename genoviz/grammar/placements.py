"""Grammar: what a site does by itself, where it stands, and what two sites do together beyond the sum of both.

Sites are written over the bases of many backgrounds; every effect is the target's number with the site minus that of the
background as it is, averaged over backgrounds. `cooperation` is the joint effect minus the sum of the single effects of
the same sites at the same places of the same backgrounds: 0 where sites do not notice each other. It depends on the
scale: what adds up in log odds does not in probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, BadSequence
from genoviz.grammar.backgrounds import Backgrounds
from genoviz.grammar.bench import Bench, Progress, edited, over_backgrounds, part_of, written
from genoviz.grammar.mean_interval import Spread
from genoviz.grammar.options import BETWEEN, MAX_COPIES, MAX_GAP
from genoviz.grammar.results import STRANDS, Copies, Marginal, Slide, Spacing, site_name
from genoviz.models.base import Model
from genoviz.models.target import Target
from genoviz.predict.measure import Measure, numbers_of
from genoviz.sequences.sequence import Sequence


def marginalise(
    model: Model,
    target: Target,
    site: Sequence,
    backgrounds: Backgrounds,
    *,
    position: int | None = None,
    strand: str = "+",
    of: Measure | None = None,
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
        As long as the model reads; see `genoviz.grammar.backgrounds`.
    position
        First base (0-based); None puts the site into the middle.
    strand
        `-` writes the reverse complement.
    of
        Measure this instead of the prediction, such as the scores of some bases (`genoviz.attribute.explained.Explained`).
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
    numbers = numbers_of(model, target, [*backgrounds.sequences, *texts], of=of, progress=progress)
    before, after = np.split(numbers, 2)
    return Marginal(
        Spread(after - before), Spread(before), site, strand, at, target, target.unit(model.card), backgrounds, of
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
    of: Measure | None = None,
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
    of
        As in `marginalise`.
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
    bench = Bench(model, target, of)

    def one(text: str, report: Progress | None) -> NDArray[np.float64]:
        numbers = bench.values(text, [[written(text, int(p), bases)] for bases in sites for p in positions], report)
        return (numbers[1:] - numbers[0]).reshape(len(STRANDS), len(positions))

    rows, complete = over_backgrounds(backgrounds, one, progress)
    return Slide(
        Spread(rows), positions, site, target, target.unit(model.card), backgrounds, complete, bench.engine, of
    )


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
    of: Measure | None = None,
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
    of, progress
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
            f"{site_name(site_a)} at base {at + 1} leaves no room for {site_name(site_b)} on either side.",
            f"The model reads {length:,} bases.",
            "Move the fixed site, or shorten the other one.",
        )
    bases_a = _oriented(site_a, strand)
    # (order, strand, gap) of each placement inside
    places = [(o, s, g) for o, g in np.argwhere(inside).tolist() for s in range(len(STRANDS))]
    moved = [(int(firsts[o, g]), _oriented(site_b, STRANDS[s])) for o, s, g in places]
    index = tuple(np.array(places).T)
    bench = Bench(model, target, of)

    def one(text: str, report: Progress | None) -> NDArray[np.float64]:
        # B is moved over the background with and without A: each time one short edit, which the engine follows fast.
        both = edited(text, [written(text, at, bases_a)])
        halves = [None, None] if report is None else [part_of(report, 0, 2), part_of(report, 1, 2)]
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
        target.unit(model.card), backgrounds, complete, bench.engine, of,
    )  # fmt: skip


def copies(
    model: Model,
    target: Target,
    site: Sequence,
    backgrounds: Backgrounds,
    *,
    n: int = MAX_COPIES,
    gap: int = BETWEEN,
    strand: str = "+",
    of: Measure | None = None,
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
    of, progress
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
    bases, bench = _oriented(site, strand), Bench(model, target, of)

    def one(text: str, report: Progress | None) -> NDArray[np.float64]:
        edits = [written(text, int(p), bases) for p in positions]
        numbers = bench.values(text, [*([e] for e in edits), *(edits[:k] for k in range(1, n + 1))], report)
        return numbers[1:] - numbers[0]

    rows, complete = over_backgrounds(backgrounds, one, progress)
    single, joint = np.split(rows, 2, axis=1)
    cooperation = joint - single.cumsum(1)
    return Copies(
        Spread(joint), Spread(single), Spread(cooperation), positions, gap, site, strand, target,
        target.unit(model.card), backgrounds, complete, bench.engine, of,
    )  # fmt: skip


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
                f"The site {site_name(site)} has the letter {wrong[0]}." if wrong else "The site is all N.",
                "A site is written with A, C, G and T; N keeps the base that is there.",
                "Replace it by one of the bases it stands for.",
            )
        if len(site) > length:
            raise BadSequence(
                f"The site {site_name(site)} has {len(site):,} bases.",
                f"The model reads {length:,}.",
                "Shorten the site.",
            )


def _check_place(site: Sequence, at: int, length: int) -> None:
    if not 0 <= at <= length - len(site):
        raise BadInput(
            f"{site_name(site)} was placed at base {at + 1:,}.",
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
