"""Genomes: chromosome names, FASTA files, windows from a service, the list of registered genomes. No torch."""

from genoviz.genomes.registry import TEACHING, GenomeEntry, gene_files, list_genomes, open_genome

__all__ = ["TEACHING", "GenomeEntry", "gene_files", "list_genomes", "open_genome"]
