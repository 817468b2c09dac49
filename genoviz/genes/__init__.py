"""Gene models: transcripts from annotation files, and places named in words."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels, open_genes

__all__ = ["GeneModels", "open_genes"]

__getattr__ = names_of("genoviz.genes.models", __all__)
