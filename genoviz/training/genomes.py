"""Genomes as training data of language models: windows of chromosomes, with whole stretches held out."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.genomes.genome import Genome
from genoviz.sequences.locus import Locus
from genoviz.training.tables import find_folder

YEAST_TEST = ("chrVIII", "chrXIII", "chrXV")
YEAST_VALIDATION = ("chrX",)
ECOLI_TEST = ((450_000, 1_170_000), (3_480_000, 4_210_000))  # the blocks that the promoter assay holds out, too
ECOLI_VALIDATION = ((2_000_000, 2_200_000),)
UPSTREAM = 400  # bases before a start codon that count as promoter
LOCUS = 10_000  # windows of one stretch of so many bases share genes and repeats: relatives, when a score's interval is drawn


@dataclass(frozen=True, eq=False)
class Stretches:
    """Pieces of genome of one side of the split.

    Attributes
    ----------
    bases
        ASCII codes of each piece.
    starts
        For each piece, `(first base of a start codon, strand)` of its genes: `(genes, 2)`, 0-based, strand 1 or -1.
    """

    bases: tuple[NDArray[np.uint8], ...]
    starts: tuple[NDArray[np.int64], ...]

    def side_by_side(self, length: int) -> NDArray[np.uint8]:
        """All windows of `length` bases without N, one beside the other `(n, length)`."""
        return self.placed(length)[0]

    def placed(self, length: int, *, promoters: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Windows of `side_by_side`, or of `promoters`, and for each the number `(n,)` of its stretch of `LOCUS` bases."""
        rows, places = [], []
        for piece, (bases, starts) in enumerate(zip(self.bases, self.starts, strict=True)):
            if promoters:
                found, at = _around_starts(bases, starts, -length, 0)
            else:
                found = bases[: len(bases) // length * length].reshape(-1, length)
                at = np.arange(len(found)) * length
            rows.append(found)
            places.append(np.stack([np.full(len(found), piece), at // LOCUS], axis=1))
        windows, known = np.concatenate(rows), _known(np.concatenate(rows))
        loci = np.unique(np.concatenate(places), axis=0, return_inverse=True)[1].ravel().astype(np.int64)
        return windows[known], loci[known]

    def drawn(self, n: int, length: int, draw: np.random.Generator, *, promoters: float = 0.0) -> NDArray[np.uint8]:
        """`n` random windows `(n, length)`, a share of them with their middle in a random promoter."""
        sizes = np.array([len(b) for b in self.bases], dtype=np.float64)
        genes = np.array([len(s) for s in self.starts], dtype=np.float64)
        rows = []
        for near in draw.random(n) < promoters:
            weights = genes if near else sizes
            i = int(draw.choice(len(sizes), p=weights / weights.sum()))
            if near:
                at, strand = self.starts[i][draw.integers(len(self.starts[i]))]
                start = int(at) - int(strand) * int(draw.integers(UPSTREAM)) - length // 2
            else:
                start = int(draw.integers(len(self.bases[i]) - length))
            start = min(max(start, 0), len(self.bases[i]) - length)
            rows.append(self.bases[i][start : start + length])
        return np.stack(rows) if rows else np.zeros((0, length), dtype=np.uint8)

    def promoters(self, length: int) -> NDArray[np.uint8]:
        """The `length` bases before every start codon `(n, length)`, 5' to 3' on the gene's strand."""
        return self.placed(length, promoters=True)[0]

    def genes(self, length: int) -> NDArray[np.uint8]:
        """The `length` bases from every start codon on `(n, length)`, 5' to 3' on the gene's strand."""
        pieces = zip(self.bases, self.starts, strict=True)
        rows = np.concatenate([_around_starts(bases, starts, 0, length)[0] for bases, starts in pieces])
        return rows[_known(rows)]


def yeast(data: Path) -> tuple[Stretches, Stretches, Stretches]:
    """Training, validation and test chromosomes of S. cerevisiae; the mitochondrial one is left out."""
    folder = find_folder(data, "genome_yeast_sacCer3")
    starts: dict[str, list[tuple[int, int]]] = {}
    with gzip.open(folder / "sacCer3_genes.gff3.gz", "rt", encoding="utf-8") as file:
        for line in file:
            columns = line.split("\t")
            if len(columns) > 6 and columns[2] == "gene":
                forward = columns[6] == "+"
                at = int(columns[3]) - 1 if forward else int(columns[4]) - 1
                starts.setdefault(columns[0], []).append((at, 1 if forward else -1))
    with Genome(folder / "sacCer3.fa.gz", "sacCer3") as genome:
        held_out = {*YEAST_TEST, *YEAST_VALIDATION, "chrM"}
        train = [name for name in genome.chromosomes if name not in held_out]

        def side(names: Iterable[str]) -> Stretches:
            pieces = [(name, 0, genome.chromosomes[name]) for name in names]
            return _stretches(genome, pieces, starts)

        return side(train), side(YEAST_VALIDATION), side(YEAST_TEST)


def ecoli(data: Path) -> tuple[Stretches, Stretches, Stretches]:
    """Training, validation and test blocks of E. coli K-12."""
    folder = find_folder(data, "genome_ecoli_U00096.2")
    with Genome(folder / "ecoli_U00096.2.fa.gz", "U00096.2") as genome:
        ((name, length),) = genome.chromosomes.items()
        starts: dict[str, list[tuple[int, int]]] = {name: []}
        for line in (folder / "genes.bed").read_text(encoding="utf-8").splitlines():
            columns = line.split()
            if len(columns) > 5:
                forward = columns[5] == "+"
                starts[name].append((int(columns[1]) if forward else int(columns[2]) - 1, 1 if forward else -1))
        aside = sorted([*ECOLI_TEST, *ECOLI_VALIDATION])
        edges = [0, *(at for block in aside for at in block), length]
        train = list(zip(edges[::2], edges[1::2], strict=True))

        def side(blocks: Iterable[tuple[int, int]]) -> Stretches:
            return _stretches(genome, [(name, start, end) for start, end in blocks], starts)

        return side(train), side(ECOLI_VALIDATION), side(ECOLI_TEST)


def complement(bases: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Complement of ASCII codes."""
    return _COMPLEMENT[bases]


_COMPLEMENT = np.full(256, ord("N"), dtype=np.uint8)
_COMPLEMENT[np.frombuffer(b"ACGT", dtype=np.uint8)] = np.frombuffer(b"TGCA", dtype=np.uint8)


def _stretches(
    genome: Genome, pieces: Iterable[tuple[str, int, int]], starts: dict[str, list[tuple[int, int]]]
) -> Stretches:
    bases, found = [], []
    for name, start, end in pieces:
        text = genome.fetch(Locus(name, start, end)).bases
        bases.append(np.frombuffer(text.encode("ascii"), dtype=np.uint8))
        inside = [(at - start, strand) for at, strand in starts.get(name, []) if start <= at < end]
        found.append(np.array(inside, dtype=np.int64).reshape(-1, 2))
    return Stretches(tuple(bases), tuple(found))


def _around_starts(
    bases: NDArray[np.uint8], starts: NDArray[np.int64], first: int, last: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Bases `first` to `last` from every start codon on `(n, last - first)`, and where they begin in the piece `(n,)`."""
    rows, places = [np.empty((0, last - first), dtype=np.uint8)], []
    for at, strand in starts:
        start, end = (at + first, at + last) if strand > 0 else (at - last + 1, at - first + 1)
        if start >= 0 and end <= len(bases):
            rows.append((bases[start:end] if strand > 0 else complement(bases[start:end])[::-1])[None])
            places.append(start)
    return np.concatenate(rows), np.array(places, dtype=np.int64)


def _known(rows: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether a row `(n,)` holds A C G T only."""
    return np.asarray(np.isin(rows, np.frombuffer(b"ACGT", dtype=np.uint8)).all(axis=1))
