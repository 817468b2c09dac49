"""What a lesson is, and how its text is read from `NN-key.md` in this folder. See docs/lessons.md for the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from genoviz.errors import BadInput, UnknownName

FOLDER = Path(__file__).parent
LINK = re.compile(r"\]\(([a-z]+\?[^)\s]+)\)")  # `[words](page?parameters)`
_FIELDS = ("number", "title", "question", "minutes", "citation")
_PLACES = ("doi", "url")
_TASK = re.compile(r"^task: *([a-z0-9_]+\.[a-z0-9_]+) *$", re.M)
_NAMED = re.compile(r"\{([a-z0-9_]+)\}")
_FORM = "A lesson has fields between two lines of ---, an introduction, steps, then `## Summary` and `## Go further`."


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Attributes
    ----------
    title, text
        Heading, and the little that is said before the task (Markdown).
    task
        Name of its exercise: `module.name`, see `genoviz.learn.exercise`.
    prompt
        What to do.
    hints
        From gentle to plain.
    why
        What is said once it is solved. As in the other texts, `{name}` stands for a fact of the exercise.
    """

    title: str
    text: str
    task: str
    prompt: str
    hints: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes
    ----------
    key, number, title, question
        Name in links and codes, place in the list, title, and the one question that it answers.
    minutes
        How long it takes a student.
    citation, address
        A paper to read, and where it is.
    intro, steps, summary, further
        Its parts (Markdown).
    """

    key: str
    number: int
    title: str
    question: str
    minutes: int
    citation: str
    address: str
    intro: str
    steps: tuple[Step, ...]
    summary: str
    further: str

    @property
    def sentence(self) -> str:
        """`Lesson 2, Title (12 min): the question`."""
        return f"Lesson {self.number}, {self.title} ({self.minutes} min): {self.question}"

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Links to pages of the app in any of its texts, as page and parameters."""
        texts = [self.intro, self.summary, self.further, *(f"{s.text}\n{s.prompt}\n{s.why}" for s in self.steps)]
        found = [link.partition("?") for text in texts for link in LINK.findall(text)]
        return tuple((page, parameters) for page, _, parameters in found)


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with facts in place of their names between braces.

    Raises
    ------
    BadInput
        If the text names a fact that is not there.
    """

    def fact(match: re.Match[str]) -> str:
        if match[1] not in facts:
            raise BadInput(
                f"A lesson's text names the fact `{match[1]}`.",
                f"Its exercise has {', '.join(facts) or 'none'}.",
                "Correct the text, or the exercise's facts.",
            )
        return facts[match[1]]

    return _NAMED.sub(fact, text)


def read_lesson(text: str, name: str) -> Lesson:
    """A lesson from its text; `name` is that of its file, `08-lies.md`.

    Raises
    ------
    BadInput
        If a part is missing or can't be read; the message names it.
    """
    match = re.fullmatch(r"([0-9]{2})-([a-z0-9-]+)\.md", name)
    parts = re.fullmatch(r"---\n(.*?)\n---\n(.*)", text, re.S)
    if match is None or parts is None:
        raise BadInput(
            f"`{name}` can't be read as a lesson.", _FORM, "Name it `NN-key.md` and begin it with its fields."
        )
    fields = dict(_field(line, name) for line in parts[1].splitlines() if line.strip())
    missing = [field for field in _FIELDS if field not in fields]
    place = next((fields[one] for one in _PLACES if one in fields), "")
    if missing or not place or set(fields) - {*_FIELDS, *_PLACES}:
        wrong = ", ".join(missing) or "doi or url"
        raise BadInput(
            f"The fields of `{name}` are {', '.join(fields)}.",
            f"A lesson has {', '.join(_FIELDS)}, and doi or url.",
            f"Look at: {wrong}.",
        )
    if fields["number"] != str(int(match[1])) or not fields["minutes"].isdigit():
        raise BadInput(
            f"`{name}` has the number {fields['number']} and takes {fields['minutes']} minutes.",
            "The number is that of the file's name; minutes are a whole number.",
            "Correct the fields.",
        )
    intro, sections = _split(parts[2], "## ")
    steps = [_step(title, body, name) for title, body in sections if title not in ("Summary", "Go further")]
    ends = dict(sections)
    if not steps or not intro or "Summary" not in ends or "Go further" not in ends:
        raise BadInput(f"`{name}` has the parts {', '.join(ends) or 'none'}.", _FORM, "Add what is missing.")
    return Lesson(
        match[2],
        int(match[1]),
        fields["title"],
        fields["question"],
        int(fields["minutes"]),
        fields["citation"],
        f"https://doi.org/{place}" if "doi" in fields else place,
        intro,
        tuple(steps),
        ends["Summary"],
        ends["Go further"],
    )


@cache
def list_lessons() -> tuple[Lesson, ...]:
    """All lessons, by number."""
    return tuple(read_lesson(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.md")))


def get_lesson(key: str) -> Lesson:
    """A lesson by its key, or by its number as text.

    Raises
    ------
    UnknownName
        If there is none.
    """
    found = next((lesson for lesson in list_lessons() if key in (lesson.key, str(lesson.number))), None)
    if found is None:
        raise UnknownName.among("lesson", key, [lesson.key for lesson in list_lessons()])
    return found


def _field(line: str, name: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon or not value.strip():
        raise BadInput(f"`{name}` has the line `{line[:60]}` among its fields.", "A field is `name: value`.")
    return key.strip(), value.strip()


def _split(text: str, mark: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first heading, and each heading with its body."""
    before, *rest = re.split(rf"^{re.escape(mark)}(?=\S)", text, flags=re.M)
    parts = [part.partition("\n") for part in rest]
    return before.strip(), [(title.strip(), body.strip()) for title, _, body in parts]


def _step(title: str, body: str, name: str) -> Step:
    said, parts = _split(body, "### ")
    tasks, ends = _TASK.findall(said), dict(parts)
    hints = tuple(re.findall(r"^- (.+(?:\n  .+)*)", ends.get("Hints", ""), re.M))
    if len(tasks) != 1 or list(ends) != ["Hints", "Why"] or not hints:
        raise BadInput(
            f"The step `{title}` of `{name}` has {len(tasks)} tasks, {len(hints)} hints and the parts {', '.join(ends)}.",
            "A step has one line `task: module.name`, then `### Hints` with a list, then `### Why`.",
            "Correct the step.",
        )
    text, prompt = _TASK.sub("\0", said).split("\0")
    return Step(title, text.strip(), tasks[0], prompt.strip(), hints, ends["Why"])
