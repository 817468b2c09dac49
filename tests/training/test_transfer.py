"""Transfer from a language model: what is copied, what the card says of it, and what can't start from what."""

from __future__ import annotations

import gzip
import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.errors import BadInput
from genoviz.models import catalogue
from genoviz.models.card import read_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks.cloze import Cloze, ClozeConfig
from genoviz.networks.cloze_head import ClozeHead, ClozeHeadConfig
from genoviz.training import Transfer, get_recipe
from genoviz.training.recipes.ecoli_transfer import RECIPE
from genoviz.training.recipes.language import MASKED
from genoviz.training.save import save_checkpoint, written_card
from genoviz.trust.model_contract import check_model

ENCODER = ClozeConfig(length=200, width=8, words=16, heads=2, layers=1)
SIZES = ClozeHeadConfig(length=150, outputs=1, encoder=ENCODER, channels=2, hidden=4)
SMALL = replace(RECIPE, make=lambda: ClozeHead(SIZES), config=asdict(SIZES), batch=32)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Random bases; every second sequence is active."""
    folder, rng = tmp_path / "data" / RECIPE.folder, np.random.default_rng(0)
    folder.mkdir(parents=True)
    for part, n in (("train", 80), ("test", 20)):
        lines = ["start\tactivity\tseq"]
        lines += [
            f"{i * 10_000}\t{'active' if i % 2 else 'inactive'}\t{''.join(rng.choice(list('ACGT'), 150))}"
            for i in range(n)
        ]
        (folder / f"{part}.tsv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return tmp_path / "data"


def language_model(folder: Path, config: ClozeConfig = ENCODER) -> Path:
    """Card of a masked language model with random weights."""
    torch.manual_seed(7)
    net = Cloze(config)
    card = written_card(MASKED.name, net, config=asdict(config), training={})
    return save_checkpoint(folder, card, net, held_out=[], background={}, epochs=[{"epoch": 0}]).with_suffix(".json")


def test_the_encoder_is_copied_and_the_head_is_new(tmp_path: Path) -> None:
    source: Any = load_model(read_card(language_model(tmp_path)))
    recipe = SMALL.starting_from(source)
    torch.manual_seed(3)
    scratch = SMALL.make().state_dict()
    torch.manual_seed(3)
    begun = recipe.make()
    for name, tensor in begun.state_dict().items():
        learned = name.removeprefix("tower.")
        expected = source.net.tower.state_dict()[learned] if learned != name else scratch[name]
        assert torch.equal(tensor, expected), name
    assert not torch.equal(scratch["tower.words.weight"], begun.state_dict()["tower.words.weight"])
    assert all(parameter.requires_grad for parameter in begun.parameters())  # the encoder learns, too


def test_training_changes_no_weight_of_the_source(data: Path, tmp_path: Path) -> None:
    source: Any = load_model(read_card(language_model(tmp_path)))
    before = {name: tensor.clone() for name, tensor in source.net.state_dict().items()}
    SMALL.starting_from(source).train(data, tmp_path / "out", epochs=1)
    assert all(torch.equal(tensor, before[name]) for name, tensor in source.net.state_dict().items())


def test_from_end_to_end(data: Path, tmp_path: Path) -> None:
    """The card names the source; a run from scratch in the same folder is not continued from one, nor the other way."""
    source = read_card(language_model(tmp_path))
    recipe = SMALL.starting_from(load_model(source))
    clean = recipe.train(data, tmp_path / "a", seed=1, epochs=2)
    scratch = SMALL.train(data, tmp_path / "b", seed=1, epochs=2)
    assert "start" not in read_card(scratch.with_suffix(".json")).training
    assert scratch.read_bytes() != clean.read_bytes()
    assert recipe.train(data, tmp_path / "b", seed=1, epochs=2).read_bytes() == clean.read_bytes()
    card = read_card(clean.with_suffix(".json"))
    assert card.training["start"] == {"model": "maskedlm.yeast-ecoli", "sha256": source.sha256}
    assert [dict(row) for row in SMALL.evaluate(load_model(card), data)] == [dict(row) for row in card.held_out]


def test_the_command(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])  # pytest's own would keep the command from setting up its log
    folder = language_model(tmp_path / "checkpoints", ClozeConfig(**MASKED.config)).parent
    monkeypatch.setattr(catalogue, "CHECKPOINTS", folder)
    options = ["--data", str(data), "--epochs", "1", "--from", "maskedlm.yeast-ecoli"]
    result = CliRunner().invoke(app, ["train", "ecoli-transfer", "--out", str(tmp_path / "out"), *options])
    assert result.exit_code == 0, result.output
    card = read_card(tmp_path / "out" / "promoter.ecoli-lm.json")
    assert card.training["start"]["sha256"] == catalogue.get_card("maskedlm.yeast-ecoli").sha256
    result = CliRunner().invoke(app, ["train", "ecoli", "--out", str(tmp_path / "no"), *options])
    assert result.exit_code == 2
    assert "Leave out --from" in result.output
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("name", ["ecoli", "tfbind", "yeast-binding"])
def test_other_recipes_always_start_from_scratch(name: str) -> None:
    assert not isinstance(get_recipe(name), Transfer)
    with pytest.raises(BadInput, match="always starts from random weights") as raised:
        get_recipe(name, load_model("toy.sum"))
    assert raised.value.read
    assert raised.value.accepted
    assert raised.value.fix


def test_other_models_are_no_start(tmp_path: Path) -> None:
    """Neither other kinds of model nor a language model of other sizes; the attention heads leave no trace in shapes."""
    wrong = replace(ENCODER, heads=4)
    for model in (load_model("toy.sum"), load_model(read_card(language_model(tmp_path, wrong)))):
        with pytest.raises(BadInput, match="whose encoder has the sizes of its own") as raised:
            SMALL.starting_from(model)
        assert model.card.name in raised.value.read
        assert "--from maskedlm.yeast-ecoli" in raised.value.fix


def test_the_network_reads_every_base_and_keeps_the_contract(data: Path, tmp_path: Path) -> None:
    model = load_model(read_card(SMALL.train(data, tmp_path / "out", epochs=1).with_suffix(".json")))
    assert [check for check in check_model(model) if check.passed is False] == []
    X = encode("ACGTTGCATTACCCG" * 10).requires_grad_()
    (gradient,) = torch.autograd.grad(model.logits(X)["activity"].sum(), X)
    assert (gradient.abs().sum(1) > 0).all()  # the last base, too, though the encoder reads only what lies before
