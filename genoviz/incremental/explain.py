"""`Plan.explain`: what is done with every operation, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .graph import Node
from .program import Program, full_work

if TYPE_CHECKING:
    from .plans import Plan


def describe(plan: Plan) -> str:
    """The text of `Plan.explain`."""
    lines = [f"Sequences of {plan.length:,} bases. {_path(plan)}"]
    if plan.error is not None:
        lines.append(f"Last self-check: {plan.error:.1e} of the largest output (tolerance {plan.tolerance:.0e}).")
    program = plan.program
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


def _path(plan: Plan) -> str:
    if plan.hooked is not None:
        return f"Path: plain (full computation of everything): {plan.hooked} carries hooks."
    if plan.plain_because is not None:
        return f"Path: plain (full computation of everything): {plan.plain_because}."
    if plan.program is None:
        return "Not analysed yet: call reference(x) first."
    times = plan.measured
    if times.incremental is None:
        return "Path: incremental; not measured yet."
    ratio = f"{1e3 * times.incremental:.3g} ms per edit"
    if times.plain:
        ratio += f" against {1e3 * times.plain:.3g} ms plainly"
    if plan.prefers_plain:
        return f"Path: plain, because it is as fast ({ratio})."
    return f"Path: incremental ({ratio})."


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
