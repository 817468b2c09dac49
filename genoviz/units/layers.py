"""Which layers of a network have units to look at, and which bases a unit reads.

A unit is a channel of a convolution, or of a linear layer that reads every position alike, in front of its non-linearity: it has
one number (its *drive*) at each place along the sequence. Layers are found by running the network once; nothing is assumed
about its names or code.
"""

from __future__ import annotations

import contextlib
import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.errors import BadInput, BadModel, UnknownName
from genoviz.models.answers import ask, guarded
from genoviz.models.base import Model, lock_of
from genoviz.models.card import ModelCard, Output
from genoviz.models.ensemble import members_of
from genoviz.networks.kmer import KmerCounts
from genoviz.units.options import LONGEST

_AS_IT_IS = (nn.BatchNorm1d, nn.LayerNorm, nn.Dropout, nn.Identity)
_BENT = (nn.ReLU, nn.ELU, nn.GELU, nn.SiLU, nn.LeakyReLU, nn.Softplus, nn.Sigmoid, nn.Tanh)
OUTPUT = "units"


@dataclass(frozen=True)
class Layer:
    """A layer whose channels can be looked at one by one.

    Attributes
    ----------
    name
        Of its module in the network, such as `motifs` or `tower.words`.
    kind
        `convolution` or `linear`.
    units
        Its channels.
    places
        Numbers of a unit along one strand of the sequence.
    strands
        2 where the network reads the sequence and its reverse complement side by side, else 1.
    interleaved
        Whether the two strands of a sequence are neighbours in a batch.
    tap
        Module whose output is read: the last one in front of the non-linearity.
    turned
        Whether channels are the last axis.
    """

    name: str
    kind: str
    units: int
    places: int
    strands: int
    interleaved: bool
    tap: str
    turned: bool

    def drives(self, found: Tensor) -> Tensor:
        """What the tap gave as `(batch, units, strands * places)`; all places of the first strand come first."""
        if self.turned:
            found = found.transpose(1, 2)
        if self.strands == 1:
            return found
        batch = len(found) // self.strands
        if self.interleaved:
            return torch.cat([found[strand :: self.strands] for strand in range(self.strands)], 2)
        return torch.cat([found[strand * batch : (strand + 1) * batch] for strand in range(self.strands)], 2)


class Enough(Exception):
    """Ends a pass behind the layer that is read."""


