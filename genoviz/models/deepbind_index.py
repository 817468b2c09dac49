"""The 927 published DeepBind models: which protein, species and experiment each is of, and cards made from that on demand.

`deepbind.tsv` holds the facts (its header says where they come from); the parameters of a model are a text file of about
30 kB that the user fetches. Kept out of the general catalogue, where so many models would hide all others.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from genoviz.errors import UnknownName
from genoviz.files.archives import in_archive
from genoviz.models import weights
from genoviz.models.card import ModelCard, Origin, Output, WeightsFile, combined_checksum
from genoviz.models.organisms import common_name

ARCHITECTURE = "deepbind"
DETECTORS = 16
UNIT = "DeepBind score"
LENGTH = (
    101  # the authors' test sequences for ChIP-seq; the longest window has 54 bases, the longest RNA probe about 40
)
REPOSITORY = "kundajelab/DeepBindToKeras"
COMMIT = "67f4b804759db6811535be0f3e20035f7d46adb3"
ORIGIN = Origin(
    "DeepBind",
    "Alipanahi et al.",
    2015,
    "Alipanahi B, Delong A, Weirauch MT, Frey BJ (2015) Nat Biotechnol 33:831-838",
)
FOLDER = f"https://raw.githubusercontent.com/{REPOSITORY}/{COMMIT}/deepbind_db/params"

_TABLE = Path(__file__).with_name("deepbind.tsv")
_DATA = {
    "SELEX": "HT-SELEX: random DNA that the protein selects, of Jolma et al. 2013 (Cell 152:327)",
    "PBM": "A protein-binding microarray of Weirauch et al. 2013 (Nat Biotechnol 31:126)",
    "RNAcompete": "RNAcompete: short RNA that the protein selects from a designed pool, of Ray et al. 2013 (Nature 499:172)",
    "ChIP-seq": "ChIP-seq peaks of ENCODE, 101 bases each",
}
_CONTEXT = {
    "SELEX": "Measured in vitro on naked, random DNA: it says nothing of chromatin, partners or cell type.",
    "PBM": "Measured in vitro on short probes of naked DNA: it says nothing of chromatin, partners or cell type.",
    "RNAcompete": "Measured in vitro on short RNA with little structure: it reads letters only, no RNA structure.",
    "ChIP-seq": "Learned peaks against shuffled peaks in one cell type: motifs of partners in the same peaks count, too.",
}

# AUROC on the ten test sets that the authors published, its 95 % bootstrap interval over families (a peak with its shuffle), and
# AUROC of the whole sequence read at once; computed with these weights.
_TESTED = {
    "D00360.007": (0.9537, 0.9407, 0.9662, 0.9526),
    "D00409.004": (0.9761, 0.9672, 0.9838, 0.9794),
    "D00650.007": (0.8877, 0.8666, 0.9052, 0.9018),
    "D00700.006": (0.9950, 0.9904, 0.9981, 0.9930),
    "D00714.004": (0.8647, 0.8419, 0.8863, 0.8729),
    "D00736.002": (0.8740, 0.8510, 0.8949, 0.8848),
    "D00753.001": (0.9864, 0.9812, 0.9913, 0.9865),
    "D00761.001": (0.9790, 0.9715, 0.9858, 0.9815),
    "D00785.001": (0.9191, 0.9025, 0.9349, 0.9281),
    "D00799.001": (0.9995, 0.9990, 0.9999, 0.9993),
}
_EXAMPLES = {
    "D00328.003": {
        "title": "The CTCF site of DeepBind's own example",
        "bases": "TACCACTAGGGGGCGCCACC",
        "track": "CTCF",
        "unit": UNIT,
        "value": 17.6826,
        "importance": [
            *(-0.298, 1.870, 6.891, 9.941, 4.540, 5.105, 6.430, 10.288, 16.182, 11.100),
            *(5.607, 15.202, 7.058, 9.715, 6.378, 3.438, 0.995, 2.452, -0.711, -1.134),
        ],
    }
}


@dataclass(frozen=True)
class Row:
    """Facts about one model.

    Attributes
    ----------
    id
        Of the release, for example `D00328.018`.
    protein, kind, species, family
        What binds: its name, `TF` or `RBP` (RNA-binding protein), its species, and its DNA- or RNA-binding domains.
    experiment, details
        What was measured: SELEX, PBM, RNAcompete or ChIP-seq, and how (cells and antibody, cycle, array).
    width, hidden, average, both_strands
        Sizes of the network, see `genoviz.networks.deepbind.DeepBindConfig`.
    bytes, sha256
        Of the parameter file.
    """

    id: str
    protein: str
    kind: str
    species: str
    family: str
    experiment: str
    details: str
    width: int
    hidden: int
    average: bool
    both_strands: bool
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """Name of the model."""
        return f"{ARCHITECTURE}.{self.id}"

    @property
    def file(self) -> str:
        """Name of the parameter file."""
        return f"{self.id}.txt"

    @property
    def organism(self) -> str:
        """The species by its common name where it has one."""
        return common_name(self.species)

    @property
    def window(self) -> int:
        """Bases that count at once: one and a half detectors."""
        return int(1.5 * self.width)

    @property
    def parameters(self) -> int:
        """Number of weights: detectors, and one dense layer or two."""
        features, units = DETECTORS * (1 + self.average), self.hidden or 1
        dense = (features + 1) * units + (units + 1 if self.hidden else 0)
        return DETECTORS * (4 * self.width + 1) + dense


@cache
def rows() -> dict[str, Row]:
    """All models by ID, in the order of their IDs."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        table = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        next(table)  # names of the columns
        return {row[0]: _row(row) for row in table}


