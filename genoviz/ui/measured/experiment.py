"""Which element of the open table is looked at, what its columns mean, and which of its changes count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.measured.columns import ROLES
from genoviz.measured.options import BARCODES
from genoviz.measured.reading import Found, experiment_of, from_genome, look_into
from genoviz.measured.repeats import Repeat, repeats_of
from genoviz.measured.table import read_table
from genoviz.sequences.sequence import Sequence, read_sequences
from genoviz.ui.frame import genomes
from genoviz.ui.frame.outputs import escape
from genoviz.ui.measured.source import Opened

if TYPE_CHECKING:
    from genoviz.measured.experiment import Experiment

REFERENCES = {"table": "From the table", "fasta": "A sequence of mine", "genome": "A genome"}
KEYS = (
    "measured_element",
    "measured_barcodes",
    "measured_p",
    "measured_deletions",
    "measured_reverse",
    "measured_reference",
    "measured_fasta",
)
FIRST: dict[str, object] = {
    "measured_barcodes": BARCODES,
    "measured_p": "1",
    "measured_deletions": True,
    "measured_reverse": False,
    "measured_reference": "table",
}
P_VALUES = ("1", "0.05", "0.01", "0.001", "0.00001")
_CHOSEN = ("position", "ref", "alt", "variant", "effect", "barcodes", "p_value", "element", "chrom")


@dataclass(frozen=True)
class Filters:
    """Which changes count, and on which strand they are read."""

    least_barcodes: int
    largest_p: str
    deletions: bool
    reverse: bool


def filters(experiment: Experiment) -> Filters:
    """The filters as they are set; those that the table has no column for keep all."""
    state = st.session_state
    return Filters(
        int(state.get("measured_barcodes", 0)) if experiment.barcodes is not None else 0,
        str(state.get("measured_p", "1")) if experiment.p_values is not None else "1",
        bool(state.get("measured_deletions", True)),
        bool(state.get("measured_reverse")),
    )


@st.cache_resource(max_entries=4, show_spinner="Reading the table ...")
def _looked(content: bytes, chosen: tuple[tuple[str, str], ...]) -> Found:
    return look_into(content, dict(chosen))


def choose(opened: Opened) -> Experiment:
    """The experiment to look at, filtered and turned as chosen."""
    chosen: dict[str, dict[str, str]] = st.session_state.setdefault("measured_columns", {})
    mine = chosen.setdefault(opened.name, {})
    found = None
    try:
        found = _looked(opened.content, tuple(sorted(mine.items())))
    finally:
        if found is None:
            _columns(opened, mine, _header(opened))
    name = _element(found)
    with st.expander("Columns, reference and strand", icon=":material/tune:"):
        _columns(opened, mine, found.table.header, found)
        references = _references()
    experiment = _read(found, name, references)
    return _filtered(experiment)


def repeats(opened: Opened, experiment: Experiment) -> tuple[Repeat, ...]:
    """Other experiments of the table on the same element; of one that is turned those on the strand of the table."""
    mine = st.session_state.get("measured_columns", {}).get(opened.name, {})
    read = experiment.turned() if st.session_state.get("measured_reverse") else experiment
    return repeats_of(_looked(opened.content, tuple(sorted(mine.items()))), read)


def _header(opened: Opened) -> tuple[str, ...]:
    try:
        return read_table(opened.content).header
    except GenovizError:  # what the caller is about to say
        return ()


def _element(found: Found) -> str:
    names = list(found.elements)
    if st.session_state.get("measured_element") not in names:
        st.session_state["measured_element"] = names[0]
    if len(names) == 1:
        return names[0]
    name = st.selectbox(
        "Element",
        names,
        key="measured_element",
        format_func=lambda n: f"{n} ({len(found.elements[n]):,} changes)",
        help="Each element of the table is one experiment; a build stands behind its name where the table has several.",
    )
    return str(name)


def _columns(opened: Opened, mine: dict[str, str], header: tuple[str, ...], found: Found | None = None) -> None:
    """Which column holds what: found by its usual name, changed here."""
    if not header:
        return
    of = found.columns.of if found is not None else mine
    st.caption("Columns are recognised by their usual names. Choose another where that is wrong.")
    boxes = st.columns(3)
    for number, role in enumerate(_CHOSEN):
        options = ["", *header]
        key = f"measured column {opened.name} {role}"
        if key not in st.session_state:
            st.session_state[key] = of.get(role, "")
        with boxes[number % 3]:
            st.selectbox(
                ROLES[role].words.capitalize(),
                options,
                key=key,
                format_func=lambda n: n or "none",
                on_change=_take,
                args=(mine, role, key),
            )


def _take(mine: dict[str, str], role: str, key: str) -> None:
    """Take a column that was chosen (callback); none goes back to the usual names."""
    if st.session_state[key]:
        mine[role] = str(st.session_state[key])
    else:
        mine.pop(role, None)
        st.session_state.pop(key, None)


def _references() -> tuple[Sequence, ...] | str:
    """Sequences that the element may be, the name of a genome, or nothing: the table's own reference bases."""
    kind = st.segmented_control(
        "Reference sequence",
        list(REFERENCES),
        key="measured_reference",
        format_func=REFERENCES.__getitem__,
        required=True,
        help="From the table: put together from its reference bases. With a sequence or a genome, whether positions count from "
        "1 or 0, where, and on which strand, is told by the bases.",
    )
    if kind == "fasta":
        text = st.text_area("FASTA or bases", key="measured_fasta", height=90)
        return tuple(r.sequence for r in read_sequences(text) if r.sequence) if text.strip() else ()
    if kind == "genome":
        entry = genomes.choose()
        return entry.name if entry is not None else ()
    return ()


def _read(found: Found, name: str, references: tuple[Sequence, ...] | str) -> Experiment:
    if isinstance(references, str):
        return from_genome(found, name, genomes.reference(genomes.entries()[references]))
    return experiment_of(found, name, references=references, reference_named="your sequence")


def _filtered(experiment: Experiment) -> Experiment:
    """The changes that count, by barcodes, p-value and kind."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        least, largest = 0, 1.0
        if experiment.barcodes is not None:
            least = int(
                st.number_input(
                    "Fewest barcodes",
                    0,
                    100_000,
                    key="measured_barcodes",
                    width=150,
                    help="Changes seen with few barcodes are noisy. The authors of the public experiments ask for 10.",
                )
            )
        if experiment.p_values is not None:
            largest = float(
                st.selectbox(
                    "Largest p-value",
                    P_VALUES,
                    key="measured_p",
                    width=150,
                    help="1 keeps all. A filter on p-values keeps the strong effects only, which raises correlations.",
                )
            )
        deletions = True
        if not experiment.substitutions.all():
            deletions = st.checkbox("Deletions and longer changes", key="measured_deletions")
        reverse = st.checkbox(
            "Read the other strand",
            key="measured_reverse",
            help="A promoter of a gene on the minus strand reads in its direction of transcription then.",
        )
    kept = experiment.kept(least_barcodes=least, largest_p=largest, deletions=deletions)
    st.caption(f"{escape(experiment.sentence)} {len(kept):,} pass the filters.")
    return kept.turned() if reverse else kept
