"""How a result can be made again: its receipts, a methods paragraph, references, and code, in a part that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.ui.frame.downloads import download

if TYPE_CHECKING:
    from collections.abc import Sequence as Seq

    from genoviz.models.card import ModelCard
    from genoviz.receipts.receipt import Receipt
    from genoviz.sequences.sequence import Fitted

_HELP = (
    "A receipt is a small file that says what was asked of which model, with the checksums of the sequence and the weights, "
    "all settings, versions, and the numbers. `genoviz verify RECEIPT` computes them again and says whether the same comes out."
)
STORY_HELP = (
    "One HTML file to send on: the picture to zoom into, tables, limits of the model, and the receipts. It opens in a browser "
    "without genoviz and without a network."
)
_TITLES = {
    "prediction": "Prediction",
    "attribution": "Attribution",
    "mutagenesis": "Mutation map",
    "trust": "Checks",
    "variant": "Effect",
    "splice": "Splice sites",
    "comparison": "Comparison",
    "expectation": "Expected bases",
    "dependency": "Dependency map",
    "infill": "Written sequences",
    "reconstruction": "Reconstruction",
    "map": "Map",
    "probe": "Probe",
}


def receipt_panel(cards: Seq[ModelCard], receipts: Seq[Receipt], stem: str, fitted: Fitted | None = None) -> None:
    """The part of a page; closed at first.

    Parameters
    ----------
    cards, receipts
        The models, and the results that are shown.
    stem
        Begin of the names of files.
    fitted
        Which bases of the given sequence were read.
    """
    with st.expander("Receipt, methods text and code"):
        from genoviz.report.bibtex import bibtex
        from genoviz.report.code import python_code
        from genoviz.report.methods_text import methods_paragraph

        st.markdown("**Receipts**", help=_HELP)
        with st.container(horizontal=True):
            for receipt in receipts:
                download(
                    f"{_TITLES[receipt.kind]} (JSON)",
                    receipt.json,
                    f"{stem}_{receipt.kind}_receipt.json",
                    "application/json",
                    key=f"receipt {stem} {receipt.kind}",  # several models can stand on a page
                )
        st.markdown("**Methods text**")
        st.code(methods_paragraph(cards, receipts, fitted), language=None, wrap_lines=True)
        st.markdown("**References (BibTeX)**")
        st.code(bibtex(cards, receipts), language=None, wrap_lines=True)
        st.markdown("**Code for this view**")
        st.code(python_code(receipts), language="python", wrap_lines=True)
