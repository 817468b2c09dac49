"""What the units of a layer respond to over a set of records, and whether a network that learned nothing does as well."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.discover.comparison import Background
from genoviz.discover.sites import RecordSite, site_at
from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode, letter_codes
from genoviz.models.size import check_length
from genoviz.motifs.motif import Motif
from genoviz.sequences.sequence import Sequence
from genoviz.training.families import SHARED, related
from genoviz.units.layers import Layer, UnitModel, find_layer, member_of
from genoviz.units.options import CONTROLS, FEWEST, LOGO, TOP
from genoviz.units.random_network import random_network
from genoviz.units.reach import Reach, reach_of
from genoviz.units.scan import Scan, scan
from genoviz.units.windows import codes_of, counts, cut, fit, log_odds, moved, placed

CHANCE = 0.05  # of random windows that count as fitting a logo, and of random units that lie above the line
_DRAWN = 1000  # random windows


@dataclass(frozen=True, eq=False)
class Unit:
    """One unit of a layer.

    Attributes
    ----------
    number
        From 1, in the network's order.
    motif
        Base probabilities of the best windows of the records that drive it most; None for a unit that is constant.
    contexts
        The best window of each of the `TOP` records that drive it most, best first; `value` is the drive.
    selectivity
        By how many standard deviations of all its drives those best ones lie above their mean, on average.
    line
        The selectivity that 5 % of the units of a random network exceed.
    largest, on
        Its largest drive, and the share of all places where it is above 0.
    held_out
        Share of the best windows of the records kept aside that fit the logo of the others; 5 % of random windows do. None for
        a constant unit.
    other_strand
        The same for the best windows when every record is read on its other strand.
    partner, likeness
        The unit whose best drives on the other strand are most like those of this one (from 1; it may be the unit itself),
        and their correlation over the records.
    """

    number: int
    motif: Motif | None
    contexts: tuple[RecordSite, ...]
    selectivity: float
    line: float
    largest: float
    on: float
    held_out: float | None
    other_strand: float | None
    partner: int
    likeness: float

    @property
    def beats_control(self) -> bool:
        """Whether it is more selective than 95 % of the units of a random network."""
        return self.selectivity > self.line

    @property
    def verdict(self) -> str:
        """The control in a few words."""
        if self.motif is None:
            return "constant: it tells no bases apart"
        return (
            "more selective than in a random network"
            if self.beats_control
            else "no more selective than in a random network"
        )

    @property
    def sentence(self) -> str:
        """What the controls say about the unit."""
        if self.motif is None or self.held_out is None or self.other_strand is None:
            return f"Unit {self.number} gives the same number everywhere in these records."
        words = (
            f"Unit {self.number} is {self.verdict}: its best windows lie {self.selectivity:.1f} standard deviations above the mean of all "
            f"its places; 5 % of random units exceed {self.line:.1f}. {100 * self.held_out:.0f} % of its best windows in records kept aside "
            f"fit the logo of the others, and {100 * self.other_strand:.0f} % of those on the other strand (5 % would by chance)."
        )
        if self.likeness > 0.99:
            who = "the same unit" if self.partner == self.number else f"unit {self.partner}"
            words += f" What it sees on one strand {who} sees on the other (correlation {self.likeness:.2f})."
        return words


@dataclass(frozen=True, eq=False)
class UnitBank:
    """The units of a layer, with their controls.

    Attributes
    ----------
    units
        The most selective first.
    card, layer, reach
        Of the model, what was looked at, and which bases its places read.
    member, members
        Which network of an ensemble (from 1), and how many it has.
    records
        What they were driven by.
    kept_aside, kept_words
        `(records,)`: which records the logos are tested on, and how they were chosen.
    random
        `(units,)`: selectivity of the units of the random network.
    random_motifs
        Logos of its first units that have one: what a likeness to a known motif is measured against.
    seed
        Of the random network.
    """

    units: tuple[Unit, ...]
    card: ModelCard
    layer: Layer
    reach: Reach
    member: int
    members: int
    records: Background
    kept_aside: NDArray[np.bool_]
    kept_words: str
    random: NDArray[np.float64]
    random_motifs: tuple[Motif, ...]
    seed: int

    def unit(self, number: int) -> Unit:
        """A unit by its number (from 1)."""
        for one in self.units:
            if one.number == number:
                return one
        raise BadInput(f"Unit {number} was asked for.", f"There are 1 to {len(self.units):,}.", "Choose one of them.")

    @property
    def selective(self) -> int:
        """How many units beat the control."""
        return sum(one.beats_control for one in self.units)

    @property
    def sentence(self) -> str:
        """How many units are more selective than those of a random network."""
        n, beat = len(self.units), self.selective
        expected = CHANCE * n
        words = (
            f"{beat:,} of the {n:,} units of `{self.layer.name}` are more selective than 95 % of the units of a random network of the "
            f"same shape; {expected:.0f} would be by chance."
        )
        if beat < 2 * expected:
            words += " So this layer's logos show little that these records and any such network would not give."
        return words


def unit_bank(
    model: Model,
    records: Background,
    layer: str = "",
    *,
    member: int = 1,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> UnitBank:
    """Describe all units of a layer by the windows that drive them most, and hold them against controls.

    The controls: a network of the same shape whose weights are in a random order, records that a logo was not made of
    (other chromosomes where the records have places), and the records' other strand.

    Parameters
    ----------
    model
        An `nn.Module` (see `genoviz.units.layers.unit_layers`).
    records
        As long as the model reads, at least `FEWEST`; see `genoviz.discover.comparison`.
    layer
        Name of the layer; the first one if empty.
    member
        Network of an ensemble, from 1.
    seed
        Of the random network and the random windows.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadModel
        If the model has no layer with units, or can't be copied.
    BadInput, BadSequence, UnknownName
        If records or layer don't fit.

    Examples
    --------
    The only unit of `toy.sum` looks for GATAAG.

    >>> from genoviz.discover.comparison import random_background
    >>> from genoviz.models.load import load_model
    >>> model = load_model("toy.sum")
    >>> bank = unit_bank(model, random_background(model.card, n=200))
    >>> bank.layer.name, bank.reach.width, bank.units[0].motif.consensus
    ('net.scan', 6, 'GATAAG')
    """
    sequences = records.sequences
    if len(sequences) < FEWEST:
        raise BadInput(
            f"{len(sequences):,} records were given.", f"At least {FEWEST} tell what drives a unit.", "Give more records."
        )  # fmt: skip
    for sequence in sequences:
        check_length(sequence, model.card)
    found = find_layer(model, layer, member)
    network, X = member_of(model, member), encode(sequences)

    def part(number: int) -> Callable[[float], None] | None:
        return None if progress is None else lambda share: progress((number + share) / 3)

    units = UnitModel(network, found)
    reach = reach_of(units)
    inside = reach.inside(len(sequences[0]), found.places)
    plus = scan(units, X, inside, part(0))
    minus = scan(units, X.flip(1, 2), inside, part(1))
    random = scan(UnitModel(random_network(network, X, seed=seed), found), X, inside, part(2))
    aside, words = kept_aside(sequences, model.card)
    look = _Look(found, reach, codes_of(sequences), aside, seed)
    selectivity, control = plus.selectivity(TOP), random.selectivity(TOP)
    line = float(np.quantile(control, 1 - CHANCE))
    partners, likeness = _partners(plus.best, minus.best)
    made = [
        _described(look, sequences, plus, minus, i, line, selectivity[i], int(partners[i]), float(likeness[i]))
        for i in range(found.units)
    ]
    made.sort(key=lambda one: (-one.selectivity, one.number))
    motifs = [look.motif(random, i, f"random_{i + 1}") for i in range(min(CONTROLS, found.units))]
    count = int(model.card.training.get("members", 1))
    return UnitBank(
        tuple(made), model.card, found, reach, member, count, records, aside, words, control,
        tuple(motif for motif in motifs if motif is not None), seed,
    )  # fmt: skip


def kept_aside(sequences: tuple[Sequence, ...], card: ModelCard) -> tuple[NDArray[np.bool_], str]:
    """Which records logos are tested on `(records,)`, and how they were chosen.

    The model's own test chromosomes where its card names them and enough records lie on them; else half of the chromosomes; else
    half of the records, relatives (32 shared bases) on one side.
    """
    chromosomes = [one.locus.chrom if one.locus else "" for one in sequences]
    n = len(sequences)
    if all(chromosomes) and len(set(chromosomes)) > 1:
        test = re.search(r"Test: ([^.;]*)", card.split)
        named = set(re.findall(r"chr\w+", test[1])) if test else set()
        on = np.array([name in named for name in chromosomes])
        if min(on.sum(), n - on.sum()) >= FEWEST // 2:
            shown = ", ".join(sorted(named & set(chromosomes)))
            return on, f"the {on.sum():,} records on chromosomes that the model never saw ({shown})"
        return _half(chromosomes), "the records on half of the chromosomes"
    families = related(letter_codes([one.bases for one in sequences]), min(SHARED, len(sequences[0])))
    return _half(families.tolist()), "half of the records"


def _half(groups: list[Any]) -> NDArray[np.bool_]:
    """Groups go to the smaller side, the largest first."""
    names, sizes = np.unique(np.array(groups), return_counts=True)
    sides: tuple[set[Any], set[Any]] = (set(), set())
    total = [0, 0]
    for i in np.argsort(-sizes, kind="stable"):
        side = int(total[1] < total[0])
        sides[side].add(names[i].item())
        total[side] += int(sizes[i])
    return np.array([group in sides[1] for group in groups])


class _Look:
    """What is needed to read a unit's windows."""

    def __init__(
        self, layer: Layer, reach: Reach, codes: NDArray[np.int64], aside: NDArray[np.bool_], seed: int
    ) -> None:
        self.layer, self.reach, self.codes, self.aside = layer, reach, codes, aside
        known = np.bincount(codes[codes < 4], minlength=4) + 1.0
        self.background = known / known.sum()
        self.turned = np.where(codes < 4, 3 - codes, codes)[:, ::-1]
        rng = np.random.default_rng(seed)
        records = rng.integers(len(codes), size=_DRAWN)
        starts = rng.integers(max(1, codes.shape[1] - reach.width + 1), size=_DRAWN)
        self.random = cut(codes, records, starts, rng.integers(2, size=_DRAWN) > 0, reach.width)

    def best(self, found: Scan, unit: int, among: NDArray[np.int64], n: int) -> NDArray[np.int64]:
        """The `n` of these records that drive a unit most, best first."""
        return among[np.argsort(-found.best[among, unit], kind="stable")[:n]]

    def windows(
        self, found: Scan, unit: int, records: NDArray[np.int64], *, turned: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Aligned windows of records at a unit's best places, their starts and strands."""
        codes, width, room = self.turned if turned else self.codes, self.reach.width, self.reach.step - 1
        starts, minus = placed(self.reach, found.place[records, unit], self.layer.places)
        wide = cut(codes, records, starts - room, minus, width + 2 * room)
        shift = moved(wide, room, self.background)
        starts = starts + np.where(minus, room - shift, shift - room)
        return np.take_along_axis(wide, shift[:, None] + np.arange(width), 1), starts, minus

    def motif(self, found: Scan, unit: int, name: str) -> Motif | None:
        """The logo of the best windows of all records."""
        if found.spread[unit] == 0:
            return None
        everything = np.arange(len(self.codes))
        records = self.best(found, unit, everything, max(TOP, len(everything) // LOGO))
        return Motif.from_counts(name, counts(self.windows(found, unit, records)[0]))

    def fitting(self, weights: NDArray[np.float64], windows: NDArray[np.int64]) -> float:
        """Share of windows that fit a logo better than 95 % of random ones."""
        least = np.quantile(fit(weights, self.random), 1 - CHANCE)
        return float((fit(weights, windows) > least).mean())


def _described(
    look: _Look, sequences: tuple[Sequence, ...], plus: Scan, minus: Scan, unit: int, line: float, selectivity: float,
    partner: int, likeness: float,
) -> Unit:  # fmt: skip
    motif = look.motif(plus, unit, f"unit_{unit + 1}")
    everything, largest = np.arange(len(sequences)), float(plus.best[:, unit].max())
    about = (float(selectivity), line, largest, float(plus.on[unit]))
    if motif is None:
        return Unit(unit + 1, None, (), *about, None, None, partner + 1, likeness)
    top = look.best(plus, unit, everything, TOP)
    _, starts, turned = look.windows(plus, unit, top)
    length, width = len(sequences[0]), look.reach.width
    contexts = tuple(
        _site(sequences, int(record), int(start), width, length, "-" if back else "+", float(plus.best[record, unit]))
        for record, start, back in zip(top, starts, turned, strict=True)
    )
    others, aside = np.flatnonzero(~look.aside), np.flatnonzero(look.aside)
    learned = look.windows(plus, unit, look.best(plus, unit, others, max(TOP, len(others) // LOGO)))[0]
    weights = log_odds(counts(learned), look.background)
    held_out = look.fitting(weights, look.windows(plus, unit, look.best(plus, unit, aside, TOP))[0])
    strand = look.fitting(weights, look.windows(minus, unit, look.best(minus, unit, aside, TOP), turned=True)[0])
    return Unit(unit + 1, motif, contexts, *about, held_out, strand, partner + 1, likeness)


def _site(
    sequences: tuple[Sequence, ...], record: int, start: int, width: int, length: int, strand: str, value: float
) -> RecordSite:
    """The context as far as it lies in the record."""
    return site_at(sequences, record, max(0, start), min(length, start + width), strand, value)


def _partners(plus: NDArray[np.float32], minus: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each unit the one whose best drives on the other strand go most like its own, and their correlation."""

    def standard(values: NDArray[np.float32]) -> NDArray[np.float64]:
        centred = values.astype(np.float64) - values.mean(0, dtype=np.float64)
        size = np.sqrt((centred**2).sum(0))
        return np.divide(centred, size, out=np.zeros_like(centred), where=size > 1e-9)

    table = standard(plus).T @ standard(minus)
    best = table.argmax(1)
    return best, table[np.arange(len(best)), best]
