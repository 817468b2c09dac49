"""Model cards on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.metrics import METRICS
from genoviz.models.organisms import organisms_of
from genoviz.models.reading import how_read
from genoviz.models.uses import reasons
from genoviz.ui.frame.glossary import linked
from genoviz.ui.frame.outputs import escape

if TYPE_CHECKING:
    import pandas as pd


def metrics_help(card: ModelCard) -> str:
    """What the metrics of a card's held-out table say."""
    used = [m for name, m in METRICS.items() if any(name in row for row in card.held_out)]
    text = "  \n".join(f"**{metric.title}**: {metric.help}." for metric in used)
    if any("auroc_other_factors" in row for row in card.held_out):
        text += "  \n**Other factors' peaks**: AUROC against true peaks of the other outputs."
    if any("families" in row for row in card.held_out):
        text += (
            "  \n**Families**: test items that are related (mutants of one parent, overlapping windows, a peak and its "
            "shuffle, one stretch of a genome) are drawn together for the intervals."
        )
    if any("unlike_training" in row for row in card.held_out):
        text += "  \n**Unlike training**: the test sequences that share no 32 bases in a row with a training sequence."
    return text


def model_card(card: ModelCard) -> None:
    """What the card says: uses, limits and scores first, provenance below."""
    explained: set[str] = set()  # each word of the glossary is linked once a card
    st.markdown(linked(card.summary, explained))
    if card.good_for or card.not_for:
        st.markdown("**What it is for**\n" + "\n".join(f"- {linked(line, explained)}" for line in reasons(card)))
    st.markdown("**Known limits**\n" + "\n".join(f"- {linked(limit, explained)}" for limit in card.limits))
    if card.held_out:
        st.markdown("**Held-out scores** (95 % bootstrap intervals, drawn over families)", help=metrics_help(card))
        st.dataframe(held_out_frame(card), hide_index=True, width="stretch")
    strands = "both strands give the same output" if card.strand_symmetric else "the strand as given"
    facts = {
        "Reads": f"{card.input or f'{card.length:,} bases'}; {strands}",
        "N": card.n_rule,
        "Data": card.data,
        "Split": card.split,
        "Licence": card.licence,
        "Citation": card.citation,
    }
    if card.origin:
        made_of = f"{card.origin.name}, {', '.join(card.layers)}"
        facts = {"Made of" if card.files else "Built after": f"{made_of} ({card.origin.source})"} | facts
    if card.organism or card.assembly:
        facts["Learned from"] = ", ".join(filter(None, (*organisms_of(card), card.assembly)))
    if card.files:
        facts["Source"] = card.published
        if card.checked:
            facts["Last checked"] = card.checked
        facts["Read as"] = how_read(card)
        facts["Files"] = "; ".join(f"{file.name} ({file.checksum})" for file in card.files)
    else:
        facts["Retrain"] = card.retrain or "-"
        facts["Weights sha256"] = card.sha256 or "set by hand"
    st.markdown("\n".join(f"- **{name}**: {linked(text, explained)}" for name, text in facts.items()))
    if card.studies:
        st.markdown("**Small studies**", help="Experiments around the training recipe, on the same data and split.")
        for study in card.studies:
            st.markdown(f"*{escape(study['question'])}* {linked(study['answer'], explained)}")


def held_out_frame(card: ModelCard) -> pd.DataFrame:
    """Held-out table for reading: rounded, intervals as text."""
    import pandas as pd  # takes a third of a second, which the first page must not wait for

    rows = []
    for row in card.held_out:
        shown = {"Track": row["track"]}
        if any("test" in other for other in card.held_out):
            shown["Test"] = row.get("test", "")
        shown["Test items"] = f"{row['n']:,}"
        if "families" in row:
            shown["Families"] = f"{row['families']:,}"
        shown |= _intervals(row)
        if "unlike_training" in row:
            shown["Also in training"] = f"{row['in_training']:,}"
            rest = row["unlike_training"]
            values = ", ".join(f"{title} {value}" for title, value in _intervals(rest).items())
            shown["Unlike training"] = f"{rest['n']:,} items: {values}"
        if "auroc_other_factors" in row:
            shown["AUROC, other factors' peaks"] = f"{row['auroc_other_factors']:.3f}"
        for title, same in (("Beside it, same test", True), ("Elsewhere, not comparable", False)):
            if others := [_published(p) for p in row.get("published", ()) if p.get("same_test", False) is same]:
                shown[title] = "; ".join(others)
        rows.append(shown)
    return pd.DataFrame(rows)


def _intervals(row: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, metric in METRICS.items():
        if f"{name}_95" in row:
            low, high = row[f"{name}_95"]
            found[metric.title] = f"{row[name]:.3f} ({low:.3f} to {high:.3f})"
    return found


def _published(score: Mapping[str, Any]) -> str:
    name = score["metric"]
    return f"{METRICS[name].title if name in METRICS else name} {score['value']:.3f} ({score['source']})"
