"""What the filters of a model's first convolution look for, and what each is worth to the model.

A filter is described by the windows that activate it, as for Basset (Kelley et al. 2016, Genome Res 26:990) and
DeepBind: those whose activation is above half of the largest one over a background are stacked into base
probabilities. Its worth is what the prediction loses without it (global importance): the filter's channel is set
to its mean over the background, everywhere at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.discover.comparison import Background
from genoviz.discover.options import OFF, ON
from genoviz.discover.sites import RecordSite, site_at
from genoviz.errors import BadInput, BadModel
from genoviz.models.answers import ask, check_finite, guarded
from genoviz.models.base import Model, lock_of
from genoviz.models.ensemble import members_of
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import Scalar, Target
from genoviz.motifs.motif import Motif
from genoviz.networks.kmer import KmerCounts
from genoviz.sequences.sequence import Sequence

HALF = 0.5  # share of the largest activation above which a window counts
BINS = 40  # of the histogram
TOP = 20  # windows that are kept
_BATCH = 64
_Z = 1.96  # normal interval of 95 %
_POINTWISE = (nn.BatchNorm1d, nn.ReLU, nn.ELU, nn.GELU, nn.SiLU, nn.LeakyReLU, nn.Softplus, nn.Sigmoid, nn.Tanh)

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Importance:
    """What switching a filter off does to the target, over `sequences` of the background.

    `change` is the mean of off minus on, `size` the mean of its absolute value; `change_95` and `size_95` are their
    intervals of 95 % (normal approximation over sequences).
    """

    change: float
    change_95: tuple[float, float]
    size: float
    size_95: tuple[float, float]
    sequences: int


@dataclass(frozen=True, eq=False)
class Filter:
    """One filter of the first convolution, or a pair that are each other's reverse complement.

    Attributes
    ----------
    channels
        Numbers of its channels. The second one of a pair reads the same motif on the minus strand.
    motif
        Base probabilities of the windows above the threshold, with their number as `sites`; None if nothing
        activates the filter.
    windows
        How many windows of the background are above the threshold.
    threshold, largest
        Half of the largest activation, and that.
    counts, edges
        Histogram of the activations of all windows: `(bins,)` and `(bins + 1,)`.
    top
        The windows that activate it most, from different sequences, best first; their `value` is the activation.
    importance
        None if it was not asked for.
    """

    channels: tuple[int, ...]
    motif: Motif | None
    windows: int
    threshold: float
    largest: float
    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    top: tuple[RecordSite, ...]
    importance: Importance | None

    @property
    def name(self) -> str:
        """`filter 3`, or `filters 3 and 188` for a pair of strands."""
        return f"filter{'s' if len(self.channels) > 1 else ''} " + " and ".join(map(str, self.channels))

    @property
    def information(self) -> float:
        """Bits of its motif in all; 0 without one."""
        return float(self.motif.information().sum()) if self.motif else 0.0


@dataclass(frozen=True, eq=False)
class FilterBank:
    """All filters of a model's first convolution.

    Attributes
    ----------
    filters
        The most important first; without importances, those of the most information.
    model, layer
        Names of the model and of its first convolution.
    member, members
        Which network of an ensemble (from 1), and how many it has.
    target, unit, off
        What the importances are about, its unit, and what a channel is set to: `mean` or `zero`.
    background
        The sequences.
    """

    filters: tuple[Filter, ...]
    model: str
    layer: str
    member: int
    members: int
    target: Target
    unit: str
    off: str
    background: Background

    @property
    def motifs(self) -> tuple[Motif, ...]:
        """Motifs of the filters that have one, in the same order."""
        return tuple(f.motif for f in self.filters if f.motif)


def has_filters(model: Model) -> bool:
    """Whether a model begins with a convolution over bases (that does not just count words)."""
    return bool(_first_convolutions(members_of(model)[0]))


def filter_bank(
    model: Model,
    background: Background,
    target: Target | None = None,
    *,
    member: int = 1,
    off: str = OFF[0],
    on: int = ON,
    progress: Progress | None = None,
) -> FilterBank:
    """Describe the filters of a model's first convolution: of the one that the target reads, where networks stand side by side.

    The activation is that behind the normalisation and non-linearity that follow the convolution, on windows inside the
    sequences of the plus strand. A window counts if its activation is above half of the filter's largest.

    Parameters
    ----------
    model, background
        The sequences are as long as the model reads.
    target
        The number whose change is the importance; the first track if None.
    member
        Network of an ensemble, from 1.
    off
        A channel that is switched off has its `mean` over the background everywhere, or is `zero`.
    on
        On how many sequences of the background filters are switched off (its first ones); 0 leaves the importance out.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadModel
        If the model does not begin with a convolution over bases.
    BadInput, BadSequence
        If options or sequences don't fit.
    """
    members = members_of(model)
    _check_options(background, member, len(members), off, on)
    for sequence in background.sequences:
        check_length(sequence, model.card)
    network, target = members[member - 1], target or Target.default(model.card)
    first = _first_convolutions(network)
    if not first or not isinstance(network, nn.Module):
        raise BadModel(
            f"`{model.card.name}` does not begin with a convolution over bases.",
            "Filters are described for networks whose first layer is an nn.Conv1d with 4 input channels.",
            "Choose a convolutional network.",
        )
    function, X = target.of(network), encode(background.sequences)
    with lock_of(model):
        layer, conv = first[0] if len(first) == 1 else guarded(model, lambda: _read_by(function, X[:2], first), X)
        behind = _behind(network, conv, X[:1])
        activations = guarded(model, lambda: _activations(conv, behind, X), X)
    check_finite(model.card, torch.from_numpy(activations), X)
    pairs = _strand_pairs(conv)
    effects: dict[tuple[int, ...], Importance] = {}
    if on:
        values = activations.mean((0, 2)) if off == "mean" else np.zeros(activations.shape[1], dtype=np.float32)
        effects = _importances(model, function, behind[-1] if behind else conv, X[:on], pairs, values, progress)
    width = conv.dilation[0] * (conv.kernel_size[0] - 1) + 1
    cut = np.lib.stride_tricks.sliding_window_view(X.numpy(), width, axis=2)
    filters = [
        _describe(channels, activations, background.sequences, cut, conv.stride[0], effects.get(channels))
        for channels in pairs
    ]
    filters.sort(key=lambda f: (-(f.importance.size if f.importance else f.information), f.channels))
    unit = target.unit(model.card)
    name = model.card.name
    return FilterBank(tuple(filters), name, layer, member, len(members), target, unit, off, background)


def _check_options(background: Background, member: int, members: int, off: str, on: int) -> None:
    if not 1 <= member <= members:
        raise BadInput(f"Network {member} was asked for.", f"The model has {members}.", "Count from 1.")
    if off not in OFF:
        raise BadInput(f"`{off}` is not known.", f"A channel is set to: {', '.join(OFF)}.", "Choose one.")
    if not background.sequences:
        raise BadInput("The background is empty.", "At least one sequence is needed.", "Give sequences.")
    if on < 0:
        raise BadInput(f"{on} sequences were asked for.", "0 or more are accepted.", f"{ON} are usual.")


def _first_convolutions(network: Model) -> list[tuple[str, nn.Conv1d]]:
    """The convolutions over bases by name, but for those that count words."""
    if not isinstance(network, nn.Module):
        return []
    counting = {part for counts in network.modules() if isinstance(counts, KmerCounts) for part in counts.modules()}
    found = [
        (name, module)
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv1d) and module.in_channels == 4 and module.groups == 1 and module not in counting
    ]
    # A filter of one base is no motif: it only gives the letters other numbers.
    return found if found and found[0][1].kernel_size[0] > 1 else []


def _read_by(
    function: Callable[[Tensor], Tensor], X: Tensor, found: list[tuple[str, nn.Conv1d]]
) -> tuple[str, nn.Conv1d]:
    """The first convolution without which a number is another one."""
    with torch.no_grad():
        usual = function(X)
        for name, conv in found:
            silent = conv.register_forward_hook(lambda *call: torch.zeros_like(call[-1]))
            try:
                if not torch.equal(function(X), usual):
                    return name, conv
            finally:
                silent.remove()
    return found[0]


def _behind(network: nn.Module, conv: nn.Conv1d, x: Tensor) -> list[nn.Module]:
    """The modules behind the convolution that act on each position alone, in the order they run."""
    calls: list[tuple[nn.Module, Any, Any]] = []
    leaves = [module for module in network.modules() if not list(module.children())]

    def note(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        calls.append((module, inputs[0] if inputs else None, output))

    handles = [module.register_forward_hook(note) for module in leaves]
    try:
        with torch.no_grad():
            ask(network, x)  # type: ignore[arg-type]
    finally:
        for handle in handles:
            handle.remove()
    chain: list[nn.Module] = []
    last = next((output for module, _, output in calls if module is conv), None)
    for module, read, output in calls:
        if last is not None and read is last and isinstance(module, _POINTWISE):
            chain.append(module)
            last = output
    return chain


def _activations(conv: nn.Conv1d, behind: list[nn.Module], X: Tensor) -> NDArray[np.float32]:
    """Activations `(sequences, channels, windows)` of the windows inside the sequences."""
    parts = []
    with torch.no_grad():
        for start in range(0, len(X), _BATCH):
            part = X[start : start + _BATCH]
            h = nn.functional.conv1d(part, conv.weight, conv.bias, conv.stride, 0, conv.dilation)
            for module in behind:
                h = module(h)
            parts.append(h.numpy())
    return np.concatenate(parts)


def _strand_pairs(conv: nn.Conv1d) -> list[tuple[int, ...]]:
    """Channels, paired where every filter has another one that is its reverse complement (networks of both strands)."""
    weight = conv.weight.detach()
    single: list[tuple[int, ...]] = [(i,) for i in range(len(weight))]
    turned = weight.flip(1, 2)
    partner = torch.cdist(weight.flatten(1), turned.flatten(1)).argmin(1).tolist()
    if not all(torch.equal(weight[i], turned[j]) and j != i and partner[j] == i for i, j in enumerate(partner)):
        return single
    return [(i, j) for i, j in enumerate(partner) if i < j]


def _describe(
    channels: tuple[int, ...],
    activations: NDArray[np.float32],
    sequences: tuple[Sequence, ...],
    cut: NDArray[np.float32],
    stride: int,
    importance: Importance | None,
) -> Filter:
    """`cut` holds the one-hot windows `(sequences, 4, starts, width)`, as a view."""
    rows = activations[:, list(channels)]  # (sequences, strands, windows)
    counts, edges = np.histogram(rows, bins=BINS)
    largest = float(rows.max())
    threshold = HALF * largest
    if largest <= 0:
        return Filter(channels, None, 0, threshold, largest, counts, edges, (), importance)
    totals = np.zeros((4, cut.shape[3]))
    for strand in range(len(channels)):
        record, place = np.nonzero(rows[:, strand] > threshold)
        stacked = cut[record, :, place * stride].sum(0, dtype=np.float64)
        totals += stacked if strand == 0 else stacked[::-1, ::-1]
    motif = Motif.from_counts("_".join(["filter", *map(str, channels)]), totals.T)
    best = rows.reshape(len(rows), -1).argmax(1)  # of each sequence
    values = np.take_along_axis(rows.reshape(len(rows), -1), best[:, None], 1)[:, 0]
    top = []
    for record in np.argsort(-values, kind="stable")[:TOP].tolist():
        strand, place = divmod(int(best[record]), rows.shape[2])
        if values[record] > threshold:
            start = place * stride
            top.append(site_at(sequences, record, start, start + cut.shape[3], "+-"[strand], float(values[record])))
    windows = int((rows > threshold).sum())
    return Filter(channels, motif, windows, threshold, largest, counts, edges, tuple(top), importance)


@contextmanager
def _switched_off(module: nn.Module, channels: tuple[int, ...], values: NDArray[np.float32]) -> Iterator[None]:
    """For the time of a block, some channels of a module's output have a value of their own everywhere."""
    index = list(channels)
    constant = torch.from_numpy(values[index])[None, :, None]

    def replace(_: nn.Module, __: tuple[Any, ...], output: Tensor) -> Tensor:
        changed = output.clone()
        changed[:, index] = constant
        return changed

    handle = module.register_forward_hook(replace)
    try:
        yield
    finally:
        handle.remove()


