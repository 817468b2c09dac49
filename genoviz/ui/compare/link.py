"""The choices of the page Compare in its address: what is compared, by which methods, with which other models.

They name models and methods only and nothing of the user's own, so the switch that keeps input out of addresses leaves them.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from genoviz.ui.frame import address, inputs
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import palette
from genoviz.ui.frame.state import View

PARAMETERS = ("compare", "methods", "models")
_MOST = 20  # names that are read of a list


def taken() -> tuple[str, list[str], list[str]] | None:
    """What is compared, methods and models as a link or receipt names them; None after the first time."""
    if inputs.opened_view("compare") is None:
        return None
    mode, methods, models = (inputs.link_parameters().get(name, "") for name in PARAMETERS)
    return mode, _names(methods), _names(models)


def write(choice: Choice, mode: str, methods: Iterable[str], models: Iterable[str]) -> None:
    """Keep the address in step."""
    for name, value in zip(PARAMETERS, (mode, ",".join(methods), ",".join(models)), strict=True):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    record = choice.record.sequence if choice.record else None
    view = View(
        choice.card.name,
        choice.track,
        choice.scale,
        sequence=record.bases if record and not choice.example else "",
        example=choice.example.key if choice.example else "",
        name=record.name if record and not choice.example else "",
        palette=palette(),
    )
    address.write(view, kept=PARAMETERS)


def _names(text: str) -> list[str]:
    return [name for name in text.split(",")[:_MOST] if name]
