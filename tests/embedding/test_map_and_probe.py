"""Labels, maps and probes: planted answers, hand-worked values, and controls that must fail."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from genoviz.embedding.map import embedding_map, principal
from genoviz.embedding.probe import CurvePoint, probe
from genoviz.embedding.records import gc_share, labelled, planted_example, real_example, with_shuffles
from genoviz.errors import BadInput, Cancelled
from genoviz.models.load import load_model
from genoviz.models.metrics import auroc
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

MODEL = load_model("toy.sum")  # nothing is asked of it: the vectors are made here
RNG = np.random.default_rng(3)
RECORDS = [Sequence("".join(RNG.choice(list("ACGT"), 60)), f"r{i}") for i in range(120)]
LABELS = ["a" if i % 2 else "b" for i in range(120)]
DATA = labelled(RECORDS, LABELS)
TELLING = np.array([[1.0 if label == "a" else -1.0, 0.0] for label in LABELS]) + RNG.normal(0, 0.3, (120, 2))


def test_labels_come_from_names_and_numbers_are_told_from_classes() -> None:
    named = labelled([Sequence("ACGT", "x label=high"), Sequence("ACGA", "y|label=low;z"), Sequence("ACGC", "z")])
    assert named.labels == ("high", "low", "")
    assert named.numbers is None
    measured = labelled(RECORDS[:3], ["1.5", "2", "-3e-1"])
    assert measured.numbers is not None
    assert measured.numbers.tolist() == [1.5, 2.0, -0.3]
    assert labelled(RECORDS[:4], ["0", "1", "1", "0"]).numbers is None  # two numbers name two classes
    assert gc_share([Sequence("GCAT"), Sequence("NNGA"), Sequence("NNNN")]).tolist()[:2] == [0.5, 0.5]


def test_a_shuffle_is_a_relative_of_its_record() -> None:
    both = with_shuffles(labelled(RECORDS[:5]))
    assert both.labels == ("given",) * 5 + ("shuffled",) * 5
    assert (both.families[:5] == both.families[5:]).all()
    assert sorted(both.sequences[7].bases) == sorted(RECORDS[2].bases)


def test_principal_axes_by_hand() -> None:
    """Points on a line: the first axis is that line, and holds all of the variance."""
    points, (first, second) = principal(np.array([[0.0, 0, 5], [3, 4, 5], [6, 8, 5]]))
    assert points[:, 0] == pytest.approx([-5, 0, 5])
    assert (first, second) == pytest.approx((1, 0))


def test_neighbours_are_those_of_all_dimensions_and_no_relatives() -> None:
    vectors = np.array([[0.0, 0, 0], [0, 0, 1], [0, 0, 9], [5, 0, 0]])
    data = labelled([RECORDS[0], RECORDS[0], RECORDS[1], RECORDS[2]], ["a", "a", "b", "a"])
    found = embedding_map(MODEL, data, vectors.astype(np.float32))
    assert [(one.record, one.distance) for one in found.neighbours(0, 2)] == [(1, 1.0), (3, 5.0)]
    # 0 and 1 are the same bases: their nearest others are 3 and 3; of 2 it is 1, of 3 it is 0.
    assert found.alike is not None
    assert found.alike[0] == 3 / 4
    assert found.chance == pytest.approx((3 / 4) ** 2 + (1 / 4) ** 2)
    assert "75 % of the records" in found.sentence


def test_umap_is_asked_only_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="UMAP is not installed"):
        embedding_map(MODEL, DATA, TELLING.astype(np.float32), method="umap")

    class UMAP:
        def __init__(self, **options: object) -> None:
            assert options["random_state"] == 4

        def fit_transform(self, vectors: np.ndarray) -> np.ndarray:
            return vectors[:, :2] * 2

    stand_in = ModuleType("umap")
    stand_in.UMAP = UMAP  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "umap", stand_in)
    monkeypatch.setattr("genoviz.embedding.map.has_umap", lambda: True)
    found = embedding_map(MODEL, DATA, TELLING.astype(np.float32), method="umap", seed=4)
    assert found.points == pytest.approx(TELLING * 2, abs=1e-5)
    assert "UMAP (seed 4)" in found.sentence


def test_a_probe_finds_what_is_there_and_nothing_in_noise() -> None:
    seen: list[int] = []

    def watch(curve: tuple[CurvePoint, ...]) -> None:
        seen.append(len(curve))

    found = probe(MODEL, DATA, TELLING, positive="a", watch=watch)
    assert found.embedding.score > 0.98
    assert found.words.high > 0.5 > found.words.low  # the bases were drawn without a look at the labels
    assert found.difference.score == pytest.approx(found.embedding.score - found.words.score)
    assert "hold more about the labels than these counts" in found.sentence
    assert seen == list(range(1, len(found.curve) + 1))
    assert found.train + found.validation + found.test == 120
    assert found.curve[-1].size == found.train
    # The score is that of the predictions, and of nothing else.
    truth = [LABELS[i] == "a" for i in found.tested]
    assert found.embedding.score == auroc(found.predicted[:, 0], truth)
    noise = probe(MODEL, DATA, RNG.normal(size=(120, 2)), positive="a")
    assert noise.embedding.low < 0.5 < noise.embedding.high


def test_relatives_stay_on_one_side() -> None:
    """Every record twice, and vectors that only name the record: what a probe could learn by heart it can't use."""
    twice = labelled([*RECORDS[:60], *RECORDS[:60]], [*LABELS[:60], *LABELS[:60]])
    found = probe(MODEL, twice, np.tile(np.eye(60), (2, 1)), positive="a", steps=1)
    held = set(twice.families[found.tested].tolist())
    others = set(twice.families[np.setdiff1d(np.arange(120), found.tested)].tolist())
    assert not held & others
    assert found.embedding.score == 0.5  # no entry of a held-out record ever varied in training
    assert found.test_families == found.test / 2


