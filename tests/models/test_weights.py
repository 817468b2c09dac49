"""Published weights: found, read as plain tensors, checked, converted; every way a file can be wrong."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from genoviz.errors import BadCheckpoint, MissingWeights
from genoviz.files.checksum import sha256_of
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard, Output, WeightsFile, combined_checksum, read_card
from genoviz.models.catalogue import PUBLISHED, get_card, list_models
from genoviz.models.checksum import record
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.tensors import read_tensors
from genoviz.models.weights import at_hand, find_weights, is_ready, weights_folder

HERE = "tests.models.test_weights"
WEIGHT = torch.arange(8.0).reshape(1, 8)


def build(card: ModelCard) -> NetModel:
    return NetModel(nn.Sequential(nn.Flatten(), nn.Linear(8, 1)), card)


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """Published: the kernel in one file, transposed; the bias in another."""
    return {"1.weight": states["kernel.pt"].pop("dense/kernel").T, "1.bias": states["bias.pt"].pop("dense/bias")}


CARD = replace(
    get_card("toy.sum"),
    name="test.published",
    builder=f"{HERE}:build",
    converter=f"{HERE}:convert",
    length=2,
    outputs=(Output("y", ("y",), "units"),),
    files=(WeightsFile("kernel.pt", "http://127.0.0.1/kernel.pt"), WeightsFile("bias.pt", "http://127.0.0.1/bias.pt")),
    published="A repository.",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path / "given"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    (tmp_path / "given" / "inner").mkdir(parents=True)
    return tmp_path / "given"


def write(folder: Path, **extra: Tensor) -> None:
    torch.save({"dense/kernel": WEIGHT.T, **extra}, folder / "inner" / "kernel.pt")
    torch.save({"state_dict": {"dense/bias": torch.tensor([0.5])}, "epoch": 3}, folder / "bias.pt")


def test_published_names_become_ours(folder: Path) -> None:
    assert not is_ready(CARD)
    write(folder)
    assert is_ready(CARD)
    model = load_model(CARD)
    X = encode("CT")  # flattened over rows A C G T, each of two positions: entries 2 and 7
    assert model.logits(X)["y"].item() == 2 + 7 + 0.5


def test_places_in_order(folder: Path) -> None:
    write(folder)
    assert [path.parent for path in find_weights(CARD).values()] == [folder / "inner", folder]
    home = weights_folder()
    home.mkdir(parents=True)
    (home / "other.pt").write_bytes(b"")
    (home / "bias.pt").write_bytes(b"")
    assert at_hand()["other.pt"] == home / "other.pt"
    assert at_hand()["bias.pt"] == folder / "bias.pt"


def test_missing_files_say_how_to_get_them(folder: Path) -> None:
    write(folder)
    (folder / "bias.pt").unlink()
    with pytest.raises(MissingWeights) as caught:
        load_model(CARD)
    assert "bias.pt" in str(caught.value)
    assert "genoviz fetch test.published" in str(caught.value)


def test_unexpected_and_missing_keys_are_named(folder: Path) -> None:
    write(folder, **{"optimizer/step": torch.ones(1)})
    with pytest.raises(BadCheckpoint, match=r"unexpected keys optimizer/step"):
        load_model(CARD)
    torch.save({"dense/kernels": WEIGHT.T}, folder / "inner" / "kernel.pt")
    with pytest.raises(BadCheckpoint, match=r"missing key 'dense/kernel'"):
        load_model(CARD)
    torch.save({"dense/kernel": torch.ones(3, 1)}, folder / "inner" / "kernel.pt")
    with pytest.raises(BadCheckpoint, match=r"1\.weight"):
        load_model(CARD)


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_checksums_of_the_card(folder: Path, kind: str) -> None:
    import hashlib

    write(folder)
    kernel, bias = CARD.files
    right: Any = hashlib.new(kind, (folder / "bias.pt").read_bytes()).hexdigest()
    load_model(replace(CARD, files=(kernel, replace(bias, **{kind: right}))))
    with pytest.raises(BadCheckpoint, match=r"bias\.pt.*checksum"):
        load_model(replace(CARD, files=(kernel, replace(bias, **{kind: right[::-1]}))))


def test_a_recorded_checksum_is_kept_to(folder: Path) -> None:
    """Where the card knows no checksum, a file must stay what it was when it was fetched."""
    write(folder)
    record(folder / "bias.pt")
    load_model(CARD)
    torch.save({"dense/bias": torch.tensor([7.0])}, folder / "bias.pt")
    with pytest.raises(BadCheckpoint, match="when it was fetched"):
        load_model(CARD)


def test_combined_checksum_by_hand() -> None:
    import hashlib

    files = (WeightsFile("a", sha256="12"), WeightsFile("b", md5="34"), WeightsFile("c"))
    assert combined_checksum(files) == hashlib.sha256(b"a 12\nb md5:34\nc unknown\n").hexdigest()


# ---- reading files -------------------------------------------------------------------------------


def test_formats_give_the_same_tensors(tmp_path: Path) -> None:
    tensors = {"a": torch.randn(2, 3), "b": torch.arange(4)}
    save_file(tensors, tmp_path / "w.safetensors")
    torch.save(tensors, tmp_path / "final.1.0")  # published files may have no usual suffix
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("a", data=tensors["a"].numpy())
        file.create_dataset("b", data=tensors["b"].numpy())
    for name in ("w.safetensors", "final.1.0", "w.h5"):
        found = read_tensors(tmp_path / name)
        assert found.keys() == tensors.keys()
        assert all(torch.equal(found[key], tensors[key]) for key in tensors)


def test_keras_keys_are_paths_and_words_are_left_out(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("model_weights/conv/conv/kernel:0", data=np.ones((2, 4, 3), dtype=np.float32))
        file.create_dataset("names", data=np.array([b"conv"]))
        file.create_dataset("step", data=5)
    found = read_tensors(tmp_path / "w.h5")
    assert {key: tuple(value.shape) for key, value in found.items()} == {
        "model_weights/conv/conv/kernel:0": (2, 4, 3),
        "step": (),
    }


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (exec, ("import pathlib; pathlib.Path('evil').touch()", ""))


@pytest.mark.parametrize("kind", ["pickle", "torch", "module", "words", "noise", "empty", "h5"])
def test_files_that_are_not_plain_tensors(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ("w.h5" if kind == "h5" else "w.pt")
    if kind == "pickle":
        path.write_bytes(pickle.dumps(Evil()))
    elif kind == "torch":
        torch.save({"a": Evil()}, path)
    elif kind == "module":
        torch.save(nn.Linear(1, 1), path)
    elif kind == "words":
        torch.save({"a": torch.ones(1), "lr": 0.1}, path)
    else:
        path.write_bytes(b"" if kind == "empty" else b"PK\x03\x04 no zip")
    with pytest.raises(BadCheckpoint, match=r"w\.(pt|h5)"):
        read_tensors(path)
    assert not (tmp_path / "evil").exists()


# ---- the cards of published models ---------------------------------------------------------------

CARDS = [card for card in list_models() if card.files]


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.json")), ids=lambda p: p.stem)
def test_cards_are_named_as_their_files_and_read_back(path: Path) -> None:
    card = read_card(path)
    assert card.name == path.stem
    assert card.to_json() == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("card", CARDS, ids=lambda c: c.name)
def test_cards_say_what_a_download_needs(card: ModelCard) -> None:
    assert card.published
    assert card.licence
    assert not card.file
    assert card.sha256 == combined_checksum(card.files)
    # Without an address the card says how to make the file, or in which package it is.
    for file in card.files:
        name, _, version = file.package.partition("==")
        said = f"The package {name} {version} " in card.published if file.package else file.name in card.published
        assert file.url.startswith("https://") or (not file.url and said)
        assert bool(file.package) == bool(file.member)
    # No two files of one name: they share a folder.
    others = [file.name for other in CARDS if other is not card for file in other.files if file not in card.files]
    assert not {file.name for file in card.files} & set(others)


def test_cards_of_loaders_that_never_saw_the_real_file_say_so() -> None:
    """Both ways: where the limits say that the file was not at hand, the gallery says it too."""
    for card in CARDS:
        if card.never_run:
            assert not card.example, card.name  # an example output can only come from real weights
            assert not card.held_out, card.name


def test_files_at_hand_are_the_published_ones() -> None:
    """Each published file that is here has the checksum that its card names."""
    files = at_hand()
    here = {file: files[file.name] for card in CARDS for file in card.files if file.name in files and file.sha256}
    for file, path in here.items():
        assert sha256_of(path) == file.sha256, file.name
        assert path.stat().st_size == file.bytes, file.name


def test_the_gallery_marks_the_loaders_that_the_document_lists_as_never_run() -> None:
    """Both ways: a card that says so is in the table, and one in the table says so; each card has the day of its last check."""
    text = (Path(__file__).parents[2] / "docs" / "published-models.md").read_text(encoding="utf-8")
    section = text.partition("## Loaders that never saw the real file")[2].partition("\n## ")[0]
    patterns: list[str] = []
    for cell in (line.split("|")[1] for line in section.splitlines() if line.startswith("| `")):
        for one in re.findall(r"`([^`]+)`", cell):  # `-one-strand` goes on from the name before it
            patterns.append(patterns[-1].rpartition("-")[0] + one if one.startswith("-") else one)
    for card in map(read_card, PUBLISHED.glob("*.json")):
        assert card.never_run == any(fnmatch(card.name, pattern) for pattern in patterns), card.name
        assert re.match(r"\d{1,2} \w+ 20\d\d: ", card.checked), card.name
