"""Malinois, from archives written here with the published keys and shapes, against plain numpy."""

from __future__ import annotations

import gzip
import io
import tarfile
from argparse import Namespace
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from tests.comparison import close
from tests.networks import written_weights as written

NAME = "enhancer.malinois"
MEASURED = Path(__file__).parents[3] / "shared" / "data" / "enhancer_mpra_k562_sample" / "lentimpra_k562.tsv.gz"
SMALL: dict[str, Any] = {
    "left": "ACGGTTACA",
    "right": "GGCATTA",
    "length": 20,
    "channels": [5, 4, 3],
    "widths": [5, 3, 3],
    "pools": [2, 2, 2],
    "hidden": 6,
    "branch": 4,
    "outputs": 3,
}


def shapes(config: Mapping[str, Any], flat: int) -> dict[str, tuple[int, ...]]:
    """Keys of the published file; the layers of the branches are (cell line, in, out)."""
    sizes: dict[str, tuple[int, ...]] = {}
    rows = pairwise([4, *config["channels"]])
    for i, ((inputs, n), width) in enumerate(zip(rows, config["widths"], strict=True), 1):
        sizes |= {f"conv{i}.conv.weight": (n, inputs, width), f"conv{i}.conv.bias": (n,)}
        sizes |= written.batch_norm_shapes(f"conv{i}.bn_layer", n)
    sizes |= {"linear1.linear.weight": (config["hidden"], flat), "linear1.linear.bias": (config["hidden"],)}
    sizes |= written.batch_norm_shapes("linear1.bn_layer", config["hidden"])
    lines, inside = config["outputs"], config["branch"]
    for i, inputs in enumerate((config["hidden"], inside, inside), 1):
        sizes[f"branched.branched_layer_{i}.weight"] = (lines, inputs, inside)
        sizes[f"branched.branched_layer_{i}.bias"] = (lines, 1, inside)
    return sizes | {"output.weight": (lines, inside, 1), "output.bias": (lines, 1, 1)}


