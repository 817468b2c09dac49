"""What every model must do, as checks that say what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from genoviz.models.answers import answer_fault
from genoviz.models.base import Model, lock_of
from genoviz.models.card import ACTIVATIONS, ModelCard
from genoviz.models.onehot import decode, encode, reverse_complement
from genoviz.models.target import Target
from genoviz.models.uses import USES
from genoviz.sequences.sequence import Sequence

CHECKS = (
    "card",
    "call",
    "shape",
    "determinism",
    "batch independence",
    "gradient",
    "reverse complement",
    "N",
    "whole way",
)
TRACKS = 64  # of which the gradient is tried one by one
TOLERANCE = 1e-4  # of the largest output; float32 rounding differs with the batch size


@dataclass(frozen=True)
class Check:
    """One result: `passed` is None for a finding that is neither right nor wrong."""

    name: str
    passed: bool | None
    message: str


def check_model(model: Model, *, seed: int = 0) -> list[Check]:
    """Run all checks on random sequences; a check that raises counts as failed, the others still run."""
    card = getattr(model, "card", None)
    if not isinstance(card, ModelCard):
        text = f"`card` is {type(card).__name__}, but a genoviz.models.ModelCard is needed. Give the class the attribute `card`."
        return [Check("card", False, text)]
    rng = np.random.default_rng(seed)
    texts = ["".join(rng.choice(list("ACGT"), card.length)) for _ in range(3)]
    X = encode(texts)
    with lock_of(model):
        fault = _call_fault(model, X)
    if fault:  # every further check would fail for the same reason
        return [Check("card", *_card(model, X)), Check("call", False, fault)]
    steps: tuple[tuple[str, Callable[[Model, Tensor], tuple[bool | None, str]]], ...] = (
        ("card", _card),
        ("shape", _shape),
        ("determinism", _determinism),
        ("batch independence", _batches),
        ("gradient", _gradient),
        ("reverse complement", _reverse_complement),
        ("N", _ambiguous),
    )
    results = []
    for name, step in steps:
        try:
            with lock_of(model):
                passed, message = step(model, X)
        except (Exception, SystemExit) as error:  # whatever a model of the user's raises is the finding
            passed, message = False, f"raised {type(error).__name__}: {error}"
        results.append(Check(name, passed, message))
    if all(check.passed is not False for check in results):
        try:
            results.append(Check("whole way", *_whole_way(model, X)))
        except Exception as error:
            results.append(Check("whole way", False, f"raised {type(error).__name__}: {error}"))
    return results


def _call_fault(model: Model, X: Tensor) -> str:
    """Why `logits` can't be called as it must be, with what to change; empty where it can."""
    if not callable(getattr(model, "logits", None)):
        return f"`{type(model).__name__}` has no method `logits`. Give it `logits(self, X)` that returns {{output: tensor}}."
    given = f"X of shape {tuple(X.shape)} (batch, base A C G T, position), float32"
    try:
        found = _outputs(model, X)
    except (Exception, SystemExit) as error:  # whatever a model of the user's raises is the finding
        fits = [words for words, other in _OTHER_LAYOUTS if _accepts(model, other(X))]
        advice = (
            f"It accepts {fits[0]}: rearrange X in `logits`."
            if fits
            else ("Check `length` on the card, and the layout that the network wants.")
        )
        return f"`logits` raised {type(error).__name__}: {error}. It was given {given}. {advice}"
    if not isinstance(found, Mapping) or not all(isinstance(value, Tensor) for value in found.values()):
        return answer_fault(model.card, found, X)
    return ""


# What networks of other libraries read instead, to be named when it is what a network wants.
_OTHER_LAYOUTS: tuple[tuple[str, Callable[[Tensor], Tensor]], ...] = (
    ("`X.transpose(1, 2)`, (batch, position, base)", lambda X: X.transpose(1, 2)),
    ("`X[:, :, :, None]`, (batch, base, position, 1)", lambda X: X[:, :, :, None]),
    ("`X[:, :, None, :]`, (batch, base, 1, position)", lambda X: X[:, :, None, :]),
    ("`X[:, None]`, (batch, 1, base, position)", lambda X: X[:, None]),
    (
        "`X.argmax(1)`, token numbers (which cut the gradient: embed them by `one_hot @ embedding.weight`)",
        lambda X: X.argmax(1),
    ),
)


