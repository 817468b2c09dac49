"""The viewer's keys, as its own list under ? has them: read from the script, so that Help says the same."""

from __future__ import annotations

import re
from functools import cache

from genoviz.viewer.script import FOLDER

_LIST = re.compile(r"^const KEYS = \[\n(.*?)^\];", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r'\["([^"]*)", "([^"]*)"\]')


@cache
def keys() -> tuple[tuple[str, str], ...]:
    """Each key (or move of the mouse) with what it does."""
    text = (FOLDER / "menus.mjs").read_text(encoding="utf-8")
    found = _LIST.search(text)
    return tuple((key, does) for key, does in _ROW.findall(found[1])) if found else ()
