"""Splice sites: delta scores of variants, sites along a gene, exons by module, site strength."""
