"""What stands out, on the page Sequence: what it opens with, whose choice goes first, and what the rows say."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from genoviz.lessons.examples import get_example
from genoviz.models.catalogue import get_card
from genoviz.sequences.shuffle import dinucleotide_shuffle
from genoviz.ui.frame import opening
from genoviz.ui.frame.rows import Row
from genoviz.verdict.verdict import verdict
from tests.pages.asked import paste
from tests.pages.test_sequence_page import start, texts

REST, ETS = get_example("nrse").sequence, get_example("ets").sequence
ASKED = [get_card("tfbind.encode10"), get_card("pwm.encode10")]


def shown(app: AppTest) -> tuple[str, str]:
    return app.selectbox(key="model").value, app.selectbox(key="track").value


def rows(app: AppTest) -> list[list[dict]]:
    """The rows of each list on the page that can be clicked."""
    sent = [json.loads(e.proto.json) for e in app.get("bidi_component")]
    return [one["rows"] for one in sent if "rows" in one]


def test_a_pasted_sequence_opens_on_what_stands_out() -> None:
    app = paste(start(), REST.bases)
    assert not app.exception
    assert shown(app) == ("tfbind.encode10", "REST")
    found = verdict(REST, ASKED)
    assert found.sentence in texts(app)
    verdict_rows, bars = rows(app)
    assert [row["label"] for row in verdict_rows] == ["REST"]
    assert verdict_rows[0]["chosen"]
    assert "AUROC 0.999" in verdict_rows[0]["facts"]
    assert [row["label"] for row in bars if row["chosen"]] == ["REST"]
    # The next sequence is another question; a longer one is opened where the row is highest.
    paste(app, "ACGTTGCATC" * 20 + ETS.bases + "TGCATTCAGA" * 20)
    assert shown(app)[1] == "GABPA"
    assert app.session_state["fit"] == "window"
    row = next(r for r in rows(app)[0] if r["chosen"])
    first = app.session_state["fit_start"]
    assert f"bases {first}-{first + 100}" in row["facts"]
    # Nothing stands out: it is said.
    paste(app, dinucleotide_shuffle(REST.bases, 1, seed=3)[0])
    assert "Nothing stands out among 20 outputs of 2 models" in texts(app)
    assert not app.exception


def test_models_of_other_organisms_and_of_dna_are_left_out() -> None:
    """A header that names a yeast assembly, and letters of RNA."""
    app = paste(start(), f">sacCer3_dna range=chrII:1001-1101 5'pad=0 3'pad=0 strand=+\n{REST.bases}\n")
    assert "No model suits these 101 bases" in texts(app)
    paste(app, ETS.bases.replace("T", "U"))
    assert "No model suits these 101 bases" in texts(app)
    assert not app.exception


def test_a_choice_by_hand_goes_first() -> None:
    app = start(model="pwm.encode10", track="CTCFL", seq=REST.bases)  # a link that names both
    assert shown(app) == ("pwm.encode10", "CTCFL")
    app = start(model="pwm.encode10", seq=REST.bases)  # one that leaves the track open
    assert shown(app) == ("pwm.encode10", "REST")
    paste(app, ETS.bases)  # the model stays, and its track follows
    assert shown(app) in {("pwm.encode10", "GABPA"), ("pwm.encode10", "ELK1")}
    app.selectbox(key="track").set_value("MYC").run()
    paste(app, REST.bases)
    assert shown(app) == ("pwm.encode10", "MYC")
    app.selectbox(key="model").set_value("tfbind.gue").run()  # has no MYC
    assert shown(app)[1] != get_card("tfbind.gue").outputs[0].tracks[0]
    assert not app.exception


def test_a_click_on_a_row_opens_it() -> None:
    """Clicks on components can't be simulated: what they leave for the next run is set by hand."""
    app = paste(start(), REST.bases)
    app.session_state["open_next"] = opening.Opened("pwm.encode10", "MYC")
    app.session_state["opened_for"] = (REST.bases, "pwm.encode10")
    app.run()
    assert shown(app) == ("pwm.encode10", "MYC")
    app.toggle(key="all_rows").set_value(True).run()
    every = rows(app)[1]
    assert len(every) == 20
    assert [row["label"] for row in every if row["chosen"]] == ["MYC"]
    assert set(every[0]) == set(Row.__dataclass_fields__)
    paste(app, ETS.bases)  # a click on a row is no choice for other sequences
    assert "model" not in app.session_state["chosen_by_hand"]
    assert shown(app)[1] == "GABPA"
    assert not app.exception
