"""Gene models: genes, their transcripts and exons, found by name or by place in GFF3, GTF and BED files.

A file is read once and kept, sorted and indexed with tabix, in a cache folder of the user; after that a question costs
one look into the index. Transcripts count their exons 5' to 3', and everything a gene says is on its own strand.
"""

from __future__ import annotations

import json
import os
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from genoviz.errors import BadInput, BadLocus, GenovizError, UnknownName
from genoviz.genes.header import check_assembly_of
from genoviz.genes.index import indexed
from genoviz.genes.rows import ACCEPTED, BadGenes
from genoviz.genes.transcripts import Gene, Transcript, folded, unversioned
from genoviz.genomes.chromosome_names import ACCESSIONS, chromosome_key
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.chromosome_name import as_written
from genoviz.sequences.locus import Locus, clip


class _Entry(NamedTuple):
    """A gene of the name table: its file, number there, place and names."""

    source: int
    number: int
    chrom: str
    start: int
    end: int
    strand: str
    name: str
    identifier: str
    kind: str
    aliases: tuple[str, ...]
    transcripts: tuple[str, ...]


class GeneModels:
    """Genes of one or several annotation files; made by `open_genes`. Safe to use from several threads."""

    def __init__(
        self, folders: Iterable[Path], *, assembly: str = "", resolve: Callable[[str], str] | None = None
    ) -> None:
        import pysam

        self.assembly = assembly
        self.skipped: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._tabix: list[Any] = []
        self._entries: list[_Entry] = []
        self._given: dict[str, str] = {}
        once: set[tuple[Any, ...]] = set()
        for source, folder in enumerate(folders):
            self._tabix.append(
                pysam.TabixFile(
                    str(folder / "models.bed.gz"), index=str(folder / "models.bed.gz.csi"), encoding="utf-8"
                )
            )
            for line in (folder / "genes.jsonl").read_text(encoding="utf-8").splitlines():
                entry = _entry(source, json.loads(line))
                if entry[2:8] not in once:
                    once.add(entry[2:8])
                    self._entries.append(entry)
            self.skipped.update(json.loads((folder / "skipped.json").read_text(encoding="utf-8")))
        self._kept = {(entry.source, entry.number): entry for entry in self._entries}
        # Chromosomes that may be asked for under another spelling; never one of another build.
        self._spelt: set[str] = set()
        for chrom in dict.fromkeys(entry.chrom for entry in self._entries):
            self._given[chrom], refused = _resolved(chrom, resolve)
            accession = ACCESSIONS.get(chrom.upper())
            if not refused and (accession is None or same_assembly(accession.assembly, assembly)):
                self._spelt.add(chrom)
        self._names, self._exact = _name_tables(self._entries)

    def __enter__(self) -> GeneModels:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            for tabix in self._tabix:
                tabix.close()
            self._tabix = []

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def chromosomes(self) -> tuple[str, ...]:
        """Chromosomes that have genes, in the genome's spelling where a `resolve` was given."""
        return tuple(dict.fromkeys(self._given.values()))

    def names(self) -> Iterator[str]:
        """Names of all genes, by place."""
        return (entry.name for entry in self._entries)

    def search(self, text: str, limit: int = 20) -> list[Gene]:
        """Genes whose name, identifier or alias is, begins with or holds `text`, in this order; any case.

        Within each kind of match names come before identifiers and aliases, and short ones before long ones.
        """
        wanted = folded(text)
        if not wanted or limit < 1:
            return []
        low = bisect_left(self._names, (wanted,))
        found: dict[int, None] = {}
        high = low
        while high < len(self._names) and self._names[high][0].startswith(wanted):
            high += 1
        hits = sorted(self._names[low:high], key=lambda row: (row[0] != wanted, row[1], len(row[0]), row[0], row[2]))
        found.update(dict.fromkeys(row[2] for row in hits))
        if len(found) < limit:
            inside = [row for row in self._names if wanted in row[0]]
            inside.sort(key=lambda row: (row[1], len(row[0]), row[0], row[2]))
            found.update(dict.fromkeys(row[2] for row in inside if row[2] not in found))
        return [self._gene(self._entries[i]) for i in list(found)[:limit]]

    def has(self, name: str) -> bool:
        """Whether at least one gene goes by this name, identifier, alias or transcript; any case."""
        return any(folded(name) in ranked for ranked in self._exact)

    def gene(self, name: str) -> Gene:
        """Gene by name, else by identifier, alias or one of its transcripts; any case, versions may be left out.

        Raises
        ------
        UnknownName
            If there is none (near matches are listed), or several genes share the name (their identifiers are).
        """
        for ranked in self._exact:
            found = ranked.get(folded(name), [])
            if len(found) == 1:
                return self._gene(self._entries[found[0]])
            if found:
                entries = [self._entries[i] for i in found]
                listed = ", ".join(f"`{e.identifier}` ({e.name}, {self._locus(e)})" for e in entries[:6])
                raise UnknownName(
                    read=f"{len(found)} genes go by the name {clip(name, 40)}.",
                    accepted=f"They are {listed}{', ...' if len(found) > 6 else ''}.",
                    fix="Type the identifier of the one that is meant, or its locus.",
                )
        raise UnknownName.among("gene", name[:60], dict.fromkeys(entry.name for entry in self._entries))

    def within(self, locus: Locus) -> list[Transcript]:
        """Transcripts that share at least one base with a locus, on both strands, by place; none is cut.

        Raises
        ------
        BadLocus
            If the locus is on another assembly.
        """
        if not same_assembly(locus.assembly, self.assembly):
            raise BadLocus(
                read=f"{locus} is on {clip(locus.assembly, 30)}, but the gene models are on {clip(self.assembly, 30)}.",
                accepted="Locus and gene models must be of one assembly.",
                fix=f"Choose gene models of {clip(locus.assembly, 30)}.",
            )
        found: list[Transcript] = []
        asked = as_written(locus.chrom)
        # Under exactly this name, else under another spelling of it: a genome may have both `1` and `chr1`.
        exact = {given for chrom, given in self._given.items() if asked in (chrom, given)}
        for chrom, given in self._given.items():
            if given in exact or (
                not exact and chrom in self._spelt and chromosome_key(locus.chrom) == chromosome_key(given)
            ):
                for source in range(len(self._tabix)):
                    found.extend(transcript for _, transcript in self._fetch(source, chrom, locus.start, locus.end))
        return sorted(found, key=lambda t: (t.locus.start, t.locus.end, t.identifier))

    def _locus(self, entry: _Entry) -> Locus:
        return Locus(self._given[entry.chrom], entry.start, entry.end, entry.strand, self.assembly)

    def _gene(self, entry: _Entry) -> Gene:
        rows = self._fetch(entry.source, entry.chrom, entry.start, entry.end)
        own = sorted((t for number, t in rows if number == entry.number), key=lambda t: t.rank)
        return Gene(entry.name, entry.identifier, self._locus(entry), entry.kind, tuple(own), entry.aliases)

    def _fetch(self, source: int, chrom: str, start: int, end: int) -> list[tuple[int, Transcript]]:
        with self._lock:
            if not self._tabix:
                raise BadGenes("The gene models are closed.", "They are read while they are open.", "Open them again.")
            tabix = self._tabix[source]
            lines = list(tabix.fetch(chrom, start, end)) if chrom in tabix.contigs else []
        found = []
        for line in lines:
            _, low, high, strand, number, rest = line.split("\t", 5)
            entry = self._kept.get((source, int(number)))
            if entry is not None:
                locus = Locus(self._given[chrom], int(low), int(high), strand, self.assembly)
                found.append((entry.number, _transcript(entry, locus, json.loads(rest))))
        return found


