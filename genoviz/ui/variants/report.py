"""The button that makes the printable report of a variant."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from datetime import datetime
from typing import TYPE_CHECKING

from genoviz.effects.relevance import Relevance
from genoviz.models.card import ModelCard
from genoviz.models.words import per_base
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.receipts import STORY_HELP
from genoviz.ui.variants.input import Asked
from genoviz.ui.variants.splice_panel import SpliceChoice, wanted

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.effects.effect import VariantEffect
    from genoviz.effects.motif_changes import MotifChange
    from genoviz.report.html import Section
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect
    from genoviz.viewer.tracks import Track

_HELP = (
    "One HTML file to keep and to print, with the picture, the model's card and how it was made. It needs no network."
)


def effect_button(
    card: ModelCard,
    asked: Asked,
    found: Relevance,
    effect: VariantEffect,
    motifs: tuple[MotifChange, ...],
    explained: tuple[Attribution, Attribution] | None,
    compared: str,
    tracks: Seq[Track],
) -> None:
    """Of a model with one number for each allele: to print, and to zoom into the tracks of the page."""

    def make() -> str:
        from genoviz.plots.variant_picture import ALLELES_CAPTION, VALUES_CAPTION, alleles_picture, values_picture
        from genoviz.receipts.made import variant_receipt
        from genoviz.report.variant_report import effect_sections

        windows = effect.windows
        if explained is not None:
            before, after = explained[0].per_base, windows.onto_reference(explained[1].per_base)
            unit = per_base(explained[0].unit)
            picture = alleles_picture(windows.reference.bases, before, after, windows.reference_span, unit)
            caption = ALLELES_CAPTION
        else:
            picture = values_picture(effect.reference_value, effect.alternate_value, effect.unit)
            caption = VALUES_CAPTION
        receipt = variant_receipt(card, effect, genome=asked.entry.name).sha256
        details = {"target": effect.target.resolved(card), "window": windows.locus, "receipt": receipt}
        sections = effect_sections(card, effect, motifs, compared)
        return _written(card, asked, found, effect.sentence, sections, picture, caption, details)

    def told() -> str:
        from genoviz.report.stories import variant_story

        return variant_story(
            card,
            effect,
            genome=asked.entry.name,
            explained=explained,
            motifs=motifs,
            compared=compared,
            place=(asked.where.sentence, found.reason, *asked.notices),
            tracks=tracks,
            made=datetime.now().date(),
        )

    _button(card, asked, make)
    _story_button(card, asked, told)


def splice_button(
    card: ModelCard, asked: Asked, found: Relevance, effect: SpliceEffect | SpliceUsageEffect, choice: SpliceChoice
) -> None:
    """Of a splice model, with the scores that were chosen."""

    def make() -> str:
        from genoviz.plots.variant_picture import SPLICE_CAPTION, splice_picture
        from genoviz.report.variant_report import splice_sections
        from genoviz.splicing.effect import SpliceEffect

        masked, picture = choice.masked, ""
        if isinstance(effect, SpliceEffect):
            sentence, picture = wanted(effect, masked=masked).sentence, splice_picture(effect)
        else:
            sentence = wanted(effect, masked=masked).sentence
        details = {"strand": effect.strand, "distance": choice.distance, "masked": masked}
        sections = splice_sections(card, effect)
        return _written(card, asked, found, sentence, sections, picture, SPLICE_CAPTION, details)

    def told() -> str:
        from genoviz.report.stories import splice_story
        from genoviz.splicing.effect import SpliceEffect

        masked = choice.masked
        if isinstance(effect, SpliceEffect):
            shown: SpliceEffect | SpliceUsageEffect = wanted(effect, masked=masked)
        else:
            shown = wanted(effect, masked=masked)
        place = (asked.where.sentence, found.reason, *asked.notices)
        today = datetime.now().date()
        return splice_story(card, shown, distance=choice.distance, genome=asked.entry.name, place=place, made=today)

    _button(card, asked, make)
    _story_button(card, asked, told)


def _button(card: ModelCard, asked: Asked, make: Callable[[], str]) -> None:
    stem = f"genoviz_{card.name}_{asked.variant}".replace("/", "_")[:110]
    download("Report (HTML)", make, f"{stem}_report.html", "text/html", key=f"report {card.name}", help=_HELP)


def _story_button(card: ModelCard, asked: Asked, make: Callable[[], str]) -> None:
    stem = f"genoviz_{card.name}_{asked.variant}".replace("/", "_")[:110]
    download("Story (HTML)", make, f"{stem}_story.html", "text/html", key=f"story {card.name}", help=STORY_HELP)


def _written(
    card: ModelCard,
    asked: Asked,
    found: Relevance,
    sentence: str,
    sections: tuple[Section, ...],
    picture: str,
    caption: str,
    details: dict[str, object],
) -> str:
    from genoviz.report.variant_report import variant_report

    return variant_report(
        card,
        asked.variant,
        sentence,
        sections,
        place=(asked.where.sentence, found.reason, *asked.notices),
        picture=picture,
        caption=caption,
        made=datetime.now().date(),
        details=details | {"genome": asked.entry.title, "assembly": asked.entry.assembly or "not named"},
    )
