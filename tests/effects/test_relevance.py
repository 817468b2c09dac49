"""Which models speak about which place: a table of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genoviz.effects.relevance import NEAR_SITE, Relevance, relevant_models, scans_sites
from genoviz.genes.transcripts import Transcript
from genoviz.genes.where import Whereabouts
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.questions import question_of
from genoviz.sequences.locus import Locus

ALL = {card.name for card in list_models()}
GENE = Transcript("T.1", "GENE", "GENE", Locus("chr1", 100, 9000))
EMPTY = Whereabouts(Locus("chr1", 99, 100))
IN_INTRON = replace(EMPTY, transcript=GENE, part="intron 1 of 2", site="donor of exon 1", to_site=400)
AT_SITE = replace(IN_INTRON, to_site=2)
AT_START = replace(EMPTY, start=GENE, to_start=-80)
IN_LEADER = replace(EMPTY, transcript=GENE, part="exon 1 of 1", leader=True, start=GENE, to_start=40)
NO_GENES = replace(EMPTY, annotated=False)


def asked(where: Whereabouts, assembly: str = "GRCh38", *, synthetic: bool = False) -> Relevance:
    return relevant_models(where, assembly, ready=ALL, synthetic=synthetic)


def questions(found: Relevance) -> list[str]:
    """The questions of the speakers, each once, in their order; models that advise against variants left out."""
    good = [one.card for one in found.speakers if "variants" not in one.card.not_for]
    return list(dict.fromkeys(question_of(card).name for card in good))


@pytest.mark.parametrize(
    ("where", "first", "absent"),
    [
        (AT_SITE, ["Splicing", "Binding to DNA"], {"Promoters", "Translation"}),
        (IN_INTRON, ["Splicing", "Binding to DNA"], {"Promoters", "Translation"}),
        (AT_START, ["Promoters", "Binding to DNA"], {"Splicing", "Translation", "Binding to RNA"}),
        (IN_LEADER, ["Promoters", "Binding to DNA"], {"Splicing"}),  # one exon: nothing to splice
        (EMPTY, ["Binding to DNA", "Enhancers"], {"Splicing", "Promoters", "Translation", "Binding to RNA"}),
        (NO_GENES, ["Binding to DNA", "Enhancers"], {"Promoters", "Translation"}),
    ],
)
def test_the_place_decides_which_questions_come_first(where: Whereabouts, first: list[str], absent: set[str]) -> None:
    found = questions(asked(where))
    assert found[:2] == first
    assert not absent & set(found)


def test_without_gene_models_splice_models_come_last_because_the_strand_is_not_known() -> None:
    found = asked(NO_GENES)
    assert questions(found)[2:4] == ["Chromatin and expression", "Splicing"]
    assert "strand is to be chosen" in next(one.why for one in found.speakers if one.ground == "Transcripts")


def test_near_a_site_and_a_start_splicing_comes_before_promoters_and_behind_them_further_away() -> None:
    both = replace(AT_SITE, start=GENE, to_start=90)
    assert questions(asked(both))[:2] == ["Splicing", "Promoters"]
    assert questions(asked(replace(both, to_site=NEAR_SITE + 1)))[0] == "Promoters"


def test_the_splice_network_that_reads_most_comes_first_and_those_of_known_sites_are_left_out() -> None:
    found = asked(AT_SITE)
    names = [one.card.name for one in found.speakers]
    widest = ["splice.cispliceai", "splice.openspliceai-mane-10000nt", "splice.spliceai"]  # the same context: by name
    assert names[:6] == [*widest, *(f"splice.openspliceai-mane-{n}nt" for n in (2000, 400, 80))]
    assert names[6:8] == ["splice.pangolin", "splice.sites"]
    assert not {"splice.maxent5", "splice.mmsplice-exon"} & set(names)
    assert "known splice site" in found.why_not(get_card("splice.maxent5"))
    assert found.best is found.speakers[0]
    here = relevant_models(AT_SITE, "GRCh38", ready={"splice.sites", "tfbind.encode10"})
    assert here.best is not None
    assert here.best.card.name == "splice.sites"


@pytest.mark.parametrize(
    ("assembly", "has", "hasnt"),
    [
        ("hg38", {"tfbind.encode10", "enhancer.malinois", "profile.bpnet-oskn"}, {"enhancer.deepstarr", "bpnet.yeast"}),
        ("mm10", {"profile.bpnet-oskn", "tfbind.encode10"}, {"kmer.ecoli", "bpnet.yeast"}),
        ("sacCer3", {"bpnet.yeast", "grulm.yeast-ecoli"}, {"tfbind.encode10", "kmer.ecoli"}),
        ("U00096.3", {"kmer.ecoli", "promoter.ecoli"}, {"tfbind.encode10", "splice.sites", "bpnet.yeast"}),
        ("dm6", {"enhancer.deepstarr"}, {"tfbind.encode10", "enhancer.malinois"}),
        ("synthetic-1", {"tfbind.encode10", "kmer.ecoli"}, set()),  # nobody knows whose it is
    ],
)
def test_models_of_other_organisms_are_left_out(assembly: str, has: set[str], hasnt: set[str]) -> None:
    names = {one.card.name for one in asked(AT_START, assembly).speakers}
    assert has <= names
    assert not hasnt & names


def test_the_synthetic_genome_is_read_as_human_and_teaching_models_never_speak() -> None:
    found = asked(AT_SITE, "synthetic-1", synthetic=True)
    assert not any("coli" in one.card.organism for one in found.speakers)
    assert found.why_not(get_card("toy.sum")) in ("made for teaching", "")
    assert not any(one.card.name.startswith("toy.") for one in found.speakers)


def test_those_that_are_not_for_variants_come_last_and_never_answer() -> None:
    found = asked(AT_START)
    unfit = ["variants" in one.card.not_for for one in found.speakers]
    assert unfit == sorted(unfit)
    only = relevant_models(AT_START, "hg38", ready={"promoter.human-core"})
    assert only.best is None
    bacteria = [one.card.name for one in asked(AT_START, "U00096.3").speakers]
    assert bacteria.index("promoter.ecoli") < bacteria.index("kmer.ecoli")  # which is for teaching


def test_the_sentence_names_the_ground_the_models_and_those_left_out() -> None:
    said = asked(AT_SITE).sentence
    assert said.startswith("Splicing first, because it lies 2 bases from the donor of exon 1.")
    assert get_card("splice.openspliceai-mane-10000nt").title in said
    assert "of other organisms are left out" in said
    none = relevant_models(AT_SITE, "hg38", ready=set())
    assert none.sentence == "No model on this computer can speak about this place."


def test_every_model_is_either_asked_or_left_out_with_a_reason() -> None:
    found = asked(IN_LEADER)
    assert {one.card.name for one in found.speakers} | {card.name for card, _ in found.left_out} == ALL
    assert all(why for _, why in found.left_out)
    assert all(one.why for one in found.speakers)
    assert scans_sites(get_card("splice.sites"))
