"""The table of ENCODE's atlases, filled from two public indexes.

- ENCODE's portal says what each model is: a search for annotations of the types BPNet-model and ChromBPNet-model, as JSON. Its
  own files are archives of archives.
- The authors' repositories on Hugging Face, one per model, hold the Keras file of each fold. Their names end with the model's
  accession at ENCODE; their tags say what the authors' check of quality found.

A model is in the table if it has a file for each of its folds. What the portal does not say is taken from the repository's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from genoviz.errors import BadInput
from genoviz.files.web import Client
from genoviz.models.atlas import ENCODE_POLICY, Row
from genoviz.models.card import WeightsFile

PORTAL = "https://www.encodeproject.org"
HUB = "https://huggingface.co"
OWNER = "kundajelab"
PAGE = 500  # annotations, and repositories, of an answer
MOST_BYTES = 100_000_000
_FIELDS = ("accession", "targets.label", "biosample_ontology.term_name", "assay_term_name", "assembly")
_FAMILIES = {"bpnet": "BPNet", "chrombpnet": "ChromBPNet"}
_REPOSITORY = re.compile(r"[\w.-]+/encode-(bpnet|chrombpnet)-(.+)-(ENCSR[0-9A-Z]{6})-(ENCSR[0-9A-Z]{6})", re.ASCII)
_FOLD = {
    "BPNet": re.compile(r"fold_([0-9])/model\.h5"),
    "ChromBPNet": re.compile(r"fold_([0-9])/model\.chrombpnet_nobias\.fold_[0-9]\.\w+\.h5", re.ASCII),
}
_ASSAYS = {"ATAC": "ATAC-seq", "DNASE": "DNase-seq", "DNase": "DNase-seq"}
_ASSEMBLIES = {"hg38": "GRCh38", "hg19": "GRCh37", "mm10": "mm10"}
_LICENCES = {"mit": "MIT: free to use, change and pass on, also commercially, with the copyright notice."}
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """Rows of a table, and how many models were left out for want of a file for a fold."""

    rows: tuple[Row, ...]
    without_files: int

    @property
    def sentence(self) -> str:
        """How many models there are, in words."""
        families = [row.family for row in self.rows]
        each = ", ".join(f"{families.count(name):,} {name}" for name in _FOLD if name in families)
        left = f"; {self.without_files:,} without Keras files of all folds were left out" if self.without_files else ""
        return f"{len(self.rows):,} models ({each}){left}."


def build(
    *, client: Client | None = None, portal: str = PORTAL, hub: str = HUB, progress: Progress | None = None
) -> Built:
    """Ask both indexes, and put their answers together.

    Parameters
    ----------
    client
        Asks; one that keeps nothing if None.
    portal, hub
        Addresses of the two servers.
    progress
        Told what is being asked.

    Raises
    ------
    NoAnswer
        If a server can't be reached, or does not answer in JSON.
    BadInput
        If there is no model in the answers.
    """
    say = progress or (lambda text: None)
    asked = client or Client(timeout=60, max_bytes=MOST_BYTES)
    say(f"asking {portal} what the models are")
    known = {str(one.get("accession")): one for one in descriptions(asked, portal)}
    say(f"asking {hub} for their files")
    found, without = [], 0
    for repository in repositories(asked, hub):
        row = row_of(repository, known, hub)
        if row is not None:
            found.append(row)
        elif _REPOSITORY.fullmatch(str(repository.get("id"))):
            without += 1
    if not found:
        raise BadInput(
            "The indexes list no model with a Keras file for each fold.",
            "Repositories with names such as encode-bpnet-CTCF-ChIP-seq-K562-ENCSR...-ENCSR... are looked for.",
            "Their layout may have changed: write the table by hand, as docs/published-models.md describes.",
        )
    order = sorted(found, key=lambda row: (row.family, row.target.casefold(), row.biosample.casefold(), row.accession))
    return Built(tuple(order), without)


def descriptions(client: Client, portal: str = PORTAL) -> Iterator[Mapping[str, Any]]:
    """What ENCODE's portal says of all released models of both families, page by page."""
    for kind in ("BPNet-model", "ChromBPNet-model"):
        fields = "".join(f"&field={name}" for name in _FIELDS)
        address = f"{portal}/search/?type=Annotation&annotation_type={kind}&status=released&format=json{fields}"
        first = 0
        while True:
            answer = client.get_json(f"{address}&limit={PAGE}&from={first}", accept=_check_graph)
            yield from answer["@graph"]
            first += PAGE
            if not answer["@graph"] or first >= int(answer.get("total", 0)):
                break


