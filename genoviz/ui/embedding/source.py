"""Which records are looked at, and what they are labelled with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence, read_sequences
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import digest

if TYPE_CHECKING:
    from genoviz.embedding.records import Labelled

SOURCES = {
    "real": "E. coli: before genes and inside",
    "example": "Random, with planted sites",
    "records": "Records that are open",
    "file": "FASTA files",
}
FIRST: dict[str, object] = {"embedding_source": "real", "embedding_shuffles": False}


def reads_records() -> bool:
    """Whether the records that are open are looked at, and not files or an example."""
    return st.session_state.get("embedding_source") == "records"


def records(choice: Choice) -> Labelled | None:
    """The records with their labels, as the model reads them; None while there are none."""
    source = st.segmented_control(
        "Records", list(SOURCES), key="embedding_source", format_func=SOURCES.__getitem__, required=True
    )
    if source in ("real", "example"):
        return _example(source, choice.card.length)
    data = _uploaded(choice.card) if source == "file" else _open(choice)
    if data is None:
        return None
    shuffled = st.toggle(
        "Add a shuffle of each record",
        key="embedding_shuffles",
        help="Each record once more with its dinucleotides shuffled, labelled `given` and `shuffled`: does the model see more than "
        "composition?",
    )
    return _with_shuffles(data) if shuffled else data


@st.cache_data(max_entries=8, show_spinner=False)
def _example(source: str, length: int) -> Labelled:
    from genoviz.embedding.records import planted_example, real_example

    return real_example(length) if source == "real" else planted_example(length)


def _with_shuffles(data: Labelled) -> Labelled:
    """Shuffled once for the same records of a session."""
    from genoviz.embedding.records import with_shuffles

    key = digest("".join(one.bases for one in data.sequences))
    kept: dict[str, Labelled] = st.session_state.setdefault("embedding_shuffled", {})
    if key not in kept:
        kept.clear()
        kept[key] = with_shuffles(data)
    return kept[key]


def _open(choice: Choice) -> Labelled | None:
    from genoviz.embedding.records import labelled_fitted

    if not choice.records:
        st.info("Paste or upload FASTA records in the box above, up to 200; for more choose files here.")
        return None
    return labelled_fitted(choice.records, choice.card.length)


def _uploaded(card: ModelCard) -> Labelled | None:
    uploads = st.file_uploader(
        "FASTA",
        key="embedding_files",
        accept_multiple_files=True,
        help="Labels are `label=WORD` or `label=1.7` in the names of the records; with several files each file is a label. Records "
        f"are cropped to their middle {card.length:,} bases or padded with N. Kept in the app's memory only.",
    )
    if not uploads:
        st.info("Choose a file whose records carry labels (`>name label=active`), or one file for each label.")
        return None
    return _read(tuple((upload.name, upload.getvalue()) for upload in uploads), card.length)


@st.cache_data(max_entries=2, show_spinner="Reading ...")
def _read(files: tuple[tuple[str, bytes], ...], length: int) -> Labelled:
    from genoviz.embedding.records import MOST, MOST_BASES, labelled, labelled_fitted

    parts = []
    for name, content in files:
        part = labelled_fitted(read_sequences(content, max_records=MOST, max_bases=MOST_BASES), length)
        stem = name.rpartition(".")[0] or name
        parts.append(part if len(files) == 1 else replace(part, labels=(stem,) * len(part.sequences)))
    if len(parts) == 1:
        return parts[0]
    sequences: list[Sequence] = [one for part in parts for one in part.sequences]
    said = " ".join(f"{name}: {part.said}" for (name, _), part in zip(files, parts, strict=True))
    return labelled(sequences, [label for part in parts for label in part.labels], said=said)
