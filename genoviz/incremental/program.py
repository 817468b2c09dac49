"""From a recorded graph to a program: a rule, a window and a visible stretch for every operation.

Two cones bound every window: what an edit can change (forward, `Span`) and what the output can see (backward, `need`).
Everything here is integers; no sequence is involved.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from genoviz.incremental.convolution import Convolution, match_convolution
from genoviz.incremental.exits import Position, is_flatten_before_linear, match_exit
from genoviz.incremental.graph import Graph
from genoviz.incremental.matching import match_pointwise, match_slice
from genoviz.incremental.mirror import Mirror, settle
from genoviz.incremental.nodes import NOTHING, Node, Rule, leaves
from genoviz.incremental.pointwise import Same
from genoviz.incremental.pooling import Pool
from genoviz.incremental.recurrent import Recurrent, match_recurrent
from genoviz.incremental.segments import SegmentsPassed
from genoviz.incremental.windows import Span

WINDOW_BYTES = 6e6  # of the widest window tensor of a block: more no longer fits the cache
LARGEST_RUN = 128  # positions per block
FULL_BYTES = 4e6  # of the widest activation, where blocks end in full computation
RECURRENT_ROWS = 156  # edits per block, if a recurrent layer does one matrix product per step
TAIL_ROWS = 1024  # edits per call of the dense tail


class Program:
    """The steps of the incremental computation of one function at one length.

    Attributes
    ----------
    steps : list of Node
        What is executed per block, in order; nodes without a rule are computed in full.
    tail : list of Node
        Fully computed nodes at the end that read only small results; run for many blocks at once.
    front : list of Node
        What the tail reads.
    granularity : int
        Bases per anchor at the coarsest pooling: blocks start at multiples of it.
    kept : set of int
        Indices of the nodes whose reference activations are needed.
    """

    def __init__(self, graph: Graph, length: int) -> None:
        self.graph, self.length = graph, length
        self.output = graph.output
        self.nodes = {node.index: node for node in graph.nodes}
        for node in graph.nodes:
            self._assign(node)
        needed = self._needed()
        folded = self._fold(needed)
        self._see(needed)
        for node in graph.nodes:
            if isinstance(node.rule, Convolution) and node.index in needed:
                node.rule.prepare()
        self.steps = [n for n in graph.nodes if n.index in needed and n.index not in folded and n.name != "input"]
        self.folded = folded
        self.mirrored = {
            node.index for node in graph.nodes for part in (node, *node.sources) if part.span and part.span.mirrored
        }
        self.granularity = math.lcm(*(n.span.stride for n in graph.nodes if n.span is not None and n.index in needed))
        self._split_tail()
        self._expire()
        self.kept = {n.index for n in self.steps if n.rule is not None} | {self.output.index}
        for node in self.steps:
            if isinstance(node.rule, Convolution):
                self.kept.add(node.rule.linear_end.index)
                self.kept.add(node.rule.end.index)

    def _assign(self, node: Node) -> None:
        if node.name == "input":
            node.span = Span("CL", self.length, 4, 1, 0, 1)
            return
        rule = settle(node, find_rule(node))
        node.rule = rule
        node.span = rule.span if rule is not None else None

    def _needed(self) -> set[int]:
        """Nodes that the output is computed from, given that rules may bypass some."""
        needed: set[int] = set()
        waiting = [self.output]
        while waiting:
            node = waiting.pop()
            if node.index not in needed:
                needed.add(node.index)
                waiting += node.sources
        for node in self.graph.nodes:
            node.users = [user for user in node.users if user.index in needed and node in user.sources]
        return needed

    def _fold(self, needed: set[int]) -> set[int]:
        sole_user = {
            node.index: node.users[0]
            for node in self.graph.nodes
            if node.index in needed and len(node.users) == 1 and node is not self.output
        }
        folded: set[int] = set()
        for node in self.graph.nodes:
            if isinstance(node.rule, Convolution) and node.index in needed:
                folded.update(user.index for user in node.rule.fold(sole_user))
        return folded

    def _see(self, needed: set[int]) -> None:
        """Backward cone: which positions of each windowed node the output can see."""
        for node in reversed(self.graph.nodes):
            if node.span is None or node.index not in needed:
                continue
            low, high = (0, node.span.length) if node is self.output else NOTHING
            for user in node.users:
                if isinstance(user.rule, Position):
                    first, last = user.rule.position, user.rule.position + 1
                elif user.span is None or user.rule is None:
                    first, last = 0, node.span.length
                elif user.need[1] > user.need[0]:
                    first, last = user.rule.need_of_source(user.need, node)
                else:
                    continue
                low, high = min(low, first), max(high, last)
            node.need = max(0, low), min(node.span.length, high)

    def _split_tail(self) -> None:
        tail: set[int] = set()
        for node in self.steps:
            ready = (
                source.index in tail
                or (
                    source.rule is not None
                    and source.span is None
                    and not isinstance(source.rule, (Recurrent, SegmentsPassed))
                )
                for source in node.sources
            )
            if node.rule is None and all(ready):
                tail.add(node.index)
        if self.output.index not in tail:
            tail = set()
        self.tail = [node for node in self.steps if node.index in tail]
        self.steps = [node for node in self.steps if node.index not in tail]
        self.front = [node for node in self.steps if any(user.index in tail for user in node.users)]

    def _expire(self) -> None:
        for node in self.steps:
            for source in node.sources:
                source.last_use = node.index
        for node in (*self.front, self.output):
            node.last_use = 1 << 60
        for node in self.graph.nodes:
            if node.last_use in self.nodes:
                self.nodes[node.last_use].expiring.append(node.index)

    # -- work and sizes --------------------------------------------------------------------------------------------------------

    def visible_width(self, node: Node) -> int:
        """Positions of a window that are computed for an edit in the worst case."""
        if node.span is None:
            return 0
        return max(0, min(node.span.width, node.need[1] - node.need[0]))

    def executed(self) -> list[Node]:
        """Every node whose operation is carried out for edits, also folded ones."""
        carried = {node.index for node in (*self.steps, *self.tail)} | self.folded
        return [node for node in self.graph.nodes if node.index in carried]

    def work(self, node: Node) -> float:
        """Multiply-adds of a node's matrix products per edit."""
        if node.rule is None:
            return full_work(node)
        if node.index in self.folded:
            return 0.0
        source = node.sources[0]
        width = self.visible_width(source)
        if isinstance(node.rule, Convolution):
            width = min(width, self.visible_width(node) * node.rule.stride)
        return node.rule.work(width)

    def saves(self) -> bool:
        """Whether any operation is carried out on what an edit changes only."""
        return any(node.rule is not None and not isinstance(node.rule, Mirror) for node in self.executed())

    def saves_clearly(self, factor: float) -> bool:
        """Whether every step stays in windows and at most one in `factor` products of a complete pass is left."""
        if any(node.rule is None for node in self.steps):
            return False
        executed = self.executed()
        return factor * sum(map(self.work, executed)) < sum(map(full_work, executed))

    def row_bytes(self) -> int:
        """Bytes of the largest fully computed activation (or full copy of a windowed one) per edit."""
        sizes = [0]
        for node in self.steps:
            if node.rule is None:
                for other in (node, *node.sources):
                    sizes.append(4 * math.prod(other.shape) if other.shape is not None else 0)
        return max(sizes)

    def window_bytes(self) -> int:
        """Bytes of the widest window tensor per edit."""
        widest = 16
        for node in self.steps:
            if node.span is not None:
                widest = max(widest, 4 * self.visible_width(node) * node.span.channels)
            if isinstance(node.rule, Convolution) and node.rule.pool is not None and node.span is not None:
                # whole pooling windows around what the convolution changes
                extended = self.visible_width(node.rule.linear_end) + 2 * node.rule.pool.stride
                widest = max(widest, 4 * extended * node.span.channels)
        return widest

    def state_bytes(self) -> int:
        """Bytes of the states that recurrent layers hold per edit."""
        sizes = [0]
        for node in self.steps:
            span = node.sources[0].span
            if isinstance(node.rule, Recurrent) and span is not None:
                sizes.append(8 * span.length * node.rule.states * node.rule.directions)
        return max(sizes)

    def edits_per_block(self, memory: int) -> int:
        """How many edits to compute together, within `memory` bytes."""
        # Up to about six window tensors live at once: two branches, a buffer each for input, output and reference parts.
        count = min(int(WINDOW_BYTES // self.window_bytes()), memory // (6 * self.window_bytes() + self.state_bytes()))
        if self.state_bytes():
            count = max(count, min(RECURRENT_ROWS, memory // (6 * self.window_bytes() + self.state_bytes())))
        if self.row_bytes():
            count = min(count, max(12, int(FULL_BYTES // self.row_bytes())), memory // (6 * self.row_bytes()))
        return max(1, count)

    def reference_bytes(self) -> int:
        """Bytes of the activations that are kept per reference, with padded copies."""
        shapes = [self.nodes[index].shape for index in self.kept]
        return 2 * 4 * sum(math.prod(shape) for shape in shapes if shape is not None)

    def full_bytes(self) -> int:
        """Bytes of the largest activation of a plain forward pass, per sequence."""
        return max(4 * math.prod(node.shape) for node in self.graph.nodes if node.shape is not None)


def full_work(node: Node) -> float:
    """Multiply-adds of a node's matrix products for one complete sequence, as far as they are known."""
    if node.rule is not None:
        return node.rule.full_work()
    if node.name in ("lstm", "gru", "rnn_tanh", "rnn_relu") and len(node.args) == 9 and node.sources:
        matrices = [w for w in leaves(node.args[2]) if isinstance(w, Tensor) and w.dim() == 2]
        steps = node.sources[0].size / matrices[0].shape[1] if matrices else 0
        return float(steps * sum(matrix.numel() for matrix in matrices))
    weight = node.argument(1, "weight")
    if node.name in ("linear", "conv1d", "conv2d") and isinstance(weight, Tensor):
        return float(node.size // weight.shape[0] * weight.numel())  # each entry of the result, over its channels
    return 0.0


def find_rule(node: Node) -> Rule | None:
    """How edits pass through a node; None: it is computed in full."""
    if not node.sources or (isinstance(node.value, Tensor) and node.value.dtype != torch.float32):
        return None
    first = node.sources[0]
    bypass = node.name == "pick" and bool(first.sources) and first.sources[0].span is not None
    if first.span is None and not bypass and not isinstance(first.rule, (Recurrent, SegmentsPassed)):
        return None
    if node.name == "flip":
        return Mirror.match(node)
    if node.name == "conv1d":
        return match_convolution(node)
    if is_flatten_before_linear(node):
        return Same(node, first.span)
    rule = match_recurrent(node) or match_exit(node)
    if rule is None and node.name in ("max_pool1d", "avg_pool1d"):
        rule = Pool.match(node)
    return rule or match_slice_or_pointwise(node)


def match_slice_or_pointwise(node: Node) -> Rule | None:
    """Rules that keep the window."""
    if node.name in ("__getitem__", "pick"):
        return match_slice(node)
    return match_pointwise(node)
