"""Splicing of an exon by tissue: what is read of both alleles, by hand, and that page, command and Python say the same."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.errors import BadInput, BadVariant
from genoviz.genes.registered import open_genes_of
from genoviz.genomes.registry import open_genome
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.ensemble import Ensemble
from genoviz.models.load import load_model
from genoviz.models.weights import is_ready
from genoviz.sequences.locus import Locus
from genoviz.splicing.modules import exons_near, load_modules, splice_modules
from genoviz.splicing.tissues import CARD, INTRON, splice_tissues, tissue_rows
from genoviz.variants.variant import Variant
from tests.pages.waiting import AT_MOST
from tests.splicing.test_splice_modules import COUNTING
from tests.variants.test_allele_windows import Genome

LOST_DONOR = Variant("chrT1", 2646, "G", "T")
HERE = Locus("chr1", 400, 420, "+")  # an exon of 20 bases
ready = pytest.mark.skipif(
    not (is_ready(get_card(CARD)) and is_ready(get_card("splice.mmsplice-exon"))),
    reason="the published weights are not here",
)


class CountT(torch.nn.Module):
    """Number of T at the acceptor's end and at the donor's, each times a scale."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        half = X.shape[2] // 2
        return self.scale * torch.stack([X[:, 3, :half].sum(1), X[:, 3, half:].sum(1)], 1)


def counting() -> NetModel:
    card = get_card(CARD)
    output = replace(card.outputs[0], tracks=("blood", "brain"))
    small = replace(card, length=80, outputs=(output,), config={**card.config, "side": 40})  # 30 of intron, 10 of exon
    return NetModel(Ensemble(CountT(scale) for scale in (2.0, 1.0, -0.5)), small)


def test_each_end_by_hand() -> None:
    genome = Genome("C" * 800)
    inside = splice_tissues(counting(), Variant("chr1", 405, "C", "T"), genome, HERE)  # 5th base of the exon
    assert inside.delta == pytest.approx([2.5 / 3, 0])  # the mean of 2, 1 and -0.5, at the acceptor's end alone
    assert (inside.tissues[inside.strongest], inside.agreement(0).short) == ("blood", "2 of 3 networks agree")
    assert inside.total is None
    assert "in blood, logit PSI +0.83 (2 of 3 networks agree). MMSplice's change" in inside.sentence
    # On the minus strand a G becomes the A of the transcript's C becomes T, and the acceptor is on the right.
    minus = splice_tissues(
        counting(), Variant("chr1", 405, "G", "A"), Genome("G" * 800), replace(HERE, strand="-"), modules=COUNTING
    )
    assert minus.delta == pytest.approx([0, 2.5 / 3])
    alone = splice_modules(COUNTING, Variant("chr1", 405, "G", "A"), Genome("G" * 800), replace(HERE, strand="-"))
    assert minus.overall == pytest.approx(alone.delta_logit_psi)
    assert minus.total == pytest.approx(minus.delta + alone.delta_logit_psi)
    rows = tissue_rows(minus)
    assert [row["tissue"] for row in rows] == ["brain", "blood"]
    assert rows[0]["with_mmsplice"] == pytest.approx(2.5 / 3 + alone.delta_logit_psi)


def test_what_is_out_of_reach_changes_nothing_or_is_refused() -> None:
    genome = Genome("C" * 800)
    far = splice_tissues(counting(), Variant("chr1", 200, "C", "T"), genome, HERE)  # 201 bases before, 30 are read
    assert "changes nothing that MTSplice reads" in far.sentence
    with pytest.raises(BadVariant, match="MTSplice reads the exon with 300 and 300 bases"):
        splice_tissues(counting(), Variant("chr1", 90, "C", "T"), genome, HERE)
    with pytest.raises(BadInput, match="says nothing of tissues"):
        splice_tissues(load_model("toy.sum"), Variant("chr1", 405, "C", "T"), genome, HERE)


def panel(identifier: str) -> None:
    from genoviz.genes.registered import open_genes_of
    from genoviz.genomes.registry import find_genome
    from genoviz.ui.variants import exon_tissues
    from genoviz.ui.variants.input import Asked
    from genoviz.ui.variants.splice_panel import SpliceChoice
    from genoviz.variants.variant import Variant

    lost = Variant("chrT1", 2646, "G", "T")
    asked = Asked(find_genome("teaching"), lost, lost, "+", None, (), None)
    with open_genes_of("teaching") as genes:
        exon_tissues.show(asked, SpliceChoice(genes.transcript(identifier), 50, False))


@ready
def test_page_command_and_python_say_the_same() -> None:
    genes = open_genes_of("teaching")
    assert genes is not None
    with genes:
        at = genes.within(Locus("chrT1", 2645, 2646, assembly=genes.assembly))
    transcript = next(one for one in at if one.strand == "+")
    near = exons_near(transcript, LOST_DONOR, INTRON)[0]
    effect = splice_tissues(
        load_model(CARD),
        LOST_DONOR,
        open_genome("teaching"),
        near.exon,
        introns=near.introns,
        modules=load_modules(),
    )
    assert effect.by_network.shape == (4, 56)
    assert effect.by_network.mean(0) == pytest.approx(effect.delta, abs=1e-5)

    asked = ["splice", CARD, "--genome", "teaching", "--strand", "+", "--transcript", transcript.identifier]
    done = CliRunner().invoke(app, [*asked, "--variant", str(LOST_DONOR), "--json"])
    assert done.exit_code == 0, done.stderr
    first = json.loads(done.stdout.splitlines()[0])
    assert (first["exon"], first["sentence"]) == (near.number, effect.sentence)
    assert first["tissues"] == tissue_rows(effect)

    page = AppTest.from_function(panel, kwargs={"identifier": transcript.identifier}, default_timeout=AT_MOST).run()
    assert not page.exception
    assert effect.sentence in "".join(e.value for e in page.markdown).replace("\\", "")
    table = next(frame.value for frame in page.dataframe if "With MMSplice" in frame.value)
    assert table["Change"].tolist() == pytest.approx([row["delta_logit_psi"] for row in tissue_rows(effect)], abs=1e-6)
    assert np.argmax(np.abs(table["Change"])) == 0
