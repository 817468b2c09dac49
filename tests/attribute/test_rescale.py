"""The rescale rule: sums, a second implementation, and a network worked out by hand."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genoviz.attribute.rescale import rescale_multipliers
from genoviz.errors import BadInput
from tests.comparison import close

LENGTH = 48


def sequences(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.one_hot(torch.randint(0, 4, (count, LENGTH), generator=generator), 4).transpose(1, 2).float()


X, REFERENCES = sequences(1, 0)[0], sequences(7, 1)


def conv(inputs: int = 8, outputs: int = 8, size: int = 5) -> nn.Conv1d:
    return nn.Conv1d(inputs, outputs, size, padding=size // 2)


def norm() -> nn.BatchNorm1d:
    layer = nn.BatchNorm1d(8)
    layer.running_mean.normal_()
    layer.running_var.uniform_(0.5, 2)
    return layer


class Apply(nn.Module):
    """A function as a module, with sub-modules it may use."""

    def __init__(self, function, **modules: nn.Module) -> None:
        super().__init__()
        self.function, self.parts = function, nn.ModuleDict(modules)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x, **self.parts)


def recurrent(kind: type[nn.RNNBase], **options: int | bool) -> nn.Module:
    layer = kind(8, 4, **options)  # type: ignore[arg-type]

    def run(x: Tensor, r: nn.RNNBase) -> Tensor:
        return r(x.transpose(1, 2))[0].transpose(1, 2)

    def run_steps_first(x: Tensor, r: nn.RNNBase) -> Tensor:
        return r(x.permute(2, 0, 1))[0].permute(1, 2, 0)

    return Apply(run if layer.batch_first else run_steps_first, r=layer)


def attention(x: Tensor, q: nn.Module, k: nn.Module) -> Tensor:
    x = x.transpose(1, 2)
    return (torch.softmax(q(x) @ k(x).transpose(1, 2) / 3, -1) @ x).transpose(1, 2)


def relu_twice(x: Tensor, c: nn.Module, r: nn.Module) -> Tensor:
    return r(c(r(x)))


LAYERS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "relu in place": lambda: nn.ReLU(inplace=True),
    "relu in place, result unused": lambda: Apply(lambda x: (x.relu_(), x)[1]),
    "relu, max pool": lambda: nn.Sequential(nn.ReLU(), nn.MaxPool1d(4)),
    "max pool, relu": lambda: nn.Sequential(nn.MaxPool1d(4), nn.ReLU()),
    "norm, relu, pool twice": lambda: nn.Sequential(
        conv(), norm(), nn.ReLU(), nn.MaxPool1d(2), conv(), norm(), nn.ReLU(), nn.MaxPool1d(2)
    ),
    "overlapping max pool": lambda: nn.MaxPool1d(4, 2),
    "padded max pool": lambda: nn.MaxPool1d(5, 2, padding=2),
    "adaptive max pool": lambda: nn.AdaptiveMaxPool1d(1),
    "adaptive max pool to several": lambda: nn.AdaptiveMaxPool1d(5),
    "mean pool": lambda: nn.Sequential(nn.ReLU(), nn.AvgPool1d(4)),
    "amax": lambda: Apply(lambda x: x.amax(2, keepdim=True)),
    "amax over two axes": lambda: Apply(lambda x: x.amax((1, 2), keepdim=True)),
    "max": lambda: Apply(lambda x: x.max(dim=2).values[:, :, None]),
    "max as pair": lambda: Apply(lambda x: torch.max(x, 2, True)[0]),
    "min": lambda: Apply(lambda x: x.min(2, keepdim=True)[0]),
    "maximum of two branches": lambda: Apply(lambda x, c: torch.maximum(x, c(x)), c=conv()),
    "functional relu": lambda: Apply(lambda x: F.relu(x)),
    "one relu used twice": lambda: Apply(relu_twice, c=conv(), r=nn.ReLU()),
    "product of branches": lambda: Apply(lambda x, c: torch.sigmoid(c(x)) * torch.tanh(x), c=conv()),
    "product with one channel": lambda: Apply(lambda x, c: torch.sigmoid(c(x)) * x, c=conv(8, 1)),
    "quotient": lambda: Apply(lambda x, c: x / (1.2 + torch.sigmoid(c(x))), c=conv()),
    "reciprocal": lambda: Apply(lambda x: 1 / (3 + x * x)),
    "softmax": lambda: nn.Softmax(1),
    "log softmax": lambda: nn.LogSoftmax(2),
    "logsumexp": lambda: Apply(lambda x: x.logsumexp(2, keepdim=True)),
    "layer norm, gelu": lambda: Apply(lambda x, n: F.gelu(n(x.transpose(1, 2))).transpose(1, 2), n=nn.LayerNorm(8)),
    "silu": nn.SiLU,
    "elu": nn.ELU,
    "softplus": nn.Softplus,
    "exp": lambda: Apply(torch.exp),
    "square": lambda: Apply(lambda x: x**2),
    "clamp": lambda: Apply(lambda x: x.clamp(min=-0.1, max=0.2)),
    "leaky relu": lambda: nn.LeakyReLU(0.2, inplace=True),
    "prelu": lambda: nn.PReLU(8),
    "lstm, both ways": lambda: recurrent(nn.LSTM, batch_first=True, bidirectional=True),
    "lstm, two layers": lambda: recurrent(nn.LSTM, batch_first=True, num_layers=2),
    "lstm, steps first": lambda: recurrent(nn.LSTM, bidirectional=True),
    "gru, both ways": lambda: recurrent(nn.GRU, batch_first=True, bidirectional=True),
    "gru without bias": lambda: recurrent(nn.GRU, batch_first=True, bias=False),
    "plain recurrent": lambda: recurrent(nn.RNN, batch_first=True),
    "attention": lambda: Apply(attention, q=nn.Linear(8, 8), k=nn.Linear(8, 8)),
    "attention, one call": lambda: Apply(
        lambda x, q: F.scaled_dot_product_attention(q(x.mT), x.mT, x.mT).mT, q=nn.Linear(8, 8)
    ),
    "causal attention": lambda: Apply(
        lambda x, q: F.scaled_dot_product_attention(q(x.mT), x.mT, x.mT, is_causal=True).mT, q=nn.Linear(8, 8)
    ),
    "einsum": lambda: Apply(lambda x, c: torch.einsum("bcl,bcm->blm", x, torch.tanh(c(x))), c=conv()),
    "transformer layer": lambda: Apply(
        lambda x, t: t(x.transpose(1, 2)).transpose(1, 2), t=nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    ),
    "dropout": lambda: nn.Sequential(nn.Dropout(0.5), nn.ReLU()),
}


class Network(nn.Module):
    """Convolution, the layer in question, and one number that sees all of its output."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.first, self.layer = conv(4), layer

    def forward(self, x: Tensor) -> Tensor:
        y = self.layer(self.first(x)).flatten(1)
        return (y * torch.cos(torch.arange(y.shape[1]))).sum(1)


