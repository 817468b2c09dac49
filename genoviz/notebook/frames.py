"""Results as data frames: the rows of their tables, with numbers as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from genoviz.attribute.attribution import Attribution
from genoviz.attribute.tables import attribution_table
from genoviz.compare.comparison import Comparison
from genoviz.compare.tables import base_table
from genoviz.dependency.dependency_map import Dependency
from genoviz.dependency.tables import dependency_table
from genoviz.effects.effect import VariantEffect
from genoviz.effects.tables import effect_row
from genoviz.embedding.map import EmbeddingMap
from genoviz.embedding.probe import Probe
from genoviz.embedding.tables import map_table, probe_table
from genoviz.errors import BadInput
from genoviz.language.filling import Infill
from genoviz.language.ratio import LikelihoodRatio
from genoviz.language.tables import infill_table, ratio_table
from genoviz.latent.denoise import Denoised
from genoviz.latent.dimensions import Dimensions
from genoviz.latent.reconstruction import Reconstruction
from genoviz.latent.tables import denoised_table, dimension_table, reconstruction_table, walk_table
from genoviz.latent.walk import Walk
from genoviz.mutagenesis.saturation import Mutagenesis
from genoviz.mutagenesis.tables import mutagenesis_table
from genoviz.predict.expectation import Expectation
from genoviz.predict.tables import expectation_table
from genoviz.sequences.tracks import Tracks
from genoviz.trust.report import TrustReport
from genoviz.trust.tables import trust_table
from genoviz.units.bank import UnitBank
from genoviz.units.tables import unit_table

if TYPE_CHECKING:
    import pandas as pd


_ROWS: tuple[tuple[type, Callable[[Any], list[Any]]], ...] = (
    (Attribution, attribution_table),
    (Mutagenesis, mutagenesis_table),
    (VariantEffect, lambda effect: [effect_row(effect)]),
    (TrustReport, trust_table),
    (Comparison, base_table),
    (Expectation, expectation_table),
    (Dependency, dependency_table),
    (Infill, infill_table),
    (LikelihoodRatio, lambda ratio: ratio_table([ratio])),
    (Walk, walk_table),
    (Dimensions, dimension_table),
    (Denoised, denoised_table),
    (Reconstruction, lambda one: reconstruction_table([one])),
    (EmbeddingMap, map_table),
    (Probe, probe_table),
    (UnitBank, unit_table),
)


def to_frame(result: object) -> pd.DataFrame:
    """A result as a data frame: a row per base, per check, per effect, as in its file.

    Parameters
    ----------
    result
        An `Attribution`, `Mutagenesis`, `VariantEffect`, `TrustReport`, `Comparison`, `Expectation`, `Dependency`, `Infill`,
        `LikelihoodRatio`, `Walk`, `Dimensions`, `Denoised`, `Reconstruction`, `EmbeddingMap`, `Probe`, `UnitBank` or `Tracks`.

    Raises
    ------
    BadInput
        For other things.

    Examples
    --------
    >>> from genoviz import Sequence
    >>> from genoviz.models.load import load_model
    >>> from genoviz.models.target import Target
    >>> from genoviz.mutagenesis import saturate
    >>> model = load_model("toy.sum")
    >>> found = saturate(model, Sequence("C" * 27 + "GATAAG" + "C" * 27), Target("activity"))
    >>> to_frame(found).importance[27:33].to_list()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    import pandas as pd

    if isinstance(result, Tracks):
        return result.to_frame()
    for kind, rows in _ROWS:
        if isinstance(result, kind):
            return pd.DataFrame([dict(row) for row in rows(result)])
    raise BadInput(
        f"{type(result).__name__} is no result that has a table.",
        "Results of attribute, saturate, variant_effect, assess, compare, expect, dependency, infill, likelihood_ratio, walk, "
        "dimensions, denoise, reconstruct, embedding_map, probe, unit_bank, and the tracks of predict.",
        "Give one of these.",
    )
