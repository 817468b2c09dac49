"""Prediction: batches, scales, lengths, and several threads on one model."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from genoviz.errors import BadSequence
from genoviz.models.card import Output
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A
from genoviz.predict.prediction import evaluate, predict, target_value
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

NAME = "tfbind.encode10"


def random_sequences(n: int, length: int = 101, seed: int = 0) -> list[Sequence]:
    rng = np.random.default_rng(seed)
    return [Sequence("".join(rng.choice(list("ACGT"), length)), f"random {i}") for i in range(n)]


def test_by_hand_on_a_toy() -> None:
    result = predict(load_model("toy.sum"), Sequence(SITE_A.center(60, "N")))
    assert len(result) == 1
    tracks = result[0]["activity"]
    assert tracks.values.tolist() == [[3]]
    assert tracks.names == ("activity",)
    assert tracks.unit == "arbitrary units"


def test_values_are_the_activation_of_logits() -> None:
    model, sequences = load_model(NAME), random_sequences(3)
    logits = predict(model, sequences, scale="logit")
    values = predict(model, sequences)
    for a, b in zip(logits, values, strict=True):
        assert a["binding"].unit == "logit"
        assert b["binding"].unit == "probability"
        assert b["binding"].values == pytest.approx(1 / (1 + np.exp(-a["binding"].values.astype(float))), rel=1e-5)


@pytest.mark.parametrize(("strand", "where"), [("+", "chrI:1,073-1,672"), ("-", "chrI:1,073-1,672")])
def test_a_cropped_profile_lies_in_the_middle(strand: str, where: str) -> None:
    """744 bases from chrI:1,001 on, of which 72 on each side are context only."""
    from tests.networks.test_profile_models import made, random_text

    locus = Locus("chrI", 1_000, 1_744, strand, "sacCer3")
    profile = predict(made(1), Sequence(random_text(744), locus=locus))[0]["profile"]
    assert (profile.start, profile.resolution, len(profile)) == (72, 1, 600)
    assert profile.locus == Locus.parse(where, assembly="sacCer3", strand=strand)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_an_uneven_crop_lies_at_the_bases_it_was_read_from(strand: str) -> None:
    """Five of eight bases: one is left out at the 5' end and two at the 3' end, on either strand."""

    class Adenines:
        card = replace(get_card("toy.sum"), length=8, outputs=(Output("a", ("a",), "bases", bins=5, resolution=1),))

        def logits(self, X: Tensor) -> dict[str, Tensor]:
            return {"a": X[:, :1, 1:6]}

    text, locus = "CAACACCA", Locus("chr1", 100, 108, strand, "toy")
    found = predict(Adenines(), Sequence(text, locus=locus), scale="logit")[0]["a"]
    assert found.locus == Locus("chr1", *((101, 106) if strand == "+" else (102, 107)), strand, "toy")
    for i, value in enumerate(found.values[0]):
        assert value == (text[locus.to_relative(found.locus.to_genomic(i))] == "A")


@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_batches_against_a_loop(batch_size: int) -> None:
    model, sequences = load_model(NAME), random_sequences(5)
    together = np.stack([r["binding"].values for r in predict(model, sequences, scale="logit", batch_size=batch_size)])
    alone = np.stack([predict(model, s, scale="logit")[0]["binding"].values for s in sequences])
    assert together == close(alone)
    function = Target("binding", ("REST",)).of(model)
    index = model.card.outputs[0].index("REST")
    assert evaluate(function, model, encode(sequences), batch_size=batch_size).numpy() == close(alone[:, index, 0])


def test_target_is_the_predicted_number() -> None:
    """Exactly: the same computation, however it is asked for."""
    model, sequence = load_model(NAME), random_sequences(1)[0]
    for scale in ("logit", "value"):
        tracks = predict(model, sequence, scale=scale)[0]["binding"]
        for track in tracks.names:
            assert target_value(model, sequence, Target("binding", (track,), scale=scale)) == tracks.track(track)[0]


def test_progress() -> None:
    shares: list[float] = []
    predict(load_model(NAME), random_sequences(5), batch_size=2, progress=shares.append)
    assert shares == [0.4, 0.8, 1]


def test_sequences_with_a_place_are_predicted() -> None:
    """One number for a whole interval: there is no bin per base to lay on the locus."""
    placed = Sequence("A" * 101, "placed", Locus("chr1", 1000, 1101, "+", "GRCh38"))
    tracks = predict(load_model(NAME), placed)[0]["binding"]
    assert tracks.names == load_model(NAME).card.outputs[0].tracks


def test_nothing_to_predict() -> None:
    assert predict(load_model("toy.sum"), []) == []


@pytest.mark.parametrize(("length", "fix"), [(1, "pad"), (100, "pad"), (102, "crop")])
def test_wrong_length(length: int, fix: str) -> None:
    with pytest.raises(BadSequence, match="reads exactly 101") as caught:
        predict(load_model(NAME), [*random_sequences(1), Sequence("A" * length, "odd")])
    assert "`odd`" in str(caught.value)
    assert fix in str(caught.value)


@pytest.mark.parametrize("name", [NAME, "toy.sum", "toy.and"])
def test_all_n_is_a_number(name: str) -> None:
    model = load_model(name)
    for tracks in predict(model, Sequence("N" * model.card.length))[0].values():
        assert np.isfinite(tracks.values).all()


def test_threads_share_one_model() -> None:
    model, sequences = load_model(NAME), random_sequences(6)
    alone = [r["binding"].values for r in predict(model, sequences, batch_size=2)]
    start = threading.Barrier(4)

    def work() -> list[np.ndarray]:
        start.wait()
        return [r["binding"].values for r in predict(model, sequences, batch_size=2)]

    with ThreadPoolExecutor(4) as pool:
        for result in [pool.submit(work) for _ in range(4)]:
            assert np.array_equal(np.stack(result.result()), np.stack(alone))


def test_no_gradient_is_kept() -> None:
    model = load_model("toy.sum")
    result = evaluate(Target.default(model.card).of(model), model, encode("A" * 60).requires_grad_())
    assert not result.requires_grad
    assert torch.is_grad_enabled()
