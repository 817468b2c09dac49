"""The autoencoder's recipe on synthetic promoters, and its numbers by hand."""

from __future__ import annotations

import gzip
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.errors import BadModel, Cancelled
from genoviz.models.card import read_card
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.metrics import METRICS, mean, recovered
from genoviz.models.onehot import letter_codes
from genoviz.networks.vae import VAE, Autoencoder, VAEConfig
from genoviz.training.recipes import vae
from genoviz.training.ridge import fit_ridge
from genoviz.training.tables import Examples, Splits

RNG = np.random.default_rng(0)
SMALL = replace(
    vae.RECIPE, config=VAEConfig(length=150, latent=3, channels=8, widths=(5, 5), hidden=16), batch=32, head=2.0
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Half of the sequences are rich in A and T and strong, half are rich in G and C and weak."""
    folder = tmp_path / "data" / "promoter_mpra_ecoli"
    folder.mkdir(parents=True)
    for name, n in (("train", 300), ("test", 60)):
        lines = ["start\texpression\tseq"]
        for i in range(n):
            rich = i % 2 == 0
            p = [0.4, 0.1, 0.1, 0.4] if rich else [0.1, 0.4, 0.4, 0.1]
            lines.append(
                f"{i * 10_000}\t{7 * rich - 0.1 * RNG.random()}\t{''.join(RNG.choice(list('ACGT'), 150, p=p))}"
            )
        (folder / f"{name}.tsv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return tmp_path / "data"


@pytest.mark.long
def test_from_end_to_end(data: Path, tmp_path: Path) -> None:
    first = SMALL.train(data, tmp_path / "a", seed=3, epochs=3)

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        SMALL.train(data, tmp_path / "b", seed=3, epochs=3, progress=stop)
    assert SMALL.train(data, tmp_path / "b", seed=3, epochs=3).read_bytes() == first.read_bytes()
    card = read_card(first.with_suffix(".json"))
    model = load_model(card)
    assert isinstance(model, Autoencoder)
    assert not any("value" in name for name in model.net.state_dict())  # the linear prediction is not kept
    assert [dict(row) for row in SMALL.evaluate(model, data)] == [dict(row) for row in card.held_out]
    assert SMALL.evaluate(model, data, sample=20)[1]["n"] == 20
    with pytest.raises(BadModel, match="no autoencoder"):
        SMALL.evaluate(load_model("toy.sum"), data)


@pytest.mark.long
def test_it_learns_the_one_thing_there_is(data: Path, tmp_path: Path) -> None:
    """Composition: the latent point tells it, which base frequencies can't, and expression follows from it."""
    card = read_card(SMALL.train(data, tmp_path / "out", epochs=20).with_suffix(".json"))
    row, value = card.held_out
    told = {p["source"]: p["value"] for p in row["published"]}
    assert told["base frequencies"] == pytest.approx(-math.log(4), abs=0.01)
    # Knowing the half, a base has the probabilities 0.4, 0.4, 0.1, 0.1.
    assert row["log_likelihood"] == pytest.approx(0.8 * math.log(0.4) + 0.2 * math.log(0.1), abs=0.06)
    assert value["pearson"] > 0.95
    # Shuffles keep the composition, so they look the same to it.
    assert row["auroc"] == pytest.approx(0.5, abs=0.2)
    assert row["positives"] == 60
    assert row["n"] == 120


def test_divergence_by_hand() -> None:
    mean, log_variance = torch.tensor([[0.0, 0.0], [3.0, 0.0]]), torch.tensor([[0.0, 0.0], [0.0, math.log(4)]])
    # 3^2 / 2, and (4 - 1 - ln 4) / 2.
    assert vae.divergence(mean, log_variance).tolist() == pytest.approx([0, 4.5 + (3 - math.log(4)) / 2])


def test_objective_by_hand() -> None:
    """An untrained network whose decoder says 1/4 everywhere and whose encoder says mean 1, variance 1."""
    net = VAE(SMALL.config).eval()
    with torch.no_grad():
        for parameter in [*net.decoder.parameters(), *net.mean.parameters(), *net.log_variance.parameters()]:
            parameter.zero_()
        net.mean.bias.fill_(1)
    learner = vae.Learner(net, np.array([1, 3], dtype=np.float32))  # mean 2, spread 1
    with torch.no_grad():
        learner.value.weight.zero_()
        learner.value.bias.fill_(0.5)
    X = torch.zeros(1, 4, 150)
    X[:, 0] = 1
    recipe = replace(SMALL, beta=0.2, head=2.0)
    found = recipe._objective(learner, X, X, torch.tensor([3.0]), None)
    # Three latent dimensions of 1/2 nat each; the value 3 is one spread above the mean, 0.5 is predicted.
    assert found.item() * 150 == pytest.approx(-150 * math.log(4) - 0.2 * 1.5 - 2 * 0.5 * 0.25, rel=1e-6)


def test_baselines_by_hand() -> None:
    train = Examples(letter_codes(["ACAC", "ACAC"]), np.zeros((2, 1), dtype=np.float32))
    test = Examples(letter_codes(["ACAA"]), np.zeros((1, 1), dtype=np.float32))
    found = {(p["metric"], p["source"]): p["value"] for p in vae.baselines(Splits(train, train, test))}
    # Four A, four C and one of each base.
    assert found["log_likelihood", "base frequencies"] == pytest.approx(math.log(5 / 12), abs=1e-4)
    # At each place two observations and one of each base: 3/6 for what was seen, 1/6 for what was not.
    placed = (3 * math.log(1 / 2) + math.log(1 / 6)) / 4
    assert found["log_likelihood", "base frequencies at each position"] == pytest.approx(placed, abs=1e-4)
    assert found["recovered", "likeliest base"] == 0.75
    assert found["recovered", "likeliest base at each position"] == 0.75


def test_ridge_by_hand() -> None:
    """One feature of spread 1 over four items: the weight is (sum of xy) / (4 + penalty)."""
    x, y = np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.array([0.0, 0.0, 2.0, 2.0])
    found = fit_ridge(np.hstack([x, np.ones((4, 1))]), y, np.hstack([x, np.ones((4, 1))]), y)
    assert found.weights == pytest.approx([4 / (4 + found.penalty), 0])
    assert found.predict(np.array([[0.0, 7.0]])) == pytest.approx([1])
    # With more features than items that mean anything, validation chooses a strong penalty.
    noise = RNG.normal(size=(2, 40, 60))
    signal = RNG.normal(size=(2, 40))
    noise[:, :, 0] = signal
    strong = fit_ridge(noise[0], signal[0], noise[1], signal[1])
    predicted = strong.predict(noise[1])
    assert np.corrcoef(predicted, signal[1])[0, 1] > 0.5


def test_metrics_by_hand() -> None:
    assert mean([[-1.0, -2.0], [-3.0, -4.0]], [[0, 1], [2, 3]]) == -2.5
    assert recovered([[0, 1], [2, 3]], [[0, 1], [2, 0]]) == 0.75
    assert {"log_likelihood", "recovered"} <= METRICS.keys()


def test_expression_is_a_logarithm() -> None:
    assert [vae.log_expression(text) for text in ("0", "-0.5", "1", "7")] == [0, 0, 1, 3]


def test_the_card_keeps_its_promises() -> None:
    row, value = get_card(vae.RECIPE.name).held_out
    told = {p["source"]: p["value"] for p in row["published"] if p["metric"] == "log_likelihood"}
    # Told about the sequence, the decoder beats every model that is not; when the telling is paid for, it does not.
    assert row["log_likelihood_95"][0] > max(told.values())
    assert row["bound"] < max(told.values())
    assert row["recovered_95"][0] > max(p["value"] for p in row["published"] if p["metric"] == "recovered")
    assert value["pearson_95"][0] > value["published"][0]["value"]
