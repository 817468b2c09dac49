"""Model cards on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.ui.outputs import escape

if TYPE_CHECKING:
    import pandas as pd

AUROC_HELP = (
    "AUROC: the chance that a positive test sequence scores above a negative one (0.5 is guessing, 1 is perfect). "
    "AUPRC: average precision; it depends on the share of positives in the test set. "
    "Other factors' peaks: the same question against true peaks of the other outputs."
)


def model_card(card: ModelCard) -> None:
    """What the card says: limits and scores first, provenance below."""
    st.markdown(escape(card.summary))
    st.markdown("**Known limits**\n" + "\n".join(f"- {escape(limit)}" for limit in card.limits))
    if card.held_out:
        st.markdown("**Held-out scores** (95 % bootstrap intervals)", help=AUROC_HELP)
        st.dataframe(held_out_frame(card), hide_index=True, width="stretch")
    strands = "both strands give the same output" if card.strand_symmetric else "the strand as given"
    facts = {
        "Reads": f"{card.length:,} bases, {strands}",
        "N": card.n_rule,
        "Data": card.data,
        "Split": card.split,
        "Licence": card.licence,
        "Citation": card.citation,
        "Retrain": card.retrain or "-",
        "Weights sha256": card.sha256 or "set by hand",
    }
    st.markdown("\n".join(f"- **{name}**: {escape(text)}" for name, text in facts.items()))


def held_out_frame(card: ModelCard) -> pd.DataFrame:
    """Held-out table for reading: rounded, intervals as text."""
    import pandas as pd  # takes a third of a second, which the first page must not wait for

    rows = []
    for row in card.held_out:
        shown = {"Track": row["track"], "Test sequences": row["n"]}
        for metric, title in (("auroc", "AUROC"), ("auprc", "AUPRC")):
            if metric in row:
                low, high = row[f"{metric}_95"]
                shown[title] = f"{row[metric]:.3f} ({low:.3f}-{high:.3f})"
        if "auroc_other_factors" in row:
            shown["AUROC, other factors' peaks"] = f"{row['auroc_other_factors']:.3f}"
        if "published_auroc" in row:
            shown["Published AUROC, same test"] = f"{row['published_auroc']:.3f} ({row['published']})"
        rows.append(shown)
    return pd.DataFrame(rows)
