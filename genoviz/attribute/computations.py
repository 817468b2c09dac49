"""What attribution methods compute, Captum underneath; `genoviz.attribute.methods` has their table.

DeepLIFT and DeepLiftShap use `genoviz.attribute.rescale` instead of Captum 0.9: next to max-pooling, functional activations or
reused modules Captum's multipliers miss completeness by 10 to 1,000 % without a word.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import (
    Deconvolution,
    DeepLift,
    FeatureAblation,
    GradientShap,
    GuidedBackprop,
    InputXGradient,
    IntegratedGradients,
    NoiseTunnel,
    Occlusion,
    Saliency,
)
from torch import Tensor, nn

from genoviz.attribute.rescale import rescale_multipliers
from genoviz.errors import BadModel
from genoviz.models.base import Model, lock_of
from genoviz.models.chance import OwnChance
from genoviz.models.size import rows_at_once
from genoviz.models.target import Scalar

COMPLETENESS_AIM = 0.01  # share of f(x) - f(reference) that Integrated Gradients may miss before it takes more steps
IG_STEPS = (20, 50, 100, 200, 400, 800)
_random_guard = threading.Lock()  # numpy has one random generator for all
SHAP_ROUNDS = 8  # GradientSHAP draws at most so many times its number of samples


@dataclass(frozen=True)
class Call:
    """One request to a method.

    `x` is `(1, 4, length)`, `references` `(references, 4, length)` (empty for methods without a baseline) and
    `differences` f(x) - f(reference) for each of them.
    """

    model: Model
    function: Scalar
    x: Tensor
    references: Tensor
    differences: Tensor
    samples: int
    noise: float
    window: int
    seed: int
    progress: Callable[[float], None] | None


@dataclass(frozen=True)
class Raw:
    """What a method computed: `scores` and `hypothetical` are `(4, length)`, `gaps` one per reference in output units."""

    scores: Tensor
    hypothetical: Tensor | None = None
    gaps: Tensor | None = None
    steps: int | None = None


class _TargetModule(nn.Module):
    """The target as a module, for methods that attach to the modules inside."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        if not isinstance(call.model, nn.Module):
            raise BadModel(
                f"`{call.model.card.name}` is not an nn.Module.",
                "This method attaches to the modules of a network.",
                "Let the model class derive from torch.nn.Module, or choose another method.",
            )
        self.model, self._function = call.model, call.function

    def forward(self, X: Tensor) -> Tensor:
        return self._function(X)


