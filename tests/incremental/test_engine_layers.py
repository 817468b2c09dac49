"""Every layer type against plain computation, at both ends, with and without N."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genoviz.incremental import Edit
from genoviz.incremental.edits import apply_edits
from tests.incremental.engine_networks import check_exact, incremental_plan, relative_error, sequence

LENGTH = 41


class Chain(nn.Module):
    """A first convolution, the layer in question, and an end that sees every position and channel."""

    def __init__(self, layer: nn.Module, channels: int = 8, end: str = "sum") -> None:
        super().__init__()
        self.first, self.layer, self.end = nn.Conv1d(4, channels, 5, padding=2), layer, end

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer(self.first(x))
        weight = torch.linspace(-1, 1, x.shape[1])[:, None]
        return (torch.tanh(x) * weight).sum(2) if self.end == "sum" else x.flatten(1)


class Apply(nn.Module):
    """A function as a module, with sub-modules it may use."""

    def __init__(self, function, **modules: nn.Module) -> None:
        super().__init__()
        self.function, self.parts = function, nn.ModuleDict(modules)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x, **self.parts)


def norm() -> nn.BatchNorm1d:
    layer = nn.BatchNorm1d(8)
    nn.init.normal_(layer.weight)
    layer.running_mean.normal_()
    layer.running_var.uniform_(0.5, 2)
    return layer


def conv(*args: int, **options: int | str) -> nn.Conv1d:
    return nn.Conv1d(8, *args, **options)  # type: ignore[arg-type]


LAYERS = {
    "convolution": lambda: conv(6, 3),
    "same padding": lambda: conv(6, 5, padding="same", dilation=2),
    "dilation": lambda: conv(20, 3, dilation=4, padding=4),
    "stride": lambda: conv(6, 3, stride=2, padding=1),
    "stride beyond the kernel": lambda: conv(6, 2, stride=3),
    "strided and dilated": lambda: conv(6, 3, stride=2, dilation=3, padding=2),
    "groups": lambda: conv(12, 3, groups=2, padding=1),
    "depthwise": lambda: conv(8, 5, groups=8, padding=2),
    "strided groups": lambda: conv(8, 4, groups=4, stride=2),
    "long kernel": lambda: conv(20, 33, padding=16),
    "few outputs": lambda: conv(2, 9, padding=4),
    "batch norm": norm,
    "convolution, norm, relu, pool": lambda: nn.Sequential(conv(8, 3), norm(), nn.ReLU(), nn.MaxPool1d(3)),
    "convolution, relu, overlapping pool": lambda: nn.Sequential(conv(8, 3), nn.ReLU(), nn.MaxPool1d(4, 2)),
    "convolution, pool": lambda: nn.Sequential(conv(8, 3), nn.MaxPool1d(2)),
    "max pool": lambda: nn.MaxPool1d(3),
    "padded max pool": lambda: nn.MaxPool1d(4, 2, padding=2),
    "padded max pool after relu": lambda: nn.Sequential(conv(8, 3), nn.ReLU(), nn.MaxPool1d(3, 3, padding=1)),
    "dilated max pool": lambda: nn.MaxPool1d(3, 2, dilation=2),
    "max pool, ceil mode": lambda: nn.MaxPool1d(4, ceil_mode=True),
    "padded max pool, ceil mode": lambda: nn.MaxPool1d(5, 4, padding=2, ceil_mode=True),
    "overlapping max pool after relu, ceil mode": lambda: nn.Sequential(
        conv(8, 3), nn.ReLU(), nn.MaxPool1d(6, 5, ceil_mode=True)
    ),
    "mean pool, ceil mode": lambda: nn.AvgPool1d(4, ceil_mode=True),
    "mean pool": lambda: nn.AvgPool1d(4),
    "padded mean pool": lambda: nn.AvgPool1d(3, 2, padding=1),
    "padded mean pool without the padding": lambda: nn.AvgPool1d(3, 2, padding=1, count_include_pad=False),
    "pool with stride 1": lambda: nn.MaxPool1d(3, 1, padding=1),
    "two pools": lambda: nn.Sequential(nn.MaxPool1d(2), conv(8, 3, padding=1), nn.GELU(), nn.AvgPool1d(3)),
    "relu": nn.ReLU,
    "relu in place": lambda: nn.ReLU(inplace=True),
    "gelu": nn.GELU,
    "exp": lambda: Apply(torch.exp),
    "softplus": nn.Softplus,
    "silu": nn.SiLU,
    "clamp": lambda: Apply(lambda x: x.clamp(-0.1, 0.3)),
    "square": lambda: Apply(lambda x: x**2),
    "channel-wise prelu": lambda: nn.PReLU(8),
    "residual": lambda: Apply(lambda x, c: x + F.relu(c(x)), c=conv(8, 3, padding=1)),
    "residual in place": lambda: Apply(lambda x, c: c(x).add_(x), c=conv(8, 3, padding=1)),
    "difference": lambda: Apply(lambda x, c: x - c(x), c=conv(8, 5, padding=2)),
    "same operand twice": lambda: Apply(lambda x: x + x * x),
    "gate": lambda: Apply(lambda x, c: torch.sigmoid(c(x)) * torch.tanh(x), c=conv(8, 7, padding=3)),
    "gate on cropped branch": lambda: Apply(lambda x, c: c(x) * x[:, :, 3:-3], c=conv(8, 7)),
    "quotient": lambda: Apply(lambda x, c: x / (1.5 + torch.sigmoid(c(x))), c=conv(8, 3, padding=1)),
    "maximum of two": lambda: Apply(lambda x, c: torch.maximum(x, c(x)), c=conv(8, 3, padding=1)),
    "squeeze to one channel and gate": lambda: Apply(lambda x, c: x * torch.sigmoid(c(x)), c=conv(1, 3, padding=1)),
    "concatenation": lambda: Apply(lambda x, c: torch.cat([c(x), x, F.relu(x)], 1), c=conv(3, 3, padding=1)),
    "chunk": lambda: Apply(lambda x: torch.mul(*x.chunk(2, 1))),
    "split": lambda: Apply(lambda x: x.split([3, 5], 1)[1]),
    "glu": lambda: nn.GLU(1),
    "crop": lambda: Apply(lambda x: x[:, :, 4:-6]),
    "channels picked": lambda: Apply(lambda x: x[:, ::2, 1:]),
    "transposes": lambda: Apply(lambda x: x.permute(0, 2, 1).transpose(1, 2)),
    "pointwise linear": lambda: Apply(lambda x, w: w(x.transpose(1, 2)).transpose(1, 2), w=nn.Linear(8, 5)),
    "layer norm": lambda: Apply(lambda x, n: n(x.transpose(1, 2)).transpose(1, 2), n=nn.LayerNorm(8)),
    "softmax over channels": lambda: nn.Softmax(1),
    "log softmax over channels": lambda: nn.LogSoftmax(1),
    "softmax over positions": lambda: nn.Softmax(2),
    "constants": lambda: Apply(lambda x: (2.5 * x - 1) / 3 + torch.linspace(0, 1, 8)[:, None]),
    "constant per position": lambda: Apply(lambda x: x + torch.linspace(0, 1, x.shape[2])),
    "factor per position": lambda: Apply(lambda x: x * torch.linspace(0, 1, x.shape[2])),
    "one minus": lambda: Apply(lambda x: 1 - torch.sigmoid(x)),
    "dropout": lambda: nn.Dropout(0.5),
    "reverse": lambda: Apply(lambda x: x.flip(2)),
    "group norm": lambda: nn.GroupNorm(2, 8),
    "running sum": lambda: Apply(lambda x: x.cumsum(2)),
    "upsampling": lambda: nn.Upsample(scale_factor=2),
    "transposed view reused": lambda: Apply(lambda x: torch.relu(x) + x.transpose(1, 2).contiguous().transpose(1, 2)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer_is_exact(name: str) -> None:
    torch.manual_seed(3)
    check_exact(Chain(LAYERS[name]()).eval(), LENGTH)


ENDS = {
    "flatten and linear": lambda x, w: w(x.flatten(1)),
    "flatten positions first": lambda x, w: w(x.transpose(1, 2).reshape(len(x), -1)),
    "mean": lambda x, w: x.mean(-1),
    "mean, axis kept": lambda x, w: x.mean(2, keepdim=True).flatten(1),
    "sum": lambda x, w: x.sum(dim=2),
    "amax": lambda x, w: x.amax(2),
    "max": lambda x, w: x.max(2).values,
    "max as a tuple": lambda x, w: torch.max(x, dim=2)[0],
    "adaptive max pool": lambda x, w: F.adaptive_max_pool1d(x, 1).squeeze(2),
    "adaptive mean pool": lambda x, w: F.adaptive_avg_pool1d(x, 1).squeeze(2),
    "max pool over everything": lambda x, w: F.max_pool1d(x, x.shape[2]).flatten(1),
    "mean and max": lambda x, w: torch.cat([x.amax(2), x.mean(2)], 1),
    "max of relu": lambda x, w: F.relu(x).amax(2),
    "max after pool": lambda x, w: F.max_pool1d(F.relu(x), 4).amax(2),
    "channel pairs": lambda x, w: x.amax(2).view(len(x), 4, 2).sum(2),
    "one position": lambda x, w: x[:, 2, 20],
    "one position, all channels": lambda x, w: x[:, :, -1],
    "stretch of one channel": lambda x, w: x[:, 1, 10:20],
    "sum over channels, then a stretch": lambda x, w: x.sum(1)[:, 5:30].mean(1),
    "logsumexp of one channel": lambda x, w: x[:, 0].logsumexp(1),
    "profile as one-dimensional map": lambda x, w: w(torch.cat([x.mean(1)] * 8, 1)),
    "first and last": lambda x, w: x[:, :, 0] + x[:, :, -1],
    "one number": lambda x, w: x.mean((1, 2)),
}


@pytest.mark.parametrize("name", ENDS)
def test_end_is_exact(name: str) -> None:
    torch.manual_seed(4)
    first, last = nn.Conv1d(4, 8, 7, padding=3), nn.Linear(8 * LENGTH, 3)
    check_exact(lambda x: ENDS[name](first(x), last), LENGTH)


RECURRENT = {
    "lstm": lambda both: nn.LSTM(8, 6, batch_first=True, bidirectional=both),
    "gru": lambda both: nn.GRU(8, 6, batch_first=True, bidirectional=both),
    "two layers": lambda both: nn.LSTM(8, 6, num_layers=2, batch_first=True, bidirectional=both),
    "plain": lambda both: nn.RNN(8, 6, batch_first=True, bidirectional=both),
}


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("end", ["flat", "last", "mean", "sum", "maximum", "pooled", "state"])
def test_recurrent_is_exact(kind: str, both: bool, end: str) -> None:
    torch.manual_seed(5)
    first, layer = nn.Conv1d(4, 8, 5, padding=2), RECURRENT[kind](both)
    size = 12 if both else 6
    last = nn.Linear(13 * size if end == "flat" else size, 2)

    def function(x: Tensor) -> Tensor:
        out, state = layer(F.max_pool1d(F.relu(first(x)), 3).transpose(1, 2))
        if end == "state":
            return (state[0] if isinstance(state, tuple) else state)[-1]
        ends: dict[str, Callable[[], Tensor]] = {
            "flat": lambda: out.flatten(1),
            "last": lambda: out[:, -1],
            "mean": lambda: out.transpose(1, 2).mean(2),
            "sum": lambda: out.sum(1),
            "maximum": lambda: out.amax(1),
            "pooled": lambda: F.adaptive_max_pool1d(out.transpose(1, 2), 1).flatten(1),
        }
        return last(ends[end]())

    words = check_exact(function, LENGTH).explain()
    if kind in ("lstm", "gru") and end != "state":  # nothing with a length is computed in full
        assert "full computation" not in words


def test_recurrent_layer_with_edits_in_any_order() -> None:
    """Rows that begin in no order, together and alone: the reference's states stay as they are."""
    torch.manual_seed(5)
    first, last = nn.Conv1d(4, 8, 5, padding=2), nn.Linear(12, 2)
    x = sequence(LENGTH)
    sets = [(Edit(p, p + 2, "GT"),) for p in (30, 2, 37, 11, 20)]
    for layer in (
        nn.LSTM(8, 6, batch_first=True, bidirectional=True),
        nn.GRU(8, 6, batch_first=True, bidirectional=True),
    ):

        def function(z: Tensor, layer: nn.Module = layer) -> Tensor:
            return last(layer(F.max_pool1d(first(z), 3).transpose(1, 2))[0].amax(1))

        reference = incremental_plan(function, LENGTH).reference(x)
        with torch.no_grad():
            expected = function(torch.stack([apply_edits(x, edits) for edits in sets]))
        assert relative_error(reference.edits(sets), expected) < 1e-5
        assert relative_error(torch.cat([reference.edits([edits]) for edits in sets]), expected) < 1e-5
        assert relative_error(reference.edits(sets), expected) < 1e-5


