"""Views that were saved: the JSON of a session file or receipt, and links to a page of genoviz.

Their parameters are those of docs/links.md. Here they are only recognised; what they mean is the page's business.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

from genoviz.question.reading import Reading
from genoviz.question.receipts import receipt
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import clip

SESSION_KEY = "genoviz_session"
_NAMES = {"sequence": "seq", SESSION_KEY: "v"}  # of a session file: those of a link
_TELLING = {"model", "track", "seq", "place", "variant", "example"}
_LONGEST_LINK = 20_000


def session_parameters(content: str | bytes) -> dict[str, str] | None:
    """The parameters of a session file as a link has them; None if the content is something else."""
    try:
        values = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or SESSION_KEY not in values:
        return None
    return {_NAMES.get(str(key), str(key)): str(value) for key, value in values.items()}


def link_parameters(text: str) -> dict[str, str] | None:
    """The parameters of a link to a page of genoviz, or of its part from the question mark on; None for other text."""
    plain = text.strip()
    if len(plain) > _LONGEST_LINK or len(plain.split()) != 1 or not plain.startswith(("http://", "https://", "?")):
        return None
    try:
        found = dict(parse_qsl(urlsplit(plain).query))
    except ValueError:
        return None
    return found if _TELLING & found.keys() else None


def saved(text: str) -> Reading | None:
    """The reading of a session file, receipt or link."""
    if (found := receipt(text)) is not None:
        return found
    if (values := session_parameters(text)) is not None:
        kind, what = "session", "a session file"
    elif (values := link_parameters(text)) is not None:
        kind, what = "link", "a link to a view"
    else:
        return None
    page = "variants" if values.get("variant") else "compare" if values.get("compare") else "sequence"
    listed = "; ".join(_parts(values))
    sentence = f"{what}: {listed}" if listed else what
    return Reading(kind, sentence, page, text, parameters=tuple(values.items()))


def _parts(values: dict[str, str]) -> list[str]:
    said = []
    for name, word in (("variant", "the variant"), ("place", "the place"), ("example", "the example")):
        if values.get(name):
            said.append(f"{word} {clip(values[name], 40)}")
    if values.get("genome") and (values.get("variant") or values.get("place")):
        said[-1] += f" of {clip(values['genome'], 30)}"
    if values.get("seq") and not said:
        said.append(f"a sequence of {base_count(len(values['seq']))}")
    if values.get("edits"):
        count = values["edits"].count(".") + 1
        said.append(f"{count:,} edit{'' if count == 1 else 's'}")
    if values.get("model"):
        said.append(f"the model {clip(values['model'], 60)}")
    return said
