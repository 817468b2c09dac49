"""Edits that change a prediction within rules: the fewest that raise or lower it, and those that switch it off."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.design.fewest_edits import Design, Step, design

__all__ = ["Design", "Step", "design"]

__getattr__ = names_of("genoviz.design.fewest_edits", __all__)
