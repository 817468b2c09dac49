"""The genomes that can be opened by name: registered ones, the teaching genome, and those of public services.

A registered genome is a small JSON file in the folder of genomes, named after it; the FASTA files stay where they are.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadGenome, BadInput, GenovizError, UnknownName
from genoviz.files.folders import user_folder
from genoviz.files.kept import write_whole
from genoviz.genomes.genome import Genome, Reference, fasta_files
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import Locus, clip

if TYPE_CHECKING:
    pass

REMOTE = {
    "ucsc:hg38": ("hg38", "Human at UCSC"),
    "ucsc:hg19": ("hg19", "Human at UCSC"),
    "ucsc:sacCer3": ("sacCer3", "Yeast at UCSC"),
}
TEACHING = "teaching"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_GENE_FILES = tuple(f"{kind}{packed}" for packed in ("", ".gz", ".bgz") for kind in (".gff3", ".gff", ".gtf"))


@dataclass(frozen=True)
class GenomeEntry:
    """A genome that can be opened by its name.

    Parameters
    ----------
    name, title
        What to type, and what to show.
    assembly
        Build, such as `hg38`.
    paths
        FASTA files, or one folder of them; empty for a remote genome.
    loci
        (file name, place) of files that hold a piece of a chromosome and do not say so themselves.
    genes
        File of gene models, or a folder of them; None without.
    synthetic
        Made by a program, not of any organism.
    remote
        Read over the network: the place that is asked for is sent to a server.
    problem
        Why it can't be opened; empty when nothing is known against it.
    """

    name: str
    title: str
    assembly: str
    paths: tuple[Path, ...] = ()
    loci: tuple[tuple[str, Locus], ...] = ()
    genes: Path | None = None
    synthetic: bool = False
    remote: bool = False
    problem: str = ""


def genomes_folder() -> Path:
    """Folder of the registered genomes: that of `GENOVIZ_GENOMES`, else one of the user; not made here."""
    chosen = os.environ.get("GENOVIZ_GENOMES")
    return Path(chosen) if chosen else user_folder() / "genomes"


def list_genomes() -> list[GenomeEntry]:
    """Registered genomes by name, then the teaching genome, then remote ones. A bad entry says why in `problem`."""
    folder = genomes_folder()
    try:
        files = sorted(folder.glob("*.json"))
    except OSError:  # not for us to read: nothing is registered here
        files = []
    return [*map(_read_entry, files), *_teaching(), *_remote()]


def find_genome(name: str) -> GenomeEntry:
    """The entry of a name.

    Raises
    ------
    UnknownName
        If there is none; near matches are listed.
    """
    known = {entry.name: entry for entry in list_genomes()}
    if name in known:
        return known[name]
    if f"ucsc:{name}" in known:
        raise UnknownName(
            f"The genome {clip(name)} is not on this computer.",
            f"`ucsc:{name}` reads it over the network, one window at a time.",
            f"Choose `ucsc:{name}`, or download it with `genoviz genome add {name}`.",
        )
    raise UnknownName.among("genome", name, known)


def open_genome(name: str | os.PathLike[str], *, assembly: str = "") -> Reference:
    """Open a genome by its name, or a FASTA file or folder by its path. Close it when done.

    Parameters
    ----------
    name
        Name of an entry; a text that is no name is taken as a path.
    assembly
        Build; must be the entry's where a name is given.

    Raises
    ------
    UnknownName
        If there is neither such an entry nor such a file.
    BadGenome
        If it can't be read, or is of another assembly.
    """
    names = {entry.name for entry in list_genomes()} if isinstance(name, str) else set()
    if isinstance(name, os.PathLike) or (name not in names and Path(name).exists()):
        return Genome(name, assembly)
    entry = find_genome(name)
    if not same_assembly(entry.assembly, assembly):
        raise BadGenome(
            f"`{entry.name}` is {clip(entry.assembly, 30)}, but {clip(assembly, 30)} was asked for.",
            "A genome is opened under its own assembly.",
            "Choose another genome, or leave the assembly out.",
        )
    return open_entry(entry)


def open_entry(entry: GenomeEntry) -> Reference:
    """Open the genome of an entry; BadGenome when it can't be read."""
    if entry.problem:
        raise BadGenome(
            f"The genome `{entry.name}` can't be opened: {entry.problem}",
            "An entry names the files of a genome and its assembly.",
            f"Register it again, or remove it with `genoviz genome remove {entry.name}`.",
        )
    if entry.remote:
        from genoviz.genomes.remote import RemoteGenome

        return RemoteGenome(REMOTE[entry.name][0], entry.assembly, title=entry.title)
    path = entry.paths[0] if len(entry.paths) == 1 else entry.paths
    return Genome(path, entry.assembly, title=entry.title, loci=dict(entry.loci))


