"""Writes `docs/glossary.md` from the words that the pages explain: `python docs/glossary.py`."""

from pathlib import Path

from genoviz.lessons.glossary import glossary_page

PAGE = Path(__file__).with_name("glossary.md")

if __name__ == "__main__":
    PAGE.write_text(glossary_page(), encoding="utf-8")
