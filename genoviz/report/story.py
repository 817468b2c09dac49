"""A story: one HTML file with the viewer, tables, limits and receipts of a result, that needs no network and no genoviz.

The file's own policy forbids a browser to load anything, so what is not in it can't be asked for.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any

from genoviz.models.card import ModelCard
from genoviz.receipts.receipt import Receipt
from genoviz.report.app_link import app_link
from genoviz.report.bibtex import bibtex
from genoviz.report.code import python_code
from genoviz.report.html import Section, about_model, page
from genoviz.report.methods_text import methods_paragraph
from genoviz.report.notice import NOTICE
from genoviz.sequences.sequence import Fitted, Sequence
from genoviz.viewer.markup import HTML
from genoviz.viewer.message import build
from genoviz.viewer.script import script, style
from genoviz.viewer.tracks import Track

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:"
_STYLE = """
:root { color-scheme: light dark; --st-text-color: #1c2530; --st-background-color: #ffffff; --st-primary-color: #2563a8;
  --st-secondary-background-color: #eef1f4; --st-border-color: #c3ccd5; --st-font: Helvetica, Arial, "Liberation Sans", sans-serif; }
body { max-width: 62rem; background: var(--st-background-color); color: var(--st-text-color); }
a { color: var(--st-primary-color); } pre { overflow-x: auto; padding: .6rem; background: var(--st-secondary-background-color);
  font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; } .gv { margin: 1rem 0; }
summary { cursor: pointer; font-weight: bold; margin: 1.2rem 0 .4rem; }
.link { overflow-wrap: anywhere; }
.files a { display: inline-block; margin: 0 .8rem .4rem 0; }
@media (prefers-color-scheme: dark) {
  :root { --st-text-color: #e8ebf0; --st-background-color: #14181f; --st-primary-color: #7fb0f5;
    --st-secondary-background-color: #222833; --st-border-color: #454d5a; }
  .soft { color: #aab3bf; } .notice { background: #3a3000; border-color: #8a6d00; } th, td { border-color: #3a424e; }
}
@media print { :root { --st-text-color: #1c2530; --st-background-color: #ffffff; } .gv-bar { display: none; } }
"""
_MOUNT = """
for (const box of document.querySelectorAll(".story-viewer")) {
  const data = JSON.parse(box.querySelector("script").textContent);
  mount({ data, parentElement: box, setTriggerValue() {} });
}
"""


@dataclass(frozen=True)
class Figure:
    """The viewer on one sequence.

    Attributes
    ----------
    sequence, tracks
        What is drawn; every track is as long as the sequence.
    title, summary
        Name above the picture, and what it shows in a sentence.
    window
        Bases shown at first (0-based, half-open); all when None.
    palette
        Colours of the letters to begin with.
    options
        Others of `genoviz.viewer.message.build`: edits, rulers, the strand.
    """

    sequence: Sequence
    tracks: tuple[Track, ...]
    title: str = ""
    summary: str = ""
    window: tuple[int, int] | None = None
    palette: str = "classic"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> dict[str, Any]:
        """What the viewer is sent: nothing can be edited."""
        return build(
            sequence=self.sequence,
            tracks=self.tracks,
            view_id=self.title or "story",
            revision="story",
            title=self.title or None,
            summary=self.summary,
            window=self.window,
            palette=self.palette,
            editable=False,
            **self.options,
        )


def story(
    title: str,
    sentences: Seq[str],
    figures: Seq[Figure],
    sections: Seq[Section],
    cards: Seq[ModelCard],
    receipts: Seq[Receipt],
    *,
    fitted: Fitted | None = None,
    made: date | None = None,
) -> str:
    """The text of the file.

    Parameters
    ----------
    title
        What it is about.
    sentences
        The result in words, the most important first.
    figures
        Pictures to zoom into.
    sections
        Tables and notes below them.
    cards
        The models that were asked; what their cards say of limits stands in the file.
    receipts
        Of the results that are shown; files in it, for `genoviz verify`.
    fitted
        Which bases of the given sequence were read.
    made
        The day that stands on it; none if None.
    """
    lead, *further = sentences or ("",)
    body = (
        f"<h1>{escape(title)}</h1>",
        f"<p class='notice'>{escape(NOTICE)}</p>",
        f"<p class='lead'>{escape(lead)}</p>",
        *(f"<p>{escape(sentence)}</p>" for sentence in further),
        "<noscript><p>The picture needs JavaScript; the tables below do not.</p></noscript>",
        *(_figure(figure.message) for figure in figures),
        *(section.html for section in sections),
        *(about_model(card).html for card in cards),
        _again(cards, receipts, fitted),
        f'<script type="module">{_inline(script())}{_MOUNT}</script>' if figures else "",
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return page(title, body, head=head, style=style() + _STYLE, made=made)


def _figure(message: Mapping[str, Any]) -> str:
    data = json.dumps(message, allow_nan=False).replace("<", "\\u003c")
    return f'<div class="story-viewer"><script type="application/json">{data}</script>{HTML}</div>'


def _inline(text: str) -> str:
    """A script that no text in it can end."""
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _again(cards: Seq[ModelCard], receipts: Seq[Receipt], fitted: Fitted | None) -> str:
    """How others make it again: receipts as files, methods, references and code."""
    if not receipts:
        return ""
    files = "".join(
        f'<a download="genoviz_{receipt.kind}_receipt.json" href="data:application/json;base64,{_base64(receipt.json())}">'
        f"Receipt of {receipt.kind} (JSON)</a>"
        for receipt in receipts
    )
    parts = (
        ("Methods text", methods_paragraph(cards, receipts, fitted)),
        ("References (BibTeX)", bibtex(cards, receipts)),
        ("Code", python_code(receipts)),
    )
    told = "".join(f"<details><summary>{name}</summary><pre>{escape(text)}</pre></details>" for name, text in parts)
    seals = "".join(f"<li>{escape(one.kind)}: <code>{one.sha256}</code></li>" for one in receipts)
    return (
        "<section><h2>How to make it again</h2><p>A receipt says what was asked of which model, and holds the numbers. "
        "<code>genoviz verify FILE</code> computes them again and says whether the same comes out.</p>"
        f"<p class='files'>{files}</p><p>Checksums of the receipts:</p><ul>{seals}</ul>"
        "<p>Behind the address of a genoviz that runs, such as http://localhost:8501, this opens the same: "
        f"<code class='link'>{escape(app_link(cards[0], receipts))}</code></p>"
        f"{told}</section>"
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")
