"""Every elementwise function of torch under the rescale rule, in float64: what has a rule adds up, the rest is named."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genoviz.attribute import rescale
from genoviz.attribute.rescale import rescale_multipliers
from genoviz.attribute.secant_functions import DERIVATIVES

LENGTH, WIDTH = 24, 8


def sequences(count: int, seed: int) -> Tensor:
    draw = torch.Generator().manual_seed(seed)
    return F.one_hot(torch.randint(0, 4, (count, LENGTH), generator=draw), 4).transpose(1, 2).double()


X, REFERENCES = sequences(1, 0)[0], sequences(5, 1)
torch.manual_seed(3)
CONV = nn.Conv1d(4, WIDTH, 5, padding=2).double()
WEIGHTS = torch.cos(torch.arange(4096).double())


def number(y: Tensor) -> Tensor:
    flat = y.flatten(1)
    return (flat * WEIGHTS[: flat.shape[1]]).sum(1)


def share_missed(function: Callable[[Tensor], Tensor]) -> float:
    """The gap as a share of the difference; the same difference as the function's own without the rule."""
    _, gaps = rescale_multipliers(function, X, REFERENCES)
    with torch.no_grad():
        differences = function(X[None]) - function(REFERENCES)
    assert float(differences.abs().mean()) > 1e-6
    return float(gaps.abs().mean() / differences.abs().mean())


def missed(layer: Callable[[Tensor], Tensor], scale: float = 1.0, shift: float = 0.0) -> float:
    return share_missed(lambda x: number(layer(CONV(x) * scale + shift)))


# -- activations: modules, functions, in place ----------------------------------------------------------------------------

_NOT_ONE_TENSOR = {"MultiheadAttention", "Softmax2d", "Softmin", "Softmax", "LogSoftmax", "GLU", "Threshold"}
MODULES = {
    name: kind
    for name, kind in vars(nn.modules.activation).items()
    if inspect.isclass(kind) and issubclass(kind, nn.Module) and kind.__module__ == "torch.nn.modules.activation"
    and name not in _NOT_ONE_TENSOR
}  # fmt: skip
WITH_OPTIONS: dict[str, nn.Module] = {
    "Threshold": nn.Threshold(0.1, 0.0),
    "GLU": nn.GLU(1),
    "Softmin": nn.Softmin(1),
    "Softmax": nn.Softmax(2),
    "LogSoftmax": nn.LogSoftmax(1),
    "GELU by tanh": nn.GELU("tanh"),
    "PReLU": nn.PReLU(WIDTH),
    "LayerNorm": nn.LayerNorm(LENGTH),
    "RMSNorm": nn.RMSNorm(LENGTH),
    "RMSNorm with eps": nn.RMSNorm(LENGTH, eps=0.1),
    "GroupNorm": nn.GroupNorm(2, WIDTH),
    "GroupNorm of one": nn.GroupNorm(1, WIDTH, affine=False),
    "InstanceNorm1d": nn.InstanceNorm1d(WIDTH),
    "InstanceNorm1d, affine": nn.InstanceNorm1d(WIDTH, affine=True),
    "InstanceNorm1d, running": nn.InstanceNorm1d(WIDTH, track_running_stats=True),
    "BatchNorm1d": nn.BatchNorm1d(WIDTH),
    "LPPool1d": nn.LPPool1d(2, 3),
    "MaxPool1d": nn.MaxPool1d(3),
    "AvgPool1d": nn.AvgPool1d(3),
    "AdaptiveMaxPool1d": nn.AdaptiveMaxPool1d(5),
    "AdaptiveAvgPool1d": nn.AdaptiveAvgPool1d(5),
}


@pytest.mark.parametrize("name", MODULES)
def test_every_activation_of_torch(name: str) -> None:
    assert len(MODULES) >= 22
    assert missed(MODULES[name]().double().eval()) < 1e-8
    if "inplace" in inspect.signature(MODULES[name]).parameters:
        assert missed(MODULES[name](inplace=True).double().eval()) < 1e-8


