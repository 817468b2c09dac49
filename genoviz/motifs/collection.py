"""Motifs by name: JASPAR CORE as it comes with genoviz, and files that a user adds.

The bundled file holds the counts of every current profile of four taxonomic groups, with release, licence and citation
(`about()`); `genoviz/motifs/build.py` makes it. Probabilities are the plain shares of the counts: a pseudocount enters
only where log-odds are taken, and is stated there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import numpy as np

from genoviz.errors import BadInput, BadMotif, UnknownName
from genoviz.motifs.files import read_motifs
from genoviz.motifs.matrix_text import told_apart
from genoviz.motifs.motif import Motif

TAXA = ("vertebrates", "fungi", "plants", "insects")
FOLDER_VARIABLE = "GENOVIZ_MOTIFS"
SUFFIXES = (".meme", ".jaspar", ".pfm", ".pcm", ".ppm", ".pwm", ".motif", ".transfac", ".tf", ".txt")
LARGEST = 50_000_000  # bytes of a motif file; the largest public collections have a tenth
_FILE = Path(__file__).with_name("jaspar-core-2026.npz")


@dataclass(frozen=True)
class KnownMotif(Motif):
    """A motif of a collection: which factor it is of, and what kind of factor that is.

    Attributes
    ----------
    taxon
        One of `TAXA`; empty for a user's motif.
    tf_class, tf_family
        Structural class and family of the DNA-binding domain as JASPAR has them; empty where unknown, joined by `; `
        for dimers.
    """

    taxon: str = ""
    tf_class: str = ""
    tf_family: str = ""

    @classmethod
    def of(cls, motif: Motif, taxon: str = "", tf_class: str = "", tf_family: str = "") -> KnownMotif:
        """A plain motif with what is known about its factor."""
        plain = (motif.name, motif.probabilities, motif.sites, motif.accession, motif.source)
        return cls(*plain, taxon, tf_class, tf_family)

    @property
    def label(self) -> str:
        """`MA0139.2 CTCF`; the name alone where there is no accession."""
        return f"{self.accession} {self.name}".strip()

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors in upper case: several for a dimer (`FOS::JUN`)."""
        return tuple(self.name.upper().split("::"))


@dataclass(frozen=True)
class UserMotifs:
    """What was read from a user's files, and one sentence for each file that could not be read."""

    motifs: tuple[KnownMotif, ...]
    problems: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _bundled() -> tuple[dict[str, str], tuple[KnownMotif, ...]]:
    with np.load(_FILE) as held:
        counts, widths, text = held["counts"], held["widths"], json.loads(held["text"].tobytes())
    motifs, source = [], text["about"]["name"]
    tables = np.split(counts.astype(np.float64), np.cumsum(widths, dtype=np.int64)[:-1])
    for table, (accession, name, taxon, tf_class, tf_family) in zip(tables, text["motifs"], strict=True):
        plain = Motif.from_counts(name, table, 0, accession=accession, source=source)
        motifs.append(KnownMotif.of(plain, taxon, tf_class, tf_family))
    return text["about"], tuple(motifs)


def about() -> dict[str, str]:
    """Release, licence (CC BY 4.0), citation and address of the bundled collection."""
    return dict(_bundled()[0])


def collection(taxa: Iterable[str] = TAXA) -> tuple[KnownMotif, ...]:
    """The bundled motifs of some taxonomic groups, by group in the order asked for, then by accession.

    The same groups give the same tuple, so it is a cheap cache key.

    Raises
    ------
    UnknownName
        If a group is not one of `TAXA`.
    """
    return _of_taxa(tuple(taxa))


@lru_cache(maxsize=64)
def _of_taxa(taxa: tuple[str, ...]) -> tuple[KnownMotif, ...]:
    for taxon in taxa:
        if taxon not in TAXA:
            raise UnknownName.among("taxonomic group", taxon, TAXA)
    return tuple(motif for taxon in dict.fromkeys(taxa) for motif in _bundled()[1] if motif.taxon == taxon)


