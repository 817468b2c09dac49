"""Splice sites along a stretch: a network that finds GT and AG, whose sites a text search knows as well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genoviz.errors import BadInput, BadLocus, Cancelled
from genoviz.genes.registered import open_genes_of
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Genome
from genoviz.genomes.registry import open_genome
from genoviz.models import ModelCard, Output
from genoviz.models.load import load_model
from genoviz.sequences.locus import Locus
from genoviz.splicing import along as module
from genoviz.splicing.alleles import annotated_sites
from genoviz.splicing.along import SpliceAlong, splice_along
from genoviz.splicing.effect import SITES
from tests.comparison import close

BINS = 10
CARD = ModelCard(
    name="splice.letters",
    title="Letters",
    summary="Finds GT and AG.",
    family="CNN",
    task="splice sites",
    builder="",
    length=BINS + 4,
    outputs=(Output("site", ("none", "acceptor", "donor"), "probability", "sigmoid", "logit", BINS, 1),),
    parameters=0,
    n_rule="N is a column of zeros.",
    data="None.",
    split="None.",
    licence="MIT",
    citation="None.",
    limits=("Reads two letters.",),
)


class Letters(nn.Module):
    """A donor before GT, an acceptor behind AG; the second letter of a pair alone counts a little."""

    card = CARD

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        a, _, g, t = X.unbind(1)
        n = X.shape[2] - 4
        donor = 6 * g[:, 3 : 3 + n] * t[:, 4 : 4 + n] - 3
        acceptor = 6 * a[:, :n] * g[:, 1 : 1 + n] - 3
        return {"site": torch.stack([torch.zeros_like(donor), acceptor, donor], 1)}


def genome(folder: Path, bases: str) -> Genome:
    path = folder / "g.fa"
    path.write_text(f">chr1\n{bases}\n", encoding="utf-8")
    return Genome(path, assembly="made-up")


def random_bases(length: int) -> str:
    return "".join(np.random.default_rng(0).choice(list("ACGT"), length))


def by_search(bases: str, strand: str) -> set[tuple[str, int]]:
    """Kind and 1-based coordinate of every site, from the text alone."""
    read = bases if strand == "+" else bases[::-1].translate(str.maketrans("ACGT", "TGCA"))
    found = set()
    for i in range(len(read)):
        if read[i + 1 : i + 3] == "GT":
            found.add(("donor", i))
        if i >= 2 and read[i - 2 : i] == "AG":
            found.add(("acceptor", i))
    return {(site, i + 1 if strand == "+" else len(read) - i) for site, i in found}


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("stretch", [20_000, 37])
def test_sites_are_those_of_a_text_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strand: str, stretch: int
) -> None:
    monkeypatch.setattr(module, "STRETCH", stretch)
    bases = random_bases(400)
    with genome(tmp_path, bases) as reference:
        whole = splice_along(Letters(), reference, Locus("chr1", 0, 400), strand)
        part = splice_along(Letters(), reference, Locus("1", 100, 250, "-"), strand)
    expected = by_search(bases, strand)
    assert {(s.site, s.position) for s in whole.sites} == expected
    assert {(s.site, s.position) for s in part.sites} == {(s, p) for s, p in expected if 100 < p <= 250}
    assert part.locus == Locus("chr1", 100, 250, strand)
    assert whole.values.shape == (400, 2)
    # 5' to 3' on the strand that was read.
    places = [s.position for s in whole.sites]
    assert places == sorted(places, reverse=strand == "-")
    inside = slice(100, 250) if strand == "+" else slice(150, 300)
    np.testing.assert_array_equal(part.values, whole.values[inside])
    assert whole.complete
    assert f"{len(expected)} sites at 0.5 or above" in whole.sentence


def transcript(strand: str) -> Transcript:
    """Two exons, bases 11-30 and 51-70."""
    exons = (Locus("chr1", 10, 30, strand), Locus("chr1", 50, 70, strand))
    return Transcript("T1", "G", "G1", Locus("chr1", 10, 70, strand), exons if strand == "+" else exons[::-1])


def test_annotated_sites_are_ends_of_introns() -> None:
    assert annotated_sites(transcript("+")) == {("donor", 30): 1, ("acceptor", 51): 2}
    assert annotated_sites(transcript("-")) == {("donor", 51): 1, ("acceptor", 30): 2}


@pytest.mark.parametrize("strand", ["+", "-"])
def test_agreement_with_a_transcript(tmp_path: Path, strand: str) -> None:
    # A donor where exon 1 ends, none of the acceptor, and a donor in the intron; a further one before the transcript.
    letters = ["C"] * 100
    for at in (30, 38, 4):
        letters[at : at + 2] = "GT"
    bases = "".join(letters)
    if strand == "-":
        bases = bases[:80][::-1].translate(str.maketrans("ACGT", "TGCA")) + "G" * 20
    with genome(tmp_path, bases) as reference:
        found = splice_along(Letters(), reference, Locus("chr1", 0, 80), strand, transcript=transcript(strand))
        outside = splice_along(
            Letters(), reference, Locus("chr1", 0, 80), strand, transcript=transcript(strand), read_outside=True
        )
    turn = (lambda p: p) if strand == "+" else (lambda p: 81 - p)
    assert [(s.site, s.position, s.exon) for s in found.found] == [("donor", turn(30), 1)]
    assert [(s.site, s.position, s.exon) for s in found.missed] == [("acceptor", turn(51), 2)]
    assert found.missed[0].probability == pytest.approx(1 / (1 + np.exp(3)), rel=1e-5)
    assert [s.position for s in found.others] == [turn(38)]
    assert [s.position for s in outside.others] == [turn(4), turn(38)]
    assert (found.read_outside, outside.read_outside) == (False, True)
    assert found.sentence.startswith("1 of 2 annotated splice sites of T1 at 0.5 or above, and 1 other site (")


def test_a_stopped_run_keeps_its_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STRETCH", 50)
    shares: list[float] = []

    def progress(share: float) -> None:
        shares.append(share)
        if share > 0.6:
            raise Cancelled

    with genome(tmp_path, random_bases(200)) as reference:
        whole = splice_along(Letters(), reference, Locus("chr1", 0, 200), "+", progress=shares.append)
        assert shares == sorted(shares)
        assert shares[-1] == 1
        part = splice_along(Letters(), reference, Locus("chr1", 0, 200), "+", progress=progress)
    assert not part.complete
    assert 0 < np.isfinite(part.values[:, 0]).sum() < 200
    done = np.isfinite(part.values)
    np.testing.assert_array_equal(part.values[done], whole.values[done])
    assert set(part.sites) <= set(whole.sites)


def test_memory_is_bounded_by_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STRETCH", 64)
    monkeypatch.setattr("genoviz.predict.values_along.STRETCH", 64)
    longest = []

    class Any(Letters):
        context = 4

        def logits(self, X: Tensor) -> dict[str, Tensor]:
            longest.append(X.shape[2])
            return super().logits(X)

    with genome(tmp_path, random_bases(1000)) as reference:
        found = splice_along(Any(), reference, Locus("chr1", 0, 1000), "-")
        expected = splice_along(Letters(), reference, Locus("chr1", 0, 1000), "-")
    assert found.values == close(expected.values)
    assert max(longest) == 64 + 4


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"strand": "."}, BadInput, "strand"),
        ({"threshold": 0.0}, BadInput, "threshold of 0 was"),
        ({"threshold": float("nan")}, BadInput, "threshold of nan"),
        ({"locus": Locus("chr1", 0, 3_000_001)}, BadInput, "Up to 3,000,000"),
        ({"locus": Locus("chr9", 0, 10)}, BadLocus, "chr9"),
        ({"strand": "-"}, BadInput, "T1 is on"),
        ({"locus": Locus("chr1", 80, 90)}, BadInput, "not in chr1:81-90"),
        ({"model": "toy.sum"}, BadInput, "predicts no splice sites"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, change: dict, error: type[Exception], words: str) -> None:
    options = {"model": "", "locus": Locus("chr1", 0, 80), "strand": "+", "threshold": 0.5} | change
    model = load_model(options["model"]) if options["model"] else Letters()
    with genome(tmp_path, random_bases(100)) as reference, pytest.raises(error, match=words):
        splice_along(
            model,
            reference,
            options["locus"],
            options["strand"],
            transcript=transcript("+"),
            threshold=options["threshold"],
        )


def test_the_bundled_model_finds_the_sites_of_a_teaching_gene() -> None:
    genes = open_genes_of("teaching")
    assert genes is not None
    with genes, open_genome("teaching") as reference:
        one = genes.gene("TEACH01").primary
        found = splice_along(load_model("splice.sites"), reference, one.locus, one.strand, transcript=one)
    assert isinstance(found, SpliceAlong)
    assert len(found.found) + len(found.missed) == 2 * (len(one.exons) - 1)
    assert len(found.found) > len(found.missed)
    assert any("many sites above the threshold are none" in notice for notice in found.notices)
    assert found.values[np.isfinite(found.values)].max() <= 1
    assert SITES == ("acceptor", "donor")


def test_a_transcript_without_exons_is_only_a_stretch(tmp_path: Path) -> None:
    bare = replace(transcript("+"), exons=())
    with genome(tmp_path, random_bases(100)) as reference:
        found = splice_along(Letters(), reference, bare.locus, "+", transcript=bare)
    assert found.missed == found.found == ()
    assert "annotated" not in found.sentence
