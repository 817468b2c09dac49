"""ProCapNet: the published torch file, numbers of a second implementation, and what is refused."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.networks.published_bpnet import build
from tests.comparison import close
from tests.networks.profile_files import check_all_ways, letters, numbers_of, small_card, waves

NAME = "initiation.procapnet-k562"
LENGTH, BINS, CHANNELS, LAYERS = 136, 30, 4, 2

# What the package bpnet-lite 1.1.0 (`BPNet` with two outputs and no control, `ProfileWrapper`) computes from
# `published_state` for `letters(136)`: profile logits of both strands at bases 0, 7 and 29 of 30, ln counts, shape.
LOGITS = [
    [0.19952887296676636, -0.8366159796714783, 0.5330806970596313],
    [1.4649994373321533, 2.218353748321533, 0.7858092784881592],
]
COUNTS = 0.7340266704559326
SHAPE = 0.6530841588973999


def published_state() -> dict[str, Tensor]:
    """Keys and shapes of the published file, with fewer channels and dilated layers."""
    shapes: dict[str, tuple[int, ...]] = {"iconv.weight": (CHANNELS, 4, 21), "iconv.bias": (CHANNELS,)}
    for i in range(LAYERS):
        shapes |= {f"rconvs.{i}.weight": (CHANNELS, CHANNELS, 3), f"rconvs.{i}.bias": (CHANNELS,)}
    shapes |= {
        "fconv.weight": (2, CHANNELS, 75),
        "fconv.bias": (2,),
        "linear.weight": (1, CHANNELS),
        "linear.bias": (1,),
    }
    return {key: torch.from_numpy(waves(*shape, phase=i)) for i, (key, shape) in enumerate(shapes.items())}


def write_archive(path: Path, content: object) -> None:
    """As ENCODE's archive: a folder with a file for each fold, here the wanted one and one of other numbers."""
    others = {key: tensor + 1 for key, tensor in published_state().items()}
    with tarfile.open(path, "w:gz") as archive:
        for fold, stored in ((1, others), (0, content)):
            written = io.BytesIO()
            torch.save(stored, written)
            member = tarfile.TarInfo(f"./fold_{fold}/ENCSR261KBX.procapnet_model.fold{fold}.state_dict.torch")
            member.size = written.tell()
            written.seek(0)
            archive.addfile(member, written)


def published_network(state: dict[str, Tensor], X: Tensor) -> tuple[Tensor, Tensor]:
    """The authors' arithmetic: pad everywhere, then cut the middle out, wider by half the last convolution."""
    start, end = (LENGTH - BINS) // 2, (LENGTH + BINS) // 2
    h = F.relu(F.conv1d(X, state["iconv.weight"], state["iconv.bias"], padding=10))
    for i in range(LAYERS):
        gap = 2 ** (i + 1)
        weight, bias = state[f"rconvs.{i}.weight"], state[f"rconvs.{i}.bias"]
        h = h + F.relu(F.conv1d(h, weight, bias, padding=gap, dilation=gap))
    h = h[:, :, start - 37 : end + 37]
    counts = F.linear(h.mean(2), state["linear.weight"], state["linear.bias"])
    return F.conv1d(h, state["fconv.weight"], state["fconv.bias"]), counts


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return small_card(NAME, LENGTH, BINS, {"channels": CHANNELS, "layers": LAYERS})


def test_numbers_equal_those_of_bpnet_lite(card: ModelCard, tmp_path: Path) -> None:
    write_archive(tmp_path / card.files[0].name, published_state())
    total, profile, shape = numbers_of(load_model(card), letters(LENGTH))
    assert total[0, 0] == close(COUNTS)
    assert shape[0, 0] == close(SHAPE)
    # One constant for both strands: they share a softmax.
    assert profile[:, [0, 7, 29]] - profile[0, 0] == close(np.subtract(LOGITS, LOGITS[0][0]))
    assert np.exp(profile).sum() == pytest.approx(np.exp(COUNTS), rel=1e-5)


