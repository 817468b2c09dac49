"""The gene models that are registered with a genome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.genomes.registry import find_genome, gene_files, list_genomes, open_entry

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference


def open_genes_of(name: str) -> GeneModels | None:
    """The gene models of a genome by its name, with its assembly and names of chromosomes; None when it has none.

    Raises
    ------
    UnknownName
        If there is no such genome.
    GenovizError
        If the gene models can't be read.
    """
    entry = find_genome(name)
    if entry.genes is None:
        return None
    from genoviz.genes.models import open_genes

    files = gene_files(entry.genes) if entry.genes.is_dir() else [entry.genes]
    with open_entry(entry) as genome:
        return open_genes(files, assembly=entry.assembly, resolve=genome.resolve)


def genes_for(genome: str, reference: Reference, path: Path | None = None) -> GeneModels | None:
    """The gene models of a file, else those that are registered with the genome; None where there are none.

    Parameters
    ----------
    genome
        Its name, or the path of a FASTA file, which has no gene models of its own.
    reference
        The same, opened.
    path
        GFF3, GTF or BED.

    Raises
    ------
    GenovizError
        If they can't be read.
    """
    from genoviz.genes.models import open_genes

    if path is not None:
        return open_genes(path, assembly=reference.assembly, resolve=reference.resolve)
    return open_genes_of(genome) if genome in {entry.name for entry in list_genomes()} else None


def gene_files_for(genome: str, path: Path | None = None) -> list[Path]:
    """The files that `genes_for` reads."""
    if path is not None:
        return [path]
    entry = next((entry for entry in list_genomes() if entry.name == genome), None)
    if entry is None or entry.genes is None:
        return []
    return gene_files(entry.genes) if entry.genes.is_dir() else [entry.genes]
