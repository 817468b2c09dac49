"""How fast the viewer answers: click to repainted, and frames while wheeling and dragging.

    python benchmarks/viewer.py [--chromium /usr/bin/chromium]

Click to repainted runs from the key press that sets a base to the end of the drawing with the new mutation map (and the
number in the title); "explained" is when the attribution with 20 references is drawn too. The first table is the app with
bundled models and all else on the page. The second is the viewer alone: the browser, Streamlit's round trip, a made-up model
(no cost of its own) and four tracks; it is measured before and after the first, as the computer's speed changes. "Letter" is
when the new letter is drawn, before Python has answered. Frame times are those of the picture's own
drawing; gaps are between two frames of the browser while it is wheeled and dragged (16.7 ms is 60 a second).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from genoviz import list_models
from genoviz.models.card import ModelCard

ROOT = Path(__file__).parents[1]
LENGTHS = (101, 600, 2_000, 10_000)
FIND = """const find = (r) => r.querySelector('.gv') || [...r.querySelectorAll('*')]
    .map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean); const box = find(document), v = box.gvViewer;"""
EDIT = (
    "async (letter) => {"
    + FIND
    + """
    const before = box.dataset.rev, begun = performance.now();
    v.screen.canvas.dispatchEvent(new KeyboardEvent('keydown', { key: letter, bubbles: true }));
    await new Promise(requestAnimationFrame); const letterDrawn = performance.now() - begun;
    while (box.dataset.rev === before) await new Promise((done) => setTimeout(done, 1));
    await new Promise(requestAnimationFrame);
    const repainted = performance.now() - begun;
    while (v.tracks.some((track) => track.stale)) await new Promise((done) => setTimeout(done, 1));
    await new Promise(requestAnimationFrame);
    return [repainted, performance.now() - begun, letterDrawn]; }"""
)
WATCH = (
    "() => {"
    + FIND
    + """ v.frames = []; window.gaps = []; let last = performance.now();
    const tick = (now) => { window.gaps.push(now - last); last = now; if (window.watching) requestAnimationFrame(tick); };
    window.watching = true; requestAnimationFrame(tick); }"""
)
STOP = "() => {" + FIND + " window.watching = false; return [v.frames, window.gaps.slice(2)]; }"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    parser.add_argument("--models", nargs="*", default=[], help="all bundled ones by default")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox", "--disable-gpu"])
        measure_alone(browser)
        with serving(ROOT / "app.py") as url:
            print(
                "\n| model on the page | bases | click to repainted, median (worst), ms | explained, ms | letter, ms | sent, KB |"
            )
            print("|---|---|---|---|---|---|")
            for card in list_models():
                if card.bundled and card.file and (not given.models or card.name in given.models):
                    measure_page(browser, url, card)
        measure_alone(browser)
        browser.close()


def measure_alone(browser: Any) -> None:
    """Print the table of the viewer alone."""
    with serving(ROOT / "tests/browser/viewer_demo.py") as url:
        print(
            "\n| bases | click to repainted, median (worst), ms | letter, ms | frame, median (95 %), ms "
            "| gap, median (95 %), ms | sent, KB |"
        )
        print("|---|---|---|---|---|---|")
        for length in LENGTHS:
            measure(browser, url, length)


@contextmanager
def serving(script: Path) -> Iterator[str]:
    """A server for `script`, as `genoviz run` starts it; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from pathlib import Path; from genoviz.ui.frame.server import serve; "
    code += f"serve(Path({str(script)!r}), port={port}, address='127.0.0.1', browser=False)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    server = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health"):
                    break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def edits(page: Any, n: int) -> tuple[list[float], list[float], list[float], list[int]]:
    """Set `n` bases one after the other: times to the repainted picture, to the explained one and to the letter, and bytes
    received."""
    received = page.received
    page.locator("canvas.gv-base").focus()
    page.keyboard.press("Home")
    totals, explained, letters, sizes = [], [], [], []
    for k in range(n + 2):
        page.keyboard.press("ArrowRight")
        now = page.evaluate("() => {" + FIND + " return v.display.bases[v.cursor]; }")
        before = received[0]
        total, all_of_it, letter = page.evaluate(EDIT, "g" if now != "G" else "t")
        page.wait_for_timeout(250)
        if k > 1:  # the first two warm up
            totals.append(total)
            explained.append(all_of_it)
            letters.append(letter)
            sizes.append(received[0] - before)
    return totals, explained, letters, sizes


def open_page(browser: Any, url: str) -> Any:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.received = received = [0]
    page.on(
        "websocket", lambda ws: ws.on("framereceived", lambda data: received.__setitem__(0, received[0] + len(data)))
    )
    page.goto(url)
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])", timeout=60_000)
    page.wait_for_timeout(1000)
    return page


def measure_page(browser: Any, url: str, card: ModelCard) -> None:
    """Print one row of the first table."""
    bases = "".join(random.Random(0).choices("ACGT", k=card.length))
    page = open_page(browser, f"{url}/?v=1&model={card.name}&seq={bases}")
    totals, explained, letters, sizes = edits(page, 15)
    print(
        f"| {card.name} | {card.length:,} | {statistics.median(totals):.0f} ({max(totals):.0f}) "
        f"| {statistics.median(explained):.0f} | {statistics.median(letters):.0f} | {statistics.median(sizes) / 1000:.0f} |"
    )
    page.close()


def measure(browser: Any, url: str, length: int) -> None:
    """Print one row of the second table."""
    page = open_page(browser, f"{url}/?L={length}")
    totals, _, letters, sizes = edits(page, 8)
    canvas = page.locator("canvas.gv-base")
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 150
    page.mouse.move(x, y)
    page.evaluate(WATCH)
    for _ in range(20):
        page.mouse.wheel(0, -60)
        page.wait_for_timeout(16)
    page.mouse.down()
    for k in range(30):
        page.mouse.move(x + 8 * (k % 15), y)
        page.wait_for_timeout(16)
    page.mouse.up()
    for _ in range(20):
        page.mouse.wheel(0, 60)
        page.wait_for_timeout(16)
    frames, gaps = page.evaluate(STOP)
    frames.sort()
    gaps.sort()
    print(
        f"| {length:,} | {statistics.median(totals):.0f} ({max(totals):.0f}) | {statistics.median(letters):.0f} "
        f"| {statistics.median(frames):.1f} ({frames[int(len(frames) * 0.95)]:.1f}) "
        f"| {statistics.median(gaps):.1f} ({gaps[int(len(gaps) * 0.95)]:.1f}) "
        f"| {statistics.median(sizes) / 1000:.0f} |"
    )
    page.close()


if __name__ == "__main__":
    main()