def open_genes(
    path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    assembly: str = "",
    resolve: Callable[[str], str] | None = None,
) -> GeneModels:
    """Open gene models; the first time a file is seen, its sorted and indexed form is made in the user's cache folder.

    Parameters
    ----------
    path
        One GFF3, GTF or BED file (plain, gzip or bgzip), or several that are searched as one.
    assembly
        Build to note on every locus; never guessed.
    resolve
        The genome's spelling of a chromosome name (`Genome.resolve`). Chromosomes that it refuses keep the file's name.

    Raises
    ------
    BadGenes
        If a file cannot be read, says that it is of another assembly, or holds no gene. Single bad lines are left out; `GeneModels.skipped` counts them by
        reason.
    """
    paths = [path] if isinstance(path, (str, os.PathLike)) else list(path)
    if not paths:
        raise BadInput("No file of gene models was given.", ACCEPTED, "Give at least one file.")
    for one in paths:
        check_assembly_of(Path(one), assembly)
    return GeneModels([indexed(Path(one)) for one in paths], assembly=assembly, resolve=resolve)


def _transcript(entry: _Entry, locus: Locus, rest: list[Any]) -> Transcript:
    identifier, kind, tags, inferred, exons, coding = rest
    step = 1 if locus.strand == "+" else -1

    def places(spans: list[tuple[int, int]]) -> tuple[Locus, ...]:
        return tuple(Locus(locus.chrom, low, high, locus.strand, locus.assembly) for low, high in spans[::step])

    return Transcript(
        identifier,
        entry.name,
        entry.identifier,
        locus,
        exons=places(exons),
        coding=places(coding),
        kind=kind,
        tags=tuple(tags),
        inferred=inferred,
    )


def _entry(source: int, row: list[Any]) -> _Entry:
    number, chrom, start, end, strand, name, identifier, kind, aliases, transcripts = row
    return _Entry(source, number, chrom, start, end, strand, name, identifier, kind, tuple(aliases), tuple(transcripts))


def _name_tables(entries: list[_Entry]) -> tuple[list[tuple[str, int, int]], tuple[dict[str, list[int]], ...]]:
    """Sorted `(folded name, rank, entry)` for type-ahead, and for each rank the entries of every exact name.

    Ranks: 0 name, 1 identifier, 2 alias; exact names have a further one, transcripts.
    """
    exact: tuple[dict[str, list[int]], ...] = ({}, {}, {}, {})
    rows = []
    for i, entry in enumerate(entries):
        ranked = ((entry.name,), _withunversioned((entry.identifier,)), entry.aliases)
        for rank, names in enumerate((*ranked, _withunversioned(entry.transcripts))):
            for name in dict.fromkeys(map(folded, names)):
                exact[rank].setdefault(name, []).append(i)
                if rank < 3:
                    rows.append((name, rank, i))
    return sorted(rows), exact


def _withunversioned(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*names, *map(unversioned, names))


def _resolved(chrom: str, resolve: Callable[[str], str] | None) -> tuple[str, bool]:
    """The genome's spelling and whether it refused the name, which then stays as it is."""
    try:
        return (resolve(chrom) if resolve else chrom), False
    except GenovizError:
        return chrom, True


__all__ = ["BadGenes", "Gene", "GeneModels", "Transcript", "open_genes"]
