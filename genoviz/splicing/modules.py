"""What a variant does to the splicing of an exon, part by part: MMSplice's five modules with either allele.

After Cheng et al. 2019 (Genome Biol 20:48). Each module (`genoviz.networks.mmsplice`) scores one part of an exon and of the 100
bases of intron on either side. The changes of the five scores, each with its weight, add up to the change of logit PSI,
where PSI is the share of transcripts that keep the exon. Which bases a module reads, the weights and how alleles are put
into the parts are those of the authors' package mmsplice 2.4.0 (MIT).

Parts overlap: the exon's first 3 bases are read by the acceptor and the exon module, its last 5 by the exon and the donor
module, and so on. Where two neighbours both change, the weight of the exon's or intron's module is another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, BadLocus, BadSequence, BadVariant
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Reference
from genoviz.models.base import Model
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.bases import base_count
from genoviz.sequences.chromosome_name import canonical_chromosome
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant

MODULES = ("intron3", "acceptor", "exon", "donor", "intron5")  # 5' to 3'; intron3 is the intron on the acceptor's side
INTRON = 100  # bases of intron on either side
# Linear model of the authors: weight of each module's change, what is added to it where the neighbour changes too.
_WEIGHT = {
    "intron3": 0.49685773,
    "acceptor": 0.72322957,
    "exon": 1.54760024,
    "donor": 0.75011527,
    "intron5": 2.26187717,
}
_OVERLAP = {"intron3": 0.88148553, "exon": -0.69419094, "intron5": 2.40138709}
_NEIGHBOURS = {"intron3": ("acceptor",), "exon": ("acceptor", "donor"), "intron5": ("donor",)}
_INTERCEPT = 0.0006480262366686865  # the published sum of no change at all
_SMALL = 1e-8  # changes below it count as none
_LOGIT = float(np.log((1 - 1e-5) / 1e-5))  # probabilities are clipped to 0.00001 and 0.99999 before their logit
_SITES = ("acceptor", "donor")
# Bases that the site modules read in the intron and in the exon, and those next to the exon that the intron modules leave.
_ACCEPTOR, _DONOR, _CUT = (50, 3), (13, 5), 6
_PSI = 0.001  # PSI is kept this far from 0 and 1


@dataclass(frozen=True)
class ExonParts:
    """Bases of an exon and of the intron before and behind it, 5' to 3' on the transcript's strand.

    Either intron may be empty: a transcript begins and ends with an exon.
    """

    before: str
    exon: str
    behind: str

    @classmethod
    def of(cls, sequence: Sequence, introns: tuple[int, int] = (INTRON, INTRON)) -> ExonParts:
        """Cut a sequence that begins and ends with so many bases of intron; BadSequence if it is too short."""
        first, last = introns
        if min(introns) < 0 or first + last > len(sequence):
            raise BadSequence(
                f"A sequence of {base_count(len(sequence))} can't begin with {first:,} and end with {last:,} bases of intron.",
                "It holds intron, exon and intron, 5' to 3' on the transcript's strand.",
                "Give a longer sequence, or say how many bases of it are intron.",
            )
        bases = sequence.bases
        return cls(bases[:first], bases[first : len(bases) - last], bases[len(bases) - last :])

    def reverse_complement(self) -> ExonParts:
        """The same parts read from the other strand."""
        turned = [
            Sequence(part).reverse_complement().bases if part else "" for part in (self.behind, self.exon, self.before)
        ]
        return ExonParts(*turned)

    def read_by(self) -> dict[str, str]:
        """The bases that each of `MODULES` reads. A missing intron is N, as is an exon without any base."""
        before = self.before.rjust(_ACCEPTOR[0] + 1, "N")
        behind = self.behind.ljust(_DONOR[0] + 1, "N")
        whole, start, end = before + self.exon + behind, len(before), len(before) + len(self.exon)
        return {
            "intron3": before[:-_CUT],
            "acceptor": whole[start - _ACCEPTOR[0] : start + _ACCEPTOR[1]],
            "exon": self.exon or "N",
            "donor": whole[end - _DONOR[1] : end + _DONOR[0]],
            "intron5": behind[_CUT:],
        }


@dataclass(frozen=True)
class ModuleChange:
    """One module's scores with either allele, and its weight in the sum.

    Scores of the acceptor and the donor are logits, the others scores on the same scale.
    """

    module: str
    reference: float
    alternate: float
    weight: float

    @property
    def delta(self) -> float:
        """Alternate minus reference."""
        return self.alternate - self.reference

    @property
    def share(self) -> float:
        """What the module adds to the change of logit PSI."""
        return self.weight * self.delta


@dataclass(frozen=True)
class ModuleEffect:
    """Change of an exon's splicing by module.

    Attributes
    ----------
    reference, alternate
        What was compared, on the transcript's strand.
    changes
        One per module, in the order of `MODULES`.
    notices
        Sentences to show beside the result.
    variant, exon
        The variant as scored, left-aligned, and the exon with its strand; None where two sequences were given.
    """

    reference: ExonParts
    alternate: ExonParts
    changes: tuple[ModuleChange, ...]
    notices: tuple[str, ...] = ()
    variant: Variant | None = None
    exon: Locus | None = None

    @property
    def delta_logit_psi(self) -> float:
        """Change of logit PSI: the modules' shares and the intercept of the published linear model."""
        return sum(change.share for change in self.changes) + _INTERCEPT

    @property
    def largest(self) -> ModuleChange:
        """The module with the largest share, of either sign."""
        return max(self.changes, key=lambda change: abs(change.share))

    def delta_psi(self, reference_psi: float) -> float:
        """Change of PSI of an exon that is kept in the share `reference_psi` (0 to 1) of transcripts without the variant."""
        if not 0 <= reference_psi <= 1:
            raise BadInput(
                f"A PSI of {reference_psi} was given.", "It is a share from 0 to 1.", "Divide percent by 100."
            )
        before = min(max(reference_psi, _PSI), 1 - _PSI)
        logit = np.log(before / (1 - before)) + self.delta_logit_psi
        return float(1 / (1 + np.exp(-logit)) - before)

    @property
    def sentence(self) -> str:
        """The result in words."""
        top = self.largest
        what = f"{self.variant}" if self.variant is not None else "The change"
        where = f" of the exon {self.exon}" if self.exon is not None else ""
        if not top.delta:
            return f"{what} changes no module's score{where}."
        word = "more" if self.delta_logit_psi > 0 else "less"
        return (
            f"{what}: change of logit PSI{where} {self.delta_logit_psi:+.2f} (spliced in {word} often), "
            f"most of it by the {top.module} module ({top.share:+.2f})."
        )


