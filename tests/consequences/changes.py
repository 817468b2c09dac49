"""Ways to ask one rule about one change, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence as Seq

from genoviz import Sequence, consequences, get_card
from genoviz.consequences.findings import Finding, SpliceSite
from genoviz.sequences.edit_text import parse_edit


def said(
    model: str, bases: str, edit: str, rule: str = "", *, track: str = "", sites: Seq[SpliceSite] | None = None
) -> list[Finding]:
    """Findings of an edit as people type it, of one rule if named."""
    sequence = Sequence(bases)
    found = consequences.of_edit(get_card(model), sequence, parse_edit(edit, sequence), track=track, sites=sites)
    return [finding for finding in found if rule in ("", finding.rule)]


def words(*args: str, **options: object) -> list[str]:
    """As `said`, the words alone."""
    return [finding.words for finding in said(*args, **options)]  # type: ignore[arg-type]


def written(length: int, *sites: tuple[int, str], fill: str = "C") -> str:
    """A sequence of one letter with words written over it from their first base (counted from 1) on."""
    letters = [fill] * length
    for start, word in sites:
        letters[start - 1 : start - 1 + len(word)] = word
    return "".join(letters)
