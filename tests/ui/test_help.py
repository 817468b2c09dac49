"""Help: words linked where they occur, keys as the viewer has them, the annotated picture, one search over all."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.lessons.glossary import TERMS, glossary_page
from genoviz.ui.frame.glossary import STYLE, linked, linked_markdown
from genoviz.ui.frame.outputs import escape
from genoviz.ui.help.how_to import HOW_TO
from genoviz.ui.help.picture import DARK, LIGHT, PARTS, Look, picture
from genoviz.viewer.keys import keys
from tests.pages.waiting import AT_MOST

ROOT = Path(__file__).parents[2]


def test_the_first_of_each_word_is_linked_with_its_meaning() -> None:
    said = linked("AUROC 0.9, AUROC again; *no* markup, and `AUROC` in code. Held-out logits.")
    assert said.startswith('[AUROC](help?word=AUROC "The chance that a true positive scores above a negative')
    assert said.count("](help?word=") == 3
    assert r"AUROC again; \*no\* markup" in said
    assert "`AUROC`" in said
    assert "[logits](help?word=Logit" in said
    assert linked("trackside catalogos encoders") == "trackside catalogos encoders"  # parts of words
    assert linked("a lone ` AUROC").startswith(r"a lone \` [AUROC]")
    done = {"AUROC"}
    assert linked("AUROC", done) == "AUROC"


def test_words_of_a_markdown_text_are_linked_and_its_markup_stays() -> None:
    text = "# Logits\n**One-hot** and `logits`, [a logo](models?), :material/lightbulb: logit of a one-hot code"
    said = linked_markdown(text)
    assert said.startswith("# Logits\n**[One-hot](help?word=One-hot")
    assert "`logits`, [a logo](models?), :material/lightbulb: [logit](help?word=Logit" in said
    assert said.endswith("of a one-hot code")


def test_code_of_messages_is_code_and_nothing_else_is_markup() -> None:
    assert escape("`chr1-1-A-G` names *A*") == r"`chr1-1-A-G` names \*A\*"
    assert escape("x`y") == r"x\`y"
    assert escape("a `` b") == r"a \`\` b"
    assert escape("`[x](y)` `*`") == "`[x](y)` `*`"


def test_terms_and_their_spellings_are_unique() -> None:
    names = [term.name.lower() for term in TERMS]
    spelled = [spelling.lower() for term in TERMS for spelling in term.spelled]
    assert len(set(names)) == len(names)
    assert len(set(spelled)) == len(spelled)
    assert names == sorted(names)


def test_the_document_has_the_words_of_the_pages_and_the_keyboard_is_shown_them() -> None:
    assert (ROOT / "docs/glossary.md").read_text(encoding="utf-8") == glossary_page()
    assert 'href*="help?word="]:focus-visible' in STYLE  # the address that `linked` gives


def test_keys_are_those_of_the_viewer() -> None:
    found = dict(keys())
    assert found["A C G T"] == "set the base under the cursor"
    assert "redo" in found["Ctrl+Z, Ctrl+Shift+Z"]
    assert len(found) > 12


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_the_picture_has_a_number_for_each_part_that_is_read_on_its_ground(look: Look) -> None:
    root = ElementTree.fromstring(picture(look))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for number in range(1, len(PARTS) + 1):
        assert str(number) in texts
    for ink in (look.ink, look.muted):
        assert contrast(ink, look.ground) > 4.5
    assert contrast(look.on_mark, look.mark) > 4.5


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, by WCAG 2.2."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_how_to_leads_to_a_page() -> None:
    assert len({row.question for row in HOW_TO}) == len(HOW_TO)
    for row in HOW_TO:
        assert row.question.endswith("?")
        assert (ROOT / row.page).is_file()


def test_the_page_and_its_search() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    app.switch_page("pages/about/help.py")
    app.query_params["word"] = "AUROC"
    app.run()
    assert not app.exception
    assert app.text_input(key="help_query").value == "AUROC"
    assert app.header[0].value == "Words"  # the word that was asked for comes first
    assert app.markdown[0].value.startswith("**AUROC**")
    app.text_input(key="help_query").input("").run()
    titles = [element.value for element in app.header]
    assert titles == [
        "What the picture shows",
        "How do I ...",
        "Keys and mouse in the picture",
        "Words",
        "Attribution methods",
    ]
    assert len(app.expander) == len(HOW_TO)
    app.text_input(key="help_query").input("vcf").run()
    assert {re.sub(r"\\", "", e.label) for e in app.expander} == {
        row.question for row in HOW_TO if "vcf" in f"{row.words} {row.steps}".lower()
    }
    app.text_input(key="help_query").input("zebra").run()
    assert "Nothing here" in app.info[0].value
