"""Files of variants, read line by line, so that memory stays flat whatever their size.

VCF, tables with a header (tabs, commas or semicolons) and lines in any spelling, each plain or compressed with gzip or
bgzip. `genoviz.variants.output` writes the results.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from genoviz.errors import BadInput
from genoviz.files.text import bounded_lines, unpacked
from genoviz.variants.rows import VCF_COLUMNS, VariantRow, spelled_rows, vcf_rows
from genoviz.variants.table import Table
from genoviz.variants.vcf_header import VcfHeader

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

__all__ = ["VariantRow", "header_columns", "read_header", "read_variants"]

Source = str | Path | BinaryIO

MOST_COLUMNS = 1_000_000  # a VCF of 500,000 samples still fits
_KINDS = {
    b"PK\x03\x04": ("a zip archive or a spreadsheet", "Unpack it, or save it as text with tabs."),
    b"\xff\xfe": ("text in UTF-16", "Save it as UTF-8."),
    b"\xfe\xff": ("text in UTF-16", "Save it as UTF-8."),
    b"BCF": ("a BCF file", "Convert it with `bcftools view`."),
}


def read_variants(source: Source, *, assembly: str = "", reference: Reference | None = None) -> Iterator[VariantRow]:
    """The alternate alleles of a file or text, one by one.

    Parameters
    ----------
    source
        A Path, an open binary file that can seek, or text (a `str` is the text itself, never a path).
    assembly
        Build of the variants; may be empty. Rows that name another one are skipped with a reason.
    reference
        The genome: for names that need it such as `chr1:g.5del`, which are skipped with a reason without one, for what it
        calls its chromosomes, and for their lengths, which are compared with those in the header of a VCF.

    Yields
    ------
    VariantRow
        At least one per line that is neither empty nor a comment; alleles of one line follow each other.

    Raises
    ------
    BadInput
        If it is no text, a table lacks columns or is of another assembly, the header of a VCF is of another assembly or
        genome, or a compressed file is damaged (after the rows before the damage).
    """
    lines = ((number, line) for number, line in enumerate(_lines(source), start=1) if line.strip())
    first = next(lines, None)
    if first is None:
        return
    everything = chain([first], lines)
    if first[1].startswith(("##fileformat=VCF", "#CHROM\t")):
        columns, header = VCF_COLUMNS, VcfHeader(assembly, reference)
        for number, line in everything:
            if line.startswith("#CHROM"):
                columns = max(VCF_COLUMNS, len(header_columns(line)))
            elif line.startswith("##"):
                header.read(line)
            elif not line.startswith("#"):
                header.check()
                yield from vcf_rows(
                    line, number, assembly=assembly, columns=columns, reference=reference, refused=header.refused
                )
        header.check()
        return
    table: Table | None = None
    seen = False  # only the first line that is no comment can be a header
    for number, line in everything:
        if line.startswith("#") and (seen or not Table.recognises(line.removeprefix("#"))):
            continue
        if not seen:
            seen = True
            if Table.recognises(line.removeprefix("#")):
                table = Table(line, assembly)
                continue
        if table is not None:
            yield from table.rows(line, number, reference)
        else:
            yield from spelled_rows(line, number, assembly=assembly, reference=reference)


def header_columns(line: str) -> list[str]:
    """Names in the `#CHROM` line, which some programs write with spaces."""
    return line.split("\t") if "\t" in line else line.split()


def read_header(source: Source) -> tuple[str, ...]:
    """The header lines of a VCF, `#CHROM` included; none for anything else. BadInput as in `read_variants`."""
    found: list[str] = []
    for line in _lines(source):
        if not line.startswith("#"):
            if line.strip():
                break
            continue
        if not found and not line.startswith(("##fileformat=VCF", "#CHROM\t")):
            break
        found.append(line)
    return tuple(found)


def _lines(source: Source) -> Iterator[str]:
    """Lines without their ends; bytes that are no UTF-8 are read as replacement characters."""
    if isinstance(source, str):
        yield from (line.rstrip("\r\n") for line in io.StringIO(source.removeprefix("\ufeff"), newline=None))
        return
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                yield from _lines(file)
        except OSError as error:
            raise BadInput(
                f"`{source.name}` can't be read: {error.strerror or error}.", "A file of variants.", "Check the path."
            ) from error
        return
    read = 0
    try:
        for raw in bounded_lines(unpacked(source), b"#"):
            if not read:
                _check_kind(raw)
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            read += 1
            _check_width(raw, read)
            yield raw.decode("utf-8", "replace").rstrip("\r\n")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput(
            f"The compressed file is damaged or ends early, after {read:,} lines.",
            "What was read until then is complete.",
            "Copy or download the file again.",
        ) from error


def _check_width(line: bytes, number: int) -> None:
    """Refuse a line of more columns than any file has, before each becomes a text of its own."""
    columns = line.count(b"\t") or max(line.count(sign) for sign in (b",", b";", b" "))
    if columns > MOST_COLUMNS:
        raise BadInput(
            f"Line {number:,} of the file has more than {MOST_COLUMNS:,} columns.",
            "Up to so many are read.",
            "Check that the file is what its name says, or leave that line out.",
        )


def _check_kind(first: bytes) -> None:
    """Refuse what is no text by its first bytes."""
    kind = next((known for magic, known in _KINDS.items() if first.startswith(magic)), None)
    if kind is None and b"\r" in first.rstrip(b"\r\n") and b"\0" not in first:
        kind = ("text whose lines end as on old Macs (CR)", "Save it with the line ends of Unix or Windows.")
    if kind is None and b"\0" in first[:1000]:
        kind = ("no text", "Give a VCF, or a table as text.")
    if kind is not None:
        raise BadInput(f"The file is {kind[0]}.", "VCF, tables as text and lines of variants are read.", kind[1])
