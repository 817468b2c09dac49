"""Names on transcripts, both ways: hand-worked places on both strands, and published names of known variants."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadVariant, GenovizError
from genoviz.genes.models import GeneModels, open_genes
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Genome
from genoviz.isoforms.coding import coding_consequence
from genoviz.isoforms.coordinates import TranscriptCoordinates, TranscriptPosition
from genoviz.isoforms.genetic_code import translate
from genoviz.isoforms.names import transcript_name
from genoviz.isoforms.protein import protein_change
from genoviz.isoforms.reading import LocalResolver, TranscriptName, on_transcript, spelled_out
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.check import read_variant
from genoviz.variants.resolver import SeveralVariants
from genoviz.variants.variant import Variant
from tests.isoforms.small_gene import LENGTH, genome, transcript, variant
from tests.small_annotation import gtf
from tests.small_reference import SmallReference

LOCI = (
    Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "genome_human_hg38_loci"
)
BOTH = pytest.mark.parametrize("strand", ["+", "-"])


@BOTH
@pytest.mark.parametrize(
    ("place", "name"),
    [
        (101, "-5"), (105, "-1"), (106, "1"), (288, "183"), (289, "183+1"), (594, "184-1"), (595, "184"),
        (441, "183+153"), (442, "184-153"), (609, "198"), (1011, "294"), (1041, "294+30"), (1042, "295-30"),
        (1080, "303"), (1081, "*1"), (1086, "*6"),
    ],
)  # fmt: skip
def test_places_by_hand(strand: str, place: int, name: str) -> None:
    places = TranscriptCoordinates(transcript(strand))
    here = place if strand == "+" else LENGTH + 1 - place
    assert str(places.name(here)) == name
    position = TranscriptPosition.parse(name)
    assert position is not None
    assert places.place(position) == here


@BOTH
def test_places_that_are_none(strand: str) -> None:
    places = TranscriptCoordinates(transcript(strand))
    assert places.name(100 if strand == "+" else LENGTH + 1 - 100) is None
    for text in ("-6", "304", "*7", "183+307", "100+1", "184+1"):
        position = TranscriptPosition.parse(text)
        assert position is not None
        assert places.place(position) is None, text
    assert TranscriptPosition.parse("0") is None


def test_without_coding_bases_the_exon_bases_are_counted() -> None:
    places = TranscriptCoordinates(transcript(coding=False))
    assert (places.letter, str(places.name(101)), str(places.name(289)), str(places.name(1086))) == (
        "n",
        "1",
        "188+1",
        "314",
    )


# Changes on the plus strand of the small gene: their name, kind and protein, the same on either strand.
CHANGES = [
    ((106, "A", "G"), "c.1A>G", "start lost", "p.(Met1?)"),
    ((104, "C", "T"), "c.-2C>T", "5' UTR", ""),
    ((1083, "C", "T"), "c.*3C>T", "3' UTR", ""),
    ((290, "T", "C"), "c.183+2T>C", "splice donor", ""),
    ((593, "A", "G"), "c.184-2A>G", "splice acceptor", ""),
    ((591, "T", "C"), "c.184-4T>C", "intron", ""),
    ((597, "T", "C"), "c.186T>C", "synonymous", "p.(Asp62=)"),
    ((597, "T", "A"), "c.186T>A", "missense", "p.(Asp62Glu)"),
    ((599, "A", "T"), "c.188A>T", "missense", "p.(Glu63Val)"),
    ((918, "G", "A"), "c.201G>A", "stop gained", "p.(Trp67Ter)"),
    ((919, "G", "T"), "c.202G>T", "stop gained", "p.(Glu68Ter)"),
    ((1078, "T", "C"), "c.301T>C", "stop lost", "p.(Ter101GlnextTer?)"),
    # One of the 30 GAA: written at the last one, whose A A is followed by T.
    ((915, "GTGG", "GTGGGAA"), "c.289_291dup", "in-frame change", "p.(Glu97dup)"),
    ((918, "GGAA", "G"), "c.289_291del", "in-frame change", "p.(Glu97del)"),
    # GAA without one A: GAC GTG GTC ATT ... in another frame.
    ((598, "GA", "G"), "c.189del", "frameshift", ""),
    ((601, "C", "CTTT"), "c.190_191insTTT", "in-frame change", "p.(Arg64delinsLeuCys)"),
    ((595, "GAT", "TAG"), "c.184_186delinsTAG", "stop gained", "p.(Asp62Ter)"),
    ((601, "CGTG", "CCAC"), "c.191_193inv", "in-frame change", ""),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("change", "name", "kind", "protein"), CHANGES, ids=[row[1] for row in CHANGES])
def test_names_and_kinds_by_hand(strand: str, change: tuple[int, str, str], name: str, kind: str, protein: str) -> None:
    made = variant(strand, *change)
    found = coding_consequence(made, transcript(strand), genome(strand))
    assert (found.name, found.kind) == (f"NM_1.2:{name}", kind)
    assert protein in ("", found.protein.name if found.protein else "")
    # And back.
    again = on_transcript(TranscriptName.parse(found.name), transcript(strand), genome(strand))
    assert (again.pos, again.ref, again.alt) == (made.pos, made.ref, made.alt)


@BOTH
@given(data=st.data())
def test_a_name_means_its_variant(strand: str, data: st.DataObject) -> None:
    """Any small change inside of the gene, on either strand: name it, read the name, get the variant."""
    pos = data.draw(st.integers(105, 1_080))
    gone = data.draw(st.integers(0, 4))
    ref = genome("+").bases("chr1", pos - 1, pos + gone)
    alt = data.draw(st.text("ACGT", min_size=1, max_size=5))
    if ref == alt:
        return
    made = variant(strand, pos, ref, alt)
    name = transcript_name(made, transcript(strand), genome(strand))
    again = on_transcript(TranscriptName.parse(name), transcript(strand), genome(strand))
    assert again.left_align(genome(strand).bases) == made


@given(data=st.data())
def test_a_change_means_the_same_on_both_strands(data: st.DataObject) -> None:
    """Near the ends of exon 2, where insertions and deletions in repeats can be written into exon and intron."""
    pos = data.draw(st.sampled_from([*range(586, 600), *range(603, 616)]))
    ref = genome("+").bases("chr1", pos - 1, pos + data.draw(st.integers(0, 3)))
    alt = data.draw(st.text("ACGT", min_size=1, max_size=4))
    if ref == alt:
        return
    one, other = (
        coding_consequence(variant(strand, pos, ref, alt), transcript(strand), genome(strand)) for strand in "+-"
    )
    assert (one.name, one.kind, one.protein, one.decay) == (other.name, other.kind, other.protein, other.decay)


@pytest.mark.parametrize(
    ("before", "after", "in_frame", "name"),
    [
        ("MKLV*", "MKLV*", True, "p.(=)"),
        ("MKLVT*", "MKLT*", True, "p.(Val4del)"),
        ("MKLLVT*", "MKLVT*", True, "p.(Leu4del)"),  # of equal places the last
        ("MKLVT*", "MKLKLVT*", True, "p.(Lys2_Leu3dup)"),
        ("MKLVT*", "MKGLVT*", True, "p.(Lys2_Leu3insGly)"),
        ("MKCVT*", "MKWVVT*", True, "p.(Cys3delinsTrpVal)"),
        ("MKCRSVT*", "MKAEFT*", False, "p.(Cys3AlafsTer5)"),
        ("MKWVT*", "MK*", True, "p.(Trp3Ter)"),
        ("MKWVT*", "MKWVTQKL*", True, "p.(Ter6GlnextTer3)"),
        ("MKWVT*", "MKGRS", False, "p.(Trp3GlyfsTer?)"),
    ],
)  # fmt: skip
def test_proteins_by_hand(before: str, after: str, in_frame: bool, name: str) -> None:
    assert protein_change(before, after, in_frame=in_frame).name == name


def test_the_genetic_code() -> None:
    assert translate("ATGTGGTAAGGG") == "MW*"
    assert translate("ATGNNNTG") == "MX"


# ---- reading --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> GeneModels:
    path = tmp_path_factory.mktemp("genes") / "genes.gtf"
    spans = ((101, 288), (595, 609), (916, 1011), (1072, 1086))
    coding = ((106, 288), (595, 609), (916, 1011), (1072, 1080))
    rows = [f"chr1 exon {a} {b} + {n}" for n, (a, b) in enumerate(spans, 1)] + [
        f"chr1 CDS {a} {b} +" for a, b in coding
    ]
    short = [*(f"chr1 exon {a} {b} + {n}" for n, (a, b) in enumerate(spans[1:], 1)), "chr1 CDS 916 1011 +"]
    path.write_text(gtf("G", "NM_1.2", *rows) + gtf("G", "NM_7.1", *short))
    return open_genes(path, assembly="GRCh38")


def test_a_name_is_read_offline(models: GeneModels) -> None:
    resolver = LocalResolver(models)
    for text in ("NM_1.2:c.186T>A", "nm_1.2(G):c.186T>A", "NM_1:c.186T>A"):
        checked = read_variant(text, genome("+"), resolver=resolver)
        assert str(checked.usable()) == "chr1-597-T-A"
        assert any("NM_1.2 of the gene models" in notice for notice in checked.notices)
    assert spelled_out("NM_1.2:c.186T>A", models, genome("+"))[0] == "chr1-597-T-A"
    assert spelled_out("chr1-597-T-A", models, genome("+")) == ("chr1-597-T-A", ())


def test_another_version_is_said_and_offered(models: GeneModels) -> None:
    with pytest.raises(SeveralVariants, match=r"have NM_1\.2, not `NM_1\.9`") as raised:
        read_variant("NM_1.9:c.186T>A", genome("+"), resolver=LocalResolver(models))
    assert [str(one) for one in raised.value.choices] == ["chr1-597-T-A"]
    assert "NM_1.2:c.186T>A" in raised.value.fix


def test_a_gene_in_front_must_mean_one_variant(models: GeneModels) -> None:
    resolver = LocalResolver(models)
    # Base 186 lies behind the 96 coding bases of the other transcript, so that there is one reading.
    assert str(resolver.resolve_one("G:c.186T>A", genome("+"))) == "chr1-597-T-A"
    with pytest.raises(SeveralVariants, match="count differently"):
        resolver.resolve_one("G c.10_12del", genome("+"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NM_1.2:c.186G>A", "names `G`, but on NM_1.2"),
        ("NM_1.2:c.304A>G", "has no base c.304"),
        ("NM_1.2:n.10A>G", "counts with `c.`"),
        ("NM_1.2:c.10_8del", "ends before it starts"),
        ("NM_1.2:c.10_14insA", "no neighbours"),
        ("NM_404.1:c.10del", "have not got"),
        ("NM_1.2:c.(10_12)del", "HGVS"),
    ],
)
def test_what_is_wrong_is_said(models: GeneModels, text: str, why: str) -> None:
    with pytest.raises(GenovizError) as raised:
        read_variant(text, genome("+"), resolver=LocalResolver(models))
    assert why in str(raised.value)


def test_without_gene_models_the_old_message_stands() -> None:
    with pytest.raises(BadVariant, match="coding HGVS name"):
        read_variant("NM_1.2:c.10del", genome("+"), resolver=LocalResolver(None))


# ---- what other programs say -------

# Made-up transcripts, their names and proteins as in the tests of the Python package hgvs (Wang et al. 2018, Hum Mutat 39:1803).
# In small letters what is untranslated.
MADE_UP = {
    "A": "aaaatcaaaATGAAAGCGAAAGCGTTTCGCGCGAAATAGggg",
    "B": "aaaatcaaaATGAAAGCGAAAGCGTTTCGCGCGAAATAGaggaggtagtttcgc",
    "C": "aaaatcaaaATGAAAGCGAAAGCGTTTCGCGTAGAATAGaggaggcagtttcgc",
    "D": "aaaatcaaaATGAAATCGAAAGCGTTTCGCGCGAAATAGaggaggcagtttcgc",
    "E": "aaaatcaaaATGAAAAAATCGAAAGCGTTTCGCGCGAAATAGaggaggcagtttcgc",
    "F": "aaaatcaaaATGAAAAAAAAATCGAAAGCGTTTCGCGCGAAATAGaggaggcagtttcgc",
    "G": "aaaatcaaaATGGGGAGGGCCCGGCAGCCAGCTTTATAGaggaggcagtttcgc",
}
OF_HGVS = [
    "A:c.6A>G",
    "p.(Lys2=)",
    "A:c.6A>T",
    "p.(Lys2Asn)",
    "D:c.8C>A",
    "p.(Ser3Ter)",
    "B:c.30G>T",
    "p.(Ter10TyrextTer3)",
    "A:c.6_7insGGG",
    "p.(Lys2_Ala3insGly)",
    "A:c.22_23insT",
    "p.(Ala8ValfsTer?)",
    "A:c.8_9insTT",
    "p.(Lys4Ter)",
    "A:c.10_12del",
    "p.(Lys4del)",
    "A:c.4_15del",
    "p.(Lys2_Ala5del)",
    "E:c.4_6del",
    "p.(Lys3del)",
    "F:c.4_9del",
    "p.(Lys3_Lys4del)",
    "F:c.20_25del",
    "p.(Ala7_Arg9delinsGly)",
    "A:c.5_7del",
    "p.(Lys2_Ala3delinsThr)",
    "G:c.13_24del",
    "p.(Arg5_Ala8del)",
    "A:c.11_12del",
    "p.(Lys4SerfsTer?)",
    "C:c.7del",
    "p.(Ala3ArgfsTer6)",
    "A:c.25_30del",
    "p.(Lys9_Ter10delinsGly)",
    "A:c.11_12delinsTCCCA",
    "p.(Lys4delinsIlePro)",
    "A:c.11_18delinsTCCCA",
    "p.(Lys4_Phe6delinsIlePro)",
    "A:c.8delinsGG",
    "p.(Ala3GlyfsTer?)",
    "A:c.10_12dup",
    "p.(Lys4dup)",
    "A:c.16_18dup",
    "p.(Phe6dup)",
    "A:c.16_21dup",
    "p.(Phe6_Arg7dup)",
    "E:c.4_6dup",
    "p.(Lys3dup)",
    "A:c.16_24dup",
    "p.(Phe6_Ala8dup)",
    "A:c.12_13dup",
    "p.(Ala5GlufsTer?)",
    "A:c.1A>G",
    "p.(Met1?)",
    "A:c.-3_1del",
    "p.(Met1?)",
    "A:c.-3_3del",
    "p.(Met1?)",
    "A:c.-3_3delinsAAA",
    "p.(Met1?)",
]


@BOTH
@pytest.mark.parametrize(("name", "protein"), list(zip(OF_HGVS[::2], OF_HGVS[1::2], strict=True)))
def test_the_same_proteins_as_another_package(strand: str, name: str, protein: str) -> None:
    letters = MADE_UP[name[0]]
    whole = "C" * 20 + letters.upper() + "C" * 20
    first, end = (20 + letters.index("ATG"), 20 + len(letters.rstrip("acgt")))
    spans = [(20, 20 + len(letters)), (first, end)]
    if strand == "-":
        whole = Sequence(whole).reverse_complement().bases
        spans = [(len(whole) - b, len(whole) - a) for a, b in spans]
    exon, coding = (Locus("chr1", *span, strand, "GRCh38") for span in spans)
    one = Transcript(name[0], "g", "g", exon, exons=(exon,), coding=(coding,))
    reference = SmallReference({"chr1": whole})
    found = coding_consequence(on_transcript(TranscriptName.parse(name), one, reference), one, reference)
    assert found.protein is not None
    assert found.protein.name == protein


# Names of the Breast Cancer Information Core, from the same package's tables: the bases that they give are those of the genome, and
# all but the insertions stand at their last place already.
BIC = {
    ("chr13_BRCA2", "NM_000059.3"): "1189_1190insTTAG 1755_1759delGAAAA 1929delG 2808_2811delACAA 3847_3848delGT 4478_4481delAAAG "
    "574_575delAT 631+2T>G 658_659delGT 7069_7070delCT 755_758delACAG 8297delC 8537_8538delAG 9435_9436delGT",
    ("chr17_BRCA1_region", "ENST00000357654.3"): "1504_1508delTTAAA 1556delA 1953_1956delGAAA 213-11T>G 213-12A>G 2457delC 2475delC "
    "2681_2682delAA 3228_3229delAG 3331_3334delCAAG 3700_3704delGTAAA 3756_3759delGTCT 4065_4068delTCAA 4357+1G>A 5277+1G>A "
    "68_69delAG 697_698delGT",
}  # fmt: skip


@pytest.mark.skipif(not LOCI.is_dir(), reason="needs the public data sets")
@pytest.mark.parametrize(("where", "names"), list(BIC.items()), ids=["BRCA2", "BRCA1"])
def test_names_of_a_data_base(where: tuple[str, str], names: str) -> None:
    region, identifier = where
    with (
        Genome(LOCI / f"{region}.fa.gz", "GRCh38") as reference,
        open_genes(LOCI / f"{region}.gff3.gz", assembly="GRCh38", resolve=reference.resolve) as genes,
    ):
        one = genes.transcript(identifier)
        for name in names.split():
            made = on_transcript(TranscriptName.parse(f"{identifier}:c.{name}"), one, reference)
            again = transcript_name(made, one, reference).partition(":c.")[2]
            assert again == (name.rstrip("ACGT") if "del" in name else name)


# ---- published names -------------------------------------------------------------------------------


@pytest.mark.skipif(not LOCI.is_dir(), reason="needs the public data sets")
@pytest.mark.parametrize(
    ("region", "identifier", "place", "name", "protein"),
    [
        # BRCA1 185delAG and 5382insC, BRCA2 6174delT, TP53 R175H, R248W, R273H: names as in ClinVar.
        ("chr17_BRCA1_region", "ENST00000357654", "chr17-43124027-ACT-A", "c.68_69del", "p.(Glu23ValfsTer17)"),
        ("chr17_BRCA1_region", "ENST00000357654", "chr17-43057062-T-TG", "c.5266dup", "p.(Gln1756ProfsTer74)"),
        ("chr17_BRCA1_region", "ENST00000357654", "chr17-43106455-C-T", "c.212+1G>A", ""),
        ("chr13_BRCA2", "BRCA2", "chr13-32340300-GT-G", "c.5946del", "p.(Ser1982ArgfsTer22)"),
        ("chr13_BRCA2", "BRCA2", "chr13-32316435-G-A", "c.-26G>A", ""),
        ("chr17_TP53", "NM_000546.5", "chr17-7675088-C-T", "c.524G>A", "p.(Arg175His)"),
        ("chr17_TP53", "NM_000546.5", "chr17-7674221-G-A", "c.742C>T", "p.(Arg248Trp)"),
        ("chr17_TP53", "NM_000546.5", "chr17-7673802-C-T", "c.818G>A", "p.(Arg273His)"),
        ("chr17_TP53", "NM_000546.5", "chr17-7676154-G-C", "c.215C>G", "p.(Pro72Arg)"),
        ("chr17_TP53", "NM_000546.5", "chr17-7675994-C-T", "c.375G>A", "p.(Thr125=)"),
    ],
)  # fmt: skip
def test_published_names(region: str, identifier: str, place: str, name: str, protein: str) -> None:
    with (
        Genome(LOCI / f"{region}.fa.gz", "GRCh38") as reference,
        open_genes(LOCI / f"{region}.gff3.gz", assembly="GRCh38", resolve=reference.resolve) as genes,
    ):
        one = (
            genes.transcript(identifier)
            if "." in identifier or "ENST" in identifier
            else genes.gene(identifier).primary
        )
        made = Variant.parse(place, "GRCh38")
        found = coding_consequence(made, one, reference)
        assert found.name.endswith(f":{name}"), found.name
        assert (found.protein.name if found.protein else "") == protein
        again = LocalResolver(genes).resolve_one(found.name, reference)
        assert str(again) == str(made)
