"""ChromBPNet without bias: the published Keras file, numbers of a second implementation, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genoviz.errors import BadCheckpoint
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.networks.published_bpnet import build
from genoviz.sequences.sequence import Sequence
from tests.comparison import close
from tests.networks.profile_files import Array, check_all_ways, letters, numbers_of, small_card, waves, write_keras

NAME = "accessibility.chrombpnet-k562"
LENGTH, BINS, CHANNELS, LAYERS = 136, 30, 4, 2
PREFIX = "wo_bias_bpnet_"

# What the package bpnet-lite 1.1.0 (`BPNet.from_chrombpnet`, `ProfileWrapper`) computes from the file that
# `published_layers` describes, for `letters(136)`: profile logits at bases 0, 7 and 29 of 30, ln counts, shape.
LOGITS = [-0.8416100740432739, -0.5376163721084595, -0.6299698948860168]
COUNTS = -0.6937527656555176
SHAPE = 0.028618281707167625


def published_layers() -> dict[str, dict[str, Array]]:
    """Layer names and shapes of the published file, with fewer channels and dilated layers."""
    layers = {"1st_conv": {"kernel": waves(21, 4, CHANNELS), "bias": waves(CHANNELS, phase=1)}}
    for i in range(1, LAYERS + 1):
        layers[f"{i}conv"] = {"kernel": waves(3, CHANNELS, CHANNELS, phase=i), "bias": waves(CHANNELS, phase=i + 0.5)}
    layers["prof_out_precrop"] = {"kernel": waves(75, CHANNELS, 1, phase=3), "bias": waves(1, phase=4)}
    layers["logcount_predictions"] = {"kernel": waves(CHANNELS, 1, phase=5), "bias": waves(1, phase=6)}
    return {PREFIX + name: tensors for name, tensors in layers.items()}


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return small_card(NAME, LENGTH, BINS, {"channels": CHANNELS, "layers": LAYERS})


def test_numbers_equal_those_of_bpnet_lite(card: ModelCard, tmp_path: Path) -> None:
    write_keras(tmp_path / card.files[0].name, published_layers())
    total, profile, shape = numbers_of(load_model(card), letters(LENGTH))
    assert total[0, 0] == close(COUNTS)
    assert shape[0, 0] == close(SHAPE)
    # ln of a softmax differs from its logits by one constant; the shares add up to one.
    assert profile[0, [7, 29]] - profile[0, 0] == close(np.subtract(LOGITS[1:], LOGITS[0]))
    assert np.exp(profile).sum() == pytest.approx(np.exp(COUNTS), rel=1e-5)


def test_nothing_is_padded(card: ModelCard, tmp_path: Path) -> None:
    """The network reads real sequence only: a window one base to the right has the same logits one base earlier."""
    write_keras(tmp_path / card.files[0].name, published_layers())
    model = load_model(card)
    longer = letters(LENGTH + 1).bases
    first, second = (numbers_of(model, Sequence(longer[i : i + LENGTH]))[1][0] for i in range(2))
    assert np.diff(first)[1:] == close(np.diff(second)[:-1])


@pytest.mark.parametrize("name", [NAME, "accessibility.chrombpnet-hepg2"])
def test_the_cards_describe_the_published_network(name: str) -> None:
    card = get_card(name)
    net = build(card).net
    assert sum(p.numel() for p in net.parameters()) == card.parameters == 6_377_986
    # The published file: these numbers of four bytes each, and what Keras writes around them.
    assert 0 < card.bytes - 4 * card.parameters < 100_000
    convolutions = 20 + 2 * sum(2**i for i in range(1, 9)) + 74
    assert card.length - convolutions == card.outputs[1].bins == 1000


def test_all_ways(card: ModelCard, tmp_path: Path) -> None:
    write_keras(tmp_path / card.files[0].name, published_layers())
    check_all_ways(load_model(card))


@pytest.mark.parametrize(
    ("layer", "change", "message"),
    [
        ("2conv", "missing", r"missing key .*2conv/kernel:0"),
        ("logcount_predictions", "missing", r"missing key .*logcount_predictions"),
        ("3conv", "extra", r"unexpected keys .*3conv"),
        ("prof_out_precrop", "shape", r"profile\.weight"),
    ],
)
def test_other_files_are_refused(card: ModelCard, tmp_path: Path, layer: str, change: str, message: str) -> None:
    layers = published_layers()
    if change == "missing":
        del layers[PREFIX + layer]
    elif change == "extra":
        layers[PREFIX + layer] = {"kernel": waves(3, CHANNELS, CHANNELS), "bias": waves(CHANNELS)}
    else:
        layers[PREFIX + layer]["kernel"] = waves(75, CHANNELS, 2)
    write_keras(tmp_path / card.files[0].name, layers)
    with pytest.raises(BadCheckpoint, match=message):
        load_model(card)


def test_the_bias_model_is_refused(card: ModelCard, tmp_path: Path) -> None:
    """ENCODE publishes the bias network beside it, in the same format without the prefix of the layers' names."""
    layers = {name.replace("wo_bias_", ""): tensors for name, tensors in published_layers().items()}
    write_keras(tmp_path / card.files[0].name, layers)
    with pytest.raises(BadCheckpoint, match=r"missing key .*wo_bias_bpnet_1st_conv"):
        load_model(card)


@pytest.mark.online
@pytest.mark.parametrize(("cell", "published"), [("k562", 6.82), ("hepg2", 4.50)])
def test_the_real_files_give_the_mirrors_numbers(
    cell: str, published: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mirror's report states the ln counts at a GATA1 enhancer, chrX:48,782,929-48,783,129 (hg38), computed with
    TensorFlow (github.com/pinellolab/chorus, audits/2026-04-28_chrombpnet_slim_mirror/step1_log.txt).
    """
    from genoviz.genomes.remote import RemoteGenome
    from genoviz.models.fetch import fetch
    from genoviz.sequences.locus import Locus

    card = get_card(f"accessibility.chrombpnet-{cell}")
    fetch(card, folder=tmp_path, progress=None)
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    middle = 48_783_029
    with RemoteGenome("hg38") as genome:
        window = genome.fetch(Locus("chrX", middle - 1057, middle + 1057))
    total, _, _ = numbers_of(load_model(card), Sequence(window.bases))
    assert total[0, 0] == pytest.approx(published, abs=0.03)  # the window may be off by one base
