"""Known motifs in the sequence: where they match, and whether the model uses these sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.attribute.site_use import SiteUse, explain_hits, unexplained
from genoviz.attribute.tables import attribution_provenance, use_table
from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard
from genoviz.models.factors import factors_of, taxa_of
from genoviz.motifs.collection import TAXA, about, collection, user_motifs
from genoviz.motifs.families import family_label, one_per_family
from genoviz.motifs.scan import Hit, scan
from genoviz.motifs.tables import hit_bed
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.outputs import escape, messages, show_motif_problems

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.trust.report import TrustReport
    from genoviz.ui.frame.inputs import Choice

KEYS = ("scan_sites", "scan_taxa", "scan_threshold")
THRESHOLDS = (1e-4, 1e-5, 1e-6)
OWN = "your files"
_FORMATS = {
    "score (bits)": st.column_config.NumberColumn(format="%.1f"),
    "attribution": st.column_config.NumberColumn(format="%+.3g"),
} | dict.fromkeys(("p-value", "q-value", "attribution p-value"), st.column_config.NumberColumn(format="%.1e"))
USED, UNUSED = "#2f7d4f", "#8a93a0"


def scan_choice() -> tuple[object, ...]:
    """What the scan depends on besides the sequence."""
    return tuple(str(st.session_state.get(key)) for key in KEYS)


def site_tracks(choice: Choice, read: Sequence, result: Attribution | None, length: int) -> list[canvas.Track]:
    """The matches as spans, green where the model uses the site; none while the scan is off."""
    if not st.session_state.get("scan_sites"):
        return []
    places = _places(_chosen_hits(choice.card, read), result)
    uses = explain_hits(list(places), result.per_base) if result is not None else ()
    used = {use.hit for use in uses if use.used}
    spans = [
        {
            "start": hit.start,
            "end": hit.end,
            "label": family_label(hit.motif),
            "strand": hit.strand,
            "color": USED if hit in used else UNUSED,
            "note": f"{hit.label}, p = {hit.p_value:.1g}"
            + (f", one of {factors} factors of the family" if factors > 1 else "")
            + (", used by the model" if hit in used else ""),
        }
        for hit, factors in places.items()
        if hit.end <= length
    ]
    return [canvas.spans(spans, "Known motifs (green: used by the model)")] if spans else []


def sites_panel(choice: Choice, read: Sequence, result: Attribution | None, trusted: TrustReport | None = None) -> None:
    """The switch, the choices and the table."""
    on = st.toggle(
        "Scan for known motifs",
        key="scan_sites",
        help="Matches of all JASPAR motifs of a group of species, on both strands, drawn above the letters. A match is one "
        "of letters: whether the model uses it is read off the explanation.",
    )
    if not on:
        return
    left, right = st.columns([3, 1])
    left.multiselect(
        "Motifs of",
        [*TAXA, OWN],
        key="scan_taxa",
        default=None if "scan_taxa" in st.session_state else taxa_of(choice.card),
        help=f"{about()['release']} ({about()['licence']}). Files of your own: set `GENOVIZ_MOTIFS` to their folder.",
    )
    right.selectbox(
        "p-value at most",
        THRESHOLDS,
        key="scan_threshold",
        format_func=lambda p: f"{p:.0e}",
        help="Chance that a random word matches as well. Many motifs are scanned: at 1e-4 some match anywhere by chance.",
    )
    if OWN in (st.session_state.get("scan_taxa") or ()):
        show_motif_problems()
    with messages():
        hits = _chosen_hits(choice.card, read)
        if result is None:
            st.caption(f"{len(hits):,} matches. Explain the sequence to see which of them the model uses.")
            return
        uses = explain_hits(list(_places(hits, result)), result.per_base)
        _words(uses, hits)
        rows = pd.DataFrame(use_table(uses, read))
        if len(rows):
            st.dataframe(rows, hide_index=True, width="stretch", column_config=_FORMATS)
        strange = unexplained(result.per_base, hits) if len(read) > 8 else ()
        if strange:
            listed = ", ".join(
                f"bases {s.start + 1}-{s.end} ({read.bases[s.start : s.end]}, {s.attribution:+.3g})"
                for s in strange[:8]
            )
            st.markdown(f"**Used by the model, no known motif**: {escape(listed)}.")
        from genoviz.trust.tables import trust_header

        download(
            "Sites (TSV)",
            lambda: tsv(
                use_table(explain_hits(hits, result.per_base), read),
                attribution_provenance(choice.card, result) | {"motifs": about()["release"]} | trust_header(trusted),
            ),
            f"genoviz_{choice.card.name}_sites.tsv",
            "text/tab-separated-values",
        )
        download(
            "Sites (BED)",
            lambda: hit_bed(hits, read),
            f"genoviz_{choice.card.name}_sites.bed",
            "text/plain",
            help="BED6 for genome browsers; counted within this sequence where it has no place in a genome.",
        )


def _words(uses: tuple[SiteUse, ...], hits: tuple[Hit, ...]) -> None:
    used = [use for use in uses if use.used]
    text = f"{len(hits):,} matches, {len(uses)} with one for each place and family; the model uses {len(used)} of these"
    names = ", ".join(list(dict.fromkeys(family_label(use.hit.motif) for use in used))[:6])
    st.markdown(escape(text) + (f": **{escape(names)}**." if names else "."))


def _places(hits: tuple[Hit, ...], result: Attribution | None) -> dict[Hit, int]:
    """One hit for each place and family with the number of its factors that match there, those with most of them first."""
    about = factors_of(result.target) if result is not None else frozenset()
    kept = one_per_family(hits, lambda hit: (hit.start, hit.end), about)
    return dict(sorted(kept, key=lambda row: (-row[1], row[0].p_value)))


def _chosen_hits(card: ModelCard, read: Sequence) -> tuple[Hit, ...]:
    taxa = tuple(st.session_state.get("scan_taxa") or taxa_of(card))
    return _hits(
        Sequence(read.bases, "", read.locus), taxa, float(st.session_state.get("scan_threshold") or THRESHOLDS[0])
    )


@st.cache_data(max_entries=64, show_spinner="Scanning for known motifs ...")
def _hits(sequence: Sequence, taxa: tuple[str, ...], threshold: float) -> tuple[Hit, ...]:
    known = collection(tuple(taxon for taxon in taxa if taxon in TAXA))
    own = user_motifs().motifs if OWN in taxa else ()
    return scan(sequence, (*known, *own), threshold)
