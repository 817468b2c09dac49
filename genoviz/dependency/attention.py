"""Attention maps: which positions a transformer reads, by layer and head and through all layers.

Rollout is that of Abnar & Zuidema 2020 (ACL 2020, pages 4190-4197): per layer half the mean over heads and half the position
itself, the one for what the attention adds and the other for what it is added to, multiplied over the layers.

Attention is not attribution (Jain & Wallace 2019, NAACL 2019, pages 3543-3556): what is read need not matter. So a map says how
far its order of positions agrees with that of the effects of mutations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.dependency.options import ATTENTIVE
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import Model, NetModel, lock_of
from genoviz.models.ensemble import members_of
from genoviz.models.metrics import bootstrap_interval, spearman
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.cloze import CausalAttention, Cloze
from genoviz.networks.cloze_head import ClozeHead
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

NOTICE = "Attention is not attribution: it shows what is read, not what matters to the output."
BLOCK = 10  # neighbouring bases get alike numbers: the interval draws stretches of this many


@dataclass(frozen=True, eq=False)
class AttentionMap:
    """What the positions of a transformer read.

    Attributes
    ----------
    weights
        `(towers, layers, heads, positions, positions)`, float32: how much a position (row) reads of another one (column). Rows
        sum to 1. A second tower reads the other strand; its positions are turned to those of the strand as given. A model with a
        head has one position more than bases: position p knows the bases before p.
    rollout
        `(towers, positions, positions)`: the same through all layers.
    received
        `(length,)`: mean over the rows of the rollout, summed over towers; what a position receives goes in equal parts to the
        bases that its first filters read. The bases that a tower reads first can be read by more positions, so they get more.
    effect
        `(length,)`: mean |effect| of the three substitutions of a base on the target; nan at ambiguous letters.
    agreement, interval
        Spearman's rank correlation of both over bases, and its 95 % interval (bootstrap over stretches of `BLOCK` bases).
    sequence, target
        What was read, and whose effects they are.
    """

    weights: NDArray[np.float32]
    rollout: NDArray[np.float64]
    received: NDArray[np.float64]
    effect: NDArray[np.float64]
    agreement: float
    interval: tuple[float, float]
    sequence: Sequence
    target: Target

    @property
    def sentence(self) -> str:
        """The agreement, and what attention is not."""
        low, high = self.interval
        return (
            f"{NOTICE} Here the attention that bases receive and the effects of their mutations have a rank correlation of "
            f"{self.agreement:.2f} (95 % interval {low:.2f} to {high:.2f})."
        )


def attention(
    model: Model, sequence: Sequence, target: Target | None = None, *, progress: Callable[[float], None] | None = None
) -> AttentionMap:
    """Attention of a bundled transformer on a sequence, and how far it agrees with its mutation map.

    Parameters
    ----------
    model, sequence
        The sequence is exactly as long as the model reads.
    target
        Whose mutation map it is compared with; None: the model's own first number.
    progress
        Called with the share of the mutation map that is done.

    Raises
    ------
    BadInput
        If the model has no attention that can be read here, or the known bases are too few for an interval.
    BadSequence
        If the sequence has another length than the model reads.
    Cancelled
        If `progress` raised it before the mutation map was whole.
    """
    net = _net_of(model)
    check_length(sequence, model.card)
    chosen = target or Target.default(model.card)
    with lock_of(model):
        layers = weights_of(net, encode(sequence))
    word = net.tower.word
    rolled = np.stack([rollout(tower) for tower in layers.double().numpy()])
    first = 0 if isinstance(net, Cloze) else 1  # a head doesn't read the state that knows no base
    received = _bases(rolled[0, first:].mean(0), word, len(sequence))
    weights = layers.numpy()
    if isinstance(net, Cloze):  # the second tower read the other strand
        received = received + _bases(rolled[1].mean(0), word, len(sequence))[::-1]
        weights = np.stack([weights[0], weights[1][..., ::-1, ::-1]])
        rolled = np.stack([rolled[0], rolled[1][::-1, ::-1]])
    mutations = saturate(model, sequence, chosen, progress=progress)
    if not mutations.complete:
        raise Cancelled  # a part of the bases would give another agreement
    effect = np.abs(mutations.delta.astype(np.float64)).sum(0) / 3
    known = np.array([base in BASES for base in sequence.bases]) & np.isfinite(effect)
    blocks = np.arange(len(sequence))[known] // BLOCK
    pair = received[known], effect[known]
    return AttentionMap(
        weights, rolled, received, effect, spearman(*pair), bootstrap_interval(spearman, *pair, families=blocks),
        sequence, chosen,
    )  # fmt: skip


def weights_of(net: nn.Module, X: Tensor) -> Tensor:
    """Weights of every attention layer in one pass `(rows of the tower, layers, heads, positions, positions)`."""
    found: list[Tensor] = []

    def keep(module: nn.Module, given: tuple[Tensor, ...], _: Tensor) -> None:
        if isinstance(module, CausalAttention):
            found.append(module.weights(given[0]))

    hooks = [m.register_forward_hook(keep) for m in net.modules() if isinstance(m, CausalAttention)]
    try:
        with torch.no_grad():
            net(X)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack(found, 1)


def rollout(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Attention through all layers `(positions, positions)` from `(layers, heads, positions, positions)`; rows sum to 1."""
    size = weights.shape[-1]
    through = np.eye(size)
    for layer in weights.mean(1):
        mixed = 0.5 * layer + 0.5 * np.eye(size)
        through = mixed / mixed.sum(1, keepdims=True) @ through
    return through


def _bases(received: NDArray[np.float64], word: int, length: int) -> NDArray[np.float64]:
    """What positions receive, in equal parts to the `word` bases before each; parts before the first base are lost."""
    shares = np.zeros(length)
    for position, share in enumerate(received.tolist()):
        shares[max(position - word, 0) : position] += share / word
    return shares


def _net_of(model: Model) -> Cloze | ClozeHead:
    members = members_of(model)
    net = members[0].net if len(members) == 1 and isinstance(members[0], NetModel) else None
    if isinstance(net, (Cloze, ClozeHead)):
        return net
    raise BadInput(
        f"`{model.card.name}` has no attention that can be read here.",
        f"Models that have: {', '.join(f'`{name}`' for name in ATTENTIVE)}.",
        "Choose one of them.",
    )
