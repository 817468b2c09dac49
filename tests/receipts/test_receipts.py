"""Receipts: each kind comes out again, a changed one is refused, and a forged number is found."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.attribute.tables import attribution_provenance
from genoviz.compare.comparison import compare
from genoviz.dependency import dependency
from genoviz.effects.effect import variant_effect
from genoviz.embedding.map import embedding_map
from genoviz.embedding.probe import probe
from genoviz.embedding.records import Labelled, planted_example
from genoviz.errors import BadGenome, BadInput, BadReceipt, BadSequence, UnknownName
from genoviz.genes.registered import open_genes_of
from genoviz.genomes.registry import open_genome
from genoviz.language import infill
from genoviz.latent.reconstruction import reconstruct
from genoviz.models.base import Model
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.embed import embed
from genoviz.predict.expectation import expect
from genoviz.predict.prediction import predict
from genoviz.receipts import embedding as of_embedding
from genoviz.receipts import language as of_language
from genoviz.receipts import latent as of_latent
from genoviz.receipts import made
from genoviz.receipts.numbers import LEAST, MOST, Numbers
from genoviz.receipts.receipt import Receipt
from genoviz.receipts.tables import verification_record, verification_table
from genoviz.receipts.verify import verify
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.tables import SpliceOptions, effect_at
from genoviz.trust.report import assess
from genoviz.variants.variant import Variant

LANGUAGE, AUTOENCODER = "grulm.yeast-ecoli", "vae.ecoli-promoters"
SITE = Sequence("TGCATCATGCTTACGCAGTCATCAGATAAGCTCATGCAATGCTACCTGCATTCGACTGCA", "a site")
TARGET = Target("activity")


def attribution(**options: Any) -> Receipt:
    model = load_model("toy.sum")
    return made.attribution_receipt(model.card, attribute(model, SITE, TARGET, **options))


def prediction() -> Receipt:
    model = load_model("toy.sum")
    both = [SITE, SITE.reverse_complement()]
    return made.prediction_receipt(model.card, both, predict(model, both, scale="logit"), scale="logit")


def mutations() -> Receipt:
    model = load_model("toy.sum")
    return made.mutagenesis_receipt(model.card, saturate(model, SITE, TARGET, window=(20, 32), indels=True))


def variant() -> Receipt:
    model = load_model("tfbind.encode10")
    with open_genome("teaching") as genome:
        found = variant_effect(
            model, Variant("chrT1", 10719, "G", "T"), genome, Target("binding", ("GABPA",)), strands="both"
        )
    return made.variant_receipt(model.card, found, genome="teaching")


def splice() -> Receipt:
    model, genes = load_model("splice.sites"), open_genes_of("teaching")
    assert genes is not None
    place = Variant("chrT1", 2646, "G", "T", "synthetic-1")
    transcript = genes.within(Locus("chrT1", 2645, 2646))[0]
    with open_genome("teaching") as genome:
        found = effect_at(model, place, genome, transcript.strand, transcript, SpliceOptions(20))
    return made.splice_receipt(model.card, found, distance=20, genome="teaching")


def trust() -> Receipt:
    model = load_model("toy.sum")
    return made.trust_receipt(model.card, assess(model, SITE, TARGET, "ablation"))


def comparison() -> Receipt:
    models = [load_model("toy.sum"), load_model("toy.and")]
    axis = Sequence(SITE.bases + "ACGTTGCA")
    return made.comparison_receipt(
        compare(models, axis, methods=["ablation", "inputxgradient"], baseline="zeros", centre=32)
    )


def expected_bases() -> Receipt:
    model, sequence = load_model(LANGUAGE), get_sequence(200)
    return of_language.expectation_receipt(model.card, expect(model, sequence))


def dependencies() -> Receipt:
    model, sequence = load_model(LANGUAGE), get_sequence(200)
    return of_language.dependency_receipt(model.card, dependency(model, sequence, window=(98, 104)))


def interactions() -> Receipt:
    model = load_model("toy.sum")
    return of_language.dependency_receipt(model.card, dependency(model, SITE, window=(25, 31), target=TARGET))


def written() -> Receipt:
    model, sequence = load_model(LANGUAGE), get_sequence(200)
    return of_language.infill_receipt(model.card, infill(model, sequence, (98, 101), n=3, temperature=0.7, seed=4))


def reconstructed() -> Receipt:
    model = load_model(AUTOENCODER)
    records = [get_sequence(model.card.length), get_sequence(model.card.length, seed=1)]
    return of_latent.reconstruction_receipt(model.card, reconstruct(model, records))


def drawn_map() -> Receipt:
    data, model, vectors = embedded()
    return of_embedding.map_receipt(embedding_map(model, data, vectors))


def trained_probe() -> Receipt:
    data, model, vectors = embedded()
    found = probe(model, data, vectors, positive=data.labels[-1], word=2, steps=2, repeats=2, seed=3)
    return of_embedding.probe_receipt(found, data, steps=2)


def get_sequence(length: int, seed: int = 0) -> Sequence:
    return Sequence("".join(np.random.default_rng(seed).choice(list("ACGT"), length)), f"random {seed}")


def embedded() -> tuple[Labelled, Model, np.ndarray]:
    model = load_model(AUTOENCODER)
    data = planted_example(model.card.length, n=25)
    return data, model, embed(model, data.sequences)


@pytest.mark.parametrize(
    "make",
    [
        prediction, attribution, mutations, variant, splice, trust, comparison, expected_bases, dependencies, interactions,
        written, reconstructed, drawn_map, trained_probe,
    ],
)  # fmt: skip
def test_each_kind_comes_out_again(make: Callable[[], Receipt]) -> None:
    receipt = make()
    read = Receipt.read(receipt.json())
    assert read.record == receipt.record
    found = verify(read)
    assert found.verdict == "equal", found.sentence
    assert found.changed == ()
    assert found.receipt.kind == found.again.kind


def test_what_a_receipt_says_is_what_was_asked() -> None:
    model = load_model("toy.sum")
    result = attribute(model, SITE, TARGET, "smoothgrad", samples=3, noise=0.2, seed=5)
    record = json.loads(made.attribution_receipt(model.card, result).json())
    assert record["settings"]["method"] == "smoothgrad"
    assert record["settings"]["options"] == {"samples": 3, "noise": 0.2}
    assert record["settings"]["seed"] == 5
    assert record["inputs"][0]["bases"] == SITE.bases
    assert record["models"][0] == {"name": "toy.sum", "weights_sha256": model.card.sha256, "target": "activity@logit"}
    assert np.float32(record["numbers"]["scores"]["values"]).reshape(4, -1).tolist() == result.scores.tolist()


def test_a_file_and_its_receipt_state_the_same() -> None:
    model = load_model("toy.sum")
    result = attribute(model, SITE, TARGET, "deepliftshap", references=4, seed=3)
    header, receipt = attribution_provenance(model.card, result), made.attribution_receipt(model.card, result)
    assert (header["model"], str(header["target"])) == (receipt.models[0].name, receipt.models[0].target)
    assert header["weights_sha256"] == (receipt.models[0].weights_sha256 or "set by hand")
    assert header["genoviz"] == receipt.made_with["genoviz"]
    for name in ("method", "baseline", "references", "seed"):
        assert header[name] == receipt.settings[name]
    assert header["unit"] == receipt.numbers["scores"].unit


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["numbers"]["value"]["values"].__setitem__(0, 99.0),
        lambda r: r["settings"].__setitem__("seed", 1),
        lambda r: r["models"][0].__setitem__("weights_sha256", "0" * 64),
        lambda r: r.__setitem__("sentence", "All is well."),
        lambda r: r["inputs"][0].__setitem__("bases", "A" * len(SITE)),
        lambda r: r.pop("sha256"),
    ],
)
def test_a_changed_receipt_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    record = attribution().record
    change(record)
    with pytest.raises(BadReceipt, match="was changed"):
        Receipt.read(json.dumps(record))


def test_a_forged_number_is_found() -> None:
    """A new checksum can be computed by anybody; the numbers can't be made to come out."""
    receipt = attribution(method="ablation")
    scores = receipt.numbers["scores"]
    values = list(scores.values)
    values[25] = 2.0
    forged = replace(scores, sha256="0" * 64, values=tuple(values))
    found = verify(replace(receipt, numbers={**receipt.numbers, "scores": forged}).json())
    assert found.verdict == "different"
    assert found.beyond == ("scores",)
    assert "Weights, versions and processor are the same." in found.sentence
    assert [row["verdict"] for row in verification_table(found)] == ["equal", "different"]
    assert verification_record(found)["verdict"] == "different"


