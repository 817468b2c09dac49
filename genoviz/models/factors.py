"""What a model's organism and tracks say about motifs: which of the collection to compare with, which factor is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from genoviz.motifs.collection import TAXA, KnownMotif, collection, user_motifs
from genoviz.motifs.match import FEWEST
from genoviz.motifs.sigma_70 import boxes

if TYPE_CHECKING:
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target

WITHOUT_FACTORS = ("splicing", "translation", "RNA-protein binding")  # tasks in which no factor binds the DNA
BACTERIUM = "E. coli"
_OF_ORGANISM = {
    "human": "vertebrates",
    "homo sapiens": "vertebrates",
    "mouse": "vertebrates",
    "mus musculus": "vertebrates",
    "cerevisiae": "fungi",
    "thaliana": "plants",
    "drosophila": "insects",
    "fruit fly": "insects",
}
# Of the genomes of `genoviz.sequences.assemblies`; all others there are vertebrates.
_OF_GENOME = {
    "fruit fly": ("insects",),
    "baker's yeast": ("fungi",),
    "fission yeast": ("fungi",),
    "Arabidopsis": ("plants",),
    "rice": ("plants",),
    "maize": ("plants",),
    "worm": (),
    BACTERIUM: (),
}


def taxa_of(card: ModelCard) -> tuple[str, ...]:
    """Groups of motifs that fit a model's organism: all where none is named, none where JASPAR has no motif of it."""
    said = card.organism.lower()
    fitting = {taxon for word, taxon in _OF_ORGANISM.items() if word in said}
    return tuple(taxon for taxon in TAXA if taxon in fitting) if said and said != "many" else TAXA


def taxa_at(card: ModelCard, organism: str) -> tuple[str, ...]:
    """Groups of motifs that fit a genome, whatever the model learned from; those of `taxa_of` where `organism` is empty."""
    return _OF_GENOME.get(organism, ("vertebrates",)) if organism else taxa_of(card)


def usual_taxa(card: ModelCard) -> tuple[str, ...]:
    """Groups of motifs that name a model's blocks: those of `taxa_of`, and none for models of RNA."""
    return () if card.task in WITHOUT_FACTORS else taxa_of(card)


def naming_motifs(taxa: Iterable[str]) -> tuple[KnownMotif, ...]:
    """The user's motifs and those of some groups; none if these are too few to compare blocks with."""
    motifs = (*user_motifs().motifs, *collection(taxa))
    return motifs if len(motifs) >= FEWEST else ()


def motifs_for(card: ModelCard) -> tuple[KnownMotif, ...]:
    """The user's motifs (see `genoviz.motifs.collection.user_motifs`) and those of `taxa_of` a model."""
    return (*user_motifs().motifs, *collection(taxa_of(card)))


def motifs_at(card: ModelCard, organism: str) -> tuple[KnownMotif, ...]:
    """The user's motifs and those that fit a genome, see `taxa_at`."""
    return (*user_motifs().motifs, *collection(taxa_at(card, organism)))


def closest_motifs(card: ModelCard) -> tuple[KnownMotif, ...]:
    """As `motifs_for`, but the whole collection for organisms that JASPAR has no motif of: what is closest at all.

    Of a bacterium the boxes of its promoters are added, and `nameable` says that nothing else is named.
    """
    if taxa_of(card):
        return motifs_for(card)
    return (*user_motifs().motifs, *collection(), *(boxes() if _is_bacterium(card) else ()))


def nameable(card: ModelCard) -> tuple[KnownMotif, ...] | None:
    """The only motifs that name what a model has found: for a bacterium the user's and the boxes; None for all."""
    return (*user_motifs().motifs, *boxes()) if not taxa_of(card) and _is_bacterium(card) else None


def _is_bacterium(card: ModelCard) -> bool:
    return "coli" in card.organism.lower()


def factors_of(target: Target) -> frozenset[str]:
    """What the tracks of a target are called, see `factors_in`."""
    return factors_in(target.tracks)


def factors_in(tracks: Iterable[str]) -> frozenset[str]:
    """Names of tracks in upper case, whole and word by word: `HepG2 FOXA1` names FOXA1.

    Names that are of no factor (cells, assays) do no harm: no motif has them.
    """
    words = [word for track in tracks for word in (track, *re.split(r"[^\w-]+|_", track))]
    return frozenset(word.upper() for word in words if word)
