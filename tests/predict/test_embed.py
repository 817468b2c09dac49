"""Sequences as vectors."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from genoviz.errors import BadInput, BadSequence
from genoviz.models.abilities import models_with
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.weights import is_ready
from genoviz.predict.embed import embed
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

VAE = "vae.ecoli-promoters"
RNG = np.random.default_rng(0)


class Composition:
    """Counts of A, C, G and T."""

    card = get_card("toy.sum")

    def embed(self, X: Tensor) -> Tensor:
        return X.sum(2)

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        raise AssertionError("not needed")


def random_sequence(length: int) -> Sequence:
    return Sequence("".join(RNG.choice(list("ACGT"), length)))


def test_vectors_by_hand() -> None:
    shares: list[float] = []
    rows = [Sequence("A" * 60), Sequence("AC" * 30), Sequence("N" * 59 + "T")]
    found = embed(Composition(), rows, batch_size=2, progress=shares.append)
    assert found.tolist() == [[60, 0, 0, 0], [30, 30, 0, 0], [0, 0, 0, 1]]
    assert found.dtype == np.float32
    assert shares == [2 / 3, 1]
    assert embed(Composition(), rows[0]).shape == (1, 4)


def test_the_autoencoder_gives_its_latent_mean() -> None:
    model = load_model(VAE)
    rows = [random_sequence(model.card.length) for _ in range(5)]
    found = embed(model, rows, batch_size=2)
    assert found.shape == (5, model.card.config["latent"])
    with torch.no_grad():
        mean, _ = model.encode(encode(rows))  # type: ignore[attr-defined]
    assert found == close(mean.numpy())  # batches do not matter
    assert np.linalg.norm(found[0] - found[1]) > 0.1  # and the points differ


def test_a_model_that_cannot_is_told_which_can() -> None:
    with pytest.raises(BadInput, match=r"can't embed sequences.*`vae\.ecoli-promoters`"):
        embed(load_model("toy.sum"), random_sequence(60))
    for name in models_with("embed"):
        if not is_ready(get_card(name)):  # published weights that are not here
            continue
        model = load_model(name)
        assert embed(model, random_sequence(model.card.length)).ndim == 2


def test_another_length_is_refused() -> None:
    with pytest.raises(BadSequence, match="reads exactly 60"):
        embed(Composition(), random_sequence(59))
