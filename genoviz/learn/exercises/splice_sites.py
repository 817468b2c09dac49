"""Lesson 14: where an exon ends, where it ends after a mutation, and what becomes of the reading frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from genoviz.learn.exercise import Exercise, PickBase, SetValues, Values, Verdict, Watch, model
from genoviz.learn.scene import Choice, Layer, Numbers, Picture, Scene, Slider
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.isoforms.outcome import PossibleTranscript, SplicingOutcome
    from genoviz.splicing.effect import SpliceEffect

MODEL, GENE = "splice.sites", "TEACH13"
PLACE = ("chrT2", 23_173, "A", "C")  # on the minus strand: the T of the donor's GT becomes a G
SIDE, SCANNED, MOST = 40, 150, 20
SHOWN = (22, 62)  # bases whose letters can be read on a phone
KEPT, SHIFTED, YES, NO = "kept", "shifted", "yes", "no"


@dataclass(frozen=True)
class Case:
    """The variant of this lesson.

    Attributes
    ----------
    before, after
        `2 * SIDE + 1` bases around it with either allele, on the strand of the gene.
    own, cryptic
        First base of the intron (from 0): as annotated, and at the donor that the model turns to.
    own_before, own_after, cryptic_before, cryptic_after
        Probability of both donors with either allele.
    """

    before: str
    after: str
    own: int
    cryptic: int
    own_before: float
    own_after: float
    cryptic_before: float
    cryptic_after: float


@cache
def effect_and_outcome() -> tuple[SpliceEffect, SplicingOutcome]:
    """What the model says of the variant, and what follows for the transcript."""
    from genoviz.genes.registered import open_genes_of
    from genoviz.genomes.registry import open_genome
    from genoviz.splicing.effect import splice_effect
    from genoviz.splicing.predicted_sites import outcome_of
    from genoviz.variants.variant import Variant

    genes = open_genes_of("teaching")
    if genes is None:
        raise LookupError("teaching")
    with genes, open_genome("teaching") as reference:
        transcript = genes.gene(GENE).primary
        effect = splice_effect(
            model(MODEL), Variant(*PLACE), reference, transcript.strand, transcript=transcript, distance=SCANNED
        )
        outcome = outcome_of(effect, reference)
    if outcome is None:
        raise LookupError(GENE)
    return effect, outcome


@cache
def case() -> Case:
    """The variant, its surroundings, and both donors."""
    effect, outcome = effect_and_outcome()
    middle = effect.windows.reference_span[0]
    first = middle - SIDE
    donors = [site for site in outcome.sites if site.site == "donor"]
    own = next(site for site in donors if site.exon)
    cryptic = max((site for site in donors if not site.exon), key=lambda site: site.change)
    places = [effect.windows.index(site.position) + 1 - first for site in (own, cryptic)]
    return Case(
        effect.windows.reference.bases[first : middle + SIDE + 1],
        effect.windows.alternate.bases[first : middle + SIDE + 1],
        places[0],
        places[1],
        own.reference,
        own.alternate,
        cryptic.reference,
        cryptic.alternate,
    )


def likeliest() -> PossibleTranscript:
    """The form that is expected most."""
    found = effect_and_outcome()[1].likeliest
    if found is None:
        raise LookupError(GENE)
    return found


class Donor(PickBase):
    """Where the intron begins."""

    def scene(self, answer: int | None = None) -> Scene:
        """The end of the exon and the start of the intron, with the parts that an answer makes."""
        layers = () if answer is None else (_parts(answer, len(case().before)),)
        return Scene((Picture(Sequence(case().before, f"{GENE}, end of exon 3"), layers, window=SHOWN),))

    def grade(self, answer: int, watch: Watch | None = None) -> Verdict:
        """Right at the annotated donor."""
        found = case()
        if answer == found.own:
            return Verdict(True, f"The intron begins with base {answer + 1}: donor {found.own_before:.2f}.")
        two = found.before[answer : answer + 2]
        if two != "GT":
            return Verdict(False, f"Base {answer + 1} begins with {two}. Nearly all introns begin with GT.")
        return Verdict(
            False, f"GT at base {answer + 1} is not the donor. Compare the letters around each GT with CAG|GTAAGT."
        )

    def solution(self) -> int:
        """As annotated."""
        return case().own

    def mistake(self) -> int:
        """Another GT."""
        found = case()
        return next(i for i in range(len(found.before)) if found.before[i : i + 2] == "GT" and i != found.own)

    def facts(self) -> dict[str, str]:
        """The donor's letters, and how many GTs there are."""
        found = case()
        return {
            "donor": f"{found.before[found.own - 3 : found.own]}|{found.before[found.own : found.own + 6]}",
            "probability": f"{found.own_before:.2f}",
            "count": str(sum(found.before[i : i + 2] == "GT" for i in range(len(found.before) - 1))),
            "bases": str(len(found.before)),
        }


