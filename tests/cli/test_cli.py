"""The command line: documented JSON, numbers equal to Python's, messages on standard error, exit codes."""

from __future__ import annotations

import csv
import gzip
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from genoviz import __version__
from genoviz.attribute.attribution import attribute
from genoviz.cli.main import app
from genoviz.models.calibration import calibration, log_odds
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.embed import embed
from genoviz.predict.expectation import expect
from genoviz.predict.prediction import predict
from genoviz.predict.sample import sample
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence, read_sequences
from tests.comparison import close

ROOT = Path(__file__).resolve().parents[2]
NAME = "tfbind.encode10"
BASES_101 = "".join(np.random.default_rng(9).choice(list(BASES), 101))
BASES_60 = (BASES_101[:20] + SITE_A + BASES_101[:40])[:60]
PROTEIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVVHSLAKWKRQTLGQHDFSAGEGLYTHMKALR"


@pytest.fixture(autouse=True)
def _put_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`train` sets up logging and `check-model` extends the path of this process."""
    handlers, level = list(logging.root.handlers), logging.root.level
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    logging.root.handlers[:], logging.root.level = handlers, level


def call(*words: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=input)


def good(*words: str, input: str | bytes | None = None) -> str:
    result = call(*words, input=input)
    assert result.exit_code == 0, result.stderr or result.exception
    return result.stdout


def bad(*words: str, input: str | bytes | None = None) -> str:
    """The message of a refused call; nothing may reach standard output."""
    result = call(*words, input=input)
    assert result.exit_code == 2, (result.exit_code, result.exception)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def rows_of(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


# ---- documented shapes and equal numbers ---------------------------------------------------------


def test_models_json() -> None:
    records = json.loads(good("models", "--json"))
    keys = {"name", "family", "task", "length", "bundled", "parameters", "licence", "sha256", "held_out"}
    assert [r["name"] for r in records] == [card.name for card in list_models()]
    for record in records:
        assert keys <= set(record)
        assert record["bundled"] is not bool(get_card(record["name"]).files)
    assert len(records[0]["held_out"]) == 10
    assert len(records[0]["sha256"]) == 64


def test_models_tsv() -> None:
    assert [row["name"] for row in rows_of(good("models"))] == [card.name for card in list_models()]


def test_predict_json_is_what_python_says() -> None:
    record = json.loads(good("predict", NAME, "--sequence", BASES_101, "--json"))
    assert set(record) == {"model", "sha256", "version", "records"}
    assert (record["model"], record["sha256"], record["version"]) == (NAME, get_card(NAME).sha256, __version__)
    (one,) = record["records"]
    assert set(one) == {"name", "length", "outputs"}
    assert one["length"] == 101
    tracks = predict(load_model(NAME), Sequence(BASES_101))[0]["binding"]
    values = {track: float(tracks.track(track)[0]) for track in tracks.names}
    calibrated = {
        track: calibration(get_card(NAME), track).probability(log_odds(values[track])) for track in tracks.names
    }
    assert one["outputs"] == [
        {"output": "binding", "track": track, "value": value, "unit": "probability", "calibrated": calibrated[track]}
        for track, value in values.items()
    ]


def test_attribute_json_is_what_python_says() -> None:
    words = ("attribute", NAME, "-m", "deepliftshap", "-s", BASES_101, "-t", "USF1", "--references", "4", "--seed", "2")
    record = json.loads(good(*words, "--json"))
    result = attribute(load_model(NAME), Sequence(BASES_101), Target("binding", ("USF1",)), references=4, seed=2)
    assert {"model", "sha256", "version", "records", "method", "target", "completeness_gap", "scores"} <= set(record)
    assert record["scores"] == result.scores.tolist()
    assert record["completeness_gap"] == result.gap
    assert (record["method"], record["target"]) == ("deepliftshap", "binding:USF1@logit")
    assert Target.parse(record["target"], get_card(NAME)) == result.target
    rows = rows_of(good(*words))
    assert np.array_equal(np.array([r["score"] for r in rows], np.float32), result.per_base)
    for i, base in enumerate(BASES):
        assert np.array_equal(np.array([r[f"score_{base}"] for r in rows], np.float32), result.scores[i])


def test_mutate_json_is_what_python_says() -> None:
    words = ("mutate", NAME, "--sequence", BASES_101, "--target", "binding:MYC@value", "--window", "11-20", "--indels")
    record = json.loads(good(*words, "--json"))
    target = Target("binding", ("MYC",), scale="value")
    result = saturate(load_model(NAME), Sequence(BASES_101), target, window=(10, 20), indels=True)
    delta = np.array([[np.nan if v is None else v for v in row] for row in record["delta"]], np.float32)
    assert np.array_equal(delta, result.delta, equal_nan=True)
    assert record["target"] == "binding:MYC@value"
    assert record["window"] == [11, 20]
    assert record["value"] == result.value
    rows = rows_of(good(*words))
    for i, base in enumerate(BASES):
        assert np.array_equal(np.array([r[f"delta_{base}"] for r in rows], np.float32), result.delta[i], equal_nan=True)


def test_mutate_says_what_mutations_do() -> None:
    words = ("mutate", "utr5.mrl", "--sequence", "C" * 9 + "CTG" + "C" * 38, "--window", "10-10", "--indels")
    rows = rows_of(good(*words))
    assert [row["consequences"] for row in rows if row["consequences"]] == ["A: makes an upstream ATG, out of frame"]
    (said,) = json.loads(good(*words, "--json"))["consequences"]
    assert (said["position"], said["change"], said["rule"], said["kind"]) == (10, "A", "upstream-start", "made")
    assert (said["words"], said["start"], said["end"]) == ("makes an upstream ATG, out of frame", 10, 12)


def test_sample_is_what_python_says() -> None:
    words = ("sample", "vae.ecoli-promoters", "--count", "3", "--seed", "5")
    drawn = sample(load_model("vae.ecoli-promoters"), 3, seed=5)
    records = read_sequences(good(*words))
    assert [(r.name, r.sequence) for r in records] == [(s.name, s) for s in drawn]
    record = json.loads(good(*words, "--json"))
    assert set(record) == {"model", "sha256", "version", "seed", "records"}
    assert record["records"] == [{"name": s.name, "length": 150, "bases": s.bases} for s in drawn]
    # What was drawn can be read by the other verbs.
    assert len(rows_of(good("predict", "promoter.ecoli", "-s", "-", input=good(*words)))) == 3
    assert "vae.ecoli-promoters" in bad("sample", "toy.sum")
    assert "1 to 100,000" in bad("sample", "vae.ecoli-promoters", "--count", "0")


def test_expect_is_what_python_says() -> None:
    text = "TATAAAGCATTACCCGGATG" * 10
    found = expect(load_model("grulm.yeast-ecoli"), Sequence(text))
    record = json.loads(good("expect", "grulm.yeast-ecoli", "-s", text, "--json"))
    assert record["model"] == "grulm.yeast-ecoli"
    assert record["bases"] == text
    assert record["probabilities"] == found.probabilities.tolist()
    assert record["surprise"] == found.surprise.tolist()
    rows = rows_of(good("expect", "grulm.yeast-ecoli", "-s", text))
    assert [r["base"] for r in rows] == list(text)
    assert float(rows[7]["p_C"]) == pytest.approx(found.probabilities[1, 7], rel=1e-5)
    assert "maskedlm.yeast-ecoli" in bad("expect", "toy.sum", "-s", BASES_60)


def test_embed_is_what_python_says(tmp_path: Path) -> None:
    fasta = tmp_path / "two.fa"
    first, second = (BASES_101 + BASES_60)[:150], "ACGTAC" * 25
    fasta.write_text(f">one\n{first}\n>two\n{second}\n")
    vectors = embed(load_model("vae.ecoli-promoters"), [Sequence(first), Sequence(second)])
    record = json.loads(good("embed", "vae.ecoli-promoters", "--fasta", str(fasta), "--json"))
    assert set(record) == {"model", "sha256", "version", "records"}
    assert [set(r) for r in record["records"]] == [{"name", "length", "embedding"}] * 2
    assert [r["embedding"] for r in record["records"]] == vectors.tolist()
    rows = rows_of(good("embed", "vae.ecoli-promoters", "--fasta", str(fasta)))
    assert [row["name"] for row in rows] == ["one", "two"]
    table = np.array([[row[f"dimension_{i + 1}"] for i in range(vectors.shape[1])] for row in rows], np.float32)
    assert np.array_equal(table, vectors)
    cropped = json.loads(good("embed", "vae.ecoli-promoters", "-s", "A" + first, "--fit", "2", "--json"))
    assert cropped["records"][0]["read"] == {"first": 2, "last": 151, "left_pad": 0, "right_pad": 0}
    assert cropped["records"][0]["embedding"] == close(vectors[0].tolist())
    assert "vae.ecoli-promoters" in bad("embed", "toy.sum", "-s", BASES_60)
    assert "reads exactly 150" in bad("embed", "vae.ecoli-promoters", "-s", BASES_60)


def test_as_a_process_of_its_own() -> None:
    """Once for real: the module runs, data and messages go to their streams."""
    command = [sys.executable, "-m", "genoviz.cli", "predict", "toy.sum", "--sequence", "-", "--fit", "pad", "--json"]
    done = subprocess.run(command, input=SITE_A, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["records"][0]["outputs"][0]["value"] == 3
    assert "27 N added on the left" in done.stderr


def test_the_version() -> None:
    assert good("--version") == f"genoviz {__version__}\n"
    assert "--version" in good("--help")


def test_predict_options() -> None:
    logits = json.loads(good("predict", NAME, "-s", BASES_101, "--scale", "logit", "--output", "binding", "--json"))
    outputs = logits["records"][0]["outputs"]
    assert {o["unit"] for o in outputs} == {"logit"}
    expected = predict(load_model(NAME), Sequence(BASES_101), scale="logit")[0]["binding"].values[:, 0]
    assert [o["value"] for o in outputs] == expected.tolist()


def test_tsv_begins_with_provenance() -> None:
    lines = good("attribute", "toy.sum", "-s", BASES_60, "-m", "saliency").splitlines()
    assert f"# genoviz: {__version__}" in lines
    assert "# model: toy.sum" in lines
    assert "# method: saliency" in lines
    first = next(line for line in lines if not line.startswith("#"))
    assert first.split("\t")[:3] == ["position", "base", "score"]


# ---- input ---------------------------------------------------------------------------------------


def test_standard_input_and_files(tmp_path: Path) -> None:
    fasta = tmp_path / "two.fa"
    fasta.write_text(f">one\n{BASES_60}\n>two words\n{BASES_60.lower()}\n")
    from_file = json.loads(good("predict", "toy.sum", "--fasta", str(fasta), "--json"))
    from_stdin = json.loads(good("predict", "toy.sum", "--sequence", "-", "--json", input=fasta.read_text()))
    assert from_file == from_stdin
    assert [r["name"] for r in from_file["records"]] == ["one", "two words"]
    # One object a line, so that a script can read them one by one.
    lines = good("mutate", "toy.sum", "--fasta", str(fasta), "--json").splitlines()
    assert [json.loads(line)["records"][0]["name"] for line in lines] == ["one", "two words"]


@pytest.mark.parametrize(
    ("fit", "length", "same_as"),
    [
        ("centre", 70, slice(5, 65)),
        ("1", 70, slice(0, 60)),
        ("11", 70, slice(10, 70)),
        ("centre", 60, slice(0, 60)),
    ],
)
def test_fit(fit: str, length: int, same_as: slice) -> None:
    bases = (BASES_60 + BASES_101)[:length]
    result = call("attribute", "toy.sum", "-s", bases, "--fit", fit, "-m", "inputxgradient", "--json")
    assert result.exit_code == 0
    expected = attribute(
        load_model("toy.sum"), Sequence(bases[same_as]), Target("activity", ("activity",)), "inputxgradient"
    )
    assert json.loads(result.stdout)["scores"] == expected.scores.tolist()
    assert ("are read" in result.stderr) == (length != 60)


def test_all_n_is_read_with_a_notice() -> None:
    result = call("predict", "toy.sum", "--sequence", "N" * 60, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["records"][0]["outputs"][0]["value"] == 0
    assert "60 ambiguous bases" in result.stderr
    for verb in ("attribute", "mutate"):
        json.loads(good(verb, "toy.sum", "--sequence", "N" * 60, "--json"))  # null, not NaN


def test_rna_and_iupac_are_read_with_a_notice() -> None:
    result = call("predict", "toy.sum", "--sequence", BASES_60.replace("T", "u")[:-1] + "R")
    assert result.exit_code == 0
    assert "U was read as T" in result.stderr
    assert "1 ambiguous base" in result.stderr


def test_ten_thousand_records(tmp_path: Path) -> None:
    fasta = tmp_path / "many.fa"
    fasta.write_text("".join(f">r{i}\n{BASES_60}\n" for i in range(10_000)))
    rows = rows_of(good("predict", "toy.sum", "--fasta", str(fasta)))
    assert len(rows) == 10_000
    assert rows[-1]["name"] == "r9999"


@pytest.mark.parametrize("verb", ["predict", "attribute", "mutate"])
@pytest.mark.parametrize(
    ("sequence", "words"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        (">name only\n", "no bases"),
        ("A", "reads exactly 60"),
        (BASES_60 + "A", "reads exactly 60"),
        (PROTEIN, "protein"),
        ("ACG-T", "gap"),
        ("chr1:100-200", "place in a genome"),
    ],
    ids=["empty", "blank", "header", "one base", "too long", "protein", "gap", "locus"],
)
def test_bad_sequences(verb: str, sequence: str, words: str) -> None:
    assert words in bad(verb, "toy.sum", "--sequence", sequence)


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b\x08\x00rest", b"\x89PNG\r\n\x1a\n", bytes(range(256)), b"\xff\xfe\x00", b""]
)
def test_binary_and_empty_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)
    assert "genoviz: " in bad("predict", "toy.sum", "--fasta", str(path))
    assert "genoviz: " in bad("predict", "toy.sum", "--sequence", "-", input=content)


def test_bad_files(tmp_path: Path) -> None:
    assert "can't be read" in bad("predict", "toy.sum", "--fasta", str(tmp_path / "missing.fa"))
    assert "can't be read" in bad("predict", "toy.sum", "--fasta", str(tmp_path))
    packed = tmp_path / "packed.fa.gz"
    packed.write_bytes(gzip.compress(f">a\n{BASES_60}\n".encode()))
    assert "gzip" in bad("predict", "toy.sum", "--fasta", str(packed))


def test_a_bad_record_is_named(tmp_path: Path) -> None:
    fasta = tmp_path / "mixed.fa"
    fasta.write_text(f">fine\n{BASES_60}\n>broken\nACGTXYZ!\n")
    assert "broken" in bad("predict", "toy.sum", "--fasta", str(fasta))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("predict", "toy.summ", "-s", BASES_60), "toy.sum"),
        (("predict", "toy.sum"), "Neither --sequence nor --fasta"),
        (("predict", "toy.sum", "-s", BASES_60, "-f", "x.fa"), "Both"),
        (("predict", "toy.sum", "-s", BASES_60, "--output", "binding"), "activity"),
        (("predict", "toy.sum", "-s", BASES_60, "--scale", "log"), "logit"),
        (("predict", "toy.sum", "-s", BASES_60, "--fit", "stretch"), "centre"),
        (("predict", "toy.sum", "-s", BASES_60, "--fit", "0"), "Bases start at 1"),
        (("predict", "toy.sum", "-s", BASES_60, "--fit", "²"), "genoviz: "),
        (("predict", "toy.sum", "-s", BASES_60, "--fit", "5"), "genoviz: "),
        (("attribute", "toy.sum", "-s", BASES_60, "-m", "deeplif"), "deeplift"),
        (("attribute", "toy.sum", "-s", BASES_60, "-t", "GABPA"), "activity"),
        (("attribute", "toy.sum", "-s", BASES_60, "-t", "activity@"), "can't be read"),
        (("attribute", "toy.sum", "-s", BASES_60, "--baseline", "zero"), "zeros"),
        (("attribute", "toy.sum", "-s", BASES_60, "--baseline", "sequence"), "no sequence was given"),
        (("attribute", "toy.sum", "-s", BASES_60, "-m", "saliency", "--baseline", "zeros"), "compares with nothing"),
        (("attribute", "toy.sum", "-s", BASES_60, "--references", "0"), "1 to 1,000"),
        (("attribute", "toy.sum", "-s", BASES_60, "--seed", "-1"), "genoviz: "),
        (("attribute", "toy.sum", "-s", BASES_60, "-m", "gradientshap", "--seed", str(2**40)), "genoviz: "),
        (("mutate", "toy.sum", "-s", BASES_60, "--window", "50-70"), "bases 1 to 60"),
        (("mutate", "toy.sum", "-s", BASES_60, "--window", "7"), "START-END"),
        (("check-model", "toy.som"), "toy.sum"),
        (("check-model", "no_such_module:Class"), "can't be made"),
        (("train", "tfbnd", "--data", ".", "--out", "."), "tfbind"),
        (("no-such-command",), "No such command"),
    ],
    ids=lambda v: " ".join(w for w in v if len(w) < 30) if isinstance(v, tuple) else "",
)
def test_bad_options(words: tuple[str, ...], message: str) -> None:
    assert message in bad(*words)


# ---- check-model and train -----------------------------------------------------------------------

ADAPTERS = """
from dataclasses import replace
import torch
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from torch import nn

