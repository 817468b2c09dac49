"""Which groups of motifs fit an organism."""

from __future__ import annotations

from genoviz.motifs.collection import TAXA

WITHOUT_FACTORS = ("splicing", "translation", "RNA-protein binding")  # tasks in which no factor binds the DNA
_OF_ORGANISM = {
    "human": "vertebrates",
    "mouse": "vertebrates",
    "cerevisiae": "fungi",
    "thaliana": "plants",
    "drosophila": "insects",
}


def taxa_of(organism: str, task: str = "") -> tuple[str, ...]:
    """Groups of motifs that fit an organism as model cards name it.

    None for models of RNA and of organisms that the collection lacks; all where no organism is named.
    """
    if task in WITHOUT_FACTORS:
        return ()
    said = organism.lower()
    fitting = {taxon for word, taxon in _OF_ORGANISM.items() if word in said}
    return tuple(taxon for taxon in TAXA if taxon in fitting) if said else TAXA


def taxa_to_scan(organism: str) -> tuple[str, ...]:
    """Groups of motifs to look for in a sequence of this organism: those that fit, else vertebrates'."""
    return (taxa_of(organism) if organism else ()) or ("vertebrates",)
