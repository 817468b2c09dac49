"""Users' words in pictures: names of sequences, motifs, tracks and units are shown as they are, never as markup.

Matplotlib reads `$...$` as mathematics, plotly reads HTML tags, entities, `%{...}` and `$...$`. Neither may happen to a
name: at best it looks wrong, at worst the picture fails. Pictures of matplotlib are made safe at one place, when they are
saved (`figure_bytes`); plotly draws in the browser, so that words go through `in_plotly` where they enter a figure.
"""

from __future__ import annotations

import io
import unicodedata
from functools import cache

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text

LONGEST = 120  # characters of a line; more do not fit a page
_WIDTH = 0.6  # of a letter, for its height
UPRIGHT = 40  # of a line that runs upwards beside its axes
MISSING = "\u25a1"  # a box, for letters that the font does not have
_MARKUP = {ord(character): f"&#{ord(character)};" for character in "&<>$%\"'"}


def drawable(words: str, longest: int = LONGEST) -> str:
    """Words that a font can draw and an XML file can hold, line by line.

    Control characters and halves of characters become spaces, letters without a glyph boxes, and the middle of a line of
    more than `longest` characters is left out.
    """
    lines = (shortened(_printable(line), longest) for line in words.split("\n"))
    return "\n".join("".join(c if c.isascii() or _has_glyph(c) else MISSING for c in line) for line in lines)


def in_plotly(words: str) -> str:
    """Words for a title, name, label or template of plotly, which shows them letter by letter."""
    return shortened(_printable(words)).translate(_MARKUP)


def shortened(line: str, longest: int = LONGEST) -> str:
    """A line of at most `longest` characters: the first and the last ones, for names begin and units end it."""
    half = longest // 2
    return line if len(line) <= longest else f"{line[: half - 1]}\u2026{line[-half:]}"


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """The figure as `svg` (text as outlines, the same on every computer) or `png` (200 dots per inch).

    No text of the figure is read as mathematics or is wider than it, see `drawable`.
    """
    for text in figure.findobj(Text):
        if isinstance(text, Text):
            text.set_parse_math(False)
            across = int(72 * figure.get_figwidth() / (_WIDTH * float(text.get_fontsize())))
            text.set_text(drawable(text.get_text(), UPRIGHT if text.get_rotation() else min(across, LONGEST)))
    target = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else None
    figure.savefig(target, format=kind, dpi=200, facecolor=figure.get_facecolor(), metadata=metadata)
    return target.getvalue()


def _printable(line: str) -> str:
    """Without control, formatting, unassigned and private characters and halves of characters; any space is a plain one."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in line)


@cache
def _has_glyph(character: str) -> bool:
    return bool(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_char_index(ord(character)))
