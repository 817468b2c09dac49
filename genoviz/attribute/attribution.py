"""Attribution: which bases made the model predict what it predicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.attribute.baselines import BASELINES, changed_share, make_references
from genoviz.attribute.computations import Call, Raw
from genoviz.attribute.methods import METHODS, PREDICTIONS_ONLY, REFERENCES, SAMPLES, Method, check_method, offered
from genoviz.errors import AdapterFailed, BadInput, BadModel, NotFinite, UnknownName
from genoviz.models.answers import check_finite, guarded, named_error
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate
from genoviz.sequences.sequence import Sequence

GREEN, AMBER = 0.01, 0.05  # completeness gap as a share of the explained difference
NOTHING = 1e-6  # differences below this share of the output are float rounding
WEAK_SHUFFLE = 0.5  # shuffles that change fewer positions say little


@dataclass(frozen=True, eq=False)
class Attribution:
    """Scores of one sequence.

    Attributes
    ----------
    scores
        `(4, length)`, float32, rows A C G T, in `unit` per base.
    hypothetical
        `(4, length)`: the score each base would have in place of the observed one; None where undefined.
    sequence, target, method
        What was explained, and how.
    baseline, references, seed
        What it was compared with (None for methods without a baseline), how many of them, and the seed.
    value, reference_value
        The target's number for the sequence, and its mean over the references (nan without).
    gap, relative_gap
        Completeness: mean over references of |sum of scores - (f(x) - f(reference))|, in `unit`, and as a share of
        the mean |f(x) - f(reference)|. None where completeness is not defined; the share also where there is no
        difference to explain.
    steps
        Integration steps of Integrated Gradients, or samples of GradientSHAP: what it took.
    options
        Settings of this method that change the numbers: samples, noise, window, the reference's bases.
    unit
        Unit of scores and values.
    notices
        Sentences to show beside the result.
    gaps
        Sum of scores minus (f(x) - f(reference)) for each reference, in `unit`; empty where completeness is not defined.
    reference_values
        The target's number for each reference; empty for methods without a baseline.
    """

    scores: NDArray[np.float32]
    hypothetical: NDArray[np.float32] | None
    sequence: Sequence
    target: Target
    method: str
    baseline: str | None
    references: int
    seed: int
    value: float
    reference_value: float
    gap: float | None
    relative_gap: float | None
    steps: int | None
    options: Mapping[str, str | int | float]
    unit: str
    notices: tuple[str, ...]
    gaps: tuple[float, ...] = ()
    reference_values: tuple[float, ...] = ()

    @property
    def per_base(self) -> NDArray[np.float32]:
        """`(length,)`: the score drawn at each observed base; nan at ambiguous letters."""
        if METHODS[self.method].contribution:
            row = self.scores.sum(0)
        else:
            row = (self.scores * encode(self.sequence)[0].numpy()).sum(0)
        row[list(self.sequence.ambiguous)] = np.nan
        return np.asarray(row, dtype=np.float32)

    @property
    def light(self) -> str | None:
        """`green` below a gap of 1 %, `amber` below 5 %, else `red`; None where completeness is not defined."""
        if self.relative_gap is None:
            return None
        return "green" if self.relative_gap < GREEN else "amber" if self.relative_gap < AMBER else "red"

    def strongest_block(self, width: int = 8) -> tuple[int, int]:
        """Positions (0-based, half-open) of the `width` neighbours with the largest sum of |score|."""
        scores = np.abs(np.nan_to_num(self.per_base))
        width = min(width, len(scores))
        start = int(np.convolve(scores, np.ones(width), "valid").argmax())
        return start, start + width

    @property
    def sentence(self) -> str:
        """What the scores show: the strongest block, its share of all attribution, and its direction."""
        start, end = self.strongest_block()
        part = np.nan_to_num(self.per_base)
        if not np.abs(part).sum() > 0:
            return "No base has a score."
        share = np.abs(part[start:end]).sum() / np.abs(part).sum()
        sign = "raises" if part[start:end].sum() >= 0 else "lowers"
        return (
            f"The strongest block, bases {start + 1}-{end} ({self.sequence.bases[start:end]}), holds "
            f"{100 * share:.0f} % of all attribution and {sign} the output."
        )

    @property
    def completeness_sentence(self) -> str:
        """Whether the scores add up to what they explain; empty where the question has no meaning."""
        if self.gap is None or self.relative_gap is None:
            return ""
        verdict = {
            "green": "the scores add up to what they explain",
            "amber": "the scores nearly add up",
            "red": "the scores do not add up to what they explain",
        }[self.light or "red"]
        share = 100 * self.relative_gap
        shown = "below 0.01" if share < 0.01 else f"{share:.2g}"
        return f"Completeness gap {shown} % ({self.gap:.2g} {self.unit}): {verdict}."


def attribute(
    model: Model,
    sequence: Sequence,
    target: Target,
    method: str = "deepliftshap",
    *,
    baseline: str | None = None,
    references: int = REFERENCES,
    other: Sequence | None = None,
    samples: int = SAMPLES,
    noise: float = 0.1,
    window: int = 1,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Attribution:
    """Explain one number of a model by the bases of one sequence.

    Parameters
    ----------
    model, sequence, target
        What to explain; the sequence is exactly as long as the model reads.
    method
        Key of `METHODS`.
    baseline
        Key of `BASELINES`; None takes the method's usual one. Not accepted by methods without a baseline.
    references
        Number of references, for baselines that draw.
    other
        The sequence to compare with, for the baseline `sequence`; for `dinucleotide` the one whose shuffles are the
        references, where that is not the explained sequence.
    samples
        Noisy copies of SmoothGrad; draws of GradientSHAP, which adds as many again (up to eight times) until its gap
        is below 1 %.
    noise
        Standard deviation of SmoothGrad's noise.
    window
        Bases blanked out at once by Occlusion.
    seed
        For references, samples and noise.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    UnknownName
        If method or baseline does not exist.
    BadSequence, BadInput
        If sequence or options don't fit.
    NotFinite
        If prediction, references or scores are nan or infinite.
    BadModel
        If the model raises, its outputs don't fit its card, two runs differ, or the method can't follow it.

    Examples
    --------
    The six bases of the site share what it adds, and nothing is missing.

    >>> from genoviz.models.load import load_model
    >>> model = load_model("toy.sum")
    >>> sequence = Sequence("C" * 27 + "GATAAG" + "C" * 27)
    >>> result = attribute(model, sequence, Target("activity"), "deeplift", baseline="zeros")
    >>> result.per_base[26:34].tolist()
    [0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0]
    >>> result.value - result.reference_value, result.gap, result.light
    (3.0, 0.0, 'green')
    """
    if method not in METHODS:
        raise UnknownName.among("method", method, METHODS)
    row = METHODS[method]
    given: dict[str, str | int | float] = {"samples": samples, "noise": noise, "window": window}
    check_length(sequence, model.card)
    check_method(model.card, method)
    _check_options(row, baseline, samples, noise, window, seed, len(sequence))
    function = target.of(model)
    x = encode(sequence)
    name = (baseline or row.baseline) if row.baseline else None
    refs = make_references(name, sequence, n=references, seed=seed, other=other) if name else x[:0]
    values = evaluate(function, model, torch.cat([x, refs]), finite=False)
    check_finite(model.card, values[:1], x, name=sequence.name)
    if name is not None:
        _check_references(model.card, name, values[1:])
    differences = values[0] - values[1:]
    raw = _run(row, Call(model, function, x, refs, differences, samples, noise, window, seed, progress))

    options: dict[str, str | int | float] = {k: v for k, v in given.items() if k in row.options}
    if name in ("sequence", "dinucleotide") and other is not None:
        options["reference_sequence" if name == "sequence" else "shuffled_sequence"] = other.bases
    gap = relative = None
    notices: list[str] = []
    if row.complete and raw.gaps is not None:
        gap = float(raw.gaps.abs().mean())
        scale = float(differences.abs().mean())
        if scale > NOTHING * max(1.0, float(values.abs().max())):
            relative = gap / scale
        else:
            notices.append("Sequence and reference give the same output: there is nothing to explain.")
        if relative is not None and relative >= AMBER:
            notices.append(
                f"The scores miss the explained difference by {100 * relative:.3g} %: do not read single bases off them. "
                f"{_closer(model.card, method)} usually closer."
            )
    if name and BASELINES[name].many and changed_share(sequence, refs) < WEAK_SHUFFLE:
        notices.append(
            f"Shuffles change only {100 * changed_share(sequence, refs):.0f} % of the bases of this low-complexity sequence: "
            "another baseline says more."
        )
    return Attribution(
        raw.scores.numpy(),
        raw.hypothetical.numpy() if raw.hypothetical is not None else None,
        sequence,
        target,
        method,
        name,
        len(refs),
        seed,
        float(values[0]),
        float(values[1:].mean()) if len(refs) else float("nan"),
        gap,
        relative,
        raw.steps,
        options,
        target.unit(model.card),
        tuple(notices),
        tuple(raw.gaps.tolist()) if row.complete and raw.gaps is not None else (),
        tuple(values[1:].tolist()),
    )


def _closer(card: ModelCard, method: str) -> str:
    """The methods to try where the scores of one don't add up, with their verb."""
    fitting = offered(card)
    others = [METHODS[other].title for other in ("ig", "deepliftshap") if other != method and other in fitting]
    if method == "deeplift" or not others:  # the same rules fail; mutations need none
        others = [title for title in others if title != METHODS["deepliftshap"].title] + [METHODS["ablation"].title]
    return " or ".join(others) + (" are" if len(others) > 1 else " is")


