"""Does a language model's score of a base change say anything about a measured effect? Single mutants of yeast promoters.

Pairs of 80-base inserts that differ in one base, both measured in the same assay (Vaishnav et al. 2022, Nature 603:455): native
promoter fragments, and steps of evolved inserts. Nothing says which of a pair is the mutant, so every number here is the same
whichever of the two is called the first. The language model never saw a measurement; beside it stand the change in GC
content, and `promoter.yeast`, which was trained on other families of the same assay. Run
`python -m genoviz.training.measured_mutants DIR MODEL` for a table.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Container
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from genoviz.models.abilities import lacks
from genoviz.models.base import Model
from genoviz.models.language import LanguageModel
from genoviz.models.load import load_model
from genoviz.models.metrics import bootstrap_interval, spearman
from genoviz.models.onehot import encode
from genoviz.predict.prediction import predict
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.training.families import connected
from genoviz.training.recipes.yeast_promoters import FOLDER, kmers, read
from genoviz.training.tables import find_folder, read_table

SETS = {"native": "native", "evolved": "sswm"}  # track of `promoter.yeast` and source in the table
SUPERVISED = "promoter.yeast"
ROWS = 100  # sequences that are scored at once

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two inserts with their constant ends that differ at `place` alone.

    Attributes
    ----------
    first, second
        Their letters.
    place
        Where they differ, 0-based.
    change
        Measured expression of the second minus that of the first, in standard deviations of the source.
    family
        Pairs of one family are related.
    """

    first: str
    second: str
    place: int
    change: float
    family: int


@dataclass(frozen=True)
class Agreement:
    """How a score of pairs goes with what was measured, with 95 % intervals over families.

    Attributes
    ----------
    score, pairs, families
        What scored, how many pairs, and of how many families.
    direction, direction_95
        Spearman correlation of score and change, each pair read both ways: above 0, the base that scores higher is expressed higher.
    size, size_95
        Spearman correlation of their sizes: above 0, changes that score as large are large.
    """

    score: str
    pairs: int
    families: int
    direction: float
    direction_95: tuple[float, float]
    size: float
    size_95: tuple[float, float]

    @property
    def sentence(self) -> str:
        """Both in one line."""
        (low, high), (below, above) = self.direction_95, self.size_95
        return (
            f"{self.score}, {self.pairs:,} pairs of {self.families:,} families: direction {self.direction:+.3f} "
            f"({low:+.3f} to {high:+.3f}), size {self.size:+.3f} ({below:+.3f} to {above:+.3f})."
        )


def measured_pairs(data: Path, source: str, among: Container[str] | None = None) -> list[Pair]:
    """Pairs of a source, in the order of their letters.

    Parameters
    ----------
    data
        Folder of the data sets.
    source
        As in the table; a sequence that it has several times counts with its mean.
    among
        Both of a pair must be one of these; None: of all.
    """
    rows = read_table(find_folder(data, FOLDER) / "promoters.tsv.gz", columns=["source", "expression"], sequence="seq")
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["source"] == source:
            values[row["seq"]].append(float(row["expression"]))
    spread = float(np.std([value for some in values.values() for value in some]))
    found = {text: float(np.mean(some)) / spread for text, some in values.items()}
    pairs = [
        (text, other, place)
        for text in sorted(found)
        if among is None or text in among
        for place, other in _greater(text)
        if other in found and (among is None or other in among)
    ]
    family = connected([kmers(text) for text, _, _ in pairs]).tolist()  # both of a pair share such a stretch
    return [
        Pair(text, other, place, found[other] - found[text], number)
        for (text, other, place), number in zip(pairs, family, strict=True)
    ]


def _greater(text: str) -> list[tuple[int, str]]:
    """Its single mutants that come later in the order of letters: so each pair is found once."""
    return [
        (place, text[:place] + base + text[place + 1 :])
        for place, old in enumerate(text)
        for base in BASES
        if base > old
    ]