@pytest.mark.parametrize("name", WITH_OPTIONS)
def test_layers(name: str) -> None:
    layer = WITH_OPTIONS[name].double().eval()
    for weight in layer.parameters():
        nn.init.uniform_(weight, 0.1, 0.9)
    assert missed(layer) < 1e-8


FUNCTIONS = [
    "celu", "elu", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish", "relu",
    "relu6", "rrelu", "selu", "sigmoid", "silu", "softplus", "softshrink", "softsign", "tanh", "tanhshrink",
]  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_functional_activation(name: str) -> None:
    assert missed(getattr(F, name)) < 1e-8
    if name in ("celu", "elu", "hardtanh", "leaky_relu", "relu", "rrelu", "selu"):
        assert missed(getattr(F, f"{name}_")) < 1e-8  # in place
    if name not in (
        "logsigmoid",
        "hardshrink",
        "softplus",
        "softshrink",
        "gelu",
        "softsign",
        "sigmoid",
        "tanh",
        "tanhshrink",
    ):
        assert missed(lambda h: getattr(F, name)(h, inplace=True)) < 1e-8


def test_logsigmoid_is_minus_softplus() -> None:
    """The rule was in the list under another name than torch's."""
    one, _ = rescale_multipliers(lambda x: number(F.logsigmoid(CONV(x))), X, REFERENCES)
    two, _ = rescale_multipliers(lambda x: number(-F.softplus(-CONV(x))), X, REFERENCES)
    assert torch.allclose(one, two, atol=1e-10)


def test_rrelu_in_eval_is_a_leaky_relu() -> None:
    one, _ = rescale_multipliers(lambda x: number(F.rrelu(CONV(x), 0.1, 0.3)), X, REFERENCES)
    two, _ = rescale_multipliers(lambda x: number(F.leaky_relu(CONV(x), 0.2)), X, REFERENCES)
    assert torch.allclose(one, two, atol=1e-10)


UNARY = [
    "abs", "absolute", "arctan", "arcsinh", "asinh", "atan", "ceil", "cos", "cosh", "deg2rad", "erf", "erfc", "exp", "exp2",
    "expm1", "floor", "frac", "i0", "neg", "positive", "relu", "round", "sigmoid", "sign", "sgn", "sin", "sinc", "sinh",
    "square", "tan", "tanh", "nan_to_num", "log", "log2", "log10", "sqrt", "rsqrt", "log1p", "lgamma", "digamma",
    "reciprocal", "acosh", "acos", "asin", "atanh", "erfinv", "logit",
]  # fmt: skip
SPECIAL = [
    "expit",
    "erf",
    "erfc",
    "entr",
    "exp2",
    "expm1",
    "log1p",
    "i0e",
    "ndtr",
    "logit",
    "sinc",
    "log_ndtr",
    "gammaln",
]
_POSITIVE = {"log", "log2", "log10", "sqrt", "rsqrt", "log1p", "lgamma", "digamma", "reciprocal", "gammaln", "entr"}


def where_defined(name: str) -> dict[str, float]:
    if name in ("logit", "erfinv"):
        return {"scale": 0.1, "shift": 0.5}
    if name in ("acos", "asin", "atanh"):
        return {"scale": 0.1}
    return {"scale": 0.3, "shift": 3.0 if name == "acosh" else 1.5} if name in _POSITIVE | {"acosh"} else {}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_number(name: str) -> None:
    assert missed(getattr(torch, name), **where_defined(name)) < 1e-8
    assert missed(lambda h: getattr(h, name)(), **where_defined(name)) < 1e-8
    if hasattr(Tensor, f"{name}_") and name not in (
        "acosh",
        "atanh",
        "asinh",
        "arcsinh",
    ):  # torch has no derivative of those
        assert missed(lambda h: getattr(h.clone(), f"{name}_")(), **where_defined(name)) < 1e-8


@pytest.mark.parametrize("name", SPECIAL)
def test_special_functions(name: str) -> None:
    assert missed(getattr(torch.special, name), **where_defined(name)) < 1e-8


