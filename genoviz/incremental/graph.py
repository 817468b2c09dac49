"""Merge recordings into a graph of operations that can be replayed for any number of sequences.

One recording is of two sequences and one of three. Whatever differs between them depends on the number of sequences: a
size that grows with it is stored as a multiple of it, a constant that grows with it must have equal rows. Anything else
cannot be replayed, and the whole function is then computed plainly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from genoviz.incremental.nodes import GrownConstant, Node, Ref, Rows, leaves, map_tree
from genoviz.incremental.recording import NotRecordable


@dataclass(eq=False)
class Graph:
    """The operations between the sequences and the output, ready to be replayed.

    Attributes
    ----------
    nodes : list of Node
        In order of execution; the first is the input.
    output : Node
        What the function returns.
    """

    nodes: list[Node]
    output: Node
    _versions: list[tuple[Tensor, int]]

    _leaves: dict[int, list[Any]] = field(default_factory=dict)

    def leaves_of(self, node: Node) -> list[Any]:
        """The arguments of a node, kept: every new sequence is compared with them."""
        found = self._leaves.get(node.index)
        if found is None:
            found = self._leaves[node.index] = leaves((node.args, node.kwargs))
        return found

    def is_stale(self) -> bool:
        """Whether a weight was changed in place since the recording."""
        return any(tensor._version != version for tensor, version in self._versions)


def build(two: tuple[list[Node], Node], three: tuple[list[Node], Node]) -> Graph:
    """Merge the recordings with two and with three sequences into a graph for any number of sequences."""
    (nodes, output), (others, other_output) = two, three
    if len(nodes) != len(others) or output.index != other_output.index:
        raise NotRecordable("the operations depend on the number of sequences or on their letters")
    for node, other in zip(nodes, others, strict=True):
        if node.name != other.name:
            raise NotRecordable("the operations depend on the number of sequences or on their letters")
        node.args = _merge(node.args, other.args)
        node.kwargs = _merge(node.kwargs, other.kwargs)
        if isinstance(node.value, Tensor) and isinstance(other.value, Tensor):
            rest = tuple(node.value.shape[1:])
            if tuple(node.value.shape) == (2, *rest) and tuple(other.value.shape) == (3, *rest):
                node.shape = rest
        node.size = _size(other.value) - _size(node.value)
    for node in nodes:
        if isinstance(node.value, Tensor) and node.value.dtype in (torch.float16, torch.bfloat16):
            raise NotRecordable("it computes in reduced precision, which a replay would not repeat")
    if output.shape is None or len(output.shape) > 1:
        raise NotRecordable("the output is not of shape (batch,) or (batch, outputs)")
    live: set[int] = set()
    waiting = [output]
    while waiting:
        node = waiting.pop()
        if node.index not in live:
            live.add(node.index)
            waiting += [nodes[leaf.index] for leaf in leaves((node.args, node.kwargs)) if isinstance(leaf, Ref)]
    kept = [node for node in nodes if node.index in live]
    versions = []
    for node in kept:
        for leaf in leaves((node.args, node.kwargs)):
            if isinstance(leaf, Ref):
                node.sources.append(nodes[leaf.index])
                if node not in nodes[leaf.index].users:
                    nodes[leaf.index].users.append(node)
            elif isinstance(leaf, Tensor) and not leaf.is_inference():
                versions.append((leaf, leaf._version))
        if node.name == "batch_norm" and node.argument(5, "training", False):
            raise NotRecordable("batch norm is in training mode, so sequences of a batch depend on each other")
        if "dropout" in node.name and node.argument(2, "training", node.argument(1, "training", False)) is True:
            raise NotRecordable("dropout is in training mode")
    return Graph(kept, output, versions)


def _size(value: Any) -> int:
    """Entries of a result: of the first tensor where there are several."""
    return next((leaf.numel() for leaf in leaves(value) if isinstance(leaf, Tensor)), 0)


def matches(graph: Graph, recording: tuple[list[Node], Node], rows: int) -> dict[int, Tensor] | None:
    """First row of every result, if a new recording of `rows` sequences has the graph's operations; else None."""
    nodes, output = recording
    if output.index != graph.output.index:
        return None
    values: dict[int, Tensor] = {}
    for node in graph.nodes:
        if node.index >= len(nodes) or nodes[node.index].name != node.name:
            return None
        fresh = nodes[node.index]
        expected = graph.leaves_of(node)
        given = leaves((fresh.args, fresh.kwargs))
        if len(expected) != len(given):
            return None
        if not all(a is b or _agrees(a, b, rows) for a, b in zip(expected, given, strict=True)):
            return None
        if node.shape is not None:
            if not isinstance(fresh.value, Tensor) or tuple(fresh.value.shape) != (rows, *node.shape):
                return None
            values[node.index] = fresh.value[0]
    return values


