"""Pictures of comparisons hold the numbers of the results."""

import numpy as np

from genoviz.compare.comparison import compare
from genoviz.compare.influence import Influence
from genoviz.compare.mean_map import mean_map
from genoviz.models.load import load_model
from genoviz.plots.compare import MOST_COLUMNS, influence_figure, mean_figure, pairs_figure
from genoviz.plots.palette import colours
from genoviz.sequences.sequence import Sequence

LOOK = colours("colour-safe")
BASES = "C" * 20 + "GATAAG" + "CT" * 17


def test_correlations_and_means() -> None:
    model = load_model("toy.sum")
    found = compare([model], Sequence(BASES), methods=["inputxgradient", "ablation"])
    table = np.array(pairs_figure(found, LOOK).data[0].z)
    assert table[0, 1] == table[1, 0] == found.pairs[0][2].pearson
    means = mean_map(model, [Sequence(BASES)] * 2 + [Sequence("C" * 60)] * 2, labels=["a", "a", "b<i>", "b<i>"])
    figure = mean_figure(means, LOOK)
    assert np.array_equal(figure.data[1].y, means.group("a").mean)
    assert figure.data[1].x[means.at] == 0
    assert "<i>" not in figure.data[3].name


def test_of_many_bases_the_strongest_are_drawn() -> None:
    length = 2 * MOST_COLUMNS
    scores = np.full((3, length), 0.1, dtype=np.float32)
    scores[1, 901] = -5
    places = np.array([[i, i + 1] for i in (10, 20, 30)])
    found = Influence(
        scores, np.zeros(3, dtype=np.float32), places, Sequence("A" * length), "profile", "reads", "logit", "counts", "ablation", 9, 1, True,
    )  # fmt: skip
    drawn, dots = influence_figure(found, LOOK, 2).data
    assert np.array(drawn.z).shape == (3, MOST_COLUMNS)
    assert np.array(drawn.z)[1, 450] == np.float32(-5)
    assert list(drawn.y) == [10, 11, 12]
    assert [row for (row,) in dots.customdata] == [0, 1, 2]
    assert dots.x[0] == 11  # the dot of the bin over base 11
