"""Splice sites: the GT or AG that must be there, how well the bases around it fit, and other places that fit as well."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from genoviz.consequences.findings import Change, Context, Found, Signal, SpliceSite, bases_words
from genoviz.consequences.splice_tables import BITS, OFFSETS, QUANTILES
from genoviz.models.card import ModelCard
from genoviz.sequences.bases import BASES
from genoviz.sequences.tracks import Tracks

PAIRS = {"donor": "GT", "acceptor": "AG"}
_ABLE = {"donor": ("GT", "GC"), "acceptor": ("AG",)}  # what a site that is used may have
GOOD = 5  # of the 20 steps in QUANTILES: as good as the weakest quarter of true sites
LEAST = 1.0  # bits that a score must change
LIKELY = 0.5  # probability from which a site counts as predicted
# Where models with one number have their site: first base of GT or AG (0-based).
_PLACES = {
    "splice.maxent5": ("donor", 3),
    "splice.maxent3": ("acceptor", 18),
    "splice.mmsplice-donor": ("donor", 5),
    "splice.mmsplice-acceptor": ("acceptor", 48),
}


def expected_sites(card: ModelCard, track: str = "") -> tuple[SpliceSite, ...]:
    """The site that a model with one number per sequence expects at a certain place; empty for other models."""
    if card.name in _PLACES:
        return (SpliceSite(*_PLACES[card.name]),)
    kind = next((kind for kind in PAIRS if track.lower().endswith(kind)), "")
    if kind and all(output.bins == 1 for output in card.outputs):  # the site's two bases are the middle ones
        return (SpliceSite(kind, card.length // 2 - 1),)
    return ()


def sites_along(card: ModelCard) -> bool:
    """Whether a model says at every base whether it is a splice site."""
    return any(output.bins > 1 and _kinds(output.tracks) for output in card.outputs)


def predicted_sites(card: ModelCard, said: Mapping[str, Tracks]) -> tuple[SpliceSite, ...] | None:
    """Sites that a model with values along the sequence predicts with a probability of at least `LIKELY`.

    Such models give each exon's last base as a donor and its first base as an acceptor. None for other models.
    """
    if not sites_along(card):
        return None
    found = set()
    for output in card.outputs:
        for track, kind in _kinds(output.tracks).items() if output.bins > 1 else ():
            tracks = said[output.name]
            for base in (tracks.track(track) >= LIKELY).nonzero()[0].tolist():
                at = tracks.start + base * tracks.resolution
                found.add(SpliceSite(kind, at + 1 if kind == "donor" else at - 2))
    return tuple(sorted((site for site in found if site.at >= 0), key=lambda site: (site.at, site.kind)))


def _kinds(tracks: Iterable[str]) -> dict[str, str]:
    """Tracks that are named after a kind of site."""
    return {track: kind for track in tracks for kind in PAIRS if track.lower().endswith(kind)}


def species_of(context: Context) -> str:
    """Whose frequencies to take: `arabidopsis` for its tracks and models, else `human`."""
    said = context.track.lower() if "arabidopsis" in context.track.lower() else context.card.organism.lower()
    return "arabidopsis" if "arabidopsis" in said and "human" not in said else "human"


def site_score(bases: str, at: int, kind: str, species: str = "human") -> float:
    """How well the bases around a GT or AG at `at` (0-based) fit, in bits; bases that are not there or known count as 0."""
    total = 0.0
    for offset, row in zip(OFFSETS[kind], BITS[species, kind], strict=True):
        base = bases[at + offset : at + offset + 1] if at + offset >= 0 else ""
        if base and base in BASES:
            total += row[BASES.index(base)]
    return total


def share_below(score: float, kind: str, species: str = "human") -> int:
    """Percent of true sites that score less, in steps of 5 up to 95."""
    return max(0, min(95, 5 * (bisect_right(QUANTILES[species, kind], score) - 1)))


def _is_pair(bases: str, at: int, kind: str) -> bool:
    return bases[at : at + 2] == PAIRS[kind]


def judge_pair(change: Change, context: Context) -> Iterator[Found]:
    """GT or AG of a known site made or destroyed."""
    for site in context.sites:
        had = _is_pair(change.before, site.at, site.kind)
        places = change.there(site.at, 2)
        has = any(_is_pair(change.after, place, site.kind) for place in places)
        if had != has and site.at in change.touched(2):
            parts = {"pair": PAIRS[site.kind], "site": site.kind, "where": bases_words(site.at, site.at + 2)}
            now = change.after[places[0] : places[0] + 2] if places else ""
            more = f"{now} stands there now" if had and now and not change.shift else ""
            more += ", which about 1 of 150 donors have" if now == "GC" and more and site.kind == "donor" else ""
            yield Found("lost" if had else "made", site.at, site.at + 2, parts, more)


def judge_strength(change: Change, context: Context) -> Iterator[Found]:
    """A known site that keeps its GT (or GC) or AG and fits better or worse."""
    species = species_of(context)
    for site in context.sites:
        first, width = _window(site.at, site.kind)
        pair = change.before[site.at : site.at + 2]
        if pair not in _ABLE[site.kind] or not _overlaps(change, first, width):
            continue
        places = [place for place in change.there(site.at, 2) if change.after[place : place + 2] == pair]
        if not places:
            continue
        before = site_score(change.before, site.at, site.kind, species)
        after = max(site_score(change.after, place, site.kind, species) for place in places)
        if abs(after - before) >= LEAST:
            parts = {"site": site.kind, "where": bases_words(site.at, site.at + 2), "change": f"{after - before:+.1f}"}
            shares = [share_below(score, site.kind, species) for score in (before, after)]
            more = f"from better than {shares[0]} % of true sites to better than {shares[1]} %"
            yield Found("stronger" if after > before else "weaker", site.at, site.at + 2, parts, more)


def judge_cryptic(change: Change, context: Context) -> Iterator[Found]:
    """Places other than the known sites that come to look like a site, or no longer do."""
    for site in PAIRS:
        if change.shift:
            yield from _cryptic_moved(change, context, site)
        else:
            yield from _cryptic_in_place(change, context, site)


def _cryptic_in_place(change: Change, context: Context, site: str) -> Iterator[Found]:
    """After substitutions: places are where they were, so that scores differ by the substituted bases alone."""
    species, pair = species_of(context), PAIRS[site]
    known = {known.at for known in context.sites if known.kind == site}
    first, width = _window(0, site)
    for bases, other in ((change.before, change.after), (change.after, change.before)):
        low, high = max(0, change.start - width - first + 1), change.end - first + 1
        at = bases.find(pair, low, high)
        while at >= 0:
            kept = _is_pair(other, at, site)
            near = at not in known and _overlaps(change, at + first, width)
            if near and not (kept and bases is change.after):  # those that both have are looked at once
                score = _score_of(bases, at, site, species)
                rest = score + _gained(change, at, site, species) if kept else float("-inf")
                scores = (score, rest) if bases is change.before else (rest, score)
                yield from _crossed(*scores, at, site, species)
            at = bases.find(pair, at + 1, high)


def _gained(change: Change, at: int, site: str, species: str) -> float:
    """What substitutions add to the score of a place that keeps its pair."""
    total, offsets = 0.0, OFFSETS[site]
    for place in range(change.start, change.end):
        if place - at in offsets:
            row = BITS[species, site][offsets.index(place - at)]
            for base, sign in ((change.before[place], -1), (change.after[place], 1)):
                total += sign * (row[BASES.index(base)] if base in BASES else 0)
    return total


@lru_cache(maxsize=16384)
def _score_of(bases: str, at: int, site: str, species: str) -> float:
    """`site_score`, kept: the same places are asked for every substitution near them."""
    return site_score(bases, at, site, species)


def _cryptic_moved(change: Change, context: Context, site: str) -> Iterator[Found]:
    """After edits that move bases: each place against its counterparts."""
    species = species_of(context)
    first, width = _window(0, site)
    known = {known.at for known in context.sites if known.kind == site}
    later = {place for at in known for place in change.there(at, 2)}
    for turned, ahead, sites in ((change, True, known), (change.inverse, False, later)):
        low, high = max(0, turned.start - width - first + 1), turned.end - first + 1
        at = turned.before.find(PAIRS[site], low, high)
        while at >= 0:
            if at not in sites and _overlaps(turned, at + first, width):
                score = site_score(turned.before, at, site, species)
                others = [p for p in turned.there(at, 2) if _is_pair(turned.after, p, site)]
                rest = max((site_score(turned.after, p, site, species) for p in others), default=float("-inf"))
                if score > rest:
                    yield from _crossed(*((score, rest) if ahead else (rest, score)), at, site, species)
            at = turned.before.find(PAIRS[site], at + 1, high)


def _crossed(before: float, after: float, at: int, site: str, species: str) -> Iterator[Found]:
    """A finding where one score is that of a site and the other is not."""
    good = QUANTILES[species, site][GOOD]
    if (before >= good) == (after >= good) or abs(after - before) < LEAST:
        return
    share = share_below(max(before, after), site, species)
    parts = {"site": site, "where": bases_words(at, at + 2), "share": share}
    yield Found("made" if after >= good else "lost", at, at + 2, parts)


@lru_cache
def _window(at: int, kind: str) -> tuple[int, int]:
    """First base of what is read around a site, and how many they are."""
    offsets = (*OFFSETS[kind], 0, 1)
    return at + min(offsets), max(offsets) - min(offsets) + 1


def _overlaps(change: Change, first: int, width: int) -> bool:
    """Whether a change lies in a stretch, or between two of its bases."""
    last = first + width
    return change.start < last and (change.end > first if change.end > change.start else change.start > first)


def known_sites(bases: str, context: Context) -> Iterator[Signal]:
    """The known sites that have their GT or AG."""
    species = species_of(context)
    for site in context.sites:
        if _is_pair(bases, site.at, site.kind):
            score = site_score(bases, site.at, site.kind, species)
            note = f"{PAIRS[site.kind]}; the bases around fit better than {share_below(score, site.kind, species)} % of true sites"
            yield Signal(site.at, site.at + 2, site.kind, note)
