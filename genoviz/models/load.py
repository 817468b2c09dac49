"""From a card to a model that is ready to use."""

from __future__ import annotations

import os
import pickle
from importlib import import_module
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from genoviz.errors import BadCheckpoint, MissingWeights
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, plugins
from genoviz.models.checksum import sha256_of
from genoviz.models.toy_cards import TOY_CARDS


def load_model(name: str | ModelCard) -> Model:
    """Find the weights, verify their checksum, build the network and load it in eval mode.

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
        If the file is not the one the card describes, or doesn't fit the network.
    """
    card = get_card(name) if isinstance(name, str) else name
    plugin = plugins().get(card.name)
    if plugin is not None and card.folder is None and card not in TOY_CARDS:
        model: Model = plugin.load()()
    else:
        module, function = card.builder.split(":")
        model = getattr(import_module(module), function)(card)
        if card.file:
            _load_weights(model, card)
    if isinstance(model, nn.Module):
        model.eval()
        model.requires_grad_(False)
    return model


def weights_path(card: ModelCard) -> Path:
    """The card's weights file: in the folder of `GENOVIZ_WEIGHTS` if that holds it, else beside the card."""
    folders = [Path(f) for f in (os.environ.get("GENOVIZ_WEIGHTS"), card.folder) if f]
    for folder in folders:
        if (folder / card.file).is_file():
            return folder / card.file
    raise MissingWeights(
        f"The weights of `{card.name}` ({card.file}) are not on this computer.",
        "They are looked for in " + " and ".join(f"`{f}`" for f in folders) + "." if folders else "",
        "Install genoviz again, retrain ("
        + (card.retrain or "see the card")
        + "), or set GENOVIZ_WEIGHTS to their folder.",
    )


def _load_weights(model: Model, card: ModelCard) -> None:
    path = weights_path(card)
    found = sha256_of(path)
    if found != card.sha256:
        raise BadCheckpoint(
            f"The weights file `{path.name}` of `{card.name}` has the checksum {found[:12]}..., "
            f"but its card says {card.sha256[:12]}....",
            "Only the file that the card describes is loaded.",
            "The file is damaged or was replaced: install genoviz again or restore it from the release.",
        )
    net = getattr(model, "net", model)
    if not isinstance(net, nn.Module):
        raise BadCheckpoint(f"The builder of `{card.name}` returned no network.", "A torch module is needed.", "")
    try:
        state = load_file(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)
        net.load_state_dict(state, strict=True)
    except (RuntimeError, SafetensorError, OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
        raise BadCheckpoint(
            f"The weights in `{path.name}` don't fit the network of `{card.name}`: {str(error).splitlines()[0]}",
            "Names and shapes of all tensors must agree with the card's configuration.",
            "Restore card and weights from the same release.",
        ) from error
