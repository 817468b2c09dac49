"""The ninth column of GFF3 and GTF: the attributes of a row, as the file means them.

GFF3 writes `key=value;key=value` with percent-encoded letters, GTF `key "value"; key "value";`. What stands inside of quotes
is part of the value, even where it holds semicolons, quotes or other keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

Names = dict[str, list[str]]

_KEPT = ("gene_name", "gene", "Name", "locus_tag", "gene_id", "Alias", "gene_synonym", "transcript_id", "tag")
_TOLD = ("exception", "trans_splicing", "part", "exon_number", "rank", "Is_circular")
BIOTYPES = ("biotype", "gene_biotype", "gene_type", "transcript_biotype", "transcript_type", "orf_classification")
_WANTED = frozenset(("ID", "Parent", *_KEPT, *_TOLD, *BIOTYPES))
_KEYS = "|".join(sorted(_WANTED))
_GFF_KEY = re.compile(r"[\s;]*[^\s=;\"]+=")
_GFF_PAIR = re.compile(rf"(?:^|;)\s*({_KEYS})=([^;]*)")
_GTF_PAIR = re.compile(rf'(?:^|;)\s*({_KEYS})\s+(?:"([^"]*)"|([^\s;"]+))\s*(?=;|$)')
_ANY_KEY = re.compile(r"[;\s]*([^\s=;\"]+)(?:\s*=\s*|\s+|(?=[;\"]|$))")
_CLOSED = re.compile(r"\"\s*(?:;|$)")


def attributes(text: str) -> tuple[bool, Names]:
    """Whether a ninth column is GTF, and its attributes that tell of genes: all values of each key, in their order."""
    gtf = not _GFF_KEY.match(text)
    found: Names = {}
    if '"' not in text or (gtf and _plainly_quoted(text)):
        if gtf:
            for key, quoted, plain in _GTF_PAIR.findall(text):
                _put(found, key, (quoted or plain,))
        else:
            for key, values in _GFF_PAIR.findall(text):
                _put(found, key, map(unquote, values.split(",")))
        return gtf, found
    for key, value, quoted in _pairs(text):
        if key in _WANTED:
            _put(found, key, (value,) if gtf else map(unquote, [value] if quoted else value.split(",")))
    return gtf, found


def _plainly_quoted(text: str) -> bool:
    """Whether no value holds a semicolon, and no quote is open: then a pattern can read it, which is fast."""
    pieces = text.split('"')
    return len(pieces) % 2 == 1 and ";" not in "".join(pieces[1::2]) and "\\" not in text


def _pairs(text: str) -> list[tuple[str, str, bool]]:
    """(key, value, whether quoted) read from left to right; a quote ends a value where `;` or the end follows it."""
    found = []
    position, closes = 0, True
    while key := _ANY_KEY.match(text, position):
        position, quoted = key.end(), False
        closed = None
        if text.startswith('"', position) and closes:
            closed = _CLOSED.search(text, position + 1)
            closes = closed is not None
        if closed is not None:
            value, quoted = text[position + 1 : closed.start()], True
            position = closed.end()
        else:
            end = text.find(";", position)
            end = len(text) if end < 0 else end
            value, position = text[position:end], end
        found.append((key[1], value.replace('\\"', '"'), quoted))
    return found


def _put(found: Names, key: str, values: Iterable[str]) -> None:
    kept = [clean for value in values if (clean := clean_name(value))]
    if kept:
        found.setdefault(key, []).extend(kept)


def clean_name(text: str) -> str:
    """A name without white space at its ends and without letters that can't be seen; inside, single spaces."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
