"""Names of genes: which genes go by a name, and what to type for exactly one of them.

Names are not unique. A name with a place behind it, such as `PB.1 chr1` or `DUPX chrT1:20,001-20,500`, means the one there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from genoviz.errors import BadLocus, UnknownName
from genoviz.genes.transcripts import folded, unversioned
from genoviz.genomes.chromosome_names import chromosome_key
from genoviz.sequences.locus import Locus, clip

_PLACED = re.compile(r"(?P<name>\S.*?)(?:\s+(?:on|at|in)\s+|\s*[,@]\s*|\s+)(?P<place>\S+)", re.IGNORECASE)
_CHROMOSOME = re.compile(r"(?P<chrom>[^\s:()]+?)(?:\((?P<strand>[+-])\))?")
# What NCBI writes for transcripts that have no name: no name to ask by.
_NAMELESS = re.compile(r"(?:unknown|unassigned)_transcript_\d+")
_LISTED = 6
TRANSCRIPT = 3  # rank of a hit by a transcript's name; 0 is a gene's name, 1 its identifier, 2 an alias


class GeneEntry(NamedTuple):
    """A gene of the name table: its file, number there, place and names. `locus` has the genome's chromosome."""

    source: int
    number: int
    chrom: str  # as the file spells it
    locus: Locus
    name: str
    identifier: str
    kind: str
    aliases: tuple[str, ...]
    transcripts: tuple[str, ...]


class _Where(NamedTuple):
    chrom: str
    start: int = 0
    end: int = 0  # 0 for a whole chromosome
    strand: str = ""

    def fits(self, locus: Locus) -> bool:
        """Whether a gene on this chromosome shares bases with it."""
        bases = not self.end or (self.start < locus.end and locus.start < self.end)
        return bases and self.strand in ("", locus.strand)

    def is_exactly(self, locus: Locus) -> bool:
        """Whether a gene on this chromosome has just these ends and this strand (plus where none is written)."""
        return (self.start, self.end, self.strand or "+") == (locus.start, locus.end, locus.strand)


