"""Libraries and pairs held against a model, and splice assays against MMSplice's modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, Cancelled
from genoviz.measured.agreement import UNKNOWN, Agreement, agreement
from genoviz.measured.assay import Assay
from genoviz.measured.relatives import relatives
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.metrics import auroc
from genoviz.models.onehot import encode
from genoviz.models.size import is_long, rows_at_once
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.modules import INTRON, ExonParts, compare_parts

SPLICE = "mmsplice"  # what the five modules together are called where a model is named
CHUNK = 512  # sequences after which a run can be stopped
Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class AssayAgainst:
    """Measured and predicted values of an assay.

    Attributes
    ----------
    assay
        What was measured; of a stopped run the part that was reached.
    label, unit
        What predicted, and in which unit.
    predicted
        `(rows,)`: the model's number; of pairs mutant minus wild type.
    overall
        How far the two agree; intervals draw related sequences together.
    groups
        The same by group, without intervals; empty with fewer than two.
    notices
        What was read of the sequences.
    complete
        False if the run was stopped.
    """

    assay: Assay
    label: str
    unit: str
    predicted: NDArray[np.float64]
    overall: Agreement
    groups: Mapping[str, Agreement]
    notices: tuple[str, ...]
    complete: bool = True

    @property
    def sentence(self) -> str:
        """The agreement in words."""
        what = "changes" if self.assay.kind == "pairs" else "sequences"
        return f"Against {self.label}: {self.overall.sentence.replace('changes', what, 1)}"

    @property
    def direction_sentence(self) -> str:
        """Of pairs: how often the sign is right, and whether large losses are told from the rest."""
        if self.assay.kind != "pairs":
            return ""
        known = np.isfinite(self.predicted) & (self.predicted != 0) & (self.assay.values != 0)
        if not known.any():
            return ""
        same = float((np.sign(self.predicted[known]) == np.sign(self.assay.values[known])).mean())
        said = f"The sign is right for {100 * same:.0f} % of {int(known.sum()):,} pairs."
        losses = self.assay.values <= np.quantile(self.assay.values, 0.1)
        if not losses.all() and losses.any() and np.isfinite(self.predicted).all():
            said += f" The tenth that loses most is told from the rest with AUROC {auroc(-self.predicted, losses):.2f}."
        return said


def assay_against(
    model: Model,
    assay: Assay,
    target: Target | None = None,
    *,
    around: int | None = None,
    progress: Progress | None = None,
) -> AssayAgainst:
    """Hold a library, or pairs, against a model.

    Parameters
    ----------
    model, assay, target
        What to ask about what; the model's first track when None.
    around
        Base (from 1; from the end where it is negative) that lies in the middle of what the model reads. None reads the middle
        of longer sequences. Shorter ones are padded with N.
    progress
        Called with the share done. Raising `Cancelled` stops; the rows that were done are returned with `complete=False`.

    Raises
    ------
    BadInput
        If the model reads so much that each sequence is long work, or `around` lies outside the sequences.
    GenovizError
        What the model's predictions raise.
    """
    card, wanted = model.card, target or Target.default(model.card)
    if is_long(card):
        raise BadInput(
            f"`{card.name}` reads {card.length:,} bases; each sequence would take many seconds.",
            "Models of up to some ten thousand bases are held against libraries.",
            "Choose another model.",
        )
    function = wanted.of(model)
    numbers: list[float] = []
    size = max(1, min(CHUNK, rows_at_once(card.length) * 8))
    complete = True
    for first in range(0, len(assay), size):
        rows = slice(first, min(first + size, len(assay)))
        after = _numbers(model, function, assay.sequences[rows], around)
        before = _numbers(model, function, assay.before[rows], around) if assay.before is not None else 0.0
        numbers += (after - before).tolist()
        try:
            if progress is not None:
                progress(len(numbers) / len(assay))
        except Cancelled:
            complete = len(numbers) == len(assay)
            break
    tracks = ", ".join(wanted.tracks) or wanted.output
    return _held(
        assay, f"{card.name} {tracks}", wanted.unit(card), numbers, _read_notices(assay, card, around), complete
    )


def splice_against(
    modules: Mapping[str, Model], assay: Assay, *, introns: tuple[int, int] = (INTRON, INTRON)
) -> AssayAgainst:
    """Hold a splice assay against the five modules of MMSplice together.

    Parameters
    ----------
    modules
        From `genoviz.splicing.modules.load_modules`.
    assay
        Pairs of sequences that hold intron, exon and intron.
    introns
        Bases of intron at the beginning and the end of each.

    Raises
    ------
    BadInput
        If the assay is no pairs.
    BadSequence
        If a sequence is shorter than its introns.
    """
    if assay.before is None:
        raise BadInput(
            "This is a library, not pairs.", "A splice assay has two sequences a row.", "Choose the columns."
        )
    parts = [
        (ExonParts.of(before, introns), ExonParts.of(after, introns))
        for before, after in zip(assay.before, assay.sequences, strict=True)
    ]
    found = [effect.delta_logit_psi for effect in compare_parts(modules, parts)]
    said = (f"Read as {introns[0]} bases of intron, the exon, {introns[1]} bases of intron.",)
    return _held(assay, "MMSplice, five modules", "change of logit PSI", found, said, True)


def _numbers(
    model: Model, function: Callable[..., object], sequences: Seq[Sequence], around: int | None
) -> NDArray[np.float64]:
    read = [_window(one, model.card.length, around) for one in sequences]
    return np.asarray(evaluate(model=model, function=function, X=encode(read)).double().numpy())  # type: ignore[arg-type]


def _window(sequence: Sequence, length: int, around: int | None) -> Sequence:
    """What the model reads of a sequence: its middle, or so that a base lies in the middle, padded with N."""
    if around is None:
        return sequence.fit(length).sequence
    place = around - 1 if around > 0 else len(sequence) + around
    if not 0 <= place < len(sequence) or around == 0:
        raise BadInput(
            f"Base {around} was asked for of a sequence of {len(sequence):,}.",
            "Bases count from 1, or from the end with a minus.",
            "Choose another.",
        )
    padded = "N" * length + sequence.bases + "N" * length
    first = place + length - length // 2
    return Sequence(padded[first : first + length], sequence.name)


def _held(
    assay: Assay, label: str, unit: str, numbers: Seq[float], notices: tuple[str, ...], complete: bool
) -> AssayAgainst:
    reached = assay if len(numbers) == len(assay) else assay.picked(range(len(numbers)))
    predicted = np.array(numbers, dtype=np.float64)
    families = reached.families
    if len(set(families.tolist())) == len(reached):  # nothing in the table says what is related
        families = relatives([one.bases for one in (reached.before or reached.sequences)])
    single = len(set(families.tolist())) < 2
    overall = agreement(predicted, reached.values, families, block=1, draws=0 if single else 500)
    names = list(dict.fromkeys(reached.groups))
    groups = {}
    if 1 < len(names) <= 40:
        at = np.array(reached.groups)
        groups = {
            n: agreement(predicted[at == n], reached.values[at == n], families[at == n], block=1, draws=0)
            for n in names
        }
    if single:
        overall = replace(overall, pearson_95=UNKNOWN, spearman_95=UNKNOWN)
        notices = (*notices, "All sequences are related to each other, so that no interval can be drawn.")
    return AssayAgainst(reached, label, unit, predicted, overall, groups, (*assay.notices, *notices), complete)


def _read_notices(assay: Assay, card: ModelCard, around: int | None) -> tuple[str, ...]:
    lengths = {len(one) for one in assay.sequences}
    said = []
    if around is not None:
        said.append(f"The model reads {card.length:,} bases around base {around} of each sequence.")
    elif max(lengths) > card.length:
        said.append(f"The middle {card.length:,} bases of longer sequences are read.")
    if min(lengths) < card.length:
        said.append(f"Shorter sequences are padded with N to {card.length:,} bases.")
    said.append(f"Trained on: {card.data}" if card.data else "The card does not say what the model was trained on.")
    return tuple(said)