def strand(text: str, weights: written.Weights) -> np.ndarray:
    h = written.one_hot(text)
    for i, size in enumerate(SMALL["pools"], 1):
        kernel, bias = weights[f"conv{i}.conv.weight"], weights[f"conv{i}.conv.bias"]
        h = written.convolve(h, kernel, bias, pad=kernel.shape[2] // 2)
        h = written.relu(written.normalize(h, weights, f"conv{i}.bn_layer"))
        if i == 3:
            h = np.pad(h, ((0, 0), (1, 1)))
        h = written.pool(h, size)
    h = weights["linear1.linear.weight"] @ h.reshape(-1) + weights["linear1.linear.bias"]
    h = written.relu(written.normalize(h, weights, "linear1.bn_layer"))
    lines = []
    for line in range(SMALL["outputs"]):
        own = h
        for i in (1, 2, 3):
            layer = f"branched.branched_layer_{i}"
            own = own @ weights[f"{layer}.weight"][line] + weights[f"{layer}.bias"][line, 0]
            own = own if i == 3 else written.relu(own)
        lines.append(own @ weights["output.weight"][line, :, 0] + weights["output.bias"][line, 0, 0])
    return np.array(lines)


def reference(text: str, weights: written.Weights) -> np.ndarray:
    """The mean over both strands of the whole construct."""
    construct = SMALL["left"] + text + SMALL["right"]
    return (strand(construct, weights) + strand(written.turned(construct), weights)) / 2


def checkpoint(state: Mapping[str, torch.Tensor], **more: object) -> bytes:
    """As the authors saved it: tensors under one key, and the settings of the run beside them."""
    settings = {name: Namespace(n_outputs=3, kind="BassetBranched", rate=0.003) for name in ("model_hparams", "graph")}
    content = {"model_module": "BassetBranched", "model_state_dict": dict(state), **settings, **more}
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def archive(path: Path, content: bytes, name: str = "artifacts/torch_checkpoint.pt") -> None:
    with tarfile.open(path, "w:gz") as file:
        folder = tarfile.TarInfo("artifacts")
        folder.type = tarfile.DIRTYPE
        file.addfile(folder)
        member = tarfile.TarInfo(name)
        member.size = len(content)
        file.addfile(member, io.BytesIO(content))


def write(folder: Path, weights: written.Weights) -> ModelCard:
    card = written.small_card(NAME, SMALL, 20, 3)
    archive(folder / card.files[0].name, checkpoint(written.tensors(weights)))
    return card


def random_weights() -> dict[str, np.ndarray]:
    return written.random_weights(shapes(SMALL, 15))


def test_an_archive_with_the_published_keys_gives_the_numbers_of_plain_numpy(folder: Path) -> None:
    weights = random_weights()
    model = load_model(write(folder, weights))
    texts = written.random_texts(20)
    expected = np.array([reference(text, weights) for text in texts])
    assert written.logits(model, texts) == close(expected)
    swapped = np.array([reference(text.translate(str.maketrans("CG", "GC")), weights) for text in texts])
    assert np.abs(expected - swapped).max() > 1e-3
    written.assert_pages_can_use(model)


def test_the_plasmid_around_the_sequence_counts(folder: Path) -> None:
    weights = random_weights()
    texts = written.random_texts(20)
    card = write(folder, weights)
    turned = written.logits(load_model(card), [written.turned(text) for text in texts])
    found = written.logits(load_model(card), texts)
    assert np.abs(turned - found).max() > 1e-3
    published = get_card(NAME).config
    assert (len(published["left"]), len(published["right"])) == (200, 200)
    # What stands right beside the tested sequence in the library's oligonucleotides.
    assert published["left"].endswith("ACTGGCCGCTTGACG")
    assert published["right"].startswith("CACTGCGGCTCCTGC")


def test_a_checkpoint_taken_out_of_the_archive_is_read_too(folder: Path) -> None:
    weights = random_weights()
    card = write(folder, weights)
    texts = written.random_texts(20)
    expected = written.logits(load_model(card), texts)
    path = folder / card.files[0].name
    path.unlink()
    other = folder / "unpacked"
    other.mkdir()
    (other / path.name).write_bytes(checkpoint(written.tensors(weights)))
    np.testing.assert_array_equal(written.logits(load_model(card), texts), expected)


class Dangerous:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return print, ("it ran",)


def test_an_archive_that_is_not_the_published_one_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = write(folder, random_weights())
    path = folder / card.files[0].name
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"<html>not found</html>", gzip.compress(b"no archive")):
        path.write_bytes(content)
        with pytest.raises(BadCheckpoint):
            load_model(card)
    tensors = written.tensors(random_weights())
    archive(path, checkpoint(tensors), name="artifacts/other.pt")
    with pytest.raises(BadCheckpoint):
        load_model(card)
    archive(path, checkpoint(tensors, more=Dangerous()))
    with pytest.raises(BadCheckpoint):
        load_model(card)
    assert "it ran" not in capsys.readouterr().out
    archive(path, checkpoint({}, model_state_dict=[1]))
    with pytest.raises(BadCheckpoint):
        load_model(card)


def test_keys_that_do_not_fit_are_refused(folder: Path) -> None:
    weights = random_weights()
    zeros = np.zeros((3, 5, 4), dtype=np.float32)
    for changed, said in (
        ({k: v for k, v in weights.items() if k != "conv2.conv.bias"}, r"Missing key\(s\).*convs.1.bias"),
        (weights | {"conv4.conv.bias": np.zeros(3, dtype=np.float32)}, "unexpected keys conv4.conv.bias"),
        (weights | {"branched.branched_layer_2.weight": zeros}, "size mismatch.*branches.1.weight"),
    ):
        with pytest.raises(BadCheckpoint, match=said):
            load_model(write(folder, changed))


def test_an_archive_of_the_published_shapes_fits(folder: Path) -> None:
    card = written.full_card(NAME)
    archive(folder / card.files[0].name, checkpoint(written.hollow(shapes(card.config, 2600))))
    assert written.logits(load_model(card), ["A" * 200]).shape == (1, 3)


@pytest.mark.online
@pytest.mark.skipif(not MEASURED.is_file(), reason="the measured sequences are not here")
def test_the_published_file_ranks_elements_of_another_library(folder: Path) -> None:
    """K562 against the lentiMPRA of Agarwal et al. 2025 in K562: clearly positive, although another assay."""
    card = get_card(NAME)
    fetch(card, folder=folder, progress=None)
    model = load_model(card)
    with gzip.open(MEASURED, "rt") as file:
        rows = [line.split("\t") for line in file][1:501]
    texts = [row[1][15:-15] for row in rows]
    kept = [i for i, text in enumerate(texts) if len(text) == 200]
    predicted = np.concatenate([written.logits(model, [texts[i]])[:, 0] for i in kept])
    assert np.corrcoef(predicted, [float(rows[i][2]) for i in kept])[0, 1] > 0.3
