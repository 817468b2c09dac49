"""Where the rows of one transcript lie: in one stretch of one strand, at several places, or torn apart.

A file may name a transcript that stands at several places once and the same (UCSC numbers no copies): each place is then a
copy with its own exons. A trans-spliced transcript, or one across the origin of a circular chromosome, lies in no stretch:
it is left out with a reason, so that never bases of the other strand, or introns that do not exist, are read from it.

What tells copies from pieces are the numbers of the exons. Copies repeat them, pieces share none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from genoviz.genes.features import Row, Span

BOTH_STRANDS = "transcripts with parts on both strands"
AGAINST_ORDER = "transcripts whose parts are numbered against their order (trans-spliced, or across a circle's origin)"
ACROSS_ORIGIN = "features across the origin of a circular chromosome"
OUTSIDE = "transcripts with parts outside of their own row"
SEVERAL_CODONS = "transcripts with several start or stop codons under one name"

_LONGEST_INTRON = 10_000_000  # bases; the longest known have some millions
_NEAR = 10  # bases between two coding parts of one exon, where the ribosome slips


@dataclass
class Stretch:
    """Rows that lie together on one strand: those of the transcript itself, and its parts."""

    strand: str
    start: int
    end: int
    rows: list[Row] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)

    def take(self, rows: Iterable[Row], parts: Iterable[Row]) -> Stretch:
        """Add rows, and grow to hold them."""
        for new, own in ((rows, self.rows), (parts, self.parts)):
            for row in new:
                own.append(row)
                self.start, self.end = min(self.start, row.start), max(self.end, row.end)
        return self


def merged(spans: Iterable[Span], apart: int = 0) -> list[Span]:
    """Spans that touch or overlap joined, in order; with `apart` 1 only those that overlap."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] - apart:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def stretches(rows: Sequence[Row], parts: Sequence[Row], gene: Sequence[Row] = ()) -> tuple[list[Stretch], str]:
    """The places of a transcript, or why it has none.

    Parameters
    ----------
    rows
        Rows of the transcript itself; none where a file describes its parts only.
    parts
        Its exons, coding parts and others.
    gene
        Rows of its gene.

    Returns
    -------
    The stretches, each a copy of the transcript, and an empty reason; or none and the reason to leave it out.
    """
    torn = next((row.torn for row in (*rows, *parts) if row.torn), "")
    strands = sorted({row.strand for row in (*rows, *parts)})
    if not torn and len(strands) > 1 and _is_torn(rows or gene, parts):
        torn = BOTH_STRANDS
    found: list[Stretch] = []
    for strand in strands if not torn else ():
        own_rows, own_parts, own_gene = (
            [row for row in given if row.strand == strand] for given in (rows, parts, gene)
        )
        made, torn = _on_one_strand(own_rows, own_parts, own_gene, strand)
        if not torn and any(_has_several_codons(stretch) for stretch in made):
            torn = SEVERAL_CODONS
        if torn:
            break
        found += made
    return ([], torn) if torn else (found, "")


def in_order(rows: Sequence[Row]) -> bool:
    """Whether the numbered pieces of a feature lie on one strand in the order of their numbers."""
    ordered = sorted(rows, key=lambda row: row.part, reverse=rows[0].strand == "-")
    apart = all(one.end <= two.start for one, two in pairwise(ordered))
    return apart and len({row.strand for row in rows}) == 1


def in_pieces(rows: Sequence[Row]) -> bool:
    """Whether rows of one name are numbered pieces of one feature."""
    return len(rows) > 1 and all(row.part for row in rows) and len({row.part for row in rows}) == len(rows)


def _is_torn(described: Sequence[Row], parts: Sequence[Row]) -> bool:
    """Whether rows on both strands are one transcript in pieces, and not copies of one."""
    plus, minus = ({part.number for part in _exons(parts) if part.strand == strand} for strand in "+-")
    if plus and minus and 0 not in plus | minus:
        return not plus & minus
    return in_pieces(described) or len({row.strand for row in described}) == 1


def _exons(parts: Sequence[Row]) -> list[Row]:
    """One row for each exon by place, else for each coding part."""
    for level in ("exon", "coding"):
        rows = {(row.start, row.end, row.strand): row for row in parts if row.level == level}
        if rows:
            return [rows[key] for key in sorted(rows)]
    return []


