"""The printable report: one file that says everything and loads nothing."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from genoviz.effects.effect import variant_effect
from genoviz.effects.motif_changes import motif_changes
from genoviz.genomes.registry import open_genome
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.plots.variant_picture import alleles_picture, splice_picture, values_picture
from genoviz.report.html import Section
from genoviz.report.notice import NOTICE
from genoviz.report.variant_report import effect_sections, splice_sections, variant_report
from genoviz.splicing.effect import splice_effect
from genoviz.variants.variant import Variant
from genoviz.version import __version__


class Read(HTMLParser):
    """Text and tags of a file; tags must close in order."""

    VOID = ("meta", "link", "use", "path", "image", "rect")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def loads(text: str) -> list[str]:
    """Whatever a browser would fetch."""
    without = re.sub(r"<a href=[^>]*>", "", text)
    found = re.findall(r"(?:src|href)=\"(?!#)([^\"]*)\"|url\((?!#)([^)]*)\)|@import", without)
    return [one for pair in found for one in pair if one]


def test_an_effect_on_paper_has_the_numbers_of_the_function() -> None:
    model, variant = load_model("tfbind.encode10"), Variant("chrT1", 10719, "G", "T")
    with open_genome("teaching") as genome:
        effect = variant_effect(model, variant, genome, Target("binding", ("GABPA",)))
        motifs = motif_changes(effect.windows)[:3]
    picture = values_picture(effect.reference_value, effect.alternate_value, effect.unit)
    text = variant_report(
        model.card,
        effect.windows.variant,
        effect.sentence,
        effect_sections(model.card, effect, motifs, "Larger than 99 % of changes."),
        place=("Between <genes>.",),
        picture=picture,
        made=date(2026, 11, 30),
        details={"genome": "Teaching"},
    )
    read = Read(text)
    assert effect.sentence in read.text
    assert read.text.count(NOTICE) == 2
    assert "Between <genes>." in read.text
    assert "Made on 2026-11-30." in read.text
    for said in (
        f"genoviz {__version__}",
        model.card.sha256,
        model.card.licence,
        *model.card.limits,
        "genome Teaching",
    ):
        assert " ".join(said.split()) in read.text
    assert f"{effect.scores[0].value:+.4g}" in read.text
    assert all(f"{one.motif.name}" in read.text for one in motifs)
    assert "Larger than 99 % of changes." in read.text
    assert "svg" in read.tags
    assert "script" not in read.tags
    assert loads(text) == []


def test_a_splice_effect_on_paper() -> None:
    model = load_model("splice.sites")
    with open_genome("teaching") as genome:
        effect = splice_effect(model, Variant("chrT1", 2646, "G", "T"), genome, "+", distance=10)
    picture = splice_picture(effect)
    text = variant_report(
        model.card, effect.windows.variant, effect.sentence, splice_sections(model.card, effect), picture=picture
    )
    read = Read(text)
    assert "donor loss 1.00 at -1 bp" in read.text
    assert f"donor loss {effect.raw_scores[3].value:.3f}" in read.text
    assert all(" ".join(one.split()) in read.text for one in effect.notices)
    assert picture.startswith("<svg")
    assert picture.count("<use") >= 4  # two alleles of the donor that is lost, and ticks


def test_both_alleles_are_drawn_around_the_variant() -> None:
    import numpy as np

    bases = "ACGT" * 30
    before = np.sin(np.arange(120))
    after = before.copy()
    after[60] = np.nan
    assert alleles_picture(bases, before, after, (60, 61), "logit per base").count("<path") > 4


@pytest.mark.parametrize("section", [Section("Nothing"), Section("Nothing", (), ())])
def test_a_part_without_content_is_left_out(section: Section) -> None:
    assert section.html == ""
    card: ModelCard = get_card("toy.sum")
    text = variant_report(card, Variant("chr1", 5, "A", "G"), "x < y & z", [section])
    assert "x &lt; y &amp; z" in text
    assert "Nothing" not in text
