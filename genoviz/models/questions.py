"""What biologists ask, and which models answer: the groups of every list of models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from genoviz.models.card import ModelCard


@dataclass(frozen=True)
class Question:
    """A group of tasks.

    Attributes
    ----------
    name
        Short, for lists and filters, for example `Splicing`.
    words
        As one asks it, for example `Where is the transcript spliced?`
    tasks
        Values of `ModelCard.task` that answer it.
    """

    name: str
    words: str
    tasks: tuple[str, ...]


QUESTIONS = (
    Question("Binding to DNA", "Which transcription factors bind here?", ("transcription-factor binding",)),
    Question(
        "Promoters",
        "Does transcription start here, and how strongly?",
        ("promoter activity", "promoter recognition", "promoter reconstruction", "transcription initiation"),
    ),
    Question("Enhancers", "Does this element raise or lower the activity of a gene?", ("enhancer activity",)),
    Question(
        "Chromatin and expression",
        "Is the chromatin open, and what is transcribed?",
        ("chromatin accessibility", "chromatin features", "gene expression and chromatin tracks"),
    ),
    Question(
        "Splicing",
        "Where is the transcript spliced?",
        ("splicing", "splice sites", "splice sites by tissue", "splice-site strength"),
    ),
    Question("Binding to RNA", "Which proteins bind this RNA?", ("RNA-protein binding", "RNA binding")),
    Question("Translation", "How well is the messenger RNA translated?", ("translation",)),
    Question(
        "Language and evolution",
        "Which bases do genomes expect here?",
        ("language model of genomes", "evolution of bases"),
    ),
    Question("Teaching", "How do models and methods work?", ("teaching",)),
)
OTHER = Question("Others", "Models of your own", ())


def question_of(card: ModelCard) -> Question:
    """The question that a model answers; `OTHER` for a task that no row names."""
    return next((question for question in QUESTIONS if card.task in question.tasks), OTHER)


def by_question(cards: Iterable[ModelCard]) -> list[tuple[Question, list[ModelCard]]]:
    """Cards sorted into `QUESTIONS`, in the order given; questions without cards are left out."""
    listed = list(cards)
    groups = [(question, [c for c in listed if question_of(c) == question]) for question in (*QUESTIONS, OTHER)]
    return [(question, found) for question, found in groups if found]