def _on_one_strand(rows: list[Row], parts: list[Row], gene: list[Row], strand: str) -> tuple[list[Stretch], str]:
    if in_pieces(rows):
        return ([_whole(strand, rows, parts)], "") if in_order(rows) else ([], AGAINST_ORDER)
    exons = _exons(parts)
    numbers = {exon.number for exon in exons}
    one_number = len(numbers) == 1 and len(merged(_spans(rows or gene), 1)) == 1
    if len(exons) > 1 and 0 not in numbers and not one_number:
        runs = _runs(exons, strand)
        if len(runs) > 1 and sum(len({exon.number for exon in run}) for run in runs) == len(numbers):
            return [], AGAINST_ORDER
        return (_filled(strand, runs, rows, parts), "") if len(runs) > 1 else ([_whole(strand, rows, parts)], "")
    repeated = _repeats(exons) if not rows else []
    if repeated:
        return _filled(strand, repeated, rows, parts), ""
    places = merged(_spans(rows or gene), 1)
    if len(places) > 1 and _is_one_feature(places, rows, parts, gene):
        return [_whole(strand, rows, parts)], ""
    inside = [part for part in parts if any(part.start <= end and start <= part.end for start, end in places)]
    if len(inside) < len(parts) and (inside or rows):
        return [], OUTSIDE
    if rows or inside:
        nearest = [Stretch(strand, *place) for place in places]
        for stretch in nearest:
            stretch.rows.extend(row for row in rows if _overlap(row, stretch))
            stretch.parts.extend(part for part in parts if _nearest(part, nearest) is stretch)
        return [_whole(strand, one.rows, one.parts) for one in nearest if one.rows or one.parts], ""
    far = merged([(part.start, part.end + _LONGEST_INTRON) for part in parts])
    return _filled(strand, [[p for p in parts if low <= p.start < high] for low, high in far], rows, parts), ""


def _is_one_feature(places: list[Span], rows: list[Row], parts: list[Row], gene: list[Row]) -> bool:
    """Whether rows of one ID that lie apart are a discontinuous feature, as GFF3 allows: each row is one of its exons.

    A gene that holds them all must be given, or the coding part must be one feature, too. Else they are copies.
    """
    if any(row.gene for row in (*rows, *parts)):
        return False  # GTF knows no such features
    segments = all(
        len(merged((part.start, part.end) for part in parts if part.start < end and start < part.end)) <= 1
        for start, end in places
    )
    if rows:
        return segments and any(row.start <= places[0][0] and places[-1][1] <= row.end for row in gene)
    names = {part.key for part in parts}
    return segments and len(names) == 1 and names != {""}


def _runs(exons: list[Row], strand: str) -> list[list[Row]]:
    """Exons in order of their places, parted where their numbers begin anew.

    Numbers rise 5' to 3'. Some programs number the exons of the minus strand by place, so there both ways are tried.
    """
    ways = []
    for sign in (1,) if strand == "+" else (-1, 1):
        runs, gaps = [[exons[0]]], 0
        for one, two in pairwise(exons):
            same = two.number == one.number and two.start - one.end <= _NEAR
            if same or sign * (two.number - one.number) > 0:
                runs[-1].append(two)
            else:
                runs.append([two])
                gaps += two.start - one.end
        ways.append((len(runs), -gaps, runs))
    return min(ways, key=lambda way: way[:2])[2]


def _repeats(exons: list[Row]) -> list[list[Row]]:
    """Exons parted into copies where a group of two or more comes again with the same lengths and introns, further off than
    its exons are from each other; else empty. Without numbers, only this tells copies from one long transcript."""
    for size in range(2, len(exons) // 2 + 1):
        groups = [exons[i : i + size] for i in range(0, len(exons), size)]
        shapes = {tuple((e.start - group[0].start, e.end - group[0].start) for e in group) for group in groups}
        widest = max(two.start - one.end for one, two in pairwise(exons[:size]))
        if len(shapes) == 1 and all(two[0].start - one[-1].end > widest for one, two in pairwise(groups)):
            return groups
    return []


def _filled(strand: str, runs: list[list[Row]], rows: list[Row], parts: list[Row]) -> list[Stretch]:
    """Stretches around groups of exons, with all other rows that lie there."""
    made = [Stretch(strand, min(p.start for p in run), max(p.end for p in run)) for run in runs]
    kept = list(made)
    for stretch in made:
        stretch.parts.extend(part for part in parts if _nearest(part, made) is stretch)
    for row in rows:
        at = [stretch for stretch in made if _overlap(row, stretch)]
        if len(at) == 1:
            at[0].take([row], ())
        elif not at:  # a copy whose exons are not given
            kept.append(Stretch(strand, row.start, row.end, [row]))
    return kept


def _whole(strand: str, rows: list[Row], parts: list[Row]) -> Stretch:
    first = (rows or parts)[0]
    return Stretch(strand, first.start, first.end).take(rows, parts)


def _nearest(part: Row, made: list[Stretch]) -> Stretch:
    def distance(stretch: Stretch) -> tuple[int, int]:
        return max(stretch.start - part.end, part.start - stretch.end, 0), stretch.end - stretch.start

    return min(made, key=distance)


def _overlap(row: Row, stretch: Stretch) -> bool:
    return row.start < stretch.end and stretch.start < row.end


def _spans(rows: Iterable[Row]) -> list[Span]:
    return [(row.start, row.end) for row in rows]


def _has_several_codons(stretch: Stretch) -> bool:
    """A codon may be split by an intron, but has three bases; GFF3 knows transcripts with several proteins."""
    for level in ("start", "stop"):
        spans = merged((part.start, part.end) for part in stretch.parts if part.level == level and part.gene)
        if sum(end - start for start, end in spans) > 3:
            return True
    return False
