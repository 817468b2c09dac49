"""Rows and provenance of the sandbox's results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from genoviz.files.tsv import Row, plain_record
from genoviz.sandbox.planted import Planted
from genoviz.sandbox.recovery import RESAMPLES, Recovery
from genoviz.sandbox.train import Trained
from genoviz.version import __version__


def curve_table(trained: Trained) -> list[Row]:
    """One row for each epoch."""
    return [
        {"epoch": e.number, "loss": e.loss, "test_loss": e.test_loss, "test_auroc": e.test_auroc} for e in trained.curve
    ]


def recovery_table(result: Recovery) -> list[Row]:
    """One row for each method, the best first: means over sequences with their intervals."""
    return [
        {
            "method": row.method,
            "auroc": float(row.auroc.mean()),
            "auroc_low": row.auroc_95[0],
            "auroc_high": row.auroc_95[1],
            "auprc": float(row.auprc.mean()),
            "auprc_low": row.auprc_95[0],
            "auprc_high": row.auprc_95[1],
            "chance_auprc": result.chance,
        }
        for row in result.methods
    ]


def sandbox_provenance(trained: Trained, result: Recovery | None = None) -> dict[str, object]:
    """What was planted, learned and explained."""
    plan = trained.plan
    header: dict[str, object] = {
        "genoviz": __version__,
        "motifs": ", ".join(plan.motifs),
        "rule": plan.rule,
        "gap": f"{plan.gap[0]}-{plan.gap[1]}",
        "strands": plan.strands,
        "sites": plan.sites,
        "wrong_labels": plan.wrong_labels,
        "gc": plan.gc,
        "length": plan.length,
        "sequences": plan.count,
        "seed": plan.seed,
        "training_seed": trained.seed,
        "epochs": len(trained.curve),
        "complete": trained.complete and (result is None or result.complete),
        "test_auroc": trained.curve[-1].test_auroc,
    }
    if result is not None:
        header["explained"] = len(result.sequences)
        header["score"] = "planted bases against all others of a sequence, highest score first, mean over sequences"
        header["interval"] = f"95 %, percentiles of the mean over {RESAMPLES:,} bootstrap samples of the sequences"
    return header


def sandbox_record(trained: Trained, result: Recovery) -> dict[str, Any]:
    """The table with its provenance, the curve and the sentences, as in `genoviz sandbox --json`."""
    return plain_record(
        sandbox_provenance(trained, result),
        recovery_table(result),
        curve=curve_table(trained),
        sentences=[trained.sentence, result.sentence],
    )


def planted_fasta(sequences: Iterable[Planted]) -> str:
    """FASTA in which each header names the class and the sites, counted from 1."""
    return "".join(
        one.sequence.fasta(
            " ".join(
                [
                    "positive" if one.positive else "negative",
                    *(f"{site.name}:{site.start + 1}-{site.end}:{site.strand}" for site in one.sites),
                ]
            )
        )
        for one in sequences
    )
