"""Rows of gene annotation files, in one form for all dialects: which format a file is, and its rows by chromosome."""

from __future__ import annotations

import codecs
import gzip
import heapq
import pickle
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TextIO

from genoviz.errors import BadInput, GenovizError
from genoviz.files.text import bounded_lines
from genoviz.genes.features import Row, bed_rows, digits, gene_pred_rows, gff_rows, is_gene_pred
from genoviz.sequences.locus import clip

ACCEPTED = (
    "Gene models are read from GFF3, GTF and BED files and UCSC tables (genePred, refGene), plain, gzip or bgzip."
)

LONGEST_ROW = 1_000_000  # characters; the attributes of real rows have some thousand
_LOOKED_AT = 200  # rows that decide the format
_ROWS_IN_MEMORY = 100_000
_ROWS_AT_ONCE = 1000  # of a temporary file
_BROWSER = re.compile(r"(?:track|browser)(?:[ ]|$)")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class BadGenes(GenovizError):
    """A file of gene models that cannot be read, or holds no gene."""


def _lines(path: Path, skipped: Counter[str]) -> Iterator[str]:
    """Lines that hold annotation: no comments, no browser lines, nothing after `##FASTA`."""
    try:
        with _opened(path) as lines:
            for line in bounded_lines(lines, "#"):
                if line.startswith(("##FASTA", ">")):
                    return
                if len(line) > LONGEST_ROW:
                    skipped[f"rows of more than {LONGEST_ROW:,} characters"] += 1
                elif not (line.startswith("#") or _BROWSER.match(line) or line.isspace()):
                    yield line.rstrip("\r\n")
    except BadInput as error:
        raise BadGenes(f"{clip(path.name)}: {error.read}", error.accepted, error.fix) from error
    except FileNotFoundError:
        raise BadGenes(f"There is no file {clip(str(path), 200)}.", ACCEPTED, "Check the path.") from None
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        raise BadGenes(
            f"{clip(path.name)} cannot be read: {clip(str(error), 120)}.", ACCEPTED, "Check the file, or copy it anew."
        ) from error


def _opened(path: Path) -> TextIO:
    """The file as text, unpacked; a byte order mark says when it is UTF-16."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as plain:
        start = plain.read(4)
    encoding = next((name for mark, name in _BOMS if start.startswith(mark)), "utf-8")
    if packed:
        return gzip.open(path, "rt", encoding=encoding, errors="replace")
    return path.open(encoding=encoding, errors="replace")


def _rows(path: Path, skipped: Counter[str]) -> Iterator[Row]:
    lines = _lines(path, skipped)
    first = list(islice(lines, _LOOKED_AT))
    votes = Counter(reader for line in first if (reader := _reader_of(line)) is not None)
    if not votes:
        example = f", the first being {clip(first[0], 60)}" if first else ""
        raise BadGenes(
            read=f"{clip(path.name)} is no gene annotation: none of its first {len(first):,} lines could be read"
            f"{example}."
            if first
            else f"{clip(path.name)} holds no lines of annotation.",
            accepted=ACCEPTED,
            fix="Check that the file is GFF3 or GTF (nine columns parted by tabs), BED (chromosome, start, end, ...) or a UCSC table.",
        )
    read = votes.most_common(1)[0][0]
    for number, line in enumerate(chain(first, lines)):
        try:
            yield from read(line, number)
        except ValueError as error:
            skipped[str(error)] += 1


def _reader_of(line: str) -> Callable[[str, int], Iterator[Row]] | None:
    columns = line.split("\t")
    if len(columns) >= 8 and digits(columns[3]) and digits(columns[4]) and columns[6].strip() in "+-.?":
        return gff_rows
    if len(columns) >= 3 and digits(columns[1]) and digits(columns[2]):
        return bed_rows
    if is_gene_pred(columns) is not None:
        return gene_pred_rows
    return None


def rows_by_chromosome(
    path: Path, skipped: Counter[str], folder: Path | None = None
) -> Iterator[tuple[str, Iterator[Row]]]:
    """Rows of each chromosome in file order, chromosomes in alphabetical order.

    More rows than fit in memory are sorted through temporary files.

    Parameters
    ----------
    path
        GFF3, GTF, BED or a UCSC table; told apart by what the rows look like, not by the file's name.
    skipped
        Filled with reasons and how many lines each of them left out.
    folder
        Where temporary files go; the system's folder for them if None.

    Raises
    ------
    BadGenes
        If the file is missing, damaged or no annotation.
    """
    rows = _rows(path, skipped)
    with tempfile.TemporaryDirectory(prefix="rows-", dir=folder) as scratch:
        runs: list[Iterator[Row]] = []
        while chunk := sorted(islice(rows, _ROWS_IN_MEMORY), key=lambda row: row.chrom):
            if len(chunk) < _ROWS_IN_MEMORY:
                runs.append(iter(chunk))
                break
            run = Path(scratch, str(len(runs)))
            with run.open("wb") as file:
                for i in range(0, len(chunk), _ROWS_AT_ONCE):
                    pickle.dump(chunk[i : i + _ROWS_AT_ONCE], file)
            runs.append(_run(run))
        # heapq.merge keeps the order of equal keys: first by run, and inside a run as it was.
        yield from groupby(heapq.merge(*runs, key=lambda row: row.chrom), key=lambda row: row.chrom)


def _run(path: Path) -> Iterator[Row]:
    with path.open("rb") as file, suppress(EOFError):
        while True:
            yield from pickle.load(file)
