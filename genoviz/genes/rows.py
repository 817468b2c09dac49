"""Rows of gene annotation files: what a line of GFF3, GTF or BED says about a gene, in one form for all dialects."""

from __future__ import annotations

import heapq
import pickle
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import chain, groupby, islice, pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from genoviz.errors import BadInput, GenovizError
from genoviz.files.text import bounded_lines
from genoviz.sequences.locus import clip

Span = tuple[int, int]
ACCEPTED = "Gene models are read from GFF3, GTF and BED files, plain, gzip or bgzip."

_LOOKED_AT = 200  # rows that decide the format
_ROWS_IN_MEMORY = 100_000
_ROWS_AT_ONCE = 1000  # of a temporary file
_TRANSCRIPT = re.compile(r".*(?:RNA|transcript|_segment)")
_UTR = re.compile(r"(?:five_prime_|three_prime_|5|3)?UTR")
_GFF_KEY = re.compile(r"\s*[^\s=;\"]+=")
_ACCESSION_PREFIX = re.compile(r"[A-Z]{1,2}_?\d+\.\d+:(.+)")
_KEPT = ("gene_name", "gene", "Name", "locus_tag", "gene_id", "Alias", "gene_synonym", "transcript_id", "tag")
_BIOTYPES = ("biotype", "gene_biotype", "gene_type", "transcript_biotype", "transcript_type", "orf_classification")
_KEYS = "|".join(("ID", "Parent", *_KEPT, *_BIOTYPES))
_GFF_PAIR = re.compile(rf"(?:^|;)\s*({_KEYS})=([^;]*)")
_GTF_PAIR = re.compile(rf'(?:^|;)\s*({_KEYS})\s+(?:"([^"]*)"|([^\s;"]+))\s*(?=;|$)')


class BadGenes(GenovizError):
    """A file of gene models that cannot be read, or holds no gene."""


class Row(NamedTuple):
    """What is kept of one line. `level` is `gene`, `transcript`, `exon`, `coding` or `utr`; 0-based half-open."""

    chrom: str
    start: int
    end: int
    strand: str
    level: str
    key: str
    parents: tuple[str, ...]
    gene: str  # GTF and BED name the gene on every row
    kind: str
    names: dict[str, list[str]]


def _lines(path: Path) -> Iterator[str]:
    """Lines that hold annotation: no comments, no browser lines, nothing after `##FASTA`."""
    try:
        with path.open("rb") as file:
            for raw in bounded_lines(file):
                line = raw.decode("utf-8", "replace").removeprefix("\ufeff")
                if line.startswith(("##FASTA", ">")):
                    return
                if not line.startswith(("#", "track", "browser")) and not line.isspace():
                    yield line.rstrip("\r\n")
    except BadInput as error:
        raise BadGenes(f"{clip(path.name)}: {error.read}", error.accepted, error.fix) from error
    except FileNotFoundError:
        raise BadGenes(f"There is no file {clip(str(path), 200)}.", ACCEPTED, "Check the path.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadGenes(
            f"{clip(path.name)} cannot be read: {clip(str(error), 120)}.", ACCEPTED, "Check the file, or copy it anew."
        ) from error


def _rows(path: Path, skipped: Counter[str]) -> Iterator[Row]:
    lines = _lines(path)
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
            fix="Check that the file is GFF3 or GTF (nine columns parted by tabs) or BED (chromosome, start, end, ...).",
        )
    read = votes.most_common(1)[0][0]
    for number, line in enumerate(chain(first, lines)):
        try:
            yield from read(line, number)
        except ValueError as error:
            skipped[str(error)] += 1


def _reader_of(line: str) -> Callable[[str, int], Iterator[Row]] | None:
    columns = line.split("\t")
    if len(columns) >= 8 and columns[3].isdecimal() and columns[4].isdecimal() and columns[6] in "+-.?":
        return _gff_rows
    if len(columns) >= 3 and columns[1].isdecimal() and columns[2].isdecimal():
        return _bed_rows
    return None


def _level(kind: str) -> str:
    """What a feature type is to a gene model; empty for types that are no part of one."""
    if kind in ("exon", "noncoding_exon", "coding_exon", "pseudogenic_exon"):
        return "exon"
    if kind in ("CDS", "stop_codon"):
        return "coding"
    if _UTR.fullmatch(kind):
        return "utr"
    if kind.endswith("gene"):
        return "gene"
    return "transcript" if _TRANSCRIPT.fullmatch(kind) else ""


