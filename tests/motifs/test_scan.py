"""Hits against a slow scan of every word, against FIMO as memelite has it, and planted sites on both strands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput, BadMotif
from genoviz.motifs.collection import collection, find
from genoviz.motifs.motif import UNIFORM, Motif
from genoviz.motifs.p_value import STEP, motif_scan
from genoviz.motifs.scan import benjamini_hochberg, hit_locus, out_of_reach, scan
from genoviz.motifs.tables import hit_table
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

SKEWED = (0.4, 0.1, 0.2, 0.3)
columns = st.lists(st.tuples(*[st.integers(0, 30)] * 4).filter(any), min_size=4, max_size=9)


def random_bases(n: int, seed: int = 0) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), n))


def slow_scan(bases: str, motifs: list[Motif], threshold: float, background: tuple[float, ...]) -> set[tuple]:
    found = set()
    for place, motif in enumerate(motifs):
        for strand, turned in (("+", motif), ("-", motif.reverse_complement())):
            one = motif_scan(turned, background)
            for start, score in enumerate(one.scores(bases).tolist()):
                if one.p_value(score) <= threshold:
                    found.add((place, start, strand, score * STEP, round(one.p_value(score), 12)))
    return found


@given(
    st.lists(columns, min_size=1, max_size=3),
    st.text("ACGTN", min_size=1, max_size=60),
    st.sampled_from([UNIFORM, SKEWED]),
)
def test_same_hits_as_a_slow_scan(tables: list, bases: str, background: tuple[float, ...]) -> None:
    motifs = [Motif.from_counts(str(i), table) for i, table in enumerate(tables)]
    hits = scan(Sequence(bases), motifs, 0.01, background=background)
    got = {(int(h.motif.name), h.start, h.strand, h.score, round(h.p_value, 12)) for h in hits}
    assert got == slow_scan(bases, motifs, 0.01, background)
    assert all(h.end - h.start == len(h.motif) for h in hits)
    assert [h.start for h in hits] == sorted(h.start for h in hits)


def test_a_long_sequence_is_scanned_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    motifs, bases = list(collection(["fungi"])[:20]), random_bases(500)
    whole = scan(Sequence(bases), motifs, 1e-3)
    monkeypatch.setattr("genoviz.motifs.scan._CELLS", 300)
    seen: list[float] = []
    assert scan(Sequence(bases), motifs, 1e-3, progress=seen.append) == whole
    assert len(whole) > 5
    assert seen == sorted(seen)
    assert seen[-1] == 1


@pytest.mark.parametrize("strand", ["+", "-"])
def test_planted_site_is_named_placed_and_oriented(strand: str) -> None:
    site = Sequence("TGGCCACCAGGGGGCGCTA")
    bases = random_bases(300, 1)
    bases = bases[:140] + (site if strand == "+" else site.reverse_complement()).bases + bases[159:]
    best = min(scan(Sequence(bases)), key=lambda hit: hit.p_value)
    assert best.motif.name in ("CTCF", "CTCFL")
    assert best.q_value < 0.01
    (ctcf,) = scan(Sequence(bases), [find("MA0139.2")])
    assert ctcf.strand == strand  # as JASPAR writes the motif: CCACCAGGGGGC
    assert ctcf.start >= 140
    assert ctcf.end <= 159


def test_shuffles_have_no_significant_hit() -> None:
    bases = random_bases(140, 2) + "TGGCCACCAGGGGGCGCTA" + random_bases(140, 3)
    for shuffled in dinucleotide_shuffle(bases, 5):
        assert all(hit.q_value > 0.05 for hit in scan(Sequence(shuffled)))


def test_p_values_hold_on_random_sequences() -> None:
    motifs = collection(["vertebrates"])[:300]
    n = 20_000
    hits = scan(Sequence(random_bases(n, 4)), motifs, 1e-3)
    expected = sum(2 * (n - len(m) + 1) * 1e-3 for m in motifs if m not in out_of_reach(motifs, 1e-3))
    # Scores are discrete, so short motifs have fewer hits than the threshold allows.
    assert 0.85 < len(hits) / expected < 1.05


def test_fimo_finds_the_same_sites() -> None:
    """memelite's FIMO rounds scores to 0.1 bits, ours to 1/64: near the threshold they may differ, above it not."""
    from memelite import fimo

    from genoviz.models.onehot import encode

    motifs, sequence = [find("MA0139.2"), find("MA0148.5"), find("MA0363.3")], Sequence(random_bases(30_000, 5))
    theirs = fimo({m.label: m.matrix.T.copy() for m in motifs}, encode(sequence).numpy(), threshold=2e-4)
    mine = {(h.label, h.start, h.strand): h.p_value for h in scan(sequence, motifs, 2e-4)}
    reported = {
        (row.motif_name, int(row.start), row.strand): float(row["p-value"]) for t in theirs for _, row in t.iterrows()
    }
    both = mine.keys() & reported.keys()
    assert len(both) > 15
    assert all(mine[key] > 1.4e-4 for key in mine.keys() - both)
    assert all(reported[key] > 1.4e-4 for key in reported.keys() - both)
    for key in both:
        assert mine[key] == pytest.approx(reported[key], rel=0.4)


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=30), st.floats(0.01, 1))
def test_q_values(values: list[float], threshold: float) -> None:
    p = np.sort(values)
    full = np.array([min(1.0, *(p[j] * len(p) / (j + 1) for j in range(i, len(p)))) for i in range(len(p))])
    np.testing.assert_allclose(benjamini_hochberg(p, len(p)), full)
    kept = p[p <= threshold]  # what a scan keeps
    part = benjamini_hochberg(kept, len(p))
    assert (part >= full[: len(kept)] - 1e-12).all()
    below = part <= 0.05
    if p.max() <= threshold or full[len(kept) :].min() > 0.05:  # no larger p-value rescues a smaller one
        assert below.tolist() == (full[: len(kept)] <= 0.05).tolist()


