"""How fast the viewer answers: click to repainted, and frames while wheeling and dragging.

    python benchmarks/viewer.py [--chromium /usr/bin/chromium]

Click to repainted runs from the key press that sets a base to the end of the drawing with the new values: the
browser, Streamlit's round trip, a made-up model (no cost of its own) and four tracks. "Letter" is when the new
letter is drawn, before Python has answered. Frame times are those of the picture's own drawing; "longest gap" is
between two frames of the browser while it is wheeled and dragged (16.7 ms is perfect).
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
LENGTHS = (101, 600, 2_000, 10_000)
FIND = """const find = (r) => r.querySelector('.gv') || [...r.querySelectorAll('*')]
    .map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean); const box = find(document), v = box.gvViewer;"""
EDIT = (
    "async (letter) => {"
    + FIND
    + """
    const before = box.dataset.rev, begun = performance.now();
    v.canvas.dispatchEvent(new KeyboardEvent('keydown', { key: letter, bubbles: true }));
    await new Promise(requestAnimationFrame); const letterDrawn = performance.now() - begun;
    while (box.dataset.rev === before) await new Promise((done) => setTimeout(done, 1));
    await new Promise(requestAnimationFrame);
    return [performance.now() - begun, letterDrawn]; }"""
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
    chromium = parser.parse_args().chromium
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "tests/browser/viewer_demo.py")]
    command += ["--server.headless", "true", "--server.port", str(port), "--server.fileWatcherType", "none"]
    command += ["--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health"):
                    break
            except OSError:
                time.sleep(0.1)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            print(
                "| bases | click to repainted, median (worst), ms | letter, ms | frame, median (95 %), ms | longest gap, ms | sent, KB |"
            )
            print("|---|---|---|---|---|---|")
            for length in LENGTHS:
                measure(browser, url, length)
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def measure(browser: Any, url: str, length: int) -> None:
    """Print one row of the table."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    received = [0]
    page.on(
        "websocket", lambda ws: ws.on("framereceived", lambda data: received.__setitem__(0, received[0] + len(data)))
    )
    page.goto(f"{url}/?L={length}")
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])", timeout=30_000)
    canvas = page.locator("canvas.gv-base")
    canvas.focus()
    page.keyboard.press("Home")
    totals, letters, sizes = [], [], []
    for k in range(8):
        page.keyboard.press("ArrowRight")
        now = page.evaluate("() => {" + FIND + " return v.seq[v.cursor]; }")
        before = received[0]
        total, letter = page.evaluate(EDIT, "g" if now != "G" else "t")
        page.wait_for_timeout(60)
        if k:  # the first one warms up
            totals.append(total)
            letters.append(letter)
            sizes.append(received[0] - before)
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
    print(
        f"| {length:,} | {statistics.median(totals):.0f} ({max(totals):.0f}) | {statistics.median(letters):.0f} "
        f"| {statistics.median(frames):.1f} ({frames[int(len(frames) * 0.95)]:.1f}) | {max(gaps):.0f} "
        f"| {statistics.median(sizes) / 1000:.0f} |"
    )
    page.close()


if __name__ == "__main__":
    main()
