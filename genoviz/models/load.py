"""From a card to a model that is ready to use.

One way for all models: the card's `builder` makes the network, its files are found, checked against their checksums and
read to tensors, the card's `converter` gives them the names of our network, and every name and shape must fit.

A converter is called with the card and `{file: {published key: tensor}}` and returns the network's state dict. It takes
(pops) the keys it uses; what is left is reported, as is a key that it looks for in vain.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from genoviz.errors import BadCheckpoint
from genoviz.models.base import Model
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.catalogue import get_card
from genoviz.models.chance import OwnChance
from genoviz.models.checksum import check_file
from genoviz.models.plugins import make, plugins
from genoviz.models.reach import leave_training
from genoviz.models.tensors import read_tensors
from genoviz.models.toy_cards import TOY_CARDS
from genoviz.models.weights import find_weights

Converter = Callable[[ModelCard, dict[str, dict[str, Tensor]]], dict[str, Tensor]]


def load_model(name: str | ModelCard) -> Model:
    """Find the weights, verify their checksum, build the network and load it in eval mode, all parts of it.

    Parameters
    ----------
    name
        Name of a model in the catalogue, or a card.

    Raises
    ------
    UnknownName
        If there is no such model.
    MissingWeights
        If its weights are not on this computer.
    BadCheckpoint
        If a file is not the one the card describes, or doesn't fit the network.
    BadModel
        If it is a plug-in that can't be made, or is none of the contract.
    """
    card = get_card(name) if isinstance(name, str) else name
    plugin = plugins().get(card.name)
    if plugin is not None and card.folder is None and card not in TOY_CARDS:
        with OwnChance():
            model = make(plugin)
    else:
        paths = find_weights(card)  # before the network is made, which can take seconds
        with OwnChance():
            model = named(card.builder)(card)
        if paths:
            _load_weights(model, card, paths)
    leave_training(model)
    return model


def named(text: str) -> Any:
    """What `module:function` names."""
    module, function = text.split(":")
    return getattr(import_module(module), function)


def _load_weights(model: Model, card: ModelCard, paths: dict[WeightsFile, Path]) -> None:
    net = getattr(model, "net", model)
    if not isinstance(net, nn.Module):
        raise BadCheckpoint(f"The builder of `{card.name}` returned no network.", "A torch module is needed.", "")
    reader = named(card.reader) if card.reader else None
    states = {}
    for file, path in paths.items():
        check_file(path, file, card.name)
        states[file.name] = read_tensors(path, reader)
    files = ", ".join(f"`{file.name}`" for file in paths)
    try:
        state = _converted(card, states)
        net.load_state_dict(state, strict=True)
    except (RuntimeError, ValueError) as error:
        raise BadCheckpoint(
            f"The weights in {files} don't fit the network of `{card.name}`: {_first_faults(error)}",
            "Names and shapes of all tensors must agree with the card's configuration.",
            "Get the file that the card names again."
            if card.files
            else "Restore card and weights from the same release.",
        ) from error


def _converted(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The network's state dict; ValueError names keys that are missing or left."""
    if not card.converter:
        (state,) = states.values()
        return state
    convert: Converter = named(card.converter)
    try:
        state = convert(card, states)
    except KeyError as error:
        raise ValueError(f"missing key {error}") from error
    left = [key for tensors in states.values() for key in tensors]
    if left:
        more = f" and {len(left) - 5} more" if len(left) > 5 else ""
        raise ValueError(f"unexpected keys {', '.join(left[:5])}{more}")
    return state


def _first_faults(error: Exception) -> str:
    """torch lists each fault on a line under a heading: the first ones, on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3])[:400]
