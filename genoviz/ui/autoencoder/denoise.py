"""Denoise: errors put into the open sequence, and which of them the way through the latent space takes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.ui import viewer as canvas
from genoviz.ui.autoencoder.logos import logos
from genoviz.ui.autoencoder.work import run
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape

if TYPE_CHECKING:
    from genoviz.latent.denoise import Denoised
    from genoviz.latent.scorer import Scorer

KINDS = {"hide": "Turn bases into N", "change": "Change bases to others"}
FIRST: dict[str, object] = {"denoise_kind": "hide", "denoise_share": 10, "denoise_seed": 0}


def show(choice: Choice, scorer: Scorer | None) -> None:
    """The kind and number of errors, and what comes back."""
    from genoviz.latent.denoise import TRIALS, denoise

    sequence, card = choice.sequence, choice.card
    if sequence is None:
        return
    left, middle, right = st.columns([2, 2, 1])
    kind = left.segmented_control(
        "Errors", list(KINDS), key="denoise_kind", format_func=KINDS.__getitem__, required=True
    )
    share = int(middle.slider("Share of the bases (%)", 1, 50, key="denoise_share"))
    seed = int(right.number_input("Seed", 0, 9_999, key="denoise_seed", help="Same seed, same errors."))
    model = cache.loaded(card)

    def work(progress: Callable[[float], None]) -> Denoised:
        return denoise(
            model, sequence, share=share / 100, kind=kind or "hide", seed=seed, scorer=scorer, progress=progress
        )

    found = run(card, scorer, ("denoise", sequence, kind, share, seed), 1 + 2 * TRIALS, work)
    if found is not None:
        _result(choice, found)


def _result(choice: Choice, found: Denoised) -> None:
    from genoviz.latent.tables import denoised_provenance, denoised_table

    st.markdown(f"**{escape(found.sentence)}**")
    low, high = (100 * float(end) for end in found.gain.interval)
    st.caption(
        f"Knowing the rest of this sequence helps by {100 * float(found.gain.mean):+.0f} points ({low:+.0f} to {high:+.0f}; chance is "
        "25 % of the bases). Denoising replaces rare bases by common ones: it does not know which are errors and which are sites. A "
        "score that rises says that the sequence became more typical, not that it was mended."
    )
    errors = [{"start": int(i), "end": int(i) + 1, "label": ""} for i in found.hit[0].nonzero()[0]]
    logos(
        "latent denoise",
        found.corrupted[0],
        [("What the decoder writes", found.probabilities)],
        summary="The first corrupted copy at the top, its errors marked below, and the decoder's bases.",
        title="Corrupted copy 1",
        tss=choice.card.tss,
        extra=[canvas.spans(errors, "Errors that were put in")],
    )
    stem = f"genoviz_{choice.card.name}_denoised"
    with st.container(horizontal=True):
        download(
            "Table (TSV)",
            lambda: tsv(denoised_table(found), denoised_provenance(found)),
            f"{stem}.tsv",
            "text/tab-separated-values",
        )
        download("Denoised (FASTA)", lambda: "".join(one.fasta() for one in found.denoised), f"{stem}.fa", "text/plain")
