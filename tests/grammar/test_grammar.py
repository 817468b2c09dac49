"""Grammar: hand-worked answers on the hand-set networks, a loop over edited text, cancelling, refusals, a real promoter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genoviz.errors import BadInput, BadSequence, Cancelled
from genoviz.genomes.registry import open_genome
from genoviz.grammar.backgrounds import Backgrounds, genome_windows, random_bases, shuffled
from genoviz.grammar.bench import Bench, edited, written
from genoviz.grammar.mean_interval import Spread
from genoviz.grammar.placements import copies, marginalise, slide, spacing
from genoviz.grammar.results import ORDERS, STRANDS
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.predict.prediction import predict
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

TARGET = Target("activity", ("activity",))
A, B = Sequence(SITE_A, "GATA"), Sequence(SITE_B, "E-box")
# No window of these matches four bases of a site, also not beside one.
EMPTY = Backgrounds(("N" * 60, "N" * 60, "N" * 60), "no bases", 0)


def number(name: str, text: str, target: Target) -> float:
    found = predict(load_model(name), Sequence(text), scale=target.scale)[0][target.output]
    return float(found.values[found.names.index(target.tracks[0]), 0])


def put(text: str, start: int, site: str) -> str:
    return text[:start] + site + text[start + len(site) :]


def test_one_site_in_empty_backgrounds_by_hand() -> None:
    found = marginalise(load_model("toy.sum"), TARGET, A, EMPTY)
    assert found.effect.values.tolist() == [3, 3, 3]
    assert found.position == 27
    assert [float(end) for end in found.effect.interval] == [3, 3]
    # The reverse complement CTTATC matches two bases at most, in any window: it counts for nothing.
    assert marginalise(load_model("toy.sum"), TARGET, A, EMPTY, strand="-").effect.mean == 0


def test_sites_add_up_in_one_network_and_cooperate_in_the_other() -> None:
    """`toy.and` is the smaller of both best matches: alone each is worth 0, together 3."""
    for name, expected in (("toy.sum", 0), ("toy.and", 3)):
        found = spacing(load_model(name), TARGET, A, B if name == "toy.and" else A, EMPTY, max_gap=25)
        forward = found.cooperation.values[:, :, 0]
        # A at bases 28-33 leaves 27 bases on each side: B fits with a gap of up to 21.
        assert np.isfinite(forward[0]).sum(1).tolist() == [22, 22]
        assert found.gaps[np.isfinite(forward[0, 0])].tolist() == list(range(22))
        clear = forward[..., 6:22]  # farther than a window apart no window sees both
        assert (clear == expected).all()


def test_the_reverse_strand_is_the_reverse_complement() -> None:
    # CACGTG is its own reverse complement, GATAAG is not.
    found = spacing(load_model("toy.and"), TARGET, A, B, EMPTY)
    assert np.array_equal(found.joint.values[:, :, 0], found.joint.values[:, :, 1])
    slid = slide(load_model("toy.sum"), TARGET, A, EMPTY)
    assert slid.effect.mean[0].tolist() == [3] * 55
    assert slid.effect.mean[1].tolist() == [0] * 55


def test_steps_leave_out_gaps_and_change_no_number() -> None:
    whole = spacing(load_model("toy.and"), TARGET, A, B, EMPTY, max_gap=11)
    some = spacing(load_model("toy.and"), TARGET, A, B, EMPTY, max_gap=11, step=4)
    assert some.gaps.tolist() == [0, 4, 8]
    assert np.array_equal(some.joint.values, whole.joint.values[..., ::4])


def test_copies_add_up_or_are_counted_once() -> None:
    found = copies(load_model("toy.sum"), TARGET, A, EMPTY, n=4, gap=6)
    assert found.joint.mean.tolist() == [3, 6, 9, 12]
    assert found.cooperation.mean.tolist() == [0, 0, 0, 0]
    assert "they add up" in found.sentence
    # 42 bases in the middle of 60: 9-15, 21-27, 33-39, 45-51; from the middle outwards.
    assert found.positions.tolist() == [21, 33, 9, 45]
    # The best match of `toy.and` takes one copy as well as four.
    with_b = Backgrounds(tuple(put(t, 54, SITE_B) for t in EMPTY.sequences), "an E-box", 0)
    found = copies(load_model("toy.and"), TARGET, A, with_b, n=3, gap=3)
    assert found.joint.mean.tolist() == [3, 3, 3]
    assert found.cooperation.mean.tolist() == [0, -3, -6]


@pytest.mark.parametrize("name", ["toy.and", pytest.param("tfbind.encode10", marks=pytest.mark.long)])
def test_against_a_loop_over_edited_text(name: str) -> None:
    model = load_model(name)
    target = Target.parse("GABPA", model.card) if name == "tfbind.encode10" else TARGET
    a, b = ("ACCGGAAGTG", "GGGGCGGGG") if name == "tfbind.encode10" else (SITE_A, SITE_B)
    backgrounds = random_bases(model.card.length, gc=0.4, n=2, seed=3)
    found = spacing(model, target, Sequence(a), Sequence(b), backgrounds, position=20, strand="-", max_gap=12)
    turned = Sequence(a).reverse_complement().bases
    checked = 0
    for row, text in enumerate(backgrounds.sequences):
        base = number(name, text, target)
        alone = number(name, put(text, 20, turned), target) - base
        assert found.single_a.values[row] == close(alone, beside=base)
        for order in range(len(ORDERS)):
            for s, strand in enumerate(STRANDS):
                site = b if strand == "+" else Sequence(b).reverse_complement().bases
                for gap in range(13):
                    start = 20 + len(a) + gap if order == 0 else 20 - gap - len(b)
                    cell = (row, order, s, gap)
                    if start < 0:
                        assert np.isnan(found.joint.values[cell])
                        continue
                    checked += 1
                    one = number(name, put(text, start, site), target) - base
                    both = number(name, put(put(text, 20, turned), start, site), target) - base
                    assert found.single_b.values[cell] == close(one, beside=base)
                    assert found.joint.values[cell] == close(both, beside=base)
                    assert found.cooperation.values[cell] == close(both - one - alone, beside=[base, both])
    assert checked > 80


def test_sliding_is_marginalising_at_every_place() -> None:
    model = load_model("tfbind.encode10")
    target, site = Target.parse("REST", model.card), Sequence("TTCAGCACCATGGACAGCGCC")
    backgrounds = random_bases(101, n=2, seed=1)
    found = slide(model, target, site, backgrounds, start=10, end=90, step=20)
    assert found.positions.tolist() == [10, 30, 50]
    for s, strand in enumerate(STRANDS):
        for p, position in enumerate(found.positions):
            one = marginalise(model, target, site, backgrounds, position=int(position), strand=strand)
            assert found.effect.values[:, s, p] == close(one.effect.values, beside=10)


@pytest.mark.parametrize("plain", [True, False])
def test_both_ways_of_computing_agree(plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model("tfbind.encode10")
    bench = Bench(model, Target.parse("SP1", model.card))
    monkeypatch.setattr(bench, "_plain", plain)
    text = random_bases(101, n=2, seed=5).sequences[0]
    sets = [[written(text, i, "GGGGCGGGG")] for i in range(0, 90, 5)]
    slow = [number(model.card.name, edited(text, edits), Target.parse("SP1", model.card)) for edits in sets]
    assert bench.values(text, sets)[1:] == close(slow)
    assert bench.engine == ("plain" if plain else "incremental")


def test_n_in_a_site_keeps_the_background() -> None:
    assert edited("ACGTACGT", [written("ACGTACGT", 1, "TNNT")]) == "ATGTTCGT"


@given(st.integers(0, 59), st.integers(0, 40), st.text("ACGT", min_size=1, max_size=12))
@settings(max_examples=25)
def test_sites_never_overlap_and_never_leave(position: int, max_gap: int, bases: str) -> None:
    model, a = load_model("toy.sum"), Sequence("ACGT")
    if position > 56:
        with pytest.raises(BadInput, match="placed at base"):
            spacing(model, TARGET, a, Sequence(bases), EMPTY, position=position, max_gap=max_gap)
        return
    if len(bases) > max(position, 56 - position):
        with pytest.raises(BadInput, match="no room"):
            spacing(model, TARGET, a, Sequence(bases), EMPTY, position=position, max_gap=max_gap)
        return
    found = spacing(model, TARGET, a, Sequence(bases), EMPTY, position=position, max_gap=max_gap)
    right = [position + 4 + gap + len(bases) <= 60 for gap in range(max_gap + 1)]
    left = [position - gap - len(bases) >= 0 for gap in range(max_gap + 1)]
    for strand in range(2):
        assert np.isfinite(found.joint.values[0, :, strand]).tolist() == [right, left]


def test_the_interval_holds_the_true_mean_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    intervals = [Spread(rng.normal(2, 3, 50)).interval for _ in range(200)]
    inside = np.mean([bool(low <= 2 <= high) for low, high in intervals])
    assert 0.89 <= inside <= 0.99


def test_an_interval_of_left_out_places_is_left_out() -> None:
    found = Spread(np.array([[1, np.nan], [3, np.nan]]))
    assert found.mean[0] == 2
    assert np.isnan(found.interval[0][1])
    assert np.isfinite(found.interval[0][0])


def stop_after(share: float) -> Callable[[float], None]:
    def progress(done: float) -> None:
        if done > share:
            raise Cancelled

    return progress


def test_a_cancelled_run_keeps_the_backgrounds_done() -> None:
    model, backgrounds = load_model("toy.sum"), random_bases(60, n=10)
    whole = slide(model, TARGET, A, backgrounds)
    part = slide(model, TARGET, A, backgrounds, progress=stop_after(0.45))
    assert (whole.complete, part.complete) == (True, False)
    assert part.effect.values.tolist() == whole.effect.values[:4].tolist()
    with pytest.raises(Cancelled):
        slide(model, TARGET, A, backgrounds, progress=stop_after(0.15))


@pytest.mark.parametrize("verb", ["slide", "spacing", "copies"])
def test_progress_rises_to_one(verb: str) -> None:
    shares: list[float] = []
    model, backgrounds = load_model("toy.sum"), random_bases(60, n=3)
    if verb == "slide":
        slide(model, TARGET, A, backgrounds, progress=shares.append)
    elif verb == "spacing":
        spacing(model, TARGET, A, B, backgrounds, progress=shares.append)
    else:
        copies(model, TARGET, A, backgrounds, n=3, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_backgrounds_are_what_they_say() -> None:
    source = Sequence("ACGGTNNACGTTGCAACGT", "source")
    found = shuffled(source, n=5, seed=2)
    assert found.name == "5 dinucleotide shuffles of source (seed 2)"
    assert all(text[5:7] == "NN" and sorted(text) == sorted(source.bases) for text in found.sequences)
    assert shuffled(source, n=5, seed=2) == found
    made = random_bases(2000, gc=0.3, n=10, seed=1)
    assert np.mean([t.count("G") + t.count("C") for t in made.sequences]) / 2000 == pytest.approx(0.3, abs=0.02)
    with open_genome("teaching") as genome:
        windows = genome_windows(genome, 101, n=5, seed=1)
        whole = {name: genome.bases(name, 0, size) for name, size in genome.chromosomes.items()}
    assert all(any(text in bases for bases in whole.values()) for text in windows.sequences)
    assert "synthetic-1" in windows.name


@pytest.mark.parametrize(
    ("site", "backgrounds", "words"),
    [
        (Sequence("ACGTRA"), EMPTY, "the letter R"),
        (Sequence("NNN"), EMPTY, "all N"),
        (Sequence("A" * 61), EMPTY, "61 bases"),
        (A, random_bases(59, n=2), "59 bases"),
    ],
)
def test_refusals(site: Sequence, backgrounds: Backgrounds, words: str) -> None:
    with pytest.raises(BadSequence, match=words):
        marginalise(load_model("toy.sum"), TARGET, site, backgrounds)


def test_more_refusals() -> None:
    model = load_model("toy.sum")
    with pytest.raises(BadInput, match="1 backgrounds"):
        Backgrounds(("ACGT",), "one", 0)
    with pytest.raises(BadInput, match="different lengths"):
        Backgrounds(("ACGT", "ACG"), "two", 0)
    with pytest.raises(BadInput, match="strand"):
        marginalise(model, TARGET, A, EMPTY, strand="?")
    with pytest.raises(BadInput, match="copies is 9"):
        copies(model, TARGET, A, EMPTY, n=9, gap=5)
    with pytest.raises(BadInput, match="wider stretch"):
        slide(model, TARGET, A, EMPTY, start=55)


def test_words_name_sites_places_and_intervals() -> None:
    found = spacing(load_model("toy.and"), TARGET, A, B, EMPTY)
    assert "GATA and E-box raise activity most with" in found.sentence
    assert "3 arbitrary units more than the sum of both, 95 % interval +3 to +3." in found.sentence
    assert slide(load_model("toy.sum"), TARGET, A, EMPTY).sentence.startswith(
        "GATA raises activity most at bases 1 to 6 on the plus strand: +3 arbitrary units"
    )


def test_marginalising_as_tangermeme_does() -> None:
    tangermeme = pytest.importorskip("tangermeme.marginalize")
    import torch

    model = load_model("tfbind.encode10")
    target = Target.parse("GABPA", model.card)
    backgrounds = random_bases(101, n=4, seed=9)

    class Wrapped(torch.nn.Module):
        def forward(self, X: torch.Tensor) -> torch.Tensor:
            return target.of(model)(X)[:, None]

    X = encode(list(backgrounds.sequences))
    before, after = tangermeme.marginalize(Wrapped(), X, "ACCGGAAGTG", device="cpu")
    mine = marginalise(model, target, Sequence("ACCGGAAGTG"), backgrounds, position=(101 - 10) // 2)
    assert mine.effect.values == close((after - before)[:, 0].numpy(), beside=before)
