"""Clusters of explanations: a network whose ways of reading are known, groups that are apart, batches against one by one."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from genoviz.attribute.attribution import attribute
from genoviz.compare.grouping import grouped, number_of_groups, silhouette
from genoviz.compare.many import CHUNK, explain_many, shared_reference
from genoviz.compare.mechanisms import draw_mutants, letters_of, mechanisms
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

FIRST, SECOND = 10, 40  # where the two sites stand
SEQUENCE = Sequence("C" * FIRST + "GATAAGGA" + "C" * (SECOND - FIRST - 8) + "GATAAGGA" + "C" * (60 - SECOND - 8))


class Fallback(nn.Module):
    """max(matches at the first site, matches at the second - 1.5): the second counts when the first is spoilt by two."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        site = torch.tensor(["ACGT".index(base) for base in "GATAAGGA"])
        one, two = (X[:, site, torch.arange(place, place + 8)].sum(1) for place in (FIRST, SECOND))
        return torch.maximum(one, two - 1.5)[:, None]


def fallback() -> NetModel:
    return NetModel(Fallback(), replace(get_card("toy.sum"), name="toy.fallback")).eval()


def test_with_the_first_site_destroyed_the_network_falls_back_on_the_second() -> None:
    found = mechanisms(fallback(), SEQUENCE, method="inputxgradient", mutants=400, rate=0.15)
    matches = [(found.letters == letters_of(SEQUENCE))[:, p : p + 8].sum(1) for p in (FIRST, SECOND)]
    second = matches[1] - 1.5 > matches[0]
    assert len(found.clusters) == 2
    assert ((found.labels == found.as_given) == ~second).all()  # every mutant is where it belongs
    other = found.clusters[1 - found.as_given]
    assert other.lost == (FIRST, FIRST + 8)
    assert other.gained == (SECOND, SECOND + 8)
    assert other.hit == 1
    changed = found.letters != letters_of(SEQUENCE)
    assert other.hit_elsewhere == pytest.approx(changed[~second, FIRST : FIRST + 8].any(1).mean())
    assert other.value == pytest.approx((matches[1] - 1.5)[second].mean())
    assert "the model falls back on bases 41-48 (GATAAGGA)" in found.sentence
    assert found.says(found.as_given).startswith("Read as the sequence itself")
    again = mechanisms(fallback(), SEQUENCE, method="inputxgradient", mutants=400, rate=0.15)
    assert (again.labels == found.labels).all()


def test_a_stopped_run_keeps_its_mutants() -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    found = mechanisms(fallback(), SEQUENCE, method="inputxgradient", mutants=400, rate=0.15, progress=stop)
    whole = mechanisms(fallback(), SEQUENCE, method="inputxgradient", mutants=400, rate=0.15)
    assert (found.complete, whole.complete) == (False, True)
    assert len(found.letters) == len(found.labels) == 2 * CHUNK - 1  # one row is the sequence itself
    np.testing.assert_array_equal(found.scores, whole.scores[: len(found.scores)])
    assert found.sentence.startswith("127 mutants are read in 2 ways.")
    with pytest.raises(Cancelled):
        mechanisms(fallback(), SEQUENCE, method="ablation", mutants=400, progress=cancelled)


def cancelled(share: float) -> None:
    raise Cancelled


def test_mutants_are_drawn_as_said() -> None:
    drawn = draw_mutants(SEQUENCE, 500, rate=0.2, seed=1)
    changed = (drawn != letters_of(SEQUENCE)).mean()
    assert 0.18 < changed < 0.22
    assert drawn.max() == 3
    unknown = Sequence("N" + SEQUENCE.bases[1:])
    assert (draw_mutants(unknown, 50)[:, 0] == 4).all()
    with pytest.raises(BadInput, match="20 mutants"):
        mechanisms(fallback(), SEQUENCE, mutants=20)


def test_groups_that_are_far_apart_are_found_and_counted() -> None:
    rng = np.random.default_rng(0)
    true = np.repeat([0, 1, 2], [50, 30, 20])
    rows = np.array([[0.0, 0], [9, 0], [0, 9]])[true] + rng.normal(size=(100, 2))
    assert number_of_groups(rows) == 3
    assert (grouped(rows, 3) == true).all()  # the largest is group 0
    assert silhouette(rows, true) > 0.7
    assert number_of_groups(np.ones((10, 3))) == 1
    assert number_of_groups(rng.normal(size=(100, 40))) == 1  # nothing stands apart


def test_many_together_are_each_by_itself() -> None:
    """DeepLIFT in one batch with the roles swapped, and gradients, against `attribute`; also next to an N."""
    model, target = load_model("tfbind.encode10"), Target("binding", ("GABPA",))
    rng = np.random.default_rng(0)
    sequences = [Sequence("".join(rng.choice(list("ACGT"), 101))) for _ in range(3)]
    sequences.append(Sequence("N" * 5 + sequences[0].bases[5:]))
    many = explain_many(model, sequences, target)
    reference = shared_reference(sequences)
    for i, sequence in enumerate(sequences):
        unknown = list(sequence.ambiguous)
        own = reference.clone()
        own[:, unknown] = encode(sequence)[0][:, unknown]
        difference = many.values[i] - float(target.of(model)(own[None]).detach()[0])
        assert np.nansum(many.scores[i]) == pytest.approx(difference, abs=1e-4)  # scores add up
        quick = explain_many(model, [sequence], target, "inputxgradient")
        alone = attribute(model, sequence, target, "inputxgradient")
        np.testing.assert_allclose(quick.scores[0], alone.per_base, atol=1e-6)
        assert quick.values[0] == pytest.approx(alone.value)
    assert np.isnan(many.scores[3, :5]).all()
    even = Sequence("ACGT" * 25 + "A")  # its own GC share is nearly that of the reference of it alone
    one = explain_many(model, [even], target, "deeplift")
    np.testing.assert_allclose(one.scores[0], attribute(model, even, target, "deeplift").per_base, atol=1e-5)