def test_short_motifs_are_out_of_reach() -> None:
    word = Motif("six", ((1.0, 0.0, 0.0, 0.0),) * 6)
    assert out_of_reach([word], 2.4e-4) == (word,)  # 4 ** -6 is 2.44e-4
    assert out_of_reach([word], 2.5e-4) == ()
    assert scan(Sequence("A" * 20), [word]) == ()
    assert len(scan(Sequence("A" * 20), [word], 2.5e-4)) == 15
    assert scan(Sequence("AAA"), [word], 0.01) == ()


def test_options_are_checked() -> None:
    for threshold in (0.0, 0.02, -1.0):
        with pytest.raises(BadInput, match="threshold"):
            scan(Sequence("ACGT"), [find("CTCF")], threshold)
    with pytest.raises(BadMotif, match="background"):
        scan(Sequence("ACGT"), [find("CTCF")], background=(1, 0, 0, 0))


@pytest.mark.parametrize("strand", ["+", "-"])
def test_places_in_the_genome(strand: str) -> None:
    genome = random_bases(60, 6) + "TGGCCACCAGGGGGCGCTA" + random_bases(21, 7)
    window = Sequence(genome, locus=Locus("chr1", 1000, 1100, "+", "GRCh38"))
    if strand == "-":
        window = window.reverse_complement()
    (hit,) = scan(window, [find("MA0139.2")])
    where = hit_locus(hit, window)
    assert where is not None
    assert (where.strand, where.assembly, len(where)) == ("+", "GRCh38", 15)
    assert "CCACCAGGGGGC" in genome[where.start - 1000 : where.end - 1000]
    (row,) = hit_table([hit], window)
    assert row["site"] == genome[where.start - 1000 : where.end - 1000]
    assert row["place"] == str(where)
    (bare,) = hit_table([hit], Sequence(window.bases))
    assert bare["place"] == f"base {hit.start + 1}-{hit.end}"
