"""Parts of the HTML files that leave the app: style, sections with tables, what a card says, and the page around them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TypeGuard

from genoviz.files.tsv import Row
from genoviz.models.card import ModelCard
from genoviz.models.organisms import organisms_of
from genoviz.models.uses import reasons
from genoviz.report.notice import NOTICE

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; color: #1c2530; background: #fff; margin: 2rem auto;
  max-width: 46rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
p { margin: .4rem 0; } .lead { font-size: 1.15rem; font-weight: bold; } .soft { color: #4a5663; }
.notice { border: 1px solid #8a6d00; background: #fff8e1; padding: .5rem .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #d5dbe1; vertical-align: top; overflow-wrap: break-word; }
th, td:first-child { white-space: nowrap; }
th.number { text-align: right; } td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { width: 100%; height: auto; } footer { margin-top: 2rem; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, table, figure { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Section:
    """A part of a report: sentences, then rows as a table."""

    title: str
    sentences: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def html(self) -> str:
        """The part as HTML; nothing where there is nothing to say."""
        text = "".join(f"<p>{escape(one)}</p>" for one in self.sentences if one)
        if not text and not self.rows:
            return ""
        return f"<section><h2>{escape(self.title)}</h2>{text}{_table(self.rows)}</section>"


def about_model(card: ModelCard) -> Section:
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


def page(title: str, body: Iterable[str], *, head: str = "", style: str = "", made: date | None = None) -> str:
    """A whole file.

    Parameters
    ----------
    title
        For the browser; plain text.
    body
        Its parts, as HTML.
    head, style
        What stands in its head beside the style, as HTML, and rules behind `STYLE`.
    made
        The day that stands on it; none if None.
    """
    foot = f"<footer class='soft'><p>{escape(NOTICE)}</p>{f'<p>Made on {made:%Y-%m-%d}.</p>' if made else ''}</footer>"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}{style}</style></head>'
        f"<body><main>{''.join(body)}</main>{foot}</body></html>\n"
    )


def _table(rows: Seq[Row]) -> str:
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(_header(name, [row[name] for row in rows if row.get(name) is not None]) for name in names)
    body = "".join(f"<tr>{''.join(_cell(row.get(name)) for name in names)}</tr>" for row in rows)
    # With `tabindex` the keyboard reaches a table that is wider than the screen.
    return f"<div class='wide' tabindex='0' role='group' aria-label='Table'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _header(name: str, values: Seq[object]) -> str:
    """Name of a column, above its numbers where it holds numbers."""
    right = " class='number'" if values and all(map(_is_number, values)) else ""
    return f"<th{right}>{escape(str(name).replace('_', ' '))}</th>"


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cell(value: object) -> str:
    if not _is_number(value):
        return f"<td>{escape('' if value is None else str(value))}</td>"
    return f"<td class='number'>{value:,}</td>" if isinstance(value, int) else f"<td class='number'>{value:.4g}</td>"
