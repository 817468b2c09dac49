"""Recipes that learn measured values: reading and splitting by hand, training on synthetic data from end to end."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadInput, Cancelled
from genoviz.models.card import ModelCard, read_card
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.metrics import accuracy, bootstrap_interval, mcc, pearson, r2, spearman
from genoviz.models.onehot import letter_codes
from genoviz.networks.set_by_set import SetBySet, SetBySetConfig
from genoviz.training import RECIPES, Transfer, get_recipe, recipe_of, save
from genoviz.training.loop import Schedule
from genoviz.training.recipes import clip, crx, ecoli, gue_factors, human_promoters, utr5, yeast_promoters
from genoviz.training.supervised import Supervised
from genoviz.training.tables import Examples, Splits, carve, carve_families, find_folder, read_table, without

DATA = Path(__file__).parents[3] / "shared" / "data"
RNG = np.random.default_rng(0)


def bases(length: int) -> str:
    return "".join(RNG.choice(list("ACGT"), length))


def write(path: Path, header: str, rows: Sequence[tuple[object, ...]]) -> None:
    separator = "," if path.name.endswith(".csv.gz") else "\t"
    with gzip.open(path, "wt") as handle:
        for row in [header.split(), *rows]:
            handle.write(separator.join(map(str, row)) + "\n")


@pytest.fixture
def ecoli_data(tmp_path: Path) -> Path:
    """Starts every 10 kb: stretches 3, 13, ... of 50 kb are the validation set. `TATAAT` at base 108 makes active."""
    folder = tmp_path / "data" / "promoter_mpra_ecoli"
    folder.mkdir(parents=True)

    def row(i: int) -> tuple[object, ...]:
        text = bases(150)
        active = i % 3 == 0
        return (
            i * 10_000.0,
            "active" if active else "inactive",
            text[:107] + "TATAAT" + text[113:] if active else text,
        )

    train = [row(i) for i in range(150)]
    test = [row(i) for i in range(40)]
    train.append((5.0, "active", test[0][2]))  # also in the test
    turned = str(test[1][2]).translate(str.maketrans("ACGT", "TGCA"))[::-1]
    train.append((5.0, "active", turned))  # its other strand is
    write(folder / "train.tsv.gz", "start activity seq", train)
    write(folder / "test.tsv.gz", "start activity seq", test)
    return tmp_path / "data"


def test_ecoli_splits_by_stretch_and_drops_what_is_held_out(ecoli_data: Path) -> None:
    splits = ecoli.read(ecoli_data / "promoter_mpra_ecoli")
    # Starts 150,000 to 190,000 and 650,000 to 690,000, 1,150,000 to 1,190,000: five in each stretch.
    assert len(splits.validation) == 15
    assert len(splits.train) == 150 - 15
    assert len(splits.test) == 40
    held = {*splits.test.texts(), *splits.validation.texts()}
    assert not held & set(splits.train.texts())


def test_from_end_to_end(ecoli_data: Path, tmp_path: Path) -> None:
    """The same run twice, and one that was stopped and continued, give the same weights and the same numbers."""
    recipe = replace(ecoli.RECIPE, members=2)
    first = recipe.train(ecoli_data, tmp_path / "a", seed=3, epochs=2)

    def stop(share: float) -> None:
        if share > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        recipe.train(ecoli_data, tmp_path / "b", seed=3, epochs=2, progress=stop)
    assert recipe.train(ecoli_data, tmp_path / "b", seed=3, epochs=2).read_bytes() == first.read_bytes()

    card = read_card(first.with_suffix(".json"))
    assert card.training["members"] == 2
    assert len(card.training["validation_auroc"]) == 2
    assert card.background["active"].keys() == {"active", "inactive", "shuffled"}
    assert card.inputs["sequences"] == 135
    rows = (tmp_path / "a" / "promoter.ecoli.log.tsv").read_text().splitlines()
    assert len(rows) == 1 + 2 * 2
    found = recipe.evaluate(load_model(card), ecoli_data)
    assert [dict(row) for row in found] == [dict(row) for row in card.held_out]
    assert recipe.evaluate(load_model(card), ecoli_data, sample=10)[0]["n"] == 10


def test_a_network_learns_what_is_there(ecoli_data: Path, tmp_path: Path) -> None:
    """The planted box is found: with enough epochs the test is nearly solved."""
    small = replace(ecoli.RECIPE, members=1, batch=16, shift=0)
    card = read_card(small.train(ecoli_data, tmp_path / "out", seed=0, epochs=12).with_suffix(".json"))
    assert card.held_out[0]["auroc"] > 0.9


def test_measured_values_begin_at_their_mean_and_are_scored_in_their_unit(tmp_path: Path) -> None:
    folder = tmp_path / "utr5_mrl_human"
    folder.mkdir()

    def rows(n: int) -> list[tuple[object, ...]]:
        texts = [bases(50) for _ in range(n)]
        return [(text, 40 + text.count("G")) for text in texts]

    write(folder / "train.tsv.gz", "seq mean_ribosome_load", rows(200))
    write(folder / "test.tsv.gz", "seq mean_ribosome_load", rows(30))
    recipe = replace(utr5.RECIPE, members=1, batch=32)
    card = read_card(recipe.train(tmp_path, tmp_path / "out", epochs=1).with_suffix(".json"))
    predicted = [point[0] for point in card.scatter["ribosome load"]]
    measured = [point[1] for point in card.scatter["ribosome load"]]
    assert np.mean(predicted) == pytest.approx(np.mean(measured), abs=5)
    assert card.background["ribosome load"].keys() == {"held-out", "shuffled"}


def test_tracks_that_learn_apart_depend_on_no_other(tmp_path: Path) -> None:
    """Other labels of the second set leave the network of the first as it was; the smaller set is read more often."""
    rng = np.random.default_rng(0)
    codes = letter_codes(["".join(rng.choice(list("ACGT"), 24)) for _ in range(40)])
    first = np.arange(40) < 32
    labels = (np.arange(40) % 2).astype(np.float32)

    def trained(second: np.ndarray, out: Path) -> tuple[torch.nn.Module, list[dict[str, float]]]:
        values = np.stack([np.where(first, labels, np.nan), np.where(first, np.nan, second)], 1).astype(np.float32)
        rows = Examples(codes, values)
        sizes = SetBySetConfig(outputs=2, motifs=4, width=5, pairs=3, pair_width=3, units=2, hidden=3)
        recipe = replace(gue_factors.RECIPE, make=lambda: SetBySet(sizes), batch=8, least_steps=6, half_precision=False)
        net, history = recipe._member(Splits(rows, rows, rows), Schedule(epochs=2), out, lambda _: None)
        return net, history.rows

    one, rows = trained(labels, tmp_path / "one")
    two, _ = trained(1 - labels, tmp_path / "two")
    same = [torch.equal(a, b) for a, b in zip(one.state_dict().values(), two.state_dict().values(), strict=True)]
    half = len(same) // 2
    assert all(same[:half])
    assert not all(same[half:])
    assert [(row["track"], row["epoch"]) for row in rows] == [(0, 0), (0, 1), *((1, i) for i in range(6))]


def test_families_stay_on_one_side() -> None:
    rows = Examples(letter_codes([bases(12) for _ in range(200)]), np.zeros((200, 1), dtype=np.float32))
    keys = [{f"a{i // 2}", f"b{i // 5}"} for i in range(200)]  # connects 0-9, 10-19, ...
    rest, aside = carve_families(rows, keys, 0.3)
    assert len(rest) + len(aside) == 200
    assert len(aside) == 60
    position = {text: i for i, text in enumerate(rows.texts())}
    assert not {position[t] // 10 for t in rest.texts()} & {position[t] // 10 for t in aside.texts()}


def test_equal_sequences_stay_on_one_side() -> None:
    texts = [bases(8) for _ in range(50)] * 2
    rest, aside = carve(Examples(letter_codes(texts), np.zeros((100, 1), dtype=np.float32)), 0.2)
    assert (len(rest), len(aside)) == (80, 20)
    assert not set(rest.texts()) & set(aside.texts())


def test_without_drops_both_strands_and_repeats() -> None:
    def made(*texts: str) -> Examples:
        return Examples(letter_codes(texts), np.zeros((len(texts), 1), dtype=np.float32))

    assert without(made("AACC", "GGTT", "ACGT", "ACGT", "CATG"), made("AACC")).texts() == ["ACGT", "CATG"]


def test_tasks_become_tracks(tmp_path: Path) -> None:
    for task in ("one", "two"):
        for part, n in (("train", 40), ("dev", 4)):
            write(tmp_path / f"{task}.{part}.csv.gz", "sequence label", [(bases(20), i % 2) for i in range(n)])
    splits = human_promoters.read_tasks(tmp_path, {"A": "one", "B": "two"}, 20)
    assert np.isnan(splits.test.values).sum(0).tolist() == [4, 4]
    assert np.nansum(splits.test.values, 0).tolist() == [2, 2]
    assert len(splits.validation) == 8


def test_yeast_standardises_each_source_and_keeps_noise_out_of_the_test(tmp_path: Path) -> None:
    start, end = "TGCATTTTTTTCACATC", "GGTTACGGCTGTT"
    rows = [
        (source, start + bases(80) + end, offset + RNG.normal())
        for source, offset in (
            ("random_glu2020", 5),
            ("dream2022_demo", 50),
            ("native", 0),
            ("sswm", 9),
            ("drift", 1),
            ("designed", 2),
        )
        for _ in range(60)
    ]
    write(tmp_path / "promoters.tsv.gz", "source seq expression", rows)
    splits = yeast_promoters.read(tmp_path)
    everything = np.concatenate([splits.train.values, splits.validation.values, splits.test.values])
    write(tmp_path / "promoters.tsv.gz", "source seq expression", rows[:300])
    with pytest.raises(BadInput, match="designed"):
        yeast_promoters.read(tmp_path)
    assert abs(np.nanmean(everything[:, 1])) < 0.1  # native: mean 0 again
    assert np.isfinite(splits.test.values[:, 0]).sum() < 30  # the noisy half of the random inserts is not tested on
    assert splits.train.bases.shape[1] == 110


@pytest.mark.parametrize(
    ("header", "rows", "words"),
    [
        ("seq", [("ACGT",)], "columns seq"),
        ("seq label", [], "0 lines"),
        ("seq label", [("ACG", 1)], "3 bases in line 2"),
    ],
)
def test_bad_tables_are_named(tmp_path: Path, header: str, rows: list[tuple[object, ...]], words: str) -> None:
    write(tmp_path / "x.tsv.gz", header, rows)
    with pytest.raises(BadInput, match=words):
        read_table(tmp_path / "x.tsv.gz", columns=["label"], sequence="seq", length=4)
    with pytest.raises(BadInput, match="can't be read"):
        read_table(tmp_path / "missing.tsv.gz", columns=[])
    with pytest.raises(BadInput, match="no folder"):
        find_folder(tmp_path / "missing", "x")


def test_metrics_by_hand() -> None:
    labels, logits = np.array([1, 1, 0, 0], dtype=bool), [2.0, -1.0, -3.0, -0.5]
    assert accuracy(logits, labels) == 0.75
    assert mcc(logits, labels) == pytest.approx((1 * 2 - 0 * 1) / np.sqrt(1 * 2 * 2 * 3))
    assert mcc([1, 1, 1, 1], labels) == 0
    assert pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert pearson([1, 1, 1], [2, 4, 6]) == 0
    assert r2([3, 2, 1], [2, 4, 6]) == pytest.approx(1)
    assert spearman([1, 10, 100, 10], [1, 2, 3, 2]) == pytest.approx(1)


def test_studies_reach_the_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What people wrote is on the card of the trained model as `read_card` gives it: a tuple of questions and answers."""
    written = json.loads(resources.files("genoviz.training").joinpath("cards/mlp.ecoli.json").read_text("utf-8"))
    study = {"question": "Does it help?", "answer": "From 0.8 to 0.9."}
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "mlp.ecoli.json").write_text(json.dumps({**written, "studies": [study]}), encoding="utf-8")
    monkeypatch.setattr("genoviz.training.save.resources.files", lambda package: tmp_path)
    net = torch.nn.Linear(1, 1)
    card = save.written_card("mlp.ecoli", net, config={}, training={})
    assert card.studies == (study,)
    save.save_checkpoint(tmp_path, card, net, held_out=[], background={}, epochs=[{"epoch": 0}])
    assert read_card(tmp_path / "mlp.ecoli.json").studies == (study,)


