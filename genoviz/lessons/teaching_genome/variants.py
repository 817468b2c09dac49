"""Variants of the teaching genome: causal ones that break or make a planted site, each with a neutral one to match.

A causal variant changes the number of one kind of site and of nothing else; a neutral one has the same kind and size,
lies near by (for splice sites in an intron of the same gene, far from its ends) and changes no site at all. Both are decided by
looking for every site before and after, not by how the variant was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from genoviz.errors import BadGenome
from genoviz.lessons.teaching_genome.background import matches, slug
from genoviz.lessons.teaching_genome.plan import Chromosome, Element
from genoviz.motifs.sites import SITES
from genoviz.variants.variant import Variant

_TRANSVERSION = str.maketrans("ACGT", "CATG")
_NEAR = 60  # bases on each side that hold any site a variant touches
_CLEAR = 6  # bases between a neutral variant and anything planted
_DEEP = 40  # bases between a neutral variant in an intron and what matters for splicing
_INSERTED = "CAT"
_NAMES = {slug(site.name): site.name for site in SITES}


@dataclass(frozen=True)
class PlantedVariant:
    """A variant and what is true of it.

    Attributes
    ----------
    identifier
        `T1_001`, numbered by place.
    variant
        Left-aligned, on the plus strand.
    truth
        `causal` or `neutral`.
    effect
        `site_lost`, `site_gained`, `donor_lost`, `acceptor_lost` or `none`.
    site
        The kind of site that is lost or gained; of a neutral variant, empty.
    element
        Name in the truth table of what it changes; of a neutral variant, of its partner's element.
    partner
        Identifier of the matched variant, or empty.
    """

    variant: Variant
    truth: str
    effect: str
    site: str
    element: str
    identifier: str = ""
    partner: str = ""


class _Planter:
    """Finds variants on one chromosome, never two at one place."""

    def __init__(self, chromosome: Chromosome, assembly: str) -> None:
        self.name, self.text, self.assembly = chromosome.name, chromosome.text, assembly
        self.elements = chromosome.elements
        self.used = bytearray(len(self.text))
        self.planted = self._marked(_CLEAR, lambda e: bool(e.pattern) or e.kind in ("gene", "repeat"))
        self.spliced = self._marked(_DEEP, lambda e: e.kind in ("exon", "donor", "acceptor", "branch_point"))

    def _marked(self, margin: int, wanted: Callable[[Element], bool]) -> bytearray:
        marks = bytearray(len(self.text))
        for e in filter(wanted, self.elements):
            low, high = max(0, e.start - margin), min(len(marks), e.end + margin)
            marks[low:high] = b"\1" * (high - low)
        return marks

    def fetch(self, chrom: str, start: int, end: int) -> str:
        """Plus-strand bases, for `Variant.left_align`."""
        return self.text[start:end]

    def change(self, start: int, end: int, bases: str) -> Variant | None:
        """The left-aligned variant that puts `bases` in place of `[start, end)`, or None where it changes nothing."""
        old = self.text[start:end]
        if old == bases or "N" in self.text[start - 1 : end]:
            return None
        if old and bases:
            return Variant(self.name, start + 1, old, bases, self.assembly)
        anchor = self.text[start - 1]
        return Variant(self.name, start, anchor + old, anchor + bases, self.assembly).left_align(self.fetch)

    def difference(self, variant: Variant) -> tuple[Counter[str], Counter[str]]:
        """How many fits of each pattern are lost and gained, strands counted apart."""
        first, last = variant.pos - 1, variant.pos - 1 + len(variant.ref)
        before = self.text[max(0, first - _NEAR) : last + _NEAR]
        after = self.text[max(0, first - _NEAR) : first] + variant.alt + self.text[last : last + _NEAR]
        one, two = (Counter(name for name, *_ in matches(text)) for text in (before, after))
        return one - two, two - one

    def free(self, variant: Variant) -> bool:
        """Whether no other variant lies there."""
        return not any(self.used[variant.pos - 3 : variant.pos + len(variant.ref) + 2])

    def take(self, variant: Variant) -> None:
        """Keep the place of a variant."""
        for i in range(variant.pos - 3, variant.pos + len(variant.ref) + 2):
            self.used[i] = 1

    def neutral(self, causal: Variant, element: Element) -> Variant:
        """The nearest variant of the same kind and size that changes no site."""
        intron = element.kind in ("donor", "acceptor")
        marks = self.spliced if intron else self.planted
        gene = next((e for e in self.elements if e.kind == "gene" and e.name == element.parent), None)
        low, high = (gene.start, gene.end) if intron and gene else (0, len(self.text))
        deleted, inserted = len(causal.ref) - 1, causal.alt[1:]
        for distance in range(8, 6000):
            for start in (causal.pos - 1 + distance, causal.pos - 1 - distance):
                end = start + (len(causal.ref) if causal.length_change == 0 else deleted)
                if start - _DEEP < low or end + _DEEP > high or any(marks[start - 2 : end + 2]):
                    continue
                same = causal.length_change == 0
                bases = self.text[start:end].translate(_TRANSVERSION) if same else inserted
                variant = self.change(start, end, bases)
                if variant is None or not self.free(variant) or len(variant.ref) != len(causal.ref):
                    continue
                if not any(self.difference(variant)) and not marks[variant.pos - 1]:
                    return variant
        raise BadGenome(f"There is no neutral variant to match {causal}.")


def plant(chromosomes: list[Chromosome], assembly: str) -> list[PlantedVariant]:
    """All variants, in order of place, with identifiers and partners."""
    found: list[PlantedVariant] = []
    for chromosome in chromosomes:
        pairs = list(_pairs(_Planter(chromosome, assembly)))
        rows = sorted((v for pair in pairs for v in pair), key=lambda v: (v.variant.pos, v.variant.ref, v.variant.alt))
        short = chromosome.name.removeprefix("chr")
        names = {v.variant: f"{short}_{i + 1:03d}" for i, v in enumerate(rows)}
        partners = {pair[i].variant: names[pair[1 - i].variant] for pair in pairs if len(pair) == 2 for i in (0, 1)}
        found += [replace(v, identifier=names[v.variant], partner=partners.get(v.variant, "")) for v in rows]
    return found


def _pairs(planter: _Planter) -> Iterator[tuple[PlantedVariant, ...]]:
    causal = []
    for element, effect, site, choices in _wanted(planter):
        for start, end, bases in choices:
            variant = planter.change(start, end, bases)
            if variant is None or not planter.free(variant):
                continue
            lost, gained = planter.difference(variant)
            changed, other = (gained, lost) if effect == "site_gained" else (lost, gained)
            if set(changed) == {site} and not other:
                planter.take(variant)
                causal.append((PlantedVariant(variant, "causal", effect, site, element.name), element))
                break
        else:
            raise BadGenome(f"No variant gives {effect} of {element.name}.")
    for planted, element in causal:
        variant = planter.neutral(planted.variant, element)
        planter.take(variant)
        yield planted, PlantedVariant(variant, "neutral", "none", "", element.name)
    for element in planter.elements:
        if element.kind == "tandem_repeat":  # one unit fewer: the same change wherever in the run it is made
            unit = 2 if element.pattern.startswith("CA") else 1
            shorter = planter.change(element.end - unit, element.end, "")
            if shorter is not None and not any(planter.difference(shorter)):
                yield (PlantedVariant(shorter, "neutral", "none", "", element.name),)


_Choice = tuple[int, int, str]


def _wanted(planter: _Planter) -> Iterator[tuple[Element, str, str, list[_Choice]]]:
    """(element, effect, site, ways to bring it about: replace [start, end) by bases) for every causal variant."""
    sites = [e for e in planter.elements if e.kind == "site"]
    for k, element in enumerate(sites):
        name = _NAMES[element.name.rsplit(".", 1)[1]]
        if k % 4 == 0:
            yield element, "site_lost", name, list(_substitutions(planter, element, 1))
        elif k % 4 == 2:
            makers = (_substitutions, _deletions, _insertions)
            yield element, "site_lost", name, list(makers[k // 4 % 3](planter, element, 3))
    for element in planter.elements:
        if element.kind == "near_site":
            yield element, "site_gained", _NAMES[element.name.rsplit(".", 1)[1]], list(_repairs(planter, element))
    splice = [e for e in planter.elements if e.kind in ("donor", "acceptor")]
    for k, element in enumerate(splice):
        at = element.start + _offset(element)
        first = at + k // 2 % 2
        if k % 4 == 3:
            choices = [(at, at + 2, "")]
        else:
            choices = [(first, first + 1, planter.text[first].translate(_TRANSVERSION))]
        yield element, f"{element.kind}_lost", element.kind, choices


def _offset(element: Element) -> int:
    """Where GT or AG stands in a donor or acceptor, along the plus strand."""
    inside = element.pattern.index("GT") if element.kind == "donor" else len(element.pattern) - 3
    return inside if element.strand == "+" else len(element.pattern) - inside - 2


def _from_middle(element: Element, length: int) -> list[int]:
    middle = (element.start + element.end - length) // 2
    return sorted(range(element.start, element.end - length + 1), key=lambda i: (abs(i - middle), i))


def _substitutions(planter: _Planter, element: Element, length: int) -> Iterator[_Choice]:
    for i in _from_middle(element, length):
        yield i, i + length, planter.text[i : i + length].translate(_TRANSVERSION)


def _deletions(planter: _Planter, element: Element, length: int) -> Iterator[_Choice]:
    for i in _from_middle(element, length):
        yield i, i + length, ""


def _insertions(planter: _Planter, element: Element, length: int) -> Iterator[_Choice]:
    for i in _from_middle(element, 0)[: element.end - element.start - 1]:
        yield i, i, _INSERTED[:length]


def _repairs(planter: _Planter, element: Element) -> Iterator[_Choice]:
    for i in _from_middle(element, 1):
        for base in "ACGT":
            yield i, i + 1, base
