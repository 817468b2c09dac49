"""Looking names up: recorded answers, faults and nonsense from a stand-in server; nothing leaves the computer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import pytest

from genoviz.errors import BadVariant, RefMismatch
from genoviz.files.web import Client, NoAnswer
from genoviz.variants.check import read_variant
from genoviz.variants.resolver import Resolver, SeveralVariants
from genoviz.variants.variant import Variant
from tests.small_reference import SPELLING_GENOME, SmallReference
from tests.stand_in import Server, hang_up, reply, stand_in


def answer(**alleles: list[str]) -> str:
    """An answer of the variant recoder: for each alternate allele its genomic names, among other things."""
    groups = {key: {"input": "rs1", "id": ["rs1"], "hgvsg": names} for key, names in alleles.items()}
    return json.dumps([groups])


ONE = answer(G=["NC_000001.11:g.12345A>G", "CHR_HSCHR1_1_CTG3:g.345A>G"])
TWO = answer(T=["NC_000001.11:g.12345A>T"], G=["NC_000001.11:g.12345A>G"])
# The same deletion under two names, as for alleles that differ only in their anchor.
SAME = answer(**{"-": ["NC_000001.11:g.12352del"], "TTTT": ["NC_000001.11:g.12348_12352delinsTTTT"]})


@pytest.fixture
def server() -> Iterator[Server]:
    with stand_in() as running:
        yield running


def resolver(server: Server) -> Resolver:
    client = Client(timeout=10, retries=0, wait=lambda seconds: None)
    return Resolver(client, {"GRCh38": server.url, "GRCh37": f"{server.url}/grch37"})


def test_one_variant(server: Server) -> None:
    server.script(lambda handler: reply(handler, ONE))
    found = resolver(server).resolve("rs1", SPELLING_GENOME)
    assert found == (Variant("chr1", 12345, "A", "G", "GRCh38"),)
    assert server.asked == ["/variant_recoder/human/rs1?content-type=application%2Fjson"]


def test_the_check_says_where_it_comes_from(server: Server) -> None:
    server.script(lambda handler: reply(handler, ONE))
    checked = read_variant(" rs1 ", SPELLING_GENOME, resolver=resolver(server))
    assert str(checked.usable()) == "chr1-12345-A-G"
    assert checked.notices == ("`rs1` is `chr1-12345-A-G` on GRCh38, looked up at Ensembl.",)


def test_nothing_is_asked_unless_wanted(server: Server) -> None:
    with pytest.raises(BadVariant, match="rsID"):
        read_variant("rs1", SPELLING_GENOME)
    assert str(read_variant("chr1-12345-A-G", SPELLING_GENOME, resolver=resolver(server)).usable()) == "chr1-12345-A-G"
    assert server.asked == []


def test_several_variants_are_listed_and_none_is_picked(server: Server) -> None:
    server.script(lambda handler: reply(handler, TWO))
    with pytest.raises(SeveralVariants, match="2 variants: `chr1-12345-A-G`, `chr1-12345-A-T`") as caught:
        read_variant("rs1", SPELLING_GENOME, resolver=resolver(server))
    assert [str(v) for v in caught.value.choices] == ["chr1-12345-A-G", "chr1-12345-A-T"]
    server.script(lambda handler: reply(handler, SAME))
    assert [str(v) for v in resolver(server).resolve("rs2", SPELLING_GENOME)] == ["chr1-12347-AT-A"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("NM_000059.4:c.68-7T>A", "NM_000059.4:c.68-7T%3EA"),
        ("BRAF p.V600E", "BRAF:p.V600E"),
        ("NM_000059.4(BRCA2):c.68_69del", "NM_000059.4%28BRCA2%29:c.68_69del"),
    ],
)
def test_names_are_quoted(server: Server, text: str, path: str) -> None:
    server.script(lambda handler: reply(handler, ONE))
    resolver(server).resolve(text, SPELLING_GENOME)
    assert server.asked[0].startswith(f"/variant_recoder/human/{path}?")


def test_the_server_of_the_assembly_is_asked(server: Server) -> None:
    server.script(lambda handler: reply(handler, answer(G=["NC_000001.10:g.5A>G"])))
    hg19 = SmallReference({"chr1": "CCCCAC"}, "hg19")
    assert resolver(server).resolve("rs1", hg19) == (Variant("chr1", 5, "A", "G", "hg19"),)
    assert server.asked[0].startswith("/grch37/variant_recoder/human/rs1")
    for assembly in ("", "R64"):
        with pytest.raises(BadVariant, match="Ensembl is asked for GRCh38 and GRCh37"):
            resolver(server).resolve("rs1", SmallReference({"chr1": "CCCCAC"}, assembly))
    with pytest.raises(BadVariant, match="not a name to look up"):
        resolver(server).resolve("chr1-12345-A-G", SPELLING_GENOME)
    assert len(server.asked) == 1


def test_an_answer_must_fit_the_genome(server: Server) -> None:
    server.script(lambda handler: reply(handler, answer(G=["NC_000001.11:g.12346A>G"])))
    with pytest.raises(RefMismatch, match="does not fit small genome"):
        resolver(server).resolve("rs1", SPELLING_GENOME)
    server.script(lambda handler: reply(handler, answer(G=["NC_000001.10:g.12345A>G"])))
    with pytest.raises(BadVariant, match="is on GRCh37"):
        resolver(server).resolve("rs1", SPELLING_GENOME)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<html>log in</html>", "no JSON"),
        ("{}", "no list of variants"),
        ("[]", "no list of variants"),
        ("[1]", "no list of variants"),
        ('[{"warnings": ["none"]}]', "no alleles"),
        ('[{"G": 5}]', "no alleles"),
        ('[{"G": {"hgvsg": "NC_000001.11:g.5A>G"}}]', "no list of texts"),
        ('[{"G": {"hgvsg": [5]}}]', "no list of texts"),
        ('[{"G": {}}]', "no variant on a chromosome"),
        (answer(G=["CHR_HSCHR1_1_CTG3:g.345A>G"]), "no variant on a chromosome"),
        (answer(G=["NC_000001.11:nonsense"]), "no genomic name"),
        (answer(G=["NC_000001.11:g.5A>G"] * 101), "too many"),
    ],
)
def test_nonsense_is_not_believed(server: Server, body: str, says: str) -> None:
    server.script(lambda handler: reply(handler, body))
    with pytest.raises(NoAnswer, match=says) as caught:
        resolver(server).resolve("rs1", SPELLING_GENOME)
    assert "chr8-140300616-T-G" in caught.value.fix


def test_unknown_names_and_faults(server: Server) -> None:
    for status in (400, 404):
        server.script(partial(reply, body='{"error": "no variant"}', status=status))
        with pytest.raises(BadVariant, match="Ensembl does not know `rs1`"):
            resolver(server).resolve("rs1", SPELLING_GENOME)
    server.script(lambda handler: reply(handler, "busy", status=503))
    with pytest.raises(NoAnswer, match="paste position and alleles") as caught:
        resolver(server).resolve("rs1", SPELLING_GENOME)
    assert caught.value.status == 503
    server.script(hang_up)
    with pytest.raises(NoAnswer, match="paste position and alleles"):
        resolver(server).resolve("rs1", SPELLING_GENOME)


def test_offline_says_what_to_paste() -> None:
    away = Resolver(Client(timeout=1, retries=0), {"GRCh38": "http://127.0.0.1:9"})
    with pytest.raises(NoAnswer, match="such as `chr8-140300616-T-G`"):
        away.resolve("rs1", SPELLING_GENOME)
