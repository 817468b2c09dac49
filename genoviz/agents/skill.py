"""The skill: a text that tells an agent how to use genoviz and how to answer with care."""

from __future__ import annotations

from pathlib import Path

from genoviz.errors import BadInput

SKILL = Path(__file__).with_name("SKILL.md")
FOLDER = Path(".claude") / "skills"  # in the home folder, where agents look for skills unless told otherwise
NAME = "genoviz"


def skill_text() -> str:
    """The text of `SKILL.md`."""
    return SKILL.read_text(encoding="utf-8")


def install_skill(folder: Path | None = None, *, replace: bool = False) -> Path:
    """Copy the skill into a folder of skills, as `genoviz/SKILL.md`.

    Parameters
    ----------
    folder
        The folder of skills; `.claude/skills` in the home folder when None.
    replace
        Write over a file with another text.

    Raises
    ------
    BadInput
        If there is another text and `replace` is not given, or the folder can't be written to.
    """
    path = (Path.home() / FOLDER if folder is None else folder) / NAME / SKILL.name
    text = skill_text()
    try:
        if path.exists() and not replace and path.read_text(encoding="utf-8") != text:
            raise BadInput(
                f"`{path}` is there, with another text.",
                "It is not written over unasked.",
                "Give --replace, or remove it.",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"`{path}` can't be written.", "A folder of yours.", "Name one: genoviz skill --install --folder DIR"
        ) from error
    return path
