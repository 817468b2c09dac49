"""The splice part of the page Variants: the transcript's choices, both forms of the scores, models that are not here."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.genes.registered import open_genes_of
from genoviz.genomes.registry import open_genome
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.weights import is_ready
from genoviz.sequences.locus import Locus
from genoviz.splicing.effect import splice_effect
from genoviz.splicing.modules import MODULES, exons_near, load_modules, splice_modules
from genoviz.splicing.predicted_sites import outcome_of
from genoviz.ui.variants.splice_panel import score_table, wanted
from genoviz.variants.variant import Variant
from tests.pages.waiting import AT_MOST

ROOT = Path(__file__).parents[2]
LOST_DONOR = Variant("chrT1", 2646, "G", "T")


@pytest.fixture(scope="module")
def effect():
    with open_genes_of("teaching") as genes:
        at = genes.within(Locus("chrT1", 2645, 2646, assembly=genes.assembly))
    transcript = next(t for t in at if t.strand == "+")
    return splice_effect(load_model("splice.sites"), LOST_DONOR, open_genome("teaching"), "+", transcript=transcript)


def test_the_toggle_changes_the_scores_and_nothing_else(effect) -> None:
    raw, masked = wanted(effect, masked=False), wanted(effect, masked=True)
    assert raw.scores == effect.raw_scores
    assert masked.scores == effect.masked_scores
    assert (raw.masked, masked.masked) == (False, True)
    assert masked.reference is raw.reference


def test_the_table_places_the_lost_donor(effect) -> None:
    rows = {(row["Site"], row["Change"]): row for row in score_table(effect)}
    lost = rows["donor", "loss"]
    assert lost["Score"] > 0.5
    # The last base of the exon stands before the GT whose G is changed.
    assert (lost["Distance (bp)"], lost["Position"]) == (-1, 2645)
    assert lost["Masked"] == lost["Score"]  # an annotated site that is lost counts in both forms


def test_page_names_the_transcript_and_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENOVIZ_WEIGHTS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    for name, value in (
        ("model", "splice.sites"),
        ("genome", "teaching"),
        ("variant", str(LOST_DONOR)),
        ("strand", "+"),
    ):
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/explore/variants.py").run()
    assert not app.exception
    assert app.number_input(key="splice_distance").value == 50
    assert not app.toggle(key="splice_masked").disabled
    shown = "".join(e.value for e in [*app.markdown, *app.caption]).replace("\\", "")
    assert "donor loss" in shown
    assert "/models?card=splice.maxent5" in shown  # the baseline's weights are not here
    # What the transcript may become: the same words and numbers as in Python.
    with open_genes_of("teaching") as genes:
        at = genes.within(Locus("chrT1", 2645, 2646, assembly=genes.assembly))
    transcript, genome = next(t for t in at if t.strand == "+"), open_genome("teaching")
    outcome = outcome_of(
        splice_effect(load_model("splice.sites"), LOST_DONOR, genome, "+", transcript=transcript), genome
    )
    assert outcome is not None
    assert outcome.sentence in shown
    assert outcome.coding.name in shown
    table = next(frame.value for frame in app.dataframe if "Reading frame" in frame.value)
    assert list(table["Form"]) == [one.form.words for one in outcome.transcripts]
    assert any("Reference" in frame.value and "Exon" in frame.value for frame in app.dataframe)


def test_page_says_that_placements_differ() -> None:
    """TTCAG|GG: without the first G the acceptor of exon 3 moves, without the third it stays."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    for name, value in (("model", "splice.sites"), ("genome", "teaching"), ("variant", "chrT1:g.3666del")):
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/explore/variants.py").run()
    assert not app.exception
    assert any("depend on where this deletion is placed" in e.value for e in app.warning)
    table = next(frame.value for frame in app.dataframe if "Place" in frame.value)
    assert list(table["Place"]) == ["left-most", "right-most, as written"]
    assert list(table["Variant"]) == ["chrT1-3663-AG-A", "chrT1-3665-GG-G"]
    assert [float(cell.split()[0]) > 0.5 for cell in table["Acceptor loss"]] == [True, False]


def longer_script() -> None:
    import streamlit as st

    from genoviz.models.catalogue import get_card
    from genoviz.ui.variants.splice_notices import _longer

    st.session_state.setdefault("variant_text", "chr17-7675993-C-T")
    _longer(get_card(st.session_state.get("model", "splice.openspliceai-mane-400nt")))
    st.text(st.session_state.get("model", ""))


def test_the_longer_network_is_one_click_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genoviz.ui.variants.splice_notices.is_ready", lambda card: True)
    app = AppTest.from_function(longer_script).run()
    assert app.button[0].label == "Score with OpenSpliceAI, 10,000 nt"
    app.button[0].click().run()
    assert app.text[0].value == "splice.openspliceai-mane-10000nt"
    assert app.session_state["variant_text"] == "chr17-7675993-C-T"
    assert not app.button
    # Only a middle one is here: that one is offered, and where to get the longest.
    monkeypatch.setattr("genoviz.ui.variants.splice_notices.is_ready", lambda card: "-10000" not in card.name)
    app = AppTest.from_function(longer_script).run()
    assert app.button[0].label == "Score with OpenSpliceAI, 2,000 nt"
    assert "/models?card=splice.openspliceai-mane-10000nt" in app.caption[0].value


@pytest.mark.skipif(not is_ready(get_card("splice.mmsplice-exon")), reason="the published weights are not here")
def test_exon_by_module_shows_the_verbs_numbers() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    for name, value in (
        ("model", "splice.sites"),
        ("genome", "teaching"),
        ("variant", str(LOST_DONOR)),
        ("strand", "+"),
    ):
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/explore/variants.py").run()
    app.session_state["splice_more"] = "modules"
    app.run()
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "Module" in frame.value)
    with open_genes_of("teaching") as genes:
        at = genes.within(Locus("chrT1", 2645, 2646, assembly=genes.assembly))
    near = exons_near(next(t for t in at if t.strand == "+"), LOST_DONOR)[0]
    effect = splice_modules(load_modules(), LOST_DONOR, open_genome("teaching"), near.exon, introns=near.introns)
    assert table["Module"].tolist() == list(MODULES)
    assert table["Share"].tolist() == pytest.approx([change.share for change in effect.changes], abs=1e-5)
    assert effect.largest.module == "donor"  # the GT that is lost
    shown = "".join(e.value for e in app.markdown).replace("\\", "")
    assert effect.sentence in shown
