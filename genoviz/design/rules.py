"""What a design may not do: change locked bases, leave a range of GC, bring in a forbidden site.

Rules never get worse: a sequence that breaks one from the start is not refused, but no edit breaks it further.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genoviz.errors import BadInput, UnknownName
from genoviz.motifs.sites import SITES
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.locus import DASHES, clip
from genoviz.sequences.sequence import Sequence

# Recognition sites of enzymes that cloning uses most (REBASE, Roberts et al. 2023, Nucleic Acids Res 51:D629).
ENZYMES = {
    "BamHI": "GGATCC",
    "BbsI": "GAAGAC",
    "BglII": "AGATCT",
    "BsaI": "GGTCTC",
    "BsmBI": "CGTCTC",
    "EcoRI": "GAATTC",
    "EcoRV": "GATATC",
    "HindIII": "AAGCTT",
    "KpnI": "GGTACC",
    "NcoI": "CCATGG",
    "NdeI": "CATATG",
    "NheI": "GCTAGC",
    "NotI": "GCGGCCGC",
    "PstI": "CTGCAG",
    "SalI": "GTCGAC",
    "SapI": "GCTCTTC",
    "SpeI": "ACTAGT",
    "XbaI": "TCTAGA",
    "XhoI": "CTCGAG",
}
SHORTEST = 3  # letters of a forbidden site; shorter ones are everywhere
ANY_GC = (0.0, 1.0)
Range = tuple[int, int]


@dataclass(frozen=True)
class Rules:
    """The rules of one design.

    Parameters
    ----------
    start
        The sequence that is changed.
    locked
        Ranges that stay as they are (0-based, half-open).
    gc
        Lowest and highest share of G and C among A, C, G, T.
    forbidden
        Sites in IUPAC letters, forbidden on both strands.

    Raises
    ------
    BadInput
        If a range lies outside the sequence, the GC range is not one, or a site is not IUPAC letters.
    """

    start: Sequence
    locked: tuple[Range, ...] = ()
    gc: tuple[float, float] = ANY_GC
    forbidden: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for low, high in self.locked:
            if not 0 <= low < high <= len(self.start):
                raise BadInput(
                    f"Bases {low + 1:,} to {high:,} are to be locked.",
                    f"The sequence has bases 1 to {len(self.start):,}.",
                    "Lock a range inside it, first base before the last.",
                )
        if not 0 <= self.gc[0] <= self.gc[1] <= 1:
            raise BadInput(
                f"The GC range is {self.gc[0]:g} to {self.gc[1]:g}.",
                "Two shares between 0 and 1, the lower one first.",
                "For example 0.4 to 0.6.",
            )
        for site in self.forbidden:
            if len(site) < SHORTEST or set(site) - set(IUPAC) or not set(site) - {"N"}:
                raise _bad_site(site)

    @cached_property
    def free(self) -> NDArray[np.bool_]:
        """`(length,)`: bases that may change; not the locked ones, and none that is not A, C, G or T."""
        free = np.array([base in BASES for base in self.start.bases])
        for low, high in self.locked:
            free[low:high] = False
        return free

    def gc_allows(self, bases: str) -> NDArray[np.bool_]:
        """`(4, length)`: substitutions of `bases` after which GC is not further from its range than at the start."""
        known = max(1, sum(bases.count(base) for base in BASES))
        strong = np.array([base in "GC" for base in bases])
        change = np.array([base in "GC" for base in BASES])[:, None].astype(int) - strong[None].astype(int)
        return self._gc_kept((strong.sum() + change) / known)

    def sites_allow(self, bases: str, position: int) -> bool:
        """Whether `bases` has no forbidden site over `position` that the start has not at the same place."""
        for pattern, width in self._patterns:
            first = max(0, position - width + 1)
            for match in pattern.finditer(bases, first, min(len(bases), position + width)):
                if (pattern.pattern, match.start()) not in self._given:
                    return False
        return True

    def allow(self, bases: str) -> bool:
        """Whether a whole sequence of the start's length keeps all rules."""
        changed = [i for i, (a, b) in enumerate(zip(self.start.bases, bases, strict=True)) if a != b]
        return (
            all(self.free[i] for i in changed)
            and bool(self._gc_kept(Sequence(bases).gc))
            and all(self.sites_allow(bases, i) for i in changed)
        )

    @property
    def notices(self) -> tuple[str, ...]:
        """What the start breaks already."""
        said = []
        if _outside(self.start.gc, self.gc) > 0:
            said.append(
                f"GC is {100 * self.start.gc:.0f} % at the start, outside {100 * self.gc[0]:.0f} to "
                f"{100 * self.gc[1]:.0f} %: no edit takes it further away."
            )
        for site in self.forbidden:
            places = sorted({i for text, i in self._given if text in {p for p, _ in _both_strands(site)}})
            if places:
                said.append(
                    f"The start already holds the forbidden site {name_of(site)} at base "
                    f"{', '.join(f'{i + 1:,}' for i in places[:5])}: none is added."
                )
        return tuple(said)

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], int], ...]:
        texts = dict.fromkeys(pair for site in self.forbidden for pair in _both_strands(site))
        return tuple((re.compile(text), width) for text, width in texts)

    @cached_property
    def _given(self) -> frozenset[tuple[str, int]]:
        return frozenset((p.pattern, m.start()) for p, _ in self._patterns for m in p.finditer(self.start.bases))

    def _gc_kept(self, gc: ArrayLike) -> NDArray[np.bool_]:
        """Whether a GC share is not further from its range than that of the start."""
        return np.asarray(_outside(gc, self.gc) <= _outside(self.start.gc, self.gc) + 1e-12)


