"""The page Sequence, run by Streamlit's own test harness: examples, bad input, links, equal numbers."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.attribute.attribution import attribute
from genoviz.lessons.examples import EXAMPLES, get_example
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.words import rounded
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict
from genoviz.ui.frame import planned
from tests.pages.asked import has_box, paste
from tests.pages.links import unlinked
from tests.pages.waiting import AT_MOST

APP = str(Path(__file__).parents[2] / "app.py")


def start(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info, app.title)
    words = [str(e.value) for kind in kinds for e in kind]
    return unlinked("\n".join([*words, *(v["summary"] for v in viewers(app))]))


def viewers(app: AppTest) -> list[dict]:
    """What the page sent to its sequence viewers."""
    sent = [json.loads(e.proto.json) for e in app.get("bidi_component")]
    return [one for one in sent if "seq" in one]  # rows to click are components as well


def values(track: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(track["values"]), dtype="<f4")


def test_empty_page_offers_the_examples() -> None:
    app = start()
    assert not app.exception
    for example in EXAMPLES:
        assert app.button(key=f"example_{example.key}")


@pytest.mark.parametrize("key", ["hbb", "myc", "nrse"])
def test_examples_run_on_one_click(key: str) -> None:
    example, app = get_example(key), start()
    app.button(key=f"example_{example.key}").click()
    app.run()
    assert not app.exception
    shown = texts(app)
    assert f"{example.track}:" in shown
    assert example.note in shown
    assert app.query_params.get("window", "") == example.window
    # Its own site must explain it: the strongest block that the page names overlaps one.
    block = shown.split("strongest block, bases ")[1].split(" ")[0]
    first, last = (int(n) for n in block.split("-"))
    assert any(first - 1 < site.end and last > site.start for site in example.sites)
    assert not app.warning
    if example.edits:
        app.button(key="example_edit").click()
        app.run()
        assert "against the original" in texts(app)
        assert app.query_params["edits"] == example.edits


def test_a_link_keeps_pin_name_and_palette() -> None:
    bases = get_example("nrse").sequence.bases
    app = start(track="REST", seq=bases, name="my element", pin="45A", palette="mono")
    assert not app.exception
    assert "my element" in texts(app)
    assert "Pinned" in texts(app)
    first, second = viewers(app)
    assert (first["palette"], second["palette"]) == ("mono", "mono")
    assert second["seq"][44] == "A" != bases[44]
    kept = {key: app.query_params[key] for key in ("name", "pin", "palette")}
    assert kept == {"name": "my element", "pin": "45A", "palette": "mono"}


def test_page_shows_the_numbers_of_the_functions() -> None:
    example = get_example("ets")
    app = start(example="ets")
    model = load_model(example.model)
    target = Target("binding", (example.track,))
    tracks = predict(model, example.sequence)[0]["binding"]
    value = float(tracks.values[tracks.names.index(example.track), 0])
    explanation = attribute(model, example.sequence, target)
    mutations = saturate(model, example.sequence, target)
    logo, heat = (next(t for t in viewers(app)[0]["tracks"] if t["kind"] == kind) for kind in ("logo", "heat"))
    assert np.array_equal(values(logo), explanation.per_base)
    assert np.array_equal(values(heat).reshape(4, -1), mutations.delta)
    shown = texts(app)
    assert f"probability {rounded(value, 'probability')}" in shown
    assert f"logit {explanation.value:.3g}" in shown
    strongest = np.nanmax(np.abs(mutations.delta))
    assert f"{strongest:.3g} logit" in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("   ", "Or start from an example"),
        ("A", "N added"),
        ("MKTLLILAVVAAALAEQFP", "protein"),
        ("ACGT\x00\x01\x02ACGT", "looks like"),
        ("ACGTRYKM" * 12 + "ACGTA", "ambiguous"),
        ("ACGU" * 30, "read as T"),
        ("ACGT" * 50, "are read"),
        ("N" * 101, "ambiguous"),
        ("ACGT!ACGT", "!"),
        (">only a name", "no bases"),
        ("".join(f">r{i}\nACGT\n" for i in range(10_000)), "10,000"),
        ("ACGT" * 250_001, "1,000,004"),
        (">a\n" + "ACGTT" * 21 + "\n>b\nACGT$\n>c\n" + "GATTACA" * 15, "3 records"),
    ],
)
def test_bad_and_odd_input_gets_a_message_and_the_page_lives(text: str, words: str) -> None:
    app = paste(start(), text)
    assert not app.exception
    assert words in texts(app)
    # Nothing is lost and the page goes on working.
    assert text in (app.session_state["box_text"] if has_box(app) else app.session_state["sequence_text"])
    paste(app, get_example("ebox").sequence.bases)
    assert "USF1" in texts(app) or "ARID3A:" in texts(app)


def test_one_megabase_is_cropped_aloud() -> None:
    app = paste(start(), "ACGTTGCA" * 125_000)
    assert not app.exception
    assert "of 1,000,000 (centre) are read" in texts(app)


def test_link_with_unknown_names_falls_back_with_a_notice() -> None:
    app = start(model="tfbind.nothing", track="XYZ", method="magic", example="ets")
    assert not app.exception
    shown = texts(app)
    assert "tfbind.nothing" in shown
    assert "XYZ" in shown
    assert "magic" in shown
    assert app.selectbox(key="model").value == "tfbind.encode10"


def test_link_restores_the_view() -> None:
    bases = get_example("nrse").sequence.bases
    app = start(v="1", model="tfbind.encode10", track="REST", scale="value", method="inputxgradient", seq=bases)
    assert app.selectbox(key="track").value == "REST"
    assert app.selectbox(key="method").value == "inputxgradient"
    assert app.session_state["sequence_text"] == bases
    assert app.query_params["track"] in ("REST", ["REST"])
    assert app.query_params["seq"] in (bases, [bases])


def test_damaged_weights_give_a_message(monkeypatch, tmp_path) -> None:
    (tmp_path / "tfbind.encode10.safetensors").write_bytes(b"not the weights")
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    import streamlit as st

    st.cache_resource.clear()
    st.cache_data.clear()
    app = start(example="ets")
    assert not app.exception
    assert "checksum" in texts(app)
    st.cache_resource.clear()


def test_own_reference_sequence_is_checked() -> None:
    app = start(example="ets", baseline="sequence")
    app.text_input(key="reference_text").set_value("ACGT")
    app.run()
    assert not app.exception
    assert "4 bases" in texts(app)
    app.text_input(key="reference_text").set_value("ACGTT" * 20 + "A")
    app.run()
    assert not app.error


def test_window_is_read_from_1_and_bad_ones_are_refused() -> None:
    app = start(example="ets")
    app.text_input(key="window").set_value("30-41")
    app.run()
    assert "substitutions at 12 positions" in texts(app)
    app.text_input(key="window").set_value("90-300")
    app.run()
    assert not app.exception
    assert "1 to 101" in texts(app)


@pytest.mark.parametrize("page", ["pages/about/models.py", "pages/about/help.py"])
def test_other_pages_open(page: str) -> None:
    app = start()
    app.switch_page(page).run()
    assert not app.exception
    assert app.title


def edit(app: AppTest, text: str) -> AppTest:
    (box,) = (box for box in app.text_input if box.label == "Type an edit")
    box.set_value(text)
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click()
    return app.run()


def test_typed_edits_change_the_prediction_and_undo_brings_it_back() -> None:
    app = start(example="ets")
    before = viewers(app)[0]
    edit(app, "G34T")
    after = viewers(app)[0]
    assert after["seq"][33] == "T"
    assert after["id"] == before["id"], "an edit must not move the view"
    assert after["rev"] != before["rev"]
    mutations = saturate(load_model("tfbind.encode10"), get_example("ets").sequence, Target("binding", ("GABPA",)))
    assert f"{mutations.delta[3, 33]:+.3g} logit" in texts(app)  # the edit's effect is the map's cell
    states = app.button_group(key="timeline")
    assert [text.partition(" · ")[0] for text in states.options] == ["Original", "G34T"]
    states.set_value(0).run()
    assert viewers(app)[0]["seq"] == before["seq"]
    app.button_group(key="timeline").set_value(1).run()  # what was taken back is still there
    assert viewers(app)[0]["seq"] == after["seq"]


def test_several_edits_show_whether_they_add_up() -> None:
    app = start(example="ets")
    edit(edit(app, "G34T"), "C69A")
    assert "Sum of the single effects" in texts(app)
    edit(app, "del 10")
    assert len(viewers(app)[0]["seq"]) == 100
    edit(app, "ins 20 ACGT")
    assert len(viewers(app)[0]["seq"]) == 104
    assert not app.exception


def test_edits_are_in_the_link_and_come_back() -> None:
    app = edit(start(example="ets"), "G34T")
    link = {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}
    again = start(**link)
    assert viewers(again)[0]["seq"] == viewers(app)[0]["seq"]


def test_a_wrong_edit_names_the_base_that_is_there() -> None:
    app = edit(start(example="ets"), "G36T")
    assert not app.exception
    assert "has A there" in texts(app)


def test_a_pinned_state_is_compared_with_the_current_one() -> None:
    app = press(start(example="ets"), "Pin this state")
    edit(app, "G34T")
    assert len(viewers(app)) == 2
    assert "1 of 101 positions differ" in texts(app)
    press(app, "Unpin")
    assert len(viewers(app)) == 1


def test_pinned_states_are_aligned_by_their_edits() -> None:
    """Three deleted bases are three differences; without alignment everything to their right would differ."""
    app = press(start(example="ets"), "Pin this state")
    edit(app, "del 20-22")
    assert "3 of 101 positions differ, inserted and deleted bases counted" in texts(app)
    site = next(t for t in viewers(app)[0]["tracks"] if t["kind"] == "spans")["items"][0]
    there = get_example("ets").sites[0]
    assert (site["start"], site["end"]) == (there.start - 3, there.end - 3)


def test_letters_that_a_method_does_not_score_are_not_offered() -> None:
    app = start(example="ets", method="inputxgradient", letters="hypothetical")
    assert app.selectbox(key="show").disabled
    assert "scores only the bases that are there" in texts(app)
    assert not start(example="ets").selectbox(key="show").disabled


def test_a_window_of_a_longer_sequence_keeps_the_sequences_own_numbers() -> None:
    app = start(model="tfbind.encode10", track="GABPA")
    assert viewers(paste(app, "ACGTTGCA" * 25))[0]["first"] == 51  # 200 bases, the middle 101
    assert viewers(paste(app, "ACGTTGCA"))[0]["first"] < 1
    assert viewers(start(example="ets"))[0]["first"] == 1


@pytest.mark.parametrize(
    ("header", "first", "strand", "assembly"),
    [
        ("chr8:1001-1121", 1010, "+", ""),  # samtools faidx
        ("peak7::chr8:1000-1121(-)", 1010, "-", ""),  # bedtools getfasta -name -s, which counts from 0
        ("hg38_dna range=chr8:1001-1121 5'pad=0 3'pad=0 strand=+ repeatMasking=none", 1010, "+", "hg38"),
        ("chr8:1001-1300", None, "", ""),  # another length: not where this sequence is from
        ("my promoter", None, "", ""),
    ],
)
def test_the_locus_of_a_fasta_header_is_on_the_ruler(
    header: str, first: int | None, strand: str, assembly: str
) -> None:
    app = start(model="tfbind.encode10", track="GABPA")
    paste(app, f">{header}\n" + "ACGTTGCATGC" * 11 + "\n")  # 121 bases, of which 11 to 111 are read
    locus = viewers(app)[0]["locus"]
    if first is None:
        assert locus is None
    else:
        assert (locus["start"], locus["end"]) == (first, first + 101)
        assert (locus["strand"], locus["assembly"]) == (strand, assembly)


def test_choices_survive_a_visit_to_another_page() -> None:
    app = start(example="nrse", method="inputxgradient")
    app.switch_page("pages/about/models.py").run()
    app.switch_page("pages/explore/sequence.py").run()
    assert app.selectbox(key="track").value == "REST"
    assert app.selectbox(key="method").value == "inputxgradient"
    assert viewers(app)[0]["seq"] == get_example("nrse").sequence.bases


def test_indels_and_hypothetical_scores_are_drawn() -> None:
    app = start(example="ets")
    app.checkbox(key="indels").check()
    app.selectbox(key="show").set_value("centred")
    app.run()
    logo, heat = (next(t for t in viewers(app)[0]["tracks"] if t["kind"] == kind) for kind in ("logo", "heat"))
    assert len(values(logo)) == 4 * 101
    assert np.allclose(values(logo).reshape(4, -1).mean(0), 0, atol=1e-5)
    assert heat["names"] == ["A", "C", "G", "T", "del", "ins"]


TWO_RECORDS = ">a\n" + "ACGTT" * 24 + "\n>b\n" + get_example("ets").sequence.bases + "ACGTACGTACGTACGTACGT\n"


def read_window_of(app: AppTest) -> str:
    return viewers(app)[0]["seq"]


def test_a_pasted_sequence_and_its_edits_survive_a_visit_to_another_page() -> None:
    bases = get_example("ebox").sequence.bases
    app = edit(paste(start(), bases), "5G")
    edited = read_window_of(app)
    app.switch_page("pages/about/help.py").run()
    app.switch_page("pages/explore/sequence.py").run()
    assert app.session_state["sequence_text"] == bases
    assert read_window_of(app) == edited


def test_a_link_keeps_the_chosen_window_and_its_edits() -> None:
    app = paste(start(), get_example("ets").sequence.bases + "ACGTTGCAAC" * 10)
    next(c for c in app.get("button_group") if c.key == "fit").set_value("window").run()
    app.number_input(key="fit_start").set_value(11).run()
    edit(app, "30G")
    link = {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}
    assert link["first"] == "11"
    assert read_window_of(start(**link)) == read_window_of(app)


def test_edits_of_a_link_never_reach_another_sequence() -> None:
    app = start(edits="34T.d10-12")
    paste(app, get_example("ets").sequence.bases)
    assert read_window_of(app) == get_example("ets").sequence.bases


def test_edits_are_kept_while_another_sequence_is_looked_at() -> None:
    app = edit(start(example="ets"), "34T")
    edited = read_window_of(app)
    paste(app, get_example("nrse").sequence.bases)
    assert read_window_of(app) == get_example("nrse").sequence.bases
    paste(app, get_example("ets").sequence.bases)
    assert read_window_of(app) == edited


def test_a_deletion_is_refilled_from_the_chosen_records_own_flank() -> None:
    app = paste(start(model="tfbind.encode10", track="GABPA"), TWO_RECORDS)
    next(s for s in app.selectbox if s.label == "Record").set_value(1).run()
    edit(app, "del 10-12")
    assert "N" not in values_of_read(app)


def values_of_read(app: AppTest) -> str:
    """What the model reads now, from the code that the page offers."""
    code = next(c.value for c in app.code if "load_model" in c.value)
    return code.split('Sequence("')[1].split('"')[0]


def test_pinning_with_a_reference_of_ones_own_keeps_the_page_alive() -> None:
    app = start(example="ets", baseline="sequence", reference="ACGTT" * 20 + "A")
    press(app, "Pin this state")
    edit(app, "34T")
    assert not app.error
    assert len(viewers(app)) == 2


def test_markdown_in_a_link_is_shown_as_text() -> None:
    app = start(example="x` [**log in**](https://evil.example) `", method="m` ![](https://evil.example/p.png)")
    paste(app, get_example("ets").sequence.bases)
    warnings = [w.value for w in app.warning]
    assert warnings
    assert not any("](https" in w for w in warnings)


def test_much_n_is_said_before_the_prediction() -> None:
    app = paste(start(), "N" * 101)
    shown = texts(app)
    assert "100 % of the 101 bases" in shown
    assert "No base has a score" in shown
    assert "the scores add up" not in shown.replace("do the scores add up", "")


def test_genbank_lines_with_their_origin_are_read() -> None:
    bases = get_example("ets").sequence.bases.lower()
    lines = [f"{i + 1:>9} " + " ".join(bases[j : j + 10] for j in range(i, min(i + 60, 101), 10)) for i in (0, 60)]
    app = paste(start(), "ORIGIN\n" + "\n".join(lines) + "\n//\n")
    assert not app.error
    assert read_window_of(app) == bases.upper()


def test_long_maps_show_their_cost_first_and_run_on_request(monkeypatch) -> None:
    monkeypatch.setattr(planned, "WAIT_AT_MOST", 0.0)
    app = start(example="ets")
    assert "The mutation map takes 303 predictions" in texts(app)
    assert [t["kind"] for t in viewers(app)[0]["tracks"]].count("heat") == 0
    press(app, "Compute the mutation map")
    app.run()
    assert not app.exception
    heat = next(t for t in viewers(app)[0]["tracks"] if t["kind"] == "heat")
    assert np.isfinite(values(heat)).all()


def test_a_scan_names_the_sites_and_says_which_the_model_uses() -> None:
    app = start(example="nrse", track="REST")
    assert not [t for t in viewers(app)[0]["tracks"] if t["title"].startswith("Known motifs")]
    app.toggle(key="scan_sites").set_value(True)
    app.run()
    assert not app.exception
    track = next(t for t in viewers(app)[0]["tracks"] if t["title"].startswith("Known motifs"))
    rest = [item for item in track["items"] if item["label"] == "zinc finger: REST"]
    # The element was written over bases 41-61; JASPAR's motif of REST covers it.
    assert [(item["start"] <= 41, item["end"] >= 59) for item in rest] == [(True, True)]
    assert "used by the model" in rest[0]["note"]
    table = next(frame.value for frame in app.dataframe if "verdict" in frame.value.columns)
    assert "predicted site, used by the model" in table[table["motif"].str.contains("REST")]["verdict"].tolist()


def test_blocks_have_names_above_the_letters_and_a_table_on_request() -> None:
    app = start(example="nrse", track="REST")
    track = next(t for t in viewers(app)[0]["tracks"] if t["title"].startswith("Blocks of the attribution"))
    # The element lies at bases 41-61; the name is that of the factor.
    assert [item["label"] for item in track["items"] if item["start"] >= 38 and item["end"] <= 63] == [
        "zinc finger: REST"
    ]
    assert not [frame for frame in app.dataframe if "Looks like" in frame.value.columns]
    app.toggle(key="block_panel").set_value(True)
    app.run()
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "Looks like" in frame.value.columns)
    assert any("REST" in name for name in table["Looks like"])
    app.multiselect(key="block_taxa tfbind.encode10").set_value([])
    app.run()
    assert "They have no names: choose motifs to compare them with." in texts(app)


def test_a_table_is_read_as_records_and_unclear_lines_are_refused() -> None:
    first, second = "ACGTTGCAAC" * 6, "GGGTTGCATC" * 6
    app = paste(start(model="toy.sum"), f"cat\t{first}\nrat\t{second}")
    assert not app.exception
    assert "2 records." in texts(app)
    assert "The text was read as a table of 2 with bases in column 2 and names in column 1." in texts(app)
    assert viewers(app)[0]["seq"] == first
    paste(app, f"{first}\n{second[:41]}\n{first}")
    assert not app.exception
    assert "3 lines of bases (60, 41, 60), which can be one sequence in pieces or one sequence in each line." in texts(
        app
    )
    assert viewers(app)[0]["seq"] == first  # what was open stays