def _check_references(card: ModelCard, baseline: str, values: Tensor) -> None:
    """Raise `NotFinite` if the model gave no finite number for a reference."""
    bad = int((~torch.isfinite(values)).sum())
    if bad:
        others = ", ".join(f"`{name}`" for name in BASELINES if name not in (baseline, "sequence"))
        raise NotFinite(
            f"`{card.name}` gave nan or an infinite number for {bad:,} of {len(values):,} references "
            f"(baseline `{baseline}`).",
            "Scores are shares of a difference between two finite numbers.",
            f"Choose another baseline ({others}), or a method without one, such as `ablation`.",
        )


def _run(row: Method, call: Call) -> Raw:
    """What a method computed, all of it finite. What goes wrong on the way ends in words that name other methods."""
    card, other = call.model.card, f"Choose {_that_work(row)}."
    stopped: list[Exception] = []

    def progress(share: float) -> None:
        try:
            if call.progress is not None:
                call.progress(share)
        except Exception as error:
            stopped.append(error)
            raise

    try:
        raw = guarded(call.model, lambda: row.run(replace(call, progress=progress)))
    except AdapterFailed as error:
        if stopped:  # the caller's own error, and none of the model's
            raise stopped[0] from None
        if row.name in PREDICTIONS_ONLY:  # the model failed on some other sequence
            raise
        cause = named_error(error.__cause__ or error)  # predictions work: this way through the network does not
        raise BadModel(
            f"{row.title} can't follow `{card.name}`: {cause}.",
            "It needs " + ("the modules" if row.hooks else "the operations") + " of the network, which must allow it.",
            other,
        ) from error
    parts = (raw.scores, raw.hypothetical, raw.gaps)
    if not all(bool(torch.isfinite(part).all()) for part in parts if part is not None):
        raise NotFinite(
            f"{row.title} got nan or infinite scores from `{card.name}`, though its prediction is finite.",
            "Scores are finite numbers. A gradient is not where a root, a logarithm or a quotient of the network meets 0, "
            "and a prediction may not be where bases are blanked out.",
            other,
        )
    return raw


def _that_work(row: Method) -> str:
    """Methods that need less of a model than this one, in words."""
    simple = [METHODS[name].title for name in PREDICTIONS_ONLY if name != row.name]
    gradient = f"{METHODS['ig'].title} (needs gradients only), or " if row.rules else ""
    return f"{gradient}{' or '.join(simple)} (predictions only)"


def _check_options(
    row: Method, baseline: str | None, samples: int, noise: float, window: int, seed: int, length: int
) -> None:
    if baseline is not None and row.baseline is None:
        raise BadInput(
            f"The baseline `{baseline}` was given for {row.title}.",
            "This method compares with nothing.",
            "Leave the baseline out, or choose another method.",
        )
    for name, value, low, high in (
        ("samples", samples, 1, 10_000),
        ("window", window, 1, length),
        ("seed", seed, 0, 2**32 - 1),
    ):
        if not low <= value <= high:
            raise BadInput(f"{name} is {value}.", f"{low} to {high:,} are accepted.", f"Choose another {name}.")
    if not 0 < noise < float("inf"):
        raise BadInput(f"noise is {noise}.", "A positive, finite number is accepted.", "0.1 is usual.")
