"""What DNA language models offer beside `Model`: which bases they expect, how likely a sequence is, what it resembles."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from genoviz.models.base import Model, NetModel


@runtime_checkable
class LanguageModel(Model, Protocol):
    """A model that learned genomes without labels; as a `Model` its one number is a log-likelihood: of the whole sequence, or of
    its hidden middle where only that takes a single pass.
    """

    def base_probabilities(self, X: Tensor) -> Tensor:
        """Probability of each base at each position `(batch, 4, length)`, given the others that the model reads for it.

        The base that stands at a position has no influence on that position's own probabilities.
        """
        ...

    def log_likelihood(self, X: Tensor) -> Tensor:
        """Sum over positions of the ln probability of the base that stands there `(batch,)`, in nats; N counts nothing."""
        ...

    def embed(self, X: Tensor) -> Tensor:
        """Numbers that describe each sequence `(batch, dimensions)`: the mean hidden state."""
        ...


class LanguageNet(nn.Module):
    """A network with hidden states and predictions at each position."""

    def states(self, X: Tensor) -> Tensor:
        """Hidden states `(batch, dimensions, length)`."""
        raise TypeError(f"{type(self).__name__} has no states")

    def log_probabilities(self, X: Tensor) -> Tensor:
        """ln probability of each base at each position `(batch, 4, length)`."""
        raise TypeError(f"{type(self).__name__} has no predictions")

    def forward(self, X: Tensor) -> Tensor:
        """Log-likelihood in nats `(batch, 1)`."""
        return (X * self.log_probabilities(X)).sum((1, 2))[:, None]


class NetLanguageModel(NetModel):
    """A `LanguageNet` with its card, as a `LanguageModel`."""

    net: LanguageNet

    def base_probabilities(self, X: Tensor) -> Tensor:
        """See `LanguageModel.base_probabilities`."""
        return self.net.log_probabilities(X).exp()

    def log_likelihood(self, X: Tensor) -> Tensor:
        """See `LanguageModel.log_likelihood`."""
        return self.net(X)[:, 0]

    def embed(self, X: Tensor) -> Tensor:
        """See `LanguageModel.embed`."""
        return self.net.states(X).mean(2)
