"""Imports point one way, and what must start fast loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "genoviz"
NOUNS = {
    "locus",
    "sequence",
    "sequence_text",
    "variant",
    "variant_spelling",
    "motif",
    "motif_files",
    "genome",
    "tracks",
    "edits",
    "edit_text",
} | {
    "chromosome_names",
    "fasta",
    "folders",
}
LAYERS = (
    {"errors"},
    NOUNS,
    {"onehot", "shuffle", "models"},
    {"target"},
    {"verbs"},  # every module of the package that no other layer names
    {"plots"},
    {"lessons"},
    {"cli", "cli_common", "cli_genome", "cli_models", "cli_splice", "cli_variants", "ui"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def pages() -> list[Path]:
    return sorted((ROOT / "pages").rglob("*.py"))


def imported(node: ast.AST, folder: Path, *, module_level: bool = False) -> Iterator[str]:
    """Dotted names that a file in `folder` imports; `from a import b` gives `a.b` as well as `a`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            words = [child.module] if child.module else []
            if child.level:  # `from . import x`: one level is the file's own folder
                package = folder.relative_to(ROOT).parts
                words = [*package[: len(package) - child.level + 1], *words]
            source = ".".join(words)
            yield source
            yield from (f"{source}.{alias.name}" for alias in child.names)
        elif not (module_level and isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))):
            yield from imported(child, folder, module_level=module_level)


def names_in(path: Path, *, module_level: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return set(imported(tree, path.parent, module_level=module_level))


def loads(names: set[str], library: str) -> bool:
    return any(name == library or name.startswith(library + ".") for name in names)


def part_of(dotted: str) -> str | None:
    """`genoviz.models.card.ModelCard` -> `models`; None for names outside and for what `genoviz` itself offers."""
    words = dotted.split(".")
    if words[0] != "genoviz" or len(words) < 2:
        return None
    exists = (PACKAGE / words[1]).is_dir() or (PACKAGE / f"{words[1]}.py").is_file()
    return words[1] if exists else None


def rank_of(part: str) -> int:
    return RANK.get(part, RANK["verbs"])


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if part == "__init__":
        return  # the package gathers nouns and the catalogue for its users
    for dotted in names_in(path):
        other = part_of(dotted)
        if other is not None:
            assert rank_of(other) <= rank_of(part), f"{part} may not import {other}"
            if not dotted.startswith("genoviz.ui.server"):  # `genoviz run`
                assert {part, other} != {"cli", "ui"}, "the command line works without the page"


def test_only_the_page_knows_streamlit() -> None:
    users = [p for p in modules() if loads(names_in(p), "streamlit")]
    assert {p.relative_to(PACKAGE).parts[0] for p in users} <= {"ui"}


@pytest.mark.parametrize("noun", sorted(NOUNS | {"errors"}))
def test_nouns_never_load_torch(noun: str) -> None:
    names = names_in(PACKAGE / f"{noun}.py")
    assert not loads(names, "torch")
    assert not loads(names, "captum")


@pytest.mark.parametrize("path", pages(), ids=lambda p: p.stem)
def test_pages_stay_light(path: Path) -> None:
    every = names_in(path)
    assert not loads(every, "torch")
    assert not loads(every, "captum")
    # Reached only inside functions: importing it costs the seconds that a first page has not.
    assert not loads(names_in(path, module_level=True), "genoviz.attribute")


def test_page_files_are_where_streamlit_wants_them() -> None:
    # A file directly in pages/ runs without app.py when it is opened by a deep link on a fresh server.
    assert not list((ROOT / "pages").glob("*.py"))
    assert max(Counter(path.name for path in pages()).values()) == 1
    assert pages()


def test_layers_name_modules_that_exist() -> None:
    """`rank_of` would call a misspelt name a verb and let it import anything below."""
    for name in set(RANK) - {"verbs"}:
        assert part_of(f"genoviz.{name}") == name


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code", ["import genoviz", "import genoviz.models.catalogue as c; c.list_models()", "import genoviz.cli"]
)
def test_light_imports(code: str) -> None:
    heavy = ("torch", "streamlit", "captum", "matplotlib", "pandas")
    assert run_python(f"{code}\nimport sys\nprint([m for m in {heavy} if m in sys.modules])") == "[]"


def test_page_modules_import_without_torch() -> None:
    """The first page must be up before torch is: no module of the interface loads it on import."""
    names = sorted("genoviz.ui." + p.stem for p in (PACKAGE / "ui").glob("*.py") if p.stem != "__init__")
    code = f"import importlib, sys\nfor n in {names}: importlib.import_module(n)\nprint('torch' in sys.modules)"
    assert run_python(code) == "False"
