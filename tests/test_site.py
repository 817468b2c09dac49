"""What the site is made of: every document and every module has a place, and nothing comes from another host."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from docs.architecture import BELOW_ALL, FOLDERS, folder_of, modules
from docs.hooks import AT_THE_TOP, DOCS, from_elsewhere, guides, left_as_text, reference

PAGES = reference()


def leaves(nav: Any) -> list[str]:
    """Every page of a navigation, in order."""
    if isinstance(nav, str):
        return [nav]
    return [path for part in (nav.values() if isinstance(nav, dict) else nav) for path in leaves(part)]


def test_the_index_lists_every_document() -> None:
    written = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}
    listed = leaves(guides())
    assert sorted(listed) == sorted({*written, "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"} - {"index.md"})


def test_documents_beside_docs_that_are_linked_are_on_the_site() -> None:
    linked = {
        name
        for path in DOCS.glob("*.md")
        for name in re.findall(r"\]\(\.\./(\w+\.md)", path.read_text(encoding="utf-8"))
    }
    assert linked <= set(AT_THE_TOP)


def test_the_reference_has_a_page_for_each_folder_in_order() -> None:
    assert [path.removeprefix("reference/").removesuffix(".md") for path in PAGES] == [
        "index",
        *FOLDERS,
        *BELOW_ALL,
    ]


def test_every_module_is_on_its_folder_s_page_once() -> None:
    for name in modules():
        if folder_of(name) in ("", "__main__", "moved") or "__main__" in name:
            continue
        blocks = re.findall(rf"(?m)^::: {re.escape(name)}$", PAGES[f"reference/{folder_of(name)}.md"])
        assert len(blocks) == 1, name
    assert not any("__main__" in page or "._" in page for page in PAGES.values())


def test_names_that_a_folder_offers_are_linked() -> None:
    line = "From `genoviz.attribute` itself: [`Attribution`][genoviz.attribute.Attribution], [`attribute`][genoviz.attribute.attribute]."
    assert line in PAGES["reference/attribute.md"]


@pytest.mark.parametrize(
    ("name", "text", "address"),
    [
        ("a.html", '<script src="https://cdn.example/x.js"></script>', "https://cdn.example/x.js"),
        ("a.html", '<link rel="stylesheet" href="//fonts.example/css">', "//fonts.example/css"),
        (
            "a.html",
            '<img alt="" src="local.png" srcset="local.png 1x, http://img.example/a.png 2x">',
            "http://img.example/a.png",
        ),
        ("a.html", "<style>@import url('https://css.example/a.css');</style>", "https://css.example/a.css"),
        ("a.html", '<p style="background: url(https://img.example/b.png)">', "https://img.example/b.png"),
        ("a.css", "@font-face { src: url(https://fonts.example/f.woff2) }", "https://fonts.example/f.woff2"),
        ("a.css", '@import "https://css.example/b.css";', "https://css.example/b.css"),
    ],
)
def test_what_comes_from_another_host_is_found(tmp_path: Path, name: str, text: str, address: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(from_elsewhere(tmp_path)) == [f"{name}: {address}"]


def test_what_is_local_or_a_link_for_readers_is_fine(tmp_path: Path) -> None:
    page = '<script src="a.js"></script><link href="../b.css"><a href="https://example.org">x</a><img src="data:image/png;base64,">'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (tmp_path / "a.css").write_text("a { background: url(b.png) } /* https://example.org */", encoding="utf-8")
    assert list(from_elsewhere(tmp_path)) == []


def test_markdown_left_as_text_is_found() -> None:
    assert left_as_text("<p>They are\n- one\n- two</p>") == ["- one", "- two</p>"]
    assert left_as_text("<blockquote>\n<blockquote>\n<p>x</p>") == ["<blockquote>\n<blockquote>"]
    assert left_as_text("<pre><code>- one\n| a |</code></pre>\n<p>all - fine</p>\n<li>one</li>") == []
