"""Results in words: sentences that pages, reports and screen readers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Fitted

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.trust.report import TrustReport


def methods_paragraph(
    card: ModelCard,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    version: str,
    fitted: Fitted | None = None,
    trusted: TrustReport | None = None,
) -> str:
    """A methods paragraph with settings and citations."""
    from genoviz.attribute.methods import METHODS

    parts = [
        f"Predictions were made with genoviz {version}, model {card.name} "
        f"({card.title}; weights sha256 {card.sha256[:16] or 'set by hand'})."
    ]
    if result is not None:
        row = METHODS[result.method]
        text = f"Bases were scored with {row.title} ({row.citation}) for the target {result.target} ({result.unit})"
        if result.baseline:
            text += (
                f", compared with {result.references} reference(s) of the kind '{result.baseline}' (seed {result.seed})"
            )
        if result.relative_gap is not None:
            text += f"; completeness gap {100 * result.relative_gap:.2g} %"
        parts.append(text + ".")
    if trusted is not None:
        parts.append(f"Checks of this explanation: {trusted.sentence}")
    if fitted is not None and fitted.numbering:
        parts.append(f"{fitted.sentence} {fitted.numbering}")
    if mutations is not None:
        parts.append(
            f"In-silico saturation mutagenesis covered positions {mutations.window[0] + 1}-{mutations.window[1]}; "
            "effects are alternate minus reference."
        )
    parts += [card.citation, f"Training data: {card.data}", f"Licence of the weights: {card.licence}."]
    return " ".join(parts)
