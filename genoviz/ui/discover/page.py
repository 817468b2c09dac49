"""The page of motif discovery: many sequences in, patterns out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.discover.comparison import fitted_records
from genoviz.discover.options import ENGINES, LEAST_SITES, MOST, MOST_BASES
from genoviz.discover.tables import discovery_provenance, site_table
from genoviz.errors import BadInput
from genoviz.files.text import decoded
from genoviz.files.tsv import tsv
from genoviz.genomes.regions import looks_like_bed, region_windows
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.factors import closest_motifs, factors_of, nameable
from genoviz.models.words import per_base
from genoviz.motifs.collection import user_motifs
from genoviz.motifs.families import family_label
from genoviz.motifs.match import SIGNIFICANT
from genoviz.motifs.sites import SITES, get_site
from genoviz.sequences.sequence import Record, Sequence, read_sequences
from genoviz.ui.frame import cache, estimate, genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import escape, is_dark, messages, show_motif_problems
from genoviz.ui.frame.page_settings import Setting, number, one_of, several
from genoviz.ui.frame.planned import is_long, planned, release, rounded

if TYPE_CHECKING:
    from genoviz.discover.patterns import Discovery, Pattern
    from genoviz.motifs.match import Match
    from genoviz.motifs.motif import Motif


def _joined(names: object) -> str:
    return ",".join(names) if isinstance(names, list) else ""


PLACE = "discovery"
SOURCES = {"file": "FASTA or BED file", "records": "Records that are open", "example": "Example with planted sites"}
SHOWN_SITES = 20
MODISCO_SECONDS = 60.0
MOST_PLANTED = 4  # sites of the example
KEYS = ("discover_source", "discover_sites", "discover_engine", "discover_least")
FIRST = {
    "discover_source": "example",
    "discover_sites": ["ETS"],
    "discover_engine": "light",
    "discover_least": LEAST_SITES,
}
SETTINGS = (
    Setting("source", "discover_source", one_of(SOURCES), "example"),
    Setting("planted", "discover_sites", several([site.name for site in SITES], MOST_PLANTED), ["ETS"], _joined),
    Setting("engine", "discover_engine", one_of(ENGINES), "light"),
    Setting("least", "discover_least", number(3, 100), LEAST_SITES),
)


def reads_records() -> bool:
    """Whether the records that are open are searched, and not a file or an example."""
    return st.session_state.get("discover_source") == "records"


def show(choice: Choice) -> None:
    """The page below its title."""
    st.markdown(
        f"Which short patterns does **{escape(choice.card.title)}** use over many sequences? All are explained, the stretches "
        "that matter are cut out, and those that look alike are put together."
    )
    with messages():
        sequences, said = _sequences(choice)
        if said:
            st.caption(said)
        if not sequences:
            release(PLACE)
            return
        engine, least = _options()
        found = _found(choice, tuple(sequences), engine, least)
        if found is not None:
            _result(choice, found)


def _sequences(choice: Choice) -> tuple[list[Sequence], str]:
    """The sequences to search, as the model reads them, and a sentence about them."""
    source = st.segmented_control(
        "Search in", list(SOURCES), key="discover_source", format_func=SOURCES.__getitem__, required=True
    )
    if source == "file":
        return _upload(choice.card)
    if source == "records":
        if not choice.records:
            st.info("Paste or upload FASTA records in the box above, up to 200; for more choose the file here.")
            return [], ""
        return _fitted(choice.records, choice.card.length)
    return _example(choice.card)


def _example(card: ModelCard) -> tuple[list[Sequence], str]:
    from genoviz.discover.patterns import planted

    names = st.multiselect(
        "Sites to plant",
        [site.name for site in SITES],
        key="discover_sites",
        max_selections=MOST_PLANTED,
        help="200 random sequences, each with one of these sites at a random place on a random strand. The answer is known: "
        "a model that uses a site should show it.",
    )
    sites = [site.bases for name in names if (site := get_site(name)) is not None]
    if not sites:
        return [], "Choose at least one site."
    found, _ = planted(card.length, sites)
    return list(found), f"200 random sequences of {card.length:,} bases with {escape(', '.join(names))}, seed 0."


def _fitted(records: tuple[Record, ...], length: int) -> tuple[list[Sequence], str]:
    found, said = fitted_records(records, length)
    return found, escape(said)


def _upload(card: ModelCard) -> tuple[list[Sequence], str]:
    upload = st.file_uploader(
        "FASTA, BED or narrowPeak",
        key="discover_file",
        help=f"FASTA records are cropped to their middle {card.length:,} bases or padded with N. Regions of a BED file become "
        "windows around their summit or middle.",
    )
    if upload is None:
        return [], ""
    content = upload.getvalue()
    text = decoded(content)
    if not looks_like_bed(text):
        records = tuple(read_sequences(content, max_records=MOST, max_bases=MOST_BASES))
        return _fitted(records, card.length)
    entry = genomes.choose()
    if entry is None:
        return [], ""
    if entry.remote:
        raise BadInput(
            f"{genomes.title_of(entry)} answers over the network, one place at a time.",
            "Regions are read from a genome on this computer.",
            "Choose another, or add one with `genoviz genome add FILE`.",
        )
    found = region_windows(text, genomes.reference(entry), card.length, most=MOST)
    return list(found.windows), f"{escape(genomes.build_of(entry))}: {escape(found.sentence)}"


def _options() -> tuple[str, int]:
    from genoviz.discover.modisco import has_modisco

    left, right = st.columns(2)
    engines = list(ENGINES) if has_modisco() else ["light"]
    if st.session_state.get("discover_engine") not in engines:
        st.session_state["discover_engine"] = "light"
    engine = left.segmented_control(
        "Method", engines, key="discover_engine", format_func=ENGINES.__getitem__, required=True
    )
    if len(engines) == 1:
        left.caption(
            "A light clustering of our own, up to 500 sequences. For TF-MoDISco install the extra `genoviz[discover]`, or "
            "download its input files below."
        )
    least = LEAST_SITES
    if engine == "light":
        least = int(right.number_input("Fewest sites of a pattern", 3, 100, key="discover_least"))
    return engine or "light", least


def _found(choice: Choice, sequences: tuple[Sequence, ...], engine: str, least: int) -> Discovery | None:
    from genoviz.attribute.contributions import REFERENCES
    from genoviz.discover.patterns import SHUFFLES, check, discover
    from genoviz.predict.cost import GRADIENT

    check(engine, len(sequences), least)
    card, target = choice.card, make_target(choice)
    explained = len(sequences) + (min(SHUFFLES, len(sequences)) if engine == "light" else 0)
    n = explained * (REFERENCES + 1) * GRADIENT
    seconds = n * estimate.row(card)
    seconds += MODISCO_SECONDS if engine == "tfmodisco" else 0
    key = (PLACE, card.name, card.sha256, sequences, target, engine, least)
    model = cache.loaded(card)

    def work(progress: Callable[[float], None]) -> Discovery:
        return discover(model, sequences, target, engine=engine, least=least, progress=progress)

    return planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"{len(sequences):,} sequences"
        + (f" and {explained - len(sequences):,} shuffled ones" if explained > len(sequences) else "")
        + f" are explained, the work of some {n:,} predictions: about {rounded(seconds)} on this computer.",
        start="Discover",
        doing="Explaining and clustering",
        stop="Stop",
        shared=True,
        ask=is_long(PLACE, key, seconds),
    )


def _result(choice: Choice, found: Discovery) -> None:
    for notice in found.notices:
        st.info(escape(notice))
    raising, lowering = found.seqlets
    target = found.contributions.target.label(choice.card)
    st.markdown(
        f"**{len(found.patterns)} pattern{'s' if len(found.patterns) != 1 else ''}** for {escape(target)} from {raising:,} "
        f"stretches that raise it and {lowering:,} that lower it, in {len(found.contributions.sequences):,} sequences."
    )
    show_motif_problems()
    about = factors_of(found.contributions.target)
    own = hash(user_motifs().motifs)
    names = _names(tuple(pattern.motif for pattern in found.patterns), choice.card.name, about, own)
    for pattern, match in zip(found.patterns, names, strict=True):
        with st.container(border=True):
            _pattern(found, pattern, match)
    if found.patterns:
        st.caption(
            "Left: mean contribution of the bases of its sites, in "
            f"{escape(per_base(found.contributions.unit))}; right: how often each base stands there, in bits. Names: the "
            "family of factors whose motifs in JASPAR are most like it by Tomtom, and one of them; a model's pattern may be part "
            "of a motif."
        )
    _downloads(choice, found)


def _pattern(found: Discovery, pattern: Pattern, match: Match | None) -> None:
    from genoviz.plots.palette import colours
    from genoviz.plots.small_logo import small_logo

    look = colours("classic", is_dark())
    effect = "raises" if pattern.sign > 0 else "lowers"
    records = len({site.record for site in pattern.sites})
    st.markdown(
        f"**{pattern.name.capitalize()}** · {effect} the output · {len(pattern.sites):,} sites in {records:,} sequences · "
        f"`{pattern.motif.consensus}` · {_name(match)}"
    )
    left, right = st.columns(2, gap="large")
    label = f"{pattern.name}, {pattern.motif.consensus}"
    with left:
        st.html(small_logo(pattern.contributions, look, label=f"Contributions of {label}"))
    with right:
        st.html(small_logo(pattern.motif.heights(), look, limit=2.0, label=f"Bases of {label}"))
    with st.expander(f"Sites of {pattern.name}"):
        st.dataframe(_sites(found, pattern), hide_index=True, width="stretch")
        if len(pattern.sites) > SHOWN_SITES:
            st.caption(f"The {SHOWN_SITES} of the largest contribution; the table below holds all.")


def _sites(found: Discovery, pattern: Pattern) -> pd.DataFrame:
    shown = replace(pattern, sites=pattern.sites[:SHOWN_SITES])
    rows = site_table(replace(found, patterns=(shown,)))
    return pd.DataFrame(
        {
            "sequence": row["name"] or f"record {row['record']}",
            "from": row["start"],
            "to": row["end"],
            "strand": row["strand"],
            "bases": row["bases"],
            "contribution": round(float(str(row["contribution"])), 4),
            "place": f"{row['locus']} {row['assembly']}".strip(),
        }
        for row in rows
    )


@st.cache_data(max_entries=32, show_spinner="Comparing with known motifs ...")
def _names(motifs: tuple[Motif, ...], model: str, about: frozenset[str], own: int) -> tuple[Match | None, ...]:
    """Names of patterns; `own` is the hash of the user's motifs."""
    from genoviz.motifs.names import name_motifs

    card = get_card(model)
    return name_motifs(motifs, closest_motifs(card), about=about, nameable=nameable(card))


def _name(match: Match | None) -> str:
    if match is None:
        return "too short to be named"
    label = escape(f"{family_label(match.motif)} {match.motif.accession}".strip())
    if match.q_value > SIGNIFICANT:
        return f"no known motif (closest: {label}, q = {match.q_value:.2g})"
    return f"looks like **{label}**, q = {match.q_value:.2g}"


def _downloads(choice: Choice, found: Discovery) -> None:
    stem = f"genoviz_{choice.card.name}_{choice.track}_patterns".replace(" ", "_")
    with st.container(horizontal=True):
        if found.patterns:
            download("Patterns (MEME)", lambda: found.meme, f"{stem}.meme", "text/plain")
            download(
                "All sites (TSV)",
                lambda: tsv(site_table(found), discovery_provenance(choice.card, found)),
                f"{stem}.tsv",
                "text/tab-separated-values",
            )
        if found.results:
            download("TF-MoDISco results (HDF5)", found.results, f"{stem}.h5", "application/x-hdf5")
        download(
            "Input files for TF-MoDISco (zip)",
            found.contributions.modisco_inputs,
            f"{stem}_modisco.zip",
            "application/zip",
            help="One-hot sequences and hypothetical contributions as npz, with the command that reads them.",
        )
