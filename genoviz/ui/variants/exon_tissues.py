"""MTSplice on the page Variants: in which of 56 tissues a variant changes an exon's splicing most."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance
from genoviz.models.weights import is_ready
from genoviz.ui.frame import cache, genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape
from genoviz.ui.variants.input import Asked
from genoviz.ui.variants.splice_panel import SpliceChoice, missing

if TYPE_CHECKING:
    from genoviz.splicing.modules import NearExon
    from genoviz.splicing.tissues import TissueEffect


def show(asked: Asked, choice: SpliceChoice) -> None:
    """The change of each exon near the variant, tissue by tissue; how to get the weights where they are not here."""
    from genoviz.splicing.modules import MODULES, card_name, exons_near
    from genoviz.splicing.tissues import CARD, INTRON, splice_tissues

    card = get_card(CARD)
    if not is_ready(card):
        missing(CARD)
        return
    if choice.transcript is None or not (near := exons_near(choice.transcript, asked.variant, INTRON)):
        st.info(
            f"MTSplice reads exons and {INTRON} bases of intron on either side. No exon of the transcript is that near."
        )
        return
    shared = {module: get_card(card_name(module)) for module in MODULES}
    modules = None
    if all(is_ready(one) for one in shared.values()):
        modules = {module: cache.loaded(one) for module, one in shared.items()}
    model, reference = cache.loaded(card), genomes.reference(asked.entry)
    for one in near:
        effect = splice_tissues(model, asked.variant, reference, one.exon, introns=one.introns, modules=modules)
        _exon(asked, choice, one, effect)
    st.caption(
        "MTSplice (Cheng et al. 2021): logit PSI is the log-odds that transcripts contain the exon. Its numbers are differences "
        "from the mean over the tissues, so they say where a variant acts more than elsewhere; MMSplice's change, the same in all "
        "tissues, is added in the last column."
    )


def _exon(asked: Asked, choice: SpliceChoice, near: NearExon, effect: TissueEffect) -> None:
    from genoviz.splicing.tissues import tissue_rows

    st.markdown(f"**Exon {near.number}**: {escape(effect.sentence)}")
    rows = tissue_rows(effect)
    known = effect.overall is not None
    columns = {
        "Tissue": [row["tissue"] for row in rows],
        "Reference": [row["reference"] for row in rows],
        "Alternate": [row["alternate"] for row in rows],
        "Change": [row["delta_logit_psi"] for row in rows],
        "Agree": [f"{row['agreeing']} of {row['networks']}" for row in rows],
    }
    if known:
        columns["With MMSplice"] = [row["with_mmsplice"] for row in rows]
    number, signed = (st.column_config.NumberColumn(format=text) for text in ("%.3f", "%+.3f"))
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        width="stretch",
        height=300,
        column_config={
            "Reference": number,
            "Alternate": number,
            "Change": signed,
            "Agree": st.column_config.TextColumn(help="How many of the networks agree on the direction of the change."),
            "With MMSplice": signed,
        },
    )
    transcript = choice.transcript.identifier if choice.transcript else "none"
    header = provenance(
        get_card("splice.mtsplice"),
        genome=asked.entry.title,
        assembly=asked.entry.assembly or "not named",
        variant=effect.variant,
        transcript=transcript,
        exon=near.number,
        place=near.exon,
    )
    download(
        "Tissues (TSV)",
        partial(tsv, rows, header),
        f"genoviz_splice.mtsplice_{asked.variant}_exon{near.number}.tsv".replace("/", "_")[-120:],
        "text/tab-separated-values",
        key=f"tissues of exon {near.number}",
    )
