"""`Plan.explain`: what is done with every operation, in words."""

from __future__ import annotations

from genoviz.incremental.nodes import Node
from genoviz.incremental.policy import Policy
from genoviz.incremental.program import Program, full_work


def describe(policy: Policy) -> str:
    """The text of `Plan.explain`."""
    lines = [f"Sequences of {policy.length:,} bases. {policy.verdict()}"]
    if policy.error is not None:
        lines.append(f"Last self-check: {policy.error:.1e} of the largest output (tolerance {policy.tolerance:.0e}).")
    program = policy.program
    if program is None:
        return "\n".join(lines)
    executed = program.executed()
    rows = [_row(program, node) for node in executed]
    total = sum(work for *_, work in rows) or 1.0
    full = sum(map(full_work, executed)) or 1.0
    lines.append(
        f"Products per edit: {total:,.0f}, {full / total:,.1f} times fewer than in a complete pass (matrices only)."
    )
    name_width = max(len(name) for name, *_ in rows)
    for name, rule, window, work in rows:
        share = f"{work / total:4.0%}" if work else "    "
        lines.append(f"{name:<{name_width}}  {share}  {rule}{f'; {window}' if window else ''}")
    return "\n".join(lines)


def _row(program: Program, node: Node) -> tuple[str, str, str, float]:
    name = f"{node.index:>3} {node.name}"
    if node.index in program.folded:
        return name, "folded into the convolution before it", "", 0.0
    if node in program.tail:
        return name, "on what is left of each edit, without a length", "", program.work(node)
    if node.rule is None:
        return name, f"full computation: {_why(node)}", "", program.work(node)
    window = ""
    if node.span is not None:
        seen = program.visible_width(node)
        window = f"window {seen} of {node.span.length} positions"
        if node.span.stride > 1:
            window += f" of {node.span.stride} bases"
    return name, node.rule.title, window, program.work(node)


def _why(node: Node) -> str:
    if any(source.span is not None for source in node.sources):
        return "no rule for this operation on windows"
    return "it reads something computed in full"