def _accepts(model: Model, X: Tensor) -> bool:
    try:
        _outputs(model, X)
    except (Exception, SystemExit):  # a trial: any refusal is an answer
        return False
    return True


def _outputs(model: Model, X: Tensor) -> dict[str, Tensor]:
    with torch.no_grad():
        return model.logits(X)


def _largest_difference(a: dict[str, Tensor], b: dict[str, Tensor]) -> float:
    """Largest difference relative to the largest output."""
    return max(float((a[k] - b[k]).abs().max() / a[k].abs().max().clamp_min(1e-12)) for k in a)


def _card(model: Model, X: Tensor) -> tuple[bool, str]:
    card = model.card
    missing = [
        f
        for f in ("title", "summary", "family", "task", "n_rule", "data", "split", "licence", "citation")
        if not getattr(card, f)
    ]
    if missing:
        return False, f"The card leaves {', '.join(missing)} empty. Say it, or say why it is unknown."
    if not card.limits:
        return False, "The card names no limits. State at least one known failure or untested case."
    unknown_uses = [use for use in (*card.good_for, *card.not_for) if use not in USES]
    if unknown_uses:
        return False, f"`{unknown_uses[0]}` is no use that a card can name. Accepted: {', '.join(USES)}."
    both = sorted(set(card.good_for) & set(card.not_for))
    if both:
        return False, f"The card says that the model is good for `{both[0]}` and not for it. Take one out."
    repeated = [o.name for o in card.outputs if len(set(o.tracks)) < len(o.tracks)]
    if repeated:
        return False, f"`{repeated[0]}` has two tracks of one name. Give each its own."
    beyond = [o.name for o in card.outputs if o.bins * o.resolution > card.length]
    if beyond:
        return (
            False,
            f"`{beyond[0]}` covers more bases than the {card.length:,} the model reads. Check bins and resolution.",
        )
    unknown = [o.activation for o in card.outputs if o.activation not in ACTIVATIONS]
    if unknown:
        return False, f"Unknown activation {unknown[0]!r}. Accepted: {', '.join(ACTIVATIONS)}."
    return True, f"complete; reads {card.length:,} bases, {len(card.outputs)} output(s)"


def _shape(model: Model, X: Tensor) -> tuple[bool | None, str]:
    found = _outputs(model, X)
    fault = answer_fault(model.card, found, X) or answer_fault(model.card, _outputs(model, X[:1]), X[:1])
    if fault:
        return False, fault
    for output in model.card.outputs:
        if not bool(torch.isfinite(found[output.name]).all()):
            return False, f"`{output.name}` holds nan or infinite numbers for random sequences."
    for output in model.card.outputs:
        values = found[output.name]
        if output.activation in ("sigmoid", "softmax") and bool(((values >= 0) & (values <= 1)).all()):
            return None, (
                f"(batch, track, bin) as the card says; but all logits of `{output.name}` lie between 0 and 1 for random "
                f"sequences. If the network ends in a {output.activation} already, take that off or name the activation identity."
            )
    return True, "(batch, track, bin) as the card says"


def _determinism(model: Model, X: Tensor) -> tuple[bool, str]:
    gap = _largest_difference(_outputs(model, X), _outputs(model, X))
    if gap > 0:
        return False, f"Two runs on the same input differ by {gap:.2g}. Is dropout on? Call `eval()`."
    return True, "two runs are equal"


def _batches(model: Model, X: Tensor) -> tuple[bool, str]:
    together = _outputs(model, X)
    alone = [_outputs(model, row[None]) for row in X]
    gap = _largest_difference(together, {k: torch.cat([a[k] for a in alone]) for k in together})
    if gap > TOLERANCE:
        return (
            False,
            f"A sequence alone and in a batch differ by {gap:.2g} of the largest output. Is batch norm in training mode?",
        )
    return True, f"alone and in a batch agree to {gap:.1g}"


