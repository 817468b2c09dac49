"""What happens when bases are changed: every substitution, blocks, pairs."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.mutagenesis.saturation import Mutagenesis, count_variants, parse_window, plan_for, saturate

__all__ = ["Mutagenesis", "count_variants", "parse_window", "plan_for", "saturate"]

__getattr__ = names_of("genoviz.mutagenesis.saturation", __all__)