@dataclass(frozen=True)
class NearExon:
    """An exon of a transcript near a variant: its number from 1, its locus, and bases of intron on either side (5', 3')."""

    number: int
    exon: Locus
    introns: tuple[int, int]


def card_name(module: str) -> str:
    """Name of the model of one of `MODULES`."""
    return f"splice.mmsplice-{module}"


def load_modules() -> dict[str, Model]:
    """The five modules by name; MissingWeights says how to get them."""
    return {module: load_model(card_name(module)) for module in MODULES}


def exons_near(transcript: Transcript, variant: Variant, intron: int = INTRON) -> list[NearExon]:
    """Exons for which a variant lies in the exon or so many bases of intron around it, 5' to 3'. A transcript's ends have no
    intron."""
    found = []
    place, last = replace(variant.locus, chrom=canonical_chromosome(variant.chrom)), len(transcript.exons)
    for number, exon in enumerate(transcript.exons, 1):
        introns = (0 if number == 1 else intron, 0 if number == last else intron)
        if place.overlaps(reach(replace(exon, chrom=canonical_chromosome(exon.chrom)), introns)):
            found.append(NearExon(number, exon, introns))
    return found


def module_scores(modules: Mapping[str, Model], parts: Seq[ExonParts]) -> NDArray[np.float64]:
    """Scores `(parts, 5)` in the order of `MODULES`: logits of the two sites, clipped as published, and three scores."""
    read = [part.read_by() for part in parts]
    return np.stack([_scores(modules[name], name, [row[name] for row in read]) for name in MODULES], 1)


def compare_parts(modules: Mapping[str, Model], pairs: Iterable[tuple[ExonParts, ExonParts]]) -> list[ModuleEffect]:
    """Compare reference and alternate of each pair; see `splice_modules` for variants."""
    listed = list(pairs)
    scores = module_scores(modules, [part for pair in listed for part in pair]).reshape(len(listed), 2, len(MODULES))
    effects = []
    for (reference, alternate), (before, after) in zip(listed, scores, strict=True):
        changed = {m: abs(b - a) > _SMALL for m, a, b in zip(MODULES, before, after, strict=True)}
        changes = tuple(
            ModuleChange(m, float(a), float(b), _weight(m, changed))
            for m, a, b in zip(MODULES, before, after, strict=True)
        )
        effects.append(ModuleEffect(reference, alternate, changes, tuple(_notices(reference))))
    return effects


def splice_modules(
    modules: Mapping[str, Model],
    variant: Variant,
    reference: Reference,
    exon: Locus,
    *,
    introns: tuple[int, int] = (INTRON, INTRON),
) -> ModuleEffect:
    """Compare the modules' scores of an exon with either allele of a variant.

    The variant is left-aligned first. Introns keep their length: after a deletion in one, more of it is read at the far end.
    An exon becomes longer or shorter. Inserted bases belong to the part of the base before them on the plus strand; of a
    change across a border, alleles are paired from their left end and each base goes where its partner is.

    Parameters
    ----------
    modules
        See `load_modules`.
    variant, reference
        The genome's bases must be the variant's reference allele.
    exon
        With the strand of the transcript, see `exons_near`.
    introns
        Bases of intron to read 5' and 3' of the exon; 0 for the side on which a transcript begins or ends.

    Raises
    ------
    RefMismatch
        If the genome has other bases at the variant.
    BadVariant
        If the variant lies outside the exon and these bases.
    BadLocus
        If the genome doesn't have the place, or the assemblies differ.
    """
    pair = exon_alleles(variant, reference, exon, introns)
    (effect,) = compare_parts(modules, [(pair.before, pair.after)])
    return replace(effect, variant=pair.variant, exon=pair.exon)


