"""One line of an annotation file: what it says about a gene, in one form for GFF3, GTF and BED."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from genoviz.genes.attributes import BIOTYPES, attributes, clean_name

Span = tuple[int, int]
COPY = "\x1f"  # parts a name from a number that only genoviz needs; in no file, since names hold no such letter
LONGEST = 2**31 - 1  # a chromosome, in bases: what an index can hold

TRANS_SPLICED = "trans-spliced transcripts, whose parts do not lie in one stretch"

_TRANSCRIPT = re.compile(r".*(?:rna|transcript|_segment)")
_EXON = re.compile(r"(?:.*_)?exon")
_UTR = re.compile(r"(?:five_prime_|three_prime_|5|3)?utr")
# Types that hold no exons of a gene, however many rows of a file they fill.
_NO_MODEL = re.compile(
    r".*match.*|.*repeat.*|intron|snp|snv|.*_site|.*_alteration|transposable_element|transposon_fragment"
)
_SEQUENCE = ("region", "chromosome", "contig", "scaffold", "supercontig", "biological_region")
_SO = {  # terms that a GFF3 file may name by their accession
    "so:0000704": "gene",
    "so:0000336": "pseudogene",
    "so:0000673": "transcript",
    "so:0000234": "mrna",
    "so:0000655": "ncrna",
    "so:0000147": "exon",
    "so:0000316": "cds",
    "so:0000204": "five_prime_utr",
    "so:0000205": "three_prime_utr",
}
_NUMBERED = ("exon_number", "rank", "part")
_TRANS = re.compile(r"trans[-_ ]?splic")
_ACCESSION_PREFIX = re.compile(r"[A-Z]{1,2}_?\d+\.\d+:(.+)")


class Row(NamedTuple):
    """What is kept of one line; places are 0-based half-open.

    `level` is `gene`, `transcript`, `exon`, `coding`, `start` or `stop` (codons), `utr`; `other` may turn out to be a gene or a
    transcript by what lies below it, `sequence` is the chromosome itself. `number` is an exon's number as written, `part` that
    of a feature's piece, both 0 where the file gives none; `torn` says why the row can't be part of one stretch.
    """

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
    number: int = 0
    part: int = 0
    torn: str = ""


def digits(text: str) -> bool:
    """Whether a column holds a whole number in the digits 0 to 9 (`²` and others have a digit's look, but no place)."""
    plain = text.strip()
    return plain.isascii() and plain.isdigit()


@lru_cache(maxsize=1000)
def _level(kind: str) -> str:
    """What a feature type is to a gene model; empty for types that are no part of one."""
    kind = kind.strip().lower()
    kind = _SO.get(kind, kind)
    if _EXON.fullmatch(kind):
        return "exon"
    if kind in ("cds", "pseudogenic_cds"):
        return "coding"
    if kind in ("start_codon", "stop_codon"):
        return kind.partition("_")[0]
    if _UTR.fullmatch(kind):
        return "utr"
    if kind.endswith("gene"):
        return "gene"
    if kind in _SEQUENCE:
        return "sequence"
    return "transcript" if _TRANSCRIPT.fullmatch(kind) else "other"


def _is_no_model(columns: list[str]) -> bool:
    """Whether nothing can lie below a row of an unknown type: most rows of a file that holds more than genes."""
    if "ID" not in columns[8]:
        return True
    return "Parent" not in columns[8] and _NO_MODEL.fullmatch(columns[2].strip().lower()) is not None


def gff_rows(line: str, number: int) -> Iterator[Row]:
    """What a line of GFF3 or GTF says, by its number in the file; ValueError with the reason where it is left out."""
    columns = line.split("\t")
    if len(columns) < 9:
        raise ValueError("fewer than nine columns")
    level = _level(columns[2])
    if level == "other" and _is_no_model(columns):
        return
    gtf, names = attributes(columns[8])
    if level == "sequence":
        with suppress(ValueError):
            yield _sequence_row(columns, names)
        return
    if gtf and level == "other":
        return
    place = (chromosome(columns[0], encoded=not gtf), *_place(columns, 3, 4, 6, one_based=True))
    part = level not in ("gene", "transcript", "other")
    kind = next((names[name][0] for name in BIOTYPES if name in names), "" if part else columns[2].strip())
    told = _told(names, columns[2])
    if gtf:
        yield _gtf_row(place, level, kind, names, told, "" if part else columns[2].strip())
        return
    key, parents = names.get("ID", [""])[0], tuple(names.get("Parent", ()))
    if not key and not (part and parents):
        # Without an ID every row is a feature of its own, whatever its name.
        key = f"{names.get('Name', [f'{place[0]}:{place[1] + 1}-{place[2]}'])[0]}{COPY}{number}"
    yield Row(*place, level, key, parents, "", kind, {} if part and parents else names, *told)


def _gtf_row(
    place: tuple[str, int, int, str],
    level: str,
    kind: str,
    names: dict[str, list[str]],
    told: tuple[int, int, str],
    written: str,
) -> Row:
    """A row of a transcript is known by gene and transcript together: `unknown_transcript_1` belongs to many genes."""
    gene, transcript = (names.get(name, [""])[0] for name in ("gene_id", "transcript_id"))
    if not gene:
        raise ValueError("no gene_id")
    if level == "gene" and written.lower() != "gene" and transcript not in ("", gene):
        level = "transcript"  # a `pseudogene` row that has a transcript_id
    if level == "gene":
        return Row(*place, level, gene, (), gene, kind, names, *told)
    if level == "transcript":
        return Row(*place, level, transcript or gene, (gene,), gene, kind, names, *told)
    named = _named(names.get("gene_name", [""])[0])
    return Row(*place, level, "", (transcript or gene,), gene, kind, named, *told)


def _sequence_row(columns: list[str], names: dict[str, list[str]]) -> Row:
    """The row of a chromosome: its length matters where it is a circle."""
    circle = [value.lower() for value in names.get("Is_circular", ())] == ["true"]
    start, end, _ = _place([*columns[:6], "+"], 3, 4, 6, one_based=True)
    chrom = chromosome(columns[0], encoded=True)
    return Row(chrom, start, end, "+", "sequence", names.get("ID", [""])[0], (), "", "circle" if circle else "", {})


def _told(names: dict[str, list[str]], kind: str) -> tuple[int, int, str]:
    """Number of an exon, number of a piece of a feature, and why it can't lie in one stretch."""
    numbers = [next((int(v) for v in names.get(key, ()) if digits(v) and len(v) < 7), 0) for key in _NUMBERED]
    said = [*names.get("exception", ()), kind, *("trans_splicing" for key in names if key == "trans_splicing")]
    torn = TRANS_SPLICED if any(_TRANS.search(word.lower()) for word in said) else ""
    return numbers[0] or numbers[1], numbers[2], torn


@lru_cache(maxsize=1000)
def _named(name: str) -> dict[str, list[str]]:
    """One dictionary for all parts of a gene: there are millions of parts."""
    return {"gene_name": [name]} if name else {}


def bed_rows(line: str, number: int) -> Iterator[Row]:
    """What a line of BED says, a gene with its parts; ValueError with the reason where it is left out."""
    columns = line.split("\t")
    if len(columns) < 6:
        raise ValueError("fewer than six columns, so no strand")
    chrom = chromosome(columns[0])
    start, end, strand = _place(columns, 1, 2, 5, one_based=False)
    written = clean_name(columns[3])
    if written in ("", "."):
        written = f"{chrom}:{start + 1}-{end}"
    prefixed = _ACCESSION_PREFIX.fullmatch(written)
    names = {"Name": [prefixed[1] if prefixed else written], "Alias": [written]}
    key = f"{written}{COPY}{number}"
    yield Row(chrom, start, end, strand, "transcript", key, (), written, "", names)
    if len(columns) < 12:
        return
    blocks = _blocks(columns, start, end)
    for block in blocks:
        yield Row(chrom, *block, strand, "exon", "", (key,), written, "", {})
    row = Row(chrom, start, end, strand, "coding", "", (key,), written, "", {})
    yield from _thick_rows(blocks, (columns[6], columns[7]), row)
    if not blocks:
        raise ValueError("blocks that do not fit their row, which is read without exons")


def is_gene_pred(columns: list[str]) -> int | None:
    """Where the columns of a UCSC table of genes begin (after a `bin`, as in refGene, or at once); None for other rows."""
    for first in (0, 1):
        numbers = columns[first + 3 : first + 8]
        if len(columns) >= first + 10 and columns[first + 2].strip() in ("+", "-") and all(map(digits, numbers)):
            return first
    return None


def gene_pred_rows(line: str, number: int) -> Iterator[Row]:
    """A row of a UCSC table (genePred, refGene, ncbiRefSeq): a transcript with all its exons, 0-based half-open."""
    columns = line.split("\t")
    first = is_gene_pred(columns)
    if first is None:
        raise ValueError("columns that are not those of the other rows")
    columns = columns[first:]
    chrom, name = chromosome(columns[1]), clean_name(columns[0])
    start, end, strand = _place(columns, 3, 4, 2, one_based=False)
    gene = clean_name(columns[11]) if len(columns) > 11 else ""
    key, gene = f"{name or gene}{COPY}{number}", gene or name
    if not gene:
        raise ValueError("no name of a gene or transcript")
    blocks = _gene_pred_exons(columns, start, end)
    yield Row(chrom, start, end, strand, "transcript", key, (), gene, "", {"gene_name": [gene]})
    coding = (columns[5], columns[6])
    for block in blocks:
        yield Row(chrom, *block, strand, "exon", "", (key,), gene, "", {})
    yield from _thick_rows(blocks, coding, Row(chrom, start, end, strand, "coding", "", (key,), gene, "", {}))
    if not blocks:
        raise ValueError("exons that do not fit their row, which is read without them")


def _gene_pred_exons(columns: list[str], start: int, end: int) -> list[Span]:
    try:
        starts, ends = ([int(word) for word in columns[i].strip(" ,").split(",")] for i in (8, 9))
        blocks = list(zip(starts, ends, strict=True))
        count = int(columns[7])
    except ValueError:
        return []
    return _fitting(blocks, count, start, end)


def _thick_rows(blocks: list[Span], ends: tuple[str, str], row: Row) -> Iterator[Row]:
    """Coding parts: the exons between two positions of a row, as it is but for its place."""
    if not all(map(digits, ends)):
        return
    words = [text.strip().lstrip("0") or "0" for text in ends]
    first, last = (int(word) if len(word) <= 10 else LONGEST for word in words)
    for start, end in blocks:
        low, high = max(start, first), min(end, last)
        if low < high:
            yield row._replace(start=low, end=high)


def _fitting(blocks: list[Span], count: int, start: int, end: int) -> list[Span]:
    """Exons that fill a row from its first to its last base, in their order; else none."""
    whole = len(blocks) == count and blocks[0][0] == start and blocks[-1][1] == end
    apart = all(one[1] <= two[0] for one, two in pairwise(blocks))
    return blocks if whole and apart and all(low < high for low, high in blocks) else []


def _blocks(columns: list[str], start: int, end: int) -> list[Span]:
    """Exons of a BED12 row; none when they do not fill the interval from its first to its last base as the format asks."""
    try:
        sizes = [int(word) for word in columns[10].strip(" ,").split(",")]
        offsets = [int(word) for word in columns[11].strip(" ,").split(",")]
        blocks = [(start + offset, start + offset + size) for offset, size in zip(offsets, sizes, strict=True)]
        count = int(columns[9])
    except ValueError:
        return []
    return _fitting(blocks, count, start, end)


def chromosome(text: str, *, encoded: bool = False) -> str:
    """The name of a chromosome as a column gives it; ValueError for one that no place can be written with."""
    name = (unquote(text) if encoded and "%" in text else text).strip()
    if not name or not name.isprintable() or " " in name or ":" in name:
        raise ValueError("a chromosome name with a space or a colon")
    return name


def _place(columns: list[str], first: int, last: int, sign: int, *, one_based: bool) -> tuple[int, int, str]:
    strand = columns[sign].strip()
    if not (digits(columns[first]) and digits(columns[last])):
        raise ValueError("positions that are no numbers")
    start, end = (columns[i].strip().lstrip("0") or "0" for i in (first, last))
    if max(len(start), len(end)) > 10 or max(int(start), int(end)) > LONGEST:
        raise ValueError(f"positions past {LONGEST:,}, which no index holds")
    low, high = int(start) - one_based, int(end)
    if low < 0:
        raise ValueError("a start of 0, where positions count from 1")
    if low >= high:
        raise ValueError("an end before the start")
    if strand not in ("+", "-"):
        raise ValueError("no strand")
    return low, high, strand
