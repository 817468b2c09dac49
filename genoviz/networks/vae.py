"""A variational autoencoder of promoters: a sequence as a point in a space of few dimensions, and back.

The encoder gives each sequence a normal distribution over a latent space, the decoder turns a point of that space into
base probabilities at every position (Kingma and Welling 2014, ICLR, arXiv:1312.6114; on sequence families Riesselman et
al. 2018, Nat Methods 15:816). What the latent dimensions can't carry is lost, so the decoder shows what promoters have
in common.

As a `Model` its number is the reconstruction log-likelihood: how probable the sequence is under the decoder at the
encoder's mean. It is deterministic and differentiable. It is no likelihood of the sequence itself, since the decoder
was told about it through the latent point; the bound `-(loss)` of training is.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from genoviz.errors import BadInput
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.models.onehot import encode
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

LOG_VARIANCE = 8.0  # bound on |log variance|: e^8 is far outside any use, and keeps early steps finite


@dataclass(frozen=True)
class VAEConfig:
    """Sizes of the network; `length` is divisible by the product of the two `pools`."""

    length: int
    latent: int = 32
    channels: int = 64
    widths: tuple[int, int] = (11, 7)
    pools: tuple[int, int] = (3, 2)
    hidden: int = 128
    dropout: float = 0.2


class VAE(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, 1)` reconstruction log-likelihood in nats."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        c = config
        (first, second), (near, far) = c.widths, c.pools
        if c.length % (near * far):
            raise BadInput(
                f"A length of {c.length} was given.", f"It must be divisible by {near * far}.", "Change the pools."
            )
        places = c.length // (near * far)
        self.encoder = nn.Sequential(
            nn.Conv1d(4, c.channels, first, padding=first // 2),
            nn.BatchNorm1d(c.channels),
            nn.ReLU(),
            nn.MaxPool1d(near),
            nn.Conv1d(c.channels, c.channels, second, padding=second // 2),
            nn.BatchNorm1d(c.channels),
            nn.ReLU(),
            nn.MaxPool1d(far),
            nn.Flatten(),
            nn.Dropout(c.dropout),
            nn.Linear(places * c.channels, c.hidden),
            nn.ReLU(),
        )
        self.mean = nn.Linear(c.hidden, c.latent)
        self.log_variance = nn.Linear(c.hidden, c.latent)
        self.decoder = nn.Sequential(
            nn.Linear(c.latent, c.hidden),
            nn.ReLU(),
            nn.Linear(c.hidden, places * c.channels),
            nn.Unflatten(1, (c.channels, places)),
            nn.ReLU(),
            nn.Upsample(scale_factor=far),
            nn.Conv1d(c.channels, c.channels, second, padding=second // 2),
            nn.ReLU(),
            nn.Upsample(scale_factor=near),
            nn.Conv1d(c.channels, 4, first, padding=first // 2),
        )

    def encode(self, X: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the latent point, each `(batch, latent)`."""
        h = self.encoder(X)
        return self.mean(h), self.log_variance(h).clamp(-LOG_VARIANCE, LOG_VARIANCE)

    def log_probabilities(self, z: Tensor) -> Tensor:
        """Log base probabilities `(batch, 4, length)` at latent points `(batch, latent)`."""
        return torch.log_softmax(self.decoder(z), 1)

    def forward(self, X: Tensor) -> Tensor:
        # Not `self.encode`: the variance has no part in the output, so methods that attach to modules must not meet it.
        z = self.mean(self.encoder(X))
        return (X * self.log_probabilities(z)).sum((1, 2))[:, None]


class Autoencoder(NetModel):
    """A `VAE` with its card, as a `Model` that also encodes, decodes, samples, walks and denoises."""

    net: VAE

    def encode(self, X: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance `(batch, latent)` of each sequence `(batch, 4, length)`; N are columns of zeros."""
        return self.net.encode(X)

    def embed(self, X: Tensor) -> Tensor:
        """Coordinates `(batch, latent)` of each sequence `(batch, 4, length)`: the latent mean."""
        return self.net.encode(X)[0]

    def decode(self, z: Tensor) -> Tensor:
        """Base probabilities `(batch, 4, length)` at latent points `(batch, latent)`."""
        return self.net.log_probabilities(z).exp()

    def denoise(self, X: Tensor) -> Tensor:
        """Base probabilities `(batch, 4, length)` after a way through the latent space.

        What the latent space has no room for, such as a single unlikely base, comes back as what promoters usually have
        there; N are filled in.
        """
        return self.decode(self.embed(X))

    def sample(self, count: int, *, seed: int) -> list[Sequence]:
        """Draw sequences: a latent point from the standard normal, then each base from its probabilities.

        Given the point, bases are independent of each other.
        """
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            probabilities = self.decode(torch.randn(count, self.net.mean.out_features, generator=generator))
        flat = probabilities.transpose(1, 2).reshape(-1, 4)
        letters = torch.multinomial(flat, 1, generator=generator).reshape(count, -1).tolist()
        return [
            Sequence("".join(BASES[i] for i in row), f"{self.card.name} seed {seed} sample {number}")
            for number, row in enumerate(letters, start=1)
        ]

    def walk(self, first: Sequence, second: Sequence, *, steps: int = 9) -> list[Sequence]:
        """The likeliest base at each position along the straight line between two sequences in latent space.

        Parameters
        ----------
        first, second
            Each as long as the model reads. They come back as the decoder sees them, not letter by letter.
        steps
            Points of the line, both ends included.

        Raises
        ------
        BadInput
            If `steps` is below 2.
        """
        if steps < 2:
            raise BadInput(f"{steps} steps were asked for.", "At least 2 are needed: both ends.", "Raise the number.")
        with torch.no_grad():
            start, end = self.embed(encode([first, second]))
            share = torch.linspace(0, 1, steps)[:, None]
            letters = self.decode((1 - share) * start + share * end).argmax(1).tolist()
        return [
            Sequence("".join(BASES[i] for i in row), f"step {number} of {steps}")
            for number, row in enumerate(letters, start=1)
        ]


def build(card: ModelCard) -> Autoencoder:
    """The network of a card, without weights."""
    return Autoencoder(VAE(VAEConfig(**sizes_of(card))), card)
