"""The curated examples: each model answers to what was written into its constructs."""

from __future__ import annotations

import pytest

from genoviz.lessons.examples import EXAMPLES, construct
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.words import percentiles
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_written_sites_are_recognised(example) -> None:
    """Blanking the written sites lowers the output, which stands high among sequences without them."""
    model = load_model(example.model)
    output = next(o for o in model.card.outputs if example.track in o.tracks)
    target = Target(output.name, (example.track,))
    blank = list(example.sequence.bases)
    for site in example.sites:
        blank[site.start : site.end] = "N" * (site.end - site.start)
    value = target_value(model, example.sequence, target)
    assert value - target_value(model, Sequence("".join(blank)), target) > 0.8
    assert max(percentiles(model.card, example.track, value).values()) > 95


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_lengths_and_labels(example) -> None:
    assert len(example.sequence) == load_model(example.model).card.length
    assert example.sequence.name.startswith("synthetic: ")


def test_construct_by_hand() -> None:
    text = construct(12, (2, "GATTACA"), gc=0.0, seed=1)
    assert text[2:9] == "GATTACA"
    assert set(text[:2] + text[9:]) <= {"A", "T"}
    assert text == construct(12, (2, "GATTACA"), gc=0.0, seed=1)
