"""The locus that the header of a pasted sequence names."""

from __future__ import annotations

from dataclasses import replace

from genoviz.sequences.header_locus import header_locus
from genoviz.ui.frame.inputs import Choice


def located(choice: Choice) -> Choice:
    """The choice with the locus of its sequence's header, for genome coordinates on the ruler and in files."""
    given, fitted = choice.record.sequence if choice.record else None, choice.fitted
    locus = header_locus(given.name, len(given)) if given is not None and given.locus is None else None
    if given is None or fitted is None or locus is None:
        return choice
    whole = replace(given, locus=locus)
    if fitted.left_pad or fitted.right_pad:
        return replace(choice, sequence=whole.fit(choice.card.length, how="pad").sequence)
    return replace(choice, sequence=whole.crop(fitted.start, fitted.end))
