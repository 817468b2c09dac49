"""Loading weights: the right file, every way it can be wrong, and plug-ins."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from genoviz.errors import BadCheckpoint, MissingWeights, UnknownName
from genoviz.files.checksum import sha256_of
from genoviz.files.installed import CHECKPOINTS
from genoviz.models import catalogue, plugins
from genoviz.models import load as load_module
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard, Output, read_card
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.weights import find_weights

NAME = "tfbind.encode10"


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    """The bundled card and weights in a folder that a test may damage."""
    monkeypatch.delenv("GENOVIZ_WEIGHTS", raising=False)
    for suffix in (".json", ".safetensors"):
        shutil.copyfile(CHECKPOINTS / (NAME + suffix), tmp_path / (NAME + suffix))
    return read_card(tmp_path / f"{NAME}.json")


@pytest.mark.parametrize("card", [c for c in list_models() if not c.files], ids=lambda c: c.name)
def test_loaded_models_are_ready(card: ModelCard) -> None:
    model = load_model(card.name)
    assert isinstance(model, nn.Module)
    assert not any(m.training for m in model.modules())
    assert not any(p.requires_grad for p in model.parameters())
    assert sum(p.numel() for p in model.parameters()) == card.parameters
    X = encode("ACGT" * (card.length // 4) + "A" * (card.length % 4))
    for output in card.outputs:
        assert model.logits(X)[output.name].shape == (1, len(output.tracks), output.bins)


def weights_path(card: ModelCard) -> Path:
    (path,) = find_weights(card).values()
    return path


def test_a_changed_byte_is_found(copied: ModelCard) -> None:
    path = weights_path(copied)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(BadCheckpoint) as caught:
        load_model(copied)
    message = str(caught.value)
    assert sha256_of(path)[:12] in message
    assert copied.sha256[:12] in message
    assert "restore" in message


def test_a_truncated_file_is_found(copied: ModelCard) -> None:
    path = weights_path(copied)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(BadCheckpoint, match="checksum"):
        load_model(copied)
    # Even where the card was made for the truncated file, the message is about the file.
    with pytest.raises(BadCheckpoint, match="can't be read"):
        load_model(replace(copied, sha256=sha256_of(path)))


def test_weights_of_another_shape_are_found(copied: ModelCard) -> None:
    with pytest.raises(BadCheckpoint, match="don't fit the network"):
        load_model(replace(copied, config={**copied.config, "hidden": 3}))


def test_a_missing_file_says_where_it_was_looked_for(copied: ModelCard, tmp_path: Path) -> None:
    weights_path(copied).unlink()
    assert not copied.bundled
    with pytest.raises(MissingWeights, match=str(tmp_path)) as caught:
        load_model(copied)
    assert "GENOVIZ_WEIGHTS" in str(caught.value)


def test_genoviz_weights_is_looked_at_first(copied: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(elsewhere))
    assert weights_path(copied).parent == tmp_path  # not there: beside the card
    shutil.move(tmp_path / copied.file, elsewhere / copied.file)
    assert weights_path(copied).parent == elsewhere
    assert load_model(copied).card is copied


def test_unknown_models_get_near_matches() -> None:
    with pytest.raises(UnknownName, match=r"tfbind\.encode10") as caught:
        load_model("tfbind.encode")
    assert "Did you mean" in str(caught.value)
    with pytest.raises(UnknownName, match="There are"):
        get_card("something entirely else")


# ---- plug-ins ------------------------------------------------------------------------------------


def plugin_card(name: str) -> ModelCard:
    return replace(
        get_card("toy.sum"), name=name, title="From a plug-in", length=8, outputs=(Output("y", ("y",), "units"),)
    )


class Plugin(NetModel):
    card = plugin_card("plugin.good")

    def __init__(self) -> None:
        super().__init__(nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(32, 1)), self.card)


class HasNoCard:
    pass


class CardIsAProperty:
    """A likely mistake: on the class, `card` is the property itself."""

    @property
    def card(self) -> ModelCard:
        return plugin_card("plugin.property")


def entry(name: str, value: object) -> SimpleNamespace:
    def load() -> object:
        if isinstance(value, Exception):
            raise value
        return value

    return SimpleNamespace(name=name, value=f"zoo:{name}", load=load)


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    def install(*points: SimpleNamespace) -> None:
        monkeypatch.setattr(plugins, "entry_points", lambda group: list(points) if group == "genoviz.models" else [])
        catalogue._cards.cache_clear()

    yield install
    monkeypatch.undo()
    catalogue._cards.cache_clear()


def test_a_plugin_is_listed_and_loaded(install) -> None:
    install(entry("plugin.good", Plugin))
    names = [card.name for card in list_models()]
    assert names.index(NAME) < names.index("plugin.good") < names.index("toy.sum")
    model = load_model("plugin.good")
    assert isinstance(model, Plugin)
    assert not model.training  # dropout is off although the class says nothing about it
    assert torch.equal(model.logits(encode("ACGTACGT"))["y"], model.logits(encode("ACGTACGT"))["y"])


# The property used to pass the plug-in's own check and break the list for everyone.
@pytest.mark.parametrize(
    "broken", [ImportError("no module named zoo"), HasNoCard, CardIsAProperty], ids=["import", "no card", "property"]
)
def test_a_broken_plugin_takes_nothing_down(install, broken: object, caplog: pytest.LogCaptureFixture) -> None:
    install(entry("plugin.broken", broken), entry("plugin.good", Plugin))
    names = [card.name for card in list_models()]
    assert {"plugin.good", NAME, "toy.sum"} <= set(names)
    assert "plugin.broken" not in names
    assert "plugin.broken" in caplog.text


def test_a_damaged_card_takes_nothing_down(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One bad file in checkpoints/ must not keep the page and the command line from starting."""
    shutil.copyfile(CHECKPOINTS / f"{NAME}.json", tmp_path / f"{NAME}.json")
    (tmp_path / "half.written.json").write_text('{"name": "half')
    names = set(catalogue._cards.__wrapped__(tmp_path)[0])
    assert {NAME, "toy.sum"} <= names
    assert "half.written" in caplog.text


def test_a_plugin_under_another_name_than_its_card(install) -> None:
    """The two names must agree, else the listed name can't be loaded."""
    install(entry("plugin.other", Plugin))
    for card in list_models():
        if card.title == "From a plug-in":
            assert isinstance(load_model(card.name), Plugin)


def test_checksum_is_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_pickles_are_not_executed(copied: ModelCard, tmp_path: Path) -> None:
    """Weights in torch's own format are read as plain tensors only."""
    torch.save({"net": nn.Linear(1, 1)}, tmp_path / "evil.pt")
    card = replace(copied, file="evil.pt", sha256=sha256_of(tmp_path / "evil.pt"))
    with pytest.raises(BadCheckpoint):
        load_module.load_model(card)