def gene_files(folder: Path) -> list[Path]:
    """The GFF3 and GTF files directly in a folder, by name."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.name.lower().endswith(_GENE_FILES))


def register(
    path: str | os.PathLike[str],
    name: str,
    assembly: str,
    genes: str | os.PathLike[str] | None = None,
    *,
    title: str = "",
    synthetic: bool = False,
    loci: Mapping[str, str] | None = None,
    replace: bool = False,
) -> GenomeEntry:
    """Make a FASTA file, or a folder of them, known under a name. The files stay where they are.

    Parameters
    ----------
    path
        FASTA file or folder. It is opened once, which makes a missing index and finds mistakes now.
    name
        Letters, digits, `.`, `_` and `-`.
    assembly
        Build, such as `hg38`.
    genes
        File of gene models (GFF3, GTF, BED), or a folder of them.
    title
        What to show; the name when left empty.
    synthetic
        Whether it is no organism's.
    loci
        Place (`chr20:1,000,001-2,000,000`) by file name, for files that do not name theirs.
    replace
        Whether an entry of this name may be replaced.

    Raises
    ------
    BadInput
        If the name can't be used or is taken, the assembly is empty, the gene models are missing, or the folder of
        genomes can't be written to.
    BadGenome
        If the files can't be read, or are of another build than `assembly`.
    BadLocus
        If a place can't be read.
    """
    target = _entry_path(name)
    if not assembly.strip():
        raise BadInput(
            "No assembly was named.", "An assembly is never guessed.", "Name it, for example `--assembly hg38`."
        )
    if os.path.exists(target) and not replace:
        raise BadInput(
            f"There is a genome named `{name}` already.", "Names are used once.", "Choose another, or remove it first."
        )
    source = Path(path).resolve()
    models = Path(genes).resolve() if genes is not None else None
    if models is not None and not (models.is_file() or (models.is_dir() and gene_files(models))):
        raise BadInput(
            f"There are no gene models at {clip(str(genes), 120)}.",
            "They are a GFF3, GTF or BED file, or a folder of GFF3 and GTF files.",
            "Check the path.",
        )
    places = {file: Locus.parse(text, assembly=assembly) for file, text in (loci or {}).items()}
    unknown = set(places) - {file.name for file in (fasta_files(source) if source.is_dir() else [source])}
    if unknown:
        raise BadInput(
            f"A place is given for {clip(min(unknown))}, which is not among the files.",
            "Places are given by the full name of a file.",
            "Check the name.",
        )
    Genome(source, assembly, loci=places).close()
    content = {
        "title": title or name,
        "assembly": assembly,
        "files": [str(source)],
        "loci": {file: str(locus) for file, locus in places.items()},
        "genes": str(models) if models is not None else None,
        "synthetic": synthetic,
    }
    _write(target, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return _read_entry(target)


def unregister(name: str) -> None:
    """Remove an entry; the files of the genome stay. UnknownName when it is not a registered one."""
    target = _entry_path(name)
    if not os.path.isfile(target):
        registered = [entry.name for entry in list_genomes() if not entry.remote and entry.name != TEACHING]
        raise UnknownName.among("registered genome", name, registered)
    try:
        target.unlink()
    except OSError as error:
        raise _not_written(target, error) from error


def _entry_path(name: str) -> Path:
    if not _NAME.fullmatch(name) or name == TEACHING or name in REMOTE:
        raise BadInput(
            f"{clip(name)} can't be the name of a genome.",
            "A name has up to 64 letters, digits, `.`, `_` and `-`, and is not taken by a built-in genome.",
            "Choose for example `hg38`.",
        )
    return genomes_folder() / f"{name}.json"


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text)
    except OSError as error:
        raise _not_written(target, error) from error


def _not_written(target: Path, error: OSError) -> BadInput:
    return BadInput(
        f"{clip(str(target), 120)} can't be written ({error.strerror or error}).",
        "The folder of genomes must be writable.",
        "Set GENOVIZ_GENOMES to a folder of yours.",
    )


def _read_entry(path: Path) -> GenomeEntry:
    """The entry of a JSON file; what is wrong with it goes into `problem`."""
    name = path.stem
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        title, assembly, files, genes = (found.get(key) for key in ("title", "assembly", "files", "genes"))
        if not (isinstance(assembly, str) and assembly and isinstance(files, list) and files):
            raise ValueError("it names no assembly or no files")
        # Relative paths let a folder of genomes be moved as a whole.
        paths = tuple((path.parent / file) for file in files)
        loci = tuple((file, Locus.parse(text, assembly=assembly)) for file, text in (found.get("loci") or {}).items())
        models = path.parent / genes if genes else None
        missing = next((p for p in (*paths, *([models] if models else [])) if not p.exists()), None)
        problem = f"{clip(str(missing), 120)} is missing." if missing else ""
        shown = title if isinstance(title, str) and title else name
        return GenomeEntry(name, shown, assembly, paths, loci, models, bool(found.get("synthetic")), problem=problem)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, GenovizError) as error:
        return GenomeEntry(name, name, "", problem=f"{path.name} can't be read ({clip(str(error), 80)}).")


def _teaching() -> list[GenomeEntry]:
    """The teaching genome that comes with the package."""
    from genoviz.genomes.teaching import teaching_genome

    files = teaching_genome()
    problem = "" if files.fasta.is_file() else f"{files.fasta.name} is missing; install genoviz again."
    return [GenomeEntry(TEACHING, files.title, files.assembly, (files.fasta,), (), files.genes, True, problem=problem)]


def _remote() -> list[GenomeEntry]:
    return [GenomeEntry(name, title, database, remote=True) for name, (database, title) in REMOTE.items()]
