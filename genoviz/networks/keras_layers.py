"""Weights of Keras layers as torch expects them.

Keras keeps channels last: a convolution's kernel is (width, in, out), a dense kernel (in, out), and what a dense layer
reads of a flattened map is ordered by position first. Files written by `Model.save` hold them below `model_weights/`
beside the optimizer's state, files written by `save_weights` at the top. A layer's own name comes first, then the name it
had in the session that saved it, which ends in a counter: `model_weights/conv/conv_9/kernel:0`.
"""

from __future__ import annotations

import torch
from torch import Tensor

BATCH_NORM_EPS = 1e-3  # Keras's default; torch's is 1e-5

State = dict[str, Tensor]


def take(state: State, layer: str, name: str) -> Tensor:
    """Pop the tensor `name` (such as `kernel`) of a layer; KeyError where the file has not exactly one."""
    found = [
        key
        for key in state
        if key.removeprefix("model_weights/").startswith(f"{layer}/") and key.endswith(f"/{name}:0")
    ]
    if len(found) != 1:
        raise KeyError(f"{layer}/{name}:0")
    return state.pop(found[0])


def convolution(state: State, layer: str, target: str) -> State:
    """A `Conv1D` layer as the entries of `torch.nn.Conv1d` under the name `target`."""
    kernel, bias = take(state, layer, "kernel"), take(state, layer, "bias")
    return {f"{target}.weight": kernel.permute(2, 1, 0), f"{target}.bias": bias}


def dense(state: State, layer: str, target: str, *, channels: int = 1) -> State:
    """A `Dense` layer as the entries of `torch.nn.Linear` under the name `target`.

    `channels` is the number of channels of the map that was flattened before it, (position, channel) in Keras and
    (channel, position) here.
    """
    kernel, bias = take(state, layer, "kernel"), take(state, layer, "bias")
    weight = kernel.reshape(-1, channels, kernel.shape[-1]).permute(2, 1, 0).flatten(1)
    return {f"{target}.weight": weight, f"{target}.bias": bias}


def batch_norm(state: State, layer: str, target: str) -> State:
    """A `BatchNormalization` layer as the entries of `torch.nn.BatchNorm1d` under the name `target`."""
    names = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
    entries = {f"{target}.{ours}": take(state, layer, theirs) for ours, theirs in names.items()}
    return {**entries, f"{target}.num_batches_tracked": torch.tensor(0)}


def drop_optimizer(state: State) -> None:
    """Remove what only training needs."""
    for key in [key for key in state if key.startswith("optimizer_weights/")]:
        del state[key]
