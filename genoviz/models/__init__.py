"""Models: cards, catalogue, loading, weights, targets. Importing this package loads no torch."""

from genoviz.models.card import ModelCard, Output
from genoviz.models.catalogue import get_card, list_models

__all__ = ["ModelCard", "Output", "get_card", "list_models"]