def _gradient(model: Model, X: Tensor) -> tuple[bool | None, str]:
    leaf = X.clone().requires_grad_()
    found = model.logits(leaf)
    # Weights at random: outputs that add up to a constant, such as probabilities, have no gradient of their sum.
    draw = torch.Generator().manual_seed(0)
    total = sum((y * torch.randn(y.shape, generator=draw)).sum() for y in found.values())
    if not isinstance(total, Tensor) or not total.requires_grad:
        return (
            False,
            "The output has no gradient with respect to the input. Remove `no_grad`, `detach` or numpy from `logits`.",
        )
    (gradient,) = torch.autograd.grad(total, leaf, allow_unused=True, retain_graph=True)
    if gradient is None:
        return (
            False,
            "The output depends on the input only through whole numbers (argmax, token numbers), which cut the gradient. "
            "Embed by `one_hot @ embedding.weight`, so that attribution methods can follow the letters.",
        )
    if not bool(torch.isfinite(gradient).all()):
        return False, "The gradient holds nan or infinite numbers."
    if float(gradient.abs().max()) == 0:
        return False, "The gradient is zero everywhere: attribution methods will show nothing."
    return _gradient_of_tracks(model.card, found, leaf)


def _gradient_of_tracks(card: ModelCard, found: Mapping[str, Tensor], leaf: Tensor) -> tuple[bool | None, str]:
    """Whether the gradient of each track by itself flows back; of many tracks, of some spread over all."""
    names = [(output, i) for output in card.outputs for i in range(len(output.tracks))]
    still: list[str] = []
    for output, i in names[:: -(-len(names) // TRACKS)]:
        y = found[output.name][:, i]
        gradient = None
        if y.requires_grad:
            (gradient,) = torch.autograd.grad(y.sum(), leaf, allow_unused=True, retain_graph=True)
        if gradient is not None and float(gradient.abs().max()) > 0:
            continue
        track = f"`{output.tracks[i]}` of `{output.name}`"
        if not torch.equal(y[1:], y[:-1]):
            return False, (
                f"The track {track} changes with the sequence, but its gradient is zero: attribution methods will show "
                "nothing. Remove rounding, `detach` or argmax before it."
            )
        still.append(track)
    if still:
        more = f" and {len(still) - 3} more" if len(still) > 3 else ""
        return None, (
            f"flows back to the input; but {', '.join(still[:3])}{more}: the same number for all random sequences, and no "
            "gradient. Is the track dead?"
        )
    return True, "flows back to the input"


def _reverse_complement(model: Model, X: Tensor) -> tuple[bool | None, str]:
    one, other = _outputs(model, X), _outputs(model, reverse_complement(X))
    if any(o.bins > 1 for o in model.card.outputs):
        other = {o.name: other[o.name].flip(2) if o.bins > 1 else other[o.name] for o in model.card.outputs}
    gap = _largest_difference(one, other)
    if model.card.strand_symmetric:
        text = f"both strands agree to {gap:.1g} of the largest output"
        return gap <= TOLERANCE, text + (
            "" if gap <= TOLERANCE else ", but the card says they are equal by construction"
        )
    return None, f"both strands differ by {gap:.2g} of the largest output; the card does not promise equality"


def _ambiguous(model: Model, X: Tensor) -> tuple[bool, str]:
    blank = X.clone()
    blank[:, :, : X.shape[2] // 2] = 0
    if not all(bool(torch.isfinite(y).all()) for y in _outputs(model, blank).values()):
        return False, "Columns of zeros (N) give nan or infinite numbers."
    return True, "columns of zeros (N) are accepted"


def _whole_way(model: Model, X: Tensor) -> tuple[bool, str]:
    """Predict, explain and mutate once per output, as the pages do."""
    from genoviz.attribute.attribution import attribute
    from genoviz.mutagenesis.saturation import saturate
    from genoviz.predict.prediction import predict

    sequence = Sequence(decode(X[:1])[0])
    predict(model, sequence)
    middle = model.card.length // 2
    for output in model.card.outputs:
        target = Target(output.name, output.tracks[:1])
        attribute(model, sequence, target, "inputxgradient")
        saturate(model, sequence, target, window=(middle, min(middle + 2, model.card.length)))
    return True, "predicted, explained and mutated"
