"""The folders of genoviz in their order, and what is made from that list.

Imports point down the list only. `python docs/architecture.py` draws `docs/architecture.svg` anew and writes the list into
`docs/architecture.md`; `docs/hooks.py` makes the reference's navigation from it. `tests/test_architecture.py` holds the
code, the picture and the document against the list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "genoviz"
PICTURE = ROOT / "docs" / "architecture.svg"
DOCUMENT = ROOT / "docs" / "architecture.md"

FOLDERS: dict[str, str] = {
    "cli": "the command line: one module per group of commands",
    "agents": "tools for programs that converse, over the same functions",
    "notebook": "the viewer as a widget of a notebook, results as data frames",
    "ui": "the pages: the only code that knows Streamlit",
    "learn": "what lessons ask, how answers are graded, result codes",
    "report": "what leaves the app: links, methods text, tables of variants",
    "viewer": "the sequence viewer without a page: tracks, script, style",
    "receipts": "what a result was made from, and whether it comes out again",
    "embedding": "sequences as points: maps, neighbours, probes on them",
    "plots": "pictures from numbers",
    "units": "what single units of a network respond to, with controls",
    "training": "recipes that made the bundled models",
    "verdict": "what stands out in a sequence, over all models",
    "design": "edits that change a prediction, within rules",
    "measured": "what experiments gave, beside what models say",
    "compare": "whether explanations agree, over methods, models and sequences",
    "sandbox": "planted sites, a network trained on them, and who finds them again",
    "trust": "how far a model and its answers can be trusted",
    "latent": "what an autoencoder keeps of a sequence, and loses",
    "grammar": "what sites do alone and together",
    "discover": "which short patterns matter over many sequences",
    "effects": "what a variant does: one in detail, or a file",
    "splicing": "splice sites gained, lost and along a gene",
    "dependency": "which bases a model takes together",
    "attribute": "which bases made the model say it",
    "mutagenesis": "what happens when bases are changed",
    "language": "what a language model writes and expects",
    "predict": "what a model says about a sequence",
    "consequences": "what a mutation does to known signals, in words",
    "lessons": "texts of lessons, examples, how the teaching genome is made",
    "networks": "one file per architecture, built by the name on a card",
    "models": "what a model is: card, weights, target",
    "question": "what a text asks, and where it goes on",
    "isoforms": "what a change does to a transcript and its protein",
    "genes": "transcripts, and places in words",
    "variants": "variants as they are written and checked",
    "genomes": "FASTA files, windows from a service, regions",
    "motifs": "motifs, their names, and where they fit",
    "files": "the disk and the network",
    "incremental": "the mutagenesis engine: torch, and nothing of genoviz but errors",
    "sequences": "bases, places, edits, tracks",
}
BELOW_ALL = ("errors", "version", "lazy")  # modules beside the folders; they import nothing of genoviz
WITHOUT_TORCH = (
    "sequences",
    "files",
    "motifs",
    "genomes",
    "variants",
    "genes",
    "isoforms",
    "question",
    "consequences",
)


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
    """The list as SVG: a row per folder, a dot where it imports another; every dot lies right of the diagonal.

    Colours are fixed and the ground is white, so that the picture looks the same on a dark page. Lengths leave room for
    wide fonts: nobody knows which one will draw the letters.
    """
    names = list(FOLDERS)
    uses: dict[str, set[str]] = {name: set() for name in names}
    count = dict.fromkeys(names, 0)
    for module, others in arrows().items():
        folder = folder_of(module)
        if folder in uses:
            count[folder] += 1
            uses[folder] |= {folder_of(other) for other in others} & set(names) - {folder}
    row, left, top = 24, 680, 172
    right, bottom = left + row * len(names), top + row * len(names)
    ink, soft, line, other_folder, no_torch, dot = "#1b2733", "#44525f", "#e3e8ec", "#c3ccd5", "#2f9e77", "#1f6feb"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + 84} {bottom + 24}" role="img" '
        'font-family="system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif" font-size="13">',
        "<title>The folders of genoviz: imports point down the list only</title>",
        "<desc>A table: one row and one column for each folder, a dot where the row imports the column.</desc>",
        f'<rect width="{right + 84}" height="{bottom + 24}" fill="#ffffff"/>',
        f'<text x="24" y="40" font-size="20" font-weight="bold" fill="{ink}">The folders of genoviz</text>',
        f'<text x="24" y="62" fill="{soft}">Imports point down the list only: every dot lies right of the diagonal.</text>',
        f'<circle cx="32" cy="90" r="5" fill="{dot}"/>',
        f'<text x="48" y="95" fill="{soft}">the folder of the row imports that of the column</text>',
        f'<rect x="24" y="106" width="16" height="16" rx="3" fill="{no_torch}"/>',
        f'<text x="48" y="119" fill="{soft}">nouns and files: they never load torch</text>',
        f'<text x="{left - 16}" y="{top - 10}" fill="{soft}" text-anchor="end">modules</text>',
    ]
    for i, name in enumerate(names):
        y, x = top + row * i, left + row * i
        square = no_torch if name in WITHOUT_TORCH else other_folder
        if i % 2 == 0:
            out.append(f'<rect x="12" y="{y}" width="{right}" height="{row}" rx="3" fill="#f4f6f8"/>')
        out += [
            f'<path d="M{x + 12} {top - 4}V{y}" stroke="{line}"/>',
            f'<text x="24" y="{y + 17}" font-weight="bold" fill="{ink}">{name}/</text>',
            f'<text x="142" y="{y + 17}" fill="{soft}">{escape(FOLDERS[name])}</text>',
            f'<text x="{left - 16}" y="{y + 17}" fill="{soft}" text-anchor="end">{count[name]}</text>',
            f'<text transform="translate({x + 16} {top - 9}) rotate(-55)" fill="{ink}">{name}</text>',
            f'<rect x="{x + 4}" y="{y + 4}" width="16" height="16" rx="3" fill="{square}"/>',
        ]
    for i, name in enumerate(names):
        for other in sorted(uses[name], key=names.index):
            x, y = left + row * names.index(other) + row // 2, top + row * i + row // 2
            out.append(f'<circle cx="{x}" cy="{y}" r="5" fill="{dot}"><title>{name} imports {other}</title></circle>')
    return "\n".join([*out, "</svg>", ""])


def listing() -> str:
    """The list as Markdown, between the two marks of `docs/architecture.md`."""
    rows = [
        f"| {rank} | `{name}/` | {what}{'' if name not in WITHOUT_TORCH else ' (no torch)'} |"
        for rank, (name, what) in enumerate(FOLDERS.items(), start=1)
    ]
    return "\n".join(["| | folder | what |", "| --- | --- | --- |", *rows])


def document() -> str:
    """`docs/architecture.md` with the list in it as it is now."""
    before, begin, rest = DOCUMENT.read_text(encoding="utf-8").partition("<!-- folders -->\n")
    _, end, after = rest.partition("<!-- end of folders -->")
    return f"{before}{begin}\n{listing()}\n\n{end}{after}"


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    DOCUMENT.write_text(document(), encoding="utf-8")
