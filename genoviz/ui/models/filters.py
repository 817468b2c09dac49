"""Filters of a model's first convolution: a grid of logos, and all about one of them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape as html_escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.discover.options import ON
from genoviz.discover.tables import filter_provenance, filter_table
from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.factors import closest_motifs, nameable
from genoviz.motifs.collection import user_motifs
from genoviz.motifs.families import family_label
from genoviz.motifs.match import SIGNIFICANT
from genoviz.ui.frame import cache, estimate, genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape, is_dark, messages, show_motif_problems
from genoviz.ui.frame.planned import is_long, planned, rounded
from genoviz.ui.frame.state import all_tracks, output_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from genoviz.discover.filters import Filter, FilterBank
    from genoviz.models.target import Target
    from genoviz.motifs.match import Match

RANDOM = "random"
GRID = 24  # logos shown at first
PLACE = "filters"


def filters_panel(card: ModelCard) -> None:
    """The panel of one model; nothing where its first layer is no convolution over bases."""
    from genoviz.discover.filters import has_filters

    if has_filters(cache.loaded(card)):
        st.subheader("What the first layer looks for", anchor=False)
        _panel(card)


@st.fragment
def _panel(card: ModelCard) -> None:
    with messages():
        target, source, member = _choices(card)
        bank = _importances(card, target, source, member) or _windows(
            card.name, card.sha256, str(target), source, _fingerprint(source), member
        )
        _grid(bank)
        _one(bank)


def _choices(card: ModelCard) -> tuple[Target, str, int]:
    from genoviz.models.ensemble import members_of
    from genoviz.models.target import Target

    tracks, members = all_tracks(card), len(members_of(cache.loaded(card)))
    local = [name for name, entry in genomes.entries().items() if not entry.remote]
    columns = st.columns(3)
    source = columns[0].selectbox(
        "Activated by",
        [RANDOM, *local],
        format_func=lambda n: "Random sequences like its training data" if n == RANDOM else _title(n),
        key=f"filters_source_{card.name}",
        help="500 sequences whose windows activate the filters, drawn with seed 0.",
    )
    track = tracks[0]
    if len(tracks) > 1:
        track = columns[1].selectbox("Importance for", tracks, key=f"filters_track_{card.name}")
    member = 1
    if members > 1:
        member = columns[2].selectbox(
            "Network of the ensemble",
            range(1, members + 1),
            key=f"filters_member_{card.name}",
            help="Each network has filters of its own; the importance is that for this network's output.",
        )
    return Target(output_of(card, track), (track,)), source, member


def _title(name: str) -> str:
    return f"Windows of {genomes.title_of(genomes.entries()[name])}"


def _fingerprint(source: str) -> str:
    return "" if source == RANDOM else repr(genomes.entries()[source])


def _importances(card: ModelCard, target: Target, source: str, member: int) -> FilterBank | None:
    """The filters with their importances, once they are there."""
    arguments = (card.name, card.sha256, str(target), source, _fingerprint(source), member)
    n = len(_windows(*arguments).filters) * ON
    seconds, key = n * estimate.row(card), (PLACE, *arguments)

    def work(progress: Callable[[float], None]) -> FilterBank:
        return _compute(*arguments, on=ON, progress=progress)

    return planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"How much each filter matters: every one is switched off on {ON} sequences, {n:,} predictions, about "
        f"{rounded(seconds)} on this computer.",
        start="Switch them off",
        doing="Switching filters off",
        stop="Stop",
        shared=True,
        ask=is_long(PLACE, key, seconds),
    )


@st.cache_data(max_entries=16, show_spinner="Looking for what activates the filters ...")
def _windows(name: str, sha256: str, target: str, source: str, fingerprint: str, member: int) -> FilterBank:
    return _compute(name, sha256, target, source, fingerprint, member, on=0, progress=None)


def _compute(
    name: str,
    sha256: str,
    target: str,
    source: str,
    fingerprint: str,
    member: int,
    *,
    on: int,
    progress: Callable[[float], None] | None,
) -> FilterBank:
    from genoviz.discover.comparison import genome_background, random_background
    from genoviz.discover.filters import filter_bank
    from genoviz.models.target import Target

    model = cache.model(name, sha256)
    card = model.card
    drawn = (
        random_background(card)
        if source == RANDOM
        else genome_background(genomes.opened(source, fingerprint), card.length)
    )
    return filter_bank(model, drawn, Target.parse(target, card), member=member, on=on, progress=progress)


def _grid(bank: FilterBank) -> None:
    by = "importance" if bank.filters[0].importance else "information"
    shown = bank.filters
    if len(shown) > GRID and not st.toggle(f"All {len(shown)} filters", key=f"filters_all_{bank.model}"):
        shown = shown[:GRID]
    st.html(
        '<div style="display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.9rem 1.2rem">'
        + "".join(_tile(f, bank) for f in shown)
        + "</div>"
    )
    of = f" of network {bank.member} of {bank.members}" if bank.members > 1 else ""
    st.caption(
        f"{len(bank.filters)} filters{of}, by {by}. Each logo (in bits) is made of the windows of {escape(bank.background.name)} "
        "that activate the filter more than half as much as the best window does."
        + (" Filters that are each other's reverse complement are one." if len(bank.filters[0].channels) > 1 else "")
        + (
            f" ± is the mean change of {escape(bank.target.label(get_card(bank.model)))} in size, when the filter "
            f"is held at its mean, over {bank.filters[0].importance.sequences} of them."
            if bank.filters[0].importance
            else ""
        )
    )


def _tile(f: Filter, bank: FilterBank) -> str:
    from genoviz.plots.palette import colours
    from genoviz.plots.small_logo import small_logo

    look = colours("classic", is_dark())
    worth = f" · ± {f.importance.size:.2g}" if f.importance else ""
    logo = (
        small_logo(f.motif.heights(), look, limit=2.0, label=f"{f.name}: {f.motif.consensus}")
        if f.motif
        else f'<span style="color:{look.muted}">never active</span>'
    )
    note = f"{f.windows:,} windows{worth}"
    return (
        f'<div><div style="font-size:.8rem;color:{look.muted}">{html_escape(f.name)}</div>{logo}'
        f'<div style="font-size:.75rem;color:{look.muted}">{html_escape(note)}</div></div>'
    )


def _one(bank: FilterBank) -> None:
    """Choose a filter, and see its histogram, windows, match and importance; the files of all."""
    from genoviz.motifs.files import write_meme
    from genoviz.plots.contexts import aligned

    names = [f.name for f in bank.filters]
    chosen = st.selectbox("Look at one", names, key=f"filters_one_{bank.model}", format_func=str.capitalize)
    f = bank.filters[names.index(chosen)]
    show_motif_problems()
    left, right = st.columns([1, 1], gap="large")
    with left:
        if f.motif:
            st.html(_large(f))
        st.markdown("  \n".join(_facts(f, bank)))
        if f.motif:
            st.markdown(_named(f, _match(bank.model, f.channels, f.motif.probabilities, hash(user_motifs().motifs))))
    with right:
        st.plotly_chart(
            _histogram(f),
            width="stretch",
            config={"displayModeBar": False},
            key=f"filters_histogram_{bank.model}",
            alt=f"Histogram of the activations of {f.name}",
        )
    if f.top:
        st.html(aligned(f.top, bank.background.sequences, is_dark()))
    stem = f"genoviz_{bank.model}_filters" + (f"_network{bank.member}" if bank.members > 1 else "")
    with st.container(horizontal=True):
        download("All filters (MEME)", lambda: write_meme(bank.motifs), f"{stem}.meme", "text/plain")
        download(
            "All filters (TSV)",
            lambda: tsv(filter_table(bank), filter_provenance(get_card(bank.model), bank)),
            f"{stem}.tsv",
            "text/tab-separated-values",
        )


def _large(f: Filter) -> str:
    from genoviz.plots.palette import colours
    from genoviz.plots.small_logo import small_logo

    return small_logo(f.motif.heights(), colours("classic", is_dark()), limit=2.0, label=f.name) if f.motif else ""


def _facts(f: Filter, bank: FilterBank) -> list[str]:
    facts = [
        f"{f.windows:,} windows above {f.threshold:.3g}, half of the largest activation; {f.information:.1f} bits."
    ]
    if f.importance:
        low, high = f.importance.size_95
        first, last = f.importance.change_95
        facts.append(
            escape(
                f"Held at its {bank.off} the filter changes the output by {f.importance.size:.3g} in size "
                f"(95 %: {low:.3g} to {high:.3g}) and by {f.importance.change:+.3g} on average "
                f"({first:+.3g} to {last:+.3g}) {bank.unit}, over {f.importance.sequences} sequences."
            )
        )
    return facts


@st.cache_data(max_entries=512, show_spinner="Comparing with known motifs ...")
def _match(
    model: str, channels: tuple[int, ...], probabilities: tuple[tuple[float, float, float, float], ...], own: int
) -> Match | None:
    """The name of a filter; `own` is the hash of the user's motifs."""
    from genoviz.motifs.motif import Motif
    from genoviz.motifs.names import name_motifs

    card = get_card(model)
    return name_motifs([Motif("filter", probabilities)], closest_motifs(card), nameable=nameable(card))[0]


def _named(f: Filter, match: Match | None) -> str:
    if match is None:
        return "Too little information to compare with known motifs."
    label = escape(f"{family_label(match.motif)} {match.motif.accession}".strip())
    if match.q_value > SIGNIFICANT:
        return f"No known motif: the closest is {label}, q = {match.q_value:.2g}."
    strand = "" if match.strand == "+" else ", reverse complement"
    return f"Looks like **{label}**{strand} (q = {match.q_value:.2g}, Tomtom; for this filter alone)."


def _histogram(f: Filter) -> go.Figure:
    import plotly.graph_objects as go

    from genoviz.plots.palette import colours

    look = colours("classic", is_dark())
    middles = (f.edges[1:] + f.edges[:-1]) / 2
    above = np.where(middles > f.threshold, "#2563a8", look.muted) if f.motif else look.muted
    figure = go.Figure(go.Bar(x=middles, y=f.counts, marker_color=above, width=np.diff(f.edges)))
    if f.motif:
        figure.add_vline(f.threshold, line_dash="dot", line_color=look.text)
    figure.update_layout(
        height=260,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font_color=look.text,
        xaxis_title="activation of a window",
        yaxis_title="windows",
        yaxis_type="log",
        bargap=0,
    )
    return figure
