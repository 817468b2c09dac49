"""Files of variants: read line by line, written line by line, so that memory stays flat whatever their size.

Read are VCF, tables with a header (tabs, commas or semicolons) and lines in any spelling, each plain or compressed
with gzip or bgzip. Written are VCF, with the scores as INFO fields, and TSV. One line of input gives the same line of
output wherever and whenever it is written.
"""

from __future__ import annotations

import gzip
import io
import math
import zlib
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from genoviz.errors import BadInput
from genoviz.files.text import bounded_lines, unpacked
from genoviz.variants.rows import VCF_COLUMNS, VariantRow, spelled_rows, vcf_parts, vcf_rows
from genoviz.variants.table import Table
from genoviz.variants.vcf_header import VcfHeader
from genoviz.version import __version__

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

__all__ = ["FIELDS", "ScoreField", "VariantRow", "output_header", "output_line", "read_header", "read_variants"]

Source = str | Path | BinaryIO
Scores = Seq[float] | str

MOST_COLUMNS = 1_000_000  # a VCF of 500,000 samples still fits
PREFIX = "GENOVIZ_"
_SKIPPED = f"{PREFIX}SKIPPED"
_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_KINDS = {
    b"PK\x03\x04": ("a zip archive or a spreadsheet", "Unpack it, or save it as text with tabs."),
    b"\xff\xfe": ("text in UTF-16", "Save it as UTF-8."),
    b"\xfe\xff": ("text in UTF-16", "Save it as UTF-8."),
    b"BCF": ("a BCF file", "Convert it with `bcftools view`."),
}


@dataclass(frozen=True)
class ScoreField:
    """A number that is written for each alternate allele.

    Attributes
    ----------
    name
        Column of a TSV; in a VCF in upper case behind `GENOVIZ_`.
    description
        What it is; `{unit}` in it stands for the unit of the scores. The formula of an effect is that of `effect` in
        the provenance.
    """

    name: str
    description: str

    @property
    def info(self) -> str:
        """Name of the INFO field."""
        return PREFIX + self.name.upper()

    def text(self, unit: str) -> str:
        """The description with its unit."""
        return self.description.replace("{unit}", unit or "the unit of the model")


FIELDS = (
    ScoreField("reference", "Prediction for the window with the reference allele, in {unit}"),
    ScoreField("alternate", "Prediction for the window with the alternate allele, in {unit}"),
    ScoreField("effect", "Effect of the alternate allele"),
)


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
                columns = max(VCF_COLUMNS, len(_columns(line)))
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


def _columns(line: str) -> list[str]:
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


def output_header(
    source: Source,
    *,
    vcf: bool,
    provenance: Mapping[str, object],
    unit: str = "",
    fields: Seq[ScoreField] = FIELDS,
    contigs: Mapping[str, int] | None = None,
) -> str:
    """What the output begins with.

    Parameters
    ----------
    source
        The input: of a VCF, all header lines are kept.
    vcf
        VCF, else TSV.
    provenance
        Model, checksum, target, formula of the effect (`effect`) and so on; see `genoviz.models.provenance.provenance`.
    unit
        Unit of the scores.
    fields
        The numbers that `output_line` is given for each allele, in this order.
    contigs
        Names and lengths of the chromosomes, for a VCF from an input that is none.

    Returns
    -------
    str
        Lines with their ends.
    """
    about = {key: " ".join(str(value).split()) for key, value in provenance.items()}
    if not vcf:
        described = {f"column {one.name}": one.text(unit) for one in fields}
        columns = ("line", "chrom", "pos", "ref", "alt", "id", *(one.name for one in fields), "skipped", "input")
        return "".join(f"# {k}: {v}\n" for k, v in (about | described).items()) + "\t".join(columns) + "\n"
    given = read_header(source)
    named = next((_columns(line) for line in given if line.startswith("#CHROM")), [])
    names = "\t".join([*named, *_FIXED[len(named) :]])
    ours = (f"##INFO=<ID={PREFIX}", "##genoviz_")
    kept = [line for line in given if line.startswith("##") and not line.startswith(ours)]
    if not kept or not kept[0].startswith("##fileformat="):
        kept.insert(0, "##fileformat=VCFv4.2")
    if not given:
        kept += [f"##contig=<ID={name},length={length}>" for name, length in (contigs or {}).items()]
    facts = "; ".join(f"{key.replace('_', ' ')}: {about[key]}" for key in _IN_INFO if key in about)
    made = [f"##genoviz_{key.replace(' ', '_')}={value}" for key, value in about.items()]
    for one in fields:
        text = one.text(unit) + (f" ({facts})" if facts else "")
        made.append(_info_line(one.info, "A", "Float", text))
    made.append(_info_line(_SKIPPED, ".", "String", "Why an alternate allele has no score; one entry per allele"))
    return "\n".join([*kept, *made, names]) + "\n"


