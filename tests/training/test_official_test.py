"""The official test of a benchmark beside another part of it: each is read, scored and named apart."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.models.card import ModelCard, read_card
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.metrics import mcc
from genoviz.training import recipe_of
from genoviz.training.recipes import human_promoters
from genoviz.training.scores import beside, logits_of
from genoviz.training.tables import same_sequence

DATA = Path(__file__).parents[3] / "shared" / "data"
GUE = ("tfbind.gue", "promoter.human-core", "promoter.human-tata300")


def bases(rng: np.random.Generator, n: int) -> str:
    return "".join(rng.choice(list("ACGT"), n))


def turned(text: str) -> str:
    return text.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def write(path: Path, rows: list[tuple[str, int]]) -> None:
    with gzip.open(path, "wt") as file:
        file.write("sequence,label\n" + "".join(f"{text},{label}\n" for text, label in rows))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Promoters hold GGGGGG in train and test, and nothing in dev, whose labels are random: it is the harder part.

    Of the official test, row 0 is a training sequence turned round, and row 1 shares 40 bases with one.
    """
    rng = np.random.default_rng(0)
    folder = tmp_path / "promoters_gue"
    folder.mkdir()

    def made(n: int, *, planted: bool = True) -> list[tuple[str, int]]:
        found = []
        for i in range(n):
            text = bases(rng, 300).replace("GGGGGG", "GGAGGG")
            found.append((text[:200] + "GGGGGG" + text[206:] if planted and i % 2 else text, i % 2))
        return found

    train, test = made(200), made(40)
    test[0] = (turned(train[10][0]), 0)
    test[1] = (test[1][0][:60] + train[20][0][60:100] + test[1][0][100:], 1)
    for part, rows in (("train", train), ("dev", made(30, planted=False)), ("test", test)):
        write(folder / f"promoter300_tata.{part}.csv.gz", rows)
    return tmp_path


SMALL = replace(human_promoters.TATA300, members=1, batch=32)


def test_each_test_has_its_row_and_figures_of_others_stand_beside_the_official_one(data: Path, tmp_path: Path) -> None:
    card = read_card(SMALL.train(data, tmp_path / "out", epochs=2).with_suffix(".json"))
    first, second = card.held_out
    assert [(row["test"], row["n"]) for row in card.held_out] == [("official GUE test", 40), ("GUE dev", 30)]
    assert all(p["same_test"] for p in first["published"])
    assert "published" not in second
    assert (first["in_training"], first["unlike_training"]["n"]) == (1, 38)
    assert (second["in_training"], second["unlike_training"]["n"]) == (0, 30)
    assert card.training["background"] == "GUE dev"
    model = load_model(card)
    for row, part in ((first, "test"), (second, "dev")):
        rows = human_promoters._part(data / "promoters_gue", human_promoters.TATA300_TASKS, 300, part)
        assert row["mcc"] == pytest.approx(mcc(logits_of(model, rows)[:, 0], rows.values[:, 0]), abs=1e-4)
        assert card.scores("TATA", row["test"]) == row
    assert card.scores("TATA") == first
    assert [dict(row) for row in SMALL.evaluate(model, data)] == [dict(row) for row in card.held_out]
    assert [row["n"] for row in SMALL.evaluate(model, data, sample=10)] == [10, 10]


def test_the_official_test_does_not_steer_the_training(data: Path, tmp_path: Path) -> None:
    """Other labels there, the same weights."""
    one = SMALL.train(data, tmp_path / "one", epochs=1).read_bytes()
    path = data / "promoters_gue" / "promoter300_tata.test.csv.gz"
    with gzip.open(path, "rt") as file:
        rows = [line.strip().split(",") for line in file][1:]
    write(path, [(text, 1 - int(label)) for text, label in rows])
    assert SMALL.train(data, tmp_path / "two", epochs=1).read_bytes() == one


def test_evaluate_names_the_test_on_the_command_line(data: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "promoter.human-tata300", "--data", str(data)])
    assert result.exit_code == 0, result.output
    rows = [line.split("\t") for line in result.stdout.splitlines() if not line.startswith("#")][1:]
    assert list(dict.fromkeys(row[1] for row in rows)) == [
        "official GUE test",
        "official GUE test, unlike training",
        "GUE dev",
        "GUE dev, unlike training",
    ]
    card = get_card("promoter.human-tata300")
    said = {(row[1], row[4]): row[8] for row in rows}
    for test in ("official GUE test", "GUE dev"):
        row = card.scores("TATA", test)
        assert row is not None
        assert float(said[test, "mcc"]) == row["mcc"]
        assert float(said[f"{test}, unlike training", "mcc"]) == row["unlike_training"]["mcc"]


# ---- the cards ------------------------------------------------------------------------------------


def test_official_scores_agree_with_an_independent_measurement() -> None:
    rows = [get_card("tfbind.gue").scores(f"human {i}", "official GUE test") or {} for i in range(5)]
    assert [round(row["mcc"], 3) for row in rows] == [0.646, 0.697, 0.697, 0.521, 0.788]


@pytest.mark.parametrize("name", GUE)
def test_published_figures_stand_beside_the_official_test_only(name: str) -> None:
    card = get_card(name)
    tracks = [track for output in card.outputs for track in output.tracks]
    for test in ("official GUE test", "GUE dev"):
        assert [row["track"] for row in card.held_out if row.get("test") == test] == tracks
    assert all("published" not in row for row in card.held_out if row.get("test") != "official GUE test")
    assert (card.scores(tracks[0]) or {})["test"] == "official GUE test"


@pytest.mark.parametrize("card", [c for c in list_models() if c.held_out], ids=lambda c: c.name)
def test_every_figure_of_others_says_whether_its_test_is_the_same(card: ModelCard) -> None:
    for row in card.held_out:
        for score in row.get("published", ()):
            assert score["same_test"] in (True, False), row["track"]
            claims = "this test" in score["source"] or "same test" in score["source"]
            assert score["same_test"] or not claims, score["source"]
        assert 2 <= row["families"] <= row["n"], row["track"]


def test_a_figure_says_it() -> None:
    row: dict[str, Any] = {"metric": "mcc", "value": 0.5, "source": "x", "same_test": False}
    assert beside("mcc", 0.5, "x", same_test=False) == row


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public data sets")
@pytest.mark.parametrize("name", GUE)
def test_overlap_of_the_official_test_with_training_is_as_the_card_says(name: str) -> None:
    recipe: Any = recipe_of(name)
    folder = DATA / recipe.folder
    splits, test = recipe.read(folder), recipe.official.read(folder)
    learned = np.concatenate([splits.train.bases, splits.validation.bases])
    copied = same_sequence(test, learned)
    tracks = get_card(name).outputs[0].tracks
    for i, track in enumerate(tracks):
        own = np.isfinite(test.values[:, i])
        row = get_card(name).scores(track, "official GUE test")
        assert row is not None
        assert (row["n"], row["in_training"]) == (own.sum(), copied[own].sum())
