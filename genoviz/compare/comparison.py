"""Methods and models side by side: explanations of one sequence on one axis, with shared references."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.baselines import BASELINES
from genoviz.attribute.methods import METHODS, REFERENCES, offered
from genoviz.compare.options import MOST_ROWS
from genoviz.compare.similarity import Similarity, scaled, similarity, votes
from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.size import is_long
from genoviz.models.target import Target
from genoviz.sequences.bases import base_count
from genoviz.sequences.sequence import Fitted, Sequence

USUAL = ("deepliftshap", "inputxgradient", "ablation")  # a difference, a gradient, mutations: unless others are named


@dataclass(frozen=True, eq=False)
class Row:
    """One explanation on the shared axis.

    Attributes
    ----------
    card
        The model.
    attribution
        What was computed, of the bases that the model reads.
    fitted
        Which bases of the sequence these are.
    values
        `(length,)` of the sequence: score of each base, nan where the model does not read it.
    flipped
        The same for the other strand of what is read; None where that was not asked for or changes nothing.
    """

    card: ModelCard
    attribution: Attribution
    fitted: Fitted
    values: NDArray[np.float32]
    flipped: NDArray[np.float32] | None

    @property
    def label(self) -> str:
        """`tfbind.encode10 GABPA, DeepLIFT / SHAP`."""
        return f"{self.model_label}, {METHODS[self.attribution.method].title}"

    @property
    def model_label(self) -> str:
        """`tfbind.encode10 GABPA`."""
        target = self.attribution.target
        return f"{self.card.name} {', '.join(target.tracks) or target.output}"

    @property
    def unit(self) -> str:
        """Unit of the scores."""
        return self.attribution.unit


@dataclass(frozen=True, eq=False)
class Comparison:
    """Explanations of one sequence, and how far they agree.

    Attributes
    ----------
    sequence
        The axis.
    rows
        The explanations, model by model, each in the order of the methods.
    baseline, references, seed
        What all methods that compare with something compare with.
    notices
        Sentences to show beside the result.
    complete
        False if the run was stopped: explanations that were not reached are missing.
    centre
        Base (from 0) around which models read that are shorter than the sequence; None for its middle.
    """

    sequence: Sequence
    rows: tuple[Row, ...]
    baseline: str
    references: int
    seed: int
    notices: tuple[str, ...]
    complete: bool = True
    centre: int | None = None

    @cached_property
    def values(self) -> NDArray[np.float32]:
        """`(rows, length)`, each row in its unit; nan where a model does not read."""
        return np.stack([row.values for row in self.rows])

    @cached_property
    def pairs(self) -> tuple[tuple[int, int, Similarity], ...]:
        """Every pair of rows (their numbers from 0) with how alike they are."""
        return tuple(
            (i, j, similarity(self.values[i], self.values[j])) for i, j in combinations(range(len(self.rows)), 2)
        )

    @property
    def most(self) -> int:
        """Rows that make a majority: what the consensus asks for unless told otherwise."""
        return len(self.rows) // 2 + 1

    @cached_property
    def votes(self) -> NDArray[np.int64]:
        """`(length,)`: in the top decile of how many rows a base is."""
        return votes(self.values)

    def consensus(self, least: int | None = None) -> NDArray[np.float32]:
        """Height of each base that is in the top decile of at least `least` rows, 0 elsewhere.

        Parameters
        ----------
        least
            A majority of the rows when None.

        Returns
        -------
        ndarray
            `(length,)`: mean score over the rows that read the base, each divided by its largest |score|.
        """
        least = self.most if least is None else least
        if not 1 <= least <= len(self.rows):
            raise BadInput(
                f"A consensus of at least {least} explanations was asked for.",
                f"1 to {len(self.rows)} are compared here.",
                "Choose a number among them.",
            )
        known = np.isfinite(self.values)
        total = np.where(known, scaled(self.values), 0).sum(0) / np.maximum(known.sum(0), 1)
        return np.asarray(np.where(self.votes >= least, total, 0), dtype=np.float32)

    @property
    def sentence(self) -> str:
        """How many bases a majority agrees on, where, and which two rows are least alike."""
        agreed = stretches(self.votes >= self.most)
        bases = sum(end - start for start, end in agreed)
        longest = sorted(agreed, key=lambda s: s[0] - s[1])[:3]
        where = ", ".join(f"{a + 1}-{b} {self.sequence.bases[a:b]}" for a, b in sorted(longest))
        said = (
            f"{base_count(bases)} {'is' if bases == 1 else 'are'} among the strongest tenth of at least {self.most} of {len(self.rows)} explanations"
            + (f" (longest: {where})." if where else ".")
        )
        known = [(found.pearson, i, j) for i, j, found in self.pairs if np.isfinite(found.pearson)]
        if not known:
            return said
        mean, (low, i, j) = float(np.mean([value for value, _, _ in known])), min(known)
        if len(known) == 1:
            return f"{said} Their correlation is {mean:.2f}."
        return f"{said} Mean correlation {mean:.2f}; least alike ({low:.2f}): {self.rows[i].label} and {self.rows[j].label}."


def compare(
    models: Seq[Model],
    sequence: Sequence,
    targets: Seq[Target | None] | None = None,
    methods: Seq[str] | None = None,
    *,
    baseline: str | None = None,
    references: int = REFERENCES,
    seed: int = 0,
    centre: int | None = None,
    strands: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Comparison:
    """Explain one sequence by several methods on several models, and hold the answers against each other.

    Parameters
    ----------
    models
        One or several; the same one twice for two of its targets.
    sequence
        The axis. Each model reads as many of its bases as it takes; a shorter sequence is padded with N.
    targets
        One for each model; None takes the model's first track.
    methods
        Keys of `METHODS`; those of `USUAL` when None. A model is explained by those that fit it.
    baseline, references, seed
        The same for all methods that compare with something, so that a difference is not one of references.
        `dinucleotide` when None, `gc` where a model reads too much for many references.
    centre
        Base (from 0) around which models read that are shorter than the sequence; its middle when None.
    strands
        Explain the reverse complement of each row as well, where the model may see a difference.
    progress
        Called with the share done. Raising `Cancelled` in it stops; from two explanations on, what is done is returned with
        `complete=False`.

    Raises
    ------
    BadInput
        If fewer than two explanations, or more than `MOST_ROWS`, come out of the choices.
    UnknownName
        If a method or the baseline does not exist.
    GenovizError
        What `attribute` raises.

    Examples
    --------
    Two methods agree on the six bases of the only site.

    >>> from genoviz.models.load import load_model
    >>> sequence = Sequence("C" * 27 + "GATAAG" + "C" * 27)
    >>> found = compare([load_model("toy.sum")], sequence, methods=["ig", "ablation"], baseline="zeros")
    >>> found.sentence
    '6 bases are among the strongest tenth of at least 2 of 2 explanations (longest: 28-33 GATAAG). Their correlation is 1.00.'
    """
    wanted = _chosen_targets(models, targets)
    each = [methods_for(model.card, methods) for model in models]
    count = sum(map(len, each))
    if not 2 <= count <= MOST_ROWS:
        raise BadInput(
            f"These models and methods give {count} {'explanation' if count == 1 else 'explanations'}.",
            f"2 to {MOST_ROWS} can be compared.",
            "Choose another method or model." if count < 2 else "Choose fewer of them.",
        )
    name = baseline or shared_baseline([model.card for model in models])
    if name not in BASELINES:
        raise UnknownName.among("baseline", name, BASELINES)
    work = [(number, method) for number, found in enumerate(each) for method in found]
    costs = [cost(models[number].card, [method], name, references, strands) for number, method in work]
    rows: list[Row] = []
    for place, (number, method) in enumerate(work):

        def part(share: float, place: int = place) -> None:
            if progress is not None:
                progress((sum(costs[:place]) + share * costs[place]) / sum(costs))

        try:
            row = _explained(
                models[number], sequence, wanted[number], method, name, references, seed, centre, strands, part
            )
            rows.append(row)
            part(1.0)
        except Cancelled:
            if len(rows) < 2:
                raise
            break
    return Comparison(
        sequence,
        tuple(rows),
        name,
        references,
        seed,
        _notices(rows, name),
        complete=len(rows) == len(work),
        centre=centre,
    )


def methods_for(card: ModelCard, methods: Seq[str] | None = None) -> tuple[str, ...]:
    """Those of `methods` (of `USUAL` when None) that fit a model, in their order."""
    for method in methods or ():
        if method not in METHODS:
            raise UnknownName.among("method", method, METHODS)
    fitting = offered(card)
    return tuple(method for method in dict.fromkeys(methods or USUAL) if method in fitting)


def shared_baseline(cards: Seq[ModelCard]) -> str:
    """The baseline of all rows, unless one is named."""
    return "gc" if any(map(is_long, cards)) else "dinucleotide"


def cost(card: ModelCard, methods: Seq[str], baseline: str, references: int = REFERENCES, strands: bool = False) -> int:
    """About how many predictions these rows take."""
    many = references if BASELINES[baseline].many else 1
    total = sum(METHODS[m].predictions(card.length) * (many if m == "ig" else 1) for m in methods)
    return total * (2 if strands and _has_strands(card) else 1)


def stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of True as `(start, end)`, half-open."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def read_around(sequence: Sequence, length: int, centre: int | None = None) -> Fitted:
    """The bases of a sequence that a model of this length reads: around `centre` (from 0), its middle when None."""
    if centre is None or len(sequence) <= length:
        return sequence.fit(length)
    return sequence.fit(length, how="window", start=min(max(centre - length // 2, 0), len(sequence) - length))


def on_axis(scores: NDArray[np.float32], fitted: Fitted, length: int) -> NDArray[np.float32]:
    """Scores of what a model read as `(length,)` of the sequence that it was taken from; nan elsewhere."""
    row = np.full(length, np.nan, dtype=np.float32)
    row[fitted.start : fitted.end] = scores[fitted.left_pad : fitted.left_pad + fitted.end - fitted.start]
    return row


def _explained(
    model: Model,
    sequence: Sequence,
    target: Target,
    method: str,
    baseline: str,
    references: int,
    seed: int,
    centre: int | None,
    strands: bool,
    progress: Callable[[float], None],
) -> Row:
    fitted = read_around(sequence, model.card.length, centre)
    both = strands and _has_strands(model.card)

    def run(read: Sequence, first: float) -> Attribution:
        return attribute(
            model,
            read,
            target,
            method,
            baseline=baseline if METHODS[method].baseline else None,
            references=references,
            seed=seed,
            progress=lambda share: progress((first + share / 2) if both else share),
        )

    found = run(fitted.sequence, 0.0)
    flipped = None
    if both:
        other = run(fitted.sequence.reverse_complement(), 0.5).per_base[::-1]
        flipped = on_axis(np.ascontiguousarray(other), fitted, len(sequence))
    return Row(model.card, found, fitted, on_axis(found.per_base, fitted, len(sequence)), flipped)


def _has_strands(card: ModelCard) -> bool:
    """Whether the other strand of the DNA is another question to this model."""
    return not card.strand_symmetric and card.molecule != "RNA"


def _chosen_targets(models: Seq[Model], targets: Seq[Target | None] | None) -> list[Target]:
    if not models:
        raise BadInput("No model was given.", "One or several are compared.", "Choose one.")
    given = list(targets) if targets is not None else [None] * len(models)
    if len(given) != len(models):
        raise BadInput(
            f"{len(given)} targets were given for {len(models)} models.", "Each model has one.", "Give as many."
        )
    return [one or Target.default(model.card) for one, model in zip(given, models, strict=True)]


def _notices(rows: Seq[Row], baseline: str) -> tuple[str, ...]:
    said: list[str] = []
    windows = {(row.fitted.start, row.fitted.end, row.fitted.left_pad) for row in rows}
    if len(windows) > 1 and BASELINES[baseline].many:
        said.append(
            "The models read stretches of different lengths, so each is compared with shuffles of its own stretch: "
            "references are shared by the methods of a model, and by models that read the same bases."
        )
    said += assay_notes([row.card for row in rows], [row.attribution.target for row in rows])
    for row in rows:
        said += [f"{row.label}: {notice}" for notice in row.attribution.notices]
    return tuple(dict.fromkeys(said))


def assay_notes(cards: Seq[ModelCard], targets: Seq[Target]) -> list[str]:
    """A sentence where models were trained on different measurements; empty for the same."""
    kinds = list(dict.fromkeys(assay(card, target) for card, target in zip(cards, targets, strict=True)))
    if len(kinds) < 2:
        return []
    return [f"Different measurements are compared ({'; '.join(kinds)}): models may disagree and all be right."]


def assay(card: ModelCard, target: Target) -> str:
    """What a number of a model was measured as: `transcription-factor binding, GABPA, human`."""
    tracks = ", ".join(target.tracks) or target.output
    return ", ".join(part for part in (card.task, tracks, card.organism) if part)
