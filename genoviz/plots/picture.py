"""A matplotlib figure as a file, with the words of users as they are."""

from __future__ import annotations

import io
import re
import warnings

from matplotlib.figure import Figure
from matplotlib.text import Text

LONGEST = 200  # letters of a text in a picture
# What XML can't hold: control characters, halves of surrogate pairs, and two that are no characters.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def figure_bytes(figure: Figure, kind: str, *, dpi: float = 200) -> bytes:
    """The figure as `svg` (text as outlines, the same on every computer) or `png`.

    Names of sequences and motifs may hold anything. `$` begins no formula, what can't stand in a file is left out, long
    texts are cut, and letters that no font has are drawn as boxes.
    """
    for text in figure.findobj(Text):
        _take_as_letters(text)
    target = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="constrained_layout not applied")  # a name longer than the picture
        figure.savefig(target, format=kind, dpi=dpi, facecolor=figure.get_facecolor(), metadata=metadata)
    return target.getvalue()


def _take_as_letters(text: Text) -> None:
    """Take a text of a figure for letters and nothing else."""
    text.set_parse_math(False)
    shown = text.get_text()
    plain = _NO_XML.sub("", shown)
    plain = plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}..."
    if plain != shown:
        text.set_text(plain)
