"""What the sandbox shows of a trained network: curve, table and ROC of the methods, one sequence with its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.models.words import per_base
from genoviz.ui import viewer as canvas
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import digest, escape, is_dark, palette

if TYPE_CHECKING:
    from genoviz.sandbox.recovery import Recovery
    from genoviz.sandbox.train import Epoch, Trained
    from genoviz.ui.sandbox.work import Work

_DRAWN = 3  # methods that are drawn first


def result(done: Work) -> None:
    """All of it, as far as it is done."""
    from genoviz.plots.palette import colours
    from genoviz.plots.sandbox import roc_figure

    trained, found, look = done.trained, done.found, colours("colour-safe", is_dark())
    if trained is None:
        return
    bare = {"displayModeBar": False}
    st.markdown(f"**{escape(trained.sentence)}**")
    draw_curve(trained.curve)
    if found is None:
        return
    st.header("Which method finds the planted bases", anchor=False)
    st.markdown(f"**{escape(found.sentence)}**")
    _table(found)
    st.caption(
        f"Mean over {len(found.sequences)} unseen positive sequences with its 95 % interval. AUROC 0.5 and AUPRC "
        f"{found.chance:.2f} are guessing. Scores keep their sign: a planted base must raise the answer."
    )
    st.plotly_chart(roc_figure(found, look), width="stretch", key="sandbox roc", config=bare)
    _sequence(trained, found)
    from genoviz.sandbox.tables import planted_fasta, recovery_table, sandbox_provenance

    with st.container(horizontal=True):
        download(
            "Table (TSV)",
            lambda: tsv(recovery_table(found), sandbox_provenance(trained, found)),
            "genoviz_sandbox_methods.tsv",
            "text/tab-separated-values",
        )
        download("Sequences (FASTA)", lambda: planted_fasta(trained.test), "genoviz_sandbox.fa", "text/plain")


def draw_curve(curve: tuple[Epoch, ...], epochs: int = 0) -> None:
    """The curve as far as it goes; `epochs` are those that were asked for."""
    from genoviz.plots.palette import colours
    from genoviz.plots.sandbox import curve_figure

    if curve:
        figure = curve_figure(curve, colours("colour-safe", is_dark()), epochs=epochs)
        st.plotly_chart(figure, width="stretch", key="sandbox curve", config={"displayModeBar": False})


def _table(found: Recovery) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "Method": [row.title for row in found.methods],
                "AUROC": [
                    f"{row.auroc.mean():.2f} ({row.auroc_95[0]:.2f}-{row.auroc_95[1]:.2f})" for row in found.methods
                ],
                "AUPRC": [
                    f"{row.auprc.mean():.2f} ({row.auprc_95[0]:.2f}-{row.auprc_95[1]:.2f})" for row in found.methods
                ],
            }
        ),
        hide_index=True,
        width="stretch",
    )


def _sequence(trained: Trained, found: Recovery) -> None:
    """One sequence: the planted sites above, the scores of some methods below, each on its own scale."""
    st.header("One sequence", anchor=False)
    left, right = st.columns([1, 3])
    number = int(left.number_input("Unseen sequence", 1, len(found.sequences), key="sandbox_shown"))
    titles = {row.method: row.title for row in found.methods}
    first = list(dict.fromkeys([*list(titles)[: _DRAWN - 1], list(titles)[-1]]))
    drawn = right.multiselect("Methods drawn", list(titles), first, format_func=titles.__getitem__)
    one = found.sequences[number - 1]
    sites = [
        {"start": site.start, "end": site.end, "label": site.name, "strand": site.strand, "note": "planted"}
        for site in one.sites
    ]
    tracks = [canvas.spans(sites, "Planted sites: the truth")]
    tracks += [
        canvas.logo(np.nan_to_num(row.scores[number - 1]), row.title, per_base("logit"), height=95)
        for row in found.methods
        if row.method in drawn
    ]
    canvas.viewer(
        "sandbox sequence",
        sequence=one.sequence,
        tracks=tracks,
        view_id=digest(one.sequence.bases),
        revision=digest(f"{one.sequence.bases} {drawn} {trained.sentence}"),
        palette=palette(),
        summary=f"Sequence {number}: planted sites above, what each method sees below, each on its own scale.",
        title=f"Unseen sequence {number}",
        editable=False,
    )