def test_ceil_mode_has_a_rule() -> None:
    torch.manual_seed(5)
    function = nn.Sequential(nn.Conv1d(4, 8, 3), nn.MaxPool1d(4, ceil_mode=True), nn.Flatten(), nn.LazyLinear(2))
    function(torch.zeros(1, 4, LENGTH))
    assert "full computation" not in check_exact(function.eval(), LENGTH).explain()


def test_transformer_is_exact() -> None:
    torch.manual_seed(6)
    first, place = nn.Conv1d(4, 16, 5, padding=2), nn.Parameter(torch.randn(1, LENGTH, 16))
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True).eval()

    def function(x: Tensor) -> Tensor:
        return layer(F.gelu(first(x)).transpose(1, 2) + place).mean(1)

    check_exact(function, LENGTH)


def test_no_convolution_at_all() -> None:
    torch.manual_seed(7)
    layer = nn.Linear(4 * LENGTH, 3)
    check_exact(lambda x: torch.tanh(layer(x.flatten(1))), LENGTH)


def test_length_equal_to_channels() -> None:
    """Layouts are read from the arguments, never guessed from sizes."""
    torch.manual_seed(8)
    first, second = nn.Conv1d(4, 12, 3, padding=1), nn.Linear(12, 12)
    check_exact(lambda x: second(first(x).transpose(1, 2)).amax(1), 12)


