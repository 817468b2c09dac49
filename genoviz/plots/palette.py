"""Colours of bases, effects and backgrounds; the same on pages and in exported files."""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.errors import UnknownName

# Classic A green, C blue, G orange, T red, shaded so that letters keep 3:1 against their background.
_CLASSIC = {
    False: {"A": "#17803d", "C": "#2459a9", "G": "#c77700", "T": "#c62a36"},
    True: {"A": "#5fd08a", "C": "#7fb0f5", "G": "#f5b941", "T": "#f2777c"},
}
# Distinguishable with every common form of colour-vision deficiency (hues after Okabe and Ito 2008).
_SAFE = {
    False: {"A": "#00795a", "C": "#0f6fb5", "G": "#b87400", "T": "#2b2b2b"},
    True: {"A": "#3fc79f", "C": "#6db9f2", "G": "#f0b13c", "T": "#e6e6e6"},
}
_MONO = {
    False: dict.fromkeys("ACGT", "#ffffff"),
    True: dict.fromkeys("ACGT", "#11161d"),
}
PALETTES = {"classic": "Classic", "colour-safe": "Colour-vision safe", "mono": "Monochrome, outlined"}

LOWER, HIGHER = "#2660ad", "#c52834"  # diverging map: blue lowers the output, red raises it


@dataclass(frozen=True)
class Colours:
    """Everything a picture needs to look like its page."""

    bases: dict[str, str]
    outline: str | None
    text: str
    muted: str
    background: str
    empty: str  # cells without a value of their own, such as the reference base
    zero: str  # middle of the diverging map


def colours(palette: str = "classic", dark: bool = False) -> Colours:
    """Colours of a palette (key of `PALETTES`) on a light or dark background."""
    tables = {"classic": _CLASSIC, "colour-safe": _SAFE, "mono": _MONO}
    if palette not in tables:
        raise UnknownName.among("palette", palette, PALETTES)
    text = "#e8edf3" if dark else "#1c2530"
    return Colours(
        bases={**tables[palette][dark], "N": "#8a93a0"},
        outline=text if palette == "mono" else None,
        text=text,
        muted="#a3afbd" if dark else "#5a6675",
        background="#11161d" if dark else "#ffffff",
        empty="#3a424e" if dark else "#d9dee5",
        zero="#1a212b" if dark else "#f7f8fa",
    )
