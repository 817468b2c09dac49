"""What a variant does to a model's output: always the alternate minus the reference allele."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from genoviz.consequences.findings import Finding
from genoviz.consequences.judged import of_alleles
from genoviz.effects.notices import model_notices, window_notices
from genoviz.effects.score import Score, effect_scores, score_formula
from genoviz.errors import BadInput
from genoviz.genomes.genome import Reference
from genoviz.models.answers import ask
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import logits_by_member
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import SCALES, Target
from genoviz.models.words import rounded
from genoviz.predict.agreement import Agreement
from genoviz.predict.prediction import evaluate
from genoviz.predict.readout import Readout, read
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks
from genoviz.variants.parts import opposite, single_changes
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows, allele_windows

STRANDS = ("one", "both")
MOST_LETTERS = 80  # of a variant in a sentence
MOST_PARTS = 50  # single changes of one variant that are scored on their own


@dataclass(frozen=True)
class PartEffect:
    """One single change of a longer variant, made alone in the same window, and its `ALT - REF`."""

    variant: Variant
    delta: float


@dataclass(frozen=True, eq=False)
class VariantEffect:
    """Predictions for both alleles and what differs.

    Attributes
    ----------
    windows
        The variant as scored, and both sequences.
    target
        The number that `delta` compares.
    reference, alternate
        `{output: Tracks}` of each allele on the strand of the windows, after the output's activation.
    reference_value, alternate_value, unit
        The target's number for each allele. With `strands="both"`, the mean of both strands.
    scores
        The effect by `score_formula`, and where that is not it, the difference after the output's activation.
    agreement
        Differences of the members of an ensemble, averaged over the strands as the values are.
    parts
        For a variant of several single changes, each of them alone; else empty.
    strand_deltas
        With `strands="both"`, `delta` on the strand of the windows and on the other one; else None.
    notices
        Sentences to show beside the result.
    consequences
        What the variant does to signals that biology knows, see `genoviz.consequences`.
    """

    windows: AlleleWindows
    target: Target
    reference: Mapping[str, Tracks]
    alternate: Mapping[str, Tracks]
    reference_value: float
    alternate_value: float
    unit: str
    scores: tuple[Score, ...]
    agreement: Agreement
    parts: tuple[PartEffect, ...]
    strand_deltas: tuple[float, float] | None
    notices: tuple[str, ...]
    consequences: tuple[Finding, ...] = ()

    @property
    def delta(self) -> float:
        """`ALT - REF` of the target's number, in `unit`."""
        return self.alternate_value - self.reference_value

    @property
    def strand_gap(self) -> float | None:
        """How far the two strands disagree about `delta`, in `unit`; None where one strand was read."""
        return None if self.strand_deltas is None else abs(self.strand_deltas[0] - self.strand_deltas[1])

    @property
    def sum_of_parts(self) -> float | None:
        """What `delta` would be if the single changes added up; None for a single change."""
        return sum(part.delta for part in self.parts) if self.parts else None

    @property
    def sentence(self) -> str:
        """The effect in words: direction, both values, and the score with its name."""
        low, high = (rounded(value, self.unit) for value in (self.reference_value, self.alternate_value))
        variant = str(self.windows.variant)
        variant = variant if len(variant) <= MOST_LETTERS else f"{variant[:MOST_LETTERS]}..."
        if not self.delta:
            return f"{variant} changes nothing: the prediction stays at {low} {self.unit}."
        word = "raises" if self.delta > 0 else "lowers"
        score = self.scores[0]
        return f"{variant} {word} the prediction from {low} to {high} {self.unit} ({score.name} {score.value:+.3g})."

    def difference(self, output: str) -> NDArray[np.float64]:
        """`ALT - REF` of an output at each base of the reference window `(tracks, length)`.

        Bases of the alternate are aligned to theirs. Nan where the output does not reach or a base was deleted.
        """
        length = len(self.windows.reference)
        here, there = (_per_base(tracks[output], length) for tracks in (self.reference, self.alternate))
        return np.asarray(self.windows.onto_reference(there) - here)

    def inserted(self, output: str) -> NDArray[np.float64]:
        """An output at the bases that the variant adds `(tracks, added bases)`, which the reference does not have."""
        start, end = self.windows.inserted
        return _per_base(self.alternate[output], len(self.windows.alternate))[:, start:end]


