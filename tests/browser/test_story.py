"""A story opened from the disk in a browser without a network: it draws, it zooms, and asks for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genoviz.attribute.attribution import attribute
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict
from genoviz.report.stories import view_story
from genoviz.sequences.sequence import Sequence

from .conftest import CHROMIUM
from .test_accessibility import AXE, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium on the PATH"),
    pytest.mark.xdist_group("browser"),
]
DRAWN = """(box) => {
  const canvas = box.querySelector('.gv-base');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(new Uint32Array(pixels.buffer)).size;
}"""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_story_needs_no_network(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    model, target = load_model("toy.sum"), Target("activity")
    read = Sequence("TGCATCATGCTTACGCAGTCATCAGATAAGCTCATGCAATGCTACCTGCATTCGACTGCA", "a site")
    result = attribute(model, read, target, "ablation")
    file = tmp_path / "story.html"
    text = view_story(model.card, read, predict(model, read)[0], result, saturate(model, read, target))
    file.write_text(text, encoding="utf-8")

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(file.as_uri())
    box = page.locator(".gv[data-rev='story']")
    box.wait_for()
    assert box.evaluate(DRAWN) > 20  # colours of letters and of the map
    assert box.evaluate("(box) => box.gvViewer.view.span") == len(read)
    page.get_by_role("button", name="Zoom in").click()
    assert box.evaluate("(box) => box.gvViewer.view.span") < len(read)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_text("Code", exact=True).click()
    assert "load_model" in page.locator("details[open] pre").inner_text()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Receipt of attribution (JSON)").click()
    assert saved.value.suggested_filename == "genoviz_attribution_receipt.json"
    for summary in page.locator("summary").all()[:2]:  # the methods text and the references; the code is open
        summary.click()
    if AXE.is_file():
        assert violations(page) == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [file.as_uri()]
    assert faults == []
    context.close()
