"""Imports point down the list of folders, never in a circle; what must start fast loads nothing heavy."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TypeGuard

import pytest

from docs.architecture import (
    BELOW_ALL,
    DOCUMENT,
    FOLDERS,
    PACKAGE,
    PICTURE,
    ROOT,
    WITHOUT_TORCH,
    arrows,
    document,
    folder_of,
    imported,
    modules,
    picture,
)

RANK = {name: rank for rank, name in enumerate([*FOLDERS, *BELOW_ALL])}
OUTSIDE = {"", "__main__", "moved"}  # the package gathers names for its users; old names


def pages() -> list[Path]:
    return sorted((ROOT / "pages").rglob("*.py"))


def loads(names: set[str], library: str) -> bool:
    return any(name == library or name.startswith(library + ".") for name in names)


def test_every_module_has_a_room() -> None:
    assert {folder_of(name) for name in modules()} == {*RANK, *OUTSIDE}
    for name in FOLDERS:
        assert (PACKAGE / name).is_dir()


def test_imports_point_down() -> None:
    for module, others in arrows().items():
        if (here := folder_of(module)) in OUTSIDE:
            continue
        for other in others:
            there = folder_of(other)
            assert there in RANK, f"{module} imports {other}: name the module that has it"
            assert RANK[there] >= RANK[here], f"{module} may not import {other}"
            if here == "cli" and other != "genoviz.ui.frame.server":  # `genoviz run`
                assert there != "ui", f"the command line works without the page, but {module} imports {other}"
            if here == "incremental":
                assert there in ("incremental", "errors"), f"the engine is alone, but {module} imports {other}"


def test_pages_share_only_the_frame_and_the_viewer() -> None:
    """Inside `ui/` a page's code knows what all pages share, and no other page."""
    shared = ("frame", "viewer")
    for module, others in arrows().items():
        if folder_of(module) != "ui" or module == "genoviz.ui":
            continue
        here = module.split(".")[2]
        for other in others:
            if folder_of(other) == "ui":
                there = other.split(".")[2]
                assert there == here or (there in shared and here not in shared), f"{module} may not import {other}"


def test_no_circles() -> None:
    """Among files, wherever in them the import stands."""
    every, done, open_ = arrows(), set[str](), list[str]()

    def visit(module: str) -> None:
        if module in open_:
            pytest.fail("circle: " + " -> ".join([*open_[open_.index(module) :], module]))
        if module in done:
            return
        open_.append(module)
        for other in sorted(every[module]):
            visit(other)
        open_.pop()
        done.add(module)

    for module in every:
        visit(module)


def test_only_the_page_knows_streamlit() -> None:
    users = {folder_of(name) for name, path in modules().items() if loads(imported(path), "streamlit")}
    assert users == {"ui"}


def test_nouns_never_load_torch() -> None:
    for name, path in modules().items():
        if folder_of(name) in (*WITHOUT_TORCH, *BELOW_ALL):
            assert not loads(imported(path), "torch"), name
            assert not loads(imported(path), "captum"), name


@pytest.mark.parametrize("path", pages(), ids=lambda p: p.stem)
def test_pages_stay_light(path: Path) -> None:
    every = imported(path)
    assert not loads(every, "torch")
    assert not loads(every, "captum")
    # Reached only inside functions: importing it costs the seconds that a first page has not.
    assert not loads(imported(path, when_loaded=True), "genoviz.attribute.attribution")


def test_page_files_are_where_streamlit_wants_them() -> None:
    # A file directly in pages/ runs without app.py when it is opened by a deep link on a fresh server.
    assert not list((ROOT / "pages").glob("*.py"))
    assert max(Counter(path.name for path in pages()).values()) == 1
    assert pages()


def test_the_picture_is_up_to_date() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), "run: python docs/architecture.py"


def test_the_document_lists_the_folders_in_their_order() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == document(), "run: python docs/architecture.py"
    assert re.findall(r"^\| [0-9]+ \| `(\w+)/`", text, re.M) == list(FOLDERS)


def test_test_files_have_names_of_their_own() -> None:
    """pytest imports test files of folders without `__init__.py` by their bare name."""
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    assert max(Counter(path.name for path in files).values()) == 1


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code", ["import genoviz", "import genoviz.models.catalogue as c; c.list_models()", "import genoviz.cli.main"]
)
def test_light_imports(code: str) -> None:
    heavy = ("torch", "streamlit", "captum", "matplotlib", "pandas")
    assert run_python(f"{code}\nimport sys\nprint([m for m in {heavy} if m in sys.modules])") == "[]"


def test_folders_import_without_torch() -> None:
    """Nouns, the folders of the verbs by their names alone, and every module of the interface: the first page must be
    up before torch is."""
    light = (*WITHOUT_TORCH, "ui")
    names = [name for name, path in modules().items() if folder_of(name) in light or path.name == "__init__.py"]
    code = f"import importlib, sys\nfor n in {names}: importlib.import_module(n)\nprint('torch' in sys.modules)"
    assert run_python(code.replace("'genoviz.incremental', ", "")) == "False"


def session_keys(path: Path) -> set[str]:
    """Keys of the session that a file names: those of its widgets, and what it reads and sets in the session."""
    found: set[Any] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = ast.unparse(node.func)
            found |= {word.value.value for word in node.keywords if word.arg == "key" and is_text(word.value)}
            if function in ("st.session_state.update", "state.update"):
                found |= {word.arg for word in node.keywords if word.arg}
            elif re.fullmatch(r"(st\.session_)?state\.(get|pop|setdefault)", function) and is_text(node.args[0]):
                found.add(node.args[0].value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("st.session_state", "state"):
            found |= {node.slice.value} if is_text(node.slice) else set()
    return found


def is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_a_key_of_the_session_is_owned_by_one_file() -> None:
    """The panel that draws a widget owns its key; others call the panel's functions."""
    files = [*(PACKAGE / "ui").rglob("*.py"), *pages(), ROOT / "app.py"]
    owners = Counter(key for path in files for key in session_keys(path))
    assert owners["sequence_text"] == owners["palette"] == 1
    assert [key for key, n in owners.items() if n > 1] == []
