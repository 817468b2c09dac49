"""How well a promoter model predicts what single-base changes do, against saturation experiments.

Data: every single-base change of 15 human promoters and enhancers in 22 reporter experiments (Kircher et al. 2019, Nat
Commun 10:3583, GEO GSE126550), GRCh37, changes with at least 10 barcodes. No model here was trained on them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.onehot import letter_codes
from genoviz.training.scores import Row, logits_of, score_row
from genoviz.training.tables import Examples, read_table

log = logging.getLogger("genoviz.training")

FOLDER = "satmut_mpra"
BARCODES = 10
FEWEST = 30  # changes that an experiment needs, to be standardised
# Promoters: strand and first transcribed base (GRCh37, 1-based) of the RefSeq transcript. The others are enhancers.
STARTS = {
    "FOXE1": ("+", 100_615_537),
    "HBB": ("-", 5_248_301),
    "HBG1": ("-", 5_271_087),
    "LDLR": ("+", 11_200_139),
    "MSMB": ("+", 51_549_553),
    "TERT": ("-", 1_295_183),
}
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True)
class Experiment:
    """Changes of one element in one cell line.

    Attributes
    ----------
    element
        Where it lies, by name: experiments on one element are relatives.
    bases
        Reference, 5' to 3' on the strand of the gene (enhancers: plus strand).
    start
        0-based place of the first transcribed base in `bases`; None for an enhancer.
    changes
        `(0-based place in bases, new base, measured log2 of new over old)`.
    """

    element: str
    bases: str
    start: int | None
    changes: tuple[tuple[int, str, float], ...]


def read_experiments(folder: Path) -> list[Experiment]:
    """Experiments of `effects.tsv.gz`; a base that was never changed is N."""
    rows = read_table(folder / "effects.tsv.gz", columns=["element", "assembly", "pos", "ref", "alt", "barcodes"])
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["assembly"] == "GRCh37" and len(row["ref"]) == 1:
            found.setdefault(row["element"], []).append(row)
    return [_experiment(name, listed) for name, listed in sorted(found.items())]


def _experiment(name: str, rows: list[dict[str, str]]) -> Experiment:
    element = name.split(".")[0].split("-")[0]  # LDLR.2, TERT-HEK, SORT1-flip, ZRSh-13h2
    strand, at = STARTS.get(element, ("+", None))
    places = [int(row["pos"]) for row in rows]
    first, last = min(places), max(places)
    bases = ["N"] * (last - first + 1)
    for place, row in zip(places, rows, strict=True):
        bases[place - first] = row["ref"]

    def turned(place: int) -> int:
        return place - first if strand == "+" else last - place

    def read(text: str) -> str:
        return text if strand == "+" else text.translate(_COMPLEMENT)[::-1]

    changes = tuple(
        (turned(place), read(row["alt"]), float(row["log2_effect"]))
        for place, row in zip(places, rows, strict=True)
        if row["alt"] in "ACGT" and int(row["barcodes"]) >= BARCODES
    )
    return Experiment(element, read("".join(bases)), None if at is None else turned(at), changes)


def windows(
    experiment: Experiment, length: int, tss: int | None = None
) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Reference and changed window `(n,)` of `length` bases around each change, and what was measured `(n,)`.

    The change lies in the middle, or beside it where the element ends; with `tss`, the transcription start lies at that
    0-based place, and changes outside the window are left out. What lies beyond the element is N.
    """
    before, after, measured = [], [], []
    size = len(experiment.bases)
    for place, base, effect in experiment.changes:
        if tss is not None and experiment.start is not None:
            first = experiment.start - tss
        elif size >= length:
            first = min(max(place - length // 2, 0), size - length)
        else:
            first = -((length - size) // 2)
        if first <= place < first + length:
            padded = "N" * length + experiment.bases + "N" * length
            window = padded[first + length : first + 2 * length]
            before.append(window)
            after.append(window[: place - first] + base + window[place - first + 1 :])
            measured.append(effect)
    return before, after, np.array(measured)


def effects_of_changes(model: Model, folder: Path) -> list[Row]:
    """Rows for the correlation of predicted and measured effects; intervals are drawn over elements.

    Each experiment is standardised to mean 0 and standard deviation 1 on either side, so that r is the mean over
    experiments, weighted by their changes. Without the folder there are no rows, and a warning says so.
    """
    if not folder.is_dir():
        log.warning("`%s` is not there: effects of single-base changes are not scored.", folder)
        return []
    experiments = read_experiments(folder)
    found = []
    for words, tss in (("in the middle", None), ("in a window with the start site in its place", model.card.tss)):
        chosen = experiments if tss is None else [e for e in experiments if e.start is not None]
        effects = [effect for e in chosen if (effect := _effects(model, e, tss)) is not None]
        if len({element for element, _, _ in effects}) < 2:
            raise BadInput(
                f"`{folder.name}` holds fewer than two elements with {FEWEST} changes or more.",
                "The saturation experiments of Kircher et al. 2019 are needed.",
                "Check --data.",
            )
        names = [element for element, _, measured in effects for _ in measured]
        families = np.unique(names, return_inverse=True)[1].astype(np.int64)
        measured = np.concatenate([measured for _, _, measured in effects]).astype(np.float32)
        for i, track in enumerate(model.card.outputs[0].tracks):
            predicted = np.concatenate([values[:, i] for _, values, _ in effects])
            row = score_row(
                f"{track}: effect of a change {words}",
                predicted,
                measured,
                ("pearson",),
                classes=False,
                families=families,
                test="saturation experiments, Kircher et al. 2019",
            )
            found.append({**row, "experiments": len(effects)})
    return found


def _effects(
    model: Model, experiment: Experiment, tss: int | None
) -> tuple[str, NDArray[np.float64], NDArray[np.float64]] | None:
    before, after, measured = windows(experiment, model.card.length, tss)
    if len(measured) < FEWEST:
        return None
    values = np.zeros((len(before), 1), dtype=np.float32)
    one, other = (logits_of(model, Examples(letter_codes(texts), values)) for texts in (before, after))
    return experiment.element, _standard(other - one), _standard(measured)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std(0)
    standard: NDArray[np.float64] = (values - values.mean(0)) / np.where(spread > 0, spread, 1)
    return standard
