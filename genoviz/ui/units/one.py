"""All about one unit: logo, controls, best windows, mutation map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.motifs.collection import user_motifs
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.outputs import escape, is_dark

if TYPE_CHECKING:
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.units.bank import Unit, UnitBank
    from genoviz.units.naming import Nearest
    from genoviz.units.reach import Reach


def show(bank: UnitBank, names: tuple[Nearest, ...], unit: Unit) -> None:
    """The unit that was chosen."""
    st.header(f"Unit {unit.number}", anchor=False)
    if unit.motif is None:
        st.info(escape(unit.sentence))
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        _logo(unit)
        (st.success if unit.beats_control else st.warning)(escape(unit.verdict.capitalize() + "."))
        st.markdown(escape(_nearest(bank, names, unit).sentence))
        st.markdown(escape(unit.sentence))
    with right:
        _control(bank, unit)
    _windows(bank, unit)
    _mutations(bank, unit)


def _nearest(bank: UnitBank, names: tuple[Nearest, ...], unit: Unit) -> Nearest:
    """The nearest motif: that of the grid, or looked for now."""
    from genoviz.units.naming import nearest

    for known, name in zip(bank.units, names, strict=False):
        if known.number == unit.number:
            return name
    key = (id(bank), unit.number, hash(user_motifs().motifs))
    kept: dict[object, Nearest] = st.session_state.setdefault("units_named", {})
    if key not in kept:
        with st.spinner("Comparing with known motifs ..."):
            kept[key] = nearest(bank, [unit])[0]
    return kept[key]


def _logo(unit: Unit) -> None:
    from genoviz.plots.palette import colours
    from genoviz.plots.small_logo import small_logo

    if unit.motif:
        label = f"unit {unit.number}: {unit.motif.consensus}"
        st.html(small_logo(unit.motif.heights(), colours("classic", is_dark()), limit=2.0, label=label))


def _control(bank: UnitBank, unit: Unit) -> None:
    from genoviz.plots.palette import colours
    from genoviz.plots.units import selectivity_figure

    st.plotly_chart(
        selectivity_figure(
            [one.selectivity for one in bank.units],
            bank.random,
            colours("colour-safe", is_dark()),
            title=f"unit {unit.number}",
            value=unit.selectivity,
            line=unit.line,
        ),
        width="stretch",
        key="units selectivity",
        config={"displayModeBar": False},
        alt="Selectivity of the units of the trained and of the random network",
    )
    st.caption(
        f"The control: the same network with its weights in a random order, over the same records. Kept aside for the logos' test: "
        f"{escape(bank.kept_words)}."
    )


def _windows(bank: UnitBank, unit: Unit) -> None:
    from genoviz.plots.contexts import aligned

    st.subheader("The windows that drive it most", anchor=False)
    st.html(aligned(unit.contexts, bank.records.sequences, is_dark(), "drive"))
    if not bank.reach.whole:
        st.caption(
            f"Units of this layer read more than these {bank.reach.width} bases: the windows hold what changes the drive most."
        )


def _mutations(bank: UnitBank, unit: Unit) -> None:
    """What changed bases do to the unit at its best window."""
    from genoviz.plots.units import unit_map_picture

    best = unit.contexts[0]
    st.subheader("Its mutation map at the best window", anchor=False)
    found = _map(
        bank.card.name,
        bank.card.sha256,
        bank.records.sequences[best.record],
        unit.number,
        bank.layer.name,
        bank.member,
        bank.reach,
    )
    st.image(unit_map_picture(found, (best.start, best.end), is_dark()).decode(), width="content")
    st.caption(
        escape(
            f"{found.sentence} Blue lowers the drive at this place, red raises it; grey is the base that stands there."
        )
    )


@st.cache_data(max_entries=64, show_spinner="Mutating every base ...")
def _map(name: str, sha256: str, sequence: Sequence, unit: int, layer: str, member: int, reach: Reach) -> Mutagenesis:
    from genoviz.units.mutation import unit_map

    return unit_map(cache.model(name, sha256), sequence, unit, layer, member=member, reach=reach)
