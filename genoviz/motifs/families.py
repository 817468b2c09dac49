"""Which factor is it? One rule wherever motifs match: the family first, then one of its members.

Factors of a family read nearly the same letters, and the matrix with the smallest p-value is often just the longest: a word
that fits n certain columns has the p-value 4^-n, so a matrix of half the columns ends at its square root. Therefore

- matches *tie* with the best one if their p-value is at most its square root, half its logarithm: with 1e-8, all up to
  1e-4 tie. (Scores vary less than that: where eight factors' sites stood in ten random surroundings each, the matrix that
  was most like the block in one of them kept at least 0.62 of the best logarithm in the others.)
- the family is the one that most factors among the tied matches belong to, each counted once; JASPAR's families of zinc
  fingers say how a protein is built, not what it reads, so there each factor stands for itself;
- the member is what the explained track is about, if that ties; else the tied one whose matrix was made from the most
  sites. Its length plays no part.

So a name depends on nothing but the matches of its own place, and what is explained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from collections.abc import Sequence as Seq
from typing import Protocol, TypeVar

from genoviz.motifs.collection import KnownMotif
from genoviz.motifs.motif import Motif

TIE = 0.5  # share of the best p-value's logarithm: half as many columns that fit


class Found(Protocol):
    """A motif that matches something, and how surprising that is."""

    @property
    def motif(self) -> Motif: ...

    @property
    def p_value(self) -> float: ...


T = TypeVar("T", bound=Found)
M = TypeVar("M", bound=Motif)


def families_of(motif: Motif) -> tuple[str, ...]:
    """Families of a motif as JASPAR has them, both of a dimer; without one its class, and without that its name."""
    known = (motif.tf_family, motif.tf_class) if isinstance(motif, KnownMotif) else ()
    return tuple(dict.fromkeys(next((text for text in known if text), motif.name).split("; ")))


def family_label(motif: Motif) -> str:
    """Family and name in few letters: `Ets: GABPA`, `zinc finger: CTCF`; the name alone where nothing else is known."""
    short = dict.fromkeys(_short(family) for family in families_of(motif) if family != motif.name)
    return f"{'; '.join(short)}: {motif.name}" if short else motif.name


def ties(p_value: float, best: float) -> bool:
    """Whether a p-value differs too little from the best one to say which motif it is."""
    return p_value <= best**TIE


def named(found: Seq[T], about: Collection[str] = ()) -> T:
    """The match that gives a place its name, by the rule above.

    Parameters
    ----------
    found
        All matches of one place, at least one.
    about
        Factors that the explained track is about, in upper case; see `genoviz.models.factors.factors_of`.
    """
    best = min(match.p_value for match in found)
    tied = [match for match in found if ties(match.p_value, best)]
    factors = {(kin, match.motif.name.upper()) for match in tied for kin in _kin(match.motif)}
    votes = Counter(kin for kin, _ in factors)
    able = [match for match in tied if _nearness(match.motif, about) < 2] or tied

    def rank(kin: str) -> tuple[int, float, str]:
        return -votes[kin], min(match.p_value for match in able if kin in _kin(match.motif)), kin

    best_kin = min({kin for match in able for kin in _kin(match.motif)}, key=rank)
    return _member([match for match in able if best_kin in _kin(match.motif)], about)


def one_per_family(
    found: Iterable[T], span: Callable[[T], tuple[int, int]], about: Collection[str] = ()
) -> list[tuple[T, int]]:
    """One match for each place and family, the best places first, and how many factors of the family match there.

    The best match is taken with all that share a family and a base with it; it is shown as the member, by the rule above,
    of those that tie with it and share more than half of the shorter one's bases. Then the best of the rest, and so on:
    no two that are kept share both a family and a base.

    Parameters
    ----------
    found
        Matches along one sequence.
    span
        First and end base of a match.
    about
        As in `named`.
    """
    ordered = sorted(found, key=lambda match: match.p_value)
    spans = [span(match) for match in ordered]
    at: dict[tuple[str, int], list[int]] = {}  # family and base -> places in `ordered`
    for i, match in enumerate(ordered):
        for key in _keys(match, spans[i]):
            at.setdefault(key, []).append(i)
    gone: set[int] = set()
    kept: list[tuple[T, int]] = []
    for i, leader in enumerate(ordered):
        if i in gone:
            continue
        near = {j for key in _keys(leader, spans[i]) for j in at[key]} - gone
        tied = [j for j in sorted(near) if _same_place(spans[i], spans[j]) and ties(ordered[j].p_value, leader.p_value)]
        own = [ordered[j] for j in tied if _nearness(ordered[j].motif, about) < 2]
        alike = [ordered[j] for j in tied if not set(_kin(ordered[j].motif)).isdisjoint(_kin(leader.motif))]
        member = _member(own or alike, about)
        kept.append((member, len({ordered[j].motif.name.upper() for j in near})))
        gone |= near | {j for key in _keys(member, span(member)) for j in at[key]}
    return kept


def relatives(motifs: Seq[M], about: Collection[str]) -> tuple[M, ...]:
    """Motifs of some factors (upper case) and of those that read the same letters; none where no motif is of them."""
    nearest = min((_nearness(motif, about) for motif in motifs), default=2)
    own = {kin for motif in motifs if _nearness(motif, about) == nearest < 2 for kin in _kin(motif)}
    return tuple(motif for motif in motifs if not own.isdisjoint(_kin(motif)))


def _short(family: str) -> str:
    if not _reads_alike(family):
        return "zinc finger"
    return "Kruppel" if "Kruppel" in family else family.replace("-related", "").replace(" factors", "")


def _reads_alike(family: str) -> bool:
    """Whether the factors of a family read one kind of site; of zinc fingers those like SP1 and the KLF do."""
    return "zinc finger" not in family or "Kruppel" in family


def _kin(motif: Motif) -> tuple[str, ...]:
    """What a motif has in common with those that read the same letters: its families, or its name."""
    return tuple(family if _reads_alike(family) else motif.name.upper() for family in families_of(motif))


def _keys(match: Found, span: tuple[int, int]) -> list[tuple[str, int]]:
    return [(family, base) for family in families_of(match.motif) for base in range(*span)]


def _same_place(one: tuple[int, int], other: tuple[int, int]) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared > min(one[1] - one[0], other[1] - other[0])


def _nearness(motif: Motif, about: Collection[str]) -> int:
    """0 for a motif of such a factor, 1 for a dimer with one, 2 for any other."""
    name = motif.name.upper()
    return 0 if name in about else 1 if not set(name.split("::")).isdisjoint(about) else 2


def _member(tied: Seq[T], about: Collection[str]) -> T:
    """Of matches of one family that tie, the one that gives the name."""
    return min(
        tied,
        key=lambda match: (
            _nearness(match.motif, about),
            -(match.motif.sites or 0),
            match.p_value,
            match.motif.accession,
        ),
    )
