"""Settings of a receipt, read as what they must be: a receipt is a file that anybody may have written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genoviz.errors import BadReceipt
from genoviz.models.base import Model
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.receipts.receipt import Receipt


def asked(receipt: Receipt) -> tuple[Model, Target]:
    """The first model of a receipt, and which number of it was asked for."""
    model = load_model(receipt.models[0].name)
    return model, Target.parse(receipt.models[0].target, model.card)


def text(settings: Mapping[str, Any], name: str) -> str:
    """A text; `BadReceipt` where it is none."""
    value = settings.get(name)
    if not isinstance(value, str) or not value.isprintable():  # messages may repeat it
        raise missing(name)
    return value


def whole(settings: Mapping[str, Any], name: str) -> int:
    """A whole number; `BadReceipt` where it is none."""
    value = settings.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise missing(name)
    return value


def wholes(settings: Mapping[str, Any], name: str) -> list[int]:
    """A list of whole numbers; `BadReceipt` where it is none."""
    value = settings.get(name)
    if not isinstance(value, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in value):
        raise missing(name)
    return value


def texts(settings: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts; `BadReceipt` where it is none."""
    value = settings.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) and one.isprintable() for one in value):
        raise missing(name)
    return value


def missing(name: str) -> BadReceipt:
    """The error of a setting that is not there, or of another kind."""
    return BadReceipt(
        f"The receipt does not say the {name}, or not in the right form.",
        "A receipt says all that decides the numbers.",
        "Use the file as genoviz wrote it.",
    )
