"""The genomes that the pages read: one open file each, shared by all sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.genomes import TEACHING, GenomeEntry, list_genomes
from genoviz.locus import Locus
from genoviz.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.gene_track import GeneSpan
    from genoviz.genes import GeneModels
    from genoviz.genome import Reference

MAX_OFFERED = 20_000  # gene names sent to the browser for type-ahead; all others are found when typed


def entries() -> dict[str, GenomeEntry]:
    """The registered genomes by name."""
    return {entry.name: entry for entry in list_genomes()}


def title_of(entry: GenomeEntry) -> str:
    """Name for lists; a synthetic or remote genome says so."""
    title = entry.title.partition(" (")[0]
    parts = [title, "online" if entry.remote else "", build_of(entry)]
    return " · ".join(dict.fromkeys(part for part in parts if part))


def build_of(entry: GenomeEntry) -> str:
    """The assembly as it stands beside coordinates; a synthetic one says so."""
    synthetic = entry.synthetic and "synthetic" not in entry.assembly
    return f"{entry.assembly} (synthetic)" if synthetic else entry.assembly


def choose(label: str = "Genome") -> GenomeEntry | None:
    """Selection of a genome, kept through all pages; None when there is none."""
    known = entries()
    if not known:
        st.info("No genome is registered. Add one with `genoviz genome add FILE`.")
        return None
    if st.session_state.get("genome") not in known:
        st.session_state["genome"] = next(iter(known))
    name = st.selectbox(
        label,
        list(known),
        key="genome",
        format_func=lambda n: title_of(known[n]),
        help="Genomes on this computer, and reference services that answer over the network (marked online: the place "
        "you ask for is sent there). Add your own with `genoviz genome add FILE`.",
    )
    return known[name]


def reference(entry: GenomeEntry) -> Reference:
    """The open genome of an entry."""
    return opened(entry.name, repr(entry))


def genes(entry: GenomeEntry) -> GeneModels | None:
    """Gene models of a genome; None where it has none."""
    return _genes(entry.name, repr(entry)) if entry.genes else None


def offered_genes(entry: GenomeEntry) -> tuple[str, ...]:
    """Gene names for type-ahead; a broken gene file offers none, and says so where it is used."""
    try:
        return _names(entry.name, repr(entry)) if entry.genes else ()
    except GenovizError:
        return ()


def chosen() -> GenomeEntry | None:
    """The genome of the sidebar while sequences come from it, else None."""
    if st.session_state.get("source") != "genome":
        return None
    return entries().get(st.session_state.get("genome", ""))


def gene_spans(entry: GenomeEntry, window: Locus) -> tuple[GeneSpan, ...]:
    """Genes along a window; none where the genome has no gene models."""
    return _spans(entry.name, repr(entry), window) if entry.genes else ()


def planted_spans(entry: GenomeEntry, window: Locus) -> tuple[GeneSpan, ...]:
    """What the teaching genome has planted along a window; none for other genomes."""
    return _planted(window) if entry.name == TEACHING else ()


@st.cache_data(max_entries=64, show_spinner=False)
def _planted(window: Locus) -> tuple[GeneSpan, ...]:
    from genoviz.gene_track import planted_spans as run
    from genoviz.teaching import truth

    return run(truth(), window)


@st.cache_data(max_entries=64, show_spinner=False)
def _spans(name: str, fingerprint: str, window: Locus) -> tuple[GeneSpan, ...]:
    from genoviz.gene_track import gene_spans as run

    models = _genes(name, fingerprint)
    return run(models.within(window), window) if models else ()


@st.cache_data(max_entries=64, show_spinner="Reading the genome ...")
def bases_at(name: str, fingerprint: str, locus: Locus) -> Sequence:
    """Letters of a locus, N past the ends of a chromosome."""
    return opened(name, fingerprint).fetch(locus, pad=True)


@st.cache_resource(max_entries=8, show_spinner="Opening the genome ...")
def opened(name: str, fingerprint: str) -> Reference:
    """The open genome of a name; the fingerprint of its entry is part of the key, so that other files are opened anew."""
    from genoviz.genomes import open_genome

    return open_genome(name)


@st.cache_resource(max_entries=8, show_spinner="Reading the gene models ...")
def _genes(name: str, fingerprint: str) -> GeneModels | None:
    from genoviz.genomes import open_genes_of

    return open_genes_of(name)


@st.cache_data(max_entries=8, show_spinner=False)
def _names(name: str, fingerprint: str) -> tuple[str, ...]:
    models = _genes(name, fingerprint)
    return tuple(dict.fromkeys(models.names()))[:MAX_OFFERED] if models else ()
