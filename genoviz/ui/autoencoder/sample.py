"""Draw new ones: sequences from random points of the latent space, scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genoviz.files.tsv import tsv
from genoviz.models.words import percentiles
from genoviz.sequences.sequence import Sequence
from genoviz.ui.autoencoder.work import run
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape

if TYPE_CHECKING:
    from genoviz.latent.scorer import Scorer

FIRST: dict[str, object] = {"latent_count": 50, "latent_seed": 0}
_SHOWN = 20


@dataclass(frozen=True, eq=False)
class _Drawn:
    sequences: list[Sequence]
    scores: NDArray[np.float64] | None


def show(choice: Choice, scorer: Scorer | None) -> None:
    """How many, the drawn sequences, and where their scores stand among held-out ones."""
    card = choice.card
    left, right = st.columns(2)
    count = int(left.number_input("Sequences", 2, 1_000, key="latent_count"))
    seed = int(right.number_input("Seed", 0, 9_999, key="latent_seed", help="Same seed, same sequences."))
    model = cache.loaded(card)

    def work(progress: Callable[[float], None]) -> _Drawn:
        from genoviz.predict.sample import sample

        drawn = sample(model, count, seed=seed)
        return _Drawn(drawn, None if scorer is None else scorer.values([one.bases for one in drawn], progress))

    found = run(card, scorer, ("sample", count, seed), count, work)
    if found is not None:
        _result(choice, scorer, found)


def _result(choice: Choice, scorer: Scorer | None, found: _Drawn) -> None:
    rows: list[dict[str, object]] = [{"name": one.name, "bases": one.bases} for one in found.sequences]
    if scorer is not None and found.scores is not None:
        st.markdown(f"**{escape(_sentence(scorer, found.scores))}**")
        rows = [row | {"score": float(value)} for row, value in zip(rows, found.scores, strict=True)]
        rows.sort(key=lambda row: -float(str(row["score"])))
    st.caption(
        "A point is drawn from the standard normal, then each base from the decoder's probabilities, independent of the others: the "
        "composition of a promoter, but rarely a sharp motif."
    )
    st.dataframe(rows[:_SHOWN], hide_index=True, width="stretch")
    if len(rows) > _SHOWN:
        st.caption(f"The first {_SHOWN} of {len(rows):,}; the files hold all.")
    from genoviz.models.provenance import provenance

    said = provenance(
        choice.card, seed=st.session_state["latent_seed"], scored_by=scorer.label if scorer is not None else None
    )
    stem = f"genoviz_{choice.card.name}_drawn"
    with st.container(horizontal=True):
        download("FASTA", lambda: "".join(one.fasta() for one in found.sequences), f"{stem}.fa", "text/plain")
        download("Table (TSV)", lambda: tsv(rows, said), f"{stem}.tsv", "text/tab-separated-values")


def _sentence(scorer: Scorer, scores: NDArray[np.float64]) -> str:
    """The median score, and its place among the sets of the scorer's card."""
    middle, card = float(np.median(scores)), scorer.model.card
    tracks = scorer.target.tracks or card.outputs[0].tracks[:1]
    shares = percentiles(card, tracks[0], middle)
    place = ", ".join(f"{share:.0f} % of the {name}" for name, share in shares.items())
    low, high = np.percentile(scores, (5, 95))
    return (
        f"{scorer.label}: median {middle:+.2g} of {len(scores)} drawn sequences (90 % between {low:+.2g} and {high:+.2g})"
        + (f"; the median is higher than {place} held-out sequences." if place else ".")
    )
