"""The mark of genoviz is one picture, in the app and in the documents."""

from pathlib import Path

from genoviz.ui.frame import tab

DOCS = Path(__file__).parents[2] / "docs"


def test_app_and_documents_have_the_same_mark() -> None:
    mark = Path(tab.MARK).read_text(encoding="utf-8")
    assert mark == (DOCS / "mark.svg").read_text(encoding="utf-8")
    drawn = mark.partition("</title>")[2].removesuffix("</svg>\n")
    assert drawn in Path(tab.WORDMARK).read_text(encoding="utf-8")
    assert "<text" not in mark + Path(tab.WORDMARK).read_text(encoding="utf-8")  # no font is needed
