"""The viewer as a widget, with a stand-in for the notebook: drawn, edited by a key, drawn anew with what Python answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("anywidget")

import genoviz.notebook
from genoviz.viewer.script import NOTEBOOK, script
from tests.browser.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.xdist_group("browser notebook"),
]
BASES = "C" * 27 + "GATAAG" + "C" * 27
PAGE = """<!doctype html><style>__STYLE__</style><body style="--jp-layout-color0: #111; --jp-content-font-color1: #eee">
<div id="cell"></div><script type="module">
const source = new Blob([JSON.parse(document.getElementById("source").textContent)], { type: "text/javascript" });
const listeners = [];
const values = JSON.parse(document.getElementById("values").textContent);
window.sent = [];
window.answer = (data) => { values.data = data; listeners.forEach((listener) => listener()); };
window.commands = 0;
document.addEventListener("keydown", () => { window.commands += 1; });
const model = { get: (name) => values[name], on: (_, f) => listeners.push(f), off: () => {}, send: (m) => window.sent.push(m) };
const { default: widget } = await import(URL.createObjectURL(source));
widget().render({ model, el: document.getElementById("cell") });
</script>
<script id="source" type="application/json">__SOURCE__</script><script id="values" type="application/json">__VALUES__</script>"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1000, "height": 600})
    page = context.new_page()
    yield page
    context.close()


def test_a_key_edits_and_the_answer_is_drawn(page: Any) -> None:
    shown = genoviz.notebook.view("toy.sum", BASES, method="deeplift")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    texts = {"__SOURCE__": script(NOTEBOOK), "__VALUES__": {"markup": shown.markup, "data": shown.data}}
    text = PAGE.replace("__STYLE__", shown._css)
    for name, value in texts.items():
        text = text.replace(name, json.dumps(value).replace("<", "\\u003c"))
    page.set_content(text)
    page.wait_for_selector(f".gv[data-rev='{shown.data['rev']}']")
    box = page.locator(".gv")
    assert box.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(17, 17, 17)"
    assert page.locator("#cell").get_attribute("data-lm-suppress-shortcuts") == "true"
    page.locator(".gv-base").focus()
    page.keyboard.press("Home")
    page.keyboard.press("g")
    (message,) = page.evaluate("window.sent")
    assert (message["event"]["events"][0]["kind"], message["event"]["events"][0]["bases"]) == ("substitute", "G")
    assert page.evaluate("window.commands") == 0, "keys of the viewer are none of the notebook"
    shown.handle(message["event"])
    assert shown.history.current.bases.startswith("GC")
    page.evaluate("(data) => window.answer(data)", shown.data)
    assert page.locator(".gv").evaluate("(e) => e.gvViewer.outbox.pending.length") == 0
    assert not [url for url in asked if url.startswith("http")]
