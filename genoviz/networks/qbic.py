"""QBiC-SELEX (Li et al., package qbic-selex 1.0.0): the binding of a factor as a sum of weights of words of seven bases.

A linear regression on the counts of all 7-mers, a word and its reverse complement being one, fitted to HT-SELEX with the
assay's own biases taken out. It is published as a pickled table `{word: weight}`. Because it is a regression, the uncertainty
of its weights is known, and so that of every effect: see `genoviz.effects.kmer_significance`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.inert_pickle import Known, Made, read_pickle
from genoviz.networks.kmer import KmerCounts

_DTYPES = {"f2", "f4", "f8"}


class KmerRegression(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> the sum of the weights of all words `(batch, 1)`.

    `order` has for each word, in the order of `KmerCounts`, its place in the published file: covariances are in that order.
    """

    order: Tensor

    def __init__(self, k: int) -> None:
        super().__init__()
        self.counts = KmerCounts(k, both_strands=True)
        self.out = nn.Linear(self.counts.words, 1, bias=False)
        self.register_buffer("order", torch.zeros(self.counts.words, dtype=torch.int64))

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.counts(X))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(KmerRegression(int(card.config["k"])), card)


def read(path: Path) -> dict[str, Tensor]:
    """The table of a file: `words` as numbers `(words, k)`, A C G T as 0 to 3, and their `weights` `(words,)`.

    Raises
    ------
    ValueError
        If the file holds anything but words of one length and a weight each; nothing in it runs.
    """
    with path.open("rb") as file:
        table, _ = read_pickle(file, _MEANING)
    if not isinstance(table, dict) or not table:
        raise ValueError("a table of words and weights was expected")
    length = len(str(next(iter(table))))
    for word, weight in table.items():
        if not isinstance(word, str) or len(word) != length or set(word) - set("ACGT"):
            raise ValueError(f"{str(word)[:20]!r} is no word of {length} bases")
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            raise ValueError(f"the word {word} has no number as its weight")
    words = torch.tensor([["ACGT".index(base) for base in word] for word in table])
    return {"words": words, "weights": torch.tensor(list(table.values()), dtype=torch.float32)}


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `KmerRegression`: the file's words in the order of ours, each under the first of its two spellings."""
    (state,) = states.values()
    words, weights = state.pop("words"), state.pop("weights")
    k = int(card.config["k"])
    if words.shape[1] != k:
        raise ValueError(f"words of {words.shape[1]} bases, not of {k}")
    net = KmerRegression(k)
    value = 4 ** torch.arange(k - 1, -1, -1)
    forward, backward = (words * value).sum(1), ((3 - words.flip(1)) * value).sum(1)
    place = {int(number): i for i, number in enumerate(torch.minimum(forward, backward))}
    missing = [number for number in net.counts.own.tolist() if number not in place]
    if missing or len(place) != len(words):
        raise ValueError(f"{len(missing)} words without a weight, {len(words) - len(place)} with two")
    order = torch.tensor([place[number] for number in net.counts.own.tolist()])
    counts = {f"counts.{key}": tensor for key, tensor in net.counts.state_dict().items()}
    return {**counts, "out.weight": weights[order][None], "order": order}


class _Kind(Made):
    """numpy's type of a number, such as `f4`."""

    def __init__(self, text: Any, *_: Any) -> None:
        if text not in _DTYPES:
            raise ValueError(f"numbers of the type {str(text)[:20]!r} are not read")
        self.dtype = np.dtype(text)

    def set_state(self, state: Any) -> None:
        """Its version and order of bytes, and what other types have."""
        if not isinstance(state, tuple) or len(state) < 2 or state[1] != "<":
            raise ValueError("numbers in another order of bytes than `<` are not read")


def _number(kind: Any, stored: Any) -> float:
    if not isinstance(kind, _Kind) or not isinstance(stored, bytes) or len(stored) != kind.dtype.itemsize:
        raise ValueError("a number is described by what is none")
    return float(np.frombuffer(stored, kind.dtype)[0])


_MEANING: Known = {
    "numpy.dtype": _Kind,
    "numpy.core.multiarray.scalar": _number,
    "numpy._core.multiarray.scalar": _number,
}
