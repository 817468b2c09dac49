"""A catalogue of the models in ENCODE's atlases: a table that is searched, and cards made from its rows on demand.

ENCODE publishes thousands of models, BPNet for transcription factors and ChromBPNet for open chromatin, in five folds each.
They are kept out of the general catalogue, where so many would hide all others. The table is a file of the user's own,
`atlas.tsv` in the folder of weights or what `GENOVIZ_ATLAS` names, with a header and the columns of `COLUMNS`.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from genoviz.errors import BadInput
from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard, Origin, Output, WeightsFile, combined_checksum
from genoviz.models.weights import weights_folder

ARCHITECTURE = "atlas"
FAMILIES = ("BPNet", "ChromBPNet")
COLUMNS = ("accession", "family", "target", "biosample", "assay", "assembly", "folds", "quality")
OPTIONAL = ("qc", "licence")
ENCODE_POLICY = "ENCODE data policy: free for any use, citation of the experiment and the paper is asked for."
MOST_ROWS = 100_000
_ORIGINS = {
    "BPNet": Origin("BPNet", "Avsec et al.", 2021, "Avsec Ž, Weilert M, Shrikumar A, et al. (2021) Nat Genet 53:354"),
    "ChromBPNet": Origin(
        "ChromBPNet",
        "Pampari et al.",
        2024,
        "Pampari A, Shcherbina A, Kvon EZ, et al. (2024) bioRxiv 2024.12.25.630221",
    ),
}
_SIZES = {
    "BPNet": {"tracks": 2, "totals": 1, "channels": 64, "layers": 8},
    "ChromBPNet": {"tracks": 1, "totals": 1, "channels": 512, "layers": 8},
}


@dataclass(frozen=True)
class Row:
    """One model of an atlas.

    Attributes
    ----------
    accession
        Of the model at ENCODE, for example `ENCSR000EOT`.
    family
        One of `FAMILIES`.
    target, biosample, assay
        What binds (empty for open chromatin), in which cells, and how it was measured.
    assembly
        Of the genome it learned from.
    folds
        The files, one per fold.
    quality
        What the table says of it: name and number, for example `count r` 0.7.
    qc
        What its authors' check of quality said, in words, for example `passed`; empty where nobody said.
    licence
        Of the weights.
    """

    accession: str
    family: str
    target: str
    biosample: str
    assay: str
    assembly: str
    folds: tuple[WeightsFile, ...]
    quality: Mapping[str, float] = field(default_factory=dict)
    qc: str = ""
    licence: str = ENCODE_POLICY

    @property
    def said(self) -> str:
        """What the table says of its quality, in words; empty for nothing."""
        numbers = [f"{name} {number:g}" for name, number in self.quality.items()]
        return ", ".join([*([f"QC {self.qc}"] if self.qc else []), *numbers])

    @property
    def name(self) -> str:
        """Name of the model."""
        return f"{ARCHITECTURE}.{self.accession}"

    @property
    def title(self) -> str:
        """Target, cells and assay."""
        return f"{self.target or 'open chromatin'} in {self.biosample} ({self.assay})"


def table_path() -> Path:
    """Where the table is looked for."""
    chosen = os.environ.get("GENOVIZ_ATLAS")
    return Path(chosen).expanduser() if chosen else weights_folder() / "atlas.tsv"


def rows() -> dict[str, Row]:
    """All rows by accession; none where there is no table. Read once, and again when the file changed."""
    path = table_path()
    try:
        state = path.stat()
    except OSError:
        return {}
    return _rows(path, state.st_size, state.st_mtime_ns)


def search(words: str) -> list[Row]:
    """Rows in which all words occur, in the order of the table; `CTCF K562`, `ATAC liver`."""
    wanted = words.casefold().split()
    found = []
    for row in rows().values():
        text = " ".join((row.accession, row.family, row.title, row.assembly, row.said)).casefold()
        if all(word in text for word in wanted):
            found.append(row)
    return found


def get(name: str) -> ModelCard | None:
    """The card of `atlas.ACCESSION`; None for other names, and where the table has no such row."""
    return cards().get(name) if name.startswith(f"{ARCHITECTURE}.") else None


def cards() -> dict[str, ModelCard]:
    """The cards of all rows by name."""
    path = table_path()
    try:
        state = path.stat()
    except OSError:
        return {}
    return _cards(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=2)
def _cards(path: Path, size: int, changed: int) -> dict[str, ModelCard]:
    return {row.name: card_of(row) for row in _rows(path, size, changed).values()}


def read_table(path: Path) -> dict[str, Row]:
    """Rows of a table by accession.

    The column `folds` has `URL SHA256 BYTES` for each fold, with semicolons between; checksum and size may be left out.
    `quality` has `NAME NUMBER` likewise. The columns of `OPTIONAL` need not be there.

    Raises
    ------
    BadInput
        If a column is missing or a row can't be read; the message has its line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise ValueError(f"line 1: no column {missing[0]}")
            found = {}
            for line, record in enumerate(reader, start=2):
                if line > MOST_ROWS:
                    raise ValueError(f"more than {MOST_ROWS:,} rows")
                try:
                    row = _row(record)
                except (ValueError, TypeError, AttributeError) as error:
                    raise ValueError(f"line {line}: {error}") from error
                found[row.accession] = row
            return found
    except (OSError, ValueError, csv.Error) as error:
        raise BadInput(
            f"The atlas table `{path.name}` can't be read ({error}).",
            f"A table with tabs and the columns {', '.join(COLUMNS)} is accepted.",
            "Correct the row, or build the table anew.",
        ) from error


