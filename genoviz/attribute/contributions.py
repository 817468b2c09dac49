"""Contributions of every base of many sequences to one number of a model: what motif discovery reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadInput, NotFinite
from genoviz.models.base import Model
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

REFERENCES = 10
MOST = 5000  # sequences
_README = """ohe.npz    one-hot sequences (sequences, 4, length), rows A C G T
shap.npz   hypothetical contributions, same shape
records.tsv which sequence each row is, with its place in the genome where it has one

modisco motifs -s ohe.npz -a shap.npz -n 2000 -w {window} -o modisco_results.h5
"""


@dataclass(frozen=True, eq=False)
class Contributions:
    """DeepLIFT / SHAP contributions of some sequences of one length.

    Attributes
    ----------
    sequences
        In the order of the rows.
    hypothetical
        `(sequences, 4, length)`: the contribution each base would have in place of the observed one.
    model, target, unit
        What was explained, and the unit of the scores.
    references, seed
        Dinucleotide shuffles that each sequence was compared with.
    left_out
        Sentences on sequences that were given but have no contributions, because the model gave no finite number.
    """

    sequences: tuple[Sequence, ...]
    hypothetical: NDArray[np.float32]
    model: str
    target: Target
    unit: str
    references: int
    seed: int
    left_out: tuple[str, ...] = ()

    @property
    def one_hot(self) -> NDArray[np.float32]:
        """`(sequences, 4, length)`, rows A C G T."""
        coded: NDArray[np.float32] = encode(self.sequences).numpy()
        return coded

    def modisco_inputs(self) -> bytes:
        """A zip file with what `modisco motifs` (modisco-lite) reads, and which row is which sequence."""
        rows = ["row\tname\tlocus"]
        for i, sequence in enumerate(self.sequences):
            where = f"{sequence.locus} {sequence.locus.assembly}".strip() if sequence.locus else ""
            rows.append(f"{i}\t{sequence.name}\t{where}")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, values in (("ohe.npz", self.one_hot.astype(np.int8)), ("shap.npz", self.hypothetical)):
                inner = io.BytesIO()
                np.savez(inner, values)
                archive.writestr(name, inner.getvalue())
            archive.writestr("records.tsv", "\n".join(rows) + "\n")
            archive.writestr("README.txt", _README.format(window=self.hypothetical.shape[2] // 2 * 2))
        return buffer.getvalue()


def contributions(
    model: Model,
    sequences: Seq[Sequence],
    target: Target | None = None,
    *,
    references: int = REFERENCES,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Contributions:
    """Explain one number of a model for many sequences.

    Parameters
    ----------
    model, sequences
        The sequences are as long as the model reads; at most `MOST`.
    target
        The first track if None.
    references
        Dinucleotide shuffles per sequence.
    seed
        For the shuffles.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadInput, BadSequence, BadModel
        If there are no or too many sequences, or the model or a sequence doesn't fit.
    NotFinite
        If the model gives no finite number for any of them; of some, these are left out (see `Contributions.left_out`).
    """
    if not 1 <= len(sequences) <= MOST:
        raise BadInput(f"{len(sequences):,} sequences were given.", f"1 to {MOST:,} are accepted.", "Draw a sample.")
    target = target or Target.default(model.card)
    for sequence in sequences:
        check_length(sequence, model.card)
    rows = np.empty((len(sequences), 4, model.card.length), dtype=np.float32)
    kept: list[Sequence] = []
    left_out: list[str] = []
    for i, sequence in enumerate(sequences):
        try:
            found = attribute(model, sequence, target, "deepliftshap", references=references, seed=seed)
        except NotFinite as error:
            left_out.append(f"{sequence.name or f'sequence {i + 1}'} is left out: {error.read}")
            if len(left_out) == len(sequences):
                raise
            continue
        if found.hypothetical is None:
            raise BadInput("This model has no hypothetical contributions.", "DeepLIFT / SHAP gives them.")
        rows[len(kept)] = found.hypothetical
        kept.append(sequence)
        if progress:
            progress((i + 1) / len(sequences))
    unit = target.unit(model.card)
    return Contributions(
        tuple(kept), rows[: len(kept)], model.card.name, target, unit, references, seed, tuple(left_out)
    )
