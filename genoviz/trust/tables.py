"""A trust report as rows and JSON."""

from __future__ import annotations

from typing import Any

from genoviz.attribute.tables import attribution_provenance
from genoviz.files.tsv import Row, json_value
from genoviz.models.card import ModelCard
from genoviz.models.provenance import table_record
from genoviz.trust.report import TrustReport

NOT_CHECKED = "not checked"  # in files of an explanation that may have been


def trust_table(report: TrustReport) -> list[Row]:
    """A row per check: its light, figure and threshold, what was found, and what to do."""
    return [
        {
            "check": light.check,
            "title": light.title,
            "light": light.colour or "",
            "figure": "" if light.figure is None else light.figure,
            "threshold": light.threshold.words,
            "found": light.sentence,
            "advice": light.advice,
        }
        for light in report.lights
    ]


def trust_rows(report: TrustReport) -> list[Row]:
    """What the figures were made from: the rows of all checks, each with the name of its check."""
    return [{"check": check} | dict(row) for check, rows in report.tables.items() for row in rows]


def trust_provenance(card: ModelCard, report: TrustReport) -> dict[str, object]:
    """Provenance of a report: that of its explanation, and the report in words."""
    said = {"trust": report.sentence}
    if report.uncertainty is not None:
        said["uncertainty"] = report.uncertainty.sentence
    return attribution_provenance(card, report.explanation) | said


def trust_header(report: TrustReport | None) -> dict[str, object]:
    """What files of an explanation say of its checks; empty where it was not checked."""
    if report is None:
        return {}
    said: dict[str, object] = {f"trust {light.check}": f"red: {light.sentence}" for light in report.red}
    return {"trust": report.sentence, **said}


def checks_record(report: TrustReport | None) -> dict[str, Any]:
    """What JSON of an explanation says of its checks: the report in words, and a row per check."""
    if report is None:
        return {"trust": NOT_CHECKED}
    return {"trust": report.sentence, "checks": [json_value(dict(row)) for row in trust_table(report)]}


def trust_record(card: ModelCard, report: TrustReport) -> dict[str, Any]:
    """The same as JSON, one object for a sequence; `genoviz trust --json`."""
    tables = {check: [json_value(dict(row)) for row in rows] for check, rows in report.tables.items()}
    return table_record(
        card, trust_provenance(card, report), trust_table(report), complete=report.complete, tables=tables
    )
