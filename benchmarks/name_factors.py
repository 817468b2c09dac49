"""Does the motif under the strongest attribution block name the factor? The table of docs/motifs.md.

    python benchmarks/name_factors.py FOLDER
    python benchmarks/name_factors.py FOLDER --sequences 10

FOLDER holds the ten ENCODE sets of DeepBind (`<factor>_<cell>.test.tsv.gz` with columns seq and label). For each factor:
the bound test sequences that `tfbind.encode10` scores highest; DeepLIFT / SHAP of the factor's logit; the window of
`WIDTH` bases with the largest sum; of the hits of which at least half lies in that window the one that names it, by the
rule of `genoviz.motifs.families`, which is not told the factor. The same is done for dinucleotide shuffles of the same
sequences: what chance and the collection's redundancy name.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.attribute.attribution import attribute
from genoviz.models.base import Model
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs.collection import KnownMotif, collection
from genoviz.motifs.families import named
from genoviz.motifs.scan import scan
from genoviz.predict.prediction import predict
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

MODEL, WIDTH, REFERENCES, FEW = "tfbind.encode10", 14, 8, 5
# JASPAR's families of zinc fingers say how the protein is built, not what it reads; these read the factor's own site.
KIN = {"CTCFL": {"CTCF"}, "REST": set(), "ZBTB7A": {"ZBTB7B", "ZBTB7C"}}
FAMILIES = {
    "ARID3A": "ARID-related",
    "ELK1": "Ets-related",
    "FOXA1": "FOX",
    "GABPA": "Ets-related",
    "MYC": "bHLH-ZIP",
    "SP1": "Three-zinc finger Kruppel-related",
    "USF1": "bHLH-ZIP",
}


@dataclass(frozen=True)
class Named:
    """Of a factor's sequences, how many name it, its family (itself included), its family among the `FEW` best, nothing."""

    factor: str
    sequences: int
    itself: int
    family: int
    family_near: int
    nothing: int
    names: tuple[tuple[str, int], ...]


def names_factor(motif: KnownMotif, factor: str) -> bool:
    return factor in motif.factors


def names_family(motif: KnownMotif, factor: str) -> bool:
    """The factor itself, or one that reads the same kind of site; one half of a dimer is enough."""
    if factor in KIN:
        return bool({factor, *KIN[factor]} & set(motif.factors))
    return names_factor(motif, factor) or FAMILIES[factor] in motif.tf_family.split("; ")


def names_of(model: Model, bases: str, factor: str) -> list[KnownMotif]:
    """Motifs of the hits under the strongest block: the one that names it, then by p-value."""
    sequence = Sequence(bases)
    scores = attribute(model, sequence, Target("binding", (factor,)), references=REFERENCES).per_base
    start = int(np.convolve(np.nan_to_num(scores), np.ones(WIDTH), "valid").argmax())
    hits = [
        hit
        for hit in scan(sequence, collection(["vertebrates"]))
        if 2 * (min(hit.end, start + WIDTH) - max(hit.start, start)) >= hit.end - hit.start
    ]
    hits.sort(key=lambda hit: (hit.p_value, -hit.score))
    if hits:
        name = named(hits)
        hits = [name, *[hit for hit in hits if hit is not name]]
    return [hit.motif for hit in hits if isinstance(hit.motif, KnownMotif)]


def top_sequences(model: Model, path: Path, factor: str, count: int) -> list[str]:
    with gzip.open(path, "rt") as handle:
        bound = [row["seq"] for row in csv.DictReader(handle, delimiter="\t") if row["label"] == "1"]
    logits = [float(p["binding"].track(factor)[0]) for p in predict(model, [Sequence(b) for b in bound], scale="logit")]
    return [bound[i] for i in np.argsort(-np.array(logits), kind="stable")[:count]]


def count_names(model: Model, factor: str, sequences: list[str]) -> Named:
    found = [names_of(model, bases, factor) for bases in sequences]
    best = [motifs[0] for motifs in found if motifs]
    return Named(
        factor,
        len(found),
        sum(names_factor(motif, factor) for motif in best),
        sum(names_family(motif, factor) for motif in best),
        sum(any(names_family(motif, factor) for motif in motifs[:FEW]) for motifs in found),
        len(found) - len(best),
        tuple(Counter(motif.name for motif in best).most_common(4)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Share of sequences whose strongest block names the factor.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sequences", type=int, default=20)
    options = parser.parse_args()
    model = load_model(MODEL)
    print(
        "| factor | the factor | its family | family among five best | same, shuffles | no hit | most frequent names |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for path in sorted(options.folder.glob("*.test.tsv.gz")):
        factor = path.name.split("_")[0]
        top = top_sequences(model, path, factor, options.sequences)
        row = count_names(model, factor, top)
        null = count_names(model, factor, [dinucleotide_shuffle(bases, 1)[0] for bases in top])
        names = ", ".join(f"{name} {n}" for name, n in row.names)
        counts = (row.itself, row.family, row.family_near, null.family_near, row.nothing)
        shares = " | ".join(f"{100 * n / row.sequences:.0f} %" for n in counts)
        print(f"| {factor} | {shares} | {names} |", flush=True)


if __name__ == "__main__":
    main()
