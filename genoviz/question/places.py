"""Text as a place: a locus, a gene, or words such as `exon 2 of GENE`, in each genome that has it."""

from __future__ import annotations

import re
from dataclasses import replace

from genoviz.errors import BadLocus, GenovizError, UnknownName
from genoviz.genes.places import Place, find_place, suggest
from genoviz.genomes.chromosome_names import known_length
from genoviz.genomes.genome import Reference
from genoviz.genomes.registry import GenomeEntry
from genoviz.question.library import Library, build_of
from genoviz.question.reading import Reading
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import Locus, clip, plain_dashes

SUGGESTED = 4  # names that are offered for the beginning of one
_IN_WORDS = re.compile(r"\b(promoter|tss|exon|intron|donor|acceptor|gene)\b|[±]|\+\s*/?\s*-", re.IGNORECASE)
_BED = re.compile(r"(?P<chrom>\S+)\s+(?P<start>[0-9]{1,12})\s+(?P<end>[0-9]{1,12})(?:\s.*)?")


def is_in_words(text: str) -> bool:
    """Whether a text speaks of a part of a gene or of bases around something, so that only a place can be meant."""
    return bool(_IN_WORDS.search(text))


def places(text: str, library: Library) -> tuple[list[Reading], GenovizError | None]:
    """The place in every genome that has it, and of the errors of those that have not the one that says most."""
    readings, errors = [], []
    for entry in library.usable():
        for written, note in _spellings(text):
            try:
                readings.append(_reading(written, entry, library, note))
            except GenovizError as error:
                errors.append(error)
    return readings, min(errors, key=_says_little, default=None)


def is_unknown_name(error: GenovizError | None) -> bool:
    """Whether an error says no more than that a gene is known nowhere, under this or a similar name."""
    return error is not None and _says_little(error) > 1


def _says_little(error: GenovizError) -> int:
    """0 for what is wrong with a place, 1 for names like the one that was typed, more for a name that is unknown."""
    if "no gene models are at hand" in error.read:
        return 3
    if not isinstance(error, UnknownName) or not error.read.startswith("There is no gene named"):
        return 0
    return 1 if error.accepted.startswith("Did you mean") else 2


def suggested(text: str, library: Library) -> list[Reading]:
    """Genes and well-known elements whose names begin with a word, or hold it."""
    word = text.strip()
    readings = []
    for entry in library.usable() if len(word) >= 2 and len(word.split()) == 1 else ():
        for name, _ in suggest(word, assembly=entry.assembly, genes=library.genes(entry), limit=SUGGESTED):
            try:
                readings.append(_reading(name, entry, library, ""))
            except GenovizError:
                continue  # a name that stands for nothing alone is no help
    return readings[: 2 * SUGGESTED]


def check_stored(place: Place, reference: Reference) -> str:
    """The genome's name of a place's chromosome.

    Raises
    ------
    BadLocus
        If there is no such chromosome, or its bases are not here: N alone would be explained like bases.
    """
    chrom = reference.resolve(place.locus.chrom)
    if not any(piece.chrom == chrom and piece.start <= place.anchor < piece.end for piece in reference.stored):
        reference.fetch(replace(place.locus, chrom=chrom))  # refuses, and says what is there
    return chrom


def _spellings(text: str) -> list[tuple[str, str]]:
    """What a text may mean, with a note for each: a BED line is two places, by how its author counts."""
    bed = _BED.fullmatch(plain_dashes(text).strip())
    if bed is None or int(bed["start"]) >= int(bed["end"]):
        return [(text, "")]
    chrom, start, end = bed["chrom"], int(bed["start"]), int(bed["end"])
    return [
        (f"{chrom}:{start + 1:,}-{end:,}", "if this is a BED line, which counts from 0"),
        (f"{chrom}:{max(start, 1):,}-{end:,}", "if the positions count from 1"),
    ]


def _reading(text: str, entry: GenomeEntry, library: Library, note: str) -> Reading:
    """The place in one genome; raises where it has none."""
    place = find_place(text, assembly=entry.assembly, genes=library.genes(entry))
    reference = library.reference(entry)
    if reference is None:
        _check_known(place.locus, entry)
        locus = place.locus
    else:
        locus = replace(place.locus, chrom=check_stored(place, reference))
        if locus.end > reference.chromosomes[locus.chrom] and not place.at_start:
            raise BadLocus(
                f"{locus} reaches past the end of {clip(locus.chrom, 30)} in {reference.title}.",
                f"It has bases 1 to {reference.chromosomes[locus.chrom]:,}.",
                "Choose a place inside, or another genome.",
            )
    build = build_of(entry)
    where = str(locus) if len(locus) > 1 else str(locus).replace(f"-{locus.end:,}", "")
    if place.title == str(place.locus):
        kind, sentence = "locus", f"{where}{', ' + note if note else ''}: {base_count(len(locus))} of {build}"
    elif place.title == place.gene:
        kind, sentence = "gene", f"{place.gene}, a gene of {build}: {where}"
    else:
        kind, sentence = "place", f"{place.title}, {build}: {where}"
    return Reading(kind, sentence, "sequence", text.strip(), entry.name, place.notes)


def _check_known(locus: Locus, entry: GenomeEntry) -> None:
    """Compare a place with the public length of its chromosome, as nothing is asked of a service yet."""
    length = known_length(locus.chrom, entry.assembly)
    if length is None and "_" not in locus.chrom:
        raise BadLocus(
            f"There is no chromosome named {clip(locus.chrom, 40)} in {entry.title} ({entry.assembly}).",
            "Names are those of the UCSC Genome Browser, such as `chr8`.",
            "Check the name, or choose another genome.",
        )
    if length is not None and locus.end > length:
        raise BadLocus(
            f"{locus} reaches past the end of {clip(locus.chrom, 30)} in {entry.assembly}.",
            f"It has bases 1 to {length:,}.",
            "Check the position and the assembly.",
        )
