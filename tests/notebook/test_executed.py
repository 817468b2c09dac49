"""The notebooks of the documentation: executed, without errors, and as the script that makes them says."""

from __future__ import annotations

import ast
import json
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs/notebooks"


def test_notebooks_are_executed_as_the_script_says() -> None:
    tree = ast.parse((FOLDER / "make.py").read_text(encoding="utf-8"))
    (said,) = (
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NOTEBOOKS"
    )
    cells = ast.literal_eval(said)
    files = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.ipynb")}
    assert set(files) == set(cells)
    for name, text in files.items():
        made = json.loads(text)["cells"]
        assert tuple("".join(cell["source"]) for cell in made) == cells[name], "run: python docs/notebooks/make.py"
        code = [cell for cell in made if cell["cell_type"] == "code"]
        assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
        assert not [one for cell in code for one in cell["outputs"] if one["output_type"] == "error"]
        assert "/home/" not in text
    assert '"image/png"' in files["look-and-edit"]
