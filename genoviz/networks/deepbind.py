"""DeepBind: detectors of binding sites slide over a sequence, and their strongest matches make one score.

After Alipanahi et al. 2015 (Nat Biotechnol 33:831), who published 927 models in the text format of version 0.1 that
`read_parameters` reads; `genoviz.models.deepbind_index` lists them. The score is that of their program `deepbind` 0.11: it
reads windows of one and a half detector lengths, one base apart, and the best window counts. Around each window, even in
the middle of a sequence, the program puts N, so that a detector may hang over its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.models.onehot import reverse_complement

HEADER = "# deepbind 0.1"
UNREAD = -1e9  # stands for the score of a window that does not count; finite, so that differences of it are, too


@dataclass(frozen=True)
class DeepBindConfig:
    """Sizes of a model.

    Attributes
    ----------
    width
        Bases of a detector.
    window
        Bases of a window; one as long as the input reads the whole sequence at once, as in training.
    detectors
        Number of detectors.
    hidden
        Units of the hidden layer; 0 where the features are added up directly.
    average
        Whether a detector's mean is a feature beside its maximum.
    both_strands
        Whether the reverse complement is read, too, and the larger score counts (models of DNA).
    """

    width: int
    window: int
    detectors: int = 16
    hidden: int = 0
    average: bool = False
    both_strands: bool = True

    @property
    def features(self) -> int:
        """Numbers that describe a window."""
        return self.detectors * (2 if self.average else 1)


class DeepBind(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, 1)` scores.

    N is a quarter of each base. N at either end are not part of the sequence: it gets the score that it has without
    them. Of a sequence of N alone all are read.
    """

    def __init__(self, config: DeepBindConfig) -> None:
        super().__init__()
        c = self.config = config
        self.detectors = nn.Conv1d(4, c.detectors, c.width)
        self.relu = nn.ReLU()
        self.strongest = nn.AdaptiveMaxPool1d(1)
        self.hidden = nn.Sequential(nn.Linear(c.features, c.hidden), nn.ReLU()) if c.hidden else nn.Identity()
        self.out = nn.Linear(c.hidden or c.features, 1)
        self.best = nn.AdaptiveMaxPool1d(1)

    def forward(self, X: Tensor) -> Tensor:
        c, over = self.config, self.config.width - 1  # a detector hangs over a window's end by up to so many bases
        width = min(c.window, X.shape[2])
        # Strands side by side: attribution rules pair the rows of a batch by equal shares.
        strands = torch.stack([X, reverse_complement(X)], 1).flatten(0, 1) if c.both_strands else X
        inside = _inside(strands).unfold(1, width, 1)  # (batch * strands, windows, width)
        letters = strands + (1 - strands.sum(1, keepdim=True)) / 4
        windows = letters.unfold(2, width, 1).transpose(1, 2).flatten(0, 1)  # (batch * strands * windows, 4, width)
        # Places where a detector meets at least one base of the sequence.
        meets = F.max_pool1d(F.pad(inside.flatten(0, 1)[:, None], (over, over)), c.width, 1)
        matches = self.relu(self.detectors(F.pad(windows, (over, over), value=0.25))) * meets
        features = self.strongest(matches)
        if c.average:
            places = meets.sum(2, keepdim=True).clamp_min(
                1
            )  # none in a window beside the sequence, which does not count
            features = torch.cat([features, matches.sum(2, keepdim=True) / places], 2)
        scores = self.out(self.hidden(features.flatten(1))).view(len(strands), -1)
        # A window counts if it holds as many bases of the sequence as a window can.
        held = inside.sum(2)
        scores = scores.masked_fill(held < held.amax(1, keepdim=True), UNREAD)
        best: Tensor = self.best(scores.view(len(X), 1, -1))[:, :, 0]
        return best


def _inside(X: Tensor) -> Tensor:
    """1 from the first base to the last one that is not N, else 0 `(batch, length)`; 1 everywhere if all are N."""
    known = (X.detach() != 0).any(1)
    after_first, before_last = known.cumsum(1) > 0, known.flip(1).cumsum(1).flip(1) > 0
    return (after_first & before_last | ~known.any(1, keepdim=True)).to(X.dtype)


def read_parameters(path: Path) -> dict[str, Tensor]:
    """A parameter file of the release: lines `name = numbers`, parted by commas, below the version of the format.

    Raises
    ------
    ValueError
        If it is another version, or a line has another form.
    """
    header, *lines = path.read_text(encoding="ascii").splitlines() or [""]
    if header.strip() != HEADER:
        raise ValueError(f"its first line is {header[:40]!r}, not {HEADER!r}")
    tensors = {}
    for line in filter(str.strip, lines):
        key, sign, numbers = line.partition("=")
        if not sign:
            raise ValueError(f"a line is not of the form `name = numbers`: {line[:40]!r}")
        tensors[key.strip()] = torch.tensor([float(number) for number in numbers.split(",") if number.strip()])
    return tensors


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State of the network from a parameter file.

    Detectors are stored position by position, then base by base, and dense weights feature by feature; thresholds are
    added to a match.

    Raises
    ------
    KeyError, RuntimeError, ValueError
        If a parameter is missing, has another number of values, or the file is of another kind of model than the card.
    """
    c = DeepBindConfig(**sizes_of(card))
    (published,) = states.values()
    sizes = {
        "reverse_complement": int(c.both_strands),
        "num_detectors": c.detectors,
        "detector_len": c.width,
        "has_avg_pooling": int(c.average),
        "num_hidden": c.hidden,
    }
    for key, expected in sizes.items():
        found = published.pop(key).tolist()
        if found != [expected]:
            raise ValueError(f"{key} is {', '.join(f'{n:g}' for n in found)}, the card says {expected}")
    detectors = published.pop("detectors").view(c.width, 4, c.detectors)
    dense = published.pop("weights1").view(c.features, c.hidden or 1).T
    first = "hidden.0" if c.hidden else "out"
    state = {
        "detectors.weight": detectors.permute(2, 1, 0),
        "detectors.bias": published.pop("thresholds"),
        f"{first}.weight": dense,
        f"{first}.bias": published.pop("biases1"),
    }
    if c.hidden:
        state |= {"out.weight": published.pop("weights2").view(1, -1), "out.bias": published.pop("biases2")}
        return state
    for key in ("weights2", "biases2"):  # there, but empty
        if not published[key].numel():
            del published[key]
    return state


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(DeepBind(DeepBindConfig(**sizes_of(card))), card)
