"""Blocks as the page shows them: spans, their notes, and which motifs a model is compared with."""

from __future__ import annotations

import pytest

from genoviz.models.catalogue import get_card
from genoviz.models.factors import usual_taxa
from genoviz.motifs.match import Block, Match
from genoviz.motifs.motif import Motif
from genoviz.motifs.seqlets import Seqlet
from genoviz.plots.match_logo import match_logos
from genoviz.plots.palette import colours
from genoviz.ui.viewer import spans
from genoviz.viewer.block_spans import UNNAMED, block_spans

PLAIN = Motif("x", ((0.7, 0.1, 0.1, 0.1),) * 6)


def block(start: int, *q_values: float, total: float = 2.0) -> Block:
    matches = tuple(
        Match(Motif(f"F{i}", PLAIN.probabilities), "-", start - 1, start + 5, -1, q / 100, q)
        for i, q in enumerate(q_values)
    )
    return Block(Seqlet(start, start + 6, total, 0.001), PLAIN, matches)


def test_spans_name_what_is_significant_and_only_that() -> None:
    good, weak = block(10, 0.001, 0.015, 0.2), block(30, 0.03, total=-1.0)
    first, second = block_spans((good, weak), 50)
    assert (first["start"], first["end"], first["label"], first["strand"]) == (10, 16, "F0", "-")
    assert first["note"] == "raises the output by 2, F0, motif at 10-15, q = 0.001; also like F1"
    assert "label" not in second
    assert second["color"] == UNNAMED
    assert second["note"] == "lowers the output by 1, no motif with q at most 0.02"
    _, second = block_spans((good, weak), 50, weak=True)
    assert (second["label"], second["color"]) == ("F0?", UNNAMED)
    assert len(spans([first, second]).payload["items"]) == 2
    assert block_spans((good, weak), 34) == [first]  # deleted bases take their block along


@pytest.mark.parametrize(
    ("name", "taxa"),
    [
        ("tfbind.encode10", ("vertebrates",)),
        ("bpnet.yeast", ("fungi",)),
        ("promoter.ecoli", ()),
        ("splice.sites", ()),
        ("utr5.mrl", ()),
    ],
)
def test_motifs_fit_the_organism_of_the_model(name: str, taxa: tuple[str, ...]) -> None:
    assert usual_taxa(get_card(name)) == taxa


def test_both_logos_are_drawn_with_their_names() -> None:
    found = block(10, 0.001)
    picture = match_logos(found, found.matches[0], colours()).decode()
    assert picture.startswith("<?xml")
    assert "F0, reverse complement" in picture
    assert "Seqlet, bases 11-16" in picture
