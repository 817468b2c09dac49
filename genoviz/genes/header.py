"""What the first lines of an annotation file say about its assembly, compared with the genome it is opened for.

Ensembl and NCBI write `#!genome-build GRCh38.p14`, GFF3 knows `##genome-build UCSC hg38` and `##sequence-region 1 1
248956422`, GENCODE writes `##description: ... of the human genome (GRCh38), version 44`.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from genoviz.files.text import GZIP, decoded, lines_of
from genoviz.genes.rows import BadGenes
from genoviz.genomes.chromosome_names import ACCESSIONS, chromosome_key
from genoviz.sequences.assemblies import assembly_in, same_assembly, versions_of_one_name
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number

_MOST_BYTES = 1 << 20  # of the header
_BUILD = re.compile(
    r"#+!?\s*(?:genome-(?:build(?:-accession)?|version)|assembly(?:-name)?|description)\s*[:=]?\s*(.+)", re.IGNORECASE
)
_REGION = re.compile(r"##sequence-region\s+(\S+)\s+1\s+([0-9]+)\s*")


def check_assembly_of(path: Path, assembly: str) -> None:
    """Refuse an annotation whose header is of another assembly than the genome, where both are known.

    Parameters
    ----------
    path
        GFF3, GTF or BED, plain or compressed. What can't be read is left to whoever reads the genes.
    assembly
        Build of the genome; empty when it is not known.

    Raises
    ------
    BadGenes
        If all builds that the header names are others.
    """
    said = dict(_builds(path)) if assembly else {}
    differing = {name: line for name, line in said.items() if _differs(name, assembly)}
    if differing and not any(same_assembly(name, assembly) for name in said):
        name, line = next(iter(differing.items()))
        raise BadGenes(
            f"{clip(path.name)} says that it is on {name} ({clip(line, 100)}), but the genome is {clip(assembly, 30)}.",
            "Positions are of one assembly, and never carried to another.",
            f"Choose the annotation of {clip(assembly, 30)}, or a genome of {name}.",
        )


def _builds(path: Path) -> Iterator[tuple[str, str]]:
    """Names of builds, each with the line that says so."""
    for line in _header(path):
        region, build = _REGION.fullmatch(line), _BUILD.fullmatch(line)
        if region is not None:
            key, length = chromosome_key(region[1]), whole_number(region[2])
            for one in ACCESSIONS.values():
                if one.assembly and one.chromosome == key and one.length == length:
                    yield one.assembly, line
        elif build is not None:
            known = assembly_in(build[1])
            if known is not None or " " not in build[1].strip():
                yield (known.name if known else build[1].strip()), line


def _differs(name: str, assembly: str) -> bool:
    here = assembly_in(assembly)
    if here is not None and assembly_in(name) is not None:
        return assembly_in(name) != here
    return versions_of_one_name(name, assembly)


def _header(path: Path) -> Iterator[str]:
    """Lines before the first that is neither empty nor a comment."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
        with gzip.open(path) if packed else path.open("rb") as stream:
            text = decoded(stream.read(_MOST_BYTES))
    except (OSError, EOFError, zlib.error):
        return
    for line in lines_of(text):
        if line.strip() and not line.startswith("#"):
            return
        yield line
