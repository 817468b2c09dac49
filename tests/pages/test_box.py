"""The box on the pages: what it opens, what stays when it is brought back, and where it goes on."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from genoviz.compare.comparison import compare
from genoviz.lessons.examples import get_example
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.receipts.made import comparison_receipt
from genoviz.sequences.sequence import Sequence
from tests.pages.asked import ask, has_box, paste
from tests.pages.waiting import AT_MOST

APP = str(Path(__file__).parents[2] / "app.py")
BASES = "ACGTTGCAAC" * 12
SESSION = f'{{"genoviz_session": "1", "model": "tfbind.encode10", "track": "REST", "sequence": "{BASES}"}}'


def start(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.title)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def test_the_box_opens_changes_and_closes() -> None:
    app = start()
    assert has_box(app)
    assert not any(button.key == "box_go" for button in app.button)
    app.button(key="try TEACH01").click().run()  # one of the things to try
    assert "TEACH01, a gene of synthetic-1: chrT1:2,414-3,981" in said(app)
    app.button(key="box_go").click().run()
    # A gene is open: its genome and place are in the sidebar, and the line has what is read of it.
    assert not has_box(app)
    assert [box.label for box in app.sidebar.selectbox][-2:] == ["Genome", "Place"]
    assert "Transcript TEACH01.1" in said(app)
    app.button(key="given_change").click().run()
    assert app.text_area(key="box_text").value == "TEACH01"
    app.button(key="box_close").click().run()
    assert not has_box(app)
    # Bases of a FASTA record in its place; what can't be read leaves it open, with the reason under the box.
    paste(app, f">mine\n{BASES}")
    assert "mine · 120 bases, GC 50 %" in said(app)
    assert not [box for box in app.sidebar.selectbox if box.label == "Place"]
    ask(app, "no such thing")
    assert "was not understood" in said(app)
    assert app.session_state["sequence_text"] == f">mine\n{BASES}"
    app.run()
    assert app.text_area(key="box_text").value == "no such thing"
    # The button is pressed before the box has run on a new text: that text is meant, not the one that it said last.
    paste(app, BASES)
    app.button(key="given_change").click().run()
    app.text_area(key="box_text").set_value(f">second\n{BASES[1:]}")
    app.button(key="box_go").click().run()
    assert "second · 119 bases" in said(app)


def test_an_example_stays_one_when_the_box_is_brought_back() -> None:
    example = get_example("ets")
    app = start(example="ets")
    app.button(key="given_change").click().run()
    assert app.text_area(key="box_text").value == example.sequence.bases
    app.button(key="box_go").click().run()
    assert example.note in said(app)
    assert app.query_params["example"] in ("ets", ["ets"])


def test_several_readings_are_asked_about_and_none_is_taken() -> None:
    app = ask(start(), "chrT1 4 8")
    assert len(app.radio[0].options) == 2
    app.radio[0].set_value(1).run()
    app.button(key="box_go").click().run()
    assert app.session_state["place"] == "chrT1:4-8"
    assert not app.exception


def test_variants_and_views_go_to_their_pages() -> None:
    app = paste(start(model="toy.sum"), "chrT1-2646-G-T")
    assert app.title[0].value == "Variants"
    assert "chrT1-2646-G-T · **synthetic-1**" in said(app)
    assert app.selectbox(key="genome").value == "teaching"
    app = paste(start(), "chrT1-2646-G-T\nchrT1-10719-G-T")
    assert app.title[0].value == "Variants"
    assert app.text_area(key="variants_text").value == "chrT1-2646-G-T\nchrT1-10719-G-T"
    app = paste(start(), SESSION)
    assert app.session_state["sequence_text"] == BASES
    assert app.selectbox(key="track").value == "REST"
    app = paste(start(), "http://localhost:8501/variants?model=toy.sum&genome=teaching&variant=chrT1-2646-G-T")
    assert app.title[0].value == "Variants"
    assert app.selectbox(key="model").value == "toy.sum"
    assert not app.exception


def test_a_receipt_opens_the_page_of_its_result() -> None:
    models = [load_model("toy.sum"), load_model("toy.and")]
    site = Sequence("C" * 27 + "GATAAG" + "C" * 27)
    found = compare(models, site, [Target.default(one.card) for one in models], ["ablation", "inputxgradient"])
    app = ask(start(model="tfbind.encode10"), comparison_receipt(found).json())
    assert "a receipt of a comparison: a sequence, 60 bases; the models toy.sum, toy.and" in said(app)
    app.button(key="box_go").click().run()
    assert app.title[0].value == "Compare explanations"
    assert app.session_state["compare_methods"] == ["ablation", "inputxgradient"]
    assert app.session_state["compare_models"] == ["toy.and"]
    assert app.session_state["sequence_text"] == site.bases
    assert found.sentence in said(app)  # the same numbers
    assert not app.exception


def test_a_file_is_read_where_the_box_is_empty() -> None:
    app = start()
    app.file_uploader[0].set_value(("two.fa", f">a\n{BASES}\n>b\n{BASES}A\n".encode(), "text/plain")).run()
    assert "2 sequences (a, b), 241 bases in all" in said(app)
    app.button(key="box_go").click().run()
    assert "2 records." in said(app)
    app.button(key="given_change").click().run()
    app.text_area(key="box_text").set_value("").run()
    app.file_uploader[0].set_value(("packed.gz", b"\x1f\x8b\x08\x00", "application/gzip")).run()
    assert "gzip-compressed" in said(app)
    assert not app.exception
