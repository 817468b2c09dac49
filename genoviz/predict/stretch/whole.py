"""Outputs of a network for a whole sequence, by the quicker convolutions."""

from __future__ import annotations

import torch
from torch import Tensor

from genoviz.models.base import Model
from genoviz.models.card import Output
from genoviz.models.onehot import encode
from genoviz.predict.stretch.guard import guard_of
from genoviz.predict.stretch.kept import references
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import network_of
from genoviz.predict.stretch.reference import Reference, Stretch, codes

WEIGHT = 10  # a sequence counts as so many edits towards the next check


@torch.inference_mode()
def whole_logits(model: Model, output: Output, text: str, memory: Memory) -> Tensor | None:
    """What the model gives for a text, `(1, tracks, length - context)`; None where it must be asked itself.

    `memory` is used again from text to text.
    """
    network = network_of(model, output)
    stretch = Stretch("whole", 0, torch.from_numpy(codes(text)))
    if network is None or guard_of(network).failed or not stretch.readable:
        return None
    checked, parts = guard_of(network).due(network, WEIGHT), []
    for member in network.members:
        with references.lock:
            logits = Reference(member, stretch, memory, references.work).logits.clone()
        if member is checked:
            middle = len(logits) // 2
            X = encode(text[middle : middle + 2 * network.context + 1])
            if not guard_of(network).check(model, member, X, logits[middle : middle + 1]):
                return None
        parts.append(logits[None])
    return network.logits(parts)
