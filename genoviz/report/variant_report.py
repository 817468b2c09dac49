"""One variant on paper: a single HTML file that needs no network, with what was asked, what was found and by what.

It holds no script and loads nothing, so that it can be kept, mailed and printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from genoviz.effects.tables import change_table
from genoviz.files.tsv import Row
from genoviz.models.card import ModelCard
from genoviz.models.organisms import organisms_of
from genoviz.models.provenance import provenance
from genoviz.models.uses import reasons
from genoviz.models.words import held_out_sentence, rounded
from genoviz.report.links import links
from genoviz.report.notice import NOTICE
from genoviz.splicing.tables import effect_rows
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.effects.effect import VariantEffect
    from genoviz.effects.motif_changes import MotifChange
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; color: #1c2530; background: #fff; margin: 2rem auto;
  max-width: 46rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
p { margin: .4rem 0; } .lead { font-size: 1.15rem; font-weight: bold; } .soft { color: #4a5663; }
.notice { border: 1px solid #8a6d00; background: #fff8e1; padding: .5rem .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #d5dbe1; vertical-align: top; overflow-wrap: break-word; }
th, td:first-child { white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { width: 100%; height: auto; } footer { margin-top: 2rem; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, table, figure { break-inside: avoid; } }
"""
_OF_MOTIFS = ("motif", "status", "place", "REF score (bits)", "ALT score (bits)", "family")  # what fits on a page


@dataclass(frozen=True)
class Section:
    """A part of a report: sentences, then rows as a table."""

    title: str
    sentences: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def html(self) -> str:
        """The part as HTML; nothing where there is nothing to say."""
        if not self.sentences and not self.rows:
            return ""
        text = "".join(f"<p>{escape(one)}</p>" for one in self.sentences)
        return f"<section><h2>{escape(self.title)}</h2>{text}{_table(self.rows)}</section>"


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
    body = "".join(
        (
            f"<h1>{escape(str(variant))}</h1>",
            f"<p class='soft'>{escape(about)}{f' · {out}' if out else ''}</p>",
            f"<p class='notice'>{escape(NOTICE)}</p>",
            f"<p class='lead'>{escape(sentence)}</p>",
            head,
            drawn,
            *(section.html for section in sections),
            _of_model(card).html,
            Section("How it was made", (), tuple(settings)).html,
            f"<footer class='soft'><p>{escape(NOTICE)}</p>{f'<p>Made on {made:%Y-%m-%d}.</p>' if made else ''}</footer>",
        )
    )
    title = escape(f"{variant} · {card.title}")
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>\n"
    )


def _of_model(card: ModelCard) -> Section:
    """The facts of a card that a reader needs to judge the result."""
    facts = {
        "model": f"{card.title} ({card.name})",
        "answers": f"{card.task}, {card.family}",
        "learned from": ", ".join(filter(None, (*organisms_of(card), card.assembly))),
        "reads": f"{card.length:,} bases of {card.molecule}",
        "training data": card.data,
        "split": card.split,
        "good and not good for": " ".join(reasons(card)),
        "limits": " ".join(card.limits),
        "licence of the weights": card.licence,
        "citation": card.citation,
    }
    return Section("About the model", (), tuple({"fact": key, "value": value} for key, value in facts.items() if value))


def _table(rows: Seq[Row]) -> str:
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{escape(str(name).replace('_', ' '))}</th>" for name in names)
    body = "".join(f"<tr>{''.join(_cell(row.get(name)) for name in names)}</tr>" for row in rows)
    return f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"<td>{escape('' if value is None else str(value))}</td>"
    return f"<td class='number'>{value:,}</td>" if isinstance(value, int) else f"<td class='number'>{value:.4g}</td>"
