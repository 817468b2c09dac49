"""Which bases made a model predict what it predicts: attribution methods, baselines, the rescale rule."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution, attribute

__all__ = ["Attribution", "attribute"]

__getattr__ = names_of("genoviz.attribute.attribution", __all__)
