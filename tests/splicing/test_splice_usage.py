"""Gain and loss of splice-site usage: by hand on networks that know GT and AG only, and as Pangolin's program scores."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.errors import BadInput
from genoviz.genes.models import open_genes
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Genome as Fasta
from genoviz.models.base import NetModel
from genoviz.models.card import Output
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import decode
from genoviz.models.toy_cards import TOY_CARDS
from genoviz.models.weights import is_ready
from genoviz.sequences.locus import Locus
from genoviz.splicing.usage import ALL, SpliceUsageEffect, splice_usage_effect, usage_output
from genoviz.variants.variant import Variant
from tests.variants.test_allele_windows import Genome

DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
LOCI = DATA / "genome_human_hg38_loci"


class Usage(torch.nn.Module):
    """Tissue one: 0.75 where an exon begins behind AG. Tissue two: half of that, and 0.5 where it ends before GT."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        rows = []
        for text in decode(X):
            places = range(4, len(text) - 4)
            begins = np.array([0.75 * (text[i - 2 : i] == "AG") for i in places])
            ends = np.array([0.5 * (text[i + 1 : i + 3] == "GT") for i in places])
            rows.append([begins, begins / 2 + ends])
        return torch.tensor(np.array(rows), dtype=torch.float32)


OUTPUT = Output("splicing", ("one", "two"), "probability", "identity", "", 12, 1)
MODEL = NetModel(Usage(), replace(TOY_CARDS[0], name="toy.usage", length=20, outputs=(OUTPUT,)))
#                 intron AG 41-42, exon 43-48, intron GT 49-50
TEXT = "C" * 40 + "AGCCCCCCGT" + "C" * 40
GENE = Transcript("tx1", "g", "g1", Locus("chr1", 20, 90), exons=(Locus("chr1", 42, 48), Locus("chr1", 70, 80)))


def effect_of(variant: Variant, **options: object) -> SpliceUsageEffect:
    return splice_usage_effect(MODEL, variant, Genome(TEXT), "+", **options)  # type: ignore[arg-type]


def found(effect: SpliceUsageEffect, tissue: str = ALL) -> dict[str, tuple[float, int]]:
    return {score.change: (score.value, score.distance) for score in effect.scores if score.tissue == tissue}


def test_scores_by_tissue_and_over_tissues() -> None:
    lost = effect_of(Variant("chr1", 49, "G", "C"))
    assert found(lost) == found(lost, "two") == {"gain": (0, 0), "loss": (-0.5, -1)}
    assert found(lost, "one") == {"gain": (0, 0), "loss": (0, 0)}
    assert lost.sentence == "chr1-49-G-C: largest change is a loss -0.50 at -1 bp, in two (chr1:48; + strand)."
    assert [str(score) for score in lost.scores[3:]] == [
        "loss +0.00 at +0 bp in one",
        "gain +0.00 at +0 bp in two",
        "loss -0.50 at -1 bp in two",
    ]
    gained = effect_of(Variant("chr1", 45, "C", "AG"))
    assert found(gained) == found(gained, "one") == {"gain": (0.75, 1), "loss": (0, 0)}
    assert found(gained, "two")["gain"] == (0.375, 1)
    nothing = effect_of(Variant("chr1", 60, "C", "A"), distance=5)
    assert "changes no splice site" in nothing.sentence


def test_indels_are_aligned_and_scanned_behind_the_reference_allele() -> None:
    gone = effect_of(Variant("chr1", 44, "CCCCCGT", "C"), distance=2)
    # Deleted bases have 0; two bases behind the last of them are scanned still.
    assert gone.distances.tolist() == list(range(-2, 9))
    assert found(gone)["loss"] == (-0.5, 4)
    added = effect_of(Variant("chr1", 46, "C", "CGGTA"), distance=10)
    assert found(added) == {"gain": (0.5, 0), "loss": (0, 0)}
    minus = "".join({"A": "T", "C": "G", "G": "C", "T": "A"}[b] for b in TEXT[::-1])
    # The six bases that the variant takes are 40 to 46 of 90 on the other strand, behind the anchor.
    turned = splice_usage_effect(MODEL, Variant("chr1", 40, minus[39:46], minus[39]), Genome(minus), "-", distance=2)
    assert {(s.tissue, s.change): s.value for s in turned.scores}[ALL, "loss"] == -0.5


