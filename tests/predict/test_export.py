"""Files and command-line records: exact numbers, harmless names, valid JSON, provenance first."""

from __future__ import annotations

import csv
import io
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz import __version__
from genoviz.attribute.attribution import attribute
from genoviz.attribute.tables import attribution_provenance, attribution_record, attribution_table
from genoviz.files.tsv import tsv
from genoviz.models.calibration import calibration, log_odds
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.provenance import model_record, provenance
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A
from genoviz.mutagenesis.saturation import saturate
from genoviz.mutagenesis.tables import mutagenesis_provenance, mutagenesis_record, mutagenesis_table
from genoviz.predict.prediction import predict
from genoviz.predict.tables import prediction_record, prediction_table
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

NAME = "tfbind.encode10"
RANDOM = Sequence("".join(np.random.default_rng(1).choice(list("ACGT"), 101)), "random")
TARGET = Target("binding", ("ELK1",))


def read_tsv(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    lines = text.splitlines()
    header = [line[2:].split(": ", 1) for line in lines if line.startswith("# ")]
    table = [line for line in lines if not line.startswith("# ")]
    return dict(header), list(csv.DictReader(table, delimiter="\t"))


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=30))
def test_float32_survive_the_file(values: list[float]) -> None:
    _, rows = read_tsv(tsv([{"value": v} for v in values]))
    assert [np.float32(row["value"]) for row in rows] == [np.float32(v) for v in values]


def test_attribution_survives_the_file() -> None:
    model = load_model(NAME)
    result = attribute(model, RANDOM, TARGET, "deepliftshap", references=3)
    header, rows = read_tsv(tsv(attribution_table(result), attribution_provenance(model.card, result)))
    assert "".join(row["base"] for row in rows) == RANDOM.bases
    assert [int(row["position"]) for row in rows] == list(range(1, 102))
    scores = np.array([[row[f"score_{b}"] for row in rows] for b in BASES], dtype=np.float32)
    assert np.array_equal(scores, result.scores)
    assert np.array_equal(np.array([row["score"] for row in rows], dtype=np.float32), result.per_base)
    hypothetical = np.array([[row[f"hypothetical_{b}"] for row in rows] for b in BASES], dtype=np.float32)
    assert np.array_equal(hypothetical, result.hypothetical)
    assert header["genoviz"] == __version__
    assert header["model"] == NAME
    assert header["weights_sha256"] == model.card.sha256
    assert header["target"] == "binding:ELK1@logit"
    assert (header["method"], header["baseline"], header["references"], header["seed"]) == (
        "deepliftshap", "dinucleotide", "3", "0",
    )  # fmt: skip
    assert float(header["completeness_gap"]) == pytest.approx(result.gap)


def test_mutation_map_survives_the_file() -> None:
    model = load_model(NAME)
    result = saturate(model, RANDOM, TARGET, window=(10, 30), indels=True)
    header, rows = read_tsv(tsv(mutagenesis_table(result), mutagenesis_provenance(model.card, result)))
    delta = np.array([[row[f"delta_{b}"] for row in rows] for b in BASES], dtype=np.float32)
    assert np.array_equal(delta, result.delta, equal_nan=True)
    assert np.array_equal(np.array([r["delta_deletion"] for r in rows], np.float32), result.deletions, equal_nan=True)
    inserted = np.array([[row[f"delta_insert_{b}"] for row in rows] for b in BASES], dtype=np.float32)
    assert np.array_equal(inserted, result.insertions, equal_nan=True)
    assert header["window"] == "11-30"
    assert header["complete"] == "True"
    assert header["delta"].startswith("alternate minus reference")


HOSTILE = 'tab\there\nand\r\nlines # "quotes" > =1+1'


def test_hostile_names_break_no_file() -> None:
    model, sequence = load_model("toy.sum"), Sequence(SITE_A.center(60, "N"), HOSTILE)
    prediction = predict(model, sequence)
    text = tsv(prediction_table([sequence], prediction), provenance(model.card, sequence=HOSTILE))
    lines = text.splitlines()
    assert [line.startswith("# ") for line in lines] == [True] * 4 + [False] * 2
    assert lines[4] == "name\toutput\ttrack\tvalue\tunit"
    assert len(lines[5].split("\t")) == 5
    assert float(lines[5].split("\t")[3]) == 3


def test_the_calibrated_probability_stands_beside_the_raw_one_on_both_scales() -> None:
    model, sequence = load_model("tfbind.encode10"), Sequence("ACGTTGCAAG" * 10 + "A")
    known = calibration(model.card, "GABPA")
    assert known is not None
    for scale in ("value", "logit"):
        found = predict(model, sequence, scale=scale)
        rows = {row["track"]: row for row in prediction_table([sequence], found, model.card)}
        logit = predict(model, sequence, scale="logit")[0]["binding"].track("GABPA")[0]
        assert rows["GABPA"]["calibrated"] == pytest.approx(known.probability(float(logit)), rel=1e-3)
        record = prediction_record(model.card, [sequence], found)["records"][0]
        assert [one["calibrated"] for one in record["outputs"]] == [row["calibrated"] for row in rows.values()]
    assert [log_odds(p) for p in (0, 0.5, 1)] == [-math.inf, 0, math.inf]
    assert known.probability(-math.inf) < 0.5 < known.probability(math.inf)


def test_a_name_that_looks_like_a_comment_keeps_its_row() -> None:
    """Readers drop lines that begin with #, and headers like `>#1` occur."""
    model, sequence = load_model("toy.sum"), Sequence(SITE_A.center(60, "N"), "#1")
    lines = tsv(prediction_table([sequence], predict(model, sequence))).splitlines()
    assert len(lines) == 2
    assert not any(line.startswith("#") for line in lines)


def test_nan_is_null_in_json() -> None:
    model = load_model("toy.sum")
    sequence = Sequence(SITE_A.center(60, "N"), "one site")
    result = saturate(model, sequence, Target("activity"), indels=True)
    record = mutagenesis_record(model.card, predict(model, sequence)[0], result)
    text = json.dumps(record, allow_nan=False)  # raises where a nan is left
    assert json.loads(text)["delta"][0][0] is None
    assert json.loads(text)["delta"][0][27] == -1
    assert json.loads(text)["deletions"][0] is None


def test_json_numbers_are_the_arrays() -> None:
    model = load_model(NAME)
    prediction = predict(model, RANDOM)[0]
    result = attribute(model, RANDOM, TARGET, "ig")
    record = json.loads(json.dumps(attribution_record(model.card, prediction, result), allow_nan=False))
    assert np.array_equal(np.array(record["scores"], dtype=np.float32), result.scores)
    assert record["records"][0]["name"] == "random"
    assert record["records"][0]["length"] == 101
    values = [o["value"] for o in record["records"][0]["outputs"]]
    assert np.array_equal(np.array(values, dtype=np.float32), prediction["binding"].values[:, 0])
    assert record["completeness_gap"] == result.gap
    assert record["steps"] == result.steps


@pytest.mark.parametrize("card", list_models(), ids=lambda c: c.name)
def test_model_records_are_plain_json(card) -> None:
    record = json.loads(json.dumps(model_record(card), allow_nan=False))
    assert record["name"] == card.name
    assert record["parameters"] == card.parameters
    assert [o["output"] for o in record["outputs"]] == [o.name for o in card.outputs]


def test_empty_table() -> None:
    assert tsv([]) == "\n"
    assert io.StringIO(tsv([], provenance(get_card("toy.sum")))).readline().startswith("# genoviz")
