"""`genoviz sandbox` and `genoviz guesses`: the numbers of the functions."""

from __future__ import annotations

import json
from pathlib import Path

from genoviz.files.tsv import tsv
from genoviz.lessons.guesses import Guesses, guess_table, merge_guesses, read_guesses
from genoviz.sandbox.plan import Plan
from genoviz.sandbox.recovery import recover
from genoviz.sandbox.tables import planted_fasta, recovery_table, sandbox_provenance, sandbox_record
from genoviz.sandbox.train import train
from tests.cli.calls import bad, call, good

WORDS = ("sandbox", "--motif", "GATAAG", "--motif", "CACGTG", "--rule", "all", "--gap", "2-4", "--length", "40")
MORE = ("--count", "200", "--epochs", "2", "-m", "inputxgradient", "--explain", "3", "--seed", "1", "--wrong", "10")


def test_a_sandbox_has_the_numbers_of_the_functions(tmp_path: Path) -> None:
    plan = Plan(("GATAAG", "CACGTG"), "all", (2, 4), wrong_labels=0.1, length=40, count=200, seed=1)
    trained = train(plan, epochs=2, seed=1)
    found = recover(trained, ["inputxgradient"], sequences=3)
    assert good(*WORDS, *MORE, "--fasta", str(tmp_path / "x.fa")) == tsv(
        recovery_table(found), sandbox_provenance(trained, found)
    )
    assert (tmp_path / "x.fa").read_text() == planted_fasta(trained.test)
    result = call(*WORDS, *MORE, "--json")
    assert found.sentence in result.stderr

    assert json.loads(result.stdout) == json.loads(json.dumps(sandbox_record(trained, found)))
    assert "--gap" in bad("sandbox", "--gap", "a")
    assert "needs two or more" in bad("sandbox", "--motif", "GATAAG", "--rule", "all")


def test_guesses_of_a_class_are_merged(tmp_path: Path) -> None:
    everybody = [Guesses.of("ACGTACGT", "toy.sum", "activity", marked) for marked in ([1, 2], [2], [7])]
    files = []
    for number, one in enumerate(everybody):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(one.text())
    merged = merge_guesses(everybody)
    header = {"model": "toy.sum", "track": "activity", "people": 3}
    out = tmp_path / "class.json"
    assert good("guesses", *map(str, files), "--out", str(out)) == tsv(guess_table(merged), header)
    assert read_guesses(out.read_text()) == merged
    (tmp_path / "other.json").write_text("{}")
    assert "other.json" in bad("guesses", str(tmp_path / "other.json"))