def _agrees(expected: Any, given: Any, rows: int) -> bool:
    if isinstance(expected, Rows):
        return bool(given == expected.factor * rows)
    if isinstance(expected, GrownConstant):
        return isinstance(given, Tensor) and _same(expected.slice, given.narrow(expected.axis, 0, expected.factor))
    if isinstance(expected, Tensor):
        return isinstance(given, Tensor) and _same(expected, given)
    return bool(expected == given)


def _same(one: Tensor, two: Tensor) -> bool:
    if one is two:
        return True
    if one.shape != two.shape or one.dtype != two.dtype:
        return False
    if one.data_ptr() == two.data_ptr() and one.stride() == two.stride():
        return True
    return torch.equal(one, two)


def _merge(two: Any, three: Any) -> Any:
    if isinstance(two, (tuple, list)) and isinstance(three, (tuple, list)):
        if len(two) != len(three):
            raise NotRecordable("an argument changes its length with the number of sequences")
        merged = [_merge(a, b) for a, b in zip(two, three, strict=True)]
        if isinstance(two, tuple) and hasattr(two, "_fields"):
            return type(two)(*merged)
        return tuple(merged) if isinstance(two, tuple) else merged
    if isinstance(two, dict) and isinstance(three, dict) and two.keys() == three.keys():
        return {key: _merge(two[key], three[key]) for key in two}
    if isinstance(two, slice) and isinstance(three, slice):
        return slice(*(_merge(getattr(two, p), getattr(three, p)) for p in ("start", "stop", "step")))
    if isinstance(two, Tensor) and isinstance(three, Tensor):
        return _merge_tensors(two, three)
    if isinstance(two, int) and isinstance(three, int) and not isinstance(two, bool) and two != three:
        if two % 2 == 0 and two * 3 == three * 2:
            return Rows(two // 2)
        raise NotRecordable("a size depends on the number of sequences in an unknown way")
    if type(two) is not type(three) or two != three:
        raise NotRecordable("an argument depends on the sequences outside the recorded operations")
    return two


def _merge_tensors(two: Tensor, three: Tensor) -> Any:
    if two.shape == three.shape:
        if not _same(two, three):
            raise NotRecordable("a constant depends on the sequences outside the recorded operations")
        return two
    differing = [axis for axis, (a, b) in enumerate(zip(two.shape, three.shape, strict=False)) if a != b]
    if two.dim() != three.dim() or len(differing) != 1:
        raise NotRecordable("a constant changes its shape with the number of sequences")
    axis = differing[0]
    factor = two.shape[axis] // 2
    first = three.narrow(axis, 0, factor) if factor else three
    if factor == 0 or two.shape[axis] != 2 * factor or three.shape[axis] != 3 * factor:
        raise NotRecordable("a constant changes its shape with the number of sequences")
    if not all(
        torch.equal(first, t.narrow(axis, i * factor, factor)) for t, n in ((two, 2), (three, 3)) for i in range(n)
    ):
        raise NotRecordable("a constant differs between the sequences of a batch")
    return GrownConstant(first.clone(), axis, factor)


def resolve(tree: Any, rows: int, lookup: Callable[[int], Any]) -> Any:
    """Arguments for a replay with `rows` sequences; `lookup` gives the result of a node by its index."""

    def one(leaf: Any) -> Any:
        if isinstance(leaf, Ref):
            return lookup(leaf.index)
        if isinstance(leaf, Rows):
            return leaf.factor * rows
        if isinstance(leaf, GrownConstant):
            return torch.cat([leaf.slice] * rows, leaf.axis)
        return leaf

    return map_tree(one, tree)
