"""Light 1: do the scores add up to the difference they explain, against each reference?"""

from __future__ import annotations

from genoviz.attribute.attribution import AMBER, GREEN, Attribution
from genoviz.trust.light import Light, Threshold

THRESHOLD = Threshold(GREEN, AMBER, small_is_good=True)
TITLE = "Scores add up"


def completeness(result: Attribution) -> Light:
    """Hold the gap of an explanation against 1 and 5 %.

    Parameters
    ----------
    result
        The explanation.

    Returns
    -------
    Light
        Figure: mean gap over references as a share of the mean difference to explain. None for methods that promise no sum,
        and where there is no difference.
    """

    def light(figure: float | None, sentence: str, advice: str = "") -> Light:
        return Light("completeness", TITLE, figure, THRESHOLD, sentence, advice, rows)

    rows = tuple({"reference": i + 1, "gap": gap, "unit": result.unit} for i, gap in enumerate(result.gaps))
    if result.gap is None:
        return light(None, "This method does not promise that its scores add up to anything.")
    if result.relative_gap is None:
        return light(None, "Sequence and reference give the same output: there is nothing to add up to.")
    largest = max((abs(gap) for gap in result.gaps), default=result.gap)
    sentence = result.completeness_sentence + (
        f" Largest gap of {len(result.gaps)} references: {largest:.2g} {result.unit}." if len(result.gaps) > 1 else ""
    )
    advice = "" if THRESHOLD.colour(result.relative_gap) == "green" else "Choose Integrated Gradients or mutations."
    return light(result.relative_gap, sentence, advice)
