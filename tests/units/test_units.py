"""Units: places and strands of layers, what drives them, controls, and mutation maps; right values by hand or computed twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.discover.comparison import given_background, random_background
from genoviz.errors import BadInput, BadModel, UnknownName
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode, reverse_complement
from genoviz.motifs.collection import collection
from genoviz.motifs.motif import Motif
from genoviz.notebook.frames import to_frame
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.units.bank import kept_aside, unit_bank
from genoviz.units.layers import UnitModel, find_layer, member_of, unit_layers
from genoviz.units.mutation import unit_map
from genoviz.units.naming import Nearest, composition, core, nearest
from genoviz.units.reach import reach_of
from genoviz.units.tables import context_table
from genoviz.units.windows import codes_of, cut, moved

SITE = "TGACTCA"
LENGTH = 60


class BothStrands(nn.Module):
    """A filter for the site, one that is blind, and a second layer behind pooling; reads both strands side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.scan = nn.Conv1d(4, 2, len(SITE), padding=3)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool1d(3)
        self.join = nn.Conv1d(2, 3, 3)
        self.out = nn.Linear(3, 1)
        with torch.no_grad():
            self.scan.weight.zero_()
            self.scan.weight[0] = encode(SITE)[0] - 0.25
            self.scan.bias.zero_()

    def forward(self, X: Tensor) -> Tensor:
        both = torch.stack([X, reverse_complement(X)], 1).flatten(0, 1)
        h = self.join(self.pool(self.relu(self.scan(both)))).mean(2)
        y: Tensor = self.out(h)
        return y[::2] + y[1::2]


@pytest.fixture(scope="module")
def model() -> NetModel:
    torch.manual_seed(1)
    card = replace(get_card("toy.sum"), length=LENGTH)
    return NetModel(BothStrands().eval(), card)


def drives_by_hand(model: NetModel, sequence: Sequence) -> np.ndarray:
    """Of the first unit, `(strands, places)`."""
    x = encode(sequence)
    both = torch.cat([x, reverse_complement(x)])
    with torch.no_grad():
        return F.conv1d(both, model.net.scan.weight[:1], padding=3)[:, 0].numpy()


def test_layers_are_found_with_strands_places_and_reach(model: NetModel) -> None:
    first, second = unit_layers(model)
    assert (first.name, first.units, first.places, first.strands, first.interleaved) == ("net.scan", 2, 60, 2, True)
    assert (second.name, second.units, second.places) == ("net.join", 3, 18)
    reach = reach_of(UnitModel(member_of(model), first))
    # Place 0 of the plus strand reads bases -3 to 3; of the minus strand, counted on the plus one, 56 to 62.
    assert (reach.width, reach.step, reach.first, reach.whole) == (7, 1, (-3, 56), True)
    assert reach.inside(60, 60).sum() == 2 * 54
    reach = reach_of(UnitModel(member_of(model), second))
    assert (reach.width, reach.step, reach.first) == (15, 3, (-3, 48))  # three pools of three bases, and six more
    with pytest.raises(UnknownName, match=r"net\.scan"):
        find_layer(model, "net.nothing")


def test_a_tap_reads_what_the_layer_gives_and_leaves_the_model_alone(model: NetModel) -> None:
    sequence = random_background(model.card, n=1).sequences[0]
    tapped = UnitModel(member_of(model), find_layer(model))
    found = tapped.drives(encode(sequence))
    assert found.shape == (1, 2, 120)
    assert found[0, 0].reshape(2, 60) == pytest.approx(drives_by_hand(model, sequence), abs=1e-6)
    assert not any(module._forward_hooks for module in model.modules())
    assert model.net.scan is not tapped.network.net.scan


def test_a_planted_site_is_what_drives_its_unit_on_either_strand(model: NetModel) -> None:
    plain = random_background(model.card, n=80).sequences
    site = Sequence(SITE)
    planted = []
    for i, one in enumerate(plain):
        if i % 4 > 1:
            planted.append(one)
            continue
        start = 5 + i % 40
        bases = site.bases if i % 2 else site.reverse_complement().bases
        planted.append(Sequence(one.bases[:start] + bases + one.bases[start + 7 :], f"{start} {'-+'[i % 2]}"))
    bank = unit_bank(model, given_background(planted))
    unit, blind = bank.unit(1), bank.unit(2)
    assert unit.motif is not None
    assert unit.motif.consensus == SITE
    assert {context.bases for context in unit.contexts} == {SITE}
    assert {(f"{c.start} {c.strand}", c.end - c.start) for c in unit.contexts} <= {(one.name, 7) for one in planted}
    assert unit.largest == pytest.approx(7 * 0.75)
    assert (unit.held_out, unit.other_strand) == (1.0, 1.0)
    assert unit.partner == 1  # both strands are read by the same weights
    assert unit.likeness == pytest.approx(1)
    assert unit.selectivity == pytest.approx(_selectivity(model, planted))
    assert blind.motif is None
    assert blind.selectivity == 0
    assert "same number everywhere" in blind.sentence
    assert [row["drive"] for row in context_table(bank, [unit])] == pytest.approx([7 * 0.75] * 20)
    assert to_frame(bank).unit.tolist() == [1, 2]


