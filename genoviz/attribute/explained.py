"""An explanation as the thing to measure: the scores of some bases, in place of the prediction.

A second site may leave the prediction where it is and still take over what the first one did. Verbs that write, move or
remove sites take this as `of=`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import METHODS, REFERENCES, check_method
from genoviz.errors import BadInput, UnknownName
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.target import Target
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class Explained:
    """The sum of the scores of some bases.

    Attributes
    ----------
    start, end
        Which bases of the input (0-based, half-open).
    method, baseline, references, seed
        As in `genoviz.attribute.attribute`.

    Examples
    --------
    Of the six bases of a site, the first three hold half of what it adds.

    >>> from genoviz.models.load import load_model
    >>> model = load_model("toy.sum")
    >>> half = Explained(27, 30, "deeplift", baseline="zeros")
    >>> half.numbers(model, Target("activity"), ["C" * 27 + "GATAAG" + "C" * 27]).tolist()
    [1.5]
    >>> str(half)
    'deeplift[28-30]'
    """

    start: int
    end: int
    method: str = "deepliftshap"
    baseline: str | None = None
    references: int = REFERENCES
    seed: int = 0

    @classmethod
    def parse(cls, text: str, card: ModelCard) -> Explained:
        """Read `METHOD[START-END]`, counted from 1, both included; `str` is the inverse.

        Raises
        ------
        UnknownName, BadInput
            If there is no such method, it does not fit the model, or the bases lie outside its input.
        """
        match = re.fullmatch(r"\s*([\w-]+)\s*\[([0-9]+)-([0-9]+)\]\s*", text)
        first, last = (whole_number(match[2]), whole_number(match[3])) if match else (None, None)
        if match is None or first is None or last is None:
            raise BadInput(
                f"`{clip(text, 40)}` can't be read as an explanation.",
                "The form is METHOD[START-END], with bases counted from 1.",
                "For example `deepliftshap[41-52]`.",
            )
        found = cls(first - 1, last, match[1])
        found.check(card)
        return found

    def __str__(self) -> str:
        return f"{self.method}[{self.start + 1}-{self.end}]"

    def check(self, card: ModelCard) -> None:
        """Raise `UnknownName` or `BadInput` if a model with this card can't be explained like this."""
        if self.method not in METHODS:
            raise UnknownName.among("method", self.method, METHODS)
        check_method(card, self.method)
        if not 0 <= self.start < self.end <= card.length:
            raise BadInput(
                f"The scores of bases {self.start + 1:,} to {self.end:,} were asked for.",
                f"`{card.name}` reads bases 1 to {card.length:,}.",
                "Choose a stretch inside.",
            )

    def numbers(
        self, model: Model, target: Target, texts: Seq[str], *, progress: Callable[[float], None] | None = None
    ) -> NDArray[np.float64]:
        """See `genoviz.predict.measure.Measure`; one explanation per text."""
        self.check(model.card)
        found = []
        for i, text in enumerate(texts):
            result = attribute(
                model,
                Sequence(text),
                target,
                self.method,
                baseline=self.baseline,
                references=self.references,
                seed=self.seed,
            )
            found.append(float(np.nansum(result.per_base[self.start : self.end], dtype=np.float64)))
            if progress is not None:
                progress((i + 1) / len(texts))
        return np.array(found)

    def words(self, target: Target) -> str:
        """`the scores of bases 41 to 52 for GABPA (DeepLIFT / SHAP)`."""
        track = ", ".join(target.tracks) or target.output
        return f"the scores of bases {self.start + 1} to {self.end} for {track} ({METHODS[self.method].title})"
