"""The page Grammar, run by Streamlit's own test harness."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.attribute.explained import Explained
from genoviz.errors import BadSequence
from genoviz.grammar.backgrounds import random_bases
from genoviz.grammar.dependence import SequenceBlock, ablate_blocks
from genoviz.grammar.placements import copies, spacing
from genoviz.lessons.examples import get_example
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs.sites import read_site
from genoviz.mutagenesis.epistasis import epistasis
from genoviz.sequences.sequence import Sequence
from genoviz.ui.grammar.page import EXAMPLES
from tests.comparison import close
from tests.pages.asked import paste
from tests.pages.waiting import AT_MOST, run_until

APP = Path(__file__).parents[2] / "app.py"
pytestmark = pytest.mark.skipif(
    "pages/explore/grammar.py" not in APP.read_text(encoding="utf-8"), reason="the page is not in the page table yet"
)


@pytest.fixture(autouse=True)
def no_other_genomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))


@pytest.fixture
def page() -> Iterator[AppTest]:
    app = AppTest.from_file(str(APP), default_timeout=AT_MOST).run()
    app.switch_page("pages/explore/grammar.py")
    yield app.run()
    assert not app.exception


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info, app.title)
    return "\n".join(str(e.value) for kind in kinds for e in kind).replace("\\", "")


def computed(app: AppTest) -> AppTest:
    """Run until the figure is there, asking for the work where it is long."""

    def done(app: AppTest) -> bool:
        for ask in (button for button in app.button if button.label == "Compute"):
            ask.click()
        return bool(app.get("plotly_chart") or app.error)

    return run_until(app, done)


def use_toy(app: AppTest, name: str, mode: str) -> AppTest:
    app.selectbox(key="model").set_value(name)
    app.run()
    app.segmented_control(key="grammar_mode").set_value(mode)
    return app.run()


def test_spacing_shows_the_numbers_of_the_function(page: AppTest) -> None:
    use_toy(page, "toy.and", "spacing")
    assert "or open an example" in texts(page)
    page.text_input(key="grammar_a").set_value("GATAAG")
    page.text_input(key="grammar_b").set_value("e-box")
    page.run()
    computed(page)
    model = load_model("toy.and")
    found = spacing(
        model,
        Target.default(model.card),
        Sequence("GATAAG"),
        Sequence("CACGTG", "E-box"),
        random_bases(60),
        position=27,
    )
    assert found.sentence in texts(page)
    assert "Read as the site E-box: `CACGTG`" in texts(page)


@pytest.mark.parametrize("mode", ["slide", "copies"])
def test_one_site(page: AppTest, mode: str) -> None:
    use_toy(page, "toy.sum", mode)
    page.text_input(key="grammar_a").set_value("GATAAG")
    page.run()
    computed(page)
    assert not page.error
    if mode == "copies":
        model = load_model("toy.sum")
        found = copies(model, Target.default(model.card), Sequence("GATAAG"), random_bases(60), n=5)
        assert found.sentence in texts(page)
    else:
        assert "GATAAG raises activity most at bases" in texts(page)


@pytest.mark.parametrize("example", EXAMPLES[1:], ids=lambda e: e[0])
def test_examples_run_on_one_click(page: AppTest, example: tuple[str, str, dict[str, object]]) -> None:
    page.button(key=f"grammar example {example[0]}").click()
    page.run()
    computed(page)
    assert not page.error
    assert page.get("plotly_chart")


def test_the_first_example_is_set_up(page: AppTest) -> None:
    page.button(key=f"grammar example {EXAMPLES[0][0]}").click()
    page.run()
    assert not page.error
    assert (page.text_input(key="grammar_a").value, page.text_input(key="grammar_b").value) == (
        "GTCACGTG",
        "CGTTACCCGGAA",
    )
    assert page.number_input(key="grammar_step").value == 3


def test_blocks_of_an_example_are_its_sites(page: AppTest) -> None:
    page.button(key=f"grammar example {EXAMPLES[2][0]}").click()
    page.run()
    computed(page)
    example, model = get_example("ets"), load_model("tfbind.encode10")
    assert example is not None
    blocks = [SequenceBlock(s.start, s.end, s.name) for s in example.sites]
    found = ablate_blocks(model, Target.parse("GABPA", model.card), example.sequence, blocks)
    assert found.sentence in texts(page)
    table = page.dataframe[0].value
    assert table["Interaction"].iloc[0] == close(float(found.interaction.mean[0, 1]), beside=10)
    losses = table["Loss of block"] + table["Loss of other"] - table["Loss of both"]
    assert np.allclose(losses, table["Interaction"])


def test_pairs_show_four_predictions(page: AppTest) -> None:
    use_toy(page, "toy.sum", "pairs")
    assert "Give a sequence in the box" in texts(page)
    paste(page, "GATTCG".center(60, "T"))
    page.text_input(key="grammar_window").set_value("28-33")
    page.run()
    computed(page)
    assert "The strongest pair is" in texts(page)
    assert page.metric[0].label == "As given"
    assert page.metric[0].value == "1"
    page.segmented_control(key="grammar_measure").set_value("scores")
    computed(page.run())
    of = Explained(27, 33, "inputxgradient")
    given = Sequence("GATTCG".center(60, "T"))
    model = load_model("toy.sum")
    found = epistasis(model, Target.default(model.card), given, window=(27, 33), of=of)
    assert "For the scores of bases 28 to 33" in found.sentence
    run_until(page, lambda app: found.sentence in texts(app))
    page.text_input(key="grammar_scored").set_value("61-70")
    assert "reads bases 1 to 60" in texts(page.run())


@pytest.mark.parametrize(
    ("mode", "key", "text", "words"),
    [
        ("slide", "grammar_a", "quite unknown", "neither bases nor the name of a motif"),
        ("slide", "grammar_a", "A" * 70, "70 bases"),
        ("blocks", "grammar_blocks", "40-31", "can't be read"),
        ("pairs", "grammar_window", "1-61", "2 to 60 bases"),
    ],
)
def test_bad_input_gets_a_message_and_the_page_stays(page: AppTest, mode: str, key: str, text: str, words: str) -> None:
    use_toy(page, "toy.sum", mode)
    if mode in ("blocks", "pairs"):
        paste(page, "GATAAG".center(60, "T"))
    page.text_input(key=key).set_value(text)
    page.run()
    computed(page)
    assert words in texts(page)
    assert not page.exception


@pytest.mark.parametrize(
    ("text", "bases", "name"),
    [("ets", "ACCGGAAGTG", "ETS"), ("acgu n", "ACGTN", ""), ("GATA", "AGATAAG", "GATA"), ("TATAAT", "TATAAT", "")],
)
def test_sites_by_name_and_as_bases(text: str, bases: str, name: str) -> None:
    assert (read_site(text).bases, read_site(text).name) == (bases, name)


def test_a_motif_gives_its_best_word() -> None:
    found = read_site("MA0139 ")
    assert found.name.upper() == "CTCF"
    assert "GGG" in found.bases  # the core CC(A/C)(C/G)(T/C)AGGGGGC
    with pytest.raises(BadSequence, match="neither bases"):
        read_site("no such factor")
