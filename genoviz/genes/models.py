"""Gene models: genes, their transcripts and exons, found by name or by place in GFF3, GTF and BED files.

A file is read once and kept, sorted and indexed with tabix, in a cache folder of the user; after that a question costs
one look into the index. Transcripts count their exons 5' to 3', and everything a gene says is on its own strand.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from genoviz.errors import BadInput, BadLocus, GenovizError, UnknownName
from genoviz.genes.header import check_assembly_of
from genoviz.genes.index import contig, indexed
from genoviz.genes.names import GeneEntry, GeneNames
from genoviz.genes.rows import ACCEPTED, BadGenes
from genoviz.genes.transcripts import Gene, Transcript, folded
from genoviz.genomes.chromosome_names import ACCESSIONS, chromosome_key
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.chromosome_name import as_written
from genoviz.sequences.locus import Locus, clip

_LISTED = 6  # reasons that a notice names


class GeneModels:
    """Genes of one or several annotation files; made by `open_genes`. Safe to use from several threads."""

    def __init__(
        self,
        folders: Iterable[Path],
        *,
        assembly: str = "",
        resolve: Callable[[str], str] | None = None,
        kept: Iterable[str] = (),
    ) -> None:
        import pysam

        self.assembly = assembly
        self.skipped: Counter[str] = Counter()
        self.copies: list[str] = []
        self._kept_notices = tuple(kept)
        self._left_out: dict[str, str] = {}
        self._left_places: list[tuple[str, str, Locus]] = []
        self._lock = threading.Lock()
        self._tabix: list[Any] = []
        self._given: dict[str, str] = {}
        # Chromosomes that may be asked for under another spelling; never one of another build.
        self._spelt: set[str] = set()
        entries: dict[tuple[Any, ...], GeneEntry] = {}
        for source, folder in enumerate(folders):
            self._tabix.append(
                pysam.TabixFile(
                    str(folder / "models.bed.gz"), index=str(folder / "models.bed.gz.csi"), encoding="utf-8"
                )
            )
            for line in (folder / "genes.jsonl").read_text(encoding="utf-8").splitlines():
                entry = self._entry(source, json.loads(line), resolve)
                entries.setdefault(entry[3:6], entry)  # files may hold the same gene
            report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
            self.skipped.update(report["skipped"])
            self.copies += report["copies"]
            for names, reason, chrom, start, end in report["left_out"]:
                self._left_out |= {folded(name): reason for name in names}
                self._left_places.append((names[0], reason, Locus(self._spelling(chrom, resolve), start, end)))
        self._kept = {(entry.source, entry.number): entry for entry in entries.values()}
        self._names = GeneNames(list(entries.values()))

    def _entry(self, source: int, row: list[Any], resolve: Callable[[str], str] | None) -> GeneEntry:
        number, chrom, start, end, strand, name, identifier, kind, aliases, transcripts = row
        locus = Locus(self._spelling(chrom, resolve), start, end, strand, self.assembly)
        return GeneEntry(source, number, chrom, locus, name, identifier, kind, tuple(aliases), tuple(transcripts))

    def _spelling(self, chrom: str, resolve: Callable[[str], str] | None) -> str:
        """The genome's spelling of a chromosome; others may be asked for, too, unless it is of another build."""
        if chrom not in self._given:
            self._given[chrom], refused = _resolved(chrom, resolve)
            accession = ACCESSIONS.get(chrom.upper())
            if not refused and (accession is None or same_assembly(accession.assembly, self.assembly)):
                self._spelt.add(chrom)
        return self._given[chrom]

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
        return len(self._names.entries)

    @property
    def chromosomes(self) -> tuple[str, ...]:
        """Chromosomes that have genes, in the genome's spelling where a `resolve` was given."""
        return tuple(dict.fromkeys(self._given.values()))

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader of the file has to know, in sentences: what was left out and why, and which names stand twice."""
        found = list(self._kept_notices)
        if self.skipped:
            reasons = "; ".join(f"{reason}: {count:,}" for reason, count in self.skipped.most_common(_LISTED))
            more = "; ..." if len(self.skipped) > _LISTED else ""
            found.append(f"Left out of the gene models: {reasons}{more}.")
        if self.copies:
            names = ", ".join(clip(name, 40) for name in self.copies[:3])
            several = f"{len(self.copies):,} names stand" if len(self.copies) > 1 else "One name stands"
            found.append(
                f"{several} at several places in the gene models, each read as a gene of its own: {names}"
                f"{', ...' if len(self.copies) > 3 else ''}."
            )
        if not len(self):
            found.append("The gene models hold no gene that could be read.")
        return tuple(found)

    def left_out_at(self, locus: Locus) -> tuple[str, ...]:
        """Sentences about genes and transcripts that the file has at a place, and that were left out."""
        return tuple(
            f"{clip(name, 40)} lies here in the gene models, but was left out ({reason}): choose the strand to read."
            for name, reason, place in self._left_places
            if chromosome_key(place.chrom) == chromosome_key(locus.chrom)
            and place.start < locus.end
            and locus.start < place.end
        )

    def names(self) -> Iterator[str]:
        """Names of all genes, by place."""
        return (entry.name for entry in self._names.entries)

    def handles(self) -> Iterator[str]:
        """What to type for each gene, by place: its name, or more where others share it."""
        return (self._names.handle(entry) for entry in self._names.entries)

    def search(self, text: str, limit: int = 20) -> list[Gene]:
        """Genes whose name, identifier or alias is, begins with or holds `text`, in this order; any case.

        Within each kind of match names come before identifiers and aliases, and short ones before long ones.
        """
        return [self._gene(entry) for entry in self._names.search(text, limit)]

    def handle(self, gene: Gene) -> str:
        """What to type for exactly this gene: its name, or, where others share it, its identifier or name and place."""
        key = gene.locus, gene.name, gene.identifier
        entry = next((one for one in self._names.find(gene.name)[1] if one[3:6] == key), None)
        return self._names.handle(entry) if entry is not None else gene.name

    def has(self, name: str) -> bool:
        """Whether a gene goes by this name, identifier, alias or transcript, or did before it was left out; any case."""
        return self._names.has(name) or folded(name) in self._left_out

    def bare_name(self, name: str) -> str:
        """A name without the place behind it: `PB.1` of `PB.1 chr1`."""
        return self._names.bare(name)

    def gene(self, name: str) -> Gene:
        """Gene by name, else by identifier, alias or one of its transcripts; any case, versions may be left out.

        Of several genes that share a name, one is meant by a place behind it: `PB.1 chr1`, `PB.1 chr1:101-200`.

        Raises
        ------
        UnknownName
            If there is none (near matches are listed), if it was left out (the reason is said), or several genes share
            the name (what to type for each is said).
        """
        entry = self._names.one(name)
        if entry is not None:
            return self._gene(entry)
        reason = self._left_out.get(folded(name))
        if reason is not None:
            raise UnknownName(
                read=f"{clip(name, 40)} is in the gene models, but could not be read as one stretch of one strand.",
                accepted=f"Left out: {reason}.",
                fix="Type a locus, and choose the strand.",
            )
        raise UnknownName.among("gene", name[:60], dict.fromkeys(self.names()))

    def transcript(self, name: str) -> Transcript:
        """Transcript by identifier, with a place behind it where it stands twice: `NM_1.2 chr1`; else as `gene`.

        Raises
        ------
        UnknownName
            If there is none, or it stands at several places.
        """
        return self.gene(name).transcript(self.bare_name(name))

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

    def _gene(self, entry: GeneEntry) -> Gene:
        rows = self._fetch(entry.source, entry.chrom, entry.locus.start, entry.locus.end)
        own = sorted((t for number, t in rows if number == entry.number), key=lambda t: t.rank)
        return Gene(entry.name, entry.identifier, entry.locus, entry.kind, tuple(own), entry.aliases)

    def _fetch(self, source: int, chrom: str, start: int, end: int) -> list[tuple[int, Transcript]]:
        with self._lock:
            if not self._tabix:
                raise BadGenes("The gene models are closed.", "They are read while they are open.", "Open them again.")
            tabix = self._tabix[source]
            name = contig(chrom)
            try:
                lines = list(tabix.fetch(name, start, end)) if name in tabix.contigs else []
            except (OSError, ValueError) as error:
                raise _damaged(error) from error
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
    try:
        return _opened(paths, assembly, resolve, anew=False)
    except (OSError, ValueError, KeyError):  # another process removed an index between the check and now
        pass
    try:
        return _opened(paths, assembly, resolve, anew=True)
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(error) from error


def _opened(
    paths: Iterable[str | os.PathLike[str]], assembly: str, resolve: Callable[[str], str] | None, *, anew: bool
) -> GeneModels:
    found = [indexed(Path(one), anew=anew) for one in paths]
    said = [notice for _, notice in found if notice]
    return GeneModels([folder for folder, _ in found], assembly=assembly, resolve=resolve, kept=said)


def _transcript(entry: GeneEntry, locus: Locus, rest: list[Any]) -> Transcript:
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
        gene_locus=entry.locus,
    )


def _damaged(error: Exception) -> BadGenes:
    return BadGenes(
        f"The index of the gene models can't be read: {clip(str(error), 120)}.",
        "It is made anew when the gene models are opened.",
        "Open them again; if that does not help, set GENOVIZ_CACHE to a folder on another disk.",
    )


def _resolved(chrom: str, resolve: Callable[[str], str] | None) -> tuple[str, bool]:
    """The genome's spelling and whether it refused the name, which then stays as it is."""
    try:
        return (resolve(chrom) if resolve else chrom), False
    except GenovizError:
        return chrom, True


__all__ = ["BadGenes", "Gene", "GeneModels", "Transcript", "open_genes"]
