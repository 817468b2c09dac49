"""Names and limits that pages and commands show before anything heavy is loaded."""

from __future__ import annotations

MUTATIONS = "mutations"  # the method that predicts each changed sequence
OVERLAP = 4  # windows that hold each base of a longer element, about
BARCODES = 10  # fewest barcodes of a reliable effect, as the authors of the saturation experiments filter
