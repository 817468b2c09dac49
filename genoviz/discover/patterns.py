"""Motif discovery: which short patterns matter to a model over many sequences.

Every sequence is explained (DeepLIFT / SHAP), the stretches that matter are cut out, and those that look alike are put
together: by a light clustering of our own (`genoviz.discover.clusters`), or by TF-MoDISco where the optional extra is
installed (`genoviz.discover.modisco`).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.contributions import REFERENCES, Contributions, contributions
from genoviz.discover.clusters import FLANK, WIDTH, Places, cluster, seqlet_places
from genoviz.discover.comparison import shuffled_background
from genoviz.discover.modisco import read_modisco, run_modisco
from genoviz.discover.options import ENGINES, FEWEST, LEAST_SITES, MOST_LIGHT
from genoviz.discover.sites import RecordSite, site_at
from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.target import Target
from genoviz.motifs.files import write_meme
from genoviz.motifs.motif import Motif
from genoviz.sequences.sequence import Sequence

SHUFFLES = 100  # sequences that are also explained shuffled, for the threshold of the light clustering
TRIM = 0.15  # share of the largest column below which flanks of a pattern are cut off
NARROWEST = 4
MOST_SAID = 5  # sequences that are left out by name

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Pattern:
    """Stretches that matter alike, aligned.

    Attributes
    ----------
    name
        `pattern 1`, by number of sites.
    sign
        1 where its bases raise the output, -1 where they lower it.
    contributions, hypothetical
        `(width, 4)`, columns A C G T: mean contribution of the observed bases (contribution-weight matrix, CWM), and of
        all bases. In the result's unit.
    motif
        Base probabilities of the sites, with their number.
    sites
        Where it lies, all of one width and read on the strand that shows it; largest summed contribution first, which
        is their `value`.
    """

    name: str
    sign: int
    contributions: NDArray[np.float64]
    hypothetical: NDArray[np.float64]
    motif: Motif
    sites: tuple[RecordSite, ...]


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found.

    Attributes
    ----------
    patterns
        Those that raise the output and those that lower it, most sites first.
    contributions
        What was searched: sequences, model, target.
    engine
        Key of `ENGINES`.
    seqlets, thresholds
        How many stretches went into the clustering, and the least sum of contributions, for raising and lowering ones
        (light clustering; the latter infinite where no threshold keeps shuffles out).
    results
        TF-MoDISco's own results file (HDF5); empty for the light clustering.
    notices
        Sentences to show beside the result.
    """

    patterns: tuple[Pattern, ...]
    contributions: Contributions
    engine: str
    seqlets: tuple[int, int]
    thresholds: tuple[float, float]
    results: bytes
    notices: tuple[str, ...]

    @property
    def meme(self) -> str:
        """The patterns in MEME format."""
        return write_meme([replace(p.motif, name=p.name) for p in self.patterns])


def discover(
    model: Model,
    sequences: Seq[Sequence],
    target: Target | None = None,
    *,
    engine: str = "light",
    references: int = REFERENCES,
    least: int = LEAST_SITES,
    seed: int = 0,
    progress: Progress | None = None,
) -> Discovery:
    """Find the patterns that matter to one number of a model.

    Parameters
    ----------
    model, sequences
        At least `FEWEST` sequences as long as the model reads; at most `MOST_LIGHT` for the light clustering.
    target
        The first track if None.
    engine
        Key of `ENGINES`.
    references
        Dinucleotide shuffles that each sequence is compared with.
    least
        Fewest sites of a pattern (light clustering).
    seed
        For all shuffles.
    progress
        Called with the share done; raising `Cancelled` in it stops, also a running TF-MoDISco.

    Raises
    ------
    BadInput, BadSequence, BadModel
        If options, sequences or the model don't fit.
    """
    check(engine, len(sequences), least)
    step = progress or (lambda _: None)
    if engine == "tfmodisco":
        explained = contributions(
            model, sequences, target, references=references, seed=seed, progress=lambda s: step(0.5 * s)
        )
        check(engine, len(explained.sequences), least)  # some may have been left out
        results = run_modisco(explained, progress=lambda s: step(0.5 + 0.5 * s))
        return from_modisco(explained, results)
    shuffles = shuffled_background(sequences[:SHUFFLES], seed=seed).sequences
    share = 0.95 * len(sequences) / (len(sequences) + len(shuffles))
    explained = contributions(
        model, sequences, target, references=references, seed=seed, progress=lambda s: step(share * s)
    )
    check(engine, len(explained.sequences), least)  # some may have been left out
    null = contributions(
        model, shuffles, target, references=references, seed=seed, progress=lambda s: step(share + (0.95 - share) * s)
    )
    return light(explained, null, least=least)


