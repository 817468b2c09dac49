"""One server and one Chromium for each file of tests, and pages that can reach nothing but the app."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def server(plugins: Path | None = None):
    """A server as `genoviz run` starts it, with the plug-ins of a folder; yields its address."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "genoviz.cli", "run", "--no-browser", "--port", str(port)]
    environment = os.environ | ({"PYTHONPATH": str(plugins)} if plugins else {})
    environment.pop("GENOVIZ_WEIGHTS", None)  # pages are the same with and without published weights
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        url = f"http://localhost:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(url + "/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        yield url
        process.terminate()


def paste(page, text: str) -> None:
    """Write into the box, wait until it was understood, and go on."""
    page.get_by_role("textbox", name="Sequence, gene, place or variant").fill(text)
    page.locator(".st-key-box_go button").click()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The app with one plug-in, installed as pip would: a slow model of a profile."""
    folder = tmp_path_factory.mktemp("plugins")
    shutil.copy(Path(__file__).with_name("slow_model.py"), folder)
    about = folder / "slow_model-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-model\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[genoviz.models]\nslow.profile = slow_model:SlowProfile\n")
    with server(folder) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, address):
    """Open a page that can reach nothing but the app; requests elsewhere are recorded and refused."""
    contexts = []

    def make(
        path: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        title: str = "Explore a sequence",
    ):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.outside = []

        def route(route):
            if route.request.url.startswith((address, "data:", "blob:")):
                route.continue_()
            else:
                page.outside.append(route.request.url)
                route.abort()

        page.route("**/*", route)
        page.set_default_timeout(60_000)
        page.goto(path if path.startswith("http") else address + path)
        page.get_by_role("heading", name=title).wait_for()
        return page

    yield make
    for context in contexts:
        context.close()
