"""Byte pair encoding of DNA: letters that often stand together become one token.

Gage 1994 (C Users J 12:23); Sennrich et al. 2016 (ACL 1715). A token has one base or many, and a changed base may cut its
surroundings in another way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn

from genoviz.models.tensors import read_tensors

SPECIAL = ("[UNK]", "[CLS]", "[SEP]", "[MASK]")


@dataclass(frozen=True)
class Token:
    """A token and the bases `start, end` (0-based, half-open) that it covers."""

    id: int
    start: int
    end: int


class BytePairs(nn.Module):
    """Cuts text into tokens: again and again the pair of neighbours that was learned first is joined, wherever it stands.

    The rules are tensors, so that they are read, checked and loaded like weights: `merges` `(vocab_size, 3)` holds the ids
    of left, right and joined token in the order of learning, filled up with -1; `letters` those of `SPECIAL` and A C G T.
    """

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.register_buffer("merges", torch.full((vocab_size, 3), -1))
        self.register_buffer("letters", torch.zeros(len(SPECIAL) + 4, dtype=torch.long))
        self.merges: Tensor
        self.letters: Tensor

    def special(self, name: str) -> int:
        """Id of a special token."""
        return int(self.letters[SPECIAL.index(name)])

    def cut(self, codes: Tensor) -> list[list[Token]]:
        """Tokens of sequences `(batch, length)` of 0 to 3 for A C G T and 4 for N, which is a token of its own."""
        ids = [*self.letters[len(SPECIAL) :].tolist(), self.special("[UNK]")]
        rules = {(a, b): (rank, joined) for rank, (a, b, joined) in enumerate(self.merges.tolist()) if joined >= 0}
        return [_joined([Token(ids[c], i, i + 1) for i, c in enumerate(row)], rules) for row in codes.tolist()]


def _joined(tokens: list[Token], rules: dict[tuple[int, int], tuple[int, int]]) -> list[Token]:
    """Join until no rule applies."""
    while True:
        pairs = {(a.id, b.id) for a, b in pairwise(tokens)}
        best = min(pairs & rules.keys(), key=lambda pair: rules[pair][0], default=None)
        if best is None:
            return tokens
        after: list[Token] = []
        for token in tokens:
            if after and (after[-1].id, token.id) == best:
                after[-1] = Token(rules[best][1], after[-1].start, token.end)
            else:
                after.append(token)
        tokens = after


def read(path: Path) -> dict[str, Tensor]:
    """Tensors of one of the published files: weights, or the rules in `tokenizer.json`, see `BytePairs`."""
    if path.suffix != ".json":
        return read_tensors(path)
    try:
        rules = json.loads(path.read_text(encoding="utf-8"))["model"]
        ids = rules["vocab"]
        pairs = [pair.split(" ") if isinstance(pair, str) else pair for pair in rules["merges"]]
        merges = [[ids[a], ids[b], ids[a + b]] for a, b in pairs]
        letters = [ids[name] for name in (*SPECIAL, *"ACGT")]
        return {"merges": torch.tensor(merges).reshape(-1, 3), "letters": torch.tensor(letters)}
    except TypeError as error:
        raise ValueError("it is no file of byte pairs") from error
