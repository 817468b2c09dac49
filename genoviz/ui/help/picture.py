"""The viewer as an annotated drawing: what its parts are, numbered, with what each says in a list beside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH, HEIGHT = 760, 364
LEFT, CELL, FIRST = 56, 15.5, 30  # pixels before the first base and of a base; number of the first base drawn
BASES = "TAGACCGGAAGTGCCTGAGGTGCTACTACAGTGTCCACTTCCGG"
SITES = ((4, 11), (35, 44))  # places of the two sites in `BASES`, half-open


@dataclass(frozen=True)
class Look:
    """Colours of the drawing on a light or a dark page."""

    ground: str
    ink: str
    muted: str
    line: str
    panel: str
    box: str
    mark: str
    on_mark: str
    bases: Mapping[str, str]
    down: str
    up: str


LIGHT = Look(
    *("#ffffff", "#1b2733", "#55626f", "#c9d1d9", "#eef2f6", "#e4ddf0", "#9a3412", "#ffffff"),
    {"A": "#1a8f3c", "C": "#1f5fbf", "G": "#c77700", "T": "#cc2233"},
    *("#2563a8", "#c0392b"),
)
DARK = Look(
    *("#11161d", "#e6edf3", "#a3afbb", "#3a4653", "#1b232d", "#3d3357", "#f0b27a", "#11161d"),
    {"A": "#3fbf6a", "C": "#6ea8e6", "G": "#f0a63a", "T": "#ef6b73"},
    *("#6ea8e6", "#ef6b73"),
)

# Number, what it is, what it says. The places of the numbers are in `_marks`.
PARTS: tuple[tuple[str, str], ...] = (
    (
        "Tools",
        "Zoom out and in, show all, zoom to the selection, height of the letters, other strand; then undo, redo and Reset.",
    ),
    ("Overview", "The whole sequence, and the part of it that is shown. Click or drag there to move the window."),
    (
        "Bases",
        "The sequence with the numbers of its bases. Click a base to change it; Shift and drag selects a stretch.",
    ),
    (
        "Boxes",
        "Stretches with a name: sites that are known, and blocks of the logo with the motif that they look like.",
    ),
    (
        "Logo",
        "Height of a letter: how much this base moves the prediction. Above the line it raises it, below it lowers it. The number "
        "at the left is the height of the scale.",
    ),
    (
        "Mutation map",
        "A column for each position, a row for each base that it could be changed to. Red raises the prediction, blue lowers it; "
        "grey is the base that is there. A click makes the change.",
    ),
    ("Colours and files", "Colours of the bases, a link to this view, the picture as a file, and all keys under ?."),
)


def picture(look: Look) -> str:
    """The drawing as SVG, with a number on each of `PARTS`."""
    heights = _heights()
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{look.ground}" stroke="{look.line}"/>',
        *_bar(look),
        *_overview(look, heights),
        *_bases(look),
        *_boxes(look),
        *_logo(look, heights),
        *_map(look, heights),
        *_marks(look),
        "</svg>",
    ]
    return "".join(out)


def as_image(look: Look) -> str:
    """The drawing for a page: as an image, for bare SVG is dropped there; its description names the parts."""
    data = base64.b64encode(picture(look).encode()).decode()
    parts = "; ".join(f"{i}: {name}" for i, (name, _) in enumerate(PARTS, start=1))
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="The viewer with its parts numbered. {escape(parts)}." '
        f'style="width:100%;max-width:{WIDTH + 140}px;height:auto;display:block">'
    )


def _x(i: float) -> float:
    return LEFT + i * CELL


def _heights() -> np.ndarray:
    """Made-up scores: two sites of tall letters, and little letters between them."""
    small = np.random.default_rng(4).normal(0, 2.2, len(BASES))
    for (start, end), top in zip(SITES, (52, 66), strict=True):
        shape = np.sin(np.linspace(0.5, np.pi - 0.4, end - start))
        small[start:end] = top * shape
    return small


def _bar(look: Look) -> list[str]:
    boxes = [
        f'<rect x="{LEFT + i * 34}" y="16" width="28" height="26" rx="5" fill="{look.panel}" stroke="{look.line}"/>'
        for i in range(8)
    ]
    signs = "−+↔⬚↕⇄↶↷"
    boxes += [
        f'<text x="{LEFT + i * 34 + 14}" y="34" text-anchor="middle" font-size="15" fill="{look.ink}">{sign}</text>'
        for i, sign in enumerate(signs)
    ]
    for i, word in enumerate(("Link", "SVG", "PNG", "?")):
        x = WIDTH - 24 - (4 - i) * 50
        boxes.append(f'<rect x="{x}" y="16" width="44" height="26" rx="5" fill="{look.panel}" stroke="{look.line}"/>')
        boxes.append(f'<text x="{x + 22}" y="34" text-anchor="middle" font-size="13" fill="{look.ink}">{word}</text>')
    return boxes


def _overview(look: Look, heights: np.ndarray) -> list[str]:
    bars = [
        f'<rect x="{_x(i):.1f}" y="{80 - min(18, abs(h) / 3.6):.1f}" width="{CELL}" height="{min(18, abs(h) / 3.6):.1f}" fill="{look.muted}"/>'
        for i, h in enumerate(heights)
    ]
    frame = f'<rect x="{LEFT}" y="58" width="{CELL * len(BASES):.1f}" height="22" fill="{look.panel}" stroke="{look.down}" stroke-width="1.5"/>'
    return [frame, *bars]


def _bases(look: Look) -> list[str]:
    out = []
    for i, base in enumerate(BASES):
        if (FIRST + i) % 10 == 0:
            out.append(
                f'<text x="{_x(i + 0.5):.1f}" y="97" text-anchor="middle" font-size="11" fill="{look.muted}">{FIRST + i}</text>'
            )
        out.append(
            f'<text x="{_x(i + 0.5):.1f}" y="116" text-anchor="middle" font-size="15" font-weight="600" fill="{look.bases[base]}">{base}</text>'
        )
    return out


def _boxes(look: Look) -> list[str]:
    out = []
    for (start, end), name in zip(SITES, ("Ets: GABPA", "Ets: GABPA"), strict=True):
        x, width = _x(start), (end - start) * CELL
        out.append(
            f'<rect x="{x:.1f}" y="130" width="{width:.1f}" height="20" rx="3" fill="{look.box}" stroke="{look.muted}"/>'
        )
        out.append(
            f'<text x="{x + width / 2:.1f}" y="145" text-anchor="middle" font-size="12" fill="{look.ink}">{name}</text>'
        )
    return out


def _logo(look: Look, heights: np.ndarray) -> list[str]:
    base_line = 242
    out = [f'<text x="{LEFT - 8}" y="182" text-anchor="end" font-size="11" fill="{look.muted}">0.67</text>']
    for i, (base, height) in enumerate(zip(BASES, heights, strict=True)):
        tall = abs(height) / 11.2  # a capital of size 15 is 11 pixels high
        flip = 1 if height >= 0 else -1
        out.append(
            f'<text transform="translate({_x(i + 0.5):.1f} {base_line}) scale(1.25 {flip * tall:.2f})" text-anchor="middle" '
            f'font-size="15" font-weight="700" fill="{look.bases[base]}">{base}</text>'
        )
    out.append(f'<path d="M{LEFT} {base_line}.5H{_x(len(BASES)):.1f}" stroke="{look.muted}"/>')
    return out


def _map(look: Look, heights: np.ndarray) -> list[str]:
    top, row = 276, 18
    out = []
    noise = np.random.default_rng(1).uniform(0.02, 0.22, (4, len(BASES)))
    for r, name in enumerate("ACGT"):
        y = top + r * row
        out.append(
            f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end" font-size="12" font-weight="600" fill="{look.bases[name]}">{name}</text>'
        )
        for i, base in enumerate(BASES):
            strength = min(1.0, float(noise[r, i]) + max(0.0, float(heights[i])) / 80)
            colour = look.line if base == name else look.down if heights[i] > 3 or (r + i) % 3 else look.up
            opacity = 1.0 if base == name else strength
            out.append(
                f'<rect x="{_x(i):.1f}" y="{y}" width="{CELL - 1:.1f}" height="{row - 1}" fill="{colour}" fill-opacity="{opacity:.2f}"/>'
            )
    return out


def _marks(look: Look) -> list[str]:
    places = ((24, 29), (24, 69), (24, 111), (24, 140), (24, 214), (24, 312), (WIDTH - 238, 29))
    out = []
    for i, (x, y) in enumerate(places, start=1):
        out.append(f'<circle cx="{x}" cy="{y}" r="12" fill="{look.mark}"/>')
        out.append(
            f'<text x="{x}" y="{y + 5}" text-anchor="middle" font-size="14" font-weight="700" fill="{look.on_mark}">{i}</text>'
        )
    return out