def variant_effect(
    model: Model,
    variant: Variant,
    reference: Reference,
    target: Target | None = None,
    *,
    strand: str = "+",
    window: Locus | None = None,
    strands: str = "one",
) -> VariantEffect:
    """Predict both alleles of a variant and compare them: all windows of a strand go through the model once, together.

    Parameters
    ----------
    model, variant, reference
        The genome's bases must be the variant's reference allele.
    target
        The number to compare; `Target.default` if None.
    strand, window
        What the model reads, see `allele_windows`.
    strands
        `one`, or `both`: average the target's number with the one for the reverse complement.

    Raises
    ------
    RefMismatch, BadVariant, BadLocus
        See `allele_windows`.
    UnknownName, BadInput
        If the model has no such target, or `strands` is neither.
    """
    card = model.card
    chosen = target or Target.default(card)
    chosen.check(card)
    _check_strands(strands)
    windows = allele_windows(variant, reference, card.length, strand=strand, window=window)
    return effect_of_windows(model, windows, chosen, strands=strands, follows=_following(windows, reference))


def effect_of_windows(
    model: Model, windows: AlleleWindows, target: Target | None = None, *, strands: str = "one", follows: str = ""
) -> VariantEffect:
    """`variant_effect` of windows that were read already.

    Parameters
    ----------
    model, target, strands
        As in `variant_effect`.
    windows
        Both alleles, of the length that the model reads.
    follows
        The three bases behind the reference window, for what is said in words.
    """
    _check_strands(strands)
    card = model.card
    chosen = target or Target.default(card)
    chosen.check(card)
    singles = single_changes(windows)
    few = singles if len(singles) <= MOST_PARTS else ()
    readout, rows = _read(model, [windows, *few])
    values = _both_scales(readout, chosen, rows)
    before, after = readout.member_numbers(chosen).T[rows[0]]
    members = Agreement.between(before, after, card.members_word)
    first, second = rows[0].tolist()
    deltas = None
    if strands == "both":
        other = opposite_target(chosen, card)
        behind, places = _read(model, [opposite(one) for one in (windows, *few)])
        turned = _both_scales(behind, other, places)
        deltas = tuple(float(v[chosen.scale][0, 1] - v[chosen.scale][0, 0]) for v in (values, turned))
        values = {scale: (values[scale] + turned[scale]) / 2 for scale in values}
        others = Agreement.between(*behind.member_numbers(other).T[places[0]])
        both = tuple((a + b) / 2 for a, b in zip(members.deltas, others.deltas, strict=True))
        members = replace(members, deltas=both)
    own = values[chosen.scale]
    effect = VariantEffect(
        windows,
        chosen,
        readout.tracks(first, locus=windows.reference.locus),
        readout.tracks(second, locus=windows.alternate.locus),
        float(own[0, 0]),
        float(own[0, 1]),
        chosen.unit(card),
        _scores(card, chosen, values),
        members,
        tuple(PartEffect(s.variant, float(alt - ref)) for s, (ref, alt) in zip(few, own[1:], strict=True)),
        None if deltas is None else (deltas[0], deltas[1]),
        (),
    )
    notices = [*window_notices(windows), *model_notices(card, windows.locus.assembly)]
    if len(singles) > len(few):
        notices.append(f"The variant has {len(singles):,} single changes: up to {MOST_PARTS} are scored one by one.")
    track = chosen.tracks[0] if len(chosen.tracks) == 1 else ""
    words = of_alleles(card, windows, track=track, follows=follows)
    if _lands_in_insertion(effect):
        notices.append(
            "The largest difference lies inside the inserted bases, where there is nothing in the reference to compare "
            "with: see their own values."
        )
    return replace(effect, notices=tuple(notices), consequences=words)


def _check_strands(strands: str) -> None:
    if strands not in STRANDS:
        raise BadInput(f"strands is `{strands}`.", "`one` and `both` are accepted.", "Choose one of them.")


def _following(windows: AlleleWindows, reference: Reference) -> str:
    """The three bases that the genome has behind the window, on its strand."""
    where = windows.locus
    low = where.end if where.strand == "+" else where.start - 3
    if low < 0:
        return ""
    return reference.fetch(Locus(where.chrom, low, low + 3, where.strand, where.assembly), pad=True).bases


def score_alleles(
    model: Model, target: Target, pairs: Seq[AlleleWindows], *, batch_size: int = 64
) -> NDArray[np.float64]:
    """The target's number for both alleles of many variants.

    A window that occurs several times, such as the reference of several alternate alleles, is evaluated once. What is
    computed together depends on the list and `batch_size` alone, so that the same list gives the same bits.

    Parameters
    ----------
    model, target
        What to compare.
    pairs
        Windows of the length that the model reads.
    batch_size
        Sequences per forward pass.

    Returns
    -------
    ndarray
        `(variants, 2)`: reference, alternate; nan where the model gave nan or an infinite number.

    Raises
    ------
    BadSequence
        If a window has another length than the model reads.
    """
    if not pairs:
        return np.empty((0, 2))

    def number(logits: Mapping[str, Tensor], _: Seq[Mapping[str, Tensor]]) -> Tensor:
        return target.from_logits(model.card, logits)[:, None]

    return read_alleles(model, number, pairs, batch_size)[..., 0]


