"""Light 5: is the other strand explained by the same bases?"""

from __future__ import annotations

from dataclasses import replace

from genoviz.attribute.attribution import Attribution
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from genoviz.trust.again import Progress, again
from genoviz.trust.light import NEVER_RED, Light, Threshold
from genoviz.trust.likeness import is_flat, likeness

SYMMETRIC = Threshold(0.9, 0.7)
ONE_STRAND = Threshold(0.9, NEVER_RED)  # a model that does not promise symmetry breaks no promise
TITLE = "Same on both strands"


def strand(model: Model, result: Attribution, *, progress: Progress | None = None) -> Light:
    """Explain the reverse complement, and lay its scores over those of the sequence.

    Parameters
    ----------
    model, result
        The model, and its explanation.
    progress
        Called with the share done.

    Returns
    -------
    Light
        Figure: likeness of the two maps, from -1 to 1. None where the model reads RNA, which has one strand, and where no
        base has a score. Red only for models whose card promises that both strands are alike.
    """
    card = model.card
    threshold = SYMMETRIC if card.strand_symmetric else ONE_STRAND
    if card.molecule == "RNA":
        return Light("strand", TITLE, None, threshold, "RNA has one strand.")
    if is_flat(result.per_base):
        return Light("strand", TITLE, None, threshold, "No base has a score that could be compared.")
    other = again(model, result, turned=Sequence.reverse_complement, target=mirrored(result.target, card))
    if progress is not None:
        progress(1.0)
    alike = likeness(result.per_base, other.per_base[::-1])
    sentence = (
        f"The explanation of the reverse complement is alike by {alike:.2f} (1: the same). "
        f"The output is {result.value:.3g} on this strand and {other.value:.3g} on the other {result.unit}."
    )
    advice = ""
    if threshold.colour(alike) != "green":
        advice = (
            "Read only sites that both strands show."
            if card.strand_symmetric
            else "This model may read one strand only: check that the sequence lies the right way round."
        )
    row = {"likeness": alike, "value": result.value, "value_other_strand": other.value}
    return Light("strand", TITLE, alike, threshold, sentence, advice, (row,))


def mirrored(target: Target, card: ModelCard) -> Target:
    """The same bins as they lie in the reverse complement."""
    if target.bins is None:
        return target
    bins = card.output(target.output).bins
    return replace(target, bins=(bins - target.bins[1], bins - target.bins[0]))
