"""What sites do alone and together, written into many backgrounds."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.grammar.placements import copies, marginalise, slide, spacing

__all__ = ["copies", "marginalise", "slide", "spacing"]

__getattr__ = names_of("genoviz.grammar.placements", __all__)
