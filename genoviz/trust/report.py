"""`assess`: the six lights of one explanation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.methods import METHODS, REFERENCES, default_method
from genoviz.errors import BadInput, BadModel, Cancelled
from genoviz.files.tsv import Row
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.size import is_long
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from genoviz.trust import completeness, faithfulness, randomisation, signal, stability, strand
from genoviz.trust.again import Progress
from genoviz.trust.light import AMBER, RED, Light
from genoviz.trust.null_band import stored_band
from genoviz.trust.uncertainty import MemberAgreement, PredictionGaps, uncertainty

CHECKS = ("completeness", "signal", "randomisation", "faithfulness", "strand", "stability")
# Those that ask the model more: title and threshold, for where it has no answer, and share of the work.
_ASKING = {
    "signal": (signal.signal, signal.TITLE, signal.THRESHOLD, 0.3),
    "randomisation": (randomisation.randomisation, randomisation.TITLE, randomisation.THRESHOLD, 0.15),
    "faithfulness": (faithfulness.faithfulness, faithfulness.TITLE, faithfulness.THRESHOLD, 0.25),
    "strand": (strand.strand, strand.TITLE, strand.SYMMETRIC, 0.05),
    "stability": (stability.stability, stability.TITLE, stability.THRESHOLD, 0.2),
}
_DOUBT = 0.05  # share of the work that is asking where networks disagree


@dataclass(frozen=True, eq=False)
class TrustReport:
    """What the checks say of one explanation.

    Attributes
    ----------
    explanation
        What was checked; its method, baseline, references and seed are those of the checks.
    lights
        One per check, in the order of `CHECKS`.
    uncertainty
        Where the networks of an ensemble disagree, or how far the prediction of a single one moves; None if the run was
        cancelled before, or the model has no answer.
    complete
        False if the run was cancelled; the lights are then those done before.
    """

    explanation: Attribution
    lights: tuple[Light, ...]
    uncertainty: MemberAgreement | PredictionGaps | None = None
    complete: bool = True

    @property
    def red(self) -> tuple[Light, ...]:
        """The lights that are red."""
        return tuple(light for light in self.lights if light.colour == RED)

    @property
    def lit(self) -> tuple[Light, ...]:
        """The lights that say something about this explanation."""
        return tuple(light for light in self.lights if light.colour is not None)

    @property
    def sentence(self) -> str:
        """How many checks are passed, and which are not."""
        if not self.lit:
            return "No check says anything about this explanation."
        amber = [light for light in self.lit if light.colour == AMBER]
        good = len(self.lit) - len(amber) - len(self.red)
        parts = [f"{good} of {len(self.lit)} checks are green"]
        parts += [
            f"{word}: {', '.join(x.title.lower() for x in some)}"
            for word, some in (("red", self.red), ("amber", amber))
            if some
        ]
        return "; ".join(parts) + "." + ("" if self.complete else " It was stopped before the other checks.")

    @property
    def tables(self) -> dict[str, tuple[Row, ...]]:
        """What the figures were made from: a table per check that has one, and `uncertainty`."""
        found: dict[str, tuple[Row, ...]] = {light.check: light.rows for light in self.lights if light.rows}
        return found if self.uncertainty is None else found | {"uncertainty": self.uncertainty.rows}


def assess(
    model: Model,
    sequence: Sequence,
    target: Target | None = None,
    method: str | None = None,
    *,
    baseline: str | None = None,
    references: int = REFERENCES,
    other: Sequence | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    on_light: Callable[[Light], None] | None = None,
) -> TrustReport:
    """Explain one number of a model, and check the explanation.

    Parameters
    ----------
    model, sequence, target, method, baseline, references, other, seed
        As in `genoviz.attribute.attribute`; the first track and the page's usual method for None.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; the checks done are returned.
    on_light
        Called with each light as soon as it is known.

    Raises
    ------
    BadInput
        If the input of the model is so long that it can't be asked some hundred times.
    GenovizError
        What `attribute` raises.

    Examples
    --------
    >>> from genoviz.models.load import load_model
    >>> sequence = Sequence("TGCATCATGCTTACGCAGTCATCAGATAAGCTCATGCAATGCTACCTGCATTCGACTGCA")
    >>> report = assess(load_model("toy.sum"), sequence)
    >>> [(light.check, light.colour) for light in report.lights][:2]
    [('completeness', 'green'), ('signal', 'green')]
    """
    check_short(model.card)
    method = method or default_method(model.card)
    target = target or Target.default(model.card)
    result = attribute(
        model, sequence, target, method, baseline=baseline, references=references, other=other, seed=seed
    )
    return assess_explanation(model, result, progress=progress, on_light=on_light)


def check_short(card: ModelCard) -> None:
    """Raise `BadInput` for a model whose input is so long that it can't be asked some hundred times."""
    if is_long(card):
        raise BadInput(
            f"`{card.name}` reads {card.length:,} bases.",
            "The checks ask a model some hundred times, which takes hours for inputs this long.",
            "Check an explanation of a shorter model.",
        )


def work_of(card: ModelCard, result: Attribution) -> tuple[int, int]:
    """About what the checks of an explanation cost: predictions, and mutants of a mutation map."""
    stored = stored_band(card, result.target, result.method, result.baseline)
    maps = signal.SHUFFLES if stored is None or stored.letters is None else 0
    maps += randomisation.STAGES - 1 + randomisation.DRAWS + len(stability.SHIFTS) + stability.SEEDS
    maps += 4  # the other strand, other baselines, members twice
    curves = 2 * faithfulness.REFERENCES * len(faithfulness.ORDERS) * faithfulness.STEPS
    return maps * METHODS[result.method].predictions(len(result.sequence)) + curves, 3 * len(result.sequence)


def assess_explanation(
    model: Model,
    result: Attribution,
    *,
    progress: Progress | None = None,
    on_light: Callable[[Light], None] | None = None,
) -> TrustReport:
    """Check an explanation that is there already.

    Parameters
    ----------
    model, result
        The model, and its explanation by `attribute`.
    progress, on_light
        As in `assess`.
    """
    lights: list[Light] = []
    done, doubt = 0.0, None

    def add(light: Light) -> None:
        lights.append(light)
        if on_light is not None:
            on_light(light)

    def part(share: float) -> Progress | None:
        before = done
        return progress and (lambda done_of_it: progress(min(1.0, before + share * done_of_it)))

    try:
        add(completeness.completeness(result))
        for name, (check, title, threshold, share) in _ASKING.items():
            ask = partial(check, model, result)
            if name == "stability":
                with contextlib.suppress(BadModel):
                    doubt = uncertainty(model, result, progress=part(_DOUBT))
                done += _DOUBT
                # The map of each network is asked once, for both.
                known = doubt.scores if isinstance(doubt, MemberAgreement) else None
                ask = partial(stability.stability, model, result, members=known)
            try:
                add(ask(progress=part(share)))
            except BadModel as error:  # on some other sequence or weights: the other checks still say theirs
                add(Light(name, title, None, threshold, f"This check could not be done. {error.read}"))
            done += share
            if progress is not None:
                progress(min(1.0, done))
    except Cancelled:
        return TrustReport(result, tuple(lights), doubt, complete=False)
    return TrustReport(result, tuple(lights), doubt)
