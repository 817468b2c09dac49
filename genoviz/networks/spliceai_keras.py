"""Weights of the two SpliceAI networks that were trained in Keras, as `genoviz.networks.spliceai` names them.

- SpliceAI (Jaganathan et al. 2019, Cell 176:535): five Keras files.
- CI-SpliceAI (Strauch et al. 2022, PLoS ONE 17:e0269159): one frozen graph of TensorFlow with all five networks.

In both, layers are numbered in the order in which they were made: the first convolution, the first skip, then two
convolutions for each residual unit, and a skip behind every fourth unit. Outputs are neither, acceptor, donor.
"""

from __future__ import annotations

import re

from torch import Tensor

from genoviz.models.card import ModelCard
from genoviz.networks.keras_layers import State, batch_norm, convolution
from genoviz.networks.spliceai import UNITS_PER_SKIP

_GRAPH = re.compile(
    r"model_1/(?P<layer>conv1d|batch_normalization)_(?P<number>\d+)"
    r"/(?:conv1d|batchnorm|BiasAdd)(?:_(?P<network>\d+))?/(?P<tensor>.+)/resource"
)
# Of the operations that read a tensor in the graph; batch normalization is written out there.
_TENSORS = {
    ("conv1d", "ExpandDims_1/ReadVariableOp"): "kernel",
    ("conv1d", "ReadVariableOp"): "bias",
    ("batch_normalization", "mul/ReadVariableOp"): "gamma",
    ("batch_normalization", "ReadVariableOp"): "moving_variance",
    ("batch_normalization", "ReadVariableOp_1"): "moving_mean",
    ("batch_normalization", "ReadVariableOp_2"): "beta",
}


def spliceai_state(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """SpliceAI's files, one per network in the card's order -> ours; see `genoviz.models.load`."""
    ours: State = {}
    for member, file in enumerate(card.files):
        ours |= _network(states[file.name], f"members.{member}", len(card.config["widths"]))
    return ours


def cispliceai_state(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The constants of CI-SpliceAI's graph -> ours; see `genoviz.models.load`."""
    (graph,) = states.values()
    networks: list[State] = [{} for _ in range(int(card.config["members"]))]
    for key in list(graph):
        found = _GRAPH.fullmatch(key)
        tensor = _TENSORS.get((found["layer"], found["tensor"])) if found else None
        member = int(found["network"] or 0) if found else 0
        if found and tensor and member < len(networks):
            layer = f"{found['layer']}_{found['number']}"
            networks[member][f"{layer}/{layer}/{tensor}:0"] = graph.pop(key)
    ours: State = {}
    for member, network in enumerate(networks):
        ours |= _network(network, f"members.{member}", len(card.config["widths"]))
        graph |= {f"network {member}: {key}": left for key, left in network.items()}  # reported as not used
    return ours


def _network(state: State, prefix: str, units: int) -> State:
    """The layers of one network; takes (pops) what it uses."""
    ours = convolution(state, "conv1d_1", f"{prefix}.stem") | convolution(state, "conv1d_2", f"{prefix}.skips.0")
    number = 3
    for unit in range(units):
        for part in (1, 2):
            target = f"{prefix}.units.{unit}"
            ours |= batch_norm(state, f"batch_normalization_{2 * unit + part}", f"{target}.norm{part}")
            ours |= convolution(state, f"conv1d_{number}", f"{target}.conv{part}")
            number += 1
        if (unit + 1) % UNITS_PER_SKIP == 0:
            ours |= convolution(state, f"conv1d_{number}", f"{prefix}.skips.{(unit + 1) // UNITS_PER_SKIP}")
            number += 1
    last = convolution(state, f"conv1d_{number}", f"{prefix}.out")
    return ours | {key: tensor.roll(-1, 0) for key, tensor in last.items()}  # ours: acceptor, donor, neither
