"""Splice sites gained and lost: by hand on a network that knows GT and AG only, on real exons, and as the authors score."""

from __future__ import annotations

import csv
import gzip
import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

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
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.effect import SITES, SpliceEffect, site_outputs, site_probabilities, splice_effect, splice_effects
from genoviz.variants.variant import Variant
from tests.variants.test_allele_windows import Genome

DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
LOCI = DATA / "genome_human_hg38_loci"
TRACKS = ("neither", "x acceptor", "x donor")


def card(length: int, bins: int, activation: str = "identity") -> object:
    output = Output("site", TRACKS, "probability", activation, "", bins, 1 if bins > 1 else 0)
    return replace(TOY_CARDS[0], name="toy.splice", length=length, outputs=(output,))


class Along(torch.nn.Module):
    """At each base 0.75 if an acceptor's exon begins there, 0.5 if a donor's exon ends there; edges of 4 cropped."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        rows = []
        for text in decode(X):
            places = range(4, len(text) - 4)
            acceptor = [0.75 * (text[i - 2 : i] == "AG") for i in places]
            donor = [0.5 * (text[i + 1 : i + 3] == "GT") for i in places]
            rows.append([[0.0] * len(acceptor), acceptor, donor])
        return torch.tensor(rows)


class Central(torch.nn.Module):
    """0.75 and 0.5 whatever it reads, and the share of known bases as the first track."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        share = X.sum((1, 2)) / X.shape[2]
        return torch.stack([share, torch.full_like(share, 0.75), torch.full_like(share, 0.5)], 1)


ALONG = NetModel(Along(), card(20, 12))  # type: ignore[arg-type]
CENTRAL = NetModel(Central(), card(20, 1))  # type: ignore[arg-type]


def by_hand(text: str, positions: list[int]) -> np.ndarray:
    return np.array(
        [[0.75 * (text[max(0, i - 2) : i] == "AG"), 0.5 * (text[i + 1 : i + 3] == "GT")] for i in positions]
    )


@pytest.mark.parametrize("model", [ALONG, CENTRAL])
@given(text=st.text("AGT", min_size=1, max_size=60), data=st.data())
def test_probabilities_stand_at_the_exon_s_end(model: NetModel, text: str, data: st.DataObject) -> None:
    positions = data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=70))
    found = site_probabilities(model, Sequence(text), positions)
    np.testing.assert_array_equal(found, by_hand(text, positions))
    assert SITES == ("acceptor", "donor")


#                    1234567890
EXON = Genome("C" * 40 + "AGCCCCCCGT" + "C" * 40)  # intron AG 41-42, exon 43-48, intron GT 49-50
REVERSE = Genome(Sequence(EXON.text).reverse_complement().bases)


def scores(effect: SpliceEffect) -> dict[str, tuple[float, int]]:
    return {f"{s.site} {s.change}": (s.value, s.distance) for s in effect.scores}


@pytest.mark.parametrize("model", [ALONG, CENTRAL])
def test_a_lost_donor_by_hand(model: NetModel) -> None:
    effect = splice_effect(model, Variant("chr1", 49, "G", "C"), EXON, "+", distance=12)
    assert scores(effect) == {
        "acceptor gain": (0, 0),
        "acceptor loss": (0, 0),
        "donor gain": (0, 0),
        "donor loss": (0.5, -1),
    }
    assert str(effect.largest) == "donor loss 0.50 at -1 bp"
    assert effect.sentence == (
        "chr1-49-G-C: largest change is a donor loss 0.50 at -1 bp (chr1:48; within 12 bases, + strand)."
    )
    assert effect.distances.tolist() == list(range(-12, 13))
    assert effect.reference[effect.distances == -6].tolist() == [[0.75, 0]]
    # The same gene on the minus strand: distances are still on the plus strand.
    turned = splice_effect(model, Variant("chr1", 91 - 49, "C", "G"), REVERSE, "-", distance=12)
    assert scores(turned)["donor loss"] == (0.5, 1)
    assert turned.distances.tolist() == list(range(12, -13, -1))
    np.testing.assert_array_equal(turned.reference, effect.reference)
    # On the strand without the gene there is nothing.
    nothing = splice_effect(model, Variant("chr1", 49, "G", "A"), EXON, "-", distance=12)
    assert nothing.largest.value == 0
    assert "changes no splice site" in nothing.sentence