def to_a_power_in_place(h: Tensor) -> Tensor:
    h = h.clone()
    h **= 2
    return h


BINARY: dict[str, Callable[[Tensor], Tensor]] = {
    "pow": lambda h: h.pow(3),
    "power": lambda h: h**2,
    "power in place": to_a_power_in_place,
    "of a number": lambda h: 2**h,
    "torch.pow of a number": lambda h: torch.pow(2.0, h),
    "float_power": lambda h: h.float_power(2),
    "clamp": lambda h: h.clamp(-0.2, 0.2),
    "clip": lambda h: torch.clip(h, min=0),
    "clamp in place": lambda h: h.clone().clamp_(0),
    "clamp by constants": lambda h: torch.clamp(h, torch.zeros_like(h), torch.ones_like(h)),
    "clamp by tensors": lambda h: torch.clamp(h, min=h.flip(2), max=h.flip(1)),
    "maximum": lambda h: torch.maximum(h, h.flip(2)),
    "maximum with a constant first": lambda h: torch.maximum(torch.zeros((), dtype=h.dtype), h),
    "minimum": lambda h: torch.minimum(h, h.flip(1)),
    "fmax": lambda h: torch.fmax(h, h.flip(2)),
    "max of two": lambda h: torch.max(h, h.flip(2)),
    "min of two": lambda h: h.min(h.flip(2)),
    "where, as relu": lambda h: torch.where(h > 0, h, 0.1 * h),
    "where, a number": lambda h: torch.where(h > 0, h, 0.0),
    "where, two branches": lambda h: torch.where(h < 0.1, h, h.flip(2)),
    "where, of another": lambda h: torch.where(h > h.flip(2), torch.exp(h), h),
    "where, not defined elsewhere": lambda h: torch.where(h > 10, torch.log(h), h),
    "where, a mask of places": lambda h: torch.where(torch.arange(LENGTH) % 2 == 0, h, h.flip(2)),
    "where, a method": lambda h: h.where(h >= 0, torch.exp(h) - 1),
    "where, and": lambda h: torch.where((h > 0) & (h.flip(2) > 0), h, 0.0),
    "where, or": lambda h: torch.where((h > 0) | (h.flip(2) > 0), h, 0.0),
    "where, not": lambda h: torch.where(~(h > 0), 0.0, h),
    "masked_fill": lambda h: h.masked_fill(h < 0, 0),
    "masked_fill in place": lambda h: h.clone().masked_fill_(h < 0, 0),
    "masked_fill of places": lambda h: h.masked_fill(torch.arange(LENGTH) % 2 == 0, 0),
    "times a comparison": lambda h: h * (h > 0),
    "times a comparison as numbers": lambda h: h * (h > 0).double(),
    "heaviside": lambda h: torch.heaviside(h, torch.zeros((), dtype=h.dtype)),
    "square by itself": lambda h: h * h,
    "times in place": lambda h: h.clone().mul_(torch.sigmoid(h)),
    "quotient": lambda h: h / (2 + torch.sigmoid(h)),
    "quotient in place": lambda h: h.clone().div_(2 + torch.sigmoid(h)),
    "one over": lambda h: 1 / (2 + torch.sigmoid(h)),
    "addcmul": lambda h: torch.addcmul(h, h, h.flip(2), value=0.5),
    "addcdiv": lambda h: torch.addcdiv(h, h, 1.5 + torch.sigmoid(h)),
    "lerp": lambda h: torch.lerp(h, h.flip(2), torch.sigmoid(h)),
    "lerp by a number": lambda h: torch.lerp(h, h.flip(2), 0.3),
    "logaddexp": lambda h: torch.logaddexp(h, h.flip(2)),
    "logaddexp2": lambda h: torch.logaddexp2(h, h.flip(2)),
    "norm": lambda h: h.norm(dim=1),
    "linalg norm": lambda h: torch.linalg.vector_norm(h, dim=1),
    "normalize": lambda h: F.normalize(h, dim=1),
    "std": lambda h: h.std(1),
    "var": lambda h: h.var(dim=1, unbiased=False),
    "baddbmm": lambda h: torch.baddbmm(h @ h.mT, h, h.mT),
    "glu": lambda h: F.glu(h, 1),
    "softmin": lambda h: F.softmin(h, 1),
    "special softmax": lambda h: torch.special.softmax(h, 1),
    "softmax of masked": lambda h: F.softmax(h.masked_fill(torch.arange(LENGTH) > 20, -torch.inf), 2),
    "max pool of planes": lambda h: F.max_pool2d(h[:, :, None], (1, 3)),
    "adaptive max pool of planes": lambda h: F.adaptive_max_pool2d(h[:, :, None], (1, 4)),
    "cumsum": lambda h: h.cumsum(2),
}


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_several_numbers(name: str) -> None:
    assert missed(BINARY[name]) < 1e-8


