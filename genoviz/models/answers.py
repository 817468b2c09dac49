"""What a model answered, held against its card: the one way in which verbs ask a model.

An adapter is somebody's code. It may raise, return something else than its card says, or give nan. Each becomes a message
that names the model and says what was found and what is needed. `genoviz.trust.model_contract` says the same about shapes
before anything is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor

from genoviz.errors import AdapterFailed, BadModel, NotFinite
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.sequences.bases import base_count

Found = TypeVar("Found")
_OURS = "genoviz."
_LONGEST = 300  # letters of an error's text


def ask(model: Model, X: Tensor, *, bins: int | None = None) -> dict[str, Tensor]:
    """The logits of a model, which fit its card.

    Parameters
    ----------
    model
        See `genoviz.models.base.Model`.
    X
        One-hot `(batch, 4, length)`.
    bins
        Bins that are needed, for a model that reads more or fewer bases than its card says; None takes the card's.

    Returns
    -------
    dict
        `{output: (batch, track, bin)}`.

    Raises
    ------
    AdapterFailed
        If the model's own code raises.
    BadModel
        If outputs, shape or type are not those of the card.
    """
    return checked(model, X, guarded(model, lambda: model.logits(X), X), bins=bins)


def guarded(model: Model, call: Callable[[], Found], X: Tensor | None = None) -> Found:
    """What code of a model returns; an error of its own becomes `AdapterFailed`, with the error as its cause."""
    try:
        return call()
    except (Exception, SystemExit) as error:  # somebody's code: anything may come out of it
        if type(error).__module__.startswith(_OURS):  # a message already, or the engine's word to itself
            raise
        raise AdapterFailed(
            f"`{model.card.name}` ({type(model).__name__}) raised {named_error(error)}"
            + (f" when it was given X of the shape {tuple(X.shape)}." if X is not None else "."),
            "An adapter's `logits` takes one-hot X (batch, base A C G T, position) and returns {output: tensor}.",
            f"`genoviz check-model {model.card.name}` says more, or call `logits` in Python to see where it fails.",
        ) from error


def named_error(error: BaseException) -> str:
    """An error of somebody's code on one line: `ValueError: no N please`."""
    words = " ".join(str(error).split())
    shown = words if len(words) <= _LONGEST else words[:_LONGEST] + " ..."
    return f"{type(error).__name__}: {shown}" if shown else type(error).__name__


def checked(model: Model, X: Tensor, found: object, *, bins: int | None = None) -> dict[str, Tensor]:
    """What a model returned, if it fits its card; see `ask`."""
    if X.shape[2] != model.card.length and bins is None:
        bins = -1  # another length than the card's: nobody knows how many
    fault = answer_fault(model.card, found, X, bins=bins)
    if fault:
        raise BadModel(
            f"`{model.card.name}` does not answer as its card says.",
            fault,
            f"`genoviz check-model {model.card.name}` tests the whole contract.",
        )
    return found  # type: ignore[return-value]


def answer_fault(card: ModelCard, found: object, X: Tensor, *, bins: int | None = None) -> str:
    """How what `logits` returned for X differs from the card, with what to change; empty where it fits.

    `bins` as in `ask`; any number fits where it is negative.
    """
    names = [output.name for output in card.outputs]
    if not isinstance(found, Mapping):
        wanted = ", ".join(f'"{name}": ...' for name in names)
        return f"`logits` returned a {_kind(found)}; a dict of tensors by output is needed. Return {{{wanted}}}."
    if len(found) != len(names) or any(name not in found for name in names):
        return f"`logits` returned the outputs {sorted(map(str, found))}, the card lists {sorted(names)}."
    for output in card.outputs:
        y = found[output.name]
        if not isinstance(y, Tensor):
            return f"`{output.name}` is a {_kind(y)}; a tensor (batch, track, bin) is needed."
        shape = tuple(y.shape)
        needed = (X.shape[0], len(output.tracks), output.bins if bins is None or output.bins == 1 else bins)
        if len(shape) != 3 or shape[:2] != needed[:2] or (needed[2] >= 0 and shape[2] != needed[2]):
            return (
                f"`{output.name}` has the shape {shape}; (batch, track, bin) = {needed} is needed. "
                "Reshape it in `logits`, or correct the card."
            )
        if y.dtype != X.dtype:
            return f"`{output.name}` is {y.dtype}; {str(X.dtype).removeprefix('torch.')} is needed. Call `.float()`."
        if y.device != X.device:
            return f"`{output.name}` lies on {y.device}; {X.device} is needed. Call `.cpu()`."
    return ""


def check_tensor(model: Model, method: str, found: object, shape: tuple[int, ...]) -> None:
    """Raise `BadModel` unless what another method of a model returned is a tensor of this shape; -1 fits any number."""
    has = tuple(found.shape) if isinstance(found, Tensor) else _kind(found)
    fits = isinstance(has, tuple) and len(has) == len(shape)
    if not fits or any(n not in (-1, m) for n, m in zip(shape, has, strict=True)):
        needed = "(" + ", ".join("any" if n < 0 else str(n) for n in shape) + ")"
        raise BadModel(
            f"`{method}` of `{model.card.name}` returned {has}.",
            f"A tensor of the shape {needed} is needed.",
            "Mend the adapter; docs/bring-your-own-model.md says what each method returns.",
        )


def check_finite(card: ModelCard, values: Tensor, X: Tensor, *, name: str = "") -> None:
    """Raise `NotFinite` unless all numbers `(batch, ...)` that were computed from X `(batch, 4, length)` are finite."""
    good = torch.isfinite(values)
    if bool(good.all()):
        return
    rows = torch.nonzero(~good.flatten(1).all(1) if good.dim() > 1 else ~good).flatten().tolist()
    number = float(values[rows[0]][~good[rows[0]]].flatten()[0])
    raise not_finite(card, number, X[rows[0]], len(rows), len(values), name)


def not_finite(card: ModelCard, number: float, x: Tensor, count: int = 1, total: int = 1, name: str = "") -> NotFinite:
    """The error for `count` of `total` sequences; `x` `(4, length)` is the first, for which the model gave `number`."""
    unknown, mixed = int((x == 0).all(0).sum()), int(((x > 0) & (x < 1)).any(0).sum())
    what = f"`{name}`" if name else "this sequence" if total == 1 else f"{count:,} of {total:,} sequences"
    details = f"{base_count(x.shape[1])}, {unknown:,} N" + (f", {mixed:,} other ambiguous letters" if mixed else "")
    return NotFinite(
        f"`{card.name}` gave {_word(number)} for {what} ({'' if total == 1 else 'the first has '}{details}).",
        "A prediction is a finite number; nothing can be said without one.",
        f"The card says of N: {card.n_rule.rstrip('.')}. Give a sequence with fewer N, or let the adapter handle them."
        if unknown
        else "Look for a division by 0, a logarithm of 0 or an exponential of a large number in the model.",
    )


def _word(number: float) -> str:
    return "nan" if number != number else "an infinite number"


def _kind(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
