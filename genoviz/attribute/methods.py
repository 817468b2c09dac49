"""The table of attribution methods: one row each, Captum underneath.

A row's function gets a `Call` and returns a `Raw` result; `genoviz.attribute` adds checks, completeness and labels.

DeepLIFT and DeepLiftShap use `genoviz.attribute.rescale` instead of Captum 0.9: next to max-pooling, functional activations or
reused modules Captum's multipliers miss completeness by 10 to 1,000 % without a word. Captum's own versions stay in
the table for comparison.
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
from genoviz.errors import BadInput, BadModel
from genoviz.models.base import Model, lock_of
from genoviz.models.card import ModelCard
from genoviz.models.size import is_long, rows_at_once
from genoviz.models.target import Scalar
from genoviz.predict.cost import GRADIENT

REFERENCES = 20  # sequences that a method with shuffled references compares with, unless told otherwise
SAMPLES = 400  # draws of a method that estimates by chance
COMPLETENESS_AIM = 0.01  # share of f(x) - f(reference) that Integrated Gradients may miss before it takes more steps
IG_STEPS = (20, 50, 100, 200, 400, 800)
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


@dataclass(frozen=True)
class Method:
    """A row of the table.

    Attributes
    ----------
    name, title
        Name in commands, name on pages.
    run
        The computation.
    note
        One or two sentences for the hover text.
    citation
        Source of the method.
    baseline
        Default baseline; None where the method compares with nothing.
    contribution
        True: scores are shares of an output difference and add up over rows. False: scores are gradients, of which
        the observed base's row is drawn.
    complete
        Whether the scores should add up to f(x) - f(reference), so that a gap is reported.
    hooks
        Whether it attaches to modules of the model (and so needs it to be an `nn.Module`).
    hypothetical
        Whether it also scores the bases that are not there.
    options
        Options of `attribute` that change its numbers.
    teaching_only
        Known to be unfaithful; kept for lessons.
    predictions
        About how many predictions it costs for an input of so many bases, one with a gradient counted as `GRADIENT`.
    long_inputs
        Whether it goes through the model one row at a time, so that inputs of hundreds of thousands of bases fit.
    """

    name: str
    title: str
    run: Callable[[Call], Raw]
    note: str
    citation: str
    baseline: str | None = None
    contribution: bool = True
    complete: bool = False
    hooks: bool = False
    hypothetical: bool = False
    options: tuple[str, ...] = ()
    teaching_only: bool = False
    predictions: Callable[[int], int] = lambda length: GRADIENT * REFERENCES
    long_inputs: bool = False


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


_random_guard = threading.Lock()


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Captum draws from the global generators of torch and numpy: seed them for one call, then put them back."""
    with _random_guard:
        state = np.random.get_state()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
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


def _saliency(call: Call) -> Raw:
    with lock_of(call.model):
        gradient = Saliency(call.function).attribute(_leaf(call), abs=False)[0].detach()
    return Raw(gradient, gradient)


def _input_x_gradient(call: Call) -> Raw:
    with lock_of(call.model):
        return Raw(InputXGradient(call.function).attribute(_leaf(call))[0].detach())


def _integrated_gradients(call: Call) -> Raw:
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


def _gradient_shap(call: Call) -> Raw:
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


def _smooth_grad(call: Call) -> Raw:
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


def _deep_lift(call: Call) -> Raw:
    with lock_of(call.model):
        multipliers, _ = rescale_multipliers(call.function, call.x[0], call.references, progress=call.progress)
    return _from_multipliers(call, multipliers)


def _captum_deep_lift(call: Call) -> Raw:
    with _hooked(call) as module:
        multipliers = DeepLift(module, multiply_by_inputs=False).attribute(
            call.x.expand_as(call.references).clone().requires_grad_(), baselines=call.references
        )
    return _from_multipliers(call, multipliers.detach())


def _occlusion(call: Call) -> Raw:
    with lock_of(call.model):
        scores = Occlusion(call.function).attribute(
            call.x, sliding_window_shapes=(4, call.window), strides=(4, 1), baselines=0.0, perturbations_per_eval=16
        )[0]
    return Raw(scores.detach() * call.x[0])  # Captum repeats the value in all four rows


def _ablation(call: Call) -> Raw:
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


def _guided_backprop(call: Call) -> Raw:
    with _hooked(call) as module:
        gradient = GuidedBackprop(module).attribute(_leaf(call))[0].detach()
    return Raw(gradient, gradient)


def _deconvolution(call: Call) -> Raw:
    with _hooked(call) as module:
        gradient = Deconvolution(module).attribute(_leaf(call))[0].detach()
    return Raw(gradient, gradient)


