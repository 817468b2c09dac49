"""Does a language model of yeast know the stems of its tRNAs and the sites of its factors? Dependency maps at known places.

    python benchmarks/dependency_maps.py MODEL DATA               DATA has genome_yeast_sacCer3 and tf_chipexo_yeast
    python benchmarks/dependency_maps.py MODEL DATA --places 12   fewer places of each kind

tRNA genes are found by what all of them have: an acceptor stem of seven pairs, a T arm of five pairs around TTCRANY, and T-R-G-H
behind the acceptor stem. No model is asked. Each distinct gene is measured once, on a held-out chromosome where one has it.

Sites: consensus words under ChIP-exo peaks of held-out chromosomes. Each number is the mean dependency of the pairs of the stem, or of the site, minus
that of other pairs of the same distances nearby; intervals are 95 % by bootstrap over genes or sites.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.dependency import dependency
from genoviz.dependency.stems import PAIRS, both_ways, stems
from genoviz.genomes.genome import Genome
from genoviz.models.base import Model
from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from genoviz.training.genomes import YEAST_TEST

COMPLEMENT = str.maketrans("ACGT", "TGCA")
T_ARM = re.compile(r"(?=(.{5})TTC[AG]A.[CT](.{5})(.{7}))")
BEHIND_ACCEPTOR = re.compile(r"T[AG]G[ACT]")
SITES = {"Reb1": "[AG]TTACCCG", "Abf1": "[AG]TCA[CT].{5}ACG", "Rap1": "CACCC[AG].ACA", "Cbf1": "[AG]TCACGTG"}
AROUND = 15  # bases of the map on either side of a tRNA gene
ASIDE = 30  # and of a site


@dataclass(frozen=True)
class Gene:
    """A tRNA gene; `start` on its own strand's numbering, `t_arm` from its start."""

    chrom: str
    strand: str
    start: int
    bases: str
    t_arm: int

    @property
    def stems(self) -> dict[str, list[tuple[int, int]]]:
        """Pairs of its acceptor stem and of its T arm."""
        last = len(self.bases) - 1
        return {
            "acceptor stem": [(k, last - k) for k in range(7)],
            "T arm": [(self.t_arm + k, self.t_arm + 16 - k) for k in range(5)],
        }


def stretch(genome: Genome, chrom: str, strand: str, start: int, end: int) -> str:
    """Bases of a strand, counted from its own 5' end."""
    if strand == "+":
        return genome.bases(chrom, start, end)
    length = genome.chromosomes[chrom]
    return genome.bases(chrom, length - end, length - start).translate(COMPLEMENT)[::-1]


def can_pair(one: str, other: str) -> int:
    return sum(a + b in PAIRS for a, b in zip(one, other[::-1], strict=True))


def genes(genome: Genome) -> Iterator[Gene]:
    """tRNA genes of the nuclear chromosomes by their structure."""
    for chrom, length in genome.chromosomes.items():
        for strand in "+-" if chrom != "chrM" else "":
            text = stretch(genome, chrom, strand, 0, length)
            for arm in T_ARM.finditer(text):
                at, (left, right, acceptor) = arm.start(), arm.groups()
                if can_pair(left, right) < 5:
                    continue
                for start in range(max(0, at - 115), at - 40):
                    if can_pair(text[start : start + 7], acceptor) == 7 and BEHIND_ACCEPTOR.match(text, start + 7):
                        yield Gene(chrom, strand, start, text[start : at + 24], at - start)
                        break


