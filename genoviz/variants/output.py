"""Scored variants, written line by line: VCF with the scores as INFO fields, and TSV.

One line of input gives the same lines of output wherever and whenever it is written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.files.tsv import harmless
from genoviz.variants.files import Source, header_columns, read_header
from genoviz.variants.rows import VariantRow, vcf_parts
from genoviz.version import __version__

PREFIX = "GENOVIZ_"
NUMBER, WHOLE, TEXT = "number", "whole", "text"  # kinds of columns
PLACE = ("line", "chrom", "pos", "ref", "alt", "id")  # columns before the scores
AFTER = ("skipped", "input")  # and behind them
_SKIPPED = f"{PREFIX}SKIPPED"
_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_IN_INFO = ("effect", "target", "model", "weights_sha256")

Value = float | int | str | None


@dataclass(frozen=True)
class ScoreField:
    """A column of the results.

    Attributes
    ----------
    name
        Column of a TSV; in a VCF in upper case behind `GENOVIZ_`.
    description
        What it is; `{unit}` in it stands for the unit of the scores. Empty: its name says it. The formula of an effect is
        that of `effect` in the provenance.
    kind
        `number`, `whole` or `text`.
    alone
        Whether it is an INFO field of its own in a VCF, with one value for each alternate allele.
    """

    name: str
    description: str
    kind: str = NUMBER
    alone: bool = True

    @property
    def info(self) -> str:
        """Name of the INFO field."""
        return PREFIX + self.name.upper()

    def text(self, unit: str) -> str:
        """The description with its unit."""
        return self.description.replace("{unit}", unit or "the unit of the model")


@dataclass(frozen=True)
class InfoField:
    """An INFO field that holds several columns: its name, and a description that begins with its layout."""

    name: str
    description: str


@dataclass(frozen=True)
class ScoredLine:
    """A line of a table of results: a cell for each field, and why some or all are missing (else empty)."""

    cells: tuple[Value, ...]
    skipped: str = ""


@dataclass(frozen=True)
class Scored:
    """What an alternate allele got.

    Attributes
    ----------
    lines
        One, or one for each gene at the variant.
    texts
        For a VCF, what stands in each `InfoField`: an entry for each gene, joined by commas; empty where there is none.
    """

    lines: tuple[ScoredLine, ...]
    texts: tuple[str, ...] = ()

    @property
    def skipped(self) -> str:
        """Why something is missing on every line; empty where a line is complete."""
        return self.lines[0].skipped if all(line.skipped for line in self.lines) else ""


Result = Scored | Seq[float] | str  # all of it, one number for each field, or why there are none

FIELDS = (
    ScoreField("reference", "Prediction for the window with the reference allele, in {unit}"),
    ScoreField("alternate", "Prediction for the window with the alternate allele, in {unit}"),
    ScoreField("effect", "Effect of the alternate allele"),
)


def output_header(
    source: Source,
    *,
    vcf: bool,
    provenance: Mapping[str, object],
    unit: str = "",
    fields: Seq[ScoreField] = FIELDS,
    infos: Seq[InfoField] = (),
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
    fields, infos
        What `output_line` is given for each allele, in this order.
    contigs
        Names and lengths of the chromosomes, for a VCF from an input that is none.

    Returns
    -------
    str
        Lines with their ends.
    """
    about = {key: " ".join(str(value).split()) for key, value in provenance.items()}
    if not vcf:
        described = {f"column {one.name}": one.text(unit) for one in fields if one.description}
        columns = (*PLACE, *(one.name for one in fields), *AFTER)
        return "".join(f"# {k}: {v}\n" for k, v in (about | described).items()) + "\t".join(columns) + "\n"
    given = read_header(source)
    named = next((header_columns(line) for line in given if line.startswith("#CHROM")), [])
    names = "\t".join([*named, *_FIXED[len(named) :]])
    ours = (f"##INFO=<ID={PREFIX}", "##genoviz_", *(f"##INFO=<ID={one.name}," for one in infos))
    kept = [line for line in given if line.startswith("##") and not line.startswith(ours)]
    if not kept or not kept[0].startswith("##fileformat="):
        kept.insert(0, "##fileformat=VCFv4.2")
    if not given:
        kept += [f"##contig=<ID={name},length={length}>" for name, length in (contigs or {}).items()]
    facts = "; ".join(f"{key.replace('_', ' ')}: {about[key]}" for key in _IN_INFO if key in about)
    made = [f"##genoviz_{key.replace(' ', '_')}={value}" for key, value in about.items()]
    behind = f" ({facts})" if facts else ""
    made += [_info_line(one.info, "A", "Float", one.text(unit) + behind) for one in fields if one.alone]
    made += [_info_line(one.name, ".", "String", one.description) for one in infos]  # programs read its end
    made.append(_info_line(_SKIPPED, ".", "String", "Why an alternate allele has no score; one entry per allele"))
    return "\n".join([*kept, *made, names]) + "\n"


