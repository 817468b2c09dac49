"""One line of a file, a table or pasted text as variants: one row per alternate allele, or a row that says why not.

A line that cannot be read never stops the others. Reasons are few and short, so that they can be counted; `detail` has
the whole message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import BadLocus, BadVariant, GenovizError, RefMismatch
from genoviz.genomes.chromosome_names import OtherSequence
from genoviz.sequences.numbers import whole_number
from genoviz.variants import hgvs
from genoviz.variants.spelling import (
    CountedFromZero,
    OtherBuild,
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
OTHER_LENGTH = "chromosome of another length"
MINUS = "alleles of the minus strand"
STRAND = "unreadable strand"
FROM_ZERO = "may be counted from 0"
LOOK_UP = "name that has to be looked up"
NEEDS_GENOME = "name that needs the genome"
NOT_IN_GENOME = "not in the genome"
NO_CHROMOSOME = "no such chromosome in the genome"
OUTSIDE = "outside the pieces that the genome has of its chromosome"
BEYOND = "beyond the ends of its chromosome"
MISMATCH = "reference allele differs from the genome"
NOT_READ = "not a variant"
MOST_ALLELES = 10_000  # of one line; those of real files have some hundred at most
_MOST_LETTERS = 20  # of the genome's bases in a reason
ALLELES = f"more than {MOST_ALLELES:,} alleles"

VCF_COLUMNS = 8
_BASES = re.compile("[ACGTN]+", re.IGNORECASE | re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][+]?[0-9]{1,2})?")
_SEVERAL = re.compile(r"(?P<head>.*[-:_/>|\s])(?P<alts>[A-Za-z*]+(?:,[A-Za-z*]+)+)(?P<tail>_b3[78])?", re.DOTALL)


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
    if whole_number(columns[1]) is None:
        return None
    if not columns[3].isalpha() or not columns[3].isascii() or not columns[4]:
        return None
    return columns + ["."] * (VCF_COLUMNS - len(columns))


def vcf_rows(
    line: str,
    number: int,
    *,
    assembly: str = "",
    columns: int = VCF_COLUMNS,
    reference: Reference | None = None,
    refused: Mapping[str, str] | None = None,
) -> list[VariantRow]:
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
    reference
        The genome, which says what its chromosomes are called; without one names are taken as they are.
    refused
        Chromosomes that the header describes as other ones than those of the genome, and why; see `VcfHeader`.
    """
    parts = vcf_parts(line)
    if parts is None:
        return [VariantRow(number, None, _why_unusable(line), line=line, columns=columns)]
    chrom, pos, identifier, ref, alts = parts[:5]
    identifier = "" if identifier == "." else identifier
    if alts.count(",") >= MOST_ALLELES:
        return [VariantRow(number, None, ALLELES, identifier, line, columns=columns)]
    rows = []
    for allele, alt in enumerate(alts.split(","), start=1):
        variant, detail = None, ""
        reason = why_skipped(ref, alt)
        if not reason and refused and chrom in refused:
            reason, detail = OTHER_LENGTH, refused[chrom]
        if not reason:
            try:
                variant = variant_of(chrom, pos, ref, alt, assembly, reference=reference)
            except (BadVariant, BadLocus) as error:
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
        return vcf_rows(text, number, assembly=assembly, reference=reference)
    several = _SEVERAL.fullmatch(text) if not needs_look_up(text) else None
    texts = [text]
    if several and several["alts"].count(",") >= MOST_ALLELES:
        return [VariantRow(number, None, ALLELES, identifier, line)]
    if several:
        texts = [f"{several['head']}{alt}{several['tail'] or ''}" for alt in several["alts"].split(",")]
    rows = []
    for allele, one in enumerate(texts, start=1):
        variant, reason, detail = None, "", ""
        try:
            variant = _spelled(one, assembly, reference)
        except (BadVariant, BadLocus) as error:
            reason, detail = _reason_of_text(one, error, reference), str(error)
        rows.append(VariantRow(number, variant, reason, identifier, line, allele, 0, detail))
    return rows