def light(explained: Contributions, null: Contributions, *, least: int = LEAST_SITES) -> Discovery:
    """The light clustering of contributions; `null` are those of shuffled sequences, for the threshold."""
    scores, shuffled = ((c.one_hot * c.hypothetical).sum(1) for c in (explained, null))
    patterns: list[Pattern] = []
    counts, thresholds = [], []
    for sign in (1, -1):
        places, threshold = seqlet_places(scores, shuffled, sign=sign)
        counts.append(len(places))
        thresholds.append(threshold)
        for group in cluster(places, sign * explained.hypothetical, least=least):
            pattern = _pattern(explained, group, WIDTH + 2 * FLANK, sign)
            if pattern is not None and len(pattern.sites) >= least:
                patterns.append(pattern)
    notices = []
    if not any(counts):
        notices.append(
            "No stretch of these sequences contributes more than stretches of shuffled ones do: this model finds "
            "nothing that sets them apart."
        )
    elif not patterns:
        notices.append(f"{sum(counts):,} stretches matter, but fewer than {least} of them look alike.")
    notices += _left_out(explained)
    return Discovery(
        _named(patterns),
        explained,
        "light",
        (counts[0], counts[1]),
        (thresholds[0], thresholds[1]),
        b"",
        tuple(notices),
    )


def from_modisco(explained: Contributions, results: bytes) -> Discovery:
    """Patterns of a TF-MoDISco results file that was made from these contributions."""
    patterns, counts = [], {1: 0, -1: 0}
    for found in read_modisco(results):
        counts[found.sign] += len(found.record)
        width = int(found.end[0] - found.start[0])
        pattern = _pattern(explained, Places(found.record, found.start, found.minus), width, found.sign)
        if pattern is not None:
            patterns.append(pattern)
    nan = float("nan")
    nothing = () if patterns else ("TF-MoDISco found no pattern: it needs some hundred sequences that share sites.",)
    notices = (*nothing, *_left_out(explained))
    return Discovery(_named(patterns), explained, "tfmodisco", (counts[1], counts[-1]), (nan, nan), results, notices)


def planted(
    length: int, consensus: Seq[str], *, n: int = 200, copies: int = 1, seed: int = 0
) -> tuple[tuple[Sequence, ...], tuple[RecordSite, ...]]:
    """Random sequences with planted sites whose places are known: an example, and a test with a known answer.

    Parameters
    ----------
    length, n
        Bases of each sequence, and how many.
    consensus
        Sites in letters A, C, G, T; sequences take them in turn.
    copies
        Sites in each sequence, in separate parts of it.
    seed
        For bases, places and strands.

    Returns
    -------
    tuple, tuple
        The sequences and what was planted.
    """
    longest = max((len(site) for site in consensus), default=0)
    part = length // copies if copies else 0
    if not 0 < longest <= part:
        raise BadInput(
            f"{copies} sites of up to {longest} bases in {length}.", "They must fit.", "Choose fewer or shorter sites."
        )
    rng = np.random.default_rng(seed)
    sequences, sites = [], []
    for record in range(n):
        letters = "".join(rng.choice(list("ACGT"), size=length))
        for copy in range(copies):
            site = Sequence(consensus[(record * copies + copy) % len(consensus)])
            start = copy * part + int(rng.integers(part - len(site) + 1))
            strand = "+-"[int(rng.integers(2))]
            read = site.bases if strand == "+" else site.reverse_complement().bases
            letters = letters[:start] + read + letters[start + len(site) :]
            sites.append(RecordSite(record, start, start + len(site), strand, site.bases, 0.0))
        sequences.append(Sequence(letters, f"planted {record + 1}"))
    return tuple(sequences), tuple(sites)


