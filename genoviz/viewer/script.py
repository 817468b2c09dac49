"""The browser's script: the ES modules of `browser/` joined into one text.

Streamlit hands a component's script to the browser as one module without an address, so its files cannot import each
other there. They are therefore written as plain modules, which editors, type checkers and node understand, and joined
when the server starts: imports and the word `export` go, the files follow each other as they depend on each other.
That is safe only for a simple form of module, and everything else is refused:

- imports stand first, name what they take (`import { a, b } from "./file.mjs";`) and do not rename it;
- exports are declarations (`export const a`, `export function b`, `export class C`); only the entry has a default;
- names at the top level are unique among all files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import numpy as np

from genoviz.sequences.bases import IUPAC

FOLDER = Path(__file__).parent / "browser"
ENTRY = "component.mjs"
NOTEBOOK = "notebook.mjs"

_IMPORT = re.compile(r"^import \{([^{}*]*)\} from \"\./([\w-]+\.mjs)\";\n", re.MULTILINE)
_DECLARATION = re.compile(r"^(export )?(?:const|let|function|class) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default function (\w+)", re.MULTILINE)
_OTHER_FORM = re.compile(r"^(?:import\b|export\b|(?:const|let|var|function|class|async)\b(?! \w)|var\b|async\b).*|.*\bimport\(.*", re.MULTILINE)  # fmt: skip


@cache
def script(entry: str = ENTRY) -> str:
    """The joined script with the letter outlines in it; comments and indentation stay out of every message.

    `entry` is the module that begins: `ENTRY` for Streamlit, `NOTEBOOK` for a widget of a notebook.
    """
    modules = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.mjs")}
    return bare(join(modules, entry)).replace("__GLYPHS__", json.dumps(glyphs()), 1)


@cache
def style() -> str:
    """The style, which takes its colours and font from variables of the page around it."""
    return (FOLDER.parent / "viewer.css").read_text(encoding="utf-8")


def join(modules: Mapping[str, str], entry: str) -> str:
    """One module from `entry` and all it imports.

    Parameters
    ----------
    modules
        Text of each module by file name.
    entry
        Name of the module whose default export is that of the whole.

    Raises
    ------
    ValueError
        If a module has a form that can't be joined (see above), a name is imported that its file does not export,
        two files declare one name, a file is not there, or files import each other in a circle.
    """
    needs: dict[str, set[str]] = {}
    wanted = [entry]
    while wanted:
        name = wanted.pop()
        if name in needs:
            continue
        if name not in modules:
            raise _refused(name, "it is imported but not there")
        needs[name] = {needed for _, needed in _IMPORT.findall(modules[name])}
        wanted += sorted(needs[name])
    try:
        order = list(TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).static_order())
    except CycleError as circle:
        raise _refused(entry, f"its files import each other in a circle: {', '.join(circle.args[1])}") from circle
    exported: dict[str, set[str]] = {}
    declared: dict[str, str] = {}
    parts = []
    for name in order:
        text = modules[name]
        for names, needed in _IMPORT.findall(text):
            missing = {each.strip() for each in names.split(",") if each.strip()} - exported[needed]
            if missing:
                raise _refused(name, f"{needed} does not export {', '.join(sorted(missing))}")
        body = _IMPORT.sub("", text)
        exported[name] = {each for export, each in _DECLARATION.findall(body) if export}
        own = [each for _, each in _DECLARATION.findall(body)] + (_DEFAULT.findall(body) if name == entry else [])
        for each in own:
            if each in declared:
                raise _refused(name, f"{each} is declared in {declared[each]} too")
            declared[each] = name
        body = _DECLARATION.sub(lambda found: found[0].removeprefix("export "), body)
        other = _OTHER_FORM.search(_DEFAULT.sub("", body) if name == entry else body)
        if other:
            raise _refused(name, f"`{other[0].strip()}` is not a form that can be joined")
        parts.append(body)
    return "".join(parts)


def bare(text: str) -> str:
    """The script without indentation, empty lines, and comments that have lines of their own."""
    kept, comment = [], False
    for line in map(str.strip, text.splitlines()):
        if comment or line.startswith("/*"):
            closed = line.endswith("*/")
            if closed or comment or "*/" not in line:
                comment = not closed
                continue
        if line and not line.startswith("//"):
            kept.append(line)
    return "\n".join(kept)


def _refused(name: str, why: str) -> ValueError:
    return ValueError(f"The viewer's module {name} can't be joined: {why}.")


@cache
def glyphs() -> dict[str, str]:
    """Outline of each IUPAC letter as an SVG path in a 100 x 100 box, y down, filling the box."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(family="DejaVu Sans", weight="bold")
    commands = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
    outlines = {}
    for letter in IUPAC:
        path = TextPath((0, 0), letter, size=100, prop=font)
        box = path.get_extents()
        parts = []
        for points, code in path.iter_segments(curves=True, simplify=False):
            xy = np.reshape(points, (-1, 2))
            x, y = (xy[:, 0] - box.x0) / box.width * 100, 100 - (xy[:, 1] - box.y0) / box.height * 100
            numbers = "" if code == 79 else " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
            parts.append(commands[int(code)] + numbers)
        outlines[letter] = "".join(parts)
    return outlines
