"""Entries for a list of references: genoviz, and the models that were asked."""

from __future__ import annotations

import re
from collections.abc import Sequence as Seq

from genoviz.models.card import ModelCard
from genoviz.receipts.receipt import Receipt
from genoviz.version import __version__

_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    letter: f"\\{letter}" for letter in "&%$#_{}"
}


def bibtex(cards: Seq[ModelCard], receipts: Seq[Receipt] = ()) -> str:
    """BibTeX of genoviz and of models.

    The entry of a model has the citation of its card in words (`howpublished`), because cards don't hold it in parts.

    Parameters
    ----------
    cards
        The models.
    receipts
        Results made with them; the version of genoviz is theirs.
    """
    version = next((r.made_with["genoviz"] for r in receipts if "genoviz" in r.made_with), __version__)
    entries = [
        _entry("software", "genoviz", {"title": "genoviz", "author": "{The genoviz authors}", "version": version})
    ]
    for card in cards:
        origin = card.origin
        fields = {
            "title": _plain(card.title),
            "author": f"{{{_plain(origin.authors)}}}" if origin else "",
            "year": str(origin.year) if origin and origin.year else "",
            "howpublished": _plain(card.citation),
            "note": _plain(f"weights sha256 {card.sha256}" if card.sha256 else "weights set by hand"),
        }
        entries.append(_entry("misc", f"genoviz:{re.sub(r'[^A-Za-z0-9.-]+', '-', card.name)}", fields))
    return "\n".join(entries)


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _plain(text: str) -> str:
    """Text without signs that mean something to TeX."""
    return "".join(_SPECIAL.get(letter, letter) for letter in " ".join(text.split()))
