"""Record a forward pass as a list of operations that can be replayed for any number of sequences.

The function is run twice under a `TorchFunctionMode`, once with two and once with three sequences. Whatever differs
between the two recordings depends on the number of sequences: a size that grows with it is stored as a multiple of it,
a constant that grows with it must have equal rows. Anything else cannot be replayed, and the whole function is then
computed plainly. Recording costs milliseconds and allows ordinary Python control flow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

if TYPE_CHECKING:
    from .rules import Rule
    from .windows import Span

Function = Callable[[Tensor], Tensor]

# Questions about a tensor that say nothing about its numbers: they may leave the graph as plain Python values.
_METADATA = frozenset({
    "size", "dim", "ndimension", "numel", "nelement", "stride", "__len__", "is_floating_point", "is_complex",
    "element_size", "is_contiguous", "get_device", "storage_offset", "is_inference", "__get__", "is_signed",
    "is_same_size", "type", "__hash__", "_is_view", "is_pinned", "is_nonzero_size", "__repr__",
})  # fmt: skip
_IN_PLACE_OPERATORS = {
    "__iadd__": "add",
    "__isub__": "sub",
    "__imul__": "mul",
    "__itruediv__": "div",
    "__ipow__": "pow",
}
_RANDOM = frozenset({"rand_like", "randn_like", "bernoulli", "multinomial", "normal", "rrelu", "gumbel_softmax"})


class NotRecordable(Exception):
    """The function cannot be replayed operation by operation; the text says why."""


@dataclass(frozen=True)
class Ref:
    """Stands for the result of an earlier node in the arguments of a later one."""

    index: int


@dataclass(frozen=True)
class Rows:
    """An integer that is `factor` times the number of sequences."""

    factor: int


@dataclass(frozen=True, eq=False)
class GrownConstant:
    """A constant with one identical slice per sequence along `axis`, e.g. the initial state of an LSTM."""

    slice: Tensor
    axis: int
    factor: int


@dataclass(eq=False)
class Node:
    """One recorded operation.

    Attributes
    ----------
    index : int
        Place in the recording.
    func : callable or None
        What to call again; None for the input and for `pick` (one element of a tuple result).
    name : str
        Name of the function, e.g. ``conv1d``.
    args, kwargs
        Arguments, with `Ref`, `Rows` and `GrownConstant` where the value depends on the sequences.
    value : Any
        Result in this recording; dropped once the graph is built.
    shape : tuple of int or None
        Shape of the result without its leading batch axis; None if the result has none.
    users, sources : list of Node
        Nodes that read this one; nodes that this one reads.
    rule, span, need
        Set by the program: how edits pass through (None: full computation), the geometry of the window if the result
        has one, and the half-open stretch of positions that the output can see.
    """

    index: int
    func: Callable[..., Any] | None
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    value: Any
    shape: tuple[int, ...] | None = None
    users: list[Node] = field(default_factory=list)
    sources: list[Node] = field(default_factory=list)
    rule: Rule | None = None
    span: Span | None = None
    need: tuple[int, int] = (0, 0)

    def argument(self, position: int, name: str, default: Any = None) -> Any:
        """The argument given by position or by keyword."""
        return self.args[position] if len(self.args) > position else self.kwargs.get(name, default)

    def __repr__(self) -> str:
        return f"{self.name}#{self.index}"


def map_tree(function: Callable[[Any], Any], tree: Any) -> Any:
    """Apply `function` to every leaf of nested tuples, lists, dicts and slices."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(map_tree(function, item) for item in tree))
    if isinstance(tree, tuple):  # also torch.Size
        return tuple(map_tree(function, item) for item in tree)
    if isinstance(tree, list):
        return [map_tree(function, item) for item in tree]
    if isinstance(tree, dict):
        return {key: map_tree(function, item) for key, item in tree.items()}
    if isinstance(tree, slice):
        return slice(*(map_tree(function, part) for part in (tree.start, tree.stop, tree.step)))
    return function(tree)


def leaves(tree: Any) -> list[Any]:
    """All leaves of nested tuples, lists, dicts and slices, in order."""
    found: list[Any] = []
    map_tree(found.append, tree)
    return found