def repositories(client: Client, hub: str = HUB) -> Iterator[Mapping[str, Any]]:
    """The repositories of both families with tags and names of files, page by page."""
    for family in _FAMILIES:
        search: dict[str, str | int] = {"author": OWNER, "search": f"encode-{family}-", "full": "true", "limit": PAGE}
        for page in client.get_pages(f"{hub}/api/models", search):
            yield from (one for one in page if isinstance(one, dict)) if isinstance(page, list) else ()


def row_of(repository: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], hub: str = HUB) -> Row | None:
    """The row of a repository; None if it is none of the atlases or lacks the file of a fold.

    Parameters
    ----------
    repository
        As the hub's list has it: `id`, `sha` (of the revision), `tags`, and `siblings` with `rfilename`.
    known
        What the portal says, by accession.
    hub
        Address that the files are fetched from.
    """
    name = str(repository.get("id"))
    parts = _REPOSITORY.fullmatch(name)
    if parts is None:
        return None
    family, accession = _FAMILIES[parts[1]], parts[4]
    tags = [str(tag) for tag in repository.get("tags") or ()]
    files = {}
    for one in repository.get("siblings") or ():
        path = str(one.get("rfilename")) if isinstance(one, dict) else ""
        if fold := _FOLD[family].fullmatch(path):
            address = f"{hub}/{name}/resolve/{repository.get('sha') or 'main'}/{quote(path)}"
            files[int(fold[1])] = WeightsFile(f"{accession}.fold_{fold[1]}.h5", address)
    if not files or sorted(files) != list(range(len(files))):
        return None
    target, assay, biosample = _named(family, parts[2])
    said = known.get(accession, {})
    licences = (tag.removeprefix("license:") for tag in tags if tag.startswith("license:"))
    return Row(
        accession,
        family,
        _first(said.get("targets"), "label") or target if family == "BPNet" else "",
        _first(said.get("biosample_ontology"), "term_name") or biosample or "cells not named",
        _first(said.get("assay_term_name")) or assay,
        _first(said.get("assembly")) or next((_ASSEMBLIES[tag] for tag in tags if tag in _ASSEMBLIES), "GRCh38"),
        tuple(files[fold] for fold in sorted(files)),
        {},
        next((tag.removeprefix("qc-") for tag in tags if tag.startswith("qc-")), ""),
        next((_LICENCES.get(name, name) for name in licences), ENCODE_POLICY),
    )


def with_checksums(rows: Iterable[Row], *, client: Client | None = None, hub: str = HUB) -> list[Row]:
    """The rows with checksum and size of each file, as the hub lists them: one question for each model."""
    asked = client or Client(timeout=60, max_bytes=MOST_BYTES)
    found = []
    for row in rows:
        place = re.match(r"(.+?)/resolve/([^/]+)/", row.folds[0].url.removeprefix(f"{hub}/"))
        if place is None:  # of another server: written by hand
            found.append(row)
            continue
        about = asked.get_json(f"{hub}/api/models/{place[1]}/revision/{place[2]}", {"blobs": "true"})
        listed = {str(one.get("rfilename")): one for one in about.get("siblings", ())}
        files = []
        for file in row.folds:
            one = listed.get(file.url.partition(f"/resolve/{place[2]}/")[2], {})
            sha256 = str((one.get("lfs") or {}).get("sha256", ""))
            files.append(replace(file, sha256=sha256, bytes=int(one.get("size") or 0)))
        found.append(replace(row, folds=tuple(files)))
    return found


def _named(family: str, words: str) -> tuple[str, str, str]:
    """Target, assay and cells as a repository's name has them: `CTCF-ChIP-seq-K562`, `DNASE-SW480`, `DNASE`."""
    if family == "BPNet":
        target, _, cells = words.partition("-ChIP-seq")
        return target, "ChIP-seq", cells.lstrip("-")
    assay, _, cells = words.partition("-")
    return "", _ASSAYS.get(assay, assay), cells


def _first(value: object, key: str = "") -> str:
    """The first text of what the portal has as a text, a list or an object with a name."""
    while isinstance(value, (list, dict)):
        value = value.get(key) if isinstance(value, dict) else value[0] if value else ""
    return str(value or "")


def _check_graph(answer: Any) -> None:
    if not isinstance(answer, dict) or not isinstance(answer.get("@graph"), list):
        raise ValueError("it has no list `@graph`")