def test_a_gained_acceptor_by_hand() -> None:
    effect = splice_effect(ALONG, Variant("chr1", 45, "C", "AG"), EXON, "+")
    assert scores(effect)["acceptor gain"] == (0.75, 1)
    assert "an acceptor gain 0.75 at +1 bp (chr1:46;" in effect.sentence


def test_deleted_and_inserted_bases() -> None:
    gone = splice_effect(ALONG, Variant("chr1", 45, "CCCCGT", "C"), EXON, "+", distance=10)
    assert scores(gone)["donor loss"] == (0.5, 3)
    assert (gone.alternate[(gone.distances > 0) & (gone.distances < 6)] == 0).all()
    # The acceptor before the deletion and what lies behind it keep their places.
    assert gone.alternate[gone.distances == -2].tolist() == [[0.75, 0]]
    # GGTC after base 44 brings a donor of its own, whose exon ends at an inserted base: it counts for the anchor.
    added = splice_effect(ALONG, Variant("chr1", 44, "C", "CGGTC"), EXON, "+", distance=10)
    assert added.inserted.shape == (4, 2)
    assert scores(added)["donor gain"] == (0.5, 0)
    assert scores(added)["donor loss"] == (0, 0)
    minus = splice_effect(
        ALONG, Variant("chr1", 46, REVERSE.text[45], REVERSE.text[45] + "GACC"), REVERSE, "-", distance=10
    )
    assert scores(minus)["donor gain"][0] == 0.5
    assert scores(minus)["donor loss"] == (0, 0)


@given(
    st.text("AGT", min_size=70, max_size=70),
    st.integers(30, 40),
    st.integers(1, 4),
    st.text("AGT", min_size=1, max_size=4),
)
def test_strands_mirror_each_other(text: str, pos: int, gone: int, alt: str) -> None:
    """Substitutions on the mirrored chromosome; indels may be placed differently in repeats, their sizes agree."""
    ref = text[pos - 1 : pos - 1 + gone]
    if ref == alt or len(ref) != len(alt):
        return
    other = Sequence(text).reverse_complement().bases
    turned = Variant("chr1", len(text) - pos - gone + 2, *(Sequence(s).reverse_complement().bases for s in (ref, alt)))
    plus = splice_effect(ALONG, Variant("chr1", pos, ref, alt), Genome(text), "+", distance=8)
    minus = splice_effect(ALONG, turned, Genome(other), "-", distance=8)
    for name, (value, _) in scores(plus).items():
        assert scores(minus)[name][0] == value


def test_models_without_sites_and_wrong_choices() -> None:
    model = load_model("toy.sum")
    assert site_outputs(model.card) is None
    with pytest.raises(BadInput, match="predicts no splice sites"):
        splice_effect(model, Variant("chr1", 49, "G", "C"), EXON, "+")
    with pytest.raises(BadInput, match="strand of the transcript"):
        splice_effect(ALONG, Variant("chr1", 49, "G", "C"), EXON, ".")
    with pytest.raises(BadInput, match="distance of -1"):
        splice_effect(ALONG, Variant("chr1", 49, "G", "C"), EXON, "+", distance=-1)


def test_the_organism_chooses_the_tracks() -> None:
    splice = get_card("splice.sites")
    human, plant = site_outputs(splice), site_outputs(splice, "Arabidopsis")
    assert human is not None
    assert plant is not None
    assert human[1] == {"donor": 0, "acceptor": 1}
    assert plant[1] == {"donor": 2, "acceptor": 3}


