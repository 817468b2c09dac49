"""Dependency maps: a hairpin worked out by hand, hiding one word at a time as second implementation, and stems."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from genoviz.dependency import count_passes, dependency
from genoviz.dependency.dependency_map import Dependency, log_odds
from genoviz.dependency.stems import PAIRS, blocks, stems
from genoviz.dependency.tables import cell_table, dependency_record, dependency_table
from genoviz.errors import BadInput, Cancelled
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.epistasis import epistasis
from genoviz.networks.gpn import GPN, GPNConfig
from genoviz.networks.tokens import MaskedLanguageModel
from genoviz.sequences.sequence import Sequence
from tests.language_models import OTHER, PAIRED, HairpinModel

TEXT = "ACCGTTGCAAGG"
CHANGE = np.log2(PAIRED / (1 - PAIRED)) - np.log2(OTHER / (1 - OTHER))  # from expected to not


def hairpin(window: tuple[int, int] = (0, 12)) -> Dependency:
    return dependency(HairpinModel(12), Sequence(TEXT), window=window)


def test_only_partners_depend_on_each_other() -> None:
    found = hairpin().map
    expected = np.zeros((12, 12))
    expected[range(12), range(11, -1, -1)] = CHANGE
    expected[range(12), range(12)] = np.nan
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_four_by_four_table() -> None:
    found = hairpin((0, 12))
    table = found.table(0, 11)  # an A at base 1: a T is expected at base 12
    expected = np.zeros((4, 4))
    for a in (1, 2, 3):
        expected[a, 3], expected[a, 3 - a] = -CHANGE, CHANGE
    np.testing.assert_allclose(table, expected, atol=1e-5)
    row = cell_table(found, 0, 11)[1]
    assert row["base 1"] == "C"
    assert row["p(G) at 12"] == pytest.approx(PAIRED)
    assert cell_table(found, 0, 11)[0]["base 1"] == "A (as it is)"


def test_in_words_and_rows() -> None:
    found = hairpin((0, 12))
    assert found.strongest is not None
    assert sum(found.strongest) == 13
    assert "0.7 instead of 0.1" in found.sentence or "0.1 instead of 0.7" in found.sentence
    rows = dependency_table(found)
    assert len(rows) == 12 * 11
    assert max(float(str(row["dependency"])) for row in rows) == pytest.approx(CHANGE)
    record = dependency_record(HairpinModel(12).card, found, name="x")
    assert record["map"][0][0] is None
    assert record["window"] == "1-12"


def test_a_part_of_the_map_is_the_map_of_the_part() -> None:
    np.testing.assert_array_equal(hairpin((3, 9)).change, hairpin().change[:, 3:9, :, 3:9])


def test_ambiguous_letters_and_a_stop() -> None:
    found = dependency(HairpinModel(12), Sequence("ACCNTTGCAAGG"), window=(0, 12))
    assert np.isnan(found.map[3]).all()
    assert np.isnan(found.map[:, 3]).all()

    def stop(done: float) -> None:
        raise Cancelled

    stopped = dependency(HairpinModel(12), Sequence(TEXT), window=(0, 12), progress=stop)
    assert not stopped.complete


def test_rows_appear_as_they_are_done_and_stay_after_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five changed sequences at once, three for a base: after the first five one base is done, and the second is not."""
    monkeypatch.setattr("genoviz.dependency.dependency_map.rows_at_once", lambda length: 5)
    monkeypatch.setattr("genoviz.dependency.dependency_map.EVERY", 0.0)
    seen: list[Dependency] = []
    whole = dependency(HairpinModel(12), Sequence(TEXT), window=(0, 12), so_far=seen.append)
    done = [int(np.isfinite(one.map).any(1).sum()) for one in seen]
    assert done == [1, 3, 5, 6, 8, 10, 11, 12]
    for one, rows in zip(seen, done, strict=True):
        assert not one.complete
        np.testing.assert_array_equal(one.map[:rows], whole.map[:rows])

    def stop(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    stopped = dependency(HairpinModel(12), Sequence(TEXT), window=(0, 12), progress=stop)
    np.testing.assert_array_equal(stopped.map[:5], whole.map[:5])
    assert np.isnan(stopped.map[5:]).all()


def test_no_word_is_hidden_with_the_changed_one() -> None:
    """Against one pass per pair of places: seven bases apart would otherwise be hidden together, and never depend."""
    torch.manual_seed(0)
    net = GPN(GPNConfig(hidden_size=8, n_layers=2, kernel_size=9, dilation_cycle=2))
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    model = MaskedLanguageModel(net, HairpinModel(20).card).eval().requires_grad_(False)
    sequence = Sequence("ACGTTGCATTACCCGGATCC")
    found = dependency(model, sequence, window=(2, 16))
    assert count_passes(model, sequence, (2, 16)) == 4 * 14

    def hidden(i: int, a: int, j: int) -> np.ndarray:  # the places that are hidden with j, all but i
        X = encode(sequence)
        X[0, :, i] = torch.eye(4)[a]
        for k in range(j % 7, 20, 7):
            if k != i:
                X[0, :, k] = 0
        return log_odds(net.log_probabilities(X, slice(j, j + 1))[0, 0].exp().numpy())

    for i, j in ((5, 12), (9, 4)):
        own = "ACGT".index(sequence.bases[i])
        expected = np.stack([hidden(i, a, j) - hidden(i, own, j) for a in range(4)])
        np.testing.assert_allclose(found.table(i, j), expected, atol=2e-4)
    assert found.map[3, 10] > 0.01  # seven apart


def test_other_models_give_the_interactions() -> None:
    model = load_model("toy.and")
    sequence = Sequence("T" * 20 + "GATAAG" + "TTTTT" + "CACGTG" + "T" * (model.card.length - 37))
    found = dependency(model, sequence, window=(20, 37))
    pairs = epistasis(model, Target.default(model.card), sequence, window=(20, 37))
    np.testing.assert_array_equal(found.map, np.abs(pairs.strongest[0]))
    assert found.probabilities is None
    assert "together differ" in found.sentence


@pytest.mark.parametrize("window", [(0, 1), (-1, 5), (5, 13)])
def test_windows_that_do_not_fit(window: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="2 to 300 bases inside 1 to 12"):
        hairpin(window)


def noise(width: int, lines: dict[tuple[int, int], float]) -> Dependency:
    draw = np.random.default_rng(0)
    change = draw.random((4, width, 4, width)).astype(np.float32)
    for (i, j), value in lines.items():
        change[0, i, 0, j] = change[0, j, 0, i] = value
    change[:, range(width), :, range(width)] = np.nan
    bases = "".join(draw.choice(list("ACGT"), width // 2))
    other = bases[::-1].translate(str.maketrans("ACGT", "TGCA"))
    return Dependency(change, None, (10, 10 + width), Sequence("A" * 10 + bases + other), "", "", True)


def test_a_stem_is_found_and_noise_is_not_sure() -> None:
    folded = noise(60, {(5 + k, 54 - k): 2.0 for k in range(7)})
    found, text = stems(folded), folded.sequence.bases[10:]
    assert (found[0].left, found[0].right) == ((15, 22), (58, 65))
    assert found[0].pairs == 7
    can = np.mean([a + b in PAIRS for a in text for b in text])
    assert found[0].chance == pytest.approx(min(5, len(found)) * can**7)
    assert found[0].words == "bases 16-22 with 59-65, 7 of 7 can pair"
    assert all(stem.chance > 0.05 for stem in stems(noise(60, {})))


def test_a_block_is_found() -> None:
    found = noise(60, {(i, j): 3.0 for i in range(30, 38) for j in range(30, i)})
    assert [block[:2] for block in blocks(found)] == [(40, 48)]
    found.change[:, :20] = found.change[:, :, :, :20] = np.nan  # N is no base that depends on nothing
    assert [block[:2] for block in blocks(found)] == [(40, 48)]
