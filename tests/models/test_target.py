"""Target: one number of a model, and its text form."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from genoviz.errors import BadInput, UnknownName
from genoviz.models.card import ModelCard, Output
from genoviz.models.catalogue import list_models
from genoviz.models.target import REDUCTIONS, SCALES, Target

OUTPUTS = (
    Output("profile", ("plus", "minus", "both strands"), "reads", "exp", "log reads", bins=4, resolution=2),
    Output("count", ("total",), "reads", "identity"),
    Output("class", ("a", "b"), "probability", "softmax", "logit"),
)
CARD = ModelCard(
    "test.target", "T", "S", "f", "t", "m:f", 8, OUTPUTS, 0, "zeros", "none", "none", "MIT", "none", ("none",)
)  # fmt: skip
PROFILE = torch.tensor([[0.0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])


class Fixed:
    """Outputs that do not depend on the sequence, so that every selection can be computed by hand."""

    card = CARD

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        n = len(X)
        return {
            "profile": PROFILE.expand(n, 3, 4),
            "count": torch.full((n, 1, 1), 5.0),
            "class": torch.tensor([0.0, 1.0]).log_softmax(0)[None, :, None].expand(n, 2, 1),
        }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("count", 5),
        ("total", 5),
        ("profile", 5.5),
        ("profile:minus", 5.5),
        ("profile:minus/sum", 22),
        ("profile:minus/max", 7),
        ("profile:plus,both strands/max", 11),
        ("profile[2-3]", 5.5),
        ("profile:plus[2-2]", 1),
        ("profile:plus,minus[1-2]/sum", 0 + 1 + 4 + 5),
        ("both strands[4-4]", 11),
        ("profile:plus[3-3]@value", 7.3890561),
        ("class:b@value", 0.7310586),
        (" minus ", 5.5),
    ],
)
def test_by_hand(text: str, value: float) -> None:
    function = Target.parse(text, CARD).of(Fixed())
    assert function(torch.zeros(3, 4, 8)).tolist() == pytest.approx([value] * 3)


def test_an_output_says_how_its_bins_become_one_number() -> None:
    """Where splice sites are rare, the mean over a thousand bases says nothing: the output asks for the strongest."""

    class Peaks(Fixed):
        card = replace(CARD, outputs=(Output("sites", ("a", "b"), "u", bins=3, reduction="max"),))

        def logits(self, X: Tensor) -> dict[str, Tensor]:
            return {"sites": torch.tensor([[[1.0, 5, 3], [2, 0, 1]]]).expand(len(X), 2, 3)}

    X = torch.zeros(1, 4, 8)
    assert float(Target("sites", ("a",)).of(Peaks())(X)) == 5
    assert float(Target("sites", ("a",), reduction="mean").of(Peaks())(X)) == 3
    assert float(Target("sites", ("a",), bins=(2, 3)).of(Peaks())(X)) == 3
    assert str(Target("sites", ("a",)).resolved(Peaks.card)) == "sites:a/max@logit"
    assert Target.parse("a", Peaks.card).resolved(Peaks.card) == Target.parse("a/max", Peaks.card)
    # One number is left as it is.
    assert str(Target("class", ("a",)).resolved(CARD)) == "class:a@logit"
    assert Peaks.card.outputs[0].overall(torch.tensor([[1.0, 5, 3], [2, 0, 1]]).numpy()).tolist() == [5, 2]


def test_softmax_runs_before_the_selection() -> None:
    """The probability of one class depends on the others."""
    assert float(Target("class", ("a",), scale="value").of(Fixed())(torch.zeros(1, 4, 8))) == pytest.approx(0.2689414)


@st.composite
def targets(draw: st.DrawFn, card: ModelCard) -> Target:
    output = draw(st.sampled_from(card.outputs))
    tracks = tuple(draw(st.lists(st.sampled_from(output.tracks), unique=True)))
    start = draw(st.integers(0, output.bins - 1))
    bins = draw(st.none() | st.integers(start + 1, output.bins).map(lambda end: (start, end)))
    return Target(output.name, tracks, bins, draw(st.sampled_from(REDUCTIONS)), draw(st.sampled_from(SCALES)))


@given(st.data())
def test_parse_inverts_str(data: st.DataObject) -> None:
    card = data.draw(st.sampled_from([CARD, *list_models()]))
    target = data.draw(targets(card))
    assert Target.parse(str(target), card) == target


@pytest.mark.parametrize("name", ["DNase:K562", "H3K27ac/rep1", "GATA1 (K562)", "chr1[a]", "a@b", "x,y"])
def test_parse_inverts_str_for_published_track_names(name: str) -> None:
    """Track names of published models hold colons, slashes and brackets."""
    card = ModelCard(
        "test.names", "T", "S", "f", "t", "m:f", 8, (Output("o", (name, "other"), "u"),), 0, "z", "n", "n", "MIT", "n", ("n",)
    )  # fmt: skip
    target = Target("o", (name,))
    assert Target.parse(str(target), card) == target


@pytest.mark.parametrize("text", ["", "::", "profile:", "profile[1]", "profile[a-b]", "profile]", "profile@"])
def test_unreadable_text(text: str) -> None:
    with pytest.raises(BadInput, match="can't be read"):
        Target.parse(text, CARD)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("profil", UnknownName, "profile"),
        ("profile:pluss", UnknownName, "plus"),
        ("profile/median", BadInput, "/mean, /sum or /max"),
        ("profile@linear", BadInput, "@logit or @value"),
        ("profile[0-2]", BadInput, "bins 1 to 4"),
        ("profile[3-5]", BadInput, "bins 1 to 4"),
        ("profile[3-2]", BadInput, "bins 1 to 4"),
        ("count[1-2]", BadInput, "bins 1 to 1"),
        (f"profile[1-{'9' * 5000}]", BadInput, "at most 15 digits"),
        (f"profile[{'9' * 16}-2]", BadInput, "at most 15 digits"),
        ("profile[²-³]", BadInput, "can't be read"),
        ("profile[①-②]", BadInput, "can't be read"),
        ("profile[١-٢]", BadInput, "can't be read"),
        ("profile[nan-inf]", BadInput, "can't be read"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_does_not_exist(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Target.parse(text, CARD)


def test_a_bare_track_name_must_be_unambiguous() -> None:
    outputs = (Output("donor", ("brain",), "p"), Output("acceptor", ("brain",), "p"))
    card = ModelCard(
        "test.two", "T", "S", "f", "t", "m:f", 8, outputs, 0, "z", "n", "n", "MIT", "n", ("n",)
    )  # fmt: skip
    with pytest.raises((BadInput, UnknownName)):
        Target.parse("brain", card)


def test_units_and_labels() -> None:
    assert Target("class", ("a",)).unit(CARD) == "logit"
    assert Target("class", ("a",), scale="value").unit(CARD) == "probability"
    assert Target("count").unit(CARD) == "reads"
    assert Target("class", ("a",)).label(CARD) == "a logit"
    assert Target.default(CARD) == Target("profile", ("plus",))
