"""Recipes that made the bundled weights from public data: `genoviz train NAME --data DIR --out DIR`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from genoviz.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genoviz.models.base import Model

# Recipe -> (model that it makes, `module:object`; without an object the module itself is the recipe).
RECIPES: dict[str, tuple[str, str]] = {
    "tfbind": ("tfbind.encode10", "genoviz.training.recipes.tfbind"),
    "encode10-kmer": ("kmer.encode10", "genoviz.training.recipes.factor_baselines:KMER"),
    "encode10-pwm": ("pwm.encode10", "genoviz.training.recipes.factor_baselines:PWM"),
    "ecoli": ("promoter.ecoli", "genoviz.training.recipes.ecoli:RECIPE"),
    "ecoli-kmer": ("kmer.ecoli", "genoviz.training.recipes.ecoli:KMER"),
    "ecoli-mlp": ("mlp.ecoli", "genoviz.training.recipes.ecoli:MLP"),
    "ecoli-transfer": ("promoter.ecoli-lm", "genoviz.training.recipes.ecoli_transfer:RECIPE"),
    "ecoli-vae": ("vae.ecoli-promoters", "genoviz.training.recipes.vae:RECIPE"),
    "yeast-promoters": ("promoter.yeast", "genoviz.training.recipes.yeast_promoters:RECIPE"),
    "human-core": ("promoter.human-core", "genoviz.training.recipes.human_promoters:CORE"),
    "human-tata300": ("promoter.human-tata300", "genoviz.training.recipes.human_promoters:TATA300"),
    "crx": ("enhancer.crx", "genoviz.training.recipes.crx:RECIPE"),
    "utr5": ("utr5.mrl", "genoviz.training.recipes.utr5:RECIPE"),
    "gue-factors": ("tfbind.gue", "genoviz.training.recipes.gue_factors:RECIPE"),
    "clip": ("rbp.clip8", "genoviz.training.recipes.clip:RECIPE"),
    "yeast-binding": ("bpnet.yeast", "genoviz.training.recipes.yeast_binding"),
    "masked-lm": ("maskedlm.yeast-ecoli", "genoviz.training.recipes.language:MASKED"),
    "conv-lm": ("convlm.yeast-ecoli", "genoviz.training.recipes.word_language:CONVOLUTIONAL"),
    "gru-lm": ("grulm.yeast-ecoli", "genoviz.training.recipes.language:AUTOREGRESSIVE"),
    "splice": ("splice.sites", "genoviz.training.recipes.splice:RECIPE"),
}


class Recipe(Protocol):
    """How a bundled model was made, and how its held-out table is made again."""

    def train(
        self,
        data: Path,
        out: Path,
        *,
        seed: int = 0,
        epochs: int = ...,
        progress: Callable[[float], None] | None = None,
    ) -> Path:
        """Train, score on the test split and write weights, card and log to `out`; returns the weights file."""
        ...

    def evaluate(self, model: Model, data: Path, *, sample: int | None = None) -> list[dict[str, Any]]:
        """The card's `held_out` rows for a model, on the whole test split or on `sample` random items of it."""
        ...


@runtime_checkable
class Transfer(Recipe, Protocol):
    """A recipe that can begin with what another model has learned; without it, the same recipe trains from scratch."""

    def starting_from(self, model: Model) -> Recipe:
        """This recipe with the weights of `model` to begin with; another kind of model raises `BadInput`.

        The card that it writes names the model and the checksum of its weights under `training["start"]`.
        """
        ...


def get_recipe(name: str, start: Model | None = None) -> Recipe:
    """Recipe by its name, to begin with the weights of `start`.

    Raises
    ------
    UnknownName
        If there is no such recipe, with near matches.
    BadInput
        If the recipe can't start from another model, or not from this one.
    """
    if name not in RECIPES:
        raise UnknownName.among("recipe", name, RECIPES)
    module, _, attribute = RECIPES[name][1].partition(":")
    found = import_module(module)
    recipe: Recipe = getattr(found, attribute) if attribute else found
    if start is None:
        return recipe
    if not isinstance(recipe, Transfer):
        raise BadInput(
            f"The recipe `{name}` was asked to start from `{start.card.name}`.",
            "It always starts from random weights; a recipe that can start from a model is `ecoli-transfer`.",
            "Leave out --from, or choose that recipe.",
        )
    return recipe.starting_from(start)


def recipe_of(model: str) -> Recipe:
    """Recipe that makes a model; models without one raise `UnknownName`."""
    recipes = {made: recipe for recipe, (made, _) in RECIPES.items()}
    if model not in recipes:
        raise UnknownName.among("model with a recipe", model, recipes)
    return get_recipe(recipes[model])
