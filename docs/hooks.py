"""What the site has beside the documents: its navigation, the reference, and the proof that it stands alone.

The guides come in the order of `docs/index.md`, the reference has a page for each folder in the order of `FOLDERS`. `make docs`
runs MkDocs, which calls the functions whose names begin with `on_`.
"""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from docs.architecture import BELOW_ALL, FOLDERS, ROOT, folder_of, modules

DOCS = ROOT / "docs"
AT_THE_TOP = (
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
)  # documents beside docs/ that are pages of the site, too


def on_config(config: Any) -> Any:
    """The navigation."""
    config.nav = [
        {"Start": "index.md"},
        *guides(),
        {"Reference": ["reference/index.md", *({name: f"reference/{name}.md"} for name in [*FOLDERS, *BELOW_ALL])]},
    ]
    return config


def on_files(files: Any, config: Any) -> Any:
    """The pages that are in no file of docs/."""
    from mkdocs.structure.files import File

    for name in AT_THE_TOP:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    for path, text in reference().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links to and from the documents at the top, as they are on the site."""
    if page.file.src_uri in AT_THE_TOP:
        return markdown.replace("](docs/", "](")
    return re.sub(rf"\]\(\.\./({'|'.join(AT_THE_TOP)})", r"](\1", markdown)


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Warn, which stops `make docs`, where signs of Markdown were left as text."""
    for line in left_as_text(html):
        logging.getLogger("mkdocs.hooks").warning("%s: this Markdown is not read as such: %s", page.file.src_uri, line)
    return html


def on_post_build(config: Any) -> None:
    """Stop where a page would load something from another host."""
    from mkdocs.exceptions import PluginError

    found = sorted(set(from_elsewhere(Path(config.site_dir))))
    if found:
        raise PluginError("The site loads from other hosts:\n" + "\n".join(found))


def guides() -> list[dict[str, list[dict[str, Any]]]]:
    """A part for each heading of `docs/index.md` with the documents that it lists; decisions have their own list."""
    decisions = []
    for path in sorted(DOCS.glob("decisions/[0-9]*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        decisions.append({f"{int(path.name[:4])}. {re.sub(r'^[0-9]+[.] ', '', title)}": f"decisions/{path.name}"})
    parts = []
    for part in (DOCS / "index.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        listed: list[dict[str, Any]] = []
        for title, target in re.findall(r"^\| \[(.+?)\]\((.+?)\)", part, re.M):
            here = target.removeprefix("../")
            listed.append({title: [here, *decisions] if here == "decisions/README.md" else here})
        parts.append({part.splitlines()[0]: listed})
    return parts


def reference() -> dict[str, str]:
    """The pages of the reference, `{path: Markdown}`: the package, each folder, each module that stands alone."""
    pages = {"reference/index.md": _package()}
    for folder, what in FOLDERS.items():
        inside = [name for name in modules() if folder_of(name) == folder and _is_public(name)]
        head, rest = inside[0], inside[1:]
        rows = [f"| [`{_short(name)}`](#{name}) | {_first_line(name)} |" for name in rest]
        pages[f"reference/{folder}.md"] = "\n\n".join(
            [
                f"# {folder}",
                what[0].upper() + what[1:] + ".",
                _block(head, show_root_heading="false", members="false"),
                *_importable(head),
                "\n".join(["| module | what |", "| --- | --- |", *rows]),
                *(_block(name) for name in rest),
            ]
        )
    for name in BELOW_ALL:
        pages[f"reference/{name}.md"] = f"# {name}\n\n{_block(f'genoviz.{name}', show_root_heading='false')}"
    return pages


def _package() -> str:
    rows = [f"| [`{name}`]({name}.md) | {what} |" for name, what in FOLDERS.items()]
    rows += [f"| [`{name}`]({name}.md) | {_first_line(f'genoviz.{name}')} |" for name in BELOW_ALL]
    return "\n\n".join(
        [
            "# Reference",
            "Every public function and class, from the docstrings. The folders stand in their order: each imports only those "
            "below it ([where everything lives](../architecture.md)).",
            "\n".join(["| folder | what |", "| --- | --- |", *rows]),
            _block("genoviz", members="false"),
            *_importable("genoviz"),
        ]
    )


def _block(name: str, **options: str) -> str:
    """The place where mkdocstrings writes what a module says."""
    lines = [f"::: {name}", *(["    options:"] if options else [])]
    return "\n".join([*lines, *(f"      {key}: {value}" for key, value in options.items())])


def _importable(package: str) -> list[str]:
    """What can be imported from a folder itself, with links to where it is."""
    names: list[str] = []
    for node in ast.parse(modules()[package].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = [name for name in ast.literal_eval(node.value) if not name.startswith("_")]
    # Constants have no docstring, so no place of their own.
    links = [f"`{name}`" if name.isupper() else f"[`{name}`][{package}.{name}]" for name in names]
    return [f"From `{package}` itself: {', '.join(links)}."] if names else []


def _is_public(name: str) -> bool:
    return not any(word.startswith("_") for word in name.split("."))


def _short(name: str) -> str:
    return ".".join(name.split(".")[2:])


def _first_line(name: str) -> str:
    text = ast.get_docstring(ast.parse(modules()[name].read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).replace("|", "\\|")


def left_as_text(html: str) -> list[str]:
    """Lines of a page, outside of code, that begin as a list, a table or an example begins in Markdown.

    A list needs a blank line before it, and what belongs to one of its items is indented by four spaces.
    """
    prose = re.sub(r"<pre.*?</pre>", "", html, flags=re.S)
    return re.findall(r"(?m)^ *(?:(?:<p>)?(?:[-*] |\| |```|&gt;&gt;&gt;).*|<blockquote>\s*<blockquote>)", prose)


class _Loads(HTMLParser):
    """Collects the addresses that a browser fetches to show a page; links that a reader follows are not among them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key in ("src", "srcset", "poster", "data") or (key == "href" and tag in ("link", "use", "image")):
                self.found += (value or "").replace(",", " ").split()
            elif key == "style":
                self.found += _in_style(value or "")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.found += _in_style(data)


def _in_style(text: str) -> list[str]:
    return [a or b for a, b in re.findall(r"""url\(\s*["']?([^"')\s]+)|@import\s*["']([^"']+)""", text)]


def from_elsewhere(site: Path) -> Iterator[str]:
    """`page: address` for each script, style, font and picture that a built site would load from another host."""
    for path in sorted(site.rglob("*")):
        if path.suffix == ".html":
            page = _Loads()
            page.feed(path.read_text(encoding="utf-8"))
            found = page.found
        elif path.suffix == ".css":
            found = _in_style(path.read_text(encoding="utf-8"))
        else:
            continue
        yield from (f"{path.relative_to(site)}: {one}" for one in found if re.match(r"(?i)(https?:)?//", one))