class Recorder(TorchFunctionMode):
    """Collects every operation that depends on the sequences. Use as a context manager in one thread."""

    def __init__(self, sequences: Tensor) -> None:
        super().__init__()
        self.nodes: list[Node] = []
        self._by_id: dict[int, Node] = {}
        self._stale: set[int] = set()
        self._keep: list[Any] = []  # ids are only unique among living objects
        self._add(None, "input", (), {}, sequences)

    def node_of(self, tensor: Any) -> Node | None:
        """The node that made this tensor, if it depends on the sequences."""
        if id(tensor) in self._stale:
            raise NotRecordable("a tensor is read after another view of it was changed in place")
        return self._by_id.get(id(tensor)) if isinstance(tensor, Tensor) else None

    def _add(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], value: Any) -> Node:
        node = Node(len(self.nodes), func, name, args, kwargs, value)
        self.nodes.append(node)
        self._keep.append(value)
        if isinstance(value, Tensor):
            self._by_id[id(value)] = node
        return node

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", str(func))
        tracked = [leaf for leaf in leaves((args, kwargs)) if self.node_of(leaf) is not None]
        if not tracked:
            return func(*args, **kwargs)
        if name in _RANDOM or kwargs.get("out") is not None:
            raise NotRecordable(f"{name} is random or writes into a given tensor")
        if kwargs.get("inplace") or name in _IN_PLACE_OPERATORS or (name.endswith("_") and not name.endswith("__")):
            return self._in_place(func, name, args, kwargs)
        if name == "__setitem__":
            raise NotRecordable("a tensor is assigned to piece by piece")
        result = func(*args, **kwargs)
        if isinstance(result, Tensor):
            if id(result) in self._by_id:  # dropout in evaluation mode and the like hand back their input
                return result
            self._add(func, name, *self._refer(args, kwargs), result)
        elif isinstance(result, (tuple, list)) and any(isinstance(leaf, Tensor) for leaf in leaves(result)):
            base = self._add(func, name, *self._refer(args, kwargs), result)
            self._add_picks(base, result, ())
        elif name not in _METADATA:
            raise NotRecordable(f"{name} turns numbers of the forward pass into Python values")
        return result

    def _add_picks(self, base: Node, result: Any, path: tuple[int, ...]) -> None:
        for place, element in enumerate(result):
            if isinstance(element, Tensor):
                self._add(None, "pick", (Ref(base.index), (*path, place)), {}, element)
            elif isinstance(element, (tuple, list)):
                self._add_picks(base, element, (*path, place))

    def _refer(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        def replace(leaf: Any) -> Any:
            node = self.node_of(leaf)
            return leaf if node is None else Ref(node.index)

        return map_tree(replace, args), map_tree(replace, kwargs)

    def _in_place(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run an in-place operation as written, and record its out-of-place twin."""
        target = args[0] if args else kwargs.get("input")
        if not isinstance(target, Tensor) or self.node_of(target) is None:
            raise NotRecordable(f"{name} writes results of the forward pass into a constant")
        twin: Any
        if kwargs.get("inplace"):
            twin, new_name, new_kwargs = func, name, {**kwargs, "inplace": False}
        else:
            new_name, new_kwargs = _IN_PLACE_OPERATORS.get(name, name.rstrip("_")), kwargs
            twin = getattr(Tensor, new_name, None)
            if twin is None:
                raise NotRecordable(f"{name} has no out-of-place twin")
        new_args, new_kwargs = self._refer(args, new_kwargs)
        storage = target.untyped_storage().data_ptr()
        for node in self.nodes:
            if isinstance(node.value, Tensor) and node.value.untyped_storage().data_ptr() == storage:
                if self._by_id.get(id(node.value)) is node and node.value is not target:
                    del self._by_id[id(node.value)]
                    self._stale.add(id(node.value))
                node.value = node.value.clone()
        result = func(*args, **kwargs)
        if result is not target:
            raise NotRecordable(f"{name} did not work in place")
        self._add(twin, new_name, new_args, new_kwargs, result)
        return result


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

    def is_stale(self) -> bool:
        """Whether a weight was changed in place since the recording."""
        return any(tensor._version != version for tensor, version in self._versions)


def record(function: Function, sequences: Tensor) -> tuple[list[Node], Node]:
    """Run `function` on `sequences` (batch, 4, length) and return every node and the output's node."""
    # A private copy: if the function changed its input in place, the caller's tensor must not change.
    sequences = sequences.clone()
    with torch.no_grad(), Recorder(sequences) as recorder:
        result = function(sequences)
    if not isinstance(result, Tensor):
        raise NotRecordable(f"the function returns {type(result).__name__}, not a tensor")
    output = recorder.node_of(result)
    if output is None:
        raise NotRecordable("the output does not depend on the sequence through recorded operations")
    return recorder.nodes, output


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
        expected = leaves((node.args, node.kwargs))
        given = leaves((fresh.args, fresh.kwargs))
        if len(expected) != len(given) or not all(_agrees(a, b, rows) for a, b in zip(expected, given, strict=True)):
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
