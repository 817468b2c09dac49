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
from genoviz.motifs.match import FEWEST, Block, name_blocks
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
    padded = standing.padding // 2  # on the left, see `Sequence.fit`
    blocks = [
        block
        for block in name_blocks(window, scores, named, about=factors_of(standing.target))
        if block.seqlet.total > 0 and padded <= block.seqlet.start and block.seqlet.end <= padded + standing.given
    ]
    if not blocks:
        return None
    strongest: Block = max(blocks, key=lambda block: block.seqlet.total)
    start, end, match = strongest.seqlet.start, strongest.seqlet.end, strongest.match()
    letters = encode(window)[0].numpy().T[start:end] * np.nan_to_num(scores)[start:end, None]
    first = standing.start + start - padded
    return Site(
        first,
        first + end - start,
        window.bases[start:end],
        letters.astype(np.float32),
        family_label(match.motif) if match is not None else "",
    )
