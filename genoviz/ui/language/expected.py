"""Expected bases along a sequence, in the viewer; a click on a base shows what its change does to all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.predict.tables import reading
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, title_of
from genoviz.ui.frame.outputs import digest, escape, messages, palette, use_palette
from genoviz.ui.frame.receipts import receipt_panel
from genoviz.ui.language.work import expectation

if TYPE_CHECKING:
    from genoviz.predict.expectation import Expectation

KEYS = ("language_to",)
PLACE, CHANGED = "expected", "expected with another base"  # of the work that runs
_PICKED = "language picked base"  # 0-based, with the bases it is of


@st.fragment
def show(choice: Choice, sequence: Sequence) -> None:
    """Logo of expected bases, entropy, surprise and likelihood ratios; then what the chosen base does."""
    with messages():
        card = choice.card
        found = expectation(card, sequence, PLACE)
        if found is None:
            return
        place = _picked(sequence)
        changed = _changed(choice, sequence, place) if place is not None else None
        _said(choice, sequence, found)
        _viewer(choice, sequence, found, changed, place)
        if place is None:
            st.caption(
                "Click a base, or go to it with the arrow keys and press Enter: the expectation is computed anew with another base there."
            )
        elif changed is not None:
            _ratio(choice, sequence, place, changed.sequence.bases[place])
        _files(choice, found)
        _receipt(choice, found)


def _receipt(choice: Choice, found: Expectation) -> None:
    from genoviz.receipts.language import expectation_receipt

    receipts = [expectation_receipt(choice.card, found)]
    receipt_panel([choice.card], receipts, f"genoviz_{choice.card.name}", choice.fitted)


def _picked(sequence: Sequence) -> int | None:
    """The base that was clicked in this sequence."""
    kept = st.session_state.get(_PICKED)
    if kept is None or kept[1] != sequence.bases or sequence.bases[kept[0]] not in BASES:
        return None
    return int(kept[0])


def _changed(choice: Choice, sequence: Sequence, place: int) -> Expectation | None:
    """The expectation with another base at the place that was clicked."""
    own = sequence.bases[place]
    others = [base for base in BASES if base != own]
    if st.session_state.get("language_to") not in others:
        st.session_state["language_to"] = others[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        to = st.segmented_control(f"Base {place + 1} is {own}; change it to", others, key="language_to", required=True)
        st.button("As it was", key="language undo", on_click=_unpick)
    to = to or others[0]
    bases = sequence.bases[:place] + to + sequence.bases[place + 1 :]
    return expectation(choice.card, Sequence(bases), CHANGED)


def _unpick() -> None:
    st.session_state.pop(_PICKED, None)


def _said(choice: Choice, sequence: Sequence, found: Expectation) -> None:
    """How well the model expects this sequence, in a sentence."""
    from genoviz.models.language import reading_of

    known = found.surprise[np.isfinite(found.surprise)]
    if not known.size:
        st.markdown("The sequence has no A, C, G or T: there is nothing to be surprised at.")
        return
    likeliest = [BASES[k] for k in found.probabilities.argmax(0)]
    right = np.mean([one == base for one, base in zip(likeliest, sequence.bases, strict=True) if base in BASES])
    words = reading_of(cache.loaded(choice.card)).words
    st.markdown(
        f"**{known.mean():.2f} bits of surprise per base; 2 is a guess.** The expected base is the right one at "
        f"{100 * right:.0f} % of the places. Read: {escape(words)}.",
        help="Surprise is minus log2 of the probability of the base that stands there. Entropy is the surprise that the model itself "
        "expects. Masked: from the bases on both sides. Autoregressive: from those before it.",
    )


def _viewer(
    choice: Choice, sequence: Sequence, found: Expectation, changed: Expectation | None, place: int | None
) -> None:
    shown = changed or found
    title = "Bases that the model expects" + (
        "" if changed is None else f", with {shown.sequence.bases[place or 0]} at {(place or 0) + 1}; outline: before"
    )
    tracks = [
        canvas.logo(
            shown.heights,
            title,
            "bits",
            height=110,
            strongest=True,
            ghost=None if changed is None else found.heights,
        )
    ]
    if changed is not None and place is not None:
        tracks.append(
            canvas.line(
                _moved(found, changed, place),
                "Change of the expectation: largest of the four bases",
                "log2 odds",
                height=50,
            )
        )
    tracks += [
        canvas.line(found.entropy, "Entropy: how open the choice is, 2 for any base", "bits", height=40, limits=(0, 2)),
        canvas.line(found.surprise, "Surprise at the base that stands there, 2 for a guess", "bits", height=50),
        canvas.heat(found.ratios, "Log-likelihood ratio of each base, that base alone hidden", "nats"),
    ]
    key = f"{choice.card.name} {choice.card.sha256} {sequence.bases}"
    canvas.viewer(
        "language",
        sequence=sequence,
        tracks=tracks,
        view_id=digest(key),
        revision=digest(f"{key} {shown.sequence.bases}"),
        palette=palette(),
        title=title_of(choice),
        summary=_summary(found),
        selection=None if place is None else (place, place + 1),
        editable=False,
        picks=True,
        report=("display",),
        on_event=lambda event: _take(event, sequence),
    )


def _moved(found: Expectation, changed: Expectation, place: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Largest |change| of log2 odds at each base `(length,)`; nan at the base that was changed."""
    from genoviz.dependency.dependency_map import log_odds

    moved = np.abs(log_odds(changed.probabilities) - log_odds(found.probabilities)).max(0)
    moved[place] = np.nan
    return np.asarray(moved)


def _summary(found: Expectation) -> str:
    surprise = np.nan_to_num(found.surprise)
    most, sure = int(surprise.argmax()), int(found.entropy.argmin())
    return (
        f"The model is surest at base {sure + 1} ({found.entropy[sure]:.2f} bits of entropy) and most surprised by the "
        f"{found.sequence.bases[most]} at {most + 1} ({surprise[most]:.1f} bits)."
    )


def _take(event: canvas.Event, sequence: Sequence) -> None:
    if event["kind"] == "select":
        st.session_state[_PICKED] = (int(event["start"]), sequence.bases)
    elif event["kind"] == "display":
        use_palette(event["palette"])


@st.cache_data(max_entries=256, show_spinner=False)
def _ratio_words(name: str, sha256: str, sequence: Sequence, place: int, base: str) -> str:
    from genoviz.language.ratio import likelihood_ratio

    return likelihood_ratio(cache.model(name, sha256), sequence, place, base).sentence


def _ratio(choice: Choice, sequence: Sequence, place: int, base: str) -> None:
    st.markdown(
        escape(_ratio_words(choice.card.name, choice.card.sha256, sequence, place, base)),
        help="Below 0: the model finds the new base less likely than the old one. The first number asks for the base alone; the second "
        "also counts how likely the rest of the sequence is beside it.",
    )


def _files(choice: Choice, found: Expectation) -> None:
    from genoviz.models.provenance import provenance
    from genoviz.predict.tables import expectation_table

    with st.expander("All numbers, base by base"):
        st.dataframe(pd.DataFrame(expectation_table(found)), hide_index=True, width="stretch")
    download(
        "Table (TSV)",
        lambda: tsv(expectation_table(found), provenance(choice.card) | reading(choice.fitted)),
        f"genoviz_{choice.card.name}_expected.tsv",
        "text/tab-separated-values",
        key="file expected",
    )