_IN_INFO = ("effect", "target", "model", "weights_sha256")


def output_line(rows: Seq[VariantRow], results: Seq[Scores], *, vcf: bool, fields: Seq[ScoreField] = FIELDS) -> str:
    """The output for one line of input.

    Parameters
    ----------
    rows
        All rows of the line.
    results
        For each row its numbers, as many as `fields`, or the reason why there are none.
    vcf
        VCF, else TSV.
    fields
        As for `output_header`.

    Returns
    -------
    str
        Lines with their ends: in a VCF one for a line of a VCF, else one for each variant. A line that cannot stand in
        a VCF (no position, no alleles, a name that was not read) gives an empty text; in a TSV it is kept.
    """
    if not vcf:
        return "".join(_tsv_line(row, result, len(fields)) for row, result in zip(rows, results, strict=True))
    if rows and rows[0].columns:
        parts = vcf_parts(rows[0].line)
        if parts is None:
            return ""
        width = rows[0].columns
        parts = (parts + ["."] * (width - len(parts)))[:width]
        parts[7] = _info(parts[7], results, fields)
        return "\t".join(parts) + "\n"
    lines = []
    for row, result in zip(rows, results, strict=True):
        if row.variant is not None:
            v = row.variant
            identifier = "_".join(row.identifier.replace(";", "_").split()) or "."
            parts = [v.chrom, str(v.pos), identifier, v.ref, v.alt, ".", ".", _info(".", [result], fields)]
            lines.append("\t".join(parts) + "\n")
    return "".join(lines)


def number(value: float) -> str:
    """Text that restores a float32 exactly; `.` where there is no finite number."""
    return f"{value:.9g}" if math.isfinite(value) else "."


def _info(given: str, results: Seq[Scores], fields: Seq[ScoreField]) -> str:
    """An INFO column with the scores added; those of an earlier run are replaced."""
    kept = [part for part in given.split(";") if part not in ("", ".") and not part.startswith(PREFIX)]
    if not all(isinstance(result, str) for result in results):
        for i, one in enumerate(fields):
            values = ("." if isinstance(r, str) else number(_checked(r, fields)[i]) for r in results)
            kept.append(f"{one.info}={','.join(values)}")
    if any(isinstance(result, str) for result in results):
        reasons = (_slug(result) if isinstance(result, str) else "." for result in results)
        kept.append(f"{_SKIPPED}={','.join(reasons)}")
    return ";".join(kept) or "."


def _tsv_line(row: VariantRow, result: Scores, width: int) -> str:
    """One row of a TSV."""
    place = ["", "", "", ""]
    if row.variant is not None:
        place = [row.variant.chrom, str(row.variant.pos), row.variant.ref, row.variant.alt]
    elif row.columns and (parts := vcf_parts(row.line)):
        place = [parts[0], parts[1], parts[3], parts[4].split(",")[row.allele - 1]]
    skipped = isinstance(result, str)
    values = [""] * width if isinstance(result, str) else [number(value) for value in result]
    if len(values) != width:
        raise ValueError(f"{len(values)} numbers for {width} fields")
    cells = [str(row.number), *place, row.identifier, *values, str(result) if skipped else ""]
    cells.append("" if row.columns else row.line)
    return "\t".join(" ".join(cell.split()) for cell in cells) + "\n"


def _checked(result: Seq[float], fields: Seq[ScoreField]) -> Seq[float]:
    if len(result) != len(fields):
        raise ValueError(f"{len(result)} numbers for {len(fields)} fields")
    return result


def _slug(reason: str) -> str:
    """A reason as a value of an INFO field, which may hold no space, comma, semicolon or equals sign."""
    return "_".join("".join(c if c.isalnum() else " " for c in reason).split()) or "skipped"


def _info_line(name: str, count: str, kind: str, text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'##INFO=<ID={name},Number={count},Type={kind},Description="{quoted}",Source="genoviz",Version="{__version__}">'
    )


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
