"""Models: cards, catalogue, loading, one file per architecture. Importing this package loads no torch."""

from genoviz.models.card import ModelCard, Output
from genoviz.models.catalogue import get_card, list_models

__all__ = ["ModelCard", "Output", "get_card", "list_models"]
