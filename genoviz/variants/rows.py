"""One line of a file, a table or pasted text as variants: one row per alternate allele, or a row that says why not.

A line that cannot be read never stops the others. Reasons are few and short, so that they can be counted; `detail` has
the whole message.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genoviz.errors import BadInput, BadLocus, BadVariant, GenovizError, RefMismatch
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import clip
from genoviz.variants import hgvs
from genoviz.variants.spelling import (
    CountedFromZero,
    OtherBuild,
    accession_build,
    agreed_build,
    chromosome_of,
    looks_like_bed,
    needs_look_up,
    position,
)
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

SYMBOLIC = "symbolic allele"
BREAKEND = "breakend"
SPANNING = "spanning deletion"
NO_ALTERNATE = "no alternate allele"
NO_REFERENCE = "no reference allele"
EQUAL = "alternate equals reference"
LETTERS = "other letters than A C G T N"
COLUMNS = "wrong number of columns"
POSITION = "unreadable position"
OTHER_BUILD = "other assembly"
FROM_ZERO = "may be counted from 0"
LOOK_UP = "name that has to be looked up"
NEEDS_GENOME = "name that needs the genome"
NOT_IN_GENOME = "not in the genome"
MISMATCH = "reference allele differs from the genome"
NOT_READ = "not a variant"

VCF_COLUMNS = 8
_BASES = re.compile("[ACGTN]+", re.IGNORECASE)
_SEVERAL = re.compile(r"(?P<head>.*[-:_/>|\s])(?P<alts>[A-Za-z*]+(?:,[A-Za-z*]+)+)(?P<tail>_b3[78])?", re.DOTALL)
_BUILD = re.compile("hg19|grch37|b37|hg38|grch38|b38")
_MOST_DIGITS = 15


@dataclass(frozen=True)
class VariantRow:
    """One alternate allele of the input, or a line that is none.

    Attributes
    ----------
    number
        Line of the input, from 1; alleles of one line share it.
    variant
        As written, not yet compared with the genome; None where it cannot be scored.
    reason
        Why not, in few words; empty when there is a variant.
    identifier
        ID of the line; may be empty.
    line
        The line as read, without its end.
    allele
        Which alternate allele of the line, from 1.
    columns
        Columns of the VCF that the line belongs to; 0 when it is no line of a VCF.
    detail
        The whole message behind `reason`; may be empty.
    """

    number: int
    variant: Variant | None
    reason: str = ""
    identifier: str = ""
    line: str = ""
    allele: int = 1
    columns: int = 0
    detail: str = ""


def vcf_parts(line: str) -> list[str] | None:
    """The columns of a VCF line (at least 8, missing ones as `.`); None where it is no usable record of a VCF."""
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) < 5 or not columns[0] or " " in columns[0]:
        return None
    if not columns[1].isdecimal() or not columns[1].isascii() or len(columns[1]) > _MOST_DIGITS:
        return None
    if not columns[3].isalpha() or not columns[3].isascii() or not columns[4]:
        return None
    return columns + ["."] * (VCF_COLUMNS - len(columns))


def vcf_rows(line: str, number: int, *, assembly: str = "", columns: int = VCF_COLUMNS) -> list[VariantRow]:
    """The alternate alleles of a VCF line.

    Parameters
    ----------
    line
        Without its end; at least the first five columns.
    number
        Line of the input, from 1.
    assembly
        Build of the file; may be empty.
    columns
        Columns of the file's header.
    """
    parts = vcf_parts(line)
    if parts is None:
        return [VariantRow(number, None, _why_unusable(line), line=line, columns=columns)]
    chrom, pos, identifier, ref, alts = parts[:5]
    identifier = "" if identifier == "." else identifier
    rows = []
    for allele, alt in enumerate(alts.split(","), start=1):
        variant, detail = None, ""
        reason = _why_skipped(ref, alt)
        if not reason:
            try:
                variant = _variant(chrom, pos, ref, alt, assembly)
            except GenovizError as error:
                reason, detail = reason_of(error), str(error)
        rows.append(VariantRow(number, variant, reason, identifier, line, allele, columns, detail))
    return rows


def spelled_rows(
    line: str, number: int, *, assembly: str = "", reference: Reference | None = None, identifier: str = ""
) -> list[VariantRow]:
    """The alternate alleles of a line in any spelling of docs/variants.md, or in VCF's columns.

    Parameters
    ----------
    line, number, assembly
        As for `vcf_rows`.
    reference
        The genome, for names that need it such as `chr1:g.5del`; without one they are skipped.
    identifier
        Name to give the rows.
    """
    text = line.strip()
    columns = text.split("\t") if "\t" in text else text.split()
    is_line = len(columns) >= 5 and vcf_parts(text) and not _BASES.fullmatch(columns[2])
    if is_line and not looks_like_bed(*columns[1:4]):
        return vcf_rows(text, number, assembly=assembly)
    several = _SEVERAL.fullmatch(text) if not needs_look_up(text) else None
    texts = [text]
    if several:
        texts = [f"{several['head']}{alt}{several['tail'] or ''}" for alt in several["alts"].split(",")]
    rows = []
    for allele, one in enumerate(texts, start=1):
        variant, reason, detail = None, "", ""
        try:
            variant = _spelled(one, assembly, reference)
        except GenovizError as error:
            reason, detail = _reason_of_text(one, error, reference), str(error)
        rows.append(VariantRow(number, variant, reason, identifier, line, allele, 0, detail))
    return rows


def reason_of(error: GenovizError) -> str:
    """The short reason for an error, to be counted."""
    for kind, words in (
        (RefMismatch, MISMATCH),
        (OtherBuild, OTHER_BUILD),
        (CountedFromZero, FROM_ZERO),
        (BadLocus, NOT_IN_GENOME),
    ):
        if isinstance(error, kind):
            return words
    return NOT_READ


class Table:
    """A table with a header: columns for chromosome, position and alleles, or one with variants in any spelling.

    Parameters
    ----------
    header
        The first line. Column names are compared without case, spaces and punctuation; a build in a name
        (`hg19_position`) is taken as the build of the table.
    assembly
        Build of the table; may be empty.

    Raises
    ------
    BadInput
        If needed columns are missing, or a column names another build.
    """

    def __init__(self, header: str, assembly: str = "") -> None:
        self.delimiter = next((d for d in "\t,;" if d in header), "\t")
        names = self._cells(header.removeprefix("#"))
        self._width = len(names)
        keys, builds = [], []
        for name in names:
            key, build = _key(name)
            keys.append(key)
            builds.append(build)
        self._parts = [_first(keys, _NAMES[part]) for part in ("chrom", "pos", "ref", "alt")]
        if self._parts[3] is None:
            self._parts[3] = _first(keys, ("variant",))
        self._spelled = None if None not in self._parts else _first(keys, _NAMES["variant"])
        if None in self._parts and self._spelled is None:
            missing = [n for n, i in zip(("chrom", "pos", "ref", "alt"), self._parts, strict=True) if i is None]
            raise BadInput(
                f"The table has the columns {clip(', '.join(names), 120)}, and none for {', '.join(missing)}.",
                "Needed are `chrom`, `pos` (1-based), `ref` and `alt`, or one column `variant` in any spelling.",
                "Rename the columns in the first line.",
            )
        used = [self._spelled] if self._spelled is not None else self._parts
        named = {builds[i] for i in used if i is not None} - {""}
        if len(named) > 1 or (named and not all(same_assembly(assembly, build) for build in named)):
            raise BadInput(
                f"The columns of the table name {' and '.join(sorted(named))}, but {assembly or 'one'} is read.",
                "Positions are of one assembly, and never carried to another.",
                "Choose that assembly, or rename the columns.",
            )
        self.assembly = assembly or next(iter(named), "")
        self._identifier = _first(keys, _NAMES["identifier"])

    @staticmethod
    def recognises(line: str) -> bool:
        """Whether a first line is the header of a table: it names a column and holds no variant itself."""
        delimiter = next((d for d in "\t,;" if d in line), "\t")
        keys = [_key(cell)[0] for cell in line.split(delimiter)]
        known = [key for key in keys if any(key in names for names in _NAMES.values())]
        return len(known) >= 2 or (len(known) == 1 and (len(keys) == 1 or known[0] in _NAMES["variant"]))

    def rows(self, line: str, number: int, reference: Reference | None = None) -> list[VariantRow]:
        """The alternate alleles of a line; see `spelled_rows`."""
        cells = self._cells(line)
        if len(cells) != self._width:
            detail = f"The line has {len(cells)} columns, the header {self._width}."
            return [VariantRow(number, None, COLUMNS, line=line, detail=detail)]
        identifier = cells[self._identifier].strip() if self._identifier is not None else ""
        identifier = "" if identifier == "." else identifier
        if self._spelled is not None:
            rows = spelled_rows(
                cells[self._spelled],
                number,
                assembly=self.assembly,
                reference=reference,
                identifier=identifier,
            )
            return [VariantRow(r.number, r.variant, r.reason, identifier, line, r.allele, 0, r.detail) for r in rows]
        chrom, pos, ref, alts = (cells[i].strip() for i in self._parts if i is not None)
        rows = []
        for allele, alt in enumerate(alts.split(","), start=1):
            variant, detail = None, ""
            reason = _why_skipped(ref, alt) if ref else NO_REFERENCE
            if not reason:
                try:
                    variant = _variant(chrom, pos, ref, alt, self.assembly)
                except GenovizError as error:
                    reason, detail = reason_of(error), str(error)
                except ValueError:
                    reason = POSITION
            rows.append(VariantRow(number, variant, reason, identifier, line, allele, 0, detail))
        return rows

    def _cells(self, line: str) -> list[str]:
        try:
            return next(csv.reader([line], delimiter=self.delimiter), [])
        except csv.Error:  # a line end inside the line, or a cell longer than csv reads: there are no quotes to mind
            return line.split(self.delimiter)


_NAMES = {
    "chrom": ("chrom", "chr", "chromosome", "contig", "seqname"),
    "pos": ("pos", "position", "bp", "variantposition", "basepairlocation", "genomicposition", "pos1based"),
    "ref": ("ref", "reference", "refallele", "referenceallele", "refbase"),
    "alt": ("alt", "alternate", "alternative", "altallele", "alternateallele", "altbase"),
    "variant": (
        *("variant", "variantid", "hgvs", "hgvsg", "spdi", "mutation", "variation"),
        *("rsid", "snp", "id", "name", "markername"),
    ),
    "identifier": ("id", "rsid", "variantid", "identifier", "snp", "name", "markername"),
}


def _key(name: str) -> tuple[str, str]:
    """A column name in small letters and digits without the build in it, and that build."""
    plain = re.sub("[^a-z0-9]", "", name.lower())
    return _BUILD.sub("", plain), build_in(plain)


def build_in(text: str) -> str:
    """The human build that a text names, whatever stands around it; empty when it names none."""
    build = _BUILD.search(text.lower())
    return ("GRCh38" if build[0].endswith("8") else "GRCh37") if build else ""


def _first(keys: list[str], wanted: Iterable[str]) -> int | None:
    """Index of the first of `wanted` that is a column."""
    return next((keys.index(name) for name in wanted if name in keys), None)


def _variant(chrom: str, pos: str, ref: str, alt: str, assembly: str) -> Variant:
    """A variant from its columns; ValueError when the position is no number."""
    place = position(pos if pos.isascii() and pos.replace(",", "").isdecimal() else str(_whole(pos)))
    build = agreed_build(chrom, chrom, "", assembly) if accession_build(chrom) else assembly
    return Variant(chromosome_of(chrom), place, ref, alt, build)


def _whole(text: str) -> int:
    """A position that a spreadsheet wrote with a decimal point (`12345.0`)."""
    value = float(text)
    if not value.is_integer():
        raise ValueError
    return int(value)


def _why_skipped(ref: str, alt: str) -> str:
    """Why an allele of a VCF cannot be scored; empty when it can."""
    if alt in ("", "."):
        return NO_ALTERNATE
    if alt == "*":
        return SPANNING
    if alt.startswith("<") and alt.endswith(">"):
        return SYMBOLIC
    if "[" in alt or "]" in alt or alt.startswith(".") or alt.endswith("."):
        return BREAKEND
    if not _BASES.fullmatch(ref) or not _BASES.fullmatch(alt):
        return LETTERS
    return EQUAL if ref.upper() == alt.upper() else ""


def _why_unusable(line: str) -> str:
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) < 5 or not columns[0]:
        return COLUMNS
    if not columns[1].isdecimal() or not columns[1].isascii() or len(columns[1]) > _MOST_DIGITS:
        return POSITION
    return NO_ALTERNATE if columns[3] and not columns[4] else NO_REFERENCE


def _spelled(text: str, assembly: str, reference: Reference | None) -> Variant:
    if hgvs.is_genomic_name(text) and reference is not None:
        return hgvs.to_variant(hgvs.parse(text, assembly), reference)
    return Variant.parse(text, assembly)


def _reason_of_text(text: str, error: GenovizError, reference: Reference | None) -> str:
    if needs_look_up(text):
        return LOOK_UP
    if reference is None and type(error) is BadVariant and hgvs.is_genomic_name(text):
        return NEEDS_GENOME
    return reason_of(error)
