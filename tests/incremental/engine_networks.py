"""Networks, sequences and plain computations that the engine's tests compare with."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genoviz.incremental import EngineFallback, Plan, plan


def sequence(length: int, seed: int = 0, unknown: tuple[int, ...] = ()) -> Tensor:
    """One-hot (4, length), with zeros at the unknown positions."""
    generator = torch.Generator().manual_seed(seed)
    x = F.one_hot(torch.randint(0, 4, (length,), generator=generator), 4).t().float().contiguous()
    x[:, list(unknown)] = 0
    return x


def plain_map(function: Callable[[Tensor], Tensor], x: Tensor, start: int = 0, end: int | None = None) -> Tensor:
    """(4, end - start, outputs) by one plain forward pass."""
    end = x.shape[1] if end is None else end
    mutants = []
    for base in range(4):
        for position in range(start, end):
            mutant = x.clone()
            mutant[:, position] = 0
            mutant[base, position] = 1
            mutants.append(mutant)
    with torch.no_grad():
        return function(torch.stack(mutants)).reshape(4, end - start, -1)


def plain_occlusion(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """(length, outputs) by one plain forward pass."""
    mutants = x.repeat(x.shape[1], 1, 1)
    places = torch.arange(x.shape[1])
    mutants[places, :, places] = 0
    with torch.no_grad():
        return function(mutants).reshape(x.shape[1], -1)


def incremental_plan(function: Callable[[Tensor], Tensor], length: int, **options: float) -> Plan:
    """A plan that never prefers plain computation for its speed, so that the tests meet the incremental path."""
    made = plan(function, length, **options)  # type: ignore[arg-type]
    made.faster_share = float("inf")
    return made


def relative_error(mine: Tensor, plain: Tensor) -> float:
    """Largest difference relative to the largest output."""
    return float((mine - plain).abs().max() / plain.abs().max().clamp_min(1e-30))


def check_exact(
    function: Callable[[Tensor], Tensor], length: int, *, seed: int = 0, incremental: bool = True, bound: float = 2e-5
) -> Plan:
    """Whole map, a stretch of it, and occlusion against plain computation, with N inside and without."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", EngineFallback)
        for unknown in ((), (0, length // 2)):
            x = sequence(length, seed, unknown)
            made = incremental_plan(function, length)
            reference = made.reference(x)
            if incremental:
                assert made.plain_because is None, made.explain()
            expected = plain_map(function, x)
            assert relative_error(reference.saturate(), expected) < bound, made.explain()
            assert relative_error(reference.saturate(3, length - 2), expected[:, 3 : length - 2]) < bound
            assert relative_error(reference.occlude(), plain_occlusion(function, x)) < bound
    return made


class RandomNetwork(nn.Module):
    """A network drawn from a seed: convolutions of all kinds, pooling, norms, branches, and one of many ends."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        draw = random.Random(seed)
        torch.manual_seed(seed)
        self.input_length = length = draw.randint(24, 90)
        self.steps: list[str] = []
        self.layers = nn.ModuleList()
        channels = 4
        kinds = ["conv", "conv", "strided", "grouped", "pool", "mean pool", "residual", "norm", "activation", "layer norm",
                 "slice", "linear", "gate", "concat"]  # fmt: skip
        for number in range(draw.randint(1, 6)):
            kind = "conv" if number == 0 and draw.random() < 0.8 else draw.choice(kinds)
            kernel, dilation = draw.choice([1, 2, 3, 5, 8]), draw.choice([1, 1, 2, 3])
            layer: nn.Module = nn.Identity()
            if kind in ("conv", "strided", "grouped"):
                stride = draw.choice([2, 3]) if kind == "strided" else 1
                groups = draw.choice([2, channels]) if kind == "grouped" and channels % 2 == 0 else 1
                padding = draw.choice([0, (kernel - 1) * dilation // 2, (kernel - 1) * dilation])
                outputs = draw.choice([1, 2]) * channels if groups > 1 else draw.choice([3, 8, 20])
                new = (length + 2 * padding - (kernel - 1) * dilation - 1) // stride + 1
                if new < 6 or outputs > 64:
                    continue
                layer = nn.Conv1d(
                    channels, outputs, kernel, stride, padding, dilation, groups, bias=draw.random() < 0.7
                )
                channels, length = outputs, new
            elif kind in ("pool", "mean pool"):
                size = draw.choice([2, 3, 4])
                stride, padding = draw.choice([size, size, 2, 1]), draw.choice([0, 0, size // 2])
                new = (length + 2 * padding - size) // stride + 1
                if new < 4:
                    continue
                layer = (nn.MaxPool1d if kind == "pool" else nn.AvgPool1d)(size, stride, padding)
                length = new
            elif kind in ("residual", "gate", "concat"):
                size = draw.choice([3, 5])
                outputs = draw.choice([3, 7]) if kind == "concat" else channels
                layer = nn.Conv1d(channels, outputs, size, dilation=dilation, padding=(size - 1) * dilation // 2)
                channels += outputs if kind == "concat" else 0
            elif kind == "norm":
                layer = nn.BatchNorm1d(channels)
                layer.running_mean.normal_()
                layer.running_var.uniform_(0.5, 2)
                nn.init.normal_(layer.weight)
            elif kind == "activation":
                choices = [nn.ReLU(), nn.ReLU(inplace=True), nn.GELU(), nn.LeakyReLU(0.2), nn.Sigmoid(), nn.ELU(), nn.Tanh(),
                           nn.Softplus(), nn.SiLU()]  # fmt: skip
                layer = draw.choice(choices)
            elif kind == "layer norm":
                layer = nn.LayerNorm(channels)
            elif kind == "linear":
                outputs = draw.choice([5, 17])
                layer = nn.Linear(channels, outputs)
                channels = outputs
            elif kind == "slice":
                if length < 12:
                    continue
                length -= 3
            self.layers.append(layer)
            self.steps.append(kind)
        ends = [
            "flat",
            "mean",
            "sum",
            "amax",
            "max",
            "adaptive",
            "profile",
            "softmax",
            "site",
            "lstm",
            "gru",
            "attention",
        ]
        self.end = draw.choice(ends)
        outputs = draw.choice([1, 3])
        if self.end == "flat":
            self.head: nn.Module = nn.Sequential(
                nn.Flatten(), nn.Linear(channels * length, 12), nn.ReLU(), nn.Linear(12, outputs)
            )
        elif self.end in ("profile", "softmax", "site"):
            self.head = nn.Conv1d(channels, 3, draw.choice([1, 3, 7]), padding=3)
        elif self.end in ("lstm", "gru"):
            both = draw.random() < 0.6
            self.memory = (nn.LSTM if self.end == "lstm" else nn.GRU)(channels, 7, batch_first=True, bidirectional=both)
            self.head = nn.Linear((14 if both else 7) * length, outputs)
        elif self.end == "attention":
            self.queries, self.head = nn.Linear(channels, 8), nn.Linear(8, outputs)
        else:
            self.head = nn.Linear(channels, outputs)
        self.eval()

    def forward(self, x: Tensor) -> Tensor:
        for layer, kind in zip(self.layers, self.steps, strict=True):
            if kind == "residual":
                x = x + F.relu(layer(x))
            elif kind == "gate":
                x = torch.tanh(x) * torch.sigmoid(layer(x))
            elif kind == "concat":
                x = torch.cat([x, layer(x)], 1)
            elif kind in ("layer norm", "linear"):
                x = layer(x.transpose(1, 2)).transpose(1, 2)
            elif kind == "slice":
                x = x[:, :, 1:-2]
            else:
                x = layer(x)
        if self.end == "flat":
            return self.head(x)
        if self.end in ("mean", "sum", "amax"):
            return self.head(getattr(x, self.end)(2))
        if self.end == "max":
            return self.head(x.max(dim=-1).values)
        if self.end == "adaptive":
            return self.head(F.adaptive_max_pool1d(x, 1).squeeze(-1))
        if self.end == "profile":
            return self.head(x).flatten(1)
        if self.end == "softmax":
            return F.softmax(self.head(x), 1).flatten(1)
        if self.end == "site":
            y = self.head(x)
            return y[:, 1, y.shape[2] // 2]
        if self.end in ("lstm", "gru"):
            return self.head(self.memory(x.transpose(1, 2))[0].flatten(1))
        q = self.queries(x.transpose(1, 2))
        weights = torch.softmax(q @ q.transpose(1, 2) / 3, -1)
        return self.head((weights @ q).mean(1))
