"""SpliceAI and CI-SpliceAI: the numbers of TensorFlow, from published tensors and from packages of the Python index."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from genoviz.errors import BadCheckpoint
from genoviz.files.web import NoAnswer
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card
from genoviz.models.fetch import fetch, is_free
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks.spliceai import build
from genoviz.networks.spliceai_keras import cispliceai_state, spliceai_state

DATA = Path(__file__).parents[3] / "shared" / "data"
GOLD, BRCA2 = DATA / "weights_cispliceai", DATA / "genome_human_hg38_loci" / "chr13_BRCA2.fa.gz"
here = pytest.mark.skipif(not (GOLD.is_dir() and BRCA2.is_file()), reason="the published tensors are not here")
# Of Keras (TensorFlow 2.15) on spliceai1.h5 to spliceai5.h5, the mean of five, at places 700 to 899 of the window of `brca2`:
# the acceptor at 785 and its neighbours, and sums of both tracks.
KERAS = (1.9793581e-06, 0.98526794, 2.7554629e-06, 0.987324, 0.0007046714)


def brca2(bases: int) -> Tensor:
    """From chr13:32,330,480 on, GRCh38."""
    with gzip.open(BRCA2, "rt") as file:
        text = "".join(line.strip() for line in list(file)[1:]).upper()
    return encode(text[20000 : 20000 + bases])


def probabilities(model: Model, X: Tensor) -> np.ndarray:
    with torch.no_grad():
        return model.logits(X)["sites"][0].softmax(0).numpy()


def layers(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The published tensors under the keys of a Keras file."""
    names = {"running_mean": "moving_mean", "running_var": "moving_variance"}
    found = {}
    for key, value in tensors.items():
        layer, part = key.split(".")
        if layer.startswith("conv"):
            name = f"conv1d_{layer.removeprefix('conv')}"
            part, value = ("kernel", value.permute(2, 1, 0)) if part == "weight" else (part, value)
        else:
            name = f"batch_normalization_{layer.removeprefix('bn')}"
            part = names.get(part) or {"weight": "gamma", "bias": "beta"}[part]
        found[f"model_weights/{name}/{name}/{part}:0"] = value
    return found


@here
def test_cispliceai_gives_tensorflow_s_numbers() -> None:
    """200 of the 2,001 bases of the table: those with the acceptor."""
    card = get_card("splice.cispliceai")
    files = tuple(replace(card.files[0], name=f"cispliceai_{i}") for i in range(1, 6))
    states = {file.name: layers(load_file(GOLD / f"{file.name}.safetensors")) for file in files}
    model = build(card)
    model.net.load_state_dict(spliceai_state(replace(card, files=files), states))
    assert not any(states.values())  # every published tensor was used
    model.eval()
    with gzip.open(GOLD / "expected_BRCA2_window.tsv.gz", "rt") as file:
        rows = [line.split("\t")[1:] for line in file if line[0] not in "#p"]
    expected = np.array(rows, dtype=float).T[[1, 2, 0], 700:900]
    found = probabilities(model, brca2(12_001)[:, :, 700:10_900])
    assert expected[0, 85] > 0.99
    np.testing.assert_allclose(found, expected, atol=2e-6)


