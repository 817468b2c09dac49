"""Splice sites that a variant creates and destroys: choices, the scores in words and numbers, the picture and a baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import pandas as pd
import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.genes.transcripts import Transcript
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance
from genoviz.models.weights import is_ready
from genoviz.plots.palette import colours
from genoviz.sequences.locus import Locus
from genoviz.ui.frame import cache, estimate, genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape, is_dark
from genoviz.ui.frame.planned import is_long, planned, rounded
from genoviz.ui.frame.receipts import receipt_panel
from genoviz.ui.variants import cache as variant_cache
from genoviz.ui.variants import outcome_panel, splice_notices
from genoviz.ui.variants.input import Asked

if TYPE_CHECKING:
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect

Effect = TypeVar("Effect", "SpliceEffect", "SpliceUsageEffect")

KEYS = ("splice_distance", "splice_masked", "splice_more")
FIRST = {"splice_distance": 50, "splice_masked": False, "splice_more": None}
BASELINE_AT = 0.05  # a site whose score is below it is not shown with the baseline
MASKED = (
    "Masked scores leave out what is seldom of interest: a gain at a splice site that the transcript has already, and a loss "
    "at one that it does not have, count as 0. The exons of the transcript say which sites it has."
)


@dataclass(frozen=True)
class SpliceChoice:
    """The transcript, the bases to scan on either side, and whether masked scores are wanted."""

    transcript: Transcript | None
    distance: int
    masked: bool


def reads_bases(card: ModelCard) -> bool:
    """Whether the model says at each base whether there is a splice site, so that nothing else on the page fits it."""
    from genoviz.splicing.effect import site_outputs
    from genoviz.splicing.usage import usage_output

    found = site_outputs(card)
    return usage_output(card) is not None or (found is not None and found[0].bins > 1)


def missing(name: str) -> None:
    """One sentence about a model whose weights are not here, with a link to its card."""
    card = get_card(name)
    st.caption(
        f"The weights of [{escape(card.title)}](/models?card={name}) are not on this computer: its card says how to get them."
    )


def choose(asked: Asked) -> SpliceChoice:
    """The choices above the result."""
    left, middle, right = st.columns([8, 4, 5], vertical_alignment="bottom")
    known = transcripts(asked)
    # Genes may share the name of a transcript, as `unknown_transcript_1`: then its place tells them apart.
    alike = Counter(t.identifier for t in known)
    names = {t.identifier if alike[t.identifier] == 1 else f"{t.identifier} {t.locus}": t for t in known}
    with left:
        picked = st.selectbox(
            "Transcript",
            [*names, ""],
            key="splice_transcript",
            format_func=lambda n: f"{names[n].gene} · {n}" if n else "none: read the genome as it is",
            help="Sites are those of this transcript. Models that read along the sequence see N outside of it, as in training.",
        )
    with middle:
        distance = st.number_input(
            "Distance (bases)",
            min_value=0,
            max_value=4999,
            key="splice_distance",
            help="How far from the variant sites are looked for, on either side. SpliceAI's usual distance is 50.",
        )
    transcript = names.get(picked or "")
    with right:
        masked = st.toggle(
            "Masked scores", key="splice_masked", help=MASKED, disabled=transcript is None or not transcript.exons
        )
    return SpliceChoice(transcript, int(distance), bool(masked and transcript is not None and transcript.exons))


def transcripts(asked: Asked) -> list[Transcript]:
    """Transcripts at the variant on the strand that is read, the primary one first."""
    models, v = genomes.genes(asked.entry), asked.variant
    at = models.within(Locus(v.chrom, v.pos - 1, v.pos)) if models else []
    return sorted((t for t in at if t.strand == asked.strand), key=lambda t: t.rank)


def seconds(card: ModelCard, bases: int) -> float:
    """Estimated time to read so many bases; the context of each stretch must be among them."""
    return estimate.convolutions(card, bases)


def cost_of(card: ModelCard, asked: Asked, choice: SpliceChoice) -> float:
    """Estimated time of both alleles; twice that where the transcript ends within what is read, see `splicing.ends`."""
    from genoviz.splicing.effect import site_outputs
    from genoviz.splicing.together import share_of_plain

    reach = choice.distance + (card.length - card.outputs[0].bins) // 2
    once = seconds(card, 2 * (2 * reach + 1))
    pos, transcript = asked.variant.pos, choice.transcript
    if card.outputs[0].bins > 1 and is_ready(card):
        start = max(0, pos - 1 - reach)
        locus = Locus(asked.variant.chrom, start, pos + reach, asked.strand, asked.variant.assembly)
        inside = transcript.locus if transcript is not None and site_outputs(card) is not None else None
        once *= share_of_plain(cache.loaded(card), card.outputs[0], locus, inside)
    if transcript is None:
        return once
    return 2 * once if pos - reach <= transcript.locus.start or transcript.locus.end < pos + reach else once


def compute(card: ModelCard, asked: Asked, choice: SpliceChoice, place: str) -> SpliceEffect | SpliceUsageEffect | None:
    """The effect, at once where it is quick; else None until it was asked for and is done."""
    cost = cost_of(card, asked, choice)
    arguments = (card, asked.entry, asked.written, asked.strand, choice.transcript, choice.distance)
    key = ("splice", card.name, card.sha256, genomes.fingerprint(asked.entry), *arguments[2:])
    if card.outputs[0].bins == 1 or not is_long(place, key, cost):
        return variant_cache.splice(*arguments)
    from genoviz.splicing.tables import SpliceOptions, effect_at

    model, reference = cache.loaded(card), genomes.reference(asked.entry)

    def work(progress: Callable[[float], None]) -> SpliceEffect | SpliceUsageEffect:
        progress(0.01)
        options = SpliceOptions(choice.distance)
        return effect_at(model, asked.written, reference, asked.strand, choice.transcript, options)

    return planned(
        place,
        key,
        cost,
        work,
        cost=f"{card.title} reads {card.length - card.outputs[0].bins:,} bases around every site: about {rounded(cost)} for "
        "both alleles on this computer.",
        start="Score the variant",
        doing="Reading both alleles",
        stop="Stop",
        shared=True,
    )


def result(card: ModelCard, asked: Asked, choice: SpliceChoice, effect: SpliceEffect | SpliceUsageEffect) -> None:
    """Scores, what to mind about them, picture, baseline and files."""
    from genoviz.splicing.usage import SpliceUsageEffect

    if isinstance(effect, SpliceUsageEffect):
        shown: SpliceEffect | SpliceUsageEffect = wanted(effect, masked=choice.masked)
    else:
        shown = wanted(effect, masked=choice.masked)
    st.markdown(f"## {escape(shown.sentence)}")
    splice_notices.show(card, shown)
    if isinstance(shown, SpliceUsageEffect):
        usage(shown)
    else:
        sites(shown)
        outcome_panel.show(card, asked, shown)
        _baseline(shown)
    _download(card, asked, choice, effect, shown)


def sites(effect: SpliceEffect) -> None:
    """Four scores with their places, and the sites over the gene."""
    from genoviz.plots.splice import effect_figure

    with st.container(horizontal=True, gap="large"):
        for score in effect.scores:
            where = f" at {score.distance:+d} bp" if score.value else ""
            st.metric(f"{score.site.capitalize()} {score.change}{where}", f"{score.value:.2f}", width="content")
    figure = effect_figure(effect, colours("classic", is_dark()))
    st.plotly_chart(figure, width="stretch", config={"displayModeBar": False}, alt=effect.sentence, key="splice_figure")
    st.caption(
        "Sites near the variant: open with the reference allele, filled with the alternate one; red gains, blue losses, grey "
        "changes below 0.05. Circles are acceptors (an exon begins), squares donors (an exon ends)."
    )
    st.dataframe(
        pd.DataFrame(score_table(effect)),
        hide_index=True,
        width="stretch",
        column_config={
            "Distance (bp)": st.column_config.NumberColumn(
                format="%+d", help="Coordinate of the site minus that of the variant, on the plus strand."
            ),
            "Position": st.column_config.NumberColumn(
                format="localized", help="Of the exon's base next to the intron."
            ),
            "Score": st.column_config.NumberColumn(
                format="%.3f", help="Largest change of the site's probability near the variant."
            ),
            "Masked": st.column_config.NumberColumn(format="%.3f", help=MASKED),
        },
    )


def usage(effect: SpliceUsageEffect) -> None:
    """Gain and loss over all tissues, then of each tissue."""
    scores = effect.scores
    rows = []
    for gain, loss in zip(scores[::2], scores[1::2], strict=True):
        rows.append(
            {
                "Tissue": gain.tissue,
                "Gain": gain.value,
                "Gain at": gain.distance if gain.value else None,
                "Loss": loss.value,
                "Loss at": loss.distance if loss.value else None,
            }
        )
    score, distance = st.column_config.NumberColumn(format="%+.3f"), st.column_config.NumberColumn(format="%+d")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config={"Gain": score, "Loss": score, "Gain at": distance, "Loss at": distance},
    )
    st.caption(
        f"{'Masked' if effect.masked else 'Unmasked'} changes of the probability that a base is used as a splice site, of either "
        "kind; distances are counted on the plus strand."
    )


def wanted(effect: Effect, *, masked: bool) -> Effect:
    """The effect with the scores that were chosen; both are computed together."""
    scores = effect.masked_scores if masked and effect.masked_scores is not None else effect.raw_scores
    chosen: Effect = replace(effect, scores=scores, masked=scores is effect.masked_scores)
    return chosen


def score_table(effect: SpliceEffect) -> list[dict[str, object]]:
    """The four scores, unmasked and masked, with the coordinates of their sites."""
    rows = []
    for i, score in enumerate(effect.raw_scores):
        row: dict[str, object] = {"Site": score.site, "Change": score.change, "Score": score.value}
        if effect.masked_scores is not None:
            row["Masked"] = effect.masked_scores[i].value
        row["Distance (bp)"] = score.distance if score.value else None
        row["Position"] = effect.windows.variant.pos + score.distance if score.value else None
        rows.append(row)
    return rows


def _baseline(effect: SpliceEffect) -> None:
    from genoviz.splicing.strength import BASELINES

    found = dict.fromkeys((s.site, s.distance) for s in effect.raw_scores if s.value >= BASELINE_AT)
    if not found:
        return
    st.subheader(
        "Baseline: MaxEntScan",
        anchor=False,
        help="The classical score of a splice site, from 9 bases around a donor and 23 around an acceptor (Yeo and Burge 2004).",
    )
    absent = [
        name for site, name in BASELINES.items() if any(s == site for s, _ in found) and not is_ready(get_card(name))
    ]
    for name in absent:
        missing(name)
    sites_here = [(site, distance) for site, distance in found if BASELINES[site] not in absent]
    if sites_here:
        from genoviz.splicing.strength import site_strengths

        models = {site: cache.loaded(get_card(name)) for site, name in BASELINES.items() if name not in absent}
        rows = [
            {
                "Site": one.site,
                "Position": one.position,
                "Reference (bits)": one.reference,
                "Alternate (bits)": one.alternate,
                "Difference": None if one.alternate is None else one.alternate - one.reference,
                "Reference bases": one.reference_bases,
                "Alternate bases": one.alternate_bases or "the base is deleted",
            }
            for one in site_strengths(models, effect.windows, sites_here)
        ]
        bits = st.column_config.NumberColumn(format="%.2f")
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            width="stretch",
            column_config={
                "Position": st.column_config.NumberColumn(format="localized"),
                "Reference (bits)": bits,
                "Alternate (bits)": bits,
                "Difference": st.column_config.NumberColumn(format="%+.2f"),
            },
        )


def _download(
    card: ModelCard,
    asked: Asked,
    choice: SpliceChoice,
    effect: SpliceEffect | SpliceUsageEffect,
    shown: SpliceEffect | SpliceUsageEffect,
) -> None:
    """A file with the scores in both forms, and the receipt of those that are shown."""
    from genoviz.receipts.made import splice_receipt
    from genoviz.splicing.tables import effect_rows

    header = provenance(
        card,
        genome=asked.entry.title,
        assembly=asked.entry.assembly or "not named",
        variant=effect.windows.variant,
        strand=effect.strand,
        transcript=choice.transcript.identifier if choice.transcript else "none",
        distance=choice.distance,
    )
    download(
        "Splice scores (TSV)",
        lambda: tsv(effect_rows(effect), header),
        f"genoviz_{card.name}_{asked.variant}_splice.tsv".replace("/", "_")[:120],
        "text/tab-separated-values",
        key=f"splice file {card.name}",  # two models can stand on one page
    )
    receipt = splice_receipt(card, shown, distance=choice.distance, genome=asked.entry.name)
    receipt_panel([card], [receipt], f"genoviz_{card.name}_{asked.variant}_splice".replace("/", "_")[:110])
