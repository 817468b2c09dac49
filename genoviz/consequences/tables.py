"""Findings as rows for tables and JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from genoviz.consequences.findings import Finding
from genoviz.consequences.judged import Consequences


def finding_record(finding: Finding) -> dict[str, Any]:
    """One finding as in JSON; places count from 1, both ends are included."""
    return {
        "rule": finding.rule,
        "kind": finding.kind,
        "words": finding.words,
        "more": finding.more,
        "start": finding.start + 1,
        "end": finding.end,
    }


def finding_records(found: Consequences) -> list[dict[str, Any]]:
    """One object for each finding of each mutation, by position: where and what comes there, then the finding."""
    return [
        {"position": position + 1, "change": change, **finding_record(finding)}
        for (position, change), findings in sorted(found.found.items())
        for finding in findings
    ]


def in_one_line(findings: Iterable[Finding]) -> str:
    """The words of several findings with `;` between them."""
    return "; ".join(finding.words for finding in findings)
