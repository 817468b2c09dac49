"""Libraries of sequences with values, and pairs of wild type and mutant, against the chosen model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.measured.assay import NAMES, WORDS, Assay, read_assay, roles_of, versions
from genoviz.measured.table import MeasuredTable, read_table
from genoviz.models.catalogue import list_models
from genoviz.models.weights import at_hand, is_ready
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import digest, escape, is_dark
from genoviz.ui.frame.planned import release
from genoviz.ui.measured import source, work

if TYPE_CHECKING:
    from genoviz.measured.assay_against import AssayAgainst

KEYS = ("measured_pairs", "measured_most", "measured_around", "measured_splice")
FIRST: dict[str, object] = {
    "measured_pairs": True,
    "measured_most": 2000,
    "measured_around": 0,
    "measured_splice": False,
}
ACCEPTED = (
    "Promoter and enhancer libraries (a sequence and a value in each row), splice assays (sequence before, sequence after, "
    "change), and reporters with wild types and mutants in rows of their own."
)


@st.cache_resource(max_entries=2, show_spinner="Reading the table ...")
def _table(content: bytes) -> MeasuredTable:
    return read_table(content)


@st.cache_resource(max_entries=4, show_spinner="Reading the sequences ...")
def _assay(content: bytes, chosen: tuple[tuple[str, str], ...], pairs: bool | None) -> Assay:
    return read_assay(content, dict(chosen), pairs=pairs)


def show(choice: Choice) -> None:
    """The panel below the choice of what was measured."""
    opened = source.choose("assays", ACCEPTED, sources=("file",))
    if opened is None:
        release("measured assays")
        return
    table = _table(opened.content)
    columns = _columns(opened, table)
    of = roles_of(table.header, columns)
    pairs: bool | None = None
    if not ("before" in of and "after" in of) and versions(table, of):
        pairs = st.checkbox(
            f"Pairs: each mutant minus the wild type of its element (column {of['version']})", key="measured_pairs"
        )
    whole = _assay(opened.content, tuple(sorted(columns.items())), pairs or None)
    st.caption(escape(whole.sentence))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = int(
            st.number_input(
                "At most rows", 100, 100_000, step=500, key="measured_most", width=150, help="Drawn by chance, seed 0."
            )
        )
        around = int(
            st.number_input(
                "Around base", -10_000, 10_000, key="measured_around", width=150,
                help="The base that lies in the middle of what the model reads, counted from 1, or from the end with a minus; "
                "0 takes the middle. A splice site behind 100 bases of intron: 101 for the acceptor, -101 for the donor.",
            )
        )  # fmt: skip
        splice = whole.kind == "pairs" and _has_modules() and st.checkbox(
            "MMSplice's five modules instead of the model",
            key="measured_splice",
            help="For splice assays whose sequences are 100 bases of intron, the exon, and 100 bases of intron.",
        )  # fmt: skip
    found = _found(choice, opened, whole.sample(most), around, bool(splice))
    if found is not None:
        _result(found)


def _has_modules() -> bool:
    from genoviz.splicing.modules import MODULES, card_name

    files = at_hand()
    known = {card.name: card for card in list_models()}
    return all(card_name(m) in known and is_ready(known[card_name(m)], files) for m in MODULES)


def _columns(opened: source.Opened, table: MeasuredTable) -> dict[str, str]:
    """Columns that were chosen by hand, by role."""
    kept: dict[str, dict[str, str]] = st.session_state.setdefault("measured_assay_columns", {})
    mine = kept.setdefault(opened.name, {})
    with st.expander("Columns", icon=":material/tune:"):
        st.caption("Columns are recognised by their usual names. Choose another where that is wrong.")
        boxes = st.columns(3)
        for number, role in enumerate(NAMES):
            key = f"measured assay column {opened.name} {role}"
            if key not in st.session_state:
                st.session_state[key] = roles_of(table.header, mine).get(role, "")
            with boxes[number % 3]:
                st.selectbox(
                    WORDS[role].capitalize(), ["", *table.header], key=key, format_func=lambda n: n or "none",
                    on_change=_take, args=(mine, role, key),
                )  # fmt: skip
    return mine


def _take(mine: dict[str, str], role: str, key: str) -> None:
    """Take a column that was chosen (callback); none goes back to the usual names."""
    if st.session_state[key]:
        mine[role] = str(st.session_state[key])
    else:
        mine.pop(role, None)
        st.session_state.pop(key, None)


def _found(choice: Choice, opened: source.Opened, assay: Assay, around: int, splice: bool) -> AssayAgainst | None:
    from genoviz.measured.assay_against import assay_against, splice_against
    from genoviz.splicing.modules import load_modules

    target, card = make_target(choice), choice.card
    count = len(assay) * (2 if assay.kind == "pairs" else 1)
    key: tuple[object, ...] = (
        opened.name,
        digest(f"{[s.bases for s in assay.sequences]} {assay.values.tobytes().hex()} {assay.kind}"),
    )
    if splice:
        return work.run(
            "assays", ("mmsplice", *key), 5 * count, 0.001 * count, lambda _: splice_against(load_modules(), assay)
        )
    model = cache.loaded(card)

    def run(progress: work.Progress) -> AssayAgainst:
        return assay_against(model, assay, target, around=around or None, progress=progress)

    return work.run("assays", (*work.identity(card), target, around, *key), count, count * estimate.row(card), run)


def _result(found: AssayAgainst) -> None:
    from genoviz.measured.tables import assay_provenance, assay_table, group_table
    from genoviz.plots.measured import scatter_figure
    from genoviz.plots.palette import colours

    work.say(found.sentence, found.notices)
    if trained := next((notice for notice in found.notices if notice.startswith("Trained on")), ""):
        st.caption(f"{escape(trained)} Where these sequences were among it, a high correlation proves little.")
    if found.direction_sentence:
        st.markdown(escape(found.direction_sentence))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.plotly_chart(
            scatter_figure(
                found.predicted, found.assay.values, list(found.assay.names), found.overall, colours("colour-safe", is_dark()),
                x_title=f"predicted ({found.unit})", y_title=f"measured ({found.assay.unit})",
            ),
            width="stretch", key="measured assay", config={"displayModeBar": False},
        )  # fmt: skip
    with right:
        low, high = found.overall.pearson_95
        with st.container(horizontal=True):
            span = f"95 % interval {low:.2f} to {high:.2f}" if np.isfinite(low) else "No interval"
            st.metric("Pearson r", _said(found.overall.pearson), help=f"{span}; related sequences are drawn together.")
            st.metric("Spearman", _said(found.overall.spearman))
        if found.groups:
            work.table(
                group_table(found),
                {"group": "Group", "rows": "Rows", "pearson": "Pearson", "spearman": "Spearman"},
                ("pearson", "spearman"),
            )
    with st.container(horizontal=True):
        work.file("Rows (TSV)", "measured assay", lambda: assay_table(found), lambda: assay_provenance(found))
        if found.groups:
            work.file("Groups (TSV)", "measured groups", lambda: group_table(found), lambda: assay_provenance(found))


def _said(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "none"
