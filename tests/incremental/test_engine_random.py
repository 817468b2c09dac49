"""Random networks, lengths and edits (hypothesis) against plain computation."""

from __future__ import annotations

import random

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genoviz.incremental import Edit
from genoviz.incremental.edits import apply_edits
from tests.incremental.engine_networks import (
    RandomNetwork,
    incremental_plan,
    plain_map,
    plain_occlusion,
    relative_error,
    sequence,
)

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(seed=st.integers(0, 10**6), block=st.sampled_from([1, 7, 40, None]), unknown=st.booleans(), cut=st.booleans())
def test_random_network_is_exact(seed: int, block: int | None, unknown: bool, cut: bool) -> None:
    network = RandomNetwork(seed)
    length = network.input_length
    x = sequence(length, seed, (1, length - 1) if unknown else ())
    made = incremental_plan(network, length)
    reference = made.reference(x)
    assert made.program is not None, made.explain()
    if block is not None:
        made.program.edits_per_block = lambda memory: block  # type: ignore[method-assign]
    start, end = (2, length - 3) if cut else (0, length)
    assert relative_error(reference.saturate(start, end), plain_map(network, x, start, end)) < 1e-4, made.explain()
    assert relative_error(reference.occlude(), plain_occlusion(network, x)) < 1e-4


def random_edit(draw: random.Random, length: int) -> Edit:
    start = draw.randrange(length)
    kind = draw.choice(["substitution", "substitution", "block", "deletion", "insertion"])
    size = draw.randint(1, min(5, length - start))
    letters = "".join(draw.choice("ACGTN") for _ in range(size))
    if kind == "substitution":
        return Edit(start, start + 1, letters[0])
    if kind == "block":
        return Edit(start, start + size, letters)
    return Edit(start, start + size, "") if kind == "deletion" else Edit(start, start, letters)


@SETTINGS
@given(seed=st.integers(0, 10**6), flank=st.sampled_from(["", "ACG", "ACGTACGT"]))
def test_random_edit_sets_are_exact(seed: int, flank: str) -> None:
    draw = random.Random(seed)
    network = RandomNetwork(seed)
    length = network.input_length
    x = sequence(length, seed)
    sets: list[tuple[Edit, ...]] = [()]
    for _ in range(12):
        chosen: list[Edit] = []
        for edit in (random_edit(draw, length) for _ in range(draw.randint(1, 3))):
            if all(edit.end < other.start or other.end < edit.start for other in chosen):
                chosen.append(edit)
        sets.append(tuple(chosen))
    made = incremental_plan(network, length)
    result = made.reference(x).edits(sets, flank=flank)
    with torch.no_grad():
        expected = network(torch.stack([apply_edits(x, edits, flank=flank) for edits in sets])).reshape(len(sets), -1)
    assert relative_error(result, expected) < 1e-4, made.explain()
