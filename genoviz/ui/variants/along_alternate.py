"""The sites along a transcript once more, with the alternate allele of the page's variant."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.plots.palette import colours
from genoviz.splicing.context import context
from genoviz.ui.frame import cache, estimate, genomes
from genoviz.ui.frame.outputs import escape, is_dark
from genoviz.ui.frame.planned import is_long, planned, rounded
from genoviz.ui.variants.input import Asked

if TYPE_CHECKING:
    from genoviz.splicing.along import SpliceAlong
    from genoviz.splicing.along_alternate import AlongAlleles

_PLACE = "splice along alternate"


def show(card: ModelCard, asked: Asked, found: SpliceAlong) -> None:
    """A switch, then the picture of the alternate allele and the sites that change."""
    if not found.complete or not st.toggle(
        "With the alternate allele",
        key="splice_along_alternate",
        help="The bases within the network's reach of the variant are read anew; the rest of the transcript can't change.",
    ):
        return
    cost = estimate.convolutions(card, 4 * context(card))
    key = (
        _PLACE,
        card.name,
        card.sha256,
        genomes.fingerprint(asked.entry),
        asked.written,
        found.transcript,
        found.threshold,
    )
    model, reference = cache.loaded(card), genomes.reference(asked.entry)

    def work(progress: Callable[[float], None]) -> AlongAlleles:
        from genoviz.splicing.along_alternate import along_alternate

        progress(0.0)
        return along_alternate(model, found, asked.written, reference)

    alleles = planned(
        _PLACE,
        key,
        cost,
        work,
        cost=f"The bases around the variant are read with the other allele: about {rounded(cost)} on this computer.",
        start="Read the alternate allele",
        doing="Reading the alternate allele",
        stop="Stop",
        shared=True,
        ask=is_long(_PLACE, key, cost),
    )
    if alleles is not None:
        _result(alleles)


def _result(alleles: AlongAlleles) -> None:
    from genoviz.plots.splice import along_figure

    st.markdown(f"**{escape(alleles.sentence)}**")
    figure = along_figure(alleles.alternate, colours("classic", is_dark()))
    st.plotly_chart(
        figure,
        width="stretch",
        config={"displayModeBar": False},
        alt=f"Alternate allele: {alleles.alternate.sentence}",
        key="splice_along_alternate_figure",
    )
    st.caption("The same with the alternate allele, on the bases of the reference.")
    if not alleles.changed:
        return
    rows = [
        {
            "Site": one.site,
            "Position": one.position,
            "Exon": one.exon or None,
            "Reference": one.reference,
            "Alternate": one.alternate,
            "Change": one.change,
        }
        for one in alleles.changed
    ]
    number = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config={
            "Position": st.column_config.NumberColumn(format="localized"),
            "Reference": number,
            "Alternate": number,
            "Change": st.column_config.NumberColumn(format="%+.3f"),
        },
    )