def _row(cells: list[str]) -> Row:
    identifier, protein, kind, species, family, experiment, details, width, hidden, average, both, size, sha256 = cells
    labels = (identifier, protein, kind, species, family, experiment, details)
    return Row(*labels, int(width), int(hidden), average == "1", both == "1", int(size), sha256)


def names() -> tuple[str, ...]:
    """Names of all models."""
    return tuple(row.name for row in rows().values())


def search(query: str) -> list[Row]:
    """Models in which every word of the query occurs, in whatever case; all for an empty query.

    Looked at are ID, protein, species (Latin and common name), domains, experiment and its details. Models whose protein
    is one of the words come first, then those whose protein begins with one.
    """
    words = query.lower().split()
    found = [row for row in rows().values() if all(word in _text(row) for word in words)]

    def rank(row: Row) -> int:
        protein = row.protein.lower()
        return 0 if protein in words else 1 if any(protein.startswith(word) for word in words) else 2

    return sorted(found, key=rank)


def _text(row: Row) -> str:
    return (
        f"{row.name} {row.protein} {row.kind} {row.species} {row.organism} {row.family} {row.experiment} {row.details}"
    ).lower()


def get(name: str) -> ModelCard | None:
    """Card of a model by its name; None if it is none of these."""
    identifier = name.removeprefix(f"{ARCHITECTURE}.")
    return card(identifier) if identifier != name and identifier in rows() else None


def at_hand() -> list[ModelCard]:
    """Cards of the models whose parameters are on this computer, each in a file of its own. An archive has all 927, which would
    hide the other models of a list: these are found by `search`."""
    files = weights.at_hand()
    return [card(row.id) for row in rows().values() if row.file in files and not in_archive(files[row.file])]


@cache
def card(identifier: str) -> ModelCard:
    """Card of a model by its ID; an unknown one raises `UnknownName` with near matches."""
    if identifier not in rows():
        raise UnknownName.among("DeepBind model", identifier, rows())
    row = rows()[identifier]
    binds = "RNA" if row.kind == "RBP" else "DNA"
    files = (WeightsFile(row.file, f"{FOLDER}/{row.file}", row.bytes, row.sha256),)
    sizes = {"width": row.width, "window": row.window, "detectors": DETECTORS, "hidden": row.hidden}
    sizes |= {"average": row.average, "both_strands": row.both_strands}
    return ModelCard(
        name=row.name,
        title=f"DeepBind {row.protein} ({row.organism}, {row.experiment}, {row.id})",
        summary=f"How well {row.protein} binds {binds}: the score of the best {row.window} bases. One of the 927 models of "
        f"DeepBind, as its authors trained it on {row.experiment} ({row.details}).",
        family="CNN",
        task="transcription-factor binding" if row.kind == "TF" else "RNA binding",
        origin=ORIGIN,
        layers=("convolution", "dense"),
        molecule=binds,
        input=f"up to {LENGTH} bases, filled up with N; the best {row.window} decide",
        builder="genoviz.networks.deepbind:build",
        length=LENGTH,
        outputs=(Output("binding", (row.protein,), UNIT, quantity=f"{UNIT} of {{track}}"),),
        parameters=row.parameters,
        n_rule="N is a quarter of each base, as in DeepBind. N at either end are not part of the sequence: a shorter one, "
        "padded with N, gets exactly its own score.",
        data=f"{_DATA[row.experiment]}; here: {row.details}.",
        split="The release does not record which sequences each model was trained and tested on; the paper describes the rules.",
        licence="BSD-3-Clause (DeepBind release, (c) 2014 Andrew Delong): free for any use as long as the notice is kept. The "
        "repository that the file is fetched from is MIT.",
        citation="Alipanahi B, Delong A, Weirauch MT, Frey BJ (2015) Predicting the sequence specificities of DNA- and "
        "RNA-binding proteins by deep learning. Nature Biotechnology 33:831-838.",
        limits=_limits(row),
        config=sizes,
        strand_symmetric=row.both_strands,
        organism=row.organism,
        assembly="hg19" if row.experiment == "ChIP-seq" else "",
        studies=_studies(row),
        sha256=combined_checksum(files),
        published=f"github.com/{REPOSITORY}, commit {COMMIT[:12]}, deepbind_db/params/{row.file}",
        files=files,
        reader="genoviz.networks.deepbind:read_parameters",
        converter="genoviz.networks.deepbind:convert",
        example=_EXAMPLES.get(row.id, {}),
    )


def _limits(row: Row) -> tuple[str, ...]:
    strand = (
        "Both strands are read, and the larger score counts."
        if row.both_strands
        else "One strand is read: give the one that is transcribed, 5' to 3'; T is read as U."
    )
    return (
        "Scores have no unit and no common scale: compare sequences under one model, never the scores of two models.",
        f"The best {row.window} bases decide. Sites elsewhere add nothing, and what lies beside a site is hidden from it: around "
        "each such window the model reads N, as the authors' program does.",
        strand,
        _CONTEXT[row.experiment],
    )


def _studies(row: Row) -> tuple[dict[str, str], ...]:
    if row.id not in _TESTED:
        return ()
    score, low, high, whole = _TESTED[row.id]
    return (
        {
            "question": f"Does it tell peaks of {row.protein} from shuffled ones?",
            "answer": f"On the authors' test set of this experiment (500 peaks and 500 shuffles of them that keep dinucleotides) its "
            f"AUROC is {score:.3f} ({low:.3f} to {high:.3f}); {whole:.3f} where it reads all 101 bases at once instead of "
            "windows. Computed here with these weights.",
        },
    )
