"""What the transcript may become: in words, drawn, as a table, with all sites and what was measured beside them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.errors import GenovizError
from genoviz.files.tsv import tsv
from genoviz.isoforms.junctions import ACCEPTED, Junction, read_junctions
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance
from genoviz.plots.palette import colours
from genoviz.ui.frame import genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape, is_dark, show_error
from genoviz.ui.variants.input import Asked
from genoviz.variants.known import VARIABLE, known_files, known_records

if TYPE_CHECKING:
    from genoviz.isoforms.outcome import SplicingOutcome
    from genoviz.isoforms.tables import Row
    from genoviz.splicing.effect import SpliceEffect

_GREY = "color: #8a93a0"
_SUPPORT = (
    "The lower probability of the two splice sites that bound the exon, with the alternate allele. It ranks forms; it is no "
    "measured share of mRNA."
)
_DECAY = (
    "Nonsense-mediated decay: the cell destroys mRNA with a stop well before its last junction. The rule and its known "
    "exceptions stand in the table."
)


def show(card: ModelCard, asked: Asked, effect: SpliceEffect) -> None:
    """All of it, below the scores; nothing without a transcript."""
    from genoviz.splicing.predicted_sites import outcome_of, predicted_sites

    if effect.transcript is not None:
        try:
            outcome = outcome_of(effect, genomes.reference(asked.entry))
        except GenovizError as error:
            show_error(error)
            outcome = None
        if outcome is not None:
            _outcome(asked, outcome)
            _download(card, asked, outcome)
    with st.expander("All sites, with either allele"):
        _sites(predicted_sites(effect))
    _known(asked)


def _download(card: ModelCard, asked: Asked, outcome: SplicingOutcome) -> None:
    from genoviz.isoforms.tables import form_rows, predicted_rows

    header = provenance(
        card,
        genome=asked.entry.title,
        assembly=asked.entry.assembly or "not named",
        variant=outcome.variant,
        transcript=outcome.transcript.identifier,
        hgvs_c=outcome.coding.name,
    )
    stem = f"genoviz_{card.name}_{asked.variant}".replace("/", "_")[:100]
    with st.container(horizontal=True):
        for label, make, end in (
            ("Forms (TSV)", lambda: form_rows(outcome), "forms"),
            ("Sites with either allele (TSV)", lambda: predicted_rows(outcome.sites), "splice_sites"),
        ):
            download(
                label,
                partial(_file, make, header),
                f"{stem}_{end}.tsv",
                "text/tab-separated-values",
                key=f"{end} {card.name}",
            )


def _file(make: Callable[[], list[Row]], header: Mapping[str, object]) -> str:
    return tsv(make(), header)


def _outcome(asked: Asked, outcome: SplicingOutcome) -> None:
    from genoviz.plots.transcript_forms import forms_svg

    st.subheader("What the transcript may become", anchor=False, help=f"{_SUPPORT} {_DECAY}")
    st.markdown(f"**{escape(outcome.sentence)}**")
    st.markdown(
        f"If splicing stayed as annotated: {escape(outcome.coding.sentence)}",
        help="The name on the transcript, the kind of change and the predicted protein, without any change of splicing.",
    )
    if outcome.changed:
        junctions = _junctions(asked, outcome)
        svg = forms_svg(outcome, colours("classic", is_dark()), junctions=junctions)
        picture = b64encode(svg.encode()).decode()
        st.html(
            f'<img alt="{escape(outcome.sentence)}" src="data:image/svg+xml;base64,{picture}" '
            'style="width:100%;max-width:640px;height:auto">'
        )
        st.caption(
            "5' to 3' from left to right, not to scale. Boxes are exons with their numbers (lower where untranslated), arcs introns with their lengths; red "
            "comes in, dashed blue goes away. The number behind the words is the support."
        )
        _table(outcome)
        if outcome.likeliest is not None and outcome.likeliest.decay is not None:
            decay = outcome.likeliest.decay
            st.caption(f"Likeliest form: {escape(decay.sentence)} {escape('; '.join(decay.sources))}.")
    with st.expander("What this takes for granted"):
        for sentence in outcome.assumptions:
            st.markdown(f"- {escape(sentence)}")


def _table(outcome: SplicingOutcome) -> None:
    rows = [
        {
            "Form": one.form.words,
            "Support": one.form.support,
            "Bases": one.length_change,
            "Reading frame": one.frame,
            "Protein (predicted)": one.protein.name if one.protein else "",
            "Premature stop": f"codon {one.stop.codon:,}, {one.stop.where}" if one.stop and one.stop.premature else "",
            "Decay": one.decay.verdict if one.decay else "",
            "Why": one.decay.sentence if one.decay else "",
            "Source": "; ".join(one.decay.sources) if one.decay else "",
        }
        for one in outcome.transcripts
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config={
            "Support": st.column_config.NumberColumn(format="%.2f", help=_SUPPORT),
            "Bases": st.column_config.NumberColumn(
                format="%+d", help="Length of the mRNA against the annotated one with the reference allele."
            ),
            "Decay": st.column_config.TextColumn(help=_DECAY),
        },
    )


def _sites(sites: tuple[object, ...]) -> None:
    """Reference and alternate probability of every site; those that hardly change in grey."""
    from genoviz.isoforms.sites import PredictedSite
    from genoviz.splicing.predicted_sites import CHANGED

    rows = [
        {
            "Site": one.site,
            "Position": one.position,
            "Exon": str(one.exon) if one.exon else ("inserted base" if one.inserted is not None else "not annotated"),
            "Reference": one.reference,
            "Alternate": one.alternate,
            "Change": one.change,
        }
        for one in sites
        if isinstance(one, PredictedSite)
    ]
    if not rows:
        st.caption("No site within the scanned bases has a probability of 0.05 or more with either allele.")
        return
    frame = pd.DataFrame(rows)
    styled = frame.style.apply(lambda row: [_GREY if abs(row["Change"]) < CHANGED else ""] * len(row), axis=1)
    number = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        styled,
        hide_index=True,
        width="stretch",
        column_config={
            "Position": st.column_config.NumberColumn(
                format="localized", help="Of the exon's base next to the intron."
            ),
            "Exon": st.column_config.TextColumn(help="The exon of the transcript that begins or ends there."),
            "Reference": number,
            "Alternate": number,
            "Change": st.column_config.NumberColumn(format="%+.3f"),
        },
    )
    st.caption(
        f"Probability of each site with the reference and the alternate allele; changes below {CHANGED} are grey."
    )


def _junctions(asked: Asked, outcome: SplicingOutcome) -> tuple[Junction, ...]:
    """Junctions of a file that the user gives; they stay in this session."""
    with st.popover("Measured junctions (RNA-seq)", icon=":material/upload_file:"):
        upload = st.file_uploader(
            "STAR's SJ.out.tab, or BED of junctions",
            key="splice_junctions",
            help=f"{ACCEPTED} They are drawn below the predicted forms, and no score uses them. The genome must be the "
            f"one that is chosen ({genomes.build_of(asked.entry) or 'assembly not named'}).",
        )
    if upload is None:
        return ()
    try:
        found = read_junctions(upload.getvalue(), outcome.transcript.locus)
    except GenovizError as error:
        show_error(error)
        return ()
    st.caption(escape(found.sentence))
    return found.all


def _known(asked: Asked) -> None:
    """Rows of the user's own VCFs (gnomAD, ClinVar) for this change."""
    files = known_files()
    if not files:
        return
    try:
        found = known_records(asked.variant, genomes.reference(asked.entry), files)
    except GenovizError as error:
        show_error(error)
        return
    st.subheader(
        "In your files", anchor=False, help=f"VCFs that `{VARIABLE}` names. Shown as they are; no score uses them."
    )
    for record in found:
        st.markdown(f"- {escape(record.sentence)}")
    if not found:
        st.caption(f"This change is in none of {', '.join(escape(path.name) for path in files)}.")
