"""Edits as text: typed on a page (`A57G`, `del 60-62`), or as one word in a link (`57G.d60-62`).

Positions are 1-based with both ends included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from genoviz.errors import BadInput
from genoviz.sequences.bases import base_count
from genoviz.sequences.edits import ACCEPTED, MAX_BASES, MAX_EDITS, Edit
from genoviz.sequences.locus import clip, plain_dashes
from genoviz.sequences.sequence import Sequence

_POINT = re.compile(r"([A-Z])?([0-9,]+)(?:([A-Z])>)?([A-Z])", re.IGNORECASE)
_WORDS = re.compile(
    r"(?P<verb>del|delete|ins|insert|sub|replace)\s*(?P<start>[0-9,]+)(?:\s*(?:-|\.\.)\s*(?P<end>[0-9,]+))?"
    r"(?:\s+(?:with\s+)?(?P<bases>[A-Z\s]+))?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<verb>[dis])?(?P<start>[0-9]{1,9})(?:-(?P<end>[0-9]{1,9}))?(?P<bases>[A-Z]*)")


def parse_edit(text: str, sequence: Sequence) -> Edit:
    """Read a typed edit of `sequence`; the inverse of `Edit.label`.

    Parameters
    ----------
    text
        `A57G` (the letter before the position is checked), `57G`, `57A>G`, `del 60`, `del 60-62`, `ins 61 ACG`
        (before base 61; one past the last base appends) or `sub 60-62 ACG`. Case and thousands commas do not matter.
    sequence
        The sequence as it is now.

    Raises
    ------
    BadInput
        If the text is no edit, does not fit the sequence, or names a base that is not there.
    """
    plain = plain_dashes(text).strip()
    example = f"Type for example `{sequence.bases[0]}1{'G' if sequence.bases[0] != 'G' else 'A'}`."
    if not plain:
        raise BadInput("The edit is empty.", ACCEPTED, example)
    if len(plain) > MAX_BASES + 100:
        raise BadInput(f"The edit has {len(plain):,} characters.", ACCEPTED, example)
    point = _POINT.fullmatch(plain)
    if point:
        named, position, arrow, new = point.groups()
        start = _position(position, text, sequence)
        return _point(text, (named or arrow or "").upper().replace("U", "T"), start, new, sequence)
    words = _WORDS.fullmatch(plain)
    if not words:
        raise BadInput(f"{clip(text)} could not be read as an edit.", ACCEPTED, example)
    verb, bases = words["verb"].lower()[:3], words["bases"] or ""
    if verb == "del" and bases:
        raise BadInput(
            f"{clip(text)} deletes bases and names new ones.", ACCEPTED, "Leave the letters out, or type `sub`."
        )
    if verb != "del" and not bases:
        raise BadInput(
            f"{clip(text)} names no new bases.", ACCEPTED, f"Add them, for example `{clip(plain, 30).strip('`')} ACG`."
        )
    if verb == "ins":
        if words["end"]:
            raise BadInput(
                f"{clip(text)} inserts at a range.", ACCEPTED, f"Type `ins {words['start']} {bases.strip()[:20]}`."
            )
        start = _position(words["start"], text, sequence, last=len(sequence) + 1)
        return Edit(start, start, bases)
    start = _position(words["start"], text, sequence)
    end = _position(words["end"] or words["start"], text, sequence) + 1
    if end <= start:
        raise BadInput(
            f"{clip(text)} ends before it starts.",
            "The smaller position comes first.",
            f"Type `{verb} {end}-{start + 1}`.",
        )
    edit = Edit(start, end, "" if verb == "del" else bases, sequence.bases[start:end])
    edit.on(sequence.bases)
    return edit


def to_text(edits: Iterable[Edit]) -> str:
    """Edits as one word for a link: `57G.d60-62.i61ACG.s60-62AC`; the inverse of `from_text`."""
    words = []
    for edit in edits:
        where = f"{edit.start + 1}" if edit.end - edit.start == 1 else f"{edit.start + 1}-{edit.end}"
        if edit.kind == "insert":
            words.append(f"i{edit.start + 1}{edit.bases}")
        elif edit.kind == "delete":
            words.append(f"d{where}")
        else:
            words.append(f"{'' if edit.end - edit.start == len(edit.bases) == 1 else 's'}{where}{edit.bases}")
    return ".".join(words)


def from_text(text: str) -> tuple[Edit, ...]:
    """Read what `to_text` wrote; what the edits replaced is known only after `EditHistory.replay`.

    Raises
    ------
    BadInput
        If a part is not an edit.
    """
    words = [word for word in text.strip().upper().split(".") if word]
    if len(words) > MAX_EDITS:
        raise BadInput(
            f"The link holds {len(words):,} edits.", f"At most {MAX_EDITS:,} are read.", "Use a session file."
        )
    return tuple(_from_word(word) for word in words)


def _from_word(word: str) -> Edit:
    match = _COMPACT.fullmatch(word[:1].lower() + word[1:] if word[:1] in "DIS" else word)
    if match:
        verb, bases = match["verb"] or "", match["bases"]
        start = int(match["start"]) - 1
        end = int(match["end"] or match["start"])
        fits = {
            "": len(bases) == 1 and not match["end"],
            "d": not bases,
            "i": bool(bases) and not match["end"],
            "s": bool(bases),
        }
        if fits[verb] and 0 <= start < end:
            return Edit(start, start if verb == "i" else end, bases)
    raise BadInput(
        f"{clip(word, 30)} in the link is not an edit.",
        "Edits in links look like `57G`, `d60-62`, `i61ACG` or `s60-62AC`, with dots between.",
        "Copy the link again, or type the edits on the page.",
    )


def _point(text: str, named: str, start: int, new: str, sequence: Sequence) -> Edit:
    there = sequence.bases[start]
    new = new.upper().replace("U", "T")
    if named and named != there:
        # To change a base into itself is no way out: then only the position can be wrong.
        typed = f"Type `{there}{start + 1}{new}`, or check" if new != there else "Check"
        raise BadInput(
            f"{clip(text)} names {named} at base {start + 1:,}, but the sequence has {there} there{' already' if new == there else ''}.",
            "The letter before the position is the base that is there now.",
            f"{typed} the position: edits before it may have moved it.",
        )
    if new == there:
        raise BadInput(
            f"{clip(text)} changes nothing: base {start + 1:,} is already {there}.",
            "An edit names another base.",
            f"Type for example `{there}{start + 1}{'G' if there != 'G' else 'A'}`.",
        )
    return Edit(start, start + 1, new, there)


def _position(digits: str, text: str, sequence: Sequence, last: int | None = None) -> int:
    last = len(sequence) if last is None else last
    number = int(digits.replace(",", "")[:12] or 0)
    if not 1 <= number <= last:
        raise BadInput(
            f"{clip(text)} names position {number:,}.",
            f"The sequence has {base_count(len(sequence))}, so positions are 1 to {last:,} here.",
            "Type a position inside; the first base is 1.",
        )
    return number - 1
