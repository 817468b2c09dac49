"""Names for seqlets: the motifs of a collection that look most like them, by the statistic of Tomtom.

The scores say which motifs fit a seqlet. Which of those gives it its name is the rule of `genoviz.motifs.families`, on the
letters alone: so sites of the same letters have the same name, whatever little their scores differ by.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, BadMotif
from genoviz.motifs.families import named
from genoviz.motifs.motif import Motif
from genoviz.motifs.p_value import motif_scan
from genoviz.motifs.seqlets import Seqlet, call_seqlets, joined
from genoviz.motifs.tomtom import best_matches, targets_of
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

SIGNIFICANT = 0.02  # largest q-value of a match that names a seqlet: 3 to 5 % of blocks of shuffled sequences have one
KEPT = 5  # matches kept for each seqlet
FEWEST = 25  # with fewer motifs, their columns are a poor null distribution


@dataclass(frozen=True, eq=False)
class Similarity:
    """Every query against every motif.

    Attributes
    ----------
    p_values
        `(queries, motifs)`: probability that a motif with columns drawn from the collection is as similar at its best
        offset on its better strand.
    starts
        `(queries, motifs)`: first column of the motif counted from the query's first, negative where it begins before.
    minus
        `(queries, motifs)`: whether the motif is on the other strand of the query.
    """

    p_values: NDArray[np.float64]
    starts: NDArray[np.int64]
    minus: NDArray[np.bool_]


@dataclass(frozen=True)
class Match:
    """A motif that looks like a seqlet.

    Attributes
    ----------
    motif
        As it stands in the collection.
    strand
        Strand of the sequence that shows the motif.
    start, end
        Where it lies in the scored sequence, 0-based and half-open; it may reach beyond the seqlet, and the sequence.
    offset
        First base of the motif counted from the seqlet's first.
    p_value
        See `Similarity`.
    q_value
        See `q_values`.
    """

    motif: Motif
    strand: str
    start: int
    end: int
    offset: int
    p_value: float
    q_value: float


@dataclass(frozen=True)
class Block:
    """A seqlet with what it may be.

    Attributes
    ----------
    seqlet
        The stretch.
    matrix
        What was compared with the motifs, one row per base of the seqlet; see `seqlet_matrix`.
    matches
        The match that names it, then the other motifs by their p-value.
    """

    seqlet: Seqlet
    matrix: Motif
    matches: tuple[Match, ...]

    def match(self, *, weak: bool = False) -> Match | None:
        """The match that names it; None if its q-value is above `SIGNIFICANT`, unless `weak` ones are wanted."""
        best = self.matches[0] if self.matches else None
        return best if best is not None and (weak or best.q_value <= SIGNIFICANT) else None


def name_blocks(
    sequence: Sequence,
    scores: NDArray[np.floating],
    motifs: Seq[Motif],
    *,
    seqlets: Seq[Seqlet] | None = None,
    about: Collection[str] = (),
    kept: int = KEPT,
) -> tuple[Block, ...]:
    """Call seqlets on the scores of a sequence and name them.

    Parameters
    ----------
    sequence, scores
        The bases and one score `(length,)` for each, nan where there is none: `Attribution.per_base` or
        `Mutagenesis.importance`.
    motifs
        The collection; some hundred motifs at least, see `compare`. With none at all nothing is compared.
    seqlets
        Already called ones; if None those of `call_seqlets`, near ones `joined`.
    about
        Factors that the scores are about, in upper case; see `genoviz.models.factors.factors_of`.
    kept
        Matches kept for each seqlet.

    Raises
    ------
    BadInput, BadMotif
        If the scores don't fit the sequence, or there are too few motifs.
    """
    if np.shape(scores) != (len(sequence),):
        raise BadInput(
            f"The scores have the shape {np.shape(scores)}.",
            f"One number for each of the {len(sequence):,} bases.",
            "Give the scores of this sequence.",
        )
    called = joined(call_seqlets(scores), scores) if seqlets is None else tuple(seqlets)
    if not called:
        return ()
    matrices = [seqlet_matrix(sequence, scores, seqlet) for seqlet in called]
    if not motifs:
        return tuple(Block(seqlet, matrix, ()) for seqlet, matrix in zip(called, matrices, strict=True))
    found = compare([matrix.matrix for matrix in matrices], motifs)
    blocks = []
    for row, (seqlet, matrix) in enumerate(zip(called, matrices, strict=True)):
        matches = matches_of(found, row, motifs, seqlet.start, kept)
        fitting = [_Read(match, letters_p_value(match, sequence)) for match in _fitting(matches)]
        blocks.append(Block(seqlet, matrix, _first(named(fitting, about).match, matches, kept)))
    return tuple(blocks)


@dataclass(frozen=True)
class _Read:
    """A match, with the p-value of the letters under it."""

    match: Match
    p_value: float

    @property
    def motif(self) -> Motif:
        return self.match.motif


def letters_p_value(match: Match, sequence: Sequence) -> float:
    """Probability that a random word fits the motif as well as the letters of the sequence under the match.

    It is the p-value of `genoviz.motifs.scan.scan`, so sites of the same letters have the same one. Letters beyond the ends
    count as N.
    """
    before, after = max(0, -match.start), max(0, match.end - len(sequence))
    bases = "N" * before + sequence.bases[max(0, match.start) : match.end] + "N" * after
    read = Sequence(bases) if match.strand == "+" else Sequence(bases).reverse_complement()
    scan = motif_scan(match.motif)
    return scan.p_value(int(scan.scores(read.bases)[0]))


def matches_of(found: Similarity, row: int, motifs: Seq[Motif], start: int, least: int = 1) -> list[Match]:
    """The matches of one query, whose first column stands at `start`, by their p-values: all that fit, and some at `least`."""
    p_values = found.p_values[row]
    q = q_values(p_values[None])[0]
    enough = max(least, int((q <= SIGNIFICANT).sum()))
    matches = []
    for j in np.argsort(p_values, kind="stable")[:enough].tolist():
        motif, offset = motifs[j], int(found.starts[row, j])
        place = (start + offset, start + offset + len(motif), offset)
        matches.append(Match(motif, "-" if found.minus[row, j] else "+", *place, float(p_values[j]), float(q[j])))
    return matches


def best_name(matches: Seq[Match], about: Collection[str] = ()) -> Match:
    """The match that names a query without letters, by the rule of `genoviz.motifs.families` on its p-values."""
    return named(_fitting(matches), about)


def _fitting(matches: Seq[Match]) -> list[Match]:
    """Candidates for the name: those with a q-value of at most `SIGNIFICANT`, else the most similar one alone."""
    return [match for match in matches if match.q_value <= SIGNIFICANT] or list(matches[:1])


def _first(name: Match, matches: Seq[Match], kept: int) -> tuple[Match, ...]:
    return (name, *[match for match in matches if match is not name])[:kept]


def seqlet_matrix(sequence: Sequence, scores: NDArray[np.floating], seqlet: Seqlet) -> Motif:
    """Base probabilities that say what of a seqlet matters: what is compared with the motifs, and drawn beside them.

    A row lies between the observed base (probability 1) where the projected score is the seqlet's largest, and an even
    0.25 where it is 0, of the other sign, or missing; in between by the square root of the score, so that a
    base with a quarter of the largest score still counts half. So a base that the model does not use says nothing
    about the factor. Flanks are left out: their even rows would make any motif with even flanks look alike, and
    with 4 of them on each side most seqlets of shuffled sequences got a name.
    """
    inside = slice(seqlet.start, seqlet.end)
    used = np.clip(np.nan_to_num(np.asarray(scores, dtype=np.float64)[inside]) * seqlet.sign, 0, None)
    observed = np.array([[base == letter for letter in BASES] for base in sequence.bases[inside]], dtype=np.float64)
    weight = np.where(observed.any(axis=1), np.sqrt(used / (used.max() or 1)), 0)[:, None]
    rows = 0.25 + weight * (observed - 0.25)
    return Motif(f"bases {seqlet.start + 1}-{seqlet.end}", tuple((a, c, g, t) for a, c, g, t in rows.tolist()))


def compare(queries: Seq[NDArray[np.floating]], motifs: Seq[Motif]) -> Similarity:
    """Compare base probabilities with motifs on both strands.

    Parameters
    ----------
    queries
        Each `(length, 4)`, rows of probabilities of A, C, G, T.
    motifs
        At least `FEWEST`: the p-values are about a motif with columns drawn from these.

    Raises
    ------
    BadMotif
        If there are too few motifs.
    BadInput
        If a query has another shape.
    """
    if len(motifs) < FEWEST:
        raise BadMotif(
            f"{len(motifs)} motifs were given to compare with.",
            f"At least {FEWEST}: their columns say which similarity is surprising.",
            "Use a whole collection.",
        )
    targets = targets_of(tuple(motifs))
    found = []
    for query in queries:
        columns = np.asarray(query, dtype=np.float32)
        if columns.ndim != 2 or columns.shape[1] != 4 or not len(columns):
            raise BadInput(
                f"A query has the shape {columns.shape}.",
                "Queries have the shape (length, 4), at least one row.",
                "Give `Motif.matrix`, or probabilities in the order A, C, G, T.",
            )
        found.append(best_matches(columns, targets))
    shape = (len(found), len(motifs))
    p, starts, minus = ([row[i] for row in found] for i in range(3))
    return Similarity(
        np.array(p, dtype=np.float64).reshape(shape),
        np.array(starts, dtype=np.int64).reshape(shape),
        np.array(minus, dtype=bool).reshape(shape),
    )


def q_values(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """q-values `(queries, motifs)` of p-values of that shape: the false discovery rate over the motifs of each query.

    Benjamini and Hochberg 1995, J R Stat Soc B 57:289, as in Tomtom. The smallest one of a query is that query's own
    p-value (Simes 1986, Biometrika 73:751), so of queries that look like nothing a share of q gets a name at q.
    Queries are not adjusted for each other: a name must not change with what else there is to be named.
    """
    if not p_values.size:
        return p_values.copy()
    n = p_values.shape[1]
    order = np.argsort(p_values, axis=1, kind="stable")
    scaled = np.take_along_axis(p_values, order, axis=1) * n / np.arange(1, n + 1)
    scaled = np.minimum(1, np.minimum.accumulate(scaled[:, ::-1], axis=1)[:, ::-1])
    adjusted = np.empty_like(p_values)
    np.put_along_axis(adjusted, order, scaled, axis=1)
    return adjusted


def block_bed(blocks: Seq[Block], sequence: Sequence, *, weak: bool = False) -> str:
    """Blocks as BED6, 0-based and half-open: in the genome where the sequence has a locus, else in the sequence itself.

    The name is that of the match, `seqlet` without one; the score is -100 log10 of its q-value, 0 to 1000; the
    strand is the motif's, `.` without one.
    """
    lines = []
    for block in blocks:
        seqlet, match = block.seqlet, block.match(weak=weak)
        place = seqlet.locus(sequence.locus) if sequence.locus else None
        name = (sequence.name.split() or ["sequence"])[0]
        where = place.bed if place else f"{name}\t{seqlet.start}\t{seqlet.end}"
        score = round(min(1000, max(0, -100 * float(np.log10(max(match.q_value, 1e-10)))))) if match else 0
        strand = genome_strand(sequence, match.strand) if match else "."
        label = "_".join(match.motif.name.split()) if match else "seqlet"
        lines.append(f"{where}\t{label}\t{score}\t{strand}\n")
    return "".join(sorted(lines, key=lambda line: int(line.split("\t")[1])))


def genome_strand(sequence: Sequence, strand: str) -> str:
    """A strand of the sequence as one of the genome, where the sequence has a locus."""
    turned = sequence.locus is not None and sequence.locus.strand == "-"
    return {"+": "-", "-": "+"}[strand] if turned else strand