def parse_ranges(text: str) -> tuple[Range, ...]:
    """Read `1-20, 50` (counted from 1, both ends included) as 0-based, half-open ranges.

    Raises
    ------
    BadInput
        If a part is neither a position nor a range.
    """
    ranges = []
    plain = " ".join(text.split())  # so that no search runs through a long space again and again
    for part in re.split(r"[,; ]+", re.sub(rf" ?[-{DASHES}] ?", "-", plain)):
        if not part:
            continue
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= low <= high:
            raise BadInput(
                f"{clip(part, 30)} can't be read as a range.",
                "Positions and ranges counted from 1, with commas between.",
                "For example `1-20, 50`.",
            )
        ranges.append((low - 1, high))
    return tuple(ranges)


def parse_gc(text: str) -> tuple[float, float]:
    """Read `40-60` (per cent) as shares; empty text allows any.

    Raises
    ------
    BadInput
        If it is not two numbers between 0 and 100, the lower one first.
    """
    if not text.strip():
        return ANY_GC
    number = r" ?([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%? ?"
    match = re.fullmatch(rf"{number}[-{DASHES}]{number}", " ".join(text.split()))
    low, high = (float(match[1]), float(match[2])) if match else (1.0, 0.0)
    if not low <= high <= 100:
        raise BadInput(
            f"{clip(text, 30)} can't be read as a range of GC.",
            "Two numbers between 0 and 100, the lower one first.",
            "For example `40-60`.",
        )
    return low / 100, high / 100


def parse_sites(text: str | Iterable[str]) -> tuple[str, ...]:
    """Read names (`EcoRI`, `TATA box`) and IUPAC letters, with commas between, as sites in IUPAC letters.

    Raises
    ------
    BadInput
        If a part is shorter than `SHORTEST` letters or all N.
    UnknownName
        If it is neither a known name nor IUPAC letters.
    """
    known = {name.lower(): site for name, site in ENZYMES.items()}
    known |= {site.name.lower(): site.consensus for site in SITES}
    found = []
    for part in re.split(r"[,;\n]+", text) if isinstance(text, str) else text:
        word = " ".join(part.split())
        if not word:
            continue
        site = known.get(word.lower(), word.upper().replace("U", "T"))
        if set(site) - set(IUPAC):
            raise UnknownName.among("site", word[:50], [*ENZYMES, *(s.name for s in SITES)])
        if len(site) < SHORTEST or not set(site) - {"N"}:
            raise _bad_site(site)
        found.append(site)
    return tuple(dict.fromkeys(found))


def name_of(site: str) -> str:
    """A site with its enzyme's or factor's name, where it has one: `GAATTC (EcoRI)`."""
    names = [name for name, letters in ENZYMES.items() if letters == site]
    names += [known.name for known in SITES if known.consensus == site]
    return f"{site} ({names[0]})" if names else site


def range_text(ranges: Seq[Range]) -> str:
    """Ranges as `parse_ranges` reads them."""
    return ", ".join(f"{low + 1}-{high}" if high - low > 1 else f"{high}" for low, high in ranges)


def _outside(gc: ArrayLike, limits: tuple[float, float]) -> NDArray[np.float64]:
    """How far a GC share lies outside its limits."""
    share = np.asarray(gc, dtype=np.float64)
    return np.maximum(0, np.maximum(limits[0] - share, share - limits[1]))


def _both_strands(site: str) -> tuple[tuple[str, int], ...]:
    """Regular expressions of a site on both strands, with its length; matches may overlap."""
    turned = Sequence(site).reverse_complement().bases
    words = dict.fromkeys(["".join(f"[{IUPAC[letter]}]" for letter in text) for text in (site, turned)])
    return tuple((f"(?={word})", len(site)) for word in words)


def _bad_site(site: str) -> BadInput:
    return BadInput(
        f"{clip(site, 30)} is no site to forbid.",
        f"At least {SHORTEST} IUPAC letters, not all of them N, or a name such as EcoRI.",
        "Type for example `EcoRI, GGTCTC`.",
    )