def test_numbers_are_predicted_and_words_win_where_they_should() -> None:
    gc = gc_share(RECORDS)
    found = probe(MODEL, labelled(RECORDS, [f"{v:.4f}" for v in gc]), RNG.normal(size=(120, 2)), steps=1, word=1)
    assert found.metric == "pearson"
    assert found.words.score > 0.99
    assert "the counts hold more" in found.sentence


def test_a_curve_that_is_stopped_keeps_the_scores() -> None:
    def stop(_: float) -> None:
        raise Cancelled

    found = probe(MODEL, DATA, TELLING, positive="a", progress=stop)
    assert not found.complete
    assert len(found.curve) == 1
    assert found.embedding.score > 0.98


def test_what_a_probe_can_not_learn_is_said() -> None:
    for data, vectors, options, words in (
        (labelled(RECORDS, ["a"] * 120), TELLING, {}, "the same label"),
        (DATA, TELLING, {"positive": "c"}, "No record is labelled `c`"),
        (labelled(RECORDS, ["a"] * 117 + ["b"] * 3), TELLING, {}, "of the rarer class"),
        (labelled(RECORDS[:20], LABELS[:20]), TELLING[:20], {}, "at least 40 records"),
        (DATA, TELLING, {"word": 9}, "Bases of a word: 9"),
    ):
        with pytest.raises(BadInput, match=words):
            probe(MODEL, data, vectors, **options)


def test_the_real_example_has_stretches_of_known_places() -> None:
    example = real_example(200)
    assert example.classes == ("upstream", "inside")
    assert example.labels.count("inside") == 100
    assert len(np.unique(example.families)) == 200  # no two are relatives
    place = Locus.parse(example.sequences[0].name.split()[1])
    assert len(place) == 200
    held_out = [(450_000, 1_170_000), (3_480_000, 4_210_000)]
    for one in example.sequences:
        place = Locus.parse(one.name.split()[1])
        assert any(start <= place.start and place.end <= end for start, end in held_out)
    assert real_example(150).sequences[3].bases == example.sequences[3].bases[25:175]
    # What the labels say: inside of genes there are more G and C than before them.
    gc = gc_share(example.sequences)
    assert gc[100:].mean() > gc[:100].mean() + 0.05


def test_the_example_has_its_site_in_one_class_only() -> None:
    example = planted_example(80, n=30)
    site = "ACCGGAAGTG"
    for one, label in zip(example.sequences, example.labels, strict=True):
        has = site in one.bases or site in one.reverse_complement().bases
        assert has or label == "without"
    assert example.classes == ("with ETS", "without")