@pytest.mark.skipif(not LOCI.is_dir(), reason="needs the public data sets")
@pytest.mark.parametrize(
    ("name", "chrom", "strand", "gene"),
    [("chr13_BRCA2", "chr13", "+", "ID=id-BRCA2-"), ("chr17_BRCA1_region", "chr17", "-", "ENST00000357654")],
)
def test_real_exons_end_where_the_model_says(name: str, chrom: str, strand: str, gene: str) -> None:
    model = load_model("splice.sites")
    with gzip.open(LOCI / f"{name}.gff3.gz", "rt") as file:
        rows = [line.split("\t") for line in file if "\texon\t" in line and gene in line]
    exons = sorted((int(row[3]), int(row[4])) for row in rows)
    assert len(exons) >= 20
    acceptors, donors = [e[0] for e in exons[1:]], [e[1] for e in exons[:-1]]
    if strand == "-":
        acceptors, donors = [e[1] for e in exons[:-1]], [e[0] for e in exons[1:]]
    with Fasta(LOCI / f"{name}.fa.gz", "GRCh38") as genome:
        reach = model.card.length
        found = {}
        for site, places in (("acceptor", acceptors), ("donor", donors)):
            values = []
            for place in places:
                locus = Locus(chrom, place - 1 - reach, place + reach, strand, "GRCh38")
                near = site_probabilities(model, genome.fetch(locus), range(reach - 3, reach + 4))
                values.append(near[:, SITES.index(site)])
            found[site] = np.array(values)
        for near in found.values():
            assert np.median(near[:, 3]) > 0.97
            assert (near[:, 3] > 0.5).mean() > 0.85
            assert (np.delete(near, 3, axis=1) > 0.5).mean() < 0.05
        # The first base of the intron behind a donor: without G there is no site.
        place = donors[len(donors) // 2]
        at = place + 1 if strand == "+" else place - 1
        ref = genome.bases(chrom, at - 1, at)
        effect = splice_effect(
            model, Variant(chrom, at, ref, "A" if strand == "+" else "T"), genome, strand, distance=10
        )
        assert (effect.largest.site, effect.largest.change) == ("donor", "loss")
        assert effect.largest.value > 0.9
        assert effect.largest.distance == (-1 if strand == "+" else 1)
        assert any("as many false sites" in notice for notice in effect.notices)


# Exon 43-48 of EXON as a transcript, with a second exon far behind it.
EXONS = (Locus("chr1", 42, 48), Locus("chr1", 70, 80))
GENE = Transcript("tx1", "g", "g1", Locus("chr1", 20, 90), exons=EXONS)


def mirrored(transcript: Transcript) -> Transcript:
    """The transcript on `REVERSE`, which is the minus strand of EXON."""

    def turned(locus: Locus) -> Locus:
        return Locus("chr1", 90 - locus.end, 90 - locus.start, "-")

    return replace(transcript, locus=turned(transcript.locus), exons=tuple(map(turned, transcript.exons)))


def on_both_strands(variant: Variant, transcript: Transcript) -> list[SpliceEffect]:
    """An SNV of EXON, and the same one on `REVERSE` where the gene is on the minus strand."""
    opposite = Variant(
        "chr1", 91 - variant.pos, *(Sequence(b).reverse_complement().bases for b in (variant.ref, variant.alt))
    )
    return [
        splice_effect(ALONG, variant, EXON, "+", transcript=transcript, masked=True, distance=20),
        splice_effect(ALONG, opposite, REVERSE, "-", transcript=mirrored(transcript), masked=True, distance=20),
    ]


def test_masked_scores_by_hand() -> None:
    donor_lost = Variant("chr1", 49, "G", "C")
    for effect in on_both_strands(donor_lost, GENE):
        # The donor at 48 is the nearest end of an exon: its loss counts.
        assert scores(effect)["donor loss"][0] == 0.5
        assert effect.masked_scores == effect.scores == effect.raw_scores
    # Where the annotation has no exon end, the same loss does not count; it keeps its distance.
    elsewhere = replace(GENE, exons=(Locus("chr1", 42, 47), Locus("chr1", 70, 80)))
    for effect, distance in zip(on_both_strands(donor_lost, elsewhere), (-1, 1), strict=True):
        assert scores(effect)["donor loss"] == (0, distance)
        assert {(s.site, s.change): s.value for s in effect.raw_scores}["donor", "loss"] == 0.5
        assert "no splice site that counts" in effect.sentence
    # An acceptor gained inside the exon counts, one gained at an annotated end does not.
    gain = Variant("chr1", 45, "C", "AG")
    assert scores(splice_effect(ALONG, gain, EXON, "+", transcript=GENE, masked=True))["acceptor gain"] == (0.75, 1)
    there = replace(GENE, exons=(Locus("chr1", 45, 48), *EXONS[1:]))
    masked = splice_effect(ALONG, gain, EXON, "+", transcript=there, masked=True)
    assert scores(masked)["acceptor gain"] == (0, 1)
    raw = splice_effect(ALONG, gain, EXON, "+", transcript=there)
    assert scores(raw)["acceptor gain"] == (0.75, 1)
    assert raw.masked_scores == masked.scores


def test_outside_of_the_transcript_is_n() -> None:
    lost = Variant("chr1", 49, "G", "C")
    starts_late = replace(GENE, locus=Locus("chr1", 41, 75))  # without the A of the acceptor's AG
    with_n = splice_effect(ALONG, lost, EXON, "+", transcript=starts_late, distance=12)
    assert with_n.windows.reference.bases.strip("N") == EXON.text[41:75]
    assert with_n.windows.alternate.bases.strip("N") == EXON.text[41:48] + "C" + EXON.text[49:75]
    assert with_n.reference[with_n.distances == -6].tolist() == [[0, 0]]
    read = splice_effect(ALONG, lost, EXON, "+", transcript=starts_late, distance=12, read_outside=True)
    assert read.reference[read.distances == -6].tolist() == [[0.75, 0]]
    turned = splice_effect(
        ALONG, Variant("chr1", 42, "C", "G"), REVERSE, "-", transcript=mirrored(starts_late), distance=12
    )
    np.testing.assert_array_equal(turned.reference, with_n.reference)
    np.testing.assert_array_equal(turned.alternate, with_n.alternate)
    # A model that looks at one site at a time has never seen N there.
    central = splice_effect(CENTRAL, lost, EXON, "+", transcript=starts_late, distance=12)
    assert "N" not in central.windows.reference.bases[40:60]
    # Indels move what lies behind them, but not the end of the transcript.
    ends_early = replace(GENE, locus=Locus("chr1", 20, 60))
    text = EXON.text[:57] + "TACTAG" + EXON.text[63:]
    for variant, bases in (
        (Variant("chr1", 45, "CCCCG", "C"), text[20:45] + text[49:60]),
        (Variant("chr1", 45, "C", "CTTT"), text[20:45] + "TTT" + text[45:60]),
        (Variant("chr1", 58, "TACTAG", "T"), text[20:58]),
    ):
        for shape in (ends_early, replace(ends_early, exons=())):
            effect = splice_effect(ALONG, variant, Genome(text), "+", transcript=shape, distance=12)
            assert effect.windows.alternate.bases.strip("N") == bases
            assert (effect.masked_scores is None) == (not shape.exons)


def test_choices_that_do_not_fit_the_transcript() -> None:
    variant = Variant("chr1", 49, "G", "C")
    for options, message in (
        ({"masked": True}, "without a transcript"),
        ({"masked": True, "transcript": replace(GENE, exons=())}, "exons of tx1 are not known"),
        ({"transcript": mirrored(GENE)}, "tx1 is on `-`"),
        ({"transcript": replace(GENE, locus=Locus("chr1", 49, 90))}, "lies outside tx1"),
    ):
        with pytest.raises(BadInput, match=message):
            splice_effect(ALONG, variant, EXON, "+", **options)


def test_of_equal_changes_the_leftmost_counts() -> None:
    """Two donors lost at once: the left one on the plus strand, on either strand."""
    text = "C" * 40 + "GTCCCGTCCC" + "C" * 40
    both = Variant("chr1", 42, "TCCCGT", "CCCCGC")
    assert scores(splice_effect(ALONG, both, Genome(text), "+", distance=10))["donor loss"] == (0.5, -2)
    other = Sequence(text).reverse_complement().bases
    turned = Variant("chr1", len(text) - 46, *(Sequence(b).reverse_complement().bases for b in (both.ref, both.alt)))
    assert scores(splice_effect(ALONG, turned, Genome(other), "-", distance=10))["donor loss"] == (0.5, 2)


# The authors' own delta scores.

GOLDEN = Path(__file__).parent / "golden" / "openspliceai_delta_scores.tsv"
FILES = {"BRCA1": "chr17_BRCA1_region", "BRCA2": "chr13_BRCA2", "TP53": "chr17_TP53"}
KINDS = ("AG", "AL", "DG", "DL")  # the order of `SpliceEffect.scores`


def golden(context: int) -> list[dict[str, str]]:
    lines = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [row for row in csv.DictReader(lines, delimiter="\t") if row["context"] == str(context)]


def test_the_golden_table_is_what_it_says() -> None:
    rows = golden(400)
    assert [row["variant"] for row in rows] == [row["variant"] for row in golden(10_000)]
    variants = [Variant.parse(row["variant"]) for row in rows]
    kinds = [variant.kind for variant in variants]
    assert len(set(map(str, variants))) == 200
    assert min(kinds.count(kind) for kind in ("SNV", "insertion", "deletion")) >= 50
    assert {row["gene"]: row["strand"] for row in rows} == {"BRCA1": "-", "BRCA2": "+", "TP53": "-"}
    assert sum(max(float(row[kind]) for kind in KINDS) > 0.2 for row in rows) >= 20


@pytest.mark.skipif(
    not (LOCI.is_dir() and all(is_ready(get_card(f"splice.openspliceai-mane-{n}nt")) for n in (400, 10_000))),
    reason="needs the public data sets and the published weights",
)
@pytest.mark.parametrize(
    ("context", "chosen"),
    [(400, slice(None)), (10_000, slice(0, None, 80))],  # 10,000 nt take half a second each; all 200 agreed
)
def test_delta_scores_are_the_authors(context: int, chosen: slice) -> None:
    model = load_model(f"splice.openspliceai-mane-{context}nt")
    with ExitStack() as stack:
        genomes = {gene: stack.enter_context(Fasta(LOCI / f"{f}.fa.gz", "GRCh38")) for gene, f in FILES.items()}
        models = {
            gene: stack.enter_context(
                open_genes(LOCI / f"{f}.gff3.gz", assembly="GRCh38", resolve=genomes[gene].resolve)
            )
            for gene, f in FILES.items()
        }
        transcripts = {row["gene"]: row["transcript"] for row in golden(context)}
        genes = {gene: models[gene].gene(gene).transcript(name) for gene, name in transcripts.items()}
        rows = golden(context)[chosen]
        for gene, transcript in genes.items():
            here = [row for row in rows if row["gene"] == gene]
            variants = [Variant.parse(row["variant"], "GRCh38") for row in here]
            strand = here[0]["strand"]
            effects = splice_effects(model, variants, genomes[gene], strand, transcript=transcript, masked=True)
            for row, effect in zip(here, effects, strict=True):
                assert isinstance(effect, SpliceEffect)
                as_the_authors(row, effect)


def as_the_authors(row: dict[str, str], effect: SpliceEffect) -> None:
    assert effect.masked_scores == effect.scores
    for prefix, found in (("", effect.raw_scores), ("masked_", effect.scores)):
        expected = np.array([max(0.0, float(row[prefix + kind])) for kind in KINDS])
        np.testing.assert_allclose([s.value for s in found], expected, atol=2e-5, err_msg=row["variant"])
        for score, kind in zip(found, KINDS, strict=True):
            if float(row[kind]) > 1e-3:
                assert score.distance == int(row[f"at_{kind}"]), row["variant"]
