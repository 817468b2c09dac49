"""What a transcript may become: small exons worked out by hand on both strands, and two known variants of BRCA1 and TP53."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genoviz.genes.models import open_genes
from genoviz.genomes.genome import Genome
from genoviz.isoforms.decay import expected_decay
from genoviz.isoforms.junctions import Junction
from genoviz.isoforms.outcome import SplicingOutcome, splicing_outcome
from genoviz.isoforms.sites import PredictedSite
from genoviz.isoforms.tables import form_rows, outcome_cells
from genoviz.plots.palette import colours
from genoviz.plots.transcript_forms import forms_svg
from genoviz.variants.variant import Variant
from tests.isoforms.small_gene import genome, site, transcript, variant

LOCI = (
    Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "genome_human_hg38_loci"
)
BOTH = pytest.mark.parametrize("strand", ["+", "-"])


def outcome(strand: str, change: tuple[int, str, str], *sites: PredictedSite) -> SplicingOutcome:
    made = variant(strand, *change)
    return splicing_outcome(made, transcript(strand), genome(strand), sites, distance=50)


def told(found: SplicingOutcome) -> list[tuple[str, float, int, str, str, str]]:
    return [
        (
            one.form.words,
            round(one.form.support, 2),
            one.length_change,
            one.frame,
            one.protein.name if one.protein else "",
            one.decay.verdict if one.decay else "",
        )
        for one in found.transcripts
    ]


LOST_2 = (610, "G", "A")  # the first base of intron 2
NORMAL = ("spliced as annotated", 0.0, 0, "not touched", "p.(=)", "")


@BOTH
def test_a_lost_donor_skips_the_exon_or_keeps_the_intron(strand: str) -> None:
    found = outcome(strand, LOST_2, site(strand, "donor", 609, 0.9, 0.0, 2))
    # 15 bases are five codons. The intron begins GTATAA with A for G: ATA TAA, Ile and a stop.
    assert told(found) == [
        ("exon 2 skipped, 15 bases", 0.9, -15, "kept", "p.(Asp62_His66del)", ""),
        ("intron 2 kept, 306 bases", 0.9, 306, "kept", "p.(His66_Trp67insIleTer)", "may be escaped"),
        NORMAL,
    ]
    assert found.sentence.startswith("Likeliest (support 0.90): exon 2 skipped, 15 bases; reading frame kept")
    # The stop lies 198 + 3 coding bases in, 51 + 252 + 96 - 3 - 3 ... in an exon of 15 + 306 + 96 bases.
    rules = found.transcripts[1].decay
    assert rules is not None
    assert [rule.name for rule in rules.rules] == ["50-55 bases", "long exon"]
    assert "417 bases" in rules.sentence
    assert "Lindeboom" in rules.sources[1]


@BOTH
def test_an_in_frame_insertion_that_carries_a_stop(strand: str) -> None:
    """A second donor six bases into intron 2: GTA TAA comes in, and with it a stop; the variant makes ATA of GTA."""
    found = outcome(strand, LOST_2, site(strand, "donor", 609, 0.9, 0.05, 2), site(strand, "donor", 615, 0.01, 0.8))
    top = found.transcripts[0]
    assert told(found)[0] == (
        "exon 2 longer by 6 bases at its 3' end", 0.8, 6, "kept", "p.(His66_Trp67insIleTer)", "expected",
    )  # fmt: skip
    assert top.stop is not None
    assert (top.stop.codon, top.stop.where, top.stop.premature) == (68, "intron 2", True)
    # TAA begins at base 613 of the plus strand; its last base is 188 + 15 + 6 = 209th of the message, 96 before the junction.
    assert top.stop.position == site(strand, "donor", 613, 0, 0).position
    assert top.decay is not None
    assert "the stop ends 96 bases before the last junction" in top.decay.sentence
    assert [one.form.words for one in found.transcripts[1:]] == [
        "spliced as annotated"
    ]  # 0.05 is left over: too little
    cells = outcome_cells(found)
    assert cells["outcome_decay"] == "expected"
    assert cells["outcome_stop"] == top.stop.position


@BOTH
def test_an_exon_shorter_and_out_of_frame(strand: str) -> None:
    """An acceptor four bases into exon 2: GATG is lost, AAC GTG GTC ATT GGG AAG ... meets no stop."""
    found = outcome(
        strand, (596, "A", "C"), site(strand, "acceptor", 595, 0.8, 0.1, 2), site(strand, "acceptor", 599, 0.0, 0.7)
    )
    assert told(found)[0] == ("exon 2 shorter by 4 bases at its 5' end", 0.7, -4, "shifted", "p.(Asp62AsnfsTer?)", "")
    assert found.transcripts[0].stop is None
    # As annotated, the codon is GCT for GAT.
    assert told(found)[-1] == ("spliced as annotated", 0.1, 0, "kept", "p.(Asp62Ala)", "")
    assert found.coding.kind == "missense"


@BOTH
def test_an_exon_longer_at_its_acceptor(strand: str) -> None:
    """AG of the intron's end comes in: AGG ATG AAC GTG GTC ATT GGG AAG."""
    found = outcome(
        strand, (592, "C", "A"), site(strand, "acceptor", 593, 0.0, 0.95), site(strand, "acceptor", 595, 0.9, 0.03, 2)
    )
    assert told(found)[0] == ("exon 2 longer by 2 bases at its 5' end", 0.95, 2, "shifted", "p.(Asp62ArgfsTer?)", "")
    assert [words for words, *_ in told(found)] == ["exon 2 longer by 2 bases at its 5' end", "spliced as annotated"]


