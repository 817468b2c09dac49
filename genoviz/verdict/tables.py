"""The verdict as rows and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genoviz.files.tsv import Row, plain_record
from genoviz.verdict.site import Site
from genoviz.verdict.standing import SHUFFLES, Standing
from genoviz.verdict.verdict import FEW, Verdict, held_out
from genoviz.version import __version__

Sites = Mapping[Standing, Site | None]


def verdict_table(found: Verdict, sites: Sites | None = None) -> list[Row]:
    """A row per track, the most unusual first; the last columns are empty where `sites` has nothing on a row."""
    return [_row(found, standing, (sites or {}).get(standing)) for standing in found.standings]


def verdict_provenance(found: Verdict) -> dict[str, object]:
    """What the table begins with: the sequence, the verdict in words, what the columns mean, and what was left out."""
    return {
        "genoviz": __version__,
        "sequence": found.sequence.name or f"{len(found.sequence)} bases",
        "verdict": found.sentence,
        "percentile": "percent of shuffled sequences with a lower number: test sequences of the model's card, "
        f"and {SHUFFLES} shuffles of this sequence (`percentile_own`) where it was needed",
        "expected": f"tracks of shuffled sequences that would reach as much; a track stands out below {FEW:g}",
        "left out": "; ".join(f"{card.name}: {reason}" for card, reason in found.left_out) or "no model",
    }


def verdict_record(found: Verdict, sites: Sites | None = None) -> dict[str, Any]:
    """The same as JSON, one object for a sequence; `genoviz verdict --json`."""
    header = {k: v for k, v in verdict_provenance(found).items() if k not in ("genoviz", "left out")}
    details = {
        "version": __version__,
        "name": found.sequence.name,
        "length": len(found.sequence),
        "left_out": {card.name: reason for card, reason in found.left_out},
    }
    return plain_record(header, verdict_table(found, sites), **details)


def place_of(standing: Standing, length: int) -> str:
    """Which bases of a sequence of `length` were read, from 1: `1-101`."""
    return f"{standing.start + 1}-{min(length, standing.start + standing.card.length)}"


def _row(found: Verdict, standing: Standing, site: Site | None) -> dict[str, object]:
    return {
        "track": standing.track,
        "model": standing.card.name,
        "output": standing.target.output,
        "title": standing.card.title,
        "organism": standing.card.organism,
        "percentile": standing.below,
        "percentile_own": "" if standing.own is None else standing.own,
        "expected": found.expected(standing),
        "stands_out": "yes" if found.stands_out(standing) else "no",
        "value": standing.value,
        "unit": standing.unit,
        "logit": standing.logit,
        "held_out": held_out(standing),
        "bases": place_of(standing, len(found.sequence)),
        "windows": standing.windows,
        "site": "" if site is None else f"{site.start + 1}-{site.end}",
        "site_bases": "" if site is None else site.bases,
        "family": "" if site is None else site.family,
    }
