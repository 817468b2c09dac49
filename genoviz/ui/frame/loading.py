"""What the pages need later, loaded once, and kept out of the collections of garbage that follow."""

from __future__ import annotations

import gc
import importlib

FIRST = ("genoviz.attribute.attribution", "plotly.graph_objects", "pandas")  # torch comes with the first


def load() -> None:
    """Import what is slow to import, and set aside what lives as long as the program.

    Torch, Streamlit and their like are half a million objects that are never garbage. Python looks at each of them whenever
    it collects all garbage, and no other thread runs meanwhile: on a page that draws itself anew twice a second, work in the
    background then needs several times as long. What is frozen is looked at no more.
    """
    for name in FIRST:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
