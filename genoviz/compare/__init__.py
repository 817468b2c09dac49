"""Whether explanations agree: methods, models, sequences, bins, mutants and sets held against each other."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.compare.comparison import Comparison, compare

__all__ = ["Comparison", "compare"]

__getattr__ = names_of("genoviz.compare.comparison", __all__)
