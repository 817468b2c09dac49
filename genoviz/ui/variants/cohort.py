"""What the page shows of many scored variants beside their scores: genes, percentiles, filters, and a row for each gene."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.effects.cohort import Filters, by_gene, with_genes, with_percentiles, written
from genoviz.effects.relevance import scans_sites
from genoviz.errors import GenovizError
from genoviz.genomes.registry import GenomeEntry
from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import estimate, genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.variants import cache as variant_cache

if TYPE_CHECKING:
    import pandas as pd

    from genoviz.effects.background import EffectBackground
    from genoviz.models.target import Target

COMPARED = 10.0  # seconds of random changes above which there are no percentiles
VIEWS = {"variants": "Variants", "genes": "Genes"}


def annotated(
    table: pd.DataFrame, card: ModelCard, entry: GenomeEntry, target: Target
) -> tuple[pd.DataFrame, list[str]]:
    """The table with genes and percentiles where they are to be had, and how they came about."""
    notes = []
    has_genes = "gene" in table
    with suppress(GenovizError):  # broken gene models say so where the genome is chosen
        table = with_genes(table, genomes.genes(entry))
    if "gene" in table and not has_genes:
        notes.append(f"gene: genes of {entry.title} that hold the first base")
    compared = _background(card, entry, target) if "reference" in table else None
    if compared is not None:
        table = with_percentiles(table, compared)
        notes.append(f"percentile: share of {compared.name} with a smaller effect")
    return table, notes


def _background(card: ModelCard, entry: GenomeEntry, target: Target) -> EffectBackground | None:
    """Effects of random changes. None for models whose effects are no change of one number (splice sites) or are scored in
    another window (starts), and where they take long or the genome has too few bases."""
    if scans_sites(card) or card.tss is not None or entry.remote:
        return None
    changes = variant_cache.FEW if estimate.prediction(card) > variant_cache.SLOW else 500
    if 2 * changes * estimate.row(card) > COMPARED:
        return None
    with suppress(GenovizError):
        return variant_cache.background(card, entry, target, Sequence("N"), (card.length - 1) // 2)
    return None


def filters(table: pd.DataFrame, largest: float) -> Filters:
    """The filters above the table."""
    skipped_any = bool((~table["skipped"].isna()).any())
    left, gene, middle, right = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    words = left.text_input("Filter", key="variants_filter", placeholder="chromosome, ID, allele ...")
    chosen = ""
    if "gene" in table:
        names = sorted({name for cell in table["gene"].dropna().unique() for name in cell.split(";")} - {""})
        if st.session_state.get("variants_gene") not in names:
            st.session_state["variants_gene"] = None
        chosen = gene.selectbox("Gene", names, key="variants_gene", index=None, placeholder="All genes") or ""
    least = middle.slider("Smallest effect, either direction", 0.0, largest, 0.0) if largest > 0 else 0.0
    skipped = right.checkbox("Show skipped", value=False, key="variants_skipped", disabled=not skipped_any)
    return Filters(words, chosen, least, skipped)


def wants_genes(table: pd.DataFrame) -> bool:
    """Whether a row for each gene is to be shown."""
    if "gene" not in table or not table["gene"].fillna("").any():
        return False
    view = st.segmented_control(
        "A row for each", list(VIEWS), key="variants_view", default="variants", format_func=VIEWS.__getitem__
    )
    return view == "genes"


def genes(table: pd.DataFrame, chosen: Filters, header: str, notes: list[str], unit: str, stem: str) -> None:
    """The cohort by gene; a row that is chosen leads to the variants of its gene."""
    rows = by_gene(table[chosen.keep(table)])
    shown = rows.rename(columns={"largest": f"largest ({unit})", "mean size": f"mean size ({unit})"})
    picked = st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key="variants_genes",
        column_config={
            f"largest ({unit})": st.column_config.NumberColumn(
                format="%+.4g", help="Largest effect in either direction."
            ),
            f"mean size ({unit})": st.column_config.NumberColumn(
                format="%.4g", help="Mean of the effects without their signs."
            ),
            "percentile": st.column_config.NumberColumn(format="%.1f"),
        },
    )
    at = picked.selection.rows if picked else []
    gene = str(rows.iloc[at[0]]["gene"]) if at and at[0] < len(rows) else ""
    with st.container(horizontal=True):
        st.button(
            f"Variants of {gene}" if gene else "Variants of the gene",
            disabled=not gene or gene == "between genes",
            help=None if gene else "Choose a row at its left edge.",
            on_click=_look_at,
            args=(gene,),
        )
        download(
            "Genes (TSV)",
            lambda: written(rows, header, chosen, notes),
            f"{stem}_genes.tsv",
            "text/tab-separated-values",
        )


def _look_at(gene: str) -> None:
    st.session_state.update(variants_gene=gene, variants_view="variants")
