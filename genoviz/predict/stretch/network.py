"""Networks of `genoviz.networks.spliceai` as the fast computation reads them, and which models are made of such.

The second batch norm of a unit is folded into the convolution before it. The first can't be, as the stream goes on without it.
Skips and the last layer are linear, so that each skip is one matrix, applied to the wanted rows only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import cast
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from genoviz.incremental.hooks import hooked_module
from genoviz.models.base import Model
from genoviz.models.card import Output
from genoviz.networks.pangolin import PerTrack
from genoviz.networks.spliceai import UNITS_PER_SKIP, ProbabilityMean, ResidualUnit, SpliceAI, StretchModel
from genoviz.predict.stretch.convolution import Convolution


@dataclass(frozen=True, eq=False)
class Unit:
    """A residual unit: leaky ReLU of `scale * h + shift`, two convolutions with a leaky ReLU between, added to `h`."""

    scale: Tensor
    shift: Tensor
    first: Convolution
    second: Convolution


class Member:
    """One network."""

    def __init__(self, net: SpliceAI) -> None:
        self.net = net
        relu = _unit(net, 0).relu1
        self.slope = float(relu.negative_slope) if isinstance(relu, nn.LeakyReLU) else 0.0
        with torch.no_grad():
            stem = net.stem.weight[:, :, 0].t()
            bias = torch.zeros(len(stem[0])) if net.stem.bias is None else net.stem.bias
            self.stem = torch.cat([stem, torch.zeros_like(stem[:1])]) + bias  # rows A C G T N
            self.units = [_folded(_unit(net, number)) for number in range(len(net.units))]
            last = net.out.weight[:, :, 0]
            skips = [(skip.weight[:, :, 0], skip.bias) for skip in net.skips if isinstance(skip, nn.Conv1d)]
            self.heads = [(last @ weight).t().contiguous() for weight, _ in skips]
            total = torch.stack([bias for _, bias in skips if bias is not None]).sum(0)
            self.head_bias = last @ total + (net.out.bias if net.out.bias is not None else 0)
        self.channels, self.classes = self.stem.shape[1], self.heads[0].shape[1]
        self.context = 2 * sum(unit.first.reach for unit in self.units)  # on either side
        self.bytes_per_base = 4 * self.channels * (2 * len(self.units) + 1)

    def activate(self, h: Tensor, unit: int, out: Tensor) -> Tensor:
        """What the first convolution of a unit reads."""
        y = torch.addcmul(self.units[unit].shift, h, self.units[unit].scale, out=out)
        return nn.functional.leaky_relu_(y, self.slope)

    def relu(self, h: Tensor, out: Tensor) -> None:
        """What its second convolution reads."""
        torch.ops.aten.leaky_relu.out(h, self.slope, out=out)

    def probabilities(self, logits: Tensor) -> Tensor:
        """Of classes `(..., classes)` that exclude each other, or of the one site."""
        return torch.softmax(logits, -1) if logits.shape[-1] > 1 else torch.sigmoid(logits)


@dataclass(frozen=True, eq=False)
class Network:
    """The members of a model: `mean` of their probabilities, or each has a track of its own."""

    members: tuple[Member, ...]
    mean: bool

    def logits(self, parts: Seq[Tensor]) -> Tensor:
        """What the model gives `(edits, tracks, bins)`, given what its members do: `(edits, bins, classes)` each."""
        if not self.mean:
            return torch.cat(list(parts), 2).transpose(1, 2)
        logs = torch.stack([torch.log_softmax(part, 2) for part in parts])
        return (torch.logsumexp(logs, 0) - math.log(len(parts))).transpose(1, 2)

    @property
    def context(self) -> int:
        """Bases read on either side of an output."""
        return self.members[0].context

    @property
    def bytes_per_base(self) -> int:
        """Of the references of all members."""
        return sum(member.bytes_per_base for member in self.members)


def network_of(model: Model, output: Output) -> Network | None:
    """The members of a model, if it is a `StretchModel` of SpliceAI-type networks and nobody attached anything to it."""
    if type(model) is not StretchModel or hooked_module(model) is not None:
        return None
    if "logits" in vars(model) or any("forward" in vars(module) for module in model.modules()):  # replaced by somebody
        return None
    state = _state(model)
    kept = _networks.get(model)
    if kept is None or kept[0] != state:
        kept = _networks[model] = state, _network(model, output)
    return kept[1]


_networks: WeakKeyDictionary[nn.Module, tuple[tuple[object, ...], Network | None]] = WeakKeyDictionary()


def _state(model: nn.Module) -> tuple[object, ...]:
    """Changes whenever a weight does."""
    tensors = [*model.parameters(), *model.buffers()]
    return (model.training, *((id(tensor), tensor.data_ptr(), tensor._version) for tensor in tensors))


def _network(model: StretchModel, output: Output) -> Network | None:
    net = model.net
    nets: list[nn.Module]
    scale: type[nn.Module]
    if isinstance(net, SpliceAI):
        nets, mean, activation, scale = [net], True, "softmax", nn.LogSoftmax
    elif type(net) is ProbabilityMean:
        nets, mean, activation, scale = list(net.members), True, "softmax", nn.LogSoftmax
    elif type(net) is PerTrack:
        nets, mean, activation, scale = list(net.nets), False, "sigmoid", nn.Identity
    else:
        return None
    found = [one for one in nets if isinstance(one, SpliceAI) and type(one.scale) is scale and _is_plain(one, mean)]
    if len(found) < len(nets) or output.activation != activation or len(model.card.outputs) > 1:
        return None
    members = tuple(map(Member, found))
    return Network(members, mean) if len({member.context for member in members}) == 1 else None


def _is_plain(net: SpliceAI, several: bool) -> bool:
    """Whether a network is what `Member` takes it for."""
    units, tensors = len(net.units), [*net.parameters(), *net.buffers()]
    if type(net) is not SpliceAI or not units or units % UNITS_PER_SKIP or any(m.training for m in net.modules()):
        return False
    if any(tensor.device.type != "cpu" or tensor.dtype not in (torch.float32, torch.int64) for tensor in tensors):
        return False
    if (net.out.out_channels > 1) != several or len(net.skips) != 1 + units // UNITS_PER_SKIP:
        return False
    kinds = (nn.Conv1d, nn.BatchNorm1d, nn.LeakyReLU, nn.ReLU, nn.LogSoftmax, nn.Identity, nn.ModuleList, ResidualUnit)
    if any(type(module) not in kinds for module in net.modules() if module is not net):
        return False
    # Both sides lose the same number of rows in each convolution.
    return all(_unit(net, n).edge % 2 == 0 and _unit(net, n).edge > 0 for n in range(units))


def _unit(net: SpliceAI, number: int) -> ResidualUnit:
    return cast(ResidualUnit, net.units[number])


def _folded(unit: ResidualUnit) -> Unit:
    scale, shift = _affine(unit.norm1)
    scale2, shift2 = _affine(unit.norm2)
    dilation = int(unit.conv1.dilation[0])
    first = Convolution(unit.conv1.weight * scale2[:, None, None], _bias(unit.conv1) * scale2 + shift2, dilation)
    return Unit(scale, shift, first, Convolution(unit.conv2.weight, _bias(unit.conv2), dilation))


def _bias(conv: nn.Conv1d) -> Tensor:
    return conv.bias if conv.bias is not None else torch.zeros(conv.out_channels)


def _affine(norm: nn.BatchNorm1d) -> tuple[Tensor, Tensor]:
    """A batch norm as `scale * h + shift`."""
    mean, variance = norm.running_mean, norm.running_var
    if mean is None or variance is None:
        raise TypeError("a batch norm without running statistics")
    scale = norm.weight / torch.sqrt(variance + norm.eps)
    return scale.detach().contiguous(), (norm.bias - mean * scale).detach().contiguous()
