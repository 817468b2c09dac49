"""Double mutants: by hand on the hand-set networks, against a loop over edited text, cancelling."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.errors import BadInput, Cancelled
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A
from genoviz.mutagenesis.epistasis import count_pairs, epistasis
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

TARGET = Target("activity", ("activity",))
ONE_SITE = Sequence("T" * 27 + SITE_A + "T" * 27, "one site")


def test_a_site_with_a_threshold_by_hand() -> None:
    """Six matches count 3, five 2, four 1, three or fewer 0: two losses add up. After three they could not."""
    found = epistasis(load_model("toy.sum"), TARGET, Sequence(SITE_A.center(60, "N")), window=(27, 33))
    assert found.value == 3
    off = ~np.eye(6, dtype=bool)
    observed = np.array([[b == base for b in SITE_A] for base in BASES])
    both = found.interaction.transpose(1, 3, 0, 2)[off].reshape(30, 16)
    assert (both == 0).all()
    assert found.double[0, 0, 0, 1] == 3 * 0 - 1  # G1A alone: A2 is observed
    assert found.double[0, 0, 1, 1] == -2
    assert (found.single[observed] == 0).all()
    assert "No two changes" in found.sentence
    # GATTCG has four matches: losing one more leaves three (0), losing two also 0. Each costs 1, both together 1.
    weak = epistasis(load_model("toy.sum"), TARGET, Sequence("GATTCG".center(60, "N")), window=(27, 33))
    assert weak.value == 1
    assert weak.interaction[1, 0, 1, 1] == 1  # C, C at the first two bases
    # Mending the two wrong bases: +1 each and +2 together.
    assert weak.interaction[0, 3, 0, 4] == 0
    assert weak.four(27, "C", 28, "C") == (1, 0, 0, 0)
    assert "+1 beyond their sum" in weak.sentence


@pytest.mark.parametrize("name", ["toy.and", pytest.param("tfbind.encode10", marks=pytest.mark.long)])
def test_against_a_loop(name: str) -> None:
    model = load_model(name)
    target = TARGET if name == "toy.and" else Target.parse("GABPA", model.card)
    output, track = target.output, target.tracks[0]
    base = "TTGACCGGAAGTGTNCATCACGTGACGATAAGTT"
    sequence = Sequence((base * 4)[: model.card.length])
    window = (5, 17)
    found = epistasis(model, target, sequence, window=window)
    texts, cells = [sequence.bases], []
    for i in range(*window):
        for j in range(i + 1, window[1]):
            for a in BASES:
                for b in BASES:
                    cells.append((i - 5, BASES.index(a), j - 5, BASES.index(b)))
                    letters = list(sequence.bases)
                    letters[i], letters[j] = a, b
                    texts.append("".join(letters))
    rows = predict(model, [Sequence(t) for t in texts], scale="logit")
    index = model.card.output(output).index(track)
    values = [float(row[output].values[index, 0]) for row in rows]
    n_at = sequence.bases.index("N") - 5
    for (i, x, j, y), value in zip(cells, values[1:], strict=True):
        if n_at in (i, j):
            assert np.isnan(found.double[x, i, y, j])
            continue
        assert found.double[x, i, y, j] == close(value - values[0], beside=values)
        assert found.double[y, j, x, i] == found.double[x, i, y, j]
    alone = saturate(model, sequence, target, window=window).delta[:, 5:17]
    assert np.array_equal(found.single, alone, equal_nan=True)
    strongest, bases = found.strongest
    assert np.isnan(np.diag(strongest)).all()
    i, j = map(int, np.unravel_index(np.nanargmax(np.abs(strongest)), strongest.shape))
    assert found.interaction[bases[0, i, j], i, bases[1, i, j], j] == strongest[i, j]
    assert np.nanmax(np.abs(found.interaction)) == abs(strongest[i, j])


def test_cost_and_progress() -> None:
    shares: list[float] = []
    epistasis(load_model("toy.sum"), TARGET, ONE_SITE, window=(20, 30), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert count_pairs(ONE_SITE, (20, 30)) == 9 * 45
    assert count_pairs(Sequence("ANNC"), (0, 4)) == 9


def test_cancelling_keeps_what_is_done() -> None:
    def progress(share: float) -> None:
        if share > 0.4:
            raise Cancelled

    found = epistasis(load_model("toy.sum"), TARGET, ONE_SITE, window=(20, 30), progress=progress)
    assert not found.complete
    assert np.isfinite(found.double[:, 0, :, 1]).all()
    assert np.isnan(found.double[:, 8, :, 9]).all()


@pytest.mark.parametrize("window", [(0, 61), (0, 1), (-1, 5), (55, 61)])
def test_refusals(window: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="2 to 60"):
        epistasis(load_model("toy.sum"), TARGET, ONE_SITE, window=window)
