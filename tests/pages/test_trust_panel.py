"""The panel of lights on the page Sequence: on request, the numbers of the function, a red light above the picture."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from genoviz.trust import assess
from genoviz.trust.uncertainty import MemberAgreement
from genoviz.ui.sequence.trust_panel import agreed_of
from tests.pages.links import unlinked
from tests.pages.waiting import AT_MOST, run_until

BASES = "TGCATCATGCTTACGCAGTCATCTGATCAGCTCATGCAATGCTACCTGCATTCGACTGCA"
APP = str(Path(__file__).parents[2] / "app.py")


def page(bases: str, method: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    for key, value in {"v": "1", "model": "toy.sum", "seq": bases, "method": method}.items():
        app.query_params[key] = value
    return app.run()


def test_lights_are_those_of_the_function_and_a_red_one_stands_above_the_picture_and_in_it() -> None:
    app = page(BASES, "inputxgradient")
    assert not app.exception
    assert not app.error
    app.button(key="start trust").click()
    app.run()
    run_until(app, lambda a: a.error)
    report = assess(load_model("toy.sum"), Sequence(BASES), method="inputxgradient")
    words = [str(element.value) for element in app.markdown]
    for number, light in enumerate(report.lights, start=1):
        assert any(f"**{number} {light.title}:**" in text for text in words)
    assert report.red
    said = unlinked(str(app.error[0].value))
    assert said.startswith(f"Fails {len(report.red)} of {len(report.lit)} checks: {report.red[0].title.lower()}")
    sent = [json.loads(element.proto.json) for element in app.get("bidi_component")]
    viewer = next(one for one in sent if "seq" in one)
    assert report.sentence in viewer["summary"]
    assert f"fails: {report.red[0].title.lower()}" in viewer["title"]
    other = page(BASES, "inputxgradient")  # another session: it is there at once
    assert other.error[0].value == app.error[0].value


def test_letters_are_contested_where_networks_differ_in_sign() -> None:
    scores = np.array([[1, -1, 2], [2, 1, 2], [1, -3, 2]], dtype=np.float32)
    report = assess(load_model("toy.sum"), Sequence(BASES))
    assert agreed_of(None) is agreed_of(report) is None  # a single network
    several = replace(report, uncertainty=MemberAgreement(scores, Sequence("ACG"), "logit"))
    assert agreed_of(several) == pytest.approx(np.array([1, 2 / 3, 1]))
