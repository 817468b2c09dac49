"""What a model says beside every effect: whether it is for variants at all, and whether it learned from this genome."""

from __future__ import annotations

from genoviz.models.card import ModelCard
from genoviz.models.uses import unfit
from genoviz.sequences.assemblies import assembly_in, same_assembly

# Words for the organisms of `genoviz.sequences.assemblies` on model cards, where others are used than its own.
_WORDS = {
    "human": ("human", "sapiens"),
    "mouse": ("mouse", "musculus"),
    "baker's yeast": ("yeast", "cerevisiae"),
    "E. coli": ("coli",),
}


def model_notices(card: ModelCard, assembly: str) -> list[str]:
    """What a model says beside every effect: whether it is for variants at all, then `origin_notices`."""
    reason = unfit(card, "variants")
    return [*([reason] if reason else []), *origin_notices(card, assembly)]


def origin_notices(card: ModelCard, assembly: str) -> list[str]:
    """Whether the genome is what the model learned from; silent where either side is not known."""
    if not assembly:
        return []
    build = assembly_in(assembly)
    organism = build.organism if build else ""
    words = _WORDS.get(organism, (organism.lower(),))
    if organism and card.organism and not any(word in card.organism.lower() for word in words):
        return [f"The model learned from {card.organism}; this genome is {organism} ({assembly})."]
    if not organism and card.organism:
        return [f"The model learned from {card.organism}; whether that holds for {assembly} is not known."]
    builds = [build.strip() for build in card.assembly.split(",") if build.strip()]
    if builds and not any(same_assembly(build, assembly) for build in builds):
        return [f"The model learned from {card.assembly}; coordinates here are those of {assembly}."]
    return []
