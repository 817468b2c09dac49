"""What lists group and search by, and which scores stand beside each other."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest

from genoviz.errors import BadInput
from genoviz.models import deepbind_index
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.comparable import comparisons, score_of
from genoviz.models.families import FAMILIES
from genoviz.models.organisms import organisms_of
from genoviz.models.questions import OTHER, QUESTIONS, by_question
from genoviz.models.selection import matching, select_models
from genoviz.models.words import byline, first_sentence, short_licence
from genoviz.sequences.assemblies import same_assembly

CARDS = list_models()


def test_every_task_answers_one_question() -> None:
    tasks = [task for question in QUESTIONS for task in question.tasks]
    assert len(set(tasks)) == len(tasks)
    groups = by_question([*CARDS, *(deepbind_index.card(row) for row in ("D00328.003", "D00084.001"))])
    assert OTHER not in [question for question, _ in groups]
    assert sum(len(found) for _, found in groups) == len(CARDS) + 2


@pytest.mark.parametrize("card", CARDS, ids=lambda c: c.name)
def test_whose_work_a_model_is_stands_in_a_second_place(card: ModelCard) -> None:
    """Authors and year are those of the card's citation, of the network's docstring or of the family's source."""
    assert card.origin
    first = re.split(r" et al| and ", card.origin.authors)[0]
    assert first in card.origin.source
    if not card.origin.year:
        assert "no paper" in card.origin.source
        return
    family = next(f for f in FAMILIES if f.name == card.family)
    network = import_module(card.builder.split(":")[0]).__doc__ or ""
    places = [card.citation, network, family.source]
    assert any(re.search(rf"{first}\b.*?\b{card.origin.year}\b", text, re.DOTALL) for text in places)
    assert f"({card.origin.year})" in card.origin.source


@pytest.mark.parametrize("card", CARDS, ids=lambda c: c.name)
def test_layers_and_input_are_those_of_the_network(card: ModelCard) -> None:
    module = import_module(card.builder.split(":")[0])
    code = inspect.getsource(module)
    for layer in ("LSTM", "GRU"):
        assert (layer in card.layers) == (f"nn.{layer}(" in code or f"Keras{layer}(" in code)
    assert card.molecule in ("DNA", "RNA")
    assert f"{card.length:,} " in card.input.replace("-", " ")


def test_organisms_have_one_name() -> None:
    assert organisms_of(get_card("enhancer.crx")) == ("mouse",)
    assert organisms_of(get_card("profile.bpnet-oskn")) == ("mouse",)  # its card says Mus musculus
    assert organisms_of(get_card("maskedlm.yeast-ecoli")) == ("baker's yeast", "E. coli")
    assert organisms_of(get_card("splice.pangolin")) == ("human", "rhesus macaque", "rat", "mouse")
    assert organisms_of(get_card("toy.sum")) == ("synthetic",)


def test_search_knows_layers_assemblies_and_authors() -> None:
    hg38 = matching(CARDS, "hg38")
    assert hg38 == matching(CARDS, "GRCh38")
    builds = [card.assembly for card in hg38]
    assert len(builds) > 10
    assert all(same_assembly(build, "hg38") for build in builds)
    assert {c.name for c in matching(CARDS, "transformer")} >= {"maskedlm.yeast-ecoli", "tracks.enformer-human"}
    assert [c.name for c in matching(CARDS, "Quang 2016")] == ["tfbind.gue"]
    for found in (matching(CARDS, "lstm RNA"), select_models("LSTM", molecule="RNA")):
        assert [card.name for card in found] == ["rbp.clip8"]


def test_length_licence_and_weights() -> None:
    assert {c.name for c in select_models(up_to=20, task="splicing")} == {"splice.maxent5", "splice.mmsplice-donor"}
    bound = {c.name for c in select_models(licence="conditions")}
    assert {"splice.pangolin", "nucleotide-transformer.v2-50m", "phylogpn.human"} <= bound
    assert not bound & {c.name for c in select_models(licence="free")}
    assert {c.name for c in select_models(licence="cc by-nc")} == {"nucleotide-transformer.v2-50m", "splice.spliceai"}
    ready, fetch = select_models(ready=True), select_models(to_fetch=True)
    assert sorted(c.name for c in [*ready, *fetch]) == sorted(c.name for c in CARDS)
    assert not select_models(ready=True, to_fetch=True)
    with pytest.raises(BadInput, match="-1"):
        select_models(up_to=-1)


def test_models_of_one_benchmark_were_scored_on_the_same_items() -> None:
    by_name: dict[str, set[object]] = {}
    for card in CARDS:
        if card.benchmark:
            items = tuple((row["track"], row["n"], row["families"]) for row in card.held_out)
            by_name.setdefault(card.benchmark, set()).add(items)
    assert len(by_name) == 3
    assert all(len(items) == 1 for items in by_name.values())


def test_comparisons_are_best_first_whichever_way_is_better() -> None:
    found = {comparison.benchmark: comparison for comparison in comparisons(CARDS)}
    coli = next(c for name, c in found.items() if name.startswith("E. coli promoters"))
    assert [card.name for card, _ in coli.rows] == ["promoter.ecoli", "promoter.ecoli-lm", "kmer.ecoli", "mlp.ecoli"]
    assert coli.rows[0][1].value == 0.8649
    assert coli.rows[0][1].interval == (0.8438, 0.8832)
    assert "best of 4 models: AUROC 0.865" in coli.sentence
    bits = next(c for name, c in found.items() if "chromosomes of yeast" in name)
    assert [card.name for card, _ in bits.rows] == ["convlm.yeast-ecoli", "maskedlm.yeast-ecoli", "grulm.yeast-ecoli"]
    assert bits.rows[0][1].value < bits.rows[1][1].value  # fewer bits are better
    assert comparisons([get_card("promoter.ecoli"), get_card("splice.sites")]) == []


def test_a_mean_over_tracks_has_no_interval() -> None:
    score, card = score_of(get_card("pwm.encode10")), get_card("pwm.encode10")
    assert score
    assert score.value == pytest.approx(sum(row["auroc"] for row in card.held_out) / 10)
    assert score.interval is None
    assert score.sentence == "Mean AUROC 0.862 over 10 tracks"
    assert score_of(get_card("toy.sum")) is None


def test_words_of_tiles() -> None:
    assert byline(get_card("tfbind.gue")) == "after Quang and Xie 2016"
    assert byline(get_card("accessibility.basset")) == "Kelley et al. 2016"
    assert byline(get_card("accessibility.catv1-k562")) == "Schreiber"
    assert short_licence(get_card("pwm.encode10")) == "CC BY 4.0"
    assert first_sentence("Which pieces of the E. coli genome (K-12) start. More.") == (
        "Which pieces of the E. coli genome (K-12) start."
    )