def test_layers_are_told_apart_by_their_numbers() -> None:
    """In files of one unit-block of the architecture: each tensor lands where Keras made it; what is left is reported."""
    card = get_card("splice.spliceai")
    small = replace(card, config={**card.config, "widths": [3] * 4, "dilations": [1] * 4, "channels": 2, "members": 1})
    shapes = [(1, 4, 2), (1, 2, 2), *[(3, 2, 2)] * 8, (1, 2, 2), (1, 2, 3)]
    state: dict[str, Tensor] = {}
    for number, shape in enumerate(shapes, start=1):
        state[f"conv1d_{number}/conv1d_{number}/kernel:0"] = torch.full(shape, float(number))
        state[f"conv1d_{number}/conv1d_{number}/bias:0"] = torch.arange(shape[-1]) + 10.0 * number
    for number in range(1, 9):
        for part in ("gamma", "beta", "moving_mean", "moving_variance"):
            state[f"batch_normalization_{number}/b/{part}:0"] = torch.full((2,), float(number))
    graph = {f"model_1/{key.split('/')[0]}/{_operation(key)}/resource": value.clone() for key, value in state.items()}
    ours = spliceai_state(
        replace(small, files=card.files[:1]), {"spliceai1.h5": {**state, "odd/odd/kernel:0": torch.ones(1)}}
    )
    build(small).net.load_state_dict(ours)
    assert ours["members.0.stem.weight"][0, 0, 0] == 1
    assert [ours[f"members.0.units.{u}.conv{c}.weight"][0, 0, 0] for u in range(4) for c in (1, 2)] == list(
        range(3, 11)
    )
    assert [ours[f"members.0.skips.{s}.weight"][0, 0, 0] for s in (0, 1)] == [2, 11]
    assert ours["members.0.out.bias"].tolist() == [121, 122, 120]  # acceptor, donor, neither
    assert ours["members.0.units.3.norm2.running_var"].tolist() == [8, 8]
    from_graph = cispliceai_state(small, {"graph": graph})
    assert graph == {}
    assert all(torch.equal(from_graph[key], value) for key, value in ours.items())


def _operation(key: str) -> str:
    part = key.rpartition("/")[2].removesuffix(":0")
    return {
        "kernel": "conv1d/ExpandDims_1/ReadVariableOp",
        "bias": "BiasAdd/ReadVariableOp",
        "gamma": "batchnorm/mul/ReadVariableOp",
        "moving_variance": "batchnorm/ReadVariableOp",
        "moving_mean": "batchnorm/ReadVariableOp_1",
        "beta": "batchnorm/ReadVariableOp_2",
    }[part]


def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    card = get_card("splice.spliceai")
    card = replace(card, files=tuple(replace(file, sha256="") for file in card.files))
    for file in card.files:
        with h5py.File(tmp_path / file.name, "w") as written:
            written["model_weights/conv1d_1/conv1d_1/kernel:0"] = np.zeros((1, 4, 32), "f4")
    with pytest.raises(BadCheckpoint, match=r"missing key 'conv1d_1/bias:0'"):
        load_model(card)


def test_the_licence_of_spliceai_must_be_accepted() -> None:
    assert not is_free(get_card("splice.spliceai"))
    assert is_free(get_card("splice.cispliceai"))


def fetched(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The model from its package of the Python index; skips where the index can't be reached."""
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(folder))
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_TIMEOUT", "10")
    try:
        fetch(get_card(name), folder=folder)
    except NoAnswer as error:
        pytest.skip(str(error))
    return load_model(name)


@pytest.mark.index
@here
def test_cispliceai_from_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The frozen graph itself: its tensors are those published beside it, so its numbers were compared above."""
    net = fetched("splice.cispliceai", tmp_path, monkeypatch).net
    for member in range(5):
        published = load_file(GOLD / f"cispliceai_{member + 1}.safetensors")
        assert torch.equal(net.members[member].units[15].conv2.weight, published["conv37.weight"])
        assert torch.equal(net.members[member].units[15].norm2.running_var, published["bn32.running_var"])
        assert torch.equal(net.members[member].skips[4].bias, published["conv38.bias"])


@pytest.mark.index
@pytest.mark.skipif(not BRCA2.is_file(), reason="the sequence is not here")
def test_spliceai_from_its_package_gives_keras_s_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = probabilities(fetched("splice.spliceai", tmp_path, monkeypatch), brca2(12_000)[:, :, 700:10_900])
    assert found.shape == (3, 200)
    np.testing.assert_allclose((*found[0, 84:87], found[0].sum(), found[1].sum()), KERAS, atol=2e-6)