@BOTH
def test_a_stop_at_the_border_of_the_last_exon_is_no_cause_of_decay(strand: str) -> None:
    """Exon 3 ends two bases early: TG of TGC and A of AAA make a stop across the last junction."""
    found = outcome(
        strand, (1012, "G", "A"), site(strand, "donor", 1011, 0.9, 0.0, 3), site(strand, "donor", 1010, 0.0, 0.4),
        site(strand, "donor", 1009, 0.0, 0.0),
    )  # fmt: skip
    assert told(found)[0][0] == "intron 3 kept, 60 bases"  # short introns are kept rather than the exon skipped
    assert told(found)[0][1] == 0.5
    assert told(found)[1][0] == "exon 3 skipped, 96 bases"
    one = found.transcripts[2]
    assert told(found)[2] == (
        "exon 3 shorter by 1 base at its 3' end", 0.4, -1, "shifted", "p.(Cys98Ter)", "not expected",
    )  # fmt: skip
    assert one.decay is not None
    assert one.decay.rules[0].name == "last exon"


@BOTH
def test_a_new_exon(strand: str) -> None:
    """An acceptor and a donor in intron 1: 12 C, four prolines in frame."""
    found = outcome(
        strand, (399, "C", "G"), site(strand, "acceptor", 401, 0.0, 0.6), site(strand, "donor", 412, 0.2, 0.5),
    )  # fmt: skip
    assert told(found)[1][:2] == ("spliced as annotated", 0.5)  # what the new exon leaves to the junction across it
    assert told(found)[0] == ("new exon of 12 bases in intron 1", 0.5, 12, "kept", "p.(Ala61_Asp62insProProProPro)", "")


def test_a_site_deep_in_an_intron_may_belong_to_an_exon_that_was_not_seen() -> None:
    """A donor 302 bases into intron 1; exon 1's own donor was not scanned, and loses what the new one takes."""
    found = outcome("+", (592, "C", "G"), site("+", "donor", 590, 0.0, 0.8))
    (top, *_), *rest = told(found)
    assert top == (
        "exon 1 longer by 302 bases at its 3' end, or part of a new exon whose other end was not scanned: choose a larger "
        "distance"
    )
    assert [(words, support) for words, support, *_ in rest] == [("spliced as annotated", 0.2)]


@BOTH
def test_nothing_changes(strand: str) -> None:
    found = outcome(strand, (300, "C", "T"), site(strand, "donor", 288, 0.9, 0.8, 1))
    assert not found.changed
    assert "No splice site changes by 0.2 or more" in found.sentence
    assert found.coding.name == "NM_1.2:c.183+12C>T"
    assert forms_svg(found, colours()) == ""


@BOTH
def test_a_deletion_takes_the_exon_with_it(strand: str) -> None:
    """All of exon 2 and both of its sites are gone: the message is that without the exon, however it is spliced."""
    gone = genome("+").bases("chr1", 579, 629)
    found = outcome(
        strand,
        (580, gone, gone[0]),
        site(strand, "donor", 609, 0.9, 0.0, 2),
        site(strand, "acceptor", 595, 0.9, 0.0, 2),
    )
    assert told(found)[0][:4] == ("spliced as annotated", 1.0, -15, "kept")
    assert found.sentence.startswith("No other form than the annotated one is expected")
    assert found.transcripts[0].protein is not None
    assert found.transcripts[0].protein.name == "p.(Asp62_His66del)"


