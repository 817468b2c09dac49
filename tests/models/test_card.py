"""Model cards: reading back what was written, and what a bundled card must say."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from genoviz.errors import BadCheckpoint, UnknownName
from genoviz.files.installed import CHECKPOINTS
from genoviz.models.card import ACTIVATIONS, ModelCard, Origin, Output, read_card
from genoviz.models.catalogue import list_models

OUTPUTS = (
    Output("binding", ("GABPA", "REST"), "probability", "sigmoid", "logit"),
    Output("profile", ("x",), "reads", bins=8, resolution=4),
)
CARD = ModelCard(
    name="test.card",
    title="Title",
    summary="Summary.",
    family="CNN",
    task="test",
    builder="module:function",
    length=32,
    outputs=OUTPUTS,
    parameters=7,
    n_rule="zeros",
    data="none",
    split="none",
    licence="MIT",
    citation="none",
    limits=("first", "second"),
    origin=Origin("net", "Somebody", 1999, "Somebody (1999)"),
    layers=("convolution", "LSTM"),
    held_out=({"track": "GABPA", "auroc": 0.9},),
    background={"GABPA": {"bound": (0.0, 1.0)}},
)


def as_values(card: ModelCard) -> dict[str, object]:
    other = ("folder", "outputs", "origin")  # classes of their own
    values = {f.name: getattr(card, f.name) for f in fields(ModelCard) if f.name not in other}
    return json.loads(json.dumps(values))


def test_read_inverts_write(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(CARD.to_json(), encoding="utf-8")
    read = read_card(tmp_path / "card.json")
    assert read.outputs == CARD.outputs
    assert as_values(read) == as_values(CARD)
    assert read.limits == CARD.limits
    assert read.origin == CARD.origin
    assert read.layers == CARD.layers
    assert read.folder == tmp_path
    assert read.to_json() == CARD.to_json()


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", "{}", '{"outputs": []}', '{"outputs": [{"name": "x"}]}', '{"outputs": 3}'],
    ids=["empty", "text", "list", "no fields", "no name", "output without tracks", "outputs a number"],
)
def test_damaged_cards_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text)
    with pytest.raises(BadCheckpoint, match=r"broken\.json"):
        read_card(tmp_path / "broken.json")


def test_unknown_fields_are_refused(tmp_path: Path) -> None:
    values = json.loads(CARD.to_json()) | {"colour": "blue"}
    (tmp_path / "card.json").write_text(json.dumps(values))
    with pytest.raises(BadCheckpoint, match="colour"):
        read_card(tmp_path / "card.json")


def test_outputs_and_tracks_by_name() -> None:
    assert CARD.output().name == "binding"
    assert CARD.output("profile").bins == 8
    assert OUTPUTS[0].index("REST") == 1
    with pytest.raises(UnknownName, match="profile"):
        CARD.output("profil")
    with pytest.raises(UnknownName, match="GABPA"):
        OUTPUTS[0].index("GAPBA")
    assert CARD.scores("GABPA") == {"track": "GABPA", "auroc": 0.9}
    assert CARD.scores("REST") is None


def test_bundled_means_the_file_is_there(tmp_path: Path) -> None:
    assert CARD.bundled  # hand-set: nothing to load
    assert not replace(CARD, file="w.safetensors").bundled
    assert not replace(CARD, file="w.safetensors", folder=tmp_path).bundled
    (tmp_path / "w.safetensors").touch()
    assert replace(CARD, file="w.safetensors", folder=tmp_path).bundled


@pytest.mark.parametrize("card", list_models(), ids=lambda c: c.name)
def test_every_card_is_complete(card: ModelCard) -> None:
    said = ("title", "summary", "family", "task", "n_rule", "data", "split", "licence", "citation", "limits")
    for name in (*said, "origin", "layers", "molecule", "input"):
        assert getattr(card, name), f"{card.name} leaves {name} empty"
    architecture, dot, weights = card.name.partition(".")
    assert all((architecture, dot, weights))
    assert len({o.name for o in card.outputs}) == len(card.outputs)
    for output in card.outputs:
        assert output.activation in ACTIVATIONS
        assert output.unit
        assert len(set(output.tracks)) == len(output.tracks) > 0
        assert output.quantity.format(track="T")
    assert card.trained == bool(card.sha256)


@pytest.mark.parametrize("path", sorted(CHECKPOINTS.glob("*.json")), ids=lambda p: p.stem)
def test_trained_models_carry_their_scores(path: Path) -> None:
    card = read_card(path)
    assert card.name == path.stem
    assert (path.parent / card.file).is_file()
    assert card.retrain
    assert card.training
    assert card.held_out
    scores = {t: card.scores(t) for o in card.outputs for t in o.tracks}
    if any(scores.values()):  # language models are scored on sets of sequences instead
        assert all(scores.values()), [track for track, row in scores.items() if row is None]
    for track in card.outputs[0].tracks:
        for quantiles in card.background[track].values():
            assert len(quantiles) == 101
            assert list(quantiles) == sorted(quantiles)


def test_listed_models_have_different_names() -> None:
    names = [card.name for card in list_models()]
    assert len(set(names)) == len(names)
    assert {"tfbind.encode10", "toy.sum", "toy.and"} <= set(names)
    assert not names[0].startswith("toy.")  # the first one greets the user