@contextlib.contextmanager
def _hooked(call: Call) -> Iterator[_TargetModule]:
    """The target as a module under the model's lock; hooks that a failed call left behind are taken off."""
    with lock_of(call.model):
        module = _TargetModule(call)
        kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
        before = {(m, kind): dict(getattr(m, kind)) for m in module.modules() for kind in kinds}
        try:
            yield module
        finally:
            for (m, kind), hooks in before.items():
                current = getattr(m, kind)
                for key in [k for k in current if k not in hooks]:
                    del current[key]


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Captum draws from torch and from numpy's global generator: seed both for one call, then put numpy's back."""
    with _random_guard, OwnChance(seed):
        state = np.random.get_state()
        np.random.seed(seed)
        try:
            yield
        finally:
            np.random.set_state(state)


def _tell(call: Call, done: float) -> None:
    if call.progress:
        call.progress(done)


def _from_multipliers(call: Call, multipliers: Tensor, steps: int | None = None) -> Raw:
    """Average over references of (x - reference) * multiplier, with its completeness gap per reference.

    The hypothetical score of a base is what it would have contributed in place of the observed one: its multiplier
    minus the reference's own weighted multipliers (Shrikumar et al. 2018, arXiv:1811.00416).
    """
    contributions = (call.x - call.references) * multipliers
    hypothetical = multipliers - (call.references * multipliers).sum(1, keepdim=True)
    gaps = contributions.sum((1, 2)) - call.differences
    return Raw(contributions.mean(0), hypothetical.mean(0), gaps, steps)


def _leaf(call: Call) -> Tensor:
    return call.x.clone().requires_grad_()


def saliency(call: Call) -> Raw:
    """The signed gradient, which also scores the bases that are not there."""
    with lock_of(call.model):
        gradient = Saliency(call.function).attribute(_leaf(call), abs=False)[0].detach()
    return Raw(gradient, gradient)


def input_x_gradient(call: Call) -> Raw:
    """The gradient at the observed bases."""
    with lock_of(call.model):
        return Raw(InputXGradient(call.function).attribute(_leaf(call))[0].detach())


def integrated_gradients(call: Call) -> Raw:
    """Gradients added up on the way from each reference, in more steps until the gap is small; mean over references."""
    method = IntegratedGradients(call.function, multiply_by_inputs=False)
    rows, used = [], 0
    for i, reference in enumerate(call.references):
        difference = float(call.differences[i])
        for steps in IG_STEPS:
            with lock_of(call.model):
                row = method.attribute(
                    _leaf(call),
                    baselines=reference[None],
                    n_steps=steps,
                    method="gausslegendre",
                    internal_batch_size=min(32, rows_at_once(call.x.shape[2])),
                ).detach()
            gap = float(((call.x - reference) * row).sum()) - difference
            used = max(used, steps)
            if abs(gap) <= COMPLETENESS_AIM * abs(difference):
                break
        rows.append(row[0])
        _tell(call, (i + 1) / len(call.references))
    return _from_multipliers(call, torch.stack(rows), used)


def gradient_shap(call: Call) -> Raw:
    """Gradients at random points on the way from references, in more rounds until the gap is small."""
    aim = COMPLETENESS_AIM * float(call.differences.abs().mean())
    total, rounds = torch.zeros_like(call.x[0]), 0
    while rounds < SHAP_ROUNDS:
        with lock_of(call.model), _seeded(call.seed + rounds):
            total += (
                GradientShap(call.function)
                .attribute(_leaf(call), baselines=call.references, n_samples=call.samples, stdevs=0.0)[0]
                .detach()
            )
        rounds += 1
        _tell(call, rounds / SHAP_ROUNDS)
        gap = total.sum() / rounds - call.differences.mean()
        if abs(float(gap)) <= aim:
            break
    return Raw(total / rounds, gaps=gap[None], steps=rounds * call.samples)


def smooth_grad(call: Call) -> Raw:
    """The mean signed gradient over noisy copies of the input."""
    with lock_of(call.model), _seeded(call.seed):
        gradient = NoiseTunnel(Saliency(call.function)).attribute(
            _leaf(call),
            nt_type="smoothgrad",
            nt_samples=call.samples,
            nt_samples_batch_size=min(16, rows_at_once(call.x.shape[2])),
            stdevs=call.noise,
            abs=False,
        )[0]
    return Raw(gradient.detach(), gradient.detach())


def deep_lift(call: Call) -> Raw:
    """The rescale rule of this project, with one reference or several."""
    with lock_of(call.model):
        multipliers, _ = rescale_multipliers(call.function, call.x[0], call.references, progress=call.progress)
    return _from_multipliers(call, multipliers)


def captum_deep_lift(call: Call) -> Raw:
    """Captum's version of the rescale rule, with one reference or several."""
    with _hooked(call) as module:
        multipliers = DeepLift(module, multiply_by_inputs=False).attribute(
            call.x.expand_as(call.references).clone().requires_grad_(), baselines=call.references
        )
    return _from_multipliers(call, multipliers.detach())


def occlusion(call: Call) -> Raw:
    """The drop when a window of bases is blanked out, averaged over the windows that cover a base."""
    with lock_of(call.model):
        scores = Occlusion(call.function).attribute(
            call.x, sliding_window_shapes=(4, call.window), strides=(4, 1), baselines=0.0, perturbations_per_eval=16
        )[0]
    return Raw(scores.detach() * call.x[0])  # Captum repeats the value in all four rows


def ablation(call: Call) -> Raw:
    """Each base replaced by each of the other three in turn; the mean of the three drops."""
    mask = torch.arange(call.x.shape[2])[None, None].expand(1, 4, -1)
    total = torch.zeros_like(call.x[0])
    for shift in (1, 2, 3):
        with lock_of(call.model):
            total += (
                FeatureAblation(call.function)
                .attribute(call.x, baselines=call.x.roll(shift, 1), feature_mask=mask, perturbations_per_eval=32)[0]
                .detach()
            )
        _tell(call, shift / 3)
    return Raw(total / 3 * call.x[0])


def guided_backprop(call: Call) -> Raw:
    """The gradient without what is negative on its way back through ReLUs or arrives where they were shut."""
    with _hooked(call) as module:
        gradient = GuidedBackprop(module).attribute(_leaf(call))[0].detach()
    return Raw(gradient, gradient)


def deconvolution(call: Call) -> Raw:
    """The gradient without what is negative on its way back through ReLUs."""
    with _hooked(call) as module:
        gradient = Deconvolution(module).attribute(_leaf(call))[0].detach()
    return Raw(gradient, gradient)
