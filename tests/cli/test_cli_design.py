"""`genoviz design`: the numbers of the functions, the file of the page, rules and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.design.check import check_design
from genoviz.design.counterfactual import counterfactual
from genoviz.design.fewest_edits import design
from genoviz.design.tables import change_table, design_provenance, design_table, rung_table
from genoviz.files.tsv import tsv
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.motifs.scan import THRESHOLD
from genoviz.sequences.sequence import Sequence, read_sequences
from tests.cli.calls import as_text, bad, call, good, header_of, record, rows_of

MODEL = load_model("toy.and")
CARD = MODEL.card
TARGET = Target.default(CARD)
START = Sequence(SITE_A.center(30, "T") + "CACGAA".center(30, "T"))  # the second site lacks two bases
BOTH = Sequence(SITE_A.center(30, "C") + SITE_B.center(30, "C"))


def test_a_design_has_the_numbers_of_the_function_and_the_file_of_the_page() -> None:
    words: tuple[str, ...] = ("design", "toy.and", "-s", START.bases)
    words += ("--edits", "3", "--method", "beam", "--width", "2", "--locked", "1-5", "--gc", "20-80")
    words += ("--forbid", "EcoRI", "--seed", "1")
    found = design(
        MODEL, START, TARGET, edits=3, method="beam", width=2, locked=((0, 5),), gc=(0.2, 0.8), forbidden=("GAATTC",),
        seed=1,
    )  # fmt: skip
    assert len(found.steps) >= 2
    check = check_design(MODEL, found)
    made = record(*words)
    assert made["rows"] == as_text(design_table(found, check))
    assert (made["start"], made["designed"]) == (START.bases, found.sequence.bases)
    assert (made["sentence"], made["check"]) == (found.sentence, check.sentence)
    assert (made["second_model"], made["second_model_verdict"]) == (None, "none")
    assert (made["locked"], made["forbidden"]) == ("1-5", "GAATTC")
    printed = good(*words)
    file = tsv(design_table(found, check), design_provenance(CARD, found, check))
    assert printed == file
    assert rows_of(printed)[0]["position"] == ""
    assert rows_of(printed)[-1]["edit"] == found.steps[-1].label
    said = call(*words).stderr
    assert found.sentence in said
    assert "GC is" in said  # the start breaks that rule already
    motifs = good(*words, "--motifs")
    header = design_provenance(CARD, found, check) | {"p_value_at_most": THRESHOLD}
    assert motifs == tsv(change_table(check.changes), header)
    assert made["motifs"] == as_text(change_table(check.changes))


def test_switching_off_gives_the_ladder() -> None:
    ladder = counterfactual(MODEL, BOTH, TARGET, edits=3, width=2)
    assert ladder.off
    words = ("design", "toy.and", "-s", BOTH.bases, "--goal", "off", "--edits", "3", "--width", "2")
    made = record(*words)
    assert made["rungs"] == rung_table(ladder)
    assert (made["threshold"], made["off"], made["minimal"]) == (ladder.threshold, True, ladder.minimal)
    assert made["sentence"] == ladder.sentence
    assert made["designed"] == ladder.design.sequence.bases
    assert header_of(good(*words))["threshold"].endswith("(half of the value at the start)")
    lower = record(*words[:-4], "--width", "2", "--threshold", "0.5")
    assert lower["threshold"] == 0.5
    assert lower["rows"][-1]["value"] <= 0.5


def test_a_value_to_reach_and_several_sequences(tmp_path: Path) -> None:
    file = tmp_path / "two.fa"
    file.write_text(f">one\n{START.bases}\n>two\n{BOTH.bases}\n")
    printed = good("design", "toy.and", "--fasta", str(file), "--goal", "3")
    first, second = (part for part in printed.split("# genoviz: ")[1:])
    one, two = (record.sequence for record in read_sequences(file.read_text()))
    for text, start in ((first, one), (second, two)):
        found = design(MODEL, start, TARGET, goal=3.0, edits=5)
        assert [row["edit"] for row in rows_of("# genoviz: " + text)] == ["", *(step.label for step in found.steps)]
    assert "goal: 3" in first


def test_a_second_model_checks() -> None:
    model = load_model("tfbind.encode10")
    bases = "CAGAGCAGACAACTAAGTGCTATCAACTAGACCGGAAGTGCCTGAGGTGCTACTACAGTGTCCACTTCCGGTGTTCCGACAAATAACTACGTTTCCCTTAA"
    found = design(model, Sequence(bases), Target("binding", ("GABPA",)), goal="lower", edits=1, locked=((0, 60),))
    words = (
        "design",
        "tfbind.encode10",
        "-s",
        bases,
        "-t",
        "GABPA",
        "--goal",
        "lower",
        "--edits",
        "1",
        "--locked",
        "1-60",
    )
    check = check_design(model, found, other=load_model("pwm.encode10"))
    made = record(*words, "--check", "pwm.encode10")
    assert made["second_model"] == "pwm.encode10"
    assert [row["second_model"] for row in made["rows"]] == list(check.other.values)
    assert made["second_model_verdict"] == check.verdict
    assert made["rows"] == as_text(design_table(found, check))
    assert made["motifs"] == as_text(change_table(check.changes))
    assert "has no number like" in bad(*words, "--check", "splice.sites")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--goal", "up"), "`raise`, `lower`, `off`, or a value"),
        (("--goal", "nan"), "A finite number"),
        (("--goal", "off", "--gc", "40-60"), "--gc was given with --goal off"),
        (("--goal", "off", "--forbid", "EcoRI", "--method", "beam"), "--method and --forbid"),
        (("--threshold", "1"), "belongs to --goal off"),
        (("--goal", "off", "--threshold", "9"), "off already"),
        (("--edits", "11"), "1 to 10 are accepted"),
        (("--method", "best"), "There is no method named"),
        (("--locked", "5-3"), "can't be read as a range"),
        (("--gc", "60-40"), "can't be read as a range of GC"),
        (("--forbid", "EcoRX"), "There is no site named"),
        (("--check", "nobody"), "There is no model named"),
    ],
)
def test_bad_input(words: tuple[str, ...], said: str) -> None:
    assert said in bad("design", "toy.and", "-s", BOTH.bases, *words)
