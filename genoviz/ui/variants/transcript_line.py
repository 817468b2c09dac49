"""The variant on the transcripts at its place: names, kinds and predicted proteins."""

from __future__ import annotations

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.genes.transcripts import Transcript
from genoviz.isoforms.coding import coding_consequence
from genoviz.isoforms.names import transcript_name
from genoviz.ui.frame import genomes
from genoviz.ui.frame.outputs import escape
from genoviz.ui.variants.input import Asked

MOST = 4  # genes


def show(asked: Asked) -> None:
    """One line for the primary transcript of each gene here; of a genome read over the network only the name, which needs few
    bases."""
    reference = genomes.reference(asked.entry)
    for transcript in _primary(asked)[:MOST]:
        try:
            if asked.entry.remote:
                said = transcript_name(asked.variant, transcript, reference)
            else:
                said = coding_consequence(asked.variant, transcript, reference).sentence
        except GenovizError:
            continue  # no bases around: the page says so where they are needed
        if said:
            st.caption(
                f"**{escape(transcript.gene)}** · {escape(said)}",
                help="On the primary transcript of the gene, by the gene models and the bases of the genome, if splicing stays as annotated.",
            )


def _primary(asked: Asked) -> list[Transcript]:
    """The primary transcript of each gene at the variant that has exons."""
    models = genomes.genes(asked.entry)
    best: dict[object, Transcript] = {}
    for transcript in models.within(asked.variant.locus) if models else []:
        key = transcript.gene_key
        if transcript.exons and (key not in best or transcript.rank < best[key].rank):
            best[key] = transcript
    return list(best.values())
