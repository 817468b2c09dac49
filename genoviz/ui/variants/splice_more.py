"""Further views of a variant's splicing: other context lengths, tissues, and the sites along the whole transcript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from genoviz.effects.relevance import Relevance
from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.provenance import provenance
from genoviz.models.weights import is_ready
from genoviz.plots.palette import colours
from genoviz.ui.frame import cache, estimate, genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape, is_dark, messages
from genoviz.ui.frame.planned import is_long, note_stopped, planned, release, rounded
from genoviz.ui.variants import along_alternate, exon_tissues, report, splice_panel
from genoviz.ui.variants.input import Asked, place_line
from genoviz.ui.variants.splice_panel import SpliceChoice, choose, missing, reads_bases, seconds, wanted

if TYPE_CHECKING:
    from genoviz.splicing.along import SpliceAlong
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.tables import Row

CONTEXTS = "splice.openspliceai-mane-"  # the networks of one kind and several context lengths begin with it
TISSUES = "splice.pangolin"
VIEWS = {
    "contexts": "Context lengths",
    "tissues": "Tissues",
    "modules": "Exon by module",
    "exon_tissues": "Exon by tissue",
    "along": "Along the transcript",
}
MOST_ALONG = 1_000_000  # bases that the page reads; the command line reads more
THRESHOLDS = (0.1, 0.2, 0.5, 0.8)


def show(card: ModelCard, asked: Asked, relevance: Relevance) -> None:
    """The whole result of a model that reads bases."""
    place_line(asked)
    with messages():
        choice = choose(asked)
        effect = splice_panel.compute(card, asked, choice, "splice")
        if effect is not None:
            splice_panel.result(card, asked, choice, effect)
            with st.container(horizontal=True):
                report.splice_button(card, asked, relevance, effect, choice)
    with messages():
        further(card, asked, choice)


def further(card: ModelCard, asked: Asked, choice: SpliceChoice) -> None:
    """A choice of views, each computed only when it is looked at."""
    st.subheader("Look further", anchor=False)
    views = [view for view in VIEWS if view != "tissues" or card.name != TISSUES]
    view = st.segmented_control(
        "View", views, key="splice_more", format_func=VIEWS.__getitem__, label_visibility="collapsed"
    )
    release(*(f"splice {other}" for other in VIEWS if other != view))
    if view == "contexts":
        _contexts(asked, choice)
    elif view == "tissues":
        _tissues(asked, choice)
    elif view == "modules":
        _modules(asked, choice)
    elif view == "exon_tissues":
        exon_tissues.show(asked, choice)
    elif view == "along":
        _along(card, asked, choice)


def _contexts(asked: Asked, choice: SpliceChoice) -> None:
    """The same variant with networks that read ever more bases around a site."""
    cards = sorted((c for c in list_models() if c.name.startswith(CONTEXTS)), key=lambda c: c.length)
    st.caption("OpenSpliceAI was trained with four context lengths. Where they differ, bases further away matter.")
    ready = [card for card in cards if is_ready(card)]
    for card in cards:
        if card not in ready:
            missing(card.name)
    if not ready:
        return
    from genoviz.splicing.effect import splice_effect

    cost = sum(splice_panel.cost_of(card, asked, choice) for card in ready)
    key = ("splice contexts", genomes.fingerprint(asked.entry), asked.variant, asked.strand, choice.transcript,
           choice.distance, tuple(card.sha256 for card in ready))  # fmt: skip
    models, reference = [cache.loaded(card) for card in ready], genomes.reference(asked.entry)

    def work(progress: Callable[[float], None]) -> list[SpliceEffect]:
        found = []
        for done, model in enumerate(models):
            progress(done / len(models))
            options: dict[str, Any] = {"distance": choice.distance, "transcript": choice.transcript}
            found.append(splice_effect(model, asked.variant, reference, asked.strand, **options))
        return found

    effects = planned(
        "splice contexts",
        key,
        cost,
        work,
        cost=f"{len(ready)} models, about {rounded(cost)} on this computer.",
        start="Compare the context lengths",
        doing="Reading with each context",
        stop="Stop",
        shared=True,
        ask=is_long("splice contexts", key, cost),
    )
    if effects is None:
        return
    rows = []
    for card, effect in zip(ready, effects, strict=True):
        row: dict[str, object] = {"Context (bases)": card.length - card.outputs[0].bins}
        for score in wanted(effect, masked=choice.masked).scores:
            row[f"{score.site.capitalize()} {score.change}"] = score.value
            row[f"{score.site.capitalize()} {score.change} at"] = score.distance if score.value else None
        rows.append(row)
    frame = pd.DataFrame(rows)
    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        column_config={
            name: st.column_config.NumberColumn(format="%+d" if name.endswith(" at") else "%.3f")
            for name in frame.columns[1:]
        }
        | {"Context (bases)": st.column_config.NumberColumn(format="localized")},
    )
    st.caption(f"{'Masked' if choice.masked else 'Unmasked'} scores; distances are counted on the plus strand.")


def _tissues(asked: Asked, choice: SpliceChoice) -> None:
    """Pangolin's gain and loss."""
    card = get_card(TISSUES)
    if not is_ready(card):
        missing(TISSUES)
        return
    effect = splice_panel.compute(card, asked, choice, "splice tissues")
    if effect is not None:
        splice_panel.result(card, asked, choice, effect)


