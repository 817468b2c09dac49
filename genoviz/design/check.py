"""Does a second model see what a design is meant to do?

A search finds whatever raises the number of the network it asks, quirks included. So every design is scored by another
kind of model for the same task, its motifs gained and lost are listed, and it is compared with the training sequences.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

from genoviz.design.fewest_edits import Design
from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.factors import factors_of, motifs_for
from genoviz.models.metrics import main_metric
from genoviz.models.target import Target
from genoviz.models.words import percentiles
from genoviz.motifs.families import one_per_family
from genoviz.motifs.motif import Motif
from genoviz.motifs.p_value import motif_scan
from genoviz.motifs.scan import THRESHOLD, scan
from genoviz.predict.readout import read
from genoviz.sequences.sequence import Sequence
from genoviz.trust.out_of_distribution import unusual

NOTICED = 5.0  # percentage points of a background set that count as a move


@dataclass(frozen=True)
class SiteChange:
    """A motif match over a changed base that only the start or only the designed sequence has.

    Attributes
    ----------
    motif, strand, start, end
        Whose match it is and where (0-based, half-open).
    status
        `gained` or `lost`.
    step
        The step (from 1) from which on it is there, or no longer there.
    score, p_value
        Log-odds in bits, and the probability that a random word scores as much.
    matching
        How many factors of its family have a match that changes here; this one stands for them.
    """

    motif: Motif
    strand: str
    start: int
    end: int
    status: str
    step: int
    score: float
    p_value: float
    matching: int = 1


@dataclass(frozen=True, eq=False)
class Opinion:
    """One model's view of the path of a design.

    Attributes
    ----------
    card, target, unit
        The model, and its number that corresponds to the design's target.
    values
        Along the path, the start first, in `unit`.
    before, after
        Share (0 to 100) of each background set of the card that scores below start and designed sequence; empty for
        models without.
    unusual
        What sets the designed sequence apart from the model's training sequences; see `out_of_distribution`.
    """

    card: ModelCard
    target: Target
    unit: str
    values: tuple[float, ...]
    before: dict[str, float]
    after: dict[str, float]
    unusual: tuple[str, ...]

    @property
    def delta(self) -> float:
        """Designed minus start."""
        return self.values[-1] - self.values[0]

    @property
    def moved(self) -> float:
        """The largest change of a percentile, signed; nan without a background."""
        return max((self.after[name] - self.before[name] for name in self.after), key=abs, default=float("nan"))

    @property
    def standing(self) -> str:
        """How many held-out sequences score lower, before and after; empty without a background."""
        parts = [f"{self.before[n]:.0f} % to {self.after[n]:.0f} % of the {n}" for n in self.after]
        return f"from {' and from '.join(parts)} test sequences score lower" if parts else ""


@dataclass(frozen=True, eq=False)
class Check:
    """What speaks for and against a design.

    Attributes
    ----------
    own, other
        Views of the design's model and of the second one, which is None where no comparable model exists.
    verdict
        `agrees`, `hardly` (same direction, but a small move), `disagrees`, or `none` (no second model, or no edit).
    changes
        Motifs gained and lost, see `SiteChange`.
    new_unusual
        What sets the designed sequence, but not the start, apart from the training sequences of the design's model.
    """

    own: Opinion
    other: Opinion | None
    verdict: str
    changes: tuple[SiteChange, ...]
    new_unusual: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The second opinion in words."""
        if self.other is None:
            return (
                "There is no second model of another kind for this task and these sequences, so nothing but the design's own "
                "model speaks for it. The motifs below are the only independent hint."
            )
        if self.verdict == "none":
            return "Nothing was changed, so there is nothing to check."
        seen = f"{self.other.card.title} ({self.other.card.family}) goes from {self.other.values[0]:.3g} to "
        seen += f"{self.other.values[-1]:.3g} {self.other.unit}"
        seen += f"; {self.other.standing}" if self.other.standing else ""
        return {
            "agrees": f"A second model agrees: {seen}.",
            "hardly": f"A second model hardly moves: {seen}.",
            "disagrees": f"A second model does not agree: {seen}.",
        }[self.verdict]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to mind, in sentences."""
        said = []
        if self.verdict in ("hardly", "disagrees"):
            said.append(
                "Only the model that made the design agrees with it. The edits may use a quirk of this network: treat them as "
                "a guess, and prefer a design that both models follow."
            )
        if self.new_unusual:
            said.append(
                "The edits make the sequence unlike those that the model learned from: "
                + "; ".join(self.new_unusual)
                + "."
            )
        return tuple(said)


def second_models(card: ModelCard, target: Target) -> tuple[ModelCard, ...]:
    """Cards of comparable models, the best first: another family, but the same task, organism, length and tracks.

    They are ranked by the held-out score of the target's first track. Models that need a download are left out.
    """
    found = []
    for other in list_models():
        same = (other.task, other.organism, other.length) == (card.task, card.organism, card.length)
        if not same or other.family == card.family or other.name == card.name or not other.bundled:
            continue
        if _corresponding(card, target, other) is not None:
            row = other.scores(_tracks(card, target)[0])
            metric = main_metric(row) if row else None
            found.append((float(row[metric]) if row and metric else float("-inf"), other))
    return tuple(other for _, other in sorted(found, key=lambda pair: -pair[0]))


def check_design(
    model: Model,
    result: Design,
    *,
    other: Model | None = None,
    motifs: Seq[Motif] | None = None,
    threshold: float = THRESHOLD,
) -> Check:
    """Score a design by a second model, and list its motifs gained and lost.

    Parameters
    ----------
    model
        The model that the design was made with.
    result
        Its design.
    other
        The second model; None takes the first of `second_models`.
    motifs
        What to look for; `genoviz.models.factors.motifs_for` the model if None.
    threshold
        Largest p-value of a match.

    Raises
    ------
    BadInput
        If `other` has no number that corresponds to the target, or reads another length.
    """
    card = model.card
    if other is None:
        comparable = second_models(card, result.target)
        if comparable:
            from genoviz.models.load import load_model

            other = load_model(comparable[0].name)
    own = _opinion(model, result.target, result.path)
    second = None
    if other is not None:
        target = _corresponding(card, result.target, other.card)
        if target is None or other.card.length != card.length:
            raise BadInput(
                f"`{other.card.name}` has no number like {result.target}.",
                f"The second model has the same tracks and reads {card.length:,} bases.",
                "Choose one of `second_models`, or none.",
            )
        second = _opinion(other, target, result.path)
    known = set(unusual(card.inputs, result.start))
    new = tuple(text for text in own.unusual if text not in known)
    known_motifs = motifs_for(card) if motifs is None else motifs
    changes = site_changes(result, known_motifs, about=factors_of(result.target), threshold=threshold)
    return Check(own, second, _verdict(result, second), changes, new)


def site_changes(
    result: Design, motifs: Seq[Motif], *, about: Collection[str] = (), threshold: float = THRESHOLD
) -> tuple[SiteChange, ...]:
    """Motif matches over changed bases that only the start or only the designed sequence has, one per place and family.

    Matches and `about` are those of `genoviz.effects.motif_changes`. Gained ones first, then by p-value.
    """
    path, edited = result.path, {step.position for step in result.steps}
    ends = [
        {(id(hit.motif), hit.strand, hit.start): hit for hit in scan(sequence, motifs, threshold)}
        for sequence in (path[0], path[-1])
    ]
    found = []
    for key in ends[0].keys() ^ ends[1].keys():
        status, hit = ("gained", ends[1][key]) if key in ends[1] else ("lost", ends[0][key])
        if edited.isdisjoint(range(hit.start, hit.end)):
            continue
        scorer = motif_scan(hit.motif if hit.strand == "+" else hit.motif.reverse_complement())
        scores = [int(scorer.scores(sequence.bases[hit.start : hit.end])[0]) for sequence in path]
        matched = [scorer.p_value(score) <= threshold for score in scores]
        # From which step on it is as it is at the end.
        step = max(n for n, match in enumerate(matched) if match != matched[-1]) + 1
        found.append(SiteChange(hit.motif, hit.strand, hit.start, hit.end, status, step, hit.score, hit.p_value))
    kept = one_per_family(found, lambda row: (row.start, row.end), about)
    rows = [replace(row, matching=matching) for row, matching in kept]
    return tuple(sorted(rows, key=lambda row: (row.status, row.p_value, row.start)))


def _opinion(model: Model, target: Target, path: Seq[Sequence]) -> Opinion:
    card = model.card
    readouts = [read(model, sequence) for sequence in path]
    values = tuple(float(readout.numbers(target)[0]) for readout in readouts)
    ends: list[dict[str, float]] = [{}, {}]
    tracks = _tracks(card, target)
    if len(tracks) == 1 and card.output(target.output).bins == 1:
        logit = Target(target.output, tracks)
        ends = [percentiles(card, tracks[0], float(readouts[i].numbers(logit)[0])) for i in (0, -1)]
    return Opinion(card, target, target.unit(card), values, ends[0], ends[1], tuple(unusual(card.inputs, path[-1])))


def _verdict(result: Design, other: Opinion | None) -> str:
    if other is None or not result.steps:
        return "none"
    up = 1 if result.delta > 0 else -1
    if up * other.delta <= 0:
        return "disagrees"
    return "hardly" if other.after and up * other.moved < NOTICED else "agrees"


def _tracks(card: ModelCard, target: Target) -> tuple[str, ...]:
    return target.tracks or card.output(target.output).tracks


def _corresponding(card: ModelCard, target: Target, other: ModelCard) -> Target | None:
    """The number of another model that has the same tracks and as many bins, on the same scale."""
    tracks, bins = _tracks(card, target), card.output(target.output).bins
    for output in other.outputs:
        if set(tracks) <= set(output.tracks) and output.bins == bins:
            return Target(output.name, tracks, target.bins, target.reduction, target.scale)
    return None
