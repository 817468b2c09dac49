"""The folders of genoviz in their order, and what is made from that list.

Imports point down the list only. `python docs/architecture.py` draws `docs/architecture.svg` anew;
`tests/test_architecture.py` holds the code, and the picture, against the list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "genoviz"
PICTURE = ROOT / "docs" / "architecture.svg"

FOLDERS: dict[str, str] = {
    "cli": "the command line: one module per group of commands",
    "ui": "the pages: the only code that knows Streamlit",
    "training": "recipes that made the bundled models",
    "plots": "pictures from numbers",
    "report": "what leaves the app: links, methods text, tables of variants",
    "design": "edits that change a prediction, within rules",
    "trust": "how far a model and its answers can be trusted",
    "grammar": "what sites do alone and together",
    "discover": "which short patterns matter over many sequences",
    "splicing": "splice sites gained, lost and along a gene",
    "effects": "what a variant does: one in detail, or a file",
    "attribute": "which bases made the model say it",
    "mutagenesis": "what happens when bases are changed",
    "predict": "what a model says about a sequence",
    "lessons": "examples, and how the teaching genome is made",
    "networks": "one file per architecture, built by the name on a card",
    "models": "what a model is: card, weights, target",
    "genes": "transcripts, and places in words",
    "variants": "variants as they are written and checked",
    "genomes": "FASTA files, windows from a service, regions",
    "motifs": "motifs, their names, and where they fit",
    "files": "the disk and the network",
    "incremental": "the mutagenesis engine: torch, and nothing of genoviz but errors",
    "sequences": "bases, places, edits, tracks",
}
BELOW_ALL = ("errors", "version", "lazy")  # modules beside the folders; they import nothing of genoviz
WITHOUT_TORCH = ("sequences", "files", "motifs", "genomes", "variants", "genes")


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


def imported(path: Path, *, when_loaded: bool = False) -> set[str]:
    """Dotted names that a file imports; `from a import b` gives `a.b`.

    With `when_loaded` only what loading the file imports: nothing inside functions, nothing for the type checker.
    """
    package = path.relative_to(ROOT).parent.parts
    return set(_names(ast.parse(path.read_text(encoding="utf-8")), package, when_loaded))


def _names(node: ast.AST, package: tuple[str, ...], when_loaded: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            above = package[: len(package) - child.level + 1] if child.level else ()
            source = ".".join([*above, *([child.module] if child.module else [])])
            yield from (f"{source}.{alias.name}" for alias in child.names)
        elif not (when_loaded and _is_later(child)):
            yield from _names(child, package, when_loaded)


def _is_later(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


def folder_of(module: str) -> str:
    """`genoviz.models.card` -> `models`; the package itself -> ``."""
    words = module.split(".")
    return words[1] if len(words) > 1 else ""


def arrows() -> dict[str, set[str]]:
    """Which modules each module imports, anywhere in its file, for the type checker as well."""
    known = modules()

    def module_of(name: str) -> str:
        while name and name not in known:
            name = name.rpartition(".")[0]
        return name

    return {name: {module_of(n) for n in imported(path)} - {"", name} for name, path in known.items()}


def picture() -> str:
    """The list as SVG: a row per folder, a dot where it imports another; every dot lies right of the diagonal."""
    names = list(FOLDERS)
    uses: dict[str, set[str]] = {name: set() for name in names}
    count = dict.fromkeys(names, 0)
    for module, others in arrows().items():
        folder = folder_of(module)
        if folder in uses:
            count[folder] += 1
            uses[folder] |= {folder_of(other) for other in others} & set(names) - {folder}
    row, left, top = 24, 560, 110
    width, height = left + row * len(names) + 20, top + row * len(names) + 20
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        "<title>Folders of genoviz: imports point down the list only</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for i, name in enumerate(names):
        y, x = top + row * i, left + row * i
        if i % 2 == 0:
            out.append(f'<rect x="0" y="{y}" width="{width}" height="{row}" fill="#f3f5f7"/>')
        out.append(f'<text x="12" y="{y + 16}" font-weight="bold">{name}/</text>')
        out.append(f'<text x="112" y="{y + 16}" fill="#3b4754">{escape(FOLDERS[name])}</text>')
        out.append(f'<text x="{left - 14}" y="{y + 16}" fill="#3b4754" text-anchor="end">{count[name]}</text>')
        out.append(f'<text transform="translate({x + 16} {top - 8}) rotate(-60)" fill="#3b4754">{name}</text>')
        out.append(f'<rect x="{x + 4}" y="{y + 4}" width="{row - 8}" height="{row - 8}" fill="#d5dbe1"/>')
    for i, name in enumerate(names):
        for other in sorted(uses[name], key=names.index):
            x, y = left + row * names.index(other) + row // 2, top + row * i + row // 2
            out.append(f'<circle cx="{x}" cy="{y}" r="5" fill="#1f6feb"><title>{name} imports {other}</title></circle>')
    return "\n".join([*out, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
