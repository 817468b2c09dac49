"""The motif scan against hand-worked scores and the Motif class."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.models.load import load_model
from genoviz.models.onehot import encode, reverse_complement
from genoviz.motifs.motif import Motif
from genoviz.networks.pwm import PwmScan
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

RNG = np.random.default_rng(0)
SHORT = Motif("short", ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0.5, 0.5, 0)))  # A C S
LONG = Motif("long", tuple(tuple(row) for row in RNG.dirichlet([0.5] * 4, 7)))
SCAN = PwmScan.of([SHORT, LONG]).eval()


def random_text(n: int) -> str:
    return "".join(RNG.choice(list("ACGT"), n))


def test_by_hand() -> None:
    """With 20 sites and a pseudocount of 0.1 a certain base has 20.025 / 20.1 instead of 1, half a base 10.025 / 20.1."""
    sure, half, never = np.log2(np.array([20.025, 10.025, 0.025]) / 20.1 / 0.25)
    assert SCAN(encode("TTACGTT"))[0, 0].item() == close(2 * sure + half)
    assert SCAN(encode("TTTTTTT"))[0, 0].item() == close(sure + 2 * never)  # A on the other strand
    assert SCAN(encode("NNNNNNN"))[0, 0].item() == 0


@pytest.mark.parametrize("motif", [0, 1])
def test_best_of_all_places_on_both_strands(motif: int) -> None:
    texts = [random_text(20) for _ in range(50)]
    expected = [(SHORT, LONG)[motif].score(Sequence(t), both_strands=True).max() for t in texts]
    assert SCAN(encode(texts))[:, motif].tolist() == close(expected)


def test_a_match_at_either_end_is_found_and_half_a_match_is_none() -> None:
    best = SCAN(encode("ACGTTTTTTT"))[0, 0]
    for text in ("TTTTTTTACG", "CGTTTTTTTT", "TTTTTTTCGT"):
        assert SCAN(encode(text))[0, 0].item() == close(best.item())
    # AC at the right end, GT at the left: one base short of a match.
    for text in ("TTTTTTTTAC", "GTTTTTTTTT"):
        assert SCAN(encode(text))[0, 0].item() < best.item() - 2


def test_strands_agree() -> None:
    X = encode([random_text(30) for _ in range(5)])
    assert SCAN(X) == close(SCAN(reverse_complement(X)))


def test_the_bundled_scan_knows_its_sites() -> None:
    """Textbook sites: ETS for GABPA and ELK1, the E-box for USF1, forkhead for FOXA1."""
    model = load_model("pwm.encode10")
    tracks = model.card.outputs[0].tracks
    flank = random_text(45)
    empty = model.logits(encode((flank + "CACAGACAGAC" + flank)[:101]))["binding"][0, :, 0]
    for site, factors in (("ACCGGAAGTGG", ("GABPA", "ELK1")), ("GGTCACGTGAC", ("USF1",)), ("TATGTAAACAA", ("FOXA1",))):
        found = model.logits(encode(flank + site + flank))["binding"][0, :, 0]
        for factor in factors:
            i = tracks.index(factor)
            assert found[i] > empty[i] + 3, factor
