"""Chromosome names: the spellings of one chromosome, and accessions whose version tells the build.

`chr17`, `17` and `NC_000017.11` may be one chromosome; `NC_000017.10` is the same chromosome in another build, where
each position means another base. An accession is therefore only taken for a chromosome of its own build or length.

Lengths and accessions are those of NCBI RefSeq and GenBank: GCF_000001405.25 (GRCh37), GCF_000001405.40 (GRCh38),
GCF_000146045.2 (S. cerevisiae R64), U00096 and NC_000913 (E. coli K-12 MG1655), NC_012920 and NC_001807 (human
mitochondrion; the second is chrM of UCSC hg19).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from genoviz.errors import BadGenome, BadLocus
from genoviz.sequences.assemblies import find_assembly, same_assembly
from genoviz.sequences.chromosome_name import as_written
from genoviz.sequences.locus import clip

_MOST_LISTED = 10
_WHOLE = "CHROMOSOME"  # the only chromosome of a bacterium
_MITOCHONDRION = {"MT", "MITO", "MTDNA"}
# Ensembl, NCBI and the 1000 Genomes Project call the revised Cambridge sequence so, and no other.
_CAMBRIDGE, _CAMBRIDGE_NAMES = "NC_012920.1", ("MT", "CHRMT")
_YORUBA = "NC_001807.4"  # chrM of UCSC hg19: two bases more, so that most positions differ
# Builds whose mitochondrion an accession may be: that of T2T-CHM13 is as long as the Cambridge one, but another.
_MITOCHONDRIA = {_CAMBRIDGE: ("GRCh37", "GRCh38"), _YORUBA: ("GRCh37", "NCBI36", "NCBI35")}
_HUMAN = [*map(str, range(1, 23)), "X", "Y"]
_GRCH37 = """10:249250621 11:243199373 11:198022430 11:191154276 9:180915260 11:171115067 13:159138663 10:146364022
11:141213431 10:135534747 9:135006516 11:133851895 10:115169878 8:107349540 9:102531392 9:90354753 10:81195210
9:78077248 9:59128983 10:63025520 8:48129895 10:51304566 10:155270560 9:59373566"""
_GRCH38 = """11:248956422 12:242193529 12:198295559 12:190214555 10:181538259 12:170805979 14:159345973 11:145138636
12:138394717 11:133797422 10:135086622 12:133275309 11:114364328 9:107043718 10:101991189 10:90338345 11:83257441
10:80373285 10:58617616 11:64444167 9:46709983 11:50818468 11:156040895 10:57227415"""
_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI"]
_R64 = """9:230218 8:813184 5:316620 10:1531933 3:576874 5:270161 9:1090940 5:562643 2:439888 9:745751 9:666816
5:1078177 3:924431 8:784333 6:1091291 4:948066"""


class OtherSequence(BadLocus):
    """A name that means another sequence than the chromosome which goes by it here: its length or build differs."""


@dataclass(frozen=True)
class Accession:
    """A sequence of a public database.

    Parameters
    ----------
    name
        Accession with its version, in upper case.
    chromosome
        Key of the chromosome, as `chromosome_key` gives it.
    length
        Bases.
    assembly
        The one build it belongs to; empty when several share it.
    """

    name: str
    chromosome: str
    length: int
    assembly: str = ""

    def __str__(self) -> str:
        return f"`{self.name}` ({self.assembly + ', ' if self.assembly else ''}{self.length:,} bases)"


def _rows(first: int, chromosomes: Iterable[str], versions: str, assembly: str) -> Iterable[Accession]:
    for number, (chromosome, row) in enumerate(zip(chromosomes, versions.split(), strict=True), start=first):
        version, length = row.split(":")
        yield Accession(f"NC_{number:06d}.{version}", chromosome, int(length), assembly)


ACCESSIONS: dict[str, Accession] = {
    accession.name: accession
    for accession in (
        *_rows(1, _HUMAN, _GRCH37, "GRCh37"),
        *_rows(1, _HUMAN, _GRCH38, "GRCh38"),
        Accession(_CAMBRIDGE, "M", 16_569),
        Accession(_YORUBA, "M", 16_571),
        *_rows(1133, _ROMAN, _R64, "R64"),
        Accession("NC_001224.1", "M", 85_779, "R64"),
        *(Accession(name, _WHOLE, 4_639_675) for name in ("U00096.2", "NC_000913.2")),
        *(Accession(name, _WHOLE, 4_641_652) for name in ("U00096.3", "NC_000913.3")),
    )
}
_BUILDS = {accession.assembly for accession in ACCESSIONS.values() if accession.assembly}
_UNVERSIONED = {name.partition(".")[0] for name in ACCESSIONS}


def chromosome_key(name: str) -> str:
    """What the spellings of one chromosome have in common: `17` for `chr17`, `Chr17`, `17` and `NC_000017.11`.

    `M` for `chrM`, `MT` and `Mito`; `CHROMOSOME` for `chr`, `Chromosome` and the accessions of E. coli K-12. Two names
    with one key need not be of one build.
    """
    if not name.isascii():  # capitals of other letters need not be their own (`ß`): only the same name is the same
        return name
    upper = name.upper()
    if upper in ACCESSIONS:
        return ACCESSIONS[upper].chromosome
    if upper in ("CHR", _WHOLE):
        return _WHOLE
    bare = upper[3:] if upper.startswith("CHR") else upper
    return "M" if bare in _MITOCHONDRION else bare


def known_length(name: str, assembly: str) -> int | None:
    """Bases of a chromosome by the public record of its build, without opening a genome; None where there is no record.

    `chr8` on `hg38` is known, scaffolds and other builds are not. Of human mitochondria it is the Cambridge sequence's.
    """
    key = chromosome_key(name)
    rows = (
        a for a in ACCESSIONS.values() if a.chromosome == key and a.assembly and same_assembly(a.assembly, assembly)
    )
    found = next(rows, None)
    if found is None and key == "M" and known_length("chr1", assembly) is not None:
        found = ACCESSIONS[_CAMBRIDGE]
    return found.length if found else None


def _without_chr(name: str) -> str:
    return re.sub("^chr(?!$|omosome)", "", name)


def _in_small_letters(name: str) -> str:
    return _without_chr(name.lower()) if name.isascii() else name


# What two spellings of one name have in common, the closest kind first.
_FOLDS: tuple[Callable[[str], str], ...] = (_without_chr, _in_small_letters, chromosome_key)


def _by_spelling(fold: Callable[[str], str], names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(fold(name), []).append(name)
    return found


class ChromosomeNames:
    """The chromosomes of one genome, found under any of their names.

    Parameters
    ----------
    lengths
        Name and length (bases) of each chromosome; of one stored in pieces, where the last piece ends.
    assembly
        Build of the genome; may be empty.
    title
        What messages call the genome.

    Raises
    ------
    BadGenome
        If the names or lengths are those of another build than `assembly`.
    """

    def __init__(self, lengths: Mapping[str, int], assembly: str = "", title: str = "this genome") -> None:
        self.lengths, self.assembly, self.title = lengths, assembly, title
        self._spellings = [_by_spelling(fold, lengths) for fold in _FOLDS]
        self._names = {key: found[0] for key, found in self._spellings[-1].items() if len(found) == 1}
        self._check_build()

    def resolve(self, name: str) -> str:
        """The genome's own spelling of a chromosome name.

        A record of exactly this name goes first: a genome may have both `1` and `chr1`. Then come the same letters with
        or without `chr`, then capitals, then other words for it (`MT`, `chrM`). Arabic numbers become Roman ones where
        the genome has all Roman numbers up to it and not the Arabic one: `4` is `chrIV` in yeast. `X` stays `X`.

        Parameters
        ----------
        name
            As it was written; a `ChromosomeName` is looked for under the letters that it was read from.

        Raises
        ------
        OtherSequence
            If `name` is an accession of another build, or `MT` where chrM is not the sequence of that name.
        BadLocus
            If there is no such chromosome (near matches are listed), or several could be meant.
        """
        name = as_written(name)
        if name in self.lengths:
            return name
        accession = ACCESSIONS.get(name.upper())
        if accession is not None:
            return self._by_accession(accession)
        family = name.upper().partition(".")[0]
        if family in _UNVERSIONED:
            known = [str(a) for a in ACCESSIONS.values() if a.name.partition(".")[0] == family]
            raise BadLocus(
                read=f"{clip(name)} is an accession {'of an unknown' if '.' in name else 'without a'} version.",
                accepted=f"The version tells the build; known are {' and '.join(known)}.",
                fix="Write the version, or the name of the chromosome.",
            )
        found = self._by_spelling(name) or self._roman(chromosome_key(name))
        if found is None:
            raise self._unknown(name)
        self._check_cambridge(name, found)
        return found

    def _by_spelling(self, name: str) -> str | None:
        """The record that a name is a spelling of; the closest kind of spelling that any record has decides."""
        for fold, names in zip(_FOLDS, self._spellings, strict=True):
            found = names.get(fold(name), [])
            if len(found) > 1:
                raise BadLocus(
                    read=f"{clip(name)} could mean {' or '.join(clip(one, 40) for one in found[:_MOST_LISTED])} in "
                    f"{self.title}.",
                    accepted="Where a genome has several such names, one is written as it stands there.",
                    fix="Type the one that is meant, with its capitals.",
                )
            if found:
                return found[0]
        return None

    def _by_accession(self, accession: Accession) -> str:
        names = self._spellings[-1].get(accession.chromosome, [])
        if not names:
            raise self._unknown(accession.name)
        same_build = accession.assembly and self.assembly and same_assembly(accession.assembly, self.assembly)
        known = find_assembly(self.assembly)
        builds = _MITOCHONDRIA.get(accession.name)
        other_build = bool(builds and known and known.name not in builds)
        exact = [name for name in names if self.lengths[name] == accession.length and not other_build]
        # A shorter chromosome may be stored in pieces; then the two builds have to be named and equal.
        fitting = exact or [name for name in names if same_build and self.lengths[name] < accession.length]
        if len(fitting) == 1:
            return fitting[0]
        found = names[0]
        length = self.lengths[found]
        build = f" of {clip(self.assembly, 30)}" if self.assembly else ", whose assembly is not named"
        raise OtherSequence(
            read=f"{accession} is not the sequence of `{found}` in {self.title}{build}.",
            accepted=f"`{found}` holds bases up to {length:,}; positions are never carried from one build to another.",
            fix=f"Choose a genome of {accession.assembly or 'this accession'}"
            f"{'' if self.assembly else ', or name the assembly of this one'}.",
        )

    def _check_cambridge(self, name: str, found: str) -> None:
        """Refuse `MT` for chrM of UCSC hg19: the name is that of a sequence of 16,569 bases, and this has 16,571."""
        known, cambridge, yoruba = find_assembly(self.assembly), ACCESSIONS[_CAMBRIDGE], ACCESSIONS[_YORUBA]
        human = known.organism == "human" if known else not self.assembly
        if human and name.upper() in _CAMBRIDGE_NAMES and self.lengths[found] == yoruba.length:
            raise OtherSequence(
                read=f"{clip(name)} is the name of {cambridge}, but `{found}` of {self.title} has {yoruba.length:,} bases "
                f"and is `{yoruba.name}`.",
                accepted="The two number most of their bases differently, and positions are never carried over.",
                fix=f"Choose a genome that has the Cambridge sequence, or type `{found}` if this one is meant.",
            )

    def _roman(self, key: str) -> str | None:
        """The chromosome for an Arabic number; never in a genome such as C. elegans (I to V and X) for 10."""
        number = int(key) if key.isascii() and key.isdecimal() and len(key) < 3 else 0
        if not 1 <= number <= len(_ROMAN) or not all(roman in self._names for roman in _ROMAN[:number]):
            return None
        return self._names[_ROMAN[number - 1]]

    def _check_build(self) -> None:
        if not self.assembly or not any(same_assembly(self.assembly, build) for build in _BUILDS):
            return
        for name, length in self.lengths.items():
            key = chromosome_key(name)
            same = [
                a
                for a in ACCESSIONS.values()
                if a.assembly and (a.name == name.upper() or (a.chromosome == key and a.length == length))
            ]
            if same and not any(same_assembly(a.assembly, self.assembly) for a in same):
                raise BadGenome(
                    read=f"{self.title} is called {clip(self.assembly, 30)}, but its `{name}` ({length:,} bases) is "
                    f"{same[0]}.",
                    accepted="A genome is opened under the name of its own build.",
                    fix=f"Open it as {same[0].assembly}, or choose another file.",
                )

    def _unknown(self, name: str) -> BadLocus:
        known = list(self.lengths)
        near = get_close_matches(name, known, n=_MOST_LISTED, cutoff=0.5)
        listed = near or known[:_MOST_LISTED]
        more = "" if near or len(known) <= _MOST_LISTED else f" and {len(known) - _MOST_LISTED:,} more"
        build = f" ({self.assembly})" if self.assembly else ""
        return BadLocus(
            read=f"There is no chromosome named {clip(name)} in {self.title}{build}.",
            accepted=f"{'Near matches are' if near else 'It has'} {', '.join(clip(n, 40) for n in listed)}{more}.",
            fix="Choose one of these, or another genome.",
        )