def test_studies_are_questions_with_answers() -> None:
    """The same ones in what people wrote and beside the weights."""
    for card in list_models():
        assert all(study.keys() == {"question", "answer"} for study in card.studies)
        assert all(study["question"].endswith("?") for study in card.studies)
        path = resources.files("genoviz.training").joinpath(f"cards/{card.name}.json")
        if path.is_file():
            assert json.loads(path.read_text(encoding="utf-8")).get("studies", []) == [*card.studies], card.name


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_builds_the_network_of_its_card(name: str) -> None:
    """What the recipe trains and what the card's builder loads have the same tensors."""
    recipe = get_recipe(name)
    if not isinstance(recipe, Supervised):
        return
    from importlib import import_module

    from genoviz.training.save import written_card

    net = recipe.make()
    card = written_card(recipe.name, net, config=recipe.config, training={})
    module, function = card.builder.split(":")
    built = getattr(import_module(module), function)(card)
    shapes = {k: v.shape for k, v in net.state_dict().items()}
    assert {k: v.shape for k, v in built.net.state_dict().items()} == shapes
    X = torch.zeros(2, 4, card.length)
    assert net.eval()(X).shape == (2, len(card.outputs[0].tracks))
    assert set(recipe.published) <= set(card.outputs[0].tracks)
    start = " --from maskedlm.yeast-ecoli" if isinstance(recipe, Transfer) else ""
    assert card.retrain == f"genoviz train {name} --data DIR --out DIR{start}"