def with_interval(values: list[float]) -> str:
    draw, array = np.random.default_rng(0), np.array(values)
    means = [draw.choice(array, len(array)).mean() for _ in range(2_000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{array.mean():+.3f} ({low:+.3f} to {high:+.3f}), {len(array)} places"


def beyond(
    level: NDArray[np.float64], pairs: list[tuple[int, int]], low: int, high: int, but: set[tuple[int, int]]
) -> float:
    """Mean of the pairs minus that of others between `low` and `high` with the same distances."""
    found = []
    for i, j in pairs:
        others = [level[k, k + j - i] for k in range(low, high - (j - i)) if (k, k + j - i) not in but]
        found.append(level[i, j] - np.nanmean(others))
    return float(np.mean(found))


def trna(model: Model, genome: Genome, most: int) -> None:
    length, by_bases = model.card.length, dict[str, list[Gene]]()
    for gene in genes(genome):
        by_bases.setdefault(gene.bases, []).append(gene)
    print(f"{sum(map(len, by_bases.values()))} tRNA genes, {len(by_bases)} distinct ones")
    chosen = [next((g for g in same if g.chrom in YEAST_TEST), same[0]) for same in by_bases.values()]
    chosen.sort(key=lambda gene: gene.chrom not in YEAST_TEST)
    gains: dict[str, list[float]] = {}
    called = 0
    for gene in chosen[:most]:
        first = (length - len(gene.bases)) // 2
        text = stretch(genome, gene.chrom, gene.strand, gene.start - first, gene.start - first + length)
        found = dependency(model, Sequence(text), window=(first - AROUND, first + len(gene.bases) + AROUND))
        level, known = both_ways(found), gene.stems
        every = {(AROUND + i, AROUND + j) for pairs in known.values() for i, j in pairs}
        for name, pairs in known.items():
            moved = [(AROUND + i, AROUND + j) for i, j in pairs]
            gains.setdefault(name, []).append(beyond(level, moved, 0, len(level), every))
        places = {(first + i, first + j) for pairs in known.values() for i, j in pairs}
        lines = [line for line in stems(found) if line.chance <= 0.05]
        called += any((line.left[0], line.right[1] - 1) in places for line in lines)
    for name, values in gains.items():
        print(f"{name}: {with_interval(values)}")
    print(f"a stem of the gene is called in {called} of {min(most, len(chosen))}")


def sites(model: Model, genome: Genome, data: Path, most: int) -> None:
    length, places = model.card.length, dict[str, list[tuple[str, int, int]]]()
    with gzip.open(data / "tf_chipexo_yeast" / "chexmix_peaks.tsv.gz", "rt", encoding="utf-8") as file:
        rows = [line.split("\t") for line in file][1:]
    for at in np.random.default_rng(1).permutation(len(rows)).tolist():
        factor, chrom, summit = rows[at][0], rows[at][1], int(rows[at][2])
        kept = places.setdefault(factor, [])
        if factor not in SITES or chrom not in YEAST_TEST or len(kept) >= most:
            continue
        if not length < summit < genome.chromosomes[chrom] - length:
            continue
        text = genome.bases(chrom, summit - 20, summit + 20)
        if one := re.search(SITES[factor], text):
            kept.append((chrom, summit - 20 + one.start(), summit - 20 + one.end()))
        elif one := re.search(SITES[factor], text.translate(COMPLEMENT)[::-1]):
            kept.append((chrom, summit + 20 - one.end(), summit + 20 - one.start()))
    for factor in SITES:
        gains = []
        for chrom, start, end in places[factor]:
            first, k = (start + end - length) // 2, end - start
            at = start - first
            window = (at - ASIDE, at + k + ASIDE)
            level = both_ways(dependency(model, Sequence(genome.bases(chrom, first, first + length)), window=window))
            beside = [*range(ASIDE - k + 1), *range(ASIDE + k, 2 * ASIDE + 1)]
            other = np.mean([np.nanmean(level[b : b + k, b : b + k]) for b in beside])
            gains.append(float(np.nanmean(level[ASIDE : ASIDE + k, ASIDE : ASIDE + k]) - other))
        print(f"{factor} site: {with_interval(gains)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--places", type=int, default=24, help="genes, and sites of each factor")
    given = parser.parse_args()
    model = load_model(given.model)
    with Genome(given.data / "genome_yeast_sacCer3" / "sacCer3.fa.gz", "sacCer3") as genome:
        trna(model, genome, given.places)
        sites(model, genome, given.data, given.places)


if __name__ == "__main__":
    main()
