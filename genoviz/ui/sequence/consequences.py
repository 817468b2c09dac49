"""What mutations do, in words: notes of the map, sentences about edits, and the mutations that do one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from genoviz.consequences.judged import (
    DELETED,
    Cell,
    Consequences,
    in_words,
    of_edit,
    of_history,
    of_map,
    signals_of,
)
from genoviz.consequences.motif_signals import motifs_of
from genoviz.consequences.rules import rules_for
from genoviz.consequences.splicing_signals import predicted_sites, sites_along
from genoviz.consequences.tables import in_one_line
from genoviz.models.catalogue import get_card
from genoviz.models.factors import factors_in
from genoviz.sequences.bases import BASES
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache

if TYPE_CHECKING:
    from genoviz.consequences.findings import SpliceSite
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.ui.frame.inputs import Choice

KEYS = ("only_mutations", "every_motif")
WORDS = "What it does"
WIDE = {WORDS: st.column_config.TextColumn(width="large")}
MOST_ROWS = 20  # of the table while nothing is asked for
MOST_EDITS = 2  # whose words stand in the sentence
LONGEST = 20_000  # positions of a map whose mutations are judged
_PLACE = {name: row for row, name in enumerate((*BASES, DELETED))}


def chosen() -> tuple[object, ...]:
    """What the notes of the map depend on besides the map."""
    state = st.session_state
    return tuple(state.get("only_mutations") or ()), bool(state.get("every_motif"))


def judged(choice: Choice, read: Sequence, mutations: Mutagenesis | None) -> Consequences | None:
    """What the mutations of a map do; None without a map, for models that no rule is for, and for very long maps."""
    if mutations is None or not rules_for(choice.card):
        return None
    start, end = mutations.window
    if end - start > LONGEST:
        return None
    indels = mutations.deletions is not None
    return _judged(
        choice.card.name, read.bases, choice.track, _sites(choice, read), mutations.window, indels, _every(choice)
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _judged(
    name: str,
    bases: str,
    track: str,
    sites: tuple[SpliceSite, ...] | None,
    window: tuple[int, int],
    indels: bool,
    every_motif: bool,
) -> Consequences:
    card, sequence = get_card(name), Sequence(bases)
    return of_map(card, sequence, track=track, sites=sites, window=window, indels=indels, every_motif=every_motif)


def _sites(choice: Choice, read: Sequence) -> tuple[SpliceSite, ...] | None:
    """Sites that the model itself predicts, where it does so at every base."""
    if not sites_along(choice.card):
        return None
    return predicted_sites(choice.card, cache.prediction(choice.card.name, choice.card.sha256, read))


def _every(choice: Choice) -> bool:
    return bool(st.session_state.get("every_motif")) and any(r.name == "motif" for r in rules_for(choice.card))


def map_track(
    found: Consequences | None,
    mutations: Mutagenesis,
    values: npt.NDArray[np.float32],
    title: str,
    rows: tuple[str, ...],
    *,
    band: tuple[float, float] | None = None,
    reach: float | None = None,
) -> canvas.Track:
    """The mutation map, `values (rows, length)`, with notes of its cells; those that are looked for are marked.

    `band` and `reach` as in `genoviz.viewer.tracks.heat`.
    """
    if found is None:
        return canvas.heat(values, title, mutations.unit, rows=rows, band=band, reach=reach)
    only = [name for name in st.session_state.get("only_mutations") or () if name in {r.name for r in found.rules}]
    sought, common = found.only(only), {rule.name for rule in found.rules if rule.common}
    notes: dict[tuple[int, int], str] = {}
    marked, quiet = set(), set()
    for cell, findings in found.found.items():
        place = _cell_of(cell, mutations, rows)
        if place is None or place[1] >= values.shape[1]:
            continue
        notes[place] = "; ".join(finding.note for finding in findings)
        if cell in sought:
            marked.add(place)
        elif all(finding.rule in common for finding in findings):
            quiet.add(place)
    return canvas.heat(
        values,
        title,
        mutations.unit,
        rows=rows,
        band=band,
        reach=reach,
        notes=notes,
        marked=marked if only else None,
        quiet=quiet,
    )


def _cell_of(cell: Cell, mutations: Mutagenesis, rows: tuple[str, ...]) -> tuple[int, int] | None:
    """Row and column of a mutation; of insertions only the strongest of a place has a cell."""
    position, change = cell
    if change in _PLACE:
        row = _PLACE[change]
        return (row, position) if row < len(rows) else None
    if mutations.insertions is None:
        return None
    values = abs(mutations.insertions[:, position])
    strongest = BASES[int(values.argmax())] if (values == values).any() else ""
    return (rows.index("ins"), position) if change == f"+{strongest}" else None


def signal_track(choice: Choice, read: Sequence, history: EditHistory) -> list[canvas.Track]:
    """The signals that the sequence has as spans; none where the rules know none."""
    length = len(history.current)
    found = signals_of(choice.card, read, track=choice.track, sites=_sites(choice, read))
    spans = [asdict(signal) for signal in found if signal.end <= length]
    return [canvas.spans(spans, "Known signals")] if spans else []


def summary(choice: Choice, history: EditHistory, flank: str = "") -> str:
    """What the edits do, for the sentence above the picture; empty where there is nothing to say."""
    if not history.done or not rules_for(choice.card):
        return ""
    every = _every(choice)
    before = _sites(choice, _read(choice, history.original, flank))
    found = of_history(choice.card, history, track=choice.track, sites=before, flank=flank, every_motif=every)
    said = [words for edit, findings in found if (words := in_words(edit.label, findings))][:MOST_EDITS]
    others = len(found) - len(said)
    rest = f", and {others} other edit{'s' * (others > 1)}" if said and others else ""
    return ". ".join(said) + rest


def of_each(choice: Choice, history: EditHistory, flank: str = "") -> list[str]:
    """What each edit does alone, made on the original; `-` where it can't be."""
    said = []
    sites = _sites(choice, _read(choice, history.original, flank)) if history.done else None
    for edit, single, site in zip(history.done, history.singles(), history.sites(), strict=True):
        if single is None or site.original is None:
            said.append("-")
            continue
        alone = Edit(*site.original, edit.bases)
        every = _every(choice)
        findings = of_edit(
            choice.card, history.original, alone, track=choice.track, sites=sites, flank=flank, every_motif=every
        )
        said.append(in_one_line(findings))
    return said