def test_masked_scores_ask_every_base() -> None:
    # The donor at 48 is lost and GT at 49 becomes an acceptor's AG: a gain two bases behind.
    variant = Variant("chr1", 49, "GT", "AG")
    raw = effect_of(variant, transcript=GENE)
    assert found(raw) == {"gain": (0.75, 2), "loss": (-0.5, -1)}
    masked = effect_of(variant, transcript=GENE, masked=True)
    assert found(masked) == found(raw)
    assert raw.masked_scores == masked.scores
    # With the exon's end at 51, the gain is at an annotated site, and the loss at none.
    other = replace(GENE, exons=(Locus("chr1", 42, 51), Locus("chr1", 70, 80)))
    assert found(effect_of(variant, transcript=other, masked=True)) == {"gain": (0, 0), "loss": (0, 0)}


def test_models_and_choices_that_do_not_fit() -> None:
    assert usage_output(get_card("splice.sites")) is None
    assert usage_output(get_card("splice.pangolin")) is not None
    variant = Variant("chr1", 49, "G", "C")
    with pytest.raises(BadInput, match="does not say in which tissues"):
        splice_usage_effect(load_model("toy.sum"), variant, Genome(TEXT), "+")
    for options, message in (
        ({"masked": True}, "without a transcript"),
        ({"distance": -1}, "distance of -1"),
        ({"transcript": replace(GENE, locus=Locus("chr1", 60, 90))}, "lies outside tx1"),
    ):
        with pytest.raises(BadInput, match=message):
            effect_of(variant, **options)


# From the arithmetic of pangolin/pangolin.py of tkzeng/Pangolin (commit ee70f480cf5b), run on the same four files: the
# largest gain and loss with their distances, and the same masked with the exons of ENST00000357654.
PROGRAM = {
    "chr17-43124118-T-C": ((0.8807, -1), (-0.8101, -3), (0.8807, -1), (-0.8101, -3)),
    "chr17-43124105-G-GGGACCGTTCA": ((0.0329, 10), (-0.0556, -3), (0.0101, 11), (-0.0367, 10)),
}
# What the authors publish for the first one (brca_pangolin.vcf, commit 16db9e2cb343; three replicates of earlier weights).
PUBLISHED = ((0.9, -1), (-0.73, -3))


@pytest.mark.skipif(
    not (LOCI.is_dir() and is_ready(get_card("splice.pangolin"))), reason="needs the public data sets and the weights"
)
def test_brca1_as_the_released_program() -> None:
    model = load_model("splice.pangolin")
    path = LOCI / "chr17_BRCA1_region"
    with Fasta(f"{path}.fa.gz", "GRCh38") as genome, open_genes(f"{path}.gff3.gz", assembly="GRCh38") as genes:
        transcript = genes.gene("BRCA1").transcript("ENST00000357654")
        for name, expected in PROGRAM.items():
            effect = splice_usage_effect(model, Variant.parse(name, "GRCh38"), genome, "-", transcript=transcript)
            assert effect.masked_scores is not None
            both = (*effect.raw_scores[:2], *effect.masked_scores[:2])
            np.testing.assert_allclose([s.value for s in both], [value for value, _ in expected], atol=6e-5)
            assert [s.distance for s in both] == [distance for _, distance in expected]
            if name == "chr17-43124118-T-C":
                for score, (value, distance) in zip(both, PUBLISHED, strict=False):
                    assert score.distance == distance
                    assert score.value == pytest.approx(value, abs=0.1)
