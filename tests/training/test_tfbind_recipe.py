"""The recipe of tfbind.encode10 on a data folder small enough for a test."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.models.card import read_card
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.metrics import auroc
from genoviz.models.onehot import encode, letter_codes
from genoviz.motifs.files import write_meme
from genoviz.motifs.motif import Motif
from genoviz.networks.kmer import count_words
from genoviz.sequences.shuffle import shuffle_rows
from genoviz.training import get_recipe, recipe_of
from genoviz.training.recipes import factor_baselines
from genoviz.training.recipes import tfbind as recipe
from tests.comparison import close

FACTORS = sorted(recipe.PUBLISHED)
PEAKS, TESTS = 10, 8


def write_table(path: Path, rows: list[tuple[str, str, int]]) -> None:
    with gzip.open(path, "wt") as handle:
        handle.write("event\tseq\tlabel\n" + "".join(f"{e}\t{s}\t{y}\n" for e, s, y in rows))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten factors with ten peaks each; ELK1's last peak overlaps a test peak of GABPA on the other strand."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)

    def peak() -> str:
        return "".join(rng.choice(list("ACGT"), recipe.LENGTH))

    overlap = peak()
    complement = overlap.translate(str.maketrans("ACGT", "TGCA"))[::-1]
    for factor in FACTORS:
        peaks, tests = [peak() for _ in range(PEAKS)], [peak() for _ in range(TESTS)]
        if factor == "ELK1":
            peaks[-1] = peak()[:60] + complement[:41]
        if factor == "GABPA":
            tests[0] = overlap
        write_table(folder / f"{factor}_CELL.train_positives.tsv.gz", [(f"p{i}", s, 1) for i, s in enumerate(peaks)])
        write_table(
            folder / f"{factor}_CELL.test.tsv.gz", [(f"t{i}", s, int(i < TESTS // 2)) for i, s in enumerate(tests)]
        )
    return folder


@pytest.fixture
def train(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    return partial(recipe.train, data)


def test_reading_splits_as_the_card_says(data: Path) -> None:
    factors = recipe.read_all(data)
    assert [f.factor for f in factors] == FACTORS
    for f in factors:
        # Of ten peaks, numbers 0, 1, 5 and 6 are held out; ELK1 loses the one that overlaps a test peak.
        assert len(f.validation) == 4
        assert len(f.train) == (5 if f.factor == "ELK1" else 6)
        assert len(f.test) == len(f.labels) == TESTS
        assert sum(f.labels) == TESTS // 2


def test_no_training_peak_shares_a_24mer_with_a_held_out_one(data: Path) -> None:
    factors = recipe.read_all(data)
    held = [s for f in factors for s, y in zip(f.test, f.labels, strict=True) if y] + [
        s for f in factors for s in f.validation
    ]
    kmers = set()
    for s in held:
        for strand in (s, s.translate(str.maketrans("ACGT", "TGCA"))[::-1]):
            kmers |= {strand[i : i + 24] for i in range(len(strand) - 23)}
    for f in factors:
        for s in f.train:
            assert not kmers & {s[i : i + 24] for i in range(len(s) - 23)}


@pytest.mark.long
def test_same_seed_same_bits_and_resuming_too(train: Callable[..., Path], tmp_path: Path) -> None:
    one = train(tmp_path / "one", seed=3, epochs=2)
    two = train(tmp_path / "two", seed=3, epochs=2)

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        train(tmp_path / "stopped", seed=3, epochs=2, progress=stop)
    assert not list((tmp_path / "stopped").glob("*.safetensors"))
    resumed = train(tmp_path / "stopped", seed=3, epochs=2)
    assert one.read_bytes() == two.read_bytes() == resumed.read_bytes()
    cards = [p.with_suffix(".json").read_text() for p in (one, two, resumed)]
    assert cards[0] == cards[1] == cards[2]


def test_what_is_written_loads_and_scores_as_its_card_says(
    train: Callable[..., Path], data: Path, tmp_path: Path
) -> None:
    weights = train(tmp_path, seed=1, epochs=1)
    card = read_card(weights.with_suffix(".json"))
    assert card.name == recipe.NAME
    assert card.training["seed"] == 1
    assert card.training["sequences"]["ELK1"] == [5, 4, TESTS]
    model = load_model(card)
    assert torch.equal(*(load_model(card).logits(encode("A" * 101))["binding"] for _ in range(2)))
    for index, f in enumerate(recipe.read_all(data)):
        scores = model.logits(encode(list(f.test)))["binding"][:, index, 0].numpy()
        row = card.scores(f.factor)
        assert row is not None
        assert row["auroc"] == pytest.approx(auroc(scores, f.labels), abs=1e-4)
        assert row["published"][0]["value"] == recipe.PUBLISHED[f.factor][1]
        bound = card.background[f.factor]["bound"]
        assert bound[0] == pytest.approx(min(scores[: TESTS // 2]), abs=1e-3)
        assert bound[-1] == pytest.approx(max(scores[: TESTS // 2]), abs=1e-3)


@pytest.mark.long
def test_another_seed_is_not_continued(train: Callable[..., Path], tmp_path: Path) -> None:
    """The folder holds a finished run of seed 1: asking for seed 2 must not hand it out as seed 2."""
    first = train(tmp_path / "same", seed=1, epochs=1).read_bytes()
    try:
        second = train(tmp_path / "same", seed=2, epochs=1)
    except BadInput:
        return  # refusing is as good as starting anew
    assert second.read_bytes() != first


def test_tables_are_read_with_their_pairs_intact(data: Path) -> None:
    """Negatives of the recipe are shuffles: same pairs as the peak they come from."""
    peak = recipe.read_all(data)[0].train[0]
    codes = letter_codes((peak,))
    shuffled = shuffle_rows(codes, np.random.default_rng(0))[0].tobytes().decode()
    assert sorted(pairwise(shuffled)) == sorted(pairwise(peak))


def test_a_folder_without_data(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--data"):
        recipe.read_all(tmp_path)
    with pytest.raises(BadInput):
        recipe.read_all(tmp_path / "missing")


def test_unknown_recipe() -> None:
    with pytest.raises(UnknownName, match="tfbind"):
        get_recipe("tfbnd")
    assert get_recipe("tfbind") is recipe
    assert recipe_of(recipe.NAME) is recipe
    with pytest.raises(UnknownName):
        recipe_of("toy.sum")


def test_published_figures_are_those_of_the_card() -> None:
    rows = {row["track"]: row["published"][0]["value"] for row in get_card(recipe.NAME).held_out}
    assert rows == {factor: auc for factor, (_, auc) in recipe.PUBLISHED.items()}


# ---- the baselines on the same data ---------------------------------------------------------------


def test_word_counts_learn_and_are_scored_on_the_same_test(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(factor_baselines.KMER, config=replace(factor_baselines.KMER.config, k=3))
    one = small.train(data, tmp_path / "one", seed=2, epochs=2)
    assert one.read_bytes() == small.train(data, tmp_path / "two", seed=2, epochs=2).read_bytes()
    card = read_card(one.with_suffix(".json"))
    model: Any = load_model(card)
    # Trained on counted letters, scored through the convolution: the same network.
    f = recipe.read_all(data)[3]
    counts = count_words(letter_codes(f.test), 3, both_strands=True)
    assert model.net.score(counts) == close(model.logits(encode(list(f.test)))["binding"][:, :, 0])
    rows = small.evaluate(model, data)
    assert [dict(row) for row in rows] == [dict(row) for row in card.held_out]
    assert [[p["source"][:8] for p in row["published"]] for row in rows] == [["DeepBind"]] * 10


def write_motifs(folder: Path, names: dict[str, list[str]]) -> None:
    folder.mkdir()
    for file, listed in names.items():
        motifs = [Motif(name, ((0.7, 0.1, 0.1, 0.1),) * (3 + i), 20) for i, name in enumerate(listed)]
        (folder / file).write_bytes(gzip.compress(write_meme(motifs).encode()))


def test_the_motif_scan_is_made_of_the_named_motifs(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, list[str]] = {factor_baselines.JASPAR: [], factor_baselines.HOCOMOCO: ["OTHER"]}
    for file, name in factor_baselines.NAMES.values():
        files[file].append(name)
    write_motifs(tmp_path / "motifs", files)
    (tmp_path / recipe.FOLDER).symlink_to(data)
    card = read_card(factor_baselines.PWM.train(tmp_path, tmp_path / "out").with_suffix(".json"))
    # One motif of three positions from JASPAR, nine of four and more from HOCOMOCO, in the order of the tracks.
    assert list(card.config["widths"]) == [3, *range(4, 13)]
    text = "C" * 50 + "A" * 4 + "C" * 47
    scores = load_model(card).logits(encode(text))["binding"][0, :, 0]
    per_base = np.log2((0.7 * 20 + 0.025) / 20.1 / 0.25)
    assert scores[:2].tolist() == pytest.approx([3 * per_base, 4 * per_base], abs=1e-4)
    files[factor_baselines.HOCOMOCO].remove("REST.H12CORE.0.P.B")
    write_motifs(tmp_path / "fewer", files)
    with pytest.raises(BadInput, match="REST"):
        factor_baselines.read_chosen(tmp_path / "fewer")
    with pytest.raises(BadInput, match="can't be read"):
        factor_baselines.read_chosen(tmp_path)


def test_the_nets_card_shows_what_the_baselines_cards_say() -> None:
    for row in get_card(recipe.NAME).held_out:
        beside = {p["source"]: p["value"] for p in row["published"]}
        assert next(iter(beside)).startswith("DeepBind")
        for name in recipe.BASELINES:
            (value,) = [v for source, v in beside.items() if f"({name})" in source]
            assert value == get_card(name).scores(row["track"])["auroc"]
        assert row["published"] == recipe.published(row["track"], recipe.BASELINES)
