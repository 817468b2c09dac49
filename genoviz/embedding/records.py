"""Records with their labels, as a map colours them and a probe learns them."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz import lessons
from genoviz.compare.mean_map import label_in
from genoviz.discover.comparison import fitted_records, shuffled_background
from genoviz.discover.patterns import planted
from genoviz.errors import BadInput
from genoviz.models.onehot import letter_codes
from genoviz.motifs.sites import get_site
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Record, Sequence, read_sequences
from genoviz.training.families import SHARED, related

MOST = 3000
MOST_BASES = 20_000_000
GIVEN, SHUFFLED = "given", "shuffled"
PLANTED_SITE, PLANTED = "ETS", 200
_FEW = 3  # different numbers: fewer are names of classes


@dataclass(frozen=True, eq=False)
class Labelled:
    """Sequences of one length, each with a label.

    Attributes
    ----------
    sequences
        As the model reads them.
    labels
        One for each; empty where it has none.
    families
        `(records,)`: records with the same number are relatives (they share 32 bases in a row on either strand, or one is the
        shuffle of the other). A split keeps them on one side, and a neighbour among them says nothing.
    said
        What was read, in words.
    """

    sequences: tuple[Sequence, ...]
    labels: tuple[str, ...]
    families: NDArray[np.int64]
    said: str

    @property
    def numbers(self) -> NDArray[np.float64] | None:
        """The labels as numbers `(records,)`, where all are and at least three differ; else None: they name classes."""
        try:
            values = np.array([float(label) for label in self.labels])
        except ValueError:
            return None
        return values if np.isfinite(values).all() and len(np.unique(values)) >= _FEW else None

    @property
    def classes(self) -> tuple[str, ...]:
        """The different labels, in the order of their first record; records without one count as a class of that name."""
        return tuple(dict.fromkeys(self.labels))

    @property
    def has_labels(self) -> bool:
        """Whether there is anything to tell apart."""
        return len(self.classes) > 1


def labelled(records: Seq[Sequence], labels: Seq[str] | None = None, *, said: str = "") -> Labelled:
    """Records of one length with labels.

    Parameters
    ----------
    records
        Of equal length.
    labels
        One for each; None takes them from the names, where they stand as `label=WORD` or `label=1.7`.
    said
        What was read, in words.

    Raises
    ------
    BadInput
        If there are no records, or another number of labels than records.
    """
    found = tuple(records)
    given = tuple(label_in(one.name) for one in found) if labels is None else tuple(labels)
    if not found or len(given) != len(found):
        raise BadInput(
            f"{len(found):,} records and {len(given):,} labels were given.",
            "At least one record, and a label for each.",
            "Check the file.",
        )
    shared = min(SHARED, len(found[0]))
    return Labelled(found, given, related(letter_codes([one.bases for one in found]), shared), said)


def labelled_fitted(records: Seq[Record], length: int) -> Labelled:
    """Records of a file, cropped or padded to what a model reads, with the labels of their names."""
    fitted, said = fitted_records(records, length)
    return labelled(fitted, said=said)


def with_shuffles(data: Labelled, *, seed: int = 0) -> Labelled:
    """The records and one dinucleotide shuffle of each, labelled `given` and `shuffled`: what is there beyond composition?"""
    n = len(data.sequences)
    mixed = shuffled_background(data.sequences, seed=seed).sequences
    return replace(
        data,
        sequences=(*data.sequences, *mixed),
        labels=(GIVEN,) * n + (SHUFFLED,) * n,
        families=np.tile(data.families, 2),
        said=f"{data.said} Each also with its dinucleotides shuffled (seed {seed}).".strip(),
    )


def planted_example(length: int, *, n: int = PLANTED, seed: int = 0) -> Labelled:
    """Random sequences, half of them with one known site: an example with a known answer."""
    site = get_site(PLANTED_SITE)
    bases = site.bases if site is not None else ""
    with_site, _ = planted(length, [bases], n=n, seed=seed)
    letters = np.random.default_rng(seed + 1).choice(list(BASES), size=(n, length))
    without = [Sequence("".join(row), f"random {i}") for i, row in enumerate(letters, start=1)]
    return labelled(
        [*with_site, *without],
        [f"with {PLANTED_SITE}"] * n + ["without"] * n,
        said=f"{2 * n} random sequences of {length:,} bases, half of them with the site {bases} ({PLANTED_SITE}) at a random "
        f"place on a random strand; seed {seed}. Synthetic: the answer is known.",
    )


def real_example(length: int) -> Labelled:
    """Stretches of E. coli before genes and inside of them: an example with real labels.

    200 bases each: before the start codons of 100 genes with no other gene there (`upstream`), and around the middle of 100 genes
    of at least 900 bases (`inside`), both on the gene's strand, from the two blocks of K-12 MG1655 (GenBank U00096.2) that the models of
    this project hold out. Genes were taken at equal steps along the genome.
    """
    text = Path(lessons.__file__).with_name("ecoli_genes.fa").read_text(encoding="ascii")
    records = [one.sequence for one in read_sequences(text, max_records=MOST) if one.sequence is not None]
    whole = len(records[0])
    read = f" Their middle {length:,} bases are read." if length < whole else f" N beside their {whole} bases."
    return labelled(
        [one.fit(length).sequence for one in records],
        [label_in(one.name) for one in records],
        said=f"{len(records)} stretches of E. coli K-12 (U00096.2), half before genes (upstream), half inside of genes, on the gene's "
        "strand; from the parts of the genome that the models of this project hold out."
        + ("" if length == whole else read),
    )


def gc_share(sequences: Seq[Sequence]) -> NDArray[np.float64]:
    """Share of G and C among the known bases of each sequence `(sequences,)`; nan without any."""
    known = np.array([[one.bases.count(base) for base in BASES] for one in sequences], dtype=np.float64)
    total = known.sum(1)
    gc = known[:, 1] + known[:, 2]
    return np.divide(gc, total, out=np.full(len(gc), np.nan), where=total > 0)
