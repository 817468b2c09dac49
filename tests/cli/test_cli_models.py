"""`genoviz models` with words, patterns and filters, the models of DeepBind among them."""

from __future__ import annotations

import json

import pytest

from genoviz.errors import UnknownName
from genoviz.models import deepbind_index
from genoviz.models.catalogue import list_models
from genoviz.models.selection import matching, select_models
from genoviz.models.weights import is_ready
from tests.cli.calls import bad, call, good, rows_of


def names(*words: str) -> list[str]:
    return [row["name"] for row in rows_of(good("models", *words))]


def test_without_a_question_the_list_is_the_old_one() -> None:
    assert names() == [card.name for card in list_models()]
    assert "927 models of DeepBind" in call("models").stderr


def test_words_are_the_search_of_the_page() -> None:
    found = names("CTCF")
    of_cards = [card.name for card in matching(list_models(), "CTCF")]
    of_deepbind = [row.name for row in deepbind_index.search("CTCF")]
    assert found == of_cards + of_deepbind
    assert len(of_cards) > 2
    assert len(of_deepbind) > 2
    # Several words, also what is known of DeepBind's experiments alone.
    known = {row.name for row in deepbind_index.search("ctcf k562")}
    assert known
    assert {name for name in names("ctcf", "k562") if name.startswith("deepbind.")} == known


def test_patterns_are_about_the_whole_of_name_title_or_track() -> None:
    assert len(names("deepbind.*")) == len(deepbind_index.names()) == 927
    assert names("splice.maxent?") == [c.name for c in list_models() if c.name in ("splice.maxent3", "splice.maxent5")]
    assert "tfbind.encode10" in names("*ctcf*")  # a track
    assert "tfbind.encode10" not in names("ctcf*", "--organism", "mouse")
    assert names("*[x]*") == []


@pytest.mark.long
def test_filters() -> None:
    splicing = names("--task", "splicing")
    assert "splice.sites" in splicing
    assert "tfbind.encode10" not in splicing
    binding = names("--task", "RNA binding", "--family", "cnn")
    assert set(binding) >= {row.name for row in deepbind_index.rows().values() if row.kind == "RBP"}
    # The species by its common and by its Latin name.
    mouse = {row.name for row in deepbind_index.rows().values() if row.species == "Mus musculus"}
    assert mouse <= set(names("--organism", "mouse"))
    assert mouse <= set(names("--organism", "mus musculus"))
    ready = names("--ready")
    assert ready == [card.name for card in select_models() if is_ready(card)]
    # The filters of the page.
    assert names("LSTM", "--molecule", "RNA") == ["rbp.clip8"]
    assert names("--up-to", "20", "--task", "splicing", "--licence", "free", "--to-fetch") == [
        c.name for c in select_models(up_to=20, task="splicing", licence="free", to_fetch=True)
    ]
    row = next(row for row in rows_of(good("models", "DanQ")) if row["name"] == "tfbind.gue")
    assert (row["year"], row["authors"], row["molecule"]) == ("2016", "Quang and Xie", "DNA")
    deepbind = [deepbind_index.card(row.id) for row in deepbind_index.rows().values()]
    assert names("deepbind.*", "--ready") == [card.name for card in deepbind if is_ready(card)]
    assert "No model fits" in call("models", "toy.*", "--task", "splicing").stderr


def test_json_has_the_same_models() -> None:
    records = json.loads(good("models", "sox14", "--organism", "mouse", "--json"))
    assert [r["name"] for r in records] == names("sox14", "--organism", "mouse") != []
    assert {r["organism"] for r in records} == {"mouse"}


@pytest.mark.parametrize(
    ("option", "wrong", "near"),
    [("--task", "splycing", "splicing"), ("--family", "dilatedcnn", "dilated CNN"), ("--organism", "mause", "mouse")],
)
def test_what_no_model_has_is_said_with_near_matches(option: str, wrong: str, near: str) -> None:
    said = bad("models", option, wrong)
    assert near in said
    with pytest.raises(UnknownName):
        select_models(**{option.removeprefix("--"): wrong})  # type: ignore[arg-type]


def test_what_models_are_for() -> None:
    found = names("--for", "variants")
    assert "enhancer.crx" not in found
    assert "tfbind.encode10" in found
    row = next(row for row in rows_of(good("models", "enhancer.crx")) if row["name"] == "enhancer.crx")
    assert row["not_for"] == "variants, design"
    told = json.loads(good("models", "enhancer.crx", "--json"))[0]
    assert "r = 0.27" in told["not_for"]["variants"]
    assert "variants" in bad("models", "--for", "variant")  # near matches


def test_a_model_that_is_not_for_variants_says_so_beside_the_number() -> None:
    said = call("variants", "enhancer.crx", "--genome", "teaching", "--variant", "chrT1-10719-G-T")
    assert said.exit_code == 0
    assert "not for the effects of variants" in said.stderr
    other = call("variants", "tfbind.encode10", "--genome", "teaching", "--variant", "chrT1-10719-G-T")
    assert "not for" not in other.stderr