class Tap(nn.Module):
    """A module that keeps what it gave, and ends the pass. No hook: the mutation engine follows it like any other module."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.last: Tensor | None = None

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """Keep what the module gives."""
        self.last = self.inner(*inputs, **options)
        raise Enough


class UnitModel(nn.Module):
    """The units of one layer as a `Model`: its output `units` has a track per unit and a bin per place.

    It holds a copy of the network, so nothing is attached to the one that others use.
    """

    def __init__(self, network: Model, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        self.network = copied(network)
        module = self.network.get_submodule(layer.tap)
        self.tap = Tap(module)
        parent, _, last = layer.tap.rpartition(".")
        setattr(self.network.get_submodule(parent), last, self.tap)
        self.card: ModelCard = replace(network.card, outputs=(_output(layer),), strand_symmetric=False)

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """The drives `(batch, units, strands * places)` as the output `units`; what lies behind the layer is not run."""
        with contextlib.suppress(Enough):
            self.network.logits(X)
        found, self.tap.last = self.tap.last, None
        if found is None:
            raise BadModel(f"`{self.layer.name}` of `{self.card.name}` was not run.")
        return {OUTPUT: self.layer.drives(found)}

    def drives(self, X: Tensor) -> NDArray[np.float32]:
        """The same as an array."""
        with torch.no_grad():
            return np.asarray(self.logits(X)[OUTPUT].numpy(), dtype=np.float32)

    def track(self, unit: int) -> str:
        """Name of a unit (from 0) as a track."""
        return self.card.outputs[0].tracks[unit]


def _output(layer: Layer) -> Output:
    tracks = tuple(f"unit {i}" for i in range(1, layer.units + 1))
    return Output(
        OUTPUT,
        tracks,
        "drive",
        bins=layer.strands * layer.places,
        resolution=1,
        reduction="max",
        quantity="drive of {track}",
    )


def copied(network: Model) -> Any:
    """A copy of a network of one's own, in evaluation mode.

    Raises
    ------
    BadModel
        If it is no `nn.Module`, or can't be copied.
    """
    if not isinstance(network, nn.Module):
        raise BadModel(
            f"`{network.card.name}` shows no layers.",
            "Units are those of networks that are an nn.Module.",
            "Choose another model.",
        )
    try:
        with lock_of(network):
            return copy.deepcopy(network, {id(network.card): network.card}).eval()
    except Exception as error:  # what a model of the user's holds may refuse
        raise BadModel(f"`{network.card.name}` can't be copied, so its units can't be read ({error}).") from error


def member_of(model: Model, member: int = 1) -> Model:
    """Network of an ensemble, from 1; `BadInput` where there is none of that number."""
    members = members_of(model)
    if not 1 <= member <= len(members):
        raise BadInput(f"Network {member} was asked for.", f"The model has {len(members)}.", "Count from 1.")
    return members[member - 1]


def unit_layers(model: Model, member: int = 1) -> tuple[Layer, ...]:
    """The layers of a network that have units, in the order in which they run; none for models without any.

    These are convolutions over more than one position, and convolutions or linear layers in front of a non-linearity, that run
    once in a prediction.

    Raises
    ------
    BadInput
        If there is no such member, or the model reads more than `LONGEST` bases.
    """
    network = member_of(model, member)
    length = model.card.length
    if length > LONGEST:
        raise BadInput(
            f"`{model.card.name}` reads {length:,} bases.", f"Units are shown of models that read up to {LONGEST:,}.",
            "Choose a model of shorter sequences.",
        )  # fmt: skip
    if not isinstance(network, nn.Module):
        return ()
    mine = copied(network)
    # Words that are counted are no units: each is its own word.
    counting = {part for counts in mine.modules() if isinstance(counts, KmerCounts) for part in counts.modules()}
    some = one_hot(random_codes(3, length))
    calls = _calls(mine, some[:2])
    again = {name: output for _, name, _, output in _calls(mine, some[[0, 2]])}
    found = []
    for i, (module, name, _, output) in enumerate(calls):
        turned = isinstance(module, nn.Linear)
        wide = isinstance(module, nn.Conv1d) and module.kernel_size[0] > 1
        if (
            module in counting
            or not isinstance(module, (nn.Conv1d, nn.Linear))
            or not _reads_places(output, again.get(name), turned)
        ):
            continue
        tap, bent = _in_front(calls, i)
        if not (bent or wide) or sum(other is module for other, *_ in calls) > 1:
            continue
        strands = len(output) // 2
        changed = torch.nonzero((output != again[name]).flatten(1).any(1)).flatten().tolist()
        sizes = output.shape[::-1] if turned else output.shape[1:]
        kind = "linear" if turned else "convolution"
        found.append(
            Layer(name, kind, sizes[0], sizes[1], strands, changed == list(range(strands, 2 * strands)), tap, turned)
        )
    return tuple(found)


def find_layer(model: Model, name: str = "", member: int = 1) -> Layer:
    """A layer by its name; the first one without.

    Raises
    ------
    BadModel
        If the model has no layer with units.
    UnknownName
        If it has none of this name.
    """
    layers = unit_layers(model, member)
    if not layers:
        raise BadModel(
            f"`{model.card.name}` has no layer with units along the sequence.",
            "Units are channels of convolutions, and of linear layers at each position, in an nn.Module.",
            "Choose another model.",
        )
    if not name:
        return layers[0]
    for layer in layers:
        if layer.name == name:
            return layer
    raise UnknownName.among("layer", name, [layer.name for layer in layers])


Call = tuple[nn.Module, str, Any, Any]


def _calls(network: Any, X: Tensor) -> list[Call]:
    """The modules without modules inside, in the order they ran: module, name, first input, output."""
    calls: list[Call] = []
    names = {module: name for name, module in network.named_modules() if not list(module.children())}

    def note(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        calls.append((module, names[module], inputs[0] if inputs else None, output))

    handles = [module.register_forward_hook(note) for module in names]
    try:
        with torch.no_grad():
            guarded(network, lambda: ask(network, X), X)
    finally:
        for handle in handles:
            handle.remove()
    return calls


def _reads_places(output: Any, again: Any, turned: bool) -> bool:
    """Whether an output has units and places, for a batch of two, and as many for other bases."""
    if not isinstance(output, Tensor) or output.dim() != 3 or len(output) not in (2, 4):
        return False
    places = output.shape[1] if turned else output.shape[2]
    return places > 1 and isinstance(again, Tensor) and again.shape == output.shape


def _in_front(calls: list[Call], start: int) -> tuple[str, bool]:
    """Name of the last module in front of the non-linearity behind a call, and whether there is one."""
    name, last = calls[start][1], calls[start][3]
    for module, other, read, output in calls[start + 1 :]:
        if read is last and isinstance(module, _BENT):
            return name, True
        if read is last and isinstance(module, _AS_IT_IS):
            name, last = other, output
    return calls[start][1], False


def random_codes(n: int, length: int, seed: int = 0) -> NDArray[np.int64]:
    """Random bases `(n, length)` as numbers 0 to 3."""
    return np.random.default_rng(seed).integers(4, size=(n, length))


def one_hot(codes: NDArray[np.int64]) -> Tensor:
    """Numbers 0 to 3 `(n, length)` as `(n, 4, length)`."""
    return torch.from_numpy(np.eye(4, dtype=np.float32)[codes]).transpose(1, 2).contiguous()
