"""Sequences on the command line: tables, lists and alignments are read as on the page, and what was made of them is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.calls import bad, call, good

FIRST, SECOND = "ACGTTGCAAC" * 6, "GGGTTGCATC" * 6
TABLE = f"cat\t{FIRST}\nrat\t{SECOND}\n"


@pytest.mark.parametrize(
    "text", [TABLE, TABLE.replace("\t", ","), f"name\tsequence\n{TABLE}", TABLE.replace("\t", "  ")]
)
def test_a_table_is_what_fasta_says(text: str, tmp_path: Path) -> None:
    fasta, table = tmp_path / "two.fa", tmp_path / "two.tsv"
    fasta.write_text(f">cat\n{FIRST}\n>rat\n{SECOND}\n")
    table.write_text(text)
    expected = json.loads(good("predict", "toy.sum", "--fasta", str(fasta), "--json"))
    made = call("predict", "toy.sum", "--fasta", str(table), "--json")
    assert json.loads(made.stdout) == expected
    assert made.stderr.count("The text was read as a table of 2") == 1
    assert json.loads(good("predict", "toy.sum", "--sequence", "-", "--json", input=text)) == expected
    assert json.loads(good("predict", "toy.sum", "--sequence", text, "--json")) == expected


def test_one_row() -> None:
    made = call("predict", "toy.sum", "--sequence", f"cat\t{FIRST}")
    assert made.exit_code == 0
    assert made.stdout.splitlines()[-1].startswith("cat\t")
    assert "cat: The text was read as a table of 1" in made.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{FIRST}\n{SECOND[:41]}\n{FIRST}\n", "3 lines of bases (60, 41, 60)"),
        (f"cat {FIRST}\n", "a name and its sequence"),
        (f"2 60\ncat       {FIRST}\nrat       {SECOND}\n", "PHYLIP"),
        (f"cat\t{FIRST}\t{SECOND}\n", "Columns 2 and 3"),
    ],
)
def test_unclear_text_is_refused(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(text)
    assert says in bad("predict", "toy.sum", "--fasta", str(file))
    assert says in bad("predict", "toy.sum", "--sequence", text)
    assert says in bad("discover", "toy.sum", "--fasta", str(file))
