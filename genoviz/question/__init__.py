"""What a text asks: a sequence, a place, a gene, a variant, or something saved, and which page answers it. No torch."""

from genoviz.question.reading import Reading
from genoviz.question.understand import understand

__all__ = ["Reading", "understand"]