def test_last_digits_and_their_reasons() -> None:
    receipt = attribution(method="ablation")
    value = receipt.numbers["value"]
    other = Numbers.of(float(value.values[0] or 0) * (1 + 1e-6), value.unit)
    found = verify(
        replace(receipt, numbers={**receipt.numbers, "value": other}, made_with={**receipt.made_with, "torch": "2.0"})
    )
    assert found.verdict == "close"
    assert found.gaps["value"] == pytest.approx(1e-6, rel=1e-3)
    assert "torch was 2.0 and is" in found.sentence


def test_without_bases_they_must_come_along() -> None:
    receipt = Receipt.read(attribution(method="ablation").without_bases().json())
    assert "GATAAG" not in receipt.json()
    with pytest.raises(BadSequence, match="has not the letters"):
        verify(receipt)
    with pytest.raises(BadSequence, match="not the one of the receipt"):
        verify(receipt, [SITE.reverse_complement()])
    assert verify(receipt, [SITE]).verdict == "equal"


def test_windows_of_a_variant_are_read_from_its_genome() -> None:
    receipt = variant().without_bases()
    assert verify(receipt).verdict == "equal"
    for name in ("ucsc:hg38", "/some/file.fa"):  # a file has nothing opened, and nobody asked, that was not chosen
        other = replace(receipt, settings={**receipt.settings, "genome": name})
        with pytest.raises(BadGenome, match="when they are chosen"):
            verify(other)
        assert verify(other, genome="teaching").verdict == "equal"


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "\x00", '{"genoviz_receipt": "9"}', '{"genoviz_receipt": "1", "x": NaN}', b"\xff\xfe"]
)
def test_other_files_are_refused(text: str | bytes) -> None:
    with pytest.raises(BadReceipt):
        Receipt.read(text)


