"""Which short patterns matter to a model over many sequences, and what its first filters look for."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.discover.patterns import Discovery, Pattern, discover

__all__ = ["Discovery", "Pattern", "discover"]

__getattr__ = names_of("genoviz.discover.patterns", __all__)