def test_a_deletion_in_a_repeat_that_only_looks_like_a_moved_site() -> None:
    """CAG|GATG without one G is CAG|ATG: left-most it is the intron's G that goes, and the exon seems to begin a base later."""
    made = variant("+", 593, "AG", "A")
    assert (made.pos, made.ref) == (593, "AG")
    sites = [PredictedSite("acceptor", 595, 0.9, 0.0, 2), PredictedSite("acceptor", 596, 0.0, 0.9)]
    found = splicing_outcome(made, transcript(), genome("+"), sites, distance=50)
    assert found.coding.name == "NM_1.2:c.184del"
    assert told(found) == [("spliced as annotated", 0.9, -1, "shifted", "p.(Asp62MetfsTer?)", "")]
    assert "No other form" in found.sentence


def test_without_a_coding_sequence_only_the_forms_are_told() -> None:
    found = splicing_outcome(
        variant("+", *LOST_2),
        transcript(coding=False),
        genome("+"),
        [site("+", "donor", 609, 0.9, 0.0, 2)],
        distance=50,
    )
    assert found.transcripts[0].form.words == "exon 2 skipped, 15 bases"
    assert found.transcripts[0].protein is None
    assert "no coding sequence" in found.sentence


def test_the_rules_of_decay() -> None:
    """By hand: three exons, the last junction at base 700."""
    exons = (300, 400, 200)
    assert expected_decay(10, 640, exons).verdict == "expected"  # ends at 643: 57 before it
    border = expected_decay(10, 645, exons)
    assert (border.verdict, "at the border" in border.sentence) == ("expected", True)  # 52 before it
    assert expected_decay(10, 647, exons).verdict == "not expected"  # 50 before it
    assert expected_decay(10, 700, exons).rules[0].name == "last exon"
    assert expected_decay(10, 100, exons).rules[-1].name == "near the start"
    assert expected_decay(10, 400, (300, 500, 200)).verdict == "may be escaped"  # in an exon of 500
    assert expected_decay(10, 400, (900,)).rules[0].name == "one exon"


@BOTH
def test_the_picture_has_every_form_and_the_measured_junctions(strand: str) -> None:
    found = outcome(strand, LOST_2, site(strand, "donor", 609, 0.9, 0.0, 2))
    ends = (
        (288, 915)
        if strand == "+"
        else (len(genome(strand).pieces["chr1"]) - 915, len(genome(strand).pieces["chr1"]) - 288)
    )
    svg = forms_svg(found, colours(dark=True), junctions=[Junction("1", *ends, strand, 1234)])
    for text in ("exon 2 skipped", "intron 2 kept", "spliced as annotated", "\u221215", "+306", "1,234", "measured"):
        assert text in svg
    assert len(form_rows(found)) == 3


# ---- known variants -------------------------------------------------------------------------------

needs_loci = pytest.mark.skipif(not LOCI.is_dir(), reason="needs the public data sets")


def _real(name: str, identifier: str, text: str, *sites: PredictedSite) -> SplicingOutcome:
    with (
        Genome(LOCI / f"{name}.fa.gz", "GRCh38") as reference,
        open_genes(LOCI / f"{name}.gff3.gz", assembly="GRCh38", resolve=reference.resolve) as genes,
    ):
        return splicing_outcome(
            Variant.parse(text, "GRCh38"), genes.transcript(identifier), reference, sites, distance=50
        )


@needs_loci
def test_brca1_exon_2_gets_two_bases_of_the_leader() -> None:
    """c.-19-3: the new AG lies two bases before exon 2, which begins in the 5' UTR."""
    found = _real(
        "chr17_BRCA1_region", "ENST00000357654", "chr17-43124118-T-C",
        PredictedSite("acceptor", 43_124_117, 0.0, 0.98), PredictedSite("acceptor", 43_124_115, 0.99, 0.01, 2),
    )  # fmt: skip
    assert found.coding.name.endswith(":c.-19-3A>G")
    assert told(found)[0] == ("exon 2 longer by 2 bases at its 5' end", 0.98, 2, "not touched", "p.(=)", "")


@needs_loci
def test_tp53_without_the_donor_of_its_exon_5() -> None:
    found = _real(
        "chr17_TP53", "NM_000546.5", "chr17-7675052-C-T", PredictedSite("donor", 7_675_053, 0.99, 0.0, 5)
    )  # fmt: skip
    assert found.coding.name == "NM_000546.5:c.559+1G>A"
    assert found.coding.kind == "splice donor"
    # Intron 5 has 81 bases: kept rather than exon 5 (184 bases) skipped.
    assert [one.form.words for one in found.transcripts] == [
        "intron 5 kept, 81 bases", "exon 5 skipped, 184 bases", "spliced as annotated",
    ]  # fmt: skip
    assert found.transcripts[1].frame == "shifted"