@dataclass(frozen=True)
class ExonAlleles:
    """An exon and its introns without and with a variant, which is left-aligned; the exon is on the genome's own chromosome."""

    variant: Variant
    exon: Locus
    before: ExonParts
    after: ExonParts


def exon_alleles(
    variant: Variant, reference: Reference, exon: Locus, introns: tuple[int, int], reader: str = "MMSplice"
) -> ExonAlleles:
    """Both alleles of an exon; arguments and errors as those of `splice_modules`, `reader` is who reads them."""
    for one in (variant.assembly, exon.assembly):
        if not same_assembly(one, reference.assembly):
            raise BadLocus(
                read=f"`{str(variant)[:60]}` or the exon is on {one}, but {reference.title} is {reference.assembly}.",
                accepted="Variant, exon and genome must be of one assembly.",
                fix=f"Choose a genome of {one}.",
            )
    aligned = replace(variant, chrom=reference.resolve(variant.chrom)).left_align(reference.bases)
    place = replace(exon, chrom=reference.resolve(exon.chrom), assembly=reference.assembly)
    window = reach(place, introns)
    if not aligned.locus.overlaps(window):
        raise BadVariant(
            read=f"`{str(aligned)[:60]}` lies outside {window}.",
            accepted=f"{reader} reads the exon with {introns[0]} and {introns[1]} bases of intron before and behind it.",
            fix="Choose the exon next to the variant.",
        )
    return ExonAlleles(aligned, place, *_alleles(aligned, reference, place, window))


def reach(exon: Locus, introns: tuple[int, int]) -> Locus:
    """The exon with so many bases 5' and 3' of it, as far as the chromosome begins."""
    left, right = introns if exon.strand == "+" else introns[::-1]
    return replace(exon, start=max(0, exon.start - left), end=exon.end + right)


def _alleles(variant: Variant, reference: Reference, exon: Locus, window: Locus) -> tuple[ExonParts, ExonParts]:
    """Parts with the reference and with the alternate allele."""
    lost = max(0, -variant.length_change)  # so many bases of intron come in at the far end
    low = max(0, min(window.start - lost, variant.locus.start))
    high = max(window.end + lost, variant.locus.end)
    bases = list(reference.fetch(Locus(exon.chrom, low, high, "+", reference.assembly), pad=True).bases)
    left, right = exon.start - window.start, window.end - exon.end

    def parts(letters: list[str]) -> ExonParts:
        first, last = exon.start - low, exon.end - low
        one, two = "".join(letters[:first]), "".join(letters[last:])
        cut = ExonParts(one[max(0, len(one) - left) :], "".join(letters[first:last]), two[:right])
        return cut if exon.strand == "+" else cut.reverse_complement()

    changed = bases.copy()
    start, size = variant.pos - 1 - low, len(variant.ref)
    for i in range(size):
        changed[start + i] = variant.alt[i : i + 1] if i < size - 1 else variant.alt[i:]
    return parts(bases), parts(changed)


def _scores(model: Model, module: str, texts: list[str]) -> NDArray[np.float64]:
    """Scores of texts of any length. Equal texts get exactly equal scores, so that an untouched module has no change."""
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for text in dict.fromkeys(texts):
        by_length[len(text)].append(text)
    function = Target.default(model.card).of(model)
    found: dict[str, float] = {}
    for group in by_length.values():
        found |= dict(zip(group, evaluate(function, model, encode(group)).tolist(), strict=True))
    scores = np.array([found[text] for text in texts])
    return np.clip(scores, -_LOGIT, _LOGIT) if module in _SITES else scores


def _weight(module: str, changed: Mapping[str, bool]) -> float:
    """Weight of a module's change; another one where it and a neighbour that shares bases with it both change."""
    overlap = changed[module] and any(changed[neighbour] for neighbour in _NEIGHBOURS.get(module, ()))
    return _WEIGHT[module] + (_OVERLAP[module] if overlap else 0.0)


def _notices(parts: ExonParts) -> list[str]:
    notices = []
    if parts.before and not parts.before.endswith("AG"):
        notices.append(
            f"The intron before the exon ends in {parts.before[-2:]}, not AG. Is this the exon's first base?"
        )
    if parts.behind and not parts.behind.startswith("GT"):
        notices.append(
            f"The intron behind the exon begins with {parts.behind[:2]}, not GT. Is this the exon's last base?"
        )
    unknown = sum(text.count("N") for text in (parts.before, parts.exon, parts.behind))
    if unknown:
        notices.append(f"{base_count(unknown)} of exon and introns are N.")
    return notices