def test_very_short_sequence() -> None:
    torch.manual_seed(9)
    first = nn.Conv1d(4, 5, 3, padding=1)
    check_exact(lambda x: F.max_pool1d(first(x), 4).flatten(1), 6)


HEAD = torch.linspace(-1, 1, 3 * 30).view(3, 30)
STRANDS: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "pooled": lambda net, x: net(x).amax(2) + net(x.flip((1, 2))).amax(2),
    "reversed only": lambda net, x: net(x.flip(2)).mean(2),
    "site": lambda net, x: torch.maximum(net(x)[:, :, 3], net(x.flip(1, 2))[:, :, 3]),
    "flattened": lambda net, x: (
        F.linear(net(torch.flip(x, [-1, -2])).flatten(1), HEAD) + F.linear(net(x).flatten(1), HEAD)
    ),
    "windows of both": lambda net, x: (net(x) * net(x.flip((1, 2)))).mean(2),
}


@pytest.mark.parametrize("name", STRANDS)
def test_reversed_branch_is_exact(name: str) -> None:
    """The other strand has windows of its own, with strides that the length is no multiple of; edits in any order too."""
    torch.manual_seed(8)
    net = nn.Sequential(
        nn.Conv1d(4, 8, 5, padding=2), nn.ReLU(), nn.MaxPool1d(3), nn.Conv1d(8, 6, 3), nn.GELU(), nn.AvgPool1d(2, 1),
        nn.Conv1d(6, 6, 2, stride=2),
    ).eval()  # fmt: skip

    def function(x: Tensor) -> Tensor:
        return STRANDS[name](net, x)

    words = check_exact(function, LENGTH).explain()
    if name in ("pooled", "reversed only", "site"):
        assert "counted from the other end" in words
        assert "no rule for this operation" not in words
    x = sequence(LENGTH)
    sets = [(Edit(p, p + 2, "GT"),) for p in (30, 0, 37, 11, 39, 20)]
    with torch.no_grad():
        expected = function(torch.stack([apply_edits(x, edits) for edits in sets]))
    assert relative_error(incremental_plan(function, LENGTH).reference(x).edits(sets), expected) < 1e-5