def _selectivity(model: NetModel, records: list[Sequence]) -> float:
    """The best drives of 20 records in standard deviations, from places whose seven bases lie inside."""
    drives = np.stack([drives_by_hand(model, one)[:, 3:57] for one in records])
    best = np.sort(drives.max((1, 2)))[-20:].mean()
    return float((best - drives.mean()) / drives.std())


def test_a_random_network_is_the_control(model: NetModel) -> None:
    """Random second layers of random records: nothing stands out, and that is said."""
    bank = unit_bank(model, random_background(model.card, n=60), "net.join")
    assert bank.random.shape == (3,)
    assert bank.units[0].line == pytest.approx(np.quantile(bank.random, 0.95))
    assert bank.selective == sum(one.selectivity > one.line for one in bank.units)
    assert [one.selectivity for one in bank.units] == sorted((one.selectivity for one in bank.units), reverse=True)
    for one in bank.units:
        assert one.verdict.startswith("more" if one.beats_control else "no more")
        assert one.verdict in one.sentence
    with pytest.raises(BadInput, match="39 records"):
        unit_bank(model, random_background(model.card, n=39))
    with pytest.raises(BadModel, match="no layer with units"):  # counted words are no units
        find_layer(load_model("kmer.ecoli"))


def test_the_map_of_a_unit_is_that_of_its_weights(model: NetModel) -> None:
    """On the minus strand: a base of the site is worth 1, and every other one of its place nothing."""
    reverse = Sequence(SITE).reverse_complement().bases
    found = unit_map(model, Sequence("C" * 20 + reverse + "C" * 33), 1)
    expected = np.zeros((4, LENGTH))
    expected[:, 20:27] = encode(reverse)[0].numpy() - 1
    assert found.delta == pytest.approx(expected, abs=1e-5)
    assert found.value == pytest.approx(7 * 0.75)
    with pytest.raises(BadInput, match="Unit 3"):
        unit_map(model, found.sequence, 3)


def test_windows_are_moved_onto_each_other() -> None:
    """A site one or two bases off its place: what pooling does."""
    rng = np.random.default_rng(0)
    records = []
    for i in range(30):
        letters = rng.choice(list("ACGT"), 30)
        letters[10 + i % 3 : 17 + i % 3] = list(SITE)
        records.append(Sequence("".join(letters)))
    codes, n = codes_of(records), np.arange(30)
    wide = cut(codes, n, np.full(30, 8), np.zeros(30, bool), 11)
    shift = moved(wide, 2, np.full(4, 0.25))
    assert len(set((shift - n % 3).tolist())) == 1  # all by as much, up to one place for all
    turned = cut(codes, n[:1], np.array([26]), np.array([True]), 8)[0]
    assert turned.tolist() == [4] * 4 + [3 - code for code in codes[0, 29:25:-1]]


def test_records_are_kept_aside_by_the_chromosomes_of_the_card() -> None:
    card = get_card("bpnet.yeast")
    assert "chrVIII" in card.split

    def window(chrom: str, i: int) -> Sequence:
        return Sequence("ACGT" * 10, f"{chrom} {i}", Locus(chrom, 100 * i, 100 * i + 40, "+", "sacCer3"))

    seen = [window("chrIV", i) for i in range(30)]
    held = [window("chrVIII", i) for i in range(20)]
    aside, words = kept_aside((*seen, *held), card)
    assert aside.tolist() == [False] * 30 + [True] * 20
    assert "never saw (chrVIII)" in words
    aside, words = kept_aside(tuple(seen + [window("chrII", i) for i in range(25)]), card)
    assert aside.tolist() == [False] * 30 + [True] * 25
    assert words == "the records on half of the chromosomes"
    same, words = kept_aside((Sequence("ACGTTGCA" * 5),) * 4, card)  # relatives stay together
    assert len(set(same.tolist())) == 1
    assert words == "half of the records"


def test_a_blurred_logo_is_compared_like_a_sharp_one(model: NetModel) -> None:
    even = (0.25, 0.25, 0.25, 0.25)
    rows = np.full((13, 4), 0.25)
    rows[3:10] = 0.2 + 0.2 * encode(SITE)[0].numpy().T  # 0.4 for the site's base: 0.08 bits
    blurred = core(Motif.from_counts("blurred", rows * 100, pseudocount=0), even)
    assert blurred is not None
    assert (len(blurred), blurred.consensus) == (7, SITE)
    assert blurred.information() == pytest.approx(np.full(7, 1.5), abs=0.01)
    assert core(Motif.from_counts("flat", np.full((9, 4), 25.0), pseudocount=0), even) is None
    # A logo of the records' own composition says nothing either.
    skewed = (0.4, 0.1, 0.1, 0.4)
    assert core(Motif.from_counts("skewed", np.tile([40.0, 10, 10, 40], (9, 1)), pseudocount=0), skewed) is None
    assert Nearest(None, 1.0, 48).sentence.startswith("Its logo says too little")


def test_the_site_of_the_toy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genoviz.units.naming.closest_motifs", lambda card: collection(("insects",)))
    toy = load_model("toy.sum")
    bank = unit_bank(toy, random_background(toy.card, n=200))
    assert sum(composition(bank)) == pytest.approx(1)
    (found,) = nearest(bank, bank.units)
    assert found.match is not None
    assert "GATA" in found.label
    assert found.units == len(bank.random_motifs) == 1
