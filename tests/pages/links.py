"""Text of pages without the links of its words."""

from __future__ import annotations

import re


def unlinked(text: str) -> str:
    """The text as it is read: without the signs that keep it from being markup, and without links to the glossary."""
    return re.sub(r'\[([^]]+)\]\(help\?[^ ]+ "[^"]*"\)', r"\1", text.replace("\\", ""))