@pytest.mark.parametrize("name", LAYERS)
def test_contributions_sum_to_the_difference(name: str) -> None:
    torch.manual_seed(2)
    network = Network(LAYERS[name]()).eval()
    multipliers, gaps = rescale_multipliers(network, X, REFERENCES, batch_size=4)
    with torch.no_grad():
        difference = network(X[None]) - network(REFERENCES)
    assert multipliers.shape == (7, 4, LENGTH)
    total = ((X - REFERENCES) * multipliers).sum((1, 2))
    torch.testing.assert_close(gaps, total - difference, atol=2e-5 * float(difference.abs().max()), rtol=0)
    assert float(gaps.abs().max()) < 1e-4 * float(difference.abs().max())


def test_worked_out_by_hand() -> None:
    """f = relu(2 A0 + C1 - 1) with A0 = C1 = 1 against zeros: 2 for an input rise of 3, so both multipliers are 2/3 of
    the weights."""

    def function(x: Tensor) -> Tensor:
        return F.relu(2 * x[:, 0, 0] + x[:, 1, 1] - 1)

    x = torch.tensor([[1.0, 0], [0, 1], [0, 0], [0, 0]])
    multipliers, gaps = rescale_multipliers(function, x, torch.zeros(1, 4, 2))
    expected = torch.zeros(4, 2)
    expected[0, 0], expected[1, 1] = 4 / 3, 2 / 3
    torch.testing.assert_close(multipliers[0], expected)
    torch.testing.assert_close(gaps, torch.zeros(1))


def test_product_by_hand() -> None:
    """f = A0 C1: each factor meets the mean of the other's two values."""
    x, reference = torch.zeros(4, 2), torch.zeros(1, 4, 2)
    x[0, 0], x[1, 1], reference[0, 0, 0], reference[0, 1, 1] = 3.0, 5.0, 1.0, 2.0
    multipliers, gaps = rescale_multipliers(lambda z: z[:, 0, 0] * z[:, 1, 1], x, reference)
    assert multipliers[0, 0, 0] == 3.5
    assert multipliers[0, 1, 1] == 2.0
    assert gaps.abs().max() < 1e-6


