"""Does a language model know the sites of a factor? Entropy and surprise inside of known yeast sites and beside them.

Sites are where a ChIP-exo experiment has a summit (Rossi et al. 2021, Nature 592:309) and the factor's motif (MacIsaac et al. 2006,
BMC Bioinformatics 7:113) matches. A model that learned them is surer inside than beside them; one that learned only which words
are common is not. Run `python -m genoviz.training.known_sites DIR MODEL` for a table of the test chromosomes.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.errors import BadInput
from genoviz.genomes.genome import Genome
from genoviz.models.language import LanguageModel
from genoviz.models.load import load_model
from genoviz.models.metrics import bootstrap_interval, mean
from genoviz.models.onehot import encode
from genoviz.motifs.files import read_motifs
from genoviz.motifs.motif import Motif
from genoviz.sequences.sequence import Sequence
from genoviz.training.genomes import YEAST_TEST
from genoviz.training.tables import find_folder

FACTORS = ("Reb1", "Abf1", "Rap1", "Ume6")
WITHIN = 25  # bases between a summit and the middle of the match
LEAST = 8.0  # bits of a match
BESIDE = (10, 40)  # bases beyond either end of a site that its surroundings begin and end at


@dataclass(frozen=True)
class Site:
    """`length` bases of `text` from `start` on are a match of a factor's motif; the text is centred on it."""

    text: str
    start: int
    length: int


@dataclass(frozen=True)
class Known:
    """Inside minus beside in bits per base, over the sites of one factor, with 95 % intervals over sites.

    Attributes
    ----------
    factor, sites
        Name and number.
    entropy, entropy_95
        Of the model's predictions: below 0, it is surer inside.
    surprise, surprise_95
        What the real base costs: below 0, the model expects the site.
    """

    factor: str
    sites: int
    entropy: float
    entropy_95: tuple[float, float]
    surprise: float
    surprise_95: tuple[float, float]

    @property
    def sentence(self) -> str:
        """Both in one line."""
        low, high = self.entropy_95
        below, above = self.surprise_95
        return (
            f"{self.factor}, {self.sites} sites: entropy {self.entropy:+.3f} ({low:+.3f} to {high:+.3f}), "
            f"surprise {self.surprise:+.3f} ({below:+.3f} to {above:+.3f}) bits per base inside against beside."
        )


def known_sites(data: Path, factor: str, chromosomes: Seq[str], length: int = 200) -> list[Site]:
    """Sites of a factor on some chromosomes: the best match near each ChIP-exo summit, each place once.

    Parameters
    ----------
    data
        Folder of the data sets.
    factor
        Name in both tables.
    chromosomes
        Names such as `chrX`.
    length
        Bases of each text.
    """
    motif = _motif(data, factor)
    table = find_folder(data, "tf_chipexo_yeast") / "chexmix_peaks.tsv.gz"
    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        summits = [
            (row["chrom"], int(row["start"]))
            for row in csv.DictReader(file, delimiter="\t")
            if row["factor"] == factor and row["chrom"] in chromosomes
        ]
    found: dict[tuple[str, int], Site] = {}
    with Genome(find_folder(data, "genome_yeast_sacCer3") / "sacCer3.fa.gz", "sacCer3") as genome:
        for chromosome, summit in summits:
            first = summit - WITHIN - len(motif) // 2
            if first < length or first + length > genome.chromosomes[chromosome] - length:
                continue
            near = genome.bases(chromosome, first, first + 2 * WITHIN + len(motif))
            scores = motif.score(Sequence(near), both_strands=True)
            strand, best = np.unravel_index(int(np.argmax(scores)), scores.shape)
            if scores[strand, best] < LEAST:
                continue
            start = first + int(best)
            left = start - (length - len(motif)) // 2
            found[chromosome, start] = Site(
                genome.bases(chromosome, left, left + length), (length - len(motif)) // 2, len(motif)
            )
    return [found[place] for place in sorted(found)]


def known(probabilities: Callable[[Tensor], Tensor], factor: str, sites: Seq[Site]) -> Known:
    """Entropy and surprise inside of sites against beside them, of `LanguageModel.base_probabilities`."""
    rows: list[tuple[float, float]] = []
    for i in range(0, len(sites), 100):
        some = sites[i : i + 100]
        X = encode([site.text for site in some])
        with torch.no_grad():
            p = probabilities(X).double().clamp_min(1e-12)
        entropy = -(p * p.log2()).sum(1).numpy()
        surprise = -(X * p.log2()).sum(1).numpy()
        rows += [
            (_inside_minus_beside(e, site), _inside_minus_beside(s, site))
            for e, s, site in zip(entropy, surprise, some, strict=True)
        ]
    entropies, surprises = np.array(rows).T
    blank = np.zeros(len(rows))
    return Known(
        factor,
        len(rows),
        float(entropies.mean()),
        bootstrap_interval(mean, entropies, blank),
        float(surprises.mean()),
        bootstrap_interval(mean, surprises, blank),
    )


def _inside_minus_beside(values: NDArray[np.float64], site: Site) -> float:
    near, far = BESIDE
    end = site.start + site.length
    beside = np.concatenate([values[site.start - far : site.start - near], values[end + near : end + far]])
    return float(values[site.start : end].mean() - beside.mean())


def _motif(data: Path, factor: str) -> Motif:
    path = find_folder(data, "motifs") / "macisaac_yeast.v1.meme"
    motifs = read_motifs(path.read_text(encoding="utf-8"), source=path.name)
    return next(motif for motif in motifs if motif.name.upper() == factor.upper())


def main(data: Path, name: str, chromosomes: Seq[str] = YEAST_TEST) -> None:
    """Print a sentence for each factor."""
    model = load_model(name)
    if not isinstance(model, LanguageModel):
        raise BadInput(f"`{name}` is not a language model.", "A model that expects bases is needed.", "Name one.")
    for factor in FACTORS:
        sys.stdout.write(
            known(model.base_probabilities, factor, known_sites(data, factor, chromosomes)).sentence + "\n"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
