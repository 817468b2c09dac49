"""Writes the answers of all lessons into `docs/teaching.md`: `python docs/teaching.py`. It computes them, which takes a minute."""

from pathlib import Path

from genoviz.learn.answers import all_answers

PAGE = Path(__file__).with_name("teaching.md")
BEGIN, END = "<!-- answers -->\n", "<!-- end of answers -->"


def page(answers: str) -> str:
    """The guide with these answers."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{answers}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(all_answers()), encoding="utf-8")