CARD = replace(get_card("toy.sum"), name="mine.adapter", length=12)

class Good(NetModel):
    def __init__(self):
        torch.manual_seed(0)
        super().__init__(nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(48, 1)), CARD)

class Bad(Good):
    def logits(self, X):
        return {"activity": super().logits(X)["activity"].detach()}

class Broken:
    def __init__(self):
        raise ValueError("no weights")
"""


def test_check_model_on_a_listed_one() -> None:
    lines = [line.split("\t") for line in good("check-model", "toy.sum").splitlines()]
    assert [line[1] for line in lines][:2] == ["card", "shape"]
    assert {line[0] for line in lines} == {"ok", "note"}


def test_check_model_on_an_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_adapters.py").write_text(ADAPTERS)
    monkeypatch.chdir(tmp_path)
    try:
        assert "FAILED" not in good("check-model", "my_adapters:Good")  # dropout is switched off for it
        result = call("check-model", "my_adapters:Bad")
        assert result.exit_code == 1
        failed = [line for line in result.stdout.splitlines() if line.startswith("FAILED")]
        assert [line.split("\t")[1] for line in failed] == ["gradient"]
        assert "no weights" in bad("check-model", "my_adapters:Broken")
        assert "Missing" in bad("check-model", "my_adapters:Missing")
    finally:
        sys.modules.pop("my_adapters", None)


def test_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal to the recipe called from Python, which tests/training checks further."""
    from genoviz.models.metrics import bootstrap_interval
    from genoviz.training.recipes import tfbind

    monkeypatch.setitem(bootstrap_interval.__kwdefaults__, "draws", 5)
    monkeypatch.setattr(logging.root, "handlers", [])  # pytest's own would keep the command from setting up its log
    data, rng = tmp_path / "data", np.random.default_rng(2)
    data.mkdir()
    for factor in tfbind.PUBLISHED:
        for kind, labels in (("train_positives", [1] * 8), ("test", [1, 1, 0, 0])):
            rows = [f"e{i}\t{''.join(rng.choice(list(BASES), 101))}\t{y}\n" for i, y in enumerate(labels)]
            with gzip.open(data / f"{factor}_C.{kind}.tsv.gz", "wt") as handle:
                handle.write("event\tseq\tlabel\n" + "".join(rows))
    result = call(
        "train", "tfbind", "--data", str(data), "--out", str(tmp_path / "cli"), "--epochs", "1", "--seed", "4"
    )
    assert result.exit_code == 0, result.exception
    weights = Path(result.stdout.strip())
    assert weights == tmp_path / "cli" / "tfbind.encode10.safetensors"
    assert "epoch 0" in result.stderr
    assert weights.read_bytes() == tfbind.train(data, tmp_path / "python", seed=4, epochs=1).read_bytes()
    assert "genoviz: " in bad("train", "tfbind", "--data", str(tmp_path / "no"), "--out", str(tmp_path / "x"))
    assert "genoviz: " in bad("train", "tfbind", "--data", str(data), "--out", str(tmp_path / "y"), "--epochs", "0")