def test_a_network_without_padding_equals_the_published_one(card: ModelCard, tmp_path: Path) -> None:
    state = published_state()
    write_archive(tmp_path / card.files[0].name, state)
    model = load_model(card)
    assert isinstance(model, nn.Module)
    X = encode(letters(LENGTH))
    for found, published in zip(model.net(X), published_network(state, X), strict=True):
        assert found == close(published)


def test_the_card_describes_the_published_network() -> None:
    card = get_card(NAME)
    net = build(card).net
    assert sum(p.numel() for p in net.parameters()) == card.parameters == 6_416_387
    assert net.state_dict()["profile.weight"].shape == (2, 512, 75)
    assert [len(output.tracks) for output in card.outputs] == [1, 2, 1]


def test_all_ways(card: ModelCard, tmp_path: Path) -> None:
    state = published_state()
    state["fconv.weight"] *= 0.1  # logits as far apart as trained networks have them: exp of 30 would drown the rest
    write_archive(tmp_path / card.files[0].name, state)
    check_all_ways(load_model(card))


@pytest.mark.parametrize(
    ("key", "change", "message"),
    [
        ("rconvs.1.bias", "missing", r"missing key .*rconvs\.1\.bias"),
        ("rconvs.2.weight", "extra", r"unexpected keys .*rconvs\.2\.weight"),
        ("linear.weight", "shape", r"counts\.weight"),
    ],
)
def test_other_files_are_refused(card: ModelCard, tmp_path: Path, key: str, change: str, message: str) -> None:
    state = published_state()
    if change == "missing":
        del state[key]
    else:
        state[key] = torch.zeros(2, CHANNELS)
    write_archive(tmp_path / card.files[0].name, state)
    with pytest.raises(BadCheckpoint, match=message):
        load_model(card)


def test_a_stored_object_is_refused(card: ModelCard, tmp_path: Path) -> None:
    """The PRO-cap atlas stores whole modules: opening one would run what it holds."""
    write_archive(tmp_path / card.files[0].name, nn.Conv1d(4, 2, 3))
    with pytest.raises(BadCheckpoint, match="can't be read"):
        load_model(card)


@pytest.mark.parametrize("damage", ["no archive", "no fold 0", "cut short"])
def test_other_archives_are_refused(card: ModelCard, tmp_path: Path, damage: str) -> None:
    path = tmp_path / card.files[0].name
    if damage == "no archive":
        path.write_bytes(b"<html>Not found</html>")
    elif damage == "no fold 0":
        with tarfile.open(path, "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("./fold_1/README"))
    else:
        write_archive(path, published_state())
        path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(BadCheckpoint, match="can't be read"):
        load_model(card)


@pytest.mark.online
def test_the_real_file_reads_both_strands_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authors trained on both strands (`reverse_complement` in their data_loading.py), so at the promoter of ACTB the
    reverse complement gives nearly the mirrored profile; most reads start on the minus strand, where GENCODE has the
    gene's start (chr7:5,530,601, hg38).
    """
    from genoviz.genomes.remote import RemoteGenome
    from genoviz.models.fetch import fetch
    from genoviz.sequences.locus import Locus
    from genoviz.sequences.sequence import Sequence

    fetch(get_card(NAME), folder=tmp_path, progress=None)
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    model = load_model(NAME)
    with RemoteGenome("hg38") as genome:
        window = Sequence(genome.fetch(Locus("chr7", 5_530_601 - 1057, 5_530_601 + 1057)).bases)
    total, profile, _ = numbers_of(model, window)
    other_total, other_profile, _ = numbers_of(model, window.reverse_complement())
    assert total[0, 0] == pytest.approx(other_total[0, 0], abs=0.5)
    both = np.exp(profile), np.exp(other_profile[::-1, ::-1])
    assert np.corrcoef(both[0].ravel(), both[1].ravel())[0, 1] > 0.9
    assert both[0][1].sum() > both[0][0].sum()
    assert abs(int(both[0][1].argmax()) - 500) < 20
