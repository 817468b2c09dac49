"""The pictures of the README, taken from the running app: `make pictures`, or `python docs/pictures.py [NAME ...]` for some.

Writes `docs/pictures/`: views of three pages, light and dark, and the tour, a minute of still pictures with a line of text
each. Needs what the tests need (`requirements-test.txt`) and a `chromium` on the PATH; nothing is fetched.
"""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
SIZE = 1280, 880  # of the browser's window
TOUR = 960, 660  # of the tour, without its line of text
LINE = 44  # pixels below it
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
VIEWER = ".gv[data-rev]:not([data-rev=''])"
VARIANT = "/variants?model=splice.sites&track=human+donor&genome=teaching&variant=chrT1-2646-G-T"
COMPARED = "/compare?model=tfbind.encode10&track=GABPA&example=ets&methods=inputxgradient,deepliftshap,ablation"
SEEN = {  # name of a picture: address, words on the page, and how far below the upper edge they are put
    "sequence": ("/?example=tert&edits=41T", "GABPA: probability", 170),
    "variant": (VARIANT, "lowers the prediction", 90),
    "compare": (COMPARED, "Consensus: bases", 140),
}


@contextmanager
def app() -> Iterator[str]:
    """A server of its own; yields its address."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "genoviz", "run", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        url = f"http://localhost:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        try:
            yield url
        finally:
            process.terminate()


def settle(page: Any) -> None:
    """Wait until nothing on the page changes any more."""
    for _ in range(2):
        page.wait_for_selector(READY, timeout=180_000)
        page.wait_for_timeout(1_500)
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')", timeout=60_000)


def scroll_to(page: Any, words: str, above: int = 90) -> None:
    """Move the first element that has these words to the upper edge."""
    page.get_by_text(words).first.evaluate(
        "(e, above) => { const box = document.querySelector('[data-testid=stMain]');"
        " box.scrollTop += e.getBoundingClientRect().top - above; }",
        above,
    )
    page.wait_for_timeout(800)


def photograph(page: Any) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def pages_in(browser: Any, url: str, scheme: str, names: Collection[str]) -> None:
    """The views of pages, in light or dark."""
    context = browser.new_context(viewport=dict(zip(("width", "height"), SIZE, strict=True)), color_scheme=scheme)
    for name in names:
        address, words, above = SEEN[name]
        page = context.new_page()
        page.goto(url + address)
        page.wait_for_selector(VIEWER, timeout=180_000)
        settle(page)
        scroll_to(page, words, above)
        photograph(page).save(FOLDER / f"{name}-{scheme}.webp", quality=82, method=6)
    context.close()


@dataclass(frozen=True)
class Step:
    """One picture of the tour: its line, what is done before it, and how many seconds it stays."""

    line: str
    do: Callable[[Any], object]
    seconds: float = 5.0


def _type_gene(page: Any) -> None:
    page.get_by_role("textbox", name="Sequence, gene, place or variant").fill("exon 2 of TEACH01")
    page.locator(".st-key-box_go button").wait_for()


def _open(address: str, words: str) -> Callable[[Any], None]:
    def do(page: Any) -> None:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + address)
        page.get_by_text(words).first.wait_for(timeout=180_000)
        settle(page)
        scroll_to(page, words)

    return do


def _menu(page: Any) -> None:
    """Open the menu of base 41 with the keyboard."""
    page.locator(".gv-base").first.focus()
    page.keyboard.press("Home")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)


def _edit(page: Any) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_timeout(1_000)
    settle(page)


def _open_part(label: str) -> Callable[[Any], None]:
    def do(page: Any) -> None:
        page.locator("summary", has_text=label).first.click()
        settle(page)
        scroll_to(page, label)

    return do


def _check(page: Any) -> None:
    _open_part("Can this explanation be trusted?")(page)
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("button", name="Check", exact=True).wait_for(state="hidden", timeout=120_000)
    settle(page)
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="hidden", timeout=120_000)
    settle(page)
    scroll_to(page, "Can this explanation be trusted?")


STEPS = (
    Step("One box takes a sequence, a gene, a place or a variant.", settle),
    Step("What was understood stands under it; a button goes on.", _type_gene),
    Step(
        "The TERT promoter: letters are as tall as their share in the prediction.", _open("/?example=tert", "GABPA"), 6
    ),
    Step("Click a letter to change it ...", _menu, 4),
    Step("... and prediction, letters and map of mutations follow. C41T makes a site of GABPA.", _edit, 6),
    Step("Can this explanation be trusted? Six checks say it.", _check, 6),
    Step(
        "A variant: what it does, and how that stands among random changes.",
        _open(VARIANT, "lowers the prediction"),
        6,
    ),
    Step("What the transcript and its protein may become.", lambda page: scroll_to(page, "What the transcript may"), 6),
    Step("Do methods and models agree? Where not, and why?", _open(COMPARED, "Consensus: bases"), 6),
    Step("A receipt, a methods text and the code: anybody can make it again.", _open_part("Receipt, methods text"), 5),
    Step("Lessons are done on the real pages.", _open("/lessons?lesson=one-hot&step=1", "Step 1"), 5),
)


def tour(browser: Any, url: str) -> None:
    """The steps one after the other, as one animated picture."""
    context = browser.new_context(viewport=dict(zip(("width", "height"), SIZE, strict=True)), color_scheme="light")
    page = context.new_page()
    page.goto(url)
    frames = []
    for step in STEPS:
        step.do(page)
        frames.append(with_line(photograph(page), step.line))
    context.close()
    frames[0].save(
        FOLDER / "tour.webp",
        save_all=True,
        append_images=frames[1:],
        duration=[int(1000 * step.seconds) for step in STEPS],
        loop=0,
        quality=72,
        method=4,
    )


def with_line(seen: Image.Image, line: str) -> Image.Image:
    """A picture in the size of the tour with a line of text below it."""
    width, height = TOUR
    whole = Image.new("RGB", (width, height + LINE), "#14181f")
    whole.paste(seen.resize(TOUR, Image.Resampling.LANCZOS), (0, 0))
    ImageDraw.Draw(whole).text((18, height + LINE / 2), line, "#ffffff", ImageFont.load_default(20), anchor="lm")
    return whole


def main() -> None:
    from playwright.sync_api import sync_playwright

    wanted = sys.argv[1:] or [*SEEN, "tour"]
    FOLDER.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with app() as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for scheme in ("light", "dark"):
            pages_in(browser, url, scheme, [name for name in SEEN if name in wanted])
        if "tour" in wanted:
            tour(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
