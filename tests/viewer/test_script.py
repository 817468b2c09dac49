"""The viewer's browser modules: joined into one script, and checked by node, types and a linter where these are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from genoviz.viewer.script import ENTRY, FOLDER, NOTEBOOK, bare, glyphs, join, script
from tests.viewer import viewer_cases

HERE = Path(__file__).parent
NODE = shutil.which("node") or ""
PURE = {
    "bases", "display", "helvetica", "layout", "message", "numbers", "outbox", "picture", "ticks", "values", "view",
}  # fmt: skip
TOOLS = HERE / "node_modules" / ".bin"

ONE = """// A file.
/**
 * Of two lines.
 */
export const one = 1; // kept
"""
TWO = """import { one } from "./one.mjs";

/** A class. */
export class Two {
  value = one; // "//" too
}
"""
MAIN = """import {
  one,
} from "./one.mjs";
import { Two } from "./two.mjs";

const both = /** @type {unknown} */ ([one, new Two()]);

export default function start() {
  return both;
}
"""
MODULES = {"main.mjs": MAIN, "one.mjs": ONE, "two.mjs": TWO, "other.mjs": "nobody imports this"}


def test_modules_follow_each_other_as_they_depend_on_each_other() -> None:
    assert bare(join(MODULES, "main.mjs")).splitlines() == [
        "const one = 1; // kept",
        "class Two {",
        'value = one; // "//" too',
        "}",
        "const both = /** @type {unknown} */ ([one, new Two()]);",
        "export default function start() {",
        "return both;",
        "}",
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("two.mjs", 'import { three } from "./one.mjs";\n', "one.mjs does not export three"),
        ("two.mjs", 'import { one as eins } from "./one.mjs";\n', "does not export one as eins"),
        ("two.mjs", 'import { one } from "./zero.mjs";\n', "zero.mjs .* not there"),
        ("two.mjs", 'import { both } from "./main.mjs";\nexport class Two {}\n', "circle"),
        ("two.mjs", "export class Two {}\nconst one = 2;\n", "one is declared in one.mjs too"),
        ("two.mjs", "export class Two {}\nexport default function other() {}\n", "export default"),
        ("two.mjs", 'import * as all from "./one.mjs";\n', "import \\* as all"),
        ("two.mjs", 'import "./one.mjs";\n', "import"),
        ("two.mjs", 'import { one } from "elsewhere";\n', "elsewhere"),
        ("two.mjs", 'export { one } from "./one.mjs";\nexport class Two {}\n', "export { one }"),
        ("two.mjs", "class Two {}\nexport { Two };\n", "does not export Two|export { Two }"),
        ("two.mjs", "export class Two {}\nconst { a } = Math;\n", "const { a }"),
        ("two.mjs", "export class Two {}\nvar a = 1;\n", "var a"),
        ("two.mjs", "export class Two {}\nexport async function a() {}\n", "export async"),
        ("two.mjs", 'export class Two {\n  a = import("./one.mjs");\n}\n', "import\\("),
    ],
)
def test_other_forms_of_modules_are_refused(name: str, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        join(MODULES | {name: text}, "main.mjs")


def test_letter_outlines_fill_their_box() -> None:
    outlines = glyphs()
    assert set("ACGTN") <= set(outlines)
    for letter, d in outlines.items():
        numbers = [float(v) for v in re.findall(r"-?\d+\.\d", d)]
        assert -1 <= min(numbers) < 1, letter
        assert 99 < max(numbers) <= 101, letter
        assert d.startswith("M")
        assert "Z" in d


@pytest.mark.parametrize("entry", [ENTRY, NOTEBOOK])
def test_the_script_is_self_contained(entry: str) -> None:
    text = script(entry)
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 1
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert "__GLYPHS__" not in text
    addresses = set(re.findall(r"https?://[^\"'` ]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}, "nothing is fetched"
    assert "innerHTML" not in text, "text from the data never becomes markup"


def test_every_module_is_in_the_script() -> None:
    text = script() + script(NOTEBOOK)
    for path in FOLDER.glob("*.mjs"):
        for name in re.findall(r"^export (?:default )?(?:const|function|class) (\w+)", path.read_text(), re.MULTILINE):
            assert re.search(rf"\b(?:const|function|class) {name}\b", text), f"{name} of {path.name}"
    assert (FOLDER / ENTRY).is_file()


def test_modules_are_short_and_so_are_their_lines() -> None:
    for path in [*FOLDER.glob("*.mjs"), *HERE.glob("*.mjs")]:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 420, path.name
        assert max(map(len, lines)) <= 120, path.name


def test_the_display_model_needs_nothing_of_the_browser() -> None:
    for name in PURE:
        needed = re.findall(r'^import .* from "\./(\w+)\.mjs"', (FOLDER / f"{name}.mjs").read_text(), re.MULTILINE)
        assert set(needed) <= PURE, name


def test_the_table_of_cases_is_what_the_edit_model_says() -> None:
    assert viewer_cases.FILE.read_text(encoding="utf-8") == viewer_cases.text(), (
        "The edit model or its cases have changed: run `python tests/viewer/viewer_cases.py`."
    )


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


@pytest.mark.skipif(not NODE, reason="no node on this computer")
def test_node_agrees_with_the_edit_model() -> None:
    said = run(NODE, "--test", "--test-reporter=tap", "display.test.mjs", "model.test.mjs")
    passed = re.search(r"^# pass (\d+)", said, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) > 100


@pytest.mark.skipif(not NODE, reason="no node on this computer")
def test_the_script_is_one_module_that_node_can_read(tmp_path: Path) -> None:
    joined = tmp_path / "viewer.mjs"
    joined.write_text(script(), encoding="utf-8")
    run(NODE, "--check", str(joined))


@pytest.mark.skipif(not (NODE and TOOLS.is_dir()), reason="no node packages here (npm ci in tests/viewer)")
@pytest.mark.parametrize("check", ["types", "lint"])
def test_types_and_linter_find_nothing(check: str) -> None:
    run("npm", "run", check)
