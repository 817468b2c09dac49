"""The gene models that are registered with a genome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genoviz.genomes.registry import find_genome, gene_files, open_entry

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels


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
