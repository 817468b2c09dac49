"""QBiC-SELEX's 1,240 published regressions: cards made on demand for whichever of their files are on this computer.

The package qbic-selex of the Python index holds two of them, which have cards of their own and are fetched by name. All others are
in two archives on Zenodo (a file of 30 kB each, packed), and one by one at IGVF. Each file says by its name what it is:
`CTCF_FL_TG40NCTGTGG_YWL_jolma2025_0_3_7mer.weights.qbic` is of CTCF, the full-length protein, words of seven bases. Put into the
folder of weights, or one that `GENOVIZ_WEIGHTS` names, it is the model `qbic.CTCF_FL_TG40NCTGTGG_YWL_jolma2025_0_3_7mer`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from genoviz.models.card import ModelCard, WeightsFile, combined_checksum, read_card
from genoviz.models.weights import at_hand

ARCHITECTURE = "qbic"
ENDING = ".weights.qbic"
TOTAL = 1240  # 997 of the primary and 243 of the secondary collection
RECORD = "10.5281/zenodo.23482275"
TEMPLATE = Path(__file__).resolve().parent / "cards" / "qbic.gabpa.json"
GENERAL = 3  # of the limits on these cards, those that hold for all files
IN_PACKAGE = ("qbic.etv4", "qbic.gabpa")  # what the package holds
_NAME = re.compile(r"([A-Za-z0-9-]{1,30})_([A-Za-z0-9]{1,20})_[A-Za-z0-9_.-]{1,80}_([4-8])mer", re.ASCII)
_PARTS = {
    "FL": "the full-length protein",
    "eDBD": "its DNA-binding domain with flanks",
    "DBD": "its DNA-binding domain",
}


def get(name: str) -> ModelCard | None:
    """The card of `qbic.NAME`, with the file's name before `.weights.qbic`; None for names that are none of these."""
    architecture, _, stem = name.partition(".")
    return _card(stem) if architecture == ARCHITECTURE and _NAME.fullmatch(stem) else None


def here() -> list[ModelCard]:
    """Cards of all files on this computer but those that have one of their own, by name."""
    own = {file.name for name in IN_PACKAGE for file in _own(name).files}
    stems = sorted(name.removesuffix(ENDING) for name in at_hand() if name.endswith(ENDING) and name not in own)
    return [_card(stem) for stem in stems if _NAME.fullmatch(stem)]


@lru_cache(maxsize=4)
def _own(name: str) -> ModelCard:
    return read_card(TEMPLATE.with_name(f"{name}.json"))


@lru_cache(maxsize=2048)
def _card(stem: str) -> ModelCard:
    template, named = _own("qbic.gabpa"), _NAME.fullmatch(stem)
    if named is None:
        raise ValueError(f"{stem!r} names no regression")
    factor, k = named[1], int(named[3])
    part = _PARTS.get(named[2], named[2])
    files = (WeightsFile(f"{stem}{ENDING}"),)
    reverse = 4 ** (k // 2) if k % 2 == 0 else 0  # words that are their own reverse complement
    (output,) = template.outputs
    return replace(
        template,
        name=f"{ARCHITECTURE}.{stem}",
        title=f"QBiC-SELEX: {factor} ({stem})",
        summary=template.summary.replace("GABPA", factor).replace("words of seven bases", f"words of {k} bases"),
        outputs=(replace(output, tracks=(factor,)),),
        parameters=(4**k + reverse) // 2,
        data=f"HT-SELEX of {factor}, {part}; the regression takes the assay's own biases into account (see the authors' "
        "documentation).",
        licence="MIT (models of QBiC-SELEX): free to use, change and pass on, also commercially, with the copyright notice.",
        limits=(
            *template.limits[:GENERAL],
            "This file was never at hand here: its card is made from its name, and its loader was tested on two others.",
        ),
        config={**template.config, "k": k},
        sha256=combined_checksum(files),
        published=f"Zenodo {RECORD}, in models_primary.tar.zst (30 MB) or models_secondary.tar.zst (7 MB): {files[0].name}. The "
        "authors' program downloads and unpacks them (`qbic-selex download primary-weights secondary-weights`); IGVF has one "
        "file per model.",
        checked="",
        files=files,
        never_run=True,
        folder=None,
    )
