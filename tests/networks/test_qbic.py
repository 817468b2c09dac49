"""QBiC-SELEX: sums of word weights against the authors' own way, and the error of an effect against the whole matrix."""

from __future__ import annotations

import csv
import math
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.effects.kmer_significance import KmerEffect, kmer_effect
from genoviz.errors import BadCheckpoint, BadInput
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.weights import find_weights, is_ready
from genoviz.sequences.sequence import Sequence

NAMES = ("qbic.gabpa", "qbic.etv4")
EXAMPLE = Path(__file__).parents[3] / "shared" / "data" / "weights_qbic_selex" / "example_input_sequences.csv"
ready = pytest.mark.skipif(
    not (all(is_ready(get_card(name)) for name in NAMES) and EXAMPLE.is_file()),
    reason="the published weights are not here",
)


def turned(word: str) -> str:
    return Sequence(word).reverse_complement().bases


def score(text: str, table: dict[str, float], k: int) -> float:
    """As the authors: each word of the sequence, under whichever of its two spellings the table has."""
    words = [text[i : i + k] for i in range(len(text) - k + 1)]
    return sum(float(table.get(word, table.get(turned(word), math.nan))) for word in words if "N" not in word)


def table_of_threes() -> dict[str, np.float32]:
    """The 32 words of three bases, in a mixed order and in either spelling."""
    rng = np.random.default_rng(3)
    words = ["".join("ACGT"[n // 4**i % 4] for i in range(3)) for n in rng.permutation(64)]
    chosen = [word for i, word in enumerate(words) if turned(word) not in words[:i]]
    return {word: np.float32(rng.normal()) for word in chosen}


def small(folder: Path, table: object) -> ModelCard:
    card = get_card("qbic.gabpa")
    card = replace(card, config={"k": 3}, length=8, files=(replace(card.files[0], sha256=""),))
    (folder / card.files[0].name).write_bytes(pickle.dumps(table))
    return card


@pytest.fixture
def model(folder: Path) -> Model:
    return load_model(small(folder, table_of_threes()))


def test_sums_over_words_in_either_spelling(model: Model) -> None:
    table = {word: float(weight) for word, weight in table_of_threes().items()}
    for text in ("ACGTTGCA", "AAAATTTT", "ACNTTGCA"):
        with torch.no_grad():
            found = model.logits(encode(text))["binding"].item()
        assert found == pytest.approx(score(text, table, 3), abs=1e-5)


@ready
@pytest.mark.parametrize("name", NAMES)
def test_the_authors_example_variants(name: str) -> None:
    """Every eighth of 199 variants of the TERT promoter."""
    model = load_model(name)
    (path,) = find_weights(model.card).values()
    table = pickle.loads(path.read_bytes())
    with EXAMPLE.open() as file:
        rows = list(csv.DictReader(file))
    for row in [row for row in rows if "N" not in row["alt_sequence"]][::8]:
        before, after = row["ref_sequence"], row["alt_sequence"]
        found = kmer_effect(model, Sequence(before), Sequence(after))
        assert found.effect == pytest.approx(score(after, table, 7) - score(before, table, 7), abs=1e-5)


@ready
def test_a_new_ets_site_is_the_largest_effect() -> None:
    """chr5:1295046 T>G makes CCGGAAA, a site of GABPA, of CCTGAAA."""
    found = kmer_effect(
        load_model("qbic.gabpa"),
        Sequence("CAGCAGGACGCAGCGCTGCCTGAAACTCGCGCCGCGAGGA"),
        Sequence("CAGCAGGACGCAGCGCTGCCGGAAACTCGCGCCGCGAGGA"),
    )
    assert found.effect == pytest.approx(4.7575, abs=1e-4)
    assert "raises the predicted binding of GABPA by 4.76" in found.sentence


def test_error_z_and_p_from_the_upper_triangle(model: Model, tmp_path: Path) -> None:
    """Against the whole matrix, in the order of the words in the file."""
    words = list(table_of_threes())
    rng = np.random.default_rng(5)
    half = rng.normal(size=(32, 32))
    matrix = half @ half.T
    path = tmp_path / "GABPA.cov_32.npy"
    np.save(path, matrix[np.triu_indices(32)].astype(np.float32))
    before, after = "ACGTTGCA", "ACGATGCA"
    change = np.zeros(32)
    for text, sign in ((after, 1), (before, -1)):
        for i in range(6):
            word = text[i : i + 3]
            change[words.index(word if word in words else turned(word))] += sign
    found = kmer_effect(model, Sequence(before), Sequence(after), path)
    assert found.words == np.count_nonzero(change)
    assert found.error == pytest.approx(math.sqrt(change @ matrix @ change), rel=1e-5)
    assert found.z == pytest.approx(found.effect / found.error)
    nothing = kmer_effect(model, Sequence(before), Sequence(before), path)
    assert (nothing.effect, nothing.z, nothing.p) == (0, 0, 1)


def test_the_sentence_and_the_normal_distribution() -> None:
    sure = KmerEffect("GABPA", -1.96, 6, 1.0)
    assert sure.p == pytest.approx(0.05, abs=1e-4)
    assert sure.sentence == "The edit lowers the predicted binding of GABPA by 1.96, 2.0 standard errors (p 0.05)."
    assert KmerEffect("GABPA", 0.5, 6).p is None


def test_what_does_not_fit_is_refused(model: Model, folder: Path) -> None:
    sequence = Sequence("ACGTTGCA")
    np.save(folder / "other.cov_32.npy", np.zeros(7))
    np.save(folder / "objects.cov_32.npy", np.array([{}]), allow_pickle=True)
    for name, said in (
        ("other.cov_32.npy", "does not fit"),
        ("objects.cov_32.npy", "can't be read"),
        ("none", "can't be read"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            kmer_effect(model, sequence, Sequence("ACGATGCA"), folder / name)
    with pytest.raises(BadInput, match="2 bases"):
        kmer_effect(model, sequence, Sequence("AC"))
    with pytest.raises(BadInput, match="no regression"):
        kmer_effect(load_model("toy.sum"), sequence, sequence)


def test_tables_that_are_none(folder: Path) -> None:
    table = table_of_threes()
    first = next(iter(table))
    for content, said in (
        ([1, 2], "table of words"),
        ({**table, "AC": 1.0}, "no word of 3 bases"),
        ({**table, first: "0.5"}, "no number"),
        ({word: weight for word, weight in table.items() if word != first}, "1 words without"),
        ({**table, first: np.float64}, "no number"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(small(folder, content))
