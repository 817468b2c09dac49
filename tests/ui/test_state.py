"""Links restore choices; what cannot be used falls back with a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.lessons.examples import EXAMPLES
from genoviz.models.catalogue import get_card, list_models
from genoviz.report.app_link import MAX_LINK_BASES, VERSION
from genoviz.ui.frame.state import (
    SCALES,
    View,
    all_tracks,
    default_view,
    output_of,
    read_link,
    write_link,
)


@st.composite
def views(draw: st.DrawFn) -> View:
    card = draw(st.sampled_from(list_models()))
    example = draw(st.just("") | st.sampled_from([e.key for e in EXAMPLES]))
    if draw(st.booleans()):
        where = {draw(st.sampled_from(["place", "variant"])): draw(st.text("chr1:5-A>G ", min_size=1, max_size=20))}
        strand = draw(st.sampled_from(["", "+", "-"]))
        return View(card.name, draw(st.sampled_from(all_tracks(card))), genome="teaching", strand=strand, **where)
    return View(
        card.name,
        draw(st.sampled_from(all_tracks(card))),
        draw(st.sampled_from(SCALES)),
        draw(st.sampled_from(["deepliftshap", "ig", "saliency"])),
        draw(st.sampled_from(["", "zeros", "dinucleotide"])),
        "" if example else draw(st.text("ACGTN", max_size=40)),
        example,
    )


@given(views())
def test_reading_inverts_writing(view: View) -> None:
    assert read_link(write_link(view)) == (view, [])


def test_an_empty_link_is_the_default() -> None:
    assert read_link({}) == (default_view(), [])
    assert default_view().model == list_models()[0].name


def test_links_are_short() -> None:
    view = default_view()
    assert write_link(view) == {"v": VERSION, "model": view.model, "track": view.track}
    long = View(view.model, view.track, sequence="A" * (MAX_LINK_BASES + 1))
    assert "seq" not in write_link(long)
    assert "seq" in write_link(View(view.model, view.track, sequence="A" * MAX_LINK_BASES))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"model": "tfbind.encode9"}, "tfbind.encode10"),
        ({"model": ""}, "no model"),
        ({"track": "GABP"}, "GABP"),
        ({"model": "toy.sum", "track": "REST"}, "REST"),
        ({"scale": "percent"}, "percent"),
        ({"example": "tata"}, "tata"),
        ({"v": "9"}, "version 9"),
        ({"first": "9" * 5000}, "no number"),
        ({"first": "²"}, "no number"),
        ({"first": "①"}, "no number"),
        ({"first": "-3"}, "no number"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_bad_values_fall_back_with_a_sentence(parameters: dict[str, str], words: str) -> None:
    view, notices = read_link(parameters)
    assert any(words in notice for notice in notices)
    card = next(c for c in list_models() if c.name == view.model)
    assert view.track in all_tracks(card)
    assert view.scale in SCALES
    assert view.example == ""
    assert view.first == ""


@given(
    st.dictionaries(
        st.sampled_from(["v", "model", "track", "scale", "example", "seq", "method", "odd"]), st.text(max_size=300)
    )
)
def test_no_link_breaks_the_page(parameters: dict[str, str]) -> None:
    view, notices = read_link(parameters)
    card = next(c for c in list_models() if c.name == view.model)
    assert view.track in all_tracks(card)
    assert all(len(notice) < 1000 for notice in notices)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_an_example_brings_its_model_and_track(example) -> None:
    view, notices = read_link({"example": example.key})
    assert (view.model, view.track, view.example, notices) == (example.model, example.track, example.key, [])
    # A track of the link's own wins, an extra sequence does not.
    other = get_card(example.model).outputs[0].tracks[-1]
    view, _ = read_link({"example": example.key, "track": other, "seq": "ACGT"})
    assert (view.track, view.sequence) == (other, "")


def test_outputs_by_track() -> None:
    for card in list_models():
        for output in card.outputs:
            for track in output.tracks:
                assert output_of(card, track) == output.name


def test_a_variant_too_long_for_a_link_is_left_out_and_never_cut() -> None:
    longest = "chr1-5-A-" + "ACGT" * 60
    assert read_link({"variant": longest, "genome": "hg38"})[0].variant == longest
    view, notices = read_link({"variant": "chr1-5-A-" + "ACGT" * 300, "place": "x" * 301})
    assert (view.variant, view.place) == ("", "")
    assert len(notices) == 2
    assert "variant in the link has 1,209 letters" in notices[0]
    written = replace(default_view(), genome="hg38", variant="chr1-5-A-" + "ACGT" * 300)
    assert "variant" not in write_link(written)
