"""`genoviz tensors` and `genoviz kmer-effect`: the numbers of Python, plain files from pickled ones, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from typer.testing import CliRunner

from genoviz.cli.main import app
from tests.networks.test_qbic import ready


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_a_pickled_module_becomes_plain_tensors(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv1d(4, 2, 3), nn.BatchNorm1d(2))
    torch.save(module, tmp_path / "w.torch")
    done = run("tensors", str(tmp_path / "w.torch"), "--out", str(tmp_path / "w.safetensors"), "--json")
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert {"name": "0.weight", "shape": [2, 4, 3], "type": "float32"} in said["tensors"]
    assert "torch.nn.modules.container.Sequential" in said["not_run"]
    assert "Not run, though the file asks for it" in done.stderr
    written = load_file(tmp_path / "w.safetensors")
    assert all(torch.equal(written[key], value) for key, value in module.state_dict().items())
    again = run("tensors", str(tmp_path / "w.safetensors"))
    assert again.stdout.splitlines()[0] == "name\tshape\ttype"
    assert "0.weight\t2 x 4 x 3\tfloat32" in again.stdout


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [("none.pt", (), "no file"), ("noise.pt", (), "can't be read"), ("noise.pt", ("--out", "x.pt"), "safetensors")],
)
def test_refused(name: str, words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "noise.pt").write_bytes(b"noise")
    done = run("tensors", str(tmp_path / name), *words)
    assert done.exit_code == 2
    assert said in done.stderr


@ready
def test_an_effect_on_a_regression() -> None:
    alleles = ("--ref", "GCAGCGCTGCCTGAAACTCGC", "--alt", "GCAGCGCTGCCGGAAACTCGC")
    done = run("kmer-effect", "qbic.gabpa", *alleles, "--json")
    assert json.loads(done.stdout)["effect"] == pytest.approx(4.7575, abs=1e-4)
    assert "raises the predicted binding of GABPA by 4.76" in done.stderr
    assert run("kmer-effect", "toy.sum", *alleles).exit_code == 2
