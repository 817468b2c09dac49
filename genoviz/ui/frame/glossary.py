"""Links from texts of the pages to the words of the glossary, each with its meaning on hover and on keyboard focus."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import quote

from genoviz.lessons.glossary import TERMS, Term
from genoviz.ui.frame.outputs import escape

__all__ = ["PAGE", "PARAMETER", "STYLE", "TERMS", "Term", "linked", "linked_markdown"]

PAGE, PARAMETER = "help", "word"  # `help?word=AUROC` opens Help at a word
# Browsers show a title to the mouse only: who comes by keyboard reads it below the word.
STYLE = f"""
a[href*="{PAGE}?{PARAMETER}="] {{ position: relative; }}
a[href*="{PAGE}?{PARAMETER}="]:focus-visible::after {{
  content: attr(title); position: absolute; left: 0; top: calc(100% + 4px); z-index: 10; width: max-content;
  max-width: min(22rem, 60vw); padding: 6px 10px; border-radius: 6px; background: #1c2530; color: #ffffff;
  font-size: 0.875rem; font-weight: 400; line-height: 1.4;
}}
"""


def linked(text: str, done: set[str] | None = None) -> str:
    """A text as Markdown, as `escape` gives it, in which the first of each glossary word is a link with its meaning.

    Parameters
    ----------
    text
        Plain, with code between backticks.
    done
        Names of terms that were linked before, to be left alone; those that are linked here are added to it.

    Examples
    --------
    >>> linked("This has AUROC 0.9.")
    'This has [AUROC](help?word=AUROC "The chance that a true positive scores above a negative; 0.5 is guessing, 1 perfect.") 0\\\\.9\\\\.'
    """
    linked_before = set() if done is None else done
    pieces = re.split(r"(`[^`]+`)", text)  # nothing is linked in code
    if text.count("`") % 2:
        pieces = [text]
    return "".join(
        piece if piece.startswith("`") and i % 2 else _linked(piece, linked_before) for i, piece in enumerate(pieces)
    )


_KEPT = re.compile(r"(`[^`]*`|!?\[[^\]]*\]\([^)]*\)|:material/[a-z_]+:|^#+ .*$)", re.M)  # code, links, icons, headings


def linked_markdown(text: str) -> str:
    """A Markdown text of ours, in which the first of each glossary word is a link with its meaning.

    Examples
    --------
    >>> linked_markdown("**Logits** as in `logits`.")
    '**[Logits](help?word=Logit "Log odds, ln(p / (1 - p)); 0 is a probability of one half.")** as in `logits`.'
    """
    done: set[str] = set()
    pieces = _KEPT.split(text)
    return "".join(piece if i % 2 else _linked(piece, done, str) for i, piece in enumerate(pieces))


def _linked(text: str, done: set[str], written: Callable[[str], str] = escape) -> str:
    out, at = [], 0
    for found in _pattern().finditer(text):
        term = _by_spelling()[found[0].lower()]
        if term.name in done:
            continue
        done.add(term.name)
        meaning = term.meaning.replace('"', "'")
        out += [
            written(text[at : found.start()]),
            f'[{written(found[0])}]({PAGE}?{PARAMETER}={quote(term.name)} "{meaning}")',
        ]
        at = found.end()
    return "".join([*out, written(text[at:])])


@cache
def _by_spelling() -> dict[str, Term]:
    return {spelled.lower(): term for term in TERMS for spelled in term.spelled}


@cache
def _pattern() -> re.Pattern[str]:
    """Any spelling as a whole word, the longest first; abbreviations in capitals only as such."""
    longest = sorted((s for term in TERMS for s in term.spelled), key=len, reverse=True)
    words = "|".join(re.escape(s) if s.isupper() else f"(?i:{re.escape(s)})" for s in longest)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")