def _parts(intron: int, length: int) -> Layer:
    """Exon and intron, if the intron begins there."""
    exon = [{"start": 0, "end": intron, "label": "exon", "style": "exon"}] if intron else []
    return Layer.spans(
        [*exon, {"start": intron, "end": length, "label": "intron", "style": "intron"}], "If it begins at your base"
    )


class Cryptic(PickBase):
    """Where the intron begins after the mutation."""

    def scene(self, answer: int | None = None) -> Scene:
        """The mutated letters."""
        found = case()
        marks = [{"start": SIDE, "end": SIDE + 1, "label": f"{found.before[SIDE]}>{found.after[SIDE]}"}]
        layers: tuple[Layer, ...] = (Layer.spans(marks, "The mutation"),)
        if answer is not None:
            layers += (_parts(answer, len(found.after)),)
        return Scene(
            (
                Picture(Sequence(found.after, f"{GENE}, mutated"), layers, window=SHOWN),
                Numbers((("The old donor, now", f"{found.own_after:.2f}", f"It was {found.own_before:.2f}."),)),
            )
        )

    def grade(self, answer: int, watch: Watch | None = None) -> Verdict:
        """Right at the donor that gains most."""
        found = case()
        if answer == found.cryptic:
            return Verdict(
                True,
                f"Base {answer + 1}: donor {found.cryptic_after:.2f}; before the mutation it was {found.cryptic_before:.2f}.",
            )
        two = found.after[answer : answer + 2]
        if answer == found.own:
            return Verdict(False, f"There stands {two} now. The machinery needs a GT.")
        return Verdict(False, f"Base {answer + 1} ({two}) is not the one that gains most. The nearest good GT is.")

    def solution(self) -> int:
        """The donor that gains most."""
        return case().cryptic

    def mistake(self) -> int:
        """The old one."""
        return case().own

    def facts(self) -> dict[str, str]:
        """The cryptic donor and what it gains."""
        found = case()
        return {
            "cryptic": f"{found.after[found.cryptic - 3 : found.cryptic]}|{found.after[found.cryptic : found.cryptic + 6]}",
            "away": str(found.cryptic - found.own),
            "before": f"{found.cryptic_before:.2f}",
            "after": f"{found.cryptic_after:.2f}",
            "own_before": f"{found.own_before:.2f}",
            "own_after": f"{found.own_after:.2f}",
        }


class Frame(SetValues):
    """What becomes of exon, frame and protein."""

    added, frame, stop = "Bases that the exon gains", "The reading frame is", "A stop codon comes early"

    def scene(self, answer: Values | None = None) -> Scene:
        """Both ends of the exon, and the questions."""
        found = case()
        ends = [
            {"start": 0, "end": found.own, "label": "exon before", "style": "exon"},
            {"start": 0, "end": found.cryptic, "label": "exon now", "style": "exon"},
        ]
        return Scene(
            (Picture(Sequence(found.after, f"{GENE}, mutated"), (Layer.spans(ends, "Where the exon ends"),)),),
            (
                Slider(self.added, 0, MOST, 1, 0),
                Choice(self.frame, (KEPT, SHIFTED)),
                Choice(self.stop, (YES, NO)),
            ),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if all three are as computed."""
        right = self.solution()
        if answer[self.added] != right[self.added]:
            return Verdict(False, f"Not {answer[self.added]:.0f} bases: count between the two ends of the exon.")
        if answer[self.frame] != right[self.frame]:
            return Verdict(
                False, f"{right[self.added]} bases are {int(right[self.added] or 0) % 3} more than a multiple of three."
            )
        if answer[self.stop] != right[self.stop]:
            return Verdict(False, "In a wrong frame about three of 64 codons are stops: how far will it get?")
        return Verdict(True, f"{likeliest().sentence}.")

    def solution(self) -> Values:
        """From the rules."""
        top = likeliest()
        return {
            self.added: top.length_change,
            self.frame: SHIFTED if top.length_change % 3 else KEPT,
            self.stop: YES if top.stop is not None and top.stop.premature else NO,
        }

    def mistake(self) -> Values:
        """The frame is forgotten."""
        return {self.added: likeliest().length_change, self.frame: KEPT, self.stop: NO}

    def facts(self) -> dict[str, str]:
        """The outcome in words."""
        top = likeliest()
        return {
            "gained": str(top.length_change),
            "outcome": top.sentence,
            "codon": str(top.stop.codon) if top.stop is not None else "none",
            "decay": top.decay.verdict if top.decay is not None else "not told",
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {"donor": Donor, "cryptic": Cryptic, "frame": Frame}
