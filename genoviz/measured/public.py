"""The public saturation experiments, fetched when somebody asks for them; they are no part of genoviz."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from genoviz.errors import BadInput
from genoviz.files.download import download
from genoviz.files.folders import user_folder
from genoviz.files.web import host

NAME = "mpra_saturation_elements.tsv.gz"
URL = (
    "https://raw.githubusercontent.com/kircherlab/MPRA_SaturationMutagenesis/"
    "c5cadb46a3ec9bbeb8f678e8dc2b2335191f121b/data/elements.tsv.gz"
)
VARIABLE = "GENOVIZ_SATURATION_TABLE"  # another address of the table, or a file on this computer
CITATION = (
    "Kircher M, Xiong C, Martin B, et al. (2019) Saturation mutagenesis of twenty disease-associated regulatory elements at "
    "single base-pair resolution using massively parallel reporter assays. Nat Commun 10:3583 (GEO GSE126550)"
)
ABOUT = (
    "All single-base changes of some twenty human promoters and enhancers in reporter experiments: log2 of the activity with "
    "the change over that without it, barcodes and p-value. A few MB."
)


def table_path() -> Path:
    """Where the table is, or will be; not looked for here."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen and "://" not in chosen:
        return Path(chosen).expanduser()
    return user_folder() / "measured" / NAME


def is_here() -> bool:
    """Whether the table is on this computer."""
    return table_path().is_file()


def source() -> str:
    """Host that the table is fetched from, for people."""
    return host(_url())


def fetch_table(progress: Callable[[float], None] | None = None) -> Path:
    """Fetch the table, or go on where that was stopped; where it is on this computer nothing is fetched.

    `progress` is called with the share done, where the size is known, and may raise to stop.

    Raises
    ------
    NoAnswer, BadDownload
        If it can't be fetched or kept.
    BadInput
        If the file that `GENOVIZ_SATURATION_TABLE` names is not there.
    """
    path = table_path()
    if path.is_file():
        return path
    chosen = os.environ.get(VARIABLE, "")
    if chosen and "://" not in chosen:
        raise BadInput(f"`{path}` is not there.", f"{VARIABLE} names a file, or the address of one.", "Check the path.")

    def share(done: int, total: int) -> None:
        if progress is not None:
            progress(done / total if total else 0.0)

    return download(_url(), path, progress=share)


def _url() -> str:
    chosen = os.environ.get(VARIABLE, "")
    return chosen if "://" in chosen else URL