def output_line(
    rows: Seq[VariantRow],
    results: Seq[Result],
    *,
    vcf: bool,
    fields: Seq[ScoreField] = FIELDS,
    infos: Seq[InfoField] = (),
) -> str:
    """The output for one line of input.

    Parameters
    ----------
    rows
        All rows of the line.
    results
        For each row what it got, or the reason why there is nothing.
    vcf
        VCF, else TSV.
    fields, infos
        As for `output_header`.

    Returns
    -------
    str
        Lines with their ends: in a VCF one for a line of a VCF, else one for each variant. A line that cannot stand in
        a VCF (no position, no alleles, a name that was not read) gives an empty text; in a TSV it is kept.
    """
    scored = [_scored(result, fields, infos) for result in results]
    if not vcf:
        return "".join(_tsv_line(row, line) for row, found in zip(rows, scored, strict=True) for line in found.lines)
    if rows and rows[0].columns:
        parts = vcf_parts(rows[0].line)
        if parts is None:
            return ""
        width = rows[0].columns
        parts = (parts + ["."] * (width - len(parts)))[:width]
        parts[7] = _info(parts[7], scored, fields, infos)
        return "\t".join(parts) + "\n"
    lines = []
    for row, result in zip(rows, scored, strict=True):
        if row.variant is not None:
            v = row.variant
            identifier = "_".join(row.identifier.replace(";", "_").split()) or "."
            parts = [v.chrom, str(v.pos), identifier, v.ref, v.alt, ".", ".", _info(".", [result], fields, infos)]
            lines.append("\t".join(parts) + "\n")
    return "".join(lines)


def number(value: float) -> str:
    """Text that restores a float32 exactly; `.` where there is no finite number."""
    return f"{value:.9g}" if math.isfinite(value) else "."


def info_name(text: str) -> str:
    """A text as the name of an INFO field, which has letters, digits and `_` only: `splice.sites` is `splice_sites`."""
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in text)
    return f"_{name}" if not name or name[0].isdigit() else name


def info_text(text: str) -> str:
    """A name inside an INFO field, without the signs that mean something there."""
    return "".join("_" if c in ",;=|" or c.isspace() else c for c in text) or "."


def _scored(result: Result, fields: Seq[ScoreField], infos: Seq[InfoField]) -> Scored:
    """Any form of a result as the whole one, with as many cells as there are fields."""
    if isinstance(result, str):
        return Scored((ScoredLine((None,) * len(fields), result),), ("",) * len(infos))
    found = result if isinstance(result, Scored) else Scored((ScoredLine(tuple(result)),), ("",) * len(infos))
    for line in found.lines:
        if len(line.cells) != len(fields):
            raise ValueError(f"{len(line.cells)} numbers for {len(fields)} fields")
    return found


def _info(given: str, results: Seq[Scored], fields: Seq[ScoreField], infos: Seq[InfoField]) -> str:
    """An INFO column with the scores added; those of an earlier run are replaced."""
    names = {one.name for one in infos}
    kept = [
        part
        for part in given.split(";")
        if part not in ("", ".") and not part.startswith(PREFIX) and part.partition("=")[0] not in names
    ]
    for i, one in enumerate(fields):
        values = [result.lines[0].cells[i] for result in results]
        if one.alone and any(value is not None for value in values):
            kept.append(f"{one.info}={','.join(_cell(value) or '.' for value in values)}")
    for i, info in enumerate(infos):
        entries = [result.texts[i] for result in results if result.texts[i]]
        if entries:
            kept.append(f"{info.name}={','.join(entries)}")
    if any(result.skipped for result in results):
        reasons = (_slug(result.skipped) if result.skipped else "." for result in results)
        kept.append(f"{_SKIPPED}={','.join(reasons)}")
    return ";".join(kept) or "."


def _tsv_line(row: VariantRow, scored: ScoredLine) -> str:
    """One row of a TSV."""
    place = ["", "", "", ""]
    if row.variant is not None:
        place = [row.variant.chrom, str(row.variant.pos), row.variant.ref, row.variant.alt]
    elif row.columns and (parts := vcf_parts(row.line)):
        place = [parts[0], parts[1], parts[3], parts[4].split(",")[row.allele - 1]]
    cells = [str(row.number), *place, row.identifier, *map(_cell, scored.cells), scored.skipped]
    cells.append("" if row.columns else row.line)
    return "\t".join(harmless(" ".join(cell.split())) for cell in cells) + "\n"


def _cell(value: Value) -> str:
    """A cell as text; empty where there is nothing."""
    return "" if value is None else number(value) if isinstance(value, float) else str(value)


def _slug(reason: str) -> str:
    """A reason as a value of an INFO field, which may hold no space, comma, semicolon or equals sign."""
    return "_".join("".join(c if c.isalnum() else " " for c in reason).split()) or "skipped"


def _info_line(name: str, count: str, kind: str, text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'##INFO=<ID={name},Number={count},Type={kind},Description="{quoted}",Source="genoviz",Version="{__version__}">'
    )
