"""A sequence from a genome: the place in words, its window as the model reads it, and links to other browsers."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.errors import GenovizError
from genoviz.genes.places import Place, find_place
from genoviz.models.card import ModelCard
from genoviz.report.links import links
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Record
from genoviz.ui.frame import genomes
from genoviz.ui.frame.outputs import escape, show_error

LONGEST = 100_000  # bases of a place that are read at once, where the model doesn't take more
STRANDS = {"": "As annotated", "+": "Plus", "-": "Minus"}


KEYS = ("place", "place_strand")


def use(place: str, strand: str) -> None:
    """Write a place into the box; an empty one empties it."""
    st.session_state.update(place=place or None, place_strand=strand if place else "")


def for_link() -> dict[str, str]:
    """Genome, place and strand as a link holds them."""
    place, strand = (st.session_state.get(key) or "" for key in KEYS)
    return {"genome": genomes.chosen_name(), "place": place, "strand": strand}


def place_record(card: ModelCard) -> tuple[tuple[Record, ...], DeltaGenerator]:
    """Choices of genome, place and strand; the sequence found there, and where messages about it go."""
    entry = genomes.choose()
    text: str | None = None
    strand: str | None = None
    if entry is not None:
        names = genomes.offered_genes(entry)
        kept = st.session_state.get("place") or None
        text = st.selectbox(
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
    status = st.container()
    if entry is None or not text:
        return (), status
    with status:
        try:
            reference = genomes.reference(entry)
            place = find_place(text, assembly=entry.assembly, genes=genomes.genes(entry))
            if strand:
                place = replace(place, locus=replace(place.locus, strand=strand))
            chrom = reference.resolve(place.locus.chrom)
            if not any(r.chrom == chrom and r.start <= place.anchor < r.end for r in reference.stored):
                reference.fetch(replace(place.locus, chrom=chrom))  # refuses: N alone would be explained like bases
            window, moved = _window(place, card, reference.chromosomes[chrom])
            named = replace(window, chrom=chrom, assembly=entry.assembly)
            if place.title == str(place.locus):  # under the name of the record: `1` may lie beside `chr1`
                place = replace(place, title=str(replace(place.locus, chrom=chrom)))
            sequence = genomes.bases_at(entry.name, genomes.fingerprint(entry), named)
        except GenovizError as error:
            show_error(error)
            return (), status
        _say(place, named, genomes.build_of(entry), moved, genomes.gene_notices(entry))
    title = place.title if place.gene else ""
    name = ", ".join(part for part in (title, sequence.name or str(named), genomes.build_of(entry)) if part)
    return (Record(name, replace(sequence, name=name), (), None),), status


def _window(place: Place, card: ModelCard, size: int) -> tuple[Locus, int]:
    """What to read: as many bases as the model takes, around the place; the whole place where it is longer.

    A model that expects the transcription start gets the start of a gene there. Any other window is moved to lie in the
    chromosome of `size` bases; by how many bases comes second.
    """
    if card.tss is not None and place.at_start:
        return place.window(card.length, card.tss), 0
    if not place.gene and len(place.locus) >= card.length:
        longest = max(LONGEST, card.length)
        return (place.locus.resize(longest) if len(place.locus) > longest else place.locus), 0
    # The anchor is the base at `length // 2` of the sequence read 5' to 3', as in `Place.window`.
    before = card.length // 2 if place.locus.strand == "+" else (card.length - 1) // 2
    first = place.anchor - before
    inside = max(0, min(first, size - card.length))
    return replace(place.locus, start=inside, end=inside + card.length), inside - first


def _say(place: Place, window: Locus, build: str, moved: int, notices: tuple[str, ...]) -> None:
    """The place as it was understood, in both ways of counting, and the ways out."""
    st.caption(
        f"{escape(place.title)} · **{escape(build)}**  \nRead: {escape(str(window))} · BED `{window.bed.replace(chr(9), ' ')}`"
    )
    for note in (*place.notes, *notices):
        st.caption(escape(note))
    if not place.gene and len(window) < len(place.locus):
        st.caption(f"Only the {len(window):,} bases in its middle are read.")
    if moved:
        st.caption(f"The window was moved by {abs(moved):,} bases, so that it lies inside the chromosome.")
    out = links(replace(place.locus, chrom=window.chrom, assembly=window.assembly))
    if out:
        st.caption("Open in " + " · ".join(f"[{link.site}]({link.url})" for link in out))
