"""A page with one viewer and a made-up model, for the browser tests and the benchmark.

Query parameters: `L` (length), `seed`, `rows` (6 for deletions and insertions too), `plain` (no locus), `hyp`, `band` (the
null band of the logo).
"""

from __future__ import annotations

import numpy as np
import streamlit as st

from genoviz.errors import GenovizError
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as gv

st.set_page_config(page_title="Viewer", layout="wide")
query = st.query_params
length, seed = int(query.get("L", "120")), int(query.get("seed", "1"))


def make(n: int, seed: int) -> Sequence:
    bases = "".join(np.random.default_rng(seed).choice(list("ACGT"), n))
    bases = bases[:40] + "TGACTCA" + bases[47:90] + "NNN" + bases[93:] if n > 100 else bases
    locus = None if "plain" in query else Locus("chr8", 140_300_615, 140_300_615 + n, "+", "GRCh38")
    return Sequence(bases[:n], "MYC <enhancer>", locus)


def score(bases: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores that depend on the letters, so that an edit can be seen."""
    rng = np.random.default_rng(7)
    n = len(bases)
    weights = rng.normal(0, 0.12, (4, n))
    codes = np.array(["ACGTN".index(c) for c in bases])
    start = bases.find("TGACTCA")
    if start >= 0:
        for k, letter in enumerate("TGACTCA"):
            weights["ACGT".index(letter), start + k] += 1.3
    weights[:, n // 2 :: 97] -= 0.9
    own = np.where(codes < 4, weights[np.minimum(codes, 3), np.arange(n)], 0.0)
    delta = np.where(codes < 4, weights - own, np.nan)
    delta[:, : n // 30] = np.nan
    return weights, own, delta


state = st.session_state
if state.get("made") != (length, seed):
    state.made, state.history, state.log = (length, seed), EditHistory(make(length, seed)), []


def on_event(event: gv.Event) -> None:
    state.log.append(event)
    state.history = gv.handle(state.history, event)


@st.fragment
def workbench() -> None:
    history: EditHistory = state.history
    sequence = history.current
    weights, own, delta = score(sequence.bases)
    if query.get("rows") == "6":
        delta = np.vstack([delta, -own, own * 0.5])
    profile = np.convolve(np.abs(own), np.hanning(15), "same")
    start = max(sequence.bases.find("TGACTCA"), 0)
    n = len(sequence)
    tracks = [
        gv.spans(
            [
                {"start": 0, "end": n // 4, "label": "exon 1", "style": "exon", "strand": "+"},
                {"start": n // 4, "end": n // 2, "label": "", "style": "intron", "strand": "+"},
                {"start": start, "end": start + 7, "label": "AP-1", "strand": "+", "color": "#b0413e"},
                {"start": start + 3, "end": min(n, start + 14), "label": "<b>FOXA</b>", "strand": "-"},
            ]
        ),
        gv.logo(
            weights - weights.mean(0) if "hyp" in query else own,
            "Attribution × input",
            "Δ logit",
            band=float(query["band"]) if "band" in query else None,
            ghost=score(history.original.bases)[1]
            if "band" in query and history.done and len(history.original) == n
            else None,
        ),
        gv.heat(
            delta, "Mutation map", "Δ logit", rows=gv.HEAT_ROWS if len(delta) == 4 else (*gv.HEAT_ROWS, "del", "ins")
        ),
        gv.line(profile, "Accessibility", "counts", measured=profile * np.random.default_rng(3).uniform(0.7, 1.2, n)),
    ]
    try:
        show(history, tracks, n)
    except GenovizError as problem:
        st.error(str(problem))
    own_text(own, history)


def show(history: EditHistory, tracks: list[gv.Track], n: int) -> None:
    sequence = history.current
    gv.viewer(
        "wb",
        sequence=sequence,
        tracks=tracks,
        view_id=f"{length}-{seed}",
        revision=f"{hash(sequence)}-{len(history.done)}",
        edits=history,
        summary="The AP-1 site at bases 41 to 47 carries most of the score.",
        tss=n // 2,
        motifs=("AP-1", "CTCF"),
        link="window",
        on_event=on_event,
    )


def own_text(own: np.ndarray, history: EditHistory) -> None:
    st.text(f"score: {own.sum():.4f}")
    st.text(f"edits: {', '.join(edit.label for edit in history.done) or 'none'}")
    st.text(f"events: {' '.join(event['kind'] for event in state.log[-12:]) or 'none'}")
    if state.log:
        last = state.log[-1]
        st.text(f"last: {last['kind']} {last['start']} {last['end']} {last['bases']}")
    st.button("Rerun", key="rerun")


workbench()
