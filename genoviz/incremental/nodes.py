"""A recorded operation, and the rule by which edits pass through it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from genoviz.incremental.windows import Span

Interval = tuple[int, int]
NOTHING: Interval = (1 << 60, -(1 << 60))


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
    size : int
        Entries of the result for each sequence, whatever its axes.
    users, sources : list of Node
        Nodes that read this one; nodes that this one reads.
    rule, span, need
        Set by the program: how edits pass through (None: full computation), the geometry of the window if the result
        has one, and the half-open stretch of positions that the output can see.
    last_use, expiring
        Set by the program: index of the last step that reads this one; indices of what no step after this one reads.
    """

    index: int
    func: Callable[..., Any] | None
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    value: Any
    shape: tuple[int, ...] | None = None
    size: int = 0
    users: list[Node] = field(default_factory=list)
    sources: list[Node] = field(default_factory=list)
    rule: Rule | None = None
    span: Span | None = None
    need: Interval = (0, 0)
    last_use: int = -1
    expiring: list[int] = field(default_factory=list)

    def argument(self, position: int, name: str, default: Any = None) -> Any:
        """The argument given by position or by keyword."""
        return self.args[position] if len(self.args) > position else self.kwargs.get(name, default)

    def __repr__(self) -> str:
        return f"{self.name}#{self.index}"


class Rule(ABC):
    """How a block of edits passes through one operation.

    A rule either keeps edits in windows (`span` is set) or leads out of them (an exit: `span` is None, the result has one
    row per edit). `run` reads the sources from the block, a `Board`, and stores the node's own result there. The type
    stands in the rules: boards know nodes, so nodes can't know boards.
    """

    title = ""

    def __init__(self, node: Node, span: Span | None) -> None:
        self.node = node
        self.span = span

    @property
    def source(self) -> Node:
        return self.node.sources[0]

    def need_of_source(self, need: Interval, source: Node) -> Interval:
        """Positions of `source` that the output can see, given those of this node."""
        return need

    def work(self, width: int) -> float:
        """Multiply-adds per edit for a window of `width` positions at the source."""
        return 0.0

    def full_work(self) -> float:
        """Multiply-adds for one complete sequence."""
        return 0.0

    @abstractmethod
    def run(self, block: Any) -> None:
        """Compute the node's result for the block's edits."""


def span_of(node: Node) -> Span:
    """The geometry of a node that is known to be windowed."""
    if node.span is None:
        raise RuntimeError(f"{node} has no window")
    return node.span


_NESTED = (tuple, list, dict, slice)  # a tuple also of names, and torch.Size


def map_tree(function: Callable[[Any], Any], tree: Any) -> Any:
    """Apply `function` to every leaf of nested tuples, lists, dicts and slices."""
    if not isinstance(tree, _NESTED):
        return function(tree)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(map_tree(function, item) for item in tree))
    if isinstance(tree, tuple):
        return tuple(map_tree(function, item) for item in tree)
    if isinstance(tree, list):
        return [map_tree(function, item) for item in tree]
    if isinstance(tree, dict):
        return {key: map_tree(function, item) for key, item in tree.items()}
    return slice(*(map_tree(function, part) for part in (tree.start, tree.stop, tree.step)))


def leaves(tree: Any) -> list[Any]:
    """All leaves of nested tuples, lists, dicts and slices, in order."""
    found: list[Any] = []
    _collect(tree, found)
    return found


def _collect(tree: Any, found: list[Any]) -> None:
    """`leaves` without building the tree again: it is asked for every operation of every recording."""
    if not isinstance(tree, _NESTED):
        found.append(tree)
        return
    parts: Iterable[Any]
    if isinstance(tree, slice):
        parts = (tree.start, tree.stop, tree.step)
    else:
        parts = tree.values() if isinstance(tree, dict) else tree
    for part in parts:
        _collect(part, found)
