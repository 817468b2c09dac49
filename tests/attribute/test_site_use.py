"""Hits beside attributions: planted scores, and how often noise is called used."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.attribute.site_use import SHUFFLES, explain_hits, shuffled_attributions, unexplained
from genoviz.attribute.tables import use_table
from genoviz.errors import BadInput
from genoviz.motifs.collection import find
from genoviz.motifs.scan import Hit
from genoviz.sequences.sequence import Sequence


def hit(start: int, end: int) -> Hit:
    return Hit(find("CTCF"), start, end, "+", 15.0, 1e-6, 1e-3)


def noise(length: int = 200, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, length)


def planted() -> np.ndarray:
    """Noise with 1 per base at 50-60, -1 at 90-100 and 1 at 140-149, and a nan where an N would be."""
    scores = noise()
    scores[50:60] += 1
    scores[90:100] -= 1
    scores[140:149] += 1
    scores[5] = np.nan
    return scores


@pytest.mark.parametrize("null", [None, np.stack([noise(200, seed) for seed in range(10, 40)])])
def test_used_unused_and_unexplained(null: np.ndarray | None) -> None:
    raising, lowering, idle = hit(50, 60), hit(90, 100), hit(0, 10)
    uses = explain_hits([raising, lowering, idle], planted(), null=null)
    assert [use.verdict for use in uses] == [
        "predicted site, used by the model",
        "predicted site, used by the model",
        "predicted site, not used by the model",
    ]
    assert uses[0].attribution == pytest.approx(10, abs=1)
    assert uses[1].attribution == pytest.approx(-10, abs=1)
    (left,) = unexplained(planted(), [raising, lowering, idle], null=null)
    assert (left.start, left.end) == (140, 149)
    assert left.attribution == pytest.approx(planted()[140:149].sum())
    assert left.p_value <= 0.05
    assert left.verdict == "used, no known motif"
    assert len(unexplained(planted(), [], null=null)) == 3
    assert unexplained(planted(), [hit(50, 60), hit(90, 100), hit(138, 151)], null=null) == ()


def test_neighbours_of_opposite_sign_stay_apart() -> None:
    scores = noise()
    scores[60:72], scores[72:84] = 1, -1
    first, second = unexplained(scores, [], null=np.stack([noise(seed=s) for s in range(1, 40)]))
    assert (first.start, first.end, second.start, second.end) == (60, 72, 72, 84)
    assert first.attribution > 0 > second.attribution


def test_noise_is_called_used_as_often_as_the_level_says() -> None:
    used = [
        use.used for s in range(40) for use in explain_hits([hit(i, i + 12) for i in range(0, 180, 12)], noise(seed=s))
    ]
    assert 0.002 < np.mean(used) < 0.025  # level 0.01
    finds = [bool(unexplained(noise(seed=s), [])) for s in range(60)]
    assert np.mean(finds) < 0.15  # level 0.05 for a whole sequence


def test_nothing_is_used_where_all_scores_are_equal() -> None:
    for value in (0.0, 0.1):
        (use,) = explain_hits([hit(3, 13)], np.full(50, value))
        assert use.p_value == 1
        assert unexplained(np.full(50, value), []) == ()


def test_same_seed_same_answer() -> None:
    one, two = (explain_hits([hit(50, 60)], planted(), seed=3) for _ in range(2))
    assert one == two


def test_messages() -> None:
    with pytest.raises(BadInput, match="A hit ends at base 60"):
        explain_hits([hit(50, 60)], noise(55))
    with pytest.raises(BadInput, match="shape"):
        explain_hits([], np.zeros((4, 10)))
    with pytest.raises(BadInput, match="shape"):
        explain_hits([], noise(), null=noise())
    with pytest.raises(BadInput, match="level"):
        explain_hits([], noise(), level=1.5)
    with pytest.raises(BadInput, match="At least 19 sequences"):
        unexplained(noise(), [], null=np.stack([noise(seed=s) for s in range(10)]))
    with pytest.raises(BadInput, match="width"):
        unexplained(noise(), [], width=0)
    assert 1 / (1 + SHUFFLES) < 0.05


def test_table() -> None:
    sequence = Sequence("ACGT" * 50)
    (row,) = use_table(explain_hits([hit(50, 60)], planted()), sequence)
    assert row["motif"] == "MA0139.2 CTCF"
    assert row["place"] == "base 51-60"
    assert row["verdict"] == "predicted site, used by the model"


def test_null_of_a_model_and_the_site_that_it_uses() -> None:
    """The CTCF model of the motif scanner uses a planted site; its shuffles set the measure."""
    from genoviz.attribute.attribution import attribute
    from genoviz.models.load import load_model
    from genoviz.models.target import Target
    from genoviz.motifs.scan import scan

    model = load_model("tfbind.encode10")
    rng = np.random.default_rng(1)
    bases = "".join(rng.choice(list("ACGT"), 101))
    sequence = Sequence(bases[:40] + "TGGCCACCAGGGGGCGCTA" + bases[59:])
    target = Target("binding", ("CTCFL",))
    seen: list[float] = []
    null = shuffled_attributions(model, sequence, target, count=3, references=4, progress=seen.append)
    assert null.shape == (3, 101)
    assert seen[-1] == 1
    scores = attribute(model, sequence, target, references=4).per_base
    (use,) = explain_hits(scan(sequence, [find("CTCF")]), scores, null=null)
    assert use.used
    assert use.attribution > 0
