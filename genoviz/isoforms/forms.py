"""The forms that a transcript can take once a variant has changed its splice sites, from predicted sites.

A site is used by the exon that it bounds: an acceptor between the donor before an exon and that exon's own donor begins this
exon anew, likewise a donor before the next acceptor ends it anew. An acceptor and, behind it, a donor in one intron bound a new
exon. What an annotated site loses and no other site of the exon takes up goes into skipping the exon or keeping the
intron. Kinds of forms are those of Canson et al. 2023 (Bioinformatics 39:btad179).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.isoforms.alleles import TranscriptAllele
from genoviz.isoforms.messages import Span, annotated_exons
from genoviz.isoforms.sites import ACCEPTOR, DONOR, PredictedSite

LOW = 0.2  # the lowest threshold in use for splice scores (Jaganathan et al. 2019)
LEAST = 0.1  # a site below it is no place where a form is made; as little is no loss
SHORT_INTRON = 250  # an intron shorter than this is found by its own two ends, a longer one by the exons beside it
FAR = 300  # bases; a site so far from its exon in an intron is rather an end of a new exon
NEW_EXON = 10  # bases of the shortest new exon
ANNOTATED, LONGER, SHORTER, SKIPPED, NEW, KEPT = (
    "as annotated",
    "exon longer",
    "exon shorter",
    "exon skipped",
    "new exon",
    "intron kept",
)
AS_ANNOTATED = "spliced as annotated"


@dataclass(frozen=True)
class Form:
    """One way to splice the alternate allele.

    Attributes
    ----------
    kind
        `as annotated`, `exon longer`, `exon shorter`, `exon skipped`, `new exon` or `intron kept`.
    words
        `exon 2 longer by 2 bases at its 5' end`.
    support
        0 to 1, see the assumptions of the outcome.
    exons
        In the bases of the allele.
    changed
        Stretches that come in or go away, against the annotated exons of the allele.
    sites
        Predicted sites that the form uses and the annotated one does not.
    """

    kind: str
    words: str
    support: float
    exons: tuple[Span, ...]
    changed: tuple[Span, ...] = ()
    sites: tuple[PredictedSite, ...] = ()


class _Sites:
    """Predicted sites by the base of the alternate allele."""

    def __init__(self, sites: Iterable[PredictedSite], allele: TranscriptAllele) -> None:
        self.at: dict[tuple[str, int], PredictedSite] = {}
        self.lost: dict[tuple[str, int], float] = {}  # annotated: kind and exon -> probability with the reference
        for one in sites:
            if one.exon:
                self.lost[one.site, one.exon] = one.reference
            index = allele.index(one.position) if one.inserted is None else allele.inserted(one.inserted)
            if index is not None:
                self.at[one.site, index] = one

    def before(self, site: str, exon: int) -> float:
        """Probability of an annotated site with the reference allele; 1 where it was not scanned."""
        return self.lost.get((site, exon), 1.0)

    def after(self, site: str, index: int, exon: int) -> float:
        """Probability of a site with the alternate allele; 1 for an annotated one that was not scanned."""
        found = self.at.get((site, index))
        if found is None:
            return 0.0 if (site, exon) in self.lost else 1.0
        return found.alternate

    def others(self, site: str, low: int, high: int, own: int) -> list[tuple[int, PredictedSite]]:
        """Sites of a kind at bases from `low` to `high`, without the annotated one at `own`."""
        return [
            (index, one)
            for (kind, index), one in sorted(self.at.items(), key=lambda item: item[0][1])
            if kind == site and low <= index <= high and index != own and one.alternate >= LEAST
        ]


def is_changed(sites: Iterable[PredictedSite]) -> bool:
    """Whether a site is gained, or an annotated one lost, by `LOW` or more."""
    return any(one.change >= LOW or (one.exon and one.change <= -LOW) for one in sites)


def forms_of(allele: TranscriptAllele, sites: Seq[PredictedSite]) -> list[Form]:
    """Forms of the alternate allele, the likeliest first; the annotated one alone where no site changes enough.

    Forms are ranked by their support; of equal ones those that use sites come first, then a skipped exon, then a kept intron -
    but the intron before the exon where it is shorter than `SHORT_INTRON`.
    """
    exons = annotated_exons(allele)
    if not is_changed(sites):
        return [Form(ANNOTATED, AS_ANNOTATED, 1.0, tuple(exons))]
    known = _Sites(sites, allele)
    found = list(_new_exons(exons, known))
    # A site that is much stronger than its partner in a new exon may as well bound the old one.
    paired = {site for form in found for site in form.sites if site.alternate <= 2 * form.support}
    rivals = [form.support for form in found]  # a new exon takes the place of the junction across it
    weakest = 1.0
    for number in range(1, len(exons) + 1):
        if exons[number - 1][0] < exons[number - 1][1]:
            moved = list(_moved(exons, number, known, paired))
            found += moved
            weakest = min(weakest, _annotated(exons, number, known))
            rivals += [form.support for form in moved if _is_rival(form, number, known)]
            found += _left_over(exons, number, known, moved, len(allele.transcript.exons[number - 1]))
    weakest = min(weakest, 1.0 - max(rivals, default=0.0))
    found.append(Form(ANNOTATED, AS_ANNOTATED, weakest, tuple(exons)))
    return sorted(found, key=lambda form: -form.support)  # stable: of equal ones the order above


def _is_rival(form: Form, number: int, known: _Sites) -> bool:
    """Whether a form uses a gained site in place of one that was not scanned: then it takes its support from that one."""
    return any((site.site, number) not in known.lost and site.change >= LEAST for site in form.sites)


def _annotated(exons: Seq[Span], number: int, known: _Sites) -> float:
    """Support of an exon as annotated: the weaker of its two sites."""
    first, end = exons[number - 1]
    acceptor = 1.0 if number == 1 else known.after(ACCEPTOR, first, number)
    donor = 1.0 if number == len(exons) else known.after(DONOR, end - 1, number)
    return min(acceptor, donor)


def _moved(exons: Seq[Span], number: int, known: _Sites, paired: set[PredictedSite]) -> Iterator[Form]:
    """Forms in which an exon begins or ends elsewhere."""
    first, end = exons[number - 1]
    begins: list[tuple[int, PredictedSite | None]] = [(first, None)]
    ends: list[tuple[int, PredictedSite | None]] = [(end - 1, None)]
    if number > 1:
        begins += known.others(ACCEPTOR, exons[number - 2][1] + 1, end - 1, first)
    if number < len(exons):
        ends += known.others(DONOR, first, exons[number][0] - 2, end - 1)
    own = _lost(exons, number, known)
    for begin, acceptor in begins:
        for last, donor in ends:
            used = tuple(site for site in (acceptor, donor) if site is not None)
            if not used or last < begin or paired.intersection(used):
                continue
            if not any(site.change >= LEAST for site in used) and own < LEAST:
                continue
            support = min(
                acceptor.alternate if acceptor else (1.0 if number == 1 else known.after(ACCEPTOR, first, number)),
                donor.alternate if donor else (1.0 if number == len(exons) else known.after(DONOR, end - 1, number)),
            )
            if support >= LEAST:
                yield _moved_form(exons, number, (begin, last + 1), support, used)


def _moved_form(exons: Seq[Span], number: int, span: Span, support: float, used: tuple[PredictedSite, ...]) -> Form:
    first, end = exons[number - 1]
    parts, changed = [], []
    for was, now, edge, outward in ((first, span[0], "5'", -1), (end, span[1], "3'", 1)):
        if was != now:
            longer = (now - was) * outward > 0
            parts.append(f"{'longer' if longer else 'shorter'} by {_bases(abs(now - was))} at its {edge} end")
            changed.append((min(was, now), max(was, now)))
    kind = LONGER if span[1] - span[0] > end - first else SHORTER
    new = [*exons[: number - 1], span, *exons[number:]]
    far = max(first - span[0], span[1] - end) > FAR
    more = ", or part of a new exon whose other end was not scanned: choose a larger distance" if far else ""
    return Form(kind, f"exon {number} {' and '.join(parts)}{more}", support, tuple(new), tuple(changed), used)


def _new_exons(exons: Seq[Span], known: _Sites) -> Iterator[Form]:
    """New exons inside an intron; each acceptor with the best donor behind it."""
    for number in range(1, len(exons)):
        low, high = exons[number - 1][1], exons[number][0]
        for begin, acceptor in known.others(ACCEPTOR, low + 1, high - 1, high):
            behind = [
                pair for pair in known.others(DONOR, begin + NEW_EXON - 1, high - 2, low - 1)
                if max(pair[1].change, acceptor.change) >= LEAST
            ]  # fmt: skip
            if behind:
                last, donor = max(behind, key=lambda pair: pair[1].alternate)
                new = (begin, last + 1)
                yield Form(
                    NEW,
                    f"new exon of {_bases(last + 1 - begin)} in intron {number}",
                    min(acceptor.alternate, donor.alternate),
                    (*exons[:number], new, *exons[number:]),
                    (new,),
                    (acceptor, donor),
                )


def _lost(exons: Seq[Span], number: int, known: _Sites) -> float:
    """What the annotated exon loses: its support with the reference allele minus that with the alternate one."""
    before = min(
        1.0 if number == 1 else known.before(ACCEPTOR, number),
        1.0 if number == len(exons) else known.before(DONOR, number),
    )
    return before - _annotated(exons, number, known)


def _left_over(exons: Seq[Span], number: int, known: _Sites, moved: Seq[Form], length: int) -> Iterator[Form]:
    """The exon (of `length` bases in the reference) skipped, or an intron beside it kept, with what no other form takes up."""
    first, end = exons[number - 1]
    taken = sum(max(0.0, form.support - max((s.reference for s in form.sites), default=0.0)) for form in moved)
    rest = _lost(exons, number, known) - taken
    if rest < LEAST:
        return
    lost_acceptor = number > 1 and known.before(ACCEPTOR, number) - known.after(ACCEPTOR, first, number) >= LEAST
    lost_donor = number < len(exons) and known.before(DONOR, number) - known.after(DONOR, end - 1, number) >= LEAST
    kept = []
    if lost_acceptor != lost_donor:  # with both lost the exon itself is not recognised
        intron = number - 1 if lost_acceptor else number
        low, high = exons[intron - 1][1], exons[intron][0]
        if low < high:
            words = f"intron {intron} kept, {_bases(high - low)}"
            kept = [Form(KEPT, words, rest, (*exons[:intron], (low, high), *exons[intron:]), ((low, high),))]
    skipped = []
    if 1 < number < len(exons):
        words = f"exon {number} skipped, {_bases(length)}"
        skipped = [Form(SKIPPED, words, rest, (*exons[: number - 1], *exons[number:]), ((first, end),))]
    short = kept and kept[0].changed[0][1] - kept[0].changed[0][0] < SHORT_INTRON
    yield from ([*kept, *skipped] if short else [*skipped, *kept])


def _bases(number: int) -> str:
    return f"{number:,} base{'' if number == 1 else 's'}"
