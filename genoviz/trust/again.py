"""The same question asked again: of another sequence, seed, baseline or network."""

from __future__ import annotations

from collections.abc import Callable

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.methods import METHODS
from genoviz.models.base import Model
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

Progress = Callable[[float], None]


def again(
    model: Model,
    result: Attribution,
    *,
    sequence: Sequence | None = None,
    turned: Callable[[Sequence], Sequence] | None = None,
    target: Target | None = None,
    baseline: str | None = None,
    seed: int | None = None,
) -> Attribution:
    """Explain as `result` was explained, but for what is given here.

    Parameters
    ----------
    model
        The model that was explained, or one with the same card.
    result
        The explanation whose method and options are used.
    sequence, target, baseline, seed
        What is to be different.
    turned
        What is done to the sequence, and to the sequence that it is compared with if it is one of the user's: a shift, the
        other strand.

    Raises
    ------
    GenovizError
        What `attribute` raises.
    """
    options = dict(result.options)
    given = options.pop("reference_sequence", None)
    baseline = baseline or result.baseline
    read, other = sequence or result.sequence, None
    if given is not None and baseline == "sequence":
        other = Sequence(str(given))
    if turned is not None:
        read, other = turned(read), other and turned(other)
    numbers: dict[str, int] = {name: int(options[name]) for name in ("samples", "window") if name in options}
    return attribute(
        model,
        read,
        target or result.target,
        result.method,
        baseline=baseline,
        references=max(1, result.references),
        other=other,
        noise=float(options.get("noise", 0.1)),
        seed=result.seed if seed is None else seed,
        **numbers,  # type: ignore[arg-type]
    )


def draws(result: Attribution) -> bool:
    """Whether chance enters: the method draws samples, or its baseline draws references."""
    return result.baseline == "dinucleotide" or bool({"samples", "noise"} & set(METHODS[result.method].options))


class Parts:
    """Progress of a check that asks several times.

    Parameters
    ----------
    progress
        Called with the share done.
    total
        How often is asked.
    """

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, max(1, total), 0

    def next(self) -> None:
        """One more was answered."""
        self._done += 1
        if self._progress is not None:
            self._progress(min(1.0, self._done / self._total))
