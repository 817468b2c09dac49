"""What a language model writes: hidden bases filled in, new sequences drawn."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.language.filling import Infill, infill

__all__ = ["Infill", "infill"]

__getattr__ = names_of("genoviz.language.filling", __all__)