def _importances(
    model: Model,
    function: Scalar,
    module: nn.Module,
    X: Tensor,
    pairs: list[tuple[int, ...]],
    values: NDArray[np.float32],
    progress: Progress | None,
) -> dict[tuple[int, ...], Importance]:
    def evaluate(channels: tuple[int, ...]) -> NDArray[np.float64]:
        parts = []
        for start in range(0, len(X), _BATCH):
            # The lock is given back between batches, so that predictions of other sessions are not kept waiting.
            with lock_of(model), torch.no_grad(), _switched_off(module, channels, values):
                parts.append(function(X[start : start + _BATCH]).numpy())
        return np.concatenate(parts).astype(np.float64)

    on = evaluate(())
    check_finite(model.card, torch.from_numpy(on), X)
    effects = {}
    for i, channels in enumerate(pairs, start=1):
        change = evaluate(channels) - on
        mean, interval = _mean(change)
        size, size_interval = _mean(np.abs(change))
        effects[channels] = Importance(mean, interval, size, size_interval, len(X))
        if progress:
            progress(i / len(pairs))
    return effects


def _mean(values: NDArray[np.float64]) -> tuple[float, tuple[float, float]]:
    mean = float(values.mean())
    spread = _Z * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return mean, (mean - spread, mean + spread)
