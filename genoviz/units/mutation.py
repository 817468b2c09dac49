"""The mutation map of a unit: what changed bases do to its drive at one place."""

from __future__ import annotations

import numpy as np

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import Mutagenesis, saturate
from genoviz.sequences.sequence import Sequence
from genoviz.units.layers import OUTPUT, UnitModel, find_layer, member_of
from genoviz.units.reach import Reach, reach_of


def unit_map(
    model: Model,
    sequence: Sequence,
    unit: int,
    layer: str = "",
    *,
    member: int = 1,
    window: tuple[int, int] | None = None,
    reach: Reach | None = None,
) -> Mutagenesis:
    """Change every base, and read the drive of a unit where it is largest in the sequence as given.

    The unit is a target like any other, so the mutation engine computes it exactly.

    Parameters
    ----------
    model, layer, member
        As in `genoviz.units.bank.unit_bank`.
    sequence
        As long as the model reads.
    unit
        From 1.
    window
        Positions to mutate (0-based, half-open); None mutates all.
    reach
        Of the layer, where it is known: only places whose context lies in the sequence count, as in a bank.

    Raises
    ------
    BadInput
        If there is no unit of this number, or the window lies outside.
    BadModel, BadSequence, UnknownName
        If model, sequence or layer don't fit.
    """
    found = find_layer(model, layer, member)
    if not 1 <= unit <= found.units:
        raise BadInput(
            f"Unit {unit} was asked for.", f"`{found.name}` has 1 to {found.units:,}.", "Choose one of them."
        )
    watched = UnitModel(member_of(model, member), found)
    check_length(sequence, model.card)
    inside = (reach or reach_of(watched)).inside(len(sequence), found.places)
    drives = watched.drives(encode(sequence))[0, unit - 1]
    place = int(np.where(inside, drives, -np.inf).argmax())
    target = Target(OUTPUT, (watched.track(unit - 1),), (place, place + 1))
    return saturate(watched, sequence, target, window=window)
