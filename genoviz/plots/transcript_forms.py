"""The forms that a transcript may take, as an SVG: exons as boxes, introns as arcs with their lengths, changed parts marked.

Drawn are the exons around the change, 5' to 3' from left to right whatever the strand. Lengths are written, not drawn to scale:
an intron is a thousand times as long as what a variant changes beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import log2
from typing import TYPE_CHECKING

from genoviz.plots.palette import HIGHER, LOWER, Colours

if TYPE_CHECKING:
    from genoviz.isoforms.junctions import Junction
    from genoviz.isoforms.messages import Span
    from genoviz.isoforms.outcome import PossibleTranscript, SplicingOutcome

WIDTH = 560
SHOWN = 5  # forms
MOST_ARCS = 8  # measured junctions, those with most reads
_ROW, _TOP = 108, 10
_BOX = 26  # height of an exon
_UNTRANSLATED = 0.62  # of it
_INTRON = 74  # width of a stretch that no form has in its message
_STEPS = 16  # width per doubling of an exon's part


@dataclass(frozen=True)
class _Scale:
    """Widths of stretches between all ends of exons that are drawn."""

    cuts: tuple[int, ...]
    xs: tuple[float, ...]

    def x(self, at: int) -> float:
        """Where a base begins; linear within a stretch."""
        for (low, high), (left, right) in zip(pairwise(self.cuts), pairwise(self.xs), strict=True):
            if low <= at <= high:
                return left + (right - left) * (at - low) / max(1, high - low)
        return self.xs[0] if at < self.cuts[0] else self.xs[-1]

    def holds(self, at: int) -> bool:
        """Whether a base is drawn."""
        return self.cuts[0] <= at <= self.cuts[-1]


def forms_svg(outcome: SplicingOutcome, look: Colours, *, junctions: Seq[Junction] = ()) -> str:
    """The picture; empty where only the annotated form is expected.

    Parameters
    ----------
    outcome
        See `genoviz.isoforms.outcome`.
    look
        Colours of the page.
    junctions
        Measured ones, drawn below the forms with their reads.
    """
    if not outcome.changed or outcome.allele is None:
        return ""
    shown = outcome.transcripts[:SHOWN]
    annotated = next(one for one in outcome.transcripts if not one.form.changed)
    low, high = _stretch(shown, annotated)
    scale = _scale([one.form.exons for one in (*shown, annotated)], low, high)
    here = [arc for arc in _measured(outcome, junctions) if scale.holds(arc[0]) and scale.holds(arc[1])]
    arcs = sorted(here, key=lambda arc: -arc[2].reads)[:MOST_ARCS]
    height = _TOP + _ROW * len(shown) + _measured_height(len(arcs))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-size="16" '
        'font-family="system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif">',
        f"<title>{escape(outcome.sentence)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="{look.background}"/>',
    ]
    for number, one in enumerate(shown):
        parts += _row(number + 1, one, outcome, annotated.form.exons, scale, look, _TOP + _ROW * number)
    if arcs:
        parts += _measured_row(arcs, annotated.form.exons, scale, look, _TOP + _ROW * len(shown))
    return "".join([*parts, "</svg>"])


def _stretch(shown: Iterable[PossibleTranscript], annotated: PossibleTranscript) -> Span:
    """From the exon before the first change to the exon behind the last one, in bases of the allele."""
    changed = [span for one in shown for span in one.form.changed]
    first, last = min(span[0] for span in changed), max(span[1] for span in changed)
    exons = annotated.form.exons
    before = [span for span in exons if span[1] <= first and span[0] < span[1]]
    behind = [span for span in exons if span[0] >= last and span[0] < span[1]]
    touched = [span for span in exons if span[0] < last and first < span[1]]
    starts = [span[0] for span in (*before[-1:], *touched)]
    ends = [span[1] for span in (*touched, *behind[:1])]
    return min([first, *starts]), max([last, *ends])


def _scale(forms: Seq[Seq[Span]], low: int, high: int) -> _Scale:
    spans = [span for exons in forms for span in exons]
    cuts = sorted({low, high, *(at for span in spans for at in span if low <= at <= high)})
    widths = []
    for one, two in pairwise(cuts):
        in_all = all(any(a <= one and two <= b for a, b in exons) for exons in forms)
        in_some = any(a <= one and two <= b for a, b in spans)
        widths.append(12 + _STEPS * log2(1 + (two - one) / 8) if in_all or (in_some and two - one < 2_000) else _INTRON)
    room = WIDTH - 24
    stretch = room / sum(widths)
    xs = [12.0]
    for width in widths:
        xs.append(xs[-1] + width * stretch)
    return _Scale(tuple(cuts), tuple(xs))


def _row(
    number: int,
    one: PossibleTranscript,
    outcome: SplicingOutcome,
    annotated: Seq[Span],
    scale: _Scale,
    look: Colours,
    top: float,
) -> list[str]:
    """A form: its words, its exons with arcs between them, what came in (red) and what went (blue, dashed)."""
    middle = top + 66
    words = f"{number}  {one.form.words.split(', or ')[0]} · {one.form.support:.2f}"
    size = 16 if len(words) < 62 else 12
    parts = [f'<text x="12" y="{top + 16}" font-size="{size}" fill="{look.text}">{escape(words)}</text>']
    exons = [span for span in one.form.exons if span[0] < span[1] and scale.holds(span[0]) and scale.holds(span[1])]
    line = f'stroke="{look.muted}" stroke-width="1.5" fill="none"'
    for before, behind in pairwise(exons):
        if before[1] >= behind[0]:
            continue
        left, right = scale.x(before[1]), scale.x(behind[0])
        centre = (left + right) / 2
        parts.append(
            f'<path d="M{left:.1f} {middle - _BOX / 2} Q{centre:.1f} {middle - 58} {right:.1f} {middle - _BOX / 2}" {line}/>'
        )
        parts.append(_label(centre, middle - 16, f"{behind[0] - before[1]:,}", look.muted))
    translated = _translated(outcome)
    for span in exons:
        parts += _boxes(scale, span, translated, middle, look.muted)
    for first, last in one.form.changed:
        came_in = any(a <= first and last <= b for a, b in one.form.exons)
        left, right = scale.x(first), scale.x(last)
        if came_in:
            parts += _boxes(scale, (first, last), translated, middle, HIGHER)
        else:
            parts.append(
                f'<rect x="{left:.1f}" y="{middle - _BOX / 2}" width="{max(3, right - left):.1f}" height="{_BOX}" fill="none" '
                f'stroke="{LOWER if look.background == "#ffffff" else "#7fb0f5"}" stroke-width="2" stroke-dasharray="4 3"/>'
            )
        sign = "+" if came_in else "\u2212"
        parts.append(_label((left + right) / 2, middle + 30, f"{sign}{last - first:,}", look.text))
    parts += _numbers(exons, annotated, one.form.changed, scale, look, middle)
    return [*parts, *_stop_mark(one, outcome, scale, look, middle)]


def _numbers(
    exons: Seq[Span], annotated: Seq[Span], changed: Seq[Span], scale: _Scale, look: Colours, middle: float
) -> list[str]:
    """Numbers of the annotated exons, inside their boxes where these are wide enough."""
    found = []
    for number, span in enumerate(annotated, start=1):
        shared = [(max(a, span[0]), min(b, span[1])) for a, b in exons if a < span[1] and span[0] < b]
        for first, last in shared[:1]:
            left, right = scale.x(first), scale.x(last)
            if right - left > 22:
                found.append(_label((left + right) / 2, middle + 5, str(number), look.background))
    return found


def _stop_mark(
    one: PossibleTranscript, outcome: SplicingOutcome, scale: _Scale, look: Colours, middle: float
) -> list[str]:
    """A premature stop, where it is drawn."""
    stop, allele = one.stop, outcome.allele
    if stop is None or not stop.premature or stop.position is None or allele is None:
        return []
    at = allele.index(stop.position)
    if at is None or not scale.holds(at):
        return []
    x = scale.x(at)
    return [
        f'<path d="M{x:.1f} {middle - _BOX / 2 - 4} v{_BOX + 8}" stroke="{look.text}" stroke-width="3"/>',
        _label(x, middle - _BOX / 2 - 8, "stop", look.text),
    ]


def _measured(outcome: SplicingOutcome, junctions: Seq[Junction]) -> list[tuple[int, int, Junction]]:
    """Junctions as the bases of the allele that they join: end of one exon, start of the next."""
    found = []
    allele = outcome.allele
    for one in junctions:
        if allele is None or one.strand not in ("", outcome.transcript.strand):
            continue
        ends = sorted(at for place in (one.start, one.end + 1) if (at := allele.near(place, 1)) is not None)
        if len(ends) == 2:
            found.append((ends[0] + 1, ends[1], one))
    return found


def _measured_row(
    arcs: Seq[tuple[int, int, Junction]], annotated: Seq[Span], scale: _Scale, look: Colours, top: float
) -> list[str]:
    """Arcs over the annotated exons, short ones below long ones, with their reads at the top."""
    middle = top + _measured_height(len(arcs)) - 18
    most = max(one.reads for _, _, one in arcs) or 1
    parts = [f'<text x="12" y="{top + 14}" fill="{look.text}">measured junctions, with their reads</text>']
    for span in annotated:
        if span[0] < span[1] and scale.holds(span[0]) and scale.holds(span[1]):
            parts.append(_box(scale, span, middle, look.empty, 0.5))
    for level, (first, last, one) in enumerate(sorted(arcs, key=lambda arc: arc[1] - arc[0])):
        left, right = scale.x(first), scale.x(last)
        centre, width, lift = (left + right) / 2, 1.5 + 4 * one.reads / most, 24 + 30 * level
        # The top of such a curve lies half as high as its control point.
        parts.append(
            f'<path d="M{left:.1f} {middle - 7} Q{centre:.1f} {middle - 7 - 2 * lift} {right:.1f} {middle - 7}" '
            f'stroke="{look.bases["A"]}" stroke-width="{width:.1f}" fill="none"/>'
        )
        parts.append(_label(centre, middle - 12 - lift, f"{one.reads:,}", look.text))
    return parts


def _measured_height(arcs: int) -> int:
    return 84 + 30 * (arcs - 1) if arcs else 0


def _box(scale: _Scale, span: Span, middle: float, colour: str, share: float) -> str:
    left, right = scale.x(span[0]), scale.x(span[1])
    height = _BOX * share
    return (
        f'<rect x="{left:.1f}" y="{middle - height / 2:.1f}" width="{max(3, right - left):.1f}" height="{height:.1f}" '
        f'fill="{colour}"/>'
    )


def _translated(outcome: SplicingOutcome) -> Span | None:
    """From the start to the stop codon of the gene model, in bases of the allele; None for other transcripts."""
    coding, allele = outcome.transcript.coding, outcome.allele
    if not coding or allele is None:
        return None
    plus = outcome.transcript.strand == "+"
    first = allele.near(coding[0].start + 1 if plus else coding[0].end, 1)
    last = allele.near(coding[-1].end if plus else coding[-1].start + 1, -1)
    return (first, last + 1) if first is not None and last is not None else None


def _boxes(scale: _Scale, span: Span, translated: Span | None, middle: float, colour: str) -> list[str]:
    """An exon, lower where the gene model has it untranslated."""
    low, high = translated or span
    cuts = sorted({span[0], span[1], *(at for at in (low, high) if span[0] < at < span[1])})
    return [
        _box(scale, (one, two), middle, colour, 1 if low <= one and two <= high else _UNTRANSLATED)
        for one, two in pairwise(cuts)
    ]


def _label(x: float, y: float, text: str, colour: str) -> str:
    inside = min(max(x, 20), WIDTH - 20)
    return (
        f'<text x="{inside:.1f}" y="{y:.1f}" text-anchor="middle" font-size="15" fill="{colour}">{escape(text)}</text>'
    )
