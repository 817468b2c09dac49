"""A verification as rows and as JSON."""

from __future__ import annotations

from typing import Any

from genoviz.files.tsv import Row, plain_record
from genoviz.receipts.verify import Verification, expected


def verification_table(found: Verification) -> list[Row]:
    """A row per array of the receipt: how many numbers, the largest difference, and what is expected."""
    rows: list[Row] = []
    for name, gap in found.gaps.items():
        numbers = found.receipt.numbers.get(name) or found.again.numbers[name]
        rows.append(
            {
                "name": name,
                "numbers": numbers.count,
                "unit": numbers.unit,
                "largest_difference": gap,
                "expected": expected(name),
                "verdict": "equal" if gap == 0 else "close" if gap <= expected(name) else "different",
            }
        )
    return rows


def verification_header(found: Verification) -> dict[str, object]:
    """What was checked, where, and the verdict."""
    return {
        "receipt": found.receipt.sha256,
        "kind": found.receipt.kind,
        "models": "; ".join(one.name for one in found.receipt.models),
        "verdict": found.verdict,
        "sentence": found.sentence,
        "largest_difference": "share of the largest number of the same name",
    }


def verification_record(found: Verification) -> dict[str, Any]:
    """As in `genoviz verify --json`; a difference is null where there is no number to compare."""
    return plain_record(
        verification_header(found),
        verification_table(found),
        changed=list(found.changed),
        was=dict(found.receipt.made_with),
        now=dict(found.again.made_with),
    )
