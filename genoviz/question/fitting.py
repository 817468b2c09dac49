"""Which genome a variant is of: the one whose bases are its reference allele, of the build that its text names.

Only genomes on this computer are asked; nothing is sent to a service. One base of four fits by chance, so further genomes in
which a variant fits are always named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from genoviz.errors import GenovizError
from genoviz.genomes.chromosome_names import known_length
from genoviz.genomes.registry import GenomeEntry
from genoviz.question.library import Library, build_of
from genoviz.sequences.assemblies import find_assembly, same_assembly
from genoviz.variants import hgvs
from genoviz.variants.check import read_variant
from genoviz.variants.spelling import build_named, chromosome_of, needs_look_up, plain_text
from genoviz.variants.variant import Variant


@dataclass(frozen=True)
class Fit:
    """The genomes of a variant.

    Attributes
    ----------
    entry
        The genome that it fits: the chosen one if that is among them; None if no genome on this computer can be meant.
    others
        Further ones that it fits.
    online
        Services that may have it, of builds that no genome on this computer has; they are only offered.
    named
        The build that the text names; empty where it names none.
    changed
        Whether `entry` is another genome than the one that was chosen.
    fits
        False where the variant does not fit `entry`, which is the only one that has its chromosome.

    A chosen genome of a service is kept: it is compared when it is asked.
    """

    entry: GenomeEntry | None
    others: tuple[GenomeEntry, ...] = ()
    online: tuple[GenomeEntry, ...] = ()
    named: str = ""
    changed: bool = False
    fits: bool = True

    @property
    def sentence(self) -> str:
        """Which genome was chosen and why."""
        if self.entry is None:
            where = ", ".join(build_of(entry) for entry in self.online)
            return f"It fits no genome on this computer.{f' It may be one of {where}.' if where else ''}"
        why = "its text names the build" if self.named else "its reference bases are there"
        why = "chosen, and compared online" if self.entry.remote else why
        why = why if self.fits else "only there is its chromosome"
        also = " and ".join(dict.fromkeys(build_of(entry) for entry in self.others))
        return f"{build_of(self.entry)}: {why}.{f' They are also those of {also}.' if also else ''}"


def fitting_genome(text: str, library: Library, *, build: str = "") -> Fit | None:
    """The genomes on this computer that a variant fits.

    Parameters
    ----------
    text
        Any spelling of one variant.
    library
        The genomes; the chosen one is asked first.
    build
        That of the variant where its text names none.

    Returns
    -------
    Fit or None
        None for text that is no variant, or a name that has to be looked up.
    """
    named, chrom = _named(text)
    if not chrom:
        return None
    named = named or build
    usable = [entry for entry in library.usable() if same_assembly(entry.assembly, named)]
    fits = [entry for entry in usable if not entry.remote and _fits(text, entry, library)]
    services = [entry for entry in usable if entry.remote and known_length(chrom, entry.assembly) is not None]
    fits = [*(entry for entry in services if entry.name == library.chosen), *fits]
    if not fits:
        has = [entry for entry in genomes_with(chrom, library, build=named) if not entry.remote]
        if len(has) == 1:  # then it is that one, and what does not fit there is said
            return Fit(has[0], (), tuple(services), named, has[0].name != library.chosen, fits=False)
        return Fit(None, (), tuple(services), named)
    others = tuple(entry for entry in fits[1:] if not same_assembly(entry.assembly, fits[0].assembly))
    return Fit(fits[0], others, (), named, fits[0].name != library.chosen)


def genome_named(name: str, entries: Iterable[GenomeEntry]) -> GenomeEntry | None:
    """The genome of a name, else one on this computer of the build that it names (`GRCh38` is `hg38`)."""
    known = [entry for entry in entries if not entry.problem]
    exact = next((entry for entry in known if entry.name == name), None)
    if exact is not None or find_assembly(name) is None:
        return exact
    here = (entry for entry in known if entry.assembly and not entry.remote)
    return next((entry for entry in here if same_assembly(entry.assembly, name)), None)


def genomes_with(chrom: str, library: Library, *, build: str = "") -> tuple[GenomeEntry, ...]:
    """The genomes that have a chromosome: those on this computer, then services by the lengths that are known."""
    found = []
    for entry in library.usable():
        if not same_assembly(entry.assembly, build):
            continue
        reference = library.reference(entry)
        if reference is None:
            has = entry.remote and known_length(chrom, entry.assembly) is not None
        else:
            try:
                has = bool(reference.resolve(chrom))
            except GenovizError:
                has = False
        if has:
            found.append(entry)
    return tuple(found)


def chromosome_in(text: str) -> str:
    """The chromosome that a variant's text names; empty for other text."""
    return _named(text)[1]


def _named(text: str) -> tuple[str, str]:
    """Build and chromosome of a variant's text; empty where it is none, or has to be looked up."""
    try:
        plain, build = build_named(plain_text(text))
        if needs_look_up(plain):
            return "", ""
        if hgvs.is_genomic_name(text):
            name = hgvs.parse(text)
            return name.assembly or build, chromosome_of(name.chrom)
        variant = Variant.parse(text)
    except GenovizError:
        return "", ""
    return variant.assembly or build, variant.chrom


def _fits(text: str, entry: GenomeEntry, library: Library) -> bool:
    reference = library.reference(entry)
    if reference is None:
        return False
    try:
        return read_variant(text, reference).mismatch is None
    except GenovizError:
        return False