@lru_cache(maxsize=2)
def _rows(path: Path, size: int, changed: int) -> dict[str, Row]:
    return read_table(path)


def _row(record: Mapping[str, str]) -> Row:
    accession, family = record["accession"].strip(), record["family"].strip()
    if not accession.isalnum():
        raise ValueError(f"`{accession[:40]}` is no accession")
    if family not in FAMILIES:
        raise ValueError(f"the family `{family[:40]}` is none of {', '.join(FAMILIES)}")
    files = []
    for number, entry in enumerate(part for part in record["folds"].split(";") if part.strip()):
        url, sha256, size = (*entry.split(), "", "")[:3]
        if not url.startswith("https://"):
            raise ValueError(f"fold {number} has no address that begins with https://")
        files.append(WeightsFile(f"{accession}.fold_{number}.h5", url, int(size or 0), sha256))
    if not files:
        raise ValueError("no folds")
    quality = {}
    for entry in record["quality"].split(";"):
        name, _, number_text = entry.strip().rpartition(" ")
        if name:
            quality[name] = float(number_text)
    target, biosample, assay, assembly = (record[key].strip() for key in ("target", "biosample", "assay", "assembly"))
    qc, licence = ((record.get(key) or "").strip() for key in OPTIONAL)
    return Row(
        accession,
        family,
        target,
        biosample,
        assay,
        assembly,
        tuple(files),
        quality,
        qc,
        licence or ENCODE_POLICY,
    )


def write_table(found: Iterable[Row], path: Path) -> None:
    """Write rows as `read_table` reads them; what was there is replaced once all is written.

    Raises
    ------
    BadInput
        If the folder can't be written to.
    """
    lines: list[dict[str, object]] = []
    for row in found:
        folds = (" ".join(filter(None, (f.url, f.sha256, f.sha256 and str(f.bytes or "")))) for f in row.folds)
        quality = ";".join(f"{name} {number!r}" for name, number in row.quality.items())
        own = {"folds": ";".join(folds), "quality": quality, "licence": row.licence}
        lines.append({column: own.get(column, getattr(row, column)) for column in (*COLUMNS, *OPTIONAL)})
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(tsv(lines), encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise BadInput(
            f"The atlas table can't be written to {path.parent} ({error.strerror or error}).",
            "The folder must be writable and have room.",
            "Name another place in GENOVIZ_ATLAS.",
        ) from error


def card_of(row: Row) -> ModelCard:
    """The card of a row. What the table says of its quality stands among the limits: it was not measured here."""
    what, two = row.target or row.assay, row.family == "BPNet"
    strands = [f"{what} +", f"{what} -"] if two else [f"{what} profile"]
    return ModelCard(
        name=row.name,
        title=row.title,
        summary=f"Predicts from 2,114 bases how many reads of {row.assay} in {row.biosample} fall on the middle 1,000, and where. "
        f"The mean of {len(row.folds)} folds of ENCODE's {row.family} atlas.",
        family="dilated CNN",
        task="transcription-factor binding" if row.target else "chromatin accessibility",
        builder=f"genoviz.networks.atlas:build_{row.family.lower()}",
        converter=f"genoviz.networks.atlas:convert_{row.family.lower()}",
        config={**_SIZES[row.family], "stem_width": 21, "profile_width": 75},
        length=2114,
        outputs=(
            Output("counts", (what,), "reads + 1", "exp", "ln(reads + 1)", quantity="expected number of {track} reads"),
            Output(
                "profile",
                tuple(strands),
                "reads per base",
                "exp",
                "ln reads per base",
                1000,
                1,
                "{track}: expected reads",
            ),
            Output("shape", (f"{what} shape",), "nats", quantity="{track}: how far the profile is from a flat one"),
        ),
        parameters=len(row.folds) * _weights(**_SIZES[row.family]),
        n_rule="N is a column of zeros.",
        data=f"{row.assay} of {row.biosample} (ENCODE).",
        split=f"By the authors: {len(row.folds)} folds, each without some chromosomes.",
        licence=row.licence,
        citation=f"{_ORIGINS[row.family].source}. Data and model: ENCODE {row.accession}.",
        limits=(
            "Folds differ at single loci: look at how many agree before a small difference is believed.",
            f"Its table says: {row.said}. Not measured here." if row.said else "Its table says nothing of its quality.",
            "A BPNet is read without its control experiment, as if that had no reads.",
        ),
        origin=_ORIGINS[row.family],
        layers=("dilated convolution",),
        molecule="DNA",
        input="2,114 bases; the middle 1,000 are predicted",
        organism="mouse" if row.assembly.startswith("mm") else "human",
        assembly=row.assembly,
        sha256=combined_checksum(row.folds),
        published=f"ENCODE {row.accession}, as `{table_path().name}` lists it.",
        files=row.folds,
        never_run=True,
        folds=True,
    )


def _weights(tracks: int, totals: int, channels: int, layers: int) -> int:
    """Number of weights of a fold: the first convolution, the dilated ones, and both heads, with a bias each."""
    c = channels
    return c * (4 * 21 + 1) + layers * c * (3 * c + 1) + tracks * (75 * c + 1) + totals * (c + 1)
