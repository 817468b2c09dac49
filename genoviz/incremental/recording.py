"""Record a forward pass as a list of operations.

The function runs under a `TorchFunctionMode`. That costs milliseconds and allows ordinary Python control flow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from genoviz.incremental.nodes import Node, Ref, leaves, map_tree

Function = Callable[[Tensor], Tensor]

# Questions about a tensor that say nothing about its numbers: they may leave the graph as plain Python values.
_METADATA = frozenset({
    "size", "dim", "ndimension", "numel", "nelement", "stride", "__len__", "is_floating_point", "is_complex",
    "element_size", "is_contiguous", "get_device", "storage_offset", "is_inference", "__get__", "is_signed",
    "is_same_size", "type", "__hash__", "_is_view", "is_pinned", "is_nonzero_size", "__repr__",
})  # fmt: skip
_NUMBERS = frozenset({int, float, bool, str, type(None)})
_ANSWERS = _NUMBERS | {torch.Size, torch.dtype, torch.device}
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


class Recorder(TorchFunctionMode):
    """Collects every operation that depends on the sequences. Use as a context manager in one thread."""

    def __init__(self, sequences: Tensor) -> None:
        super().__init__()
        self.nodes: list[Node] = []
        self._by_id: dict[int, Node] = {}
        self._stale: set[int] = set()
        self._met = 0  # tensors that depend on the sequences, among all arguments so far
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
        kwargs = kwargs or {}
        name = func.__name__ if hasattr(func, "__name__") else str(func)
        if name in _METADATA:  # half of all calls: not worth a look at the arguments if no tensor comes out
            answer = func(*args, **kwargs)
            if type(answer) in _ANSWERS or not any(isinstance(leaf, Tensor) for leaf in leaves(answer)):
                return answer
        met = self._met
        referred = self._refer(args), self._refer(kwargs)
        if self._met == met:  # it does not depend on the sequences
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
            self._add(func, name, *referred, result)
        elif isinstance(result, (tuple, list)) and any(isinstance(leaf, Tensor) for leaf in leaves(result)):
            base = self._add(func, name, *referred, result)
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

    def _refer(self, tree: Any) -> Any:
        """Arguments with a `Ref` for every tensor that depends on the sequences; counts those."""
        if type(tree) in _NUMBERS:
            return tree
        if type(tree) is tuple:  # nearly all arguments: without the detour over `map_tree`
            return tuple([item if type(item) in _NUMBERS else self._refer(item) for item in tree])
        return map_tree(self._refer_leaf, tree)

    def _refer_leaf(self, leaf: Any) -> Any:
        node = self.node_of(leaf)
        if node is None:
            return leaf
        self._met += 1
        return Ref(node.index)

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
        new_args, new_kwargs = self._refer(args), self._refer(new_kwargs)
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
