"""Codes that say who did which lesson how, and that nobody can change without it being seen.

A code is text that people can read, closed by a signature over all of it:

    gv1/one-hot/Ana+Lopez/2026-11-30/s1h0,s3h2,g2h3/7QWD-2K4M-XN5A-PLTV

Each step has a letter (`s` solved, `g` answer given, `o` open), the number of tries, and that of hints. The signature is an
HMAC. Its key is a class phrase where the teacher set one (the code then begins with `gv1c`). Otherwise it is a key that
stands in this file: it finds slips and edited names, but who reads this file can sign anything.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from urllib.parse import quote_plus, unquote_plus

from genoviz.errors import BadInput
from genoviz.learn.progress import OPEN, SHOWN, SOLVED, StepResult, summary

VARIABLE = "GENOVIZ_CLASS_PHRASE"
LONGEST_NAME = 60
_PUBLIC, _CLASS = "gv1", "gv1c"
_PUBLIC_KEY = "genoviz lessons"
_LETTERS = {SOLVED: "s", SHOWN: "g", OPEN: "o"}
_STEP = re.compile(r"([sgo])([0-9]{1,4})h([0-9]{1,2})")
_ACCEPTED = "A code is what the last step of a lesson shows: `gv1/lesson/name/date/steps/signature`."


@dataclass(frozen=True)
class Result:
    """What a code says.

    Attributes
    ----------
    lesson, name, day
        Key of the lesson, who did it, and when.
    steps
        What was done in each step.
    signed_by_class
        Whether a class phrase signed it.
    """

    lesson: str
    name: str
    day: date
    steps: tuple[StepResult, ...]
    signed_by_class: bool = False

    @property
    def sentence(self) -> str:
        """Who did what, in words."""
        return f"{self.name}, lesson `{self.lesson}`, {self.day.isoformat()}: {summary(self.steps)}."


def write_code(lesson: str, name: str, day: date, steps: tuple[StepResult, ...], phrase: str | None = None) -> str:
    """The code of a lesson that somebody did.

    Parameters
    ----------
    lesson, name, day, steps
        See `Result`.
    phrase
        The class phrase; None takes that of the environment (`GENOVIZ_CLASS_PHRASE`), empty for none.

    Raises
    ------
    BadInput
        If the name is empty or too long.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(
            f"The name has {len(name)} letters.",
            f"A name has 1 to {LONGEST_NAME} letters.",
            "Type your name, or a short one.",
        )
    phrase = class_phrase() if phrase is None else phrase
    done = ",".join(f"{_LETTERS[s.state]}{min(s.tries, 9999)}h{min(s.hints, 99)}" for s in steps)
    head = "/".join([_CLASS if phrase else _PUBLIC, lesson, quote_plus(name), day.isoformat(), done])
    return f"{head}/{_signature(head, phrase)}"


def read_code(code: str, phrase: str | None = None) -> Result:
    """What a code says, if its signature fits.

    Raises
    ------
    BadInput
        If it is no code, was changed, or was signed by another class phrase.
    """
    phrase = class_phrase() if phrase is None else phrase
    head, _, signature = "".join(code.split()).rpartition("/")
    parts = head.split("/")
    if len(parts) != 5 or parts[0] not in (_PUBLIC, _CLASS):
        raise BadInput(f"`{code.strip()[:80]}` is no result code.", _ACCEPTED, "Copy the whole code.")
    by_class = parts[0] == _CLASS
    if by_class and not phrase:
        raise BadInput(
            "The code was signed with a class phrase.",
            f"It is checked with the same phrase, in the environment variable {VARIABLE} or as --phrase.",
            "Give the phrase.",
        )
    if phrase and not by_class:
        raise BadInput(
            "The code was not signed with the class phrase.",
            "Where a class phrase is set, all codes are signed with it.",
            f"Check it without the phrase, or let the lesson run where {VARIABLE} is set.",
        )
    if not hmac.compare_digest(_signature(head, phrase if by_class else ""), signature.upper()):
        raise BadInput(
            f"The signature of `{code.strip()[:80]}` does not fit.",
            "A code fits as it was shown: name, date and steps can't be changed"
            + (", and the class phrase is the one it was signed with." if by_class else "."),
            "Ask for the code again.",
        )
    steps = [_STEP.fullmatch(word) for word in parts[4].split(",")]
    states = {letter: state for state, letter in _LETTERS.items()}
    try:
        day = date.fromisoformat(parts[3])
        done = tuple(StepResult(int(step[2]), int(step[3]), states[step[1]]) for step in steps)  # type: ignore[index]
    except (ValueError, TypeError) as error:
        raise BadInput(f"`{head[:80]}` can't be read.", _ACCEPTED, "Copy the whole code.") from error
    return Result(parts[1], unquote_plus(parts[2]), day, done, by_class)


def class_phrase() -> str:
    """The class phrase of the environment; empty for none."""
    return os.environ.get(VARIABLE, "").strip()


def _signature(head: str, phrase: str) -> str:
    """80 bits, as four groups of four letters and digits."""
    digest = hmac.new((phrase or _PUBLIC_KEY).encode(), head.encode(), sha256).digest()
    letters = base64.b32encode(digest[:10]).decode("ascii")
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))
