"""The badges of the README, from the facts they state: `python docs/badges.py` writes `docs/pictures/badge-*.svg`.

`tests/test_docs.py` holds the files against the facts, so that a badge can't go stale.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
LETTER, SPACE = 6.6, 10  # pixels: mean width of a letter of 11 pixels, and beside the words


def facts() -> dict[str, str]:
    """What each badge says, by its name."""
    from genoviz.models.catalogue import list_models

    trained = [card for card in list_models() if card.sha256 and not (card.published or card.files)]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "python": project["requires-python"].replace(">=", "") + " or newer",
        "licence": project["license"],
        "models": f"{len(trained)} with weights, included",
    }


def badge(name: str, value: str) -> str:
    """The two words side by side, as an SVG."""
    name = name.replace("-", " ")
    left, right = (round(LETTER * len(text) + 2 * SPACE) for text in (name, value))
    style = 'font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" text-anchor="middle" fill="#ffffff"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{name}: {value}">'
        f'<rect width="{left + right}" height="20" rx="4" fill="#2563a8"/><path d="M4 0H{left}V20H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" '
        f'fill="#38424e"/><g {style}><text x="{left / 2}" y="14">{name}</text>'
        f'<text x="{left + right / 2}" y="14">{value}</text></g></svg>\n'
    )


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, value in facts().items():
        (FOLDER / f"badge-{name}.svg").write_text(badge(name, value), encoding="utf-8")


if __name__ == "__main__":
    main()