def user_motifs(paths: Iterable[str | Path] | None = None) -> UserMotifs:
    """Motifs of files, in the formats of `genoviz.motifs.files`. A bad file is reported and the others are still read.

    Motifs of one name (and accession) get a number behind it, also those of different files.

    Parameters
    ----------
    paths
        Files, or folders whose files with a motif suffix (`SUFFIXES`) are read by name; the folder that the environment
        variable `GENOVIZ_MOTIFS` names if None, and nothing where it is not set.
    """
    if paths is None:
        named = os.environ.get(FOLDER_VARIABLE)
        paths = [named] if named else []
    motifs: list[KnownMotif] = []
    problems: list[str] = []
    for path in map(Path, paths):
        for file in _files(path):
            try:
                motifs += _read(file, _stamp(file))
            except BadMotif as error:
                problems.append(f"{file.name}: {error}")
    return UserMotifs(tuple(told_apart(motifs)), tuple(problems))


def _files(path: Path) -> list[Path]:
    try:
        return sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
    except OSError:
        return [path]  # reading it says why


def _stamp(file: Path) -> tuple[int, int]:
    """Time of the last change and size: another stamp, other motifs."""
    try:
        found = file.stat()
    except OSError as error:
        raise _unreadable(error) from None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=32)
def _read(file: Path, stamp: tuple[int, int]) -> tuple[KnownMotif, ...]:
    if stamp[1] > LARGEST:
        raise BadMotif(f"The file has {stamp[1]:,} bytes.", f"At most {LARGEST:,} are read.", "Split the file.")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadMotif("The file is not text.", "Motif files are plain text.", "Unpack or export it.") from None
    except OSError as error:
        raise _unreadable(error) from None
    return tuple(KnownMotif.of(motif) for motif in read_motifs(text, source=file.name))


def _unreadable(error: OSError) -> BadMotif:
    reason = (error.strerror or "it is not readable").lower()
    return BadMotif(f"The file can't be opened: {reason}.", "A readable file.", "Check the path.")


def find(name: str, motifs: Seq[KnownMotif] | None = None) -> KnownMotif:
    """The motif with this accession (with or without its version) or name, in any case.

    Of several with one name, the first: a user's before vertebrates, fungi, plants and insects, then by accession.

    Parameters
    ----------
    name
        Such as `MA0139.2`, `MA0139`, `CTCF` or `MA0139.2 CTCF`.
    motifs
        Where to look; the user's and the bundled motifs if None.

    Raises
    ------
    UnknownName
        With near matches, if there is none.
    """
    everywhere = _everywhere() if motifs is None else motifs
    wanted = " ".join(name.split()).lower()
    spellings = [(m.label, m.accession, m.accession.partition(".")[0], m.name) for m in everywhere]
    for kind in range(4):
        for motif, spelling in zip(everywhere, spellings, strict=True):
            if wanted and spelling[kind].lower() == wanted:
                return motif
    names = [m.name for m in everywhere] + [m.accession for m in everywhere if m.accession]
    raise UnknownName.among("motif", name, dict.fromkeys(names))


def search(text: str, motifs: Seq[KnownMotif] | None = None, *, limit: int = 50) -> tuple[KnownMotif, ...]:
    """Motifs for a picker, best first: name or accession equal, beginning so, holding it, family holding it, alike.

    Empty text gives the first `limit` motifs.

    Raises
    ------
    BadInput
        If `limit` is below 1.
    """
    if limit < 1:
        raise BadInput(f"The limit is {limit}.", "A limit is 1 or more.", "Leave it out for 50.")
    everywhere = _everywhere() if motifs is None else tuple(motifs)
    wanted = " ".join(text.split()).lower()
    ranked: list[tuple[int, int]] = []
    for place, motif in enumerate(everywhere):
        spellings = (motif.name.lower(), motif.accession.lower(), motif.label.lower())
        tests = (
            any(wanted in (s, s.partition(".")[0]) for s in spellings),
            any(s.startswith(wanted) for s in spellings),
            any(wanted in s for s in spellings),
            wanted in f"{motif.tf_class} {motif.tf_family}".lower(),
        )
        if any(tests):
            ranked.append((tests.index(True), place))
    if not ranked:
        near = get_close_matches(wanted, dict.fromkeys(m.name.lower() for m in everywhere), n=limit, cutoff=0.6)
        ranked = [(near.index(m.name.lower()), i) for i, m in enumerate(everywhere) if m.name.lower() in near]
    return tuple(everywhere[place] for _, place in sorted(ranked)[:limit])


def _everywhere() -> tuple[KnownMotif, ...]:
    return (*user_motifs().motifs, *collection())
