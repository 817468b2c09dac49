"""The boxes of bacterial promoters, and that nothing else is named in a bacterium."""

from __future__ import annotations

import pytest

from genoviz.models.catalogue import get_card
from genoviz.models.factors import closest_motifs, nameable, taxa_at
from genoviz.motifs.match import SIGNIFICANT
from genoviz.motifs.motif import Motif
from genoviz.motifs.names import name_motifs
from genoviz.motifs.sigma_70 import boxes
from genoviz.motifs.sites import get_site


def test_the_best_words_are_the_consensus() -> None:
    words = ["".join("ACGT"[row.index(max(row))] for row in one.probabilities) for one in boxes()]
    assert words == ["TTGACA", "TATAAT"]
    assert boxes()[0].probabilities[0] == pytest.approx((0.06, 0.06, 0.06, 0.82))


def test_a_pattern_of_a_bacterial_model_is_a_box_or_has_no_name() -> None:
    card = get_card("promoter.ecoli")
    rest = get_site("RE1 / NRSE")
    assert rest is not None
    rows = {base: tuple(0.97 if base == one else 0.01 for one in "ACGT") for base in "ACGT"}
    exact = Motif("q", tuple((a, c, g, t) for a, c, g, t in (rows[base] for base in rest.bases)))
    box, other = name_motifs([boxes()[1], exact], closest_motifs(card), nameable=nameable(card))
    assert box is not None
    assert box.motif is boxes()[1]
    assert other is not None
    assert other.motif in boxes()  # the closest that may be named, and no surprise
    assert other.q_value > SIGNIFICANT
    (free,) = name_motifs([exact], closest_motifs(card))
    assert free is not None
    assert free.motif.name == "REST"  # what a vertebrate's pattern would be called


@pytest.mark.parametrize(
    ("organism", "taxa"),
    [
        ("E. coli", ()),
        ("human", ("vertebrates",)),
        ("zebrafish", ("vertebrates",)),
        ("baker's yeast", ("fungi",)),
        ("rice", ("plants",)),
        ("", ("vertebrates",)),  # not known: those of the model
    ],
)
def test_motifs_follow_the_genome_and_not_the_model(organism: str, taxa: tuple[str, ...]) -> None:
    assert taxa_at(get_card("tfbind.encode10"), organism) == taxa