def _gff_rows(line: str, number: int) -> Iterator[Row]:
    columns = line.split("\t")
    if len(columns) < 9:
        raise ValueError("fewer than nine columns")
    level = _level(columns[2])
    if not level:
        return
    start, end, strand = _place(columns, 3, 4, 6, one_based=True)
    gtf = not _GFF_KEY.match(columns[8])
    names = _gtf_attributes(columns[8]) if gtf else _gff_attributes(columns[8])
    part = level not in ("gene", "transcript")
    kind = next((names[name][0] for name in _BIOTYPES if name in names), "" if part else columns[2])
    if gtf:
        gene, transcript = (names.get(name, [""])[0] for name in ("gene_id", "transcript_id"))
        if not gene:
            raise ValueError("no gene_id")
        if level == "gene":
            yield Row(columns[0], start, end, strand, level, gene, (), gene, kind, names)
        elif level == "transcript":
            yield Row(columns[0], start, end, strand, level, transcript, (gene,), gene, kind, names)
        else:
            named = _named(names.get("gene_name", [""])[0])
            yield Row(columns[0], start, end, strand, level, "", (transcript or gene,), gene, kind, named)
        return
    key, parents = names.get("ID", [""])[0], tuple(names.get("Parent", ()))
    if not part and not key:
        key = f"{names.get('Name', ['row'])[0]}#{number}"
    yield Row(columns[0], start, end, strand, level, key, parents, "", kind, {} if part and parents else names)


@lru_cache(maxsize=1000)
def _named(name: str) -> dict[str, list[str]]:
    """One dictionary for all parts of a gene: there are millions of parts."""
    return {"gene_name": [name]} if name else {}


def _bed_rows(line: str, number: int) -> Iterator[Row]:
    columns = line.split("\t")
    if len(columns) < 6:
        raise ValueError("fewer than six columns, so no strand")
    start, end, strand = _place(columns, 1, 2, 5, one_based=False)
    written = columns[3] if columns[3] not in ("", ".") else f"{columns[0]}:{start + 1}-{end}"
    prefixed = _ACCESSION_PREFIX.fullmatch(written)
    names = {"Name": [prefixed[1] if prefixed else written], "Alias": [written]}
    key = f"{written}#{number}"
    yield Row(columns[0], start, end, strand, "transcript", key, (), written, "", names)
    blocks = _blocks(columns, start, end) if len(columns) >= 12 else []
    for block in blocks:
        yield Row(columns[0], *block, strand, "exon", "", (key,), written, "", {})
    if blocks and columns[6].isdecimal() and columns[7].isdecimal():
        thick = int(columns[6]), int(columns[7])
        for low, high in blocks:
            low, high = max(low, thick[0]), min(high, thick[1])
            if low < high:
                yield Row(columns[0], low, high, strand, "coding", "", (key,), written, "", {})


def _blocks(columns: list[str], start: int, end: int) -> list[Span]:
    """Exons of a BED12 row; none when they do not fill the interval from its first to its last base as the format asks."""
    try:
        sizes = [int(word) for word in columns[10].strip(",").split(",")]
        offsets = [int(word) for word in columns[11].strip(",").split(",")]
        blocks = [(start + offset, start + offset + size) for offset, size in zip(offsets, sizes, strict=True)]
    except ValueError:
        return []
    whole = len(blocks) == int(columns[9] or 0) and blocks[0][0] == start and blocks[-1][1] == end
    apart = all(one[1] <= two[0] for one, two in pairwise(blocks))
    return blocks if whole and apart and all(low < high for low, high in blocks) else []


def _place(columns: list[str], first: int, last: int, sign: int, *, one_based: bool) -> tuple[int, int, str]:
    start, end, strand = columns[first], columns[last], columns[sign]
    if not columns[0] or not columns[0].isprintable() or " " in columns[0] or ":" in columns[0]:
        raise ValueError("a chromosome name with a space or a colon")
    if not (start.isdecimal() and end.isdecimal()):
        raise ValueError("positions that are no numbers")
    low, high = int(start) - one_based, int(end)
    if not 0 <= low < high:
        raise ValueError("an end before the start")
    if strand not in ("+", "-"):
        raise ValueError("no strand")
    return low, high, strand


def _gff_attributes(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, values in _GFF_PAIR.findall(text):
        found.setdefault(key, []).extend(unquote(value.strip()) for value in values.split(","))
    return found


def _gtf_attributes(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, quoted, plain in _GTF_PAIR.findall(text):
        if quoted or plain:
            found.setdefault(key, []).append(quoted or plain)
    return found


def rows_by_chromosome(path: Path, skipped: Counter[str]) -> Iterator[tuple[str, Iterator[Row]]]:
    """Rows of each chromosome in file order, chromosomes in alphabetical order.

    More rows than fit in memory are sorted through temporary files.

    Parameters
    ----------
    path
        GFF3, GTF or BED; told apart by what the rows look like, not by the file's name.
    skipped
        Filled with reasons and how many lines each of them left out.

    Raises
    ------
    BadGenes
        If the file is missing, damaged or no annotation.
    """
    rows = _rows(path, skipped)
    with tempfile.TemporaryDirectory(prefix="genoviz-genes-") as folder:
        runs: list[Iterator[Row]] = []
        while chunk := sorted(islice(rows, _ROWS_IN_MEMORY), key=lambda row: row.chrom):
            if len(chunk) < _ROWS_IN_MEMORY:
                runs.append(iter(chunk))
                break
            run = Path(folder, str(len(runs)))
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
