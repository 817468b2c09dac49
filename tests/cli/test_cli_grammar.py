"""`genoviz grammar ...` and `genoviz epistasis`: numbers, defaults and files of the functions and of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genoviz.cli import grammar as commands
from genoviz.cli.common import percentage
from genoviz.files.tsv import tsv
from genoviz.genomes.registry import open_genome
from genoviz.grammar.backgrounds import genome_windows, random_bases, shuffled
from genoviz.grammar.dependence import ablate_blocks, parse_blocks, strongest_blocks
from genoviz.grammar.placements import copies, marginalise, slide, spacing
from genoviz.grammar.tables import grammar_provenance, grammar_table
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.mutagenesis.epistasis import epistasis
from genoviz.mutagenesis.saturation import saturate
from genoviz.sequences.sequence import Sequence
from tests.cli.calls import as_text, bad, call, good, header_of, record, rows_of

MODEL = load_model("toy.and")
TARGET = Target.default(MODEL.card)
A, B = Sequence(SITE_A), Sequence(SITE_B, "E-box")
FEW = ("--backgrounds", "4")
AROUND = random_bases(60, n=4)
TEXT = (SITE_A.center(30, "T") + SITE_B.center(30, "C"))[:60]

CASES: dict[str, tuple[tuple[str, ...], Callable[[], Any]]] = {
    "marginalise": ((SITE_A,), lambda: marginalise(MODEL, TARGET, A, AROUND)),
    "slide": ((SITE_A, "--window", "11-30"), lambda: slide(MODEL, TARGET, A, AROUND, start=10, end=30)),
    "spacing": (
        (SITE_A, "e-box", "--max-gap", "4", "--position", "21"),
        lambda: spacing(MODEL, TARGET, A, B, AROUND, max_gap=4, position=20),
    ),
    "copies": ((SITE_A, "--gap", "3"), lambda: copies(MODEL, TARGET, A, AROUND, gap=3, n=6)),
}


@pytest.mark.parametrize("verb", CASES)
def test_a_site_in_backgrounds_has_the_numbers_of_the_function(verb: str) -> None:
    words, work = CASES[verb]
    found = work()
    rows = grammar_table(found)
    made = record("grammar", verb, "toy.and", *words, *FEW)
    assert made["rows"] == as_text(rows)
    assert made["sentence"] == found.sentence
    assert made["target"] == str(TARGET)
    printed = good("grammar", verb, "toy.and", *words, *FEW)
    assert rows_of(printed) == rows_of(tsv(rows))
    # The file that the page gives: the same rows under the same header.
    assert header_of(printed) == header_of(tsv([], grammar_provenance(MODEL.card, found)))
    assert found.sentence in call("grammar", verb, "toy.and", *words, *FEW).stderr


def test_backgrounds_of_a_sequence_and_of_a_genome(tmp_path: Path) -> None:
    words = ("grammar", "marginalise", "toy.and", SITE_A, *FEW, "--seed", "3")
    random = random_bases(60, gc=0.3, n=4, seed=3)
    of_sequence = shuffled(Sequence(TEXT), n=4, seed=3)
    with open_genome("teaching") as genome:
        windows = genome_windows(genome, 60, n=4, seed=3)
    for options, around in (
        (("--gc", "30"), random),
        (("--sequence", TEXT), of_sequence),
        (("--genome", "teaching"), windows),
    ):
        made = record(*words, *options)
        assert made["backgrounds"] == around.name
        assert made["rows"] == as_text(grammar_table(marginalise(MODEL, TARGET, A, around)))
    assert "Leave one out" in bad(*words, "--sequence", TEXT, "--genome", "teaching")
    assert "on this computer" in bad(*words, "--genome", "ucsc:hg38")
    two = tmp_path / "two.fa"
    two.write_text(f">a\n{TEXT}\n>b\n{TEXT}\n")
    assert "2 sequences were given" in bad(*words, "--fasta", str(two))


def test_spacing_says_what_the_first_site_does_alone() -> None:
    made = record("grammar", "spacing", "toy.and", SITE_A, "E-box", *FEW, "--max-gap", "0")
    found = spacing(MODEL, TARGET, A, B, AROUND, max_gap=0)
    assert made["a_alone"] == float(found.single_a.mean)
    assert [made["a_alone_low"], made["a_alone_high"]] == [float(end) for end in found.single_a.interval]


def test_dependence_with_blocks_and_with_those_that_matter_most() -> None:
    blocks = "GATA 13-18, 43-48"
    found = ablate_blocks(MODEL, TARGET, Sequence(TEXT), parse_blocks(blocks), n=5, seed=2)
    words = ("grammar", "dependence", "toy.and", "--sequence", TEXT, "--shuffles", "5", "--seed", "2")
    made = record(*words, "--blocks", blocks)
    assert made["rows"] == as_text(grammar_table(found))
    assert made["rows"][0]["block"] == "GATA (13-18)"
    assert made["sentence"] == found.sentence
    importance = saturate(MODEL, Sequence(TEXT), TARGET).importance
    usual = ablate_blocks(MODEL, TARGET, Sequence(TEXT), strongest_blocks(importance, n=4, width=10), n=5, seed=2)
    assert record(*words)["rows"] == as_text(grammar_table(usual))


def test_epistasis_is_what_python_says() -> None:
    found = epistasis(MODEL, TARGET, Sequence(TEXT), window=(12, 16))
    made = record("epistasis", "toy.and", "--sequence", TEXT, "--window", "13-16")
    assert made["rows"] == as_text(grammar_table(found))
    assert len(made["rows"]) == 6 * 9
    assert made["window"] == [13, 16]
    one = made["rows"][0]
    four = found.four(12, one["first"][-1], 13, one["second"][-1])
    assert [made["value"], one["first_alone"], one["second_alone"], one["both"]] == pytest.approx(
        [four[0], *(number - four[0] for number in four[1:])]
    )
    assert np.isclose(one["interaction"], one["both"] - one["first_alone"] - one["second_alone"])
    # Without a window, 30 bases around the stretch that matters most.
    first, last = record("epistasis", "toy.and", "--sequence", "T" * 20 + SITE_A + "T" * 5 + SITE_B + "T" * 23)[
        "window"
    ]
    assert last - first + 1 == 30
    assert first <= 21
    assert last >= 26


def test_a_cropped_sequence_says_what_was_read() -> None:
    made = record("epistasis", "toy.and", "-s", "AC" + TEXT, "--fit", "3", "--window", "1-3")
    assert made["read"] == {"first": 3, "last": 62, "left_pad": 0, "right_pad": 0}
    assert made["sequence"] == TEXT
    assert "read" in header_of(good("epistasis", "toy.and", "-s", "AC" + TEXT, "--fit", "3", "--window", "1-3"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("slide", "toy.and", "no such site"), "neither bases nor the name of a motif"),
        (("slide", "toy.and", "A" * 61), "The model reads 60"),
        (("slide", "toy.any", SITE_A), "There is no model named"),
        (("marginalise", "toy.and", SITE_A, "--position", "56"), "Its first base can be 1 to 55"),
        (("marginalise", "toy.and", SITE_A, "--strand", "x"), "`+` and `-` are accepted"),
        (("marginalise", "toy.and", SITE_A, "--backgrounds", "1"), "2 to 1,000"),
        (("copies", "toy.and", SITE_A, "--copies", "50"), "fit here"),
        (("dependence", "toy.and", "-s", TEXT, "--blocks", "5-1, 7-9"), "can't be read"),
        (("dependence", "toy.and"), "Neither --sequence nor --fasta"),
        (("spacing", "toy.and", SITE_A, SITE_B, "--target", "nothing"), "There is no output or track"),
    ],
)
def test_bad_input(words: tuple[str, ...], said: str) -> None:
    assert said in bad("grammar", *words)


def test_a_window_that_is_too_wide() -> None:
    assert "2 to 60 bases" in bad("epistasis", "toy.and", "-s", TEXT, "--window", "1-61")


def test_ctrl_c_leaves_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(label: str) -> None:
        raise KeyboardInterrupt

    assert percentage("x") is None  # no terminal here
    monkeypatch.setattr(commands, "percentage", stop)
    result = call("grammar", "slide", "toy.and", SITE_A, *FEW)
    assert result.exit_code == 130
    assert result.stdout == ""
    assert "Stopped" in result.stderr
    assert "Traceback" not in result.stderr
