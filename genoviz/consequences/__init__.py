"""What a mutation does to the signals that biology knows, in words."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.consequences.judged import Consequences, of_alleles, of_edit, of_history, of_map

__all__ = ["Consequences", "of_alleles", "of_edit", "of_history", "of_map"]

__getattr__ = names_of("genoviz.consequences.judged", __all__)