def _modules(asked: Asked, choice: SpliceChoice) -> None:
    """MMSplice: which part of an exon near the variant changes its splicing, by how much."""
    from genoviz.splicing.modules import MODULES, card_name, exons_near, splice_modules

    cards = {module: get_card(card_name(module)) for module in MODULES}
    absent = [card for card in cards.values() if not is_ready(card)]
    for card in absent:
        missing(card.name)
    if absent:
        return
    if choice.transcript is None or not (near := exons_near(choice.transcript, asked.variant)):
        st.info("MMSplice reads exons and 100 bases of intron on either side. No exon of the transcript is that near.")
        return
    models, reference = {module: cache.loaded(card) for module, card in cards.items()}, genomes.reference(asked.entry)
    for one in near:
        effect = splice_modules(models, asked.variant, reference, one.exon, introns=one.introns)
        st.markdown(f"**Exon {one.number}**: {escape(effect.sentence)}")
        rows = [
            {
                "Module": change.module,
                "Reference": change.reference,
                "Alternate": change.alternate,
                "Change": change.delta,
                "Weight": change.weight,
                "Share": change.share,
            }
            for change in effect.changes
        ]
        number, signed = (st.column_config.NumberColumn(format=text) for text in ("%.3f", "%+.3f"))
        share = st.column_config.NumberColumn(
            format="%+.3f", help="Change times weight. The shares and a constant make up the change in logit PSI."
        )
        columns = {"Reference": number, "Alternate": number, "Change": signed, "Weight": signed, "Share": share}
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", column_config=columns)
        for notice in effect.notices:
            st.caption(f":material/info: {escape(notice)}")
    st.caption("MMSplice (Cheng et al. 2019): PSI is the share of transcripts that contain the exon.")


def _along(card: ModelCard, asked: Asked, choice: SpliceChoice) -> None:
    """All sites of the transcript, with its reference bases."""
    from genoviz.splicing.along import splice_along
    from genoviz.splicing.effect import site_outputs

    transcript = choice.transcript
    if transcript is None:
        st.info("No transcript of the gene models lies at the variant on this strand: there is nothing to follow.")
        return
    if site_outputs(card) is None:
        st.info(
            "This model does not tell acceptors from donors. Choose OpenSpliceAI or another splice model for this view."
        )
        return
    if len(transcript.locus) > MOST_ALONG:
        st.info(
            f"{transcript.identifier} has {len(transcript.locus):,} bases; the page reads up to {MOST_ALONG:,}. The command "
            f"`genoviz splice {card.name} --genome {asked.entry.name} --along {transcript.gene}` reads all of it."
        )
        return
    threshold = st.select_slider(
        "Sites from this probability on", THRESHOLDS, value=0.5, key="splice_threshold", width=320
    )
    context = card.length - card.outputs[0].bins if reads_bases(card) else 0
    cost = _along_seconds(card, len(transcript.locus), context)
    key = ("splice along", card.name, card.sha256, genomes.fingerprint(asked.entry), transcript)
    model, reference = cache.loaded(card), genomes.reference(asked.entry)

    def work(progress: Callable[[float], None]) -> SpliceAlong:
        return splice_along(
            model, reference, transcript.locus, transcript.strand, transcript=transcript, progress=progress
        )  # fmt: skip

    found = planned(
        "splice along",
        key,
        cost,
        work,
        cost=f"{transcript.identifier} has {len(transcript.locus):,} bases: about {rounded(cost)} on this computer.",
        start="Read the transcript",
        doing="Reading the transcript",
        stop="Stop and keep what is done",
        shared=True,
        ask=is_long("splice along", key, cost),
    )
    if found is None:
        return
    if not found.complete:
        note_stopped("splice along", key, "Stopped: only a part of the transcript was read.")
    _along_result(card, asked, found.at(threshold))
    along_alternate.show(card, asked, found.at(threshold))


def _along_seconds(card: ModelCard, bases: int, context: int) -> float:
    from genoviz.predict.values_along import STRETCH

    if context:
        return seconds(card, bases + context * (1 + bases // STRETCH))
    # One window at each GT and AG: an eighth of the bases.
    return bases / 8 * estimate.prediction(card)


def _table(make: Callable[[SpliceAlong], list[Row]], found: SpliceAlong, header: Mapping[str, object]) -> str:
    return tsv(make(found), header)


def _along_result(card: ModelCard, asked: Asked, found: SpliceAlong) -> None:
    from genoviz.plots.splice import along_figure
    from genoviz.splicing.tables import base_rows, site_rows

    st.markdown(escape(found.sentence))
    for notice in found.notices:
        st.caption(f":material/info: {escape(notice)}")
    figure = along_figure(found, colours("classic", is_dark()))
    st.plotly_chart(figure, width="stretch", config={"displayModeBar": False}, alt=found.sentence, key="splice_along")
    st.caption("Circles are acceptors, squares donors; filled where an exon of the transcript begins or ends.")
    rows = pd.DataFrame(site_rows(found))
    if len(rows):
        st.dataframe(
            rows,
            hide_index=True,
            width="stretch",
            height=300,
            column_config={
                "position": st.column_config.NumberColumn(format="localized"),
                "probability": st.column_config.NumberColumn(format="%.3f"),
            },
        )
    header = provenance(
        card,
        genome=asked.entry.title,
        assembly=asked.entry.assembly or "not named",
        locus=found.locus,
        transcript=found.transcript.identifier if found.transcript else "none",
        outside_of_transcript="read" if found.read_outside else "N",
        threshold=found.threshold,
    )
    stem = f"genoviz_{card.name}_{found.transcript.identifier if found.transcript else found.locus}".replace("/", "_")
    with st.container(horizontal=True):
        for label, make, end in (("Sites (TSV)", site_rows, "sites"), ("Every base (TSV)", base_rows, "bases")):
            download(
                label,
                partial(_table, make, found, header),
                f"{stem[:100]}_{end}.tsv",
                "text/tab-separated-values",
            )