def test_signs_for_a_terminal_are_refused() -> None:
    receipt = attribution(method="ablation")
    odd = "\x1b[2J"
    for other in (
        replace(receipt, made_with={"torch": odd}),
        replace(receipt, numbers={odd: receipt.numbers["value"]}),
        replace(receipt, numbers={"value": replace(receipt.numbers["value"], unit=odd)}),
    ):
        with pytest.raises(BadReceipt):
            Receipt.read(other.json())


def test_settings_of_another_kind_are_refused() -> None:
    receipt = attribution(method="ablation")
    for settings, error in (
        ({"method": 3, "seed": 0, "options": {}}, BadReceipt),
        ({"method": "none", "seed": 0, "options": {}}, UnknownName),
        ({"method": "occlusion", "seed": 0, "options": {"window": "1"}}, BadReceipt),
    ):
        with pytest.raises(error):
            verify(replace(receipt, settings=settings).json())


def test_settings_of_records_are_checked() -> None:
    receipt = drawn_map()
    labels, families = receipt.settings["labels"], receipt.settings["families"]
    for settings in ({"labels": labels[1:]}, {"families": [-1, *families[1:]]}, {"families": "none"}):
        with pytest.raises(BadReceipt):
            verify(replace(receipt, settings={**receipt.settings, **settings}).json())
    other = verify(replace(receipt, settings={**receipt.settings, "method": "pca", "seed": 1}).json())
    assert other.verdict == "equal"  # a seed is of UMAP alone


def test_another_seed_writes_other_bases() -> None:
    receipt = written()
    found = verify(replace(receipt, settings={**receipt.settings, "seed": 5}).json())
    assert found.verdict == "different"
    assert "written bases" in found.beyond
    with pytest.raises(BadReceipt):
        verify(replace(receipt, settings={**receipt.settings, "temperature": "warm"}).json())


def test_unfinished_results_have_none() -> None:
    model = load_model("toy.sum")
    found = replace(saturate(model, SITE, TARGET, window=(0, 2)), complete=False)
    with pytest.raises(BadInput, match="stopped"):
        made.mutagenesis_receipt(model.card, found)
    stopped = replace(dependency(model, SITE, window=(0, 2), target=TARGET), complete=False)
    with pytest.raises(BadInput, match="stopped"):
        of_language.dependency_receipt(model.card, stopped)


def test_of_large_arrays_every_so_many_numbers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(2.5 * MOST)
    values[7] = np.nan
    kept = Numbers.of(values)
    assert (kept.step, len(kept.values), kept.size) == (3, math.ceil(2.5 * MOST / 3), 2.5 * MOST - 1)
    assert Numbers.read(json.loads(json.dumps(kept.record))) == kept
    monkeypatch.setattr("genoviz.receipts.numbers._BLOCK", 7)  # read in parts, the same
    assert Numbers.of(values) == kept
    changed = values.copy()
    changed[1] += 1  # is not kept, but the checksum knows
    assert kept.gap(Numbers.of(changed)) == LEAST
    assert kept.gap(Numbers.of(values)) == 0
    assert kept.gap(Numbers.of(values[:-1])) == math.inf
    assert Numbers.of([0.0, np.nan]).gap(Numbers.of([0.0, 1.0])) == math.inf
    assert Numbers.of([-0.0]).sha256 == Numbers.of([0.0]).sha256
