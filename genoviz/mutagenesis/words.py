"""What a mutation map shows, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genoviz.sequences.bases import BASES

if TYPE_CHECKING:
    from genoviz.mutagenesis.saturation import Mutagenesis


def strongest_mutations(result: Mutagenesis, n: int = 10) -> list[tuple[str, float]]:
    """The `n` substitutions with the largest |effect|, as (`A57G`, alternate minus reference)."""
    size = np.abs(np.nan_to_num(result.delta))
    order = np.argsort(-size, axis=None, kind="stable")[:n]
    found = []
    for flat in order:
        row, position = np.unravel_index(flat, size.shape)
        if size[row, position] > 0:
            name = f"{result.sequence.bases[position]}{position + 1}{BASES[row]}"
            found.append((name, float(result.delta[row, position])))
    return found


def mutation_sentence(result: Mutagenesis) -> str:
    """What a mutation map shows, in words."""
    computed = int(np.isfinite(result.delta).any(0).sum())
    if not computed:
        return "No substitution was computed."
    top = strongest_mutations(result, 1)
    if not top:
        return f"No substitution at the {computed} computed positions changes the output."
    name, effect = top[0]
    word = "raises" if effect > 0 else "lowers"
    return (
        f"The strongest of the substitutions at {computed} positions, {name}, {word} the output by "
        f"{abs(effect):.3g} {result.unit} (from {result.value:.3g} to {result.value + effect:.3g})."
    )
