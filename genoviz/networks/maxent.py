"""MaxEntScan: the strength of a splice site from the joint frequencies of its bases.

Yeo and Burge 2004 (J Comput Biol 11:377) fitted maximum entropy distributions to the bases around human splice sites.
What was published of them are tables: how much likelier each word is at real sites than among decoys. A site's score is
the log2 of that ratio, together with the one of the two invariant bases (GT or AG) under independent frequencies.

A table is read as the mean of its entries over the letters that each base may be, which is the look-up itself for a
sequence without N and is linear in every base: the gradient at a base holds the scores of its substitutions, up to a
constant, and an N counts as the mean of its four letters.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from genoviz.errors import BadCheckpoint
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.sequences.bases import BASES

BACKGROUND = (0.27, 0.23, 0.23, 0.27)  # A C G T, as the authors had it
_GZIP = b"\x1f\x8b"
# SHA-256 of the two texts: their files are found plain and compressed.
_TEXTS = (
    "c64fa6aea3d8b71d6af69f5e3ece8f84de06f5450f6d4ba482fbbff6afcf8b5b",
    "9e8a74dc795ae5c9c5b611d4343a1a5a70fff863956f4e00ae23a85f21beb3ae",
)


@dataclass(frozen=True)
class SiteKind:
    """How a kind of splice site is scored.

    Attributes
    ----------
    length
        Bases that are read.
    invariant
        Index of the first of the two invariant bases.
    frequencies
        Of A C G T at these two bases.
    words
        The other bases, numbered without the invariant ones: where a table's word starts and ends, and the sign with
        which its score counts. Words that overlap are corrected by their common part.
    """

    length: int
    invariant: int
    frequencies: tuple[tuple[float, ...], tuple[float, ...]]
    words: tuple[tuple[int, int, int], ...]


KINDS = {
    "donor": SiteKind(
        9, 3, ((0.004, 0.0032, 0.9896, 0.0032), (0.0034, 0.0039, 0.0042, 0.9884)), ((0, 7, 1),)
    ),
    "acceptor": SiteKind(
        23,
        18,
        ((0.9903, 0.0032, 0.0034, 0.0030), (0.0027, 0.0037, 0.9905, 0.0030)),
        (
            (0, 7, 1), (7, 14, 1), (14, 21, 1), (4, 11, 1), (11, 18, 1),
            (4, 7, -1), (7, 11, -1), (11, 14, -1), (14, 18, -1),
        ),
    ),
}  # fmt: skip


class WordTable(nn.Module):
    """Scores of all words of one length, the first base varying slowest; `(batch, 4, width)` -> `(batch,)`."""

    values: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("values", torch.zeros(4**width))

    def forward(self, X: Tensor) -> Tensor:
        left = X[:, :, 0] @ self.values.view(4, -1)
        for i in range(1, X.shape[2]):
            left = (left.view(len(X), 4, -1) * X[:, :, i, None]).sum(1)
        return left[:, 0]


class MaxEnt(nn.Module):
    """The score; `(batch, 4, length)` one-hot -> `(batch, 1)` bits."""

    invariant: Tensor

    def __init__(self, kind: SiteKind) -> None:
        super().__init__()
        self.kind = kind
        odds = torch.tensor(kind.frequencies, dtype=torch.float64) / torch.tensor(BACKGROUND, dtype=torch.float64)
        self.register_buffer("invariant", odds.log2().float().T.contiguous(), persistent=False)
        self.tables = nn.ModuleList(WordTable(end - start) for start, end, _ in kind.words)

    def forward(self, X: Tensor) -> Tensor:
        kind = self.kind
        X = X + (1 - X.sum(1, keepdim=True)) / 4  # an N is a quarter of each letter
        first, second = kind.invariant, kind.invariant + 2
        score = (X[:, :, first:second] * self.invariant).sum((1, 2))
        rest = torch.cat([X[:, :, :first], X[:, :, second:]], 2)
        for table, (start, end, sign) in zip(self.tables, kind.words, strict=True):
            score = score + sign * table(rest[:, :, start:end])
        return score[:, None]


def read_tables(path: Path) -> dict[str, Tensor]:
    """The published tables of one kind of site by their number, as ratios in the order of `WordTable`.

    Lines of the donor's file hold a word and its ratio; those of the acceptor's the number of a table, the number of a
    word (its letters as digits A C G T of base 4) and its ratio.

    Raises
    ------
    BadCheckpoint
        If the text, plain or compressed, is neither of the published ones.
    """
    content = path.read_bytes()
    if content.startswith(_GZIP):
        content = gzip.decompress(content)
    if hashlib.sha256(content).hexdigest() not in _TEXTS:
        raise BadCheckpoint(
            f"The text in `{path.name}` is none of the published tables of MaxEntScan.",
            "The two tables of maxentpy are accepted, as they are or compressed by gzip.",
            "The file is damaged or was changed: delete it and get it again.",
        )
    found: dict[str, list[tuple[int, float]]] = {}
    for line in content.decode("ascii").splitlines():
        *table, word, ratio = line.split()
        index = int(word) if table else _index(word)
        found.setdefault(table[0] if table else "0", []).append((index, float(ratio)))
    return {
        name: torch.tensor([ratio for _, ratio in sorted(rows)], dtype=torch.float64) for name, rows in found.items()
    }


def _index(word: str) -> int:
    index = 0
    for base in word:
        index = 4 * index + BASES.index(base)
    return index


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `MaxEnt` from the published tables: log2 of their ratios."""
    (tables,) = states.values()
    words = KINDS[card.config["kind"]].words
    return {f"tables.{i}.values": tables.pop(str(i)).log2().float() for i in range(len(words))}


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(MaxEnt(KINDS[card.config["kind"]]), card)
