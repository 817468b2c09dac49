"""Gene and transcript: exons counted 5' to 3', and everything said on the gene's own strand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from genoviz.errors import UnknownName
from genoviz.sequences.locus import Locus

_CANONICAL = (
    ("MANE Select", ("MANE Select", "MANE_Select")),
    ("Ensembl canonical", ("Ensembl_canonical", "Ensembl canonical")),
    ("APPRIS principal", ("appris_principal", "appris_principal_1")),
    ("GENCODE basic", ("basic", "gencode_basic")),
)


@dataclass(frozen=True)
class Transcript:
    """One transcript of a gene.

    Attributes
    ----------
    identifier
        As in the file, such as `ENST00000357654.3`.
    gene, gene_identifier
        Name and identifier of its gene.
    locus
        From its first to its last base, on its strand.
    exons
        5' to 3' (the first exon first on both strands); empty when the file does not give them.
    coding
        Coding parts of the exons 5' to 3', stop codon included; empty for other transcripts.
    kind
        Biotype or feature type, as in the file.
    tags
        Such as `MANE Select`, as in the file.
    inferred
        The file has no row for this transcript: it is made from its parts or from the gene, so that where it begins may
        be the start codon and not the transcription start.
    """

    identifier: str
    gene: str
    gene_identifier: str
    locus: Locus
    exons: tuple[Locus, ...] = ()
    coding: tuple[Locus, ...] = ()
    kind: str = ""
    tags: tuple[str, ...] = ()
    inferred: bool = False
    gene_locus: Locus | None = None

    @property
    def strand(self) -> str:
        """`+` or `-`."""
        return self.locus.strand

    @property
    def tss(self) -> int:
        """0-based position of the first transcribed base."""
        return self.locus.to_genomic(0)

    @property
    def introns(self) -> tuple[Locus, ...]:
        """What lies between the exons, 5' to 3'; one fewer than exons unless two exons touch."""
        found = []
        for one, two in zip(self.exons, self.exons[1:], strict=False):
            low, high = sorted((one, two), key=lambda exon: exon.start)
            if low.end < high.start:
                found.append(Locus(low.chrom, low.end, high.start, self.strand, low.assembly))
        return tuple(found)

    def exon(self, number: int) -> Locus:
        """Exon by number, counted from 1 at the 5' end.

        Raises
        ------
        UnknownName
            If there is no such exon; the message says how many there are.
        """
        return self._numbered("exon", self.exons, number)

    def intron(self, number: int) -> Locus:
        """Intron by number; intron 1 follows exon 1.

        Raises
        ------
        UnknownName
            If there is no such intron.
        """
        return self._numbered("intron", self.introns, number)

    def _numbered(self, what: str, parts: tuple[Locus, ...], number: int) -> Locus:
        if 1 <= number <= len(parts):
            return parts[number - 1]
        if not self.exons:
            raise UnknownName(
                read=f"The exons of {self.gene} ({self.identifier}) are not in the annotation.",
                accepted=f"It only says where the gene lies: {self.locus}.",
                fix="Choose an annotation with exons, or type a locus.",
            )
        count = f"{len(parts)} {what}{'' if len(parts) == 1 else 's'}"
        raise UnknownName(
            read=f"There is no {what} {number:,} of {self.gene}: {self.identifier} has {count}.",
            accepted=f"{what.capitalize()}s are counted from 1, from the 5' end.",
            fix=f"Choose a number from 1 to {len(parts)}, or name another transcript." if parts else "Choose an exon.",
        )

    @property
    def gene_key(self) -> tuple[Any, ...]:
        """Tells its gene from all others, also of the same name: by name, strand and place."""
        return self.gene_identifier, self.gene, self.strand, self.gene_locus

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the transcripts of a gene, the primary one first."""
        sizes = (sum(map(len, self.coding)), sum(map(len, self.exons)), len(self.locus))
        return *(not set(names) & set(self.tags) for _, names in _CANONICAL), *(-n for n in sizes), self.identifier


@dataclass(frozen=True)
class Gene:
    """A gene and its transcripts, the primary one first.

    Primary is, in this order: tagged MANE Select, Ensembl canonical, APPRIS principal, GENCODE basic; then the one
    with the most coding bases, the most exon bases, the longest, the first by identifier.
    """

    name: str
    identifier: str
    locus: Locus
    kind: str
    transcripts: tuple[Transcript, ...]
    aliases: tuple[str, ...] = ()

    @property
    def strand(self) -> str:
        """`+` or `-`."""
        return self.locus.strand

    @property
    def primary(self) -> Transcript:
        """The transcript that stands for the gene where none is named."""
        return self.transcripts[0]

    @property
    def tss(self) -> int:
        """0-based transcription start of the primary transcript."""
        return self.primary.tss

    @property
    def primary_reason(self) -> str:
        """Why the primary transcript was chosen, in words."""
        if len(self.transcripts) == 1:
            return "the only transcript"
        tags = set(self.primary.tags)
        for title, names in _CANONICAL:
            alike = [t for t in self.transcripts if set(names) & set(t.tags)]
            if len(alike) == 1 and alike[0] is self.primary:
                return title
            if tags & set(names) and len(alike) < len(self.transcripts):
                return f"{title}, the longest of {len(alike)}"
        return "the longest coding sequence" if self.primary.coding else "the longest"

    def transcript(self, identifier: str) -> Transcript:
        """Transcript by identifier, with or without its version, in any case.

        Raises
        ------
        UnknownName
            If this gene has no such transcript, or several that share the name.
        """
        for wanted in (folded(identifier), folded(unversioned(identifier))):
            found = [
                transcript
                for transcript in self.transcripts
                if wanted in (folded(transcript.identifier), folded(unversioned(transcript.identifier)))
            ]
            exact = [transcript for transcript in found if folded(transcript.identifier) == wanted] or found
            if len(exact) > 1 and len({folded(transcript.identifier) for transcript in exact}) == 1:
                raise UnknownName(
                    read=f"{len(exact)} transcripts of {self.name} go by the name `{identifier[:40]}`.",
                    accepted=f"They lie at {', '.join(str(transcript.locus) for transcript in exact[:6])}.",
                    fix="Give each a name of its own in the file, or name the gene: its primary transcript is read.",
                )
            if exact:
                return exact[0]
        raise UnknownName.among(f"transcript of {self.name}", identifier, [t.identifier for t in self.transcripts])


def unversioned(identifier: str) -> str:
    """`ENST00000357654.3` without its version, also before GENCODE's `_PAR_Y`; other names unchanged."""
    return re.sub(r"(?<=\d)\.\d+(?=$|_PAR_Y$)", "", identifier)


def folded(text: str) -> str:
    """Text as names are compared: any case, single spaces."""
    return " ".join(text.split()).casefold()
