"""What a file of the user's says about a variant: frequencies (gnomAD) and records (ClinVar) of a VCF with a tabix index.

It is shown beside results as the file has it, and no score uses it. The files are those that the environment variable
`GENOVIZ_KNOWN_VARIANTS` names (paths with the separator of the system), or that a command is given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadInput, GenovizError
from genoviz.genomes.chromosome_names import chromosome_key
from genoviz.sequences.locus import clip
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

VARIABLE = "GENOVIZ_KNOWN_VARIANTS"
# INFO fields that are shown, and their words; those of gnomAD, then those of ClinVar.
FIELDS = {
    "AF": "allele frequency",
    "AC": "allele count",
    "AN": "alleles in all",
    "nhomalt": "homozygous individuals",
    "CLNSIG": "classification in the file",
    "CLNREVSTAT": "review status",
    "CLNDN": "conditions",
    "CLNHGVS": "HGVS",
    "GENEINFO": "gene",
}
_REACH = 1_000  # bases to the left and right in which the same change may be written otherwise


@dataclass(frozen=True)
class KnownRecord:
    """A row of a file for exactly this change.

    Attributes
    ----------
    file
        Name of the file.
    identifier
        ID column; empty for `.`.
    fields
        INFO fields of `FIELDS` that the row has, as text.
    """

    file: str
    identifier: str
    fields: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """The row in words."""
        listed = "; ".join(f"{FIELDS[name]} {value}" for name, value in self.fields)
        return f"{self.file}{f' ({self.identifier})' if self.identifier else ''}: {listed or 'listed'}."


def known_files() -> tuple[Path, ...]:
    """The files that the environment names."""
    return tuple(Path(text) for text in os.environ.get(VARIABLE, "").split(os.pathsep) if text.strip())


def known_records(variant: Variant, reference: Reference, files: Iterable[Path]) -> tuple[KnownRecord, ...]:
    """Rows of tabix-indexed VCFs that are the same change, however it is written there.

    Parameters
    ----------
    variant
        In normal form (left-aligned).
    reference
        Its genome: rows that are written otherwise are left-aligned on it.
    files
        Of the same assembly; that is for the user to see to, and a row whose reference allele differs is never taken.

    Raises
    ------
    BadInput
        If a file or its index can't be read.
    """
    return tuple(record for path in files for record in _in_file(variant, reference, path))


def _in_file(variant: Variant, reference: Reference, path: Path) -> list[KnownRecord]:
    import pysam

    try:
        with pysam.TabixFile(str(path), encoding="utf-8") as tabix:
            name = next((one for one in tabix.contigs if chromosome_key(one) == chromosome_key(variant.chrom)), None)
            if name is None:
                return []
            reach = _REACH if variant.length_change else 0
            start, end = max(0, variant.pos - 1 - reach), variant.pos - 1 + len(variant.ref) + reach
            lines = list(tabix.fetch(name, start, end))
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{clip(str(path))} can't be read as a VCF with an index ({clip(str(error), 80)}).",
            "A VCF compressed with bgzip, with its `.tbi` or `.csi` beside it, is read.",
            "Make the index with `tabix -p vcf FILE`, or take the file out of the list.",
        ) from error
    found = []
    for line in lines:
        columns = line.split("\t")
        if len(columns) < 8:
            continue
        for number, alt in enumerate(columns[4].split(",")):
            if _is_same(variant, columns, alt, reference):
                identifier = columns[2] if columns[2] != "." else ""
                found.append(KnownRecord(path.name, identifier, tuple(_fields(columns[7], number))))
    return found


def _is_same(variant: Variant, columns: list[str], alt: str, reference: Reference) -> bool:
    if len(alt) - len(columns[3]) != variant.length_change:
        return False
    try:
        given = Variant(variant.chrom, int(columns[1]), columns[3], alt)
        given = (
            given
            if (given.pos, given.ref, given.alt) == (variant.pos, variant.ref, variant.alt)
            else given.left_align(reference.bases)
        )
    except (GenovizError, ValueError):
        return False
    return replace(given, assembly=variant.assembly) == variant


def _fields(info: str, number: int) -> Iterable[tuple[str, str]]:
    """Those of `FIELDS`; of a list the value of this allele."""
    given: dict[str, Any] = dict(part.partition("=")[::2] for part in info.split(";"))
    for name in FIELDS:
        if name in given:
            values = str(given[name]).split(",")
            per_allele = name in ("AF", "AC", "nhomalt") and len(values) > number
            yield name, (values[number] if per_allele else str(given[name]).replace("_", " "))
