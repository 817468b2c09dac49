"""What models are for, and not for: rows, order, words, and what bundled cards say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genoviz.errors import UnknownName
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.selection import select_models
from genoviz.models.toy_cards import TOY_CARDS
from genoviz.models.uses import USES, by_fitness, reasons, said_of, unfit


def card(name: str, good: tuple[str, ...] = (), bad: tuple[str, ...] = ()) -> ModelCard:
    return replace(
        TOY_CARDS[0], name=name, title=name, good_for=dict.fromkeys(good, "g."), not_for=dict.fromkeys(bad, "b.")
    )


A, B, C, D = card("a", bad=("variants",)), card("b"), card("c", good=("variants",)), card("d", bad=("scan",))


def test_good_ones_first_unfit_ones_last_and_otherwise_as_given() -> None:
    assert [c.name for c in by_fitness((A, B, C, D), "variants")] == ["c", "b", "d", "a"]
    assert [c.name for c in by_fitness((A, B, C, D), "scan")] == ["a", "b", "c", "d"]
    with pytest.raises(UnknownName, match="variant"):
        by_fitness((A,), "variant")


def test_words() -> None:
    both = card("m", good=("explain", "teach"), bad=("variants",))
    assert said_of(both) == (
        "Good for finding the bases and motifs that matter and teaching; not for the effects of variants"
    )
    assert reasons(both)[-1] == "Not for the effects of variants: b."
    assert said_of(B) == ""
    assert unfit(both, "variants") == "This model is not for the effects of variants: b."
    assert unfit(both, "explain") == unfit(both, "scan") == ""


@pytest.mark.parametrize("one", list_models(), ids=lambda c: c.name)
def test_cards_name_known_uses_with_a_reason_and_no_use_twice(one: ModelCard) -> None:
    assert set(one.good_for) | set(one.not_for) <= set(USES)
    assert not set(one.good_for) & set(one.not_for)
    for reason in (*one.good_for.values(), *one.not_for.values()):
        assert reason.endswith(".")
        assert len(reason) > 30


def test_models_whose_effects_disagree_with_measured_ones_are_not_for_variants() -> None:
    for name in ("enhancer.crx", "promoter.human-core", "promoter.human-tata300"):
        assert "variants" in get_card(name).not_for


def test_a_selection_for_a_use_leaves_unfit_models_out() -> None:
    found = [one.name for one in select_models(use="variants")]
    unfit_names = {one.name for one in list_models() if "variants" in one.not_for}
    assert set(found) == {one.name for one in list_models()} - unfit_names
    assert found[0] == next(one.name for one in list_models() if "variants" in one.good_for)