def check(engine: str, n: int, least: int) -> None:
    """Raise `BadInput` unless so many sequences can be searched in this way."""
    if engine not in ENGINES:
        raise BadInput(f"`{engine}` is not known.", f"Accepted: {', '.join(ENGINES)}.", "Choose one.")
    if n < FEWEST:
        raise BadInput(
            f"{n} sequences were given.",
            f"Discovery needs at least {FEWEST}; patterns show from some hundred on.",
            "Give more sequences, or look at single ones on the page Sequence.",
        )
    if engine == "light" and n > MOST_LIGHT:
        raise BadInput(
            f"{n:,} sequences were given.",
            f"The light clustering takes up to {MOST_LIGHT}.",
            "Use TF-MoDISco (`genoviz[discover]`), or a sample.",
        )
    if least < 2:
        raise BadInput(f"Patterns of {least} sites were asked for.", "At least 2.", f"{LEAST_SITES} are usual.")


def _pattern(explained: Contributions, places: Places, width: int, sign: int) -> Pattern | None:
    """Means over aligned windows, without flanks that contribute little; None if no window lies inside its sequence."""
    length = explained.hypothetical.shape[2]
    inside = places.pick((places.start >= 0) & (places.start + width <= length))
    if not len(inside):
        return None
    actual = (explained.one_hot * explained.hypothetical).astype(np.float64)
    columns = np.abs(_windows(actual, inside, width).mean(0)).sum(0)
    strong = np.flatnonzero(columns >= TRIM * columns.max())
    first, last = int(strong[0]), int(strong[-1]) + 1
    if last - first < NARROWEST:
        return None
    # Windows that reach over an end may still hold the whole site.
    start = places.start + np.where(places.minus, width - last, first)
    core = Places(places.record, start, places.minus)
    width = last - first
    core = core.pick((core.start >= 0) & (core.start + width <= length))
    shown = _windows(actual, core, width)
    totals = shown.sum((1, 2))
    order = np.argsort(-sign * totals, kind="stable")
    sites = tuple(
        site_at(
            explained.sequences,
            int(core.record[i]),
            int(core.start[i]),
            int(core.start[i]) + width,
            "-" if core.minus[i] else "+",
            float(totals[i]),
        )
        for i in order
    )
    counts = _windows(explained.one_hot, core, width).sum(0, dtype=np.float64).T
    hypothetical = _windows(explained.hypothetical, core, width).mean(0, dtype=np.float64).T
    return Pattern("", sign, shown.mean(0).T, hypothetical, Motif.from_counts("pattern", counts), sites)


def _windows(rows: NDArray[np.floating], places: Places, width: int) -> NDArray[np.floating]:
    """Windows `(places, 4, width)` inside their sequences, reverse-complemented where on the minus strand."""
    columns = places.start[:, None] + np.arange(width)
    found = np.moveaxis(rows[places.record[:, None], :, columns], 2, 1).copy()
    found[places.minus] = found[places.minus][:, ::-1, ::-1]
    return found


def _left_out(explained: Contributions) -> tuple[str, ...]:
    """Which sequences were not searched, and why; the first few of many."""
    said = explained.left_out[:MOST_SAID]
    more = len(explained.left_out) - len(said)
    return (*said, f"{more:,} more sequences are left out for such a reason.") if more else said


def _named(patterns: list[Pattern]) -> tuple[Pattern, ...]:
    ordered = sorted(patterns, key=lambda p: -len(p.sites))
    return tuple(
        replace(p, name=f"pattern {i}", motif=replace(p.motif, name=f"pattern {i}"))
        for i, p in enumerate(ordered, start=1)
    )
