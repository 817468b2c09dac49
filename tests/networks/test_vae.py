"""The autoencoder: what goes through the latent space, by hand and by invariants."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadInput
from genoviz.models.load import load_model
from genoviz.models.onehot import decode, encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.vae import VAE, Autoencoder, VAEConfig
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

NAME = "vae.ecoli-promoters"
CONFIG = VAEConfig(length=12, latent=2, channels=3, widths=(3, 3), hidden=4)
# -35 box, 17 bases, -10 box, and the start site at base 121 as in the training data.
UPSTREAM = ("ACGTTGCATTCGAGCTTAGC" * 8)[:83] + "TTGACA" + "ATTAATCATCCGGCTCG" + "TATAAT" + "GTGTGGA"
CONSENSUS = Sequence((UPSTREAM + "ATTGTGAGCGGATAACAATTTCACACAGGAGCTAG")[:150], "consensus")


@pytest.fixture(scope="module")
def trained() -> Autoencoder:
    model = load_model(NAME)
    assert isinstance(model, Autoencoder)
    return model


@pytest.fixture
def by_hand() -> Autoencoder:
    """Every latent point decodes to A with probability 0.7 and 0.1 for the others; the card is borrowed."""
    net = VAE(CONFIG).eval().requires_grad_(False)
    with torch.no_grad():
        for parameter in net.decoder.parameters():
            parameter.zero_()
        last = net.decoder[-1]
        assert isinstance(last, torch.nn.Conv1d)
        assert last.bias is not None
        last.bias.copy_(torch.tensor([0.7, 0.1, 0.1, 0.1]).log())
    return Autoencoder(net, load_model(NAME).card)


def likelihood(model: Autoencoder, text: str) -> float:
    return float(model.logits(encode(text))["reconstruction"][0, 0, 0])


def test_log_likelihood_by_hand(by_hand: Autoencoder) -> None:
    assert likelihood(by_hand, "A" * 12) == pytest.approx(12 * math.log(0.7), rel=1e-5)
    assert likelihood(by_hand, "ACGT" * 3) == pytest.approx(3 * math.log(0.7) + 9 * math.log(0.1), rel=1e-5)


def test_n_does_not_count(by_hand: Autoencoder) -> None:
    assert likelihood(by_hand, "AANNNNNNNNNC") == pytest.approx(2 * math.log(0.7) + math.log(0.1), rel=1e-5)
    assert likelihood(by_hand, "N" * 12) == 0


def test_samples_follow_the_probabilities(by_hand: Autoencoder) -> None:
    drawn = "".join(s.bases for s in by_hand.sample(500, seed=3))
    assert len(drawn) == 6000
    # Four standard deviations of 6,000 draws with probability 0.7 are 0.024.
    assert drawn.count("A") / 6000 == pytest.approx(0.7, abs=0.024)
    assert drawn.count("T") / 6000 == pytest.approx(0.1, abs=0.016)


def test_shapes_and_probabilities(trained: Autoencoder) -> None:
    X = encode([CONSENSUS, CONSENSUS.reverse_complement()])
    mean, log_variance = trained.encode(X)
    latent = trained.card.config["latent"]
    assert mean.shape == log_variance.shape == (2, latent)
    assert torch.equal(trained.embed(X), mean)
    probabilities = trained.decode(mean)
    assert probabilities.shape == (2, 4, trained.card.length)
    assert probabilities.sum(1) == close(torch.ones(2, trained.card.length))
    assert torch.equal(trained.denoise(X), probabilities)


def test_the_number_is_the_likelihood_of_the_letters_at_the_mean(trained: Autoencoder) -> None:
    probabilities = trained.denoise(encode(CONSENSUS))[0].double().numpy()
    letters = [BASES.index(base) for base in CONSENSUS.bases]
    expected = np.log(probabilities[letters, np.arange(len(letters))]).sum()
    assert likelihood(trained, CONSENSUS.bases) == pytest.approx(expected, rel=1e-5)


def test_the_variance_has_no_part_in_the_number(trained: Autoencoder) -> None:
    before = likelihood(trained, CONSENSUS.bases)
    bias: Any = trained.net.log_variance.bias
    kept = bias.clone()
    try:
        bias += 1
        assert likelihood(trained, CONSENSUS.bases) == before
    finally:
        bias.copy_(kept)


def test_same_seed_same_samples(trained: Autoencoder) -> None:
    one, two, other = (trained.sample(3, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert len({s.bases for s in [*one, *other]}) == 6
    assert {len(s) for s in one} == {trained.card.length}
    assert len({s.name for s in one}) == 3
    state = torch.random.get_rng_state()
    trained.sample(1, seed=1)
    assert torch.equal(torch.random.get_rng_state(), state)  # nobody else's draws change


def test_a_walk_begins_and_ends_where_its_sequences_are(trained: Autoencoder) -> None:
    first, second = CONSENSUS, Sequence(("GCCGATTCAGGC" * 13)[:150])
    steps = trained.walk(first, second, steps=5)
    assert len(steps) == 5
    for step, end in ((steps[0], first), (steps[-1], second)):
        likeliest = trained.denoise(encode(end)).argmax(1)
        assert encode(step).argmax(1).equal(likeliest)
    back = trained.walk(second, first, steps=5)
    assert [s.bases for s in back] == [s.bases for s in steps[::-1]]
    with pytest.raises(BadInput, match="both ends"):
        trained.walk(first, second, steps=1)


def test_the_decoder_knows_the_start_site(trained: Autoencoder) -> None:
    """At the middle of the latent space, T and A are likelier in the -10 box (bases 109 to 114) than elsewhere."""
    probabilities = trained.decode(torch.zeros(1, trained.card.config["latent"]))[0]
    box = probabilities[:, 108:114]
    at = probabilities[0] + probabilities[3]
    assert float((box[0] + box[3]).mean()) > float(at[:60].mean()) + 0.05


def test_mutations_agree_with_the_model(trained: Autoencoder) -> None:
    target = Target.default(trained.card)
    result = saturate(trained, CONSENSUS, target, window=(106, 109))
    mutant = CONSENSUS.bases[:107] + "G" + CONSENSUS.bases[108:]
    expected = likelihood(trained, mutant) - likelihood(trained, CONSENSUS.bases)
    assert result.delta[2, 107] == close(expected, beside=result.value)


def test_a_length_that_pools_do_not_divide() -> None:
    with pytest.raises(BadInput, match="divisible by 6"):
        VAE(VAEConfig(length=100))


def test_decoded_letters_are_a_sequence(trained: Autoencoder) -> None:
    (step, _) = trained.walk(CONSENSUS, CONSENSUS, steps=2)
    assert decode(encode(step)) == [step.bases]
