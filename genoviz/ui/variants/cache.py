"""What the page of variants computes, cached by frozen nouns and the name of the genome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.genomes.registry import GenomeEntry
from genoviz.sequences.locus import Locus
from genoviz.ui.frame import cache, estimate, genomes
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.effects.background import EffectBackground
    from genoviz.effects.effect import VariantEffect
    from genoviz.genes.transcripts import Transcript
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target
    from genoviz.sequences.sequence import Sequence
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect


SLOW = 0.01  # seconds of a prediction, above which fewer random changes are made
FEW = 100


def effect(
    card: ModelCard,
    entry: GenomeEntry,
    variant: Variant,
    target: Target,
    *,
    strand: str,
    window: Locus | None,
    strands: str = "one",
) -> VariantEffect:
    """Both predictions and what differs."""
    return _effect(
        card.name, card.sha256, entry.name, genomes.fingerprint(entry), variant, target, strand, window, strands
    )


@st.cache_data(max_entries=256, show_spinner="Predicting both alleles ...")
def _effect(
    name: str,
    sha256: str,
    genome: str,
    fingerprint: str,
    variant: Variant,
    target: Target,
    strand: str,
    window: Locus | None,
    strands: str,
) -> VariantEffect:
    from genoviz.effects.effect import variant_effect

    return variant_effect(
        cache.model(name, sha256),
        variant,
        genomes.opened(genome, fingerprint),
        target,
        strand=strand,
        window=window,
        strands=strands,
    )


def background(
    card: ModelCard, entry: GenomeEntry, target: Target, window: Sequence, position: int
) -> EffectBackground:
    """Effects of random substitutions: in the genome, or in shuffles of the window where the genome is remote."""
    from genoviz.effects.background import RANDOM_CHANGES

    local = not entry.remote
    slow = estimate.prediction(card) > SLOW
    return _background(
        card.name,
        card.sha256,
        entry.name if local else "",
        genomes.fingerprint(entry),
        target,
        None if local else window,
        position,
        FEW if slow else RANDOM_CHANGES,
    )


@st.cache_data(max_entries=64, show_spinner="Random substitutions, to compare with ...")
def _background(
    name: str,
    sha256: str,
    genome: str,
    fingerprint: str,
    target: Target,
    window: Sequence | None,
    position: int,
    n: int,
) -> EffectBackground:
    from genoviz.effects.background import effect_background

    return effect_background(
        cache.model(name, sha256),
        target,
        genome=genomes.opened(genome, fingerprint) if genome else None,
        window=window,
        position=position,
        n=n,
    )


def splice(
    card: ModelCard, entry: GenomeEntry, variant: Variant, strand: str, transcript: Transcript | None, distance: int
) -> SpliceEffect | SpliceUsageEffect:
    """Splice sites gained and lost, scores unmasked."""
    return _splice(
        card.name, card.sha256, entry.name, genomes.fingerprint(entry), variant, strand, transcript, distance
    )


@st.cache_data(max_entries=64, show_spinner="Scanning for splice sites ...")
def _splice(
    name: str,
    sha256: str,
    genome: str,
    fingerprint: str,
    variant: Variant,
    strand: str,
    transcript: Transcript | None,
    distance: int,
) -> SpliceEffect | SpliceUsageEffect:
    from genoviz.splicing.tables import SpliceOptions, effect_at

    return effect_at(
        cache.model(name, sha256),
        variant,
        genomes.opened(genome, fingerprint),
        strand,
        transcript,
        SpliceOptions(distance),
    )


def explained(
    card: ModelCard, effect: VariantEffect, method: str, references: int
) -> tuple[Attribution, Attribution] | None:
    """Attribution of both alleles, against the same references."""
    from genoviz.attribute.methods import METHODS

    windows, shuffled = effect.windows, METHODS[method].baseline == "dinucleotide"
    both = []
    for sequence in (windows.reference, windows.alternate):
        both.append(
            cache.attribution(
                card.name,
                card.sha256,
                sequence,
                effect.target,
                method,
                None,
                references,
                windows.reference if shuffled else None,
                0,
            )
        )
    return both[0], both[1]
