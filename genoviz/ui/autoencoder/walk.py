"""Walk: from the open sequence to another one, each step decoded and scored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import BadInput
from genoviz.files.tsv import tsv
from genoviz.sequences.sequence import Sequence, read_sequences
from genoviz.sequences.shuffle import dinucleotide_shuffle
from genoviz.ui.autoencoder.logos import logos
from genoviz.ui.autoencoder.work import run
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, title_of
from genoviz.ui.frame.outputs import escape, is_dark

if TYPE_CHECKING:
    from genoviz.latent.scorer import Scorer
    from genoviz.latent.walk import Walk

ENDS = {"shuffle": "Its own shuffle", "record": "Another record", "text": "Bases that I type"}
FIRST: dict[str, object] = {"walk_to": "shuffle", "walk_steps": 9, "walk_text": "", "walk_record": 1}


def show(choice: Choice, scorer: Scorer | None) -> None:
    """The other end, the walk with its scores, and a logo for each step."""
    if choice.sequence is None:
        return
    other = _other_end(choice, choice.sequence)
    steps = int(st.slider("Steps", 3, 15, key="walk_steps"))
    if other is None:
        return
    from genoviz.latent.scorer import DRAWS
    from genoviz.latent.walk import walk

    card, first = choice.card, choice.sequence
    model = cache.loaded(card)

    def work(progress: Callable[[float], None]) -> Walk:
        return walk(model, first, other, steps=steps, scorer=scorer, progress=progress)

    found = run(card, scorer, ("walk", first, other, steps), 2 + steps * (2 * DRAWS + 1), work)
    if found is not None:
        _result(choice, found)


def _other_end(choice: Choice, first: Sequence) -> Sequence | None:
    """The sequence at the other end, or None while it is not there; what is wrong with it is raised."""
    chosen = st.segmented_control("Walk to", list(ENDS), key="walk_to", format_func=ENDS.__getitem__, required=True)
    if chosen == "record":
        return _record(choice, first)
    if chosen == "text":
        text = st.text_area("Bases of the other end", key="walk_text", height=90, placeholder="ACGT ...").strip()
        if not text:
            st.info("Paste the other sequence, as long as the model reads.")
            return None
        record = read_sequences(text, max_records=1)[0]
        if record.sequence is None:
            raise BadInput(f"The other end can't be read. {record.error or ''}", "Bases, or FASTA.", "Check the text.")
        return record.sequence
    return Sequence(dinucleotide_shuffle(first.bases, 1, seed=0)[0], f"{first.name} shuffled".strip())


def _record(choice: Choice, first: Sequence) -> Sequence | None:
    others = [one.sequence for one in choice.records if one.sequence is not None and one.sequence.bases != first.bases]
    if not others:
        st.info("Only one record is open. Paste FASTA with several, or walk to something else.")
        return None
    if len(others) == 1:
        return others[0]
    names = [one.name or f"record {i}" for i, one in enumerate(others, start=1)]
    number = int(st.number_input("Record", 1, len(others), key="walk_record"))
    st.caption(escape(names[number - 1]))
    return others[number - 1]


def _result(choice: Choice, found: Walk) -> None:
    from genoviz.latent.tables import walk_provenance, walk_table
    from genoviz.plots.latent import walk_figure
    from genoviz.plots.palette import colours

    st.markdown(f"**{escape(found.kept)}**")
    if found.scores is not None:
        st.markdown(escape(found.scores.sentence))
        st.plotly_chart(
            walk_figure(found.scores, colours("colour-safe", is_dark())),
            width="stretch",
            key="latent walk",
            config={"displayModeBar": False},
        )
        st.caption(
            f"Bands: 95 % of the mean over {found.draws} sequences. The mixed ones take each base from either end and need no "
            "autoencoder: only where the bands part does the latent space add something. The likeliest bases together are no natural "
            "sequence (long runs of one letter), so their score means little."
        )
    n = len(found.sequences)
    logos(
        "latent walk logos",
        found.first,
        [(f"Step {i} of {n}", table) for i, table in enumerate(found.probabilities, start=1)],
        summary="The decoder's bases at each step, as high as it is sure of them; the first sequence stands at the top.",
        title=f"From {title_of(choice)} to {found.second.name or 'the other end'}",
        tss=choice.card.tss,
    )
    stem = f"genoviz_{choice.card.name}_walk"
    with st.container(horizontal=True):
        download(
            "Table (TSV)",
            lambda: tsv(walk_table(found), walk_provenance(found)),
            f"{stem}.tsv",
            "text/tab-separated-values",
        )
        download("Steps (FASTA)", lambda: "".join(one.fasta() for one in found.sequences), f"{stem}.fa", "text/plain")
