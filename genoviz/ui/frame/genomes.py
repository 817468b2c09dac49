"""The genomes that the pages read: one open file each, shared by all sessions."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.genomes.fasta import file_stamp
from genoviz.genomes.genome import fasta_files
from genoviz.genomes.registry import TEACHING, GenomeEntry, gene_files, list_genomes
from genoviz.question.fitting import genome_named
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame.outputs import escape

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genes.track import GeneSpan
    from genoviz.genomes.genome import Reference

MAX_OFFERED = 20_000  # gene names sent to the browser for type-ahead; all others are found when typed


KEYS = ("genome",)


def use(name: str) -> None:
    """Choose a genome (for button callbacks)."""
    st.session_state["genome"] = name


def by_any_name(name: str) -> str:
    """The name of the genome that is meant: by its name, or by its build (`GRCh38` is `hg38`); else as it is."""
    found = genome_named(name, list_genomes())
    return found.name if found is not None else name


def chosen_name() -> str:
    """Name of the chosen genome; empty without one."""
    return st.session_state.get("genome") or ""


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
    state = st.session_state
    if "genome" not in state:
        state["genome"] = next(iter(known))
    elif state["genome"] not in known:
        # Never another genome in its place: the positions asked for may mean something else there.
        state["genome_missing"], state["genome"] = state["genome"] or state.get("genome_missing", ""), None
    name = st.selectbox(
        label,
        list(known),
        index=None,
        key="genome",
        placeholder="Choose a genome",
        format_func=lambda n: title_of(known[n]),
        help="Genomes on this computer, and reference services that answer over the network (marked online: the place "
        "you ask for is sent there). Add your own with `genoviz genome add FILE`.",
    )
    if name is None:
        missing = escape(str(state.get("genome_missing", ""))[:60])
        st.warning(f"There is no genome named **{missing}** on this computer. Choose the one that is meant.")
        return None
    return known[name]


def fingerprint(entry: GenomeEntry) -> str:
    """Another text once the entry or one of its files has changed; part of every key in a cache."""
    files = [file for path in entry.paths for file in (fasta_files(path) if path.is_dir() else (path,))]
    if entry.genes:
        files += gene_files(entry.genes) if entry.genes.is_dir() else (entry.genes,)
    return repr((entry, *((file.name, file_stamp(file)) for file in files)))


def reference(entry: GenomeEntry) -> Reference:
    """The open genome of an entry."""
    return opened(entry.name, fingerprint(entry))


def genes(entry: GenomeEntry) -> GeneModels | None:
    """Gene models of a genome; None where it has none."""
    return _genes(entry.name, fingerprint(entry)) if entry.genes else None


def gene_notices(entry: GenomeEntry) -> tuple[str, ...]:
    """What was left out of the gene models and why, and which names stand twice; nothing where there are none."""
    models = genes(entry)
    return models.notices if models else ()


def offered_genes(entry: GenomeEntry) -> tuple[str, ...]:
    """Gene names for type-ahead; a broken gene file offers none, and says so where it is used."""
    try:
        return _names(entry.name, fingerprint(entry)) if entry.genes else ()
    except GenovizError:
        return ()


def gene_spans(entry: GenomeEntry, window: Locus) -> tuple[GeneSpan, ...]:
    """Genes along a window; none where the genome has no gene models."""
    return _spans(entry.name, fingerprint(entry), window) if entry.genes else ()


def planted_spans(entry: GenomeEntry, window: Locus) -> tuple[GeneSpan, ...]:
    """What the teaching genome has planted along a window; none for other genomes."""
    return _planted(window) if entry.name == TEACHING else ()


@st.cache_data(max_entries=64, show_spinner=False)
def _planted(window: Locus) -> tuple[GeneSpan, ...]:
    from genoviz.genes.track import planted_spans as run
    from genoviz.genomes.teaching import truth

    return run(truth(), window)


@st.cache_data(max_entries=64, show_spinner=False)
def _spans(name: str, fingerprint: str, window: Locus) -> tuple[GeneSpan, ...]:
    from genoviz.genes.track import gene_spans as run

    models = _genes(name, fingerprint)
    return run(models.within(window), window) if models else ()


@st.cache_data(max_entries=64, show_spinner="Reading the genome ...")
def bases_at(name: str, fingerprint: str, locus: Locus) -> Sequence:
    """Letters of a locus, N past the ends of a chromosome."""
    return opened(name, fingerprint).fetch(locus, pad=True)


@st.cache_resource(max_entries=8, show_spinner="Opening the genome ...")
def opened(name: str, fingerprint: str) -> Reference:
    """The open genome of a name; the fingerprint of its entry is part of the key, so that other files are opened anew."""
    from genoviz.genomes.registry import open_genome

    return open_genome(name)


@st.cache_resource(max_entries=8, show_spinner="Reading the gene models ...")
def _genes(name: str, fingerprint: str) -> GeneModels | None:
    from genoviz.genes.registered import open_genes_of

    return open_genes_of(name)


@st.cache_data(max_entries=8, show_spinner=False)
def _names(name: str, fingerprint: str) -> tuple[str, ...]:
    models = _genes(name, fingerprint)
    return tuple(islice(dict.fromkeys(models.handles()), MAX_OFFERED)) if models else ()