def own_scores(model: LanguageModel, pairs: Seq[Pair]) -> Scores:
    """ln p(second base) - ln p(first base) at the place, which is hidden `(pairs,)`; what lies beyond the inserts is N."""
    scores = []
    for i in range(0, len(pairs), ROWS):
        some = pairs[i : i + ROWS]
        fitted = [Sequence(pair.first).fit(model.card.length, how="pad") for pair in some]
        with torch.no_grad():
            logs = model.base_probabilities(encode([one.sequence for one in fitted])).double().clamp_min(1e-12).log()
        for row, pair, one in zip(logs.numpy(), some, fitted, strict=True):
            at = row[:, pair.place + one.left_pad]
            scores.append(at[BASES.index(pair.second[pair.place])] - at[BASES.index(pair.first[pair.place])])
    return np.array(scores)


def whole_scores(model: LanguageModel, pairs: Seq[Pair]) -> Scores:
    """Log-likelihood of the second minus that of the first `(pairs,)`, in nats; what lies beyond the inserts is N."""
    texts = sorted({text for pair in pairs for text in (pair.first, pair.second)})
    found: dict[str, float] = {}
    for i in range(0, len(texts), ROWS):
        some = texts[i : i + ROWS]
        fitted = [Sequence(text).fit(model.card.length, how="pad").sequence for text in some]
        with torch.no_grad():
            found |= zip(some, model.log_likelihood(encode(fitted)).double().tolist(), strict=True)
    return np.array([found[pair.second] - found[pair.first] for pair in pairs])


def gc_scores(pairs: Seq[Pair]) -> Scores:
    """G and C of the second minus those of the first `(pairs,)`."""
    return np.array([float(p.second[p.place] in "GC") - float(p.first[p.place] in "GC") for p in pairs])


def supervised_scores(model: Model, pairs: Seq[Pair], track: str) -> Scores:
    """Predicted value of the second minus that of the first `(pairs,)`."""
    texts = sorted({text for pair in pairs for text in (pair.first, pair.second)})
    output = model.card.outputs[0]
    found = predict(model, [Sequence(text) for text in texts])
    column = output.tracks.index(track)
    value = {text: float(one[output.name].values[column, 0]) for text, one in zip(texts, found, strict=True)}
    return np.array([value[pair.second] - value[pair.first] for pair in pairs])


def direction(scores: ArrayLike, changes: ArrayLike) -> float:
    """Spearman correlation with each pair read both ways, so that it is nobody's choice which one is first."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(changes, dtype=np.float64)
    return spearman(np.concatenate([s, -s]), np.concatenate([y, -y]))


def size(scores: ArrayLike, changes: ArrayLike) -> float:
    """Spearman correlation of the sizes."""
    return spearman(np.abs(scores), np.abs(changes))


def agreement(name: str, scores: Scores, pairs: Seq[Pair]) -> Agreement:
    """Direction and size of a score against what was measured."""
    changes = np.array([pair.change for pair in pairs])
    related = np.array([pair.family for pair in pairs])

    def interval(metric: Callable[[ArrayLike, ArrayLike], float]) -> tuple[float, float]:
        return bootstrap_interval(metric, scores, changes, families=related)

    return Agreement(
        name, len(pairs), len(set(related.tolist())),
        direction(scores, changes), interval(direction), size(scores, changes), interval(size),
    )  # fmt: skip


def main(data: Path, name: str) -> None:
    """Print a sentence for each score and set: of all pairs, and of those that `promoter.yeast` was not trained on."""
    model, supervised = load_model(name), load_model(SUPERVISED)
    if not isinstance(model, LanguageModel):
        raise lacks(model, "base_probabilities", "predict bases")
    held_out = set(read(find_folder(data, FOLDER)).test.texts())
    for track, source in SETS.items():
        for title, among in (("all pairs", None), ("held-out families", held_out)):
            pairs = measured_pairs(data, source, among)
            rows = {
                f"{name}, at the base itself": own_scores(model, pairs),
                f"{name}, whole sequence": whole_scores(model, pairs),
                "GC change": gc_scores(pairs),
            }
            if among is not None:
                rows[SUPERVISED] = supervised_scores(supervised, pairs, track)
            sys.stdout.write(f"{track}, {title}\n")
            for one, scores in rows.items():
                sys.stdout.write(f"  {agreement(one, scores, pairs).sentence}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
