"""Reversed branches: what a block's edits are to a network that reads the other strand.

``x.flip`` of the sequences along their length begins a branch whose positions count from the other end. Its windows belong
to a board of their own, with the same edits in the order of the reversed sequence; the branches meet where the length is gone.
"""

from __future__ import annotations

from genoviz.incremental.arguments import axes
from genoviz.incremental.board import Board
from genoviz.incremental.nodes import Node, Rule, span_of
from genoviz.incremental.recurrent import Recurrent
from genoviz.incremental.windows import Span


class Mirror(Rule):
    """``flip`` of the sequences along their length; with the channels as well, it is the other strand."""

    title = "the same edits, counted from the other end"

    def __init__(self, node: Node, span: Span, complement: bool) -> None:
        super().__init__(node, span)
        self.complement = complement

    @classmethod
    def match(cls, node: Node) -> Mirror | None:
        source, given = node.sources[0], node.args[1:] or tuple(v for k, v in node.kwargs.items() if k != "input")
        if node.name != "flip" or source.name != "input" or source.span is None or len(node.sources) != 1:
            return None
        order = axes(tuple(given[0]) if len(given) == 1 and isinstance(given[0], (tuple, list)) else tuple(given), 3)
        if order is None or 2 not in order or 0 in order or len(set(order)) != len(order):
            return None
        span = Span("CL", source.span.length, 4, 1, 0, 1, mirrored=True)
        return cls(node, span, 1 in order)

    def need_of_source(self, need: tuple[int, int], source: Node) -> tuple[int, int]:
        length = span_of(source).length
        return length - need[1], length - need[0]

    def run(self, block: Board) -> None:
        block.put(self.node, block.mirrored_input(self.complement))


def settle(node: Node, rule: Rule | None) -> Rule | None:
    """A rule whose span says whether it is mirrored; None where branches of both directions would meet in windows."""
    directions = {source.span.mirrored for source in node.sources if source.span is not None}
    if rule is None or isinstance(rule, Mirror) or directions <= {False}:
        return rule
    if len(directions) > 1 or isinstance(rule, Recurrent):
        return None
    if rule.span is not None:
        rule.span = rule.span.but(mirrored=True)
    return rule
