"""What the engine keeps of one reference sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from torch import Tensor

from genoviz.incremental.edits import letters_of
from genoviz.incremental.nodes import Node, span_of
from genoviz.incremental.windows import Padded

T = TypeVar("T")


class Activations:
    """Everything the engine keeps of one reference sequence.

    Parameters
    ----------
    sequence : Tensor
        (4, length).
    values : dict of int to Tensor
        Results of the operations that rules read, by the nodes' indices and without the batch axis.

    Notes
    -----
    Copies, and what is derived from them, are made when a rule first asks. Two threads may make the same; either will do.
    """

    def __init__(self, sequence: Tensor, values: dict[int, Tensor]) -> None:
        self.sequence, self.values = sequence, {**values, 0: sequence}
        self.letters = letters_of(sequence)
        self.is_hard = bool(((self.letters < 4) | (sequence == 0).all(0)).all())
        self._padded: dict[tuple[int, str], Padded] = {}
        self._derived: dict[tuple[int, Any], Any] = {}

    def channels_last(self, node: Node) -> Tensor:
        """(length, channels) of a windowed node."""
        while len(node.shape or ()) == 1 and span_of(node).layout != "L":
            node = node.sources[0]  # flattened for a linear map
        return span_of(node).channels_last(self.values[node.index])

    def padded(self, node: Node, part: str) -> Padded:
        """The node's activation (`value`), its negative part (`low`), or minus its positive part (`high`)."""
        found = self._padded.get((node.index, part))
        if found is None:
            if part == "value":
                span = span_of(node)
                # Views of a run reach past both ends by at most a window, a block and the pooling windows around it.
                margin = 48 + span.width + 3 * max([1] + [getattr(user.rule, "stride", 1) for user in node.users])
                left, right = margin + max(0, -span.offset), margin + max(0, span.offset) + -(-256 // span.stride)
                found = Padded(self.channels_last(node), left, right)
            else:
                value = self.padded(node, "value")
                found = value.map(None, 0.0, False) if part == "low" else value.map(0.0, None, True)
            self._padded[node.index, part] = found
        return found

    def derived(self, node: Node, make: Callable[[Tensor], T]) -> T:
        """What `make` computes from the (length, channels) of a windowed node, once."""
        return self.derived_as(node, make, make)

    def derived_as(self, node: Node, key: object, make: Callable[[Tensor], T]) -> T:
        """Likewise, where `make` is another function each time; `key` says which."""
        found: T | None = self._derived.get((node.index, key))
        if found is None:
            found = self._derived[node.index, key] = make(self.channels_last(node))
        return found
