"""Scores of base changes against measured ones: pairs by hand, scores against the public functions, correlations by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from genoviz.language.ratio import likelihood_ratio
from genoviz.models.language import LanguageModel
from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from genoviz.training.measured_mutants import (
    Pair,
    agreement,
    direction,
    gc_scores,
    measured_pairs,
    own_scores,
    size,
    whole_scores,
)

INSERT = "TGCATTTTTTTCACATC" + "ACGTTGCAAC" * 8 + "GGTTACGGCTGTT"


def mutant(place: int, base: str) -> str:
    return INSERT[:place] + base + INSERT[place + 1 :]


def test_pairs_by_hand(tmp_path: Path) -> None:
    """INSERT has A at 17; of its neighbours one is measured twice, one differs at two bases, one is of another source."""
    two = mutant(17, "C")[:30] + "N" + INSERT[31:]
    rows = [
        ("native", INSERT, 1.0), ("native", mutant(17, "G"), 2.0), ("native", mutant(17, "G"), 4.0),
        ("native", two, 9.0), ("sswm", mutant(18, "T"), 5.0),
    ]  # fmt: skip
    folder = tmp_path / "promoter_mpra_yeast"
    folder.mkdir()
    with gzip.open(folder / "promoters.tsv.gz", "wt") as file:
        file.write("source\tseq\texpression\n" + "".join(f"{s}\t{t}\t{e}\n" for s, t, e in rows))
    spread = float(np.std([1.0, 2.0, 4.0, 9.0]))
    (pair,) = measured_pairs(tmp_path, "native")
    assert (pair.first, pair.second, pair.place, pair.family) == (INSERT, mutant(17, "G"), 17, 0)
    assert pair.change == pytest.approx(2.0 / spread)
    assert measured_pairs(tmp_path, "native", {INSERT}) == []


def test_scores_are_those_of_the_public_function() -> None:
    model = load_model("grulm.yeast-ecoli")
    assert isinstance(model, LanguageModel)
    pair = Pair(INSERT, mutant(40, "T"), 40, 0.0, 0)
    fitted = Sequence(INSERT).fit(model.card.length)
    known = likelihood_ratio(model, fitted.sequence, 40 + fitted.left_pad, "T")
    assert own_scores(model, [pair])[0] == pytest.approx(known.own, abs=1e-5)
    assert whole_scores(model, [pair])[0] == pytest.approx(known.whole, abs=1e-3)
    assert gc_scores([pair])[0] == -(INSERT[40] in "GC")


def test_correlations_by_hand() -> None:
    changes = np.array([1.0, -2.0, 3.0])
    pairs = [Pair("", "", 0, change, family) for family, change in enumerate(changes)]
    right = agreement("right", changes * 2, pairs)
    assert right.direction == pytest.approx(1)
    assert right.size == pytest.approx(1)
    assert agreement("wrong", -changes, pairs).direction == pytest.approx(-1)
    assert size(-changes, changes) == pytest.approx(1)
    turned = np.array([1, -1, 1])  # which of a pair is first changes nothing
    some = np.array([0.5, 0.1, -0.2])
    assert direction(some * turned, changes * turned) == pytest.approx(direction(some, changes))
