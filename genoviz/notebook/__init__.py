"""Notebooks: the viewer as a widget with live editing (`pip install "genoviz[notebook]"`), results as data frames.

import genoviz.notebook

genoviz.notebook.view("tfbind.encode10", sequence, "GABPA")
"""

from typing import TYPE_CHECKING, Any

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.notebook.frames import to_frame
    from genoviz.notebook.viewing import view

__all__ = ["to_frame", "view"]


def __getattr__(name: str) -> Any:
    module = {"to_frame": "frames", "view": "viewing"}.get(name, "viewing")
    return names_of(f"genoviz.notebook.{module}", __all__)(name)