def _read(choice: Choice, sequence: Sequence, flank: str) -> Sequence:
    from genoviz.sequences.edited_window import read_window

    return read_window(sequence, choice.card.length, flank)


def choose(choice: Choice, found: Consequences | None) -> None:
    """The filter under the picture: which mutations the map and the table show, and whether all motifs are looked for."""
    names = [rule.name for rule in rules_for(choice.card)]
    state = st.session_state
    state["only_mutations"] = [name for name in state.get("only_mutations") or () if name in names]
    if not names or found is None:
        return
    counts, titles = found.count(), {rule.name: rule.title for rule in rules_for(choice.card)}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.multiselect(
            "Only mutations that ...",
            names,
            key="only_mutations",
            format_func=lambda name: f"{titles[name]} ({counts.get(name, 0):,})",
            placeholder="Only mutations that ...",
            label_visibility="collapsed",
            help="Frames these mutations in the map, fades the others, and lists them in the table of the strongest.",
        )
        if "motif" in names:
            own = bool(motifs_of(choice.card, factors_in([choice.track])))
            besides = ", not only of the family that this track is about" if own else ""
            st.toggle(
                "All motifs",
                key="every_motif",
                help=f"Look for the motifs of all factors{besides}. It takes a second at first.",
            )


def strongest(mutations: Mutagenesis, found: Consequences | None) -> None:
    """The strongest mutations as a table, of those that are looked for, with what they do."""
    only = list(st.session_state.get("only_mutations") or ()) if found is not None else []
    with st.expander("Strongest mutations, as a table" + (", of those looked for" if only else "")):
        rows = _rows(mutations, found, only)
        if not rows:
            st.caption("No mutation of the map does that.")
            return
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", column_config=WIDE)


def _rows(mutations: Mutagenesis, found: Consequences | None, only: list[str]) -> list[Mapping[str, object]]:
    unit, rows = mutations.unit, list[Mapping[str, object]]()
    sought = found.only(only) if found is not None and only else None
    for name, effect in mutations.strongest(mutations.delta.size if sought is not None else MOST_ROWS):
        cell = int(name[1:-1]) - 1, name[-1]
        if sought is not None and cell not in sought:
            continue
        row: dict[str, object] = {"Mutation": name}
        if found is not None:
            row[WORDS] = in_one_line(found.at(*cell))
        row |= {
            f"Effect ({unit}, mutated - shown)": round(effect, 3),
            f"Prediction after ({unit})": round(mutations.value + effect, 3),
        }
        rows.append(row)
    return rows
