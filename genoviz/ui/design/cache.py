"""How long a step of a design takes, measured once for each model and target."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache

if TYPE_CHECKING:
    from genoviz.models.target import Target

MEASURED = 32  # positions: a map has a fixed cost, which few positions would overstate


@st.cache_data(max_entries=64, show_spinner=False)
def seconds_per_substitution(name: str, sha256: str, length: int, target: Target) -> float:
    """Measured on this computer: time per substitution in a map of `MEASURED` positions, after a first run."""
    from genoviz.mutagenesis.saturation import count_variants, saturate

    sequence = Sequence(("ACGT" * (length // 4 + 1))[:length])
    low = max(0, (length - MEASURED) // 2)
    window, seconds = (low, min(length, low + MEASURED)), []
    for _ in range(2):
        began = time.perf_counter()
        saturate(cache.model(name, sha256), sequence, target, window=window)
        seconds.append(time.perf_counter() - began)
    return min(seconds) / count_variants(sequence, window=window)
