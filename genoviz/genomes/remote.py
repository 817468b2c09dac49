"""Genomes read window by window from the UCSC Genome Browser's REST interface.

Interface: https://genome.ucsc.edu/goldenPath/help/api.html (`list/chromosomes`, `getData/sequence`; `start` is 0-based,
`end` is excluded). The place that is asked for is sent to the server, so these genomes are only used when chosen.
"""

from __future__ import annotations

import os
import re
import threading
from types import TracebackType
from typing import Any
from urllib.parse import quote

from genoviz.errors import BadLocus
from genoviz.files.folders import cache_folder
from genoviz.files.web import Client, DiskCache
from genoviz.genomes.chromosome_names import ChromosomeNames
from genoviz.genomes.genome import MISSING, check_assembly, named_as_written, oriented
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

UCSC = "https://api.genome.ucsc.edu"
MAX_BASES = 600_000
_LETTERS = re.compile("[ACGTNacgtnRYSWKMBDHVryswkmbdhv]*")


class RemoteGenome:
    """A genome of the UCSC Genome Browser; a `Reference` as `Genome` is.

    Nothing is sent before the first question. Answers are kept on disk, and only believed when genome, chromosome,
    range, length and letters are those asked for.

    Parameters
    ----------
    database
        UCSC's name of the genome: `hg38`.
    assembly
        Name of the build; UCSC's when left empty.
    title
        What messages call it.
    client
        How to ask; one with a cache in the user's cache folder when None.
    url
        Address of the service; that of `GENOVIZ_UCSC`, else UCSC's, when left empty.
    max_bases
        Longest window that is asked for at once.
    """

    def __init__(
        self,
        database: str,
        assembly: str = "",
        *,
        title: str = "",
        client: Client | None = None,
        url: str = "",
        max_bases: int = MAX_BASES,
    ) -> None:
        self.database, self.assembly = database, assembly or database
        self.title = title or f"{database} at UCSC"
        self.max_bases = max_bases
        self._url = (url or os.environ.get("GENOVIZ_UCSC") or UCSC).rstrip("/")
        self._client = client or Client(cache=DiskCache(cache_folder() / "web"))
        self._names: ChromosomeNames | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> RemoteGenome:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held open; here because `Genome` has it."""

    @property
    def chromosomes(self) -> dict[str, int]:
        """Name and length (bases) of each chromosome, as the service lists them.

        Raises
        ------
        NoAnswer
            If the service can't be reached or answers nonsense.
        """
        return dict(self._chromosome_names().lengths)

    @property
    def stored(self) -> tuple[Locus, ...]:
        """All chromosomes, whole."""
        return tuple(Locus(name, 0, size, "+", self.assembly) for name, size in self.chromosomes.items())

    @property
    def whole(self) -> frozenset[str]:
        """All chromosomes."""
        return frozenset(self.chromosomes)

    def resolve(self, chrom: str) -> str:
        """UCSC's spelling of a chromosome name; see `Genome.resolve`."""
        return self._chromosome_names().resolve(chrom)

    def fetch(self, locus: Locus, *, pad: bool = False) -> Sequence:
        """The bases of a locus, 5' to 3' on its strand; see `Genome.fetch`.

        Raises
        ------
        BadLocus
            If the chromosome is unknown, the assembly differs, the locus is longer than `max_bases`, or it reaches
            past the end of the chromosome and `pad` is false.
        NoAnswer
            If the service can't be reached or answers nonsense.
        """
        check_assembly(locus, self)
        if len(locus) > self.max_bases:
            raise BadLocus(
                read=f"{locus} has {len(locus):,} bases.",
                accepted=f"{self.title} is asked for at most {self.max_bases:,} bases at once.",
                fix=f"Choose a shorter locus, or download the genome with `genoviz genome add {self.database}`.",
            )
        name, lengths = self.resolve(locus.chrom), self._chromosome_names().lengths
        locus, length = named_as_written(locus, name, lengths), lengths[name]
        if locus.end > length and not pad:
            raise BadLocus(
                read=f"{locus} reaches past the end of `{name}` in {self.title} ({self.assembly}).",
                accepted=f"It has bases 1 to {length:,}.",
                fix="Choose a locus inside, or pad with N.",
            )
        end = min(locus.end, length)
        letters = self._ask(name, locus.start, end) if locus.start < end else ""
        return oriented(locus, letters + MISSING * (len(locus) - len(letters)), self)

    def bases(self, chrom: str, start: int, end: int) -> str:
        """Plus-strand letters of a 0-based half-open range."""
        return self.fetch(Locus(chrom, start, end)).bases if end > start else ""

    def _ask(self, chrom: str, start: int, end: int) -> str:
        asked = {"genome": self.database, "chrom": chrom, "start": start, "end": end}

        def accept(answer: Any) -> None:
            if not isinstance(answer, dict) or not isinstance(answer.get("dna"), str):
                raise ValueError("it holds no sequence")
            for key, value in asked.items():
                if answer.get(key) != value:
                    raise ValueError(f"it is for another {key} than was asked for")
            if len(answer["dna"]) != end - start:
                raise ValueError(f"it has {len(answer['dna']):,} bases in place of {end - start:,}")
            if not _LETTERS.fullmatch(answer["dna"]):
                raise ValueError("it holds letters that are no bases")

        answer = self._client.get_json(self._address("getData/sequence", asked), accept=accept)
        dna: str = answer["dna"]
        return dna

    def _chromosome_names(self) -> ChromosomeNames:
        with self._lock:
            if self._names is None:
                answer = self._client.get_json(
                    self._address("list/chromosomes", {"genome": self.database}), accept=self._accept_chromosomes
                )
                self._names = ChromosomeNames(answer["chromosomes"], self.assembly, self.title)
            return self._names

    def _accept_chromosomes(self, answer: Any) -> None:
        found = answer.get("chromosomes") if isinstance(answer, dict) else None
        if not isinstance(found, dict) or not found:
            raise ValueError("it lists no chromosomes")
        if answer.get("genome") != self.database:
            raise ValueError("it is for another genome than was asked for")
        if any(type(length) is not int or length < 1 for length in found.values()):
            raise ValueError("a chromosome has no length")

    def _address(self, path: str, asked: dict[str, Any]) -> str:
        # The service documents `;` between its parameters.
        return f"{self._url}/{path}?" + ";".join(f"{key}={quote(str(value), safe='')}" for key, value in asked.items())
