"""Panels under the viewer: edits, the selected stretch, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from genoviz.attribute.tables import attribution_table
from genoviz.models.words import per_base
from genoviz.motifs.sites import SITES, best_match
from genoviz.mutagenesis.tables import mutagenesis_table
from genoviz.sequences.edited_window import to_sequence
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape
from genoviz.ui.sequence import choices, consequences, viewed
from genoviz.ui.sequence.timeline import value_of

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.consequences.judged import Consequences
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis

ABLATIONS = 20  # shuffles of a selected stretch


def edit_panel(choice: Choice, history: EditHistory, target: Target, flank: str) -> None:
    """The list of edits with each one's own effect, and whether effects add up."""
    if not history.done:
        return
    st.subheader("Edits", anchor=False)
    unit = target.unit(choice.card)
    before = value_of(choice, history.original, target, flank)
    together = value_of(choice, history.current, target, flank) - before
    rows, own = [], []
    words = consequences.of_each(choice, history, flank)
    for edit, single, site, said in zip(history.done, history.singles(), history.sites(), words, strict=True):
        effect = value_of(choice, single, target, flank) - before if single is not None else None
        own.append(effect)
        place = f"{site.current[0] + 1}" if site.current is not None else "overwritten"
        rows.append(
            {
                "Edit": edit.label,
                "Position now": place,
                f"Alone ({unit})": "-" if effect is None else f"{effect:+.3g}",
                consequences.WORDS: said,
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", column_config=consequences.WIDE)
    known = [effect for effect in own if effect is not None]
    if len(known) == len(own) > 1:
        total = sum(known)
        st.markdown(
            escape(
                f"Sum of the single effects {total:+.3g}, all together {together:+.3g} {unit}: "
                f"{together - total:+.3g} beyond adding up."
            ),
            help="When bases act independently on this scale, both are equal. A difference is interaction (epistasis), "
            "or saturation.",
        )
    else:
        st.markdown(escape(f"All together {together:+.3g} {unit} against the original."))
    with st.expander("Edited sequence"):
        st.code(history.fasta(), language=None)


def selection_panel(
    choice: Choice, history: EditHistory, read: Sequence, target: Target, result: Attribution | None
) -> None:
    """What is known of the selected stretch, and what shuffling it does."""
    selection = viewed.selection()
    if not selection or selection[1] > len(history.current):
        return
    start, end = selection
    bases = history.current.bases[start:end]
    with st.container(border=True):
        st.markdown(f"**Selected: bases {start + 1}-{end}** ({end - start} bases)")
        st.code(bases, language=None)
        facts = []
        if result is not None:
            mean = np.nanmean(to_sequence(result.per_base, len(history.current))[start:end])
            facts.append(f"Mean attribution {mean:.3g} {per_base(result.unit)}.")
        match = best_match(bases)
        if match is not None:
            site, strand, at, hits = match
            facts.append(
                f"Best of {len(SITES)} known sites: {site.name} ({site.consensus}, {site.factors}) on the {strand} strand "
                f"at {start + at + 1}, {hits} of {len(site.consensus)} letters."
            )
        else:
            facts.append(f"None of {len(SITES)} known sites fits inside with 85 % of its letters.")
        st.markdown(escape(" ".join(facts)))
        with st.container(horizontal=True):
            st.button(
                "Mutate only this stretch",
                on_click=choices.mutate,
                args=(f"{start + 1}-{end}",),
                disabled=end > len(read),
            )
            shuffle = st.button(
                f"Shuffle it {ABLATIONS} times",
                disabled=end > len(read),
                help="What the rest of the sequence predicts when this stretch is scrambled, keeping its dinucleotides.",
            )
            st.button("Clear selection", on_click=_clear_selection)
        place = (read, target, start, end)
        if shuffle:
            st.session_state["shuffled"] = place
        if st.session_state.get("shuffled") == place:
            effects = cache.shuffle_effects(choice.card.name, choice.card.sha256, *place, ABLATIONS)
            low, high = np.quantile(effects, [0.05, 0.95])
            st.markdown(
                escape(
                    f"Shuffling bases {start + 1}-{end} changes the output by {np.mean(effects):+.3g} "
                    f"{target.unit(choice.card)} on average (5 to 95 % of {ABLATIONS} shuffles: {low:+.3g} to {high:+.3g})."
                )
            )


def _clear_selection() -> None:
    viewed.select()
    choices.mutate()


def tables(result: Attribution | None, mutations: Mutagenesis | None, found: Consequences | None = None) -> None:
    """The picture as tables: the strongest mutations, and all numbers base by base."""
    if mutations is not None:
        consequences.strongest(mutations, found)
    with st.expander("All numbers, base by base"):
        rows = [dict(row) for row in attribution_table(result)] if result is not None else []
        effects = mutagenesis_table(mutations, found) if mutations is not None else []
        for i, row in enumerate(effects):
            extra = {k: v for k, v in row.items() if k not in ("position", "reference")}
            if result is not None:
                rows[i] |= extra
            else:
                rows.append({"position": row["position"], "base": row["reference"], **extra})
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
