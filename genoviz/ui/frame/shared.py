"""Results of long work that all sessions share: what one person waited for, the next has at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import streamlit as st

MOST = 64


class SharedResults:
    """The results that were used last, by what they are of.

    Parameters
    ----------
    most
        How many are kept.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, threading.Lock()
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """The result of this key; None if there is none."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, result: Any) -> None:
        """Keep a result, and drop the one that was used longest ago if there are too many."""
        with self._lock:
            self._found[key] = result
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)


@st.cache_resource(show_spinner=False)
def shared() -> SharedResults:
    """Those of this server."""
    return SharedResults()
