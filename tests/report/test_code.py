"""The script of a view runs, and its numbers are those of the receipts; entries of references are whole."""

from __future__ import annotations

import contextlib
import io
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.compare.comparison import compare
from genoviz.effects.effect import variant_effect
from genoviz.genomes.registry import open_genome
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict
from genoviz.receipts import made
from genoviz.report.app_link import app_link
from genoviz.report.bibtex import bibtex
from genoviz.report.code import python_code
from genoviz.report.methods_text import methods_paragraph
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame.state import read_link
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


def test_the_scripts_of_a_variant_and_of_a_comparison() -> None:
    model = load_model("tfbind.encode10")
    with open_genome("teaching") as genome:
        effect = variant_effect(model, Variant("chrT1", 10719, "G", "T"), genome, Target("binding", ("GABPA",)))
    receipt = made.variant_receipt(model.card, effect, genome="teaching")
    assert printed(python_code([receipt])).strip() == effect.sentence
    assert "chrT1-10719-G-T" in methods_paragraph([model.card], [receipt])

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


def test_a_link_opens_what_the_receipt_says() -> None:
    """As the app reads links: model, track, method, baseline, sequence; what is the usual is left out."""
    model = load_model("toy.sum")
    result = attribute(model, SITE, Target("activity", ("activity",), scale="value"), "deeplift", baseline="gc")
    view, notices = read_link(
        dict(parse_qsl(urlsplit(app_link(model.card, made.attribution_receipt(model.card, result))).query))
    )
    assert notices == []
    assert (view.model, view.track, view.scale) == ("toy.sum", "activity", "value")
    assert (view.method, view.baseline, view.sequence) == ("deeplift", "gc", SITE.bases)

    mapped = saturate(model, SITE, Target("activity", ("activity",)), window=(3, 9), indels=True)
    view, _ = read_link(
        dict(parse_qsl(urlsplit(app_link(model.card, made.mutagenesis_receipt(model.card, mapped))).query))
    )
    assert (view.mutate, view.indels, view.scale) == ("4-9", "1", "logit")

    crx = load_model("tfbind.encode10")
    with open_genome("teaching") as genome:
        effect = variant_effect(
            crx, Variant("chrT1", 10719, "G", "T"), genome, Target("binding", ("GABPA",)), strand="-"
        )
    link = urlsplit(app_link(crx.card, made.variant_receipt(crx.card, effect, genome="teaching")))
    view, _ = read_link(dict(parse_qsl(link.query)))
    assert (link.path, view.genome, view.variant, view.strand) == ("/variants", "teaching", "chrT1-10719-G-T", "-")