def read_alleles(
    model: Model,
    read: Callable[[Mapping[str, Tensor], Seq[Mapping[str, Tensor]]], Tensor],
    pairs: Seq[AlleleWindows],
    batch_size: int = 64,
    *,
    by_member: bool = False,
) -> NDArray[np.float64]:
    """Any numbers that a model gives for both alleles of many variants, in one pass; see `score_alleles`.

    Parameters
    ----------
    read
        From the model's logits, and those of each of its members, to `(batch, n)`.
    by_member
        Whether the members are asked; else `read` gets none.

    Returns
    -------
    ndarray
        `(variants, 2, n)`: of the reference, of the alternate; nan where the model gave nan or an infinite number.
    """

    def numbers(X: Tensor) -> Tensor:
        return read(*logits_by_member(model, X)) if by_member else read(ask(model, X), ())

    windows, rows = _distinct(pairs)
    for window in windows:
        check_length(window, model.card)
    parts = []
    for first in range(0, len(windows), batch_size):
        batch = encode(windows[first : first + batch_size])
        found = evaluate(numbers, model, batch, batch_size=batch_size, finite=False).numpy()
        parts.append(np.where(np.isfinite(found), found, np.nan).astype(np.float64))
    return np.concatenate(parts)[rows]


def opposite_target(target: Target, card: ModelCard) -> Target:
    """The target that reads the same bases of `opposite` windows: bins are counted from the other end."""
    if target.bins is None:
        return target
    bins = card.output(target.output).bins
    return replace(target, bins=(bins - target.bins[1], bins - target.bins[0]))


def _distinct(pairs: Seq[AlleleWindows]) -> tuple[list[Sequence], NDArray[np.int64]]:
    """Every window once, and where in that list both windows of each pair are `(variants, 2)`."""
    row_of: dict[str, int] = {}
    windows: list[Sequence] = []
    rows = []
    for pair in pairs:
        for window in (pair.reference, pair.alternate):
            if window.bases not in row_of:
                row_of[window.bases] = len(windows)
                windows.append(window)
            rows.append(row_of[window.bases])
    return windows, np.array(rows, dtype=np.int64).reshape(-1, 2)


def _read(model: Model, pairs: Seq[AlleleWindows]) -> tuple[Readout, NDArray[np.int64]]:
    """What the model says about all windows, and where both windows of each pair are in it `(variants, 2)`."""
    windows, rows = _distinct(pairs)
    return read(model, windows), rows


def _both_scales(readout: Readout, target: Target, rows: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Numbers `(variants, 2)` before and after the output's activation."""
    return {scale: readout.numbers(replace(target, scale=scale))[rows] for scale in SCALES}


def _scores(card: ModelCard, target: Target, values: Mapping[str, NDArray[np.float64]]) -> tuple[Score, ...]:
    name, formula = score_formula(card, target)
    scores = [Score(name, formula, float(effect_scores(card, target, values[target.scale][:1])[0]))]
    unit = card.output(target.output).unit
    if f"difference in {unit}" != name:
        ref, alt = values["value"][0]
        scores.append(Score(f"difference in {unit}", f"ALT - REF, in {unit}", float(alt - ref)))
    return tuple(scores)


def _per_base(tracks: Tracks, length: int) -> NDArray[np.float64]:
    """Values `(tracks, length)` at each base of the window; nan where the output does not reach."""
    values = np.full((len(tracks.names), length), np.nan)
    end = tracks.start + len(tracks) * tracks.resolution
    values[:, tracks.start : end] = np.repeat(tracks.values, tracks.resolution, axis=1)
    return values


def _lands_in_insertion(effect: VariantEffect) -> bool:
    """Whether a profile changes most at inserted bases, compared there with the base they follow in the reference."""
    name = effect.target.output
    start, end = effect.windows.inserted
    if len(effect.reference[name]) == 1 or start == end:
        return False
    before = _per_base(effect.reference[name], len(effect.windows.reference))
    anchor = max(0, start - 1)
    inside = np.abs(effect.inserted(name) - before[:, anchor : anchor + 1])
    outside = np.abs(effect.difference(name))
    return bool(np.nanmax(inside, initial=0) > np.nanmax(outside, initial=0))
