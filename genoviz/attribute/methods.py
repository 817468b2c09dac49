"""The table of attribution methods: one row each, Captum underneath.

A row's function (`genoviz.attribute.computations`) gets a `Call` and returns a `Raw` result; `attribute` adds checks,
completeness and labels. Captum's own DeepLIFT and DeepLiftShap stay in the table for comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genoviz.attribute.computations import (
    Call,
    Raw,
    ablation,
    captum_deep_lift,
    deconvolution,
    deep_lift,
    gradient_shap,
    guided_backprop,
    input_x_gradient,
    integrated_gradients,
    occlusion,
    saliency,
    smooth_grad,
)
from genoviz.errors import BadInput
from genoviz.models.card import ModelCard
from genoviz.models.size import is_long
from genoviz.predict.cost import GRADIENT

REFERENCES = 20  # sequences that a method with shuffled references compares with, unless told otherwise
PREDICTIONS_ONLY = ("ablation", "occlusion")  # methods that need no gradient
SAMPLES = 400  # draws of a method that estimates by chance


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
    rules
        Whether it replaces operations of the network by rules of its own, and so must be able to follow them.
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
    rules: bool = False


_ROWS = (
    Method(
        "deepliftshap",
        "DeepLIFT / SHAP",
        deep_lift,
        "Compares with many shuffled references and passes the difference back layer by layer. The field's usual choice.",
        "Lundberg and Lee 2017 (NeurIPS 30); Shrikumar et al. 2017 (ICML, PMLR 70:3145)",
        baseline="dinucleotide",
        complete=True,
        hypothetical=True,
        rules=True,
    ),
    Method(
        "deeplift",
        "DeepLIFT",
        deep_lift,
        "Compares with one reference and passes the difference back layer by layer (rescale rule).",
        "Shrikumar et al. 2017 (ICML, PMLR 70:3145)",
        baseline="gc",
        complete=True,
        hypothetical=True,
        rules=True,
    ),
    Method(
        "ig",
        "Integrated Gradients",
        integrated_gradients,
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
        gradient_shap,
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
        input_x_gradient,
        "Gradient at the observed base. Fast, but blind where the model is saturated: two sites of which one is enough get nothing.",
        "Shrikumar et al. 2016 (arXiv:1605.01713)",
        long_inputs=True,
    ),
    Method(
        "saliency",
        "Saliency (signed gradient)",
        saliency,
        "How the output would change with an infinitesimal amount of each base; the logo shows the observed base's row.",
        "Simonyan et al. 2013 (arXiv:1312.6034)",
        contribution=False,
        hypothetical=True,
        long_inputs=True,
    ),
    Method(
        "smoothgrad",
        "SmoothGrad",
        smooth_grad,
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
        occlusion,
        "Drop of the output when a window of bases is blanked out, averaged over the windows that cover a base.",
        "Zeiler and Fergus 2014 (ECCV)",
        options=("window",),
        predictions=lambda length: length,
    ),
    Method(
        "ablation",
        "Mutation importance (ISM)",
        ablation,
        "Mean drop of the output over the three possible substitutions of each base: the mutation map in one row.",
        "Zhou and Troyanskaya 2015 (Nat Methods 12:931)",
        predictions=lambda length: 3 * length,
    ),
    Method(
        "captum-deepliftshap",
        "DeepLiftShap by Captum",
        captum_deep_lift,
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
        captum_deep_lift,
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
        guided_backprop,
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
        deconvolution,
        "Teaching only: passes positive signals back whatever the activation was; not faithful to the model.",
        "Zeiler and Fergus 2014 (ECCV); Adebayo et al. 2018 (NeurIPS 31)",
        contribution=False,
        hooks=True,
        teaching_only=True,
        hypothetical=True,
    ),
)
METHODS: dict[str, Method] = {row.name: row for row in _ROWS}


def offered(card: ModelCard) -> tuple[str, ...]:
    """Names of the methods that fit a model: neither measured to fail on it (`ModelCard.unfit`) nor too much for its
    length."""
    fitting = (row.name for row in _ROWS if row.long_inputs) if is_long(card) else METHODS
    return tuple(name for name in fitting if name not in card.unfit)


def default_method(card: ModelCard) -> str:
    """The method that pages begin with: the field's usual one, or the first that fits the model."""
    fitting = offered(card)
    return "deepliftshap" if "deepliftshap" in fitting else fitting[0]


def check_method(card: ModelCard, method: str) -> None:
    """Raise `BadInput` for a method that was measured to fail on a model (`ModelCard.unfit`), or that would need more
    memory than there is for a long input."""
    if method in card.unfit:
        better = [name for name in ("deepliftshap", "ig", "ablation") if name in offered(card)]
        raise BadInput(
            f"{METHODS[method].title} was asked for on `{card.name}`, where it fails: {card.unfit[method]}",
            f"Methods for this model: {', '.join(offered(card))}.",
            f"Choose {better[0]}." if better else "Choose one of them.",
        )
    if is_long(card) and not METHODS[method].long_inputs:
        fitting = ", ".join(name for name, row in METHODS.items() if row.long_inputs)
        raise BadInput(
            f"The method `{method}` was asked for on {card.length:,} bases.",
            f"Inputs this long are explained by {fitting}: others hold many sequences in memory at once.",
            "Choose inputxgradient, then mutate the stretch that matters.",
        )