class GeneNames:
    """The names of genes, in any case.

    Parameters
    ----------
    entries
        All genes.
    """

    def __init__(self, entries: Sequence[GeneEntry]) -> None:
        self.entries = entries
        self._exact: tuple[dict[str, list[int]], ...] = ({}, {}, {}, {})
        self._chromosomes = {chromosome_key(entry.locus.chrom) for entry in entries}
        rows = []
        for i, entry in enumerate(entries):
            told = tuple(name for name in entry.transcripts if not _NAMELESS.fullmatch(name))
            ranked = ((entry.name,), _withunversioned((entry.identifier,)), entry.aliases, _withunversioned(told))
            for rank, names in enumerate(ranked):
                for name in dict.fromkeys(map(folded, names)):
                    self._exact[rank].setdefault(name, []).append(i)
                    if rank < TRANSCRIPT:
                        rows.append((name, rank, i))
        self._sorted = sorted(rows)

    def search(self, text: str, limit: int) -> list[GeneEntry]:
        """Genes whose name, identifier or alias is, begins with or holds `text`, in this order."""
        wanted = folded(text)
        if not wanted or limit < 1:
            return []
        low = high = bisect_left(self._sorted, (wanted,))
        while high < len(self._sorted) and self._sorted[high][0].startswith(wanted):
            high += 1
        hits = sorted(self._sorted[low:high], key=lambda row: (row[0] != wanted, row[1], len(row[0]), row[0], row[2]))
        found = dict.fromkeys(row[2] for row in hits)
        if len(found) < limit:
            inside = [row for row in self._sorted if wanted in row[0]]
            inside.sort(key=lambda row: (row[1], len(row[0]), row[0], row[2]))
            found.update(dict.fromkeys(row[2] for row in inside if row[2] not in found))
        return [self.entries[i] for i in list(found)[:limit]]

    def bare(self, name: str) -> str:
        """The name without the place behind it."""
        return self._parted(name)[0]

    def has(self, name: str) -> bool:
        """Whether at least one gene goes by this name, identifier, alias or transcript, wherever it lies."""
        return bool(self._ranked(self._parted(name)[0])[1])

    def find(self, name: str) -> tuple[int, list[GeneEntry]]:
        """The best rank at which genes go by a name, and these genes; of a name with a place those that lie there."""
        bare, where = self._parted(name)
        rank, found = self._ranked(bare)
        if where is not None:
            # As it is typed, else in another spelling: a genome may have both `1` and `chr1`.
            key = chromosome_key(where.chrom)
            chrom = [entry for entry in found if entry.locus.chrom == where.chrom] or [
                entry for entry in found if chromosome_key(entry.locus.chrom) == key
            ]
            there = [entry for entry in chrom if where.fits(entry.locus)]
            exactly = [entry for entry in there if where.is_exactly(entry.locus)]
            found = exactly or there
        return rank, found

    def one(self, name: str) -> GeneEntry | None:
        """The one gene of a name; None where there is no such name.

        Raises
        ------
        UnknownName
            If several genes share the name, or none of them lies at the place behind it: what to type for each is said.
        """
        found = self.find(name)[1]
        if len(found) == 1:
            return found[0]
        if not found and not self.has(name):
            return None
        bare = self._parted(name)[0]
        every = found or self._ranked(bare)[1]
        count = f"{len(every):,} genes go" if len(every) > 1 else "One gene goes"
        read = f"{count} by the name {clip(bare if not found else name, 40)}"
        listed = ", ".join(self._listed(entry, bare) for entry in every[:_LISTED])
        raise UnknownName(
            read=f"{read}." if found else f"{read}, but none lies at {clip(name[len(bare) :].strip(' ,@'), 40)}.",
            accepted=f"{'They are' if len(every) > 1 else 'It is'} {listed}{', ...' if len(every) > _LISTED else ''}.",
            fix="Type one of these, or a locus." if len(every) > 1 else "Type the name, or a locus.",
        )

    def handle(self, entry: GeneEntry, typed: str = "") -> str:
        """What to type for exactly this gene: its name, its identifier, or the name with a place behind it.

        `typed` is the name that was asked for: where it is a transcript's, it stays.
        """
        rank = self._ranked(typed)[0] if typed else 0
        name = typed or entry.name
        placed = (f"{name} {entry.locus.chrom}", f"{name} {entry.locus}")
        plain = () if rank == TRANSCRIPT else (entry.name, entry.identifier)
        return next((text for text in (*plain, *placed) if self.find(text)[1] == [entry]), str(entry.locus))

    def _listed(self, entry: GeneEntry, typed: str) -> str:
        handle = self.handle(entry, typed)
        named = f"{entry.name}, " if folded(entry.name) not in folded(handle) else ""
        return f"`{clip(handle, 80).strip('`')}` ({named}{entry.locus})"

    def _ranked(self, name: str) -> tuple[int, list[GeneEntry]]:
        wanted = folded(name)
        for rank, names in enumerate(self._exact):
            if wanted in names:
                return rank, [self.entries[i] for i in names[wanted]]
        return 0, []

    def _parted(self, name: str) -> tuple[str, _Where | None]:
        """A name and the place behind it; a gene's own name is never parted."""
        if self._ranked(name)[1]:
            return name, None
        text = name.strip()
        text = text[:-1].replace(" (", " ", 1) if text.endswith(")") and not text.endswith(("(+)", "(-)")) else text
        parted = _PLACED.fullmatch(text)
        if parted is None or not self._ranked(parted["name"])[1]:
            return name, None
        where = self._where(parted["place"])
        return (parted["name"], where) if where is not None else (name, None)

    def _where(self, text: str) -> _Where | None:
        if ":" in text:
            try:
                locus = Locus.parse(text)
            except BadLocus:
                return None
            return _Where(text.partition(":")[0], locus.start, locus.end, locus.strand if text.endswith(")") else "")
        plain = _CHROMOSOME.fullmatch(text)
        if plain is None:
            return None
        known = chromosome_key(plain["chrom"]) in self._chromosomes or text.lower().startswith("chr")
        return _Where(plain["chrom"], strand=plain["strand"] or "") if known else None


def _withunversioned(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*names, *map(unversioned, names))
