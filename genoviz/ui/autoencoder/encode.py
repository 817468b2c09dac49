"""Encode: the point of a sequence, what the decoder writes from it, and how unusual its error is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.autoencoder.logos import logos
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, title_of
from genoviz.ui.frame.outputs import escape, is_dark
from genoviz.ui.frame.receipts import receipt_panel

if TYPE_CHECKING:
    from genoviz.latent.reconstruction import Reconstruction


def show(choice: Choice) -> None:
    """What comes back of the open sequence, and of the other records."""
    from genoviz.plots.latent import point_figure
    from genoviz.plots.palette import colours

    card, sequence = choice.card, choice.sequence
    if sequence is None:
        return
    found = _reconstructed(card.name, card.sha256, sequence)
    st.markdown(f"**{escape(found.sentence)}**")
    _how_good(choice)
    logos(
        "latent encode",
        sequence,
        [("What the decoder writes", found.probabilities)],
        summary="The decoder's bases, as high as it is sure of them; below, how surprised it is by the base that is there.",
        title=title_of(choice),
        tss=card.tss,
        extra=[canvas.line(found.surprise, "Surprise: error at each base", "nats", height=60)],
    )
    st.header("The point", anchor=False)
    st.plotly_chart(
        point_figure(found.point, colours("colour-safe", is_dark())),
        width="stretch",
        key="latent point",
        config={"displayModeBar": False},
    )
    st.caption(
        f"{len(found.point)} numbers: all that the decoder is told. In the prior, from which new sequences are drawn, each has mean 0 "
        "and standard deviation 1. What a dimension changes stands under *Dimensions*."
    )
    _records(choice)
    _download(choice, [found])


def _how_good(choice: Choice) -> None:
    """How well the error tells real sequences from shuffles, from the card."""
    row = choice.card.held_out[0] if choice.card.held_out else {}
    if "auroc" not in row:
        return
    low, high = row["auroc_95"]
    st.caption(
        f"A weak alarm: on held-out sequences the error tells real ones from shuffles with AUROC {row['auroc']:.2f} "
        f"(95 % interval {low:.2f} to {high:.2f}; 0.5 is guessing). Unusual is not wrong, and typical is not active."
    )


def _records(choice: Choice) -> None:
    """All open records by their error, where there are several."""
    good = [one.sequence for one in choice.records if one.sequence is not None]
    fitting = [one for one in good if len(one) == choice.card.length]
    if len(fitting) < 2:
        return
    found = [_reconstructed(choice.card.name, choice.card.sha256, one) for one in fitting]
    found.sort(key=lambda one: -one.error)
    st.header("All records, the most unusual first", anchor=False)
    st.dataframe(
        [
            {"record": one.sequence.name, "error (nats per base)": round(one.error, 3)}
            | {f"larger than of {name} (%)": round(value, 1) for name, value in one.worse_than.items()}
            for one in found
        ],
        hide_index=True,
        width="stretch",
    )
    if len(fitting) < len(good):
        st.caption(f"{len(good) - len(fitting):,} records have another length than {choice.card.length:,} bases.")


def _download(choice: Choice, found: list[Reconstruction]) -> None:
    from genoviz.latent.tables import reconstruction_provenance, reconstruction_table

    download(
        "Table (TSV)",
        lambda: tsv(reconstruction_table(found), reconstruction_provenance(choice.card)),
        f"genoviz_{choice.card.name}_reconstruction.tsv",
        "text/tab-separated-values",
    )
    from genoviz.receipts.latent import reconstruction_receipt

    receipts = [reconstruction_receipt(choice.card, found)]
    receipt_panel([choice.card], receipts, f"genoviz_{choice.card.name}", choice.fitted)


@st.cache_data(max_entries=512, show_spinner=False)
def _reconstructed(name: str, sha256: str, sequence: Sequence) -> Reconstruction:
    from genoviz.latent.reconstruction import reconstruct

    return reconstruct(cache.model(name, sha256), sequence)[0]
