"""Measured truth beside prediction: effects of changes, pairs, libraries and tracks that experiments gave."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.measured.against import Against, against

__all__ = ["Against", "against"]

__getattr__ = names_of("genoviz.measured.against", __all__)
