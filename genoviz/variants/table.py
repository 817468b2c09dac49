"""A table of variants with a header: which columns say chromosome, position, alleles, assembly and strand.

Some tables have positions in two builds (dbNSFP: `pos(1-based)` and `hg19_pos(1-based)`), or name the build or the strand
of the alleles in each row (ClinVar, MAF, array manifests). What the table says there is always minded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from genoviz.errors import BadInput, BadLocus, BadVariant
from genoviz.sequences.assemblies import (
    assembly_name,
    find_assembly,
    is_numbered,
    parted_assembly,
    same_assembly,
    versions_of_one_name,
)
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import clip, plain_dashes
from genoviz.sequences.numbers import whole_number
from genoviz.variants import hgvs
from genoviz.variants.rows import (
    COLUMNS,
    FROM_ZERO,
    MINUS,
    NO_REFERENCE,
    OTHER_BUILD,
    POSITION,
    STRAND,
    VariantRow,
    reason_of,
    spelled_rows,
    variant_of,
    why_skipped,
)

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

_SPELLED = ("variant", "variantid", "hgvs", "hgvsg", "spdi", "mutation", "variation")
# Names in small letters and digits, without a build; the first that is there is read.
_NAMES = {
    "chrom": ("chrom", "chr", "chromosome", "contig", "seqname", "chromosomeaccession"),
    "pos": (
        *("positionvcf", "pos", "position", "bp", "variantposition", "basepairlocation", "genomicposition"),
        *("pos1based", "pos1coor", "position1based", "start1based", "coordinate"),
    ),
    "ref": ("referenceallelevcf", "ref", "reference", "refallele", "referenceallele", "refbase"),
    "alt": (
        *("alternateallelevcf", "alt", "alternate", "alternative", "altallele", "alternateallele", "altbase"),
        "tumorseqallele2",
    ),
    "variant": (*_SPELLED, "rsid", "snp", "id", "name", "markername"),
    "identifier": ("id", "rsid", "variantid", "identifier", "snp", "name", "markername"),
}
# Only together: from first and last position one sees whether the first counts from 0.
_START = ("start", "startposition", "startpos", "genomestart", "genomicstart", "positionstart", "startbp")
_END = ("end", "stop", "endposition", "endpos", "genomestop", "genomicend", "positionend", "endbp", "stopposition")
_BUILD_OF_ROW = (
    *("assembly", "genomeassembly", "assemblyname", "refassembly", "referenceassembly", "assemblyversion"),
    *("ncbibuild", "genomebuild", "refbuild", "referencebuild", "build", "ucscbuild", "buildversion", "hgbuild"),
    *("refgenome", "referencegenome", "genomereference", "genomeversion", "hgversion", "grch", "genome"),
)
_STRAND_OF_ALLELES = (
    *("strandofalleles", "allelestrand", "allelesstrand", "alleleorientation", "refstrand", "referencestrand"),
    *("snpstrand", "variantstrand", "genomicstrand", "genomestrand", "dbsnpstrand", "ilmnstrand", "probestrand"),
)
_STRAND = ("strand", "orientation", "strandorientation")
# Beside the first and last base of an exon or gene, `strand` is that of the exon or gene.
_FEATURE = re.compile(
    "(?:exon|intron|gene|transcript|tx|cds|feature|motif|peak|site|tss|utr|element|enhancer|promoter|region)s?"
    "(?:start|end|stop|from|to)"
)
_NOTHING = ("", ".", "?", "*", "na", "n/a", "nan", "none", "null", "unknown", "unk", "not available", "not provided")
_PLUS = (
    "+",
    "1",
    "+1",
    "1.0",
    "plus",
    "pos",
    "positive",
    "f",
    "fw",
    "fwd",
    "for",
    "forward",
    "sense",
    "p",
    "w",
    "watson",
)
_MINUS = (
    *("-", "-1", "-1.0", "minus", "neg", "negative", "r", "rv", "rev", "reverse", "antisense", "m", "c", "comp"),
    *("complement", "reverse complement", "rc", "crick"),
)


class Table:
    """A table with a header: columns for chromosome, position and alleles, or one with variants in any spelling.

    Parameters
    ----------
    header
        The first line. Column names are compared without case, spaces and punctuation. Of columns for several builds
        (`hg19_position`, `pos_hg38`) those of the build that is read go first, then those that name none.
    assembly
        Build of the table; may be empty.

    Raises
    ------
    BadInput
        If needed columns are missing, name another build, or name several and none is asked for.
    """

    def __init__(self, header: str, assembly: str = "") -> None:
        self.delimiter = _delimiter(header)
        self._names = [name.strip() for name in self._cells(header.removeprefix("#"))]
        self._keys, self._builds = _keys(self._names)
        self.assembly = assembly
        self._named: set[str] = set()  # builds of rows, where the table is read as none
        places = self._columns((*_NAMES["pos"], *_START), assembly)
        pos = places[0] if places else None
        wanted = assembly or (self._builds[pos] if pos is not None else "")
        chrom, ref, alt, variant = (self._best(_NAMES[part], wanted) for part in ("chrom", "ref", "alt", "variant"))
        alt = self._best(("variant",), wanted) if alt is None else alt
        parts = {"chrom": chrom, "pos": pos, "ref": ref, "alt": alt}
        self._parts = [index for index in parts.values() if index is not None]
        self._spelled = variant if len(self._parts) < 4 else None
        if len(self._parts) < 4 and self._spelled is None:
            missing = ", ".join(name for name, index in parts.items() if index is None)
            raise BadInput(
                f"The table has the columns {clip(', '.join(self._names), 120)}, and none for {missing}.",
                "Needed are `chrom`, `pos` (1-based), `ref` and `alt`, or one column `variant` in any spelling.",
                "Rename the columns in the first line.",
            )
        used = [self._spelled] if self._spelled is not None else self._parts
        self._check_several(places if self._spelled is None else self._columns(_SPELLED, assembly))
        self._check_builds(used)
        self.assembly = assembly or next((self._builds[i] for i in used if self._builds[i]), "")
        self._end = self._end_of(pos) if self._spelled is None else None
        self._identifier = self._best(_NAMES["identifier"], wanted)
        self._build = self._best(_BUILD_OF_ROW, wanted)
        of_feature = any(_FEATURE.fullmatch(key) for key in self._keys)
        self._strand = self._best((*_STRAND_OF_ALLELES, *(() if of_feature else _STRAND)), wanted)

    @staticmethod
    def recognises(line: str) -> bool:
        """Whether a first line is the header of a table: it names a column and holds no variant itself."""
        keys, _ = _keys(line.split(_delimiter(line)))
        known = [key for key in keys if key in _START or any(key in names for names in _NAMES.values())]
        return len(known) >= 2 or (len(known) == 1 and (len(keys) == 1 or known[0] in _NAMES["variant"]))

    def rows(self, line: str, number: int, reference: Reference | None = None) -> list[VariantRow]:
        """The alternate alleles of a line; see `spelled_rows`."""
        cells = self._cells(line)
        if len(cells) != len(self._names):
            detail = f"The line has {len(cells)} columns, the header {len(self._names)}."
            return [VariantRow(number, None, COLUMNS, line=line, detail=detail)]
        identifier = cells[self._identifier].strip() if self._identifier is not None else ""
        identifier = "" if identifier == "." else identifier
        build = "" if self._build is None else _named_build(cells[self._build], self._keys[self._build], self.assembly)
        if self._spelled is not None:
            return self._spelled_rows(cells[self._spelled], line, number, identifier, build, reference)
        refused = self._why_other_build(build) or self._why_minus(cells)
        chrom, pos, ref, alts = (cells[i].strip() for i in self._parts)
        rows = []
        for allele, alt in enumerate(alts.split(","), start=1):
            variant, detail = None, ""
            reason = why_skipped(ref, alt) if ref else NO_REFERENCE
            if not reason and refused:
                reason, detail = refused
            if not reason and self._end is not None:
                reason, detail = _why_misplaced(pos, cells[self._end].strip(), ref)
            if not reason:
                try:
                    variant = variant_of(chrom, pos, ref, alt, self.assembly, build=build, reference=reference)
                except (BadVariant, BadLocus) as error:
                    reason, detail = reason_of(error), str(error)
                except ValueError:
                    reason = POSITION
            rows.append(VariantRow(number, variant, reason, identifier, line, allele, 0, detail))
        return rows

    def _spelled_rows(
        self, text: str, line: str, number: int, identifier: str, build: str, reference: Reference | None
    ) -> list[VariantRow]:
        """The rows of a line whose variant stands in one cell."""
        found = spelled_rows(text, number, assembly=self.assembly or build, reference=reference)
        refused = self._why_other_build(build)
        if not refused and not hgvs.is_genomic_name(
            text
        ):  # those are of the plus strand, whatever the strand of a gene
            refused = self._why_minus(self._cells(line))
        rows = [replace(row, identifier=identifier, line=line, columns=0) for row in found]
        if not refused:
            return rows
        return [
            replace(row, variant=None, reason=refused[0], detail=refused[1]) if row.variant else row for row in rows
        ]

    def _why_other_build(self, build: str) -> tuple[str, str] | None:
        """Reason and message where a row is of another build than the table is read as."""
        if build and not self.assembly:
            self._named.add(assembly_name(build))
            if len(self._named) > 1:
                raise BadInput(
                    f"Rows of the table name {' and '.join(sorted(self._named))}, and the genome's assembly is not named.",
                    "Positions are of one assembly, and never carried to another.",
                    "Name the assembly of the genome; rows of others are left out then.",
                )
        if same_assembly(build, self.assembly):
            return None
        return OTHER_BUILD, f"The row is on {clip(build, 30)}, and variants on {clip(self.assembly, 30)} are read here."

    def _why_minus(self, cells: list[str]) -> tuple[str, str] | None:
        """Reason and message where the alleles of a row are not those of the plus strand."""
        strand = plain_dashes(cells[self._strand]).strip().lower() if self._strand is not None else "+"
        if strand in _PLUS or strand in _NOTHING:
            return None
        if strand in _MINUS:
            return MINUS, (
                "The row gives its alleles on the minus strand. Alleles are those of the plus strand, as in VCF. "
                "Turn both into their reverse complement, or name the column otherwise if it is the strand of a gene."
            )
        return STRAND, f"The strand is {clip(strand, 20)}. Strands are `+` and `-`, `1` and `-1`, `plus` and `minus`."

    def _columns(self, names: tuple[str, ...], wanted: str) -> list[int]:
        """Columns of any of these names: first those of the build, then those that name none, then those of others."""

        def rank(index: int) -> tuple[int, int]:
            build = self._builds[index]
            of_it = bool(build and wanted and same_assembly(build, wanted))
            return (0 if of_it else 2 if build else 1), names.index(self._keys[index])

        return sorted((i for i, key in enumerate(self._keys) if key in names), key=rank)

    def _best(self, names: tuple[str, ...], wanted: str) -> int | None:
        return next(iter(self._columns(names, wanted)), None)

    def _check_several(self, columns: list[int]) -> None:
        """Refuse columns of several builds where none is asked for."""
        if not self.assembly and len({self._builds[i] for i in columns}) > 1:
            raise BadInput(
                f"The table has {' and '.join(clip(self._names[i], 30) for i in columns)}, and no assembly is named.",
                "Positions are of one assembly, and which column is meant is not guessed.",
                "Name the assembly of the genome, or leave one of the columns out.",
            )

    def _check_builds(self, used: list[int]) -> None:
        """Refuse columns that name another build than the one that is read."""
        named = {self._builds[i] for i in used} - {""}
        if len(named) > 1 or not all(same_assembly(self.assembly, build) for build in named):
            raise BadInput(
                f"The columns {', '.join(clip(self._names[i], 30) for i in used if self._builds[i])} of the table name "
                f"{' and '.join(sorted(named))}, but {self.assembly or 'one'} is read.",
                "Positions are of one assembly, and never carried to another.",
                "Choose that assembly, or rename the columns.",
            )

    def _end_of(self, pos: int | None) -> int | None:
        """The column of last positions where the first are called `start`."""
        if pos is None or self._keys[pos] not in _START:
            return None
        found = [i for i, key in enumerate(self._keys) if key in _END and self._builds[i] == self._builds[pos]]
        if not found:
            raise BadInput(
                f"Positions of the table are called {clip(self._names[pos], 30)}, and there is no column for the end.",
                "A start may count from 0 or from 1, which only start and end together show.",
                "Call the column `pos` if it counts from 1, or add the ends.",
            )
        return found[0]

    def _cells(self, line: str) -> list[str]:
        try:
            return next(csv.reader([line], delimiter=self.delimiter), [])
        except csv.Error:  # a line end inside the line, or a cell longer than csv reads: there are no quotes to mind
            return line.split(self.delimiter)


def _delimiter(header: str) -> str:
    return next((d for d in "\t,;" if d in header), "\t")


def _keys(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Column names in small letters and digits without the build in them, and those builds (empty where none)."""
    found = [parted_assembly(name) for name in names]
    keys = [re.sub("[^a-z0-9]", "", rest.lower()) for _, rest in found]
    builds = [build.name if build else "" for build, _ in found]
    # dbNSFP names only the builds that its positions were carried to: since version 3 from GRCh38, before from GRCh37.
    for i, key in enumerate(keys):
        if key in ("pos1based", "pos1coor") and not builds[i]:
            others = {build for other, build in zip(keys, builds, strict=True) if other == key}
            builds[i] = "GRCh38" if "GRCh37" in others else "GRCh37" if "NCBI36" in others else ""
    return keys, builds


def _named_build(cell: str, key: str, assembly: str) -> str:
    """The build that a cell names; empty where it names none, such as the number of a release of dbSNP."""
    text = cell.strip().strip("\"'")
    if text.lower() in (*_NOTHING, "-") or (whole_number(text) is not None and not is_numbered(text)):
        return ""
    known = find_assembly(text) is not None or is_numbered(text) or versions_of_one_name(text, assembly)
    return "" if not known and key in ("genome", "build") else assembly_name(text)


def _why_misplaced(first: str, last: str, ref: str) -> tuple[str, str]:
    """Why start, end and reference allele of a row do not say one place counted from 1; empty when they do."""
    start, end = (whole_number(text.replace(",", "").removesuffix(".0")) for text in (first, last))
    if start is None or end is None:
        return POSITION, ""
    if end - start == len(ref):
        return FROM_ZERO, "Start and end are those of a BED line, where positions count from 0 and the end is excluded."
    if end - start + 1 != len(ref):
        return POSITION, f"It goes from {start:,} to {end:,}, but the reference allele has {base_count(len(ref))}."
    return "", ""