def test_maximum_by_hand() -> None:
    """max(A0, C1) rises from 2 (C1) to 3 (A0): the sequence's winner gets the rise."""
    x, reference = torch.zeros(4, 2), torch.zeros(1, 4, 2)
    x[0, 0], x[1, 1], reference[0, 0, 0], reference[0, 1, 1] = 3.0, 1.0, 1.0, 2.0
    function = lambda z: torch.stack([z[:, 0, 0], z[:, 1, 1]], 1).amax(1)  # noqa: E731
    multipliers, gaps = rescale_multipliers(function, x, reference)
    assert multipliers[0, 0, 0] == 0.5  # a rise of 1 over a change of 2
    assert multipliers[0, 1, 1] == 0.0
    assert gaps.abs().max() < 1e-6


def second_implementation(network: nn.Module, x: Tensor, references: Tensor) -> Tensor:
    tangermeme = pytest.importorskip("tangermeme.deep_lift_shap")

    class Column(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, z: Tensor) -> Tensor:
            return self.network(z)[:, None]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tangermeme.deep_lift_shap(
            Column(), x[None], references=references[None], device="cpu", raw_outputs=True, hypothetical=True
        )[0]


@pytest.mark.parametrize(
    "name", ["relu", "relu, max pool", "norm, relu, pool twice", "overlapping max pool", "silu", "elu"]
)
def test_equals_a_second_implementation(name: str) -> None:
    torch.manual_seed(2)
    network = Network(LAYERS[name]()).eval()
    mine, _ = rescale_multipliers(network, X, REFERENCES)
    theirs = second_implementation(network, X, REFERENCES)
    torch.testing.assert_close(mine, theirs, atol=1e-5 * float(theirs.abs().max()), rtol=1e-4)


def test_batches_do_not_matter() -> None:
    torch.manual_seed(2)
    network = Network(LAYERS["norm, relu, pool twice"]()).eval()
    shares: list[float] = []
    whole, _ = rescale_multipliers(network, X, REFERENCES, batch_size=100)
    single, _ = rescale_multipliers(network, X[None], REFERENCES, batch_size=1, progress=shares.append)
    assert whole == close(single)
    assert len(shares) == 7
    assert shares[-1] == 1.0


def test_equal_sequences_give_no_gap() -> None:
    """Where nothing differs the multipliers are finite, and the gap is zero."""
    network = Network(LAYERS["relu, max pool"]()).eval()
    multipliers, gaps = rescale_multipliers(network, X, X[None])
    assert torch.isfinite(multipliers).all()
    torch.testing.assert_close(gaps, torch.zeros(1))


def test_function_without_the_sequence() -> None:
    multipliers, gaps = rescale_multipliers(lambda z: torch.ones(len(z)), X, REFERENCES)
    assert not multipliers.any()
    assert not gaps.any()


def test_bad_input_is_refused() -> None:
    network = Network(nn.ReLU())
    with pytest.raises(BadInput):
        rescale_multipliers(network, X, REFERENCES[:, :, :5])
    with pytest.raises(BadInput):
        rescale_multipliers(network, X, REFERENCES[:0])
    with pytest.raises(BadInput, match="One number per sequence"):
        rescale_multipliers(nn.Conv1d(4, 3, 3), X, REFERENCES)


def test_model_and_caller_are_left_alone() -> None:
    network = Network(LAYERS["relu in place"]()).eval()
    kept = X.clone(), REFERENCES.clone()
    with torch.no_grad():
        rescale_multipliers(network, X, REFERENCES)
        assert not torch.is_grad_enabled()
    assert torch.equal(X, kept[0])
    assert torch.equal(REFERENCES, kept[1])
    assert all(p.grad is None for p in network.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in network.modules())


def test_threads_share_one_model() -> None:
    torch.manual_seed(2)
    network = Network(LAYERS["norm, relu, pool twice"]()).eval()
    expected, _ = rescale_multipliers(network, X, REFERENCES)
    failures: list[str] = []

    def work() -> None:
        try:
            for _ in range(4):
                mine, _ = rescale_multipliers(network, X, REFERENCES)
                with torch.no_grad():
                    network(X[None])
                if not torch.allclose(mine, expected, atol=1e-6):
                    failures.append("wrong numbers")
        except Exception as error:
            failures.append(repr(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