def reason_of(error: GenovizError) -> str:
    """The short reason for an error, to be counted."""
    for kind, words in (
        (RefMismatch, MISMATCH),
        (OtherBuild, OTHER_BUILD),
        (CountedFromZero, FROM_ZERO),
        (OtherSequence, OTHER_BUILD),
        (BadLocus, NOT_IN_GENOME),
    ):
        if isinstance(error, kind):
            return words
    return NOT_READ


def variant_of(
    chrom: str, pos: str, ref: str, alt: str, assembly: str, *, build: str = "", reference: Reference | None = None
) -> Variant:
    """A variant from its columns.

    Parameters
    ----------
    chrom, pos, ref, alt
        As written; a position may have thousands commas, or the decimal point of a spreadsheet.
    assembly
        Build of the file; may be empty.
    build
        The build that the line itself names; empty when it names none.
    reference
        The genome, if there is one: the variant gets its name of the chromosome.

    Raises
    ------
    ValueError
        If the position is no number.
    OtherBuild
        If line, accession and file are not of one build.
    OtherSequence
        If the chromosome is not the sequence that goes by this name in the genome.
    BadVariant
        If the parts are no variant.
    """
    place = position(pos if pos.isascii() and pos.replace(",", "").isdecimal() else str(_whole(pos)))
    agreed = agreed_build(f"{chrom} {place} {ref}>{alt}", chrom, build, assembly)
    return Variant(_its_name(chromosome_of(chrom), reference), place, ref, alt, agreed)


def _its_name(chrom: str, reference: Reference | None) -> str:
    """The genome's name of a chromosome; the name as it is where the genome does not know it, which is said later."""
    if reference is None:
        return chrom
    try:
        return reference.resolve(chrom)
    except OtherSequence:
        raise
    except BadLocus:
        return chrom


def _whole(text: str) -> int:
    """A position that a spreadsheet or R wrote as `12345.0` or `1e+05`."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError
    value = float(text)
    if not value.is_integer():
        raise ValueError
    return int(value)


def why_skipped(ref: str, alt: str) -> str:
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


def reason_here(error: GenovizError, variant: Variant, reference: Reference) -> str:
    """The short reason for an error, which says what the genome has: the base, or that the chromosome is not there.

    What stands in brackets differs from variant to variant, what stands before it can be counted.
    """
    if isinstance(error, RefMismatch):
        start = variant.pos - 1
        bases = reference.bases(variant.chrom, start, start + min(len(variant.ref), _MOST_LETTERS + 1))
        short = bases if len(bases) <= _MOST_LETTERS else f"{bases[:_MOST_LETTERS]}..."
        return f"{MISMATCH} ({short} there)"
    if isinstance(error, BadLocus) and reason_of(error) == NOT_IN_GENOME:
        try:
            chrom = reference.resolve(variant.chrom)
        except BadLocus:
            return NO_CHROMOSOME
        return BEYOND if chrom in reference.whole else OUTSIDE
    return reason_of(error) if isinstance(error, (BadVariant, BadLocus)) else error.read


def _why_unusable(line: str) -> str:
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) < 5 or not columns[0]:
        return COLUMNS
    if whole_number(columns[1]) is None:
        return POSITION
    return NO_ALTERNATE if columns[3] and not columns[4] else NO_REFERENCE


def _spelled(text: str, assembly: str, reference: Reference | None) -> Variant:
    if hgvs.is_genomic_name(text) and reference is not None:
        return hgvs.to_variant(hgvs.parse(text, assembly), reference)
    variant = Variant.parse(text, assembly)
    chrom = _its_name(variant.chrom, reference)
    return replace(variant, chrom=chrom) if chrom != variant.chrom else variant


def _reason_of_text(text: str, error: GenovizError, reference: Reference | None) -> str:
    if needs_look_up(text):
        return LOOK_UP
    if reference is None and type(error) is BadVariant and hgvs.is_genomic_name(text):
        return NEEDS_GENOME
    return reason_of(error)
