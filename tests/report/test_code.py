"""The script of a view runs, and its numbers are those of the receipts; entries of references are whole."""

from __future__ import annotations

import contextlib
import io
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.compare.comparison import compare
from genoviz.dependency import dependency
from genoviz.effects.effect import variant_effect
from genoviz.genomes.registry import open_genome
from genoviz.language import infill
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.expectation import expect
from genoviz.predict.prediction import predict
from genoviz.receipts import language as of_language
from genoviz.receipts import made
from genoviz.receipts.receipt import Receipt
from genoviz.report.app_link import app_link
from genoviz.report.bibtex import bibtex
from genoviz.report.code import python_code
from genoviz.report.methods_text import methods_paragraph
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.tables import SpliceOptions, effect_at
from genoviz.ui.frame.state import View, read_link
from genoviz.variants.variant import Variant

SITE = Sequence("TGCATCATGCTTACGCAGTCATCAGATAAGCTCATGCAATGCTACCTGCATTCGACTGCA")
TARGET = Target("activity")


def printed(code: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.printoptions(threshold=100_000):
        exec(compile(code, "code", "exec"), {})
    return out.getvalue()


def test_the_script_of_a_sequence_prints_its_numbers() -> None:
    model = load_model("toy.sum")
    result = attribute(model, SITE, TARGET, "ig", baseline="sequence", other=SITE.reverse_complement())
    mutations = saturate(model, SITE, TARGET, window=(3, 9))
    receipts = [
        made.prediction_receipt(model.card, [SITE], predict(model, SITE)),
        made.attribution_receipt(model.card, result),
        made.mutagenesis_receipt(model.card, mutations),
    ]
    with np.printoptions(threshold=100_000):
        wanted = f"{result.per_base}\n{mutations.delta}\n"
    assert printed(python_code(receipts)).endswith(wanted)
    assert "reference(s) of the kind 'sequence'" in methods_paragraph([model.card], receipts)


def test_the_scripts_of_language_models_and_autoencoders() -> None:
    model, sequence = load_model("grulm.yeast-ecoli"), Sequence("ACGTTGCATT" * 20)
    mapped = dependency(model, sequence, window=(98, 102))
    written = infill(model, sequence, (98, 100), n=2, temperature=0.5, seed=3)
    receipts = [
        of_language.expectation_receipt(model.card, expect(model, sequence)),
        of_language.dependency_receipt(model.card, mapped),
        of_language.infill_receipt(model.card, written),
    ]
    assert printed(python_code(receipts)).endswith(f"{mapped.sentence}\n{written.sentence}\n")
    assert "positions 99-102" in methods_paragraph([model.card], receipts)
    assert app_link(model.card, receipts[1:2]).startswith("/language?")
    both = dependency(load_model("toy.sum"), SITE, window=(25, 29), target=TARGET)
    receipt = of_language.dependency_receipt(get_card("toy.sum"), both)
    assert printed(python_code([receipt])) == f"{both.sentence}\n"


def test_the_scripts_of_variants_and_of_a_comparison() -> None:
    model = load_model("tfbind.encode10")
    with open_genome("teaching") as genome:
        effect = variant_effect(model, Variant("chrT1", 10719, "G", "T"), genome, Target("binding", ("GABPA",)))
    receipt = made.variant_receipt(model.card, effect, genome="teaching")
    assert printed(python_code([receipt])).strip() == effect.sentence
    assert "chrT1-10719-G-T" in methods_paragraph([model.card], [receipt])

    model, variant = load_model("splice.sites"), Variant("chrT1", 2646, "G", "T", "synthetic-1")
    with open_genome("teaching") as genome:
        scanned = effect_at(model, variant, genome, "+", None, SpliceOptions(20))
    receipt = made.splice_receipt(model.card, scanned, distance=20, genome="teaching")
    assert printed(python_code([receipt])).strip() == scanned.sentence
    assert "within 20 bases of chrT1-2646-G-T" in methods_paragraph([model.card], [receipt])

    found = compare([load_model("toy.sum")], SITE, methods=["ablation", "ig"], seed=2, references=3)
    receipt = made.comparison_receipt(found)
    assert printed(python_code([receipt])).startswith(found.sentence)
    assert "Integrated Gradients" in methods_paragraph([get_card("toy.sum")], [receipt])


@pytest.mark.parametrize("name", ["tfbind.encode10", "toy.sum"])
def test_entries_close_their_braces(name: str) -> None:
    text = bibtex([get_card(name)])
    assert text.count("@") >= 2
    bare = text.replace("\\{", "").replace("\\}", "")
    assert bare.count("{") == bare.count("}")
    assert f"genoviz:{name}" in text


def opened(card: ModelCard, *receipts: Receipt) -> tuple[str, View]:
    """Page and choices of a link, as the app reads it."""
    link = urlsplit(app_link(card, receipts))
    view, notices = read_link(dict(parse_qsl(link.query)))
    assert notices == []
    return link.path, view


def test_a_link_opens_what_the_receipts_say() -> None:
    model = load_model("toy.sum")
    target = Target("activity", ("activity",), scale="value")
    predicted = made.prediction_receipt(model.card, [SITE], predict(model, SITE))
    result = made.attribution_receipt(model.card, attribute(model, SITE, target, "deeplift", baseline="gc"))
    mapped = made.mutagenesis_receipt(model.card, saturate(model, SITE, target, window=(3, 9), indels=True))
    page, view = opened(model.card, predicted, result, mapped)
    assert (page, view.model, view.track, view.scale, view.sequence) == (
        "/",
        "toy.sum",
        "activity",
        "value",
        SITE.bases,
    )
    assert (view.method, view.baseline, view.mutate, view.indels) == ("deeplift", "gc", "4-9", "1")

    model = load_model("tfbind.encode10")
    with open_genome("teaching") as genome:
        effect = variant_effect(
            model, Variant("chrT1", 10719, "G", "T"), genome, Target("binding", ("GABPA",)), strand="-"
        )
    page, view = opened(model.card, made.variant_receipt(model.card, effect, genome="teaching"))
    assert (page, view.genome, view.variant, view.strand) == ("/variants", "teaching", "chrT1-10719-G-T", "-")