def test_evaluate(tmp_path: Path) -> None:
    """The table of a model's scores on a data folder, beside those of its card."""
    folder, rng = tmp_path / "promoter_mpra_ecoli", np.random.default_rng(5)
    folder.mkdir()
    for part in ("train", "test"):
        rows = [
            f"{i}\t{'active' if i % 2 else 'inactive'}\t{''.join(rng.choice(list(BASES), 150))}\n" for i in range(30)
        ]
        with gzip.open(folder / f"{part}.tsv.gz", "wt") as handle:
            handle.write("start\tactivity\tseq\n" + "".join(rows))
    lines = good("evaluate", "mlp.ecoli", "--data", str(tmp_path)).splitlines()
    table = [line.split("\t") for line in lines if not line.startswith("#")]
    assert table[0] == ["track", "test", "n", "families", "metric", "value", "low_95", "high_95", "card"]
    assert [row[:5] for row in table[1:]] == [["active", "", "30", "30", m] for m in ("auroc", "auprc")]
    row = get_card("mlp.ecoli").scores("active")
    assert row is not None
    assert float(table[1][8]) == row["auroc"]
    assert "At least 2" in bad("evaluate", "mlp.ecoli", "--data", str(tmp_path), "--sample", "1")
    assert "recipe" in bad("evaluate", "toy.sum", "--data", str(tmp_path))
