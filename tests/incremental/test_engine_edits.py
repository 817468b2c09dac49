"""Edits: the length rule, joint edits, and what is refused."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from genoviz.errors import BadInput
from genoviz.incremental import Edit
from genoviz.incremental.edits import apply_edits, columns_of
from tests.incremental.engine_networks import incremental_plan, relative_error, sequence


def text(x: Tensor) -> str:
    return "".join("ACGT"[int(column.argmax())] if column.sum() else "N" for column in x.t())


@pytest.mark.parametrize(
    ("edits", "flank", "expected"),
    [
        ([Edit(2, 3, "A")], "", "ACATACGT"),
        ([Edit(2, 3, "N")], "", "ACNTACGT"),
        ([Edit(0, 2, "TT"), Edit(7, 8, "A")], "", "TTGTACGA"),
        ([Edit(2, 4, "")], "", "ACACGTNN"),
        ([Edit(2, 4, "")], "GGG", "ACACGTGG"),
        ([Edit(2, 4, "")], "G", "ACACGTGN"),
        ([Edit(2, 2, "TT")], "", "ACTTGTAC"),
        ([Edit(8, 8, "TT")], "", "ACGTACGT"),
        ([Edit(0, 0, "TT")], "GG", "TTACGTAC"),
        ([Edit(1, 2, ""), Edit(4, 4, "G")], "", "AGTGACGT"),
        ([Edit(4, 4, "G"), Edit(1, 2, "")], "", "AGTGACGT"),
        ([Edit(6, 8, "")], "", "ACGTACNN"),
        ([Edit(1, 4, "T")], "CC", "ATACGTCC"),
    ],
)
def test_length_rule(edits: list[Edit], flank: str, expected: str) -> None:
    assert text(apply_edits(columns_of("ACGTACGT"), edits, flank=flank)) == expected


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(5, 9, "")],
        [Edit(-1, 0, "A")],
        [Edit(3, 2, "A")],
        [Edit(1, 2, "X")],
        [Edit(1, 2, "a")],
        [Edit(1, 4, "A"), Edit(3, 5, "A")],
        [Edit(2, 2, "A"), Edit(2, 2, "C")],
    ],
)
def test_bad_edits_are_refused(edits: list[Edit]) -> None:
    made = incremental_plan(nn.Sequential(nn.Conv1d(4, 3, 3), nn.Flatten()), 8)
    reference = made.reference(columns_of("ACGTACGT"))
    with pytest.raises(BadInput) as caught:
        reference.edits([edits])
    assert caught.value.read
    assert caught.value.fix
    with pytest.raises(BadInput, match="flank"):
        reference.edits([[Edit(0, 1, "")]], flank="AX")


def test_bad_sequences_and_ranges_are_refused() -> None:
    made = incremental_plan(nn.Sequential(nn.Conv1d(4, 3, 3), nn.Flatten()), 8)
    x = columns_of("ACGTACGT")
    for wrong in (x[:, :7], x.t(), x.double(), x.repeat(2, 1, 1), x / 0):
        with pytest.raises(BadInput):
            made.reference(wrong)
    reference = made.reference(x[None])
    for start, end in ((-1, 3), (0, 9), (4, 4), (5, 3)):
        with pytest.raises(BadInput):
            reference.saturate(start, end)
    with pytest.raises(BadInput, match="outputs"):
        incremental_plan(nn.Conv1d(4, 3, 3), 8).reference(x)


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv1d(4, 9, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool1d(3),
        nn.Conv1d(9, 9, 3),
        nn.GELU(),
        nn.Flatten(),
        nn.Linear(162, 2),
    )


def test_pairs_equal_plain_computation() -> None:
    """Pairwise mutants near and far, as for epistasis; one alone equals the map's cell."""
    model, x = network().eval(), sequence(60)
    made = incremental_plan(model, 60)
    reference = made.reference(x)
    pairs = [(Edit(p, p + 1, a), Edit(q, q + 1, b)) for p, q in ((0, 1), (10, 14), (20, 34), (0, 59), (50, 59))
             for a in "ACGT" for b in "ACGT"]  # fmt: skip
    with torch.no_grad():
        expected = model(torch.stack([apply_edits(x, pair) for pair in pairs]))
    assert relative_error(reference.edits(pairs), expected) < 1e-5
    singles = [(Edit(p, p + 1, base),) for base in "ACGT" for p in range(60)]
    assert relative_error(reference.edits(singles).view(4, 60, 2), reference.saturate()) < 1e-5


def test_no_edits_and_no_change() -> None:
    made = incremental_plan(network().eval(), 60)
    x = sequence(60)
    reference = made.reference(x)
    assert reference.edits([]).shape == (0, 2)
    letter = "ACGT"[int(x[:, 7].argmax())]
    torch.testing.assert_close(reference.edits([(), (Edit(7, 8, letter),)]), reference.value.expand(2, -1))


def test_reference_base_is_the_reference_value() -> None:
    x = sequence(60, unknown=(5,))
    reference = incremental_plan(network().eval(), 60).reference(x)
    cells = reference.saturate().permute(1, 0, 2)
    for position in range(60):
        if position != 5:
            assert torch.equal(cells[position, int(x[:, position].argmax())], reference.value)
    assert not any(torch.equal(cells[5, base], reference.value) for base in range(4))


def test_soft_columns() -> None:
    """A column of probabilities is replaced as a whole."""
    model, x = network().eval(), sequence(60)
    x[:, 30] = torch.tensor([0.5, 0.25, 0.125, 0.125])
    made = incremental_plan(model, 60)
    result = made.reference(x).saturate(25, 40)
    for base in range(4):
        changed = x.clone()
        changed[:, 30] = 0
        changed[base, 30] = 1
        with torch.no_grad():
            assert relative_error(result[base, 5], model(changed[None])[0]) < 1e-5
