"""`genoviz compare ...`: the numbers of the functions, in tables and as documented JSON; what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.compare import tables
from genoviz.compare.comparison import compare
from genoviz.compare.contested import contested
from genoviz.compare.disagreements import disagreements
from genoviz.compare.influence import influence
from genoviz.compare.mean_map import mean_map
from genoviz.compare.mechanisms import mechanisms
from genoviz.compare.two_sequences import compare_sequences
from genoviz.files.tsv import json_value, tsv
from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from tests.cli.calls import as_text, bad, good, header_of, record, rows_of

MODEL = load_model("toy.sum")
BASES = "C" * 20 + "GATAAG" + "CT" * 17
FEW = ("--references", "3")


def test_maps() -> None:
    found = compare([MODEL, load_model("toy.and")], Sequence(BASES), methods=["deeplift", "ablation"], references=3)
    words = ("compare", "maps", "toy.sum", "toy.and", "-s", BASES, "-m", "deeplift", "-m", "ablation", *FEW)
    made = record(*words)
    assert made["sentence"] == found.sentence
    assert made["pairs"] == [json_value(row) for row in tables.pair_table(found)]
    assert made["votes"] == found.votes.tolist()
    printed = good(*words)
    assert rows_of(printed) == rows_of(tsv(tables.base_table(found)))
    assert header_of(printed) == header_of(tsv([], tables.comparison_provenance(found)))
    assert rows_of(good(*words, "--table", "contested")) == rows_of(
        tsv(tables.contested_table(found, contested(found)))
    )


def test_two_sequences() -> None:
    other = BASES.replace("GATAAG", "GACAAG")
    found = compare_sequences(MODEL, Sequence(BASES), Sequence(other), references=3)
    made = record("compare", "sequences", "toy.sum", "-s", BASES, "--other", other, *FEW)
    assert made["rows"] == as_text(tables.sequences_table(found))
    assert made["sentence"] == found.sentence


def test_records_and_sets_of_files(tmp_path: Path) -> None:
    one, two = tmp_path / "with.fa", tmp_path / "without.fa"
    one.write_text(f">a\n{BASES}\n>b\n{'T' + BASES[:-1]}\n")
    two.write_text(f">c\n{BASES.replace('GATAAG', 'CCCCCC')}\n>d\n{'TA' * 30}\n")
    read = [Sequence(BASES, "a"), Sequence("T" + BASES[:-1], "b")]
    found = disagreements([MODEL], read)
    made = record("compare", "records", "toy.sum", "-f", str(one))
    assert made["rows"] == as_text(tables.record_table(found))
    assert made["strongest_gaps"] == [dict(row) for row in tables.gap_table(found)]
    every = [*read, Sequence(BASES.replace("GATAAG", "CCCCCC"), "c"), Sequence("TA" * 30, "d")]
    mean = mean_map(MODEL, every, labels=["with", "with", "without", "without"], places=[22] * 4)
    made = record("compare", "sets", "toy.sum", "-f", str(one), "-f", str(two), "--place", "23")
    assert made["sentence"] == mean.sentence
    assert [row["mean"] for row in made["rows"][:60]] == [row["mean"] for row in tables.mean_table(mean)[:60]]
    assert [(group["label"], group["records"]) for group in made["groups"]] == [("with", 2), ("without", 2)]


def test_influence_and_mechanisms() -> None:
    bpnet = load_model("bpnet.yeast")
    text = ("ACGTTGCACGTGATCC" * 50)[: bpnet.card.length]
    found = influence(bpnet, Sequence(text), bins=(300, 302), window=(370, 372))
    words = ("compare", "influence", "bpnet.yeast", "-s", text, "--bins", "301-302", "--window", "371-372")
    made = record(*words)
    assert made["scores"][0][370:372] == [float(v) for v in found.scores[0, 370:372]]
    assert rows_of(good(*words)) == rows_of(tsv(tables.influence_table(found)))
    clusters = mechanisms(MODEL, Sequence(BASES), mutants=60, seed=4)
    made = record("compare", "mechanisms", "toy.sum", "-s", BASES, "--mutants", "60", "--seed", "4")
    assert made["sentence"] == clusters.sentence
    assert made["rows"] == as_text(tables.mechanism_table(clusters))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("maps", "toy.sum", "-s", BASES, "-m", "ig"), "1 explanation"),
        (("maps", "toy.sum", "toy.and", "-s", BASES, *["-t", "activity"] * 3), "3 targets were given for 2 models"),
        (("maps", "toy.sum", "-s", BASES, "--table", "x"), "There is no table named"),
        (("sequences", "toy.sum", "-s", BASES), "1 sequence was given"),
        (("sets", "toy.sum"), "not clear what to average"),
        (("influence", "toy.sum", "-s", BASES), "one number per sequence"),
    ],
    ids=str,
)
def test_refused(words: tuple[str, ...], said: str) -> None:
    assert said in bad("compare", *words)
