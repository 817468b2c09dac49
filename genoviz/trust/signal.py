"""Light 2: how much of the explanation is taller than what chance gives?"""

from __future__ import annotations

import numpy as np

from genoviz.attribute.attribution import Attribution
from genoviz.models.base import Model
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle
from genoviz.trust.again import Parts, Progress, again
from genoviz.trust.light import Light, Threshold
from genoviz.trust.null_band import QUANTILE, stored_band

THRESHOLD = Threshold(0.10, -0.5)
TITLE = "Taller than chance"
SHUFFLES = 20  # of the sequence, where the model's card has no band


def signal(model: Model, result: Attribution, *, progress: Progress | None = None) -> Light:
    """Compare the letters with the null band.

    The band is that of the model's card (`genoviz.trust.null_band.stored_band`); where it has none for this method, the
    tallest letters of `SHUFFLES` dinucleotide shuffles of the sequence make one.

    Parameters
    ----------
    model, result
        The model, and its explanation.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Returns
    -------
    Light
        Figure: share of all attribution that stands in letters taller than the band. Where there are none, by how much of
        the band the tallest letter misses it, below 0: -0.4 for one of 60 % of the band, -1 where no base has a score.
    """
    tall = np.abs(np.nan_to_num(result.per_base).astype(np.float64))
    if not tall.sum() > 0:
        return _light(-1.0, "No base has a score: this explanation says nothing.", ())
    if result.baseline == "sequence":
        return _light(
            None, "Against a sequence of yours there is no chance level: shuffles would be compared with it too.", ()
        )
    band, source = _band(model, result, progress)
    share = float(tall[tall > band].sum() / tall.sum())
    beyond = int((tall > band).sum())
    said = (
        f"{100 * share:.0f} % of the attribution, in {beyond:,} bases, is taller than"
        if beyond
        else f"The tallest letter reaches {100 * tall.max() / band:.0f} % of"
    )
    sentence = f"{said} {band:.3g} {result.unit}, which {100 * QUANTILE:.0f} of 100 shuffled sequences stay below."
    row = {"band": band, "bases_beyond": beyond, "share_beyond": share, "tallest": float(tall.max()), "source": source}
    return _light(share if beyond else float(tall.max() / band) - 1, sentence, (row,))


def _band(model: Model, result: Attribution, progress: Progress | None) -> tuple[float, str]:
    """Height of the band, and where it is from."""
    stored = stored_band(model.card, result.target, result.method, result.baseline)
    if stored is not None and stored.letters is not None:
        return stored.letters, "card"
    tallest, parts = [], Parts(progress, SHUFFLES)
    for i, text in enumerate(dinucleotide_shuffle(result.sequence.bases, SHUFFLES)):
        scores = again(model, result, sequence=Sequence(text), seed=i).per_base
        tallest.append(float(np.abs(np.nan_to_num(scores)).max()))
        parts.next()
    return float(np.quantile(tallest, QUANTILE)), f"{SHUFFLES} shuffles of this sequence"


def _light(figure: float | None, sentence: str, rows: tuple[dict[str, object], ...]) -> Light:
    colour = None if figure is None else THRESHOLD.colour(figure)
    return Light("signal", TITLE, figure, THRESHOLD, sentence, _ADVICE.get(colour or "", ""), rows)


_ADVICE = {
    "amber": "Single letters this tall also stand in shuffled sequences: read a site only where other evidence names it.",
    "red": "Read no site off this picture: letters twice as tall also stand in shuffled sequences.",
}