def test_effects_of_destroyed_sites_pair_each_element_with_itself(tmp_path: Path) -> None:
    """A model that counts G: three elements lose 1, 2 and 3 of them, and activity falls by the same."""
    rows = []
    for i in range(4):
        native = "G" * 10 + bases(154).replace("G", "A")
        broken = "A" * (i + 1) + native[i + 1 :]
        kind = "Strong enhancer" if i % 2 else "Silencer"
        rows.append((f"chr2-{i}_X_WT", "chr2", "WT", kind, 4.0, native, "test"))
        if i < 3:
            rows.append((f"chr2-{i}_X_MUT-allCrxSites", "chr2", crx.DESTROYED, "Inactive", 3.0 - i, broken, "test"))
    rows.append(("chr2-9_X_MUT-allCrxSites", "chr2", crx.DESTROYED, "Inactive", 0.0, bases(164), "test"))  # no native
    with gzip.open(tmp_path / "activity.tsv.gz", "wt") as handle:
        header = ("label", "chrom", "variant", "group_name", "expression_log2", "seq", "split")
        handle.writelines("\t".join(map(str, row)) + "\n" for row in [header, *rows])

    class CountsG(torch.nn.Module):
        card = get_card("enhancer.crx")

        def logits(self, X: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"activity": X[:, 2].sum(1)[:, None, None]}

    change, strong = crx.further(CountsG(), tmp_path)
    assert change["n"] == 3
    assert change["pearson"] == pytest.approx(1)
    assert (strong["n"], strong["positives"], strong["auroc"]) == (4, 2, 0.5)  # natives have ten G each


