"""A sequence from a genome: the place in words, its window as the model reads it, and links to other browsers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.genes.places import Place, find_place
from genoviz.genomes.registry import GenomeEntry
from genoviz.models.card import ModelCard
from genoviz.models.place_window import place_window
from genoviz.question.places import check_stored
from genoviz.report.links import links
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Record
from genoviz.ui.frame import genomes
from genoviz.ui.frame.outputs import escape, show_error

STRANDS = {"": "As annotated", "+": "Plus", "-": "Minus"}


KEYS = ("place", "place_strand")


@dataclass(frozen=True)
class Asked:
    """What the sidebar holds: a genome, a place in words, and the strand (empty: as annotated)."""

    entry: GenomeEntry
    text: str
    strand: str


@dataclass(frozen=True)
class Found:
    """A place as it was understood, and the window of it that is read; `moved` by so many bases into the chromosome."""

    entry: GenomeEntry
    place: Place
    window: Locus
    moved: int
    record: Record


def use(place: str, strand: str) -> None:
    """Write a place into the box; an empty one empties it."""
    st.session_state.update(place=place or None, place_strand=strand if place else "")


def text() -> str:
    """The place as it was typed; empty without one."""
    return st.session_state.get("place") or ""


def for_link() -> dict[str, str]:
    """Genome, place and strand as a link holds them."""
    place, strand = (st.session_state.get(key) or "" for key in KEYS)
    return {"genome": genomes.chosen_name(), "place": place, "strand": strand}


def choose() -> Asked | None:
    """Choices of genome, place and strand, for the sidebar; None until a genome and a place are chosen."""
    entry = genomes.choose()
    if entry is None:
        return None
    names = genomes.offered_genes(entry)
    kept = st.session_state.get("place") or None
    place = st.selectbox(
        "Place",
        [kept, *names] if kept is not None and kept not in names else names,
        key="place",
        index=None,
        accept_new_options=True,
        placeholder="A gene, chr2:1,000-1,500, exon 2 of ...",
        help="Positions count from 1 and both ends are included. Also read: `promoter of GENE`, `TSS of GENE`, "
        "`exon 2 of GENE`, `donor of exon 2 of GENE`, each with `+- 200` if wanted.",
    )
    strand = st.segmented_control(
        "Read from the strand",
        list(STRANDS),
        key="place_strand",
        format_func=STRANDS.__getitem__,
        required=True,
        help="Genes are read 5' to 3' on their own strand, other places on the plus strand.",
    )
    return Asked(entry, place, strand or "") if place else None


def find(asked: Asked, card: ModelCard) -> Found | None:
    """The place and its window for a model. None where it can't be read; then the message is on the page."""
    entry = asked.entry
    try:
        reference = genomes.reference(entry)
        place = find_place(asked.text, assembly=entry.assembly, genes=genomes.genes(entry))
        if asked.strand:
            place = replace(place, locus=replace(place.locus, strand=asked.strand))
        chrom = check_stored(place, reference)
        window, moved = place_window(place, card, reference.chromosomes[chrom])
        named = replace(window, chrom=chrom, assembly=entry.assembly)
        if place.title == str(place.locus):  # under the name of the record: `1` may lie beside `chr1`
            place = replace(place, title=str(replace(place.locus, chrom=chrom)))
        sequence = genomes.bases_at(entry.name, genomes.fingerprint(entry), named)
    except GenovizError as error:
        show_error(error)
        return None
    title = place.title if place.gene else ""
    name = ", ".join(part for part in (title, sequence.name or str(named), genomes.build_of(entry)) if part)
    return Found(entry, place, named, moved, Record(name, replace(sequence, name=name), (), None))


def say(found: Found) -> None:
    """The place as it was understood, in both ways of counting, and the ways out."""
    place, window = found.place, found.window
    st.caption(
        f"{escape(place.title)} · **{escape(genomes.build_of(found.entry))}**  \n"
        f"Read: {escape(str(window))} · BED `{window.bed.replace(chr(9), ' ')}`"
    )
    for note in (*place.notes, *genomes.gene_notices(found.entry)):
        st.caption(escape(note))
    out = links(replace(place.locus, chrom=window.chrom, assembly=window.assembly))
    if out:
        st.caption("Open in " + " · ".join(f"[{link.site}]({link.url})" for link in out))


def warn(found: Found) -> None:
    """Where what is read is not what was asked for."""
    place, window = found.place, found.window
    if not place.gene and len(window) < len(place.locus):
        st.caption(f"Only the {len(window):,} bases in its middle are read.")
    if found.moved:
        st.caption(f"The window was moved by {abs(found.moved):,} bases, so that it lies inside the chromosome.")
