"""What DNA language models offer beside `Model`: which bases they expect, how likely a sequence is, what it resembles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from torch import Tensor, nn

from genoviz.models.base import Model, NetModel


@dataclass(frozen=True)
class Reading:
    """What a language model reads to predict a base.

    Attributes
    ----------
    order
        `masked`: the bases on both sides of the hidden one; `autoregressive`: those before it alone.
    strands
        `plus`: the sequence as it is written; `both`: its reverse complement as well, the two joined.
    """

    order: str
    strands: str

    @property
    def words(self) -> str:
        """For people, such as `masked, both strands`."""
        return f"{self.order}, {'both strands' if self.strands == 'both' else 'the strand as given'}"


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


@runtime_checkable
class HidesBases(Protocol):
    """What a language model offers that hides words before it predicts them: which ones is then asked for."""

    def probabilities_given(self, X: Tensor, places: Tensor) -> Tensor:
        """As `base_probabilities`, but base `places[row]` `(batch,)` of each row is never hidden together with another word.

        So it can be told what the others are expected to be when that base is another one. `(batch, 4, length)`.
        """
        ...

    def probabilities_at(self, X: Tensor, places: Tensor) -> Tensor:
        """Of the base `places[row]` `(batch,)` of each row alone, in a single pass `(batch, 4)`."""
        ...


@runtime_checkable
class ReadsOnward(Protocol):
    """What a language model offers that writes from left to right."""

    def onward_probabilities(self, X: Tensor) -> Tensor:
        """Probability of each base at each position `(batch, 4, length)`, given the bases to the left of it alone."""
        ...


class LanguageNet(nn.Module):
    """A network with hidden states and predictions at each position.

    Attributes
    ----------
    reading
        What it reads to predict a base.
    """

    reading: ClassVar[Reading] = Reading("masked", "both")

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

    @property
    def reading(self) -> Reading:
        """What the network reads to predict a base."""
        return self.net.reading

    def base_probabilities(self, X: Tensor) -> Tensor:
        """See `LanguageModel.base_probabilities`."""
        return self.net.log_probabilities(X).exp()

    def log_likelihood(self, X: Tensor) -> Tensor:
        """See `LanguageModel.log_likelihood`."""
        return self.net(X)[:, 0]

    def embed(self, X: Tensor) -> Tensor:
        """See `LanguageModel.embed`."""
        return self.net.states(X).mean(2)


def reading_of(model: Model) -> Reading:
    """What a language model reads to predict a base; for one of somebody's that does not tell, the usual."""
    found = getattr(model, "reading", None)
    return found if isinstance(found, Reading) else Reading("masked", "plus")
