"""Blocks with names: seqlets of the scores in the picture, named by motifs, as spans and as a table with logos."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.attribute.tables import attribution_provenance
from genoviz.files.tsv import header_lines, tsv
from genoviz.models.factors import factors_of, naming_motifs, usual_taxa
from genoviz.models.provenance import provenance
from genoviz.motifs.collection import TAXA, about, user_motifs
from genoviz.motifs.families import family_label
from genoviz.motifs.match import KEPT, SIGNIFICANT, Block, block_bed, name_blocks
from genoviz.motifs.seqlets import THRESHOLD
from genoviz.motifs.tables import block_provenance, block_table
from genoviz.mutagenesis.tables import mutagenesis_provenance
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape, is_dark, messages, palette, show_motif_problems
from genoviz.viewer.block_spans import block_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genoviz.attribute.attribution import Attribution
    from genoviz.models.card import ModelCard
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.trust.null_band import NullBand
    from genoviz.trust.report import TrustReport

KEYS = ("block_panel", "block_weak", "block_source")
SOURCES = {"attribution": "the attribution", "map": "the mutation map"}


@dataclass(frozen=True)
class BlockChoice:
    """What the panel was set to: groups of motifs, weak matches too, and which scores the blocks are called on."""

    taxa: tuple[str, ...]
    weak: bool
    source: str


def block_choice(card: ModelCard) -> BlockChoice:
    """The choices as they are now; the panel below the picture shows them."""
    state = st.session_state
    taxa = state.get(_taxa_key(card), usual_taxa(card))
    return BlockChoice(tuple(taxa), bool(state.get("block_weak")), state.get("block_source", "attribution"))


def found_blocks(
    chosen: BlockChoice, read: Sequence, result: Attribution | None, mutations: Mutagenesis | None
) -> tuple[Block, ...]:
    """Blocks of the scores that were chosen, or of those there are; without matches where no motifs were chosen."""
    scores = _scores(chosen, result, mutations)
    if scores is None:
        return ()
    shown = mutations if _used(chosen, result, mutations) == "map" else result
    about = factors_of(shown.target) if shown is not None else frozenset()
    digest = sha256(np.ascontiguousarray(scores).tobytes()).hexdigest()
    return _named(read, digest, chosen.taxa, about, hash(user_motifs().motifs), scores)


def block_track(
    card: ModelCard,
    read: Sequence,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    length: int,
    band: NullBand | None = None,
) -> list[canvas.Track]:
    """The blocks as a track of a sequence of `length` bases; empty without blocks. Those below the null band are faint."""
    chosen = block_choice(card)
    blocks = found_blocks(chosen, read, result, mutations)
    items = block_spans(blocks, length, weak=chosen.weak)
    scores = _scores(chosen, result, mutations)
    least = None
    if band is not None:
        least = band.means if _used(chosen, result, mutations) == "map" else band.letters
    if scores is not None and least:
        for item in items:
            item["faint"] = float(np.nanmax(np.abs(scores[item["start"] : item["end"]]), initial=0)) < least
            item["note"] += "; no base stands out of the null band" if item["faint"] else ""
    return (
        [canvas.spans(items, f"Blocks of {SOURCES[_used(chosen, result, mutations)]}, and what they look like")]
        if items
        else []
    )


def blocks_panel(
    card: ModelCard,
    read: Sequence,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    trusted: TrustReport | None = None,
) -> None:
    """Table of the blocks with both logos of one of them, choices, and files; on request, for an edit waits for it.

    `trusted` has the checks of the attribution, which files of its blocks tell of.
    """
    if result is None and mutations is None:
        return
    on = st.toggle(
        "Blocks as a table",
        key="block_panel",
        help="Which factors do the important bases look like? The blocks above the letters with numbers, logos and files, and "
        "the choice of motifs.",
    )
    if not on:
        return
    with st.container(border=True), messages():
        _choices(card, result, mutations)
        show_motif_problems()
        chosen = block_choice(card)
        blocks = found_blocks(chosen, read, result, mutations)
        if not blocks:
            st.markdown("No stretch of these scores stands out from the rest.")
            return
        named = sum(block.match() is not None for block in blocks)
        st.markdown(escape(_sentence(len(blocks), named, chosen)))
        st.dataframe(_table(blocks, read, chosen, _unit(chosen, result, mutations)), hide_index=True, width="stretch")
        _logos(blocks, chosen)
        _files(card, blocks, read, chosen, result, mutations, trusted)


def _choices(card: ModelCard, result: Attribution | None, mutations: Mutagenesis | None) -> None:
    left, right = st.columns([3, 2])
    key = _taxa_key(card)
    if key not in st.session_state:
        st.session_state[key] = list(usual_taxa(card))
    left.multiselect("Motifs of", TAXA, key=key, help=f"{about()['name']}: groups of organisms. None: no names.")
    if result is not None and mutations is not None:
        right.segmented_control(
            "Blocks of",
            list(SOURCES),
            key="block_source",
            required=True,
            default="attribution",
            format_func=SOURCES.__getitem__,
        )
    right.toggle(f"Show weak matches (q > {SIGNIFICANT:g})", key="block_weak")


def _sentence(blocks: int, named: int, chosen: BlockChoice) -> str:
    number = f"{blocks} stretch{'es' if blocks > 1 else ''} stand{'' if blocks > 1 else 's'} out (p < {THRESHOLD:g})"
    if not naming_motifs(chosen.taxa):
        return f"{number}. They have no names: choose motifs to compare them with."
    return (
        f"{number}, and {named} of them look{'s' if named == 1 else ''} like a motif at q ≤ {SIGNIFICANT:g}. Factors of one "
        "family share motifs: the name says the family, then the factor that is explained if its motif fits, else the one "
        "with most sites."
    )


def _table(blocks: tuple[Block, ...], read: Sequence, chosen: BlockChoice, unit: str) -> list[dict[str, object]]:
    rows = []
    for row in block_table(blocks, read, weak=chosen.weak):
        shown = {"Bases": f"{row['first']}-{row['last']}"}
        if read.locus:
            shown[f"Place{f' ({read.locus.assembly})' if read.locus.assembly else ''}"] = str(row["place"])
        shown |= {"Letters": str(row["bases"]), f"Sum ({unit})": f"{row['sum of scores']:.3g}"}
        shown |= {
            "p": f"{row['p-value']:.1e}",
            "Family": str(row["family"]),
            "Looks like": f"{row['accession']} {row['match']}".strip() or "-",
        }
        q = row["match q-value"]
        rows.append({**shown, "Strand": row["strand"], "q": f"{q:.1e}" if q is not None else ""})
    return rows


def _logos(blocks: tuple[Block, ...], chosen: BlockChoice) -> None:
    """Both logos of one block and one of its matches."""
    from genoviz.plots.match_logo import match_logos
    from genoviz.plots.palette import colours

    able = [b for b in blocks if b.match(weak=chosen.weak) is not None]
    if not able:
        return
    left, right = st.columns(2)
    strongest = max(range(len(able)), key=lambda i: abs(able[i].seqlet.total))
    place = left.selectbox(
        "Look at",
        range(len(able)),
        index=strongest,
        format_func=lambda i: (
            f"bases {able[i].seqlet.start + 1}-{able[i].seqlet.end}: {family_label(able[i].matches[0].motif)}"
        ),
    )
    block = able[place]
    matches = [m for m in block.matches if chosen.weak or m.q_value <= SIGNIFICANT]
    at = right.selectbox(
        "beside",
        range(len(matches)),
        format_func=lambda i: (
            f"{family_label(matches[i].motif)} {matches[i].motif.accession}, q = {matches[i].q_value:.1e}"
        ),
        help=f"{KEPT} motifs, as far as q allows: the one that gives the name, then the most similar.",
    )
    look = colours(palette(), is_dark())
    st.image(match_logos(block, matches[at], look).decode())
    st.caption(
        "Bits. Above: the probabilities that were compared, certain where the base has the block's largest score and even "
        "where it has none (square root of the projected score). Below: the motif, at the offset and on the strand of the match."
    )


def _files(
    card: ModelCard,
    blocks: tuple[Block, ...],
    read: Sequence,
    chosen: BlockChoice,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    trusted: TrustReport | None,
) -> None:
    from genoviz.trust.tables import trust_header

    used = _used(chosen, result, mutations)
    checks = trust_header(trusted) if used == "attribution" else {}

    def table() -> str:
        header = (
            mutagenesis_provenance(card, mutations)
            if used == "map" and mutations is not None
            else attribution_provenance(card, result)
            if result is not None
            else provenance(card)
        )
        header |= block_provenance(SOURCES[used], chosen.taxa) | checks
        return tsv(block_table(blocks, read, weak=chosen.weak), header)

    with st.container(horizontal=True):
        download("Blocks (TSV)", table, "genoviz_blocks.tsv", "text/tab-separated-values")
        download(
            "Blocks (BED)",
            lambda: header_lines(checks) + block_bed(blocks, read, weak=chosen.weak),
            "genoviz_blocks.bed",
            "text/plain",
            help=_bed_help(read.locus),
        )


def _bed_help(locus: Locus | None) -> str:
    if locus is None:
        return "BED6, counted within this sequence: it has no place in a genome."
    return f"BED6 on {escape(locus.assembly or 'the genome that the sequence names')}."


def _used(chosen: BlockChoice, result: Attribution | None, mutations: Mutagenesis | None) -> str:
    """Key of `SOURCES`: what was chosen if it is there, else what is there."""
    if result is None or mutations is None:
        return "attribution" if mutations is None else "map"
    return chosen.source


def _scores(
    chosen: BlockChoice, result: Attribution | None, mutations: Mutagenesis | None
) -> NDArray[np.float32] | None:
    if mutations is not None and _used(chosen, result, mutations) == "map":
        return mutations.importance
    return result.per_base if result is not None else None


def _unit(chosen: BlockChoice, result: Attribution | None, mutations: Mutagenesis | None) -> str:
    shown = mutations if _used(chosen, result, mutations) == "map" and mutations is not None else result
    return shown.unit if shown is not None else ""


def _taxa_key(card: ModelCard) -> str:
    return f"block_taxa {card.name}"


@st.cache_data(max_entries=128, show_spinner=False)
def _named(
    read: Sequence, digest: str, taxa: tuple[str, ...], about: frozenset[str], own: int, _scores: NDArray[np.float32]
) -> tuple[Block, ...]:
    """Blocks by the bases, the checksum of all scores, what they are about, and the motifs (`own`: the hash of the user's)."""
    return name_blocks(read, _scores, naming_motifs(taxa), about=about)
