"""What a variant does to the splicing of an exon in each of 56 tissues: MTSplice's networks with either allele.

After Cheng et al. 2021 (Genome Biol 22:94). MTSplice (`genoviz.networks.mtsplice`) reads 300 bases of intron and 100 of exon at
each end of an exon, and says by how much the exon's logit PSI in a tissue differs from its mean over the tissues. So its change
says in which tissue a variant acts more than elsewhere, not how much it acts. The authors add MMSplice's change, which is the same
for all tissues (`genoviz.splicing.modules`). Alleles are put into the exon as for MMSplice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.genomes.genome import Reference
from genoviz.models.base import Model
from genoviz.models.card import ModelCard, Output
from genoviz.networks.mtsplice import MTSpliceConfig, two_ends
from genoviz.predict.agreement import Agreement
from genoviz.predict.readout import read
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.modules import ExonParts, compare_parts, exon_alleles
from genoviz.variants.variant import Variant

CARD = "splice.mtsplice"
INTRON = 300  # bases of intron on either side


@dataclass(frozen=True, eq=False)
class TissueEffect:
    """Change of an exon's splicing by tissue.

    Attributes
    ----------
    variant, exon
        The variant as scored, left-aligned, and the exon with its strand.
    tissues
        Their names `(n,)`.
    reference, alternate
        Difference of logit PSI from the mean over the tissues, with either allele `(n,)`.
    by_network
        Alternate minus reference of each network `(networks, n)`.
    overall
        MMSplice's change of logit PSI, the same for all tissues; None where its weights are not here.
    """

    variant: Variant
    exon: Locus
    tissues: tuple[str, ...]
    reference: NDArray[np.float64]
    alternate: NDArray[np.float64]
    by_network: NDArray[np.float64]
    overall: float | None = None

    @property
    def delta(self) -> NDArray[np.float64]:
        """Change of each tissue's difference from the mean `(n,)`, in logit PSI."""
        return self.alternate - self.reference

    @property
    def total(self) -> NDArray[np.float64] | None:
        """Change of logit PSI in each tissue `(n,)`, as the authors add it up; None without MMSplice."""
        return None if self.overall is None else self.delta + self.overall

    @property
    def strongest(self) -> int:
        """Place of the tissue that changes most, of either sign."""
        return int(np.argmax(np.abs(self.delta)))

    def agreement(self, tissue: int) -> Agreement:
        """How many networks agree on the direction in a tissue."""
        return Agreement(tuple(self.by_network[:, tissue].tolist()))

    @property
    def sentence(self) -> str:
        """The result in words: where it changes most, and whether the networks agree."""
        at = self.strongest
        if not self.delta[at]:
            return f"{self.variant} changes nothing that MTSplice reads of the exon {self.exon}."
        agreed = self.agreement(at).short
        said = (
            f"{self.variant}: most changed against the mean over {len(self.tissues)} tissues is the exon {self.exon} in "
            f"{self.tissues[at]}, logit PSI {self.delta[at]:+.2f}{f' ({agreed})' if agreed else ''}"
        )
        total = self.total
        if total is None:
            return f"{said}. MMSplice's change, which all tissues share, is not known here."
        return f"{said}; with MMSplice's {self.overall:+.2f} for all tissues {total[at]:+.2f} there."


def tissue_output(card: ModelCard) -> Output | None:
    """The output of a model that says by tissue how an exon is spliced; None for other models."""
    return next((output for output in card.outputs if output.name == "tissues"), None)


def splice_tissues(
    model: Model,
    variant: Variant,
    reference: Reference,
    exon: Locus,
    *,
    introns: tuple[int, int] = (INTRON, INTRON),
    modules: Mapping[str, Model] | None = None,
) -> TissueEffect:
    """Compare an exon's splicing in each tissue with either allele of a variant.

    Parameters
    ----------
    model
        MTSplice.
    variant, reference
        The genome's bases must be the variant's reference allele.
    exon
        With the strand of the transcript, see `genoviz.splicing.modules.exons_near`.
    introns
        Bases of intron to read 5' and 3' of the exon; 0 for the side on which a transcript begins or ends.
    modules
        MMSplice's modules, for the change that all tissues share.

    Raises
    ------
    BadInput
        If the model has no tissues.
    RefMismatch, BadVariant, BadLocus
        See `genoviz.splicing.modules.splice_modules`.
    """
    output = tissue_output(model.card)
    if output is None:
        raise BadInput(
            f"`{model.card.name}` says nothing of tissues.",
            f"`{CARD}` is read for an exon's splicing by tissue.",
            f"Choose `{CARD}`.",
        )
    config = MTSpliceConfig(**model.card.config)
    pair = exon_alleles(variant, reference, exon, introns, "MTSplice")
    texts = [two_ends(one.before, one.exon, one.behind, config) for one in (pair.before, pair.after)]
    readout = read(model, [Sequence(text) for text in texts])
    values = readout.logits[output.name][:, :, 0].double().numpy()
    each = np.stack([logits[output.name][:, :, 0].double().numpy() for logits in readout.members])
    overall = None
    if modules is not None:
        (shared,) = compare_parts(modules, [(_near(pair.before), _near(pair.after))])
        overall = shared.delta_logit_psi
    return TissueEffect(pair.variant, pair.exon, output.tracks, values[0], values[1], each[:, 1] - each[:, 0], overall)


def _near(parts: ExonParts) -> ExonParts:
    """The part that MMSplice's modules read."""
    from genoviz.splicing.modules import INTRON as NEAR

    return ExonParts(parts.before[-NEAR:], parts.exon, parts.behind[:NEAR])


def tissue_rows(effect: TissueEffect) -> list[dict[str, object]]:
    """One row per tissue, the most changed first."""
    total, order = effect.total, np.argsort(-np.abs(effect.delta), kind="stable")
    return [
        {
            "tissue": effect.tissues[i],
            "reference": float(effect.reference[i]),
            "alternate": float(effect.alternate[i]),
            "delta_logit_psi": float(effect.delta[i]),
            "with_mmsplice": "" if total is None else float(total[i]),
            "agreeing": effect.agreement(i).agreeing,
            "networks": len(effect.by_network),
        }
        for i in map(int, order)
    ]
