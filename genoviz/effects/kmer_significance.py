"""Whether a regression on k-mers is sure of an effect: its standard error, z and p.

The effect of an edit on a linear model is `c w`: `c` has by how much the count of each word changes, `w` the weights. Where the
weights' covariance S is known, the effect's variance is `c S c`. So, unlike a network's, the effect comes with its error.

Covariances of QBiC-SELEX are files of 130 MB, the upper triangle of a matrix row by row. An edit changes a few words only, so
that a few numbers are read where they stand.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.errors import BadCheckpoint, BadInput
from genoviz.models.base import Model
from genoviz.models.onehot import encode
from genoviz.networks.qbic import KmerRegression
from genoviz.sequences.sequence import Sequence

_NAME = re.compile(r".+\.cov_(\d+)\.npy")


@dataclass(frozen=True)
class KmerEffect:
    """The effect of an edit on a regression, and how sure it is.

    Attributes
    ----------
    track
        What binds.
    effect
        Score of the edited sequence minus that of the other, in the model's unit.
    words
        Number of words whose counts change.
    error
        Standard error of the effect; None without a covariance.
    """

    track: str
    effect: float
    words: int
    error: float | None = None

    @property
    def z(self) -> float | None:
        """Effect over its standard error; 0 for no effect, None where the error is not known."""
        if self.error is None:
            return None
        return 0.0 if self.effect == 0 else self.effect / self.error

    @property
    def p(self) -> float | None:
        """Two-sided: how often an effect as large as this comes by chance where there is none."""
        return None if self.z is None else math.erfc(abs(self.z) / math.sqrt(2))

    @property
    def sentence(self) -> str:
        """The effect in words."""
        if self.effect == 0:
            return f"The edit does not change the predicted binding of {self.track}."
        way = "raises" if self.effect > 0 else "lowers"
        said = f"The edit {way} the predicted binding of {self.track} by {abs(self.effect):.3g}"
        if self.z is None or self.p is None:
            return f"{said}; how sure that is can't be said without the model's covariance."
        chance = f"p {self.p:.2g}" if self.p >= 1e-300 else "p below 1e-300"
        return f"{said}, {abs(self.z):.1f} standard errors ({chance})."


def kmer_effect(model: Model, reference: Sequence, alternate: Sequence, covariance: Path | None = None) -> KmerEffect:
    """Compare two sequences of any lengths.

    Parameters
    ----------
    model
        A regression of QBiC-SELEX.
    reference, alternate
        Without and with the edit; words with N do not count.
    covariance
        File of the model's covariance, `NAME.cov_N.npy`.

    Raises
    ------
    BadInput
        If the model is no such regression, or a sequence is shorter than a word.
    BadCheckpoint
        If the covariance can't be read or is of another model.
    """
    net = getattr(model, "net", None)
    if not isinstance(net, KmerRegression):
        raise BadInput(
            f"`{model.card.name}` is no regression on k-mers.",
            "Only for these the error of an effect is known.",
            "Choose a model whose name begins with `qbic.`.",
        )
    k = int(model.card.config["k"])
    if min(len(reference), len(alternate)) < k:
        raise BadInput(
            f"A sequence of {min(len(reference), len(alternate))} bases was given.",
            f"The model reads words of {k} bases.",
            "Give more bases on both sides of the edit.",
        )
    with torch.no_grad():
        change = (net.counts(encode(alternate)) - net.counts(encode(reference)))[0].double()
    changed = torch.nonzero(change)[:, 0]
    counts = change[changed].numpy()
    effect = float(counts @ net.out.weight[0, changed].detach().double().numpy())
    error = None
    if covariance is not None:
        matrix = _covariance(covariance, net.order[changed].numpy(), net.counts.words)
        variance = float(counts @ matrix @ counts)
        if len(counts) and not variance > 0:
            raise BadCheckpoint(
                f"The covariance `{covariance.name}` gives the effect a variance of {variance:.3g}.",
                "A variance is above 0.",
                "Take the file that belongs to this model.",
            )
        error = math.sqrt(variance)
    return KmerEffect(model.card.outputs[0].tracks[0], effect, len(counts), error)


def _covariance(path: Path, places: NDArray[np.int64], words: int) -> NDArray[np.float64]:
    """The rows and columns of some words from the upper triangle in a file."""
    named = _NAME.fullmatch(path.name)
    try:
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BadCheckpoint(
            f"The covariance `{path.name}` can't be read ({str(error)[:120]}).",
            "A file of numpy (`.npy`) is accepted, without objects in it.",
            "Get the file again.",
        ) from error
    if named is None or int(named[1]) != words or stored.shape != (words * (words + 1) // 2,):
        raise BadCheckpoint(
            f"The covariance `{path.name}` does not fit the model's {words:,} words.",
            f"The upper triangle of its matrix is accepted, in a file whose name ends in `.cov_{words}.npy`.",
            "Take the file that belongs to this model.",
        )
    row, column = np.minimum(places[:, None], places), np.maximum(places[:, None], places)
    found: NDArray[np.float64] = np.asarray(stored[row * words - row * (row - 1) // 2 + column - row], dtype=np.float64)
    return found
