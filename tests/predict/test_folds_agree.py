"""ENCODE's folds as one model, from files in the published layout to what commands, files and Python say of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from genoviz.effects.effect import variant_effect
from genoviz.genomes.registry import open_genome
from genoviz.models import atlas
from genoviz.models.atlas import COLUMNS
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict.agreement import MemberNumbers, member_numbers
from genoviz.sequences.sequence import Sequence
from genoviz.trust.uncertainty import MemberAgreement
from genoviz.variants.variant import Variant
from tests.cli.calls import good, rows_of
from tests.comparison import close
from tests.networks.profile_files import Array, letters, write_keras

NAME, FOLDS = "atlas.ENCSR000XYZ", 5
CHANNELS = 4  # published ones have 64


def layers(fold: int) -> dict[str, dict[str, Array]]:
    """A narrow fold as the package bpnet 2.0.0 writes it. All folds are alike, but the last counts the other way."""
    shapes: dict[str, tuple[int, ...]] = {"main_conv_0": (21, 4, CHANNELS)}
    shapes |= {f"main_dil_conv_{i + 1}": (3, CHANNELS, CHANNELS) for i in range(8)}
    shapes |= {
        "main_profile_head": (75, CHANNELS, 2),
        "main_counts_head": (CHANNELS, 1),
        "profile_predictions": (1, 4, 2),
    }
    shapes |= {"logcounts_predictions": (2, 1)}
    draw, made = np.random.default_rng(1), {}
    for name, shape in shapes.items():
        size = (2 / np.prod(shape[:-1])) ** 0.5
        made[name] = {"kernel": (size * draw.standard_normal(shape)).astype("f4"), "bias": np.zeros(shape[-1], "f4")}
    made["logcounts_predictions"] = {"kernel": np.array([[1], [0]], "f4"), "bias": np.array([fold], "f4")}
    if fold == FOLDS - 1:
        made["main_counts_head"]["kernel"] *= -1
    return made


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("atlas")
    for fold in range(FOLDS):
        write_keras(folder / f"ENCSR000XYZ.fold_{fold}.h5", layers(fold))
    files = ";".join(f"https://example.org/fold_{fold}/model.h5" for fold in range(FOLDS))
    row = ("ENCSR000XYZ", "BPNet", "CTCF", "K562", "TF ChIP-seq", "GRCh38", files, "count r 0.8")
    (folder / "atlas.tsv").write_text("\n".join("\t".join(line) for line in (COLUMNS, row)) + "\n")
    (folder / "genome.fa").write_text(f">chr1\n{letters(3000).bases}\n")
    (folder / "two.vcf").write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        f"chr1\t1500\t.\t{letters(3000).bases[1499]}\tT\t.\t.\t.\n"
    )
    return folder


@pytest.fixture
def card(weights: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(weights))
    monkeypatch.setenv("GENOVIZ_ATLAS", str(weights / "atlas.tsv"))
    monkeypatch.setitem(atlas._SIZES, "BPNet", {**atlas._SIZES["BPNet"], "channels": CHANNELS})
    return get_card(NAME)


def test_four_of_five_folds_agree_everywhere(card: ModelCard, weights: Path, tmp_path: Path) -> None:
    assert (card.folds, card.members, card.members_word) == (True, 5, "folds")
    reference = open_genome(str(weights / "genome.fa"), assembly="GRCh38")
    ref = letters(3000).bases[1499]
    found = variant_effect(load_model(NAME), Variant("chr1", 1500, ref, "T"), reference)
    deltas = found.agreement.deltas
    assert found.delta == close(np.mean(deltas), beside=found.reference_value)
    # The last fold's head of totals is turned round, the others differ by a constant only.
    assert deltas[:4] == close([deltas[0]] * 4, 1e-4)
    assert deltas[4] == close(-deltas[0], 1e-4)
    assert found.agreement.short == "4 of 5 folds agree"

    place = ("--genome", str(weights / "genome.fa"), "--assembly", "GRCh38")
    said = json.loads(good("variants", NAME, *place, "--variant", f"chr1-1500-{ref}-T", "--json"))["agreement"]
    assert (said["agreeing"], said["of"], said["members"]) == (4, 5, "folds")
    assert said["deltas"] == close(deltas)
    (row,) = rows_of(good("variants", NAME, *place, "--variant", f"chr1-1500-{ref}-T"))
    assert row["agree"] == "4 of 5 folds agree"

    good("variants", NAME, *place, "--vcf", str(weights / "two.vcf"), "--out", str(tmp_path / "out.tsv"))
    (scored,) = rows_of((tmp_path / "out.tsv").read_text())
    assert scored["agreeing"] == "4"
    assert [float(scored["lowest"]), float(scored["highest"])] == close([min(deltas), max(deltas)])
    assert {"effect", "profile_change"} <= set(scored)


def test_what_each_fold_says_of_a_sequence(card: ModelCard) -> None:
    one = letters(card.length)
    found = member_numbers(load_model(NAME), one, Target.default(card))
    assert len(set(found.numbers)) == 5
    said = json.loads(good("predict", NAME, "--sequence", one.bases, "--output", "counts", "--members", "--json"))
    (members,) = (row["members"] for row in said["records"])
    assert members["numbers"] == list(found.numbers)
    assert members["called"] == "folds"
    total = said["records"][0]["outputs"][0]["value"]
    assert np.log(total) == close(np.mean(found.numbers))


def test_words() -> None:
    assert MemberNumbers((3.1, 3.84, 3.5), "logit", "folds").sentence == "Its 3 folds say 3.1 to 3.84 logit."
    assert MemberNumbers((1.0, 1.0), "logit").sentence == "Its 2 networks all say 1 logit."
    assert MemberNumbers((1.0,), "logit").sentence == ""
    scores = np.array([[1, 1], [1, -1]], "f4")
    assert "All 2 folds agree" in MemberAgreement(scores, Sequence("AC"), "logit", "folds").sentence
