"""Do scan and blocks name the factor of real ChIP-seq peaks? CTCF and PU.1 (SPI1); the table of docs/motifs.md.

    python benchmarks/name_peaks.py FOLDER
    python benchmarks/name_peaks.py FOLDER --peaks 50

FOLDER holds `CTCF_peaks.tsv.gz` and `PU1_peaks.tsv.gz` with columns chrom, start, end, seq. Peaks of chromosomes 8 and 20 in
random order (seed 0), and dinucleotide shuffles of them: the hit with the smallest p-value of all JASPAR motifs of
vertebrates, and, for CTCF, whether a named block of `tfbind.encode10`'s CTCFL output is CTCF or CTCFL.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.attribute.attribution import attribute
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs.collection import KnownMotif, collection
from genoviz.motifs.match import name_blocks
from genoviz.motifs.scan import scan
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

CHROMOSOMES = ("chr8", "chr20")


def peaks(folder: Path, factor: str, count: int) -> list[Sequence]:
    """Random peaks of the chromosomes that are kept for tests."""
    with gzip.open(folder / f"{factor}_peaks.tsv.gz", "rt") as file:
        rows = [row["seq"] for row in csv.DictReader(file, delimiter="\t") if row["chrom"] in CHROMOSOMES]
    return [Sequence(bases) for bases in random.Random(0).sample(rows, count)]


def share_of_best_hits(sequences: list[Sequence], right: Callable[[KnownMotif], bool]) -> float:
    """Share of sequences whose hit with the smallest p-value is right."""
    motifs = collection(("vertebrates",))
    good = 0
    for sequence in sequences:
        hits = scan(sequence, motifs)
        best = min(hits, key=lambda hit: hit.p_value).motif if hits else None
        good += isinstance(best, KnownMotif) and right(best)
    return good / len(sequences)


def share_of_blocks(sequences: list[Sequence]) -> float:
    """Share of sequences in which a block of the CTCFL output is named CTCF or CTCFL."""
    model, motifs, good = load_model("tfbind.encode10"), collection(("vertebrates",)), 0
    target = Target.parse("CTCFL", model.card)
    for sequence in sequences:
        read = sequence.fit(model.card.length, how="pad").sequence
        scores = attribute(model, read, target, references=8).per_base
        matches = [block.match() for block in name_blocks(read, scores, motifs)]
        named = [match.motif for match in matches if match is not None]
        good += any(isinstance(motif, KnownMotif) and is_ctcf(motif) for motif in named)
    return good / len(sequences)


def is_ctcf(motif: KnownMotif) -> bool:
    return bool({"CTCF", "CTCFL"} & set(motif.factors))


def is_ets(motif: KnownMotif) -> bool:
    return "Ets-related" in motif.tf_family


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peaks", type=int, default=200)
    options = parser.parse_args()
    for factor, right in (("CTCF", is_ctcf), ("PU1", is_ets)):
        found = peaks(options.folder, factor, options.peaks)
        shuffled = [Sequence(dinucleotide_shuffle(s.bases, 1, seed=i)[0]) for i, s in enumerate(found)]
        shares = [f"best hit {share_of_best_hits(rows, right):.0%}" for rows in (found, shuffled)]
        if factor == "CTCF":
            shares = [
                f"{t}, block {share_of_blocks(rows):.0%}" for t, rows in zip(shares, (found, shuffled), strict=True)
            ]
        print(f"{factor}: {options.peaks} peaks: {shares[0]}; shuffles: {shares[1]}")


if __name__ == "__main__":
    main()
