"""In-filling: a stretch that the model writes anew, with how likely it finds what it wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.language.options import MAX_DRAWN, MAX_TEMPERATURE
from genoviz.predict.tables import reading
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.planned import is_long, planned, rounded
from genoviz.ui.frame.receipts import receipt_panel
from genoviz.ui.language.work import base_seconds

if TYPE_CHECKING:
    from genoviz.language.filling import Infill

PLACE = "written"  # of the work that runs
KEYS = ("language_stretch", "language_count", "language_temperature", "language_seed")
MIDDLE = 20  # bases that are written when none are typed


def show(choice: Choice, sequence: Sequence) -> None:
    """Choices, work, table and files."""
    window, n, temperature, seed = _asked(len(sequence))
    found = _computed(choice, sequence, window, n, temperature, seed)
    if found is None:
        return
    from genoviz.language.tables import infill_provenance, infill_table

    rows = infill_table(found)
    st.markdown(f"**{escape(found.sentence)}**")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config={
            "name": "Sequence",
            "stretch": st.column_config.TextColumn(f"Bases {window[0] + 1}-{window[1]}", width="large"),
            "log_likelihood": st.column_config.NumberColumn("Log-likelihood (nats)", format="%.1f"),
            "minus_given": st.column_config.NumberColumn("Minus the given one", format="%+.1f"),
            "same": st.column_config.NumberColumn("Bases as given", format="percent"),
        },
    )
    st.caption(
        f"Written in {escape(found.order)} order; likelihoods are of the whole sequence ({escape(found.reading)}). Likely is not the same as working: the model knows how "
        "genomes read, not what they do."
    )
    stem, header = f"genoviz_{choice.card.name}_written", infill_provenance(choice.card, found)
    with st.container(horizontal=True):
        download(
            "Sequences (FASTA)",
            lambda: "".join(one.fasta() for one in found.sequences),
            f"{stem}.fasta",
            "text/plain",
            key="file written fasta",
        )
        download(
            "Table (TSV)",
            lambda: tsv(rows, header | reading(choice.fitted)),
            f"{stem}.tsv",
            "text/tab-separated-values",
            key="file written tsv",
        )
    from genoviz.receipts.language import infill_receipt

    receipts = [infill_receipt(choice.card, found)]
    receipt_panel([choice.card], receipts, f"genoviz_{choice.card.name}", choice.fitted)


def _asked(length: int) -> tuple[tuple[int, int], int, float, int]:
    """Stretch, number of sequences, temperature and seed."""
    from genoviz.mutagenesis.saturation import parse_window

    one, two, three, four = st.columns([2, 1, 2, 1])
    middle = (max(0, (length - MIDDLE) // 2), min(length, (length + MIDDLE) // 2))
    text = one.text_input(
        "Bases to write, from 1",
        key="language_stretch",
        placeholder=f"{middle[0] + 1}-{middle[1]}",
        help=f"START-END. Empty: the middle {MIDDLE}. All of them (1-{length}) make a new sequence.",
    )
    n = int(two.number_input("Sequences", 1, MAX_DRAWN, key="language_count"))
    temperature = float(
        three.slider(
            "Temperature",
            0.0,
            MAX_TEMPERATURE,
            step=0.1,
            key="language_temperature",
            help="1 draws from the model's own probabilities. Lower: likely bases more often, at 0 always. Higher: closer to any base.",
        )
    )
    seed = int(four.number_input("Seed", 0, 9999, key="language_seed", help="Same seed, same sequences."))
    return parse_window(text) or middle, n, temperature, seed


def _computed(
    choice: Choice, sequence: Sequence, window: tuple[int, int], n: int, temperature: float, seed: int
) -> Infill | None:
    from genoviz.language.filling import infill

    card, model = choice.card, cache.loaded(choice.card)
    bases = max(0, window[1] - window[0]) * n
    seconds = (bases + 2 * n) * base_seconds(card)
    key = ("infill", card.name, card.sha256, sequence, window, n, temperature, seed)

    def work(progress: Callable[[float], None]) -> Infill:
        return infill(model, sequence, window, n=n, temperature=temperature, seed=seed, progress=progress)

    return planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"{bases:,} bases to write, some {rounded(seconds)} on this computer.",
        start="Write",
        doing="Writing",
        stop="Stop",
        ask=is_long(PLACE, key, seconds),
    )