def test_families_are_split_alike_in_every_process() -> None:
    """Sets of texts have another order in every process; the split may not depend on it."""
    # In each block the last row joins the families of the first and of the third.
    keys = [[[f"a{i}"], [f"c{i}"], [f"b{i}"], [f"a{i}", f"b{i}"]][k] for i in range(15) for k in range(4)]
    rows = Examples(np.arange(60, dtype=np.uint8)[:, None], np.zeros((60, 1), dtype=np.float32))
    one = carve_families(rows, keys, 0.4)
    other = carve_families(rows, [k[::-1] for k in keys], 0.4)
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.bases, b.bases)


@cache
def read_once(read: Callable[[Path], Splits], folder: Path) -> Splits:
    """The largest tables take ten seconds to split; tests of one table run in one process and only read what comes back."""
    return read(folder)


LONG = (
    "bpnet.yeast",
    "convlm.yeast-ecoli",
    "grulm.yeast-ecoli",
    "maskedlm.yeast-ecoli",
    "promoter_mpra_yeast",
    "tf_chip_gue",
)  # tables


def of_one_table(rows: Iterable[Any], table: Callable[[Any], str]) -> list[Any]:
    def marks(row: Any) -> list[pytest.MarkDecorator]:
        return [pytest.mark.xdist_group(f"table {table(row)}"), *[pytest.mark.long] * (table(row) in LONG)]

    return [pytest.param(row, marks=marks(row)) for row in rows]


