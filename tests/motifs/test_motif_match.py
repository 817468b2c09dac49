"""Names of seqlets: Tomtom's statistic against a slow second implementation and memelite, and known answers."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadInput, BadMotif
from genoviz.genomes.genome import Genome
from genoviz.lessons.examples import construct
from genoviz.models.factors import factors_of
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.motifs.collection import collection
from genoviz.motifs.match import Match, block_bed, compare, letters_p_value, name_blocks, q_values, seqlet_matrix
from genoviz.motifs.motif import Motif
from genoviz.motifs.scan import scan
from genoviz.motifs.seqlets import Seqlet
from genoviz.motifs.tables import block_table
from genoviz.motifs.tomtom import SCORE_BINS
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import evaluate
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

DATA = Path(__file__).parents[3] / "shared" / "data"
ETS = "ELK|ETV|ETS|ELF|GABPA|FLI1|ERG|FEV|ERF|EHF|SPI|ZBTB2"  # JASPAR's Zbtb2 reads CCGGAAG, the ETS site
EBOX = "USF|MYC|MAX|MNT|MLX|MITF|TFE|ARNT|BHLH|CLOCK|NPAS|HEY|HES|SREBF|CREB3L1"  # all read CACGTG or its like
# The site, the factor explained, its motif's family, and the strand on which JASPAR has the site as written.
PLANTED = {
    "GABPA": ("ACCGGAAGTG", ETS),
    "REST": ("TTCAGCACCATGGACAGCGCC", "REST"),
    "CTCFL": ("TGGCCACCAGGGGGCGCTA", "CTCF"),
    "USF1": ("GGTCACGTGACC", EBOX),
}


def motif(word: str, certainty: float = 0.94) -> Motif:
    rest = (1 - certainty) / 3
    return Motif(word, tuple(tuple(certainty if b == x else rest for b in "ACGT") for x in word))  # type: ignore[misc]


def random_motifs(n: int, seed: int) -> tuple[Motif, ...]:
    rng = np.random.default_rng(seed)
    matrices = [rng.dirichlet(np.full(4, 0.3), rng.integers(4, 15)) for _ in range(n)]
    return tuple(Motif(f"m{i}", tuple(map(tuple, m.tolist()))) for i, m in enumerate(matrices))


def slow_tomtom(query: np.ndarray, motifs: tuple[Motif, ...]) -> tuple[np.ndarray, np.ndarray]:
    """p-values and best sums, offset by offset, with distributions as dicts."""
    strands = [[m.matrix for m in motifs], [m.reverse_complement().matrix for m in motifs]]
    columns = np.concatenate([matrix for side in strands for matrix in side])
    scores = -np.linalg.norm(query[:, None] - columns[None], axis=2)
    shift = np.median(scores, axis=1)
    low = int(np.floor((scores - shift[:, None]).min()))
    scale = SCORE_BINS // max((scores - shift[:, None]).max() - low, 1)

    def whole(column: np.ndarray, i: int) -> int:
        distance = float(np.linalg.norm(query[i] - column))
        return int(np.floor((-distance - shift[i] - low) * scale + 0.5)) + int(low * scale)

    chance = [Counter(whole(c, i) for c in columns) for i in range(len(query))]

    def below(span: range, score: int) -> float:
        sums = {0: 1.0}
        for i in span:
            new: dict[int, float] = {}
            for s, p in sums.items():
                for x, n in chance[i].items():
                    new[s + x] = new.get(s + x, 0) + p * n / len(columns)
            sums = new
        return sum(p for s, p in sums.items() if s < score)

    best = np.array(
        [
            [
                max(
                    sum(whole(m[i + o], i) for i in range(len(query)) if 0 <= i + o < len(m))
                    for o in range(1 - len(query), len(m))
                )
                for m in side
            ]
            for side in strands
        ]
    ).max(axis=0)
    p_values = []
    for m, score in zip(motifs, best, strict=True):
        spans = [range(max(0, -o), min(len(query), len(m) - o)) for o in range(1 - len(query), len(m))]
        p = 1 - np.prod([below(span, score) for span in spans])
        p_values.append(p * (2 - p))
    return np.array(p_values), best


def test_statistic_is_that_of_a_slow_second_implementation() -> None:
    motifs = random_motifs(25, 1)
    query = np.random.default_rng(2).dirichlet(np.full(4, 0.5), 5)
    p_values, _ = slow_tomtom(query, motifs)
    # The median is taken to 1/4096 and the columns in single precision, so a score may fall into the next step.
    np.testing.assert_allclose(compare([query], motifs).p_values[0], p_values, rtol=0.1, atol=1e-3)


def test_statistic_is_that_of_memelite() -> None:
    tomtom = pytest.importorskip("memelite").tomtom
    motifs = collection(("insects",))
    rng = np.random.default_rng(3)
    queries = [m.matrix for m in motifs[:3]] + [rng.dirichlet(np.full(4, 0.5), n) for n in (4, 9, 25)]
    theirs = tomtom([q.T.copy() for q in queries], [m.matrix.T.copy() for m in motifs], n_target_bins=None, n_jobs=1)
    ours = compare(queries, motifs)
    small = theirs[0] < 0.01
    assert small.sum() > 20
    logs = np.log10(theirs[0])[small]
    # One step of the score, where medians differ in the fourth digit, is a constant share of log p.
    assert (np.abs(logs - np.log10(ours.p_values[small])) < 0.03 - 0.05 * logs).all()
    assert (-theirs[2] == ours.starts)[small].mean() > 0.95
    assert (theirs[4] == ours.minus)[small].mean() > 0.95


def test_a_motif_finds_itself_on_either_strand_and_its_place() -> None:
    motifs = (*random_motifs(60, 4), motif("GGTTACGATCCA"))
    found = compare([motif("TTACGATC").matrix, motif("GATCGTAA").matrix], motifs)
    assert found.p_values.argmin(axis=1).tolist() == [60, 60]
    assert (found.starts[:, 60].tolist(), found.minus[:, 60].tolist()) == ([-2, -2], [False, True])


def test_p_values_of_random_queries_are_not_too_small() -> None:
    """Of queries made of columns of the collection, 5 % have a p-value of at most 0.05 with a motif."""
    motifs = collection(("vertebrates",))[:300]
    columns = np.concatenate([m.matrix for m in motifs])
    rng = np.random.default_rng(5)
    queries = [columns[rng.integers(0, len(columns), 10)] for _ in range(60)]
    share = (compare(queries, motifs).p_values <= 0.05).mean()
    assert 0.03 < share < 0.08


def test_q_values_by_hand() -> None:
    q = q_values(np.array([[0.001, 0.02, 0.5, 0.9], [0.04, 0.2, 0.6, 0.8]]))
    np.testing.assert_allclose(q[0], [0.004, 0.04, 2 / 3, 0.9])
    np.testing.assert_allclose(q[1], [0.16, 0.4, 0.8, 0.8])
    assert q_values(np.zeros((0, 4))).shape == (0, 4)
    assert q_values(np.zeros((1, 3))).tolist() == [[0, 0, 0]]


def test_matrix_says_what_matters() -> None:
    scores = np.array([9.0, 1.0, 0.25, -1.0, 4.0, np.nan, 0.0])
    matrix = seqlet_matrix(Sequence("AACGNTT"), scores, Seqlet(1, 7, 5.25, 0.01)).matrix
    expected = np.full((6, 4), 0.25)
    expected[0] = (0.625, 0.125, 0.125, 0.125)  # score 1 of 4: half way to certain
    expected[1] = (0.1875, 0.4375, 0.1875, 0.1875)
    np.testing.assert_allclose(matrix, expected)
    turned = seqlet_matrix(Sequence("AACGNTT"), -scores, Seqlet(1, 7, -5.25, 0.01))
    np.testing.assert_allclose(turned.matrix, expected)


@pytest.mark.parametrize("minus", [False, True], ids=["as written", "turned"])
@pytest.mark.parametrize("source", ["attribution", "map"])
@pytest.mark.parametrize("factor", PLANTED)
def test_planted_sites_are_found_named_placed_and_oriented(factor: str, source: str, minus: bool) -> None:
    word, family = PLANTED[factor]
    site = Sequence(word).reverse_complement().bases if minus else word
    sequence = Sequence(construct(101, (40, site), gc=0.45, seed=7))
    model, target = load_model("tfbind.encode10"), Target("binding", (factor,))
    if source == "map":
        scores = saturate(model, sequence, target).importance
    else:
        scores = attribute(model, sequence, target, "deepliftshap", references=8).per_base
    blocks = name_blocks(sequence, scores, collection(("vertebrates",)))
    inside = [b for b in blocks if b.seqlet.start < 40 + len(word) and b.seqlet.end > 40 and b.match()]
    assert inside
    best = min((b.matches[0] for b in inside), key=lambda m: m.p_value)
    assert re.match(family, best.motif.name.upper()), best.motif.name
    assert best.start < 40 + len(word)
    assert best.end > 40
    assert best.start == inside[0].seqlet.start + best.offset or len(inside) > 1
    # Placed and oriented: on the strand and at the place of the match, the motif scores the site best of all.
    on_strand = best.motif if best.strand == "+" else best.motif.reverse_complement()
    other = on_strand.reverse_complement()
    if 0 <= best.start <= len(sequence) - len(best.motif):
        here = on_strand.score(sequence)
        assert here[best.start] == pytest.approx(here.max())
        if word != Sequence(word).reverse_complement().bases:
            assert here[best.start] > other.score(sequence)[best.start]


def test_shuffles_get_no_names() -> None:
    """Of seqlets of dinucleotide-shuffled constructs, fewer have a name than the q-value allows."""
    model, motifs = load_model("tfbind.encode10"), collection(("vertebrates",))
    seqlets = named = 0
    for factor, (word, _) in PLANTED.items():
        bases = construct(101, (40, word), gc=0.45, seed=7)
        for shuffled in dinucleotide_shuffle(bases, 10, seed=1):
            result = attribute(model, Sequence(shuffled), Target("binding", (factor,)), "deepliftshap", references=8)
            blocks = name_blocks(result.sequence, result.per_base, motifs)
            seqlets += len(blocks)
            named += sum(block.match() is not None for block in blocks)
    assert seqlets > 60
    assert named / seqlets < 0.05


def test_weak_matches_are_hidden_unless_wanted() -> None:
    sequence = Sequence(construct(200, gc=0.5, seed=3))
    scores = np.random.default_rng(1).normal(0, 0.1, 200)
    scores[50:58] += 1
    (block, *_) = [b for b in name_blocks(sequence, scores, random_motifs(200, 6)) if b.seqlet.total > 3]
    assert block.matches[0].q_value > 0.05
    assert block.match() is None
    assert block.match(weak=True) == block.matches[0]
    assert block_table([block], sequence)[0]["match"] == ""
    assert block_table([block], sequence, weak=True)[0]["match"] == block.matches[0].motif.name


@pytest.mark.parametrize("strand", "+-")
def test_tables_and_bed_point_at_the_genome(strand: str) -> None:
    motifs = (*random_motifs(60, 4), motif("GGTTACGATCCA"))
    bases = construct(100, (60, "GGTTACGATCCA"), gc=0.5, seed=2)
    locus = Locus("chr2", 1000, 1100, strand, "GRCh38")
    scores = np.where((np.arange(100) >= 60) & (np.arange(100) < 72), 1.0, 0.0)
    sequence = Sequence(bases, "plant", locus)
    (block,) = name_blocks(sequence, scores, motifs, seqlets=[Seqlet(60, 72, 12.0, 1e-6)])
    (row,) = block_table([block], sequence)
    assert (row["first"], row["last"], row["motif first"], row["motif last"]) == (61, 72, 61, 72)
    assert (row["match"], row["strand"], row["place strand"]) == ("GGTTACGATCCA", "+", strand)
    assert row["place"] == ("chr2:1,061-1,072" if strand == "+" else "chr2:1,029-1,040")
    start = 1060 if strand == "+" else 1028
    assert block_bed([block], sequence).split("\t")[:4] == ["chr2", str(start), str(start + 12), "GGTTACGATCCA"]
    assert block_bed([block], sequence).endswith(f"\t{strand}\n")
    assert block_bed([block], Sequence(bases, "plant one")).startswith("plant\t60\t72\t")


def test_letters_name_a_block_and_nothing_else_does() -> None:
    """Two sites of the same letters with other scores, one of them on the other strand; alone and beside each other."""
    word, motifs = "ACCGGAAGTG", collection(("vertebrates",))
    turned = Sequence(word).reverse_complement().bases
    sequence = Sequence(construct(120, (20, word), (80, turned), gc=0.5, seed=1))
    scores, rng = np.zeros(120), np.random.default_rng(0)
    scores[20:30], scores[80:90] = rng.uniform(0.3, 1, 10), rng.uniform(0.3, 1, 10)
    places = [Seqlet(20, 30, float(scores[20:30].sum()), 1e-6), Seqlet(80, 90, float(scores[80:90].sum()), 1e-6)]
    for about in ((), ("GABPA",)):
        first, second = name_blocks(sequence, scores, motifs, seqlets=places, about=about)
        assert name_blocks(sequence, scores, motifs, seqlets=places[:1], about=about)[0].matches == first.matches
        one, other = first.match(), second.match()
        assert one is not None
        assert other is not None
        assert one.motif == other.motif
        assert one.p_value != other.p_value
        assert letters_p_value(one, sequence) == letters_p_value(other, sequence)
        (hit,) = [h for h in scan(sequence, [one.motif], 1e-3) if (h.start, h.strand) == (one.start, one.strand)]
        assert letters_p_value(one, sequence) == hit.p_value
        assert one.motif.name == "GABPA" or not about


def test_letters_beyond_the_ends_count_as_n() -> None:
    site = motif("GGTTACGA")
    inside = Match(site, "+", 0, 8, 0, 1e-5, 1e-3)
    assert letters_p_value(inside, Sequence("GGTTACGA")) == pytest.approx(4.0**-8)
    over = replace(inside, start=-2, end=6)
    assert letters_p_value(over, Sequence("TTACGA")) == letters_p_value(inside, Sequence("NNTTACGA")) > 4.0**-8
    turned = replace(inside, strand="-", start=2, end=10)
    assert letters_p_value(turned, Sequence("AATCGTAA")) == letters_p_value(inside, Sequence("NNTTACGA"))


def test_no_motifs_and_no_seqlets() -> None:
    sequence = Sequence("ACGT" * 25)
    scores = np.zeros(100)
    assert name_blocks(sequence, scores, random_motifs(30, 1)) == ()
    scores[40:50] = 1
    (block,) = name_blocks(sequence, scores, (), seqlets=[Seqlet(40, 50, 10.0, 1e-6)])
    assert block.matches == ()
    assert block.match(weak=True) is None
    assert block_bed([block], sequence) == "sequence\t40\t50\tseqlet\t0\t.\n"


def test_what_does_not_fit_is_refused_in_three_parts() -> None:
    motifs = random_motifs(30, 1)
    for call in (
        lambda: compare([np.ones((3, 4)) / 4], motifs[:10]),
        lambda: compare([np.ones((4, 3))], motifs),
        lambda: name_blocks(Sequence("ACGT"), np.zeros(5), motifs),
    ):
        with pytest.raises((BadInput, BadMotif)) as error:
            call()
        assert all((error.value.read, error.value.accepted, error.value.fix))


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "tf_chip_deepbind10").is_dir(), reason="the public data sets are not here")
@pytest.mark.parametrize("factor", ["REST", "CTCFL"])
def test_real_peaks_are_named(factor: str) -> None:
    """The strongest real peaks of a factor hold a block with its name."""
    (path,) = (DATA / "tf_chip_deepbind10").glob(f"{factor}_*.test.tsv.gz")
    with gzip.open(path, "rt") as handle:
        peaks = [Sequence(r["seq"]) for r in csv.DictReader(handle, delimiter="\t") if r["label"] == "1"][:100]
    model, target = load_model("tfbind.encode10"), Target("binding", (factor,))
    values = target.of(model)
    order = np.argsort(-evaluate(values, model, torch.cat([encode(p) for p in peaks])).numpy(), kind="stable")[:10]
    named = 0
    for i in order:
        scores = attribute(model, peaks[i], target, "deepliftshap", references=8).per_base
        blocks = name_blocks(peaks[i], scores, collection(("vertebrates",)))
        named += any((m := b.match()) is not None and m.motif.name.upper().startswith(factor[:4]) for b in blocks)
    assert named >= 7


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "tf_chipexo_yeast").is_dir(), reason="the public data sets are not here")
@pytest.mark.parametrize("factor", ["Reb1", "Abf1", "Rap1"])
def test_real_sites_of_yeast_are_named(factor: str) -> None:
    """ChIP-exo summits on the test chromosomes that the profile model predicts best: their blocks have the factor's name."""
    with gzip.open(DATA / "tf_chipexo_yeast" / "chexmix_peaks.tsv.gz", "rt") as handle:
        rows = [r for r in csv.DictReader(handle, delimiter="\t") if r["factor"] == factor]
    model = load_model("bpnet.yeast")
    target = Target("counts", (factor,))
    windows = []
    with Genome(DATA / "genome_yeast_sacCer3" / "sacCer3.fa.gz", assembly="sacCer3") as genome:
        for row in [r for r in rows if r["chrom"] in ("chrVIII", "chrXIII", "chrXV")][:60]:
            start = int(row["start"]) - model.card.length // 2
            if start > 5000 and start + model.card.length < genome.chromosomes[row["chrom"]] - 5000:
                windows.append(genome.fetch(Locus(row["chrom"], start, start + model.card.length, "+", "sacCer3")))
    values = evaluate(target.of(model), model, torch.cat([encode(w) for w in windows])).numpy()
    named = []
    for i in np.argsort(-values, kind="stable")[:6]:
        scores = attribute(model, windows[i], target, "deepliftshap", references=8).per_base
        blocks = name_blocks(windows[i], scores, collection(("fungi",)), about=factors_of(target))
        middle = [b for b in blocks if abs((b.seqlet.start + b.seqlet.end) // 2 - model.card.length // 2) < 40]
        named.append([m.motif.name.upper() for b in middle if (m := b.match()) is not None])
    assert sum(factor.upper() in names for names in named) >= 4, named
