"""Genomes read over the network, against a local stand-in for UCSC's REST interface."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from genoviz.errors import BadLocus
from genoviz.files.web import Client, DiskCache, NoAnswer
from genoviz.genomes.genome import Genome, Reference
from genoviz.genomes.remote import RemoteGenome
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from tests.stand_in import Server, asked_for, hang_up, reply, stand_in

CHROMOSOMES = {
    "chr1": "".join(random.Random(3).choices("ACGTacgtN", k=5000)),
    "chrM": "".join(random.Random(4).choices("ACGT", k=16_569)),
}


def ucsc(handler: BaseHTTPRequestHandler, **changes: Any) -> None:
    """What the service answers; `changes` to one answer make it wrong."""
    asked = asked_for(handler)
    path = handler.path.split("?")[0]
    if asked["genome"] != "hg38" or asked.get("chrom", "chr1") not in CHROMOSOMES:
        reply(handler, '{"error": "can not find"}', status=400)
    elif path == "/list/chromosomes":
        sizes = {name: len(bases) for name, bases in CHROMOSOMES.items()}
        answer = {"downloadTime": "2026:01:01", "genome": "hg38", "chromCount": len(sizes), "chromosomes": sizes}
        reply(handler, json.dumps(answer | changes.get("names", {})))
    else:
        start, end = int(asked["start"]), int(asked["end"])
        dna = CHROMOSOMES[asked["chrom"]][start:end]
        answer = {"genome": "hg38", "chrom": asked["chrom"], "start": start, "end": end, "dna": dna}
        reply(handler, json.dumps(answer | {k: v for k, v in changes.items() if k != "names"}))


@pytest.fixture
def server() -> Iterator[Server]:
    with stand_in() as made:
        made.play = ucsc
        yield made


@pytest.fixture
def genome(server: Server, tmp_path: Path) -> RemoteGenome:
    client = Client(timeout=10, retries=1, cache=DiskCache(tmp_path / "cache"), wait=lambda seconds: None)
    return RemoteGenome("hg38", client=client, url=server.url)


def test_it_answers_as_a_file_does(genome: RemoteGenome, tmp_path: Path) -> None:
    path = tmp_path / "same.fa"
    path.write_text("".join(f">{name}\n{bases}\n" for name, bases in CHROMOSOMES.items()))
    rng = random.Random(5)
    with Genome(path, "hg38", title=genome.title) as local:
        pair: tuple[Reference, Reference] = (genome, local)
        for _ in range(40):
            start = rng.randrange(4990)
            locus = Locus(rng.choice(["1", "chr1"]), start, rng.randrange(start + 1, 5050), rng.choice("+-"))
            remote, other = (reference.fetch(locus, pad=True) for reference in pair)
            assert remote == other
            assert remote.bases == other.bases
        assert genome.chromosomes == local.chromosomes
        assert genome.bases("chr1", 10, 20) == local.bases("chr1", 10, 20) == CHROMOSOMES["chr1"][10:20].upper()
        assert genome.bases("chr1", 10, 10) == ""


def test_the_question_is_zero_based_and_half_open(genome: RemoteGenome, server: Server) -> None:
    assert genome.fetch(Locus.parse("chr1:1-100")).bases == CHROMOSOMES["chr1"][:100].upper()
    assert server.asked == [
        "/list/chromosomes?genome=hg38",
        "/getData/sequence?genome=hg38;chrom=chr1;start=0;end=100",
    ]


def test_edges(genome: RemoteGenome, server: Server) -> None:
    assert genome.fetch(Locus("chr1", 4990, 5000)).bases == CHROMOSOMES["chr1"][4990:].upper()
    questions = len(server.asked)
    with pytest.raises(BadLocus, match=r"past the end of `chr1` in hg38 at UCSC \(hg38\).*1 to 5,000"):
        genome.fetch(Locus("chr1", 4990, 5001))
    beyond = genome.fetch(Locus("chr1", 6000, 6004), pad=True)
    assert beyond.bases == "NNNN"
    assert len(server.asked) == questions  # nothing to ask for
    minus = genome.fetch(Locus("chr1", 4998, 5002, "-"), pad=True)
    assert minus.bases == "NN" + Sequence(CHROMOSOMES["chr1"][4998:]).reverse_complement().bases
    assert minus.name == "chr1:4,999-5,002(-) (2 bases not in hg38 at UCSC and read as N)"


def test_what_is_refused_without_asking(genome: RemoteGenome, server: Server) -> None:
    with pytest.raises(BadLocus, match=r"600,000 bases at once.*genoviz genome add hg38"):
        genome.fetch(Locus("chr1", 0, 600_001))
    with pytest.raises(BadLocus, match="hg19"):
        genome.fetch(Locus("chr1", 0, 10, "+", "hg19"))
    assert server.asked == []
    with pytest.raises(BadLocus, match="no chromosome named `chr7`"):
        genome.fetch(Locus("chr7", 0, 10))
    with pytest.raises(BadLocus, match="GRCh37"):
        genome.fetch(Locus("NC_000001.10", 0, 10))
    assert len(server.asked) == 1


def test_answers_are_kept(genome: RemoteGenome, server: Server) -> None:
    for _ in range(3):
        genome.fetch(Locus("chr1", 5, 60))
    assert len(server.asked) == 2
    again = RemoteGenome("hg38", client=genome._client, url=server.url)
    assert again.fetch(Locus("chr1", 5, 60)).bases == CHROMOSOMES["chr1"][5:60].upper()
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dna": "ACGT"}, r"4 bases in place of 10"),
        ({"dna": "ACGTACGT<b"}, "letters that are no bases"),
        ({"dna": None}, "no sequence"),
        ({"chrom": "chr2"}, "another chrom"),
        ({"start": 101}, "another start"),
        ({"end": 109}, "another end"),
        ({"genome": "hg19"}, "another genome"),
        ({"names": {"chromosomes": {}}}, "lists no chromosomes"),
        ({"names": {"chromosomes": {"chr1": "5000"}}}, "no length"),
        ({"names": {"chromosomes": {"chr1": True}}}, "no length"),
        ({"names": {"genome": "mm39"}}, "another genome"),
    ],
)
def test_wrong_answers_are_never_believed_or_kept(
    genome: RemoteGenome, server: Server, changes: dict[str, Any], message: str
) -> None:
    server.play = lambda handler: ucsc(handler, **changes)
    for _ in range(2):
        with pytest.raises(NoAnswer, match=message):
            genome.fetch(Locus("chr1", 100, 110))
    server.play = ucsc
    assert genome.fetch(Locus("chr1", 100, 110)).bases == CHROMOSOMES["chr1"][100:110].upper()


def test_the_length_of_another_build_is_noticed(genome: RemoteGenome, server: Server) -> None:
    from genoviz.errors import BadGenome

    server.play = lambda handler: ucsc(handler, names={"chromosomes": {"chr1": 249_250_621}})
    with pytest.raises(BadGenome, match="GRCh37"):
        genome.resolve("chr1")


def test_faults_of_the_network(genome: RemoteGenome, server: Server) -> None:
    good = [ucsc, ucsc]
    server.script(hang_up, good[0], lambda h: reply(h, "x", status=500), good[1])
    assert genome.fetch(Locus("chr1", 0, 10)).bases == CHROMOSOMES["chr1"][:10].upper()
    for play in (hang_up, lambda h: reply(h, "<html>", status=502), lambda h: reply(h, "<html>sign in")):
        server.play = play
        with pytest.raises(NoAnswer):
            genome.fetch(Locus("chr1", 20, 30))


def test_the_address_can_be_set(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GENOVIZ_UCSC", f"{server.url}/")
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path))
    with RemoteGenome("hg38") as genome:
        assert genome.resolve("MT") == "chrM"
        assert genome.resolve("NC_012920.1") == "chrM"
    assert list((tmp_path / "web").iterdir())