def table_of(card: ModelCard) -> str:
    recipe = recipe_of(card.name)
    return recipe.folder if isinstance(recipe, Supervised) else card.name


SAMPLES = {  # items of each test: of slow models fewer, more where each has a value for one of many tracks only
    "rbp.clip8": 3_000,
    "tfbind.gue": 1_200,
    "convlm.yeast-ecoli": 120,
    "maskedlm.yeast-ecoli": 120,
    "grulm.yeast-ecoli": 120,
    "kmer.encode10": 120,
    "tfbind.encode10": 250,
    "bpnet.yeast": 250,
}


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public data sets")
@pytest.mark.parametrize("card", of_one_table([c for c in list_models() if c.file], table_of), ids=lambda c: c.name)
def test_a_sample_of_the_held_out_data_scores_as_the_card_says(card, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within three times the half-width that a sample of this size leaves."""
    monkeypatch.setitem(bootstrap_interval.__kwdefaults__, "draws", 200)
    recipe = recipe_of(card.name)
    if isinstance(recipe, Supervised):
        recipe = replace(recipe, read=partial(read_once, recipe.read))
    found = recipe.evaluate(load_model(card), DATA, sample=SAMPLES.get(card.name, 400))
    checked = 0
    for row in found:
        said = card.scores(row["track"], row.get("test", ""))
        for metric in ("auroc", "pearson", "r2", "bits"):
            if metric in row and row["n"] > 100 and row.get("positives", 100) > 20:
                low, high = row[f"{metric}_95"]
                assert abs(row[metric] - said[metric]) < 1.5 * (high - low), (row["track"], metric)
                checked += 1
    assert checked, "the sample is too small to say anything"


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public data sets")
@pytest.mark.parametrize(
    "module",
    of_one_table([clip, crx, ecoli, gue_factors, utr5, yeast_promoters], lambda module: module.FOLDER),
    ids=lambda module: module.__name__,
)
def test_no_sequence_is_on_two_sides(module) -> None:
    splits = read_once(module.read, DATA / module.FOLDER)
    train, validation, test = (set(part.texts()) for part in (splits.train, splits.validation, splits.test))
    assert not train & validation
    assert not (train | validation) & test
    assert len(splits.train) > 4 * len(splits.validation)


def test_the_cards_own_scores_reach_their_aims() -> None:
    core = get_card("promoter.human-core")
    assert all(row["mcc"] > 0.71 for row in core.held_out if "mcc" in row)
    assert get_card("promoter.ecoli").held_out[0]["auroc"] > 0.829
    assert get_card("promoter.yeast").held_out[0]["pearson"] > 0.86
