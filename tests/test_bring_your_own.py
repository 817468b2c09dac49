"""docs/bring-your-own-model.md is executed: its files, its commands, and what it says about failing checks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.comparison import close
from tests.test_docs import ROOT, blocks

DOC = "docs/bring-your-own-model.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document's Python files under the names in their first lines, and a tiny classifier as the Hub stores it."""
    from transformers import BertConfig, BertForSequenceClassification

    made = tmp_path_factory.mktemp("own")
    for code in blocks(DOC, "python"):
        name = re.match(r"# (\w+\.py)\n", code)
        assert name, "each file of the document begins with its name"
        (made / name[1]).write_text(code, encoding="utf-8")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"TGCA"]  # not in the order A C G T
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertForSequenceClassification(config).save_pretrained(made / "hub")
    (made / "hub" / "vocab.txt").write_text("\n".join(words) + "\n")
    return made


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    named = {"MY_MODEL_FOLDER": str(folder / "hub"), "HF_HUB_OFFLINE": "1", **environment}
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **named}, capture_output=True, text=True, timeout=120, check=False
    )


def cli(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "genoviz", *words, **environment)


@pytest.mark.parametrize("model", ["my_models:Enhancer", "my_hub_model:Promoter"])
def test_both_adapters_keep_the_contract(folder: Path, model: str) -> None:
    result = cli(folder, "check-model", model)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "FAILED" not in result.stdout
    assert "whole way" in result.stdout


def test_the_script_runs(folder: Path) -> None:
    result = run(folder, sys.executable, "use_it.py")
    assert result.returncode == 0, result.stderr
    assert "activity" in result.stdout or "K562" in result.stdout


def test_the_commands_run(folder: Path) -> None:
    """As written: GENOVIZ_MODELS, then a mutation map of a file, here of one element that must be padded."""
    (folder / "elements.fa").write_text(">one\n" + "ACGTTGCA" * 25 + "\n")
    (code,) = [block for block in blocks(DOC, "sh") if "GENOVIZ_MODELS" in block]
    setting = re.search(r'GENOVIZ_MODELS="([^"]+)"', code)
    command = re.search(r"^genoviz (mutate .*)$", code, re.M)
    assert setting
    assert command
    result = cli(folder, *command[1].split(), GENOVIZ_MODELS=setting[1])
    assert result.returncode == 0, result.stderr
    assert len([line for line in result.stdout.splitlines() if not line.startswith("#")]) == 1 + 200
    listed = cli(folder, "models", GENOVIZ_MODELS=setting[1])
    assert "enhancer.mine" in listed.stdout
    assert "enhancer.mine" not in cli(folder, "models").stdout


def test_a_wrong_name_takes_nothing_down(folder: Path) -> None:
    result = cli(folder, "models", GENOVIZ_MODELS="enhancer.mine=my_models:Nothing")
    assert result.returncode == 0
    assert "tfbind.encode10" in result.stdout
    assert "enhancer.mine" in result.stderr


def test_hub_letters_are_the_models_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One-hot letters times the embedding give what the model gives for the token numbers."""
    monkeypatch.setenv("MY_MODEL_FOLDER", str(folder / "hub"))
    monkeypatch.syspath_prepend(str(folder))
    from my_hub_model import Promoter  # type: ignore[import-not-found]

    from genoviz.models.onehot import encode

    model = Promoter().eval()
    bases = "ACGTTGCA" * 25
    ids = [2, *(5 + "TGCA".index(base) for base in bases), 3]
    with torch.no_grad():
        expected = model.net(input_ids=torch.tensor([ids])).logits
        found = model.logits(encode(bases))["class"][:, :, 0]
    assert found == close(expected)


def test_every_check_has_its_row() -> None:
    """The table lists the checks that `check-model` runs, in order."""
    from genoviz.trust.model_contract import check_model
    from tests.trust.test_contract import Good, Raises

    names = [check.name for check in check_model(Good())]
    names.insert(1, check_model(Raises())[1].name)
    text = (ROOT / DOC).read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w ]+?) \|", text, re.M)[1:]
    assert rows == names
