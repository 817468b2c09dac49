"""Dimensions: what each one changes in the sequence, and in what the supervised model says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.sequences.sequence import Sequence
from genoviz.ui.autoencoder.logos import logos
from genoviz.ui.autoencoder.work import run
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, is_dark

if TYPE_CHECKING:
    from genoviz.latent.dimensions import Dimensions
    from genoviz.latent.scorer import Scorer

AROUND = {"middle": "The middle of the space", "sequence": "The open sequence"}
FIRST: dict[str, object] = {"latent_around": "middle", "latent_reach": 2.0, "latent_dimension": None}


def show(choice: Choice, scorer: Scorer | None) -> None:
    """All dimensions by their effect, and one of them in letters."""
    from genoviz.latent.dimensions import dimensions
    from genoviz.latent.scorer import DRAWS

    left, right = st.columns(2)
    around = left.segmented_control(
        "Around", list(AROUND), key="latent_around", format_func=AROUND.__getitem__, required=True
    )
    reach = float(
        right.slider(
            "Moved to both sides by",
            0.5,
            4.0,
            step=0.5,
            key="latent_reach",
            help="In standard deviations of the prior.",
        )
    )
    sequence = choice.sequence if around == "sequence" else None
    if around == "sequence" and sequence is None:
        st.info("Paste a sequence into the box above, or look around the middle of the space.")
        return
    card = choice.card
    model = cache.loaded(card)

    def work(progress: Callable[[float], None]) -> Dimensions:
        return dimensions(model, sequence, reach=reach, scorer=scorer, progress=progress)

    count = 2 * int(card.config.get("latent", 32)) * DRAWS
    found = run(card, scorer, ("dimensions", sequence, reach), count, work)
    if found is not None:
        _result(choice, found)


def _result(choice: Choice, found: Dimensions) -> None:
    from genoviz.latent.tables import dimension_provenance, dimension_table
    from genoviz.plots.latent import change_figure, effect_figure
    from genoviz.plots.palette import colours

    look, bare = colours("colour-safe", is_dark()), {"displayModeBar": False}
    st.markdown(f"**{escape(found.sentence)}**")
    effect = effect_figure(found, look)
    if effect is not None:
        st.plotly_chart(effect, width="stretch", key="latent effects", config=bare)
        st.caption(
            f"Upper end minus lower end, mean over {len(found.effect.values) if found.effect else 0} drawn sequences with its 95 % "
            "interval; both ends are drawn with the same random numbers. Open circles: the interval holds 0."
        )
    _one(choice, found)
    st.header("Where each dimension changes the sequence", anchor=False)
    st.plotly_chart(change_figure(found, look), width="stretch", key="latent changes", config=bare)
    st.caption("Share of the probability that moves from some bases to others between the two ends.")
    download(
        "Table (TSV)",
        lambda: tsv(dimension_table(found), dimension_provenance(found)),
        f"genoviz_{choice.card.name}_dimensions.tsv",
        "text/tab-separated-values",
    )


def _one(choice: Choice, found: Dimensions) -> None:
    """One dimension: the decoder's logos at both ends."""
    order = (found.order + 1).tolist()
    if st.session_state.get("latent_dimension") not in order:
        st.session_state["latent_dimension"] = order[0]
    st.header("One dimension in letters", anchor=False)
    number = int(st.selectbox("Dimension", order, key="latent_dimension", help="The largest effect first."))
    i = number - 1
    top = found.sequence or Sequence("".join("ACGT"[b] for b in ((found.low + found.high)[i]).argmax(0)), "decoded")
    logos(
        "latent dimension",
        top,
        [(f"Dimension {number} at {-found.reach:+g}", found.low[i]), (f"at {found.reach:+g}", found.high[i])],
        summary=f"The decoder's bases at the two ends of dimension {number}: {found.letters[i]} likeliest bases differ.",
        title=f"Dimension {number}",
        tss=choice.card.tss,
    )
