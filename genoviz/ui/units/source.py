"""What drives the units: random sequences, records that are open, a file, or windows of a genome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import read_sequences
from genoviz.ui.frame import cache, genomes
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape
from genoviz.units.options import FEWEST, MOST, MOST_BASES

if TYPE_CHECKING:
    from genoviz.discover.comparison import Background

SOURCES = {
    "random": "Random sequences",
    "file": "FASTA file",
    "records": "Records that are open",
    "genome": "Windows of a genome",
}
FIRST: dict[str, object] = {"units_source": "random"}


def reads_records() -> bool:
    """Whether the records that are open drive the units."""
    return st.session_state.get("units_source") == "records"


def records(choice: Choice) -> Background | None:
    """The records as the model reads them; None while there are none."""
    source = st.segmented_control(
        "Driven by",
        list(SOURCES),
        key="units_source",
        format_func=SOURCES.__getitem__,
        required=True,
        help="Random sequences have the composition of the training data. Real ones, such as peaks of the factors that a model was "
        "trained on, show more: sites stand in them more often than by chance.",
    )
    if source == "file":
        return _file(choice.card)
    if source == "records":
        return _open(choice)
    if source == "genome":
        return _genome(choice.card)
    return _random(choice.card.name, choice.card.sha256)


@st.cache_data(max_entries=8, show_spinner=False)
def _random(name: str, sha256: str) -> Background:
    from genoviz.discover.comparison import random_background
    from genoviz.units.options import RECORDS

    return random_background(cache.model(name, sha256).card, n=RECORDS)


def _open(choice: Choice) -> Background | None:
    from genoviz.discover.comparison import fitted_records, given_background

    if len(choice.records) < FEWEST:
        st.info(f"Paste or upload {FEWEST} to 200 FASTA records in the box above; for more choose a file here.")
        return None
    found, said = fitted_records(choice.records, choice.card.length)
    st.caption(escape(said))
    return given_background(found)


def _file(card: ModelCard) -> Background | None:
    upload = st.file_uploader(
        "FASTA",
        key="units_file",
        help=f"{FEWEST} to {MOST:,} records, cropped to their middle {card.length:,} bases or padded with N. Kept in the app's memory only.",
    )
    if upload is None:
        st.info("Choose a file of sequences that the model was made for, such as peaks or promoters.")
        return None
    found, said = _read(upload.getvalue(), card.length)
    st.caption(escape(said))
    return found


@st.cache_data(max_entries=2, show_spinner="Reading ...")
def _read(content: bytes, length: int) -> tuple[Background, str]:
    from genoviz.discover.comparison import fitted_records, given_background

    found, said = fitted_records(read_sequences(content, max_records=MOST, max_bases=MOST_BASES), length)
    return given_background(found), said


def _genome(card: ModelCard) -> Background | None:
    known = {name: entry for name, entry in genomes.entries().items() if not entry.remote}
    if not known:
        st.info("No genome is on this computer. Add one with `genoviz genome add FILE`.")
        return None
    name = st.selectbox("Genome", list(known), key="units_genome", format_func=lambda one: genomes.title_of(known[one]))
    return _windows(name, genomes.fingerprint(known[name]), card.length)


@st.cache_data(max_entries=4, show_spinner="Drawing windows ...")
def _windows(name: str, fingerprint: str, length: int) -> Background:
    from genoviz.discover.comparison import genome_background
    from genoviz.units.options import RECORDS

    return genome_background(genomes.opened(name, fingerprint), length, n=RECORDS)
