"""Text as variants: spelled out, as a genomic name, as a name to look up, or many lines of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from genoviz.errors import BadVariant, GenovizError
from genoviz.genomes.chromosome_names import known_length
from genoviz.genomes.genome import Reference
from genoviz.genomes.registry import GenomeEntry
from genoviz.question.library import Library, build_of
from genoviz.question.reading import Reading
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import clip
from genoviz.variants import hgvs
from genoviz.variants.check import CheckedVariant, read_variant
from genoviz.variants.files import read_variants
from genoviz.variants.spelling import NotAVariant, build_named, chromosome_of, kind_of_name, needs_look_up, plain_text
from genoviz.variants.table import Table
from genoviz.variants.variant import Variant

_LOOKED_AT = 20  # lines of a file that say what it is
_HUMAN = ("GRCh38", "GRCh37")  # assemblies on which names are looked up
_NAMES = {
    "rsID": "dbSNP name",
    "c": "HGVS name on a coding transcript",
    "n": "HGVS name on a transcript",
    "p": "HGVS name on a protein",
    "r": "HGVS name on an RNA",
}


def many(text: str) -> Reading | None:
    """The reading of lines of variants (a VCF, a table with a header, or spellings); None for other text."""
    first = text.lstrip().partition("\n")[0]
    is_vcf = first.startswith(("##fileformat=VCF", "#CHROM\t"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    is_table = not is_vcf and len(lines) > 1 and Table.recognises(first.removeprefix("#"))
    if not (is_vcf or is_table) and (len(lines) < 2 or _variant_lines(text) < 0.5):
        return None
    count = len(lines) - is_table * (not first.startswith("#"))
    what = "a VCF file" if is_vcf else "a table of variants" if is_table else "variants"
    return Reading("variants", f"{what}, {count:,} line{'' if count == 1 else 's'}", "variants", text)


def _variant_lines(text: str) -> float:
    """The share of the first lines that are a variant, or a name that stands for one."""
    try:
        rows = list(islice(read_variants("\n".join(text.splitlines()[: 2 * _LOOKED_AT])), _LOOKED_AT))
    except GenovizError:
        return 0.0
    good = [row.variant is not None or hgvs.is_genomic_name(row.line) or needs_look_up(row.line) for row in rows]
    return sum(good) / len(good) if good else 0.0


def variants(text: str, library: Library) -> tuple[list[Reading], GenovizError | None]:
    """The variant in every genome that it fits, else in those where it may be meant; and why it is none.

    The error is None for text that does not look like a variant.
    """
    name = kind_of_name(text)
    if name:
        return [_to_look_up(text, name, library)], None
    try:
        if hgvs.is_genomic_name(text):
            kind, build, chrom = "HGVS g.", *_of_name(text)
        else:
            variant = Variant.parse(text)
            kind, build, chrom = "variant", variant.assembly, variant.chrom
    except NotAVariant:
        return [], None
    except GenovizError as error:
        return [], error
    return _placed(text, kind, build, chrom, library)


def _of_name(text: str) -> tuple[str, str]:
    """Build and chromosome of a genomic name."""
    name = hgvs.parse(text)
    return name.assembly or build_named(plain_text(text))[1], chromosome_of(name.chrom)


def _to_look_up(text: str, name: str, library: Library) -> Reading:
    """A name that only a table can place: the page Variants reads gene models, or asks Ensembl where somebody turns that on."""
    human = [
        entry
        for build in _HUMAN
        for entry in library.usable()
        if entry.assembly and same_assembly(entry.assembly, build)
    ]
    human.sort(key=lambda entry: entry.name != library.chosen)
    shown = clip(text, 40).strip("`")
    sentence = (
        f"{_NAMES[name]}: {shown}"
        + (f", {build_of(human[0])}" if human else "")
        + (", by the gene models of the genome, else" if name in ("c", "n") else ",")
        + " to be looked up at Ensembl if you turn that on"
    )
    kind = name if name == "rsID" else f"HGVS {name}."
    return Reading(kind, sentence, "variants", text.strip(), human[0].name if human else "")


def _placed(
    text: str, kind: str, build: str, chrom: str, library: Library
) -> tuple[list[Reading], GenovizError | None]:
    """The variant in the genomes that it fits; else in those of services, then in those that it does not fit.

    Positions are never carried from one build to another: genomes of another one than the text names are left out.
    """
    entries = [entry for entry in library.usable() if same_assembly(entry.assembly, build)]
    opened = {
        entry.name: found
        for entry in library.usable()
        if not entry.remote and (found := library.reference(entry)) is not None
    }
    readings, errors = [], []
    for entry in entries:
        if entry.name in opened:
            try:
                opened[entry.name].resolve(chrom)
                checked = read_variant(text, opened[entry.name], others=opened.values())
                readings.append(_checked(text, kind, entry, checked))
            except GenovizError as error:
                errors.append(error)
        elif entry.remote and _may_have(entry, chrom) and not _is_here(entry, opened.values()):
            readings.append(_unchecked(text, kind, entry))
    services = [entry.name for entry in entries if entry.remote]
    fits = [one for one in readings if one.genome not in services and one.error is None]
    readings = fits or sorted(readings, key=lambda one: one.error is not None)
    if not readings and not errors:
        errors.append(
            BadVariant(
                f"{clip(text)} is a variant of {clip(build or chrom, 30)}.",
                "No genome with that chromosome is registered here.",
                "Register one with `genoviz genome add`, or check the name of the chromosome.",
            )
        )
    return readings, errors[-1] if errors else None


def _may_have(entry: GenomeEntry, chrom: str) -> bool:
    """Whether a genome of a service may have a chromosome; only the service knows its scaffolds."""
    return known_length(chrom, entry.assembly) is not None or "_" in chrom


def _is_here(entry: GenomeEntry, opened: Iterable[Reference]) -> bool:
    """Whether a genome on this computer has the assembly, so that the service need not be asked."""
    return any(other.assembly and same_assembly(other.assembly, entry.assembly) for other in opened)


def _shown(text: str, variant: Variant | None) -> str:
    """`chr17:43,124,118 T>C`."""
    if variant is None:
        return clip(text, 60).strip("`")
    ref, alt = (bases if len(bases) <= 20 else f"{bases[:17]}..." for bases in (variant.ref, variant.alt))
    return f"{variant.chrom}:{variant.pos:,} {ref}>{alt}"


def _checked(text: str, kind: str, entry: GenomeEntry, checked: CheckedVariant) -> Reading:
    shown, build = _shown(text, checked.variant or checked.given), build_of(entry)
    mismatch = checked.mismatch
    fits = "REF fits"
    if mismatch is not None:
        there = clip(mismatch.found, 30).strip("`") if mismatch.found else ""
        fits = f"REF does not fit: {there} is there" if there else "which is another build"
    sentence = f"variant {shown}, {build}, {fits}"
    error = mismatch.error if mismatch is not None else None
    return Reading(kind, sentence, "variants", text.strip(), entry.name, checked.notices, error)


def _unchecked(text: str, kind: str, entry: GenomeEntry) -> Reading:
    """In a genome of a service, which is not asked while somebody types."""
    try:
        variant = Variant.parse(text)
    except GenovizError:
        variant = None  # a genomic name whose bases the genome has
    sentence = f"variant {_shown(text, variant)}, {build_of(entry)}, REF is compared when you go on"
    return Reading(kind, sentence, "variants", text.strip(), entry.name)
