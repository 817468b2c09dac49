"""First-layer filters: hand-set networks with known answers, and every bundled model."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from genoviz.discover.comparison import (
    Background,
    genome_background,
    given_background,
    random_background,
    shuffled_background,
)
from genoviz.discover.filters import filter_bank, has_filters
from genoviz.discover.sites import RecordSite
from genoviz.errors import BadInput, BadModel, BadSequence, Cancelled
from genoviz.genomes.registry import TEACHING, open_genome
from genoviz.models.base import Model, NetModel
from genoviz.models.card import ModelCard, Output
from genoviz.models.catalogue import list_models
from genoviz.models.ensemble import Ensemble
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

LENGTH = 30


def card(length: int = LENGTH) -> ModelCard:
    return ModelCard(
        name="test.filters",
        title="Test",
        summary="",
        family="CNN",
        task="",
        builder="",
        length=length,
        outputs=(Output("activity", ("activity",), "units"),),
        parameters=0,
        n_rule="",
        data="",
        split="",
        licence="",
        citation="",
        limits=(),
    )


class Counts(nn.Module):
    """Sum over windows of `weight` times max(0, matches to a site - `less`), one site per filter."""

    def __init__(self, sites: tuple[str, ...], weights: tuple[float, ...], less: float, *, norm: bool = False) -> None:
        super().__init__()
        self.scan, self.relu = nn.Conv1d(4, len(sites), len(sites[0]), padding=2), nn.ReLU()
        self.norm: nn.Module = nn.BatchNorm1d(len(sites)) if norm else nn.Identity()
        self.normed = norm
        self.register_buffer("weights", torch.tensor(weights))
        with torch.no_grad():
            self.scan.weight.copy_(encode(sites))
            self.scan.bias.fill_(-less)

    def forward(self, X):
        h = self.scan(X)
        h = self.norm(h) if self.normed else h
        return (self.relu(h).sum(2) * self.weights).sum(1, keepdim=True)


def network(*sites: str, weights: tuple[float, ...] = (1.0, 3.0), less: float = 3.5, norm: bool = False) -> NetModel:
    return NetModel(Counts(sites, weights[: len(sites)], less, norm=norm), card()).eval()


def random_sequences(n: int, seed: int = 0) -> tuple[Sequence, ...]:
    rng = np.random.default_rng(seed)
    return tuple(Sequence("".join(rng.choice(list("ACGT"), size=LENGTH)), f"r{i}") for i in range(n))


def hooks(model: Model) -> int:
    assert isinstance(model, nn.Module)
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def test_a_known_kernel_gives_its_consensus() -> None:
    # Largest activation 2.5 at six matches, half of it 1.25: windows with at least five of six letters count.
    sequences = (*random_sequences(300), Sequence("T" * 10 + "GATAAG" + "T" * 14, "site"))
    bank = filter_bank(network("GATAAG"), given_background(sequences))
    (found,) = bank.filters
    matches = [
        (i, s, sequence.bases[s : s + 6])
        for i, sequence in enumerate(sequences)
        for s in range(LENGTH - 5)
        if sum(a == b for a, b in zip(sequence.bases[s : s + 6], "GATAAG", strict=True)) >= 5
    ]
    assert (found.largest, found.threshold) == (2.5, 1.25)
    assert found.windows == found.motif.sites == len(matches)
    counts = np.array([[sum(w[2][j] == base for w in matches) for base in "ACGT"] for j in range(6)])
    np.testing.assert_allclose(found.motif.matrix, (counts + 0.025) / (len(matches) + 0.1))
    assert found.motif.consensus == "GATAAG"
    assert found.counts.sum() == len(sequences) * (LENGTH - 5)
    assert found.top[0].bases == "GATAAG"
    assert found.top[0].value == 2.5
    assert len({site.record for site in found.top}) == len(found.top)
    for site in found.top:
        assert sequences[site.record].bases[site.start : site.end] == site.bases
        assert (site.record, site.start, site.bases) in matches


@pytest.mark.parametrize("off", ["mean", "zero"])
def test_importance_is_what_the_output_loses(off) -> None:
    sequences = random_sequences(60)
    bank = filter_bank(network("GATAAG", "CACGTG", less=2.5), given_background(sequences), off=off, on=60)
    X = encode(sequences)
    scan = network("GATAAG", "CACGTG", less=2.5).net
    with torch.no_grad():
        h = scan.relu(scan.scan(X))
    for number, weight in ((0, 1.0), (1, 3.0)):
        found = next(f for f in bank.filters if f.channels == (number,))
        inside = h[:, number, 2:-2]  # the padding of 2 lets windows reach over the ends
        constant = float(inside.mean()) if off == "mean" else 0.0
        change = weight * (constant * h.shape[2] - h[:, number].sum(1)).numpy()
        assert found.importance.change == close(change.mean(), beside=change)
        assert found.importance.size == close(np.abs(change).mean(), beside=change)
        half = 1.96 * np.abs(change).std(ddof=1) / 60**0.5
        assert found.importance.size_95[1] - found.importance.size == close(half, beside=change)
    assert bank.filters[0].channels == (1,), "the filter that counts three times comes first"
    assert bank.unit == "units"


def test_the_activation_is_that_behind_normalisation_and_relu() -> None:
    model = network("GATAAG", norm=True)
    with torch.no_grad():
        model.net.norm.weight.fill_(-1.0)  # a negative scale turns the filter round: it answers to what is unlike
        model.net.norm.bias.fill_(0.5)
    (found,) = filter_bank(model, given_background(random_sequences(100)), on=0).filters
    # -(matches - 3.5) + 0.5, at most 4 where no letter fits.
    assert found.largest == pytest.approx(4.0, abs=1e-3)
    assert all(a != b for a, b in zip(found.top[0].bases, "GATAAG", strict=True))
    assert found.counts.sum()
    assert found.edges[0] == 0


def test_a_filter_that_is_never_active() -> None:
    bank = filter_bank(network("GATAAG", less=9.0), given_background(random_sequences(5)))
    (found,) = bank.filters
    assert found.motif is None
    assert (found.windows, found.top, found.information) == (0, (), 0.0)
    assert bank.motifs == ()
    assert found.importance.size == 0


def test_filters_that_are_reverse_complements_are_one() -> None:
    sequences = (Sequence("T" * 10 + "GATAAG" + "T" * 14), Sequence("T" * 10 + "CTTATC" + "T" * 14))
    bank = filter_bank(network("GATAAG", "CTTATC", weights=(1.0, 1.0)), given_background(sequences))
    (found,) = bank.filters
    assert found.channels == (0, 1)
    assert found.windows == 2
    assert {(s.record, s.strand, s.bases) for s in found.top} == {(0, "+", "GATAAG"), (1, "-", "GATAAG")}
    assert found.name == "filters 0 and 1"


def test_members_of_an_ensemble_have_filters_of_their_own() -> None:
    nets = [Counts((site,), (1.0,), 3.5) for site in ("GATAAG", "CACGTG")]
    model = NetModel(Ensemble(nets), card()).eval()
    sequences = given_background(random_sequences(300))
    banks = [filter_bank(model, sequences, member=m, on=5) for m in (1, 2)]
    assert [bank.filters[0].motif.consensus for bank in banks] == ["GATAAG", "CACGTG"]
    assert [(bank.member, bank.members) for bank in banks] == [(1, 2), (2, 2)]
    with pytest.raises(BadInput, match="Network 3"):
        filter_bank(model, sequences, member=3)


def test_no_hook_stays_after_an_error_or_a_stop() -> None:
    model = network("GATAAG", "CACGTG")

    def stop(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        filter_bank(model, given_background(random_sequences(5)), progress=stop)
    assert hooks(model) == 0

    broken = network("GATAAG")
    calls = []

    def fail(X):
        calls.append(len(X))
        if len(calls) > 2:  # after the structure was read and the filters were on
            raise RuntimeError("broken")
        return NetModel.logits(broken, X)

    broken.logits = fail  # type: ignore[method-assign]
    with pytest.raises(BadModel, match="RuntimeError: broken"):
        filter_bank(broken, given_background(random_sequences(5)))
    assert len(calls) == 3
    assert hooks(broken) == 0


def test_what_is_refused() -> None:
    sequences = given_background(random_sequences(3))
    model = network("GATAAG")
    for options in ({"off": "half"}, {"on": -1}, {"member": 0}):
        with pytest.raises(BadInput):
            filter_bank(model, sequences, **options)
    with pytest.raises(BadInput, match="empty"):
        filter_bank(model, Background("none", ()))
    with pytest.raises(BadSequence):
        filter_bank(model, given_background([Sequence("ACGT")]))
    kmers = load_model("mlp.ecoli")
    assert not has_filters(kmers)
    with pytest.raises(BadModel, match="convolution"):
        filter_bank(kmers, random_background(kmers.card, n=2))


def test_of_networks_side_by_side_the_one_that_the_target_reads() -> None:
    model = load_model("tfbind.gue")
    target = Target.parse("mouse 3", model.card)
    drawn = random_background(model.card, n=2)
    assert filter_bank(model, drawn, on=0).layer == "net.parts.0.motifs"
    assert filter_bank(model, drawn, target, on=0).layer == "net.parts.7.motifs"


@pytest.mark.parametrize("name", [c.name for c in list_models() if c.bundled])
def test_every_bundled_model(name) -> None:
    model = load_model(name)
    if not has_filters(model):
        assert name.split(".")[0] in ("kmer", "mlp") or name == "enhancer.crx"  # all of these count words
        return
    before = hooks(model)
    drawn = random_background(model.card, n=12)
    bank = filter_bank(model, drawn, on=0 if "lm" in name else 1)
    assert hooks(model) == before
    assert sorted(c for f in bank.filters for c in f.channels) == list(
        range(sum(len(f.channels) for f in bank.filters))
    )
    assert any(f.motif for f in bank.filters)
    for f in bank.filters:
        for site in f.top:
            shown = Sequence(drawn.sequences[site.record].bases[site.start : site.end])
            assert site.bases == (shown if site.strand == "+" else shown.reverse_complement()).bases


def test_the_profile_model_reads_reb1() -> None:
    """Reb1 binds TTACCCG (Badis et al. 2008, Mol Cell 32:878); the filter that matters most for it says so."""
    model = load_model("bpnet.yeast")
    bank = filter_bank(model, random_background(model.card, n=300), on=10)
    best = bank.filters[0].motif
    assert any("ACCC" in m.consensus for m in (best, best.reverse_complement()))


def test_random_background_has_the_composition_of_the_card() -> None:
    model_card = next(c for c in list_models() if c.name == "promoter.ecoli")
    drawn = random_background(model_card, n=400, seed=1)
    assert drawn == random_background(model_card, n=400, seed=1)
    assert drawn != random_background(model_card, n=400, seed=2)
    assert {len(s) for s in drawn.sequences} == {model_card.length}
    text = [s.bases for s in drawn.sequences]
    words = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT"]
    total = len(text) * (model_card.length - 2)
    found = np.array([sum(t[i : i + 3] == w for t in text for i in range(len(t) - 2)) for w in words[:8]]) / total
    np.testing.assert_allclose(found, np.array(model_card.inputs["mean"])[:8], rtol=0.12)
    assert "seed 1" in drawn.name


def test_genome_and_shuffled_backgrounds() -> None:
    with open_genome(TEACHING) as reference:
        drawn = genome_background(reference, 60, n=20, seed=3)
        assert drawn == genome_background(reference, 60, n=20, seed=3)
        assert not any(s.ambiguous for s in drawn.sequences)
        for s in drawn.sequences:
            assert reference.fetch(s.locus).bases == s.bases
        with pytest.raises(BadInput, match="gave 0 windows of 200,000 bases"):
            genome_background(reference, 200_000)
    shuffled = shuffled_background(drawn.sequences, seed=1)
    for a, b in zip(drawn.sequences, shuffled.sequences, strict=True):
        pairs = [sorted(s.bases[i : i + 2] for i in range(59)) for s in (a, b)]
        assert a.bases != b.bases
        assert pairs[0] == pairs[1]
    with pytest.raises(BadInput):
        random_background(card(), n=0)


def test_sites_map_back_to_the_genome() -> None:
    with open_genome(TEACHING) as reference:
        (window,) = genome_background(reference, 60, n=1).sequences
        turned = reference.fetch(window.locus.__class__(**{**window.locus.__dict__, "strand": "-"}))
        for sequence in (window, turned):
            for strand in "+-":
                shown = Sequence(sequence.bases[5:15])
                bases = shown.bases if strand == "+" else shown.reverse_complement().bases
                where = RecordSite(0, 5, 15, strand, bases, 0.0).locus(sequence)
                assert reference.fetch(where).bases == bases
    assert RecordSite(0, 5, 15, "+", "A" * 10, 0.0).locus(Sequence("A" * 20)) is None
