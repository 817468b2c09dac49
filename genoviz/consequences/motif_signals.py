"""Motifs of transcription factors that a mutation makes, takes away, weakens or strengthens.

Matches are those of `genoviz.motifs.scan`, one for each place and family (`genoviz.motifs.families`). What is near the
threshold on both sides is no news: a match counts as changed from `LEAST` bits on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from genoviz.consequences.findings import Change, Context, Found, bases_words
from genoviz.models.card import ModelCard
from genoviz.models.factors import motifs_for, usual_taxa
from genoviz.motifs.collection import KnownMotif
from genoviz.motifs.families import family_label, one_per_family, relatives
from genoviz.motifs.motif import Motif
from genoviz.motifs.p_value import STEP, motif_scan
from genoviz.motifs.scan import Hit, scan
from genoviz.motifs.substitutions import substituted_hits
from genoviz.sequences.sequence import Sequence

OWN, ANY = 1e-4, 1e-5  # largest p-value of a match, of the track's own family and of others
LEAST = 2.0  # bits
MOST = 3  # findings of one mutation
Motifs = tuple[tuple[float, tuple[KnownMotif, ...]], ...]


@dataclass(frozen=True)
class _Match:
    """A match that changes, as `one_per_family` takes it."""

    motif: Motif
    start: int
    strand: str
    before: float
    after: float
    p_value: float
    kind: str

    @property
    def end(self) -> int:
        return self.start + len(self.motif)


def motifs_of(card: ModelCard, about: frozenset[str], *, every: bool = False) -> Motifs:
    """What to look for, with the largest p-value of a match of each.

    Parameters
    ----------
    card
        Its organism says which motifs fit.
    about
        Factors of the explained track: their motifs and those of their families.
    every
        All other motifs that fit the organism, too, with a stricter p-value: among a thousand motifs some match anywhere.
    """
    if not usual_taxa(card) or not (about or every):
        return ()
    fitting = motifs_for(card)
    own = relatives(fitting, about)
    others = tuple(motif for motif in fitting if motif not in set(own)) if every else ()
    return tuple((p, motifs) for p, motifs in ((OWN, own), (ANY, others)) if motifs)


def judge_motifs(change: Change, context: Context) -> Iterator[Found]:
    """Motifs over the edited bases."""
    matches: list[_Match] = []
    for threshold, motifs in context.motifs:
        longest = max(map(len, motifs))
        for turned, ahead in ((change, True), (change.inverse, False)):
            for hit in _hits_over(turned, motifs, threshold, longest):
                scorer = motif_scan(hit.motif if hit.strand == "+" else hit.motif.reverse_complement())
                others = [
                    int(scorer.scores(turned.after[place : place + len(hit.motif)])[0])
                    for place in turned.there(hit.start, len(hit.motif))
                ]
                other = max(others, default=int(scorer.steps.min(1).sum()))
                if hit.score - other * STEP >= LEAST:
                    scores = (hit.score, other * STEP) if ahead else (other * STEP, hit.score)
                    kind = _kind(ahead, scorer.p_value(other) <= threshold)
                    matches.append(_Match(hit.motif, hit.start, hit.strand, *scores, hit.p_value, kind))
    yield from _said(matches, context)


def judge_every_substitution(bases: str, context: Context) -> Mapping[tuple[int, str], tuple[Found, ...]]:
    """`judge_motifs` of every substitution: by position (0-based) and new base, those with findings."""
    by_cell: dict[tuple[int, str], list[_Match]] = defaultdict(list)
    for threshold, motifs in context.motifs:
        for hit in substituted_hits(bases, motifs, threshold, least=LEAST):
            kind = _kind(hit.after < hit.before, hit.matched and hit.matches)
            match = _Match(hit.motif, hit.start, hit.strand, hit.before, hit.after, hit.p_value, kind)
            by_cell[hit.position, hit.base].append(match)
    return {cell: tuple(_said(matches, context)) for cell, matches in by_cell.items()}


def _kind(down: bool, both: bool) -> str:
    return ("weaker" if both else "lost") if down else ("stronger" if both else "made")


def _hits_over(change: Change, motifs: tuple[KnownMotif, ...], threshold: float, longest: int) -> Iterator[Hit]:
    """Matches in `before` over the edited bases."""
    low, high = max(0, change.start - longest + 1), min(len(change.before), change.end + longest - 1)
    if low >= high:
        return
    for hit in scan(Sequence(change.before[low:high]), motifs, threshold):
        if hit.start + low in change.touched(len(hit.motif)):
            yield Hit(hit.motif, hit.start + low, hit.end + low, hit.strand, hit.score, hit.p_value, hit.q_value)


def _said(matches: Iterable[_Match], context: Context) -> Iterator[Found]:
    """One finding for each place and family, those first for which most factors speak."""
    listed = list(matches)
    kept = [
        pair
        for down in (True, False)
        for pair in one_per_family(
            [match for match in listed if (match.kind in ("lost", "weaker")) == down],
            lambda match: (match.start, match.end),
            context.about,
        )
    ]
    kept.sort(key=lambda pair: (pair[0].motif.name.upper() not in context.about, -pair[1], pair[0].p_value))
    for match, factors in kept[:MOST]:
        parts = {"motif": family_label(match.motif), "bits": f"{abs(match.after - match.before):.1f}"}
        more = f"{bases_words(match.start, match.end)}, {match.strand} strand, {match.before:.1f} to {match.after:.1f} bits"
        more += f", as {factors} factors of the family" if factors > 1 else ""
        yield Found(match.kind, match.start, match.end, parts, more)