_ROWS = (
    Method(
        "deepliftshap",
        "DeepLIFT / SHAP",
        _deep_lift,
        "Compares with many shuffled references and passes the difference back layer by layer. The field's usual choice.",
        "Lundberg and Lee 2017 (NeurIPS 30); Shrikumar et al. 2017 (ICML, PMLR 70:3145)",
        baseline="dinucleotide",
        complete=True,
        hypothetical=True,
    ),
    Method(
        "deeplift",
        "DeepLIFT",
        _deep_lift,
        "Compares with one reference and passes the difference back layer by layer (rescale rule).",
        "Shrikumar et al. 2017 (ICML, PMLR 70:3145)",
        baseline="gc",
        complete=True,
        hypothetical=True,
    ),
    Method(
        "ig",
        "Integrated Gradients",
        _integrated_gradients,
        "Adds up gradients along the straight line from a reference to the sequence; takes more steps until the gap is below 1 %.",
        "Sundararajan et al. 2017 (ICML, PMLR 70:3319)",
        baseline="gc",
        complete=True,
        hypothetical=True,
        predictions=lambda length: GRADIENT * 100,  # steps are added until the scores add up
        long_inputs=True,
    ),
    Method(
        "gradientshap",
        "GradientSHAP",
        _gradient_shap,
        "Gradients at random points between the sequence and shuffled references. A random estimate: more samples, smaller gap.",
        "Lundberg and Lee 2017 (NeurIPS 30); Erion et al. 2021 (Nat Mach Intell 3:620)",
        baseline="dinucleotide",
        complete=True,
        options=("samples",),
        predictions=lambda length: GRADIENT * 4 * SAMPLES,  # rounds are added until the scores add up
    ),
    Method(
        "inputxgradient",
        "Input x Gradient",
        _input_x_gradient,
        "Gradient at the observed base. Fast, but blind where the model is saturated: two sites of which one is enough get nothing.",
        "Shrikumar et al. 2016 (arXiv:1605.01713)",
        long_inputs=True,
    ),
    Method(
        "saliency",
        "Saliency (signed gradient)",
        _saliency,
        "How the output would change with an infinitesimal amount of each base; the logo shows the observed base's row.",
        "Simonyan et al. 2013 (arXiv:1312.6034)",
        contribution=False,
        hypothetical=True,
        long_inputs=True,
    ),
    Method(
        "smoothgrad",
        "SmoothGrad",
        _smooth_grad,
        "Mean signed gradient over copies of the input with Gaussian noise added.",
        "Smilkov et al. 2017 (arXiv:1706.03825)",
        contribution=False,
        options=("samples", "noise"),
        hypothetical=True,
        predictions=lambda length: GRADIENT * SAMPLES,
        long_inputs=True,
    ),
    Method(
        "occlusion",
        "Occlusion",
        _occlusion,
        "Drop of the output when a window of bases is blanked out, averaged over the windows that cover a base.",
        "Zeiler and Fergus 2014 (ECCV)",
        options=("window",),
        predictions=lambda length: length,
    ),
    Method(
        "ablation",
        "Mutation importance (ISM)",
        _ablation,
        "Mean drop of the output over the three possible substitutions of each base: the mutation map in one row.",
        "Zhou and Troyanskaya 2015 (Nat Methods 12:931)",
        predictions=lambda length: 3 * length,
    ),
    Method(
        "captum-deepliftshap",
        "DeepLiftShap by Captum",
        _captum_deep_lift,
        "Captum 0.9's version, for comparison. Next to max-pooling it can be far off: read its gap first.",
        "Kokhlikyan et al. 2020 (arXiv:2009.07896)",
        baseline="dinucleotide",
        complete=True,
        hooks=True,
        hypothetical=True,
    ),
    Method(
        "captum-deeplift",
        "DeepLIFT by Captum",
        _captum_deep_lift,
        "Captum 0.9's version, for comparison. Next to max-pooling it can be far off: read its gap first.",
        "Kokhlikyan et al. 2020 (arXiv:2009.07896)",
        baseline="gc",
        complete=True,
        hooks=True,
        hypothetical=True,
    ),
    Method(
        "guidedbackprop",
        "Guided Backprop",
        _guided_backprop,
        "Teaching only: it draws the input's edges rather than what the model uses, and hardly changes when weights are randomised.",
        "Springenberg et al. 2014 (arXiv:1412.6806); Adebayo et al. 2018 (NeurIPS 31)",
        contribution=False,
        hooks=True,
        teaching_only=True,
        hypothetical=True,
    ),
    Method(
        "deconvolution",
        "Deconvolution",
        _deconvolution,
        "Teaching only: passes positive signals back whatever the activation was; not faithful to the model.",
        "Zeiler and Fergus 2014 (ECCV); Adebayo et al. 2018 (NeurIPS 31)",
        contribution=False,
        hooks=True,
        teaching_only=True,
        hypothetical=True,
    ),
)
METHODS: dict[str, Method] = {row.name: row for row in _ROWS}


def check_method(card: ModelCard, method: str) -> None:
    """Raise `BadInput` for a method that would need more memory than there is for a long input."""
    if is_long(card) and not METHODS[method].long_inputs:
        fitting = ", ".join(name for name, row in METHODS.items() if row.long_inputs)
        raise BadInput(
            f"The method `{method}` was asked for on {card.length:,} bases.",
            f"Inputs this long are explained by {fitting}: others hold many sequences in memory at once.",
            "Choose inputxgradient, then mutate the stretch that matters.",
        )
