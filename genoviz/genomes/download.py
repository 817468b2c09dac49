"""Downloading large files: progress, resuming where it stopped, and checking that the file is the right one.

An unfinished download lies beside the file as `NAME.part`; `NAME.part.json` remembers which version of the file it is
a part of, so that parts of two versions are never put together.
"""

from __future__ import annotations

import gzip
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from genoviz.errors import UnknownName
from genoviz.files.download import _BLOCK, BadDownload, Progress, download
from genoviz.files.web import Client, NoAnswer
from genoviz.genomes.registry import GenomeEntry, genomes_folder, register
from genoviz.sequences.locus import clip

UCSC = "https://hgdownload.soe.ucsc.edu/goldenPath"
WHOLE = {"hg38": "Human hg38", "hg19": "Human hg19", "sacCer3": "Yeast sacCer3"}  # database and title


def download_genome(
    database: str,
    *,
    name: str = "",
    title: str = "",
    genes: Path | None = None,
    url: str = "",
    progress: Callable[[str, int, int], None] | None = None,
    replace: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> GenomeEntry:
    """Download a whole genome of UCSC into the folder of genomes, index and register it. Goes on where it was stopped.

    Parameters
    ----------
    database
        `hg38`, `hg19` or `sacCer3`.
    name, title
        What to register it as; those of the database when left empty.
    genes
        File or folder of gene models to register with it.
    url
        Address of the download server; that of `GENOVIZ_UCSC_DOWNLOADS`, else UCSC's, when left empty.
    progress
        Called with what is done (`download`, `unpack`), and bytes done and in all (0 when not known).
    replace
        Whether an entry of this name may be replaced.
    wait
        Called with the seconds to wait before an attempt.

    Raises
    ------
    UnknownName, NoAnswer, BadDownload, BadInput, BadGenome
        If there is no such genome, it can't be fetched, kept or registered.
    """
    if database not in WHOLE:
        raise UnknownName.among("genome to download", database, WHOLE)
    address = f"{(url or os.environ.get('GENOVIZ_UCSC_DOWNLOADS') or UCSC).rstrip('/')}/{database}/bigZips"
    show = progress or (lambda stage, done, total: None)
    folder = genomes_folder() / "files"
    fasta = folder / f"{database}.fa.gz"
    if not fasta.is_file():
        packed = folder / f"{database}.download.gz"
        if not packed.is_file():
            download(
                f"{address}/{database}.fa.gz",
                packed,
                md5=_md5(f"{address}/md5sum.txt", f"{database}.fa.gz", wait),
                progress=lambda done, total: show("download", done, total),
                wait=wait,
            )
        try:
            to_bgzip(packed, fasta, progress=lambda done, total: show("unpack", done, total))
        except BadDownload as error:
            if isinstance(error.__cause__, (EOFError, zlib.error, gzip.BadGzipFile)):
                packed.unlink()  # damaged: the next call downloads it again; a full disk is no reason to
            raise
        packed.unlink()
    return register(fasta, name or database, database, genes, title=title or WHOLE[database], replace=replace)


def _md5(url: str, file: str, wait: Callable[[float], None]) -> str:
    """The checksum that a list of them gives for a file; empty when the server has no list or the list not the file."""
    try:
        lines = Client(wait=wait).get_text(url).splitlines()
    except NoAnswer as error:
        if error.status == 404:
            return ""
        raise
    rows = [line.split() for line in lines]
    return next((row[0] for row in rows if len(row) == 2 and row[1].lstrip("*").rpartition("/")[2] == file), "")


def to_bgzip(source: Path, path: Path, *, progress: Progress | None = None) -> Path:
    """Turn a gzip file (or a plain one) into one that can be read from the middle.

    `progress` is called with bytes read and bytes in all of the compressed source. `path` is there only once complete.

    Raises
    ------
    BadDownload
        If the source is no whole gzip file, or the disk is full.
    """
    import pysam

    part = path.with_name(path.name + ".part")
    total = source.stat().st_size
    try:
        with source.open("rb") as raw, pysam.BGZFile(str(part), "wb") as out:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            text: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            while block := text.read(_BLOCK):
                out.write(block)
                if progress is not None:
                    progress(raw.tell(), total)
        os.replace(part, path)
    except (OSError, EOFError, zlib.error) as error:
        raise BadDownload(
            f"{clip(source.name)} can't be unpacked to {clip(path.name)} ({clip(str(error), 80)}).",
            "A complete gzip file is needed, and room for the result.",
            "Download it again, or make room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return path
