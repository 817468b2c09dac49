"""Receipts on the command line: written beside a result, checked, refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from genoviz.cli.main import app

SITE = "TGCATCATGCTTACGCAGTCATCAGATAAGCTCATGCAATGCTACCTGCATTCGACTGCA"
run = CliRunner().invoke


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (["predict", "toy.sum", "-s", SITE], "prediction"),
        (["attribute", "toy.sum", "-m", "ablation", "-s", SITE], "attribution"),
        (["mutate", "toy.sum", "--window", "20-24", "-s", SITE], "mutagenesis"),
        (["trust", "toy.sum", "-m", "ablation", "-s", SITE], "trust"),
        (["compare", "maps", "toy.sum", "-m", "ablation", "-m", "inputxgradient", "-s", SITE], "comparison"),
        (
            ["variants", "tfbind.encode10", "--genome", "teaching", "--variant", "chrT1-10719-G-T", "-t", "GABPA"],
            "variant",
        ),
        (["splice", "splice.sites", "--genome", "teaching", "--variant", "chrT1-2646-G-T"], "splice"),
    ],
)
def test_a_receipt_is_written_and_checked(command: list[str], kind: str, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    found = run(app, [*command, "--receipt", str(file)])
    assert found.exit_code in (0, 1), found.output  # 1: a light of `trust` is red
    assert json.loads(file.read_text(encoding="utf-8"))["kind"] == kind
    if kind in ("attribution", "variant"):  # tests/receipts has the others
        checked = run(app, ["verify", str(file), "--json"])
        assert checked.exit_code == 0, checked.output
        assert json.loads(checked.stdout)["verdict"] == "equal"


def test_a_changed_receipt_is_refused_and_a_forged_one_found(tmp_path: Path) -> None:
    from genoviz.receipts.receipt import Receipt

    file = tmp_path / "receipt.json"
    run(app, ["predict", "toy.sum", "-s", SITE, "--receipt", str(file)])
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(SITE, SITE.replace("GATAAG", "GATTAG")), encoding="utf-8")
    refused = run(app, ["verify", str(file)])
    assert refused.exit_code == 2
    assert "was changed" in refused.stderr

    receipt = Receipt.read(text)
    (numbers,) = receipt.numbers.values()
    object.__setattr__(numbers, "values", (9.0,))
    object.__setattr__(numbers, "sha256", "0" * 64)
    file.write_text(receipt.json(), encoding="utf-8")
    forged = run(app, ["verify", str(file)])
    assert forged.exit_code == 1
    assert "Different" in forged.stderr


def test_one_result_has_one_receipt(tmp_path: Path) -> None:
    fasta = tmp_path / "two.fa"
    fasta.write_text(f">a\n{SITE}\n>b\n{SITE}\n", encoding="utf-8")
    found = run(app, ["attribute", "toy.sum", "-f", str(fasta), "--receipt", str(tmp_path / "r.json")])
    assert found.exit_code == 2
    assert "A receipt is about one result." in found.stderr
