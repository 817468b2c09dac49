"""`genoviz walk`, `dimensions`, `denoise`, `reconstruct`, `map` and `probe`: the numbers of the functions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genoviz.embedding.map import embedding_map
from genoviz.embedding.probe import probe
from genoviz.embedding.records import gc_share, labelled, planted_example
from genoviz.embedding.tables import map_provenance, map_table, probe_provenance, probe_table
from genoviz.files.tsv import tsv
from genoviz.latent.denoise import denoise
from genoviz.latent.dimensions import dimensions
from genoviz.latent.reconstruction import reconstruct
from genoviz.latent.scorer import scorer_for
from genoviz.latent.tables import (
    denoised_provenance,
    denoised_table,
    dimension_provenance,
    dimension_table,
    reconstruction_provenance,
    reconstruction_table,
    walk_provenance,
    walk_table,
)
from genoviz.latent.walk import walk
from genoviz.models.load import load_model
from genoviz.predict.embed import embed
from genoviz.sequences.sequence import Sequence
from tests.cli.calls import bad, good, record
from tests.comparison import close

NAME = "vae.ecoli-promoters"
RNG = np.random.default_rng(8)
ENDS = [Sequence("".join(RNG.choice(list("ACGT"), 150)), name) for name in ("one", "two")]


def test_autoencoder_commands_give_the_numbers_of_the_functions(tmp_path: Path) -> None:
    model = load_model(NAME)
    scorer = scorer_for(model.card)
    fasta = tmp_path / "two.fa"
    fasta.write_text("".join(one.fasta() for one in ENDS), encoding="utf-8")
    found = walk(model, *ENDS, steps=3, draws=2, scorer=scorer)
    options = ("--steps", "3", "--draws", "2")
    assert good("walk", NAME, "--fasta", str(fasta), *options) == tsv(walk_table(found), walk_provenance(found))
    around = dimensions(model, draws=2, scorer=scorer)
    said = good("dimensions", NAME, "--draws", "2")
    assert said == tsv(dimension_table(around), dimension_provenance(around))
    mended = denoise(model, Sequence(ENDS[0].bases), trials=2, scorer=None)
    said = good("denoise", NAME, "-s", ENDS[0].bases, "--trials", "2", "--scorer", "none")
    assert said == tsv(denoised_table(mended), denoised_provenance(mended))
    back = reconstruct(model, ENDS)
    said = good("reconstruct", NAME, "--fasta", str(fasta))
    assert said == tsv(reconstruction_table(back), reconstruction_provenance(model.card))
    as_json = record("walk", NAME, "-s", ENDS[0].bases, "--to", ENDS[1].bases, *options)
    assert [row["bases"] for row in as_json["rows"]] == [one.bases for one in found.sequences]
    assert record("dimensions", NAME, "--draws", "2")["rows"][0]["dimension"] == int(around.order[0]) + 1
    assert record("denoise", NAME, "-s", ENDS[0].bases, "--trials", "2")["sentence"].startswith("15 of 150 bases")
    assert record("reconstruct", NAME, "-s", ENDS[0].bases)["rows"][0]["error"] == close(back[0].error)


def test_map_and_probe_give_the_numbers_of_the_functions(tmp_path: Path) -> None:
    example = planted_example(150, n=40)
    fasta = tmp_path / "records.fa"
    names = [f"r{i} label={label.split()[0]}" for i, label in enumerate(example.labels)]
    records = [Sequence(one.bases, name) for one, name in zip(example.sequences, names, strict=True)]
    fasta.write_text("".join(one.fasta() for one in records), encoding="utf-8")
    model = load_model(NAME)
    data = labelled(records)
    vectors = embed(model, records)
    drawn = embedding_map(model, data, vectors)
    said = good("map", NAME, "--fasta", str(fasta))
    assert said == tsv(map_table(drawn, {"gc": gc_share(records)}), map_provenance(drawn))
    trained = probe(model, data, vectors, positive="without")
    said = good("probe", NAME, "--fasta", str(fasta), "--label", "without")
    assert said == tsv(probe_table(trained), probe_provenance(trained))
    assert record("map", NAME, "--fasta", str(fasta))["rows"][0]["label"] == "with"
    assert record("probe", NAME, "--fasta", str(fasta), "--shuffles", "--word", "2")["positive"] == "given"


def test_unclear_input_is_refused() -> None:
    assert "between what to walk" in bad("walk", NAME, "-s", ENDS[0].bases)
    assert "No records were given" in bad("probe", NAME)
    assert "can't turn a point" in bad("dimensions", "toy.sum", "--scorer", "none")
    assert "can't embed" in bad("embed", "toy.sum", "-s", "A" * 60)
