"""A receipt in the box: what opens its result, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from genoviz.attribute.attribution import attribute
from genoviz.compare.comparison import compare
from genoviz.dependency import dependency
from genoviz.effects.effect import variant_effect
from genoviz.embedding.map import embedding_map
from genoviz.embedding.records import planted_example
from genoviz.files.checksum import json_sha256
from genoviz.genomes.registry import open_genome
from genoviz.language import infill
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict.embed import embed
from genoviz.question.reading import Reading
from genoviz.question.receipts import receipt
from genoviz.receipts import made
from genoviz.receipts.embedding import map_receipt
from genoviz.receipts.language import dependency_receipt, infill_receipt
from genoviz.receipts.receipt import Receipt
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant

SITE = Sequence("C" * 27 + "GATAAG" + "C" * 27, "a site")
TARGET = Target("activity", ("activity",), scale="value")


def explained(sequence: Sequence = SITE) -> Receipt:
    model = load_model("toy.sum")
    return made.attribution_receipt(model.card, attribute(model, sequence, TARGET, "deeplift", baseline="gc"))


def read(text: str) -> Reading:
    found = receipt(text)
    assert found is not None
    return found


def test_an_explanation_opens_with_its_settings() -> None:
    found = read(explained().json())
    assert (found.page, found.action, found.error) == ("sequence", "Open", None)
    assert found.sentence == "a receipt of an explanation: a site, 60 bases; the model toy.sum"
    assert dict(found.parameters) == {
        "v": "1",
        "model": "toy.sum",
        "track": "activity",
        "scale": "value",
        "seq": SITE.bases,
        "name": "a site",
        "method": "deeplift",
        "baseline": "gc",
    }


def test_a_variant_and_a_comparison_open_on_their_pages() -> None:
    model = load_model("tfbind.encode10")
    with open_genome("teaching") as genome:
        effect = variant_effect(model, Variant("chrT1", 10719, "G", "T"), genome, Target("binding", ("GABPA",)))
    found = read(made.variant_receipt(model.card, effect, genome="teaching").json())
    opened = dict(found.parameters)
    assert (found.page, opened["track"], opened["genome"]) == ("variants", "GABPA", "teaching")
    assert Variant.parse(opened["variant"]) == Variant("chrT1", 10719, "G", "T")

    models = [load_model("toy.sum"), load_model("toy.and")]
    both = compare(models, SITE, [Target.default(one.card) for one in models], ["ablation", "inputxgradient"])
    found = read(made.comparison_receipt(both).json())
    opened = dict(found.parameters)
    assert (found.page, opened["compare"], opened["methods"]) == ("compare", "maps", "ablation,inputxgradient")
    assert (opened["model"], opened["models"], opened["seq"]) == ("toy.sum", "toy.and", SITE.bases)


def test_without_its_letters_a_place_opens_and_else_it_is_refused() -> None:
    assert "leaves the bases" in str(read(explained().without_bases().json()).error)
    placed = replace(SITE, locus=Locus("chrT1", 100, 160, "-", "synthetic-1"))
    opened = dict(read(explained(placed).without_bases().json()).parameters)
    assert (opened["place"], opened["strand"], opened["genome"]) == ("chrT1:101-160", "-", "synthetic-1")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"sentence": "Better."}, "was changed"), ({"inputs": []}, "missing"), ({"models": 3}, "missing")],
)
def test_a_changed_or_broken_receipt_opens_nothing(change: dict[str, Any], said: str) -> None:
    record = explained().record | change
    if said == "missing":  # with a checksum that fits
        record["sha256"] = json_sha256({name: value for name, value in record.items() if name != "sha256"})
    found = read(json.dumps(record))
    assert (found.page, found.parameters) == ("", ())
    assert said in str(found.error)


def test_other_texts_are_no_receipts() -> None:
    assert all(receipt(text) is None for text in ("ACGT", "{}", '"genoviz_receipt"', '{"genoviz_receipt": '))


def test_results_of_language_models_open_on_their_page() -> None:
    model = load_model("grulm.yeast-ecoli")
    sequence = Sequence("ACGTTGCATT" * 20, "repeat")
    found = read(dependency_receipt(model.card, dependency(model, sequence, window=(98, 104))).json())
    opened = dict(found.parameters)
    assert (found.page, opened["language"], opened["depends"]) == ("language", "dependency", "99-104")
    assert opened["seq"] == sequence.bases
    written = infill(model, sequence, (98, 100), n=2, temperature=0.5, seed=3)
    opened = dict(read(infill_receipt(model.card, written).json()).parameters)
    names = ("language", "written", "drawn", "temperature", "draw")
    assert [opened[name] for name in names] == ["written", "99-100", "2", "0.5", "3"]


def test_a_map_is_opened_with_the_file_of_its_records() -> None:
    model = load_model("vae.ecoli-promoters")
    data = planted_example(model.card.length, n=2)
    drawn = embedding_map(model, data, embed(model, data.sequences))
    found = read(map_receipt(drawn).json())
    assert found.page == ""
    assert "Embedding map" in str(found.error)
