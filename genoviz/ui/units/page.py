"""The page Units: a grid of the units of a layer with their controls, and all about one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard
from genoviz.motifs.collection import user_motifs
from genoviz.ui.frame import cache, estimate, model_choice
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import digest, escape, is_dark, messages, show_motif_problems
from genoviz.ui.frame.page_settings import Setting, number, one_of, words
from genoviz.ui.frame.planned import is_long, planned, release, rounded
from genoviz.ui.units import one, source
from genoviz.units.options import GRID

if TYPE_CHECKING:
    from genoviz.discover.comparison import Background
    from genoviz.units.bank import Unit, UnitBank
    from genoviz.units.layers import Layer
    from genoviz.units.naming import Nearest

PLACE = "units"
FIRST: dict[str, object] = {**source.FIRST, "units_member": 1, "units_unit": 0}
KEYS = (*FIRST, "units_layer")
SETTINGS = (
    Setting("driven", "units_source", one_of(source.SOURCES), "random"),
    Setting("layer", "units_layer", words),
    Setting("network", "units_member", number(1, 99), 1),
    Setting("unit", "units_unit", number(0, 99_999), 0),
)
EXAMPLE_MODEL, EXAMPLE_TRACK = "tfbind.encode10", "CTCFL"
_AT_ONCE = 30.0  # seconds of work that start without being asked: the grid is what the page is for
_TALL = 560  # pixels of the grid, so that the unit below it is seen to change
_SECONDS_OF_NAMES = 4.0  # comparing logos with known motifs, on a slow core

Found = tuple["UnitBank", tuple["Nearest", ...]]


def show(choice: Choice) -> None:
    """The page below its title."""
    st.markdown(
        "A network is made of layers of units. Each unit answers to a short pattern of bases, one number at every place: its drive. Which "
        "pattern is it, and would a network that learned nothing have units like it?"
    )
    with messages():
        layer, member = _layer(choice.card)
        if layer is None:
            _other_model(choice.card)
            return
        records = source.records(choice)
        if records is None:
            release(PLACE)
            return
        found = _found(choice.card, records, layer, member)
        if found is None:
            return
        show_motif_problems()
        _grid(*found)
        one.show(*found, _chosen(found[0]))
        _files(*found)


def _layer(card: ModelCard) -> tuple[Layer | None, int]:
    """The chosen layer and network; None where there is no layer with units."""
    from genoviz.models.ensemble import members_of

    members = len(members_of(cache.loaded(card)))
    with st.container(horizontal=True):
        place = st.container()
        if not 1 <= int(st.session_state.get("units_member") or 1) <= members:
            st.session_state["units_member"] = 1
        member = 1
        if members > 1:
            member = int(
                st.selectbox(
                    "Network of the ensemble", range(1, members + 1), key="units_member",
                    help="The model is the mean of several networks. Each has units of its own.",
                )
            )  # fmt: skip
    layers = {layer.name: layer for layer in _layers(card.name, card.sha256, member)}
    if not layers:
        return None, member
    if st.session_state.get("units_layer") not in layers:
        st.session_state["units_layer"] = next(iter(layers))
    name = place.selectbox(
        "Layer",
        list(layers),
        key="units_layer",
        format_func=lambda name: (
            f"{list(layers).index(name) + 1} · {name.removeprefix('net.')}: {layers[name].units} units"
        ),
        help="In the order in which they run. Units of the first layer read a few bases in a row; those of later ones read more, and "
        "combine what earlier ones found.",
    )
    return layers[name], member


@st.cache_data(max_entries=32, show_spinner="Reading the network ...")
def _layers(name: str, sha256: str, member: int) -> tuple[Layer, ...]:
    from genoviz.units.layers import unit_layers

    return unit_layers(cache.model(name, sha256), member)


def _other_model(card: ModelCard) -> None:
    from genoviz.models.catalogue import get_card

    st.info(
        f"{escape(card.title)} has no layer with units along the sequence: these are channels of convolutions, and of linear layers at "
        "every place."
    )
    title = get_card(EXAMPLE_MODEL).title
    st.button(
        f"Take {title}", key="units_example", type="primary",
        on_click=model_choice.use_model, args=(EXAMPLE_MODEL, EXAMPLE_TRACK),
    )  # fmt: skip


def _found(card: ModelCard, records: Background, layer: Layer, member: int) -> Found | None:
    """The units with their controls, the first ones named; None while they are not there."""
    model = cache.loaded(card)

    def work(progress: Callable[[float], None]) -> Found:
        from genoviz.units.bank import unit_bank
        from genoviz.units.naming import nearest

        bank = unit_bank(model, records, layer.name, member=member, progress=lambda share: progress(0.8 * share))
        return bank, nearest(bank, bank.units[:GRID])

    seconds = 4 * len(records.sequences) * estimate.row(card) + _SECONDS_OF_NAMES
    marks = digest("".join(one.bases for one in records.sequences))
    key = (PLACE, card.name, card.sha256, layer.name, member, marks, hash(user_motifs().motifs))
    is_long(PLACE, key, seconds)
    return planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"{len(records.sequences):,} records run through the network: about {rounded(seconds)} on this computer.",
        start="Look at the units",
        doing="Reading units and their controls",
        stop="Stop",
        shared=True,
        ask=seconds > _AT_ONCE,
    )


def _grid(bank: UnitBank, names: tuple[Nearest, ...]) -> None:
    """The most selective units as tiles; a button under each opens it."""
    st.markdown(f"**{escape(bank.sentence)}**")
    with st.container(height=_TALL, border=False), st.container(horizontal=True, key="units grid"):
        for unit, name in zip(bank.units, names, strict=False):
            with st.container(width=172, border=True):
                st.html(_tile(unit, name))
                st.button(
                    f"Unit {unit.number}",
                    key=f"open unit {unit.number}",
                    on_click=_open,
                    args=(unit.number,),
                    width="stretch",
                )
    more = len(bank.units) - GRID
    st.caption(
        f"The {min(GRID, len(bank.units))} most selective units, by how far their best windows stand out. A logo (in bits) is made of the best "
        f"windows of the records that drive the unit most. Records: {escape(bank.records.name)}."
        + (f" {more:,} more are in the list below." if more > 0 else "")
    )


def _tile(unit: Unit, name: Nearest) -> str:
    from genoviz.plots.units import unit_tile

    verdict = "stands out" if unit.beats_control else unit.verdict
    return unit_tile(
        unit.motif,
        f"unit {unit.number}",
        f"like {name.label}" if name.believable else "like no known motif",
        f"{verdict} ({unit.selectivity:.1f})",
        strong=unit.beats_control,
        dark=is_dark(),
    )


def _open(number: int) -> None:
    """Look at a unit (callback)."""
    st.session_state["units_unit"] = number


def _chosen(bank: UnitBank) -> Unit:
    """The unit that is looked at: the chosen one, or the most selective."""
    numbers = [unit.number for unit in bank.units]
    if st.session_state.get("units_unit") not in numbers:
        st.session_state["units_unit"] = numbers[0]
    chosen = st.selectbox(
        "Look at one",
        numbers,
        key="units_unit",
        format_func=lambda n: f"Unit {n}, {bank.unit(n).selectivity:.1f}: {bank.unit(n).verdict}",
        help="All units of the layer, the most selective first.",
    )
    return bank.unit(int(chosen))


def _files(bank: UnitBank, names: tuple[Nearest, ...]) -> None:
    from genoviz.motifs.files import write_meme
    from genoviz.units.tables import context_table, unit_provenance, unit_table

    named = {unit.number: name for unit, name in zip(bank.units, names, strict=False)}
    stem = f"genoviz_{bank.card.name}_units"
    kind = "text/tab-separated-values"
    with st.container(horizontal=True):
        download("Units (TSV)", lambda: tsv(unit_table(bank, named), unit_provenance(bank)), f"{stem}.tsv", kind)
        download(
            "Their best windows (TSV)",
            lambda: tsv(context_table(bank, bank.units), unit_provenance(bank)),
            f"{stem}_windows.tsv",
            kind,
        )
        download(
            "Logos (MEME)",
            lambda: write_meme([unit.motif for unit in bank.units if unit.motif]),
            f"{stem}.meme",
            "text/plain",
        )
