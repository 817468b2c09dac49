"""A thread's own chance: the numbers of a seed, and the global generator never moved."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import Tensor, nn

from genoviz.models.chance import OwnChance
from genoviz.models.load import load_model


def drawn() -> list[Tensor]:
    layers = [
        nn.Linear(3, 4),
        nn.Conv1d(4, 5, 3),
        nn.GRU(4, 5, bidirectional=True),
        nn.Embedding(4, 5),
        nn.MultiheadAttention(8, 2),
    ]
    half = torch.full((8,), 0.5)
    return [
        *(p for layer in layers for p in layer.parameters()),
        torch.rand(3),
        torch.randn(3),
        torch.randint(9, (5,)),
        torch.randperm(9),
        torch.rand_like(half),
        torch.normal(torch.zeros(4), torch.ones(4)),
        torch.bernoulli(half),
        torch.multinomial(half, 3),
        torch.empty(3).uniform_(),
        nn.init.trunc_normal_(torch.empty(5)),
        nn.init.orthogonal_(torch.empty(3, 3)),
    ]


def test_the_numbers_of_a_seed_and_nothing_moved() -> None:
    torch.manual_seed(7)
    wanted = drawn()
    state = torch.get_rng_state()
    with OwnChance(7):
        got = drawn()
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(one, other) for one, other in zip(wanted, got, strict=True))


def test_a_generator_that_is_given_is_used() -> None:
    with OwnChance(7):
        got = torch.rand(3, generator=torch.Generator().manual_seed(1))
    assert torch.equal(got, torch.rand(3, generator=torch.Generator().manual_seed(1)))


def test_threads_do_not_disturb_each_other() -> None:
    torch.manual_seed(3)
    wanted = torch.rand(200)
    stop = threading.Event()

    def others() -> None:
        while not stop.is_set():
            with OwnChance(5):
                nn.Linear(4, 4)

    thread = threading.Thread(target=others)
    thread.start()
    with OwnChance(3):
        got = torch.cat([torch.rand(1) for _ in range(200)])
    stop.set()
    thread.join()
    assert torch.equal(got, wanted)


@pytest.mark.parametrize(
    "name", ["tfbind.gue", "promoter.yeast", "maskedlm.yeast-ecoli", "grulm.yeast-ecoli", "toy.sum"]
)
def test_to_load_a_model_draws_nothing(name: str) -> None:
    state = torch.get_rng_state()
    load_model(name)
    assert torch.equal(torch.get_rng_state(), state)
