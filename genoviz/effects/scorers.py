"""What is scored of a variant, as rows: which scorer reads which output of a model, and how two alleles are compared.

Each model has scorers that fit it, and of these one or two are taken unless others are named: the best site of a whole
window says nothing about a splice variant, so that a splice model gets gains and losses of sites, a model of profiles gets
total and shape, a language model the ratio of likelihoods, and every other model the difference of its target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, field, replace

from genoviz.effects.splice_scores import SpliceScores
from genoviz.effects.window_scores import AgreementScore, ProfileScore, TargetScore
from genoviz.errors import BadInput, UnknownName
from genoviz.models.card import ModelCard, Output
from genoviz.models.target import Target
from genoviz.splicing.alleles import check_scan
from genoviz.splicing.effect import site_outputs
from genoviz.splicing.tables import SpliceOptions
from genoviz.splicing.usage import usage_output
from genoviz.variants.output import info_name

Score = TargetScore | ProfileScore | AgreementScore | SpliceScores
LANGUAGE_TASKS = ("language model of genomes", "evolution of bases")
WHOLE_SEQUENCE = "likelihood"  # output of the language models whose number is that of the whole sequence


@dataclass(frozen=True)
class ScoreOptions:
    """What scorers are told.

    Attributes
    ----------
    targets
        Numbers to compare; empty: the one that suits scorer and model.
    strand
        What the model reads 5' to 3', `"+"` or `"-"`. Empty: the plus strand, and for splice models that of each gene.
    splice
        How splice models score; its strand is `strand`.
    """

    targets: tuple[Target, ...] = ()
    strand: str = ""
    splice: SpliceOptions = field(default_factory=SpliceOptions)


@dataclass(frozen=True)
class Scorer:
    """One way to score a variant.

    Attributes
    ----------
    name
        As `--scorer` takes it.
    reads
        What it reads of the model.
    aggregation
        How that becomes a number.
    width
        Which bases count.
    signed
        Whether the number says a direction.
    formula, unit
        How the alleles are compared, and in what.
    fits
        Whether it can score with a model.
    make
        The scores of a run, for a model that fits.
    windows
        Windows that the model reads for a variant, about.
    """

    name: str
    reads: str
    aggregation: str
    width: str
    signed: bool
    formula: str
    unit: str
    fits: Callable[[ModelCard], bool]
    make: Callable[[ModelCard, ScoreOptions], tuple[Score, ...]]
    windows: Callable[[ModelCard], float] = lambda card: 2.0

    @property
    def sentence(self) -> str:
        """The row in words."""
        sign = "with its direction" if self.signed else "its size only"
        return f"{self.name}: {self.reads}; {self.aggregation}, {self.width}; {self.formula} in {self.unit}, {sign}."


def profile_outputs(card: ModelCard) -> tuple[Output | None, Output] | None:
    """The totals and the profile of a model that predicts signal along the sequence; None for other models.

    A profile has bins of values from 0 on that are no probabilities. Totals are one number per track for as many tracks, or
    for groups of neighbouring ones (both strands); None where the total is the sum of the bins.
    """
    profile = next((o for o in card.outputs if o.bins > 1 and o.activation in ("exp", "softplus")), None)
    if profile is None:
        return None
    total = next((o for o in card.outputs if o.bins == 1 and o.activation == profile.activation), None)
    if total is not None and len(profile.tracks) % len(total.tracks):
        total = None
    return total, profile


def total_targets(card: ModelCard, targets: Seq[Target]) -> tuple[Target, ...]:
    """The given targets; without any, the total of the first track."""
    outputs = profile_outputs(card)
    if targets or outputs is None:
        return tuple(targets) or (Target.default(card),)
    total, profile = outputs
    if total is not None:
        return (Target(total.name, total.tracks[:1]),)
    return (Target(profile.name, profile.tracks[:1], None, "sum", "value"),)


def _profile_groups(card: ModelCard, target: Target) -> tuple[tuple[int, ...], ...]:
    """Tracks of the profile that belong to a target, those with one shape together; none for another output."""
    outputs = profile_outputs(card)
    if outputs is None:
        return ()
    total, profile = outputs
    size = len(profile.tracks) // len(total.tracks) if total is not None else 1
    if total is not None and target.output == total.name:
        wanted = [total.index(track) for track in target.tracks or total.tracks]
    elif target.output == profile.name:
        wanted = sorted({profile.index(track) // size for track in target.tracks or profile.tracks})
    else:
        return ()
    return tuple(tuple(range(i * size, (i + 1) * size)) for i in wanted)


def _make_profile(card: ModelCard, options: ScoreOptions) -> tuple[Score, ...]:
    outputs = profile_outputs(card)
    if outputs is None:
        return ()
    targets = total_targets(card, options.targets)
    made = []
    for target, suffix in zip(targets, _suffixes(targets), strict=True):
        groups = _profile_groups(card, target)
        if not groups:
            known = " and ".join(f"`{output.name}`" for output in outputs if output is not None)
            raise BadInput(
                f"The scorer `profile` was asked for `{target}`.",
                f"It compares profiles: targets of {known}.",
                "Choose another --target, or another --scorer.",
            )
        words = ", ".join(outputs[1].tracks[i] for group in groups[:3] for i in group)
        words += f" and {len(groups) - 3} more" if len(groups) > 3 else ""
        name = f"profile_change_{suffix}" if suffix else "profile_change"
        made.append(ProfileScore(card, outputs[1], groups, name, words))
    return tuple(made)


def _make_targets(card: ModelCard, targets: Seq[Target], *, one_base: bool = False) -> tuple[Score, ...]:
    chosen = tuple(targets) or (Target.default(card),)
    return tuple(
        TargetScore(card, target, suffix, one_base) for target, suffix in zip(chosen, _suffixes(chosen), strict=True)
    )


def _make_agreement(card: ModelCard, options: ScoreOptions) -> tuple[Score, ...]:
    targets = total_targets(card, options.targets)
    return tuple(
        AgreementScore(card, target, suffix) for target, suffix in zip(targets, _suffixes(targets), strict=True)
    )


def _make_splice(card: ModelCard, options: ScoreOptions) -> tuple[Score, ...]:
    chosen = replace(options.splice, strand=options.strand or options.splice.strand)
    check_scan(chosen.strand or "+", chosen.distance, False, None)
    return (SpliceScores(card, chosen),)


def _suffixes(targets: Seq[Target]) -> list[str]:
    """What tells the columns of several targets apart; empty for one."""
    if len(targets) < 2:
        return [""]
    short = [info_name("_".join(target.tracks) or target.output) for target in targets]
    found: list[str] = []
    for name, target in zip(short, targets, strict=True):
        name = name if short.count(name) == 1 else info_name(str(target))
        found.append(name if name not in found else f"{name}_{len(found) + 1}")
    return found


def _is_language(card: ModelCard) -> bool:
    return card.task in LANGUAGE_TASKS


def _splice_windows(card: ModelCard) -> float:
    """A model of the middle is asked at each GT and AG of 101 bases of both alleles, one along the sequence once."""
    found = site_outputs(card)
    return 26.0 if found is not None and found[0].bins == 1 else 2.0


_NEAR = "50 bases on either side unless told otherwise"
_WINDOW = "the window that the model reads, with the variant in its middle"

SCORERS: Mapping[str, Scorer] = {
    scorer.name: scorer
    for scorer in (
        Scorer(
            "splice",
            "probabilities of acceptors and donors along the transcript of each gene at the variant",
            "the largest rise and the largest fall of each kind of site, with its distance",
            _NEAR,
            False,
            "ALT - REF, gains and losses apart",
            "probability",
            lambda card: site_outputs(card) is not None,
            _make_splice,
            _splice_windows,
        ),
        Scorer(
            "usage",
            "use of each base as a splice site, by tissue, on the strand of each gene at the variant",
            "the largest rise and the largest fall, in each tissue and over all, with its distance",
            _NEAR,
            True,
            "ALT - REF, gains and losses apart",
            "probability",
            lambda card: site_outputs(card) is None and usage_output(card) is not None,
            _make_splice,
        ),
        Scorer(
            "counts",
            "the total of a predicted profile",
            "the model's total, or the sum over its bins",
            _WINDOW,
            True,
            "log2(ALT / REF), with one added to both for coverage",
            "log2 ratio",
            lambda card: profile_outputs(card) is not None,
            lambda card, options: _make_targets(card, total_targets(card, options.targets)),
        ),
        Scorer(
            "profile",
            "a predicted profile as shares of its total",
            "over all bins",
            _WINDOW,
            False,
            "Jensen-Shannon distance of ALT and REF",
            "square root of bits, 0 to 1",
            lambda card: profile_outputs(card) is not None,
            _make_profile,
        ),
        Scorer(
            "likelihood",
            "the log-likelihood of the sequence, or of its middle where a model gives only that",
            "over the bases that the model counts",
            _WINDOW,
            True,
            "ALT - REF: the log-likelihood ratio",
            "nats",
            _is_language,
            lambda card, options: _make_targets(card, options.targets, one_base=card.outputs[0].name != WHOLE_SEQUENCE),
        ),
        Scorer(
            "difference",
            "the number of a target",
            "as the target says",
            _WINDOW,
            True,
            "ALT - REF, as a log2 ratio or a difference in logit where the output is one",
            "the unit of the target",
            lambda card: True,
            lambda card, options: _make_targets(card, options.targets),
        ),
        Scorer(
            "agreement",
            "the number of a target by each network of a model that averages several, such as the folds of ENCODE's atlases",
            "how many change in the direction of their mean, the smallest and the largest change",
            _WINDOW,
            True,
            "ALT - REF of each network",
            "the unit of the target, before the activation",
            lambda card: card.members > 1,
            _make_agreement,
        ),
    )
}


def get_scorer(name: str) -> Scorer:
    """A row of `SCORERS`; an unknown name raises `UnknownName` with near matches."""
    if name not in SCORERS:
        raise UnknownName.among("scorer", name, SCORERS)
    return SCORERS[name]


def scorers_for(card: ModelCard) -> tuple[Scorer, ...]:
    """The scorers that fit a model, the best first."""
    return tuple(scorer for scorer in SCORERS.values() if scorer.fits(card))


def default_scorers(card: ModelCard, targets: Iterable[Target] = ()) -> tuple[str, ...]:
    """The names of those that a model is scored with unless others are named."""
    fitting = [scorer.name for scorer in scorers_for(card)]
    folds = ("agreement",) if card.folds else ()
    if fitting[0] != "counts":
        return (fitting[0], *folds)
    of_profiles = all(_profile_groups(card, target) for target in targets)
    return (*(("counts", "profile") if of_profiles else ("difference",)), *folds)


def scores_of(card: ModelCard, names: Seq[str], options: ScoreOptions) -> tuple[Score, ...]:
    """The scores of a run.

    Raises
    ------
    UnknownName
        If there is no such scorer, output or track.
    BadInput
        If a scorer doesn't fit the model or the targets, or two have the same columns.
    """
    for target in options.targets:
        target.check(card)
    made: list[Score] = []
    for name in names or default_scorers(card, options.targets):
        scorer = get_scorer(name)
        if not scorer.fits(card):
            raise BadInput(
                f"The scorer `{name}` was asked for with `{card.name}`.",
                f"It needs {scorer.reads}. For this model there are "
                f"{', '.join(f'`{one.name}`' for one in scorers_for(card))}.",
                "Choose one of them, or leave --scorer out.",
            )
        made += scorer.make(card, options)
    columns = [one.name for score in made for one in score.fields]
    twice = [name for name in columns if columns.count(name) > 1]
    if twice:
        raise BadInput(
            f"The scorers {', '.join(names)} both have the column `{twice[0]}`.",
            "Scorers of one run read different numbers.",
            "Leave one out.",
        )
    return tuple(made)


def scores_genes(card: ModelCard, names: Seq[str] = ()) -> bool:
    """Whether a run scores on the genes at each variant, on their strands."""
    return any(name in ("splice", "usage") for name in names or default_scorers(card))
