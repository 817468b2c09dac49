"""The stretch that a row of the verdict rests on: the strongest block of its scores, and what it looks like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import offered
from genoviz.errors import GenovizError
from genoviz.models.base import Model
from genoviz.models.factors import factors_of, usual_taxa
from genoviz.models.onehot import encode
from genoviz.motifs.collection import collection, user_motifs
from genoviz.motifs.families import family_label
from genoviz.motifs.match import FEWEST, name_blocks
from genoviz.motifs.seqlets import call_seqlets, joined
from genoviz.verdict.standing import Standing

METHOD = "deepliftshap"  # as on the page


@dataclass(frozen=True, eq=False)
class Site:
    """The strongest block of one row.

    Attributes
    ----------
    start, end
        Its bases in the sequence as it was given (0-based, half-open).
    bases
        The letters.
    letters
        What each base contributes to the track's logit, `(end - start, 4)`, columns A C G T.
    family
        Family and factor of the motif that it looks like; empty where it looks like none.
    """

    start: int
    end: int
    bases: str
    letters: NDArray[np.float32]
    family: str


def strongest_site(model: Model, standing: Standing) -> Site | None:
    """The block that holds most of a row's scores and raises them; None where no stretch does or it can't be explained.

    Parameters
    ----------
    model
        Of the row's card.
    standing
        The row. Its scores are those of the page's usual method, compared with the motifs that the page compares with.
    """
    card, window = standing.card, standing.window
    fitting = offered(card)
    try:
        result = attribute(model, window, standing.target, METHOD if METHOD in fitting else fitting[0])
    except GenovizError:  # a plug-in without gradients, say: the row stands all the same
        return None
    scores = result.per_base
    taxa = usual_taxa(card)
    motifs = (*user_motifs().motifs, *collection(taxa))
    named = motifs if len(motifs) >= FEWEST else ()
    left = standing.padding // 2  # N before the sequence, see `Sequence.fit`
    inside = [
        seqlet
        for seqlet in joined(call_seqlets(scores), scores)
        if seqlet.total > 0 and left <= seqlet.start and seqlet.end <= left + standing.given
    ]
    if not inside:
        return None
    strongest = max(inside, key=lambda seqlet: seqlet.total)  # alone: its name does not depend on the others
    (block,) = name_blocks(window, scores, named, seqlets=[strongest], about=factors_of(standing.target))
    start, end, match = strongest.start, strongest.end, block.match()
    letters = encode(window)[0].numpy().T[start:end] * np.nan_to_num(scores)[start:end, None]
    first = standing.start + start - left
    return Site(
        first,
        first + end - start,
        window.bases[start:end],
        letters.astype(np.float32),
        family_label(match.motif) if match is not None else "",
    )