# -- what has no rule -----------------------------------------------------------------------------------------------------

WITHOUT: dict[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "sort": ("sort", lambda h: h.sort(2)[0]),
    "topk": ("topk", lambda h: h.topk(3, 2)[0]),
    "median": ("median", lambda h: h.median(2)[0]),
    "cumprod": ("cumprod", lambda h: (h + 1.5).cumprod(2)),
    "cummax": ("cummax", lambda h: h.cummax(2)[0]),
    "logcumsumexp": ("logcumsumexp", lambda h: h.logcumsumexp(2)),
    "prod": ("prod", lambda h: (h + 1.5).prod(1)),
    "einsum of three": ("einsum", lambda h: torch.einsum("bcl,bcl,bcl->bl", h, h.flip(2), h)),
    "cdist": ("cdist", lambda h: torch.cdist(h, h)),
    "cosine": ("cosine_similarity", lambda h: F.cosine_similarity(h, h.flip(2), dim=1)),
    "atan2": ("atan2", lambda h: torch.atan2(h, h.flip(2))),
    "hypot": ("hypot", lambda h: torch.hypot(h, h.flip(2))),
    "xlogy": ("xlogy", lambda h: torch.xlogy(h + 1.5, h + 1.5)),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_what_has_no_rule_is_named_and_shows_its_gap(name: str) -> None:
    words, function = WITHOUT[name]
    assert missed(function) > 0.01
    assert words in (rescale.__doc__ or "")


# -- strands joined along the batch ---------------------------------------------------------------------------------------


def strands(x: Tensor) -> tuple[Tensor, Tensor]:
    return x, x.flip(1, 2)


def pooled(x: Tensor) -> Tensor:
    return torch.relu(CONV(x)).amax(2)


def by_views(x: Tensor) -> Tensor:
    return pooled(torch.cat(strands(x))).view(2, len(x), -1).amax(0)


def by_softmax(x: Tensor) -> Tensor:
    one, other = pooled(torch.cat(strands(x))).chunk(2)
    return torch.softmax(one, 1) * other


JOINED: dict[str, Callable[[Tensor], Tensor]] = {
    "cat, chunk": lambda x: torch.maximum(*pooled(torch.cat(strands(x))).chunk(2)),
    "concat, dim by name": lambda x: torch.maximum(*pooled(torch.concat(strands(x), dim=0)).chunk(2)),
    "cat, split": lambda x: torch.maximum(*pooled(torch.cat(strands(x))).split(len(x))),
    "cat, slices": lambda x: (lambda y: torch.sigmoid(y[: len(x)]) * y[len(x) :])(pooled(torch.cat(strands(x)))),
    "cat, tensor_split": lambda x: torch.maximum(*pooled(torch.cat(strands(x))).tensor_split(2)),
    "cat, view": by_views,
    "cat, reshape, max": lambda x: pooled(torch.cat(strands(x))).reshape(2, len(x), -1).max(0)[0],
    "cat, unflatten, mean": lambda x: pooled(torch.cat(strands(x))).unflatten(0, (2, len(x))).mean(0),
    "cat, max with its axis": lambda x: pooled(torch.cat(strands(x))).view(2, len(x), -1).amax(0, keepdim=True)[0],
    "cat, the other strand first": lambda x: torch.maximum(*pooled(torch.cat(strands(x)[::-1])).chunk(2)),
    "cat of four": lambda x: pooled(torch.cat([*strands(x), x.flip(2), x.flip(1)])).view(4, len(x), -1).amax(0),
    "cat, softmax, product": by_softmax,
    "cat, norm": lambda x: torch.maximum(*F.layer_norm(pooled(torch.cat(strands(x))), (WIDTH,)).chunk(2)),
    "cat, where": lambda x: (lambda y: torch.where(y > 0.3, y, 0.1 * y))(pooled(torch.cat(strands(x)))).chunk(2)[1],
    "stack in front": lambda x: torch.stack([pooled(one) for one in strands(x)]).amax(0),
    "stack in front, joined": lambda x: pooled(torch.stack(strands(x)).flatten(0, 1)).view(2, len(x), -1).amax(0),
    "stack in front, then pool": lambda x: torch.stack([torch.relu(CONV(one)) for one in strands(x)]).amax(3).amax(0),
    "stack behind the batch": lambda x: torch.stack([pooled(one) for one in strands(x)], 1).amax(1),
    "side by side": lambda x: pooled(torch.stack(strands(x), 1).flatten(0, 1)).view(len(x), 2, -1).amax(1),
    "channels": lambda x: torch.relu(torch.cat([CONV(one) for one in strands(x)], 1)).amax(2),
    "repeated": lambda x: pooled(x.repeat(2, 1, 1)).view(2, len(x), -1).amax(0),
    "positions first": lambda x: torch.relu(CONV(x).permute(2, 0, 1)).amax(0),
}


@pytest.mark.parametrize("references", [1, 2, 5])
@pytest.mark.parametrize("name", JOINED)
def test_strands_joined_along_the_batch(name: str, references: int) -> None:
    """The rule pairs each sequence with its own reference, wherever the model put them; also where the number of rows is that
    of strands."""
    _, gaps = rescale_multipliers(lambda x: number(JOINED[name](x)), X, REFERENCES[:references])
    with torch.no_grad():
        differences = number(JOINED[name](X[None])) - number(JOINED[name](REFERENCES[:references]))
    assert float(gaps.abs().max()) < 1e-8 * float(differences.abs().mean())


def test_joined_strands_get_the_scores_of_strands_side_by_side() -> None:
    """Two ways to write one network: what each base gets may not hang on the way."""
    one, _ = rescale_multipliers(lambda x: number(by_views(x)), X, REFERENCES)
    two, _ = rescale_multipliers(lambda x: number(JOINED["side by side"](x)), X, REFERENCES)
    assert torch.allclose(one, two, atol=1e-12)


def test_derivatives_that_are_written_out_are_those_of_torch() -> None:
    for function, derivative in DERIVATIVES.items():
        x = torch.linspace(-2, 2, 41).requires_grad_()
        y = function(x)
        (expected,) = torch.autograd.grad(y.sum(), x)
        assert torch.allclose(derivative(x, y), expected, rtol=1e-5)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
@pytest.mark.parametrize("batch_first", [True, False])
def test_recurrent_layers_of_joined_strands(kind: type[nn.RNNBase], batch_first: bool) -> None:
    torch.manual_seed(1)
    layer = kind(WIDTH, 4, batch_first=batch_first, bidirectional=True).double()  # type: ignore[arg-type, call-arg]

    def run(x: Tensor) -> Tensor:
        h = CONV(torch.cat(strands(x))).transpose(1, 2)
        y, last = layer(h if batch_first else h.transpose(0, 1))
        y = y if batch_first else y.transpose(0, 1)
        last = last[0] if isinstance(last, tuple) else last
        return torch.relu(torch.cat([y.mean(1), last[-1], last[-2]], 1)).chunk(2)[0]

    assert share_missed(lambda x: number(run(x))) < 1e-8
