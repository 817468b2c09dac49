"""Start-up times: imports, first page, first explanation. Run: python benchmarks/startup.py

Prints medians of three runs, each in a fresh process with warm files. The page is visible when its headline is in the
browser (needs chromium and the test tools).
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMPORTS = ("pass", "import genoviz", "import streamlit", "import torch", "import genoviz.attribute")
RUNS = 3


def import_seconds(statement: str) -> float:
    """Wall time of a fresh interpreter that runs one statement."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True, cwd=ROOT)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def page_seconds(chromium: str) -> dict[str, float]:
    """From launching the server: health answer, headline visible, first explanation, and a second visit's headline."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page()
        began = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.headless",
            "true",
            "--server.port",
            str(port),
        ]
        environment = {"OMP_WAIT_POLICY": "PASSIVE"} | dict(os.environ)
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
            while True:
                try:
                    urllib.request.urlopen(url + "/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.02)
            result = {"server answers": time.perf_counter() - began}
            page.goto(url)
            page.get_by_role("heading", name="Explore a sequence").wait_for()
            result["page visible"] = time.perf_counter() - began
            page.get_by_role("button", name="Open example").first.click()
            page.get_by_text("Completeness gap").first.wait_for()
            result["first explanation"] = time.perf_counter() - began
            again = time.perf_counter()
            other = browser.new_page()
            other.goto(url + "/?example=nrse")
            other.get_by_text("Completeness gap").first.wait_for()
            result["second visitor, link to explanation"] = time.perf_counter() - again
            server.terminate()
        browser.close()
    return result


def main() -> None:
    print("imports (seconds, median of 3)")
    for statement in IMPORTS:
        print(f"  {import_seconds(statement):6.2f}  {statement}")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("no chromium on the PATH: page times left out")
        return
    runs = [page_seconds(chromium) for _ in range(RUNS)]
    print("app (seconds since launch, median of 3)")
    for name in runs[0]:
        print(f"  {statistics.median(run[name] for run in runs):6.2f}  {name}")


if __name__ == "__main__":
    main()
