"""Effects of single-base changes against saturation experiments: windows by hand, correlations by hand."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.errors import BadInput
from genoviz.models.catalogue import get_card
from genoviz.training.recipes import saturation
from genoviz.training.recipes.saturation import effects_of_changes, read_experiments, windows

COLUMNS = "element assembly chrom pos ref alt barcodes dna rna log2_effect p_value"
CARD = get_card("promoter.human-tata300")
REFERENCE = "ACGTTGCATTAC"


class CountsG(torch.nn.Module):
    """The number of G in a window of eight, whose transcription start is at its sixth base."""

    card = replace(CARD, length=8, tss=5)

    def logits(self, X: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"promoter": X[:, 2].sum(1)[:, None, None]}


def rows(element: str, reference: str, start: int, effect, barcodes: int = 20) -> list[tuple[object, ...]]:
    """Every change of a reference, with its effect; each line twice, once per assembly."""
    return [
        (element, assembly, "chr1", start + i + shift, ref, alt, barcodes, 1, 1, effect(ref, alt), 0.5)
        for assembly, shift in (("GRCh37", 0), ("GRCh38", 1000))
        for i, ref in enumerate(reference)
        for alt in "ACGT-"
        if alt != ref
    ]


def write(folder: Path, table: Sequence[tuple[object, ...]]) -> None:
    folder.mkdir(exist_ok=True)
    with gzip.open(folder / "effects.tsv.gz", "wt") as file:
        file.writelines("\t".join(map(str, row)) + "\n" for row in [COLUMNS.split(), *table])


def gains(ref: str, alt: str) -> float:
    return float(alt == "G") - float(ref == "G")


def losses(ref: str, alt: str) -> float:
    return -gains(ref, alt)


def test_windows_by_hand(tmp_path: Path) -> None:
    write(tmp_path, rows("IRF4", REFERENCE, 100, gains))
    (experiment,) = read_experiments(tmp_path)
    assert (experiment.element, experiment.bases, experiment.start) == ("IRF4", REFERENCE, None)
    assert len(experiment.changes) == 3 * len(REFERENCE)  # one assembly, and no deletions
    before, after, measured = windows(experiment, 8)
    at = {(place, base): i for i, (place, base, _) in enumerate(experiment.changes)}
    i = at[6, "G"]  # in the middle: bases 2 to 9
    assert (before[i], after[i], measured[i]) == ("GTTGCATT", "GTTGGATT", 1.0)
    i = at[11, "G"]  # at the end: the last eight bases
    assert (before[i], after[i]) == ("TGCATTAC", "TGCATTAG")
    short, _, _ = windows(experiment, 16)
    assert set(short) == {"NN" + REFERENCE + "NN"}


def test_the_start_site_has_its_place_on_the_strand_of_the_gene(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saturation, "STARTS", {"HBB": ("-", 108)})
    write(tmp_path, rows("HBB", REFERENCE, 100, gains))
    (experiment,) = read_experiments(tmp_path)
    assert experiment.bases == "GTAATGCAACGT"  # turned round: its last base is position 100
    assert experiment.start == 11 - 8
    before, after, measured = windows(experiment, 8, tss=5)
    assert set(before) == {"NNGTAATG"}  # the fourth base at the sixth place, nothing before the element
    assert len(before) == 3 * 6  # changes outside the window are left out
    assert all(
        len(a) == 8 and sum(x != y for x, y in zip(a, b, strict=True)) == 1 for a, b in zip(after, before, strict=True)
    )
    # A C that becomes a G on the plus strand is a G that becomes a C here.
    assert {b.count("G") - a.count("G") for a, b, m in zip(before, after, measured, strict=True) if m == 0} <= {
        0,
        1,
        -1,
    }


def test_correlations_by_hand_and_families_are_elements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model counts G: an element that gains by G has r = 1, one that loses -1, wherever it was measured twice."""
    monkeypatch.setattr(saturation, "STARTS", {"FOXE1": ("+", 105), "LDLR": ("+", 206)})
    monkeypatch.setattr(saturation, "FEWEST", 12)
    few = rows("UC88", REFERENCE[:2], 500, gains)  # too few changes to be standardised
    unsure = rows("RET", REFERENCE, 700, losses, barcodes=9)
    table = [
        *rows("FOXE1", REFERENCE, 100, gains),
        *rows("LDLR", REFERENCE, 200, gains),
        *rows("LDLR.2", REFERENCE, 200, gains),
        *rows("SORT1-flip", REFERENCE, 300, losses),
        *few,
        *unsure,
    ]
    write(tmp_path, table)
    middle, start = effects_of_changes(CountsG(), tmp_path)
    assert (middle["n"], middle["families"], middle["experiments"]) == (4 * 36, 3, 4)
    assert middle["pearson"] == pytest.approx((3 - 1) / 4, abs=1e-4)
    low, high = middle["pearson_95"]
    assert low < 0  # a resample can hold the third element twice, or alone
    assert high == 1
    assert (start["families"], start["experiments"], start["pearson"]) == (2, 3, 1)
    write(tmp_path, rows("FOXE1", REFERENCE, 100, gains))
    with pytest.raises(BadInput, match="fewer than two elements"):
        effects_of_changes(CountsG(), tmp_path)


def test_without_the_experiments_a_warning_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="genoviz.training"):
        assert effects_of_changes(CountsG(), tmp_path / "satmut_mpra") == []
    assert "not scored" in caplog.text


@pytest.mark.parametrize("name", ["promoter.human-core", "promoter.human-tata300"])
def test_the_cards_say_that_effects_are_not_predicted(name: str) -> None:
    card = get_card(name)
    found = [row for row in card.held_out if "in the middle" in row["track"]]
    assert [(row["families"], row["experiments"]) for row in found] == [(15, 22)] * len(card.outputs[0].tracks)
    assert all(abs(row["pearson"]) < 0.05 and np.ptp(row["pearson_95"]) < 0.06 for row in found)
    assert any("Not for the effects of variants" in limit for limit in card.limits)
