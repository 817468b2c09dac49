"""`genoviz dependency`, `genoviz attention` and `genoviz infill`: numbers, files and messages of the functions."""

from __future__ import annotations

import json
import re

import pytest

from genoviz.dependency import dependency
from genoviz.dependency.attention import attention
from genoviz.dependency.tables import attention_record, dependency_record, dependency_table
from genoviz.files.tsv import tsv
from genoviz.language import infill
from genoviz.language.ratio import likelihood_ratio
from genoviz.language.tables import infill_table
from genoviz.models.load import load_model
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.sequences.sequence import Sequence
from tests.cli.calls import DOCUMENT, as_text, bad, good, record, rows_of

LANGUAGE = "grulm.yeast-ecoli"
BASES = ("ACGGTTATCCA" * 20)[:200]
TOY = (SITE_A.center(30, "T") + SITE_B.center(30, "C"))[:60]


def test_a_map_has_the_numbers_of_the_function() -> None:
    model = load_model(LANGUAGE)
    found = dependency(model, Sequence(BASES), window=(90, 96))
    words = ("dependency", LANGUAGE, "-s", BASES, "--window", "91-96")
    assert rows_of(good(*words)) == rows_of(tsv(dependency_table(found)))
    made = json.loads(good(*words, "--json"))
    assert made == json.loads(json.dumps(dependency_record(model.card, found, name="")))
    section = DOCUMENT.split("**`genoviz dependency")[1].split("**`genoviz")[0]
    known = {*re.findall(r"`(\w+)`", section), "model", "sha256", "version", "read"}
    assert set(made) <= known


def test_a_model_of_labels_gives_interactions_of_the_target() -> None:
    found = dependency(load_model("toy.and"), Sequence(TOY), window=(12, 16))
    rows = rows_of(good("dependency", "toy.and", "-s", TOY, "--window", "13-16"))
    assert rows == rows_of(tsv(dependency_table(found)))
    assert "2 to 60 bases" in bad("dependency", "toy.and", "-s", TOY, "--window", "1-61")


def test_attention_has_the_numbers_of_the_function() -> None:
    model = load_model("promoter.ecoli-lm")
    bases = (BASES * 2)[: model.card.length]
    found = attention(model, Sequence(bases))
    words = ("attention", model.card.name, "-s", bases)
    rows = rows_of(good(*words))
    assert [float(row["received"]) for row in rows] == pytest.approx(found.received, rel=1e-5)
    assert [float(row["effect"]) for row in rows] == pytest.approx(found.effect, abs=1e-5)
    made, own = json.loads(good(*words, "--json")), attention_record(model.card, found, name="")
    assert made["agreement"] == pytest.approx(found.agreement, abs=1e-3)
    assert set(made) == set(own)
    section = DOCUMENT.split("**`genoviz attention")[1].split("**`genoviz")[0]
    assert set(made) <= {*re.findall(r"`(\w+)`", section), "model", "sha256", "version", "read"}
    assert "no attention" in bad("attention", "toy.and", "-s", TOY)


def test_changes_are_scored_as_by_the_function() -> None:
    found = likelihood_ratio(load_model(LANGUAGE), Sequence(BASES), 102, "T")
    change = f"{BASES[102]}103T"
    made = record("expect", LANGUAGE, "-s", BASES, "--change", change)
    assert made["rows"] == [{"change": change, "own": found.own, "whole": found.whole}]
    assert "Base 103 is" in bad(
        "expect", LANGUAGE, "-s", BASES, "--change", "N103T".replace("N", "ACGT"[BASES[102] == "A"])
    )
    assert "`C105A`" in bad("expect", LANGUAGE, "-s", BASES, "--change", "103T")


def test_what_is_written_is_what_the_function_writes() -> None:
    found = infill(load_model(LANGUAGE), Sequence(BASES), (50, 55), n=2, temperature=0.5, seed=3)
    made = record("infill", LANGUAGE, "51-55", "-s", BASES, "--count", "2", "--temperature", "0.5", "--seed", "3")
    assert made["rows"] == as_text(infill_table(found))
    assert made["sentence"] == found.sentence
    assert "temperature is 9" in bad("infill", LANGUAGE, "51-55", "-s", BASES, "--temperature", "9")
    assert "can't predict bases" in bad("infill", "toy.and", "51-55", "-s", TOY)
