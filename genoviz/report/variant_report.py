"""One variant on paper: a single HTML file that needs no network, with what was asked, what was found and by what.

It holds no script and loads nothing, so that it can be kept, mailed and printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Seq
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from genoviz.effects.tables import change_table
from genoviz.files.tsv import Row
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance
from genoviz.models.words import held_out_sentence, rounded
from genoviz.report.html import Section, about_model, page
from genoviz.report.links import links
from genoviz.report.notice import NOTICE
from genoviz.splicing.tables import effect_rows
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.effects.effect import VariantEffect
    from genoviz.effects.motif_changes import MotifChange
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect

_OF_MOTIFS = ("motif", "status", "place", "REF score (bits)", "ALT score (bits)", "family")  # what fits on a page


def effect_sections(
    card: ModelCard, effect: VariantEffect, motifs: Seq[MotifChange] = (), compared: str = ""
) -> tuple[Section, ...]:
    """What a model says of a variant: its numbers, findings, motifs, and what to mind.

    Parameters
    ----------
    card, effect
        The model and its answer.
    motifs
        Matches that the variant changes.
    compared
        The effect's place among random changes, in words.
    """
    numbers: list[Row] = [
        {"what": "reference allele", "value": rounded(effect.reference_value, effect.unit), "unit": effect.unit},
        {"what": "alternate allele", "value": rounded(effect.alternate_value, effect.unit), "unit": effect.unit},
        *({"what": one.name, "value": f"{one.value:+.4g}", "unit": one.formula} for one in effect.scores),
    ]
    found = [
        f"{one.words[:1].upper()}{one.words[1:]}{f' ({one.more})' if one.more else ''}." for one in effect.consequences
    ]
    minds = [*filter(None, (compared, effect.agreement.sentence)), *effect.notices]
    track = effect.target.tracks[0] if effect.target.tracks else ""
    return (
        Section(f"{card.title}: {', '.join(effect.target.tracks)}", (held_out_sentence(card, track),), tuple(numbers)),
        Section("What the rules of biology say", tuple(found)),
        Section("Motifs gained and lost", (), tuple({k: row[k] for k in _OF_MOTIFS} for row in change_table(motifs))),
        Section("To mind", tuple(minds)),
    )


def splice_sections(card: ModelCard, effect: SpliceEffect | SpliceUsageEffect) -> tuple[Section, ...]:
    """What a splice model says of a variant: its scores in both forms, and what to mind."""
    transcript = effect.transcript
    along = (
        f"Read along {transcript.identifier} of {transcript.gene}, {effect.strand} strand."
        if transcript is not None
        else f"Read along the genome, {effect.strand} strand; no transcript was given."
    )
    single = len(effect.placements) == 1
    rows = [
        {k: _score(k, v) for k, v in row.items() if v != "" and not (single and k in ("placement", "variant"))}
        for row in effect_rows(effect)
    ]
    return (Section(card.title, (along,), tuple(rows)), Section("To mind", effect.notices))


def _score(name: str, value: object) -> object:
    """Scores with three digits behind the point, distances with their sign, the rest as it is."""
    if name in ("score", "masked_score") and isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:+d}" if name == "distance" and isinstance(value, int) else value


def variant_report(
    card: ModelCard,
    variant: Variant,
    sentence: str,
    sections: Iterable[Section],
    *,
    place: Seq[str] = (),
    picture: str = "",
    caption: str = "",
    made: date | None = None,
    details: Mapping[str, object] | None = None,
) -> str:
    """A variant's report as the text of an HTML file.

    Parameters
    ----------
    card
        The model that was asked.
    variant
        The change, with its assembly.
    sentence
        The result in words.
    sections
        See `effect_sections` and `splice_sections`.
    place
        Sentences on where the variant lies and why this model was asked.
    picture, caption
        An SVG drawing, and what it shows.
    made
        The day that stands on it; none if None.
    details
        Further settings, as in `genoviz.models.provenance.provenance`.
    """
    drawn = f"<figure>{picture}<figcaption class='soft'>{escape(caption)}</figcaption></figure>" if picture else ""
    known = links(variant)
    out = " · ".join(f'<a href="{escape(one.url)}">{escape(one.site)}</a>' for one in known)
    about = f"{variant.kind}, {variant.assembly or 'assembly not named'}"
    head = "".join(f"<p>{escape(one)}</p>" for one in place)
    settings = [{"setting": key, "value": str(value)} for key, value in provenance(card, **(details or {})).items()]
    body = (
        f"<h1>{escape(str(variant))}</h1>",
        f"<p class='soft'>{escape(about)}{f' · {out}' if out else ''}</p>",
        f"<p class='notice'>{escape(NOTICE)}</p>",
        f"<p class='lead'>{escape(sentence)}</p>",
        head,
        drawn,
        *(section.html for section in sections),
        about_model(card).html,
        Section("How it was made", (), tuple(settings)).html,
    )
    return page(f"{variant} · {card.title}", body, made=made)
