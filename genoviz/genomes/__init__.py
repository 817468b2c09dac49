"""Genomes: chromosome names, FASTA files, windows from a service, the list of registered genomes. No torch."""

from genoviz.genomes.registry import (
    REMOTE,
    TEACHING,
    GenomeEntry,
    find_genome,
    gene_files,
    genomes_folder,
    list_genomes,
    open_entry,
    open_genome,
    register,
    unregister,
)

__all__ = [
    "REMOTE",
    "TEACHING",
    "GenomeEntry",
    "find_genome",
    "gene_files",
    "genomes_folder",
    "list_genomes",
    "open_entry",
    "open_genome",
    "register",
    "unregister",
]
